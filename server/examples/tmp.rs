use app::backend::database::*;
use app::language::Language;
use app::search::{Kind, Scope, index::Dialect, store::part, words::Asked};
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let path = std::env::args().nth(1).unwrap();
    let db = Database::open(&path).await.unwrap();
    let d = Dialect::of(&db);
    for text in
        ["novatech pharma", "novate", "no", "company", "hospi", "77", "诺和", "有限公司", "nuohe", "nonesuch", "a"]
    {
        let asked = Asked::new(text);
        for kind in [Kind::Company, Kind::Product, Kind::Document] {
            let mut times = Vec::new();
            let mut n = 0;
            for _ in 0..30 {
                let mut tx = db.read_once().await.unwrap();
                let t = std::time::Instant::now();
                let found = together(&mut tx, &[part(d, kind, &Scope::All, &asked, Language::En, 5, 0)]).await.unwrap();
                times.push(t.elapsed().as_secs_f64() * 1000.0);
                n = found[0].len();
            }
            times.sort_by(f64::total_cmp);
            print!("{text} {} {:.2} ms ({n})   ", kind.code(), times[15]);
        }
        println!();
    }
    if let Some(sql) = std::env::args().nth(2) {
        let sql: &'static str = Box::leak(sql.into_boxed_str());
        let mut tx = db.read().await.unwrap();
        let rows: Vec<(i64, i64, i64, String)> = Sql::new(sql).rows(&mut tx).await.unwrap();
        for r in rows {
            println!("{} {} {}", r.0, r.1, r.3);
        }
    }
}

//! What a large register costs: the search, the list and a page at a thousand companies and at many, with ten rows of the
//! journal for each. What grows with the register more than a little is found here.

use std::sync::Arc;

use app::backend::clock::{new_id, stopwatch};
use app::backend::database::{Database, Sql, Tx};
use app::company::model::{CompanyForm, Facts, Stage};
use app::company::store;
use app::error::Result as Done;
use app::time::Timestamp;
use sqlx::types::Uuid;
use tokio::runtime::Runtime;

use crate::client::{self, Answer, Caller, Job, Until, get};
use crate::process::Site;
use crate::report::{Report, Target};
use crate::staff;

/// What many is compared with.
const FEW: usize = 1000;
/// Companies in one transaction.
const CHUNK: usize = 200;

const FIRST: [&str; 16] = [
    "Nova", "Medi", "Bio", "Gen", "Cura", "Vita", "Pharma", "Onco", "Neuro", "Cardio", "Immuno", "Aero", "Alpha",
    "Omni", "Sano", "Axo",
];
const SECOND: [&str; 16] = [
    "lis", "tech", "cel", "zyme", "gen", "sci", "vax", "care", "ron", "dis", "thera", "logix", "quest", "stem", "pore",
    "tide",
];
const LAST: [&str; 8] = [
    "Pharmaceuticals Ltd",
    "Biotech Inc.",
    "Medical Devices GmbH",
    "Life Sciences A/S",
    "Health AG",
    "Therapeutics Company",
    "Laboratories S.A.",
    "Holding plc",
];
const HAN: [&str; 12] = ["华", "康", "泰", "安", "健", "德", "诺", "和", "瑞", "仁", "信", "达"];
const HAN_LAST: [&str; 4] = ["生物制药有限公司", "医疗器械有限公司", "医药科技股份有限公司", "生命科学有限公司"];
const COUNTRIES: [&str; 12] = ["DK", "DE", "US", "CH", "JP", "FR", "GB", "SE", "NL", "KR", "CN", "SG"];
const KINDS: [&str; 4] = ["manufacturer", "agent", "medical_institution", "research"];
const AREAS: [&str; 4] = ["Oncology", "Diabetes", "Cardiology", "Ophthalmology"];
const STAGES: [Stage; 4] = [Stage::Target, Stage::Contacted, Stage::InTalks, Stage::Partner];

/// The same numbers each time.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    pub(crate) fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.roll(all.len())]
    }

    fn stage(&mut self) -> Stage {
        STAGES[self.roll(STAGES.len())]
    }
}

/// Adds invented companies as an import would, with ten rows of the journal for each, and with their entries in the search.
pub(crate) async fn fill(database: &Database, count: usize) -> Done<()> {
    let mut dice = Dice(7);
    let mut tx = database.read().await?;
    let managers = app::account::store::managers(&mut tx).await?;
    drop(tx);
    for start in (0..count).step_by(CHUNK) {
        let mut companies = Vec::with_capacity(CHUNK);
        for number in start..(start + CHUNK).min(count) {
            companies.push((new_id(), invented(&mut dice, number, &managers)?, dice.stage()));
        }
        let new: Vec<store::New<'_>> = companies.iter().map(|(id, facts, stage)| (*id, facts, *stage)).collect();
        let at = Timestamp(1_700_000_000_000_000 + i64::try_from(start).unwrap_or_default() * 1_000_000);
        let mut tx = database.begin().await?;
        store::insert_all(&mut tx, &new, at).await?;
        tx.commit().await?;
    }
    let mut tx = database.begin().await?;
    // What the portal does of itself with so many new companies would go on while they are looked at: the sweep for
    // duplicates is over, and none of them stalls.
    Sql::new("UPDATE companies SET compared_at = 1").execute(&mut tx).await?;
    Sql::new("UPDATE company_stages SET stalled_days = NULL").execute(&mut tx).await?;
    journal(&mut tx).await?;
    tx.commit().await?;
    // As an operator's database is after its nightly rest.
    let mut tx = database.begin().await?;
    Sql::new("ANALYZE").execute(&mut tx).await?;
    tx.commit().await
}

fn invented(dice: &mut Dice, number: usize, managers: &[(Uuid, String)]) -> Done<Facts> {
    let mut name = || format!("{}{}", dice.of(&FIRST), dice.of(&SECOND));
    let (first, second) = (name(), name());
    let manager = managers.get(number % (2 * managers.len().max(1)));
    let form = CompanyForm {
        name_en: format!("{first} {second} {number} {}", dice.of(&LAST)),
        name_zh: format!("{}{}{}{}", dice.of(&HAN), dice.of(&HAN), dice.of(&HAN), dice.of(&HAN_LAST)),
        aliases: format!("INV-{number}"),
        kinds: vec![dice.of(&KINDS).to_owned()],
        country: dice.of(&COUNTRIES).to_owned(),
        city: "Copenhagen".to_owned(),
        website: format!("https://invented-{number}.example"),
        areas: dice.of(&AREAS).to_owned(),
        tags: format!("fair {}", number % 40),
        manager: manager.map(|(id, _)| id.to_string()).unwrap_or_default(),
        about: format!("An invented company of the benchmark that makes {first} and looks for hospitals."),
        ..CompanyForm::default()
    };
    form.parse()
}

/// Ten rows of the journal for each company. They are read, and not chained.
async fn journal(tx: &mut Tx) -> Done<()> {
    let mut sql = Sql::new(
        "WITH RECURSIVE ten (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM ten WHERE n < 10)
         INSERT INTO journal (seq, at, origin, action, subject_kind, subject_id, changes, previous, hash)
         SELECT h.seq + row_number() OVER (ORDER BY n, c.id), c.changed_at + n, 'web', 'company.edited', 'company', c.id, ",
    );
    let change =
        r#"[{"field":"city","salt":"00","before":"","after":"Copenhagen","before_digest":"","after_digest":""}]"#;
    sql.bind("?, '', '' FROM companies c CROSS JOIN ten CROSS JOIN journal_head h", change);
    sql.execute(tx).await?;
    Sql::new("UPDATE journal_head SET seq = (SELECT max(seq) FROM journal)").execute(tx).await?;
    Ok(())
}

/// What is asked, each as its address and its name.
fn questions(company: &str) -> Vec<(&'static str, String)> {
    let search = |text: &str| format!("/search?q={}", app::ui::query::encode(text));
    vec![
        ("search: a name", search("novatech pharma")),
        ("search: part of a name", search("novate")),
        ("search: two letters", search("no")),
        ("search: a word of every company", search("company")),
        ("search: the beginning of a word of every company", search("hospi")),
        ("search: a number", search("77")),
        ("search: Chinese, two characters", search("诺和")),
        ("search: Chinese, in every name", search("有限公司")),
        ("search: pinyin", search("nuohe")),
        ("search: nothing is found", search("nonesuch")),
        ("search: one kind, page 10", format!("{}&kind=company&page=10", search("company"))),
        ("companies", "/companies".to_owned()),
        ("companies: of a country, by date", "/companies?country=DK&sort=-changed".to_owned()),
        ("companies: at a stage, by country", "/companies?stage=partner&sort=country".to_owned()),
        ("companies: by number of products", "/companies?sort=-products".to_owned()),
        ("companies: of a kind, by manager", "/companies?kind=agent&sort=manager".to_owned()),
        ("companies: of a country and a stage, backwards", "/companies?country=DK&stage=partner&sort=-name".to_owned()),
        ("companies: with a tag, by date", "/companies?tag=fair+7&sort=-changed".to_owned()),
        ("companies: by a common part of their names", "/companies?q=medi".to_owned()),
        ("companies: by a rarer part, of a country", "/companies?q=vatech&country=DK".to_owned()),
        ("companies: a far page", "/companies?page=15".to_owned()),
        ("the form of an interaction", "/interactions/new".to_owned()),
        ("suggestions for a field", "/companies/suggestions?q=medite".to_owned()),
        ("a company", format!("/companies/{company}")),
    ]
}

/// The median of each question of the register, in milliseconds.
async fn ask(site: &Site) -> Result<Vec<(&'static str, f64)>, String> {
    let company = {
        let database = Database::open(&site.database).await?;
        let found = async {
            let mut tx = database.read().await?;
            let sql = Sql::new("SELECT id FROM companies WHERE city = 'Copenhagen' ORDER BY changed_at DESC LIMIT 1");
            sql.rows::<(Uuid,)>(&mut tx).await
        };
        let found = found.await.map_err(|error| error.to_string())?;
        database.close().await;
        found.first().map(|(id,)| id.to_string()).ok_or("there is no company")?
    };
    let server = site.serve()?;
    medians(&staff(&server), &questions(&company)).await
}

/// The median of each question, in milliseconds.
pub(crate) async fn medians<'a>(
    caller: &Caller,
    questions: &[(&'a str, String)],
) -> Result<Vec<(&'a str, f64)>, String> {
    let cookie = caller.sign_in().await?;
    let mut times = Vec::new();
    for (what, path) in questions {
        let request = get(caller.addr, &cookie, path, "");
        let right = |answer: &Answer<'_>| answer.status == 200;
        let job = Arc::new(Job { addr: caller.addr, request: Box::new(move |_| request.clone()), right });
        client::load(job.clone(), 1, Until::Count(5)).await.map_err(|error| format!("{path}: {error}"))?;
        let load = client::load(job, 1, Until::Count(40)).await?;
        times.push((*what, load.quantile(0.5)));
    }
    Ok(times)
}

/// Each question's time with many, and how many times that with few it is.
pub(crate) fn compare(report: &mut Report, few: &[(&str, f64)], many: &[(&str, f64)], most: impl Fn(&str) -> Target) {
    for ((what, few), (_, many)) in few.iter().zip(many) {
        report.line(&format!("{what}, median"), *many, "ms", most(what));
        report.line(&format!("{what}, times"), many / few, "", Target::AtMost(3.0));
    }
}

/// Loads the demonstration, and fills in what is asked for beside it; gives what that tells of itself, and the seconds that it
/// took.
pub(crate) fn filled<T>(
    runtime: &Runtime,
    site: &Site,
    what: &str,
    fill: impl AsyncFnOnce(&Database) -> Done<T>,
) -> Result<(T, f64), String> {
    site.run(&["demo"], "")?;
    let began = stopwatch();
    let filled = runtime.block_on(async {
        let database = Database::open(&site.database).await?;
        let filled = fill(&database).await.map_err(|error| format!("{what}: {error}"));
        database.close().await;
        filled
    })?;
    Ok((filled, began.elapsed().as_secs_f64()))
}

pub(crate) fn growth(
    report: &mut Report,
    runtime: &Runtime,
    (few, many): (&Site, &Site),
    count: usize,
    database: &str,
) -> Result<(), String> {
    let mut measured = Vec::new();
    for (site, count) in [(few, FEW), (many, count)] {
        let what = format!("{count} companies");
        let ((), took) = filled(runtime, site, &what, async |database| fill(database, count).await)?;
        measured.push((runtime.block_on(ask(site))?, took));
    }
    report.section(&format!("A register of {count} companies on {database}, and how many times the time of {FEW}"));
    report.line("filled, the search's index included", measured[1].1, "s", Target::None);
    compare(report, &measured[0].0, &measured[1].0, |what| {
        if what.starts_with("search") { Target::AtMost(20.0) } else { Target::None }
    });
    Ok(())
}

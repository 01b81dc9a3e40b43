//! Products by name: as somebody types it, and of some companies.

use std::collections::HashMap;

use uuid::Uuid;

use crate::ask;
use crate::backend::database::{Dialect, Sql, Tx};
use crate::backend::fold::{fold, sort_key};
use crate::error::Result;
use crate::language::Language;
use crate::search::store::Hit;
use crate::search::words::Asked;
use crate::search::{self, Scope};

/// The products of exactly this name in either language: the first two.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Vec<Uuid>> {
    let folded = fold(name);
    let rows: Vec<(Uuid, String, String)> = ask!(tx, |c| sqlx::query_as(
        "SELECT id, name_en, name_zh FROM products WHERE sort_en = $1 OR sort_zh = $1 ORDER BY id LIMIT 50"
    )
    .bind(sort_key(name))
    .fetch_all(c)
    .await)?;
    let alike = rows.into_iter().filter(|(_, en, zh)| fold(en) == folded || fold(zh) == folded);
    Ok(alike.map(|(id, ..)| id).take(2).collect())
}

/// The products that the search finds for what somebody is typing, for who sees the catalogue; the best first.
pub async fn suggested(tx: &mut Tx, language: Language, typed: &str) -> Result<Vec<Hit>> {
    const SUGGESTED: i64 = 12;
    let asked = Asked::new(typed);
    if asked.terms.is_empty() {
        return Ok(Vec::new());
    }
    let kind = search::Kind::Product;
    let (sql, columns) =
        search::store::part(Dialect::of_tx(tx), kind, &Scope::All, &asked, (language, ""), (SUGGESTED, 0));
    sql.json(tx, columns).await
}

/// Products of some companies, by name: id, English and Chinese name.
pub async fn of_companies(
    tx: &mut Tx,
    companies: &[Uuid],
    language: Language,
    most: i64,
) -> Result<Vec<(Uuid, String, String)>> {
    let mut sql = Sql::new("SELECT p.id, p.name_en, p.name_zh FROM products p WHERE ");
    sql.bind_in("p.company_id", companies);
    sql.push(if language == Language::En { " ORDER BY p.sort_en, p.id" } else { " ORDER BY p.sort_zh, p.id" });
    sql.limit(most, 0);
    sql.rows(tx).await
}

/// Of some companies those with a product that the national agency has approved, and that product with the approval's number:
/// what makes them partners where no agreement does.
pub async fn approved_among(tx: &mut Tx, companies: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let mut sql = Sql::new(
        "SELECT p.company_id, p.name_en, p.name_zh, a.number FROM products p JOIN approvals a ON a.product_id = p.id
         WHERE a.agency = 'NMPA' AND a.status = 'authorised' AND ",
    );
    sql.bind_in("p.company_id", companies).push(" ORDER BY p.sort_en DESC, p.id DESC, a.number");
    let rows: Vec<(Uuid, String, String, String)> = sql.rows(tx).await?;
    let text = |en: &str, zh: &str, number: &str| {
        let approval = if number.is_empty() { "NMPA".to_owned() } else { format!("NMPA {number}") };
        format!("{approval} · {}", Language::En.prefer(en, zh))
    };
    Ok(rows.into_iter().map(|(company, en, zh, number)| (company, text(&en, &zh, &number))).collect())
}

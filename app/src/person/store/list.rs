//! Lists of people: which, in which order, how many.

use serde::Deserialize;
use uuid::Uuid;

use super::super::filter::{PersonFilter, Sort};
use super::super::model::PeopleScope;
use crate::backend::database::{Column, Sql, Tx, containing};
use crate::backend::fold::fold;
use crate::error::Result;
use crate::language::Language;

/// A line of the list: the person, and the position by which this reader knows them.
#[derive(Clone, Debug, Deserialize)]
pub struct PersonLine {
    pub id: Uuid,
    pub name: String,
    pub name_zh: String,
    pub email: String,
    pub phone: String,
    pub wechat: String,
    pub language: String,
    pub title: Option<String>,
    pub title_zh: Option<String>,
    pub company: Option<Uuid>,
    pub company_en: Option<String>,
    pub company_zh: Option<String>,
    pub country: Option<String>,
    pub changed_at: i64,
}

const COLUMNS: &[Column] = &[
    Column::Id("id"),
    Column::Plain("name"),
    Column::Plain("name_zh"),
    Column::Plain("email"),
    Column::Plain("phone"),
    Column::Plain("wechat"),
    Column::Plain("language"),
    Column::Plain("title"),
    Column::Plain("title_zh"),
    Column::Id("company"),
    Column::Plain("company_en"),
    Column::Plain("company_zh"),
    Column::Plain("country"),
    Column::Plain("changed_at"),
];

/// The condition on a position `z` that it lasts, and is at a company that the reader may know the people of.
pub(crate) fn visible(sql: &mut Sql, scope: &PeopleScope, today: &str) {
    sql.bind("(z.until IS NULL OR z.until >= ?)", today);
    if let PeopleScope::Of(companies) = scope {
        sql.push(" AND ").bind_in("z.company_id", companies);
    }
}

fn filter_into(sql: &mut Sql, filter: &PersonFilter, scope: &PeopleScope, today: &str) {
    sql.push(if filter.archived { " AND p.archived_at IS NOT NULL" } else { " AND p.archived_at IS NULL" });
    if *scope != PeopleScope::All {
        sql.push(" AND EXISTS (SELECT 1 FROM positions z WHERE z.person_id = p.id AND ");
        visible(sql, scope, today);
        sql.push(")");
    }
    for word in fold(&filter.search).split_whitespace().take(8) {
        let pattern = containing(word);
        // A person is found by their company, too, as far as the reader knows that they work there.
        sql.bind(r" AND (p.search_text LIKE ? ESCAPE '\'", pattern.clone());
        sql.bind(
            r" OR EXISTS (SELECT 1 FROM positions z JOIN companies k ON k.id = z.company_id
                WHERE z.person_id = p.id AND k.name_text LIKE ? ESCAPE '\' AND ",
            pattern,
        );
        visible(sql, scope, today);
        sql.push("))");
    }
    if let Some(company) = filter.company {
        sql.bind(" AND EXISTS (SELECT 1 FROM positions z WHERE z.person_id = p.id AND z.company_id = ? AND ", company);
        visible(sql, scope, today);
        sql.push(")");
    }
    if let Some(country) = filter.country {
        sql.bind(
            " AND EXISTS (SELECT 1 FROM positions z JOIN companies k ON k.id = z.company_id
                WHERE z.person_id = p.id AND k.country = ? AND ",
            country,
        );
        visible(sql, scope, today);
        sql.push(")");
    }
}

/// The statement of a list in its order, without a limit.
fn statement(filter: &PersonFilter, scope: &PeopleScope, today: &str, language: Language) -> Sql {
    let mut sql = Sql::new(
        "SELECT p.id, p.name, p.name_zh, p.email, p.phone, p.wechat, p.language, q.title, q.title_zh, c.id AS company,
                c.name_en AS company_en, c.name_zh AS company_zh, c.country, p.changed_at
         FROM people p LEFT JOIN positions q ON q.id = (SELECT z.id FROM positions z WHERE z.person_id = p.id AND ",
    );
    visible(&mut sql, scope, today);
    if let Some(company) = filter.company {
        sql.bind(" AND z.company_id = ?", company);
    }
    sql.push(
        " ORDER BY z.main DESC, coalesce(z.since, '') DESC, z.id LIMIT 1) LEFT JOIN companies c ON c.id = q.company_id",
    );
    if filter.sort == Sort::Country {
        sql.push(" LEFT JOIN countries n ON n.code = c.country");
    }
    sql.push(" WHERE 1 = 1");
    filter_into(&mut sql, filter, scope, today);
    sql.push(" ORDER BY ");
    match (filter.sort, language) {
        (Sort::Name, _) => &mut sql,
        (Sort::Company, Language::En) => sql.push("coalesce(c.sort_en, '~')"),
        (Sort::Company, Language::Zh) => sql.push("coalesce(c.sort_zh, '~')"),
        (Sort::Country, Language::En) => sql.push("coalesce(n.rank_en, 999)"),
        (Sort::Country, Language::Zh) => sql.push("coalesce(n.rank_zh, 999)"),
        (Sort::Changed, _) => sql.push("p.changed_at"),
    };
    if filter.sort != Sort::Name {
        sql.push(if filter.descending { " DESC, " } else { ", " });
    }
    sql.push(match language {
        Language::En => "p.sort_en",
        Language::Zh => "p.sort_zh",
    });
    let backwards = filter.descending && filter.sort == Sort::Name;
    sql.push(if backwards { " DESC, p.id DESC" } else { ", p.id" });
    sql
}

/// The people that a filter finds for this reader; all of them without a limit.
pub async fn list(
    tx: &mut Tx,
    filter: &PersonFilter,
    scope: &PeopleScope,
    today: &str,
    language: Language,
    limit: Option<(i64, i64)>,
) -> Result<Vec<PersonLine>> {
    let mut sql = statement(filter, scope, today, language);
    if let Some((limit, offset)) = limit {
        sql.limit(limit, offset);
    }
    sql.json(tx, COLUMNS).await
}

/// How many people a filter finds for this reader.
pub async fn count(tx: &mut Tx, filter: &PersonFilter, scope: &PeopleScope, today: &str) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM people p WHERE 1 = 1");
    filter_into(&mut sql, filter, scope, today);
    sql.number(tx).await
}

/// The countries in which people work, as codes.
pub async fn countries(tx: &mut Tx) -> Result<Vec<String>> {
    let sql = Sql::new(
        "SELECT DISTINCT k.country FROM positions z JOIN companies k ON k.id = z.company_id WHERE k.country IS NOT NULL",
    );
    let rows: Vec<(String,)> = sql.json(tx, &[Column::Plain("country")]).await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

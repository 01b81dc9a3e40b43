//! Which days agreements have.

use uuid::Uuid;

use super::super::model::{Scope, url};
use super::super::obligation::model as obligations;
use super::super::store::scope_into;
use crate::backend::database::{Sql, Tx};
use crate::codes::codes;
use crate::error::Result;
use crate::language::{Language, Texts};

codes!(
    /// What happens on a day.
    Occasion {
        Signing = "signing",
        Effective = "effective",
        /// The last day on which notice can be given.
        Notice = "notice",
        /// The last day.
        End = "end",
        /// What is owed under it is due.
        Obligation = "obligation",
    }
);

impl Texts {
    pub fn calendar_occasion(&self, occasion: Occasion) -> &'static str {
        match occasion {
            Occasion::Signing => self.agreement_sign_on(),
            Occasion::Effective => self.agreement_effective_on(),
            Occasion::Notice => self.renewal_notice_on(),
            Occasion::End => self.agreement_ends_on(),
            Occasion::Obligation => self.feed_obligation_due(),
        }
    }
}

/// A day of an agreement.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Day {
    pub id: Uuid,
    pub number: String,
    pub title_en: String,
    pub title_zh: String,
    /// As ISO text.
    pub day: String,
    occasion: String,
    pub changed_at: i64,
    pub version: i64,
    /// Of an obligation its number and clause; its text stands in place of the agreement's title.
    obligation: Option<i64>,
    clause: String,
}

/// So much of an obligation's text stands in a calendar, in characters.
const EXCERPT: usize = 120;

impl Day {
    pub fn title(&self, language: Language) -> String {
        let text = language.prefer(&self.title_en, &self.title_zh);
        if self.obligation.is_none() {
            return text.to_owned();
        }
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let cut = match line.char_indices().nth(EXCERPT) {
            Some((end, _)) => format!("{} …", &line[..end]),
            None => line,
        };
        format!("{} · {cut}", self.clause)
    }

    pub fn url(&self) -> String {
        match self.obligation {
            Some(number) => obligations::url(&self.number, number),
            None => url(&self.number),
        }
    }

    pub fn occasion(&self) -> Occasion {
        Occasion::from_code(&self.occasion).unwrap_or(Occasion::Effective)
    }
}

/// The days between two, both included, as ISO text, of the agreements that somebody may know of: the earliest first, and no
/// more than `most`. What was given up has none; notice and end of what is over before have none either.
pub async fn between(tx: &mut Tx, scope: &Scope, (from, to): (&str, &str), most: i64) -> Result<Vec<Day>> {
    let mut sql = Sql::new("SELECT d.* FROM (");
    for (index, (columns, condition)) in [
        (
            "SELECT a.id, a.number, a.title_en, a.title_zh, a.sign_on AS day, 'signing' AS occasion, a.changed_at, a.version,
                    CAST(NULL AS BIGINT) AS obligation, '' AS clause
             FROM agreements a WHERE a.state NOT IN ('withdrawn', 'rejected')",
            (" AND a.sign_on >= ?", " AND a.sign_on <= ?"),
        ),
        (
            "SELECT a.id, a.number, a.title_en, a.title_zh, a.effective_on AS day, 'effective' AS occasion, a.changed_at,
                    a.version, CAST(NULL AS BIGINT) AS obligation, '' AS clause
             FROM agreements a WHERE a.state NOT IN ('withdrawn', 'rejected')",
            (" AND a.effective_on >= ?", " AND a.effective_on <= ?"),
        ),
        (
            "SELECT a.id, a.number, a.title_en, a.title_zh, a.notice_on AS day, 'notice' AS occasion, a.changed_at, a.version,
                    CAST(NULL AS BIGINT) AS obligation, '' AS clause
             FROM agreements a WHERE a.notice_on <> '' AND a.state IN ('signed', 'in_force', 'expired')",
            (" AND a.notice_on >= ?", " AND a.notice_on <= ?"),
        ),
        (
            "SELECT a.id, a.number, a.title_en, a.title_zh, a.ends_on AS day, 'end' AS occasion, a.changed_at, a.version,
                    CAST(NULL AS BIGINT) AS obligation, '' AS clause
             FROM agreements a WHERE a.state NOT IN ('withdrawn', 'rejected', 'terminated', 'renewed')",
            (" AND a.ends_on >= ?", " AND a.ends_on <= ?"),
        ),
        (
            "SELECT w.id, a.number, w.text_en AS title_en, w.text_zh AS title_zh, w.due_on AS day, 'obligation' AS occasion,
                    w.changed_at, w.version, w.number AS obligation, w.clause
             FROM obligations w JOIN agreements a ON a.id = w.agreement_id
             WHERE w.settled = FALSE AND a.state NOT IN ('withdrawn', 'rejected')",
            (" AND w.due_on >= ?", " AND w.due_on <= ?"),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        sql.push(if index == 0 { "" } else { " UNION ALL " }).push(columns);
        sql.bind(condition.0, from).bind(condition.1, to);
        scope_into(&mut sql, scope);
    }
    sql.push(") d ORDER BY d.day, d.number, d.occasion, d.obligation").limit(most, 0);
    sql.rows(tx).await
}

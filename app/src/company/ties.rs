//! What ties a company to agreements: while one is not over, or something is open under it, the company is not archived.

use std::collections::HashMap;

use uuid::Uuid;

use crate::agreement::store::live_into;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;

/// So many ties are named; the others are counted.
pub const MOST_NAMED: i64 = 5;
/// So many companies are asked about by one statement.
const AT_ONCE: usize = 200;

/// An agreement that is under way or in force, or what is open under one that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    /// The agreement's number.
    pub agreement: String,
    /// The obligation's number within it.
    pub obligation: Option<i64>,
}

impl Tie {
    /// What it is called everywhere.
    pub fn name(&self) -> String {
        match self.obligation {
            Some(number) => format!("{} · {number}", self.agreement),
            None => self.agreement.clone(),
        }
    }

    /// Where it is seen.
    pub fn url(&self) -> String {
        match self.obligation {
            Some(number) => crate::agreement::obligation::model::url(&self.agreement, number),
            None => crate::agreement::model::url(&self.agreement),
        }
    }
}

/// What ties one company: the first of it, and how many more there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    pub named: Vec<Tie>,
    pub more: i64,
}

/// Of some companies those that must not be archived as things stand, each with the agreements of which it is a party that are
/// under way or in force, and with what it owes, or is owed, under those that are over. Who archives holds the companies first
/// ([`super::store::hold`]): an agreement that is made with one of them meanwhile waits.
pub async fn hinders_archiving(tx: &mut Tx, companies: &[Uuid], now: Timestamp) -> Result<HashMap<Uuid, Ties>> {
    let mut found: HashMap<Uuid, Ties> = HashMap::new();
    for some in companies.chunks(AT_ONCE) {
        let mut sql = Sql::new(
            "SELECT t.company_id, t.number, t.obligation, t.found FROM (
                 SELECT u.company_id, u.number, u.obligation, count(*) OVER (PARTITION BY u.company_id) AS found,
                        row_number() OVER (PARTITION BY u.company_id ORDER BY u.obligation, u.number) AS place
                 FROM (SELECT p.company_id, a.number, CAST(0 AS BIGINT) AS obligation
                       FROM agreement_parties p JOIN agreements a ON a.id = p.agreement_id
                       WHERE p.removed_at IS NULL AND ",
        );
        sql.bind_in("p.company_id", some).push(" AND ");
        live_into(&mut sql, now);
        sql.push(
            " = 1 UNION ALL
              SELECT w.company_id, a.number, o.number AS obligation
              FROM obligation_parties w JOIN obligations o ON o.id = w.obligation_id
              JOIN agreements a ON a.id = w.agreement_id
              WHERE w.settled = FALSE AND a.state NOT IN ('withdrawn', 'rejected') AND ",
        );
        sql.bind_in("w.company_id", some).push(" AND ");
        live_into(&mut sql, now);
        sql.push(" = 0) u) t WHERE t.place <= ").number_literal(MOST_NAMED).push(" ORDER BY t.company_id, t.place");
        for (company, agreement, obligation, all) in sql.rows::<(Uuid, String, i64, i64)>(tx).await? {
            let ties = found.entry(company).or_default();
            ties.named.push(Tie { agreement, obligation: (obligation > 0).then_some(obligation) });
            ties.more = all - i64::try_from(ties.named.len()).unwrap_or(i64::MAX);
        }
    }
    Ok(found)
}

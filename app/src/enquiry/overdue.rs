//! Telling people, once, that a clock has run out.

use uuid::Uuid;

use super::model::{Clock, Enquiry, url};
use super::store;
use crate::absence::who_acts;
use crate::ask;
use crate::backend::Backend;
use crate::backend::database::Tx;
use crate::backend::journal::{self, Author, Entry};
use crate::error::Result;
use crate::notification::{self, Kind};
use crate::time::Timestamp;

/// Tells those who should act on each clock that ran out and of which nobody was told yet; gives how many clocks. Whoever
/// writes first that it told about a clock tells; that and what they are told are one transaction, so two runners tell once.
pub async fn tell(backend: &Backend) -> Result<i64> {
    // An enquiry that came while the calendar was changed may have been counted by the old one.
    let mut tx = backend.database.begin().await?;
    store::refresh_clocks(&mut tx).await?;
    tx.commit().await?;

    let now = backend.clock.now();
    let mut tx = backend.database.read().await?;
    let late: Vec<Uuid> = ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT id FROM enquiries WHERE due_at <= $1
           AND ((acknowledged_at IS NULL AND acknowledge_told_at IS NULL AND acknowledge_due_at <= $1)
             OR (answered_at IS NULL AND answer_told_at IS NULL AND answer_due_at <= $1)) ORDER BY due_at, id"
    )
    .bind(now.0)
    .fetch_all(c)
    .await)?;
    drop(tx);
    let mut told = 0;
    for id in late {
        for clock in [Clock::Acknowledge, Clock::Answer] {
            told += i64::from(tell_one(backend, id, clock, now).await?);
        }
    }
    Ok(told)
}

/// Tells about one clock of one enquiry, unless somebody did or it was stopped meanwhile.
async fn tell_one(backend: &Backend, id: Uuid, clock: Clock, now: Timestamp) -> Result<bool> {
    let mut tx = backend.database.begin().await?;
    let claim = match clock {
        Clock::Acknowledge => {
            "UPDATE enquiries SET acknowledge_told_at = $1 WHERE id = $2 AND due_at <= $1 AND acknowledged_at IS NULL
               AND acknowledge_told_at IS NULL AND acknowledge_due_at <= $1 RETURNING id"
        }
        Clock::Answer => {
            "UPDATE enquiries SET answer_told_at = $1 WHERE id = $2 AND due_at <= $1 AND answered_at IS NULL
               AND answer_told_at IS NULL AND answer_due_at <= $1 RETURNING id"
        }
    };
    let claimed: Option<Uuid> =
        ask!(&mut tx, |c| sqlx::query_scalar(claim).bind(now.0).bind(id).fetch_optional(c).await)?;
    let Some(enquiry) = (match claimed {
        Some(id) => store::find(&mut tx, id).await?,
        None => None,
    }) else {
        return Ok(false);
    };
    let (clock, due) = match clock {
        Clock::Acknowledge => ("acknowledge", enquiry.clocks.acknowledge_due),
        Clock::Answer => ("answer", enquiry.clocks.answer_due),
    };
    let path = url(enquiry.id);
    let about = notification::Subject { kind: "enquiry", id: enquiry.id, path: &path, company: None };
    let due = due.iso_day();
    for (receiver, absent) in receivers(&mut tx, &enquiry, now).await? {
        let facts = [
            ("name", enquiry.number.as_str()),
            ("clock", clock),
            ("due", &due),
            ("asker", &enquiry.facts.company),
            ("country", enquiry.facts.country.as_deref().unwrap_or_default()),
            ("instead_of", absent.as_deref().unwrap_or_default()),
        ];
        notification::tell(&mut tx, Kind::EnquiryOverdue, &about, &facts, &[receiver], None, now).await?;
    }
    let author = Author { actor: None, origin: "system", address: String::new(), now };
    let entry = Entry::new("enquiry.overdue", "enquiry", id).created(vec![("clock", clock.to_owned())]);
    journal::record(&mut tx, &author, entry).await?;
    tx.commit().await?;
    Ok(true)
}

/// Who acts for the assignee, and for whom; without one who can do anything, everybody who may assign and is there.
async fn receivers(tx: &mut Tx, enquiry: &Enquiry, now: Timestamp) -> Result<Vec<(Uuid, Option<String>)>> {
    let managers: Vec<Uuid> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT id FROM accounts WHERE role IN ('administrator', 'staff') AND suspended_at IS NULL
             AND erased_at IS NULL ORDER BY id"
    )
    .fetch_all(c)
    .await)?;
    if let Some(assignee) = enquiry.assignee {
        let acting = who_acts(tx, assignee, now).await?;
        if managers.contains(&acting.account) {
            let absent = match acting.instead_of {
                Some(absent) => crate::account::store::receiver(tx, absent).await?.map(|(absent, _)| absent.name),
                None => None,
            };
            // A deputy to whom it was assigned is told for whom, too.
            return Ok(vec![(acting.account, absent.or_else(|| enquiry.assigned_for.clone()))]);
        }
    }
    let mut there = Vec::new();
    for account in &managers {
        if who_acts(tx, *account, now).await?.instead_of.is_none() {
            there.push(*account);
        }
    }
    // Somebody must hear of it.
    let told = if there.is_empty() { managers } else { there };
    Ok(told.into_iter().map(|account| (account, None)).collect())
}

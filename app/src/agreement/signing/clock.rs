//! What the clock does: signatories are reminded, and it is noted when somebody's time is over.

use uuid::Uuid;

use super::groups::Stand;
use super::letters;
use super::model::FactKind;
use super::store::{self, By, Said};
use crate::agreement::life::State;
use crate::agreement::model::{Key, Scope};
use crate::agreement::{events, store as agreements, tell};
use crate::backend::Backend;
use crate::backend::database::{Sql, Tx};
use crate::backend::journal::{self, Author};
use crate::error::Result;
use crate::notification::Kind;
use crate::time::Timestamp;

/// So many are dealt with by one run; the next one goes on.
const MOST: i64 = 300;

/// Reminds who is to be reminded, and notes whose time is over; gives how many that were. Each is a transaction of its own.
pub async fn work(backend: &Backend) -> Result<i64> {
    let now = backend.clock.now();
    let mut tx = backend.database.read().await?;
    let waiting = waiting(&mut tx, now).await?;
    drop(tx);
    let mut done = 0;
    for (agreement, place) in waiting {
        let mut tx = backend.database.begin().await?;
        if settle(&mut tx, &backend.settings.url, agreement, place, now).await? {
            tx.commit().await?;
            done += 1;
        }
    }
    Ok(done)
}

/// Those whom it may be time to write to, or whose time may be over: the rules say so, what is read here is a bit more.
async fn waiting(tx: &mut Tx, now: Timestamp) -> Result<Vec<(Uuid, Uuid)>> {
    let mut sql = Sql::new(
        "SELECT p.agreement_id, s.id FROM agreement_signatories s
         JOIN agreement_parties p ON p.id = s.party_id JOIN agreements a ON a.id = p.agreement_id
         WHERE s.sent_at IS NOT NULL AND s.signed_at IS NULL AND s.declined_at IS NULL AND s.withdrawn_at IS NULL
           AND s.voided_at IS NULL AND p.removed_at IS NULL AND a.state IN ('for_signature', 'partly_signed')",
    );
    sql.bind(" AND ((s.expired_at IS NULL AND s.expires_at <= ?)", now.0)
        .bind(" OR (s.expires_at > ?", now.0)
        .bind(" AND s.reminders < 5 AND s.remind_from <= ?", now.minus(5 * Timestamp::DAY).0)
        .bind(" AND s.remind_from > ?", now.minus(30 * Timestamp::DAY).0)
        .bind(" AND (s.reminded_at IS NULL OR s.reminded_at <= ?)))", now.minus(2 * Timestamp::DAY).0)
        .push(" ORDER BY s.sent_at, s.id")
        .limit(MOST, 0);
    sql.rows(tx).await
}

async fn settle(tx: &mut Tx, portal: &str, agreement: Uuid, place: Uuid, now: Timestamp) -> Result<bool> {
    let key = Key::Id(agreement);
    agreements::hold(tx, &key).await?;
    let agreement = agreements::find(tx, &key, &Scope::All).await?;
    let (all, plan) = store::plan(tx, agreement.id).await?;
    let Some(found) = all.iter().find(|known| known.id == place) else { return Ok(false) };
    if !matches!(agreement.stored, State::ForSignature | State::PartlySigned) {
        return Ok(false);
    }
    let author = Author { actor: None, origin: "system", address: String::new(), now };
    match plan.stand(place, now.0) {
        Some(Stand::Expired) if found.expired_at.is_none() => {
            store::set_expired(tx, place, now).await?;
            store::note(tx, &agreement, found, FactKind::Expired, Said::default(), By::CLOCK, now).await?;
            let name = found.signer().name;
            let facts = [("what", "expired"), ("by", name.as_str())];
            tell::owner(tx, Kind::AgreementSigning, &agreement, &facts, now).await?;
            let entry = events::signing("agreement.signature_expired", &agreement, found);
            journal::record(tx, &author, entry).await?;
        }
        Some(Stand::Turn) if found.is_reminded(now) => {
            store::set_reminded(tx, place, false, now).await?;
            store::note(tx, &agreement, found, FactKind::Reminded, Said::default(), By::CLOCK, now).await?;
            letters::ask(tx, portal, &agreement, found, true, now).await?;
            let entry = events::signing("agreement.signatory_reminded", &agreement, found);
            journal::record(tx, &author, entry).await?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

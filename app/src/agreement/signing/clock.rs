//! What the clock does: signatories are reminded, and it is noted when somebody's time is over.

use uuid::Uuid;

use super::groups::Stand;
use super::letters;
use super::model::FactKind;
use super::store::{self, By, Said};
use super::turn;
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
    for agreement in with_withdrawn(backend).await? {
        let mut tx = backend.database.begin().await?;
        if go_on(&mut tx, &backend.settings.url, agreement, now).await? {
            tx.commit().await?;
            done += 1;
        }
    }
    Ok(done)
}

/// The agreements to be signed of whose signatories somebody was withdrawn. Staff who withdraws somebody asks the next ones
/// by it; an account's erasure does not.
async fn with_withdrawn(backend: &Backend) -> Result<Vec<Uuid>> {
    let mut tx = backend.database.read().await?;
    let rows: Vec<(Uuid,)> = Sql::new(
        "SELECT DISTINCT p.agreement_id FROM agreement_signatories s
         JOIN agreement_parties p ON p.id = s.party_id JOIN agreements a ON a.id = p.agreement_id
         WHERE s.withdrawn_at IS NOT NULL AND s.version_id IS NOT NULL AND s.voided_at IS NULL
           AND p.removed_at IS NULL AND a.state IN ('for_signature', 'partly_signed')",
    )
    .rows(&mut tx)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Goes on with an agreement where those who are left are all that it takes, or where it is somebody's turn who was not
/// asked; tells whether it was so.
async fn go_on(tx: &mut Tx, portal: &str, agreement: Uuid, now: Timestamp) -> Result<bool> {
    let key = Key::Id(agreement);
    agreements::hold(tx, &key).await?;
    let before = agreements::find(tx, &key, &Scope::All).await?;
    if !matches!(before.stored, State::ForSignature | State::PartlySigned) {
        return Ok(false);
    }
    let (all, plan) = store::plan(tx, before.id).await?;
    let signatures = agreements::signatures(tx, before.id).await?;
    let unasked = plan
        .whose_turn()
        .any(|turn| all.iter().any(|place| place.id == turn.id && place.version.is_some() && place.sent_at.is_none()));
    let unwritten = all.iter().any(|place| {
        let written = signatures.iter().any(|signature| signature.party == place.party);
        place.signed_at.is_some() && !written && plan.has_signed(place.party)
    });
    if !unasked && !unwritten {
        return Ok(false);
    }
    let to = turn::advance(tx, portal, &before, None, now).await?;
    if to != before.stored {
        let author = Author { actor: None, origin: "system", address: String::new(), now };
        journal::record(tx, &author, events::moved(before.id, before.stored, to, "")).await?;
    }
    if to == State::Signed {
        let agreement = agreements::find(tx, &key, &Scope::All).await?;
        crate::agreement::clock::settle(tx, &agreement, now).await?;
    }
    Ok(true)
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

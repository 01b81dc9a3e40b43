//! What the clock does: an agreement takes effect when its day begins, and expires or goes on when its last day is over.
//! Pages read it so from that moment on; here it is written down and told.

use uuid::Uuid;

use super::life::{self, Standing, State, Way};
use super::model::{Agreement, Key, Scope};
use super::renewal::model::Follow;
use super::renewal::store as renewal;
use super::{events, store, tell};
use crate::ask;
use crate::backend::Backend;
use crate::backend::database::Tx;
use crate::backend::journal::{self, Author};
use crate::error::Result;
use crate::on;
use crate::time::Timestamp;

/// So many are dealt with by one run; the next one goes on.
const MOST: i64 = 500;

/// Writes down what came to pass by now; gives of how many agreements. Each is a transaction of its own, so that nobody
/// waits long, and what another runner wrote meanwhile is not written again.
pub async fn work(backend: &Backend) -> Result<i64> {
    let now = backend.clock.now();
    let mut tx = backend.database.read().await?;
    let due: Vec<Uuid> = ask!(&mut tx, |c| {
        sqlx::query_scalar(
        "SELECT id FROM (SELECT id, effective_at AS at FROM agreements WHERE state = 'signed' AND effective_at <= $1
                         UNION ALL
                         SELECT id, ends_at AS at FROM agreements WHERE state = 'in_force' AND ends_at <= $1) d
         ORDER BY at, id LIMIT $2"
    )
    .bind(now.0)
    .bind(MOST)
    .fetch_all(c)
    .await
    })?;
    drop(tx);
    let mut done = 0;
    for id in due {
        let mut tx = backend.database.begin().await?;
        store::hold(&mut tx, &Key::Id(id)).await?;
        let agreement = store::find(&mut tx, &Key::Id(id), &Scope::All).await?;
        if settle(&mut tx, &agreement, now).await? {
            tx.commit().await?;
            done += 1;
        }
    }
    Ok(done)
}

/// Writes down what came to pass of an agreement that is held; tells whether anything did.
pub async fn settle(tx: &mut Tx, agreement: &Agreement, now: Timestamp) -> Result<bool> {
    let author = Author { actor: None, origin: "system", address: String::new(), now };
    let at = |moment: Option<Timestamp>| moment.map(|moment| moment.0);
    let standing = Standing {
        effective_at: at(agreement.days.effective_at),
        ends_at: at(agreement.days.ends_at),
        renews: agreement.renews(),
        now: now.0,
        ..Standing::default()
    };
    let (mut state, mut version) = (agreement.stored, agreement.version);
    let mut settled = false;
    for to in [State::InForce, State::Expired] {
        if life::may(state, to, Way::Clock, &standing).is_ok()
            && store::set_state(tx, agreement.id, version, (state, to), now).await?
        {
            journal::record(tx, &author, events::moved(agreement.id, state, to, "")).await?;
            tell::moved(tx, agreement, to, None, now).await?;
            (state, version, settled) = (to, version + 1, true);
            if let (State::InForce, Some((parent, Follow::Renews))) = (to, agreement.follow) {
                give_way(tx, &author, parent, now).await?;
            }
        }
    }
    // Its term ended, and it goes on by itself for another one.
    if state == State::InForce && agreement.renews() && agreement.days.ends_at.is_some_and(|at| at <= now) {
        let days = agreement.facts.days_at(now);
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE agreements SET ends_on = $1, ends_at = $2, changed_at = $3, version = version + 1 WHERE id = $4"
        )
        .bind(&days.ends_on)
        .bind(days.ends_at.map(|at| at.0))
        .bind(now.0)
        .bind(agreement.id)
        .execute(c)
        .await)?;
        renewal::reckon(tx, agreement.id, &agreement.facts, &days, now).await?;
        journal::record(tx, &author, events::prolonged(agreement.id, &agreement.days.ends_on, &days.ends_on)).await?;
        settled = true;
    }
    Ok(settled)
}

/// What renews an agreement took effect: that one has ended, unless it had before.
async fn give_way(tx: &mut Tx, author: &Author, id: Uuid, now: Timestamp) -> Result<()> {
    // It is held with the one that renews it.
    let before = store::find(tx, &Key::Id(id), &Scope::All).await?;
    let standing = Standing { followed: true, now: now.0, ..Standing::default() };
    let (from, to) = (before.stored, State::Renewed);
    if life::may(from, to, Way::Clock, &standing).is_ok()
        && store::set_state(tx, id, before.version, (from, to), now).await?
    {
        journal::record(tx, author, events::moved(id, from, to, "")).await?;
        tell::moved(tx, &before, to, None, now).await?;
    }
    Ok(())
}

//! Makes mails of notifications that are due. Everything about one person happens in one transaction: what is claimed is
//! in the outbox when it is committed, and of two nodes that look at once the second leaves the person to the first.

use uuid::Uuid;

use super::choice;
use super::kinds::Mails;
use super::letters::{self, DAILY, Links, Told};
use super::mailbox;
use super::store::{COLUMNS, Notification, Reader};
use super::unsubscribe;
use crate::actor::Role;
use crate::ask;
use crate::backend::Backend;
use crate::backend::database::{Sql, Tx};
use crate::backend::outbox::{self, Receiver};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;

/// So many people are dealt with in one transaction: SQLite has one writer, and others want to write, too.
const AT_ONCE: i64 = 20;

#[derive(sqlx::FromRow)]
struct Person {
    email: String,
    name: String,
    role: String,
    language: Option<String>,
    address_problem: String,
}

/// Writes the mails that are due now, to people and to companies' mailboxes, and gives how many.
pub async fn work(backend: &Backend) -> Result<i64> {
    Ok(to_people(backend).await? + mailbox::work(backend).await?)
}

async fn to_people(backend: &Backend) -> Result<i64> {
    let mut mails = 0;
    loop {
        let now = backend.clock.now();
        let mut tx = backend.database.read().await?;
        let people = due(&mut tx, now).await?;
        drop(tx);
        if people.is_empty() {
            return Ok(mails);
        }
        let mut tx = backend.database.begin().await?;
        let mut is_done = true;
        for account in people {
            let claimed = claim(&mut tx, account, now).await?;
            if !claimed.is_empty() {
                is_done = false;
                mails += write(&mut tx, backend, account, claimed, now).await?;
            }
        }
        tx.commit().await?;
        if is_done {
            // All of them are being worked on elsewhere right now; what is left then is for the next time.
            return Ok(mails);
        }
    }
}

/// Some of those for whom a mail is due.
async fn due(tx: &mut Tx, now: Timestamp) -> Result<Vec<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "SELECT DISTINCT account_id FROM notifications WHERE mail_due_at <= $1 ORDER BY account_id LIMIT $2"
    )
    .bind(now.0)
    .bind(AT_ONCE)
    .fetch_all(c)
    .await)?)
}

/// Claims all that is due for one person, or nothing: where somebody else is at one of the rows right now – another node,
/// or who brings it up to date – nothing is waited for, and no daily mail is torn in two.
async fn claim(tx: &mut Tx, account: Uuid, now: Timestamp) -> Result<Vec<Notification>> {
    let due = |sql: &mut Sql| {
        sql.bind(" FROM notifications WHERE account_id = ?", account).bind(" AND mail_due_at <= ?", now.0);
    };
    let mut count = Sql::new("SELECT count(*)");
    due(&mut count);
    let mut free = Sql::new("SELECT id");
    due(&mut free);
    if let Tx::Postgres(_) = tx {
        free.push(" FOR UPDATE SKIP LOCKED");
    }
    let (count, free): (i64, Vec<(Uuid,)>) = (count.number(tx).await?, free.rows(tx).await?);
    if free.is_empty() || i64::try_from(free.len()).unwrap_or(i64::MAX) < count {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = free.into_iter().map(|(id,)| id).collect();
    let mut sql = Sql::new("UPDATE notifications SET mail_due_at = NULL WHERE ");
    sql.bind_in("id", &ids).push(" RETURNING ").push(COLUMNS);
    let mut claimed: Vec<Notification> = sql.rows(tx).await?;
    claimed.sort_by_key(|notification| (notification.changed_at, notification.id));
    Ok(claimed)
}

/// Writes the mails about what was claimed for one person, and gives how many.
async fn write(
    tx: &mut Tx,
    backend: &Backend,
    account: Uuid,
    claimed: Vec<Notification>,
    now: Timestamp,
) -> Result<i64> {
    let Some((receiver, reader, refuses)) = person(tx, account, now).await? else { return Ok(0) };
    let chosen = choice::chosen(tx, account).await?;
    let (mut single, mut daily) = (Vec::new(), Vec::new());
    for notification in &claimed {
        let Some((kind, facts)) = notification.told(&reader) else { continue };
        let wanted = kind.must() || (notification.read_at.is_none() && !refuses);
        let told = Told { kind, facts, notification };
        match choice::of(kind, &chosen) {
            Mails::AtOnce if wanted => single.push(told),
            Mails::Daily if wanted => daily.push(told),
            _ => {}
        }
    }
    let mailed: Vec<Uuid> = single.iter().chain(&daily).map(|told| told.notification.id).collect();
    if mailed.is_empty() {
        return Ok(0);
    }
    let portal = backend.settings.url.as_str();
    let secret = unsubscribe::secret_or_new(tx).await?;
    let url = |kind: &str| unsubscribe::url(portal, &secret, account, kind);
    let mut mails = 0;
    for told in &single {
        let links = Links { portal, unsubscribe: (!told.kind.must()).then(|| url(told.kind.code())), mailbox: None };
        let letter = letters::single(told, &receiver, &links);
        outbox::enqueue(tx, told.kind.code(), &receiver, &letter, now).await?;
        mails += 1;
    }
    if !daily.is_empty() {
        let links = Links { portal, unsubscribe: Some(url(DAILY)), mailbox: None };
        outbox::enqueue(tx, DAILY, &receiver, &letters::daily(&daily, &receiver, &links), now).await?;
        mails += 1;
    }
    let mut sql = Sql::new("UPDATE notifications SET ");
    sql.bind("mailed_at = ?", now.0).push(" WHERE ").bind_in("id", &mailed);
    sql.execute(tx).await?;
    Ok(mails)
}

/// To whom a mail would go, what they may know now, and whether their address refuses mails; none for who is gone.
async fn person(tx: &mut Tx, account: Uuid, now: Timestamp) -> Result<Option<(Receiver, Reader, bool)>> {
    let found: Option<Person> = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT email, name, role, language, address_problem FROM accounts
         WHERE id = $1 AND suspended_at IS NULL AND erased_at IS NULL"
    )
    .bind(account)
    .fetch_optional(c)
    .await)?;
    let Some(person) = found else { return Ok(None) };
    let Some(role) = Role::from_code(&person.role) else { return Ok(None) };
    let companies: Vec<Uuid> = ask!(tx, |c| sqlx::query_scalar(
        "SELECT company_id FROM affiliations
         WHERE account_id = $1 AND ended_at IS NULL AND (since = '' OR since <= $2) AND (until = '' OR until >= $2)"
    )
    .bind(account)
    .bind(now.iso_day())
    .fetch_all(c)
    .await)?;
    let language = person.language.as_deref().and_then(Language::from_code).unwrap_or_default();
    let receiver = Receiver { account: Some(account), address: person.email, name: person.name, language };
    Ok(Some((receiver, Reader { role, companies, language }, !person.address_problem.is_empty())))
}

//! Erasing what is held about a person. What they did stays, under a pseudonym; the journal's chain stays valid.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::holding::{Erase, Instead, Person, statement};
use super::holdings::holdings;
use super::model::pseudonym;
use super::store;
use crate::backend::Backend;
use crate::backend::database::{Sql, Tx, containing};
use crate::backend::journal::{Author, Chain, Entry, erase, head};
use crate::error::{Error, Refusal, Result};
use crate::people::store::hold_administrators;
use crate::search::{self, Kind};
use crate::time::Timestamp;
use crate::{affiliation, ask, enquiry, on};

/// Where a person stands in texts of others: looked for before anything is written, since it means reading whole tables.
#[derive(Clone, Debug, Default)]
pub struct Mentions {
    /// The journal's head when it was read.
    journal_end: i64,
    journal: Vec<i64>,
    mails: Vec<Uuid>,
    notifications: Vec<Uuid>,
}

/// Looks for a person's address in the journal and in mails to others, and for their name in notifications of others.
pub async fn mentions(tx: &mut Tx, person: &Person) -> Result<Mentions> {
    let (journal_end, _) = head(tx).await?;
    let journal = erase::mentioning(tx, &person.email, 0).await?;
    let address = containing(&person.email.to_ascii_lowercase());
    let mails = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
        r"SELECT id FROM mails WHERE (account_id IS NULL OR account_id <> $1) AND lower(body_text) LIKE $2 ESCAPE '\'"
    )
    .bind(person.account)
    .bind(&address)
    .fetch_all(c)
    .await
    })?;
    let notifications = ask!(tx, |c| sqlx::query_scalar(
        r"SELECT id FROM notifications
          WHERE account_id <> $1 AND (lower(facts) LIKE $2 ESCAPE '\' OR facts LIKE $3 ESCAPE '\')"
    )
    .bind(person.account)
    .bind(&address)
    .bind(containing(&person.name))
    .fetch_all(c)
    .await)?;
    Ok(Mentions { journal_end, journal, mails, notifications })
}

/// Erases beforehand, a part at a time, the network addresses of what the person did. All else goes at once; a history of
/// many years would hold up everybody who writes. Cut off, it can be repeated.
pub async fn erase_addresses(backend: &Backend, person: &Person) -> Result<()> {
    let mut after = 0;
    loop {
        let mut tx = backend.database.begin().await?;
        let mut reach = Sql::new("SELECT coalesce(max(q.seq), 0) FROM (SELECT j.seq FROM journal j WHERE ");
        reach.bind("j.actor_id = ?", person.account).bind(" AND j.seq > ? ORDER BY j.seq LIMIT 1000) q", after);
        let last = reach.number(&mut tx).await?;
        if last == 0 {
            return Ok(());
        }
        erase::addresses_of(&mut tx, person.account, after, last).await?;
        tx.commit().await?;
        after = last;
    }
}

/// Erases a person's data, all of it in this transaction, and gives their pseudonym.
///
/// # Errors
/// [`Refusal::LastOfPortal`] where nobody else administers the portal; [`Error::Conflict`] where the person was given a
/// company meanwhile.
pub async fn erase(tx: &mut Tx, author: &Author, person: &Person, mentions: &Mentions) -> Result<String> {
    // Whoever changes people takes the administrators, the companies and the journal in this order, so that nobody waits
    // for another in a circle. Who erases another administrator at the same moment waits here, and counts afterwards.
    hold_administrators(tx).await?;
    let mut companies = store::companies_of(tx, person.account).await?;
    companies.extend(store::managed(tx, person.account).await?);
    companies.sort();
    companies.dedup();
    for company in companies {
        affiliation::store::hold(tx, company).await?;
    }
    let managed = store::managed(tx, person.account).await?;
    if store::is_last_administrator(tx, person.account).await? {
        return Err(Error::Refused(Refusal::LastOfPortal));
    }
    let instead = Instead {
        name: free_pseudonym(tx, person.account).await?,
        nowhere: format!("erased-{}@invalid", person.account),
        now: author.now,
    };
    // The rows about invitations and requests are found by the address, which goes below.
    let subjects = subjects(tx, person).await?;
    erase_in_mails(tx, mentions).await?;
    erase_in_notifications(tx, person, &instead, mentions).await?;
    erase_in_search(tx, person).await?;
    forget_enquiries(tx, person, author.now).await?;
    release_companies(tx, author, &managed).await?;
    for holding in holdings() {
        let Erase::Statements(texts) = holding.erase else { continue };
        for text in texts {
            statement(text, person, 0, Some(&instead)).execute(tx).await?;
        }
    }
    // The journal last, as in every other write; from here on nobody adds to it.
    let mut chain = Chain::open(tx).await?;
    if !store::managed(tx, person.account).await?.is_empty() {
        return Err(Error::Conflict);
    }
    erase_in_journal(tx, person, subjects, mentions).await?;
    for company in managed {
        let manager = |value: String| vec![("manager", value)];
        let entry = Entry::new("company.edited", "company", company)
            .changed(manager(person.account.to_string()), manager(String::new()));
        chain.append(tx, author, entry).await?;
    }
    chain.append(tx, author, Entry::new("account.erased", "account", person.account)).await?;
    chain.close(tx).await?;
    Ok(instead.name)
}

/// The search forgets with the records: who asks for an address or a name that went finds nothing.
async fn erase_in_search(tx: &mut Tx, person: &Person) -> Result<()> {
    search::note(tx, Kind::Account, person.account);
    let mut people = Sql::new("SELECT id FROM people WHERE ");
    people
        .bind("account_id = ?", person.account)
        .bind(" OR (email_folded <> '' AND email_folded = ?)", person.folded.as_str());
    let ids: Vec<(Uuid,)> = people.rows(tx).await?;
    for (id,) in ids {
        search::note(tx, Kind::Person, id);
    }
    Ok(())
}

/// What the person asked from outside, under the same address.
async fn forget_enquiries(tx: &mut Tx, person: &Person, now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("SELECT id FROM enquiries WHERE email_folded <> '' AND ");
    sql.bind("email_folded = ?", person.folded.as_str()).push(" ORDER BY id");
    let ids: Vec<(Uuid,)> = sql.rows(tx).await?;
    for (id,) in ids {
        enquiry::store::forget_person(tx, id, now).await?;
    }
    Ok(())
}

/// What entries about the person are about: invitations, requests, and themselves.
async fn subjects(tx: &mut Tx, person: &Person) -> Result<Vec<Uuid>> {
    let mut subjects: Vec<Uuid> = ask!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM invitations WHERE account_id = $1 OR email_folded = $2
         UNION SELECT id FROM join_requests WHERE account_id = $1 OR email_folded = $2"
    )
    .bind(person.account)
    .bind(&person.folded)
    .fetch_all(c)
    .await)?;
    subjects.push(person.account);
    Ok(subjects)
}

async fn free_pseudonym(tx: &mut Tx, account: Uuid) -> Result<String> {
    for variant in 0..20 {
        let name = pseudonym(account, variant);
        let mut taken = Sql::new("SELECT count(*) FROM accounts");
        taken.bind(" WHERE name = ?", name.as_str());
        if taken.number(tx).await? == 0 {
            return Ok(name);
        }
    }
    Ok(pseudonym(account, 0))
}

/// Erases from the journal the network addresses of what the person did, the values of entries about them that hold name
/// or address, and their address wherever else it stands as a value.
async fn erase_in_journal(tx: &mut Tx, person: &Person, subjects: Vec<Uuid>, mentions: &Mentions) -> Result<()> {
    erase::addresses_of(tx, person.account, 0, i64::MAX).await?;
    let mut addresses = HashSet::from([person.email.clone()]);
    for row in erase::about(tx, &subjects).await? {
        // Somebody else's network address is that one's.
        let own = row.actor_id.is_none() || row.actor_id == Some(person.account);
        let goes = |field: &str, before: &str, after: &str| {
            (erase::is_address(field) && own)
                || PERSONAL.contains(&field)
                || [before, after].iter().any(|value| *value == person.name || *value == person.email)
        };
        for (field, value) in erase::values(tx, &row, goes).await? {
            // An address that the person had before.
            if field == "email" && value.contains('@') {
                addresses.insert(value);
            }
        }
    }
    let mut numbers = mentions.journal.clone();
    numbers.extend(erase::mentioning(tx, &person.email, mentions.journal_end).await?);
    for address in addresses.iter().filter(|address| **address != person.email) {
        // Few: each is an address that the account had. Somebody else may have it by now.
        let mut taken = Sql::new("SELECT count(*) FROM accounts");
        taken.bind(" WHERE lower(email) = lower(?)", address.as_str()).bind(" AND id <> ?", person.account);
        if taken.number(tx).await? == 0 {
            on!(&mut *tx, |c| sqlx::query("DELETE FROM sign_in_attempts WHERE email_folded = $1")
                .bind(crate::backend::fold::fold(address))
                .execute(c)
                .await)?;
        }
    }
    for row in erase::numbered(tx, &numbers).await? {
        let is_theirs = |value: &str| value.eq_ignore_ascii_case(&person.email);
        let unsigned = row.actor_id.is_none();
        let goes = |field: &str, before: &str, after: &str| {
            is_theirs(before) || is_theirs(after) || (erase::is_address(field) && unsigned)
        };
        erase::values(tx, &row, goes).await?;
    }
    Ok(())
}

/// The fields of entries about a person, their invitations and their requests that tell who they are.
pub const PERSONAL: [&str; 5] = ["name", "email", "address", "title", "reason"];

/// What mails to others say goes where it names the person's address.
async fn erase_in_mails(tx: &mut Tx, mentions: &Mentions) -> Result<()> {
    for id in &mentions.mails {
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE mails SET body_text = '', body_html = '' WHERE id = $1 AND sent_at IS NOT NULL"
        )
        .bind(*id)
        .execute(c)
        .await)?;
    }
    Ok(())
}

/// In what others were told the pseudonym stands for the name, where that is all that a fact says.
async fn erase_in_notifications(tx: &mut Tx, person: &Person, instead: &Instead, mentions: &Mentions) -> Result<()> {
    for id in &mentions.notifications {
        let facts: Option<String> =
            ask!(&mut *tx, |c| sqlx::query_scalar("SELECT facts FROM notifications WHERE id = $1")
                .bind(*id)
                .fetch_optional(c)
                .await)?;
        let Some(facts) = facts.and_then(|facts| without(&facts, person, instead)) else { continue };
        on!(&mut *tx, |c| sqlx::query("UPDATE notifications SET facts = $1 WHERE id = $2")
            .bind(&facts)
            .bind(*id)
            .execute(c)
            .await)?;
    }
    // What waits for mailboxes is little: it is gone in minutes.
    let waiting: Vec<(Uuid, String)> =
        ask!(&mut *tx, |c| sqlx::query_as(r"SELECT id, facts FROM mailbox_notices WHERE facts LIKE $1 ESCAPE '\'")
            .bind(containing(&person.name))
            .fetch_all(c)
            .await)?;
    for (id, facts) in waiting {
        let Some(facts) = without(&facts, person, instead) else { continue };
        on!(&mut *tx, |c| sqlx::query("UPDATE mailbox_notices SET facts = $1 WHERE id = $2")
            .bind(&facts)
            .bind(id)
            .execute(c)
            .await)?;
    }
    Ok(())
}

/// Facts without a person's name and address; none where they are no facts.
fn without(facts: &str, person: &Person, instead: &Instead) -> Option<String> {
    let mut facts: serde_json::Value = serde_json::from_str(facts).ok()?;
    for value in facts.as_object_mut()?.values_mut() {
        let said = value.as_str().unwrap_or_default();
        if said == person.name {
            *value = instead.name.clone().into();
        } else if said.contains(&format!("@{}", person.name)) {
            *value = said.replace(&format!("@{}", person.name), &format!("@{}", instead.name)).into();
        } else if said.eq_ignore_ascii_case(&person.email) {
            *value = String::new().into();
        }
    }
    Some(facts.to_string())
}

/// The companies that the person looked after have no account manager from now on; each one's timeline tells it.
async fn release_companies(tx: &mut Tx, author: &Author, managed: &[Uuid]) -> Result<()> {
    for company in managed {
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE companies SET manager_id = NULL, changed_at = $1, version = version + 1 WHERE id = $2"
        )
        .bind(author.now.0)
        .bind(*company)
        .execute(c)
        .await)?;
    }
    Ok(())
}

/// The file, outside the database, that keeps which accounts were erased: a database that is restored from an older backup
/// knows nothing of it.
pub fn erasures_file(heads: &Path) -> PathBuf {
    heads.join("erasures.txt")
}

/// Adds those accounts to the file that were erased and do not stand there yet.
///
/// # Errors
/// When the file cannot be written.
pub fn keep(heads: &Path, erased: &[(Uuid, Timestamp)]) -> std::io::Result<()> {
    use std::io::Write as _;
    let path = erasures_file(heads);
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let known: HashSet<Uuid> = listed(&known).collect();
    let lines: String = erased
        .iter()
        .filter(|(account, _)| !known.contains(account))
        .map(|(account, at)| format!("{account} {}\n", at.iso()))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    std::fs::create_dir_all(heads)?;
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(lines.as_bytes())?;
    file.sync_data()
}

/// The accounts that stand in the file.
fn listed(text: &str) -> impl Iterator<Item = Uuid> {
    text.lines().filter_map(|line| line.split(' ').next()?.parse().ok())
}

/// The accounts that were erased, and when.
pub async fn erased(tx: &mut Tx) -> Result<Vec<(Uuid, Timestamp)>> {
    let rows: Vec<(Uuid, i64)> = ask!(tx, |c| {
        sqlx::query_as("SELECT id, erased_at FROM accounts WHERE erased_at IS NOT NULL ORDER BY erased_at, id")
            .fetch_all(c)
            .await
    })?;
    Ok(rows.into_iter().map(|(account, at)| (account, Timestamp(at))).collect())
}

/// Erases anew, in a restored database, the accounts that the file knows, but for the last administrator; gives how many
/// that were. Nobody is written to.
pub async fn repeat(tx: &mut Tx, file: &str, now: Timestamp) -> Result<u64> {
    let author = Author { actor: None, origin: "command", address: String::new(), now };
    let mut count = 0;
    for account in listed(file) {
        let Some(person) = store::person(tx, account).await? else { continue };
        let mentions = mentions(tx, &person).await?;
        match erase(tx, &author, &person, &mentions).await {
            Err(Error::Refused(Refusal::LastOfPortal)) => continue,
            erased => erased?,
        };
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE erasure_requests SET decided_at = $1 WHERE account_id = $2 AND decided_at IS NULL"
        )
        .bind(now.0)
        .bind(account)
        .execute(c)
        .await)?;
        count += 1;
    }
    Ok(count)
}

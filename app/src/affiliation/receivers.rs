//! Who gets what a company is sent.

use uuid::Uuid;

use crate::actor::Rights;
use crate::ask;
use crate::backend::database::Tx;
use crate::backend::fold::fold;
use crate::backend::outbox::Receiver;
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;

/// The people who act for a company now with at least these rights, and its mailbox once that is confirmed, each in their
/// language. An address comes once.
pub async fn receivers(tx: &mut Tx, company: Uuid, at_least: Rights, now: Timestamp) -> Result<Vec<Receiver>> {
    let people: Vec<(Uuid, String, String, Option<String>)> = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT a.id, a.email, a.name, a.language
         FROM affiliations f JOIN accounts a ON a.id = f.account_id JOIN affiliation_rights r ON r.rights = f.rights
         WHERE f.company_id = $1 AND f.ended_at IS NULL
           AND (f.since = '' OR f.since <= $2) AND (f.until = '' OR f.until >= $2)
           AND a.suspended_at IS NULL AND a.erased_at IS NULL AND a.role = 'representative'
           AND r.position >= (SELECT position FROM affiliation_rights WHERE rights = $3)
         ORDER BY r.position DESC, a.name, a.id"
    )
    .bind(company)
    .bind(now.iso_day())
    .bind(at_least.code())
    .fetch_all(c)
    .await)?;
    let mailbox: Option<(String, String, String, String)> = ask!(tx, |c| sqlx::query_as(
        "SELECT m.address, m.language, c.name_en, c.name_zh
         FROM company_mailboxes m JOIN companies c ON c.id = m.company_id
         WHERE m.company_id = $1 AND m.confirmed_at IS NOT NULL"
    )
    .bind(company)
    .fetch_optional(c)
    .await)?;
    let language = |code: &str| Language::from_code(code).unwrap_or_default();
    let mut receivers: Vec<Receiver> = people
        .into_iter()
        .map(|(account, address, name, code)| Receiver {
            account: Some(account),
            address,
            name,
            language: code.as_deref().map(language).unwrap_or_default(),
        })
        .collect();
    if let Some((address, code, name_en, name_zh)) = mailbox {
        let language = language(&code);
        if !receivers.iter().any(|receiver| fold(&receiver.address) == fold(&address)) {
            let name = language.prefer(&name_en, &name_zh).to_owned();
            receivers.push(Receiver { account: None, address, name, language });
        }
    }
    Ok(receivers)
}

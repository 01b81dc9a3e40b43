//! The versions of an agreement's text, what the parties say of them, and who signed them.

use uuid::Uuid;

use super::super::model::{Tongue, Word};
use crate::backend::clock;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// A version of the text.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Version {
    pub id: Uuid,
    /// Among all of them, from 1.
    pub number: i64,
    /// Among those that the parties see, from 1; none for the zone's own drafts.
    pub shared_number: Option<i64>,
    pub changes: String,
    pub by: Option<String>,
    pub at: i64,
}

/// The versions, the newest first: all of them, or those that the parties see.
pub async fn versions(tx: &mut Tx, agreement: Uuid, all: bool) -> Result<Vec<Version>> {
    let mut sql = Sql::new(
        r#"SELECT v.id, v.number, v.shared_number, v.changes, a.name AS "by", v.at
           FROM agreement_versions v LEFT JOIN accounts a ON a.id = v.by_id"#,
    );
    sql.bind(" WHERE v.agreement_id = ?", agreement);
    if !all {
        sql.push(" AND v.shared_number IS NOT NULL");
    }
    sql.push(" ORDER BY v.number DESC").limit(100, 0);
    sql.rows(tx).await
}

/// The text as it is now.
pub async fn current(tx: &mut Tx, agreement: Uuid) -> Result<Option<Version>> {
    Ok(versions(tx, agreement, true).await?.into_iter().next())
}

/// Adds a version; one that the parties see at once has its number among those.
pub async fn add_version(
    tx: &mut Tx,
    id: Uuid,
    agreement: Uuid,
    changes: &str,
    by: Option<Uuid>,
    shared: bool,
    now: Timestamp,
) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO agreement_versions (id, agreement_id, number, changes, by_id, at)
         SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5 FROM agreement_versions WHERE agreement_id = $2"
    )
    .bind(id)
    .bind(agreement)
    .bind(changes)
    .bind(by)
    .bind(now.0)
    .execute(c)
    .await)?;
    if shared { share(tx, agreement, id, now).await } else { Ok(()) }
}

/// Lets the parties see a version. It gets the next number among those.
pub async fn share(tx: &mut Tx, agreement: Uuid, version: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE agreement_versions SET shared_at = $1, shared_number =
             (SELECT coalesce(max(o.shared_number), 0) + 1 FROM agreement_versions o WHERE o.agreement_id = $2)
         WHERE id = $3 AND shared_number IS NULL"
    )
    .bind(now.0)
    .bind(agreement)
    .bind(version)
    .execute(c)
    .await)?;
    Ok(())
}

/// The file of a version in a language.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Text {
    pub version: Uuid,
    pub language: String,
    pub document: Uuid,
}

impl Text {
    pub fn tongue(&self) -> Tongue {
        Tongue::from_code(&self.language).unwrap_or(Tongue::Both)
    }
}

pub async fn texts(tx: &mut Tx, agreement: Uuid) -> Result<Vec<Text>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT t.version_id AS version, t.language, t.document_id AS document
         FROM agreement_texts t JOIN agreement_versions v ON v.id = t.version_id
         WHERE v.agreement_id = $1 ORDER BY v.number DESC, t.language"
    )
    .bind(agreement)
    .fetch_all(c)
    .await)?)
}

pub async fn add_text(tx: &mut Tx, version: Uuid, language: Tongue, document: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query("INSERT INTO agreement_texts (version_id, language, document_id) VALUES ($1, $2, $3)")
        .bind(version)
        .bind(language.code())
        .bind(document)
        .execute(c)
        .await)?;
    Ok(())
}

/// A word that counts.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Given {
    pub version: Uuid,
    pub party: Uuid,
    word: String,
    pub reason: String,
    pub told_by: String,
    pub by: Option<String>,
    pub of_zone: bool,
    pub at: i64,
}

impl Given {
    pub fn word(&self) -> Word {
        Word::from_code(&self.word).unwrap_or(Word::AsksChanges)
    }
}

/// The words that count on a version, of those who are parties.
pub async fn words(tx: &mut Tx, version: Uuid) -> Result<Vec<Given>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        r#"SELECT w.version_id AS version, w.party_id AS party, w.word, w.reason, w.told_by, a.name AS "by",
                  coalesce(a.role, '') <> 'representative' AS of_zone, w.at
           FROM agreement_words w JOIN agreement_parties p ON p.id = w.party_id LEFT JOIN accounts a ON a.id = w.by_id
           WHERE w.version_id = $1 AND w.voided_at IS NULL AND p.removed_at IS NULL ORDER BY p.position, p.id"#
    )
    .bind(version)
    .fetch_all(c)
    .await)?)
}

/// A party's new word on a version; the one that it gave before no longer counts.
pub struct NewWord<'a> {
    pub version: Uuid,
    pub party: Uuid,
    pub word: Word,
    pub reason: &'a str,
    /// How staff was told, where the party did not say it itself.
    pub told_by: &'a str,
    pub by: Option<Uuid>,
}

pub async fn give_word(tx: &mut Tx, new: &NewWord<'_>, now: Timestamp) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "UPDATE agreement_words SET voided_at = $1 WHERE version_id = $2 AND party_id = $3 AND voided_at IS NULL"
    )
    .bind(now.0)
    .bind(new.version)
    .bind(new.party)
    .execute(c)
    .await)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO agreement_words (id, version_id, party_id, word, reason, told_by, by_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(clock::new_id())
    .bind(new.version)
    .bind(new.party)
    .bind(new.word.code())
    .bind(new.reason)
    .bind(new.told_by)
    .bind(new.by)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(())
}

/// No word on an agreement's text counts any more: it is another text, or others agree on it.
pub async fn void_words(tx: &mut Tx, agreement: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE agreement_words SET voided_at = $1 WHERE voided_at IS NULL
           AND version_id IN (SELECT id FROM agreement_versions WHERE agreement_id = $2)"
    )
    .bind(now.0)
    .bind(agreement)
    .execute(c)
    .await)?;
    Ok(())
}

/// A signature that counts.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Signature {
    pub party: Uuid,
    pub version: Uuid,
    mode: String,
    pub signer_name: String,
    pub signer_title: String,
    pub signed_on: String,
    pub place: String,
    pub document: Option<Uuid>,
    pub recorded_by: Option<String>,
    pub recorded_at: i64,
}

impl Signature {
    /// Whether it stands on paper, and so on a scan; else it was given in the portal.
    pub fn is_on_paper(&self) -> bool {
        self.mode == "paper"
    }
}

pub async fn signatures(tx: &mut Tx, agreement: Uuid) -> Result<Vec<Signature>> {
    Ok(ask!(tx, |c| {
        sqlx::query_as(
        "SELECT s.party_id AS party, s.version_id AS version, s.mode, s.signer_name, s.signer_title, s.signed_on, s.place,
                s.document_id AS document, a.name AS recorded_by, s.recorded_at
         FROM agreement_signatures s JOIN agreement_parties p ON p.id = s.party_id
         LEFT JOIN accounts a ON a.id = s.recorded_by
         WHERE p.agreement_id = $1 AND s.voided_at IS NULL AND p.removed_at IS NULL ORDER BY p.position, p.id"
    )
    .bind(agreement)
    .fetch_all(c)
    .await
    })?)
}

/// Who signed on paper for a party.
pub struct NewSignature<'a> {
    pub party: Uuid,
    pub version: Uuid,
    pub signer_name: &'a str,
    pub signer_title: &'a str,
    pub signed_on: &'a str,
    pub place: &'a str,
    pub document: Option<Uuid>,
    pub by: Option<Uuid>,
}

pub async fn sign(tx: &mut Tx, new: &NewSignature<'_>, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO agreement_signatures (id, party_id, version_id, mode, signer_name, signer_title, signed_on, place,
                document_id, recorded_by, recorded_at)
         VALUES ($1, $2, $3, 'paper', $4, $5, $6, $7, $8, $9, $10)"
    )
    .bind(clock::new_id())
    .bind(new.party)
    .bind(new.version)
    .bind(new.signer_name)
    .bind(new.signer_title)
    .bind(new.signed_on)
    .bind(new.place)
    .bind(new.document)
    .bind(new.by)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(())
}

/// The scanned original of signatures that were recorded before it was there.
pub async fn set_original(tx: &mut Tx, agreement: Uuid, document: Uuid) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
        "UPDATE agreement_signatures SET document_id = $1 WHERE voided_at IS NULL AND document_id IS NULL AND mode = 'paper'
           AND party_id IN (SELECT id FROM agreement_parties WHERE agreement_id = $2)"
    )
    .bind(document)
    .bind(agreement)
    .execute(c)
    .await
    })?;
    Ok(())
}

/// No signature under an agreement counts any more: its text is open again.
pub async fn void_signatures(tx: &mut Tx, agreement: Uuid, now: Timestamp) -> Result<u64> {
    let mut sql = Sql::new("UPDATE agreement_signatures SET voided_at = ");
    sql.bind("? WHERE voided_at IS NULL AND party_id IN ", now.0)
        .bind("(SELECT id FROM agreement_parties WHERE agreement_id = ?)", agreement);
    sql.execute(tx).await
}

/// Whether a document is a text, the scan of a signature or the authority of who signs, and so stays.
pub async fn is_bound(tx: &mut Tx, document: Uuid) -> Result<bool> {
    let number: i64 = ask!(tx, |c| sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM agreement_texts WHERE document_id = $1)
              + (SELECT count(*) FROM agreement_signatures WHERE document_id = $1)
              + (SELECT count(*) FROM agreement_signatories WHERE authority_id = $1)"
    )
    .bind(document)
    .fetch_one(c)
    .await)?;
    Ok(number > 0)
}

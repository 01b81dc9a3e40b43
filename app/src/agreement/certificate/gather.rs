//! What happened to an agreement until it was signed, gathered for its certificate from where each thing is kept.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::super::model;
use super::super::store;
use super::content::{Agreement, Content, Event, File, Journal, Party, Version};
use crate::ask;
use crate::backend::database::{Sql, Tx};
use crate::backend::journal;
use crate::error::Result;
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct FileRow {
    version_id: Uuid,
    language: String,
    name: String,
    size: i64,
    sha256: String,
}

#[derive(sqlx::FromRow)]
struct FactRow {
    kind: String,
    at: i64,
    zone: String,
    name: String,
    title: String,
    on_behalf_of: String,
    address: String,
    agent: String,
    method: String,
    reason: String,
    drawn: String,
    version_id: Uuid,
    party_id: Uuid,
    name_en: String,
    name_zh: String,
}

#[derive(sqlx::FromRow)]
struct PaperRow {
    party_id: Uuid,
    version_id: Uuid,
    signer_name: String,
    signer_title: String,
    signed_on: String,
    place: String,
    recorded_at: i64,
    voided_at: Option<i64>,
    name_en: String,
    name_zh: String,
    name: Option<String>,
    size: Option<i64>,
    sha256: Option<String>,
}

/// A moment in UTC, to the microsecond.
pub(super) fn utc(at: i64) -> String {
    let second = Timestamp(at).iso();
    format!("{}.{:06}Z", second.trim_end_matches('Z'), at.rem_euclid(Timestamp::SECOND))
}

/// A moment as clocks show it in a zone, with how far that is from UTC.
fn local(at: i64, zone: &str) -> String {
    let moment = jiff::Timestamp::from_microsecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    match TimeZone::get(zone) {
        Ok(zone) => moment.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
        Err(_) => String::new(),
    }
}

/// Everything that a certificate says but for itself; none where no file was signed, so that there is nothing to certify.
pub(super) async fn gather(tx: &mut Tx, agreement: &model::Agreement) -> Result<Option<Content>> {
    let parties = store::parties(tx, agreement.id).await?;
    let places: HashMap<Uuid, usize> = parties.iter().zip(1..).map(|(party, place)| (party.id, place)).collect();
    let all = store::versions(tx, agreement.id, true).await?;
    let numbers: HashMap<Uuid, i64> =
        all.iter().filter_map(|version| Some((version.id, version.shared_number?))).collect();
    let signed: Option<Uuid> = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
        "SELECT s.version_id FROM agreement_signatures s JOIN agreement_parties p ON p.id = s.party_id
         WHERE p.agreement_id = $1 AND s.voided_at IS NULL AND p.removed_at IS NULL ORDER BY s.recorded_at DESC, s.id LIMIT 1"
    )
    .bind(agreement.id)
    .fetch_optional(c)
    .await
    })?;
    let files: Vec<FileRow> = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT t.version_id, t.language, d.name, f.size, d.sha256
         FROM agreement_texts t JOIN agreement_versions v ON v.id = t.version_id
         JOIN documents d ON d.id = t.document_id JOIN files f ON f.sha256 = d.sha256
         WHERE v.agreement_id = $1 ORDER BY v.number, t.language"
    )
    .bind(agreement.id)
    .fetch_all(c)
    .await)?;
    if files.iter().all(|file| Some(file.version_id) != signed) {
        return Ok(None);
    }
    let mut versions = Vec::new();
    for version in all.iter().rev().filter(|version| version.shared_number.is_some()) {
        let own = files.iter().filter(|file| file.version_id == version.id).map(|file| File {
            language: file.language.clone(),
            name: file.name.clone(),
            size: file.size,
            sha256: file.sha256.clone(),
        });
        versions.push(Version {
            number: version.shared_number.unwrap_or_default(),
            at: utc(version.at),
            signed: Some(version.id) == signed,
            files: own.collect(),
        });
    }
    let mut events = facts(tx, agreement, &places, &numbers).await?;
    events.extend(on_paper(tx, agreement, &places, &numbers).await?);
    // Of the same length and form, so that texts are ordered as moments are.
    events.sort_by(|one, other| one.at.cmp(&other.at));
    let (number, hash) = journal::head(tx).await?;
    let stated = &agreement.facts;
    Ok(Some(Content {
        certificate: super::content::Certificate::default(),
        agreement: Agreement {
            number: agreement.number.clone(),
            title_en: stated.title_en.clone(),
            title_zh: stated.title_zh.clone(),
            kind: stated.kind.code().to_owned(),
            prevailing: stated.prevailing.code().to_owned(),
            sign_place: stated.sign_place.clone(),
            sign_on: stated.sign_on.clone(),
            effective_on: stated.effective_on.clone(),
            zone: stated.zone.clone(),
        },
        parties: parties
            .into_iter()
            .zip(1..)
            .map(|(party, place)| Party { place, name_en: party.name_en, name_zh: party.name_zh, role: party.role })
            .collect(),
        versions,
        events,
        journal: Journal { number, hash },
    }))
}

/// What happened to the requests to sign in the portal.
async fn facts(
    tx: &mut Tx,
    agreement: &model::Agreement,
    places: &HashMap<Uuid, usize>,
    numbers: &HashMap<Uuid, i64>,
) -> Result<Vec<Event>> {
    let mut sql = Sql::new(
        "SELECT f.kind, f.at, f.zone, f.name, f.title, f.on_behalf_of, f.address, f.agent, f.method, f.reason, f.drawn,
                f.version_id, s.party_id, k.name_en, k.name_zh
         FROM agreement_signing_facts f JOIN agreement_signatories s ON s.id = f.signatory_id
         JOIN agreement_parties p ON p.id = s.party_id JOIN companies k ON k.id = p.company_id",
    );
    sql.bind(" WHERE f.agreement_id = ? ORDER BY f.at, f.id", agreement.id);
    let rows: Vec<FactRow> = sql.rows(tx).await?;
    let events = rows.into_iter().map(|row| Event {
        what: row.kind,
        at: utc(row.at),
        local: local(row.at, &row.zone),
        zone: row.zone,
        party: places.get(&row.party_id).copied(),
        company_en: row.name_en,
        company_zh: row.name_zh,
        version: numbers.get(&row.version_id).copied(),
        name: row.name,
        title: row.title,
        on_behalf_of: row.on_behalf_of,
        address: row.address,
        agent: row.agent,
        method: if row.method == "none" { String::new() } else { row.method },
        reason: row.reason,
        drawn_sha256: if row.drawn.is_empty() { String::new() } else { hex::encode(Sha256::digest(&row.drawn)) },
        ..Event::default()
    });
    Ok(events.collect())
}

/// What was signed on paper, also what was voided later.
async fn on_paper(
    tx: &mut Tx,
    agreement: &model::Agreement,
    places: &HashMap<Uuid, usize>,
    numbers: &HashMap<Uuid, i64>,
) -> Result<Vec<Event>> {
    let mut sql = Sql::new(
        "SELECT s.party_id, s.version_id, s.signer_name, s.signer_title, s.signed_on, s.place, s.recorded_at, s.voided_at,
                k.name_en, k.name_zh, d.name, f.size, d.sha256
         FROM agreement_signatures s JOIN agreement_parties p ON p.id = s.party_id JOIN companies k ON k.id = p.company_id
         LEFT JOIN documents d ON d.id = s.document_id LEFT JOIN files f ON f.sha256 = d.sha256
         WHERE s.mode = 'paper'",
    );
    sql.bind(" AND p.agreement_id = ? ORDER BY s.recorded_at, p.position, s.id", agreement.id);
    let rows: Vec<PaperRow> = sql.rows(tx).await?;
    let zone = &agreement.facts.zone;
    let mut events = Vec::new();
    for row in rows {
        let original = match (row.name, row.size, row.sha256) {
            (Some(name), Some(size), Some(sha256)) if row.voided_at.is_none() => {
                Some(File { language: String::new(), name, size, sha256 })
            }
            _ => None,
        };
        let event = Event {
            what: "signed_on_paper".to_owned(),
            at: utc(row.recorded_at),
            local: local(row.recorded_at, zone),
            zone: zone.clone(),
            party: places.get(&row.party_id).copied(),
            company_en: row.name_en,
            company_zh: row.name_zh,
            version: numbers.get(&row.version_id).copied(),
            name: row.signer_name,
            title: row.signer_title,
            signed_on: row.signed_on,
            place: row.place,
            original,
            ..Event::default()
        };
        if let Some(at) = row.voided_at {
            events.push(Event {
                what: "paper_voided".to_owned(),
                at: utc(at),
                local: local(at, zone),
                ..event.clone()
            });
        }
        events.push(event);
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::{local, utc};

    #[test]
    fn a_moment_is_told_in_utc_and_where_it_counts() {
        let at = 1_700_000_000_000_042;
        assert_eq!(utc(at), "2023-11-14T22:13:20.000042Z");
        assert_eq!(local(at, "Asia/Shanghai"), "2023-11-15 06:13:20 +08:00");
        assert_eq!(local(at, "Europe/Copenhagen"), "2023-11-14 23:13:20 +01:00");
        assert_eq!(local(at, "Nowhere/Land"), "");
    }
}

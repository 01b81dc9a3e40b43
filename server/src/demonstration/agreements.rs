//! The demonstration's agreements. Parties, dates of signing and areas are those of public reports; what those do not say
//! is plainly marked as illustrative.

use std::collections::HashMap;

use app::account::address;
use app::agreement::life::State;
use app::agreement::model::{AgreementForm, Word};
use app::agreement::signing::model::{self, FactKind};
use app::agreement::signing::store as signing;
use app::agreement::{events, store};
use app::backend::clock;
use app::backend::database::Tx;
use app::backend::journal::{Author, Chain};
use app::error::{Error, Result};
use app::language::Language;
use app::time::Timestamp;
use serde::Deserialize;
use sqlx::types::Uuid;

const AGREEMENTS: &str = include_str!("../demo/agreements.csv");

#[derive(Deserialize)]
struct Row {
    state: String,
    kind: String,
    title_en: String,
    title_zh: String,
    /// Keys of companies with spaces between, each after a colon with its role.
    parties: String,
    areas: String,
    sign_place: String,
    sign_on: String,
    /// A date, or so many days from now.
    effective_on: String,
    term_months: String,
    renewal: String,
    /// Where it is known from.
    source: String,
    /// What is made up.
    made_up_en: String,
    made_up_zh: String,
    private: String,
    manager: String,
}

/// Loads them in the order of their numbers.
pub(super) async fn load(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    managers: &HashMap<String, Uuid>,
    companies: &HashMap<String, Uuid>,
) -> Result<()> {
    for row in super::rows::<Row>(AGREEMENTS)? {
        load_one(tx, chain, author, managers, companies, row).await?;
    }
    Ok(())
}

/// A date as it stands, or so many days from now.
fn day(text: &str, now: Timestamp) -> String {
    match text.parse::<i64>() {
        Ok(days) => now.plus(days * Timestamp::DAY).iso_day(),
        Err(_) => text.to_owned(),
    }
}

async fn load_one(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    managers: &HashMap<String, Uuid>,
    companies: &HashMap<String, Uuid>,
    row: Row,
) -> Result<()> {
    let now = author.now;
    let target = State::from_code(&row.state).ok_or(Error::Internal)?;
    let summary = |source: &str, made_up: &str, colon: &str, head: &str, from: &str| {
        let mut text = String::new();
        if !source.is_empty() {
            text.push_str(&format!("{from}{colon}{source}\n"));
        }
        text.push_str(&format!("{head}{colon}{made_up}"));
        text
    };
    let form = AgreementForm {
        kind: row.kind,
        title_en: row.title_en,
        title_zh: row.title_zh,
        summary_en: summary(
            &row.source,
            &row.made_up_en,
            ": ",
            "Illustrative (made up for the demonstration)",
            "Source",
        ),
        summary_zh: summary(&row.source, &row.made_up_zh, "：", "示例内容（为演示而虚构）", "来源"),
        prevailing: "both".to_owned(),
        areas: row.areas.replace('|', "\n"),
        sign_place: row.sign_place,
        sign_on: day(&row.sign_on, now),
        effective_on: day(&row.effective_on, now),
        term_months: row.term_months,
        renewal: row.renewal,
        notice_days: String::new(),
        governing_law: String::new(),
        private: row.private,
        owner: managers.get(&row.manager).map(ToString::to_string).unwrap_or_default(),
        ..AgreementForm::default()
    };
    let facts = form.parse()?;
    let id = clock::new_id();
    let number = store::next_number(tx, now.date().year()).await?;
    store::insert(tx, id, &number, &facts, facts.owner, now).await?;
    let mut parties = Vec::new();
    let mut named = Vec::new();
    for party in row.parties.split('|') {
        let (key, role) = party.split_once(':').unwrap_or((party, ""));
        let company = *companies.get(key).ok_or(Error::Internal)?;
        parties.push(store::add_party(tx, id, company, role, now).await?);
        named.push(company);
    }
    chain.append(tx, author, events::created(id, &number, &facts, &named)).await?;
    let mut at = (State::Draft, 1);
    for state in way(target) {
        let moved = store::set_state(tx, id, at.1, (at.0, *state), now).await?;
        if !moved {
            return Err(Error::Internal);
        }
        chain.append(tx, author, events::moved(id, at.0, *state, "Demonstration 演示")).await?;
        at = (*state, at.1 + 1);
        match state {
            State::Negotiation => text(tx, chain, author, id, &parties, &named, target).await?,
            State::PartlySigned => half_signed(tx, author, id, &parties, &named, managers).await?,
            State::Signed => signatures(tx, author, id, &parties).await?,
            _ => {}
        }
    }
    Ok(())
}

/// The states on the way to one.
fn way(target: State) -> &'static [State] {
    use State::{ForSignature, InForce, InternalReview, Negotiation, PartlySigned, Signed, TextAgreed};
    const ALL: [State; 6] = [InternalReview, Negotiation, TextAgreed, ForSignature, Signed, InForce];
    const HALF: [State; 5] = [InternalReview, Negotiation, TextAgreed, ForSignature, PartlySigned];
    match target {
        InternalReview => &ALL[..1],
        Negotiation => &ALL[..2],
        TextAgreed => &ALL[..3],
        ForSignature => &ALL[..4],
        PartlySigned => &HALF,
        Signed => &ALL[..5],
        InForce => &ALL,
        _ => &[],
    }
}

/// A first text without a file, and what the parties say of it.
async fn text(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    agreement: Uuid,
    parties: &[Uuid],
    companies: &[Uuid],
    target: State,
) -> Result<()> {
    let version = clock::new_id();
    let changes = "Illustrative: the text of this agreement is not public. 示例：本协议文本未公开。";
    store::add_version(tx, version, agreement, changes, None, true, author.now).await?;
    let Some(current) = store::current(tx, agreement).await? else { return Ok(()) };
    // While it is negotiated, the last one asks for changes and the one before has not spoken.
    let negotiated = target == State::Negotiation;
    for (place, (party, company)) in parties.iter().zip(companies).enumerate() {
        let (word, reason) = match parties.len() - place {
            1 if negotiated => (
                Word::AsksChanges,
                "Illustrative: please name the contact for data protection. 示例：请明确数据保护联系人。",
            ),
            2 if negotiated => continue,
            _ => (Word::Accepts, ""),
        };
        let told_by = "Illustrative 示例";
        let new = store::NewWord { version, party: *party, word, reason, told_by, by: None };
        store::give_word(tx, &new, author.now).await?;
        chain.append(tx, author, events::word_given(agreement, *company, &current, word, told_by)).await?;
    }
    Ok(())
}

/// One that is being signed in the portal: the first party has signed, the others are asked. Who they are is made up.
async fn half_signed(
    tx: &mut Tx,
    author: &Author,
    agreement: Uuid,
    parties: &[Uuid],
    companies: &[Uuid],
    managers: &HashMap<String, Uuid>,
) -> Result<()> {
    let now = author.now;
    let key = app::agreement::model::Key::Id(agreement);
    let found = store::find(tx, &key, &app::agreement::model::Scope::All).await?;
    let Some(text) = store::current(tx, agreement).await? else { return Ok(()) };
    let until = now.plus(model::USUAL_DAYS * Timestamp::DAY);
    for (place, (party, company)) in parties.iter().zip(companies).enumerate() {
        let id = clock::new_id();
        // The zone's own and the demonstration's representative sign with their accounts, the last comes as a guest.
        let address = match place {
            1 => "rep@demo.example".to_owned(),
            place => format!("signatory-{}@demo.example", place + 1),
        };
        let address = address::parse(&address)?;
        let account = match place {
            0 => managers.get("hansen").copied(),
            _ => signing::account_of(tx, &address.folded, *company, now).await?,
        };
        let new = signing::New {
            party: *party,
            group: if place == 0 { 1 } else { 2 },
            name: "Illustrative 示例",
            title: "",
            address: &address,
            language: Language::En,
            account,
            authority: None,
            version: Some(text.id),
            expires_at: Some(until.0),
        };
        signing::add(tx, id, &new, now).await?;
        signing::set_sent(tx, id, until.0, now).await?;
        let Some((_, asked)) = signing::find(tx, id).await? else { continue };
        let (said, by) = (signing::Said::default(), signing::By::CLOCK);
        signing::note(tx, &found, &asked, FactKind::Sent, said, by, now).await?;
        if place == 0 {
            signing::set_opened(tx, id, now).await?;
            signing::set_signed(tx, id, text.id, now).await?;
            for kind in [FactKind::Opened, FactKind::Signed] {
                signing::note(tx, &found, &asked, kind, said, by, now).await?;
            }
            signing::sign_for_party(tx, *party, text.id, new.name, "", &now.iso_day(), now).await?;
        }
    }
    Ok(())
}

/// Who signed is not public: the names say so. One that signed already is passed over.
async fn signatures(tx: &mut Tx, author: &Author, agreement: Uuid, parties: &[Uuid]) -> Result<()> {
    let Some(current) = store::current(tx, agreement).await? else { return Ok(()) };
    let there = store::signatures(tx, agreement).await?;
    let found = store::find(tx, &app::agreement::model::Key::Id(agreement), &app::agreement::model::Scope::All).await?;
    for party in parties.iter().filter(|party| there.iter().all(|signature| signature.party != **party)) {
        let new = store::NewSignature {
            party: *party,
            version: current.id,
            signer_name: "Illustrative 示例",
            signer_title: "",
            signed_on: &found.facts.sign_on,
            place: &found.facts.sign_place,
            document: None,
            by: None,
        };
        store::sign(tx, &new, author.now).await?;
    }
    Ok(())
}

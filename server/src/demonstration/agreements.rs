//! The demonstration's agreements. Parties, dates of signing and areas are those of public reports; what those do not say
//! is plainly marked as illustrative.

use std::collections::HashMap;

use app::account::address;
use app::agreement::life::State;
use app::agreement::links::{model::Kind, store as links};
use app::agreement::model::{AgreementForm, Key, Scope, Tongue, Word};
use app::agreement::signing::model::{self, FactKind};
use app::agreement::signing::store as signing;
use app::agreement::{events, store};
use app::backend::Backend;
use app::backend::clock;
use app::backend::database::Tx;
use app::backend::journal::{Author, Chain};
use app::error::{Error, Result};
use app::interaction::store as interactions;
use app::language::Language;
use app::product::store as products;
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
    notice_days: String,
    /// Where it is known from.
    source: String,
    /// What is made up.
    made_up_en: String,
    made_up_zh: String,
    private: String,
    manager: String,
}

/// Loads them in the order of their numbers; gives their ids.
pub(super) async fn load(
    backend: &Backend,
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    managers: &HashMap<String, Uuid>,
    companies: &HashMap<String, Uuid>,
) -> Result<Vec<Uuid>> {
    let mut loaded = Vec::new();
    for row in super::rows::<Row>(AGREEMENTS)? {
        loaded.push(load_one(backend, tx, chain, author, managers, companies, row).await?);
    }
    super::obligations::load(tx, chain, author, &loaded).await?;
    Ok(loaded)
}

/// Links what is negotiated or being signed to products of the parties, and to what was said with them. Everything but the
/// products is made up.
pub(super) async fn link(tx: &mut Tx, chain: &mut Chain, author: &Author, loaded: &[Uuid]) -> Result<()> {
    for id in loaded {
        let found = store::find(tx, &Key::Id(*id), &Scope::All).await?;
        let (Some(by), State::PartlySigned | State::Negotiation | State::InForce) = (found.facts.owner, found.stored)
        else {
            continue;
        };
        let parties: Vec<Uuid> = store::parties(tx, *id).await?.into_iter().map(|party| party.company).collect();
        let mut linked: Vec<(Kind, Uuid, String)> = products::of_companies(tx, &parties, Language::En, 3)
            .await?
            .into_iter()
            .map(|(id, en, zh)| (Kind::Product, id, Language::En.prefer(&en, &zh).to_owned()))
            .collect();
        if found.stored != State::InForce {
            let said = interactions::latest_with(tx, &parties, 2).await?;
            linked.extend(said.into_iter().map(|one| (Kind::Interaction, one.id, Timestamp(one.at).iso())));
        }
        for (kind, subject, name) in linked {
            links::add(tx, *id, kind, subject, by, author.now).await?;
            chain.append(tx, author, events::linked("agreement.linked", *id, kind, name)).await?;
        }
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
    backend: &Backend,
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    managers: &HashMap<String, Uuid>,
    companies: &HashMap<String, Uuid>,
    row: Row,
) -> Result<Uuid> {
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
        notice_days: row.notice_days,
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
            State::Negotiation => {
                let loading = Loading { backend, author, by: facts.owner.ok_or(Error::Internal)?, target };
                text(tx, chain, &loading, id, &parties, &named).await?;
            }
            State::PartlySigned => half_signed(tx, author, id, &parties, &named).await?,
            State::Signed => signatures(tx, author, id, &parties).await?,
            _ => {}
        }
    }
    Ok(id)
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

/// How an agreement is loaded.
struct Loading<'a> {
    backend: &'a Backend,
    author: &'a Author,
    /// Who looks after it.
    by: Uuid,
    target: State,
}

/// A first text, and what the parties say of it.
async fn text(
    tx: &mut Tx,
    chain: &mut Chain,
    loading: &Loading<'_>,
    agreement: Uuid,
    parties: &[Uuid],
    companies: &[Uuid],
) -> Result<()> {
    let Loading { backend, author, by, target } = *loading;
    let version = clock::new_id();
    let changes = "Illustrative: made up for the demonstration. 示例文本，为演示而虚构。";
    store::add_version(tx, version, agreement, changes, Some(by), true, author.now).await?;
    let added = super::texts::add(backend, tx, agreement, version, by, author.now).await?;
    let Some(current) = store::current(tx, agreement).await? else { return Ok(()) };
    if let Some(added) = added {
        let entry = events::text_added(agreement, &current, Tongue::Both, &added.name, &added.sha256, changes);
        chain.append(tx, author, entry).await?;
    }
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

/// Who signs for the parties, in their order: the name, and the address of an account.
const SIGNATORIES: [(&str, &str); 3] = [
    ("Hansen (demo)", "hansen@demo.example"),
    ("Demo Representative 示例企业代表", "rep@demo.example"),
    ("Demo Company Administrator 示例企业管理员", "company-admin@demo.example"),
];

/// One that is being signed in the portal: the first party has signed, the others are asked. Who they are is made up.
async fn half_signed(
    tx: &mut Tx,
    author: &Author,
    agreement: Uuid,
    parties: &[Uuid],
    companies: &[Uuid],
) -> Result<()> {
    let now = author.now;
    let key = Key::Id(agreement);
    let found = store::find(tx, &key, &Scope::All).await?;
    let Some(text) = store::current(tx, agreement).await? else { return Ok(()) };
    let until = now.plus(model::USUAL_DAYS * Timestamp::DAY);
    for (place, (party, company)) in parties.iter().zip(companies).enumerate() {
        let id = clock::new_id();
        // Each signs with an account of the demonstration.
        let (name, address) = SIGNATORIES[place.min(SIGNATORIES.len() - 1)];
        let address = address::parse(address)?;
        let account = signing::account_of(tx, &address.folded, *company, now).await?;
        let new = signing::New {
            party: *party,
            group: if place == 0 { 1 } else { 2 },
            name,
            title: "Illustrative 示例",
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
            signing::sign_for_party(tx, *party, text.id, new.name, new.title, &now.iso_day(), now).await?;
        }
    }
    Ok(())
}

/// Who signed is not public: the names say so. One that signed already is passed over.
async fn signatures(tx: &mut Tx, author: &Author, agreement: Uuid, parties: &[Uuid]) -> Result<()> {
    let Some(current) = store::current(tx, agreement).await? else { return Ok(()) };
    let there = store::signatures(tx, agreement).await?;
    let found = store::find(tx, &Key::Id(agreement), &Scope::All).await?;
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

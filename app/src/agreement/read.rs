//! What one can ask of agreements.

use std::collections::HashMap;

use uuid::Uuid;

use super::certificate::pages::Certificates;
use super::events;
use super::files::{self, File};
use super::filter::AgreementFilter;
use super::life::{Standing, State};
use super::links;
use super::model::{Agreement, AgreementForm, Key, Scope, Seen, Word};
use super::obligation;
use super::renewal::view::{self, Line};
use super::signing;
use super::store::{self, AgreementLine, Contact, Given, Party, Said, Signature, Text, Version};
use crate::actor::{Actor, require};
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::journal::{self, Event};
use crate::backend::refused::RefusedPost;
use crate::company::store::Choices;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::notification;
use crate::time::Timestamp;

/// Rows on a page of the list.
pub const PAGE: i64 = 50;
/// Cards in a column of the board.
pub const CARDS: i64 = 12;

/// The parties of agreements in lists, by agreement: company, English and Chinese name.
pub type PartyNames = HashMap<Uuid, Vec<(Uuid, String, String)>>;

pub struct AgreementList {
    pub actor: Actor,
    pub lines: Vec<AgreementLine>,
    pub parties: PartyNames,
    /// How many there are on all pages.
    pub count: i64,
    /// How many of those that this person may know of end soon.
    pub expiring: i64,
    /// Of how many the zone has to decide; of others than its people nothing is told.
    pub undecided: i64,
    /// The name of the company that is filtered by.
    pub party: String,
    pub now: Timestamp,
}

pub async fn list_agreements(visit: &Visit, filter: &AgreementFilter) -> Result<AgreementList> {
    let mut ctx = visit.read().await?;
    let scope = ctx.actor.lists_agreements()?;
    let (now, language, tx) = (ctx.now, visit.language, &mut ctx.tx);
    let page = Some((PAGE, (filter.page - 1) * PAGE));
    let lines = store::list(tx, filter, &scope, language, now, page).await?;
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let expiring = AgreementFilter { which: Some(super::filter::Which::Expiring), ..AgreementFilter::default() };
    let undecided = AgreementFilter { which: Some(super::filter::Which::Undecided), ..AgreementFilter::default() };
    let party = match filter.party {
        Some(id) if ctx.actor.may_see_company(id) => party_name(tx, id, language).await?,
        // Somebody else's name is told only where it stands as a party.
        _ => String::new(),
    };
    Ok(AgreementList {
        parties: store::party_names(tx, &ids).await?,
        count: store::count(tx, filter, &scope, now).await?,
        expiring: store::count(tx, &expiring, &scope, now).await?,
        undecided: store::count(tx, &undecided, &scope, now).await?,
        lines,
        party,
        actor: ctx.actor,
        now,
    })
}

async fn party_name(tx: &mut Tx, id: Uuid, language: Language) -> Result<String> {
    let company = crate::company::store::find(tx, id).await?;
    Ok(company.map(|found| language.prefer(&found.facts.name_en, &found.facts.name_zh).to_owned()).unwrap_or_default())
}

/// Everything that a filter finds, for a spreadsheet.
pub async fn export_agreements(
    visit: &Visit,
    filter: &AgreementFilter,
) -> Result<(Vec<AgreementLine>, PartyNames, Timestamp)> {
    let mut ctx = visit.read().await?;
    let scope = ctx.actor.lists_agreements()?;
    ctx.actor.takes_files()?;
    if filter.is_everything() && ctx.actor.role.works_in_zone() {
        ctx.require_recent()?;
    }
    let lines = store::list(&mut ctx.tx, filter, &scope, visit.language, ctx.now, None).await?;
    let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
    let parties = store::party_names(&mut ctx.tx, &ids).await?;
    Ok((lines, parties, ctx.now))
}

pub struct Board {
    pub actor: Actor,
    /// Each state that this person can see agreements at, how many stand there, and the latest of them.
    pub columns: Vec<(State, i64, Vec<AgreementLine>)>,
    pub parties: PartyNames,
    pub now: Timestamp,
}

pub async fn read_board(visit: &Visit) -> Result<Board> {
    let mut ctx = visit.read().await?;
    let scope = ctx.actor.lists_agreements()?;
    let counts = store::by_state(&mut ctx.tx, &scope, ctx.now).await?;
    let mut columns = Vec::new();
    for state in State::ALL {
        if state.is_internal() && matches!(scope, Scope::Of(_)) {
            continue;
        }
        let count = counts.get(state).copied().unwrap_or_default();
        let lines =
            if count > 0 { store::latest_at(&mut ctx.tx, *state, &scope, ctx.now, CARDS).await? } else { Vec::new() };
        columns.push((*state, count, lines));
    }
    let ids: Vec<Uuid> = columns.iter().flat_map(|(.., lines)| lines.iter().map(|line| line.id)).collect();
    Ok(Board { parties: store::party_names(&mut ctx.tx, &ids).await?, columns, now: ctx.now, actor: ctx.actor })
}

/// What the guards of the moves look at.
pub async fn standing(tx: &mut Tx, agreement: &Agreement, reason: bool, now: Timestamp) -> Result<Standing> {
    let parties = store::parties(tx, agreement.id).await?;
    let text = store::current(tx, agreement.id).await?;
    let words = match &text {
        Some(text) => store::words(tx, text.id).await?,
        None => Vec::new(),
    };
    let signatures = store::signatures(tx, agreement.id).await?;
    Ok(Standing {
        parties: parties.len(),
        has_text: text.is_some(),
        accept: words.iter().filter(|given| given.word() == Word::Accepts).count(),
        signed: signatures.len(),
        begun: !signatures.is_empty()
            || signing::store::signatories(tx, agreement.id).await?.iter().any(|place| place.signed_at.is_some()),
        // What is signed in the portal needs no scan.
        has_original: !signatures.is_empty()
            && signatures.iter().all(|signature| signature.document.is_some() || !signature.is_on_paper()),
        effective_at: agreement.days.effective_at.map(|at| at.0),
        ends_at: agreement.days.ends_at.map(|at| at.0),
        renews: agreement.renews(),
        followed: false,
        reason,
        now: now.0,
    })
}

/// An agreement, and what of it decides who sees it: for who asks that of everybody.
pub async fn seen(tx: &mut Tx, id: Uuid) -> Result<(Agreement, Seen)> {
    let agreement = store::find(tx, &Key::Id(id), &Scope::All).await?;
    let parties = store::parties(tx, id).await?.into_iter().map(|party| party.company).collect();
    let seen = Seen { shared: agreement.shared_at.is_some(), private: agreement.facts.private, parties };
    Ok((agreement, seen))
}

/// What an agreement's page shows to this person.
pub struct AgreementPage {
    pub actor: Actor,
    pub agreement: Agreement,
    pub state: State,
    pub parties: Vec<Party>,
    pub contacts: Vec<Contact>,
    pub versions: Vec<Version>,
    pub texts: Vec<Text>,
    pub files: Vec<File>,
    /// On the text as it is now.
    pub words: Vec<Given>,
    pub signatures: Vec<Signature>,
    pub certificates: Certificates,
    pub signing: signing::section::Signing,
    pub comments: Vec<Said>,
    /// Only for the zone's people.
    pub notes: Option<Vec<Said>>,
    pub timeline: Vec<Event>,
    pub people: Vec<(Uuid, String)>,
    /// Names of what the timeline speaks of.
    pub names: HashMap<Uuid, String>,
    pub standing: Standing,
    pub obligations: obligation::read::Few,
    /// What it follows, and what follows it.
    pub line: Line,
    /// What it is about besides its parties, and what a field for more offers.
    pub links: links::store::Links,
    pub linkable: Vec<links::suggest::Offer>,
    /// Who can see it, as far as this person may know.
    pub readers: super::readers::Readers,
    /// For the form that is asked for: companies, or who can be a party's contact.
    pub companies: Choices,
    pub possible: Vec<Contact>,
    pub now: Timestamp,
}

impl AgreementPage {
    /// The parties for which this person gives a word.
    pub fn own(&self) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(|party| self.actor.gives_word_for(party.company))
    }

    /// The text as it is now.
    pub fn current(&self) -> Option<&Version> {
        self.versions.first()
    }
}

/// `on` is the day of which it is asked what was in force.
pub async fn read_agreement(visit: &Visit, id: &str, form: &str, party: &str, on: &str) -> Result<AgreementPage> {
    let mut ctx = visit.read().await?;
    let scope = ctx.actor.opens_agreements()?;
    let (now, language) = (ctx.now, visit.language);
    let agreement = store::find(&mut ctx.tx, &Key::parse(id)?, &scope).await?;
    notification::seen(visit, &mut ctx.tx, &mut ctx.actor, agreement.id).await?;
    let of_zone = ctx.actor.role.works_in_zone();
    let tx = &mut ctx.tx;
    let id = agreement.id;
    let parties = store::parties(tx, id).await?;
    let versions = store::versions(tx, id, of_zone).await?;
    let words = match versions.first() {
        Some(text) => store::words(tx, text.id).await?,
        None => Vec::new(),
    };
    let about = journal::Filter {
        subject: Some(id),
        since: if of_zone { None } else { agreement.shared_at },
        ..journal::Filter::default()
    };
    let timeline = events::for_reader(journal::events(tx, &about, 100, 0).await?, of_zone);
    let names = crate::journal::store::subject_names(tx, &timeline, language).await?;
    let edits = ctx.actor.may_edit_agreements();
    let companies = if edits && form == "party" && party.is_empty() {
        crate::company::store::choices(tx, language).await?
    } else {
        Choices::default()
    };
    let chosen = parties.iter().find(|known| edits && known.id.to_string() == party);
    let possible = match chosen {
        Some(party) => store::possible_contacts(tx, party.id, party.company, &now.iso_day()).await?,
        None => Vec::new(),
    };
    let involved: Vec<Uuid> = parties.iter().map(|party| party.company).collect();
    let linkable = if edits { links::suggest::offers(tx, &involved, "", language).await? } else { Vec::new() };
    Ok(AgreementPage {
        links: links::store::of_agreement(tx, id, of_zone).await?,
        linkable,
        readers: super::readers::read(tx, &ctx.actor, &parties, agreement.shared_at.is_some(), now).await?,
        contacts: store::contacts(tx, id).await?,
        obligations: obligation::read::of_agreement(tx, id, now).await?,
        texts: store::texts(tx, id).await?,
        files: files::of_agreement(tx, id, of_zone).await?,
        signatures: store::signatures(tx, id).await?,
        certificates: Certificates::read(tx, &agreement).await?,
        signing: signing::section::read(tx, id, of_zone).await?,
        comments: store::comments(tx, id).await?,
        notes: if ctx.actor.may_read_agreement_notes() { Some(store::notes(tx, id).await?) } else { None },
        people: crate::account::store::manager_names(tx).await?,
        standing: standing(tx, &agreement, false, now).await?,
        line: view::read(tx, &agreement, &scope, on, now).await?,
        state: agreement.state(now),
        actor: ctx.actor,
        agreement,
        parties,
        versions,
        words,
        timeline,
        names,
        companies,
        possible,
        now,
    })
}

pub struct AgreementFormPage {
    pub actor: Actor,
    /// The agreement that is edited; none when a new one is made.
    pub agreement: Option<Agreement>,
    /// Whether its days may still be changed.
    pub open_days: bool,
    pub managers: Vec<(Uuid, String)>,
}

/// What the form of a new agreement needs.
pub async fn new_agreement(visit: &Visit) -> Result<AgreementFormPage> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_agreements())?;
    let managers = crate::account::store::managers(&mut ctx.tx).await?;
    Ok(AgreementFormPage { actor: ctx.actor, agreement: None, open_days: true, managers })
}

/// What the form of an existing agreement needs.
pub async fn edit_agreement_page(visit: &Visit, id: &str) -> Result<AgreementFormPage> {
    let mut ctx = visit.read().await?;
    let scope = ctx.actor.opens_agreements()?;
    let agreement = store::find(&mut ctx.tx, &Key::parse(id)?, &scope).await?;
    require(ctx.actor.may_edit_agreements())?;
    let managers = crate::account::store::managers(&mut ctx.tx).await?;
    Ok(AgreementFormPage {
        open_days: agreement.state(ctx.now).has_open_days(),
        actor: ctx.actor,
        agreement: Some(agreement),
        managers,
    })
}

/// The form as it was typed.
pub fn typed(post: &RefusedPost) -> AgreementForm {
    let mut form = AgreementForm::default();
    for (field, value) in &post.fields {
        form.set(field, value.clone());
    }
    form
}

/// What a company's page shows of its agreements: the latest, and how many there are.
pub async fn of_company(
    tx: &mut Tx,
    actor: &Actor,
    company: Uuid,
    language: Language,
    now: Timestamp,
) -> Result<(Vec<AgreementLine>, i64)> {
    const MOST: i64 = 10;
    let scope = match actor.opens_agreements() {
        // On a company's page a representative reads that company's.
        Ok(Scope::Of(_)) => Scope::Of(vec![company]),
        Ok(scope) => scope,
        Err(Error::Forbidden) => return Ok((Vec::new(), 0)),
        Err(error) => return Err(error),
    };
    let filter = AgreementFilter { party: Some(company), descending: true, ..AgreementFilter::default() };
    let lines = store::list(tx, &filter, &scope, language, now, Some((MOST, 0))).await?;
    let count = store::count(tx, &filter, &scope, now).await?;
    Ok((lines, count))
}

//! The journal's entries about agreements, and how they read. What is said stands in tables of its own, so that the journal
//! tells only that something was said.

use std::collections::HashMap;

use uuid::Uuid;

use super::life::State;
use super::links::model as links;
use super::model::{Facts, INTERNAL, Kind, Renewal, Tongue, Word};
use super::obligation;
use super::renewal::model::{Decision, Follow};
use super::store::{Party, Version};

pub use super::signing::events::{
    signatory_extended, signatory_withdrawn, signature_declined, signature_given, signing, signing_rule,
    signing_started,
};
use crate::backend::journal::{Entry, Event};
use crate::document::model::Audience;
use crate::language::{Language, Texts};
use crate::time::date;

/// Every action there is.
pub const ACTIONS: [&str; 19] = [
    "agreement.decided",
    "agreement.created",
    "agreement.edited",
    "agreement.moved",
    "agreement.prolonged",
    "agreement.text_added",
    "agreement.accepted",
    "agreement.changes_asked",
    "agreement.commented",
    "agreement.noted",
    "agreement.party_added",
    "agreement.party_edited",
    "agreement.party_removed",
    "agreement.signed",
    "agreement.document_added",
    "agreement.document_removed",
    "agreement.document_infected",
    "agreement.linked",
    "agreement.unlinked",
];

fn entry(action: &'static str, id: Uuid) -> Entry {
    Entry::new(action, "agreement", id)
}

pub fn created(id: Uuid, number: &str, facts: &Facts, companies: &[Uuid]) -> Entry {
    let mut fields = vec![("number", number.to_owned())];
    fields.extend(facts.fields());
    fields.extend(companies.iter().map(|company| ("company", company.to_string())));
    entry("agreement.created", id).created(fields)
}

pub fn moved(id: Uuid, from: State, to: State, reason: &str) -> Entry {
    let states = |state: State| vec![("state", state.code().to_owned())];
    entry("agreement.moved", id).changed(states(from), states(to)).created(vec![("reason", reason.to_owned())])
}

/// Its term ended, and it goes on by itself.
pub fn prolonged(id: Uuid, before: &str, after: &str) -> Entry {
    let ends = |day: &str| vec![("ends_on", day.to_owned())];
    entry("agreement.prolonged", id).changed(ends(before), ends(after))
}

/// It was decided what becomes of it after its term.
pub fn decided(id: Uuid, decision: Decision, reason: &str) -> Entry {
    entry("agreement.decided", id)
        .created(vec![("decision", decision.code().to_owned()), ("reason", reason.to_owned())])
}

/// What a version is called in the journal: the zone's own drafts have a nought before.
fn called(text: &Version) -> String {
    text.shared_number.map_or_else(|| format!("0.{}", text.number), |number| number.to_string())
}

pub fn text_added(id: Uuid, text: &Version, language: Tongue, name: &str, sha256: &str, changes: &str) -> Entry {
    entry("agreement.text_added", id).created(vec![
        ("text", called(text)),
        ("text_language", language.code().to_owned()),
        ("document", name.to_owned()),
        ("sha256", sha256.to_owned()),
        ("changes", changes.to_owned()),
    ])
}

pub fn word_given(id: Uuid, company: Uuid, text: &Version, word: Word, told_by: &str) -> Entry {
    let action = match word {
        Word::Accepts => "agreement.accepted",
        Word::AsksChanges => "agreement.changes_asked",
    };
    entry(action, id).created(vec![
        ("company", company.to_string()),
        ("text", called(text)),
        ("told_by", told_by.to_owned()),
    ])
}

pub fn commented(id: Uuid) -> Entry {
    entry("agreement.commented", id)
}

pub fn noted(id: Uuid) -> Entry {
    entry("agreement.noted", id)
}

pub fn party_added(id: Uuid, company: Uuid, role: &str) -> Entry {
    entry("agreement.party_added", id).created(vec![("company", company.to_string()), ("role", role.to_owned())])
}

pub fn party_edited(
    id: Uuid,
    company: Uuid,
    before: Vec<(&'static str, String)>,
    after: Vec<(&'static str, String)>,
) -> Entry {
    entry("agreement.party_edited", id).created(vec![("company", company.to_string())]).changed(before, after)
}

pub fn party_removed(id: Uuid, company: Uuid, reason: &str) -> Entry {
    entry("agreement.party_removed", id).created(vec![("company", company.to_string()), ("reason", reason.to_owned())])
}

/// Signatures on paper were recorded: party, who signed, and as what.
pub fn signed(id: Uuid, (from, to): (State, State), signatures: &[(Party, String, String)], facts: &Facts) -> Entry {
    let states = |state: State| vec![("state", state.code().to_owned())];
    let mut fields = vec![
        ("sign_on", facts.sign_on.clone()),
        ("sign_place", facts.sign_place.clone()),
        ("effective_on", facts.effective_on.clone()),
    ];
    for (party, name, title) in signatures {
        let who = if title.is_empty() { name.clone() } else { format!("{name}, {title}") };
        fields.push(("company", party.company.to_string()));
        fields.push(("signer", who));
    }
    entry("agreement.signed", id).changed(states(from), states(to)).created(fields)
}

/// A document was added to an agreement, or removed.
pub fn document(action: &'static str, id: Uuid, name: &str, note: &str, shared: bool) -> Entry {
    let audience = if shared { Audience::Company } else { Audience::Zone };
    entry(action, id).created(vec![
        ("document", name.to_owned()),
        ("note", note.to_owned()),
        ("audience", audience.code().to_owned()),
    ])
}

/// An agreement was linked to a record, or is no more.
pub fn linked(action: &'static str, id: Uuid, kind: links::Kind, name: String) -> Entry {
    entry(action, id).created(vec![("link_kind", kind.code().to_owned()), ("link", name)])
}

/// What of an agreement's timeline, the newest first, a person reads: its parties nothing of before they saw it, and neither
/// what the zone notes for itself, nor documents of the zone alone, nor who looks after it.
pub fn for_reader(mut events: Vec<Event>, of_zone: bool) -> Vec<Event> {
    if of_zone {
        return events;
    }
    // By its place in the journal rather than by the time, which may be the same.
    let state = |value: &Option<String>| value.as_deref().and_then(State::from_code).is_some_and(State::is_internal);
    let shares = |event: &Event| {
        let mut states = event.changes.iter().filter(|change| change.field == "state");
        states.any(|change| state(&change.before) && !state(&change.after))
    };
    if let Some(first) = events.iter().position(|event| event.action == "agreement.moved" && shares(event)) {
        events.truncate(first + 1);
    }
    let shared = |event: &Event| {
        let audience = event.changes.iter().find(|change| change.field == "audience");
        audience.and_then(|change| change.after.as_deref()) == Some(Audience::Company.code())
    };
    let internal = |event: &Event| {
        let kind = event.changes.iter().find(|change| change.field == "link_kind");
        let kind = kind.and_then(|change| links::Kind::from_code(change.after.as_deref()?));
        kind.is_none_or(links::Kind::is_internal)
    };
    let mut read: Vec<Event> = events
        .into_iter()
        .filter(|event| match event.action.as_str() {
            "agreement.linked" | "agreement.unlinked" => !internal(event),
            "agreement.noted" | "agreement.created" | "agreement.decided" => false,
            action if super::signing::events::OF_ZONE.contains(&action) => false,
            action if obligation::events::INTERNAL.contains(&action) => false,
            action if action.starts_with("agreement.document_") => shared(event),
            "agreement.edited" => !event.changes.iter().all(|change| INTERNAL.contains(&change.field.as_str())),
            _ => true,
        })
        .collect();
    for event in &mut read {
        event.changes.retain(|change| !INTERNAL.contains(&change.field.as_str()));
        // Where it came from is not theirs to know.
        for change in event.changes.iter_mut().filter(|change| change.field == "state") {
            if change.before.as_deref().and_then(State::from_code).is_some_and(State::is_internal) {
                change.before = Some(String::new());
            }
        }
    }
    read
}

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "agreement.created" => Some(t.agreement_did_create()),
        "agreement.edited" => Some(t.agreement_did_edit()),
        "agreement.moved" => Some(t.agreement_did_move()),
        "agreement.prolonged" => Some(t.agreement_did_prolong()),
        "agreement.decided" => Some(t.renewal_did_decide()),
        "agreement.text_added" => Some(t.agreement_did_add_text()),
        "agreement.accepted" => Some(t.agreement_did_accept()),
        "agreement.changes_asked" => Some(t.agreement_did_ask_changes()),
        "agreement.commented" => Some(t.agreement_did_comment()),
        "agreement.noted" => Some(t.agreement_did_note()),
        "agreement.party_added" => Some(t.agreement_did_add_party()),
        "agreement.party_edited" => Some(t.agreement_did_edit_party()),
        "agreement.party_removed" => Some(t.agreement_did_remove_party()),
        "agreement.signed" => Some(t.agreement_did_sign()),
        "agreement.document_added" => Some(t.document_uploaded()),
        "agreement.document_removed" => Some(t.document_removed()),
        "agreement.document_infected" => Some(t.document_infected()),
        "agreement.linked" => Some(t.links_did_add()),
        "agreement.unlinked" => Some(t.links_did_remove()),
        other => super::signing::events::event_text(other, t),
    }
}

/// What an entry is about, in a few words: the states that an agreement or an obligation went from and to, what was linked.
pub fn detail(event: &Event, t: &'static Texts) -> Option<String> {
    let change = |field: &str| event.changes.iter().find(|change| change.field == field);
    let from_to = |field: &str, text: fn(&str, &'static Texts) -> Option<&'static str>| {
        let change = change(field)?;
        let shown = |value: &Option<String>| text(value.as_deref()?, t);
        let to = shown(&change.after)?;
        Some(shown(&change.before).map_or_else(|| to.to_owned(), |from| format!("{from} → {to}")))
    };
    match event.action.as_str() {
        "agreement.moved" => {
            from_to("state", |code, t| State::from_code(code).map(|state| t.agreement_state_of(state)))
        }
        "obligation.moved" => {
            let states = from_to("obligation_state", obligation::events::state_text)?;
            let number = change("obligation").and_then(|change| change.after.clone()).unwrap_or_default();
            Some(format!("{number} · {states}"))
        }
        "agreement.linked" | "agreement.unlinked" => {
            let name = change("link")?.after.as_deref()?;
            // An interaction is known by its time, which is told among the changes.
            crate::interaction::events::moment(name).is_none().then(|| name.to_owned())
        }
        _ => None,
    }
}

/// The fields' labels, by name.
pub fn labels(t: &'static Texts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("number", t.agreement_number()),
        ("link", t.links_record()),
        ("link_kind", t.links_kind()),
        ("kind", t.agreement_kind()),
        ("state", t.agreement_state()),
        ("title_en", t.agreement_title_en()),
        ("title_zh", t.agreement_title_zh()),
        ("summary_en", t.agreement_summary_en()),
        ("summary_zh", t.agreement_summary_zh()),
        ("prevailing", t.agreement_prevailing()),
        ("areas", t.agreement_areas()),
        ("sign_place", t.agreement_sign_place()),
        ("sign_on", t.agreement_sign_on()),
        ("effective_on", t.agreement_effective_on()),
        ("ends_on", t.agreement_ends_on()),
        ("zone", t.agreement_zone()),
        ("term_months", t.agreement_term_months()),
        ("renewal", t.agreement_renewal()),
        ("notice_days", t.agreement_notice_days()),
        ("governing_law", t.agreement_governing_law()),
        ("confidentiality", t.agreement_confidentiality()),
        ("private", t.agreement_private()),
        ("owner", t.agreement_owner()),
        ("parties", t.agreement_parties()),
        ("company", t.agreement_party()),
        ("role", t.agreement_role()),
        ("place", t.agreement_place()),
        ("contacts", t.agreement_contacts()),
        ("reason", t.agreement_reason()),
        ("text", t.agreement_text_number()),
        ("text_language", t.agreement_text_language()),
        ("sha256", t.agreement_sha256()),
        ("changes", t.agreement_changes()),
        ("told_by", t.agreement_told_by()),
        ("signer", t.agreement_signer()),
        ("who", t.agreement_signer()),
        ("signatures", t.agreement_signatures()),
        ("decision", t.renewal_decision()),
        ("follow", t.renewal_follow()),
        ("follows", t.renewal_follows()),
    ]
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    let all = labels(t).into_iter().chain(super::signing::events::labels(t)).chain(obligation::events::labels(t));
    all.into_iter().find(|(name, _)| *name == field).map(|(_, label)| label)
}

/// A stored value in the reader's words.
pub fn shown(
    field: &str,
    value: &str,
    people: &[(Uuid, String)],
    names: &HashMap<Uuid, String>,
    t: &'static Texts,
    language: Language,
) -> String {
    let found = |text: Option<&'static str>| text.unwrap_or(value).to_owned();
    match field {
        "state" => found(State::from_code(value).map(|state| t.agreement_state_of(state))),
        "kind" => found(Kind::from_code(value).map(|kind| t.agreement_kind_of(kind))),
        "renewal" => found(Renewal::from_code(value).map(|renewal| t.agreement_renewal_of(renewal))),
        "prevailing" => found(Tongue::from_code(value).map(|tongue| t.agreement_prevailing_of(tongue))),
        "text_language" => found(Tongue::from_code(value).map(|tongue| t.agreement_tongue_of(tongue))),
        "decision" => found(Decision::from_code(value).map(|decision| t.renewal_decision_of(decision))),
        "follow" => found(Follow::from_code(value).map(|follow| t.renewal_follow_of(follow))),
        "sign_on" | "effective_on" | "ends_on" | "until" => date(value, language),
        "private" if !value.is_empty() => t.agreement_yes().to_owned(),
        "link_kind" => found(links::Kind::from_code(value).map(|kind| t.link_kind_of(kind))),
        "link" => crate::interaction::events::moment(value).map_or_else(|| value.to_owned(), |at| at.long(language)),
        "signatures" => t.agreement_signatures_voided().to_owned(),
        "text" if value.is_empty() => String::new(),
        "text" => match value.strip_prefix("0.") {
            Some(number) => t.agreement_draft_text(number),
            None => t.agreement_version(value),
        },
        "company" => match value.parse::<Uuid>() {
            Ok(id) => names.get(&id).cloned().unwrap_or_else(|| "…".to_owned()),
            Err(_) => value.to_owned(),
        },
        "owner" => people
            .iter()
            .find(|(id, _)| id.to_string() == value)
            .map_or_else(|| value.to_owned(), |(_, name)| crate::privacy::model::shown_name(name, t)),
        _ => obligation::events::shown(field, value, t, language)
            .unwrap_or_else(|| crate::document::events::shown(field, value, t)),
    }
}

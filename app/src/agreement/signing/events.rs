//! The journal's entries about signing, and how they read. Addresses stand in none of them.

use super::model::Signatory;
use crate::agreement::life::State;
use crate::agreement::model::Agreement;
use crate::agreement::store::Version;
use crate::backend::journal::Entry;
use crate::language::Texts;

/// Every action there is.
pub const ACTIONS: [&str; 12] = [
    "agreement.signatory_added",
    "agreement.signing_rule_set",
    "agreement.signing_started",
    "agreement.text_opened",
    "agreement.signature_given",
    "agreement.signature_declined",
    "agreement.signature_delegated",
    "agreement.signature_expired",
    "agreement.signatory_extended",
    "agreement.signatory_reminded",
    "agreement.signatory_withdrawn",
    "agreement.code_sent",
];

/// What only the zone's people read of it.
pub const OF_ZONE: [&str; 8] = [
    // The parties learn who signs once signatures are asked for.
    "agreement.signatory_added",
    "agreement.signing_rule_set",
    "agreement.text_opened",
    "agreement.signature_expired",
    "agreement.signatory_extended",
    "agreement.signatory_reminded",
    "agreement.signatory_withdrawn",
    "agreement.code_sent",
];

fn entry(action: &'static str, agreement: &Agreement) -> Entry {
    Entry::new(action, "agreement", agreement.id)
}

fn signer(name: &str, title: &str) -> (&'static str, String) {
    ("signer", if title.is_empty() { name.to_owned() } else { format!("{name}, {title}") })
}

fn who(place: &Signatory) -> Vec<(&'static str, String)> {
    let one = place.signer();
    vec![signer(&one.name, &one.title), ("on_behalf_of", place.on_behalf_of().to_owned())]
}

fn states((from, to): (State, State)) -> [Vec<(&'static str, String)>; 2] {
    [from, to].map(|state| vec![("state", state.code().to_owned())])
}

/// Something about a place of which its signer is all that is to be told.
pub fn signing(action: &'static str, agreement: &Agreement, place: &Signatory) -> Entry {
    let mut fields = who(place);
    fields.push(("group", place.group_number.to_string()));
    entry(action, agreement).created(fields)
}

pub fn signing_rule(agreement: &Agreement, group: i64, before: Option<usize>, after: Option<i64>) -> Entry {
    let needed = |needed: Option<String>| vec![("needed", needed.unwrap_or_default())];
    entry("agreement.signing_rule_set", agreement)
        .created(vec![("group", group.to_string())])
        .changed(needed(before.map(|n| n.to_string())), needed(after.map(|n| n.to_string())))
}

pub fn signing_started(agreement: &Agreement, text: &Version, until: &str) -> Entry {
    let number = text.shared_number.unwrap_or(text.number).to_string();
    entry("agreement.signing_started", agreement).created(vec![("text", number), ("until", until.to_owned())])
}

pub fn signature_given(agreement: &Agreement, place: &Signatory, name: &str, moved: (State, State)) -> Entry {
    let [before, after] = states(moved);
    let fields = vec![signer(name, &place.signer().title), ("on_behalf_of", place.on_behalf_of().to_owned())];
    entry("agreement.signature_given", agreement).changed(before, after).created(fields)
}

pub fn signature_declined(
    agreement: &Agreement,
    place: &Signatory,
    reason: &str,
    moved: (State, State),
    voided: usize,
) -> Entry {
    let [before, after] = states(moved);
    let mut fields = who(place);
    fields.push(("reason", reason.to_owned()));
    if voided > 0 {
        fields.push(("signatures", "voided".to_owned()));
    }
    entry("agreement.signature_declined", agreement).changed(before, after).created(fields)
}

pub fn signatory_extended(agreement: &Agreement, place: &Signatory, until: &str) -> Entry {
    let mut fields = who(place);
    fields.push(("until", until.to_owned()));
    entry("agreement.signatory_extended", agreement).created(fields)
}

pub fn signatory_withdrawn(agreement: &Agreement, place: &Signatory, reason: &str, moved: (State, State)) -> Entry {
    let [before, after] = states(moved);
    let mut fields = who(place);
    fields.push(("reason", reason.to_owned()));
    entry("agreement.signatory_withdrawn", agreement).changed(before, after).created(fields)
}

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "agreement.signatory_added" => Some(t.signing_did_add()),
        "agreement.signing_rule_set" => Some(t.signing_did_set_rule()),
        "agreement.signing_started" => Some(t.signing_did_start()),
        "agreement.text_opened" => Some(t.signing_did_open()),
        "agreement.signature_given" => Some(t.signing_did_sign()),
        "agreement.signature_declined" => Some(t.signing_did_decline()),
        "agreement.signature_delegated" => Some(t.signing_did_delegate()),
        "agreement.signature_expired" => Some(t.signing_did_expire()),
        "agreement.signatory_extended" => Some(t.signing_did_extend()),
        "agreement.signatory_reminded" => Some(t.signing_did_remind()),
        "agreement.signatory_withdrawn" => Some(t.signing_did_withdraw()),
        "agreement.code_sent" => Some(t.signing_did_send_code()),
        _ => None,
    }
}

pub fn labels(t: &'static Texts) -> [(&'static str, &'static str); 9] {
    [
        ("name", t.signing_name()),
        ("title", t.signing_title_field()),
        ("email", t.sign_in_email()),
        ("language", t.signing_language()),
        ("group", t.signing_group()),
        ("needed", t.signing_needed()),
        ("authority", t.signing_authority()),
        ("until", t.signing_until()),
        ("on_behalf_of", t.signing_on_behalf_of()),
    ]
}

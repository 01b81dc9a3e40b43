//! The journal's entries about obligations, which stand with their agreement, and how they read. Reasons and evidence are in
//! tables of their own, so the journal tells only that they were given.

use uuid::Uuid;

use super::life::State;
use super::model::{Obligation, Plan, Repeat};
use super::store::Side;
use crate::agreement::store::Party;
use crate::backend::journal::Entry;
use crate::language::{Language, Texts};
use crate::time::date;

/// Every action there is.
pub const ACTIONS: [&str; 9] = [
    "obligation.planned",
    "obligation.made",
    "obligation.changed",
    "obligation.moved",
    "obligation.ended",
    "obligation.document_added",
    "obligation.reminded",
    "obligation.overdue",
    "obligation.escalated",
];
/// What only the zone's people read of them.
pub const INTERNAL: [&str; 3] = ["obligation.reminded", "obligation.overdue", "obligation.escalated"];

fn entry(action: &'static str, agreement: Uuid, number: i64) -> Entry {
    Entry::new(action, "agreement", agreement).created(vec![("obligation", number.to_string())])
}

/// The names of who owes and of who benefits, as they read in the journal.
pub fn names(plan: &Plan, parties: &[Party]) -> (String, String) {
    let of = |ids: &[Uuid]| {
        let named = parties.iter().filter(|party| ids.contains(&party.id));
        named.map(|party| Language::En.prefer(&party.name_en, &party.name_zh)).collect::<Vec<_>>().join("; ")
    };
    (of(&plan.owes), of(&plan.benefits))
}

/// What an obligation was planned as.
pub fn plan_of(obligation: &Obligation, sides: &[Side]) -> Plan {
    Plan {
        clause: obligation.clause.clone(),
        text_en: obligation.text_en.clone(),
        text_zh: obligation.text_zh.clone(),
        owes: sides.iter().filter(|side| side.owes).map(|side| side.party).collect(),
        benefits: sides.iter().filter(|side| side.benefits).map(|side| side.party).collect(),
        due_on: obligation.due_on.clone(),
        every_months: obligation.every_months,
        repeat_until: obligation.repeat_until.clone(),
        survives: obligation.survives,
    }
}

fn fields(plan: &Plan, names: &(String, String)) -> Vec<(&'static str, String)> {
    vec![
        ("clause", plan.clause.clone()),
        ("text_en", plan.text_en.clone()),
        ("text_zh", plan.text_zh.clone()),
        ("owes", names.0.clone()),
        ("benefits", names.1.clone()),
        ("due_on", plan.due_on.clone()),
        ("every_months", plan.every_months.map(|every| every.to_string()).unwrap_or_default()),
        ("repeat_until", plan.repeat_until.clone()),
        ("survives", if plan.survives { "yes".to_owned() } else { String::new() }),
    ]
}

/// Planned; with how many that follow it.
pub fn planned(agreement: Uuid, number: i64, plan: &Plan, names: &(String, String), ahead: usize) -> Entry {
    let mut all = fields(plan, names);
    if ahead > 0 {
        all.push(("obligations_ahead", ahead.to_string()));
    }
    entry("obligation.planned", agreement, number).created(all)
}

/// The clock made what comes again.
pub fn made(agreement: Uuid, numbers: &[i64]) -> Entry {
    let numbers = numbers.iter().map(|number| ("obligation", number.to_string())).collect();
    Entry::new("obligation.made", "agreement", agreement).created(numbers)
}

/// What differs; its first field is the number, so that one alone means that nothing does.
pub fn changed(
    agreement: Uuid,
    number: i64,
    before: &Plan,
    names_before: &(String, String),
    after: &Plan,
    names_after: &(String, String),
) -> Entry {
    let entry = entry("obligation.changed", agreement, number);
    entry.changed(fields(before, names_before), fields(after, names_after))
}

pub fn moved(agreement: Uuid, obligation: &Obligation, to: State, company: Option<Uuid>, told_by: &str) -> Entry {
    let states = |state: State| vec![("obligation_state", state.code().to_owned())];
    entry("obligation.moved", agreement, obligation.number).changed(states(obligation.state), states(to)).created(vec![
        ("company", company.map(|company| company.to_string()).unwrap_or_default()),
        ("told_by", told_by.to_owned()),
    ])
}

/// The agreement ended, and these with it.
pub fn ended(agreement: Uuid, numbers: &[i64]) -> Entry {
    let numbers = numbers.iter().map(|number| ("obligation", number.to_string())).collect();
    Entry::new("obligation.ended", "agreement", agreement).created(numbers)
}

pub fn document_added(agreement: Uuid, number: i64, name: &str) -> Entry {
    entry("obligation.document_added", agreement, number).created(vec![("document", name.to_owned())])
}

/// The clock told somebody.
pub fn told(action: &'static str, agreement: Uuid, number: i64) -> Entry {
    entry(action, agreement, number)
}

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "obligation.planned" => Some(t.obligation_did_plan()),
        "obligation.made" => Some(t.obligation_did_make()),
        "obligation.changed" => Some(t.obligation_did_change()),
        "obligation.moved" => Some(t.obligation_did_move()),
        "obligation.ended" => Some(t.obligation_did_end()),
        "obligation.document_added" => Some(t.obligation_did_add_document()),
        "obligation.reminded" => Some(t.obligation_did_remind()),
        "obligation.overdue" => Some(t.obligation_did_tell_overdue()),
        "obligation.escalated" => Some(t.obligation_did_escalate()),
        _ => None,
    }
}

/// The fields' labels, by name.
pub fn labels(t: &'static Texts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("obligation", t.obligation_one()),
        ("obligation_state", t.obligation_state()),
        ("obligations_ahead", t.obligation_ahead()),
        ("clause", t.obligation_clause()),
        ("text_en", t.obligation_text_en()),
        ("text_zh", t.obligation_text_zh()),
        ("owes", t.obligation_owes()),
        ("benefits", t.obligation_benefits()),
        ("due_on", t.obligation_due_on()),
        ("repeat", t.obligation_repeat()),
        ("every_months", t.obligation_every_months()),
        ("repeat_until", t.obligation_repeat_until()),
        ("survives", t.obligation_survives()),
        ("evidence", t.obligation_evidence()),
        ("documents", t.obligation_documents()),
        ("party", t.agreement_party()),
        ("told_by", t.agreement_told_by()),
        ("reason", t.agreement_reason()),
        ("to", t.obligation_state()),
    ]
}

pub fn state_text(code: &str, t: &'static Texts) -> Option<&'static str> {
    State::from_code(code).map(|state| t.obligation_state_of(state))
}

/// A stored value in the reader's words; none where it is not one of an obligation.
pub fn shown(field: &str, value: &str, t: &'static Texts, language: Language) -> Option<String> {
    match field {
        "obligation_state" => state_text(value, t).map(str::to_owned),
        "due_on" | "repeat_until" => Some(date(value, language)),
        "survives" if !value.is_empty() => Some(t.agreement_yes().to_owned()),
        _ => None,
    }
}

impl Texts {
    pub fn obligation_state_of(&self, state: State) -> &'static str {
        match state {
            State::Pending => self.obligation_at_pending(),
            State::InProgress => self.obligation_at_in_progress(),
            State::Submitted => self.obligation_at_submitted(),
            State::Disputed => self.obligation_at_disputed(),
            State::Fulfilled => self.obligation_at_fulfilled(),
            State::Waived => self.obligation_at_waived(),
            State::Lapsed => self.obligation_at_lapsed(),
        }
    }

    pub fn obligation_repeat_of(&self, repeat: Repeat) -> &'static str {
        match repeat {
            Repeat::Once => self.obligation_repeat_once(),
            Repeat::Monthly => self.obligation_repeat_monthly(),
            Repeat::Quarterly => self.obligation_repeat_quarterly(),
            Repeat::HalfYearly => self.obligation_repeat_half_yearly(),
            Repeat::Yearly => self.obligation_repeat_yearly(),
            Repeat::Months => self.obligation_repeat_months(),
        }
    }
}

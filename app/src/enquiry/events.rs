//! The journal's entries about enquiries, and how they read. Nothing that leads to the person who asked stands in them:
//! an enquiry can be forgotten, the journal cannot.

use std::collections::HashMap;

use uuid::Uuid;

use super::model::{Channel, CloseReason, Facts, Kind, Priority, State};
use super::store::{Arrival, Changed};
use crate::backend::journal::Entry;
use crate::language::{Language, Texts};
use crate::time::{Timestamp, date};

/// An enquiry came in.
pub fn received(action: &'static str, id: Uuid, number: &str, facts: &Facts, arrival: Arrival) -> Entry {
    Entry::new(action, "enquiry", id).created(vec![
        ("number", number.to_owned()),
        ("kind", facts.kind.code().to_owned()),
        ("channel", arrival.channel.code().to_owned()),
        ("country", facts.country.clone().unwrap_or_default()),
        ("received_at", arrival.received_at.iso()),
    ])
}

/// What a step may change.
pub fn fields(changed: &Changed) -> Vec<(&'static str, String)> {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    vec![
        ("state", changed.state.code().to_owned()),
        ("priority", changed.priority.code().to_owned()),
        ("assignee", id(changed.assignee)),
        ("company", id(changed.company_id)),
        ("close_reason", changed.close_reason.map_or("", CloseReason::code).to_owned()),
        ("next_on", changed.next_on.clone()),
    ]
}

/// The actions that the journal knows of enquiries.
pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "enquiry.received" => Some(t.enquiry_event_received()),
        "enquiry.recorded" => Some(t.enquiry_event_recorded()),
        "enquiry.acknowledged" => Some(t.enquiry_event_acknowledged()),
        "enquiry.screened" => Some(t.enquiry_event_screened()),
        "enquiry.assigned" => Some(t.enquiry_event_assigned()),
        "enquiry.answered" => Some(t.enquiry_event_answered()),
        "enquiry.followed_up" => Some(t.enquiry_event_followed_up()),
        "enquiry.converted" => Some(t.enquiry_event_converted()),
        "enquiry.closed" => Some(t.enquiry_event_closed()),
        "enquiry.reopened" => Some(t.enquiry_event_reopened()),
        "enquiry.overdue" => Some(t.enquiry_event_overdue()),
        _ => None,
    }
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    match field {
        "number" => Some(t.enquiry_number()),
        "kind" => Some(t.enquiry_kind()),
        "channel" => Some(t.enquiry_channel()),
        "country" => Some(t.enquiry_country()),
        "received_at" => Some(t.enquiry_received()),
        "state" => Some(t.enquiry_state()),
        "priority" => Some(t.enquiry_priority()),
        "assignee" => Some(t.enquiry_assignee()),
        "instead_of" => Some(t.enquiry_instead_of()),
        "company" => Some(t.enquiry_company()),
        "close_reason" => Some(t.enquiry_close_reason()),
        "next_on" => Some(t.enquiry_next_on()),
        "told_by" => Some(t.enquiry_told_by()),
        "verdict" => Some(t.enquiry_verdict()),
        "duplicate_of" => Some(t.enquiry_duplicate_of()),
        "clock" => Some(t.enquiry_clock()),
        _ => None,
    }
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
    let by_id = |known: Option<&String>| known.cloned().unwrap_or_else(|| "…".to_owned());
    let text = match field {
        _ if value.is_empty() => "",
        "kind" => Kind::from_code(value).map_or(value, |kind| t.enquiry_kind_of(kind)),
        "channel" => Channel::from_code(value).map_or(value, |channel| t.enquiry_channel_of(channel)),
        "state" => State::from_code(value).map_or(value, |state| t.enquiry_state_of(state)),
        "priority" => Priority::from_code(value).map_or(value, |priority| t.enquiry_priority_of(priority)),
        "close_reason" => CloseReason::from_code(value).map_or(value, |reason| t.enquiry_reason_of(reason)),
        "clock" if value == "acknowledge" => t.enquiry_clock_acknowledge(),
        "clock" => t.enquiry_clock_answer(),
        "told_by" if value == "mail" => t.enquiry_channel_mail(),
        "told_by" => t.enquiry_told_otherwise(),
        "verdict" => match value {
            "genuine" => t.enquiry_verdict_genuine(),
            "spam" => t.enquiry_reason_spam(),
            _ => t.enquiry_reason_duplicate(),
        },
        "country" => return crate::country::name(value, language),
        "next_on" => return date(value, language),
        "received_at" => {
            let at = value.parse::<jiff::Timestamp>().map(|at| Timestamp(at.as_microsecond()));
            return at.map_or_else(|_| value.to_owned(), |at| at.long(language));
        }
        "assignee" | "instead_of" => {
            return by_id(people.iter().find(|(id, _)| id.to_string() == value).map(|(_, name)| name));
        }
        "company" => return by_id(value.parse().ok().and_then(|id: Uuid| names.get(&id))),
        _ => value,
    };
    text.to_owned()
}

impl Texts {
    pub fn enquiry_kind_of(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Investment => self.enquiry_kind_investment(),
            Kind::Product => self.enquiry_kind_product(),
            Kind::MedicalTourism => self.enquiry_kind_medical_tourism(),
            Kind::Cooperation => self.enquiry_kind_cooperation(),
            Kind::Event => self.enquiry_kind_event(),
            Kind::Other => self.enquiry_kind_other(),
        }
    }

    pub fn enquiry_channel_of(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Form => self.enquiry_channel_form(),
            Channel::Phone => self.enquiry_channel_phone(),
            Channel::Mail => self.enquiry_channel_mail(),
            Channel::Exhibition => self.enquiry_channel_exhibition(),
            Channel::Visit => self.enquiry_channel_visit(),
            Channel::Other => self.enquiry_channel_other(),
        }
    }

    pub fn enquiry_state_of(&self, state: State) -> &'static str {
        match state {
            State::Received => self.enquiry_state_received(),
            State::Acknowledged => self.enquiry_state_acknowledged(),
            State::Screened => self.enquiry_state_screened(),
            State::Assigned => self.enquiry_state_assigned(),
            State::Answered => self.enquiry_state_answered(),
            State::FollowedUp => self.enquiry_state_followed_up(),
            State::Converted => self.enquiry_state_converted(),
            State::Closed => self.enquiry_state_closed(),
        }
    }

    pub fn enquiry_priority_of(&self, priority: Priority) -> &'static str {
        match priority {
            Priority::High => self.enquiry_priority_high(),
            Priority::Normal => self.enquiry_priority_normal(),
            Priority::Low => self.enquiry_priority_low(),
        }
    }

    pub fn enquiry_reason_of(&self, reason: CloseReason) -> &'static str {
        match reason {
            CloseReason::Settled => self.enquiry_reason_settled(),
            CloseReason::NoReply => self.enquiry_reason_no_reply(),
            CloseReason::NotForUs => self.enquiry_reason_not_for_us(),
            CloseReason::Withdrawn => self.enquiry_reason_withdrawn(),
            CloseReason::Spam => self.enquiry_reason_spam(),
            CloseReason::Duplicate => self.enquiry_reason_duplicate(),
            CloseReason::Other => self.enquiry_reason_other(),
        }
    }
}

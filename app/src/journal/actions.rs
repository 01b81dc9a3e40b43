//! Every action there is, and how it is told.

use crate::language::Texts;
use crate::{
    absence, affiliation, agreement, calendar, company, document, enquiry, import, interaction, job, joining, mail,
    message, note, notification, people, person, privacy, product, security, task,
};

/// Every action there is, for the filter.
pub fn actions() -> impl Iterator<Item = &'static str> {
    ACTIONS
        .iter()
        .copied()
        .chain(import::events::ACTIONS)
        .chain(company::events::ACTIONS)
        .chain(company::saved::events::ACTIONS)
        .chain(person::events::ACTIONS)
        .chain(security::events::ACTIONS)
        .chain(agreement::events::ACTIONS)
        .chain(agreement::certificate::events::ACTIONS)
        .chain(agreement::signing::events::ACTIONS)
        .chain(agreement::obligation::events::ACTIONS)
        .chain(interaction::events::ACTIONS)
        .chain(task::events::ACTIONS)
        .chain(message::events::ACTIONS)
        .chain(note::events::ACTIONS)
}

/// The actions that no feature lists itself.
pub const ACTIONS: &[&str] = &[
    "company.created",
    "company.edited",
    "company.imported",
    "company.unattended",
    "affiliation.added",
    "affiliation.changed",
    "affiliation.ended",
    "mailbox.set",
    "mailbox.confirmed",
    "mailbox.removed",
    "mailbox.stopped",
    "document.uploaded",
    "document.removed",
    "document.infected",
    "product.created",
    "product.imported",
    "product.updated",
    "import.started",
    "import.finished",
    "account.created",
    "account.signed_in",
    "account.signed_out",
    "account.edited",
    "account.suspended",
    "account.reinstated",
    "account.sessions_ended",
    "account.factors_removed",
    "account.view_started",
    "account.view_ended",
    "account.view_expired",
    "account.erased",
    "erasure.asked",
    "erasure.withdrawn",
    "erasure.declined",
    "retention.changed",
    "job.hastened",
    "mail.resent",
    "mail.tested",
    "notification.chosen",
    "notification.stopped",
    "company.followed",
    "company.unfollowed",
    "demonstration.loaded",
    "enquiry.received",
    "enquiry.recorded",
    "enquiry.acknowledged",
    "enquiry.screened",
    "enquiry.assigned",
    "enquiry.answered",
    "enquiry.followed_up",
    "enquiry.converted",
    "enquiry.closed",
    "enquiry.reopened",
    "enquiry.overdue",
    "calendar.days_set",
    "calendar.day_removed",
    "calendar.week_set",
    "calendar.limits_set",
    "absence.added",
    "absence.ended",
    "join_request.confirmed",
    "join_request.accepted",
    "join_request.declined",
    "invitation.sent",
    "invitation.sent_again",
    "invitation.withdrawn",
    "invitation.accepted",
    "account.reset_asked",
    "account.password_reset",
];

pub(super) fn action_text(action: &str, t: &'static Texts) -> String {
    company::events::event_text(action, t)
        .or_else(|| company::saved::events::event_text(action, t))
        .or_else(|| person::events::event_text(action, t))
        .or_else(|| document::events::event_text(action, t))
        .or_else(|| interaction::events::event_text(action, t))
        .or_else(|| task::events::event_text(action, t))
        .or_else(|| product::events::event_text(action, t))
        .or_else(|| job::events::event_text(action, t))
        .or_else(|| mail::events::event_text(action, t))
        .or_else(|| enquiry::events::event_text(action, t))
        .or_else(|| calendar::events::event_text(action, t))
        .or_else(|| agreement::events::event_text(action, t))
        .or_else(|| agreement::certificate::events::event_text(action, t))
        .or_else(|| agreement::obligation::events::event_text(action, t))
        .or_else(|| absence::events::event_text(action, t))
        .or_else(|| notification::events::event_text(action, t))
        .or_else(|| affiliation::events::event_text(action, t))
        .or_else(|| people::events::event_text(action, t))
        .or_else(|| joining::events::event_text(action, t))
        .or_else(|| privacy::events::event_text(action, t))
        .or_else(|| security::events::event_text(action, t))
        .or_else(|| message::events::event_text(action, t))
        .or_else(|| note::events::event_text(action, t))
        .or_else(|| import::events::event_text(action, t))
        .or(match action {
            "account.created" => Some(t.event_account_created()),
            "account.signed_in" => Some(t.event_account_signed_in()),
            "account.signed_out" => Some(t.event_account_signed_out()),
            "demonstration.loaded" => Some(t.event_demonstration_loaded()),
            _ => None,
        })
        .map_or_else(|| action.to_owned(), str::to_owned)
}

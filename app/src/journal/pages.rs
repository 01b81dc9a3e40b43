//! `/admin/journal`, and how an entry reads.

use std::collections::HashMap;

use leptos::prelude::*;
use uuid::Uuid;

use crate::actor::require;
use crate::backend::context::Visit;
use crate::backend::journal::{self, Event, Filter};
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::list::{FilterSelect, Pager};
use crate::ui::moment::{Moment, TimelineItem, TimelineTexts};
use crate::web::page::{At, Page, Section};
use crate::{
    absence, affiliation, agreement, calendar, company, document, enquiry, import, interaction, job, joining, mail,
    message, note, notification, people, person, privacy, product, security, task,
};

const PATH: &str = "/admin/journal";
const PAGE: i64 = 50;

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

fn action_text(action: &str, t: &'static Texts) -> String {
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

/// What happened, with the name of the document or the person that it happened to: the record alone does not tell which.
pub fn what(event: &Event, names: &[(Uuid, String)], t: &'static Texts) -> String {
    let action = action_text(&event.action, t);
    if let Some(person) = affiliation::events::about(event, names) {
        return format!("{action}{}{person}", t.form_colon());
    }
    let documents = event.action.starts_with("document.");
    match event.changes.iter().find(|change| documents && change.field == "document") {
        Some(journal::Change { after: Some(name), .. }) => format!("{action}{}{name}", t.form_colon()),
        _ => action,
    }
}

/// What an entry's link is called.
pub fn subject_name(event: &Event, names: &HashMap<Uuid, String>, t: &'static Texts) -> String {
    let job = || {
        let change = event.changes.iter().find(|change| event.subject_kind == "job" && change.field == "job")?;
        let (title, _) = job::events::job_texts(change.after.as_deref()?, t);
        (!title.is_empty()).then(|| title.to_owned())
    };
    names.get(&event.subject).cloned().or_else(job).unwrap_or_else(|| t.journal_subject().to_owned())
}

fn who(event: &Event, named: bool, t: &'static Texts) -> String {
    match (&event.actor_name, event.origin.as_str()) {
        (Some(_), _) if event.actor_of_zone && !named => t.journal_zone_staff().to_owned(),
        (Some(name), _) => privacy::model::shown_name(name, t),
        (None, "command") => t.journal_origin_command().to_owned(),
        (None, _) => t.journal_origin_system().to_owned(),
    }
}

/// The words that a timeline needs.
pub fn timeline_texts(t: &'static Texts) -> TimelineTexts {
    TimelineTexts {
        field: t.journal_field(),
        before: t.journal_before(),
        after: t.journal_after(),
        value: t.journal_value(),
    }
}

fn changes(
    event: &Event,
    managers: &[(Uuid, String)],
    names: &HashMap<Uuid, String>,
    t: &'static Texts,
    language: Language,
) -> Vec<(String, String, String)> {
    let labels = match event.subject_kind.as_str() {
        "person" => person::events::labels(t),
        _ => company::events::labels(t),
    };
    event
        .changes
        .iter()
        .map(|change| {
            let field = change.field.as_str();
            let own = match event.subject_kind.as_str() {
                "enquiry" => enquiry::events::field_label(field, t),
                "calendar" => calendar::events::field_label(field, t),
                "agreement" => agreement::events::field_label(field, t)
                    .or_else(|| agreement::certificate::events::field_label(field, t)),
                "absence" => absence::events::field_label(field, t),
                "interaction" => interaction::events::field_label(field, t),
                "task" => task::events::field_label(field, t),
                "view" => company::saved::events::field_label(field, t),
                "settings" if event.action == "stalled.changed" => company::events::stage_label(field, t),
                "register_import" => import::events::field_label(field, t),
                _ => None,
            };
            let label = own
                .or_else(|| labels.iter().find(|(name, _)| *name == field).map(|(_, label)| *label))
                .or_else(|| privacy::events::field_label(&event.action, field, t))
                .or_else(|| document::events::field_label(field, t))
                .or(match field {
                    "since" => Some(t.register_from_day()),
                    "until" => Some(t.register_to_day()),
                    _ => None,
                })
                .or_else(|| product::events::field_label(field, t))
                .or_else(|| notification::events::field_label(field, t))
                .or_else(|| affiliation::events::field_label(field, t))
                .or_else(|| people::events::field_label(field, t))
                .or_else(|| joining::events::field_label(field, t))
                .or_else(|| security::events::field_label(field, t))
                .or((field == "job").then(|| t.jobs_field()))
                .unwrap_or(field);
            let read = |value: &Option<String>| match value {
                None => t.journal_erased().to_owned(),
                Some(value) if event.action.starts_with("document.") => document::events::shown(field, value, t),
                Some(value) if event.action.starts_with("affiliation.") => {
                    affiliation::events::shown(field, value, managers, t).unwrap_or_else(|| value.clone())
                }
                Some(value) if event.subject_kind == "account" => people::events::shown(field, value, t)
                    .or_else(|| notification::events::shown(field, value, t))
                    .or_else(|| joining::events::shown(field, value, t))
                    .or_else(|| security::events::shown(field, value, t))
                    .unwrap_or_else(|| value.clone()),
                Some(value) if event.subject_kind == "company" => {
                    company::events::shown(field, value, managers, t, language)
                }
                Some(value) if event.subject_kind == "enquiry" => {
                    enquiry::events::shown(field, value, managers, names, t, language)
                }
                Some(value) if event.subject_kind == "agreement" => {
                    agreement::events::shown(field, value, managers, names, t, language)
                }
                Some(value) if event.subject_kind == "absence" => {
                    absence::events::shown(field, value, managers, language)
                }
                Some(value) if event.subject_kind == "interaction" => {
                    interaction::events::shown(field, value, t, language)
                }
                Some(value) if event.subject_kind == "task" => task::events::shown(field, value, managers, t, language),
                Some(value) if event.subject_kind == "calendar" => value.clone(),
                Some(value) if event.subject_kind == "view" => company::saved::events::shown(field, value, t),
                Some(value) if event.action == "stalled.changed" => value.clone(),
                Some(value) if event.subject_kind == "register_import" => import::events::shown(field, value, t),
                Some(value) if event.subject_kind == "person" => person::events::shown(field, value, t),
                Some(value) if event.subject_kind == "job" => job::events::job_texts(value, t).0.to_owned(),
                Some(value) if field == "company" => named(value, names),
                Some(value) => product::events::shown(field, value, t)
                    .or_else(|| joining::events::shown(field, value, t))
                    .or_else(|| security::events::shown(field, value, t))
                    .unwrap_or_else(|| value.clone()),
            };
            (label.to_owned(), read(&change.before), read(&change.after))
        })
        .collect()
}

/// A company that stands in an entry as a value; one that is not known by name is not told by its number.
fn named(value: &str, names: &HashMap<Uuid, String>) -> String {
    match value.parse::<Uuid>() {
        Ok(id) => names.get(&id).cloned().unwrap_or_else(|| "…".to_owned()),
        Err(_) => value.to_owned(),
    }
}

/// An entry as a line of a timeline. Where staff is not named, the reader is told that it was zone staff.
pub fn item(
    event: &Event,
    named: bool,
    managers: &[(Uuid, String)],
    t: &'static Texts,
    language: Language,
) -> TimelineItem {
    item_with(event, named, managers, &HashMap::new(), t, language)
}

/// The same, where the names of what stands in an entry as a value are known.
pub fn item_with(
    event: &Event,
    named: bool,
    managers: &[(Uuid, String)],
    names: &HashMap<Uuid, String>,
    t: &'static Texts,
    language: Language,
) -> TimelineItem {
    let changes = changes(event, managers, names, t, language);
    let has_before = changes.iter().any(|(_, before, _)| !before.is_empty());
    TimelineItem {
        who: who(event, named, t),
        what: what(event, managers, t),
        subject: None,
        at: event.at,
        changes,
        has_before,
    }
}

pub fn subject_url(event: &Event) -> Option<String> {
    match event.subject_kind.as_str() {
        "company" => Some(company::model::url(event.subject)),
        "person" => Some(person::model::url(event.subject)),
        "product" => Some(product::model::url(event.subject)),
        "register_import" => Some(import::model::url(event.subject, "/preview")),
        "import" => Some(format!("/products/imports/{}", event.subject)),
        "mail" => Some(mail::url(event.subject)),
        "join_request" => Some(joining::model::url(event.subject)),
        "job" => Some(job::pages::PATH.to_owned()),
        "enquiry" => Some(enquiry::model::url(event.subject)),
        "agreement" => Some(agreement::model::url(&event.subject.to_string())),
        "interaction" => Some(interaction::model::url(event.subject)),
        "task" => Some(task::model::url(event.subject)),
        "calendar" => Some(calendar::pages::PATH.to_owned()),
        "absence" => Some(absence::pages::PATH.to_owned()),
        "message" => Some(message::model::url(company_of(event)?, event.subject)),
        "note" => Some(note::model::list_url(company_of(event)?)),
        // What somebody did to themselves has no other subject.
        "account" if event.actor != Some(event.subject) => Some(people::url(event.subject)),
        _ => None,
    }
}

/// The company that an entry names.
fn company_of(event: &Event) -> Option<Uuid> {
    event.changes.iter().find(|change| change.field == "company")?.after.as_deref()?.parse().ok()
}

/// A day as typed into the filter, as the zone's midnight.
fn midnight(day: &str, plus_days: i64) -> Option<Timestamp> {
    let date: jiff::civil::Date = day.parse().ok()?;
    let date = date.checked_add(jiff::Span::new().days(plus_days)).ok()?;
    let zoned = date.to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai").ok()?).ok()?;
    Some(Timestamp(zoned.timestamp().as_microsecond()))
}

/// `/admin/journal`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_administer())?;
    let query = at.query;
    let filter = Filter {
        subject: query.get("subject").parse().ok(),
        action: actions().find(|action| *action == query.get("action")).unwrap_or_default().to_owned(),
        actor: query.get("actor").parse().ok(),
        since: midnight(query.get("since"), 0),
        until: midnight(query.get("until"), 1),
    };
    let number_of_page = query.page();
    let count = journal::count(&mut ctx.tx, &filter).await?;
    let events = journal::events(&mut ctx.tx, &filter, PAGE, (number_of_page - 1) * PAGE).await?;
    let accounts = crate::account::store::names(&mut ctx.tx).await?;
    let mut managers = crate::account::store::manager_names(&mut ctx.tx).await?;
    managers.extend(super::store::people_named(&mut ctx.tx, &events).await?);
    let language = visit.language;
    let names = super::store::subject_names(&mut ctx.tx, &events, language).await?;
    let page = Page::new(visit.texts().journal_title(), move |t| {
        let actions = actions().map(|action| (action.to_owned(), action_text(action, t))).collect::<Vec<_>>();
        let people =
            accounts.iter().map(|(id, name)| (id.to_string(), privacy::model::shown_name(name, t))).collect::<Vec<_>>();
        let subject = query.get("subject").to_owned();
        let rows = events
            .iter()
            .map(|event| {
                let changes = changes(event, &managers, &names, t, language);
                let size = changes.len();
                let table = changes
                    .into_iter()
                    .map(|(field, before, after)| view! { <tr><th scope="row">{field}</th><td>{before}</td><td>{after}</td></tr> })
                    .collect_view();
                let details = (size > 0).then(|| view! {
                    <details>
                        <summary>{t.journal_changes(size)}</summary>
                        <table class="changes">
                            <thead><tr>
                                <th scope="col">{t.journal_field()}</th><th scope="col">{t.journal_before()}</th>
                                <th scope="col">{t.journal_after()}</th>
                            </tr></thead>
                            <tbody>{table}</tbody>
                        </table>
                    </details>
                });
                let line = match subject_url(event) {
                    Some(url) => {
                        // The name goes on with the sentence, or is what it was about.
                        let between = match event.subject_kind.as_str() {
                            "mail" | "job" | "account" | "message" | "note" => t.form_colon(),
                            "calendar" | "absence" | "interaction" | "task" => " · ",
                            _ if ["document.", "affiliation."].iter().any(|of| event.action.starts_with(of)) => " · ",
                            _ => " ",
                        };
                        view! { {what(event, &managers, t)}{between}<a href=url>{subject_name(event, &names, t)}</a> }.into_any()
                    }
                    None => what(event, &managers, t).into_any(),
                };
                view! {
                    <tr>
                        <td class="num" data-label=t.journal_number()>{number(event.seq)}</td>
                        <td class="date"><Moment at=event.at language=language /></td>
                        <td>{who(event, true, t)}</td>
                        <td>{line}{details}</td>
                        <td data-label=t.journal_from()>{event.address.clone()}</td>
                    </tr>
                }
            })
            .collect_view();
        // Beyond the end there are entries, on the pages before; the pager says so.
        let empty = (count == 0).then(|| {
            view! {
                <div class="empty"><h2>{t.journal_none()}</h2><p>{t.journal_none_next()}</p></div>
            }
        });
        view! {
            <header class="page-head"><h1>{t.journal_title()}</h1><p class="subtitle">{t.shell_zone_of_time()}</p></header>
            <form class="filters" method="get" action=PATH>
                <FilterSelect name="action" label=t.journal_action() any=t.journal_any_action() options=actions
                    chosen=query.get("action").to_owned() />
                <FilterSelect name="actor" label=t.journal_actor() any=t.journal_any_actor() options=people
                    chosen=query.get("actor").to_owned() />
                <input type="date" name="since" aria-label=t.journal_since() title=t.journal_since() value=query.get("since").to_owned() />
                <input type="date" name="until" aria-label=t.journal_until() title=t.journal_until() value=query.get("until").to_owned() />
                {(!subject.is_empty()).then(|| view! { <input type="hidden" name="subject" value=subject /> })}
                <button class="button">{t.list_apply()}</button>
                <a class="button quiet" href=PATH>{t.list_clear_all()}</a>
            </form>
            <p class="count" role="status">{t.journal_count(number(count))}</p>
            {empty}
            {(!events.is_empty()).then(|| view! {
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        <th scope="col" class="num">{t.journal_number()}</th><th scope="col">{t.journal_when()}</th>
                        <th scope="col">{t.journal_actor()}</th><th scope="col">{t.journal_action()}</th>
                        <th scope="col">{t.journal_from()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            })}
            <Pager page=number_of_page size=PAGE count=count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::Journal).actor(ctx.actor))
}

//! `/notifications`: what somebody was told, by day, the latest first.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, NotificationList, PAGE, ReadAllNotifications, ReadNotification};
use super::store::{Notification, Reader};
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::ui::list::Pager;
use crate::ui::query::Query;
use crate::web::page::{At, Page};

pub const PATH: &str = "/notifications";
/// Where one chooses which mails one gets.
pub const CHOICES: &str = "/account/notifications";

/// Tells a person that mails do not reach them; `refused` is their address, if it refuses mails.
pub fn address_notice(refused: Option<&str>, t: &'static Texts) -> Option<AnyView> {
    refused.map(|email| {
        view! {
            <div class="notice attention" role="status">
                <Icon name="alert-triangle" />
                <p><strong>{t.notice_address_title()}</strong>" "{t.notice_address_explained(email)}</p>
            </div>
        }
        .into_any()
    })
}

/// `/notifications`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let unread = at.query.get("show") == "unread";
    let page = at.query.page();
    let read = api::list_notifications(&visit, unread, page).await?;
    let (language, now) = (visit.language, visit.now());
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let drawn = Page::new(visit.texts().notice_title(), move |t| {
        let mut query = Query::default();
        query.set("show", if unread { "unread" } else { "" });
        let reader = Reader::of(&read.actor, language);
        // What comes while the list is looked at was not read in it.
        let until = read.notifications.iter().map(|one| one.changed_at).max().filter(|_| page == 1).unwrap_or(now.0);
        let mark_all = (read.actor.unread > 0).then(|| {
            view! {
                <form method="post" action=ReadAllNotifications::PATH>
                    <input type="hidden" name="until" value=until.to_string() />
                    <button class="button"><Icon name="check" />{t.notice_mark_all()}</button>
                </form>
            }
        });
        let tab = |url: &'static str, text: String, here: bool| {
            view! { <li><a href=url aria-current=here.then_some("page")>{text}</a></li> }
        };
        let unread_tab = match read.actor.unread {
            0 => t.notice_only_unread().to_owned(),
            n => format!("{} ({})", t.notice_only_unread(), number(n)),
        };
        let forms = [ReadAllNotifications::PATH, ReadNotification::PATH];
        let failed = refused.as_ref().filter(|post| forms.contains(&post.endpoint.as_str()));
        let endpoint = failed.map(|post| post.endpoint.clone()).unwrap_or_default();
        view! {
            <header class="page-head">
                <h1>{t.notice_title()}</h1>
                <div class="actions">{mark_all}<a class="button quiet" href=CHOICES>{t.notice_choice_link()}</a></div>
                <nav class="tabs" aria-label=t.notice_title()><ul>
                    {tab(PATH, t.notice_all().to_owned(), !unread)}
                    {tab("/notifications?show=unread", unread_tab, unread)}
                </ul></nav>
            </header>
            <ErrorSummary form=FormState::new(t, failed, &endpoint) labels=Vec::new() />
            {address_notice(read.refused.as_deref(), t)}
            <p class="count" role="status">{t.notice_count(number(read.count))}</p>
            {body(&read, unread, &reader, now, t)}
            <Pager page=page size=PAGE count=read.count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(drawn.actor(actor))
}

fn body(read: &NotificationList, unread: bool, reader: &Reader, now: Timestamp, t: &'static Texts) -> AnyView {
    if read.count == 0 {
        let (head, next) = match unread {
            true => (t.notice_none_unread(), t.notice_none_unread_next()),
            false => (t.notice_none(), t.notice_none_next()),
        };
        return view! { <div class="empty"><Icon name="bell" /><h2>{head}</h2><p>{next}</p></div> }.into_any();
    }
    let mut days: Vec<(String, Vec<&Notification>)> = Vec::new();
    for one in &read.notifications {
        let day = Timestamp(one.changed_at).iso_day();
        match days.last_mut() {
            Some((last, of)) if *last == day => of.push(one),
            _ => days.push((day, vec![one])),
        }
    }
    days.into_iter()
        .map(|(day, of)| {
            let at = Timestamp(of.first().map_or(0, |one| one.changed_at));
            let head = match day {
                day if day == now.iso_day() => t.notice_today().to_owned(),
                day if day == now.minus(Timestamp::DAY).iso_day() => t.notice_yesterday().to_owned(),
                _ => at.day(t.language),
            };
            let rows = of.into_iter().map(|one| row(one, reader, now, t)).collect_view();
            view! { <section class="panel"><h2>{head}</h2><ul class="notifications">{rows}</ul></section> }
        })
        .collect_view()
        .into_any()
}

fn row(one: &Notification, reader: &Reader, now: Timestamp, t: &'static Texts) -> AnyView {
    let (line, kind) = match one.told(reader) {
        Some((kind, facts)) => {
            let fields = facts.of("fields");
            let fields = if fields.is_empty() { fields } else { format!("{}{fields}", t.form_colon()) };
            let absent = facts.of("instead_of");
            let absent = if absent.is_empty() { absent } else { format!(" · {}", t.enquiry_for_absent(absent)) };
            (format!("{}{fields}{absent}", kind.line(&facts)), Some(kind))
        }
        None => (t.notice_gone().to_owned(), None),
    };
    let label = t.notice_mark_this(&line);
    // What is no longer open leads nowhere.
    let line = match kind {
        Some(_) => view! { <a class="row-link" href=one.url()>{line}</a> }.into_any(),
        None => view! { <span class="gone">{line}</span> }.into_any(),
    };
    let is_new = one.read_at.is_none();
    let mark = is_new.then(|| {
        view! {
            <form method="post" action=ReadNotification::PATH>
                <input type="hidden" name="id" value=one.id.to_string() />
                <button class="button small quiet" aria-label=label title=t.notice_mark()><Icon name="check" /></button>
            </form>
        }
    });
    let counted = kind.is_some_and(|kind| !kind.counts_itself());
    let changes = (one.changes > 1 && counted).then(|| format!(" · {}", t.notice_changes(number(one.changes))));
    view! {
        <li class=if is_new { "unread" } else { "" }>
            <div>
                <p>{is_new.then(|| view! { <span class="badge info">{t.notice_new()}</span>" " })}{line}</p>
                <p class="second">{kind.map(|kind| format!("{} · ", kind.title(t)))}{ago(one.changed_at, now, t)}{changes}</p>
            </div>
            {mark}
        </li>
    }
    .into_any()
}

/// How long ago something was, with the exact moment as its title; from an hour of another day on, the moment itself.
fn ago(at: i64, now: Timestamp, t: &'static Texts) -> AnyView {
    let language: Language = t.language;
    let at = Timestamp(at);
    let minutes = (now.0 - at.0) / Timestamp::MINUTE;
    let shown = match minutes {
        ..1 => t.notice_ago_now().to_owned(),
        1..60 => t.notice_ago_minutes(minutes),
        60.. if at.iso_day() == now.iso_day() => t.notice_ago_hours(minutes / 60),
        _ => at.long(language),
    };
    let exact = format!("{} (Asia/Shanghai, UTC+8)", at.long(language));
    view! { <time datetime=at.iso() title=exact>{shown}</time> }.into_any()
}

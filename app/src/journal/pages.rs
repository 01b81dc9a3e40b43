//! `/admin/journal`

use leptos::prelude::*;

use super::actions::{action_text, actions};
use super::entry::{changes, subject_name, subject_url, what, who};
use crate::actor::require;
use crate::backend::context::Visit;
use crate::backend::journal::{self, Filter};
use crate::error::Result;
use crate::language::number;
use crate::privacy;
use crate::time::Timestamp;
use crate::ui::list::{FilterSelect, Pager};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

const PATH: &str = "/admin/journal";
const PAGE: i64 = 50;

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

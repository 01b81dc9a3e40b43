//! `/companies/{id}/representatives`: who acts for a company, who did, and the mailbox that many read.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{self, Representatives};
use super::mailbox_api::{RemoveMailbox, SetMailbox};
use super::store::Representative;
use crate::backend::context::Visit;
use crate::backend::refused::RefusedPost;
use crate::company::model::url;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::{Timestamp, date};
use crate::ui::form::{ErrorSummary, FormState, SelectField, TextField};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

/// The address of the people who act for a company.
pub fn list_url(company: Uuid) -> String {
    format!("{}/representatives", url(company))
}

/// Where its mailbox is decided.
pub fn mailbox_url(company: Uuid) -> String {
    format!("{}#mailbox", list_url(company))
}

/// Says on a company's pages that nobody administers it.
pub fn unattended_notice(
    since: Option<Timestamp>,
    company: Uuid,
    t: &'static Texts,
    language: Language,
) -> Option<AnyView> {
    since.map(|since| {
        view! {
            <div class="notice attention"><Icon name="alert-triangle" />
                <p>{t.affiliation_unattended()}" "<Moment at=since language=language day_only=true />" · "
                    <a href=list_url(company)>{t.affiliation_link()}</a></p>
            </div>
        }
        .into_any()
    })
}

pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let read = api::read_representatives(&visit, at.id()?).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let name = language.prefer(&read.company.facts.name_en, &read.company.facts.name_zh).to_owned();
    let page = Page::new(visit.texts().affiliation_title_of(&name), move |t| {
        let company = read.company.id;
        let manages = read.actor.manages_representatives_of(company).is_ok();
        let (current, former): (Vec<_>, Vec<_>) = read.people.iter().partition(|person| person.ended_at.is_none());
        let table = if current.is_empty() {
            view! { <div class="empty"><h2>{t.affiliation_none()}</h2><p>{t.affiliation_none_next()}</p></div> }
                .into_any()
        } else {
            let rows = current.iter().map(|person| row(&read, person, manages, t, language)).collect_view();
            view! {
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        <th scope="col">{t.users_name()}</th><th scope="col">{t.affiliation_rights()}</th>
                        <th scope="col">{t.affiliation_title()}</th><th scope="col">{t.affiliation_since()}</th>
                        <th scope="col">{t.affiliation_until()}</th><th scope="col">{t.users_seen()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        };
        let notice =
            read.actor.may_leave_unattended().then(|| unattended_notice(read.unattended, company, t, language));
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href=url(company)>{name.clone()}</a></p>
                <h1>{t.affiliation_heading()}</h1>
                <p class="subtitle">{t.affiliation_lead(&name)}</p>
            </header>
            {notice.flatten()}
            <p class="count" role="status">{t.affiliation_count(number(i64::try_from(current.len()).unwrap_or_default()))}</p>
            {table}
            {former_table(&former, t, language)}
            {mailbox(&read, manages, refused.as_ref(), t, language)}
            {rights_explained(t)}
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}

fn row(
    read: &Representatives,
    person: &Representative,
    manages: bool,
    t: &'static Texts,
    language: Language,
) -> impl IntoView + use<> {
    let name = person.name.clone();
    let name = if manages {
        let url = format!("{}/{}", list_url(read.company.id), person.account);
        view! { <a class="row-link" href=url>{name}</a> }.into_any()
    } else {
        name.into_any()
    };
    // Why somebody who stands here does not act for the company now.
    let state = if !person.active {
        Some(t.users_state_suspended())
    } else if person.terms.hold_on(&read.today) {
        None
    } else if person.terms.since > read.today {
        Some(t.affiliation_not_yet())
    } else {
        Some(t.affiliation_expired())
    };
    let state = state.map(|text| view! { " "<span class="badge attention">{text}</span> });
    let seen = match person.seen_at {
        Some(at) => view! { <Moment at=at language=language day_only=true /> }.into_any(),
        None => t.users_never().into_any(),
    };
    view! {
        <tr>
            <th scope="row">{name}<span class="second">{person.email.clone()}</span></th>
            <td class="status">{t.rights(person.terms.rights)}{state}</td>
            <td>{person.terms.title.clone()}</td>
            <td class="date" data-label=t.affiliation_since()>{date(&person.terms.since, language)}</td>
            <td class="date" data-label=t.affiliation_until()>{date(&person.terms.until, language)}</td>
            <td class="date" data-label=t.users_seen()>{seen}</td>
        </tr>
    }
}

fn former_table(former: &[&Representative], t: &'static Texts, language: Language) -> Option<AnyView> {
    if former.is_empty() {
        return None;
    }
    let rows = former
        .iter()
        .map(|person| {
            view! {
                <tr>
                    <th scope="row">{person.name.clone()}<span class="second">{person.terms.title.clone()}</span></th>
                    <td>{t.rights(person.terms.rights)}</td>
                    <td class="date" data-label=t.affiliation_ended()>
                        {person.ended_at.map(|at| view! { <Moment at=at language=language day_only=true /> })}
                    </td>
                    <td data-label=t.affiliation_successor()>{person.successor_name.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let count = number(i64::try_from(former.len()).unwrap_or_default());
    let table = view! {
        <details class="panel">
            <summary>{t.affiliation_former(count)}</summary>
            <div class="table-wrap"><table class="list compact">
                <thead><tr>
                    <th scope="col">{t.users_name()}</th><th scope="col">{t.affiliation_rights()}</th>
                    <th scope="col">{t.affiliation_ended()}</th><th scope="col">{t.affiliation_successor()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </details>
    };
    Some(table.into_any())
}

fn rights_explained(t: &'static Texts) -> AnyView {
    let rights = [
        (t.rights_viewer(), t.affiliation_may_view()),
        (t.rights_contributor(), t.affiliation_may_contribute()),
        (t.rights_manager(), t.affiliation_may_manage()),
        (t.rights_administrator(), t.affiliation_may_administer()),
    ];
    let rows = rights.map(|(name, may)| view! { <dt>{name}</dt><dd>{may}</dd> }).into_iter().collect_view();
    view! { <section class="panel"><h2>{t.affiliation_what_rights()}</h2><dl class="facts">{rows}</dl></section> }
        .into_any()
}

fn mailbox(
    read: &Representatives,
    manages: bool,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let state = read.mailbox.as_ref().map(|mailbox| {
        let (class, text, at) = match mailbox.confirmed_at {
            Some(at) => ("badge good", t.mailbox_state_confirmed(), at),
            None => ("badge attention", t.mailbox_state_asked(), mailbox.set_at),
        };
        view! {
            <p>{mailbox.address.clone()}" "<span class=class>{text}</span>" "<Moment at=Timestamp(at) language=language /></p>
        }
    });
    let stopped: Vec<&str> = read.stopped.iter().map(|kind| kind.title(t)).collect();
    let stopped = (!stopped.is_empty())
        .then(|| view! { <p class="hint">{t.mailbox_notice_stopped(stopped.join(t.form_comma()))}</p> });
    let company = read.company.id.to_string();
    let form = manages.then(|| {
        let state = FormState::new(t, refused, SetMailbox::PATH);
        let open = state.error().is_some();
        let (address, chosen) =
            read.mailbox.as_ref().map_or(("", language.code()), |mailbox| (&*mailbox.address, &*mailbox.language));
        let (address, chosen) = (address.to_owned(), chosen.to_owned());
        let languages = vec![("en".to_owned(), "English".to_owned()), ("zh".to_owned(), "中文".to_owned())];
        let labels = vec![("email", t.mailbox_address()), ("language", t.mailbox_language())];
        let remove = read.mailbox.is_some().then(|| {
            view! {
                <form method="post" action=RemoveMailbox::PATH>
                    <input type="hidden" name="company" value=company.clone() />
                    <button class="button danger">{t.mailbox_remove()}</button>
                </form>
            }
        });
        view! {
            <details class="adding" open=open>
                <summary class="button"><Icon name="mail" />
                    {if read.mailbox.is_some() { t.mailbox_change() } else { t.mailbox_set() }}</summary>
                <form class="form" method="post" action=SetMailbox::PATH>
                    <ErrorSummary form=state.clone() labels=labels />
                    <input type="hidden" name="company" value=company.clone() />
                    <TextField form=state.clone() name="email" label=t.mailbox_address() hint=t.mailbox_hint()
                        value=address kind="email" autocomplete="off" />
                    <SelectField form=state name="language" label=t.mailbox_language() options=languages value=chosen />
                    <div class="form-actions"><button class="button primary">{t.mailbox_save()}</button></div>
                </form>
                {remove}
            </details>
        }
    });
    view! {
        <section class="panel" id="mailbox">
            <h2>{t.mailbox_title()}</h2>
            <p class="hint">{t.mailbox_explained()}</p>
            {state}
            {stopped}
            {form}
        </section>
    }
    .into_any()
}

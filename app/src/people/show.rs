//! `/admin/people/{id}`: a person's account, companies, sessions and deeds, and what an administrator can do about them.

use leptos::prelude::*;
use uuid::Uuid;

use super::api::{self, PersonPage};
use super::filter::State;
use super::forms;
use super::pages::{PATH, factor_text, seen, state_badge};
use crate::access;
use crate::affiliation;
use crate::backend::context::Visit;
use crate::backend::journal::Event;
use crate::error::Result;
use crate::journal::entry::{subject_name, subject_url, what};
use crate::language::{Language, Texts};
use crate::time::{Timestamp, date};
use crate::ui::moment::{Moment, Timeline, TimelineItem};
use crate::web::page::{At, Page, Section};

pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let read = api::read_person(&visit, at.id()?).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let page = Page::new(read.person.name.clone(), move |t| {
        let person = &read.person;
        let administers = read.actor.may_administer();
        let form = |draw: fn(&PersonPage, Option<&forms::Refused>, &'static Texts) -> Option<AnyView>| {
            administers.then(|| draw(&read, refused.as_ref(), t)).flatten()
        };
        let suspension = read.suspension.as_ref().map(|(at, reason)| {
            view! {
                <div class="notice attention"><p>{t.users_suspended_because(reason)}" "<Moment at=*at language=language /></p></div>
            }
        });
        let unreached = (person.state() == State::Unreached).then(|| {
            let at = person.address_problem_at.map(|at| view! { " "<Moment at=Timestamp(at) language=language /> });
            view! { <div class="notice attention"><p>{t.users_unreached_because(&person.address_problem)}{at}</p></div> }
        });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.users_title()}</a></p>
                <h1>{crate::privacy::model::shown_name(&person.name, t)}</h1>
                <div class="actions">{form(forms::look_as)}</div>
                <p class="subtitle">{t.role(person.role())}</p>
                {state_badge(person.state(), t)}
            </header>
            {forms::refusals(refused.as_ref(), t)}
            {suspension}
            {unreached}
            <div class="detail">
                <div class="detail-main">
                    {companies(&read, t, language)}
                    {form(forms::affiliate)}
                    {form(forms::edit)}
                    {administers.then(|| sessions(&read, t, language))}
                    {form(forms::end_sessions)}
                    {form(forms::factors)}
                    {form(forms::suspension)}
                    {administers.then(|| entries(&read, &read.happened, t.users_happened(), "subject", t, language))}
                    {administers.then(|| entries(&read, &read.did, t.users_did(), "actor", t, language))}
                </div>
                <aside class="detail-aside">
                    <section class="panel"><h2>{t.company_facts()}</h2>{facts(&read, t, language)}</section>
                    {administers.then(|| view! {
                        <section class="panel">{access::link(&read.actor, access::Kind::Account, person.id, t)}</section>
                    })}
                </aside>
            </div>
        }
        .into_any()
    });
    Ok(page.section(Section::Accounts).actor(actor))
}

fn facts(read: &PersonPage, t: &'static Texts, language: Language) -> AnyView {
    let person = &read.person;
    let spoken = person.language.as_deref().map_or("", |code| if code == "zh" { "中文" } else { "English" });
    let created = view! { <Moment at=Timestamp(person.created_at) language=language /> }.into_any();
    let rows = [
        (t.users_email(), person.email.clone().into_any()),
        (t.users_role(), t.role(person.role()).into_any()),
        (t.users_language(), spoken.into_any()),
        (t.users_factor(), factor_text(person, t).into_any()),
        (t.users_seen(), seen(person.seen_at, t, language)),
        (t.users_created(), created),
    ];
    let rows = rows.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view();
    view! { <dl class="facts">{rows}</dl><p class="hint">{t.shell_zone_of_time()}</p> }.into_any()
}

fn companies(read: &PersonPage, t: &'static Texts, language: Language) -> Option<AnyView> {
    if read.companies.is_empty() {
        return None;
    }
    let rows = read
        .companies
        .iter()
        .map(|company| {
            let name = language.prefer(&company.name_en, &company.name_zh).to_owned();
            let path = affiliation::pages::list_url(company.company);
            let path = if company.ended_at.is_none() { format!("{path}/{}", read.person.id) } else { path };
            let end = match (company.ended_at, company.terms.hold_on(&read.today)) {
                (Some(at), _) => view! { <Moment at=at language=language day_only=true /> }.into_any(),
                (None, true) => date(&company.terms.until, language).into_any(),
                (None, false) => view! { <span class="badge attention">{t.affiliation_not_now()}</span> }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=path>{name}</a><span class="second">{company.terms.title.clone()}</span></th>
                    <td>{t.rights(company.terms.rights)}</td>
                    <td class="date" data-label=t.affiliation_since()>{date(&company.terms.since, language)}</td>
                    <td class="date" data-label=t.affiliation_until()>{end}</td>
                </tr>
            }
        })
        .collect_view();
    let panel = view! {
        <section class="panel">
            <h2>{t.affiliation_own()}</h2>
            <div class="table-wrap"><table class="list compact">
                <thead><tr>
                    <th scope="col">{t.company_name()}</th><th scope="col">{t.affiliation_rights()}</th>
                    <th scope="col">{t.affiliation_since()}</th><th scope="col">{t.affiliation_until()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    };
    Some(panel.into_any())
}

fn sessions(read: &PersonPage, t: &'static Texts, language: Language) -> AnyView {
    let body = if read.sessions.is_empty() {
        view! { <p class="hint">{t.users_no_sessions()}</p> }.into_any()
    } else {
        let rows = read
            .sessions
            .iter()
            .map(|session| {
                view! {
                    <tr>
                        <th scope="row"><span class="second whole">{session.agent.clone()}</span></th>
                        <td>{session.address.clone()}</td>
                        <td class="date" data-label=t.users_session_began()>
                            <Moment at=Timestamp(session.created_at) language=language /></td>
                        <td class="date" data-label=t.users_seen()><Moment at=Timestamp(session.seen_at) language=language /></td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <div class="table-wrap"><table class="list compact">
                <thead><tr>
                    <th scope="col">{t.users_device()}</th><th scope="col">{t.journal_from()}</th>
                    <th scope="col">{t.users_session_began()}</th><th scope="col">{t.users_seen()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
        .into_any()
    };
    view! { <section class="panel"><h2>{t.users_sessions()}</h2>{body}</section> }.into_any()
}

/// The latest entries of the journal by, or about, this person, and where the rest is.
fn entries(
    read: &PersonPage,
    events: &[Event],
    title: &'static str,
    filter: &'static str,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let all = format!("/admin/journal?{filter}={}", read.person.id);
    let body = if events.is_empty() {
        view! { <p class="hint">{t.users_no_entries()}</p> }.into_any()
    } else {
        let items = events.iter().map(|event| entry(read, event, t, language)).collect();
        view! {
            <Timeline items=items texts=crate::journal::entry::timeline_texts(t) language=language
                count=|language, n| language.texts().journal_changes(n) />
            <p><a href=all>{t.users_all_entries()}</a></p>
        }
        .into_any()
    };
    view! { <section class="panel"><h2>{title}</h2>{body}</section> }.into_any()
}

fn entry(read: &PersonPage, event: &Event, t: &'static Texts, language: Language) -> TimelineItem {
    let elsewhere = event.subject != read.person.id;
    let subject = subject_url(event).filter(|_| elsewhere).map(|url| (url, subject_name(event, &read.subjects, t)));
    let names: &[(Uuid, String)] = &read.names;
    TimelineItem {
        subject,
        what: what(event, names, t),
        ..crate::journal::entry::item(event, true, names, t, language)
    }
}

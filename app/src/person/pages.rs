//! A person's page.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, ArchivePerson, PersonPage, RestorePerson};
use super::events::language_name;
use super::list_view::PATH;
use super::positions::EndPosition;
use super::positions_view;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::ui::moment::{Moment, Timeline};
use crate::web::page::{At, Page, Section};

/// `/people/{id}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let read = api::read_person(&visit, at.id()?).await?;
    if let Some(winner) = read.instead {
        return Ok(Page::moved(super::model::url(winner)));
    }
    let language = visit.language;
    let title = read.person.details.called(language).to_owned();
    let actor = read.actor.clone();
    let refused = visit.refused.clone();
    let page = Page::new(title.clone(), move |t| {
        let details = &read.person.details;
        let other = if title == details.name { &details.name_zh } else { &details.name };
        let other = (!other.is_empty() && *other != title).then(|| view! { <p class="subtitle">{other.clone()}</p> });
        let changes = read.actor.may_edit_people() && read.person.archived_at.is_none();
        let edit = changes.then(|| {
            let url = format!("{}/edit", read.person.url());
            view! { <a class="button primary" href=url><Icon name="pencil" />{t.person_edit()}</a> }
        });
        let refused_forms = [RestorePerson::PATH, EndPosition::PATH].map(|path| {
            let labels = vec![("email", t.person_email()), ("until", t.register_last_day())];
            view! { <ErrorSummary form=FormState::new(t, refused.as_ref(), path) labels=labels /> }
        });
        let banner = read.person.archived_at.map(|at| {
            let restore = read.actor.may_edit_people().then(|| {
                view! {
                    <form method="post" action=RestorePerson::PATH>
                        <input type="hidden" name="id" value=read.person.id.to_string() />
                        <button class="button">{t.register_restore()}</button>
                    </form>
                }
            });
            view! {
                <div class="notice attention">
                    <Icon name="alert-triangle" />
                    <p>{t.person_archived()}" "<Moment at=at language=language /></p>
                    {restore}
                </div>
            }
        });
        let note = (!details.note.is_empty()).then(|| {
            view! {
                <section class="panel" id="note"><h2>{t.person_note()}</h2><div class="prose"><p class="lines">{details.note.clone()}</p></div></section>
            }
        });
        let timeline = read.whole.then(|| {
            let items =
                read.timeline.iter().map(|event| crate::journal::entry::item(event, true, &[], t, language)).collect();
            view! {
                <section class="panel" id="timeline">
                    <h2>{t.company_timeline()}</h2>
                    <Timeline items=items texts=crate::journal::entry::timeline_texts(t) language=language
                        count=|language, n| language.texts().journal_changes(n) />
                </section>
            }
        });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.person_people()}</a></p>
                <h1>{title.clone()}</h1>
                <div class="actions">{edit}</div>
                {other}
            </header>
            {refused_forms.collect_view()}
            {banner}
            <div class="detail">
                <div class="detail-main">
                    {super::merge::pages::panel(&read.person, &read.alike, t, language)}
                    {positions_view::section(&read, changes, t, language)}{note}{timeline}
                </div>
                <aside class="detail-aside">
                    <section class="panel"><h2>{t.person_contact()}</h2>{facts(&read, t, language)}</section>
                    {changes.then(|| archive(&read, t))}
                </aside>
            </div>
        }
        .into_any()
    });
    Ok(page.section(Section::People).actor(actor))
}

fn facts(read: &PersonPage, t: &'static Texts, language: Language) -> AnyView {
    let details = &read.person.details;
    let mut rows: Vec<(&'static str, AnyView)> = Vec::new();
    if !details.email.is_empty() {
        let to = format!("mailto:{}", details.email);
        rows.push((t.person_email(), view! { <a href=to>{details.email.clone()}</a> }.into_any()));
    }
    if !details.phone.is_empty() {
        let digits: String = details.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        rows.push((t.person_phone(), view! { <a href=format!("tel:{digits}")>{details.phone.clone()}</a> }.into_any()));
    }
    if !details.wechat.is_empty() {
        rows.push((t.person_wechat(), details.wechat.clone().into_any()));
    }
    if let Some(written) = details.language {
        rows.push((t.person_language(), language_name(written).into_any()));
    }
    if read.whole {
        let account = details.account.as_ref().map(|account| account.email.clone());
        rows.push((t.person_account(), account.unwrap_or_else(|| t.person_no_account().to_owned()).into_any()));
        let moment = |at| view! { <Moment at=at language=language /> }.into_any();
        rows.push((t.company_changed(), moment(read.person.changed_at)));
        rows.push((t.company_created(), moment(read.person.created_at)));
    }
    let none = rows.is_empty().then(|| view! { <p class="hint">{t.person_no_contact()}</p> });
    let rows = rows.into_iter().map(|(label, value)| view! { <dt>{label}</dt><dd>{value}</dd> }).collect_view();
    view! { {none}<dl class="facts">{rows}</dl> }.into_any()
}

fn archive(read: &PersonPage, t: &'static Texts) -> AnyView {
    view! {
        <section class="panel">
            <button type="button" class="button quiet small" popovertarget="archive-person">{t.register_archive()}</button>
            <div popover="auto" class="asks" id="archive-person" role="dialog" aria-label=t.register_archive()>
                <form method="post" action=ArchivePerson::PATH>
                    <input type="hidden" name="id" value=read.person.id.to_string() />
                    <p>{t.person_archive_asks()}</p>
                    <div class="actions">
                        <button class="button danger primary">{t.register_archive()}</button>
                        <button type="button" class="button" popovertarget="archive-person" popovertargetaction="hide">{t.form_cancel()}</button>
                    </div>
                </form>
            </div>
        </section>
    }
    .into_any()
}

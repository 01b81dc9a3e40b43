//! An interaction's page.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, InteractionPage, RemoveInteraction};
use super::list_view::PATH;
use crate::agreement::links;
use crate::backend::context::Visit;
use crate::document;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::task::list_view::Rows;
use crate::ui::form::{ErrorSummary, FormState, TextArea};
use crate::ui::icon::Icon;
use crate::ui::moment::{Moment, Timeline};
use crate::web::page::{At, Page, Section};

/// `/interactions/{id}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let read = api::read_interaction(&visit, at.id()).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let kind = visit.texts().interaction_kind_of(read.interaction.details.kind);
    let names: Vec<&str> = read.companies.iter().map(|(_, en, zh)| language.prefer(en, zh)).collect();
    let title = format!("{kind} · {}", names.join(visit.texts().form_comma()));
    let page = Page::new(title.clone(), move |t| {
        let interaction = &read.interaction;
        let may = read.actor.may_record_interactions();
        let edit = may.then(|| {
            let url = format!("{}/edit", interaction.url());
            view! { <a class="button primary" href=url><Icon name="pencil" />{t.interaction_edit()}</a> }
        });
        let remove = may.then(|| {
            let form = FormState::new(t, refused.as_ref(), RemoveInteraction::PATH);
            remove(interaction.id, form, t)
        });
        let documents =
            read.documents.as_ref().map(|found| document::pages::section(found, refused.as_ref(), t, language));
        let items =
            read.timeline.iter().map(|event| crate::journal::entry::item(event, true, &[], t, language)).collect();
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.interaction_title()}</a></p>
                <h1>{title}</h1>
                <div class="actions">{edit}</div>
                <p class="subtitle"><Moment at=interaction.details.at language=language />" · "{t.shell_zone_of_time()}</p>
            </header>
            <div class="detail">
                <div class="detail-main">
                    <section class="panel">
                        <h2>{t.interaction_summary()}</h2>
                        <div class="prose"><p class="lines">{interaction.details.summary.clone()}</p></div>
                    </section>
                    {next(&read, may, t, language)}
                    {links::view::section(&read.agreements, read.now, t, language)}
                    {documents}
                    <section class="panel" id="timeline">
                        <h2>{t.company_timeline()}</h2>
                        <Timeline items=items texts=crate::journal::entry::timeline_texts(t) language=language
                            count=|language, n| language.texts().journal_changes(n) />
                    </section>
                </div>
                <aside class="detail-aside">
                    <section class="panel"><h2>{t.interaction_took_part()}</h2>{facts(&read, t, language)}</section>
                    {remove}
                </aside>
            </div>
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}

/// What comes next, and the link that adds more.
fn next(read: &InteractionPage, may: bool, t: &'static Texts, language: Language) -> AnyView {
    let body = if read.tasks.is_empty() {
        view! { <p class="hint">{t.interaction_no_next()}</p> }.into_any()
    } else {
        Rows { days: &read.days, language, does: may, about: false }.table(&read.tasks, t)
    };
    let add = may.then(|| {
        let company = match read.interaction.details.companies[..] {
            [one] => format!("&company={one}"),
            _ => String::new(),
        };
        let url = format!("/tasks/new?interaction={}{company}", read.interaction.id);
        view! { <p class="adding"><a class="button" href=url><Icon name="plus" />{t.interaction_next_add()}</a></p> }
    });
    view! { <section class="panel" id="next"><h2>{t.interaction_next()}</h2>{body}{add}</section> }.into_any()
}

fn facts(read: &InteractionPage, t: &'static Texts, language: Language) -> AnyView {
    let interaction = &read.interaction;
    type Links = Vec<(uuid::Uuid, String, String)>;
    let list = |label: &'static str, links: &Links, url: Option<fn(uuid::Uuid) -> String>| {
        let items = links
            .iter()
            .map(|(id, en, zh)| {
                let name = shown_name(language.prefer(en, zh), t);
                match url {
                    Some(url) => view! { <dd><a href=url(*id)>{name}</a></dd> }.into_any(),
                    None => view! { <dd>{name}</dd> }.into_any(),
                }
            })
            .collect_view();
        (!links.is_empty()).then(|| view! { <dt>{label}</dt>{items} })
    };
    let others = (!interaction.details.others.is_empty()).then(|| {
        view! { <dt>{t.interaction_others()}</dt><dd>{interaction.details.others.clone()}</dd> }
    });
    view! {
        <dl class="facts">
            {list(t.interaction_companies(), &read.companies, Some(crate::company::model::url))}
            {list(t.interaction_people(), &read.people, Some(crate::person::model::url))}
            {list(t.interaction_colleagues(), &read.colleagues, None)}
            {others}
            <dt>{t.interaction_recorded_by()}</dt>
            <dd>{shown_name(&interaction.recorded_by, t)}" · "<Moment at=interaction.created_at language=language /></dd>
        </dl>
    }
    .into_any()
}

fn remove(id: uuid::Uuid, form: FormState, t: &'static Texts) -> AnyView {
    let open = form.error().is_some();
    let labels = vec![("remove_reason", t.register_reason())];
    view! {
        <section class="panel">
            <details class="adding" open=open>
                <summary class="button quiet small">{t.interaction_remove()}</summary>
                <form class="form" method="post" action=RemoveInteraction::PATH>
                    <ErrorSummary form=form.clone() labels=labels />
                    <input type="hidden" name="id" value=id.to_string() />
                    <p class="hint">{t.interaction_remove_explained()}</p>
                    <TextArea form=form name="remove_reason" label=t.register_reason() value="" rows=3 />
                    <div class="form-actions"><button class="button danger primary">{t.interaction_remove()}</button></div>
                </form>
            </details>
        </section>
    }
    .into_any()
}

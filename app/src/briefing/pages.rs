//! `/companies/{id}/briefing`

use leptos::prelude::*;

use super::draw::{self, both, facts};
use super::read::read;
use crate::backend::context::Visit;
use crate::company::list_view::PATH;
use crate::company::model::Company;
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::ui::icon::Icon;
use crate::web::page::{At, Page, Section};

/// The address of a company's briefing.
pub fn url(company: &Company) -> String {
    format!("{}/briefing", company.url())
}

/// `/companies/{id}/briefing`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let briefing = read(&visit, at.id()?).await?;
    let address = format!("{}{}", visit.backend.settings.url, briefing.opened.company.url());
    let actor = briefing.opened.actor().clone();
    let page = Page::new(visit.texts().briefing_title(), move |t| {
        let company = &briefing.opened.company;
        let name = t.language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned();
        let now: Timestamp = briefing.opened.ctx.now;
        let days = [Language::En, Language::Zh].map(|language| now.day(language)).join(" · ");
        let by = briefing.opened.actor().name.clone();
        let archived = company.archived.is_some().then(|| {
            view! { <p class="notice attention"><Icon name="alert-triangle" />{both(|t| t.register_archived_company())}</p> }
        });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.companies_title()}</a><a href=company.url()>{name}</a></p>
                <h1>{t.briefing_title()}</h1>
                <div class="actions">
                    <button type="button" class="button primary" hidden data-prints>{t.briefing_print()}</button>
                </div>
                <p class="subtitle">{t.briefing_explained()}</p>
            </header>
            <article class="briefing">
                <header>
                    <p class="briefing-mark"><strong>{both(|t| t.briefing_internal())}</strong>" · "{days}" · "{by}</p>
                    <h2>{draw::names(&company.facts)}</h2>
                    <p class="hint">{address}</p>
                </header>
                {archived}
                {facts(&briefing)}
                {draw::open_points(&briefing)}
                {draw::agreements(&briefing)}
                {draw::people(&briefing)}
                {draw::relations(&briefing)}
                {draw::products(&briefing)}
                {draw::contacts(&briefing)}
                {draw::documents(&briefing)}
            </article>
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}

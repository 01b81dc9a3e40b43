//! A company's page: its head, what is next, and one panel for each capability.

use leptos::prelude::*;

use super::follow_view::Follow;
use super::list_view::{PATH, stage_badge};
use super::model::{Company, Tier};
use super::opened::{Opened, Panel};
use super::{
    affiliation_view, agreements_view, archive_view, documents_view, facts_view, messages_view, notes_view,
    people_view, products_view, proposal, relation, stage_view, timeline_view,
};
use crate::actor::Actor;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::ui::icon::Icon;
use crate::ui::query::Query;
use crate::web::page::{At, Page, Section};
use crate::{affiliation, interaction};

/// `/companies/{id}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let opened = Opened::open(&visit, at.id()?).await;
    if let Some(winner) = super::merge::store::instead(&visit, at.id()?, &opened).await? {
        // A form that was refused because of the merge says so there.
        let refused = Query::default().with("refused", at.query.get("refused"));
        return Ok(Page::moved(refused.url(&super::model::url(winner))));
    }
    let mut opened = opened?;
    // In the order of the page. Who may not see a panel gets none.
    let panels: Vec<Panel> = [
        facts_view::panel(&mut opened).await?,
        people_view::panel(&mut opened).await?,
        interaction::quick::panel(&mut opened).await?,
        relation::pages::panel(&mut opened).await?,
        agreements_view::panel(&mut opened).await?,
        crate::agreement::obligation::sections::panel(&mut opened).await?,
        products_view::panel(&mut opened).await?,
        documents_view::panel(&mut opened).await?,
        messages_view::panel(&mut opened).await?,
        notes_view::panel(&mut opened).await?,
        timeline_view::panel(&mut opened, &at.query).await?,
    ]
    .into_iter()
    .flatten()
    .collect();
    let next = [
        proposal::pages::next(&mut opened).await?,
        stage_view::next(&mut opened).await?,
        archive_view::next(&opened),
        affiliation_view::next(&opened),
    ];
    let unattended = affiliation_view::unattended_since(&mut opened).await?;
    let follow = Follow::read(&mut opened).await?;
    let language = visit.language;
    // What is left of it is drawn without its transaction.
    let Opened { ctx, company, names_only, .. } = opened;
    let actor = ctx.actor;
    drop(ctx.tx);
    let title = language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned();
    let who = actor.clone();
    let page = Page::new(title.clone(), move |t| {
        let other = other_names(&company, language, &title);
        let badges = (!names_only).then(|| {
            let tier = company.facts.tier.filter(|_| actor.may_see_internals());
            view! { {stage_badge(company.stage, t)}{tier.map(|tier| tier_badge(tier, t))} }
        });
        let notice = affiliation::pages::unattended_notice(unattended, company.id, t, language);
        let banner = archive_view::banner(&company, &actor, t);
        let places = (panels.len() > 2).then(|| {
            let items =
                panels.iter().map(|panel| view! { <li><a href=format!("#{}", panel.anchor)>{panel.title}</a></li> });
            view! { <nav class="places" aria-label=t.register_places()><ul>{items.collect_view()}</ul></nav> }
        });
        let panels = panels.into_iter().map(|panel| panel.view(t)).collect_view();
        let next: Vec<AnyView> = next.into_iter().flatten().map(|panel| panel.view(t)).collect();
        let aside = (!next.is_empty()).then(|| view! { <aside class="detail-aside">{next}</aside> });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.companies_title()}</a></p>
                <h1>{title}</h1>
                <div class="actions">{follow.button(t)}{briefing(&company, &actor, t)}{primary(&company, &actor, t)}</div>
                {other.map(|name| view! { <p class="subtitle">{name}</p> })}
                {badges}
                {follow.why(t)}
                {places}
            </header>
            {banner}
            {notice}
            <div class="detail"><div class="detail-main">{panels}</div>{aside}</div>
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(who))
}

fn tier_badge(tier: Tier, t: &'static Texts) -> AnyView {
    let class = match tier {
        Tier::Strategic => "badge info",
        Tier::Key | Tier::General => "badge neutral",
    };
    view! { <span class=class>{t.tier(tier)}</span> }.into_any()
}

/// The way to what one reads before a meeting.
fn briefing(company: &Company, actor: &Actor, t: &'static Texts) -> Option<AnyView> {
    let url = crate::briefing::pages::url(company);
    actor
        .may_see_internals()
        .then(|| view! { <a class="button" href=url><Icon name="briefcase" />{t.briefing_link()}</a> }.into_any())
}

/// The one thing that this person does here most.
fn primary(company: &Company, actor: &Actor, t: &'static Texts) -> Option<AnyView> {
    if company.archived.is_some() {
        return None;
    }
    if actor.may_edit_companies() {
        let url = format!("{}/edit", company.url());
        return Some(
            view! { <a class="button primary" href=url><Icon name="pencil" />{t.company_edit()}</a> }.into_any(),
        );
    }
    actor.may_propose_to(company.id).is_ok().then(|| {
        let url = format!("{}/propose", company.url());
        view! { <a class="button primary" href=url><Icon name="pencil" />{t.proposal_propose()}</a> }.into_any()
    })
}

fn other_names(company: &Company, language: Language, title: &str) -> Option<String> {
    let names = match language {
        Language::En => [&company.facts.name_zh, &company.facts.name_local],
        Language::Zh => [&company.facts.name_en, &company.facts.name_local],
    };
    let others: Vec<&str> = names.into_iter().map(String::as_str).filter(|n| !n.is_empty() && *n != title).collect();
    (!others.is_empty()).then(|| others.join(" · "))
}

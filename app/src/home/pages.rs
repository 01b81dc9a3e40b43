//! `/` and `/today`.

use std::collections::HashMap;

use leptos::prelude::*;
use uuid::Uuid;

use super::zone::{FIGURES, INTRODUCTION_EN, INTRODUCTION_ZH, MILESTONES};
use crate::actor::{Actor, Role};
use crate::agreement::{obligation, renewal, signing};
use crate::backend::context::Visit;
use crate::backend::journal::{self, Event};
use crate::company::model::Stage;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::product::filter::ProductFilter;
use crate::time::date;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::ui::moment::{Timeline, TimelineItem};
use crate::web::page::{At, Page, Section};
use crate::{company, notification, product};

/// `/`
pub async fn front(visit: Visit, _: At) -> Result<Page> {
    let (_, actor) = visit.look().await?;
    let language = visit.language;
    let signed_in = actor.is_some();
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().front_title(), move |t| {
        let pick = |en: &'static str, zh: &'static str| if language == Language::En { en } else { zh };
        let figures = FIGURES
            .iter()
            .map(|figure| {
                view! {
                    <li>
                        <strong>{figure.value}</strong>
                        <span>{pick(figure.en, figure.zh)}</span>
                        <small>{t.front_as_of(date(figure.as_of, language))}" · "<span lang="en">{figure.source}</span></small>
                    </li>
                }
            })
            .collect_view();
        let milestones = MILESTONES
            .iter()
            .map(|milestone| {
                view! {
                    <li><time datetime=milestone.date>{date(milestone.date, language)}</time>
                        <p>{pick(milestone.en, milestone.zh)}" "<small lang="en">{milestone.source}</small></p></li>
                }
            })
            .collect_view();
        let action = if signed_in {
            view! { <a class="button primary" href="/today">{t.front_to_today()}</a> }.into_any()
        } else {
            view! { <a class="button primary" href="/sign-in">{t.sign_in_button()}</a> }.into_any()
        };
        let join = (!signed_in).then(|| view! { <a class="button" href="/join">{t.joining_join_title()}</a> });
        // A refused form that named no page of its own ends up here.
        let endpoint = refused.as_ref().map(|post| post.endpoint.clone()).unwrap_or_default();
        let form = FormState::new(t, refused.as_ref(), &endpoint);
        view! {
            <ErrorSummary form=form labels=Vec::new() />
            <section class="hero">
                <h1>{t.front_heading()}</h1>
                <p>{pick(INTRODUCTION_EN, INTRODUCTION_ZH)}</p>
                <div class="actions">{action}{join}<a class="button" href=crate::enquiry::public::PATH>{t.enquire_link()}</a></div>
            </section>
            <ul class="figures">{figures}</ul>
            <section><h2>{t.front_milestones()}</h2><ol class="milestones">{milestones}</ol></section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

/// What the start page tells, as far as the person may know it.
struct Today {
    actor: Actor,
    /// The person's address, if it refuses mails.
    refused: Option<String>,
    companies: Vec<(String, i64)>,
    own: Vec<company::model::Company>,
    products: i64,
    mine: i64,
    /// Requests for access that wait for staff.
    waiting: i64,
    latest: Vec<Event>,
    /// The names of what the latest events are about.
    names: HashMap<Uuid, String>,
    /// Those whom the events may name as account managers.
    managers: Vec<(Uuid, String)>,
    enquiries: Option<super::enquiries::Enquiries>,
    work: Option<super::work::Work>,
    /// What a representative has still to read.
    unread: Option<super::messages::Unread>,
    to_answer: super::messages::Waiting,
    obligations: Option<obligation::read::Few>,
    stalled: Option<company::stalled::pages::Mine>,
    to_sign: Vec<signing::today::ToSign>,
    to_decide: Vec<renewal::today::ToDecide>,
}

async fn read_today(visit: &Visit) -> Result<Today> {
    let mut ctx = visit.read().await?;
    if ctx.actor.may_edit_companies() {
        notification::seen(visit, &mut ctx.tx, &mut ctx.actor, company::stalled::work::SUBJECT).await?;
    }
    let stalled = company::stalled::pages::read_mine(&mut ctx.tx, &ctx.actor).await?;
    let enquiries = super::enquiries::read(&mut ctx.tx, &ctx.actor, ctx.now).await?;
    let work = super::work::read(&mut ctx.tx, &ctx.actor, visit.language, ctx.now).await?;
    let obligations = obligation::read::waiting(&mut ctx.tx, &ctx.actor, ctx.now).await?;
    let unread = super::messages::read(&mut ctx.tx, &ctx.actor, ctx.now, visit.language).await?;
    let to_answer = super::messages::waiting(&mut ctx.tx, &ctx.actor, visit.language).await?;
    let to_sign = signing::today::read(&mut ctx.tx, &ctx.actor, ctx.now).await?;
    let to_decide = renewal::today::read(&mut ctx.tx, &ctx.actor, ctx.now).await?;
    let mut today = Today {
        to_sign,
        to_decide,
        enquiries,
        stalled,
        unread,
        to_answer,
        obligations,
        work,
        products: product::store::count(&mut ctx.tx, &ProductFilter::default()).await?,
        companies: Vec::new(),
        own: Vec::new(),
        mine: 0,
        waiting: 0,
        latest: Vec::new(),
        names: HashMap::new(),
        managers: Vec::new(),
        refused: notification::address::refused(&mut ctx.tx, ctx.actor.id).await?,
        actor: ctx.actor,
    };
    match today.actor.role {
        Role::Administrator | Role::Staff | Role::Executive => {
            today.companies = company::store::by_stage(&mut ctx.tx).await?;
            let mine = company::filter::CompanyFilter { manager: Some(today.actor.id), ..Default::default() };
            today.mine = company::store::count(&mut ctx.tx, &mine, &crate::actor::CompanyScope::All).await?;
            if today.actor.may_admit() {
                today.waiting = crate::joining::store::waiting(&mut ctx.tx).await?;
            }
            let of_companies = journal::Filter { action: "company.edited".to_owned(), ..Default::default() };
            today.latest = journal::events(&mut ctx.tx, &of_companies, 8, 0).await?;
            for action in ["company.created", "company.moved"] {
                let filter = journal::Filter { action: action.to_owned(), ..Default::default() };
                today.latest.extend(journal::events(&mut ctx.tx, &filter, 8, 0).await?);
            }
            today.latest.sort_by_key(|event| std::cmp::Reverse(event.seq));
            today.latest.truncate(8);
            today.names = crate::journal::store::subject_names(&mut ctx.tx, &today.latest, visit.language).await?;
            today.managers = crate::account::store::manager_names(&mut ctx.tx).await?;
        }
        Role::Expert => {}
        Role::Representative => {
            for affiliation in today.actor.affiliations.clone() {
                today.own.extend(company::store::find(&mut ctx.tx, affiliation.company).await?);
            }
        }
    }
    Ok(today)
}

/// `/today`
pub async fn today(visit: Visit, _: At) -> Result<Page> {
    let today = read_today(&visit).await?;
    let language = visit.language;
    let actor = today.actor.clone();
    let page = Page::new(visit.texts().today_title(), move |t| {
        let lead = match today.actor.role {
            Role::Administrator => t.today_lead_administrator(),
            Role::Staff => t.today_lead_staff(),
            Role::Executive => t.today_lead_executive(),
            Role::Expert => t.today_lead_expert(),
            Role::Representative => t.today_lead_representative(),
        };
        let action = match today.actor.role {
            Role::Administrator => Some((super::administration::PATH, t.admin_title())),
            Role::Staff => Some(("/companies/new", t.companies_add())),
            Role::Executive => Some(("/companies?stage=partner", t.today_see_partners())),
            _ if today.actor.acts_for_any().is_err() => None,
            Role::Expert | Role::Representative => Some(("/products", t.today_see_products())),
        };
        let action = action.map(|(url, text)| view! { <a class="button primary" href=url>{text}</a> });
        let body = match today.actor.role {
            Role::Administrator | Role::Staff | Role::Executive => overview(&today, t, language),
            Role::Expert => cards(vec![("/products".to_owned(), today.products, t.today_products())]),
            Role::Representative => own_companies(&today, t, language),
        };
        view! {
            <header class="page-head">
                <h1>{t.today_hello(&today.actor.name)}</h1>
                <div class="actions">{action}</div>
                <p class="subtitle">{lead}</p>
            </header>
            {notification::pages::address_notice(today.refused.as_deref(), t)}
            {signing::today::section(&today.to_sign, t, language)}
            {renewal::today::section(&today.to_decide, t, language)}
            {body}
        }
        .into_any()
    });
    Ok(page.section(Section::Today).actor(actor))
}

fn cards(cards: Vec<(String, i64, &'static str)>) -> AnyView {
    let cards = cards
        .into_iter()
        .map(|(url, count, label)| view! { <a class="card" href=url><strong>{number(count)}</strong><span>{label}</span></a> })
        .collect_view();
    view! { <div class="cards">{cards}</div> }.into_any()
}

fn overview(today: &Today, t: &'static Texts, language: Language) -> AnyView {
    let total: i64 = today.companies.iter().map(|(_, count)| count).sum();
    let of =
        |stage: Stage| today.companies.iter().find(|(code, _)| code == stage.code()).map_or(0, |(_, count)| *count);
    let mut numbers = vec![
        ("/companies?view=all".to_owned(), total, t.today_companies()),
        ("/companies?stage=partner".to_owned(), of(Stage::Partner), t.today_partners()),
        ("/companies?stage=in_talks".to_owned(), of(Stage::InTalks), t.today_in_talks()),
        ("/products".to_owned(), today.products, t.today_products()),
    ];
    if today.mine > 0 {
        numbers.insert(0, (format!("/companies?manager={}", today.actor.id), today.mine, t.today_mine()));
    }
    if today.waiting > 0 {
        numbers.insert(0, ("/joining?state=waiting".to_owned(), today.waiting, t.joining_today()));
    }
    let items = today
        .latest
        .iter()
        .map(|event| {
            let subject = crate::journal::entry::subject_url(event).zip(today.names.get(&event.subject).cloned());
            TimelineItem { subject, ..crate::journal::entry::item(event, true, &today.managers, t, language) }
        })
        .collect();
    let latest = if today.latest.is_empty() {
        view! { <p class="hint">{t.today_no_changes()}</p> }.into_any()
    } else {
        view! {
            <Timeline items=items texts=crate::journal::entry::timeline_texts(t) language=language
                count=|language, n| language.texts().journal_changes(n) />
        }
        .into_any()
    };
    let to_answer = super::messages::waiting_section(&today.to_answer, &today.actor, t);
    let enquiries = today.enquiries.as_ref().map(|read| super::enquiries::section(read, t, language));
    let tasks = today.work.as_ref().map(|work| super::work::tasks(work, t, language));
    let more = today.work.as_ref().map(|work| super::work::more(work, t, language));
    let stalled = today.stalled.as_ref().map(|mine| company::stalled::pages::section(mine, t, language));
    let obligations = today.obligations.as_ref().map(|few| obligation::sections::today(few, t, language));
    view! {
        {cards(numbers)}{tasks}{obligations}{to_answer}{enquiries}{stalled}{more}<section class="panel"><h2>{t.today_latest()}</h2>{latest}</section>
    }
    .into_any()
}

fn own_companies(today: &Today, t: &'static Texts, language: Language) -> AnyView {
    let rows = today
        .own
        .iter()
        .map(|company| {
            let name = language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned();
            let products = format!("/products?company={}", company.id);
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=company.url()>{name}</a></th>
                    <td>{t.stage(company.stage)}</td>
                    <td><a href=products>{t.company_products()}</a></td>
                </tr>
            }
        })
        .collect_view();
    let empty = today.own.is_empty();
    let unread = today.unread.as_ref().map(|unread| super::messages::section(unread, &today.actor, t));
    let obligations = today.obligations.as_ref().map(|few| obligation::sections::today(few, t, language));
    let some = today.actor.acts_for_any().is_ok();
    let products = some.then(|| cards(vec![("/products".to_owned(), today.products, t.today_products())]));
    view! {
        {obligations}
        {unread}
        {products}
        <section class="panel">
            <h2>{t.today_own_companies()}</h2>
            {if empty {
                view! { <div class="empty"><Icon name="building" /><p>{t.today_no_own_company()}</p></div> }.into_any()
            } else {
                view! {
                    <div class="table-wrap"><table class="list compact">
                        <thead><tr><th scope="col">{t.company_name()}</th><th scope="col">{t.company_stage()}</th>
                            <th scope="col">{t.company_products()}</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table></div>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}

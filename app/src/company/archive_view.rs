//! That a company was made by mistake: said on its page, and said by staff, who see before what will happen.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::model::{Company, url};
use super::opened::{Opened, Panel};
use super::standing::{ArchiveCompany, RestoreCompany};
use super::ties::{self, MOST_NAMED, Tie, Ties};
use crate::actor::{Actor, require};
use crate::backend::context::Visit;
use crate::enquiry::store::EnquiryLine;
use crate::error::{Error, Refusal, Result};
use crate::language::{Texts, number};
use crate::privacy::model::shown_name;
use crate::task::store::TaskLine;
use crate::ui::form::{ErrorSummary, FormState, TextArea};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};
use crate::{affiliation, enquiry, task};

/// What stands above an archived company.
pub fn banner(company: &Company, actor: &Actor, t: &'static Texts) -> Option<AnyView> {
    let archived = company.archived.clone()?;
    let reason = actor.may_see_internals().then(|| {
        let by = archived.by.clone().map(|by| format!("{by}{}", t.form_colon()));
        view! { <p class="lines">{by}{archived.reason.clone()}</p> }
    });
    let restore = actor.may_edit_companies().then(|| {
        view! {
            <form method="post" action=RestoreCompany::PATH>
                <input type="hidden" name="id" value=company.id.to_string() />
                <button class="button">{t.register_restore()}</button>
            </form>
        }
    });
    let banner = view! {
        <div class="notice attention">
            <Icon name="alert-triangle" />
            <p><strong>{t.register_archived_company()}</strong>" "<Moment at=archived.at language=t.language /></p>
            {reason}
            {restore}
        </div>
    };
    Some(banner.into_any())
}

/// The way to the page that takes it out of the register.
pub fn next(opened: &Opened) -> Option<Panel> {
    let page = format!("{}/archive", opened.company.url());
    opened.may_change().then(|| {
        Panel::whole("archive", opened.texts().register_archive(), move |t| {
            view! {
                <section class="panel" id="archive">
                    <a class="button quiet small" href=page>{t.register_archive()}</a>
                </section>
            }
            .into_any()
        })
    })
}

/// What becomes of what belongs to a company: the first of each, and how many there are.
struct Read {
    company: Company,
    ties: Ties,
    people: Vec<String>,
    tasks: (Vec<TaskLine>, i64),
    enquiries: (Vec<EnquiryLine>, i64),
}

/// `/companies/{id}/archive`: what stands in the way of it, or what will happen, before anything does.
pub async fn form(visit: Visit, at: At) -> Result<Page> {
    let mut opened = Opened::open(&visit, at.id()?).await?;
    require(opened.actor().may_edit_companies())?;
    if opened.company.archived.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    let (id, today, now) = (opened.company.id, opened.today(), opened.ctx.now);
    let tx = &mut opened.ctx.tx;
    let people = affiliation::store::of_company(tx, id).await?;
    let people = people.into_iter().filter(|person| person.acts_on(&today)).map(|person| person.name).collect();
    let read = Read {
        ties: ties::hinders_archiving(tx, &[id], now).await?.remove(&id).unwrap_or_default(),
        people,
        tasks: (task::store::open_about(tx, id, MOST_NAMED).await?, task::store::count_open_about(tx, id).await?),
        enquiries: (
            enquiry::store::open_of_company(tx, id, MOST_NAMED).await?,
            enquiry::store::count_open_of_company(tx, id).await?,
        ),
        company: opened.company,
    };
    let actor = opened.ctx.actor;
    let refused = visit.refused.clone();
    let name = visit.language.prefer(&read.company.facts.name_en, &read.company.facts.name_zh).to_owned();
    let page = Page::new(visit.texts().register_archive_button(), move |t| {
        let state = FormState::new(t, refused.as_ref(), ArchiveCompany::PATH);
        let back = url(read.company.id);
        let body = if read.ties.named.is_empty() {
            sure(&read, state.clone(), t)
        } else {
            view! {
                <div class="notice attention">
                    <Icon name="alert-triangle" />
                    <p><strong>{t.archiving_hindered()}</strong></p>
                    <p>{t.archiving_hindered_explained()}</p>
                    <ul>{named(&read.ties, t)}</ul>
                </div>
                <div class="form-actions"><a class="button" href=back.clone()>{t.form_cancel()}</a></div>
            }
            .into_any()
        };
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=super::list_view::PATH>{t.companies_title()}</a><a href=back>{name}</a></p>
                <h1>{t.register_archive_button()}</h1>
            </header>
            <ErrorSummary form=state labels=vec![("archived_reason", t.register_reason())] />
            {body}
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}

/// A tie, as a link.
fn tie(tie: &Tie) -> AnyView {
    view! { <a href=tie.url()>{tie.name()}</a> }.into_any()
}

/// The ties as entries of a list, and how many more there are.
fn named(ties: &Ties, t: &'static Texts) -> AnyView {
    let lines = ties.named.iter().map(|one| view! { <li>{tie(one)}</li> }).collect_view();
    view! { {lines}{more(ties.more, t).map(|more| view! { <li>{more}</li> })} }.into_any()
}

/// The ties in one line.
pub fn in_line(ties: &Ties, t: &'static Texts) -> AnyView {
    let lines = ties.named.iter().enumerate().map(|(index, one)| {
        view! { {(index > 0).then(|| t.form_comma())}{tie(one)} }
    });
    view! { {lines.collect_view()}{more(ties.more, t).map(|more| view! { {t.form_comma()}{more} })} }.into_any()
}

fn more(more: i64, t: &'static Texts) -> Option<String> {
    (more > 0).then(|| t.archiving_more(number(more)))
}

/// The form, below what will happen.
fn sure(read: &Read, state: FormState, t: &'static Texts) -> AnyView {
    let row = |label: &'static str, keeps: &'static str, count: i64, named: Vec<AnyView>| {
        (count > 0).then(|| {
            let shown = i64::try_from(named.len()).unwrap_or(i64::MAX);
            let named = named
                .into_iter()
                .enumerate()
                .map(|(index, one)| view! { {(index > 0).then(|| t.form_comma())}{one} })
                .collect_view();
            let more = more(count - shown, t).map(|more| view! { {t.form_comma()}{more} });
            view! {
                <dt>{label}" ("{number(count)}")"</dt>
                <dd>{named}{more}<span class="second whole">{keeps}</span></dd>
            }
        })
    };
    let most = usize::try_from(MOST_NAMED).unwrap_or(usize::MAX);
    let people = read.people.iter().take(most).map(|name| shown_name(name, t).into_any()).collect();
    let tasks =
        read.tasks.0.iter().map(|line| view! { <a href=task::model::url(line.id)>{line.title.clone()}</a> }.into_any());
    let enquiries = read
        .enquiries
        .0
        .iter()
        .map(|line| view! { <a href=enquiry::model::url(line.id)>{line.number.clone()}</a> }.into_any());
    let representatives = i64::try_from(read.people.len()).unwrap_or(i64::MAX);
    view! {
        <section class="panel">
            <h2>{t.archiving_will()}</h2>
            <p>{t.archiving_will_explained()}</p>
            <dl class="facts">
                {row(t.archiving_people(), t.archiving_people_keep(), representatives, people)}
                {row(t.archiving_tasks(), t.archiving_tasks_keep(), read.tasks.1, tasks.collect())}
                {row(t.archiving_enquiries(), t.archiving_enquiries_keep(), read.enquiries.1, enquiries.collect())}
            </dl>
        </section>
        <form class="form" method="post" action=ArchiveCompany::PATH>
            <input type="hidden" name="id" value=read.company.id.to_string() />
            <p class="hint">{t.register_archive_explained()}</p>
            <TextArea form=state name="archived_reason" label=t.register_reason() value="" />
            <div class="form-actions">
                <button class="button danger primary">{t.register_archive_button()}</button>
                <a class="button quiet" href=url(read.company.id)>{t.form_cancel()}</a>
            </div>
        </form>
    }
    .into_any()
}

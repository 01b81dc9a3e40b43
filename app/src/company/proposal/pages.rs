//! The form in which a company's people propose, and a proposal's page.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, DecideProposal, Propose, ProposePage, WithdrawProposal};
use super::model::{Decision, Proposal, State, url};
use super::views;
use crate::backend::context::Visit;
use crate::company::edit::{names, profile};
use crate::company::events::{labels, shown};
use crate::company::model::{PROPOSABLE, url as company_url};
use crate::company::opened::{Opened, Panel};
use crate::error::{Error, Result};
use crate::language::{Language, Texts};
use crate::ui::form::{ErrorSummary, FormId, FormState, TextArea, TypedAndStored};
use crate::ui::form_island::LiveForm;
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

impl Texts {
    pub fn proposal_state(&self, state: State) -> &'static str {
        match state {
            State::Open => self.proposal_open(),
            State::Decided => self.proposal_decided(),
            State::Withdrawn => self.proposal_withdrawn(),
        }
    }

    pub fn decision(&self, decision: Decision) -> &'static str {
        match decision {
            Decision::Accepted => self.proposal_accepted(),
            Decision::Declined => self.proposal_declined(),
        }
    }
}

pub fn state_badge(state: State, t: &'static Texts) -> AnyView {
    let class = match state {
        State::Open => "badge attention",
        State::Decided => "badge good",
        State::Withdrawn => "badge neutral",
    };
    view! { <span class=class>{t.proposal_state(state)}</span> }.into_any()
}

/// The label of a field.
pub fn label(field: &str, t: &'static Texts) -> &'static str {
    labels(t).into_iter().find(|(name, _)| *name == field).map_or("", |(_, label)| label)
}

/// A field's value as it is read, or that it is empty.
pub fn value(field: &str, value: &str, t: &'static Texts) -> String {
    if value.is_empty() { t.conflict_empty().to_owned() } else { shown(field, value, &[], t, t.language) }
}

/// What waits for a decision, and what was decided lately, beside the company's page.
pub async fn next(opened: &mut Opened) -> Result<Option<Panel>> {
    let proposals = api::proposals_to(opened).await?;
    let (language, decides) = (opened.language, opened.actor().may_see_internals());
    let shown: Vec<Proposal> =
        proposals.into_iter().filter(|proposal| !decides || proposal.state == State::Open).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    Ok(Some(Panel::new("proposals", opened.texts().proposal_title(), move |t| {
        let items = shown
            .iter()
            .map(|proposal| {
                view! {
                    <li>
                        <a href=proposal.url()>{t.proposal_of(&proposal.by_name)}</a>" "{state_badge(proposal.state, t)}
                        <p class="hint"><Moment at=proposal.created_at language=language /></p>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="stages">{items}</ul> }.into_any()
    })))
}

/// `/companies/{id}/propose`
pub async fn propose(visit: Visit, at: At) -> Result<Page> {
    let read = api::propose_page(&visit, at.id()?).await?;
    let language = visit.language;
    let actor = read.actor.clone();
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().proposal_propose(), move |t| {
        let facts = &read.company.facts;
        let name = language.prefer(&facts.name_en, &facts.name_zh).to_owned();
        let body = match read.open {
            Some(open) => view! {
                <div class="notice info">
                    <Icon name="info" />
                    <p>{t.refusal_proposal_open()}" "<a href=url(read.company.id, open)>{t.proposal_see_open()}</a></p>
                </div>
            }
            .into_any(),
            None => propose_form(&read, &FormState::new(t, refused.as_ref(), Propose::PATH), t, language),
        };
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href=read.company.url()>{name}</a></p>
                <h1>{t.proposal_propose()}</h1>
                <p class="subtitle">{t.proposal_explained()}</p>
            </header>
            {body}
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}

fn propose_form(read: &ProposePage, form: &FormState, t: &'static Texts, language: Language) -> AnyView {
    let stored = read.company.facts.fields();
    let stored_value = |name: &str| {
        stored.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let conflict = matches!(form.error(), Some(Error::Conflict));
    let now = read.company.version.to_string();
    // After a change meanwhile the form starts again from what stands there now, which the notice shows.
    let version = if conflict { now } else { form.value("version", &now) };
    let differs = conflict.then(|| {
        let rows = PROPOSABLE
            .iter()
            .map(|field| (*field, form.value(field, "").replace("\r\n", "\n"), stored_value(field)))
            .filter(|(_, mine, theirs)| mine.trim() != *theirs)
            .map(|(field, mine, theirs)| (label(field, t), value(field, &mine, t), value(field, &theirs, t)))
            .collect();
        view! { <TypedAndStored said=t.proposal_changed_meanwhile() who=None rows=rows texts=t /> }
    });
    let mut labels = labels(t);
    labels.push(("proposal_note", t.proposal_note()));
    let fields = view! {
        {(!conflict).then(|| view! { <ErrorSummary form=form.clone() labels=labels /> })}
        {differs}
        <FormId form=form.clone() />
        <input type="hidden" name="company" value=read.company.id.to_string() />
        <input type="hidden" name="version" value=version />
        {names(form, &stored_value, t)}
        {profile(form, &stored_value, t, language)}
        <TextArea form=form.clone() name="about" label=t.company_about() value=stored_value("about") optional=true />
        <TextArea form=form.clone() name="proposal_note" label=t.proposal_note() hint=t.proposal_note_hint() value=""
            rows=3 optional=true />
        <div class="form-actions">
            <button class="button primary">{t.proposal_send()}</button>
            <a class="button quiet" href=read.company.url()>{t.form_cancel()}</a>
        </div>
    }
    .into_any();
    view! {
        <LiveForm action=Propose::PATH.to_owned() unreachable=t.error_unreachable().to_owned()
            colon=t.form_colon().to_owned() validate=false>
            {fields}
        </LiveForm>
    }
    .into_any()
}

/// `/companies/{id}/proposals/{proposal}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let read = api::proposal_page(&visit, at.id()?, at.uuid("proposal")?).await?;
    let language = visit.language;
    let actor = read.actor.clone();
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().proposal_one(), move |t| {
        let facts = &read.company.facts;
        let proposal = &read.proposal;
        let name = language.prefer(&facts.name_en, &facts.name_zh).to_owned();
        let open = proposal.state == State::Open && read.company.archived.is_none();
        let decides = open && read.actor.may_edit_companies();
        let withdraws = open && read.actor.may_propose_to(read.company.id).is_ok();
        let body = if decides {
            views::decision(&read, &FormState::new(t, refused.as_ref(), DecideProposal::PATH), t)
        } else {
            views::outcome(&read, t)
        };
        let withdraw = withdraws.then(|| {
            view! {
                <form method="post" action=WithdrawProposal::PATH>
                    <input type="hidden" name="id" value=proposal.id.to_string() />
                    <button class="button">{t.proposal_withdraw()}</button>
                </form>
            }
        });
        let named = read.actor.may_see_staff_names();
        let own = proposal.state == State::Withdrawn;
        let ended = proposal.decided_at.map(|at| {
            let by = proposal.decided_by.clone().filter(|_| named || own);
            let by = by.unwrap_or_else(|| t.journal_zone_staff().to_owned());
            view! { <dt>{t.proposal_state(proposal.state)}</dt><dd>{by}" · "<Moment at=at language=language /></dd> }
        });
        let note = (!proposal.note.is_empty())
            .then(|| view! { <dt>{t.proposal_note()}</dt><dd class="lines">{proposal.note.clone()}</dd> });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href=company_url(read.company.id)>{name}</a></p>
                <h1>{t.proposal_one()}</h1>
                <div class="actions">{withdraw}</div>
                {state_badge(proposal.state, t)}
            </header>
            <dl class="facts">
                <dt>{t.proposal_by()}</dt>
                <dd>{proposal.by_name.clone()}" · "<Moment at=proposal.created_at language=language /></dd>
                {note}{ended}
            </dl>
            {body}
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}

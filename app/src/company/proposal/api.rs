//! What one can ask of proposals, and do with them.

use std::collections::HashMap;

use leptos::prelude::*;

use super::super::model::CompanyForm;
use crate::error::Result;

/// A company's representative proposes what its profile should say. Only what differs becomes the proposal.
#[server(endpoint = "companies/propose")]
pub async fn propose(
    #[server(default)] form_id: String,
    #[server(default)] company: String,
    #[server(default)] version: String,
    #[server(default)] proposal_note: String,
    #[server(flatten)] form: CompanyForm,
) -> Result<()> {
    use super::model::{Field, url};
    use super::store::{self, New};
    use super::{letters, model};
    use crate::actor::{Role, require};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::database::is_unique_violation;
    use crate::backend::journal::Entry;
    use crate::company::api::check_country;
    use crate::company::model::PROPOSABLE;
    use crate::company::store as companies;
    use crate::error::{Check, Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.role == Role::Representative)?;
    let company = company.parse().map_err(|_| Error::NotFound)?;
    ctx.actor.may_propose_to(company)?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    companies::hold(&mut ctx.tx, &[company]).await?;
    let company = companies::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?;
    if company.archived.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    let id = ctx.id_of_form(&form_id).await?;
    if let Some(there) = store::find(&mut ctx.tx, id).await? {
        redirect(&model::Proposal::url(&there));
        return Ok(());
    }
    let facts = with(&company.facts, form.proposed()).parse()?;
    let mut check = Check::default();
    check_country(&mut check, &facts);
    let note = check.text("proposal_note", &proposal_note, 1000);
    check.finish(())?;
    if company.version != version {
        return Err(Error::Conflict);
    }
    if store::open_of(&mut ctx.tx, company.id, ctx.actor.id).await?.is_some() {
        return Err(Error::Refused(Refusal::ProposalOpen));
    }
    let (before, after) = (company.facts.fields(), facts.fields());
    let fields: Vec<Field> = before
        .iter()
        .zip(&after)
        .filter(|((field, before), (_, after))| PROPOSABLE.contains(field) && before != after)
        .map(|((field, before), (_, after))| Field {
            field: (*field).to_owned(),
            before: before.clone(),
            after: after.clone(),
            decision: None,
            reason: String::new(),
        })
        .collect();
    if fields.is_empty() {
        return Err(Error::Refused(Refusal::NothingChanged));
    }
    let new = New { id, company: company.id, by: ctx.actor.id, version, note: &note };
    match store::insert(&mut ctx.tx, &new, &fields, ctx.now).await {
        Err(error) if is_unique_violation(&error) => return Err(Error::Refused(Refusal::ProposalOpen)),
        other => other.map_err(Error::from)?,
    }
    ctx.record(Entry::new("company.proposed", "company", company.id).changed(before, after)).await?;
    let path = url(company.id, id);
    letters::tell_manager(&mut ctx, &company, &path, &fields, &note).await?;
    ctx.commit().await?;
    redirect(&path);
    Ok(())
}

/// Staff decides on every field of a proposal; what is accepted is written at once. The decision names the company's
/// version that it saw.
#[server(endpoint = "companies/decide")]
pub async fn decide_proposal(
    #[server(default)] id: String,
    #[server(default)] version: String,
    /// By field.
    #[server(default)]
    decision: HashMap<String, String>,
    #[server(default)] reason: HashMap<String, String>,
) -> Result<()> {
    use super::letters;
    use super::model::{Decision, State};
    use super::store;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::company::api::check_country;
    use crate::company::store as companies;
    use crate::error::{Check, Error, Problem, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let proposal = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let company = companies::find(&mut ctx.tx, proposal.company).await?.ok_or(Error::NotFound)?;
    if proposal.state != State::Open {
        // Decided by a colleague, or withdrawn: the page says so.
        redirect(&proposal.url());
        return Ok(());
    }
    if company.archived.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    let mut check = Check::default();
    let (mut decided, mut accepted) = (Vec::new(), Vec::new());
    for field in store::fields(&mut ctx.tx, id).await? {
        let typed = reason.get(&field.field).map_or("", String::as_str);
        let why = check.text(&field.field, typed, crate::company::form::LONGEST_REASON);
        match decision.get(&field.field).and_then(|code| Decision::from_code(code)) {
            Some(Decision::Declined) if why.is_empty() => check.note(&field.field, Problem::NoReason),
            Some(decision) => {
                decided.push((field.field.clone(), decision, why));
                if decision == Decision::Accepted {
                    accepted.push((field.field, field.after));
                }
            }
            None => check.note(&field.field, Problem::Missing),
        }
    }
    check.finish(())?;
    if company.version != version {
        return Err(Error::Conflict);
    }
    let mut entry = Entry::new("company.proposal_declined", "company", company.id);
    if !accepted.is_empty() {
        let facts = with(&company.facts, accepted).parse()?;
        let mut check = Check::default();
        check_country(&mut check, &facts);
        check.finish(())?;
        if !companies::update(&mut ctx.tx, company.id, version, &facts, ctx.now).await? {
            return Err(Error::Conflict);
        }
        entry = Entry::new("company.proposal_accepted", "company", company.id)
            .changed(company.facts.fields(), facts.fields());
    }
    for (field, decision, why) in &decided {
        store::decide(&mut ctx.tx, id, field, *decision, why).await?;
    }
    if !store::close(&mut ctx.tx, id, State::Decided, ctx.actor.id, ctx.now).await? {
        return Err(Error::Conflict);
    }
    ctx.record(entry).await?;
    letters::tell_proposer(&mut ctx, &company, &proposal, &decided).await?;
    ctx.commit().await?;
    redirect(&proposal.url());
    Ok(())
}

/// A company's people take a proposal back while it is open.
#[server(endpoint = "companies/withdraw")]
pub async fn withdraw_proposal(#[server(default)] id: String) -> Result<()> {
    use super::model::State;
    use super::store;
    use crate::actor::{Role, require};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.role == Role::Representative)?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let proposal = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    ctx.actor.may_propose_to(proposal.company)?;
    if store::close(&mut ctx.tx, id, State::Withdrawn, ctx.actor.id, ctx.now).await? {
        ctx.record(Entry::new("company.proposal_withdrawn", "company", proposal.company)).await?;
        ctx.commit().await?;
    }
    redirect(&proposal.url());
    Ok(())
}

/// The form that says what a company's facts say, but for these fields.
#[cfg(feature = "ssr")]
fn with(facts: &super::super::model::Facts, fields: Vec<(String, String)>) -> CompanyForm {
    let mut form = CompanyForm::from(facts);
    for (field, value) in fields {
        form.set(&field, value);
    }
    form
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::model::{Field, Proposal};
    use super::super::store;
    use crate::actor::{Actor, Role, require};
    use crate::backend::context::Visit;
    use crate::company::model::{Company, PROPOSABLE};
    use crate::company::opened::Opened;
    use crate::company::store as companies;
    use crate::error::{Error, Refusal, Result};
    use crate::notification;

    pub struct ProposePage {
        pub actor: Actor,
        pub company: Company,
        /// This person's last proposal, if it has still to be decided.
        pub open: Option<Uuid>,
    }

    pub async fn propose_page(visit: &Visit, id: Uuid) -> Result<ProposePage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.role == Role::Representative)?;
        ctx.actor.may_propose_to(id)?;
        let company = companies::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        if company.archived.is_some() {
            return Err(Error::Refused(Refusal::Archived));
        }
        let open = store::open_of(&mut ctx.tx, id, ctx.actor.id).await?;
        Ok(ProposePage { actor: ctx.actor, company, open })
    }

    pub struct ProposalPage {
        pub actor: Actor,
        pub company: Company,
        pub proposal: Proposal,
        /// In the order of the form.
        pub fields: Vec<Field>,
    }

    pub async fn proposal_page(visit: &Visit, company: Uuid, id: Uuid) -> Result<ProposalPage> {
        let mut ctx = visit.read().await?;
        ctx.actor.may_read_proposals_to(company)?;
        let proposal = store::find(&mut ctx.tx, id).await?.filter(|found| found.company == company);
        let proposal = proposal.ok_or(Error::NotFound)?;
        notification::seen(visit, &mut ctx.tx, &mut ctx.actor, id).await?;
        let company = companies::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?;
        let mut fields = store::fields(&mut ctx.tx, id).await?;
        fields.sort_by_key(|field| PROPOSABLE.iter().position(|known| *known == field.field));
        Ok(ProposalPage { actor: ctx.actor, company, proposal, fields })
    }

    /// What was lately proposed to a company, the open ones first; nothing for those who may not know.
    pub async fn proposals_to(opened: &mut Opened) -> Result<Vec<Proposal>> {
        if opened.ctx.actor.may_read_proposals_to(opened.company.id).is_err() {
            return Ok(Vec::new());
        }
        store::of_company(&mut opened.ctx.tx, opened.company.id, 5).await
    }
}

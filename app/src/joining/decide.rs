//! Staff decides a request. Of two who do so at once, the second is told that it is decided.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// Accepts the person into a company of the register.
#[server(endpoint = "joining/accept")]
pub async fn accept_joining(
    #[server(default)] id: String,
    #[server(default)] company: String,
    #[server(default)] rights: String,
) -> Result<()> {
    use super::model::{self, rights as chosen};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::company::store as companies;
    use crate::error::{Check, Error, Problem};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_admit())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let mut check = Check::default();
    let rights = chosen(&mut check, "rights", &rights);
    let found = match company.trim().parse() {
        // One that was archived or merged since the page was opened is nobody's any more.
        Ok(company) => companies::find(&mut ctx.tx, company).await?.filter(|company| company.archived.is_none()),
        Err(_) => None,
    };
    if found.is_none() {
        check.note("company", if company.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
    }
    let found = check.finish(found)?.ok_or(Error::NotFound)?;
    companies::hold(&mut ctx.tx, &[found.id]).await?;
    work::accept(&mut ctx, id, found.id, (&found.facts.name_en, &found.facts.name_zh), rights).await?;
    ctx.commit().await?;
    redirect(&model::url(id));
    Ok(())
}

/// The facts of a company that staff makes of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewCompanyForm {
    pub name_en: String,
    pub name_zh: String,
    pub country: String,
    pub website: String,
    pub kinds: Vec<String>,
}

/// Accepts the person into a company that is not in the register yet.
#[server(endpoint = "joining/accept-new")]
pub async fn accept_into_new(
    #[server(default)] id: String,
    #[server(default)] new_rights: String,
    #[server(flatten)] form: NewCompanyForm,
) -> Result<()> {
    use super::model::{self, State, rights as chosen};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::company::model::{CompanyForm, Stage};
    use crate::company::store as companies;
    use crate::error::{Check, Error, Problem};

    let NewCompanyForm { name_en, name_zh, country, website, kinds } = form;
    let facts = CompanyForm { name_en, name_zh, country, website, kinds, ..CompanyForm::default() }.parse();
    let mut check = Check::default();
    let rights = chosen(&mut check, "new_rights", &new_rights);
    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_admit())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let facts = facts?;
    if facts.country.as_deref().is_some_and(|code| crate::country::find(code).is_none()) {
        check.note("country", Problem::NotAnOption);
    }
    let waits = super::store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?.state == State::Waiting;
    if !waits {
        return Err(Error::Conflict);
    }
    // Staff takes the one that is there, or adds the company with a reason at its own page.
    if crate::company::duplicate::check::is_there(&mut ctx.tx, &facts).await? {
        check.note(if facts.name_en.is_empty() { "name_zh" } else { "name_en" }, Problem::LooksAlike);
    }
    let facts = check.finish(facts)?;
    let company = ctx.new_id();
    companies::insert(&mut ctx.tx, company, &facts, Stage::Contacted, ctx.now).await?;
    let mut fields = facts.fields();
    fields.push(("stage", Stage::Contacted.code().to_owned()));
    ctx.record(Entry::new("company.created", "company", company).created(fields)).await?;
    work::accept(&mut ctx, id, company, (&facts.name_en, &facts.name_zh), rights).await?;
    ctx.commit().await?;
    redirect(&model::url(id));
    Ok(())
}

/// Declines a request; the person is told why.
#[server(endpoint = "joining/decline")]
pub async fn decline_joining(#[server(default)] id: String, #[server(default)] decline_reason: String) -> Result<()> {
    use super::letters;
    use super::model::{self, State};
    use super::store::{self, Decision};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem};

    let mut check = Check::default();
    let reason = check.text("decline_reason", &decline_reason, 1000);
    if reason.is_empty() {
        check.note("decline_reason", Problem::Missing);
    }
    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_admit())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let reason = check.finish(reason)?;
    let request = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let by = ctx.actor.id;
    let decision = Decision { state: State::Declined, by, decline_reason: &reason, company: None, account: None };
    if !store::decide(&mut ctx.tx, id, &decision, ctx.now).await? {
        return Err(Error::Conflict);
    }
    letters::declined(&mut ctx, &request, &reason).await?;
    ctx.record(Entry::new("join_request.declined", "join_request", id)).await?;
    ctx.commit().await?;
    redirect(&model::url(id));
    Ok(())
}

#[cfg(feature = "ssr")]
mod work {
    use uuid::Uuid;

    use super::super::letters;
    use super::super::model::State;
    use super::super::store::{self, Decision};
    use crate::account::store as accounts;
    use crate::actor::{Rights, Role};
    use crate::backend::context::Ctx;
    use crate::backend::journal::Entry;
    use crate::error::{Error, Refusal, Result};
    use crate::invitation::model::Invitation;
    use crate::invitation::store as invitations;
    use crate::language::Language;

    /// Accepts a request into a company, in the running write: an account that the address got meanwhile acts for the
    /// company at once; else the person is invited to make one.
    pub(super) async fn accept(
        ctx: &mut Ctx,
        id: Uuid,
        company: Uuid,
        names: (&str, &str),
        rights: Rights,
    ) -> Result<()> {
        let request = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        let account = accounts::by_address(&mut ctx.tx, &request.email_folded).await?;
        if let Some(account) = &account {
            if account.role() != Role::Representative {
                return Err(Error::Refused(Refusal::OtherRole));
            }
            if !account.is_active() {
                return Err(Error::Refused(Refusal::Suspended));
            }
        }
        let decision = Decision {
            state: State::Accepted,
            by: ctx.actor.id,
            decline_reason: "",
            company: Some(company),
            account: account.as_ref().map(|account| account.id),
        };
        if !store::decide(&mut ctx.tx, id, &decision, ctx.now).await? {
            return Err(Error::Conflict);
        }
        let mut given = rights;
        match account {
            Some(account) => {
                given = accounts::affiliate_with(&mut ctx.tx, account.id, company, rights, "", ctx.now).await?;
                let language = Language::from_code(&request.language).unwrap_or_default();
                letters::accepted_known(ctx, &account.receiver(language), (company, names), given).await?;
            }
            None => {
                let invitation = Invitation {
                    id: ctx.new_id(),
                    email: request.email.clone(),
                    email_folded: request.email_folded.clone(),
                    name: request.name.clone(),
                    role: Role::Representative,
                    company: Some(company),
                    rights: Some(rights),
                    title: String::new(),
                    language: Language::from_code(&request.language).unwrap_or_default(),
                    invited_by: ctx.actor.id,
                    sent_at: ctx.now,
                };
                invitations::withdraw_open(&mut ctx.tx, &request.email_folded, Some(company), ctx.now).await?;
                let token = invitations::insert(&mut ctx.tx, &invitation, ctx.now).await?;
                letters::accepted_new(ctx, &request, names, rights, &token).await?;
            }
        }
        let fields = vec![("company", company.to_string()), ("rights", given.code().to_owned())];
        ctx.record(Entry::new("join_request.accepted", "join_request", id).created(fields)).await
    }
}

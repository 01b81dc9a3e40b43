//! What one can do about who acts for a company, and what the pages about it show.

use leptos::prelude::*;

use super::model::TermsForm;
use crate::error::Result;

/// A representative chooses for which of their companies they act.
#[server(endpoint = "account/act-for")]
pub async fn act_for(#[server(default)] company: String) -> Result<()> {
    use crate::account::session;
    use crate::actor::{Role, require};
    use crate::backend::context::Visit;
    use crate::error::{Error, Refusal};

    let visit = Visit::current()?;
    // Which company is looked at is no change: who looks as a representative chooses too.
    let mut ctx = match visit.begin().await {
        Err(Error::Refused(Refusal::LooksOnly)) => visit.begin_while_looking().await?,
        other => other?,
    };
    require(ctx.actor.role == Role::Representative)?;
    let company = company.parse().map_err(|_| Error::NotFound)?;
    ctx.actor.rights_in(company).ok_or(Error::NotFound)?;
    if let Some(token) = &visit.session {
        session::act_for(&mut ctx.tx, token, &ctx.actor, company, ctx.now).await?;
        ctx.commit().await?;
    }
    Ok(())
}

/// A company's administrator, or staff, changes on which terms somebody acts for it.
#[server(endpoint = "affiliations/edit")]
pub async fn edit_affiliation(
    #[server(default)] company: String,
    #[server(default)] account: String,
    #[server(default)] version: String,
    #[server(flatten)] form: TermsForm,
) -> Result<()> {
    use super::{events, letters, pages, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    let (company, account) = ids(&company, &account)?;
    ctx.actor.manages_representatives_of(company)?;
    let terms = form.parse()?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let actor = hold(&mut ctx, company).await?;
    let before = store::find(&mut ctx.tx, company, account).await?.ok_or(Error::NotFound)?;
    actor.may_change_terms(company, account, &before.terms, &terms)?;
    if before.version != version || before.ended_at.is_some() {
        return Err(Error::Conflict);
    }
    if before.terms != terms {
        let administered = administered(&mut ctx, company).await?;
        if !store::update(&mut ctx.tx, company, account, version, &terms).await? {
            return Err(Error::Conflict);
        }
        ctx.record(events::changed(company, account, &before.terms, &terms)).await?;
        settle(&mut ctx, &actor, company, administered).await?;
        if before.terms.rights != terms.rights {
            letters::tell_terms(&mut ctx, company, account, &terms, false).await?;
        }
        ctx.commit().await?;
    }
    redirect(&pages::list_url(company));
    Ok(())
}

/// A company's administrator, or staff, ends that somebody acts for it. Ended a second time nothing changes.
#[server(endpoint = "affiliations/end")]
pub async fn end_affiliation(
    #[server(default)] company: String,
    #[server(default)] account: String,
    #[server(default)] successor: String,
) -> Result<()> {
    use super::pages;
    use crate::backend::context::{Ctx, redirect};

    let mut ctx = Ctx::begin().await?;
    let (company, account) = ids(&company, &account)?;
    ctx.actor.manages_representatives_of(company)?;
    let actor = hold(&mut ctx, company).await?;
    actor.manages_representatives_of(company)?;
    if end(&mut ctx, &actor, company, account, &successor).await? {
        ctx.commit().await?;
    }
    // Who ended their own does not see the list any more.
    redirect(&if account == actor.id { "/account/companies".to_owned() } else { pages::list_url(company) });
    Ok(())
}

/// A representative leaves a company.
#[server(endpoint = "account/leave")]
pub async fn leave_company(#[server(default)] company: String, #[server(default)] successor: String) -> Result<()> {
    use crate::actor::{Role, require};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.role == Role::Representative)?;
    let company = company.parse().map_err(|_| Error::NotFound)?;
    ctx.actor.rights_in(company).ok_or(Error::NotFound)?;
    let actor = hold(&mut ctx, company).await?;
    if end(&mut ctx, &actor, company, actor.id, &successor).await? {
        ctx.commit().await?;
    }
    redirect("/account/companies");
    Ok(())
}

#[cfg(feature = "ssr")]
pub use write::*;

#[cfg(feature = "ssr")]
mod write {
    use uuid::Uuid;

    use super::super::model::usual_successor;
    use super::super::{events, letters, store, watch};
    use crate::account;
    use crate::actor::Actor;
    use crate::backend::context::Ctx;
    use crate::backend::journal::Author;
    use crate::error::{Check, Error, Problem, Refusal, Result};

    pub(super) fn ids(company: &str, account: &str) -> Result<(Uuid, Uuid)> {
        let parse = |id: &str| id.parse().map_err(|_| Error::NotFound);
        Ok((parse(company)?, parse(account)?))
    }

    /// Takes the people of a company for this write, and gives the actor as they are now: while it waited for its turn,
    /// somebody may have taken their rights.
    pub(in super::super) async fn hold(ctx: &mut Ctx, company: Uuid) -> Result<Actor> {
        crate::company::store::hold(&mut ctx.tx, &[company]).await?;
        account::store::actor(&mut ctx.tx, ctx.actor.id, ctx.now).await?.ok_or(Error::SignedOut)
    }

    /// Whether a company has an administrator before a write.
    pub(super) async fn administered(ctx: &mut Ctx, company: Uuid) -> Result<bool> {
        Ok(watch::administrators(&mut ctx.tx, company, ctx.now).await? > 0)
    }

    /// After a write: a company that had an administrator still has one, or staff took the last and is told of it.
    ///
    /// # Errors
    /// [`Refusal::LastAdministrator`] for everybody else.
    pub(super) async fn settle(ctx: &mut Ctx, actor: &Actor, company: Uuid, administered: bool) -> Result<()> {
        let left = watch::administrators(&mut ctx.tx, company, ctx.now).await?;
        if administered && left == 0 && !actor.may_leave_unattended() {
            return Err(Error::Refused(Refusal::LastAdministrator));
        }
        look_at(ctx, company).await
    }

    /// Notes whether a company has an administrator, after its people changed.
    pub async fn look_at(ctx: &mut Ctx, company: Uuid) -> Result<()> {
        let author = Author { now: ctx.now, ..ctx.visit.author(Some(ctx.actor.id)) };
        let portal = ctx.visit.backend.settings.url.clone();
        watch::look_at(&mut ctx.tx, company, &author, &portal).await
    }

    /// Ends an affiliation of a company that is held; false when it had ended already. What was the leaver's passes on to
    /// the successor: whom the form names, else who has most rights of those who remain.
    pub(super) async fn end(
        ctx: &mut Ctx,
        actor: &Actor,
        company: Uuid,
        account: Uuid,
        successor: &str,
    ) -> Result<bool> {
        let today = ctx.now.iso_day();
        let people = store::of_company(&mut ctx.tx, company).await?;
        let leaver = people.iter().find(|person| person.account == account).ok_or(Error::NotFound)?;
        if leaver.ended_at.is_some() {
            return Ok(false);
        }
        let remaining: Vec<_> = people
            .iter()
            .filter(|person| person.account != account && person.acts_on(&today))
            .map(|person| (person.account, person.terms.rights))
            .collect();
        let successor = match successor.trim() {
            "" => usual_successor(&remaining),
            id => {
                let chosen = id.parse().ok().filter(|id| remaining.iter().any(|(account, _)| account == id));
                let mut check = Check::default();
                if chosen.is_none() {
                    check.note("successor", Problem::NotAnOption);
                }
                check.finish(chosen)?
            }
        };
        let administered = administered(ctx, company).await?;
        if !store::end(&mut ctx.tx, company, account, successor, ctx.now).await? {
            return Ok(false);
        }
        ctx.record(events::ended(company, account, leaver.terms.rights, successor)).await?;
        settle(ctx, actor, company, administered).await?;
        letters::tell_ended(ctx, company, account, successor).await?;
        Ok(true)
    }
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::mailbox::{self, Mailbox};
    use super::super::store::{self, Representative, Represented};
    use super::super::watch;
    use crate::actor::{Actor, Role, require};
    use crate::backend::context::Visit;
    use crate::company;
    use crate::company::model::Company;
    use crate::error::{Error, Result};
    use crate::notification::Kind;
    use crate::notification::mailbox::stopped;
    use crate::time::Timestamp;

    /// Who acts for a company.
    pub struct Representatives {
        pub actor: Actor,
        pub company: Company,
        pub people: Vec<Representative>,
        pub mailbox: Option<Mailbox>,
        /// The kinds of mails that whoever reads the mailbox has ended.
        pub stopped: Vec<Kind>,
        pub unattended: Option<Timestamp>,
        /// The day in the zone.
        pub today: String,
    }

    pub async fn read_representatives(visit: &Visit, company: Uuid) -> Result<Representatives> {
        let mut ctx = visit.read().await?;
        ctx.actor.sees_representatives_of(company)?;
        let found = company::store::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?;
        let people = store::of_company(&mut ctx.tx, company).await?;
        let mailbox = mailbox::find(&mut ctx.tx, company).await?;
        let stopped = stopped(&mut ctx.tx, company).await?;
        let unattended = watch::unattended_since(&mut ctx.tx, company).await?;
        let today = ctx.now.iso_day();
        Ok(Representatives { actor: ctx.actor, company: found, people, mailbox, stopped, unattended, today })
    }

    /// The same for who decides about one of them.
    pub async fn read_for_change(visit: &Visit, company: Uuid, account: Uuid) -> Result<Representatives> {
        let read = read_representatives(visit, company).await?;
        read.actor.manages_representatives_of(company)?;
        let found = read.people.iter().any(|person| person.account == account && person.ended_at.is_none());
        if found { Ok(read) } else { Err(Error::NotFound) }
    }

    /// The companies that the signed-in person acts for, each with who else does.
    pub struct OwnCompanies {
        pub actor: Actor,
        pub companies: Vec<(Represented, Vec<Representative>)>,
        pub today: String,
    }

    pub async fn read_own_companies(visit: &Visit) -> Result<OwnCompanies> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.role == Role::Representative)?;
        let today = ctx.now.iso_day();
        let mut companies = Vec::new();
        for own in store::of_accounts(&mut ctx.tx, &[ctx.actor.id]).await? {
            if own.ended_at.is_none() && ctx.actor.rights_in(own.company).is_some() {
                let people = store::of_company(&mut ctx.tx, own.company).await?;
                let others = people.into_iter().filter(|p| p.account != ctx.actor.id && p.acts_on(&today)).collect();
                companies.push((own, others));
            }
        }
        Ok(OwnCompanies { actor: ctx.actor, companies, today })
    }
}

//! Inviting, inviting again, withdrawing.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// Whom to invite, as a browser posts it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteForm {
    pub email: String,
    pub name: String,
    pub title: String,
    pub language: String,
}

/// An administrator invites somebody to work for the zone, or to review for it.
#[server(endpoint = "invitations/invite")]
pub async fn invite_to_zone(
    #[server(default)] form_id: String,
    #[server(default)] role: String,
    #[server(flatten)] form: InviteForm,
) -> Result<()> {
    use super::{model, store};
    use crate::account::store as accounts;
    use crate::actor::{Role, require};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Problem};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_administer())?;
    let mut check = Check::default();
    let role = Role::from_code(role.trim()).filter(|role| *role != Role::Representative).unwrap_or_else(|| {
        check.note("role", if role.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
        Role::Expert
    });
    let id = ctx.id_of_form(&form_id).await?;
    let invitation = work::read(&ctx, id, &mut check, &form, role);
    let mut invitation = check.finish(invitation)?;
    let mut check = Check::default();
    // Administrators see every account anyway.
    if accounts::by_address(&mut ctx.tx, &invitation.email_folded).await?.is_some() {
        check.note("email", Problem::HasAccount);
    }
    check.finish(())?;
    if work::is_new(&mut ctx, &mut invitation).await? {
        if !store::open(&mut ctx.tx, &invitation.email_folded, None, ctx.now).await?.is_empty() {
            check = Check::default();
            check.note("email", Problem::AlreadyInvited);
            return check.finish(());
        }
        work::send(&mut ctx, &invitation, ("", "")).await?;
        ctx.commit().await?;
    }
    redirect(&model::list_url(None));
    Ok(())
}

/// A company's administrator, or staff, invites somebody to act for a company.
#[server(endpoint = "invitations/invite-colleague")]
pub async fn invite_colleague(
    #[server(default)] form_id: String,
    #[server(default)] company: String,
    #[server(default)] rights: String,
    #[server(flatten)] form: InviteForm,
) -> Result<()> {
    use super::{model, store};
    use crate::account::store as accounts;
    use crate::actor::{Role, require};
    use crate::backend::context::{Ctx, redirect};
    use crate::company::{standing, store as companies};
    use crate::error::{Check, Error, Problem};
    use crate::joining::model::rights as chosen;

    let mut ctx = Ctx::begin().await?;
    let company = company.trim().parse().map_err(|_| Error::NotFound)?;
    let most = ctx.actor.may_invite_to(company)?;
    standing::hold_open(&mut ctx.tx, &[company]).await?;
    let facts = companies::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?.facts;
    let mut check = Check::default();
    let rights = chosen(&mut check, "rights", &rights);
    let id = ctx.id_of_form(&form_id).await?;
    let invitation = work::read(&ctx, id, &mut check, &form, Role::Representative);
    let mut invitation = check.finish(invitation)?;
    require(rights <= most)?;
    (invitation.company, invitation.rights) = (Some(company), Some(rights));
    if work::is_new(&mut ctx, &mut invitation).await? {
        let mut check = Check::default();
        let account = accounts::by_address(&mut ctx.tx, &invitation.email_folded).await?;
        // Who acts for the company is known to it, and other accounts to staff; nothing else is told.
        if let Some(account) = &account {
            if accounts::rights_in(&mut ctx.tx, account.id, company, ctx.now).await?.is_some() {
                check.note("email", Problem::AlreadyActs);
            } else if ctx.actor.may_admit() && account.role() != Role::Representative {
                check.note("email", Problem::HasOtherRole);
            }
        }
        if !store::open(&mut ctx.tx, &invitation.email_folded, Some(company), ctx.now).await?.is_empty() {
            check.note("email", Problem::AlreadyInvited);
        }
        check.finish(())?;
        work::send(&mut ctx, &invitation, (&facts.name_en, &facts.name_zh)).await?;
        ctx.commit().await?;
    }
    redirect(&model::list_url(Some(company)));
    Ok(())
}

/// Sends an invitation again, with a new link; the old one works no more.
#[server(endpoint = "invitations/again")]
pub async fn invite_again(#[server(default)] id: String) -> Result<()> {
    use super::{letters, model, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    let (sent, most) = work::of_mine(&mut ctx, &id).await?;
    let invitation = sent.invitation;
    require(invitation.rights.is_none_or(|rights| Some(rights) <= most))?;
    // What was withdrawn stays so: somebody decided it, and says so by inviting anew.
    if sent.accepted_at.is_some() || sent.withdrawn_at.is_some() {
        return Err(Error::Conflict);
    }
    if let Some(company) = invitation.company {
        crate::company::standing::hold_open(&mut ctx.tx, &[company]).await?;
    }
    work::limit(&mut ctx, Some(invitation.id)).await?;
    let token = store::again(&mut ctx.tx, invitation.id, ctx.actor.id, ctx.now).await?;
    letters::invite(&mut ctx, &invitation, (&sent.company_en, &sent.company_zh), &token).await?;
    ctx.record(Entry::new("invitation.sent_again", "invitation", invitation.id).created(work::fields(&invitation)))
        .await?;
    ctx.commit().await?;
    redirect(&model::list_url(invitation.company));
    Ok(())
}

/// Withdraws an invitation: its link works no more.
#[server(endpoint = "invitations/withdraw")]
pub async fn withdraw_invitation(#[server(default)] id: String) -> Result<()> {
    use super::{model, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    let (sent, _) = work::of_mine(&mut ctx, &id).await?;
    let invitation = sent.invitation;
    if sent.accepted_at.is_some() {
        return Err(Error::Conflict);
    }
    if store::withdraw(&mut ctx.tx, invitation.id, ctx.now).await? {
        let entry = Entry::new("invitation.withdrawn", "invitation", invitation.id);
        ctx.record(entry.created(work::fields(&invitation))).await?;
        ctx.commit().await?;
    }
    redirect(&model::list_url(invitation.company));
    Ok(())
}

#[cfg(feature = "ssr")]
pub(super) mod work {
    use super::super::letters;
    use super::super::model::{Invitation, Sent};
    use super::super::store;
    use super::InviteForm;
    use crate::account::address;
    use crate::actor::{Rights, Role, require};
    use crate::backend::context::Ctx;
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem, Result};
    use crate::language::Language;
    use crate::time::Timestamp;

    /// Invitations that one person sends within a day.
    const A_DAY: i64 = 50;
    /// Mails with one invitation within an hour.
    const AN_HOUR: i64 = 5;

    pub(super) fn read(ctx: &Ctx, id: uuid::Uuid, check: &mut Check, form: &InviteForm, role: Role) -> Invitation {
        let name = check.required("name", &form.name, 200);
        let address = address::read(check, "email", &form.email);
        let title = check.line("title", &form.title, 200);
        let language = Language::from_code(form.language.trim());
        if language.is_none() {
            let missing = form.language.trim().is_empty();
            check.note("language", if missing { Problem::Missing } else { Problem::NotAnOption });
        }
        Invitation {
            id,
            email: address.email,
            email_folded: address.folded,
            name,
            role,
            company: None,
            rights: None,
            title,
            language: language.unwrap_or_default(),
            invited_by: ctx.actor.id,
            sent_at: ctx.now,
        }
    }

    /// Whether the form was not sent before. Gone back to, it invites somebody else under another id.
    pub(super) async fn is_new(ctx: &mut Ctx, invitation: &mut Invitation) -> Result<bool> {
        let Some(there) = store::find(&mut ctx.tx, invitation.id, ctx.now).await? else { return Ok(true) };
        let there = there.invitation;
        let same = (&there.email_folded, there.company, there.role, there.rights, there.invited_by)
            == (
                &invitation.email_folded,
                invitation.company,
                invitation.role,
                invitation.rights,
                invitation.invited_by,
            );
        if !same {
            invitation.id = ctx.new_id();
        }
        Ok(!same)
    }

    /// Refuses to send more than somebody has reason to.
    pub(super) async fn limit(ctx: &mut Ctx, again: Option<uuid::Uuid>) -> Result<()> {
        if store::sent_by(&mut ctx.tx, ctx.actor.id, ctx.now.minus(Timestamp::DAY)).await? >= A_DAY {
            return Err(Error::TooMany(3600));
        }
        if let Some(id) = again
            && store::mails_since(&mut ctx.tx, id, ctx.now.minus(Timestamp::HOUR)).await? >= AN_HOUR
        {
            return Err(Error::TooMany(3600));
        }
        Ok(())
    }

    pub(super) async fn send(ctx: &mut Ctx, invitation: &Invitation, company: (&str, &str)) -> Result<()> {
        limit(ctx, None).await?;
        let token = store::insert(&mut ctx.tx, invitation, ctx.now).await?;
        letters::invite(ctx, invitation, company, &token).await?;
        ctx.record(Entry::new("invitation.sent", "invitation", invitation.id).created(fields(invitation))).await
    }

    /// An invitation that this person may look after, and with which rights at most they may invite to it.
    pub(super) async fn of_mine(ctx: &mut Ctx, id: &str) -> Result<(Sent, Option<Rights>)> {
        let id = id.trim().parse();
        let found = match id {
            Ok(id) => store::find(&mut ctx.tx, id, ctx.now).await?,
            Err(_) => None,
        };
        let found = found.ok_or(Error::NotFound)?;
        let most = match found.invitation.company {
            Some(company) => Some(ctx.actor.may_invite_to(company)?),
            None => {
                require(ctx.actor.may_administer())?;
                None
            }
        };
        Ok((found, most))
    }

    /// What the journal keeps of an invitation: nothing that tells who the person is.
    pub(in super::super) fn fields(invitation: &Invitation) -> Vec<(&'static str, String)> {
        vec![
            ("role", invitation.role.code().to_owned()),
            ("company", invitation.company.map(|id| id.to_string()).unwrap_or_default()),
            ("rights", invitation.rights.map(|rights| rights.code().to_owned()).unwrap_or_default()),
        ]
    }
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::model::Sent;
    use super::super::store;
    use crate::account::store::{self as accounts, Colleague};
    use crate::actor::{Actor, Rights, require};
    use crate::backend::context::Visit;
    use crate::company::model::Company;
    use crate::company::store as companies;
    use crate::error::{Error, Result};
    use crate::time::Timestamp;

    /// Rows on a page of a list.
    pub const PAGE: i64 = 50;

    pub struct Invitations {
        pub actor: Actor,
        /// The company that they are to; none on the administrators' page.
        pub company: Option<Company>,
        /// The rights that one may give.
        pub rights: Vec<Rights>,
        pub sent: Vec<Sent>,
        pub count: i64,
        /// Who acts for the company already.
        pub people: Vec<Colleague>,
        pub now: Timestamp,
    }

    /// All invitations, for administrators.
    pub async fn list_all(visit: &Visit, page: i64) -> Result<Invitations> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_administer())?;
        let (sent, count) = store::list(&mut ctx.tx, None, PAGE, (page - 1) * PAGE, ctx.now).await?;
        let (actor, now) = (ctx.actor, ctx.now);
        Ok(Invitations { actor, company: None, rights: Vec::new(), sent, count, people: Vec::new(), now })
    }

    /// The invitations to a company.
    pub async fn list_of_company(visit: &Visit, company: Uuid, page: i64) -> Result<Invitations> {
        let mut ctx = visit.read().await?;
        let most = ctx.actor.may_invite_to(company)?;
        let company = companies::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?;
        let (sent, count) = store::list(&mut ctx.tx, Some(company.id), PAGE, (page - 1) * PAGE, ctx.now).await?;
        let people = accounts::people_of(&mut ctx.tx, company.id, ctx.now).await?;
        let rights = Rights::ALL.into_iter().filter(|rights| *rights <= most).collect();
        Ok(Invitations { actor: ctx.actor, company: Some(company), rights, sent, count, people, now: ctx.now })
    }
}

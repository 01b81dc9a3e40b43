//! Accepting an invitation: with a new account, or with the one that the address has.

use leptos::prelude::*;

use crate::error::Result;

/// The invited person chooses a password: that makes the account, and signs them in.
#[server(endpoint = "invitations/accept")]
pub async fn accept_invitation(
    #[server(default)] token: String,
    #[server(default)] name: String,
    #[server(default)] password: String,
) -> Result<()> {
    use super::api::work::fields;
    use super::store;
    use crate::account::model::Account;
    use crate::account::{entrance, password as passwords, store as accounts, strength};
    use crate::backend::context::Visit;
    use crate::backend::journal::{self, Entry};
    use crate::backend::link::{self, Kind};
    use crate::error::{Check, Error, Refusal};

    let dead = || Error::Refused(Refusal::DeadLink);
    let visit = Visit::current()?;
    let mut tx = visit.backend.database.read().await?;
    let found = work::open(&mut tx, &visit, &token).await?;
    drop(tx);
    let mut check = Check::default();
    let name = check.required("name", &name, 200);
    let about = [name.clone(), found.invitation.email.clone(), found.company_en.clone(), found.company_zh.clone()];
    let turn = passwords::turn(&visit.backend).await?;
    let (check, hash) = passwords::on_blocking_thread(move || {
        if let Some(problem) = strength::problem(&password, &about.each_ref().map(String::as_str)) {
            check.note("password", problem);
            return Ok((check, String::new()));
        }
        let hash = passwords::hash(&password)?;
        Ok((check, hash))
    })
    .await?;
    drop(turn);
    let (name, hash) = check.finish((name, hash))?;

    let mut tx = visit.backend.database.begin().await?;
    let now = visit.now();
    let sent = work::open(&mut tx, &visit, &token).await?;
    let invitation = sent.invitation;
    if let Some(company) = invitation.company {
        crate::company::standing::hold_open(&mut tx, &[company]).await?;
    }
    link::use_up(&mut tx, Kind::Invitation, &token, now).await?;
    let account =
        Account { id: crate::backend::clock::new_id(), email: invitation.email.clone(), name, role: invitation.role };
    if accounts::by_address(&mut tx, &invitation.email_folded).await?.is_some() {
        // It got an account meanwhile; the page now asks to sign in to it.
        return Err(Error::Conflict);
    }
    accounts::insert(&mut tx, &account, &hash, now).await.map_err(|error| {
        if crate::backend::database::is_unique_violation(&error) { Error::Conflict } else { error.into() }
    })?;
    accounts::set_language(&mut tx, account.id, visit.language.code()).await?;
    if let (Some(company), Some(rights)) = (invitation.company, invitation.rights) {
        accounts::affiliate_with(&mut tx, account.id, company, rights, &invitation.title, now).await?;
    }
    if !store::accept(&mut tx, invitation.id, account.id, now).await? {
        return Err(dead());
    }
    let session = entrance::enter(&mut tx, &visit, account.id, account.role).await?;
    let mut entry = fields(&invitation);
    entry.extend([("email", account.email.clone()), ("name", account.name.clone())]);
    let entry = Entry::new("invitation.accepted", "account", account.id).created(entry);
    journal::record(&mut tx, &visit.author(Some(account.id)), entry).await?;
    tx.commit().await?;
    entrance::go_on(&visit, session.as_deref(), "/today");
    Ok(())
}

/// The invited person, signed in to the account that the address has, accepts: the account acts for the company, too.
#[server(endpoint = "invitations/join")]
pub async fn join_company(#[server(default)] token: String) -> Result<()> {
    use super::api::work::fields;
    use super::store;
    use crate::account::store as accounts;
    use crate::actor::Role;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::backend::link::{self, Kind};
    use crate::company::model::url;
    use crate::error::{Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    let visit = ctx.visit.clone();
    let invitation = work::open(&mut ctx.tx, &visit, &token).await?.invitation;
    let account = accounts::by_address(&mut ctx.tx, &invitation.email_folded).await?;
    if account.is_none_or(|account| account.id != ctx.actor.id) {
        return Err(Error::Refused(Refusal::NotInvited));
    }
    let (Role::Representative, Some(company), Some(rights)) = (ctx.actor.role, invitation.company, invitation.rights)
    else {
        return Err(Error::Refused(Refusal::OtherRole));
    };
    crate::company::standing::hold_open(&mut ctx.tx, &[company]).await?;
    link::use_up(&mut ctx.tx, Kind::Invitation, &token, ctx.now).await?;
    accounts::affiliate_with(&mut ctx.tx, ctx.actor.id, company, rights, &invitation.title, ctx.now).await?;
    if !store::accept(&mut ctx.tx, invitation.id, ctx.actor.id, ctx.now).await? {
        return Err(Error::Refused(Refusal::DeadLink));
    }
    let entry = Entry::new("invitation.accepted", "account", ctx.actor.id).created(fields(&invitation));
    ctx.record(entry).await?;
    ctx.commit().await?;
    redirect(&url(company));
    Ok(())
}

#[cfg(feature = "ssr")]
mod work {
    use super::super::model::{Sent, State};
    use super::super::store;
    use crate::backend::context::Visit;
    use crate::backend::database::Tx;
    use crate::backend::link::{self, Kind};
    use crate::error::{Error, Refusal, Result};

    /// The open invitation behind a token.
    pub(super) async fn open(tx: &mut Tx, visit: &Visit, token: &str) -> Result<Sent> {
        let now = visit.now();
        let link = link::find(tx, Kind::Invitation, token, now).await?;
        let sent = store::find(tx, link.subject_id, now).await?;
        sent.filter(|sent| sent.state(now) == State::Open).ok_or(Error::Refused(Refusal::DeadLink))
    }
}

/// What the page of an invitation shows: the invitation, who is signed in, and whose account the address has.
#[cfg(feature = "ssr")]
pub async fn read_invitation(
    visit: &crate::backend::context::Visit,
    token: &str,
) -> Result<(super::model::Sent, Option<crate::actor::Actor>, Option<crate::account::store::Known>)> {
    let (mut tx, actor) = visit.look().await?;
    let sent = work::open(&mut tx, visit, token).await?;
    let account = crate::account::store::by_address(&mut tx, &sent.invitation.email_folded).await?;
    Ok((sent, actor, account))
}

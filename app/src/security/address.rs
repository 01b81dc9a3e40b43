//! A new e-mail address: it counts once whoever reads it has pressed the button that the mail to it leads to.

use leptos::prelude::*;

use crate::error::Result;

/// Somebody names their new address, which is written to. The answer does not tell whether somebody has it already.
#[server(endpoint = "account/address")]
pub async fn change_address(#[server(default)] email: String) -> Result<()> {
    use super::letters::{self, Notice};
    use super::{entry, store};
    use crate::account::{address, store as accounts};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::backend::link;
    use crate::error::{Check, Error, Problem};

    let address = address::parse(&email)?;
    let mut ctx = Ctx::begin().await?;
    entry::oneself(&ctx.actor)?;
    ctx.require_recent()?;
    let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
    let mut check = Check::default();
    // Written with other capitals it is another spelling of the same, and may be wanted.
    if address.email == person.email {
        check.note("email", Problem::Unchanged);
    }
    check.finish(())?;
    if asked_today(&mut ctx.tx, person.id, ctx.now).await? >= MOST_A_DAY {
        return Err(Error::TooMany(24 * 3600));
    }
    let visit = ctx.visit.clone();
    let token = link::make(&mut ctx.tx, link::Kind::Address, person.id, &address.email, ctx.now).await?;
    let owner = accounts::by_address(&mut ctx.tx, &address.folded).await?.map(|owner| owner.id);
    match owner.filter(|owner| *owner != person.id) {
        // Nobody is told whose account is suspended or gone: they cannot do anything about it.
        Some(owner) => {
            if let Some(owner) = store::person(&mut ctx.tx, owner).await? {
                letters::address_taken(&mut ctx.tx, &visit, &owner).await?;
            }
        }
        None => letters::confirm_address(&mut ctx.tx, &visit, &person, &address.email, &token).await?,
    }
    letters::tell(&mut ctx.tx, &visit, &person, Notice::AddressAsked(&address.email)).await?;
    let entry = Entry::new("account.address_asked", "account", person.id);
    ctx.record(entry.created(vec![("email", address.email)])).await?;
    ctx.commit().await?;
    redirect("/account/security?done=address");
    Ok(())
}

/// Whoever reads the new address confirms it. From now on it is the one to sign in with.
#[server(endpoint = "account/address/confirm")]
pub async fn confirm_address(#[server(default)] token: String) -> Result<()> {
    use super::letters::{self, Notice};
    use super::{entry, store};
    use crate::account::address;
    use crate::backend::context::{Visit, redirect};
    use crate::backend::database::is_unique_violation;
    use crate::backend::journal::{self, Entry};
    use crate::backend::link;
    use crate::error::{Error, Refusal};
    use crate::on;

    let visit = Visit::current()?;
    let mut tx = visit.backend.database.begin().await?;
    let now = visit.now();
    let link = link::use_up(&mut tx, link::Kind::Address, &token, now).await?;
    let person = store::person(&mut tx, link.subject_id).await?.ok_or(Error::Refused(Refusal::DeadLink))?;
    crate::search::note(&mut tx, crate::search::Kind::Account, person.id);
    let changed = on!(&mut tx, |c| sqlx::query(
        "UPDATE accounts SET email = $1, email_folded = $2, address_problem = '', address_problem_at = NULL,
                             version = version + 1
         WHERE id = $3"
    )
    .bind(&link.detail)
    .bind(address::key(&link.detail))
    .bind(person.id)
    .execute(c)
    .await);
    if let Err(error) = changed {
        // Somebody else got this address meanwhile. Nothing here tells.
        return Err(if is_unique_violation(&error) { Error::Refused(Refusal::DeadLink) } else { error.into() });
    }
    link::withdraw(&mut tx, link::Kind::Password, person.id, now).await?;
    entry::end_steps(&mut tx, person.id).await?;
    // To the address before: who reads that one should know, too.
    letters::tell(&mut tx, &visit, &person, Notice::AddressChanged(&link.detail)).await?;
    let (before, after) = (vec![("email", person.email.clone())], vec![("email", link.detail.clone())]);
    let entry = Entry::new("account.address_changed", "account", person.id).changed(before, after);
    journal::record(&mut tx, &visit.author(Some(person.id)), entry).await?;
    tx.commit().await?;
    redirect("/account/security?done=address-changed");
    Ok(())
}

#[cfg(feature = "ssr")]
const MOST_A_DAY: i64 = 5;

#[cfg(feature = "ssr")]
async fn asked_today(
    tx: &mut crate::backend::database::Tx,
    account: uuid::Uuid,
    now: crate::time::Timestamp,
) -> Result<i64> {
    let day = now.minus(crate::time::Timestamp::DAY).0;
    Ok(crate::ask!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM links WHERE kind = 'address' AND subject_id = $1 AND created_at > $2"
    )
    .bind(account)
    .bind(day)
    .fetch_one(c)
    .await)?)
}

#[cfg(feature = "ssr")]
pub use drawn::*;

#[cfg(feature = "ssr")]
mod drawn {
    use leptos::prelude::*;
    use server_fn::ServerFn as _;

    use super::super::{change, store};
    use super::{ChangeAddress, ConfirmAddress};
    use crate::backend::context::Visit;
    use crate::backend::link;
    use crate::error::{Error, Refusal, Result};
    use crate::language::Texts;
    use crate::ui::form::{ErrorSummary, FormState, TextField};
    use crate::web::page::{At, Page, dead_link};

    /// `/account/address`
    pub async fn page(visit: Visit, _: At) -> Result<Page> {
        change::page(visit, Texts::security_address_title, |person, refused, t| {
            let form = FormState::new(t, refused, ChangeAddress::PATH);
            view! {
                <form class="form" method="post" action=ChangeAddress::PATH>
                    <ErrorSummary form=form.clone() labels=vec![("email", t.security_address_new())] />
                    <p>{t.security_address_now(&person.email)}</p>
                    <TextField form=form name="email" label=t.security_address_new() value="" kind="email"
                        hint=t.security_address_hint() autocomplete="email" />
                    {change::actions(t.security_address_button(), t)}
                </form>
            }
            .into_any()
        })
        .await
    }

    /// `/account/address/{token}`: the button that the mail leads to. Opening it changes nothing.
    pub async fn confirm_page(visit: Visit, at: At) -> Result<Page> {
        let (mut tx, actor) = visit.look().await?;
        let token = at.parameter("token").to_owned();
        let link = match link::find(&mut tx, link::Kind::Address, &token, visit.now()).await {
            // Whose account is gone meanwhile confirms nothing either.
            Ok(link) => store::person(&mut tx, link.subject_id).await?.map(|_| link),
            Err(Error::Refused(Refusal::DeadLink)) => None,
            Err(error) => return Err(error),
        };
        drop(tx);
        let Some(link) = link else {
            let t = visit.texts();
            let again = ("/account/address", t.security_address_again());
            return dead_link(&visit, t.security_address_dead_next(), Some(again)).await;
        };
        let refused = visit.refused.clone();
        let page = Page::new(visit.texts().security_address_confirm_title(), move |t| {
            view! {
                <section class="sign-in">
                    <h1>{t.security_address_confirm_title()}</h1>
                    <p>{t.security_address_confirm(&link.detail)}</p>
                    <form class="form" method="post" action=ConfirmAddress::PATH>
                        <ErrorSummary form=FormState::new(t, refused.as_ref(), ConfirmAddress::PATH) labels=Vec::new() />
                        <input type="hidden" name="token" value=token />
                        <button class="button primary">{t.security_address_confirm_button()}</button>
                    </form>
                </section>
            }
            .into_any()
        });
        Ok(page.actor(actor))
    }
}

//! Asking again, at `/account/confirm`: before what matters most, somebody shows password or second factor anew.

use leptos::prelude::*;

use crate::error::Result;

/// Somebody shows their password, or a code, again.
#[server(endpoint = "account/confirm")]
pub async fn confirm(
    #[server(default)] password: String,
    #[server(default)] code: String,
    #[server(default)] next: String,
) -> Result<()> {
    use super::model::Shown;
    use super::{entry, store};
    use crate::account::{model, password as passwords, throttle};
    use crate::backend::context::Visit;
    use crate::error::{Check, Error, Problem};

    let visit = Visit::current()?;
    let field = if code.trim().is_empty() { "password" } else { "code" };
    let mut check = Check::default();
    if field == "password" && password.is_empty() {
        check.note("password", Problem::Missing);
    }
    let code = check.line("code", &code, 100);
    check.finish(())?;

    // The turn comes first, as when signing in: of many tries at once, each is admitted after those before it were counted.
    let turn = passwords::turn(&visit.backend).await?;
    let mut ctx = visit.read_before_factor().await?;
    entry::oneself(&ctx.actor)?;
    let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
    let network = throttle::network(&visit.address);
    throttle::admit(&mut ctx.tx, &person.email_folded, &network, ctx.now).await?;
    drop(ctx);
    let hash = person.password_hash.clone();
    let fits = field == "password"
        && password.len() <= model::LONGEST_PASSWORD
        && passwords::on_blocking_thread(move || passwords::fits(&password, Some(&hash))).await?;

    let mut ctx = visit.begin_before_factor().await?;
    let shown = if field == "password" {
        fits.then_some(Shown::Password)
    } else {
        entry::take_code(&mut ctx.tx, person.id, &code, ctx.now).await?
    };
    throttle::note(&mut ctx.tx, &person.email_folded, &network, shown.is_some(), ctx.now).await?;
    let Some(shown) = shown else {
        ctx.commit().await?;
        drop(turn);
        let mut check = Check::default();
        check.note(field, if field == "password" { Problem::WrongPassword } else { Problem::WrongCode });
        return check.finish(());
    };
    confirmed(ctx, &person, shown, &next).await
}

/// Somebody shows a passkey again.
#[server(endpoint = "account/confirm-passkey")]
pub async fn confirm_by_passkey(
    #[server(default)] ceremony: String,
    #[server(default)] credential: String,
    #[server(default)] next: String,
) -> Result<()> {
    use super::model::Shown;
    use super::webauthn::{self, Answer, Purpose};
    use super::{entry, passkeys, store};
    use crate::backend::context::Visit;
    use crate::error::{Error, Refusal};

    let mut ctx = Visit::current()?.begin_before_factor().await?;
    entry::oneself(&ctx.actor)?;
    let visit = ctx.visit.clone();
    let account = Some(ctx.actor.id);
    let answer = webauthn::answered(&mut ctx.tx, &visit, Purpose::Confirm, account, (&ceremony, &credential)).await?;
    if !matches!(answer, Answer::Fits(_)) {
        passkeys::note_refused(&mut ctx.tx, &visit, answer).await?;
        ctx.commit().await?;
        return Err(Error::Refused(Refusal::PasskeyRefused));
    }
    let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
    confirmed(ctx, &person, Shown::Passkey, &next).await
}

/// Notes that the person of this session has just shown who they are, and leads back.
#[cfg(feature = "ssr")]
async fn confirmed(
    mut ctx: crate::backend::context::Ctx,
    person: &super::store::Person,
    shown: super::model::Shown,
    next: &str,
) -> Result<()> {
    use super::letters::{self, Notice};
    use super::model::Shown;
    use super::{sessions, store};
    use crate::backend::context::{own_path, redirect};
    use crate::backend::journal::Entry;

    let visit = ctx.visit.clone();
    sessions::confirm(&mut ctx.tx, &visit, ctx.now).await?;
    if shown == Shown::RecoveryCode {
        let left = store::factors(&mut ctx.tx, person.id).await?.recovery_codes;
        letters::tell(&mut ctx.tx, &visit, person, Notice::RecoveryCodeUsed(left)).await?;
    }
    let entry = Entry::new("account.confirmed", "account", person.id);
    ctx.record(entry.created(vec![("factor", shown.code().to_owned())])).await?;
    ctx.commit().await?;
    redirect(own_path(next).unwrap_or("/account/security"));
    Ok(())
}

#[cfg(feature = "ssr")]
pub use drawn::page;

#[cfg(feature = "ssr")]
mod drawn {
    use leptos::prelude::*;
    use server_fn::ServerFn as _;

    use super::super::passkeys::PasskeyForm;
    use super::super::webauthn::{self, Purpose};
    use super::super::{entry, store};
    use super::{Confirm, ConfirmByPasskey};
    use crate::backend::context::{Visit, own_path};
    use crate::error::{Error, Result};
    use crate::ui::form::{ErrorSummary, FormState, TextField};
    use crate::web::page::{At, Page};

    /// `/account/confirm`
    pub async fn page(visit: Visit, at: At) -> Result<Page> {
        let mut ctx = visit.read_before_factor().await?;
        entry::oneself(&ctx.actor)?;
        let factors = store::factors(&mut ctx.tx, ctx.actor.id).await?;
        let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
        let possible = webauthn::are_possible(&visit.backend.settings);
        let next = own_path(at.query.get("next")).unwrap_or_default().to_owned();
        let refused = visit.refused.clone();
        let page = Page::new(visit.texts().security_confirm_title(), move |t| {
            let form = FormState::new(t, refused.as_ref(), Confirm::PATH);
            let passkey = FormState::new(t, refused.as_ref(), ConfirmByPasskey::PATH);
            let by_passkey = (possible && factors.passkeys > 0).then(|| {
                view! {
                    <PasskeyForm form=passkey.clone() action=ConfirmByPasskey::PATH purpose=Purpose::Confirm
                        label=t.security_second_passkey() next=next.clone() />
                }
            });
            let code = factors.authenticator.map(|_| {
                view! {
                    <TextField form=form.clone() name="code" label=t.security_confirm_code() value=""
                        hint=t.security_confirm_code_hint() autocomplete="one-time-code" optional=true />
                }
            });
            let label =
                if factors.authenticator.is_some() { t.security_confirm_or_password() } else { t.sign_in_password() };
            view! {
                <section class="sign-in">
                    <h1>{t.security_confirm_title()}</h1>
                    <p>{t.security_confirm_explained()}</p>
                    <ErrorSummary form=passkey labels=Vec::new() />
                    {by_passkey}
                    <form class="form" method="post" action=Confirm::PATH>
                        <ErrorSummary form=form.clone()
                            labels=vec![("password", t.sign_in_password()), ("code", t.security_confirm_code())] />
                        <input type="hidden" name="next" value=next />
                        // For password managers, which look for whose password it is.
                        <input type="text" name="email" value=person.email.clone() autocomplete="username" hidden readonly />
                        <TextField form=form name="password" label=label value="" kind="password"
                            autocomplete="current-password" autofocus=true />
                        {code}
                        <button class="button primary">{t.security_confirm_button()}</button>
                    </form>
                </section>
            }
            .into_any()
        });
        Ok(page.actor(ctx.actor))
    }
}

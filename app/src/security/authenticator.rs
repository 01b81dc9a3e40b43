//! The authenticator app: set up, and turned off, at `/account/security/authenticator`.

use leptos::prelude::*;

use crate::error::Result;

/// Somebody begins to set up an authenticator app: the next page shows what it is to be told.
#[server(endpoint = "account/authenticator/begin")]
pub async fn begin_authenticator(#[server(default)] next: String) -> Result<()> {
    use super::{entry, store, totp};
    use crate::backend::context::{Visit, own_path, redirect};
    use crate::backend::journal::Entry;
    use crate::ui::query::Query;

    let mut ctx = Visit::current()?.begin_before_factor().await?;
    entry::oneself(&ctx.actor)?;
    ctx.require_recent()?;
    let account = ctx.actor.id;
    if !matches!(store::secret(&mut ctx.tx, account).await?, Some((_, true))) {
        store::begin_authenticator(&mut ctx.tx, account, &totp::new_secret(), ctx.now).await?;
        ctx.record(Entry::new("account.authenticator_begun", "account", account)).await?;
        ctx.commit().await?;
    }
    redirect(&Query::default().with("next", own_path(&next).unwrap_or_default()).url(PATH));
    Ok(())
}

/// Somebody confirms their authenticator app by its first code. From now on it is asked for.
#[server(endpoint = "account/authenticator/confirm")]
pub async fn confirm_authenticator(#[server(default)] code: String, #[server(default)] next: String) -> Result<()> {
    use super::letters::{self, Notice};
    use super::{entry, recovery, requirement, store, totp};
    use crate::backend::context::{Visit, own_path, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem};

    let mut check = Check::default();
    let code = check.required("code", &code, 100);
    check.finish(())?;
    let mut ctx = Visit::current()?.begin_before_factor().await?;
    entry::oneself(&ctx.actor)?;
    ctx.require_recent()?;
    let account = ctx.actor.id;
    let (secret, confirmed) = store::secret(&mut ctx.tx, account).await?.ok_or(Error::Conflict)?;
    if confirmed {
        return Err(Error::Conflict);
    }
    let Some(step) = totp::step_of(&secret, &code, ctx.now) else {
        let mut check = Check::default();
        check.note("code", Problem::WrongCode);
        return check.finish(());
    };
    if !store::confirm_authenticator(&mut ctx.tx, account, &secret, step, ctx.now).await? {
        return Err(Error::Conflict);
    }
    requirement::apply(&mut ctx.tx, Some(account)).await?;
    let first = store::factors(&mut ctx.tx, account).await?.recovery_codes == 0;
    let seed = if first { Some(recovery::make(&mut ctx).await?) } else { None };
    let person = store::person(&mut ctx.tx, account).await?.ok_or(Error::SignedOut)?;
    let visit = ctx.visit.clone();
    letters::tell(&mut ctx.tx, &visit, &person, Notice::AuthenticatorAdded).await?;
    ctx.record(Entry::new("account.authenticator_added", "account", account)).await?;
    ctx.commit().await?;
    match seed {
        Some(seed) => {
            recovery::hand_over(&visit, &seed);
            redirect(&recovery::url(own_path(&next).unwrap_or_default()));
        }
        None => redirect(own_path(&next).unwrap_or("/account/security")),
    }
    Ok(())
}

/// Somebody turns their authenticator app off.
#[server(endpoint = "account/authenticator/remove")]
pub async fn remove_authenticator() -> Result<()> {
    use super::letters::{self, Notice};
    use super::{entry, requirement, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    entry::oneself(&ctx.actor)?;
    ctx.require_recent()?;
    let account = ctx.actor.id;
    if !store::remove_authenticator(&mut ctx.tx, account).await? {
        return Err(Error::Conflict);
    }
    requirement::let_go(&mut ctx.tx, account, ctx.actor.role).await?;
    let person = store::person(&mut ctx.tx, account).await?.ok_or(Error::SignedOut)?;
    let visit = ctx.visit.clone();
    letters::tell(&mut ctx.tx, &visit, &person, Notice::AuthenticatorRemoved).await?;
    ctx.record(Entry::new("account.authenticator_removed", "account", account)).await?;
    ctx.commit().await?;
    redirect("/account/security");
    Ok(())
}

#[cfg(feature = "ssr")]
pub use drawn::*;

#[cfg(feature = "ssr")]
mod drawn {
    use leptos::prelude::*;
    use server_fn::ServerFn as _;

    use super::super::qr::QrCode;
    use super::super::{entry, store, totp};
    use super::{BeginAuthenticator, ConfirmAuthenticator, RemoveAuthenticator};
    use crate::backend::context::{Visit, own_path};
    use crate::error::{Error, Result};
    use crate::language::Texts;
    use crate::ui::form::{ErrorSummary, FormState, TextField};
    use crate::ui::icon::Icon;
    use crate::web::page::{At, Page};

    pub const PATH: &str = "/account/security/authenticator";

    /// `/account/security/authenticator`: what the app is to be told; or, when it was, how it is turned off.
    pub async fn page(visit: Visit, at: At) -> Result<Page> {
        let mut ctx = visit.read_before_factor().await?;
        entry::oneself(&ctx.actor)?;
        ctx.require_recent()?;
        let secret = store::secret(&mut ctx.tx, ctx.actor.id).await?;
        let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
        let next = own_path(at.query.get("next")).unwrap_or_default().to_owned();
        let refused = visit.refused.clone();
        let page = Page::new(visit.texts().security_app(), move |t| {
            let state = |endpoint| FormState::new(t, refused.as_ref(), endpoint);
            let body = match secret {
                Some((_, true)) => turn_off(state(RemoveAuthenticator::PATH), t),
                Some((secret, false)) => set_up(state(ConfirmAuthenticator::PATH), &secret, &person.email, next, t),
                None => view! {
                    <form class="form" method="post" action=BeginAuthenticator::PATH>
                        <ErrorSummary form=state(BeginAuthenticator::PATH) labels=Vec::new() />
                        <p>{t.security_app_explained()}</p>
                        <input type="hidden" name="next" value=next />
                        <div class="form-actions"><button class="button primary">{t.security_app_begin()}</button></div>
                    </form>
                }
                .into_any(),
            };
            view! {
                <header class="page-head">
                    <p class="crumbs"><a href="/account/security">{t.security_title()}</a></p>
                    <h1>{t.security_app()}</h1>
                </header>
                {body}
            }
            .into_any()
        });
        Ok(page.actor(ctx.actor))
    }

    fn set_up(form: FormState, secret: &str, email: &str, next: String, t: &'static Texts) -> AnyView {
        let uri = totp::uri(secret, t.shell_name(), email);
        view! {
            <form class="form" method="post" action=ConfirmAuthenticator::PATH>
                <ErrorSummary form=form.clone() labels=vec![("code", t.security_app_code())] />
                <ol class="steps">
                    <li><p>{t.security_app_get()}</p></li>
                    <li>
                        <p>{t.security_app_scan()}</p>
                        <QrCode text=uri.clone() label=t.security_app_qr() />
                        <p class="hint">{t.security_app_type()}</p>
                        <p><code class="secret">{totp::grouped(secret)}</code></p>
                        <p class="hint"><a href=uri>{t.security_app_here()}</a></p>
                    </li>
                    <li><p>{t.security_app_then()}</p></li>
                </ol>
                <input type="hidden" name="next" value=next />
                <TextField form=form name="code" label=t.security_app_code() value="" hint=t.security_app_code_hint()
                    autocomplete="one-time-code" />
                <div class="form-actions">
                    <button class="button primary">{t.security_app_confirm()}</button>
                    <a class="button quiet" href="/account/security">{t.form_cancel()}</a>
                </div>
            </form>
        }
        .into_any()
    }

    fn turn_off(form: FormState, t: &'static Texts) -> AnyView {
        view! {
            <form class="form" method="post" action=RemoveAuthenticator::PATH>
                <ErrorSummary form=form labels=Vec::new() />
                <div class="notice attention"><Icon name="alert-triangle" /><p>{t.security_app_off_explained()}</p></div>
                <div class="form-actions">
                    <button class="button danger primary">{t.security_app_off()}</button>
                    <a class="button quiet" href="/account/security">{t.form_cancel()}</a>
                </div>
            </form>
        }
        .into_any()
    }
}

//! A new password, at `/account/password`. The old one is not asked for here: whoever opens the page has just shown it, or a
//! second factor.

use leptos::prelude::*;

use crate::error::Result;

/// Somebody changes their password. Whoever else is signed in to the account no longer is.
#[server(endpoint = "account/password")]
pub async fn change_password(#[server(default)] password: String) -> Result<()> {
    use super::letters::{self, Notice};
    use super::{entry, store};
    use crate::account::{password as passwords, session, strength};
    use crate::backend::context::{Visit, redirect};
    use crate::backend::journal::Entry;
    use crate::backend::link;
    use crate::error::{Check, Error};
    use crate::on;

    let visit = Visit::current()?;
    let mut ctx = visit.read().await?;
    entry::oneself(&ctx.actor)?;
    ctx.require_recent()?;
    let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
    let companies: Vec<String> =
        ctx.actor.affiliations.iter().flat_map(|company| [company.name_en.clone(), company.name_zh.clone()]).collect();
    drop(ctx);
    let turn = passwords::turn(&visit.backend).await?;
    let about: Vec<String> = [person.name.clone(), person.email.clone()].into_iter().chain(companies).collect();
    let hash = passwords::on_blocking_thread(move || {
        let about: Vec<&str> = about.iter().map(String::as_str).collect();
        let mut check = Check::default();
        if let Some(problem) = strength::problem(&password, &about) {
            check.note("password", problem);
        }
        check.finish(())?;
        passwords::hash(&password)
    })
    .await?;
    drop(turn);

    let mut ctx = visit.begin().await?;
    ctx.require_recent()?;
    let account = ctx.actor.id;
    on!(&mut ctx.tx, |c| sqlx::query("UPDATE accounts SET password_hash = $1 WHERE id = $2")
        .bind(&hash)
        .bind(account)
        .execute(c)
        .await)?;
    session::end_others(&mut ctx.tx, account, visit.session.as_deref().unwrap_or_default()).await?;
    entry::end_steps(&mut ctx.tx, account).await?;
    link::withdraw(&mut ctx.tx, link::Kind::Password, account, ctx.now).await?;
    letters::tell(&mut ctx.tx, &visit, &person, Notice::PasswordChanged).await?;
    ctx.record(Entry::new("account.password_changed", "account", account)).await?;
    ctx.commit().await?;
    redirect("/account/security?done=password");
    Ok(())
}

#[cfg(feature = "ssr")]
pub use drawn::page;

#[cfg(feature = "ssr")]
mod drawn {
    use leptos::prelude::*;
    use server_fn::ServerFn as _;

    use super::super::change;
    use super::ChangePassword;
    use crate::backend::context::Visit;
    use crate::error::Result;
    use crate::language::Texts;
    use crate::ui::form::{ErrorSummary, FormState, TextField};
    use crate::web::page::{At, Page};

    /// `/account/password`
    pub async fn page(visit: Visit, _: At) -> Result<Page> {
        change::page(visit, Texts::security_password_title, |person, refused, t| {
            let form = FormState::new(t, refused, ChangePassword::PATH);
            view! {
                <form class="form" method="post" action=ChangePassword::PATH>
                    <ErrorSummary form=form.clone() labels=vec![("password", t.security_password_new())] />
                    // For password managers, which look for whose password it is.
                    <input type="text" name="email" value=person.email autocomplete="username" hidden readonly />
                    <TextField form=form name="password" label=t.security_password_new() value="" kind="password"
                        hint=t.security_password_hint() autocomplete="new-password" />
                    <button class="button small" type="button" hidden aria-pressed="false" data-shows="#password">
                        {t.security_password_show()}
                    </button>
                    <p class="hint">{t.security_password_ends()}</p>
                    {change::actions(t.security_password_button(), t)}
                </form>
            }
            .into_any()
        })
        .await
    }
}

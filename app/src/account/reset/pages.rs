//! The pages of who forgot their password.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, AskReset, ResetPassword};
use crate::backend::context::Visit;
use crate::error::{Error, Refusal, Result};
use crate::ui::form::{ErrorSummary, FormState, TextField};
use crate::ui::icon::Icon;
use crate::ui::new_password::NewPassword;
use crate::web::page::{At, Page, dead_link};

/// `/password`
pub async fn ask(visit: Visit, _: At) -> Result<Page> {
    let (_, actor) = visit.look().await?;
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().password_title(), move |t| {
        let form = FormState::new(t, refused.as_ref(), AskReset::PATH);
        view! {
            <section class="sign-in">
                <h1>{t.password_title()}</h1>
                <p>{t.password_explained()}</p>
                <form class="form" method="post" action=AskReset::PATH>
                    <ErrorSummary form=form.clone() labels=vec![("email", t.sign_in_email())] />
                    <TextField form=form name="email" label=t.sign_in_email() value="" kind="email"
                        autocomplete="username" autofocus=true />
                    <button class="button primary">{t.password_ask()}</button>
                </form>
            </section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

/// `/password/sent`
pub async fn sent(visit: Visit, _: At) -> Result<Page> {
    let (_, actor) = visit.look().await?;
    let page = Page::new(visit.texts().password_sent_title(), move |t| {
        view! {
            <section class="sign-in">
                <h1>{t.password_sent_title()}</h1>
                <div class="notice info"><Icon name="mail" /><p>{t.password_sent()}</p></div>
                <p>{t.password_sent_next()}</p>
                <div class="actions"><a class="button" href="/sign-in">{t.sign_in_button()}</a></div>
            </section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

/// `/password/{token}`
pub async fn set(visit: Visit, at: At) -> Result<Page> {
    let token = at.token().to_owned();
    let (account, actor) = match api::read_link(&visit, &token).await {
        Err(Error::Refused(Refusal::DeadLink)) => {
            let t = visit.texts();
            return dead_link(&visit, t.password_dead_next(), Some(("/password", t.password_ask_again()))).await;
        }
        other => other?,
    };
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().password_set_title(), move |t| {
        let form = FormState::new(t, refused.as_ref(), ResetPassword::PATH);
        view! {
            <section class="sign-in">
                <h1>{t.password_set_title()}</h1>
                <p>{t.password_set_explained()}</p>
                <form class="form" method="post" action=ResetPassword::PATH>
                    <ErrorSummary form=form.clone() labels=vec![("password", t.password_new())] />
                    <input type="hidden" name="token" value=token />
                    <NewPassword form=form email=account.email />
                    <button class="button primary">{t.password_set()}</button>
                </form>
            </section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

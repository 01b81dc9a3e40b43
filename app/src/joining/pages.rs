//! The pages of who asks for access. Everybody may open them.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, AskToJoin, ConfirmJoining};
use crate::backend::context::Visit;
use crate::country;
use crate::error::{Error, Refusal, Result};
use crate::ui::form::{ErrorSummary, FormState, SelectField, TextArea, TextField};
use crate::ui::icon::Icon;
use crate::web::page::{At, Page, dead_link};

/// `/join`
pub async fn join(visit: Visit, _: At) -> Result<Page> {
    let (_, actor) = visit.look().await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let signed_in = actor.is_some();
    let page = Page::new(visit.texts().joining_join_title(), move |t| {
        let form = FormState::new(t, refused.as_ref(), AskToJoin::PATH);
        let countries = country::sorted(language)
            .iter()
            .map(|country| (country.code.to_owned(), country.name(language).to_owned()))
            .collect();
        let labels = vec![
            ("company_name", t.joining_company_name()),
            ("country", t.company_country()),
            ("website", t.company_website()),
            ("name", t.joining_name()),
            ("email", t.joining_email()),
            ("reason", t.joining_reason()),
        ];
        let known = signed_in.then(|| view! { <div class="notice info"><p>{t.joining_signed_in()}</p></div> });
        view! {
            <section class="sign-in join">
                <h1>{t.joining_join_title()}</h1>
                <p>{t.joining_join_explained()}</p>
                {known}
                <form class="form" method="post" action=AskToJoin::PATH>
                    <ErrorSummary form=form.clone() labels=labels />
                    <TextField form=form.clone() name="company_name" label=t.joining_company_name()
                        hint=t.joining_company_name_hint() value="" autocomplete="organization" />
                    <SelectField form=form.clone() name="country" label=t.company_country() options=countries value=""
                        nothing=t.joining_country_choose() />
                    <TextField form=form.clone() name="website" label=t.company_website() value="" optional=true
                        autocomplete="url" />
                    <TextField form=form.clone() name="name" label=t.joining_name() value="" autocomplete="name" />
                    <TextField form=form.clone() name="email" label=t.joining_email() hint=t.joining_email_hint() value=""
                        kind="email" autocomplete="email" />
                    <TextArea form=form name="reason" label=t.joining_reason() hint=t.joining_reason_hint() value="" />
                    <p class="hint">{t.joining_privacy()}</p>
                    <button class="button primary">{t.joining_join_button()}</button>
                </form>
                <p>{t.joining_have_account()}" "<a href="/sign-in">{t.sign_in_button()}</a></p>
            </section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

/// `/join/sent`: the same for everybody.
pub async fn sent(visit: Visit, _: At) -> Result<Page> {
    let (_, actor) = visit.look().await?;
    let page = Page::new(visit.texts().joining_sent_title(), move |t| {
        view! {
            <section class="sign-in join">
                <h1>{t.joining_sent_title()}</h1>
                <div class="notice info"><Icon name="mail" /><p>{t.joining_sent()}</p></div>
                <p>{t.joining_sent_next()}</p>
                <p>{t.joining_sent_nothing()}" "<a href="/join">{t.joining_again()}</a></p>
            </section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

/// `/join/confirm/{token}`: opening it changes nothing.
pub async fn confirm(visit: Visit, at: At) -> Result<Page> {
    let token = at.token().to_owned();
    let (request, actor) = match api::read_link(&visit, &token).await {
        Err(Error::Refused(Refusal::DeadLink)) => {
            let t = visit.texts();
            return dead_link(&visit, t.joining_dead_next(), Some(("/join", t.joining_again()))).await;
        }
        other => other?,
    };
    let language = visit.language;
    let page = Page::new(visit.texts().joining_confirm_title(), move |t| {
        let country = request.country.as_deref().map(|code| country::name(code, language)).unwrap_or_default();
        view! {
            <section class="sign-in join">
                <h1>{t.joining_confirm_title()}</h1>
                <p>{t.joining_confirm_explained()}</p>
                <dl class="facts">
                    <dt>{t.joining_company_name()}</dt><dd>{request.company_name}</dd>
                    <dt>{t.company_country()}</dt><dd>{country}</dd>
                    <dt>{t.joining_name()}</dt><dd>{request.name}</dd>
                    <dt>{t.joining_email()}</dt><dd>{request.email}</dd>
                </dl>
                <form class="form" method="post" action=ConfirmJoining::PATH>
                    <input type="hidden" name="token" value=token />
                    <button class="button primary">{t.joining_confirm_button()}</button>
                </form>
            </section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

/// `/join/confirmed`
pub async fn confirmed(visit: Visit, _: At) -> Result<Page> {
    let (_, actor) = visit.look().await?;
    let page = Page::new(visit.texts().joining_confirmed_title(), move |t| {
        view! {
            <section class="sign-in join">
                <h1>{t.joining_confirmed_title()}</h1>
                <div class="notice good"><Icon name="check-circle" /><p>{t.joining_confirmed()}</p></div>
                <p>{t.joining_confirmed_next()}</p>
                <div class="actions"><a class="button" href="/">{t.front_about()}</a></div>
            </section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

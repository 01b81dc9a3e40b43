//! `/enquire`: where anybody asks the zone something, and is told what happens next.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::SendEnquiry;
use super::guard;
use super::letters::language_name;
use super::model::{Facts, Kind, Limits, is_number};
use super::store;
use crate::backend::context::Visit;
use crate::country;
use crate::error::{Check, Error, FieldErrors, Problem, Result};
use crate::language::{Language, Texts};
use crate::ui::form::{ErrorSummary, FormId, FormState, SelectField, TextArea, TextField};
use crate::ui::query::Query;
use crate::web::page::{At, Page};

pub const PATH: &str = "/enquire";
const SENT: &str = "/enquire/sent";

/// The page that is shown once an enquiry was sent.
pub fn sent_url(number: &str) -> String {
    let mut query = Query::default();
    query.set("number", number);
    query.url(SENT)
}

/// Refuses facts that name a country there is not.
pub fn known(facts: Facts) -> Result<Facts> {
    if facts.country.as_deref().is_some_and(|code| country::find(code).is_none()) {
        return Err(Error::Invalid(FieldErrors(vec![("country".to_owned(), Problem::NotAnOption)])));
    }
    Check::default().finish(facts)
}

/// The fields' labels, by name.
pub fn labels(t: &'static Texts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("channel", t.enquiry_channel()),
        ("received_at", t.enquiry_received()),
        ("kind", t.enquiry_kind()),
        ("message", t.enquiry_message()),
        ("name", t.enquiry_name()),
        ("company", t.enquiry_company()),
        ("country", t.enquiry_country()),
        ("email", t.enquiry_email()),
        ("phone", t.enquiry_phone()),
        ("language", t.enquiry_language()),
    ]
}

/// The fields that both forms have. Somebody who was met may have left less than the public form asks for.
pub fn fields(form: &FormState, met: bool, t: &'static Texts, language: Language) -> AnyView {
    let kinds = Kind::ALL.iter().map(|kind| (kind.code().to_owned(), t.enquiry_kind_of(*kind).to_owned())).collect();
    let countries = country::sorted(language)
        .iter()
        .map(|country| (country.code.to_owned(), country.name(language).to_owned()))
        .collect();
    let languages = [Language::En, Language::Zh].map(|one| (one.code().to_owned(), language_name(one).to_owned()));
    let autocomplete = |token: &'static str| if met { "off" } else { token };
    view! {
        <SelectField form=form.clone() name="kind" label=t.enquiry_kind() options=kinds value="" nothing=t.enquiry_choose() />
        <TextArea form=form.clone() name="message" label=t.enquiry_message() hint=t.enquiry_message_hint() value="" />
        <TextField form=form.clone() name="name" label=t.enquiry_name() value="" autocomplete=autocomplete("name") />
        <TextField form=form.clone() name="company" label=t.enquiry_company() hint=t.enquiry_company_hint() value=""
            optional=met autocomplete=autocomplete("organization") />
        <SelectField form=form.clone() name="country" label=t.enquiry_country() options=countries value=""
            nothing=t.enquiry_choose() optional=met />
        <TextField form=form.clone() name="email" label=t.enquiry_email() value="" kind="email" optional=met
            autocomplete=autocomplete("email") />
        <TextField form=form.clone() name="phone" label=t.enquiry_phone() hint=t.enquiry_phone_hint() value="" kind="tel"
            optional=true autocomplete=autocomplete("tel") />
        <SelectField form=form.clone() name="language" label=t.enquiry_language() options=languages.to_vec()
            value=language.code() />
    }
    .into_any()
}

/// `/enquire`
pub async fn form(visit: Visit, _: At) -> Result<Page> {
    let (mut tx, actor) = visit.look().await?;
    let mark = guard::mark(&mut tx, visit.now()).await?;
    let limits = store::limits(&mut tx).await?;
    drop(tx);
    let language = visit.language;
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().enquire_title(), move |t| {
        let form = FormState::new(t, refused.as_ref(), SendEnquiry::PATH);
        view! {
            <section class="enquire">
                <header class="page-head">
                    <h1>{t.enquire_title()}</h1>
                    <p class="subtitle">{t.enquire_lead(limits.answer)}</p>
                </header>
                <form class="form" method="post" action=SendEnquiry::PATH novalidate>
                    <ErrorSummary form=form.clone() labels=labels(t) />
                    <FormId form=form.clone() />
                    // Not what was posted before: a form that is shown again is drawn again.
                    <input type="hidden" name="mark" value=mark />
                    {fields(&form, false, t, language)}
                    <div class="enquire-trap" aria-hidden="true">
                        <label for="homepage">{t.enquire_trap()}</label>
                        <input type="text" id="homepage" name="homepage" tabindex="-1" autocomplete="off" />
                    </div>
                    <p class="hint">{t.enquire_privacy()}</p>
                    <div class="form-actions"><button class="button primary">{t.enquire_send()}</button></div>
                </form>
            </section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

/// `/enquire/sent`: it asks the database nothing about the number, so it tells nobody which numbers there are.
pub async fn sent(visit: Visit, at: At) -> Result<Page> {
    let (mut tx, actor) = visit.look().await?;
    let limits: Limits = store::limits(&mut tx).await?;
    drop(tx);
    let number = at.query.get("number").to_owned();
    if !is_number(&number) {
        return Err(Error::NotFound);
    }
    let page = Page::new(visit.texts().enquire_sent_title(), move |t| {
        view! {
            <section class="enquire">
                <header class="page-head">
                    <h1>{t.enquire_sent_title()}</h1>
                    <p class="subtitle">{t.enquire_sent_number()}</p>
                    <p class="number"><strong>{number}</strong></p>
                </header>
                <h2>{t.enquire_next()}</h2>
                <ol class="enquire-steps">
                    <li>{t.enquire_next_receipt()}</li>
                    <li>{t.enquire_next_acknowledge(limits.acknowledge)}</li>
                    <li>{t.enquire_next_answer(limits.answer)}</li>
                </ol>
                <p class="hint">{t.enquire_hours()}</p>
                <p><a href="/">{t.front_about()}</a></p>
            </section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

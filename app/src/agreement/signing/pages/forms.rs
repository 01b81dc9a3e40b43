//! What a signer reads and fills in.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::SignPage;
use crate::agreement::files::File;
use crate::agreement::model::Tongue;
use crate::agreement::signing::acting::guest_url;
use crate::agreement::signing::events::labels;
use crate::agreement::signing::groups::Stand;
use crate::agreement::signing::guest::{Enter, SendCode};
use crate::agreement::signing::model::{HEIGHT, WIDTH};
use crate::agreement::signing::sign::{DeclineText, DelegateSignature, OpenText, SignText};
use crate::backend::context::Visit;
use crate::backend::refused::RefusedPost;
use crate::document::model::size_text;
use crate::language::{Language, Texts};
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState, SelectField, TextArea, TextField};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::Page;

/// The page before a guest has shown who they are. It tells nothing of what it is about, and opening it sends nothing.
pub(super) fn door(visit: &Visit, token: String, address: String, awaits: bool) -> Page {
    let refused = visit.refused.clone();
    Page::new(visit.texts().signing_door(), move |t| {
        let send = FormState::new(t, refused.as_ref(), SendCode::PATH);
        let enter = FormState::new(t, refused.as_ref(), Enter::PATH);
        // What was refused elsewhere for want of a code is told here.
        let other = refused.as_ref().filter(|post| ![SendCode::PATH, Enter::PATH].contains(&post.endpoint.as_str()));
        let other = other.map(|post| {
            view! { <ErrorSummary form=FormState::new(t, refused.as_ref(), &post.endpoint) labels=Vec::new() /> }
        });
        let code = awaits.then(|| {
            view! {
                <form class="form" method="post" action=Enter::PATH novalidate>
                    <ErrorSummary form=enter.clone() labels=vec![("code", t.signing_code())] />
                    <input type="hidden" name="token" value=token.clone() />
                    <TextField form=enter name="code" label=t.signing_code() hint=t.signing_code_hint() value=""
                        autocomplete="one-time-code" autofocus=true />
                    <div class="form-actions"><button class="button primary">{t.signing_enter()}</button></div>
                </form>
            }
        });
        let (class, text) =
            if awaits { ("button quiet", t.signing_send_again()) } else { ("button primary", t.signing_send_code()) };
        let explained = if awaits { t.signing_code_sent(&address) } else { t.signing_door_explained(&address) };
        view! {
            <section class="sign-in">
                <h1>{t.signing_door()}</h1>
                {other}
                <p>{explained}</p>
                {code}
                <form class="form" method="post" action=SendCode::PATH>
                    <ErrorSummary form=send labels=Vec::new() />
                    <input type="hidden" name="token" value=token />
                    <button class=class>{text}</button>
                </form>
            </section>
        }
        .into_any()
    })
}

/// Where the person stands, and what they can do.
pub(super) fn body(
    page: &SignPage,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let place = &page.place;
    let told = |class: &'static str, icon: &'static str, text: &'static str, at: Option<i64>| {
        let at = at.map(|at| view! { " "<Moment at=Timestamp(at) language=language /> });
        view! { <div class=class role="status"><Icon name=icon /><p>{text}{at}</p></div> }.into_any()
    };
    let shown = place.opened_at.is_some();
    let (notice, open) = match page.stand {
        Stand::Signed if place.signed_at.is_some() => {
            (Some(told("notice good", "check", t.signing_you_signed(), place.signed_at)), false)
        }
        Stand::Signed => (Some(told("notice info", "check", t.signing_on_paper(), None)), false),
        Stand::Declined => (Some(told("notice attention", "info", t.signing_you_declined(), place.declined_at)), false),
        Stand::Expired => (Some(told("notice attention", "clock", t.signing_over(), None)), false),
        Stand::NotNeeded => (Some(told("notice info", "info", t.signing_not_needed(), None)), false),
        Stand::Waits | Stand::Withdrawn => (Some(told("notice info", "info", t.signing_not_your_turn(), None)), false),
        Stand::Turn if !page.state.takes_signatures() => {
            (Some(told("notice info", "info", t.signing_cannot_over(), None)), false)
        }
        Stand::Turn => (None, true),
    };
    // What was refused and has no form any more is told all the same.
    let lost = refused.filter(|_| !open || !shown).map(|post| {
        let form = FormState::new(t, refused, &post.endpoint);
        view! { <ErrorSummary form=form labels=Vec::new() /> }
    });
    let text = shown.then(|| text(page, t));
    let forms = match (open, shown) {
        (true, false) if page.token.is_empty() => Some(first(page, t)),
        (true, true) => {
            Some(view! { {sign(page, refused, t)}{decline(page, refused, t)}{delegate(page, refused, t)} }.into_any())
        }
        _ => None,
    };
    view! { {lost}{notice}{text}{forms} }.into_any()
}

/// What every form of a signer names.
fn names(page: &SignPage) -> AnyView {
    let text = page.place.version.map(|version| version.to_string()).unwrap_or_default();
    view! {
        <input type="hidden" name="id" value=page.agreement.number.clone() />
        <input type="hidden" name="signatory" value=page.place.id.to_string() />
        <input type="hidden" name="token" value=page.token.clone() />
        <input type="hidden" name="text" value=text />
    }
    .into_any()
}

fn first(page: &SignPage, t: &'static Texts) -> AnyView {
    view! {
        <section class="panel">
            <p>{t.signing_open_explained()}</p>
            <form method="post" action=OpenText::PATH>
                {names(page)}
                <div class="actions"><button class="button primary">{t.signing_open()}</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// The text that is to be signed, and nothing else.
fn text(page: &SignPage, t: &'static Texts) -> AnyView {
    let name = page.version.as_ref().map(|version| crate::agreement::show::parts::version_name(version, t));
    let link = |file: &File| {
        let href =
            if page.token.is_empty() { file.url() } else { format!("{}/files/{}", guest_url(&page.token), file.id) };
        if file.is_given() {
            view! { <a href=href download>{file.name.clone()}</a> }.into_any()
        } else {
            view! { {file.name.clone()}" "<span class="badge attention">{t.document_state_pending()}</span> }.into_any()
        }
    };
    let files = page
        .files
        .iter()
        .map(|(tongue, file): &(Tongue, File)| {
            view! {
                <li>
                    <strong>{t.agreement_tongue_of(*tongue)}</strong>{t.form_colon()}{link(file)}" · "{size_text(file.size)}
                    <span class="second whole">"SHA-256 "<code>{file.sha256.clone()}</code></span>
                </li>
            }
        })
        .collect_view();
    let files = if page.files.is_empty() {
        view! { <p class="hint">{t.signing_no_files()}</p> }.into_any()
    } else {
        view! { <ul class="plain">{files}</ul> }.into_any()
    };
    view! {
        <section class="panel" id="text">
            <h2>{t.signing_text()}</h2>
            <dl class="facts">
                <dt>{t.agreement_text_number()}</dt><dd>{name}</dd>
                <dt>{t.agreement_prevailing()}</dt><dd>{t.agreement_prevailing_of(page.agreement.facts.prevailing)}</dd>
            </dl>
            {files}
        </section>
    }
    .into_any()
}

fn sign(page: &SignPage, refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> AnyView {
    let state = FormState::new(t, refused, SignText::PATH);
    let labels =
        vec![("signed_name", t.signing_typed()), ("agree", t.signing_agree_label()), ("drawn", t.signing_drawn())];
    let (place, en, zh) = &page.party;
    let party = t.agreement_party_of(crate::agreement::model::party_letter(*place, t.language));
    let party = format!("{party} ({})", t.language.prefer(en, zh));
    let agree =
        if page.place.is_delegated() { t.signing_agree_for(&page.place.name, party) } else { t.signing_agree(party) };
    let missing = state.problem("agree");
    let class = if missing.is_some() { "field invalid" } else { "field" };
    let invalid = missing.is_some().then_some("true");
    let missing = missing.map(|text| {
        view! { <p class="error" id="agree-error"><Icon name="alert-triangle" /><span>{text}</span></p> }
    });
    let described = missing.is_some().then_some("agree-error");
    let checked = !state.value("agree", "").is_empty();
    let drawn = state.value("drawn", "");
    // Drawing takes a script and a pen, a finger or a mouse; the field is shown by the script alone.
    view! {
        <section class="panel" id="sign">
            <h2>{t.signing_sign()}</h2>
            <form class="form" method="post" action=SignText::PATH novalidate>
                <ErrorSummary form=state.clone() labels=labels />
                {names(page)}
                <p>{t.signing_signs_as(page.place.signer().name)}</p>
                <TextField form=state.clone() name="signed_name" label=t.signing_typed() hint=t.signing_typed_hint()
                    value="" autocomplete="name" />
                <div class="field drawing" data-draws hidden>
                    <p class="label" id="drawn-label">{t.signing_drawn()}" "<span class="optional">{t.form_optional()}</span></p>
                    <p class="hint">{t.signing_drawn_hint()}</p>
                    <canvas width=WIDTH.to_string() height=HEIGHT.to_string() role="img" aria-labelledby="drawn-label"></canvas>
                    <input type="hidden" id="drawn" name="drawn" value=drawn />
                    <button class="button small" type="button">{t.signing_drawn_clear()}</button>
                </div>
                <div class=class>
                    {missing}
                    <label class="choice">
                        <input type="checkbox" id="agree" name="agree" value="yes" checked=checked aria-invalid=invalid
                            aria-describedby=described />
                        " "{agree}
                    </label>
                </div>
                <p class="hint">{t.signing_kept()}</p>
                <div class="form-actions"><button class="button primary">{t.signing_sign_button()}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn decline(page: &SignPage, refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> AnyView {
    let state = FormState::new(t, refused, DeclineText::PATH);
    let open = state.error().is_some();
    view! {
        <details class="adding" open=open>
            <summary class="button quiet">{t.signing_decline()}</summary>
            <form class="form" method="post" action=DeclineText::PATH novalidate>
                <ErrorSummary form=state.clone() labels=vec![("reason", t.agreement_reason())] />
                {names(page)}
                <TextArea form=state name="reason" label=t.agreement_reason() hint=t.signing_decline_hint() value="" rows=3 />
                <div class="form-actions"><button class="button">{t.signing_decline_button()}</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// Only who is named themselves has somebody stand in for them.
fn delegate(page: &SignPage, refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> Option<AnyView> {
    if page.place.is_delegated() {
        return None;
    }
    let state = FormState::new(t, refused, DelegateSignature::PATH);
    let open = state.error().is_some();
    let labels = labels(t).to_vec();
    let languages = vec![("en".to_owned(), "English".to_owned()), ("zh".to_owned(), "中文".to_owned())];
    Some(
        view! {
            <details class="adding" open=open>
                <summary class="button quiet">{t.signing_delegate()}</summary>
                <form class="form" method="post" action=DelegateSignature::PATH novalidate>
                    <ErrorSummary form=state.clone() labels=labels />
                    <p class="hint">{t.signing_delegate_hint(&page.place.name)}</p>
                    {names(page)}
                    <TextField form=state.clone() name="name" label=t.signing_name() value="" autocomplete="off" />
                    <TextField form=state.clone() name="title" label=t.signing_title_field() value="" optional=true
                        autocomplete="off" />
                    <TextField form=state.clone() name="email" label=t.sign_in_email() value="" kind="email"
                        autocomplete="off" />
                    <SelectField form=state name="language" label=t.signing_language() options=languages
                        value=t.language.code() />
                    <div class="form-actions"><button class="button">{t.signing_delegate_button()}</button></div>
                </form>
            </details>
        }
        .into_any(),
    )
}

//! The form of signatures on paper.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::super::{called, name};
use super::staff_form;
use crate::agreement::read::AgreementPage;
use crate::agreement::signing::paper::{RecordSignatures, field_key};
use crate::backend::refused::RefusedPost;
use crate::language::{Language, Texts};
use crate::ui::form::{FormState, SelectField, TextField};
use crate::ui::icon::Icon;

/// Who signed on paper, a line for each party that has not.
pub(super) fn sign(
    read: &AgreementPage,
    state: &FormState,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let facts = &read.agreement.facts;
    let missing = state.problem("who");
    let lines = read
        .parties
        .iter()
        .enumerate()
        .filter(|(_, party)| read.signatures.iter().all(|signature| signature.party != party.id))
        .map(|(place, party)| {
            let field = |of: char| format!("who[{}]", field_key(of, party.id));
            let typed = |of: char| {
                let post = refused.filter(|post| post.endpoint == RecordSignatures::PATH);
                post.and_then(|post| post.value(&field(of))).unwrap_or_default().to_owned()
            };
            let problem = state.problem(&field('n')).or_else(|| state.problem(&field('t')));
            let error =
                problem.map(|text| view! { <p class="error"><Icon name="alert-triangle" /><span>{text}</span></p> });
            view! {
                <fieldset class="field signer">
                    <legend>{called(place, t)}{t.form_colon()}{name(party, language)}</legend>
                    {error}
                    <label>{t.agreement_signer_name()}
                        <input type="text" id=field('n') name=field('n') value=typed('n') autocomplete="off" /></label>
                    <label>{t.agreement_signer_title()}
                        <input type="text" id=field('t') name=field('t') value=typed('t') autocomplete="off" /></label>
                </fieldset>
            }
        })
        .collect_view();
    let missing =
        missing.map(|text| view! { <p class="error" id="who"><Icon name="alert-triangle" /><span>{text}</span></p> });
    let effective = (read.state.has_open_days() || facts.effective_on.is_empty()).then(|| {
        view! {
            <TextField form=state.clone() name="effective_on" label=t.agreement_effective_on()
                hint=t.agreement_effective_hint() value=facts.effective_on.clone() kind="date" />
        }
    });
    let documents: Vec<(String, String)> = read
        .files
        .iter()
        .filter(|file| file.shared && read.texts.iter().all(|text| text.document != file.id))
        .map(|file| (file.id.to_string(), file.name.clone()))
        .collect();
    let fields = view! {
        <p class="hint">{t.agreement_sign_hint()}</p>
        <TextField form=state.clone() name="signed_on" label=t.agreement_sign_on() value=facts.sign_on.clone() kind="date" />
        <TextField form=state.clone() name="place" label=t.agreement_sign_place() value=facts.sign_place.clone()
            autocomplete="off" />
        {effective}
        {missing}
        {lines}
        <SelectField form=state.clone() name="document" label=t.agreement_original() hint=t.agreement_original_hint()
            options=documents value="" nothing=t.agreement_original_none() />
    };
    staff_form(read, RecordSignatures::PATH, state, fields.into_any(), t.agreement_sign_button(), t)
}

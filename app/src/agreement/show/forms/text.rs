//! The form that adds a text, and the one with which a party says what it thinks of it.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::super::parts::version_name;
use crate::agreement::events::labels;
use crate::agreement::files::TEXTS;
use crate::agreement::model::{Tongue, Word};
use crate::agreement::read::AgreementPage;
use crate::agreement::store::Party;
use crate::agreement::words::GiveWord;
use crate::document::pages::ENDINGS;
use crate::language::Texts;
use crate::ui::form::{ErrorSummary, FILE, FileField, FormId, FormState, SelectField, TextArea, TextField};
use crate::ui::icon::Icon;

pub(super) fn text(read: &AgreementPage, state: &FormState, t: &'static Texts) -> AnyView {
    let mut languages: Vec<(String, String)> = Tongue::ALL
        .iter()
        .map(|tongue| (tongue.code().to_owned(), t.agreement_tongue_of(*tongue).to_owned()))
        .collect();
    let current = read.current();
    // The other language can be added to the text as it is, while it has one only.
    let has: Vec<Tongue> = current
        .map(|version| read.texts.iter().filter(|text| text.version == version.id).map(|text| text.tongue()).collect())
        .unwrap_or_default();
    let into = current.filter(|_| matches!(has[..], [Tongue::En] | [Tongue::Zh])).map(|version| {
        let options = vec![
            (String::new(), t.agreement_into_new().to_owned()),
            (version.id.to_string(), t.agreement_into_current(version_name(version, t))),
        ];
        view! { <SelectField form=state.clone() name="into" label=t.agreement_into() options=options value="" /> }
    });
    if current.is_none() {
        languages.rotate_right(1);
    }
    let warning = (!read.words.is_empty())
        .then(|| view! { <p class="notice attention"><Icon name="alert-triangle" />{t.agreement_warn_words()}</p> });
    let first = current.is_none();
    let labels = vec![
        (FILE, t.document_file()),
        ("language", t.agreement_text_language()),
        ("into", t.agreement_into()),
        ("changes", t.agreement_changes()),
    ];
    view! {
        <form class="form" method="post" action=TEXTS.replace("{id}", &read.agreement.number)
            enctype="multipart/form-data">
            <ErrorSummary form=state.clone() labels=labels />
            {warning}
            <FormId form=state.clone() />
            <input type="hidden" name="version" value=read.agreement.version.to_string() />
            {into}
            <SelectField form=state.clone() name="language" label=t.agreement_text_language() options=languages value="" />
            <TextArea form=state.clone() name="changes" label=t.agreement_changes() hint=t.agreement_changes_hint() value=""
                rows=3 optional=first />
            <FileField form=state.clone() label=t.document_file() hint=t.document_file_hint() accept=ENDINGS />
            <div class="form-actions">
                <button class="button primary"><Icon name="upload" />{t.agreement_add_text()}</button>
                <a class="button quiet" href=read.agreement.url()>{t.form_cancel()}</a>
            </div>
        </form>
    }
    .into_any()
}

pub(super) fn word(read: &AgreementPage, party: &Party, state: &FormState, t: &'static Texts) -> AnyView {
    let Some(current) = read.current() else { return ().into_any() };
    let options =
        Word::ALL.iter().map(|word| (word.code().to_owned(), t.agreement_word_of(*word).to_owned())).collect();
    let staff = read.actor.may_edit_agreements();
    let told = staff.then(|| {
        view! {
            <TextField form=state.clone() name="told_by" label=t.agreement_told_by() hint=t.agreement_told_by_hint()
                value="" autocomplete="off" />
        }
    });
    let about = t.agreement_word_about(version_name(current, t));
    let button = if staff { t.agreement_note_word() } else { t.agreement_give_word() };
    view! {
        <form class="form" method="post" action=GiveWord::PATH novalidate>
            <ErrorSummary form=state.clone() labels=labels(t) />
            <p class="hint">{about}</p>
            <input type="hidden" name="id" value=read.agreement.number.clone() />
            <input type="hidden" name="text" value=current.id.to_string() />
            <input type="hidden" name="party" value=party.id.to_string() />
            <SelectField form=state.clone() name="word" label=t.agreement_word() options=options value=""
                nothing=t.agreement_choose() />
            <TextArea form=state.clone() name="reason" label=t.agreement_reason() hint=t.agreement_word_hint() value=""
                rows=3 optional=true />
            {told}
            <div class="form-actions">
                <button class="button primary">{button}</button>
                <a class="button quiet" href=read.agreement.url()>{t.form_cancel()}</a>
            </div>
        </form>
    }
    .into_any()
}

//! The forms of the parties: one more, another role or contacts, one less.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::staff_form;
use crate::agreement::parties::{AddParty, EditParty, RemoveParty};
use crate::agreement::read::AgreementPage;
use crate::agreement::store::Party;
use crate::company::choice::CompanyField;
use crate::language::{Language, Texts};
use crate::ui::form::{CheckList, FormState, TextArea, TextField};
use crate::ui::icon::Icon;

pub(super) fn add_party(read: &AgreementPage, state: &FormState, t: &'static Texts, language: Language) -> AnyView {
    let warning = (!read.words.is_empty())
        .then(|| view! { <p class="notice attention"><Icon name="alert-triangle" />{t.agreement_warn_words()}</p> });
    let fields = view! {
        {warning}
        <CompanyField form=state.clone() name="company" label=t.agreement_company() value=String::new()
            choices=read.companies.clone() language=language />
        <TextField form=state.clone() name="role" label=t.agreement_role() hint=t.agreement_role_hint() value=""
            optional=true autocomplete="off" />
    };
    staff_form(read, AddParty::PATH, state, fields.into_any(), t.agreement_add_party(), t)
}

pub(super) fn edit_party(
    read: &AgreementPage,
    place: usize,
    party: &Party,
    state: &FormState,
    t: &'static Texts,
) -> AnyView {
    let chosen: Vec<String> =
        read.contacts.iter().filter(|contact| contact.party == party.id).map(|contact| contact.code()).collect();
    let mut options: Vec<(String, String)> = Vec::new();
    for contact in read.possible.iter().chain(read.contacts.iter().filter(|contact| contact.party == party.id)) {
        if options.iter().all(|(code, _)| *code != contact.code()) {
            let mut text = crate::privacy::model::shown_name(&contact.name, t);
            if !contact.title.is_empty() {
                text = format!("{text} · {}", contact.title);
            }
            if contact.account.is_some() {
                text = format!("{text} · {}", t.agreement_has_account());
            }
            options.push((contact.code(), text));
        }
    }
    let none = options.is_empty().then(|| view! { <p class="hint">{t.agreement_no_contacts()}</p> });
    let contacts = (!options.is_empty()).then(|| {
        view! {
            <CheckList form=state.clone() name="contacts" label=t.agreement_contacts() options=options values=chosen />
        }
    });
    let order = read.state.is_open().then(|| {
        view! {
            <TextField form=state.clone() name="place" label=t.agreement_place() hint=t.agreement_place_hint()
                value=(place + 1).to_string() kind="number" />
        }
    });
    let fields = view! {
        <input type="hidden" name="party" value=party.id.to_string() />
        <TextField form=state.clone() name="role" label=t.agreement_role() hint=t.agreement_role_hint()
            value=party.role.clone() optional=true autocomplete="off" />
        {order}{contacts}{none}
    };
    staff_form(read, EditParty::PATH, state, fields.into_any(), t.company_save(), t)
}

pub(super) fn remove_party(read: &AgreementPage, party: &Party, state: &FormState, t: &'static Texts) -> AnyView {
    let fields = view! {
        <p class="notice attention"><Icon name="alert-triangle" />{t.agreement_warn_remove()}</p>
        <input type="hidden" name="party" value=party.id.to_string() />
        <TextArea form=state.clone() name="reason" label=t.agreement_reason() hint=t.agreement_reason_hint() value="" rows=3 />
    };
    staff_form(read, RemoveParty::PATH, state, fields.into_any(), t.agreement_remove_party(), t)
}

//! The forms on a person's page: each does one thing, and what is not easily undone asks first.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{AffiliatePerson, EditPerson, PersonPage};
use super::entry::{EndSessions, ReinstatePerson, RemoveFactors, SuspendPerson};
use super::looking::LookAs;
use crate::actor::{Rights, Role};
use crate::backend::refused::RefusedPost;
use crate::error::Error;
use crate::language::Texts;
use crate::ui::form::{ErrorSummary, FormState, SelectField, TextField};
use crate::ui::icon::Icon;

pub(super) type Refused = Arc<RefusedPost>;

/// What was refused, whichever form it was: some have no fields, and some are gone from the page by then.
pub(super) fn refusals(refused: Option<&Refused>, t: &'static Texts) -> AnyView {
    let paths = [
        LookAs::PATH,
        EditPerson::PATH,
        AffiliatePerson::PATH,
        EndSessions::PATH,
        RemoveFactors::PATH,
        SuspendPerson::PATH,
        ReinstatePerson::PATH,
    ];
    let labels = vec![
        ("name", t.users_name()),
        ("role", t.users_role()),
        ("company", t.company_name()),
        ("rights", t.affiliation_rights()),
        ("title", t.affiliation_title()),
        ("reason", t.users_reason()),
    ];
    paths
        .into_iter()
        .find(|path| refused.is_some_and(|post| post.endpoint == *path))
        .map(|path| view! { <ErrorSummary form=FormState::new(t, refused, path) labels=labels /> })
        .into_any()
}

/// The version that a form starts from: after a conflict what stands there now, which the page shows.
fn version(read: &PersonPage, form: &FormState) -> String {
    let stored = read.person.version.to_string();
    if matches!(form.error(), Some(Error::Conflict)) { stored } else { form.value("version", &stored) }
}

fn identity(read: &PersonPage) -> AnyView {
    view! { <input type="hidden" name="id" value=read.person.id.to_string() /> }.into_any()
}

fn rights_options(t: &'static Texts) -> Vec<(String, String)> {
    Rights::ALL.into_iter().map(|rights| (rights.code().to_owned(), t.rights(rights).to_owned())).collect()
}

pub(super) fn look_as(read: &PersonPage, _: Option<&Refused>, t: &'static Texts) -> Option<AnyView> {
    read.actor.may_look_as(read.person.id, read.person.role()).ok().filter(|()| read.person.erased_at.is_none())?;
    let form = view! {
        <form method="post" action=LookAs::PATH>
            {identity(read)}
            <button class="button"><Icon name="user" />{t.looking_as()}</button>
        </form>
    };
    Some(form.into_any())
}

/// Name and role. Who is to become a representative needs a company in the same step.
pub(super) fn edit(read: &PersonPage, refused: Option<&Refused>, t: &'static Texts) -> Option<AnyView> {
    let person = &read.person;
    if person.erased_at.is_some() {
        return None;
    }
    let form = FormState::new(t, refused, EditPerson::PATH);
    let own = person.id == read.actor.id;
    let role = if own {
        // One's own role is somebody else's to change.
        let code = person.role().code();
        view! { <input type="hidden" name="role" value=code /><p class="hint">{t.users_own_role()}</p> }.into_any()
    } else {
        let roles = Role::ALL.into_iter().map(|role| (role.code().to_owned(), t.role(role).to_owned())).collect();
        let becomes = (person.role() != Role::Representative).then(|| {
            view! {
                <fieldset class="field">
                    <legend>{t.users_as_representative()}</legend>
                    <TextField form=form.clone() name="company" label=t.company_name() hint=t.users_company_hint() value=""
                        optional=true autocomplete="off" />
                    <SelectField form=form.clone() name="rights" label=t.affiliation_rights() options=rights_options(t)
                        value=Rights::Manager.code() />
                </fieldset>
            }
        });
        view! {
            <SelectField form=form.clone() name="role" label=t.users_role() hint=t.users_role_hint() options=roles
                value=person.role().code() />
            {becomes}
        }
        .into_any()
    };
    let open = form.error().is_some();
    let panel = view! {
        <details class="adding" open=open>
            <summary class="button"><Icon name="pencil" />{t.users_edit()}</summary>
            <form class="form" method="post" action=EditPerson::PATH>
                {identity(read)}
                <input type="hidden" name="version" value=version(read, &form) />
                <TextField form=form name="name" label=t.users_name() value=person.name.clone() autocomplete="off" />
                {role}
                <div class="form-actions"><button class="button primary">{t.company_save()}</button></div>
            </form>
        </details>
    };
    Some(panel.into_any())
}

/// One more company for a representative.
pub(super) fn affiliate(read: &PersonPage, refused: Option<&Refused>, t: &'static Texts) -> Option<AnyView> {
    if read.person.role() != Role::Representative || read.person.erased_at.is_some() {
        return None;
    }
    let form = FormState::new(t, refused, AffiliatePerson::PATH);
    let open = form.error().is_some();
    let panel = view! {
        <details class="adding" open=open>
            <summary class="button"><Icon name="plus" />{t.users_affiliate()}</summary>
            <form class="form" method="post" action=AffiliatePerson::PATH>
                {identity(read)}
                <TextField form=form.clone() name="company" label=t.company_name() hint=t.users_company_hint() value=""
                    autocomplete="off" />
                <SelectField form=form.clone() name="rights" label=t.affiliation_rights() options=rights_options(t)
                    value=Rights::Manager.code() />
                <TextField form=form name="title" label=t.affiliation_title() hint=t.affiliation_title_hint() value=""
                    optional=true autocomplete="off" />
                <div class="form-actions"><button class="button primary">{t.users_affiliate()}</button></div>
            </form>
        </details>
    };
    Some(panel.into_any())
}

pub(super) fn end_sessions(read: &PersonPage, _: Option<&Refused>, t: &'static Texts) -> Option<AnyView> {
    if read.sessions.is_empty() {
        return None;
    }
    let form = view! {
        <form method="post" action=EndSessions::PATH>
            {identity(read)}
            <button class="button">{t.users_end_sessions()}</button>
        </form>
    };
    Some(form.into_any())
}

/// A button whose question opens over the page.
fn asking(id: &'static str, button: &'static str, question: String, yes: &'static str, form: AnyView) -> AnyView {
    let opener = view! { <button type="button" class="button danger" popovertarget=id>{button}</button> };
    view! {
        {opener}
        <div popover="auto" class="asks" id=id role="dialog" aria-label=yes><p>{question}</p>{form}</div>
    }
    .into_any()
}

pub(super) fn factors(read: &PersonPage, _: Option<&Refused>, t: &'static Texts) -> Option<AnyView> {
    let person = &read.person;
    if person.id == read.actor.id || person.authenticators + person.passkeys == 0 {
        return None;
    }
    let form = view! {
        <form method="post" action=RemoveFactors::PATH>
            {identity(read)}
            <div class="actions"><button class="button danger primary">{t.users_remove_factors()}</button></div>
        </form>
    };
    let asks = t.users_remove_factors_asks(&person.name);
    let asking = asking("remove-factors", t.users_remove_factors(), asks, t.users_remove_factors(), form.into_any());
    Some(view! { <section class="panel"><h2>{t.users_factor()}</h2>{asking}</section> }.into_any())
}

pub(super) fn suspension(read: &PersonPage, refused: Option<&Refused>, t: &'static Texts) -> Option<AnyView> {
    let person = &read.person;
    if person.id == read.actor.id || person.erased_at.is_some() {
        return None;
    }
    if person.suspended_at.is_some() {
        let form = view! {
            <section class="panel"><form method="post" action=ReinstatePerson::PATH>
                {identity(read)}
                <input type="hidden" name="version" value=person.version.to_string() />
                <button class="button primary">{t.users_reinstate()}</button>
            </form></section>
        };
        return Some(form.into_any());
    }
    let form = FormState::new(t, refused, SuspendPerson::PATH);
    let open = form.error().is_some();
    let panel = view! {
        <details class="adding" open=open>
            <summary class="button danger">{t.users_suspend()}</summary>
            <form class="form" method="post" action=SuspendPerson::PATH>
                <p>{t.users_suspend_asks(&person.name)}</p>
                {identity(read)}
                <input type="hidden" name="version" value=version(read, &form) />
                <TextField form=form name="reason" label=t.users_reason() hint=t.users_reason_hint() value=""
                    autocomplete="off" />
                <div class="form-actions"><button class="button danger primary">{t.users_suspend()}</button></div>
            </form>
        </details>
    };
    Some(panel.into_any())
}

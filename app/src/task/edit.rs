//! The form of a task.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, CreateTask, EditTask, TaskFormPage};
use super::events::{labels, shown};
use super::list_view::PATH;
use super::model::About;
use crate::backend::context::Visit;
use crate::backend::refused::RefusedPost;
use crate::error::{Error, Result};
use crate::language::{Language, Texts};
use crate::ui::form::{ErrorSummary, FormId, FormState, SelectField, TextArea, TextField, TypedAndStored, drafts};
use crate::ui::form_island::LiveForm;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

/// `/tasks/new`; `?company=`, `?enquiry=` and `?interaction=` say what it is about.
pub async fn create(visit: Visit, at: At) -> Result<Page> {
    let id = |name: &str| at.query.get(name).parse().ok();
    let about = About { company: id("company"), enquiry: id("enquiry"), interaction: id("interaction") };
    let read = api::new_task(&visit, about).await?;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let page = Page::new(visit.texts().task_add(), move |t| {
        let form = FormState::new(t, refused.as_ref(), CreateTask::PATH);
        let hidden = [("company", about.company), ("enquiry", about.enquiry), ("interaction", about.interaction)];
        let hidden = hidden
            .into_iter()
            .filter_map(|(name, id)| Some((name, id?)))
            .map(|(name, id)| view! { <input type="hidden" name=name value=id.to_string() /> })
            .collect_view();
        let back = read.links.first().map_or_else(|| PATH.to_owned(), |(url, _)| url.clone());
        let fields = view! { <FormId form=form.clone() />{hidden}{drafts(read.actor.id, t)}{fields(&read, &form, t)} }
            .into_any();
        frame(&read, form, CreateTask::PATH, t.task_add(), back, fields, t)
    });
    Ok(page.section(Section::Today).actor(actor))
}

/// `/tasks/{id}/edit`
pub async fn edit(visit: Visit, at: At) -> Result<Page> {
    let read = api::edit_task_page(&visit, at.id()).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let page = Page::new(visit.texts().task_edit(), move |t| {
        let form = FormState::new(t, refused.as_ref(), EditTask::PATH);
        let Some(task) = &read.task else { return ().into_any() };
        let conflict = matches!(form.error(), Some(Error::Conflict));
        // Saving again starts from the version that stands there now, which the notice shows.
        let stored = task.version.to_string();
        let version = if conflict { stored } else { form.value("version", &stored) };
        let notice = refused.as_deref().filter(|_| conflict).map(|post| differences(&read, post, t, language));
        let fields = view! {
            {notice}
            <input type="hidden" name="id" value=task.id.to_string() />
            <input type="hidden" name="version" value=version />
            {drafts(read.actor.id, t)}
            {fields(&read, &form, t)}
        };
        frame(&read, form, EditTask::PATH, t.task_edit(), task.url(), fields.into_any(), t)
    });
    Ok(page.section(Section::Today).actor(actor))
}

fn frame(
    read: &TaskFormPage,
    form: FormState,
    action: &'static str,
    title: &'static str,
    back: String,
    fields: AnyView,
    t: &'static Texts,
) -> AnyView {
    let conflict = matches!(form.error(), Some(Error::Conflict));
    let crumbs = read.links.iter().map(|(url, name)| view! { <a href=url.clone()>{name.clone()}</a> }).collect_view();
    view! {
        <header class="page-head">
            <p class="crumbs"><a href=PATH>{t.task_title()}</a>{crumbs}</p>
            <h1>{title}</h1>
        </header>
        <LiveForm action=action.to_owned() unreachable=t.error_unreachable().to_owned() colon=t.form_colon().to_owned()
            validate=false>
            {(!conflict).then(|| view! { <ErrorSummary form=form labels=labels(t) /> })}
            {fields}
            <div class="form-actions">
                <button class="button primary">{t.task_save()}</button>
                <a class="button quiet" href=back>{t.form_cancel()}</a>
            </div>
        </LiveForm>
    }
    .into_any()
}

fn fields(read: &TaskFormPage, form: &FormState, t: &'static Texts) -> AnyView {
    let stored = read.task.as_ref().map(|task| &task.details);
    let text = |of: fn(&super::model::Details) -> &String| stored.map(of).cloned().unwrap_or_default();
    let owner = stored.map_or(read.actor.id, |details| details.owner).to_string();
    let owners = read.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    view! {
        <TextField form=form.clone() name="title" label=t.task_what() hint=t.task_what_hint() value=text(|d| &d.title)
            autocomplete="off" />
        <TextField form=form.clone() name="due_on" label=t.task_due_on() value=text(|d| &d.due_on) kind="date" />
        <SelectField form=form.clone() name="owner" label=t.task_owner() hint=t.task_owner_hint() options=owners
            value=owner />
        <TextArea form=form.clone() name="note" label=t.task_note() value=text(|d| &d.note) optional=true rows=4 />
    }
    .into_any()
}

/// After a concurrent edit: what was typed stays in the form, and what stands there now is shown above it.
fn differences(read: &TaskFormPage, post: &RefusedPost, t: &'static Texts, language: Language) -> AnyView {
    let stored = read.task.as_ref().map(|task| task.details.fields()).unwrap_or_default();
    let labels = labels(t);
    let rows = stored
        .into_iter()
        .map(|(field, theirs)| {
            let mine = post.value(field).unwrap_or_default().trim().replace("\r\n", "\n");
            (field, mine, theirs)
        })
        .filter(|(_, mine, theirs)| mine != theirs)
        .map(|(field, mine, theirs)| {
            let label = labels.iter().find(|(name, _)| *name == field).map_or("", |(_, label)| *label);
            let value = |value: &str| match value {
                "" => t.conflict_empty().to_owned(),
                value => shown(field, value, &read.owners, t, language),
            };
            (label, value(&mine), value(&theirs))
        })
        .collect();
    let rival = read.rival.as_ref().map(|event| {
        let name = event.actor_name.clone().unwrap_or_else(|| t.conflict_somebody().to_owned());
        view! { <p>{name}" · "<Moment at=event.at language=language /></p> }.into_any()
    });
    view! { <TypedAndStored said=t.task_conflict() who=rival rows=rows texts=t /> }.into_any()
}

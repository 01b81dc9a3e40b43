//! The form of an interaction.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, EditInteraction, InteractionFormPage, RecordInteraction, Takers};
use super::events::labels;
use super::list_view::PATH;
use super::model::{Interaction, Kind};
use crate::backend::context::Visit;
use crate::backend::refused::RefusedPost;
use crate::company::choice::CompanyField;
use crate::error::{Error, Result};
use crate::language::{Language, Texts};
use crate::time::Timestamp;
use crate::ui::form::{
    CheckList, ErrorSummary, FormId, FormState, SelectField, TextArea, TextField, TypedAndStored, drafts,
};
use crate::ui::form_island::LiveForm;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

/// `/interactions/new`; `?company=` says with whom.
pub async fn create(visit: Visit, at: At) -> Result<Page> {
    let company = at.query.get("company").parse().ok();
    let read = api::new_interaction(&visit, company).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let page = Page::new(visit.texts().interaction_record(), move |t| {
        let form = FormState::new(t, refused.as_ref(), RecordInteraction::PATH);
        let fields = view! {
            <FormId form=form.clone() />
            {drafts(read.actor.id, t)}
            {fields(&read, &form, t, language)}
            <h2>{t.interaction_next()}</h2>
            {next_fields(&read.takers, read.actor.id, &form, t)}
        };
        let back = company.map_or_else(|| PATH.to_owned(), crate::company::model::url);
        frame(form, RecordInteraction::PATH, t.interaction_record(), None, back, fields.into_any(), t)
    });
    Ok(page.section(Section::Companies).actor(actor))
}

/// `/interactions/{id}/edit`
pub async fn edit(visit: Visit, at: At) -> Result<Page> {
    let read = api::edit_interaction_page(&visit, at.id()).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let page = Page::new(visit.texts().interaction_edit(), move |t| {
        let form = FormState::new(t, refused.as_ref(), EditInteraction::PATH);
        let Some(interaction) = &read.interaction else { return ().into_any() };
        let conflict = matches!(form.error(), Some(Error::Conflict));
        // Saving again starts from the version that stands there now, which the notice shows.
        let stored = interaction.version.to_string();
        let version = if conflict { stored } else { form.value("version", &stored) };
        let typed = refused.as_deref().filter(|_| conflict);
        let notice = typed.map(|post| differences(&read, interaction, post, t, language));
        let fields = view! {
            {notice}
            <input type="hidden" name="id" value=interaction.id.to_string() />
            <input type="hidden" name="version" value=version />
            {drafts(read.actor.id, t)}
            {fields(&read, &form, t, language)}
        };
        let kind = t.interaction_kind_of(interaction.details.kind);
        let crumb = Some((interaction.url(), format!("{kind} · {}", interaction.details.at.day(language))));
        let title = t.interaction_edit();
        frame(form, EditInteraction::PATH, title, crumb, interaction.url(), fields.into_any(), t)
    });
    Ok(page.section(Section::Companies).actor(actor))
}

fn frame(
    form: FormState,
    action: &'static str,
    title: &'static str,
    crumb: Option<(String, String)>,
    back: String,
    fields: AnyView,
    t: &'static Texts,
) -> AnyView {
    let conflict = matches!(form.error(), Some(Error::Conflict));
    view! {
        <header class="page-head">
            <p class="crumbs"><a href=PATH>{t.interaction_title()}</a>{crumb.map(|(url, name)| view! { <a href=url>{name}</a> })}</p>
            <h1>{title}</h1>
        </header>
        <LiveForm action=action.to_owned() unreachable=t.error_unreachable().to_owned() colon=t.form_colon().to_owned()
            validate=false>
            {(!conflict).then(|| view! { <ErrorSummary form=form labels=labels(t) /> })}
            {fields}
            <div class="form-actions">
                <button class="button primary">{t.interaction_save()}</button>
                <a class="button quiet" href=back>{t.form_cancel()}</a>
            </div>
        </LiveForm>
    }
    .into_any()
}

/// Kind and moment, which every form of an interaction begins with.
pub(super) fn first_fields(kind: &str, at: &str, form: &FormState, t: &'static Texts) -> AnyView {
    let kinds =
        Kind::ALL.iter().map(|kind| (kind.code().to_owned(), t.interaction_kind_of(*kind).to_owned())).collect();
    view! {
        <SelectField form=form.clone() name="kind" label=t.interaction_kind() options=kinds value=kind />
        <TextField form=form.clone() name="at" label=t.interaction_at() hint=t.shell_zone_of_time() value=at
            kind="datetime-local" />
    }
    .into_any()
}

/// Who took part, as choices.
pub(super) fn takers(
    takers: &Takers,
    people: Vec<String>,
    colleagues: Vec<String>,
    form: &FormState,
    t: &'static Texts,
) -> AnyView {
    let options = |list: &[(uuid::Uuid, String)]| -> Vec<(String, String)> {
        list.iter().map(|(id, name)| (id.to_string(), name.clone())).collect()
    };
    let of_company = (!takers.people.is_empty() || form.problem("people").is_some()).then(|| {
        view! {
            <CheckList form=form.clone() name="people" label=t.interaction_people() options=options(&takers.people)
                values=people />
        }
    });
    view! {
        {of_company}
        <CheckList form=form.clone() name="colleagues" label=t.interaction_colleagues()
            options=options(&takers.colleagues) values=colleagues />
    }
    .into_any()
}

/// The fields of what comes next.
pub(super) fn next_fields(takers: &Takers, me: uuid::Uuid, form: &FormState, t: &'static Texts) -> AnyView {
    let owners = takers.owners.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    view! {
        <TextField form=form.clone() name="next_step" label=t.interaction_next_step() hint=t.interaction_next_hint()
            value="" optional=true autocomplete="off" />
        <TextField form=form.clone() name="next_due" label=t.interaction_next_due() value="" optional=true kind="date" />
        <SelectField form=form.clone() name="next_owner" label=t.interaction_next_owner() options=owners
            value=me.to_string() optional=true />
    }
    .into_any()
}

fn fields(read: &InteractionFormPage, form: &FormState, t: &'static Texts, language: Language) -> AnyView {
    let stored = read.interaction.as_ref().map(|interaction| &interaction.details);
    let ids = |ids: &[uuid::Uuid]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (people, colleagues) = match stored {
        Some(details) => (ids(&details.people), ids(&details.colleagues)),
        None => (Vec::new(), vec![read.actor.id.to_string()]),
    };
    let at = stored.map_or_else(|| read.now.clone(), |details| details.at.local());
    let (first, others) = read
        .companies
        .split_first()
        .map_or_else(Default::default, |(first, others)| (first.clone(), others.join("\n")));
    view! {
        {first_fields(stored.map_or("meeting", |details| details.kind.code()), &at, form, t)}
        <CompanyField form=form.clone() name="company" label=t.interaction_company() value=first
            choices=read.choices.clone() language=language />
        <TextArea form=form.clone() name="other_companies" label=t.interaction_other_companies()
            hint=t.interaction_other_companies_hint() value=others optional=true rows=2 />
        {takers(&read.takers, people, colleagues, form, t)}
        <TextField form=form.clone() name="others" label=t.interaction_others() hint=t.interaction_others_hint()
            value=stored.map(|details| details.others.clone()).unwrap_or_default() optional=true autocomplete="off" />
        <TextArea form=form.clone() name="summary" label=t.interaction_summary() hint=t.interaction_summary_hint()
            value=stored.map(|details| details.summary.clone()).unwrap_or_default() rows=8 />
    }
    .into_any()
}

/// After a concurrent edit: what was typed stays in the form, and what stands there now is shown above it.
fn differences(
    read: &InteractionFormPage,
    interaction: &Interaction,
    post: &RefusedPost,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let details = &interaction.details;
    let typed = |name: &str| post.value(name).unwrap_or_default().trim().replace("\r\n", "\n");
    let named = |chosen: &mut dyn Iterator<Item = String>, list: &[(uuid::Uuid, String)]| {
        let name = |id: String| {
            let found = list.iter().find(|(known, _)| known.to_string() == id);
            found.map_or_else(|| "…".to_owned(), |(_, name)| name.clone())
        };
        let mut names: Vec<String> = chosen.map(name).collect();
        names.sort();
        names.join(t.form_comma())
    };
    let posted = |field: &str, list: &[(uuid::Uuid, String)]| {
        named(&mut post.values(field).flat_map(str::split_whitespace).map(str::to_owned), list)
    };
    let kept =
        |ids: &[uuid::Uuid], list: &[(uuid::Uuid, String)]| named(&mut ids.iter().map(ToString::to_string), list);
    let takers = &read.takers;
    let kind = |code: &str| Kind::from_code(code).map_or("", |kind| t.interaction_kind_of(kind)).to_owned();
    let moment = |at: &str| Timestamp::from_local(at).map_or_else(|| at.to_owned(), |at| at.long(language));
    let (first, others) = read
        .companies
        .split_first()
        .map_or_else(Default::default, |(first, others)| (first.clone(), others.join("\n")));
    let rows = [
        ("kind", kind(&typed("kind")), kind(details.kind.code())),
        ("at", moment(&typed("at")), details.at.long(language)),
        ("company", typed("company"), first),
        ("other_companies", typed("other_companies"), others),
        ("people", posted("people[]", &takers.people), kept(&details.people, &takers.people)),
        ("colleagues", posted("colleagues[]", &takers.colleagues), kept(&details.colleagues, &takers.colleagues)),
        ("others", typed("others"), details.others.clone()),
        ("summary", typed("summary"), details.summary.clone()),
    ];
    let labels = labels(t);
    let rows = rows
        .into_iter()
        .filter(|(_, mine, theirs)| mine != theirs)
        .map(|(field, mine, theirs)| {
            let label = labels.iter().find(|(name, _)| *name == field).map_or("", |(_, label)| *label);
            let value = |value: String| if value.is_empty() { t.conflict_empty().to_owned() } else { value };
            (label, value(mine), value(theirs))
        })
        .collect();
    let rival = read.rival.as_ref().map(|event| {
        let name = event.actor_name.clone().unwrap_or_else(|| t.conflict_somebody().to_owned());
        view! { <p>{name}" · "<Moment at=event.at language=language /></p> }.into_any()
    });
    view! { <TypedAndStored said=t.interaction_conflict() who=rival rows=rows texts=t /> }.into_any()
}

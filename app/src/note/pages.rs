//! `/companies/{id}/notes`: what the zone notes of a company, set apart from all that the company sees.

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{self, AddNote, CorrectNote, EditNote, NoteList, PAGE, RemoveNote};
use super::mention::{Named, pieces};
use super::model::{Note, list_url};
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Texts, number};
use crate::privacy::model::shown_name;
use crate::ui::form::{ErrorSummary, FormId, FormState, TextArea, TextField};
use crate::ui::icon::Icon;
use crate::web::page::{At, Page, Section};
use crate::writing::model::Writing;
use crate::writing::views::{Endpoints, Place, UnderWay, pager};

const ENDPOINTS: Endpoints = Endpoints { edit: EditNote::PATH, correct: CorrectNote::PATH, remove: RemoveNote::PATH };

/// `/companies/{id}/notes`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let page = at.query.page();
    let read = api::list_notes(&visit, at.id()?, page).await?;
    let under_way = UnderWay::of(&at.query);
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let drawn = Page::new(visit.texts().note_title(), move |t| {
        let path = list_url(read.company.id);
        let writes = read.actor.writes_notes_of(read.company.id).is_ok();
        let place = Place {
            actor: &read.actor,
            writes,
            removes: writes,
            now: read.now,
            path: &path,
            endpoints: ENDPOINTS,
            refused: refused.as_ref(),
            under_way,
        };
        let items: Vec<AnyView> = read.notes.iter().map(|note| item(&read, note, &place, t)).collect();
        let form = (writes && !place.is_busy(writings(&read)))
            .then(|| add_form(&read, &FormState::new(t, refused.as_ref(), AddNote::PATH), t));
        let body = if read.count == 0 {
            view! { <p class="hint">{t.note_none()}</p> }.into_any()
        } else {
            view! { <ol class="written">{items}</ol> }.into_any()
        };
        let name = t.language.prefer(&read.company.facts.name_en, &read.company.facts.name_zh).to_owned();
        view! {
            <header class="page-head">
                <p class="crumbs">
                    <a href=crate::company::list_view::PATH>{t.companies_title()}</a><a href=read.company.url()>{name}</a>
                </p>
                <h1>{t.note_title()}</h1>
                <span class="badge attention">{t.note_internal()}</span>
            </header>
            <div class="internal attention">
                {banner(t)}
                {place.refusal(writings(&read), t)}
                {form}
                <p class="count" role="status">{t.note_count(number(read.count))}</p>
                {body}
            </div>
            {pager(&path, page, PAGE, read.count, t)}
        }
        .into_any()
    });
    Ok(drawn.section(Section::Companies).actor(actor))
}

/// Says who never sees this.
pub fn banner(t: &'static Texts) -> AnyView {
    view! {
        <p class="internal-mark"><Icon name="lock" /><strong>{t.note_internal()}</strong>" "{t.note_never_seen()}</p>
    }
    .into_any()
}

fn writings(read: &NoteList) -> impl Iterator<Item = &Writing> {
    read.notes.iter().chain(&read.corrections).map(|note| &note.writing)
}

fn item(read: &NoteList, note: &Note, place: &Place<'_>, t: &'static Texts) -> AnyView {
    let writing = &note.writing;
    let below = read
        .corrections
        .iter()
        .filter(|correction| correction.writing.corrects == Some(writing.id))
        .map(|correction| item(read, correction, place, t))
        .collect();
    let named = named_in(&read.mentions, writing.id);
    let told = (!named.is_empty() && writing.removed.is_none()).then(|| {
        let names: Vec<String> = named.iter().map(|(_, name)| shown_name(name, t)).collect();
        view! { <p class="hint">{t.note_told(names.join(t.form_comma()))}</p> }.into_any()
    });
    place.item(writing, None, body(&writing.body, &named), told, below, t)
}

/// Those who are named in a note.
pub fn named_in(mentions: &[(Uuid, Uuid, String)], note: Uuid) -> Vec<Named> {
    let of = mentions.iter().filter(|(in_note, ..)| *in_note == note);
    of.map(|(_, account, name)| (*account, name.clone())).collect()
}

/// A note's text, in which those are marked who were told: a name that was not recognised is seen at once.
pub fn body(text: &str, named: &[Named]) -> AnyView {
    pieces(text, named)
        .into_iter()
        .map(|(piece, person)| {
            let piece = piece.to_owned();
            match person {
                Some(_) => view! { <b class="mention">{piece}</b> }.into_any(),
                None => piece.into_any(),
            }
        })
        .collect_view()
        .into_any()
}

fn add_form(read: &NoteList, form: &FormState, t: &'static Texts) -> AnyView {
    let options = read.people.iter().map(|(_, name)| view! { <option value=name.clone()></option> }).collect_view();
    view! {
        <form class="form" method="post" action=AddNote::PATH>
            <ErrorSummary form=form.clone() labels=vec![("body", t.note_text()), ("mention", t.note_mention())] />
            <FormId form=form.clone() />
            <input type="hidden" name="company" value=read.company.id.to_string() />
            <TextArea form=form.clone() name="body" label=t.note_text() hint=t.note_text_hint() value="" />
            <TextField form=form.clone() name="mention" label=t.note_mention() hint=t.note_mention_hint() value=""
                optional=true autocomplete="off" list="zone-people" />
            <datalist id="zone-people">{options}</datalist>
            <div class="form-actions"><button class="button primary">{t.note_add()}</button></div>
        </form>
    }
    .into_any()
}

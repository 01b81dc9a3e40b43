//! How messages and notes are drawn: who wrote, when, what, and what can still be done with it.

use std::sync::Arc;

use leptos::prelude::*;
use uuid::Uuid;

use super::model::Writing;
use crate::actor::Actor;
use crate::backend::refused::RefusedPost;
use crate::error::Error;
use crate::language::Texts;
use crate::privacy::model::shown_name;
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormId, FormState, TextArea, TypedAndStored};
use crate::ui::icon::Icon;
use crate::ui::list::beyond;
use crate::ui::moment::Moment;
use crate::ui::query::Query;

/// The place of something written on its page.
pub fn anchor(id: Uuid) -> String {
    format!("written-{id}")
}

/// Where what was written is edited, corrected and removed.
#[derive(Clone, Copy, Debug)]
pub struct Endpoints {
    pub edit: &'static str,
    pub correct: &'static str,
    pub remove: &'static str,
}

/// The page on which something stands, as far as drawing it depends on it.
pub struct Place<'a> {
    pub actor: &'a Actor,
    /// Whether this person writes here now.
    pub writes: bool,
    /// Whether this person may remove here what may be removed.
    pub removes: bool,
    pub now: Timestamp,
    /// The page's address.
    pub path: &'a str,
    pub endpoints: Endpoints,
    pub refused: Option<&'a Arc<RefusedPost>>,
    pub under_way: UnderWay,
}

/// What this person is about to do with one thing on the page: the address says it, so that it works without scripts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnderWay {
    edits: Option<Uuid>,
    corrects: Option<Uuid>,
}

impl UnderWay {
    pub fn of(query: &Query) -> Self {
        Self { edits: query.get("edit").parse().ok(), corrects: query.get("correct").parse().ok() }
    }
}

impl Place<'_> {
    /// Whether this is edited now, on this page.
    fn edits(&self, writing: &Writing) -> bool {
        self.under_way.edits == Some(writing.id) && self.writes && writing.may_edit(self.actor, self.now).is_ok()
    }

    /// Whether this is corrected now. Who took too long over an edit goes on with a correction.
    fn corrects(&self, writing: &Writing) -> bool {
        let asked = [self.under_way.edits, self.under_way.corrects].contains(&Some(writing.id));
        asked && self.writes && writing.may_correct(self.actor, self.now).is_ok()
    }

    /// Whether one of these is edited or corrected: then there is no other form for a text on the page.
    pub fn is_busy<'w>(&self, mut all: impl Iterator<Item = &'w Writing>) -> bool {
        all.any(|writing| self.edits(writing) || self.corrects(writing))
    }

    /// What was refused, where the form that it was typed into is not on the page any more.
    pub fn refusal<'w>(&self, mut all: impl Iterator<Item = &'w Writing>, t: &'static Texts) -> Option<AnyView> {
        let Endpoints { edit, correct, remove } = self.endpoints;
        let post = self.refused.filter(|post| [edit, correct, remove].contains(&post.endpoint.as_str()))?;
        let shown = all.any(|writing| {
            (post.endpoint == edit && self.edits(writing)) || (post.endpoint == correct && self.corrects(writing))
        });
        let form = FormState::new(t, Some(post), &post.endpoint);
        (!shown).then(|| view! { <ErrorSummary form=form labels=vec![("body", t.writing_text())] /> }.into_any())
    }

    /// One thing that was written. `body` is its text as it is shown, `also` what came with it, `below` its corrections.
    pub fn item(
        &self,
        writing: &Writing,
        badge: Option<AnyView>,
        body: AnyView,
        also: Option<AnyView>,
        below: Vec<AnyView>,
        t: &'static Texts,
    ) -> AnyView {
        let language = t.language;
        let head = view! {
            <p class="written-by">
                <strong>{author(writing, self.actor, t)}</strong>" "{badge}" "
                {writing.corrects.map(|_| view! { <span class="badge attention">{t.writing_correction()}</span>" " })}
                <Moment at=writing.at language=language />
                {writing.edited_at.filter(|_| writing.removed.is_none()).map(|at| view! {
                    <span class="hint">" · "{t.writing_edited()}" "<Moment at=at language=language /></span>
                })}
            </p>
        };
        let inner = match writing.removed {
            Some(removed) => {
                let said = if removed.by == Some(writing.by) { t.writing_removed() } else { t.writing_removed_admin() };
                view! { <p class="stone">{said}" · "<Moment at=removed.at language=language /></p> }.into_any()
            }
            None if self.edits(writing) => self.edit_form(writing, t),
            None => view! { <div class="lines">{body}</div>{also}{self.acts(writing, t)} }.into_any(),
        };
        let correction = self.corrects(writing).then(|| self.correct_form(writing, t));
        let below = (!below.is_empty()).then(|| view! { <ol class="written corrections">{below}</ol> });
        let class = if writing.of_zone { "of-zone" } else { "of-company" };
        view! { <li id=anchor(writing.id) class=class>{head}{inner}{below}{correction}</li> }.into_any()
    }

    /// The small links below what was written.
    fn acts(&self, writing: &Writing, t: &'static Texts) -> Option<AnyView> {
        let place = anchor(writing.id);
        let link = |act: &str, text: &'static str| {
            let url = format!("{}?{act}={}#{place}", self.path, writing.id);
            view! { <a href=url>{text}</a> }
        };
        let edit =
            (self.writes && writing.may_edit(self.actor, self.now).is_ok()).then(|| link("edit", t.writing_edit()));
        let correct = (self.writes && writing.may_correct(self.actor, self.now).is_ok())
            .then(|| link("correct", t.writing_correct()));
        let remove = (self.removes && writing.may_remove(self.actor).is_ok()).then(|| self.remove_form(writing, t));
        (edit.is_some() || correct.is_some() || remove.is_some())
            .then(|| view! { <div class="written-acts">{edit}{correct}{remove}</div> }.into_any())
    }

    /// Removing asks first, over the page; the browser itself opens and closes the question.
    fn remove_form(&self, writing: &Writing, t: &'static Texts) -> AnyView {
        let asks = format!("remove-{}", writing.id);
        view! {
            <button type="button" class="button quiet small" popovertarget=asks.clone()>{t.writing_remove()}</button>
            <div popover="auto" class="asks" id=asks.clone() role="dialog" aria-label=t.writing_remove()>
                <form method="post" action=self.endpoints.remove>
                    <input type="hidden" name="id" value=writing.id.to_string() />
                    <p>{t.writing_remove_asks()}</p>
                    <div class="actions">
                        <button class="button danger primary">{t.writing_remove()}</button>
                        <button type="button" class="button" popovertarget=asks.clone() popovertargetaction="hide">{t.form_cancel()}</button>
                    </div>
                </form>
            </div>
        }
        .into_any()
    }

    fn edit_form(&self, writing: &Writing, t: &'static Texts) -> AnyView {
        let form = FormState::new(t, self.refused, self.endpoints.edit);
        let conflict = matches!(form.error(), Some(Error::Conflict));
        let now = writing.version.to_string();
        // After an edit in another window this one goes on from what stands there now, which the notice shows.
        let version = if conflict { now } else { form.value("version", &now) };
        let differs = conflict.then(|| {
            let rows = vec![(t.writing_text(), form.value("body", ""), writing.body.clone())];
            view! { <TypedAndStored said=t.writing_edited_meanwhile() who=None rows=rows texts=t /> }
        });
        view! {
            <form class="form" method="post" action=self.endpoints.edit>
                {(!conflict).then(|| view! { <ErrorSummary form=form.clone() labels=vec![("body", t.writing_text())] /> })}
                {differs}
                <input type="hidden" name="id" value=writing.id.to_string() />
                <input type="hidden" name="version" value=version />
                <TextArea form=form name="body" label=t.writing_text() hint=t.writing_edit_hint() value=writing.body.clone() />
                {self.form_actions(writing, t.writing_save(), t)}
            </form>
        }
        .into_any()
    }

    fn correct_form(&self, writing: &Writing, t: &'static Texts) -> AnyView {
        let form = FormState::new(t, self.refused, self.endpoints.correct);
        let late = self.refused.filter(|post| post.endpoint == self.endpoints.edit);
        let typed = late.and_then(|post| post.value("body")).unwrap_or_default().to_owned();
        view! {
            <form class="form" method="post" action=self.endpoints.correct>
                <ErrorSummary form=form.clone() labels=vec![("body", t.writing_text())] />
                <FormId form=form.clone() />
                <input type="hidden" name="id" value=writing.id.to_string() />
                <TextArea form=form name="body" label=t.writing_correction() hint=t.writing_correct_hint() value=typed />
                {self.form_actions(writing, t.writing_correct(), t)}
            </form>
        }
        .into_any()
    }

    fn form_actions(&self, writing: &Writing, text: &'static str, t: &'static Texts) -> AnyView {
        let back = format!("{}#{}", self.path, anchor(writing.id));
        view! {
            <div class="form-actions">
                <button class="button primary">{text}</button>
                <a class="button quiet" href=back>{t.form_cancel()}</a>
            </div>
        }
        .into_any()
    }
}

/// What was refused of a form that is no longer on the page, with what was typed: nothing that somebody wrote is lost.
pub fn lost(refused: Option<&Arc<RefusedPost>>, endpoint: &str, t: &'static Texts) -> Option<AnyView> {
    let post = refused.filter(|post| post.endpoint == endpoint)?;
    let typed = post.value("body").filter(|body| !body.is_empty()).map(str::to_owned);
    let typed = typed.map(|typed| view! { <blockquote class="source">{typed}</blockquote> });
    let form = FormState::new(t, refused, endpoint);
    Some(view! { <ErrorSummary form=form labels=vec![("body", t.writing_text())] />{typed} }.into_any())
}

/// Who wrote it, as far as the reader may know.
pub fn author(writing: &Writing, reader: &Actor, t: &'static Texts) -> String {
    named(&writing.by_name, writing.of_zone, reader, t)
}

/// A name in a conversation: the zone's people are "zone staff" to a company.
pub fn named(name: &str, of_zone: bool, reader: &Actor, t: &'static Texts) -> String {
    if of_zone && !reader.may_see_staff_names() { t.journal_zone_staff().to_owned() } else { shown_name(name, t) }
}

/// The way to the pages before and after, where the first page is that of the latest.
pub fn pager(path: &str, page: i64, size: i64, count: i64, t: &'static Texts) -> Option<AnyView> {
    if count <= size && page <= 1 {
        return None;
    }
    let url = |page: i64| if page > 1 { format!("{path}?page={page}") } else { path.to_owned() };
    let after_last = beyond(page, size, count, &url, t);
    if after_last.is_some() {
        return after_last;
    }
    let earlier = (page * size < count).then(|| {
        view! { <a rel="prev" href=url(page + 1)><Icon name="chevron-left" />{t.writing_earlier()}</a> }
    });
    let later = (page > 1).then(|| {
        view! { <a rel="next" href=url(page - 1)>{t.writing_later()}<Icon name="chevron-right" /></a> }
    });
    Some(view! { <nav class="pager" aria-label=t.list_pages()>{earlier}{later}</nav> }.into_any())
}

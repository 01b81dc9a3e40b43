//! `/account/absence`

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{self, AddAbsence, EndAbsence};
use super::model::Absence;
use crate::actor::Actor;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::date;
use crate::ui::form::{ErrorSummary, FormId, FormState, SelectField, TextField};
use crate::web::page::{At, Page};

pub const PATH: &str = "/account/absence";

pub async fn list(visit: Visit, _: At) -> Result<Page> {
    let (actor, absences, people) = api::read_absences(&visit).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let today = visit.now().date();
    let shown = actor.clone();
    let page = Page::new(visit.texts().absence_title(), move |t| {
        let form = FormState::new(t, refused.as_ref(), AddAbsence::PATH);
        let rows = absences.iter().map(|absence| row(absence, &actor, &people, today, t, language)).collect_view();
        let table = if absences.is_empty() {
            view! { <p class="hint">{t.absence_none()}</p> }.into_any()
        } else {
            view! {
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        <th scope="col">{t.absence_who()}</th><th scope="col">{t.absence_deputy()}</th>
                        <th scope="col">{t.absence_since()}</th><th scope="col">{t.absence_until()}</th>
                        <th scope="col"><span class="visually-hidden">{t.absence_end()}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        };
        view! {
            <header class="page-head"><h1>{t.absence_title()}</h1><p class="subtitle">{t.absence_explained()}</p></header>
            <ErrorSummary form=FormState::new(t, refused.as_ref(), EndAbsence::PATH) labels=Vec::new() />
            <section class="panel"><h2>{t.absence_now()}</h2>{table}</section>
            <section class="panel"><h2>{t.absence_add()}</h2>{form_of(form, &actor, &people, t)}</section>
        }
        .into_any()
    });
    Ok(page.actor(shown))
}

fn name(id: Uuid, people: &[(Uuid, String)]) -> String {
    people.iter().find(|(other, _)| *other == id).map_or_else(|| "…".to_owned(), |(_, name)| name.clone())
}

fn row(
    absence: &Absence,
    actor: &Actor,
    people: &[(Uuid, String)],
    today: jiff::civil::Date,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let who = name(absence.account, people);
    let may = absence.account == actor.id || actor.may_administer();
    let end = may.then(|| {
        let text = if absence.since > today { t.absence_cancel() } else { t.absence_end() };
        view! {
            <form method="post" action=EndAbsence::PATH>
                <input type="hidden" name="id" value=absence.id.to_string() />
                <button class="button small">{text}<span class="visually-hidden">" "{who.clone()}</span></button>
            </form>
        }
    });
    let note = (!absence.note.is_empty()).then(|| view! { <span class="second whole">{absence.note.clone()}</span> });
    let badge = absence.covers(today).then(|| view! { " "<span class="badge attention">{t.absence_is_away()}</span> });
    view! {
        <tr>
            <th scope="row">{who.clone()}{badge}{note}</th>
            <td data-label=t.absence_deputy()>{name(absence.deputy, people)}</td>
            <td class="date" data-label=t.absence_since()>{date(&absence.since.to_string(), language)}</td>
            <td class="date" data-label=t.absence_until()>{date(&absence.until.to_string(), language)}</td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}

fn form_of(form: FormState, actor: &Actor, people: &[(Uuid, String)], t: &'static Texts) -> AnyView {
    let options = |without: Option<Uuid>| -> Vec<(String, String)> {
        let people = people.iter().filter(|(id, _)| Some(*id) != without);
        people.map(|(id, name)| (id.to_string(), name.clone())).collect()
    };
    let who = actor.may_administer().then(|| {
        view! {
            <SelectField form=form.clone() name="account" label=t.absence_who() options=options(None) value=actor.id.to_string() />
        }
    });
    let without = (!actor.may_administer()).then_some(actor.id);
    let labels = vec![
        ("account", t.absence_who()),
        ("deputy", t.absence_deputy()),
        ("since", t.absence_since()),
        ("until", t.absence_until()),
        ("note", t.absence_note()),
    ];
    view! {
        <form class="form" method="post" action=AddAbsence::PATH>
            <ErrorSummary form=form.clone() labels=labels />
            <FormId form=form.clone() />
            {who}
            <SelectField form=form.clone() name="deputy" label=t.absence_deputy() hint=t.absence_deputy_hint()
                options=options(without) value="" nothing=t.absence_choose() />
            <TextField form=form.clone() name="since" label=t.absence_since() value="" kind="date" />
            <TextField form=form.clone() name="until" label=t.absence_until() hint=t.absence_until_hint() value="" kind="date" />
            <TextField form=form name="note" label=t.absence_note() value="" optional=true autocomplete="off" />
            <div class="form-actions"><button class="button primary">{t.absence_save()}</button></div>
        </form>
    }
    .into_any()
}

//! `/agreements/{id}/matrix`: which party owes what to whom, at a glance. Signs stand with words for who cannot see them.

use leptos::prelude::*;

use super::pages::{late_badge, short, state_badge};
use super::read::{self, MATRIX, Matrix};
use super::store::{ObligationLine, Side};
use crate::agreement::pages::PATH;
use crate::agreement::show::called;
use crate::agreement::store::Party;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::date;
use crate::web::page::{At, Page, Section};

pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let matrix = read::read_matrix(&visit, at.parameter("id")).await?;
    let language = visit.language;
    let actor = matrix.actor.clone();
    let page = Page::new(visit.texts().obligation_matrix(), move |t| draw(&matrix, t, language));
    Ok(page.section(Section::Agreements).actor(actor))
}

fn draw(matrix: &Matrix, t: &'static Texts, language: Language) -> AnyView {
    let agreement = &matrix.agreement;
    let heads = matrix
        .parties
        .iter()
        .enumerate()
        .map(|(place, party)| {
            let name = language.prefer(&party.name_en, &party.name_zh).to_owned();
            view! { <th scope="col" class="party">{called(place, t)}<span class="second whole">{name}</span></th> }
        })
        .collect_view();
    let rows = matrix.lines.iter().map(|line| row(matrix, line, t, language)).collect_view();
    let body = if matrix.lines.is_empty() {
        view! { <div class="empty"><h2>{t.obligations_none()}</h2><p>{t.obligation_none_here()}</p></div> }.into_any()
    } else {
        view! {
            <p class="hint">{t.obligation_matrix_signs()}</p>
            <div class="table-wrap" role="group" aria-label=t.obligation_matrix() tabindex="0"><table class="matrix">
                <thead><tr><th scope="col">{t.obligation_one()}</th>{heads}<th scope="col">{t.obligation_state()}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
        .into_any()
    };
    let more = (matrix.count > MATRIX).then(|| {
        let all = format!("{}?state=all&agreement={}", super::pages::PATH, agreement.number);
        view! { <p><a href=all>{t.obligations_all_of_them(matrix.count)}</a></p> }
    });
    view! {
        <header class="page-head">
            <p class="crumbs"><a href=PATH>{t.agreements_title()}</a><a href=agreement.url()>{agreement.number.clone()}</a></p>
            <h1>{t.obligation_matrix()}</h1>
            <p class="subtitle">{agreement.title(language).to_owned()}</p>
        </header>
        {body}{more}
    }
    .into_any()
}

fn row(matrix: &Matrix, line: &ObligationLine, t: &'static Texts, language: Language) -> impl IntoView + use<> {
    let sides = matrix.sides.get(&line.id).map(Vec::as_slice).unwrap_or_default();
    let cells = matrix.parties.iter().map(|party| cell(party, sides, t)).collect_view();
    let late = line
        .is_overdue(matrix.now)
        .then(|| view! { " "{late_badge(&line.last_on, &line.zone, &matrix.calendar, matrix.now, t)} });
    let due = (!line.due_on.is_empty()).then(|| {
        view! { <span class="second whole">{t.obligation_until(date(&line.due_on, language))}</span> }
    });
    view! {
        <tr>
            <th scope="row"><a href=line.url()>{line.clause.clone()}" · "{short(line.text(language))}</a>{due}</th>
            {cells}
            <td><span aria-hidden="true">{line.state().sign()}" "</span>{state_badge(line.state(), t)}{late}</td>
        </tr>
    }
}

fn cell(party: &Party, sides: &[Side], t: &'static Texts) -> impl IntoView + use<> {
    let side = sides.iter().find(|side| side.party == party.id);
    let (sign, words) = match side.map(|side| (side.owes, side.benefits)) {
        Some((true, true)) => ("●○", t.obligation_both()),
        Some((true, false)) => ("●", t.obligation_owes_it()),
        Some((false, true)) => ("○", t.obligation_benefits_from_it()),
        _ => ("", ""),
    };
    let words = (!words.is_empty()).then(|| view! { <span class="visually-hidden">{words}</span> });
    view! { <td class="sign"><span aria-hidden="true">{sign}</span>{words}</td> }
}

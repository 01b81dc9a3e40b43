//! `/obligations/board`: where obligations stand, a column for each state, the most urgent first.

use leptos::prelude::*;

use super::filter::{ObligationFilter, On, Which};
use super::life::State;
use super::pages::{self, count_text, heading, late_badge, names, short, tabs};
use super::read::{self, Board};
use super::store::{FEW_COUNTED, ObligationLine};
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::date;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/obligations/board";

pub async fn board(visit: Visit, at: At) -> Result<Page> {
    let asked = ObligationFilter::from_query(&at.query);
    // Of a board the company can be chosen, and no more.
    let filter =
        ObligationFilter { company: asked.company, company_name: asked.company_name, ..ObligationFilter::default() };
    let board = read::read_board(&visit, &filter).await?;
    let language = visit.language;
    let actor = board.actor.clone();
    let page = Page::new(visit.texts().obligations_board_title(), move |t| draw(&filter, &board, t, language));
    Ok(page.section(Section::Agreements).actor(actor))
}

fn draw(filter: &ObligationFilter, board: &Board, t: &'static Texts, language: Language) -> AnyView {
    let columns = board
        .columns
        .iter()
        .map(|(state, count, lines)| column(filter, board, *state, *count, lines, t, language))
        .collect_view();
    view! {
        <header class="page-head">
            {heading(board.company.as_ref().map(|(_, name)| name.as_str()), t.obligations_board_title(), t)}
        </header>
        {tabs(true, filter, t)}
        <div class="agreement-board" role="group" aria-label=t.obligations_board_title() tabindex="0">{columns}</div>
    }
    .into_any()
}

fn column(
    filter: &ObligationFilter,
    board: &Board,
    state: State,
    count: i64,
    lines: &[ObligationLine],
    t: &'static Texts,
    language: Language,
) -> impl IntoView + use<> {
    let cards = lines
        .iter()
        .map(|line| {
            let of = board.sides.get(&line.id).map(Vec::as_slice).unwrap_or_default();
            let late = line
                .is_overdue(board.now)
                .then(|| late_badge(&line.last_on, &line.zone, &board.calendar, board.now, t));
            let due = (!line.due_on.is_empty()).then(|| {
                view! { <p class="hint">{t.obligation_until(date(&line.due_on, language))}</p> }
            });
            let who = format!("{} → {}", names(of, On::Owes, t, language), names(of, On::Benefits, t, language));
            view! {
                <li>
                    <a href=line.url()>{line.clause.clone()}" · "{short(line.text(language))}</a>
                    <p class="hint">{line.agreement.clone()}</p>
                    <p class="hint">{who}</p>
                    {due}{late}
                </li>
            }
        })
        .collect_view();
    let shown = i64::try_from(lines.len()).unwrap_or_default();
    let more = (count > shown).then(|| {
        let all = ObligationFilter { which: Which::State(state), ..filter.clone() };
        view! { <p><a href=all.query().url(pages::PATH)>{t.obligations_all_of_them(count_text(count, FEW_COUNTED, t))}</a></p> }
    });
    let empty = (count == 0).then(|| view! { <p class="hint">{t.agreements_none_here()}</p> });
    view! {
        <section>
            <h2>{t.obligation_state_of(state)}" "<span class="hint">{count_text(count, FEW_COUNTED, t)}</span></h2>
            {empty}
            {(count > 0).then(|| view! { <ul>{cards}</ul> })}
            {more}
        </section>
    }
}

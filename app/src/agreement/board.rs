//! `/agreements/board`: where agreements stand, a column for each state.

use leptos::prelude::*;

use super::life::State;
use super::model::url;
use super::pages::{Tab, party_text, tabs};
use super::read::{self, Board};
use super::store::AgreementLine;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::date;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/agreements/board";

pub async fn board(visit: Visit, _: At) -> Result<Page> {
    let board = read::read_board(&visit).await?;
    let language = visit.language;
    let actor = board.actor.clone();
    let page = Page::new(visit.texts().agreements_board_title(), move |t| draw(&board, t, language));
    Ok(page.section(Section::Agreements).actor(actor))
}

fn draw(board: &Board, t: &'static Texts, language: Language) -> AnyView {
    let columns = board
        .columns
        .iter()
        .map(|(state, count, lines)| column(board, *state, *count, lines, t, language))
        .collect_view();
    view! {
        <header class="page-head"><h1>{t.agreements_board_title()}</h1></header>
        {tabs(Tab::Board, t)}
        <div class="agreement-board" role="group" aria-label=t.agreements_board_title() tabindex="0">{columns}</div>
    }
    .into_any()
}

fn column(
    board: &Board,
    state: State,
    count: i64,
    lines: &[AgreementLine],
    t: &'static Texts,
    language: Language,
) -> impl IntoView + use<> {
    let cards = lines
        .iter()
        .map(|line| {
            let ends = (!line.ends_on.is_empty() && matches!(state, State::InForce | State::Signed))
                .then(|| t.agreement_until(date(&line.ends_on, language)));
            let expiring = line
                .is_expiring(board.now)
                .then(|| view! { <span class="badge attention">{t.agreement_expiring()}</span> });
            view! {
                <li>
                    <a href=url(&line.number)>{line.title(language).to_owned()}</a>
                    <p class="hint">{line.number.clone()}</p>
                    <p class="hint">{party_text(line, &board.parties, t, language)}</p>
                    {ends.map(|ends| view! { <p class="hint">{ends}</p> })}
                    {expiring}
                </li>
            }
        })
        .collect_view();
    let shown = i64::try_from(lines.len()).unwrap_or_default();
    let more = (count > shown).then(|| {
        let href = format!("{}?state={}", super::pages::PATH, state.code());
        view! { <p><a href=href>{t.agreements_all_of_them(number(count))}</a></p> }
    });
    let empty = (count == 0).then(|| view! { <p class="hint">{t.agreements_none_here()}</p> });
    view! {
        <section>
            <h2>{t.agreement_state_of(state)}" "<span class="hint">{number(count)}</span></h2>
            {empty}
            {(count > 0).then(|| view! { <ul>{cards}</ul> })}
            {more}
        </section>
    }
}

//! `/companies/board`: companies in a column for each stage, with the same filters as the list. A card is moved by its own
//! small form; with scripts (`board.js`) also by hand or by Shift and an arrow, which posts the same form.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, CARDS};
use super::filter::CompanyFilter;
use super::list_filters::{Around, chips, filters};
use super::list_view::{self, names};
use super::model::{Stage, Tier, url};
use super::stalled::model::stalled_badge;
use super::standing::MoveCompany;
use super::store::{BoardPage, CompanyLine};
use crate::backend::context::Visit;
use crate::country;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::list::Chips;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/companies/board";

/// `/companies/board`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    // The stages are the columns.
    let filter = CompanyFilter { stage: None, selects: false, page: 1, ..CompanyFilter::from_query(&at.query) };
    let (actor, read) = api::read_board(&visit, &filter).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let page = Page::remembered(&visit, visit.texts().board_title(), actor, read, |actor, read| {
        let board = BoardPage::from_json(read)?;
        let actor = actor.clone();
        Ok(move |t: &'static Texts| {
            let around = Around { path: PATH, layout: "board", filter: &filter, tabs: &board.tabs, actor: &actor, t };
            let chips = chips(&filter, PATH, &board.managers, t, language);
            let state = FormState::new(t, refused.as_ref(), MoveCompany::PATH);
            let moves = actor.may_edit_companies() && !filter.archived;
            let drawn = Drawn { filter: &filter, moves, state: &state, t, language };
            let columns = board.stages.iter().map(|(stage, count, lines)| drawn.column(*stage, *count, lines));
            let total: i64 = board.stages.iter().map(|(_, count, _)| count).sum();
            let labels = vec![("stage_to", t.register_move_to()), ("stage_reason", t.register_reason())];
            view! {
                <header class="page-head">
                    <h1>{t.board_title()}</h1>
                    {around.tabs()}
                </header>
                {filters(&filter, PATH, &board.countries, &board.managers, true, t, language)}
                <Chips chips=chips clear=PATH texts=t />
                <ErrorSummary form=state.clone() labels=labels />
                <div class="list-tools">
                    <p class="count" role="status">{t.companies_count(number(total))}</p>
                    {around.tools(false)}
                </div>
                {moves.then(|| view! { <p class="hint board-keys" hidden>{t.board_keys()}</p> })}
                <div class="board" data-board=moves.then_some(MoveCompany::PATH) data-moved=t.board_moved("{name}", "{stage}")
                    data-no-move=t.board_no_move("{name}", "{stage}") data-gone=t.error_unreachable()>
                    {columns.collect_view()}
                </div>
                <p class="visually-hidden" role="log" aria-live="polite" id="board-said"></p>
                {moves.then(|| why(t))}
            }
            .into_any()
        })
    })?;
    Ok(page.section(Section::Companies))
}

/// Asks for the reason that a move needs; opened by script.
fn why(t: &'static Texts) -> AnyView {
    view! {
        <dialog class="why" aria-labelledby="why-title">
            <form method="dialog">
                <h2 id="why-title">{t.board_why()}</h2>
                <p class="hint" data-what></p>
                <label for="why">{t.register_reason()}</label>
                <textarea id="why" rows="3" maxlength=super::form::LONGEST_REASON.to_string() required></textarea>
                <div class="form-actions">
                    <button class="button primary" value="move">{t.register_move_button()}</button>
                    <button class="button" value="" formnovalidate>{t.form_cancel()}</button>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}

/// What all columns are drawn with.
struct Drawn<'a> {
    filter: &'a CompanyFilter,
    /// Whether this person moves cards.
    moves: bool,
    state: &'a FormState,
    t: &'static Texts,
    language: Language,
}

impl Drawn<'_> {
    fn column(&self, stage: Stage, count: i64, lines: &[CompanyLine]) -> AnyView {
        let t = self.t;
        let id = format!("stage-{}", stage.code());
        let cards = lines.iter().map(|line| self.card(stage, line)).collect_view();
        let more = (count > CARDS).then(|| {
            let url = self.filter.saved().with("stage", stage.code()).url(list_view::PATH);
            view! { <p><a href=url>{t.board_more(number(count - CARDS))}</a></p> }
        });
        let needs_reason = stage.needs_reason().then_some(if stage == Stage::Partner { "maybe" } else { "" });
        let labelled = id.clone();
        view! {
            <section aria-labelledby=labelled data-stage=stage.code() data-reason=needs_reason>
                <h2 id=id><span>{t.stage(stage)}</span>" "<span class="number" data-count=count.to_string()>{number(count)}</span></h2>
                <ul>{cards}</ul>
                {more}
            </section>
        }
        .into_any()
    }

    fn card(&self, stage: Stage, line: &CompanyLine) -> AnyView {
        let (t, language) = (self.t, self.language);
        let (name, second) = names(line, language);
        let tier = Tier::from_code(&line.tier).filter(|tier| *tier != Tier::General).map(|tier| {
            let class = if tier == Tier::Strategic { "badge info" } else { "badge neutral" };
            view! { " "<span class=class>{t.tier(tier)}</span> }
        });
        let place = line.country.as_deref().map(|code| country::name(code, language));
        let facts = [place, line.manager.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let next = stage.next().iter().map(|next| next.code()).collect::<Vec<_>>().join(" ");
        let moving = self.moves.then(|| self.moving(stage, line, &name));
        view! {
            <li data-company=line.id.to_string() data-next=self.moves.then_some(next)>
                <p><a class="row-link" href=url(line.id)>{name}</a>{tier}{stalled_badge(line.stalled_at, t)}</p>
                {second.map(|second| view! { <p class="second">{second}</p> })}
                <p class="second">{facts}</p>
                <p class="second">{t.board_since()}" "<Moment at=Timestamp(line.stage_since) language=language day_only=true /></p>
                {moving}
            </li>
        }
        .into_any()
    }

    /// The form by which a card is moved without scripts.
    fn moving(&self, stage: Stage, line: &CompanyLine, name: &str) -> AnyView {
        let t = self.t;
        let id = line.id.to_string();
        // Refused, it is open again as it was typed.
        let refused = self.state.error().is_some() && self.state.value("id", "") == id;
        let (typed_to, typed_why) = match refused {
            true => (self.state.value("stage_to", ""), self.state.value("stage_reason", "")),
            false => (String::new(), String::new()),
        };
        let options = stage
            .next()
            .iter()
            .map(|next| {
                let selected = next.code() == typed_to;
                view! { <option value=next.code() selected=selected>{t.stage(*next)}</option> }
            })
            .collect_view();
        let problem = refused.then(|| self.state.problem("stage_reason")).flatten();
        let problem = problem.map(|problem| view! { <span class="error">{problem}</span> });
        let field = refused.then_some("stage_reason");
        view! {
            <details open=refused>
                <summary aria-label=t.board_move_this(name)>{t.board_move()}</summary>
                <form method="post" action=MoveCompany::PATH>
                    <input type="hidden" name="id" value=id />
                    <input type="hidden" name="stage_before" value=stage.code() />
                    <input type="hidden" name="back" value=self.filter.query().url(PATH) />
                    <label>{t.register_move_to()}<select name="stage_to">{options}</select></label>
                    <label>{t.register_reason()}{problem}
                        <input type="text" name="stage_reason" id=field value=typed_why /></label>
                    <button class="button small">{t.register_move_button()}</button>
                </form>
            </details>
        }
        .into_any()
    }
}

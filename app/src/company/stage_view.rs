//! Where a company stands, where it can be moved, and where it stood before: beside its page.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::read_moves;
use super::model::Stage;
use super::opened::{Opened, Panel};
use super::standing::MoveCompany;
use crate::backend::journal::Event;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::ui::form::{ErrorSummary, FormState, SelectField, TextArea};
use crate::ui::moment::Moment;

pub async fn next(opened: &mut Opened) -> Result<Option<Panel>> {
    if opened.names_only {
        return Ok(None);
    }
    let moves = read_moves(opened).await?;
    let company = opened.company.clone();
    let (changes, language) = (opened.may_change(), opened.language);
    let named = opened.actor().may_see_staff_names();
    let refused = opened.ctx.visit.refused.clone();
    Ok(Some(Panel::whole("stage", opened.texts().company_stage(), move |t| {
        let manager = company.manager_name.clone().unwrap_or_else(|| t.company_no_manager().to_owned());
        let form = changes.then(|| {
            let state = FormState::new(t, refused.as_ref(), MoveCompany::PATH);
            move_form(state, company.id, company.stage, t)
        });
        let history = (!moves.is_empty()).then(|| history(&moves, company.created_at, named, t, language));
        view! {
            <section class="panel next" id="stage">
                <h2>{t.register_next()}</h2>
                <dl class="facts">
                    <dt>{t.company_stage()}</dt><dd>{t.stage(company.stage)}</dd>
                    <dt>{t.company_manager()}</dt><dd>{manager}</dd>
                </dl>
                {form}
            </section>
            {history}
        }
        .into_any()
    })))
}

fn move_form(state: FormState, company: uuid::Uuid, stage: Stage, t: &'static Texts) -> AnyView {
    let options: Vec<(String, String)> =
        stage.next().iter().map(|next| (next.code().to_owned(), t.stage(*next).to_owned())).collect();
    let first = stage.next().first().map_or("", |next| next.code());
    let labels = vec![("stage_to", t.register_move_to()), ("stage_reason", t.register_reason())];
    let open = state.error().is_some();
    view! {
        <details class="adding" open=open>
            <summary class="button">{t.register_move()}</summary>
            <form class="form" method="post" action=MoveCompany::PATH>
                <ErrorSummary form=state.clone() labels=labels />
                <input type="hidden" name="id" value=company.to_string() />
                <input type="hidden" name="stage_before" value=stage.code() />
                <SelectField form=state.clone() name="stage_to" label=t.register_move_to() options=options value=first />
                <TextArea form=state name="stage_reason" label=t.register_reason() hint=t.register_reason_hint() value="" />
                <div class="form-actions"><button class="button primary">{t.register_move_button()}</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// The newest first; below them all, where it began.
fn history(
    moves: &[Event],
    created_at: crate::time::Timestamp,
    named: bool,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let value = |event: &Event, field: &str, before: bool| {
        let change = event.changes.iter().find(|change| change.field == field)?;
        if before { change.before.clone() } else { change.after.clone() }
    };
    let stage = |code: Option<String>| code.as_deref().and_then(Stage::from_code).map(|stage| t.stage(stage));
    let items = moves
        .iter()
        .map(|event| {
            let reason = value(event, "stage_reason", false).filter(|reason| !reason.is_empty());
            let who = event.actor_name.clone().filter(|_| named);
            view! {
                <li>
                    <p><strong>{stage(value(event, "stage", false))}</strong></p>
                    <p class="hint">{who.map(|who| format!("{who} · "))}<Moment at=event.at language=language day_only=true /></p>
                    {reason.map(|reason| view! { <p class="lines">{reason}</p> })}
                </li>
            }
        })
        .collect_view();
    let first = moves.last().and_then(|event| stage(value(event, "stage", true)));
    view! {
        <section class="panel" id="stages">
            <h2>{t.register_stages()}</h2>
            <ol class="stages">
                {items}
                {first.map(|first| view! {
                    <li><p><strong>{first}</strong></p>
                        <p class="hint"><Moment at=created_at language=language day_only=true /></p></li>
                })}
            </ol>
        </section>
    }
    .into_any()
}

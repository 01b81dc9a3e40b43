//! `/admin/stalled`: after how many days a company is stalled; and the stalled companies on the start page of their
//! account manager.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::SetStalled;
use super::model::{BOUNDS, STAGES};
use super::store::{self, Stalled};
use crate::actor::{Actor, require};
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::company::list_view::stage_badge;
use crate::company::model::{Stage, url};
use crate::error::{Error, Result};
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/admin/stalled";
/// So many stand on the start page.
const LISTED: i64 = 5;

/// `/admin/stalled`
pub async fn settings(visit: Visit, _: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_administer())?;
    let limits = store::limits(&mut ctx.tx).await?;
    let actor = ctx.actor;
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().stalled_title(), move |t| {
        let state = FormState::new(t, refused.as_ref(), SetStalled::PATH);
        let conflict = matches!(state.error(), Some(Error::Conflict));
        // After somebody else was faster the form starts from what stands there now, which is said beside each field.
        let stored = limits.words();
        let before = if conflict { stored } else { state.value("before", &stored) };
        let fields = STAGES.into_iter().zip(limits.0).map(|(stage, days)| field(stage, days, &state, t)).collect_view();
        let labels = STAGES.into_iter().map(|stage| (stage.code(), t.stage(stage))).collect::<Vec<_>>();
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/admin">{t.admin_title()}</a></p>
                <h1>{t.stalled_title()}</h1>
                <p class="subtitle">{t.stalled_intro()}</p>
            </header>
            <form class="form" method="post" action=SetStalled::PATH>
                <ErrorSummary form=state.clone() labels=labels />
                <input type="hidden" name="before" value=before />
                {fields}
                <div class="form-actions"><button class="button primary">{t.stalled_save()}</button></div>
            </form>
        }
        .into_any()
    });
    Ok(page.section(Section::Administration).actor(actor))
}

fn field(stage: Stage, days: Option<u32>, state: &FormState, t: &'static Texts) -> AnyView {
    let name = stage.code();
    let problem = state.problem(name);
    let hidden = problem.is_none();
    let stored = days.map(|days| days.to_string()).unwrap_or_default();
    let now = match days {
        Some(days) => t.stalled_now(days),
        None => t.stalled_now_never().to_owned(),
    };
    view! {
        <div class=if hidden { "field" } else { "field invalid" }>
            <label for=name>{t.stage(stage)}" "<span class="optional">{t.form_optional()}</span></label>
            <p class="hint" id=format!("{name}-hint")>{now}</p>
            <p class="error" id=format!("{name}-error") hidden=hidden><Icon name="alert-triangle" /><span>{problem.clone()}</span></p>
            <input type="number" inputmode="numeric" id=name name=name value=state.value(name, &stored)
                min=BOUNDS.0.to_string() max=BOUNDS.1.to_string() class="days"
                aria-invalid=problem.is_some().then_some("true") aria-describedby=format!("{name}-hint {name}-error") />
        </div>
    }
    .into_any()
}

/// Somebody's stalled companies.
pub struct Mine {
    companies: Vec<Stalled>,
    count: i64,
    manager: uuid::Uuid,
}

/// Read for those alone who can be account managers; none where nothing is stalled.
pub async fn read_mine(tx: &mut Tx, actor: &Actor) -> Result<Option<Mine>> {
    if !actor.may_edit_companies() {
        return Ok(None);
    }
    let (companies, count) = store::of_manager(tx, actor.id, LISTED).await?;
    Ok((count > 0).then_some(Mine { companies, count, manager: actor.id }))
}

/// The section on the start page.
pub fn section(mine: &Mine, t: &'static Texts, language: Language) -> AnyView {
    let rows = mine
        .companies
        .iter()
        .map(|company| {
            let name = language.prefer(&company.name_en, &company.name_zh).to_owned();
            let stage = Stage::from_code(&company.stage).map(|stage| stage_badge(stage, t));
            let contact = match company.contact_at {
                0 => t.stalled_never_talked().into_any(),
                at => view! { <Moment at=Timestamp(at) language=language day_only=true /> }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=url(company.id)>{name}</a></th>
                    <td class="status">{stage}</td>
                    <td class="date" data-label=t.views_stage_since()>
                        <Moment at=Timestamp(company.stage_since) language=language day_only=true />
                    </td>
                    <td class="date" data-label=t.views_contact()>{contact}</td>
                </tr>
            }
        })
        .collect_view();
    let all = format!("/companies?manager={}&stalled=yes", mine.manager);
    view! {
        <section class="panel" id="stalled">
            <header><h2>{t.stalled_mine(number(mine.count))}</h2><a href=all>{t.stalled_all()}</a></header>
            <p class="hint">{t.stalled_explained()}</p>
            <div class="table-wrap"><table class="list compact">
                <thead><tr>
                    <th scope="col">{t.company_name()}</th><th scope="col">{t.company_stage()}</th>
                    <th scope="col">{t.views_stage_since()}</th><th scope="col">{t.views_contact()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}

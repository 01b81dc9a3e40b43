//! A proposal field by field: as staff decides on it, and as it was decided.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{DecideProposal, ProposalPage};
use super::model::{Decision, Field};
use super::pages::{label, value};
use crate::error::Error;
use crate::language::Texts;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;

/// The form in which staff accepts or declines each field.
pub fn decision(read: &ProposalPage, form: &FormState, t: &'static Texts) -> AnyView {
    let current = read.company.facts.fields();
    // In the order in which they stand here.
    let places = |name: &str| read.fields.iter().position(|field| field.field == name);
    let mut labels: Vec<(&str, &str)> = current.iter().map(|(field, _)| (*field, label(field, t))).collect();
    labels.sort_by_key(|(field, _)| places(field).unwrap_or(usize::MAX));
    let fields = read
        .fields
        .iter()
        .map(|field| {
            let now = current.iter().find(|(name, _)| *name == field.field).map_or("", |(_, value)| value.as_str());
            one(field, now, form, t)
        })
        .collect_view();
    // What was chosen is chosen again in view of what stands there now.
    let conflict = matches!(form.error(), Some(Error::Conflict));
    let meanwhile = conflict.then(|| {
        view! {
            <div class="notice attention" role="alert"><Icon name="alert-triangle" /><p>{t.proposal_decide_again()}</p></div>
        }
    });
    view! {
        <form class="form" method="post" action=DecideProposal::PATH>
            {(!conflict).then(|| view! { <ErrorSummary form=form.clone() labels=labels /> })}
            {meanwhile}
            <input type="hidden" name="id" value=read.proposal.id.to_string() />
            <input type="hidden" name="version" value=read.company.version.to_string() />
            {fields}
            <div class="form-actions"><button class="button primary">{t.proposal_decide()}</button></div>
        </form>
    }
    .into_any()
}

fn one(field: &Field, now: &str, form: &FormState, t: &'static Texts) -> AnyView {
    let name = &field.field;
    let problem = form.problem(name);
    let chosen = form.value(&format!("decision[{name}]"), "");
    let reason = form.value(&format!("reason[{name}]"), "");
    // Staff changed it after it was proposed.
    let changed = (now != field.before).then(|| {
        view! {
            <p class="hint">{t.proposal_field_changed(value(name, &field.before, t))}</p>
        }
    });
    let choice = |decision: Decision, text: &'static str| {
        view! {
            <label class="choice">
                <input type="radio" name=format!("decision[{name}]") value=decision.code()
                    checked=chosen == decision.code() />" "{text}
            </label>
        }
    };
    let hidden = problem.is_none();
    let reason_id = format!("reason-{name}");
    view! {
        <fieldset class=if hidden { "field conflict" } else { "field conflict invalid" } id=name.clone() tabindex="-1">
            <legend>{label(name, t)}</legend>
            {changed}
            <p class="error" id=format!("{name}-error") hidden=hidden><Icon name="alert-triangle" /><span>{problem}</span></p>
            <div class="versions">
                <div class="version-shown">
                    <p class="version-who"><strong>{t.proposal_now()}</strong></p>
                    <p class="lines">{value(name, now, t)}</p>
                </div>
                <div class="version-shown">
                    <p class="version-who"><strong>{t.proposal_proposed()}</strong></p>
                    <p class="lines">{value(name, &field.after, t)}</p>
                </div>
            </div>
            <div class="choices">
                {choice(Decision::Accepted, t.proposal_accept())}
                {choice(Decision::Declined, t.proposal_decline())}
            </div>
            <label for=reason_id.clone()>{t.proposal_reason()}</label>
            <input type="text" id=reason_id name=format!("reason[{name}]") value=reason autocomplete="off" />
        </fieldset>
    }
    .into_any()
}

/// What was proposed, and what became of it.
pub fn outcome(read: &ProposalPage, t: &'static Texts) -> AnyView {
    let rows = read
        .fields
        .iter()
        .map(|field| {
            let decision = field.decision.map(|decision| {
                let class = if decision == Decision::Accepted { "badge good" } else { "badge danger" };
                view! { <span class=class>{t.decision(decision)}</span> }
            });
            let reason =
                (!field.reason.is_empty()).then(|| view! { <span class="second whole">{field.reason.clone()}</span> });
            view! {
                <tr>
                    <th scope="row">{label(&field.field, t)}</th>
                    <td class="lines">{value(&field.field, &field.before, t)}</td>
                    <td class="lines">{value(&field.field, &field.after, t)}</td>
                    <td>{decision}{reason}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <div class="table-wrap"><table class="changes">
                <thead><tr>
                    <th scope="col">{t.journal_field()}</th><th scope="col">{t.proposal_was()}</th>
                    <th scope="col">{t.proposal_proposed()}</th><th scope="col">{t.proposal_outcome()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}

//! What can be done with an import: it is applied, or undone, and what would stay then is named.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{ApplyImport, RevertImport};
use super::model::{Import, Subject, url};
use super::store::Changed;
use crate::company::merge::words::table_text;
use crate::language::{Language, Texts};

/// So many records are named that would stay when an import is undone.
const MOST_NAMED: usize = 200;

/// Why what an import did to a record would stay.
fn reasons(record: &Changed, subject: Subject, t: &'static Texts) -> String {
    let edited = (record.is_edited(subject) && !record.archived).then(|| t.imports_tie_edited());
    let archived = record.archived.then(|| t.imports_tie_archived());
    let uses = record.uses.iter().map(|table| table_text(table, t));
    let mut reasons: Vec<&str> = edited.into_iter().chain(archived).chain(uses).collect();
    reasons.dedup();
    reasons.join(t.imports_comma())
}

/// What can be done with an import where it stands.
pub fn actions(import: &Import, blocked: &[Changed], t: &'static Texts, language: Language) -> AnyView {
    let id = import.id.to_string();
    let some = import.creates + import.updates > 0;
    match import.state.as_str() {
        _ if import.emptied_at.is_some() => ().into_any(),
        "previewed" => view! {
            <form class="form-actions" method="post" action=ApplyImport::PATH>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="seen" value=import.seen() />
                {some.then(|| view! { <button class="button primary">{t.imports_apply()}</button> })}
                <a class="button quiet" href=url(import.id, "/mapping")>{t.imports_columns()}</a>
            </form>
        }
        .into_any(),
        "uploaded" => view! {
            <p><a class="button primary" href=url(import.id, "/mapping")>{t.imports_columns()}</a></p>
        }
        .into_any(),
        "applied" => {
            let subject = import.subject();
            let list = blocked.iter().take(MOST_NAMED).map(|record| {
                let name = language.prefer(&record.name_en, &record.name_zh).to_owned();
                let why = reasons(record, subject, t);
                view! { <li><a href=subject.page(record.subject_id)>{name}</a>{t.form_colon()}{why}</li> }
            });
            let list = list.collect_view();
            let count = i64::try_from(blocked.len()).unwrap_or(i64::MAX);
            let others = (!blocked.is_empty()).then(|| {
                view! { <p>{t.imports_blocked(count)}</p><ul>{list}</ul><input type="hidden" name="others" value="1" /> }
            });
            let button = if blocked.is_empty() { t.imports_revert() } else { t.imports_revert_others() };
            view! {
                <details class="adding" open=!blocked.is_empty()>
                    <summary class="button quiet">{t.imports_revert()}</summary>
                    <form class="form" method="post" action=RevertImport::PATH>
                        <input type="hidden" name="id" value=id />
                        <p class="hint">{t.imports_revert_explained()}</p>
                        {others}
                        <div class="form-actions"><button class="button danger">{button}</button></div>
                    </form>
                </details>
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}

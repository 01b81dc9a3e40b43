//! Messages on the start page: what a representative has still to read, of all the companies that they act for, and which
//! companies wait for an answer of staff.

use std::collections::HashMap;

use leptos::prelude::*;
use uuid::Uuid;

use crate::actor::Actor;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::message::model::{Thread, list_url};
use crate::message::pages::row;
use crate::message::store;
use crate::time::Timestamp;

/// So many threads stand on the start page.
const SHOWN: i64 = 8;

/// The threads with something unread.
pub struct Unread {
    threads: Vec<Thread>,
    companies: Vec<Uuid>,
    names: HashMap<Uuid, String>,
}

/// Read for those alone who act for a company.
pub async fn read(tx: &mut Tx, actor: &Actor, now: Timestamp, language: Language) -> Result<Option<Unread>> {
    let companies: Vec<Uuid> = actor.affiliations.iter().map(|affiliation| affiliation.company).collect();
    if companies.is_empty() {
        return Ok(None);
    }
    let threads = store::unread(tx, actor.id, &companies, now, SHOWN).await?;
    let name = |en: &str, zh: &str| language.prefer(en, zh).to_owned();
    let names = actor.affiliations.iter().map(|of| (of.company, name(&of.name_en, &of.name_zh))).collect();
    Ok(Some(Unread { threads, companies, names }))
}

/// The threads in which a company waits for somebody of staff.
pub struct Waiting {
    threads: Vec<Thread>,
    names: HashMap<Uuid, String>,
}

/// Read for those alone who answer.
pub async fn waiting(tx: &mut Tx, actor: &Actor, language: Language) -> Result<Waiting> {
    let threads = if actor.may_have_tasks() { store::waiting_for(tx, actor.id, SHOWN).await? } else { Vec::new() };
    let companies: Vec<Uuid> = threads.iter().map(|thread| thread.company).collect();
    let mut sql = Sql::new("SELECT c.id, c.name_en, c.name_zh FROM companies c WHERE ");
    let rows: Vec<(Uuid, String, String)> = sql.bind_in("c.id", &companies).rows(tx).await?;
    let names = rows.into_iter().map(|(id, en, zh)| (id, language.prefer(&en, &zh).to_owned())).collect();
    Ok(Waiting { threads, names })
}

/// Nothing where nobody waits.
pub fn waiting_section(waiting: &Waiting, actor: &Actor, t: &'static Texts) -> Option<AnyView> {
    let name = |thread: &Thread| Some(waiting.names.get(&thread.company).cloned().unwrap_or_default());
    let rows = waiting.threads.iter().map(|thread| row(thread, false, actor, name(thread), t)).collect_view();
    (!waiting.threads.is_empty()).then(|| {
        view! {
            <section class="panel"><h2>{t.message_wait_for_you()}</h2><ul class="notifications">{rows}</ul></section>
        }
        .into_any()
    })
}

pub fn section(unread: &Unread, actor: &Actor, t: &'static Texts) -> AnyView {
    let rows = unread
        .threads
        .iter()
        .map(|thread| row(thread, true, actor, Some(unread.names.get(&thread.company).cloned().unwrap_or_default()), t))
        .collect_view();
    let body = if unread.threads.is_empty() {
        view! { <p class="hint">{t.message_none_unread()}</p> }.into_any()
    } else {
        view! { <ul class="notifications">{rows}</ul> }.into_any()
    };
    let all = unread
        .companies
        .iter()
        .map(|company| {
            let name = unread.names.get(company).cloned().unwrap_or_default();
            view! { <span class="line"><a href=list_url(*company)>{t.message_all_with(name)}</a></span> }
        })
        .collect_view();
    view! { <section class="panel"><h2>{t.message_unread()}</h2>{body}<p>{all}</p></section> }.into_any()
}

//! What a representative has still to read, on the start page: of all the companies that they act for.

use std::collections::HashMap;

use leptos::prelude::*;
use uuid::Uuid;

use crate::actor::Actor;
use crate::backend::database::Tx;
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
            view! { <a href=list_url(*company)>{t.message_all_with(name)}</a>" " }
        })
        .collect_view();
    view! { <section class="panel"><h2>{t.message_unread()}</h2>{body}<p class="hint">{all}</p></section> }.into_any()
}

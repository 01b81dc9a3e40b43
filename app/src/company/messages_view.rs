//! The latest messages with a company, on its page.

use leptos::prelude::*;

use super::opened::{Opened, Panel};
use crate::error::Result;
use crate::message::model::list_url;
use crate::message::pages::table;
use crate::message::store;
use crate::ui::icon::Icon;

/// So many threads stand on the company's page.
const SHOWN: i64 = 5;

pub async fn panel(opened: &mut Opened) -> Result<Option<Panel>> {
    let id = opened.company.id;
    if opened.actor().reads_messages_of(id).is_err() {
        return Ok(None);
    }
    let (threads, _) = store::of_company(&mut opened.ctx.tx, id, SHOWN, 0).await?;
    let (account, now) = (opened.actor().id, opened.ctx.now);
    let unread = store::unread_among(&mut opened.ctx.tx, account, &threads, now).await?;
    let actor = opened.actor().clone();
    let writes = actor.writes_messages_of(id).is_ok() && opened.company.archived.is_none();
    Ok(Some(Panel::new("messages", opened.texts().message_title(), move |t| {
        let body = if threads.is_empty() {
            view! { <p class="hint">{t.message_none()}</p> }.into_any()
        } else {
            table(&threads, &unread, &actor, t)
        };
        let text = if writes { t.message_all_or_write() } else { t.message_all() };
        view! { {body}<p class="adding"><a class="button" href=list_url(id)><Icon name="message" />{text}</a></p> }
            .into_any()
    })))
}

//! What the zone noted lately of a company, on its page and for the zone alone.

use leptos::prelude::*;
use uuid::Uuid;

use super::opened::{Opened, Panel};
use crate::error::Result;
use crate::note::model::list_url;
use crate::note::pages::{banner, body, named_in};
use crate::note::store;
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::writing::views::author;

/// So many notes stand on the company's page.
const SHOWN: i64 = 3;

pub async fn panel(opened: &mut Opened) -> Result<Option<Panel>> {
    let id = opened.company.id;
    if opened.actor().reads_notes_of(id).is_err() {
        return Ok(None);
    }
    let (mut notes, _) = store::of_company(&mut opened.ctx.tx, id, SHOWN, 0).await?;
    notes.retain(|note| note.writing.removed.is_none());
    let shown: Vec<Uuid> = notes.iter().map(|note| note.writing.id).collect();
    let mentions = store::mentions(&mut opened.ctx.tx, &shown).await?;
    let actor = opened.actor().clone();
    let writes = actor.writes_notes_of(id).is_ok();
    Ok(Some(Panel::new("notes", opened.texts().note_title(), move |t| {
        let items: Vec<AnyView> = notes
            .iter()
            .map(|note| {
                let writing = &note.writing;
                let text = body(&writing.body, &named_in(&mentions, writing.id));
                view! {
                    <li class="of-zone">
                        <p class="written-by">
                            <strong>{author(writing, &actor, t)}</strong>" "<Moment at=writing.at language=t.language />
                        </p>
                        <div class="lines brief">{text}</div>
                    </li>
                }
                .into_any()
            })
            .collect();
        let list = if items.is_empty() {
            view! { <p class="hint">{t.note_none()}</p> }.into_any()
        } else {
            view! { <ol class="written">{items}</ol> }.into_any()
        };
        let text = if writes { t.note_all_or_write() } else { t.note_all() };
        view! {
            <div class="internal attention">
                {banner(t)}
                {list}
                <p class="adding"><a class="button" href=list_url(id)><Icon name="lock" />{text}</a></p>
            </div>
        }
        .into_any()
    })))
}

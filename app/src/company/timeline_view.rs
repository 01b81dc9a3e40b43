//! What happened to a company, on its page.

use leptos::prelude::*;

use super::api::read_timeline;
use super::opened::{Opened, Panel};
use crate::error::Result;
use crate::journal::pages::{item, timeline_texts};
use crate::ui::moment::Timeline;

pub async fn panel(opened: &mut Opened) -> Result<Option<Panel>> {
    if opened.names_only {
        return Ok(None);
    }
    let events = read_timeline(opened).await?;
    let mut names = crate::account::store::manager_names(&mut opened.ctx.tx).await?;
    names.extend(crate::journal::store::people_named(&mut opened.ctx.tx, &events).await?);
    let (named, language) = (opened.actor().may_see_staff_names(), opened.language);
    Ok(Some(Panel::new("timeline", opened.texts().company_timeline(), move |t| {
        let items = events.iter().map(|event| item(event, named, &names, t, language)).collect();
        view! {
            <Timeline items=items texts=timeline_texts(t) language=language
                count=|language, n| language.texts().journal_changes(n) />
        }
        .into_any()
    })))
}

//! A company's agreements on its page, as far as the reader may know of them.

use leptos::prelude::*;

use super::opened::{Opened, Panel};
use crate::agreement::filter::MOST_COUNTED;
use crate::agreement::pages::{PATH, counted, short_table};
use crate::agreement::read::of_company;
use crate::error::Result;

pub async fn panel(opened: &mut Opened) -> Result<Option<Panel>> {
    if opened.names_only {
        return Ok(None);
    }
    let (id, language, now) = (opened.company.id, opened.language, opened.ctx.now);
    let actor = opened.actor().clone();
    let (lines, count) = of_company(&mut opened.ctx.tx, &actor, id, language, now).await?;
    Ok(Some(Panel::new("agreements", opened.texts().agreement_company_panel(), move |t| {
        if lines.is_empty() {
            return view! { <p class="hint">{t.agreement_company_none()}</p> }.into_any();
        }
        let more = (count > i64::try_from(lines.len()).unwrap_or_default()).then(|| {
            view! { <p><a href=format!("{PATH}?party={id}")>{t.agreement_company_all(counted(count, MOST_COUNTED, t))}</a></p> }
        });
        view! { {short_table(&lines, now, t, language)}{more} }.into_any()
    })))
}

//! The enquiries on the start page of those who handle them: their own, and whatever is overdue.

use leptos::prelude::*;

use crate::actor::Actor;
use crate::backend::database::Tx;
use crate::calendar;
use crate::calendar::model::Calendar;
use crate::enquiry::pages::{PATH, table};
use crate::enquiry::store::{self, Mine};
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;

/// What the section shows.
pub struct Enquiries {
    mine: Mine,
    calendar: Calendar,
    now: Timestamp,
    me: uuid::Uuid,
}

/// Read for those alone who handle enquiries.
pub async fn read(tx: &mut Tx, actor: &Actor, now: Timestamp) -> Result<Option<Enquiries>> {
    if !actor.may_handle_enquiries() {
        return Ok(None);
    }
    let mine = store::mine(tx, actor.id, now).await?;
    Ok(Some(Enquiries { mine, calendar: calendar::store::calendar(tx).await?, now, me: actor.id }))
}

pub fn section(read: &Enquiries, t: &'static Texts, language: Language) -> AnyView {
    let mine = &read.mine;
    let part = |url: String, count: i64, text: &'static str| {
        view! { <a href=url>{number(count)}" "{text}</a> }
    };
    let body = if mine.lines.is_empty() {
        view! { <p class="hint">{t.enquiries_today_none()}</p> }.into_any()
    } else {
        table(&mine.lines, &read.calendar, read.now, t, language)
    };
    view! {
        <section class="panel">
            <h2>{t.enquiries_title()}</h2>
            <p class="hint">
                {part(format!("{PATH}?state=open&assignee={}", read.me), mine.open, t.enquiries_today_mine())}" · "
                {part(format!("{PATH}?state=overdue"), mine.overdue, t.enquiries_today_overdue())}" · "
                {part(format!("{PATH}?state=open&assignee=nobody"), mine.unassigned, t.enquiries_today_unassigned())}
            </p>
            {body}
        </section>
    }
    .into_any()
}

//! What an administrator can do with the calendar. Every change counts the open clocks anew, in its transaction.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// The form of special days, as a browser posts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DayForm {
    pub date: String,
    /// The last of several days; empty for one.
    pub until: String,
    pub kind: String,
    pub name_en: String,
    pub name_zh: String,
    pub source: String,
}

/// The form of the week and its hours.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WeekForm {
    pub weekdays: Vec<String>,
    pub from_1: String,
    pub to_1: String,
    pub from_2: String,
    pub to_2: String,
    pub from_3: String,
    pub to_3: String,
}

/// An administrator adds days that are not what their day of the week says, or changes them.
#[server(endpoint = "calendar/set-days")]
pub async fn set_calendar_days(#[server(flatten)] form: DayForm) -> Result<()> {
    use super::{events, pages, store};
    use crate::backend::context::{Ctx, redirect};

    let days = form.parse();
    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_administer())?;
    let days = days?;
    let mut changes = Vec::new();
    for day in &days {
        let before = store::day(&mut ctx.tx, day.date).await?;
        if before.as_ref() != Some(day) {
            changes.push((day.date.to_string(), events::text_of(before.as_ref()), events::text_of(Some(day))));
            store::set_day(&mut ctx.tx, day).await?;
        }
    }
    changed(&mut ctx, "calendar.days_set", changes).await?;
    ctx.commit().await?;
    redirect(&pages::year_url(days.first().map_or(0, |day| day.date.year())));
    Ok(())
}

/// An administrator takes a day out of the calendar: it is again what its day of the week says.
#[server(endpoint = "calendar/remove-day")]
pub async fn remove_calendar_day(#[server(default)] date: String) -> Result<()> {
    use super::{events, pages, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_administer())?;
    let date: jiff::civil::Date = date.parse().map_err(|_| Error::NotFound)?;
    // One that is gone already is what was wanted.
    if let Some(before) = store::day(&mut ctx.tx, date).await? {
        store::remove_day(&mut ctx.tx, date).await?;
        let change = (date.to_string(), events::text_of(Some(&before)), String::new());
        changed(&mut ctx, "calendar.day_removed", vec![change]).await?;
        ctx.commit().await?;
    }
    redirect(&pages::year_url(date.year()));
    Ok(())
}

/// An administrator changes the days of the week and the hours.
#[server(endpoint = "calendar/set-week")]
pub async fn set_calendar_week(#[server(flatten)] form: WeekForm) -> Result<()> {
    use super::{events, pages, store};
    use crate::backend::context::{Ctx, redirect};

    let week = form.parse();
    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_administer())?;
    let week = week?;
    let before = store::week(&mut ctx.tx).await?;
    let mut changes = events::week_fields(&before).into_iter().zip(events::week_fields(&week)).collect::<Vec<_>>();
    changes.retain(|((_, before), (_, after))| before != after);
    let changes = changes.into_iter().map(|((field, before), (_, after))| (field.to_owned(), before, after)).collect();
    store::set_week(&mut ctx.tx, &week).await?;
    changed(&mut ctx, "calendar.week_set", changes).await?;
    ctx.commit().await?;
    redirect(pages::PATH);
    Ok(())
}

/// An administrator changes within how many working hours enquiries are acknowledged and answered.
#[server(endpoint = "calendar/set-limits")]
pub async fn set_enquiry_limits(
    #[server(default)] acknowledge_hours: String,
    #[server(default)] answer_hours: String,
) -> Result<()> {
    use super::pages;
    use crate::backend::context::{Ctx, redirect};
    use crate::enquiry::{model::Limits, store};

    let limits = Limits::parse(&acknowledge_hours, &answer_hours);
    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_administer())?;
    let limits = limits?;
    let before = store::limits(&mut ctx.tx).await?;
    store::set_limits(&mut ctx.tx, limits).await?;
    let changes =
        [("acknowledge_hours", before.acknowledge, limits.acknowledge), ("answer_hours", before.answer, limits.answer)];
    let changes = changes.into_iter().filter(|(_, before, after)| before != after);
    let changes = changes.map(|(field, before, after)| (field.to_owned(), before.to_string(), after.to_string()));
    changed(&mut ctx, "calendar.limits_set", changes.collect()).await?;
    ctx.commit().await?;
    redirect(pages::PATH);
    Ok(())
}

/// Records what changed and counts the open clocks anew.
#[cfg(feature = "ssr")]
async fn changed(
    ctx: &mut crate::backend::context::Ctx,
    action: &'static str,
    changes: Vec<(String, String, String)>,
) -> Result<()> {
    use crate::backend::journal::Entry;
    if changes.is_empty() {
        return Ok(());
    }
    crate::enquiry::store::refresh_clocks(&mut ctx.tx).await?;
    let calendar = super::store::calendar(&mut ctx.tx).await?;
    crate::agreement::obligation::store::recount(&mut ctx.tx, None, &calendar, ctx.now).await?;
    let mut entry = Entry::new(action, "calendar", super::events::subject());
    entry.changes = changes;
    ctx.record(entry).await
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use super::super::model::{Calendar, Day, Week};
    use super::super::store;
    use crate::actor::{Actor, require};
    use crate::backend::context::Visit;
    use crate::enquiry::model::Limits;
    use crate::error::Result;

    pub struct CalendarPage {
        pub actor: Actor,
        pub year: i16,
        pub days: Vec<Day>,
        pub week: Week,
        pub calendar: Calendar,
        pub limits: Limits,
    }

    pub async fn read_calendar(visit: &Visit, year: i16) -> Result<CalendarPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_administer())?;
        Ok(CalendarPage {
            year,
            days: store::days_of(&mut ctx.tx, year).await?,
            week: store::week(&mut ctx.tx).await?,
            calendar: store::calendar(&mut ctx.tx).await?,
            limits: crate::enquiry::store::limits(&mut ctx.tx).await?,
            actor: ctx.actor,
        })
    }
}

//! The private calendar: `/calendar/{token}.ics`, which calendar programs read without signing in. Its address is shown once,
//! when it is made, and only a hash of it is kept; a new one makes the old one worthless. What it gives is what its owner may
//! see at that moment: nothing any more to who is suspended, less to whose role changed.

use leptos::prelude::*;

use crate::error::Result;

/// Somebody has the address of their calendar made, or made new.
#[server(endpoint = "account/make-calendar")]
pub async fn make_calendar() -> Result<()> {
    use crate::actor::require;
    use crate::backend::clock;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::security::{entry, recovery};

    let mut ctx = Ctx::begin().await?;
    entry::oneself(&ctx.actor)?;
    require(ctx.actor.may_see_agreements())?;
    let token = hex::encode(clock::random::<32>());
    set(&mut ctx.tx, ctx.actor.id, Some(&token), ctx.now).await?;
    let entry = Entry::new("account.calendar_made", "account", ctx.actor.id);
    ctx.record(entry).await?;
    let visit = ctx.visit.clone();
    ctx.commit().await?;
    recovery::hand_over(&visit, &token);
    redirect(PATH);
    Ok(())
}

/// Somebody ends the address of their calendar.
#[server(endpoint = "account/end-calendar")]
pub async fn end_calendar() -> Result<()> {
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::security::entry;

    let mut ctx = Ctx::begin().await?;
    entry::oneself(&ctx.actor)?;
    require(ctx.actor.may_see_agreements())?;
    if made_at(&mut ctx.tx, ctx.actor.id).await?.is_some() {
        set(&mut ctx.tx, ctx.actor.id, None, ctx.now).await?;
        ctx.record(Entry::new("account.calendar_ended", "account", ctx.actor.id)).await?;
        ctx.commit().await?;
    }
    redirect(PATH);
    Ok(())
}

#[cfg(feature = "ssr")]
pub use served::*;

#[cfg(feature = "ssr")]
mod served {
    use axum::extract::Path;
    use axum::response::{IntoResponse as _, Response};
    use http::header;
    use jiff::civil::Date;
    use leptos::prelude::*;
    use server_fn::ServerFn as _;
    use uuid::Uuid;

    use super::super::between;
    use super::super::ical::{self, Event};
    use super::{EndCalendar, MakeCalendar};
    use crate::account::session::token_hash;
    use crate::account::store::actor;
    use crate::actor::require;
    use crate::agreement::model::url;
    use crate::backend::context::Visit;
    use crate::backend::database::Tx;
    use crate::error::{Error, Result};
    use crate::language::Language;
    use crate::security::{cookies, entry};
    use crate::time::Timestamp;
    use crate::ui::form::{ErrorSummary, FormState};
    use crate::ui::icon::Icon;
    use crate::ui::moment::Moment;
    use crate::web::in_time;
    use crate::web::page::{At, Page, error_response};
    use crate::{ask, on};

    pub const PATH: &str = "/account/calendar";
    /// What a calendar program gets: so far back, so far ahead, and no more than so many days.
    const BACK: i64 = 366 * Timestamp::DAY;
    const AHEAD: i64 = 5 * 366 * Timestamp::DAY;
    const MOST: i64 = 3000;

    /// Sets the one address of an account's calendar, or ends it.
    pub(super) async fn set(tx: &mut Tx, account: Uuid, token: Option<&str>, now: Timestamp) -> Result<()> {
        let Some(token) = token else {
            let query = "DELETE FROM calendar_feeds WHERE account_id = $1";
            return Ok(on!(tx, |c| sqlx::query(query).bind(account).execute(c).await)?);
        };
        on!(tx, |c| sqlx::query(
            "INSERT INTO calendar_feeds (account_id, token_hash, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (account_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at"
        )
        .bind(account)
        .bind(token_hash(token))
        .bind(now.0)
        .execute(c)
        .await)?;
        Ok(())
    }

    /// Since when an account's calendar has its address; none where it has none.
    pub(super) async fn made_at(tx: &mut Tx, account: Uuid) -> Result<Option<i64>> {
        Ok(ask!(tx, |c| sqlx::query_scalar("SELECT created_at FROM calendar_feeds WHERE account_id = $1")
            .bind(account)
            .fetch_optional(c)
            .await)?)
    }

    async fn owner(tx: &mut Tx, token: &str) -> Result<Option<(Uuid, Option<String>)>> {
        Ok(ask!(tx, |c| sqlx::query_as(
            "SELECT f.account_id, a.language FROM calendar_feeds f JOIN accounts a ON a.id = f.account_id
             WHERE f.token_hash = $1"
        )
        .bind(token_hash(token))
        .fetch_optional(c)
        .await)?)
    }

    /// `/calendar/{token}.ics`
    pub async fn get(visit: Visit, Path(token): Path<String>) -> Response {
        match in_time(read(&visit, &token)).await {
            Ok(text) => (
                [
                    (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
                    (header::CONTENT_DISPOSITION, "inline; filename=\"agreements.ics\""),
                    (header::CACHE_CONTROL, "private, no-store"),
                    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                ],
                text,
            )
                .into_response(),
            Err(error) => error_response(&visit, &error).await,
        }
    }

    /// Whatever is wrong with an address, it is not found.
    async fn read(visit: &Visit, token: &str) -> Result<String> {
        let token = token.strip_suffix(".ics").ok_or(Error::NotFound)?;
        let now = visit.now();
        let mut tx = visit.backend.database.read().await?;
        let (account, language) = owner(&mut tx, token).await?.ok_or(Error::NotFound)?;
        let owner = actor(&mut tx, account, now).await?.ok_or(Error::NotFound)?;
        let scope = owner.opens_agreements().map_err(|_| Error::NotFound)?;
        let language = language.as_deref().and_then(Language::from_code).unwrap_or_default();
        let t = language.texts();
        let (from, to) = (now.minus(BACK).iso_day(), now.plus(AHEAD).iso_day());
        // What is to come first; of what is over, what there is room for.
        let (today, yesterday) = (now.iso_day(), now.minus(Timestamp::DAY).iso_day());
        let mut days = between(&mut tx, &scope, (&today, &to), MOST).await?;
        let room = MOST - i64::try_from(days.len()).unwrap_or(MOST);
        days.extend(between(&mut tx, &scope, (&from, &yesterday), room).await?);
        let portal = visit.backend.settings.url.as_str();
        let host = portal.split("://").last().unwrap_or_default();
        let events: Vec<Event> = days
            .iter()
            .filter_map(|day| {
                let date: Date = day.day.parse().ok()?;
                let occasion = day.occasion();
                let compact = |date: Date| date.to_string().replace('-', "");
                Some(Event {
                    uid: format!("{}-{}@{host}", day.id, occasion.code()),
                    sequence: day.version,
                    stamp: stamp(Timestamp(day.changed_at)),
                    day: compact(date),
                    next: compact(date.tomorrow().ok()?),
                    summary: format!("{}{}{}", t.calendar_occasion(occasion), t.form_colon(), day.title(language)),
                    url: format!("{portal}{}", url(&day.number)),
                })
            })
            .collect();
        Ok(ical::calendar(t.feed_name(), &events))
    }

    /// A moment in UTC as calendars write it.
    fn stamp(at: Timestamp) -> String {
        let moment = jiff::Timestamp::from_microsecond(at.0).unwrap_or_default();
        moment.strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// `/account/calendar`
    pub async fn page(visit: Visit, _: At) -> Result<Page> {
        let mut ctx = visit.read().await?;
        entry::oneself(&ctx.actor)?;
        require(ctx.actor.may_see_agreements())?;
        let made = made_at(&mut ctx.tx, ctx.actor.id).await?;
        // Right after it was made, once; not somebody else's in this browser, nor one that was made anew since.
        let address = match visit.seed.as_deref() {
            Some(token) if owner(&mut ctx.tx, token).await?.is_some_and(|(id, _)| id == ctx.actor.id) => {
                Some(format!("{}/calendar/{token}.ics", visit.backend.settings.url.as_str()))
            }
            _ => None,
        };
        let language = visit.language;
        let refused = visit.refused.clone();
        let seed = visit.seed.is_some();
        let mut page = Page::new(visit.texts().feed_title(), move |t| {
            let form = FormState::new(t, refused.as_ref(), MakeCalendar::PATH);
            let shown = address.map(|address| {
                view! {
                    <div class="notice attention"><Icon name="alert-triangle" /><p>{t.feed_once()}</p></div>
                    <p><code class="whole">{address}</code></p>
                }
            });
            let since = made.map(|at| {
                view! { <p>{t.feed_since()}" "<Moment at=Timestamp(at) language=language day_only=true /></p> }
            });
            let end = made.map(|_| {
                view! {
                    <form method="post" action=EndCalendar::PATH>
                        <button class="button">{t.feed_end()}</button>
                    </form>
                }
            });
            let make = if made.is_some() { t.feed_anew() } else { t.feed_make() };
            view! {
                <header class="page-head">
                    <p class="crumbs"><a href="/account">{t.security_account()}</a></p>
                    <h1>{t.feed_title()}</h1>
                </header>
                <ErrorSummary form=form labels=Vec::new() />
                <div class="prose">
                    <p>{t.feed_explained()}</p>
                    {shown}{since}
                    <div class="actions">
                        <form method="post" action=MakeCalendar::PATH>
                            <button class="button primary">{make}</button>
                        </form>
                        {end}
                    </div>
                    <p class="hint">{t.feed_hint()}</p>
                </div>
            }
            .into_any()
        });
        if seed {
            let settings = &visit.backend.settings;
            page.cookies.extend(cookies::header(settings, cookies::seed_name(settings.https), None, 0));
        }
        Ok(page.actor(ctx.actor))
    }
}

//! How enquiries come in, and what one can read of them.

use leptos::prelude::*;

use super::model::EnquiryForm;
use crate::error::Result;

/// Anybody sends an enquiry by the public form. The answer is the same whoever asks: a number, and what happens next.
#[server(endpoint = "enquire/send")]
pub async fn send_enquiry(
    #[server(default)] form_id: String,
    // When the form was drawn; and a field that people do not see.
    #[server(default)] mark: String,
    #[server(default)] homepage: String,
    #[server(flatten)] form: EnquiryForm,
) -> Result<()> {
    use super::model::Channel;
    use super::store::Arrival;
    use super::{events, guard, letters, public, store};
    use crate::account::throttle;
    use crate::backend::clock;
    use crate::backend::context::{Visit, redirect};
    use crate::backend::fold::fold;
    use crate::backend::journal;

    let facts = form.parse().and_then(public::known)?;
    let visit = Visit::current()?;
    let mut tx = visit.backend.database.begin().await?;
    let now = visit.now();
    guard::by_hand(&mut tx, &mark, &homepage, now).await?;
    // From here on others who send wait: each is counted, and the same form sent twice is one enquiry.
    let number = store::next_number(&mut tx, now).await?;
    let mut id = form_id.parse().ok().filter(|id: &uuid::Uuid| id.get_version_num() == 7).unwrap_or_else(clock::new_id);
    if let Some(there) = store::find(&mut tx, id).await? {
        if there.facts == facts && there.channel == Channel::Form {
            redirect(&public::sent_url(&there.number));
            return Ok(());
        }
        id = clock::new_id();
    }
    let gets_receipt = guard::admit(&mut tx, &throttle::network(&visit.address), &fold(&facts.email), now).await?;
    let arrival = Arrival { id, channel: Channel::Form, received_at: now, recorded_by: None };
    store::insert(&mut tx, arrival, &number, &facts, now).await?;
    if gets_receipt {
        let limits = store::limits(&mut tx).await?;
        letters::receipt(&mut tx, &facts, &number, limits, now).await?;
    }
    // The network address stays out of the journal: it would lead back to a person who may be forgotten.
    let author = journal::Author { address: String::new(), now, ..visit.author(None) };
    journal::record(&mut tx, &author, events::received("enquiry.received", id, &number, &facts, arrival)).await?;
    tx.commit().await?;
    redirect(&public::sent_url(&number));
    Ok(())
}

/// Staff writes down an enquiry that came another way.
#[server(endpoint = "enquiries/record")]
pub async fn record_enquiry(
    #[server(default)] form_id: String,
    #[server(default)] channel: String,
    #[server(default)] received_at: String,
    #[server(flatten)] form: EnquiryForm,
) -> Result<()> {
    use super::model::{Channel, url};
    use super::store::{self, Arrival};
    use super::{events, public};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Problem};
    use crate::time::Timestamp;

    let facts = form.parse_recorded().and_then(public::known);
    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_handle_enquiries())?;
    // The form is one: its two own fields' problems are told with the others.
    let mut check = Check::default();
    let came = Channel::from_code(&channel).filter(|channel| *channel != Channel::Form).unwrap_or_else(|| {
        check.note("channel", if channel.is_empty() { Problem::Missing } else { Problem::NotAnOption });
        Channel::Other
    });
    let received = if received_at.trim().is_empty() { Some(ctx.now) } else { Timestamp::from_local(&received_at) };
    let received = received.unwrap_or_else(|| {
        check.note("received_at", Problem::NotADate);
        ctx.now
    });
    if received > ctx.now {
        check.note("received_at", Problem::InTheFuture);
    } else if received < ctx.now.minus(366 * Timestamp::DAY) {
        check.note("received_at", Problem::WrongSpan);
    }
    let facts = match (facts, check.finish(())) {
        (Err(Error::Invalid(mut errors)), Err(Error::Invalid(own))) => {
            errors.0.extend(own.0);
            return Err(Error::Invalid(errors));
        }
        (facts, own) => {
            own?;
            facts?
        }
    };
    let number = store::next_number(&mut ctx.tx, received).await?;
    let mut id = ctx.id_of_form(&form_id).await?;
    if let Some(there) = store::find(&mut ctx.tx, id).await? {
        if there.facts == facts && there.channel == came {
            redirect(&there.url());
            return Ok(());
        }
        id = ctx.new_id();
    }
    let arrival = Arrival { id, channel: came, received_at: received, recorded_by: Some(ctx.actor.id) };
    store::insert(&mut ctx.tx, arrival, &number, &facts, ctx.now).await?;
    ctx.record(events::received("enquiry.recorded", id, &number, &facts, arrival)).await?;
    ctx.commit().await?;
    redirect(&url(id));
    Ok(())
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use super::super::convert::ConvertToNewCompany;
    use crate::backend::database::Tx;
    use crate::backend::refused::RefusedPost;
    use crate::company::duplicate::store::Alike;
    use server_fn::ServerFn as _;
    use uuid::Uuid;

    use super::super::filter::EnquiryFilter;
    use super::super::matching::{self, Candidate};
    use super::super::model::{Action, Enquiry, Limits};
    use super::super::store::{self, EnquiryLine, Message};
    use crate::absence::model::Acting;
    use crate::absence::who_acts;
    use crate::actor::{Actor, require};
    use crate::backend::context::Visit;
    use crate::backend::fold::fold;
    use crate::backend::journal::{self, Event};
    use crate::calendar::model::Calendar;
    use crate::error::{Error, Result};
    use crate::time::Timestamp;

    /// Rows on a page of the list.
    pub const PAGE: i64 = 50;

    pub struct EnquiryList {
        pub actor: Actor,
        pub lines: Vec<EnquiryLine>,
        /// How many there are on all pages.
        pub count: i64,
        pub open: i64,
        pub overdue: i64,
        pub unassigned: i64,
        pub people: Vec<(Uuid, String)>,
        pub countries: Vec<String>,
        pub calendar: Calendar,
        pub now: Timestamp,
    }

    pub async fn list_enquiries(visit: &Visit, filter: &EnquiryFilter) -> Result<EnquiryList> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_see_enquiries())?;
        let now = ctx.now;
        let mine = store::mine(&mut ctx.tx, ctx.actor.id, now).await?;
        let open = EnquiryFilter { which: Some(super::super::filter::Which::Open), ..EnquiryFilter::default() };
        let page = Some((PAGE, (filter.page - 1) * PAGE));
        let countries: Vec<(String,)> = crate::ask!(&mut ctx.tx, |c| sqlx::query_as(
            "SELECT DISTINCT country FROM enquiries WHERE country IS NOT NULL"
        )
        .fetch_all(c)
        .await)?;
        Ok(EnquiryList {
            lines: store::list(&mut ctx.tx, filter, now, page).await?,
            count: store::count(&mut ctx.tx, filter, now).await?,
            open: store::count(&mut ctx.tx, &open, now).await?,
            overdue: mine.overdue,
            unassigned: mine.unassigned,
            people: crate::account::store::managers(&mut ctx.tx).await?,
            countries: countries.into_iter().map(|(code,)| code).collect(),
            calendar: crate::calendar::store::calendar(&mut ctx.tx).await?,
            actor: ctx.actor,
            now,
        })
    }

    /// Everything that a filter finds, for a spreadsheet.
    pub async fn export_enquiries(visit: &Visit, filter: &EnquiryFilter) -> Result<Vec<EnquiryLine>> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_see_enquiries())?;
        ctx.actor.takes_files()?;
        if filter.is_everything() {
            ctx.require_recent()?;
        }
        store::list(&mut ctx.tx, filter, ctx.now, None).await
    }

    pub struct EnquiryPage {
        pub actor: Actor,
        pub enquiry: Enquiry,
        pub messages: Vec<Message>,
        pub timeline: Vec<Event>,
        pub people: Vec<(Uuid, String)>,
        /// Names of the companies and enquiries that are spoken of.
        pub names: std::collections::HashMap<Uuid, String>,
        pub candidates: Vec<Candidate>,
        /// To whom it should go: the account manager of a company that fits, and who acts for that person.
        pub suggested: Option<Acting>,
        pub others: Vec<(Uuid, String, i64)>,
        /// After a refused conversion: the companies that are like the one that was typed.
        pub alike: Vec<Alike>,
        /// What this person may do with it now.
        pub actions: Vec<Action>,
        pub calendar: Calendar,
        pub limits: Limits,
        pub now: Timestamp,
    }

    /// The companies that are like the one that was to be made.
    async fn alike(tx: &mut Tx, visit: &Visit) -> Result<Vec<Alike>> {
        let made = |post: &&RefusedPost| post.endpoint == ConvertToNewCompany::PATH && post.asks_of_duplicates();
        let Some(post) = visit.refused.as_deref().filter(made) else { return Ok(Vec::new()) };
        let Ok(facts) = crate::company::api::typed(post).parse() else { return Ok(Vec::new()) };
        crate::company::duplicate::check::likely(tx, &facts, None).await
    }

    pub async fn read_enquiry(visit: &Visit, id: Result<Uuid>) -> Result<EnquiryPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_see_enquiries())?;
        let enquiry = store::find(&mut ctx.tx, id?).await?.ok_or(Error::NotFound)?;
        crate::notification::seen(visit, &mut ctx.tx, &mut ctx.actor, enquiry.id).await?;
        let tx = &mut ctx.tx;
        let about = journal::Filter { subject: Some(enquiry.id), ..journal::Filter::default() };
        let timeline = journal::events(tx, &about, 100, 0).await?;
        let mut names = crate::journal::store::subject_names(tx, &timeline, visit.language).await?;
        if let Some(company) = enquiry.company_id
            && let Some(company) = crate::company::store::find(tx, company).await?
        {
            names.insert(company.id, visit.language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned());
        }
        if let Some(first) = enquiry.duplicate_of
            && let Some(first) = store::find(tx, first).await?
        {
            names.insert(first.id, first.number);
        }
        let handles = ctx.actor.may_handle_enquiries();
        let is_over = enquiry.state.is_over();
        let candidates = if is_over { Vec::new() } else { matching::candidates(tx, &enquiry.facts).await? };
        let manager = candidates.iter().find_map(|candidate| candidate.manager);
        let suggested = match manager {
            Some(manager) => Some(who_acts(tx, manager, ctx.now).await?),
            None => None,
        };
        let alike = alike(tx, visit).await?;
        Ok(EnquiryPage {
            alike,
            messages: store::messages(tx, enquiry.id).await?,
            others: store::latest(tx, &fold(&enquiry.facts.email), enquiry.id).await?,
            people: crate::account::store::managers(tx).await?,
            calendar: crate::calendar::store::calendar(tx).await?,
            limits: store::limits(tx).await?,
            actions: if handles { enquiry.state.actions(enquiry.progress()) } else { Vec::new() },
            actor: ctx.actor,
            now: ctx.now,
            enquiry,
            timeline,
            names,
            candidates,
            suggested,
        })
    }
}

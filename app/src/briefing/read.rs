//! What a briefing says, read in one transaction. Each part is bounded: what does not fit a page is counted.

use crate::actor::require;
use crate::agreement::obligation;
use crate::agreement::store::{AgreementLine, live_of_company};
use crate::backend::context::Visit;
use crate::company::api::read_moves;
use crate::company::opened::Opened;
use crate::company::proposal;
use crate::company::relation::{self, model::lasts, store::Related};
use crate::document::{self, model::Audience, model::Document};
use crate::enquiry::{self, store::EnquiryLine};
use crate::error::Result;
use crate::interaction::{self, store::Line as InteractionLine};
use crate::message::{self, model::Thread};
use crate::person::store::Held;
use crate::product::{self, store::ProductLine};
use crate::task::{self, due::Days, store::TaskLine};
use crate::time::Timestamp;
use uuid::Uuid;

/// So many rows each part has at most.
pub const MOST: usize = 12;
/// So many contacts are the last ones.
const CONTACTS: i64 = 5;

pub struct Briefing {
    pub opened: Opened,
    pub people: Vec<Held>,
    pub relations: Vec<Related>,
    pub products: Vec<ProductLine>,
    pub product_count: i64,
    /// What is still to be done, what is due first, and the days by which it is late.
    pub tasks: Vec<TaskLine>,
    pub days: Days,
    /// Those under way and in force, and how many there are; what the company owes under them.
    pub agreements: Vec<AgreementLine>,
    pub agreement_count: i64,
    pub owed: Vec<obligation::store::Owed>,
    /// The latest.
    pub interactions: Vec<InteractionLine>,
    /// Open ones: when, and by whom.
    pub proposals: Vec<proposal::model::Proposal>,
    /// Those of which nothing has become yet, and what became this company.
    pub enquiries: Vec<EnquiryLine>,
    /// Threads in which the company waits for an answer.
    pub waiting: Vec<Thread>,
    /// The latest threads.
    pub threads: Vec<Thread>,
    pub documents: Vec<Document>,
    /// When it came to the stage that it is at, and why.
    pub stage_since: Option<(Timestamp, String)>,
}

/// # Errors
/// [`crate::error::Error::NotFound`] for another company's people, [`crate::error::Error::Forbidden`] for all who do not
/// work in the zone.
pub async fn read(visit: &Visit, id: Uuid) -> Result<Briefing> {
    let mut opened = Opened::open(visit, id).await?;
    require(opened.actor().may_see_internals())?;
    let (language, today) = (opened.language, opened.today());
    let people = crate::person::api::people_of(&mut opened.ctx, id, language).await?.current;
    let mut relations = relation::store::of_company(&mut opened.ctx.tx, id, true).await?;
    relations.retain(|related| lasts(related.relation.until.as_deref(), &today));
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let (products, product_count) = product::store::of_company(&mut opened.ctx.tx, id, language, limit).await?;
    let mut proposals = proposal::store::of_company(&mut opened.ctx.tx, id, limit).await?;
    proposals.retain(|proposal| proposal.state == proposal::model::State::Open);
    let tasks = task::store::open_about(&mut opened.ctx.tx, id, limit).await?;
    let days = task::api::days(&mut opened.ctx).await?;
    let (scope, now) = (opened.actor().opens_agreements()?, opened.ctx.now);
    let tx = &mut opened.ctx.tx;
    let (agreements, agreement_count) = live_of_company(tx, id, &scope, now, limit).await?;
    let of: Vec<Uuid> = agreements.iter().map(|line| line.id).collect();
    let owed = obligation::store::owed_by(tx, id, &of, now).await?;
    let interactions = interaction::store::latest(&mut opened.ctx.tx, id, CONTACTS).await?;
    let enquiries = enquiry::store::of_company(&mut opened.ctx.tx, id, CONTACTS).await?;
    let waiting = message::store::waiting(&mut opened.ctx.tx, id, CONTACTS).await?;
    let (threads, _) = message::store::of_company(&mut opened.ctx.tx, id, CONTACTS, 0).await?;
    let documents = document::store::of_company(&mut opened.ctx.tx, id, Audience::Zone).await?;
    let stage_since = read_moves(&mut opened).await?.into_iter().next().map(|event| {
        let reason = event.changes.iter().find(|change| change.field == "stage_reason");
        (event.at, reason.and_then(|change| change.after.clone()).unwrap_or_default())
    });
    Ok(Briefing {
        opened,
        people,
        relations,
        products,
        product_count,
        tasks,
        days,
        agreements,
        agreement_count,
        owed,
        interactions,
        proposals,
        enquiries,
        waiting,
        threads,
        documents,
        stage_since,
    })
}

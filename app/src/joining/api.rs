//! Asking for access, and confirming that one reads the address' mails.

use leptos::prelude::*;

use super::model::JoinForm;
use crate::error::Result;

/// Somebody asks for access for a company. The answer is the same, and comes at the same time, whatever is known.
#[server(endpoint = "joining/ask")]
pub async fn ask_to_join(#[server(flatten)] form: JoinForm) -> Result<()> {
    use crate::account::{address, asked};
    use crate::backend::context::{Visit, redirect};
    use crate::country;
    use crate::error::{Check, Problem};

    let visit = Visit::current()?;
    let mut check = Check::default();
    let said = form.read(&mut check);
    if country::find(&said.country).is_none() {
        check.note("country", Problem::NotAnOption);
    }
    let address = address::read(&mut check, "email", &form.email);
    let (said, address) = check.finish((said, address))?;
    asked::steadily(ask(&visit, &said, &address)).await?;
    redirect("/join/sent");
    Ok(())
}

#[cfg(feature = "ssr")]
async fn ask(
    visit: &crate::backend::context::Visit,
    said: &super::model::Asked,
    address: &crate::account::address::Address,
) -> Result<()> {
    use super::{letters, store};
    use crate::account::{asked, store as accounts, throttle};
    use crate::backend::clock;
    use crate::backend::link;

    let mut tx = visit.backend.database.begin().await?;
    let now = visit.now();
    let network = throttle::network(&visit.address);
    if !asked::admit(&mut tx, asked::Kind::Join, &address.folded, &network, now).await? {
        return Ok(());
    }
    if let Some(account) = accounts::by_address(&mut tx, &address.folded).await? {
        letters::known(&mut tx, visit, &account.receiver(visit.language)).await?;
        return tx.commit().await;
    }
    let undecided = store::undecided(&mut tx, &address.folded).await?;
    let receiver = letters::receiver(address, &said.name, visit.language);
    if undecided.iter().any(|(_, state, _)| state == "waiting") {
        letters::waiting(&mut tx, visit, &receiver).await?;
        return tx.commit().await;
    }
    let id = match undecided.first() {
        Some((id, ..)) => {
            store::replace(&mut tx, *id, said, address, visit.language, &network, now).await?;
            *id
        }
        None => {
            let id = clock::new_id();
            store::insert(&mut tx, id, said, address, visit.language, &network, now).await?;
            id
        }
    };
    let token = link::make(&mut tx, link::Kind::Join, id, "", now).await?;
    letters::confirm(&mut tx, visit, &receiver, &token).await?;
    tx.commit().await
}

/// Somebody presses the button of the page that the mail's link leads to: from now on their request waits for staff.
#[server(endpoint = "joining/confirm")]
pub async fn confirm_joining(#[server(default)] token: String) -> Result<()> {
    use super::{letters, store};
    use crate::backend::context::{Visit, redirect};
    use crate::backend::journal::{self, Entry};
    use crate::backend::link;
    use crate::error::{Error, Refusal};

    let visit = Visit::current()?;
    let mut tx = visit.backend.database.begin().await?;
    let now = visit.now();
    let link = link::use_up(&mut tx, link::Kind::Join, &token, now).await?;
    if !store::confirm(&mut tx, link.subject_id, now).await? {
        return Err(Error::Refused(Refusal::DeadLink));
    }
    let entry = Entry::new("join_request.confirmed", "join_request", link.subject_id);
    journal::record(&mut tx, &visit.author(None), entry).await?;
    letters::tell_staff(&mut tx, link.subject_id, now).await?;
    tx.commit().await?;
    redirect("/join/confirmed");
    Ok(())
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::filter::JoinFilter;
    use super::super::likeness::{Match, Sought, ranked};
    use super::super::model::{ALL_OF_THEM, JoinRequest, State};
    use super::super::store;
    use crate::account::address::domain;
    use crate::account::store::{self as accounts, Colleague, Known};
    use crate::actor::{Actor, require};
    use crate::backend::context::Visit;
    use crate::backend::link;
    use crate::company::filter::CompanyFilter;
    use crate::company::model::Company;
    use crate::company::store as companies;
    use crate::error::{Error, Refusal, Result};
    use crate::notification;

    /// Rows on a page of the list.
    pub const PAGE: i64 = 50;
    /// How many likely companies are shown, and how many that a search finds.
    const LIKELY: usize = 8;
    const FOUND: usize = 8;

    /// The request that a link confirms.
    pub async fn read_link(visit: &Visit, token: &str) -> Result<(JoinRequest, Option<Actor>)> {
        let (mut tx, actor) = visit.look().await?;
        let link = link::find(&mut tx, link::Kind::Join, token, visit.now()).await?;
        let request = store::find(&mut tx, link.subject_id).await?;
        let request = request.filter(|request| request.state == State::Unconfirmed);
        Ok((request.ok_or(Error::Refused(Refusal::DeadLink))?, actor))
    }

    pub struct JoinList {
        pub actor: Actor,
        pub requests: Vec<JoinRequest>,
        /// How many there are on all pages.
        pub count: i64,
    }

    pub async fn list_requests(visit: &Visit, filter: &JoinFilter) -> Result<JoinList> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_admit())?;
        notification::seen(visit, &mut ctx.tx, &mut ctx.actor, ALL_OF_THEM).await?;
        let (requests, count) = store::list(&mut ctx.tx, filter, PAGE, (filter.page - 1) * PAGE).await?;
        Ok(JoinList { actor: ctx.actor, requests, count })
    }

    /// A company that the request may be about.
    pub struct Likely {
        pub company: Company,
        /// Why it is likely; nothing for one that a search found.
        pub found: Option<Match>,
        /// Who acts for it.
        pub people: Vec<Colleague>,
    }

    pub struct JoinPage {
        pub actor: Actor,
        pub request: JoinRequest,
        pub likely: Vec<Likely>,
        /// The company that it was accepted into.
        pub company: Option<Company>,
        /// The account that the address has meanwhile.
        pub account: Option<Known>,
        /// Other requests from the same domain.
        pub others: Vec<JoinRequest>,
    }

    /// A request and the companies it may be about; `search` finds further ones.
    pub async fn read_request(visit: &Visit, id: Result<Uuid>, search: &str) -> Result<JoinPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_admit())?;
        let request = store::find(&mut ctx.tx, id?).await?.ok_or(Error::NotFound)?;
        notification::seen(visit, &mut ctx.tx, &mut ctx.actor, ALL_OF_THEM).await?;
        let domain = domain(&request.email_folded).to_owned();
        let mut likely = Vec::new();
        if request.state == State::Waiting {
            let sought = Sought {
                company_name: &request.company_name,
                country: request.country.as_deref(),
                website: &request.website,
                domain: &domain,
            };
            let candidates = store::candidates(&mut ctx.tx, &sought, ctx.now).await?;
            let mut ids: Vec<(Uuid, Option<Match>)> =
                ranked(&sought, &candidates, LIKELY).into_iter().map(|found| (found.id, Some(found))).collect();
            if !search.is_empty() {
                let filter = CompanyFilter { search: search.to_owned(), page: 1, ..CompanyFilter::default() };
                let most = i64::try_from(FOUND + ids.len()).unwrap_or(i64::MAX);
                let (mut lines, _) = companies::first(&mut ctx.tx, &filter, visit.language, most).await?;
                lines.retain(|line| !ids.iter().any(|(id, _)| *id == line.id));
                ids.extend(lines.into_iter().take(FOUND).map(|line| (line.id, None)));
            }
            for (id, found) in ids {
                let Some(company) = companies::find(&mut ctx.tx, id).await? else { continue };
                let people = accounts::people_of(&mut ctx.tx, id, ctx.now).await?;
                likely.push(Likely { company, found, people });
            }
        }
        let company = match request.company {
            Some(company) => companies::find(&mut ctx.tx, company).await?,
            None => None,
        };
        let account = accounts::by_address(&mut ctx.tx, &request.email_folded).await?;
        let others = match crate::company::likeness::lookalike::is_free_mail(&domain) {
            true => Vec::new(),
            false => store::of_domain(&mut ctx.tx, &domain, request.id).await?,
        };
        Ok(JoinPage { actor: ctx.actor, request, likely, company, account, others })
    }
}

//! What administrators can do about people, and what the pages about them show.

use leptos::prelude::*;

use crate::error::Result;

/// An administrator changes a person's name or role. Who becomes a representative needs a company; who acts for one keeps
/// that role. The edit names the version it started from.
#[server(endpoint = "accounts/edit")]
pub async fn edit_person(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] name: String,
    #[server(default)] role: String,
    #[server(default)] company: String,
    #[server(default)] rights: String,
) -> Result<()> {
    use super::{letters, store};
    use crate::actor::Role;
    use crate::affiliation;
    use crate::affiliation::model::Terms;
    use crate::backend::context::redirect;
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem, Refusal};
    use crate::security::requirement;

    let (mut ctx, person) = begin(&id).await?;
    let mut check = Check::default();
    let name = check.required("name", &name, 100);
    if name.chars().any(crate::document::model::is_invisible) {
        check.note("name", Problem::ControlCharacters);
    }
    let role = Role::from_code(role.trim()).unwrap_or_else(|| {
        check.note("role", Problem::NotAnOption);
        person.role()
    });
    let changes_role = role != person.role();
    // Before anything else is asked of the form: what is never allowed.
    if changes_role && person.id == ctx.actor.id {
        return Err(Error::Refused(Refusal::Oneself));
    }
    let mut becomes = None;
    if changes_role && role == Role::Representative {
        let company = find_company(&mut ctx, &company, &mut check).await?;
        let rights = rights_of(&rights, &mut check);
        let terms = Terms { rights, title: String::new(), since: String::new(), until: String::new() };
        becomes = company.map(|company| (company, terms));
    }
    check.finish(())?;
    if person.version.to_string() != version.trim() {
        return Err(Error::Conflict);
    }
    if changes_role {
        ctx.require_recent()?;
        let companies = affiliation::store::of_accounts(&mut ctx.tx, &[person.id]).await?;
        if person.role() == Role::Representative && companies.iter().any(|company| company.ended_at.is_none()) {
            return Err(Error::Refused(Refusal::StillActs));
        }
    }
    let fields = |name: &str, role: Role| vec![("name", name.to_owned()), ("role", role.code().to_owned())];
    let entry = Entry::new("account.edited", "account", person.id);
    let entry = entry.changed(fields(&person.name, person.role()), fields(&name, role));
    if !entry.changes.is_empty() {
        if !store::update(&mut ctx.tx, person.id, person.version, &name, role).await? {
            return Err(Error::Conflict);
        }
        if store::administrators(&mut ctx.tx).await? == 0 {
            return Err(Error::Refused(Refusal::LastOfPortal));
        }
        // The company is held before the journal, as everywhere.
        if let Some((company, terms)) = becomes {
            act(&mut ctx, person.id, company, &terms).await?;
        }
        ctx.record(entry).await?;
        if changes_role {
            // What the new role requires counts in the sessions that are open now.
            requirement::apply(&mut ctx.tx, Some(person.id)).await?;
            letters::tell_role(&mut ctx, &person, role).await?;
        }
        ctx.commit().await?;
    }
    redirect(&super::url(person.id));
    Ok(())
}

/// An administrator lets a representative act for one more company.
#[server(endpoint = "accounts/affiliate")]
pub async fn affiliate_person(
    #[server(default)] id: String,
    #[server(default)] company: String,
    #[server(default)] rights: String,
    #[server(default)] title: String,
) -> Result<()> {
    use crate::actor::Role;
    use crate::affiliation::model::Terms;
    use crate::backend::context::redirect;
    use crate::error::{Check, Error, Problem};

    let (mut ctx, person) = begin(&id).await?;
    if person.role() != Role::Representative || person.erased_at.is_some() {
        return Err(Error::Conflict);
    }
    let mut check = Check::default();
    let company = find_company(&mut ctx, &company, &mut check).await?;
    let rights = rights_of(&rights, &mut check);
    let title = check.line("title", &title, 100);
    if company.is_none() {
        check.note("company", Problem::Missing);
    }
    check.finish(())?;
    if let Some(company) = company {
        let terms = Terms { rights, title, since: String::new(), until: String::new() };
        act(&mut ctx, person.id, company, &terms).await?;
        ctx.commit().await?;
    }
    redirect(&super::url(person.id));
    Ok(())
}

#[cfg(feature = "ssr")]
use super::write::{act, begin, find_company, rights_of};

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::filter::PeopleFilter;
    use super::super::store::{self, Person};
    use crate::account::session::{self, Browser};
    use crate::actor::Actor;
    use crate::affiliation::store::{Represented, of_accounts};
    use crate::backend::context::Visit;
    use crate::backend::journal::{self, Event};
    use crate::error::{Error, Result};
    use crate::time::Timestamp;

    /// Rows on a page of the list.
    pub const PAGE: i64 = 50;
    /// So many entries of the journal are shown on a person's page.
    const ENTRIES: i64 = 10;

    pub struct PeopleList {
        pub actor: Actor,
        pub people: Vec<Person>,
        /// For whom they act.
        pub companies: Vec<Represented>,
        /// How many there are on all pages.
        pub count: i64,
        /// The companies for which anybody acts.
        pub represented: Vec<(Uuid, String, String)>,
    }

    pub async fn list_people(visit: &Visit, filter: &PeopleFilter) -> Result<PeopleList> {
        let mut ctx = visit.read().await?;
        let scope = ctx.actor.accounts()?;
        let (people, count) = store::list(&mut ctx.tx, filter, scope, PAGE, (filter.page - 1) * PAGE).await?;
        let ids: Vec<Uuid> = people.iter().map(|person| person.id).collect();
        let mut companies = of_accounts(&mut ctx.tx, &ids).await?;
        companies.retain(|company| company.ended_at.is_none());
        let represented = store::represented(&mut ctx.tx).await?;
        Ok(PeopleList { actor: ctx.actor, people, companies, count, represented })
    }

    pub struct PersonPage {
        pub actor: Actor,
        pub person: Person,
        pub companies: Vec<Represented>,
        pub today: String,
        /// The rest is for administrators.
        pub sessions: Vec<Browser>,
        pub did: Vec<Event>,
        pub happened: Vec<Event>,
        /// The names of those who stand in the entries.
        pub names: Vec<(Uuid, String)>,
        pub subjects: std::collections::HashMap<Uuid, String>,
        /// Why and when they were suspended.
        pub suspension: Option<(Timestamp, String)>,
    }

    pub async fn read_person(visit: &Visit, id: Uuid) -> Result<PersonPage> {
        let mut ctx = visit.read().await?;
        ctx.actor.accounts()?;
        let person = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        ctx.actor.may_see_person(person.role())?;
        let companies = of_accounts(&mut ctx.tx, &[id]).await?;
        let (mut sessions, mut did, mut happened) = (Vec::new(), Vec::new(), Vec::new());
        let mut suspension = None;
        if ctx.actor.may_administer() {
            sessions = session::of_account(&mut ctx.tx, id, ctx.now).await?;
            let by = journal::Filter { actor: Some(id), ..journal::Filter::default() };
            did = journal::events(&mut ctx.tx, &by, ENTRIES, 0).await?;
            let to = journal::Filter { subject: Some(id), ..journal::Filter::default() };
            happened = journal::events(&mut ctx.tx, &to, ENTRIES, 0).await?;
            if person.suspended_at.is_some() {
                let of = journal::Filter { action: "account.suspended".to_owned(), ..to };
                let last = journal::events(&mut ctx.tx, &of, 1, 0).await?.into_iter().next();
                suspension = last.map(|event| {
                    let reason = event.changes.iter().find(|change| change.field == "reason");
                    (event.at, reason.and_then(|change| change.after.clone()).unwrap_or_default())
                });
            }
        }
        let all: Vec<Event> = did.iter().chain(&happened).cloned().collect();
        let names = crate::journal::store::people_named(&mut ctx.tx, &all).await?;
        let subjects = crate::journal::store::subject_names(&mut ctx.tx, &all, visit.language).await?;
        let today = ctx.now.iso_day();
        Ok(PersonPage {
            actor: ctx.actor,
            person,
            companies,
            today,
            sessions,
            did,
            happened,
            names,
            subjects,
            suspension,
        })
    }
}

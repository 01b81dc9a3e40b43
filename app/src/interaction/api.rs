//! What one can ask of interactions, and do with them.

use leptos::prelude::*;

use super::model::{InteractionForm, NextForm};
use crate::error::Result;

/// Staff records an interaction, and what comes next.
#[server(endpoint = "interactions/record")]
pub async fn record_interaction(
    #[server(default)] form_id: String,
    #[server(flatten)] form: InteractionForm,
    #[server(flatten)] next: NextForm,
) -> Result<()> {
    use super::model::url;
    use super::{events, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Check;
    use crate::task;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_record_interactions())?;
    let mut check = Check::default();
    let details = form.parse(&mut ctx.tx, &mut check, None, ctx.now).await?;
    let step = next.parse(&mut check, crate::time::Timestamp::from_local(&form.at), ctx.now);
    if let Some(step) = &step {
        task::api::check_owner(&mut ctx, &mut check, "next_owner", step.owner).await?;
    }
    check.finish(())?;
    crate::company::store::hold(&mut ctx.tx, &details.companies).await?;
    let mut id = ctx.id_of_form(&form_id).await?;
    if let Some(there) = store::find(&mut ctx.tx, id).await? {
        if there.details == details {
            redirect(&url(id));
            return Ok(());
        }
        // Gone back to, the form sends another interaction with the same id.
        id = ctx.new_id();
    } else if store::was_removed(&mut ctx.tx, id).await? {
        id = ctx.new_id();
    }
    store::insert(&mut ctx.tx, id, &details, ctx.actor.id, ctx.now).await?;
    let fields = events::fields(&mut ctx.tx, &details).await?;
    ctx.record(Entry::new("interaction.recorded", "interaction", id).created(fields)).await?;
    if let Some(step) = step {
        let about = task::model::About { company: first_of(&details), enquiry: None, interaction: Some(id) };
        let task = ctx.new_id();
        task::store::insert(&mut ctx.tx, task, &step, about, ctx.actor.id, ctx.now).await?;
        ctx.record(Entry::new("task.added", "task", task).created(step.fields())).await?;
        task::tell::assigned(&mut ctx, task, &step).await?;
    }
    ctx.commit().await?;
    redirect(&url(id));
    Ok(())
}

/// The company that a next step is about: with several it is about none of them more than about the others.
#[cfg(feature = "ssr")]
fn first_of(details: &super::model::Details) -> Option<uuid::Uuid> {
    match details.companies[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// Staff corrects an interaction. The edit names the version it started from; if somebody was faster, nothing is written.
#[server(endpoint = "interactions/edit")]
pub async fn edit_interaction(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(flatten)] form: InteractionForm,
) -> Result<()> {
    use super::{events, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_record_interactions())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let before = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let mut check = Check::default();
    let details = form.parse(&mut ctx.tx, &mut check, Some(&before.details), ctx.now).await?;
    check.finish(())?;
    if before.version != version {
        return Err(Error::Conflict);
    }
    if before.details != details {
        let fields_before = events::fields(&mut ctx.tx, &before.details).await?;
        let fields = events::fields(&mut ctx.tx, &details).await?;
        let companies = [before.details.companies.as_slice(), &details.companies].concat();
        crate::company::store::hold(&mut ctx.tx, &companies).await?;
        if !store::update(&mut ctx.tx, id, version, &details, ctx.now).await? {
            return Err(Error::Conflict);
        }
        ctx.record(Entry::new("interaction.edited", "interaction", id).changed(fields_before, fields)).await?;
        ctx.commit().await?;
    }
    redirect(&before.url());
    Ok(())
}

/// Staff removes an interaction that was recorded by mistake. What it said, and why it went, stays in the journal.
#[server(endpoint = "interactions/remove")]
pub async fn remove_interaction(#[server(default)] id: String, #[server(default)] remove_reason: String) -> Result<()> {
    use super::{events, list_view, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_record_interactions())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let Some(before) = store::find(&mut ctx.tx, id).await? else {
        // Removed a moment ago, perhaps by the same hand.
        redirect(list_view::PATH);
        return Ok(());
    };
    let mut check = Check::default();
    let reason = check.text("remove_reason", &remove_reason, 500);
    if reason.is_empty() {
        check.note("remove_reason", Problem::NoReason);
    }
    check.finish(())?;
    let mut fields = events::fields(&mut ctx.tx, &before.details).await?;
    fields.push(("remove_reason", reason));
    if store::remove(&mut ctx.tx, id, ctx.actor.id, ctx.now).await? {
        ctx.record(Entry::new("interaction.removed", "interaction", id).created(fields)).await?;
        ctx.commit().await?;
    }
    let one = first_of(&before.details).map(crate::company::model::url);
    redirect(&one.unwrap_or_else(|| list_view::PATH.to_owned()));
    Ok(())
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::filter::InteractionFilter;
    use super::super::model::Interaction;
    use super::super::store::{self, Line, Named};
    use crate::actor::{Actor, require};
    use crate::agreement::links;
    use crate::agreement::store::AgreementLine;
    use crate::backend::context::{Ctx, Visit};
    use crate::backend::journal::{self, Event};
    use crate::company::store::Choices;
    use crate::document::api::{Documents, documents_of_interaction};
    use crate::error::{Error, Result};
    use crate::language::Language;
    use crate::task::due::Days;
    use crate::task::model::About;
    use crate::task::store::TaskLine;
    use crate::time::Timestamp;
    use crate::{person, task};

    /// Rows on a page of the list.
    pub const PAGE: i64 = 50;

    pub struct InteractionList {
        pub actor: Actor,
        pub lines: Vec<Line>,
        pub companies: Named,
        pub count: i64,
        /// The name of the company that is asked for.
        pub company: Option<String>,
    }

    pub async fn list_interactions(visit: &Visit, filter: &InteractionFilter) -> Result<InteractionList> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_see_interactions())?;
        let page = Some((PAGE, (filter.page - 1) * PAGE));
        let lines = store::list(&mut ctx.tx, filter, ctx.actor.id, page).await?;
        let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
        let company = match filter.company {
            Some(id) => crate::company::store::find(&mut ctx.tx, id).await?,
            None => None,
        };
        let company =
            company.map(|company| visit.language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned());
        Ok(InteractionList {
            companies: store::companies_of(&mut ctx.tx, &ids).await?,
            count: store::count(&mut ctx.tx, filter, ctx.actor.id).await?,
            actor: ctx.actor,
            lines,
            company,
        })
    }

    /// Everything that a filter finds, for a spreadsheet.
    pub struct InteractionExport {
        pub lines: Vec<Line>,
        pub companies: Named,
        pub people: Named,
        pub colleagues: Named,
    }

    pub async fn export_interactions(visit: &Visit, filter: &InteractionFilter) -> Result<InteractionExport> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_see_interactions())?;
        ctx.actor.takes_files()?;
        if filter.is_everything() {
            ctx.require_recent()?;
        }
        let lines = store::list(&mut ctx.tx, filter, ctx.actor.id, None).await?;
        let ids: Vec<Uuid> = lines.iter().map(|line| line.id).collect();
        Ok(InteractionExport {
            companies: store::companies_of(&mut ctx.tx, &ids).await?,
            people: store::people_of(&mut ctx.tx, &ids).await?,
            colleagues: store::colleagues_of(&mut ctx.tx, &ids).await?,
            lines,
        })
    }

    pub struct InteractionPage {
        pub actor: Actor,
        pub interaction: Interaction,
        pub companies: Vec<(Uuid, String, String)>,
        pub people: Vec<(Uuid, String, String)>,
        pub colleagues: Vec<(Uuid, String, String)>,
        pub tasks: Vec<TaskLine>,
        pub days: Days,
        /// None where no company is left to which a document could belong.
        pub documents: Option<Documents>,
        pub timeline: Vec<Event>,
        /// The agreements that are linked to it, as far as this person may know of them.
        pub agreements: Vec<AgreementLine>,
        pub now: Timestamp,
    }

    pub async fn read_interaction(visit: &Visit, id: Result<Uuid>) -> Result<InteractionPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_see_interactions())?;
        let interaction = store::find(&mut ctx.tx, id?).await?.ok_or(Error::NotFound)?;
        let id = interaction.id;
        let of = |mut named: Named| named.remove(&id).unwrap_or_default();
        let companies = of(store::companies_of(&mut ctx.tx, &[id]).await?);
        let people = of(store::people_of(&mut ctx.tx, &[id]).await?);
        let colleagues = of(store::colleagues_of(&mut ctx.tx, &[id]).await?);
        let about = About { interaction: Some(id), ..About::default() };
        let tasks = task::store::about(&mut ctx.tx, about).await?;
        let days = task::api::days(&mut ctx).await?;
        let documents = match companies.first() {
            Some((company, ..)) => Some(documents_of_interaction(&mut ctx.tx, &ctx.actor, *company, id).await?),
            None => None,
        };
        let filter = journal::Filter { subject: Some(id), ..journal::Filter::default() };
        let timeline = journal::events(&mut ctx.tx, &filter, 50, 0).await?;
        let agreements =
            links::view::agreements_of(&mut ctx.tx, &ctx.actor, links::model::Kind::Interaction, id).await?;
        let (actor, now) = (ctx.actor, ctx.now);
        Ok(InteractionPage {
            actor,
            interaction,
            companies,
            people,
            colleagues,
            tasks,
            days,
            documents,
            timeline,
            agreements,
            now,
        })
    }

    /// Who can be chosen as having taken part.
    pub struct Takers {
        pub people: Vec<(Uuid, String)>,
        pub colleagues: Vec<(Uuid, String)>,
        pub owners: Vec<(Uuid, String)>,
    }

    /// The people who work at these companies now, and those of the zone.
    pub async fn takers(ctx: &mut Ctx, companies: &[Uuid], language: Language) -> Result<Takers> {
        let mut people = Vec::new();
        for company in companies {
            for held in person::api::people_of(ctx, *company, language).await?.current {
                let name = language.prefer(&held.person_name, &held.person_name_zh).to_owned();
                people.push((held.position.person, name));
            }
        }
        people.sort_by_key(|(id, _)| *id);
        people.dedup_by_key(|(id, _)| *id);
        people.sort_by(|(_, one), (_, other)| one.cmp(other));
        Ok(Takers {
            people,
            colleagues: store::colleagues(&mut ctx.tx).await?,
            owners: task::store::owners(&mut ctx.tx).await?,
        })
    }

    pub struct InteractionFormPage {
        pub actor: Actor,
        /// The interaction that is edited; none when a new one is recorded.
        pub interaction: Option<Interaction>,
        /// Its companies as the form names them.
        pub companies: Vec<String>,
        pub choices: Choices,
        pub takers: Takers,
        /// After a concurrent edit: who was faster.
        pub rival: Option<Event>,
        /// The present, as the field for the moment has it.
        pub now: String,
    }

    /// What the form of a new interaction needs. The company may be named in the address.
    pub async fn new_interaction(visit: &Visit, company: Option<Uuid>) -> Result<InteractionFormPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_record_interactions())?;
        let choices = crate::company::store::choices(&mut ctx.tx, visit.language).await?;
        let company = match company {
            Some(id) => crate::company::store::find(&mut ctx.tx, id).await?,
            None => None,
        };
        let known: Vec<Uuid> =
            company.filter(|company| company.archived.is_none()).map(|company| company.id).into_iter().collect();
        let takers = takers(&mut ctx, &known, visit.language).await?;
        let companies = names_for_form(&mut ctx, &known, visit.language).await?;
        let now = ctx.now.local();
        Ok(InteractionFormPage { actor: ctx.actor, interaction: None, companies, choices, takers, rival: None, now })
    }

    /// What the form of an existing interaction needs; after a refused edit, also who was faster.
    pub async fn edit_interaction_page(visit: &Visit, id: Result<Uuid>) -> Result<InteractionFormPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_record_interactions())?;
        let interaction = store::find(&mut ctx.tx, id?).await?.ok_or(Error::NotFound)?;
        let mut takers = takers(&mut ctx, &interaction.details.companies, visit.language).await?;
        // Who took part then may have left since.
        let id = interaction.id;
        for (list, named) in [
            (&mut takers.people, store::people_of(&mut ctx.tx, &[id]).await?),
            (&mut takers.colleagues, store::colleagues_of(&mut ctx.tx, &[id]).await?),
        ] {
            for (one, en, zh) in named.into_values().flatten() {
                if !list.iter().any(|(known, _)| *known == one) {
                    list.push((one, visit.language.prefer(&en, &zh).to_owned()));
                }
            }
        }
        let mut rival = None;
        if visit.refused.as_deref().is_some_and(|post| post.error == Error::Conflict) {
            let action = "interaction.edited".to_owned();
            let filter = journal::Filter { subject: Some(id), action, ..journal::Filter::default() };
            rival = journal::events(&mut ctx.tx, &filter, 1, 0).await?.pop();
        }
        let companies = names_for_form(&mut ctx, &interaction.details.companies, visit.language).await?;
        let choices = crate::company::store::choices(&mut ctx.tx, visit.language).await?;
        let now = ctx.now.local();
        let interaction = Some(interaction);
        Ok(InteractionFormPage { actor: ctx.actor, interaction, companies, choices, takers, rival, now })
    }

    /// Companies as the form can name them: by their names, or where that would not lead back to them by their addresses.
    async fn names_for_form(ctx: &mut Ctx, ids: &[Uuid], language: Language) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for id in ids {
            let company = crate::company::store::find(&mut ctx.tx, *id).await?.ok_or(Error::NotFound)?;
            let name = language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned();
            let leads_back = crate::company::store::named(&mut ctx.tx, &name).await? == [*id];
            names.push(if leads_back { name } else { company.url() });
        }
        Ok(names)
    }
}

//! What one can ask of tasks, and do with them.

use leptos::prelude::*;

use super::model::TaskForm;
use crate::error::Result;

/// Staff adds a task, to itself or to a colleague.
#[server(endpoint = "tasks/create")]
pub async fn create_task(
    #[server(default)] form_id: String,
    #[server(default)] company: String,
    #[server(default)] enquiry: String,
    #[server(default)] interaction: String,
    #[server(flatten)] form: TaskForm,
) -> Result<()> {
    use super::model::{About, url};
    use super::{store, tell};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Check;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_have_tasks())?;
    let about =
        About { company: company.parse().ok(), enquiry: enquiry.parse().ok(), interaction: interaction.parse().ok() };
    known(&mut ctx, about).await?;
    let mut check = Check::default();
    let details = form.parse(&mut check);
    super::model::not_long_ago(&mut check, "due_on", Some(details.due_on.as_str()), ctx.now);
    check_owner(&mut ctx, &mut check, "owner", details.owner).await?;
    check.finish(())?;
    crate::company::store::hold(&mut ctx.tx, about.company.as_slice()).await?;
    let mut id = ctx.id_of_form(&form_id).await?;
    if let Some(there) = store::find(&mut ctx.tx, id).await? {
        if there.details == details && there.about == about {
            redirect(&url(id));
            return Ok(());
        }
        id = ctx.new_id();
    }
    store::insert(&mut ctx.tx, id, &details, about, ctx.actor.id, ctx.now).await?;
    ctx.record(Entry::new("task.added", "task", id).created(details.fields())).await?;
    tell::assigned(&mut ctx, id, &details).await?;
    ctx.commit().await?;
    redirect(&url(id));
    Ok(())
}

/// Staff corrects an open task, or gives it to somebody else. The edit names the version it started from; if somebody was
/// faster, nothing is written.
#[server(endpoint = "tasks/edit")]
pub async fn edit_task(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(flatten)] form: TaskForm,
) -> Result<()> {
    use super::model::State;
    use super::{store, tell};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_have_tasks())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let before = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let mut check = Check::default();
    let details = form.parse(&mut check);
    if details.due_on != before.details.due_on {
        super::model::not_long_ago(&mut check, "due_on", Some(details.due_on.as_str()), ctx.now);
    }
    // Who has it already may keep it, whatever became of their account.
    if details.owner != before.details.owner {
        check_owner(&mut ctx, &mut check, "owner", details.owner).await?;
    }
    check.finish(())?;
    if before.version != version {
        return Err(Error::Conflict);
    }
    if before.state != State::Open {
        return Err(Error::Refused(Refusal::TaskOver));
    }
    let entry = Entry::new("task.edited", "task", id).changed(before.details.fields(), details.fields());
    if !entry.changes.is_empty() {
        if !store::update(&mut ctx.tx, id, version, &details, ctx.now).await? {
            return Err(Error::Conflict);
        }
        ctx.record(entry).await?;
        if details.owner != before.details.owner {
            tell::assigned(&mut ctx, id, &details).await?;
        }
        ctx.commit().await?;
    }
    redirect(&before.url());
    Ok(())
}

/// A task is done. The page on which that was said is shown again; said twice, it is done once.
#[server(endpoint = "tasks/done")]
pub async fn complete_task(#[server(default)] id: String) -> Result<()> {
    end(&id, super::model::State::Done, Ok(String::new())).await
}

/// A task is not to be done any more, for a reason.
#[server(endpoint = "tasks/cancel")]
pub async fn cancel_task(#[server(default)] id: String, #[server(default)] cancel_reason: String) -> Result<()> {
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let reason = check.text("cancel_reason", &cancel_reason, 500);
    if reason.is_empty() {
        check.note("cancel_reason", Problem::NoReason);
    }
    end(&id, super::model::State::Cancelled, check.finish(reason)).await
}

#[cfg(feature = "ssr")]
async fn end(id: &str, state: super::model::State, reason: Result<String>) -> Result<()> {
    use super::model::State;
    use super::store;
    use crate::actor::require;
    use crate::backend::context::Ctx;
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_have_tasks())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let task = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let reason = reason?;
    if store::end(&mut ctx.tx, id, state, &reason, ctx.actor.id, ctx.now).await? {
        let action = if state == State::Done { "task.done" } else { "task.cancelled" };
        let fields = vec![("title", task.details.title), ("cancel_reason", reason)];
        ctx.record(Entry::new(action, "task", id).created(fields)).await?;
        ctx.commit().await?;
    }
    Ok(())
}

/// A task that was done or cancelled is to be done after all.
#[server(endpoint = "tasks/reopen")]
pub async fn reopen_task(#[server(default)] id: String) -> Result<()> {
    use super::store;
    use crate::actor::require;
    use crate::backend::context::Ctx;
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_have_tasks())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    if store::reopen(&mut ctx.tx, id, ctx.now).await? {
        ctx.record(Entry::new("task.reopened", "task", id)).await?;
        ctx.commit().await?;
    }
    Ok(())
}

/// Refuses a task about what there is not.
#[cfg(feature = "ssr")]
async fn known(ctx: &mut crate::backend::context::Ctx, about: super::model::About) -> Result<()> {
    use crate::error::{Error, Refusal};

    if let Some(id) = about.company {
        let company = crate::company::store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        if company.archived.is_some() {
            return Err(Error::Refused(Refusal::Archived));
        }
    }
    if let Some(id) = about.enquiry {
        crate::enquiry::store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    }
    if let Some(id) = about.interaction {
        crate::interaction::store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    }
    Ok(())
}

/// Notes an owner who cannot have tasks.
#[cfg(feature = "ssr")]
pub(crate) async fn check_owner(
    ctx: &mut crate::backend::context::Ctx,
    check: &mut crate::error::Check,
    field: &str,
    owner: uuid::Uuid,
) -> Result<()> {
    let owners = super::store::owners(&mut ctx.tx).await?;
    if !owners.iter().any(|(id, _)| *id == owner) {
        check.note(field, crate::error::Problem::Unknown);
    }
    Ok(())
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::due::Days;
    use super::super::filter::{TaskFilter, Whose};
    use super::super::model::{About, State, Task};
    use super::super::store::{self, TaskLine};
    use crate::actor::{Actor, require};
    use crate::backend::context::{Ctx, Visit};
    use crate::backend::journal::{self, Event};
    use crate::error::{Error, Refusal, Result};
    use crate::language::Language;
    use crate::notification;

    /// Rows on a page of the list.
    pub const PAGE: i64 = 50;

    pub async fn days(ctx: &mut Ctx) -> Result<Days> {
        Ok(Days::new(crate::calendar::store::calendar(&mut ctx.tx).await?, ctx.now.date()))
    }

    pub struct TaskList {
        pub actor: Actor,
        pub filter: TaskFilter,
        pub lines: Vec<TaskLine>,
        pub count: i64,
        pub owners: Vec<(Uuid, String)>,
        /// The name of the company that is asked for.
        pub company: Option<String>,
        pub days: Days,
    }

    pub async fn list_tasks(visit: &Visit, filter: &TaskFilter) -> Result<TaskList> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_see_tasks())?;
        let mut filter = filter.clone();
        // Who has no tasks looks at those of others.
        if filter.whose == Whose::Mine && !ctx.actor.may_have_tasks() {
            filter.whose = Whose::Team;
        }
        let days = days(&mut ctx).await?;
        let mine = store::has_tasks_of(&mut ctx.tx, ctx.actor.id, ctx.now).await?;
        let company = match filter.company {
            Some(id) => crate::company::store::find(&mut ctx.tx, id).await?,
            None => None,
        };
        let company =
            company.map(|company| visit.language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned());
        let page = (PAGE, (filter.page - 1) * PAGE);
        Ok(TaskList {
            lines: store::list(&mut ctx.tx, &filter, &mine, &days, page).await?,
            count: store::count(&mut ctx.tx, &filter, &mine, &days).await?,
            owners: store::owners(&mut ctx.tx).await?,
            company,
            filter,
            days,
            actor: ctx.actor,
        })
    }

    /// What a task is about, as links: address and name.
    pub async fn about_links(ctx: &mut Ctx, about: About, language: Language) -> Result<Vec<(String, String)>> {
        let mut links = Vec::new();
        if let Some(id) = about.company
            && let Some(company) = crate::company::store::find(&mut ctx.tx, id).await?
        {
            let name = language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned();
            links.push((company.url(), name));
        }
        if let Some(id) = about.enquiry
            && let Some(enquiry) = crate::enquiry::store::find(&mut ctx.tx, id).await?
        {
            links.push((enquiry.url(), enquiry.number));
        }
        if let Some(id) = about.interaction
            && let Some(interaction) = crate::interaction::store::find(&mut ctx.tx, id).await?
        {
            let texts = language.texts();
            let name = format!(
                "{} · {}",
                texts.interaction_kind_of(interaction.details.kind),
                interaction.details.at.day(language)
            );
            links.push((interaction.url(), name));
        }
        Ok(links)
    }

    pub struct TaskPage {
        pub actor: Actor,
        pub task: Task,
        pub owner: String,
        /// Who acts for the owner while they are away.
        pub deputy: Option<String>,
        pub about: Vec<(String, String)>,
        pub timeline: Vec<Event>,
        pub people: Vec<(Uuid, String)>,
        pub days: Days,
    }

    pub async fn read_task(visit: &Visit, id: Result<Uuid>) -> Result<TaskPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_see_tasks())?;
        let task = store::find(&mut ctx.tx, id?).await?.ok_or(Error::NotFound)?;
        notification::seen(visit, &mut ctx.tx, &mut ctx.actor, task.id).await?;
        let days = days(&mut ctx).await?;
        let people = crate::account::store::manager_names(&mut ctx.tx).await?;
        let named = |id: Uuid| people.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
        let owner = named(task.details.owner).unwrap_or_default();
        let acting = crate::absence::who_acts(&mut ctx.tx, task.details.owner, ctx.now).await?;
        let deputy = acting.instead_of.and_then(|_| named(acting.account)).filter(|_| task.state == State::Open);
        let filter = journal::Filter { subject: Some(task.id), ..journal::Filter::default() };
        let timeline = journal::events(&mut ctx.tx, &filter, 50, 0).await?;
        let about = about_links(&mut ctx, task.about, visit.language).await?;
        Ok(TaskPage { task, owner, deputy, about, timeline, people, days, actor: ctx.actor })
    }

    pub struct TaskFormPage {
        pub actor: Actor,
        /// The task that is edited; none when a new one is added.
        pub task: Option<Task>,
        pub owners: Vec<(Uuid, String)>,
        pub about: About,
        pub links: Vec<(String, String)>,
        /// After a concurrent edit: who was faster.
        pub rival: Option<Event>,
    }

    /// What the form of a new task needs; what it is about stands in the address.
    pub async fn new_task(visit: &Visit, about: About) -> Result<TaskFormPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_have_tasks())?;
        super::known(&mut ctx, about).await?;
        let owners = store::owners(&mut ctx.tx).await?;
        let links = about_links(&mut ctx, about, visit.language).await?;
        Ok(TaskFormPage { actor: ctx.actor, task: None, owners, about, links, rival: None })
    }

    /// What the form of an open task needs.
    pub async fn edit_task_page(visit: &Visit, id: Result<Uuid>) -> Result<TaskFormPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_have_tasks())?;
        let task = store::find(&mut ctx.tx, id?).await?.ok_or(Error::NotFound)?;
        if task.state != State::Open {
            return Err(Error::Refused(Refusal::TaskOver));
        }
        let mut owners = store::owners(&mut ctx.tx).await?;
        if !owners.iter().any(|(id, _)| *id == task.details.owner) {
            let all = crate::account::store::manager_names(&mut ctx.tx).await?;
            owners.extend(all.into_iter().find(|(id, _)| *id == task.details.owner));
        }
        let mut rival = None;
        if visit.refused.as_deref().is_some_and(|post| post.error == Error::Conflict) {
            let filter = journal::Filter {
                subject: Some(task.id),
                action: "task.edited".to_owned(),
                ..journal::Filter::default()
            };
            rival = journal::events(&mut ctx.tx, &filter, 1, 0).await?.pop();
        }
        let links = about_links(&mut ctx, task.about, visit.language).await?;
        Ok(TaskFormPage { actor: ctx.actor, about: task.about, task: Some(task), owners, links, rival })
    }
}

//! What one can ask of people, and do with them.

use leptos::prelude::*;

use super::model::{PersonForm, PositionForm};
use crate::error::Result;

/// Staff adds a person, and where they work.
#[server(endpoint = "people/create")]
pub async fn create_person(
    #[server(default)] form_id: String,
    // `yes` of who saw people of the same name.
    #[server(default)] not_duplicate: String,
    #[server(flatten)] form: PersonForm,
    #[server(flatten)] position: PositionForm,
) -> Result<()> {
    use super::model::{Position, url};
    use super::{duplicate, events, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Problem};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_people())?;
    let mut id = ctx.id_of_form(&form_id).await?;
    let mut check = Check::default();
    let mut details = form.parse(&mut check);
    if let Some(there) = store::find(&mut ctx.tx, id).await? {
        if there.details.fields()[..7] == details.fields()[..7] {
            redirect(&url(id));
            return Ok(());
        }
        id = ctx.new_id();
    }
    details.account = known(&mut ctx, &mut check, &form, &details.email, id).await?;
    let mut works_at = None;
    if !position.is_empty() {
        let company = crate::company::choice::resolve(&mut ctx.tx, &mut check, "company", &position.company).await?;
        let (title, title_zh, since, until) = position.parse(&mut check);
        let new = ctx.new_id();
        works_at =
            company.map(|company| Position { id: new, person: id, company, title, title_zh, since, until, main: true });
    }
    let companies: Vec<uuid::Uuid> = works_at.iter().map(|position| position.company).collect();
    let alike = duplicate::alike(&mut ctx.tx, &details, &companies, None).await?;
    let is_another = not_duplicate == "yes";
    if !alike.is_empty() && !is_another {
        check.note("not_duplicate", Problem::LooksAlike);
    }
    check.finish(())?;
    crate::company::store::hold(&mut ctx.tx, &companies).await?;
    taken(store::insert(&mut ctx.tx, id, &details, ctx.now).await)?;
    let mut entry = events::created(id, &details);
    if !alike.is_empty() {
        entry = entry.created(vec![("not_duplicate", not_duplicate)]);
    }
    for other in &alike {
        duplicate::set_apart(&mut ctx.tx, id, other.id, ctx.actor.id, ctx.now).await?;
    }
    if let Some(position) = &works_at {
        store::add_position(&mut ctx.tx, position, ctx.now).await?;
        entry = events::with_position(&mut ctx, entry, position).await?;
    }
    ctx.record(entry).await?;
    ctx.commit().await?;
    redirect(&url(id));
    Ok(())
}

/// Staff corrects a person. The edit names the version it started from; if somebody was faster, nothing is written.
#[server(endpoint = "people/edit")]
pub async fn edit_person(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(flatten)] form: PersonForm,
) -> Result<()> {
    use super::store;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_people())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let before = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let mut check = Check::default();
    let mut details = form.parse(&mut check);
    details.account = known(&mut ctx, &mut check, &form, &details.email, id).await?;
    check.finish(())?;
    if before.archived_at.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    if before.version != version {
        return Err(Error::Conflict);
    }
    let entry = Entry::new("person.edited", "person", id).changed(before.details.fields(), details.fields());
    if !entry.changes.is_empty() {
        if !taken(store::update(&mut ctx.tx, id, version, &details, ctx.now).await)? {
            return Err(Error::Conflict);
        }
        ctx.record(entry).await?;
        ctx.commit().await?;
    }
    redirect(&before.url());
    Ok(())
}

/// Staff takes a person out of the register, or puts them back.
#[server(endpoint = "people/archive")]
pub async fn archive_person(#[server(default)] id: String) -> Result<()> {
    set_archived(&id, true).await
}

#[server(endpoint = "people/restore")]
pub async fn restore_person(#[server(default)] id: String) -> Result<()> {
    set_archived(&id, false).await
}

#[cfg(feature = "ssr")]
async fn set_archived(id: &str, archived: bool) -> Result<()> {
    use super::model::url;
    use super::store;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_people())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let at = archived.then_some(ctx.now);
    // Somebody else may have been added with the same address meanwhile.
    if taken(store::archive(&mut ctx.tx, id, at, ctx.now).await)? {
        let action = if archived { "person.archived" } else { "person.restored" };
        ctx.record(Entry::new(action, "person", id)).await?;
        ctx.commit().await?;
    }
    redirect(&url(id));
    Ok(())
}

/// Says of what a unique index refused that somebody else has it.
#[cfg(feature = "ssr")]
pub(super) fn taken<T>(written: std::result::Result<T, sqlx::Error>) -> Result<T> {
    use crate::error::{Check, Error, Problem};

    written.map_err(|error| {
        if !crate::backend::database::is_unique_violation(&error) {
            return error.into();
        }
        let mut check = Check::default();
        check.note("email", Problem::Taken);
        check.finish(()).err().unwrap_or(Error::Conflict)
    })
}

/// Notes an address that is another person's, and gives the account that was named, if it is nobody else's.
#[cfg(feature = "ssr")]
async fn known(
    ctx: &mut crate::backend::context::Ctx,
    check: &mut crate::error::Check,
    form: &PersonForm,
    email: &str,
    id: uuid::Uuid,
) -> Result<Option<super::model::Linked>> {
    use super::store;
    use crate::error::Problem;

    if store::with_email(&mut ctx.tx, email, id).await?.is_some() {
        check.note("email", Problem::Taken);
    }
    let typed = check.line("account", &form.account, 254);
    if typed.is_empty() {
        return Ok(None);
    }
    match store::account(&mut ctx.tx, &typed).await? {
        None => check.note("account", Problem::Unknown),
        Some((_, Some(person))) if person != id => check.note("account", Problem::Taken),
        Some((account, _)) => return Ok(Some(account)),
    }
    Ok(None)
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use server_fn::ServerFn as _;
    use uuid::Uuid;

    use super::super::duplicate::{self, Alike};
    use super::super::filter::PersonFilter;
    use super::super::model::{PeopleScope, Person, PersonForm};
    use super::super::store::{self, Held, PersonLine};
    use super::CreatePerson;
    use crate::actor::{Actor, Role, require};
    use crate::backend::context::Visit;
    use crate::backend::database::Tx;
    use crate::backend::journal::{self, Event};
    use crate::backend::refused::RefusedPost;
    use crate::company::store::{Choice, Choices};
    use crate::error::{Check, Error, Refusal, Result};

    /// Rows on a page of the list.
    pub const PAGE: i64 = 50;

    pub struct People {
        pub actor: Actor,
        pub scope: PeopleScope,
        pub filter: PersonFilter,
        pub people: Vec<PersonLine>,
        pub count: i64,
        pub countries: Vec<String>,
        /// The names of the company that is asked for, as far as this person may know of it.
        pub company: Option<(String, String)>,
    }

    pub async fn list_people(visit: &Visit, filter: &PersonFilter) -> Result<People> {
        let mut ctx = visit.read().await?;
        let scope = ctx.actor.people()?;
        let filter = filter.clone().within(&scope);
        let today = ctx.now.iso_day();
        let limit = Some((PAGE, (filter.page - 1) * PAGE));
        let people = store::list(&mut ctx.tx, &filter, &scope, &today, visit.language, limit).await?;
        let count = store::count(&mut ctx.tx, &filter, &scope, &today).await?;
        let countries = if scope == PeopleScope::All { store::countries(&mut ctx.tx).await? } else { Vec::new() };
        let company = match filter.company.filter(|company| ctx.actor.may_see_company(*company)) {
            Some(company) => crate::company::store::find(&mut ctx.tx, company).await?,
            None => None,
        };
        let company = company.map(|company| (company.facts.name_en, company.facts.name_zh));
        Ok(People { actor: ctx.actor, scope, filter, people, count, countries, company })
    }

    /// Everybody that a filter finds, for a spreadsheet.
    pub async fn export_people(visit: &Visit, filter: &PersonFilter) -> Result<Vec<PersonLine>> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_export_people())?;
        ctx.actor.takes_files()?;
        if filter.is_everything() {
            ctx.require_recent()?;
        }
        let scope = ctx.actor.people()?;
        let today = ctx.now.iso_day();
        store::list(&mut ctx.tx, filter, &scope, &today, visit.language, None).await
    }

    pub struct PersonPage {
        pub actor: Actor,
        pub person: Person,
        pub positions: Vec<Held>,
        /// Whether notes, the account and the timeline are shown.
        pub whole: bool,
        pub timeline: Vec<Event>,
        /// ISO text.
        pub today: String,
        /// Who may be the same, for those who could make one of two.
        pub alike: Vec<Alike>,
        /// Into whom this person was merged.
        pub instead: Option<Uuid>,
    }

    pub async fn read_person(visit: &Visit, id: Uuid) -> Result<PersonPage> {
        let mut ctx = visit.read().await?;
        let scope = ctx.actor.people()?;
        let whole = scope == PeopleScope::All;
        let today = ctx.now.iso_day();
        let mut person = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        let positions = store::positions_of(&mut ctx.tx, id, &scope, &today).await?;
        let (mut timeline, mut alike, mut instead) = (Vec::new(), Vec::new(), None);
        if whole && person.archived_at.is_some() {
            instead = super::super::merge::store::instead(&mut ctx.tx, id).await?;
        } else if ctx.actor.may_edit_people() {
            let companies: Vec<Uuid> = positions.iter().map(|held| held.position.company).collect();
            alike = duplicate::alike(&mut ctx.tx, &person.details, &companies, Some(id)).await?;
        }
        if whole {
            let about = journal::Filter { subject: Some(id), ..journal::Filter::default() };
            timeline = journal::events(&mut ctx.tx, &about, 50, 0).await?;
        } else {
            if positions.is_empty() || person.archived_at.is_some() {
                return Err(Error::NotFound);
            }
            person.details.note.clear();
            person.details.account = None;
        }
        Ok(PersonPage { actor: ctx.actor, person, positions, whole, timeline, today, alike, instead })
    }

    pub struct PersonFormPage {
        pub actor: Actor,
        /// The person that is edited; none when a new one is added.
        pub person: Option<Person>,
        /// The company from whose page one comes.
        pub company: Option<Choice>,
        /// The companies to choose from.
        pub choices: Choices,
        /// After a concurrent edit: who was faster.
        pub rival: Option<Event>,
        /// After a refused post: who may be the person that was typed.
        pub alike: Vec<Alike>,
    }

    /// What the form of a new person needs. The company may be named in the address.
    pub async fn new_person(visit: &Visit, company: Option<Uuid>) -> Result<PersonFormPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_edit_people())?;
        let choices = crate::company::store::choices(&mut ctx.tx, visit.language).await?;
        let company = match company {
            Some(id) => crate::company::store::find(&mut ctx.tx, id).await?,
            None => None,
        };
        let company = company
            .filter(|company| company.archived.is_none())
            .map(|company| (company.id, company.facts.name_en, company.facts.name_zh));
        let alike = alike(&mut ctx.tx, visit).await?;
        Ok(PersonFormPage { actor: ctx.actor, person: None, company, choices, rival: None, alike })
    }

    /// Who may be the person that was typed into a form that was refused for it.
    async fn alike(tx: &mut Tx, visit: &Visit) -> Result<Vec<Alike>> {
        let asks = |post: &&RefusedPost| {
            post.endpoint == CreatePerson::PATH
                && (post.has_problem("not_duplicate") || post.value("not_duplicate").is_some())
        };
        let Some(post) = visit.refused.as_deref().filter(asks) else { return Ok(Vec::new()) };
        let mut check = Check::default();
        let details = typed(post).parse(&mut check);
        let company = post.value("company").unwrap_or_default();
        let company = crate::company::choice::resolve(tx, &mut check, "company", company).await?;
        let companies: Vec<Uuid> = company.into_iter().collect();
        duplicate::alike(tx, &details, &companies, None).await
    }

    /// What the form of an existing person needs; after a refused edit, also who was faster.
    pub async fn edit_person_page(visit: &Visit, id: Uuid) -> Result<PersonFormPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_edit_people())?;
        let person = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        if person.archived_at.is_some() {
            return Err(Error::Refused(Refusal::Archived));
        }
        let mut rival = None;
        if visit.refused.as_deref().is_some_and(|post| post.error == Error::Conflict) {
            let about =
                journal::Filter { subject: Some(id), action: "person.edited".to_owned(), ..journal::Filter::default() };
            rival = journal::events(&mut ctx.tx, &about, 1, 0).await?.pop();
        }
        let (choices, alike) = (Choices::default(), Vec::new());
        Ok(PersonFormPage { actor: ctx.actor, person: Some(person), company: None, choices, rival, alike })
    }

    /// What the form of a new position needs.
    pub async fn new_position(visit: &Visit, id: Uuid) -> Result<PersonFormPage> {
        let mut read = edit_person_page(visit, id).await?;
        let mut tx = visit.backend.database.read().await?;
        read.choices = crate::company::store::choices(&mut tx, visit.language).await?;
        Ok(read)
    }

    /// A company's people as its page shows them.
    pub struct CompanyPeople {
        pub current: Vec<Held>,
        pub former: Vec<Held>,
        /// Whether the pages of those who left are open to this person.
        pub follows_former: bool,
    }

    /// The people of a company, for somebody who may see it whole.
    pub async fn people_of(
        ctx: &mut crate::backend::context::Ctx,
        company: Uuid,
        language: crate::language::Language,
    ) -> Result<CompanyPeople> {
        ctx.actor.people()?;
        let today = ctx.now.iso_day();
        let all = store::people_of(&mut ctx.tx, company, language).await?;
        let (current, former) = all
            .into_iter()
            .partition(|held| crate::company::relation::model::lasts(held.position.until.as_deref(), &today));
        Ok(CompanyPeople { current, former, follows_former: ctx.actor.role != Role::Representative })
    }

    /// The form as it was typed.
    pub fn typed(post: &RefusedPost) -> PersonForm {
        let value = |name: &str| post.value(name).unwrap_or_default().to_owned();
        let mut form = PersonForm { account: value("account"), ..PersonForm::default() };
        for field in ["name", "name_zh", "email", "phone", "wechat", "language", "note"] {
            form.set(field, value(field));
        }
        form
    }
}

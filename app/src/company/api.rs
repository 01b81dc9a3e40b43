//! What one can ask of companies, and do with them.

use leptos::prelude::*;

use super::model::CompanyForm;
use crate::error::Result;

/// Staff adds a company to the register.
#[server(endpoint = "companies/create")]
pub async fn create_company(
    #[server(default)] form_id: String,
    // `yes` of who saw companies that are like it, and why it is none of them.
    #[server(default)] not_duplicate: String,
    #[server(default)] not_duplicate_reason: String,
    #[server(flatten)] form: CompanyForm,
) -> Result<()> {
    use super::duplicate::check::{Said, refuse_alike, remember};
    use super::{letters, model, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;

    let parsed = form.parse_new();
    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let (facts, stage, reason) = parsed?;
    let (facts, manager) = known(&mut ctx, facts, None).await?;
    let mut id = ctx.id_of_form(&form_id).await?;
    if let Some(there) = store::find(&mut ctx.tx, id).await? {
        if there.facts == facts {
            redirect(&model::url(id));
            return Ok(());
        }
        // Gone back to, the form sends another company with the same id.
        id = ctx.new_id();
    }
    let said = Said { not_duplicate, reason: not_duplicate_reason };
    let (others, why) = refuse_alike(&mut ctx.tx, &facts, None, &said).await?;
    store::insert(&mut ctx.tx, id, &facts, stage, ctx.now).await?;
    let mut fields = facts.fields();
    fields.extend([("stage", stage.code().to_owned()), ("stage_reason", reason), ("not_duplicate", why.clone())]);
    ctx.record(Entry::new("company.created", "company", id).created(fields)).await?;
    remember(&mut ctx, id, &others, &why).await?;
    letters::tell_managers(&mut ctx, id, &facts, stage, None, manager).await?;
    ctx.commit().await?;
    redirect(&model::url(id));
    Ok(())
}

/// Staff corrects a company. The edit names the version it started from; if somebody was faster, nothing is written.
#[server(endpoint = "companies/edit")]
pub async fn edit_company(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] not_duplicate: String,
    #[server(default)] not_duplicate_reason: String,
    #[server(flatten)] form: CompanyForm,
) -> Result<()> {
    use super::duplicate::check::{Said, refuse_alike, remember};
    use super::{letters, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Error, Refusal};

    let facts = form.parse();
    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let before = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let (facts, manager) = known(&mut ctx, facts?, before.facts.manager).await?;
    if before.archived.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    if before.version != version {
        return Err(Error::Conflict);
    }
    let mut entry = Entry::new("company.edited", "company", id).changed(before.facts.fields(), facts.fields());
    if !entry.changes.is_empty() {
        let said = Said { not_duplicate, reason: not_duplicate_reason };
        let (others, why) = refuse_alike(&mut ctx.tx, &facts, Some((id, &before.facts)), &said).await?;
        entry = entry.created(vec![("not_duplicate", why.clone())]);
        if !store::update(&mut ctx.tx, id, version, &facts, ctx.now).await? {
            return Err(Error::Conflict);
        }
        let fields: Vec<String> = entry.changes.iter().map(|(field, _, _)| field.clone()).collect();
        ctx.record(entry).await?;
        remember(&mut ctx, id, &others, &why).await?;
        letters::tell_managers(&mut ctx, id, &facts, before.stage, before.facts.manager, manager).await?;
        letters::tell_followers(&mut ctx, id, &facts, before.stage, &before.facts, &fields).await?;
        ctx.commit().await?;
    }
    redirect(&before.url());
    Ok(())
}

/// Refuses facts that name a country or an account manager there is not. Who was manager before may stay it; who becomes
/// it now is given beside the facts.
#[cfg(feature = "ssr")]
async fn known(
    ctx: &mut crate::backend::context::Ctx,
    facts: super::model::Facts,
    manager_before: Option<uuid::Uuid>,
) -> Result<(super::model::Facts, Option<crate::backend::outbox::Receiver>)> {
    use crate::actor::Role;
    use crate::error::{Check, Problem};
    let mut check = Check::default();
    check_country(&mut check, &facts);
    let mut becomes = None;
    if let Some(manager) = facts.manager.filter(|manager| Some(*manager) != manager_before) {
        match crate::account::store::receiver(&mut ctx.tx, manager).await? {
            Some((receiver, Role::Administrator | Role::Staff)) => becomes = Some(receiver),
            _ => check.note("manager", Problem::Unknown),
        }
    }
    check.finish((facts, becomes))
}

/// Notes a country that there is not.
#[cfg(feature = "ssr")]
pub fn check_country(check: &mut crate::error::Check, facts: &super::model::Facts) {
    if facts.country.as_deref().is_some_and(|code| crate::country::find(code).is_none()) {
        check.note("country", crate::error::Problem::NotAnOption);
    }
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::conflict::{self, Difference};
    use super::super::duplicate::check::likely;
    use super::super::duplicate::store::Alike;
    use super::super::events::for_reader;
    use super::super::filter::CompanyFilter;
    use super::super::model::{Company, CompanyForm};
    use super::super::opened::Opened;
    use super::super::store::{self, BoardPage, CompanyLine, ListPage, Reached, Terms};
    use crate::actor::{Actor, CompanyScope, require};
    use crate::backend::context::{Ctx, Visit};
    use crate::backend::database::Dialect;
    use crate::backend::journal::{self, Event};
    use crate::backend::refused::RefusedPost;
    use crate::error::{Error, Refusal, Result};

    /// Rows on a page of a list.
    pub const PAGE: i64 = 50;

    pub struct CompanyList {
        pub scope: CompanyScope,
        /// The filter as far as this person may use it.
        pub filter: CompanyFilter,
        pub page: ListPage,
    }

    /// Reads the page that staff opens all day; [`CompanyList::new`] makes the list of it.
    pub async fn list_companies(visit: &Visit, filter: &CompanyFilter) -> Result<(Actor, Vec<String>)> {
        let limits = (PAGE, (filter.page - 1) * PAGE);
        let dialect = Dialect::of(&visit.backend.database);
        let known = |actor: &Actor| {
            let scope = actor.companies();
            let filter = filter.clone().within(&scope);
            (Reached::without_asking(&filter, &scope), filter, scope)
        };
        // In one round trip where that can be known from the address; what is filtered takes two.
        let first = |actor: &Actor| match known(actor) {
            (Some(reached), filter, scope) => {
                let tabs = super::super::saved::store::tabs_part(actor);
                ListPage::parts(&filter, &scope, visit.language, &reached, limits, tabs)
            }
            (None, filter, scope) => store::reach_parts(&filter, &scope, visit.language, dialect, limits),
        };
        let (actor, read) = visit.read_at_once(first).await?;
        if known(&actor).0.is_some() {
            return Ok((actor, read));
        }
        let reached = Reached::from_json(&read)?;
        let then = |actor: &Actor| {
            let (at_once, filter, scope) = known(actor);
            let reached = at_once.as_ref().unwrap_or(&reached);
            let tabs = super::super::saved::store::tabs_part(actor);
            ListPage::parts(&filter, &scope, visit.language, reached, limits, tabs)
        };
        visit.read_at_once(then).await
    }

    impl CompanyList {
        pub fn new(actor: &Actor, filter: CompanyFilter, read: &[String]) -> Result<Self> {
            actor.acts_for_any()?;
            let scope = actor.companies();
            let filter = filter.within(&scope);
            Ok(Self { scope, filter, page: ListPage::from_json(read)? })
        }
    }

    /// Cards in a column of the board.
    pub const CARDS: i64 = 20;

    /// Reads the board in one round trip, for who sees everything; [`BoardPage::from_json`] makes it of what is read.
    pub async fn read_board(visit: &Visit, filter: &CompanyFilter) -> Result<(Actor, Vec<String>)> {
        let parts = |actor: &Actor| {
            // To others nothing is told, whatever the guess; they are refused below.
            let tabs = super::super::saved::store::tabs_part(actor);
            if actor.may_see_board() { BoardPage::parts(filter, visit.language, CARDS, tabs) } else { vec![tabs] }
        };
        let (actor, read) = visit.read_at_once(parts).await?;
        require(actor.may_see_board())?;
        Ok((actor, read))
    }

    /// Everything that a filter finds, for a spreadsheet.
    pub async fn export_companies(visit: &Visit, filter: &CompanyFilter) -> Result<(Vec<CompanyLine>, Terms)> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_export_companies())?;
        ctx.actor.takes_files()?;
        if filter.is_everything() {
            ctx.require_recent()?;
        }
        let scope = ctx.actor.companies();
        let reach = store::reached(&mut ctx.tx, filter, &scope).await?.reach;
        let companies = store::list(&mut ctx.tx, filter, &scope, visit.language, reach).await?;
        Ok((companies, store::terms(&mut ctx.tx, filter, &scope, reach).await?))
    }

    /// The moves from stage to stage, the newest first.
    pub async fn read_moves(opened: &mut Opened) -> Result<Vec<Event>> {
        let moves = journal::Filter {
            subject: Some(opened.company.id),
            action: "company.moved".to_owned(),
            ..journal::Filter::default()
        };
        Ok(for_reader(journal::events(&mut opened.ctx.tx, &moves, 50, 0).await?, &opened.ctx.actor))
    }

    pub struct CompanyFormPage {
        pub actor: Actor,
        /// The company that is edited; none when a new one is made.
        pub company: Option<Company>,
        pub managers: Vec<(Uuid, String)>,
        /// After a concurrent edit: where the two versions differ, and who was faster.
        pub differences: Vec<Difference>,
        pub rival: Option<Event>,
        /// After a refused post: the companies that are like what was typed.
        pub alike: Vec<Alike>,
    }

    /// The companies that are like what was typed into a form that was refused for them.
    async fn alike(ctx: &mut Ctx, visit: &Visit, edited: Option<&Company>) -> Result<Vec<Alike>> {
        let Some(post) = visit.refused.as_deref().filter(|post| post.asks_of_duplicates()) else {
            return Ok(Vec::new());
        };
        let Ok(facts) = typed(post).parse() else { return Ok(Vec::new()) };
        likely(&mut ctx.tx, &facts, edited.map(|company| (company.id, &company.facts))).await
    }

    /// What the form of a new company needs.
    pub async fn new_company(visit: &Visit) -> Result<CompanyFormPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_edit_companies())?;
        let managers = crate::account::store::managers(&mut ctx.tx).await?;
        let alike = alike(&mut ctx, visit, None).await?;
        Ok(CompanyFormPage { actor: ctx.actor, company: None, managers, differences: Vec::new(), rival: None, alike })
    }

    /// What the form of an existing company needs; after a refused edit, also how it differs from what stands there now.
    pub async fn edit_company_page(visit: &Visit, id: Uuid) -> Result<CompanyFormPage> {
        let mut ctx = visit.read().await?;
        ctx.actor.opens_company(id)?;
        require(ctx.actor.may_edit_companies())?;
        let company = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        if company.archived.is_some() {
            return Err(Error::Refused(Refusal::Archived));
        }
        let managers = crate::account::store::managers(&mut ctx.tx).await?;
        let (mut differences, mut rival) = (Vec::new(), None);
        if let Some(post) = visit.refused.as_deref().filter(|post| post.error == Error::Conflict) {
            let about = journal::Filter { subject: Some(id), ..journal::Filter::default() };
            let events = journal::events(&mut ctx.tx, &about, 100, 0).await?;
            let version = post.value("version").and_then(|version| version.parse().ok()).unwrap_or(company.version);
            differences = conflict::differences(&typed(post), version, &company, &events);
            rival = events.into_iter().find(|event| conflict::EDITS.contains(&event.action.as_str()));
        }
        let alike = alike(&mut ctx, visit, Some(&company)).await?;
        Ok(CompanyFormPage { actor: ctx.actor, company: Some(company), managers, differences, rival, alike })
    }

    /// The form as it was typed.
    pub fn typed(post: &RefusedPost) -> CompanyForm {
        let mut form = CompanyForm::default();
        for (field, value) in &post.fields {
            form.set(field, value.clone());
        }
        form.kinds = post.values("kinds[]").map(str::to_owned).collect();
        form
    }
}

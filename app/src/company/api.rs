//! What one can ask of companies, and do with them.

use leptos::prelude::*;

use super::model::CompanyForm;
use crate::error::Result;

/// Staff adds a company to the register.
#[server(endpoint = "companies/create")]
pub async fn create_company(#[server(default)] form_id: String, #[server(flatten)] form: CompanyForm) -> Result<()> {
    use super::{letters, model, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;

    let facts = form.parse();
    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let (facts, manager) = known(&mut ctx, facts?, None).await?;
    let mut id = ctx.id_of_form(&form_id);
    if let Some(there) = store::find(&mut ctx.tx, id).await? {
        if there.facts == facts {
            redirect(&model::url(id));
            return Ok(());
        }
        // Gone back to, the form sends another company with the same id.
        id = ctx.new_id();
    }
    store::insert(&mut ctx.tx, id, &facts, ctx.now).await?;
    ctx.record(Entry::new("company.created", "company", id).created(facts.fields())).await?;
    letters::tell_managers(&mut ctx, id, &facts, None, manager).await?;
    ctx.commit().await?;
    redirect(&model::url(id));
    Ok(())
}

/// Staff corrects a company. The edit names the version it started from; if somebody was faster, nothing is written.
#[server(endpoint = "companies/edit")]
pub async fn edit_company(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(flatten)] form: CompanyForm,
) -> Result<()> {
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
    if before.version != version {
        return Err(Error::Conflict);
    }
    let entry = Entry::new("company.edited", "company", id).changed(before.facts.fields(), facts.fields());
    if !entry.changes.is_empty() {
        if !store::update(&mut ctx.tx, id, version, &facts, ctx.now).await? {
            return Err(Error::Conflict);
        }
        ctx.record(entry).await?;
        letters::tell_managers(&mut ctx, id, &facts, before.facts.manager, manager).await?;
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
    if facts.country.as_deref().is_some_and(|code| crate::country::find(code).is_none()) {
        check.note("country", Problem::NotAnOption);
    }
    let mut becomes = None;
    if let Some(manager) = facts.manager.filter(|manager| Some(*manager) != manager_before) {
        match crate::account::store::receiver(&mut ctx.tx, manager).await? {
            Some((receiver, Role::Administrator | Role::Staff)) => becomes = Some(receiver),
            _ => check.note("manager", Problem::Unknown),
        }
    }
    check.finish((facts, becomes))
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::conflict::{self, Difference};
    use super::super::filter::CompanyFilter;
    use super::super::model::{Company, CompanyForm};
    use super::super::store::{self, CompanyLine, ListPage};
    use crate::actor::{Actor, CompanyScope, require};
    use crate::backend::context::Visit;
    use crate::backend::journal::{self, Event};
    use crate::backend::refused::RefusedPost;
    use crate::document::api::{Documents, documents_of};
    use crate::error::{Error, Result};
    use crate::product::store::ProductLine;

    /// Rows on a page of a list.
    pub const PAGE: i64 = 50;

    pub struct CompanyList {
        pub scope: CompanyScope,
        /// The filter as far as this person may use it.
        pub filter: CompanyFilter,
        pub page: ListPage,
    }

    /// Reads the page that staff opens all day, in one round trip; [`CompanyList::new`] makes the list of it.
    pub async fn list_companies(visit: &Visit, filter: &CompanyFilter) -> Result<(Actor, Vec<String>)> {
        let offset = (filter.page - 1) * PAGE;
        let parts = |actor: &Actor| {
            let scope = actor.companies();
            ListPage::parts(&filter.clone().within(&scope), &scope, visit.language, PAGE, offset)
        };
        visit.read_at_once(parts).await
    }

    impl CompanyList {
        pub fn new(actor: &Actor, filter: CompanyFilter, read: &[String]) -> Result<Self> {
            let scope = actor.companies();
            let filter = filter.within(&scope);
            Ok(Self { scope, filter, page: ListPage::from_json(read)? })
        }
    }

    /// Everything that a filter finds, for a spreadsheet.
    pub async fn export_companies(visit: &Visit, filter: &CompanyFilter) -> Result<Vec<CompanyLine>> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_export_companies())?;
        if filter.is_everything() {
            ctx.require_recent()?;
        }
        let scope = ctx.actor.companies();
        store::list(&mut ctx.tx, filter, &scope, visit.language).await
    }

    pub struct CompanyPage {
        pub actor: Actor,
        pub company: Company,
        /// Whether only name, country and kind are shown.
        pub names_only: bool,
        pub products: Vec<ProductLine>,
        pub product_count: i64,
        /// None for those who see names only.
        pub documents: Option<Documents>,
        pub timeline: Vec<Event>,
        pub manager_names: Vec<(Uuid, String)>,
    }

    pub async fn read_company(visit: &Visit, id: Uuid) -> Result<CompanyPage> {
        let mut ctx = visit.read().await?;
        if !ctx.actor.may_see_company(id) {
            return Err(Error::NotFound);
        }
        let company = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        let names_only = ctx.actor.companies() == CompanyScope::Names;
        let (mut products, mut product_count, mut documents, mut timeline) = (Vec::new(), 0, None, Vec::new());
        if !names_only {
            (products, product_count) = crate::product::store::of_company(&mut ctx.tx, id, visit.language, 20).await?;
            let about = journal::Filter { subject: Some(id), ..journal::Filter::default() };
            documents = Some(documents_of(&mut ctx.tx, &ctx.actor, id).await?);
            // More than are shown: entries about documents of the zone alone are not for representatives.
            timeline = journal::events(&mut ctx.tx, &about, 200, 0).await?;
            timeline.retain(|event| crate::document::events::is_for(event, &ctx.actor));
            timeline.truncate(50);
        }
        let manager_names = crate::account::store::managers(&mut ctx.tx).await?;
        Ok(CompanyPage {
            actor: ctx.actor,
            company,
            names_only,
            products,
            product_count,
            documents,
            timeline,
            manager_names,
        })
    }

    pub struct CompanyFormPage {
        pub actor: Actor,
        /// The company that is edited; none when a new one is made.
        pub company: Option<Company>,
        pub managers: Vec<(Uuid, String)>,
        /// After a concurrent edit: where the two versions differ, and who was faster.
        pub differences: Vec<Difference>,
        pub rival: Option<Event>,
    }

    /// What the form of a new company needs.
    pub async fn new_company(visit: &Visit) -> Result<CompanyFormPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_edit_companies())?;
        let managers = crate::account::store::managers(&mut ctx.tx).await?;
        Ok(CompanyFormPage { actor: ctx.actor, company: None, managers, differences: Vec::new(), rival: None })
    }

    /// What the form of an existing company needs; after a refused edit, also how it differs from what stands there now.
    pub async fn edit_company_page(visit: &Visit, id: Uuid) -> Result<CompanyFormPage> {
        let mut ctx = visit.read().await?;
        if !ctx.actor.may_see_company(id) {
            return Err(Error::NotFound);
        }
        require(ctx.actor.may_edit_companies())?;
        let company = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        let managers = crate::account::store::managers(&mut ctx.tx).await?;
        let (mut differences, mut rival) = (Vec::new(), None);
        if let Some(post) = visit.refused.as_deref().filter(|post| post.error == Error::Conflict) {
            let about = journal::Filter { subject: Some(id), ..journal::Filter::default() };
            let events = journal::events(&mut ctx.tx, &about, 100, 0).await?;
            let version = post.value("version").and_then(|version| version.parse().ok()).unwrap_or(company.version);
            differences = conflict::differences(&typed(post), version, &company, &events);
            rival = events.into_iter().find(|event| event.action == "company.edited");
        }
        Ok(CompanyFormPage { actor: ctx.actor, company: Some(company), managers, differences, rival })
    }

    /// The form as it was typed.
    pub fn typed(post: &RefusedPost) -> CompanyForm {
        let value = |name: &str| post.value(name).unwrap_or_default().to_owned();
        CompanyForm {
            name_en: value("name_en"),
            name_zh: value("name_zh"),
            name_local: value("name_local"),
            kinds: post.values("kinds[]").map(str::to_owned).collect(),
            country: value("country"),
            city: value("city"),
            website: value("website"),
            stage: value("stage"),
            manager: value("manager"),
            about: value("about"),
        }
    }
}

//! What one can ask of products.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// How far an import is, for the page that waits for it. Rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HowFar {
    pub done: usize,
    pub total: usize,
    pub finished: bool,
}

/// Staff asks how far an import is.
#[server(endpoint = "products/import-progress")]
pub async fn import_progress(#[server(default)] id: String) -> Result<HowFar> {
    use super::upload;
    use crate::actor::require;
    use crate::backend::context::Visit;
    use crate::error::Error;

    let visit = Visit::current()?;
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_import_products())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let finished = match upload::find(&mut ctx.tx, id).await? {
        Some(run) => run.state != "running",
        None => !crate::import::store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?.is_busy(),
    };
    let (done, total) = upload::progress(&visit.backend, id).unwrap_or_default();
    Ok(HowFar { done, total, finished })
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::filter::ProductFilter;
    use super::super::model::Product;
    use super::super::store::{self, ProductLine};
    use crate::actor::{Actor, require};
    use crate::agreement::links;
    use crate::agreement::store::AgreementLine;
    use crate::backend::context::Visit;
    use crate::backend::journal::{self, Event};
    use crate::error::{Error, Result};
    use crate::time::Timestamp;

    /// Rows on a page of a list.
    pub const PAGE: i64 = 50;

    pub struct ProductList {
        pub actor: Actor,
        pub products: Vec<ProductLine>,
        pub count: i64,
        pub agencies: Vec<String>,
        /// The name of the company that is filtered by.
        pub company: Option<(String, String)>,
    }

    /// Everybody who is signed in sees the catalogue, but for who acts for no company any more.
    pub async fn list_products(visit: &Visit, filter: &ProductFilter) -> Result<ProductList> {
        let mut ctx = visit.read().await?;
        ctx.actor.acts_for_any()?;
        let count = store::count(&mut ctx.tx, filter).await?;
        let offset = (filter.page - 1) * PAGE;
        let products = store::list(&mut ctx.tx, filter, visit.language, PAGE, offset).await?;
        let agencies = store::agencies(&mut ctx.tx).await?;
        let company = match filter.holder {
            Some(super::super::filter::Holder::Company(id)) if ctx.actor.may_see_company(id) => {
                let company = crate::company::store::find(&mut ctx.tx, id).await?;
                company.map(|company| (company.facts.name_en, company.facts.name_zh))
            }
            _ => None,
        };
        Ok(ProductList { actor: ctx.actor, products, count, agencies, company })
    }

    pub async fn export_products(visit: &Visit, filter: &ProductFilter) -> Result<Vec<ProductLine>> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_export_products())?;
        ctx.actor.takes_files()?;
        if filter.is_everything() {
            ctx.require_recent()?;
        }
        store::list(&mut ctx.tx, filter, visit.language, -1, 0).await
    }

    pub struct ProductPage {
        pub actor: Actor,
        pub product: Product,
        pub timeline: Vec<Event>,
        /// The agreements that are linked to it, as far as this person may know of them.
        pub agreements: Vec<AgreementLine>,
        pub now: Timestamp,
    }

    pub async fn read_product(visit: &Visit, id: Uuid) -> Result<ProductPage> {
        let mut ctx = visit.read().await?;
        ctx.actor.acts_for_any()?;
        let product = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        let about = journal::Filter { subject: Some(id), ..journal::Filter::default() };
        let timeline = journal::events(&mut ctx.tx, &about, 50, 0).await?;
        let agreements = links::view::agreements_of(&mut ctx.tx, &ctx.actor, links::model::Kind::Product, id).await?;
        Ok(ProductPage { actor: ctx.actor, product, timeline, agreements, now: ctx.now })
    }
}

//! What one can do with documents besides sending and fetching them, and what a company's page shows of them.

use leptos::prelude::*;

use crate::error::Result;

/// Staff removes a document, or a representative one of their own. Removing it a second time changes nothing.
#[server(endpoint = "documents/remove")]
pub async fn remove_document(#[server(default)] id: String) -> Result<()> {
    use super::{events, pages, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_read_documents())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let document = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    ctx.actor.may_remove_document(&document)?;
    if store::remove(&mut ctx.tx, id, ctx.actor.id, ctx.now).await? {
        ctx.record(events::removed(&document)).await?;
        ctx.commit().await?;
    }
    redirect(&pages::section_url(document.company, document.interaction));
    Ok(())
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::model::{Audience, Document};
    use super::super::store;
    use crate::actor::Actor;
    use crate::backend::database::Tx;
    use crate::error::Result;

    /// What a company's page shows of its documents.
    #[derive(Clone, Debug)]
    pub struct Documents {
        pub company: Uuid,
        /// The interaction with that company whose documents these are, if it is not about all of the company's.
        pub interaction: Option<Uuid>,
        pub actor: Actor,
        pub documents: Vec<Document>,
        /// The audiences that this person may choose between; empty for those who add none.
        pub adds: &'static [Audience],
    }

    /// The documents of a company that this person reads.
    pub async fn documents_of(tx: &mut Tx, actor: &Actor, company: Uuid) -> Result<Documents> {
        let audience = actor.reads_documents_of(company)?;
        let documents = store::of_company(tx, company, audience).await?;
        let adds = actor.adds_documents_to(company).unwrap_or_default();
        Ok(Documents { company, interaction: None, actor: actor.clone(), documents, adds })
    }

    /// The documents of an interaction with a company that this person reads.
    pub async fn documents_of_interaction(
        tx: &mut Tx,
        actor: &Actor,
        company: Uuid,
        interaction: Uuid,
    ) -> Result<Documents> {
        let audience = actor.reads_documents_of(company)?;
        let documents = store::of_interaction(tx, interaction, audience).await?;
        let adds = actor.adds_documents_to(company).unwrap_or_default();
        Ok(Documents { company, interaction: Some(interaction), actor: actor.clone(), documents, adds })
    }
}

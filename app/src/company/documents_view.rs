//! A company's documents on its page.

use super::opened::{Opened, Panel};
use crate::document::api::documents_of;
use crate::document::pages::section;
use crate::error::Result;

pub async fn panel(opened: &mut Opened) -> Result<Option<Panel>> {
    if opened.names_only {
        return Ok(None);
    }
    let mut documents = documents_of(&mut opened.ctx.tx, &opened.ctx.actor, opened.company.id).await?;
    if opened.company.archived.is_some() {
        documents.adds = &[];
    }
    let (refused, language) = (opened.ctx.visit.refused.clone(), opened.language);
    let title = opened.texts().document_title();
    Ok(Some(Panel::whole("documents", title, move |t| section(&documents, refused.as_ref(), t, language))))
}

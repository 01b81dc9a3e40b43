//! A company's page while it is read, and the panels that it is made of. A panel reads what it shows in the page's one
//! transaction and draws it when all is read.

use leptos::prelude::*;
use uuid::Uuid;

use super::model::Company;
use super::store;
use crate::actor::{Actor, CompanyScope};
use crate::backend::context::{Ctx, Visit};
use crate::error::{Error, Result};
use crate::language::{Language, Texts};
use crate::notification;

/// A company that somebody opened who may see it.
pub struct Opened {
    pub ctx: Ctx,
    pub company: Company,
    /// Whether only name, country and kind are shown.
    pub names_only: bool,
    pub language: Language,
}

impl Opened {
    /// # Errors
    /// [`Error::NotFound`] where there is no such company, or none that this person may know of.
    pub async fn open(visit: &Visit, id: Uuid) -> Result<Self> {
        let mut ctx = visit.read().await?;
        ctx.actor.opens_company(id)?;
        let company = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
        notification::seen(visit, &mut ctx.tx, &mut ctx.actor, id).await?;
        let names_only = ctx.actor.companies() == CompanyScope::Names;
        Ok(Self { ctx, company, names_only, language: visit.language })
    }

    pub fn actor(&self) -> &Actor {
        &self.ctx.actor
    }

    pub fn texts(&self) -> &'static Texts {
        self.language.texts()
    }

    /// Whether this person may change it now: nobody changes what is archived.
    pub fn may_change(&self) -> bool {
        self.ctx.actor.may_edit_companies() && self.company.archived.is_none()
    }

    /// Today in the zone, as ISO text.
    pub fn today(&self) -> String {
        self.ctx.now.iso_day()
    }
}

type Draw = Box<dyn FnOnce(&'static Texts) -> AnyView + Send>;

/// A section of the page, with its place in the address.
pub struct Panel {
    pub anchor: &'static str,
    pub title: &'static str,
    draw: Draw,
    /// Whether `draw` draws the section's frame and title, too.
    whole: bool,
}

impl Panel {
    /// A panel of which `draw` draws what is below the title.
    pub fn new(
        anchor: &'static str,
        title: &'static str,
        draw: impl FnOnce(&'static Texts) -> AnyView + Send + 'static,
    ) -> Self {
        Self { anchor, title, draw: Box::new(draw), whole: false }
    }

    /// A panel that draws its own frame.
    pub fn whole(
        anchor: &'static str,
        title: &'static str,
        draw: impl FnOnce(&'static Texts) -> AnyView + Send + 'static,
    ) -> Self {
        Self { anchor, title, draw: Box::new(draw), whole: true }
    }

    pub fn view(self, t: &'static Texts) -> AnyView {
        let inner = (self.draw)(t);
        if self.whole {
            return inner;
        }
        view! { <section class="panel" id=self.anchor><h2>{self.title}</h2>{inner}</section> }.into_any()
    }
}

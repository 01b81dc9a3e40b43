//! The pages on which somebody changes what they sign in with: for who has just shown who they are, below the way back.

use std::sync::Arc;

use leptos::prelude::*;

use super::entry;
use super::store::{self, Person};
use crate::backend::context::Visit;
use crate::backend::refused::RefusedPost;
use crate::error::{Error, Result};
use crate::language::Texts;
use crate::web::page::Page;

/// A page with one form, which `form` draws for the person from what was refused of it before.
pub(super) async fn page(
    visit: Visit,
    title: fn(&'static Texts) -> &'static str,
    form: impl FnOnce(Person, Option<&Arc<RefusedPost>>, &'static Texts) -> AnyView + Send + 'static,
) -> Result<Page> {
    let mut ctx = visit.read().await?;
    entry::oneself(&ctx.actor)?;
    ctx.require_recent()?;
    let person = store::person(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::SignedOut)?;
    let refused = visit.refused.clone();
    let page = Page::new(title(visit.texts()), move |t| {
        let form = form(person, refused.as_ref(), t);
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/account/security">{t.security_title()}</a></p>
                <h1>{title(t)}</h1>
            </header>
            {form}
        }
        .into_any()
    });
    Ok(page.actor(ctx.actor))
}

/// What ends such a form: its button, and the way back.
pub(super) fn actions(button: &'static str, t: &'static Texts) -> AnyView {
    view! {
        <div class="form-actions">
            <button class="button primary">{button}</button>
            <a class="button quiet" href="/account/security">{t.form_cancel()}</a>
        </div>
    }
    .into_any()
}

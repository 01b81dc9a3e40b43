//! Documents that are shown for an obligation. They are the agreement's, whose parties all read them.

use axum::extract::{Path, Request};
use axum::response::Response;

use super::events;
use super::model::url;
use super::store::{self, Side};
use crate::actor::{Actor, require};
use crate::agreement::api::Step;
use crate::agreement::files::{has_room, keep, unless_harmful};
use crate::agreement::model::Key;
use crate::agreement::store as agreements;
use crate::backend::context::Visit;
use crate::document::model::Audience;
use crate::document::upload::{Fields, answer, receive};
use crate::error::{Check, Error, Hindrance, Result};
use crate::web::in_time;
use crate::web::page::error_response;

/// The address that the form posts to; also the name under which a refused post is kept.
pub const DOCUMENTS: &str = "/agreements/{id}/obligations/{n}/documents";
/// Its place on the obligation's page.
pub const ANCHOR: &str = "#documents";

/// Whether this person adds documents: staff, and who writes for a party that owes.
pub fn may_add(actor: &Actor, sides: &[Side]) -> bool {
    actor.may_edit_agreements() || sides.iter().any(|side| side.owes && actor.writes_for(side.company))
}

/// `POST /agreements/{id}/obligations/{n}/documents`
pub async fn post(visit: Visit, Path((id, number)): Path<(String, String)>, request: Request) -> Response {
    let (Ok(key), Ok(number)) = (Key::parse(&id), number.parse::<i64>()) else {
        return error_response(&visit, &Error::NotFound).await;
    };
    let mut form = Fields::of(&["form_id", "note"]);
    let done = add(&visit, &id, &key, number, request, &mut form).await;
    answer(&visit, done, DOCUMENTS, (&url(&id, number), ANCHOR), form).await
}

async fn add(visit: &Visit, id: &str, key: &Key, number: i64, request: Request, form: &mut Fields) -> Result<String> {
    let allowed = in_time(async {
        let mut ctx = visit.read().await?;
        let scope = ctx.actor.opens_agreements()?;
        let agreement = agreements::find(&mut ctx.tx, key, &scope).await?;
        let obligation = store::find(&mut ctx.tx, agreement.id, number).await?;
        let sides = store::sides(&mut ctx.tx, obligation.id).await?;
        require(may_add(&ctx.actor, &sides))
    })
    .await;
    let check = |form: &Fields| {
        let mut check = Check::default();
        let note = check.line("note", form.get("note"), 500);
        check.finish(note)
    };
    let (text, file, kind) = receive(visit, request, allowed, form, check).await?;
    let written = in_time(async {
        let mut step = Step::of(visit.begin().await?, id).await?;
        let agreement = step.agreement.clone();
        let obligation = store::find(&mut step.ctx.tx, agreement.id, number).await?;
        let sides = store::sides(&mut step.ctx.tx, obligation.id).await?;
        require(may_add(&step.ctx.actor, &sides))?;
        let url = format!("{}{ANCHOR}", url(&agreement.number, number));
        if !obligation.state.is_awaited() {
            return Err(Hindrance::NoSuchMove.into());
        }
        has_room(&mut step.ctx.tx, agreement.id).await?;
        let Some(document) = keep(&mut step.ctx, agreement.id, form, &file, kind, &text, Audience::Company).await?
        else {
            return Ok(url);
        };
        store::add_document(&mut step.ctx.tx, obligation.id, document).await?;
        step.ctx.record(events::document_added(agreement.id, number, &form.name)).await?;
        step.ctx.commit().await?;
        Ok(url)
    })
    .await;
    unless_harmful(written, visit, &file).await
}

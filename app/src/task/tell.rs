//! Telling who has a task now.

use uuid::Uuid;

use super::model::{Details, url};
use crate::absence::who_acts;
use crate::backend::context::Ctx;
use crate::error::Result;
use crate::notification::{self, Kind, Subject};

/// Tells the owner, and who acts for them while they are away, that they have a task; nobody of what they gave themself.
pub async fn assigned(ctx: &mut Ctx, id: Uuid, details: &Details) -> Result<()> {
    let acting = who_acts(&mut ctx.tx, details.owner, ctx.now).await?;
    let path = url(id);
    let subject = Subject { kind: "task", id, path: &path, company: None };
    let facts = [("name", details.title.as_str()), ("by", &ctx.actor.name), ("due", &details.due_on)];
    let receivers = if details.owner == ctx.actor.id { Vec::new() } else { vec![details.owner, acting.account] };
    notification::tell(&mut ctx.tx, Kind::TaskAssigned, &subject, &facts, &receivers, Some(ctx.actor.id), ctx.now).await
}

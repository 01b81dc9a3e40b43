//! Whom companies tell what.

use uuid::Uuid;

use super::model::{Facts, Stage, url};
use crate::backend::context::Ctx;
use crate::backend::outbox::Receiver;
use crate::error::Result;
use crate::notification::{self, Kind, Subject};

/// Tells a person that they have become a company's account manager, and who was it before that they no longer are;
/// neither of them when they did it themselves. `before` is who was manager, `becomes` who is it now, if that changed.
pub async fn tell_managers(
    ctx: &mut Ctx,
    company: Uuid,
    facts: &Facts,
    stage: Stage,
    before: Option<Uuid>,
    becomes: Option<Receiver>,
) -> Result<()> {
    let (path, by) = (url(company), ctx.actor.name.clone());
    let subject = Subject { kind: "company", id: company, path: &path, company: Some(company) };
    let (author, now) = (Some(ctx.actor.id), ctx.now);
    let name = becomes.as_ref().map_or("", |manager| manager.name.as_str());
    let mut told = vec![
        ("name_en", facts.name_en.as_str()),
        ("name_zh", &facts.name_zh),
        ("country", facts.country.as_deref().unwrap_or_default()),
        ("stage", stage.code()),
        ("by", &by),
    ];
    if let Some(manager) = becomes.as_ref().and_then(|manager| manager.account) {
        let (tx, kind) = (&mut ctx.tx, Kind::CompanyManager);
        notification::tell_with_deputy(tx, kind, &subject, &told, (manager, &[]), author, now).await?;
    }
    if let Some(former) = before.filter(|before| Some(*before) != facts.manager) {
        told.push(("manager_now", name));
        let (tx, kind) = (&mut ctx.tx, Kind::CompanyFormerManager);
        notification::tell_with_deputy(tx, kind, &subject, &told, (former, &[]), author, now).await?;
    }
    Ok(())
}

/// Tells the account manager, with them whoever stands in while they are absent, and those who follow a company which of its fields were changed; not who has just become
/// its manager, or was it until now, for they are told that.
pub async fn tell_followers(
    ctx: &mut Ctx,
    company: Uuid,
    facts: &Facts,
    stage: Stage,
    before: &Facts,
    fields: &[String],
) -> Result<()> {
    let (path, by, fields) = (url(company), ctx.actor.name.clone(), fields.join(" "));
    let subject = Subject { kind: "company", id: company, path: &path, company: Some(company) };
    let mut receivers = notification::followers(&mut ctx.tx, &subject, ctx.now).await?;
    receivers.extend(facts.manager);
    if facts.manager != before.manager {
        receivers.retain(|receiver| Some(*receiver) != facts.manager && Some(*receiver) != before.manager);
    }
    let told = [
        ("name_en", facts.name_en.as_str()),
        ("name_zh", &facts.name_zh),
        ("stage", stage.code()),
        ("fields", &fields),
        ("by", &by),
    ];
    let (kind, author, now) = (Kind::FollowedChanged, Some(ctx.actor.id), ctx.now);
    let manager = facts.manager.filter(|manager| receivers.contains(manager));
    let others: Vec<Uuid> = receivers.iter().copied().filter(|receiver| Some(*receiver) != manager).collect();
    notification::tell(&mut ctx.tx, kind, &subject, &told, &others, author, now).await?;
    match manager {
        // Who follows it, too, was told just now.
        Some(manager) => {
            let tx = &mut ctx.tx;
            notification::tell_with_deputy(tx, kind, &subject, &told, (manager, &others), author, now).await
        }
        None => Ok(()),
    }
}

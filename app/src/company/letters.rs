//! The mails that companies cause.

use uuid::Uuid;

use super::model::{Facts, Stage, url};
use crate::account;
use crate::actor::Role;
use crate::backend::context::Ctx;
use crate::backend::letter::Letter;
use crate::backend::outbox::{self, Receiver};
use crate::country;
use crate::error::Result;

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
    let portal = ctx.visit.backend.settings.url.clone();
    let by = ctx.actor.name.clone();
    let former = before.filter(|before| Some(*before) != facts.manager && *before != ctx.actor.id);
    if let Some(former) = former_manager(ctx, former).await? {
        let now = becomes.as_ref().map(|manager| manager.name.as_str());
        let letter = former_letter(&former, (company, facts, stage), now, &by, &portal);
        outbox::enqueue(&mut ctx.tx, "company.former_manager", &former, &letter, ctx.now).await?;
    }
    if let Some(receiver) = becomes.filter(|manager| manager.account != Some(ctx.actor.id)) {
        let letter = manager_letter(&receiver, (company, facts, stage), &by, &portal);
        outbox::enqueue(&mut ctx.tx, "company.manager", &receiver, &letter, ctx.now).await?;
    }
    Ok(())
}

/// Whom to tell that they are no longer manager: somebody who no longer works for the zone is not written to.
async fn former_manager(ctx: &mut Ctx, former: Option<Uuid>) -> Result<Option<Receiver>> {
    let Some(former) = former else { return Ok(None) };
    Ok(match account::store::receiver(&mut ctx.tx, former).await? {
        Some((receiver, Role::Administrator | Role::Staff)) => Some(receiver),
        _ => None,
    })
}

/// The company that a letter is about.
type About<'a> = (Uuid, &'a Facts, Stage);

fn manager_letter(receiver: &Receiver, about: About<'_>, by: &str, portal: &str) -> Letter {
    let (company, facts, _) = about;
    let language = receiver.language;
    let t = language.texts();
    let name = language.prefer(&facts.name_en, &facts.name_zh);
    let letter = Letter::new(language, &t.letter_manager_subject(name))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.letter_manager_body(by, name));
    with_facts(letter, receiver, about)
        .fact(t.letter_manager_by(), by)
        .link(t.letter_manager_link(), &format!("{portal}{}", url(company)))
        .footer(&t.letter_footer(t.shell_name()))
}

fn former_letter(receiver: &Receiver, about: About<'_>, now: Option<&str>, by: &str, portal: &str) -> Letter {
    let (company, facts, _) = about;
    let language = receiver.language;
    let t = language.texts();
    let name = language.prefer(&facts.name_en, &facts.name_zh);
    let letter = Letter::new(language, &t.letter_former_subject(name))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.letter_former_body(by, name));
    with_facts(letter, receiver, about)
        .fact(t.letter_former_now(), now.unwrap_or_else(|| t.letter_former_nobody()))
        .fact(t.letter_former_by(), by)
        .link(t.letter_manager_link(), &format!("{portal}{}", url(company)))
        .footer(&t.letter_footer(t.shell_name()))
}

/// What a letter says of the company.
fn with_facts(letter: Letter, receiver: &Receiver, (_, facts, stage): About<'_>) -> Letter {
    let language = receiver.language;
    let t = language.texts();
    let country = facts.country.as_deref().map(|code| country::name(code, language)).unwrap_or_default();
    letter
        .fact(t.letter_manager_company(), language.prefer(&facts.name_en, &facts.name_zh))
        .fact(t.company_country(), &country)
        .fact(t.company_stage(), t.stage(stage))
}

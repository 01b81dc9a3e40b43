//! The mails that companies cause.

use uuid::Uuid;

use super::model::{Facts, url};
use crate::backend::context::Ctx;
use crate::backend::letter::Letter;
use crate::backend::outbox::{self, Receiver};
use crate::country;
use crate::error::Result;

/// Tells a person that they have become a company's account manager, unless they did it themselves.
pub async fn tell_manager(ctx: &mut Ctx, company: Uuid, facts: &Facts, manager: Option<Receiver>) -> Result<()> {
    let Some(receiver) = manager.filter(|manager| manager.account != ctx.actor.id) else { return Ok(()) };
    let letter = manager_letter(&receiver, company, facts, &ctx.actor.name, &ctx.visit.backend.settings.url);
    outbox::enqueue(&mut ctx.tx, "company.manager", &receiver, &letter, ctx.now).await?;
    Ok(())
}

fn manager_letter(receiver: &Receiver, company: Uuid, facts: &Facts, by: &str, portal: &str) -> Letter {
    let language = receiver.language;
    let t = language.texts();
    let name = language.prefer(&facts.name_en, &facts.name_zh);
    let country = facts.country.as_deref().map(|code| country::name(code, language)).unwrap_or_default();
    Letter::new(language, &t.letter_manager_subject(name))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.letter_manager_body(by, name))
        .fact(t.letter_manager_company(), name)
        .fact(t.company_country(), &country)
        .fact(t.company_stage(), t.stage(facts.stage))
        .fact(t.letter_manager_by(), by)
        .link(t.letter_manager_link(), &format!("{portal}{}", url(company)))
        .footer(&t.letter_footer(t.shell_name()))
}

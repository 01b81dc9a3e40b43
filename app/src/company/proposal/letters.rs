//! The mails that proposals cause.

use super::model::Field;
use crate::account;
use crate::actor::Role;
use crate::backend::context::Ctx;
use crate::backend::letter::Letter;
use crate::backend::outbox;
use crate::company::events::labels;
use crate::company::model::Company;
use crate::error::Result;

/// Tells a company's account manager that its people propose something.
pub async fn tell_manager(ctx: &mut Ctx, company: &Company, path: &str, fields: &[Field], note: &str) -> Result<()> {
    let Some(manager) = company.facts.manager else { return Ok(()) };
    let Some((receiver, Role::Administrator | Role::Staff)) = account::store::receiver(&mut ctx.tx, manager).await?
    else {
        return Ok(());
    };
    let language = receiver.language;
    let t = language.texts();
    let name = language.prefer(&company.facts.name_en, &company.facts.name_zh);
    let labels = labels(t);
    let label = |field: &Field| labels.iter().find(|(name, _)| *name == field.field).map_or("", |(_, label)| *label);
    let proposed: Vec<&str> = fields.iter().map(label).collect();
    let by = ctx.actor.name.clone();
    let mut letter = Letter::new(language, &t.proposal_letter_subject(name))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.proposal_letter_body(&by, name))
        .fact(t.letter_manager_company(), name)
        .fact(t.proposal_fields(), &proposed.join(t.form_comma()));
    if !note.is_empty() {
        letter = letter.fact(t.proposal_note(), note);
    }
    let url = format!("{}{path}", ctx.visit.backend.settings.url);
    let letter = letter.link(t.proposal_letter_link(), &url).footer(&t.letter_footer(t.shell_name()));
    outbox::enqueue(&mut ctx.tx, "company.proposal", &receiver, &letter, ctx.now).await?;
    Ok(())
}

//! The mail that invites.

use super::model::Invitation;
use crate::actor::Role;
use crate::backend::context::Ctx;
use crate::backend::letter::Letter;
use crate::backend::outbox::{self, Receiver};
use crate::error::Result;

/// Invites somebody. It reads the same whether the address has an account or not: the page behind the link knows.
pub async fn invite(ctx: &mut Ctx, invitation: &Invitation, company: (&str, &str), token: &str) -> Result<()> {
    let language = invitation.language;
    let t = language.texts();
    let receiver =
        Receiver { account: None, address: invitation.email.clone(), name: invitation.name.clone(), language };
    let by = &ctx.actor.name;
    let company = language.prefer(company.0, company.1);
    let body = if invitation.role == Role::Representative {
        t.invitation_letter_body_company(by, company, t.shell_name())
    } else {
        t.invitation_letter_body_zone(by, t.shell_name(), t.role(invitation.role))
    };
    let letter = Letter::new(language, &t.invitation_letter_subject(by, t.shell_name()))
        .greeting(&t.letter_greeting(&invitation.name))
        .paragraph(&body)
        .paragraph(t.invitation_letter_next())
        .fact(t.joining_company(), company)
        .fact(t.joining_rights(), invitation.rights.map_or("", |rights| t.rights(rights)))
        .fact(t.invitation_title_field(), &invitation.title)
        .link(t.invitation_letter_link(), &format!("{}/invitation/{token}", ctx.visit.backend.settings.url))
        .footer(&t.invitation_letter_footer(t.shell_name()));
    outbox::enqueue(&mut ctx.tx, "invitation", &receiver, &letter, ctx.now).await.map(drop)
}

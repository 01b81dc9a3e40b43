//! The mails that administrators cause about an account.

use uuid::Uuid;

use crate::account;
use crate::backend::context::Ctx;
use crate::backend::letter::Letter;
use crate::backend::outbox;
use crate::error::Result;

/// Tells a person that their second factors were removed: if they did not ask for it, they should say so.
pub(super) async fn tell_factors_removed(ctx: &mut Ctx, account: Uuid) -> Result<()> {
    let Some((receiver, _)) = account::store::receiver(&mut ctx.tx, account).await? else { return Ok(()) };
    let t = receiver.language.texts();
    let letter = Letter::new(receiver.language, t.users_letter_factors())
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(t.users_letter_factors_body())
        .paragraph(t.users_letter_factors_not())
        .fact(t.users_letter_when(), &t.letter_in_zone(ctx.now.long(receiver.language)))
        .link(t.sign_in_button(), &format!("{}/sign-in", ctx.visit.backend.settings.url))
        .footer(&t.letter_footer(t.shell_name()));
    outbox::enqueue(&mut ctx.tx, "account.factors_removed", &receiver, &letter, ctx.now).await?;
    Ok(())
}

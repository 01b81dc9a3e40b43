//! The mails that administrators cause about an account.

use uuid::Uuid;

use super::store::Person;
use crate::account;
use crate::actor::Role;
use crate::backend::context::Ctx;
use crate::backend::letter::Letter;
use crate::backend::outbox;
use crate::error::Result;
use crate::language::Texts;

/// Tells a person that their second factors were removed: if they did not ask for it, they should say so.
pub(super) async fn tell_factors_removed(ctx: &mut Ctx, account: Uuid) -> Result<()> {
    tell(ctx, "account.factors_removed", account, true, Texts::users_letter_factors, |t, letter| {
        letter.paragraph(t.users_letter_factors_body()).paragraph(t.users_letter_factors_not())
    })
    .await
}

/// Tells a person that they cannot come in any more. There is nothing that they could do in the portal, so no link; why it
/// was done is between them and the zone.
pub(super) async fn tell_suspended(ctx: &mut Ctx, account: Uuid) -> Result<()> {
    tell(ctx, "account.suspended", account, false, Texts::users_letter_suspended, |t, letter| {
        letter.paragraph(&t.users_letter_suspended_body(t.shell_name())).paragraph(t.users_letter_suspended_not())
    })
    .await
}

/// Tells a person that they can come in again.
pub(super) async fn tell_reinstated(ctx: &mut Ctx, account: Uuid) -> Result<()> {
    tell(ctx, "account.reinstated", account, true, Texts::users_letter_reinstated, |t, letter| {
        letter.paragraph(&t.users_letter_reinstated_body(t.shell_name()))
    })
    .await
}

/// Tells a person that they have another role. Who cannot sign in is not led anywhere.
pub(super) async fn tell_role(ctx: &mut Ctx, person: &Person, now: Role) -> Result<()> {
    let may_enter = person.suspended_at.is_none();
    tell(ctx, "account.role_changed", person.id, may_enter, Texts::users_letter_role, |t, letter| {
        letter
            .paragraph(&t.users_letter_role_body(t.shell_name()))
            .fact(t.users_letter_role_before(), t.role(person.role()))
            .fact(t.users_letter_role_now(), t.role(now))
    })
    .await
}

/// A mail about a person's account: its subject, what it says, when it was, and the way in if there is one.
async fn tell(
    ctx: &mut Ctx,
    kind: &'static str,
    account: Uuid,
    may_enter: bool,
    subject: fn(&'static Texts) -> &'static str,
    write: impl FnOnce(&'static Texts, Letter) -> Letter + Send,
) -> Result<()> {
    let Some((receiver, _)) = account::store::receiver(&mut ctx.tx, account).await? else { return Ok(()) };
    let t = receiver.language.texts();
    let letter = Letter::new(receiver.language, subject(t)).greeting(&t.letter_greeting(&receiver.name));
    let mut letter = write(t, letter).fact(t.users_letter_when(), &t.letter_in_zone(ctx.now.long(receiver.language)));
    if may_enter {
        letter = letter.link(t.sign_in_button(), &format!("{}/sign-in", ctx.visit.backend.settings.url));
    }
    let letter = letter.footer(&t.users_letter_footer(t.shell_name()));
    outbox::enqueue(&mut ctx.tx, kind, &receiver, &letter, ctx.now).await?;
    Ok(())
}

//! What administrators can ask of mails, and do with them.

use leptos::prelude::*;

use crate::error::Result;

/// An administrator sends a dead letter again.
#[server(endpoint = "mail/resend")]
pub async fn resend_mail(#[server(default)] id: String) -> Result<()> {
    use super::store;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::backend::outbox;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_administer())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    if !outbox::resend(&mut ctx.tx, id, ctx.now).await? {
        // Somebody was faster, or the mail did arrive.
        return Err(Error::Conflict);
    }
    ctx.record(Entry::new("mail.resent", "mail", id)).await?;
    ctx.commit().await?;
    redirect(&super::url(id));
    Ok(())
}

/// An administrator sends themselves a mail, to see whether mails arrive.
#[server(endpoint = "mail/test")]
pub async fn test_mail() -> Result<()> {
    use crate::account;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::backend::letter::Letter;
    use crate::backend::outbox;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_administer())?;
    let (receiver, _) = account::store::receiver(&mut ctx.tx, ctx.actor.id).await?.ok_or(Error::NotFound)?;
    let t = receiver.language.texts();
    let url = format!("{}/admin/mail", ctx.visit.backend.settings.url);
    let letter = Letter::new(receiver.language, &t.letter_test_subject(t.shell_name()))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(t.letter_test_body())
        .fact(t.letter_test_asked(), &t.letter_in_zone(ctx.now.long(receiver.language)))
        .link(t.letter_test_link(), &url)
        .footer(&t.letter_footer(t.shell_name()));
    let id = outbox::enqueue(&mut ctx.tx, "mail.test", &receiver, &letter, ctx.now).await?;
    ctx.record(Entry::new("mail.tested", "mail", id)).await?;
    ctx.commit().await?;
    redirect(&super::url(id));
    Ok(())
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::filter::MailFilter;
    use super::super::store::{self, Mail, MailLine};
    use crate::actor::{Actor, require};
    use crate::backend::context::Visit;
    use crate::error::{Error, Result};

    /// Rows on a page of the list.
    pub const PAGE: i64 = 50;

    pub struct MailList {
        pub actor: Actor,
        pub mails: Vec<MailLine>,
        /// How many there are on all pages.
        pub count: i64,
    }

    pub async fn list_mails(visit: &Visit, filter: &MailFilter) -> Result<MailList> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_administer())?;
        let (mails, count) = store::list(&mut ctx.tx, filter, PAGE, (filter.page - 1) * PAGE).await?;
        Ok(MailList { actor: ctx.actor, mails, count })
    }

    pub async fn read_mail(visit: &Visit, id: Result<Uuid>) -> Result<(Actor, Mail)> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_administer())?;
        let mail = store::find(&mut ctx.tx, id?).await?.ok_or(Error::NotFound)?;
        Ok((ctx.actor, mail))
    }
}

//! What one can do with a company's mailbox.

use leptos::prelude::*;

use crate::error::Result;

/// A company's administrator, or staff, says which address gets what the company is sent. It is asked by mail.
#[server(endpoint = "mailbox/set")]
pub async fn set_mailbox(
    #[server(default)] company: String,
    #[server(default)] email: String,
    #[server(default)] language: String,
) -> Result<()> {
    use super::{letters, mailbox, pages};
    use crate::account;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::backend::link;
    use crate::error::{Check, Error, Problem};
    use crate::language::Language;
    use crate::notification::mailbox::begin_anew;
    use crate::time::Timestamp;

    let mut ctx = Ctx::begin().await?;
    let company = company.parse().map_err(|_| Error::NotFound)?;
    ctx.actor.manages_representatives_of(company)?;
    let address = account::address::parse(&email)?.email;
    let mut check = Check::default();
    let language = Language::from_code(&language).unwrap_or_else(|| {
        check.note("language", Problem::NotAnOption);
        Language::En
    });
    check.finish(())?;
    super::api::hold(&mut ctx, company).await?.manages_representatives_of(company)?;
    let before = mailbox::find(&mut ctx.tx, company).await?;
    let same = before.as_ref().is_some_and(|before| before.address == address);
    begin_anew(&mut ctx.tx, company, same).await?;
    if same && before.as_ref().is_some_and(|before| before.confirmed_at.is_some()) {
        mailbox::set_language(&mut ctx.tx, company, language.code()).await?;
    } else {
        // Whoever is asked is not asked again every moment.
        if let Some(before) = &before {
            let ready = before.set_at + Timestamp::MINUTE;
            if ready > ctx.now.0 {
                let seconds = (ready - ctx.now.0 + Timestamp::SECOND - 1) / Timestamp::SECOND;
                return Err(Error::TooMany(u32::try_from(seconds).unwrap_or(60)));
            }
        }
        // Removed and set again, or set to others one after another, it still sends no more mails than these.
        let hour = ctx.now.minus(Timestamp::HOUR);
        let asked = link::made_since(&mut ctx.tx, link::Kind::Mailbox, company, hour).await?;
        if asked >= mailbox::ASKED_AN_HOUR {
            return Err(Error::TooMany(3600));
        }
        let by = ctx.actor.id;
        mailbox::set(&mut ctx.tx, company, &address, language.code(), by, ctx.now).await?;
        let token = link::make(&mut ctx.tx, link::Kind::Mailbox, company, &address, ctx.now).await?;
        letters::ask_mailbox(&mut ctx, company, &address, language, &token).await?;
    }
    let fields = |address: &str, language: &str| vec![("mailbox", format!("{address} ({language})"))];
    let earlier = before.map(|before| fields(&before.address, &before.language));
    let entry = Entry::new("mailbox.set", "company", company);
    let earlier = earlier.unwrap_or_else(|| vec![("mailbox", String::new())]);
    ctx.record(entry.changed(earlier, fields(&address, language.code()))).await?;
    ctx.commit().await?;
    redirect(&pages::mailbox_url(company));
    Ok(())
}

/// A company's administrator, or staff, removes its mailbox. Done a second time nothing changes.
#[server(endpoint = "mailbox/remove")]
pub async fn remove_mailbox(#[server(default)] company: String) -> Result<()> {
    use super::{mailbox, pages};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::backend::link;
    use crate::error::Error;
    use crate::notification::mailbox::begin_anew;

    let mut ctx = Ctx::begin().await?;
    let company = company.parse().map_err(|_| Error::NotFound)?;
    ctx.actor.manages_representatives_of(company)?;
    super::api::hold(&mut ctx, company).await?.manages_representatives_of(company)?;
    if let Some(before) = mailbox::find(&mut ctx.tx, company).await? {
        mailbox::remove(&mut ctx.tx, company).await?;
        begin_anew(&mut ctx.tx, company, false).await?;
        link::withdraw(&mut ctx.tx, link::Kind::Mailbox, company, ctx.now).await?;
        let was = vec![("mailbox", format!("{} ({})", before.address, before.language))];
        let entry = Entry::new("mailbox.removed", "company", company);
        ctx.record(entry.changed(was, vec![("mailbox", String::new())])).await?;
        ctx.commit().await?;
    }
    redirect(&pages::mailbox_url(company));
    Ok(())
}

/// Who reads a mailbox agrees that it gets what the company is sent.
#[server(endpoint = "mailbox/confirm")]
pub async fn confirm_mailbox(#[server(default)] token: String) -> Result<()> {
    use super::mailbox;
    use crate::backend::context::{Visit, redirect};
    use crate::backend::journal::{self, Entry};
    use crate::backend::link;
    use crate::error::{Error, Refusal};

    let visit = Visit::current()?;
    let mut tx = visit.backend.database.begin().await?;
    let link = link::use_up(&mut tx, link::Kind::Mailbox, &token, visit.now()).await?;
    if !mailbox::confirm(&mut tx, link.subject_id, &link.detail, visit.now()).await? {
        return Err(Error::Refused(Refusal::DeadLink));
    }
    let entry = Entry::new("mailbox.confirmed", "company", link.subject_id);
    journal::record(&mut tx, &visit.author(None), entry.created(vec![("mailbox", link.detail)])).await?;
    tx.commit().await?;
    redirect(&format!("/mailbox/{}", mailbox::CONFIRMED));
    Ok(())
}

//! Where the mailboxes of companies are kept, and the page that confirms one.

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::mailbox_api::ConfirmMailbox;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::link;
use crate::company;
use crate::error::Result;
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState};
use crate::web::page::{At, Page};
use crate::{ask, on};

/// What the page of a mailbox is called once it is confirmed.
pub const CONFIRMED: &str = "confirmed";

/// Mails within an hour that ask whether an address is to be a company's mailbox, to whichever addresses.
pub const ASKED_AN_HOUR: i64 = 3;

/// A company's mailbox.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Mailbox {
    pub address: String,
    pub language: String,
    pub set_at: i64,
    pub confirmed_at: Option<i64>,
}

pub async fn find(tx: &mut Tx, company: Uuid) -> Result<Option<Mailbox>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT address, language, set_at, confirmed_at FROM company_mailboxes WHERE company_id = $1"
    )
    .bind(company)
    .fetch_optional(c)
    .await)?)
}

/// Puts an address in the place of the one before; it counts once it is confirmed.
pub async fn set(tx: &mut Tx, company: Uuid, address: &str, language: &str, by: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO company_mailboxes (company_id, address, language, set_by, set_at, confirmed_at)
         VALUES ($1, $2, $3, $4, $5, NULL)
         ON CONFLICT (company_id) DO UPDATE SET address = excluded.address, language = excluded.language,
             set_by = excluded.set_by, set_at = excluded.set_at, confirmed_at = NULL"
    )
    .bind(company)
    .bind(address)
    .bind(language)
    .bind(by)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(())
}

/// Gives a mailbox another language. A confirmed one stays confirmed.
pub async fn set_language(tx: &mut Tx, company: Uuid, language: &str) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE company_mailboxes SET language = $1 WHERE company_id = $2")
        .bind(language)
        .bind(company)
        .execute(c)
        .await)?;
    Ok(())
}

/// Notes that who reads an address agrees; false when the company's mailbox is another by now.
pub async fn confirm(tx: &mut Tx, company: Uuid, address: &str, now: Timestamp) -> Result<bool> {
    let confirmed: Option<i64> = ask!(tx, |c| {
        sqlx::query_scalar(
        "UPDATE company_mailboxes SET confirmed_at = $1 WHERE company_id = $2 AND address = $3 RETURNING confirmed_at"
    )
    .bind(now.0)
    .bind(company)
    .bind(address)
    .fetch_optional(c)
    .await
    })?;
    Ok(confirmed.is_some())
}

/// Removes a mailbox, and tells whether there was one.
pub async fn remove(tx: &mut Tx, company: Uuid) -> Result<bool> {
    let removed: Option<Uuid> =
        ask!(tx, |c| sqlx::query_scalar("DELETE FROM company_mailboxes WHERE company_id = $1 RETURNING company_id")
            .bind(company)
            .fetch_optional(c)
            .await)?;
    Ok(removed.is_some())
}

/// `/mailbox/{token}`: opened it changes nothing, for mail scanners open links too; its button confirms.
pub async fn page(visit: Visit, at: At) -> Result<Page> {
    let token = at.parameter("token").to_owned();
    let (mut tx, actor) = visit.look().await?;
    let done = token == CONFIRMED;
    let mut asked = None;
    // A refusal of the button is told on this page as well, also when the link is used up by then.
    if !done {
        let found = link::find(&mut tx, link::Kind::Mailbox, &token, visit.now()).await;
        let link = if visit.refused.is_some() { found.ok() } else { Some(found?) };
        if let Some(link) = link
            && let Some(company) = company::store::find(&mut tx, link.subject_id).await?
        {
            asked = Some((link.detail, company.facts));
        }
    }
    let language = visit.language;
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().mailbox_title(), move |t| {
        let body = if done {
            view! { <p>{t.mailbox_confirmed()}</p> }.into_any()
        } else if let Some((address, facts)) = asked {
            let name = language.prefer(&facts.name_en, &facts.name_zh).to_owned();
            view! {
                <p>{t.mailbox_asks(&address, name)}</p>
                <form method="post" action=ConfirmMailbox::PATH>
                    <input type="hidden" name="token" value=token />
                    <div class="actions"><button class="button primary">{t.mailbox_confirm()}</button></div>
                </form>
            }
            .into_any()
        } else {
            ().into_any()
        };
        view! {
            <section class="problem">
                <h1>{t.mailbox_title()}</h1>
                <ErrorSummary form=FormState::new(t, refused.as_ref(), ConfirmMailbox::PATH) labels=Vec::new() />
                {body}
            </section>
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

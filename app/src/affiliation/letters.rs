//! The mails that affiliations cause.

use uuid::Uuid;

use super::model::Terms;
use super::switch::for_company;
use crate::account;
use crate::actor::{Actor, Role};
use crate::ask;
use crate::backend::context::Ctx;
use crate::backend::database::Tx;
use crate::backend::letter::Letter;
use crate::backend::outbox::{self, Receiver};
use crate::company::model::{Facts, url};
use crate::error::Result;
use crate::language::Language;
use crate::notification::{self, Kind};
use crate::time::Timestamp;

/// A company as letters speak of it.
struct Subject {
    id: Uuid,
    facts: Facts,
}

impl Subject {
    async fn read(tx: &mut Tx, id: Uuid) -> Result<Option<Self>> {
        let found = crate::company::store::find(tx, id).await?;
        Ok(found.map(|company| Self { id, facts: company.facts }))
    }

    fn name(&self, language: Language) -> &str {
        language.prefer(&self.facts.name_en, &self.facts.name_zh)
    }
}

/// Who did it, as the company's people read it: people of the zone are not named to them.
fn by(actor: &Actor, receiver: &Receiver) -> String {
    match actor.role {
        Role::Representative => actor.name.clone(),
        _ => receiver.language.texts().journal_zone_staff().to_owned(),
    }
}

async fn person(tx: &mut Tx, account: Uuid) -> Result<Option<Receiver>> {
    Ok(account::store::receiver(tx, account).await?.map(|(receiver, _)| receiver))
}

/// Tells a person that they act for a company now, or on other terms than before.
pub async fn tell_terms(ctx: &mut Ctx, company: Uuid, account: Uuid, terms: &Terms, is_new: bool) -> Result<()> {
    let (Some(receiver), Some(subject)) =
        (person(&mut ctx.tx, account).await?, Subject::read(&mut ctx.tx, company).await?)
    else {
        return Ok(());
    };
    if account == ctx.actor.id {
        return Ok(());
    }
    let (t, name) = (receiver.language.texts(), subject.name(receiver.language));
    let by = by(&ctx.actor, &receiver);
    let (heading, body, kind) = if is_new {
        (t.affiliation_letter_added(name), t.affiliation_letter_added_body(&by, name), "affiliation.added")
    } else {
        (t.affiliation_letter_changed(name), t.affiliation_letter_changed_body(&by, name), "affiliation.changed")
    };
    let link = format!("{}{}", ctx.visit.backend.settings.url, for_company(&url(subject.id), subject.id));
    let letter = Letter::new(receiver.language, &heading)
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&body)
        .fact(t.affiliation_rights(), t.rights(terms.rights))
        .fact(t.affiliation_title(), &terms.title)
        .fact(t.affiliation_since(), &crate::time::date(&terms.since, receiver.language))
        .fact(t.affiliation_until(), &crate::time::date(&terms.until, receiver.language))
        .link(t.letter_manager_link(), &link)
        .footer(&t.letter_footer(t.shell_name()));
    outbox::enqueue(&mut ctx.tx, kind, &receiver, &letter, ctx.now).await?;
    Ok(())
}

/// Tells a person that they act for a company no more, and who takes over that they do; neither of them when they did it
/// themselves.
pub async fn tell_ended(ctx: &mut Ctx, company: Uuid, account: Uuid, successor: Option<Uuid>) -> Result<()> {
    let Some(subject) = Subject::read(&mut ctx.tx, company).await? else { return Ok(()) };
    let leaver = person(&mut ctx.tx, account).await?;
    let heir = match successor {
        Some(successor) => person(&mut ctx.tx, successor).await?,
        None => None,
    };
    // Not about the `company`: of that one they may be told nothing any more. And not about the account: who acts for
    // several companies no more is told of each.
    let path = super::own::PATH;
    let about = notification::Subject { kind: "affiliation", id: company, path, company: None };
    let facts = [
        ("name_en", subject.facts.name_en.as_str()),
        ("name_zh", &subject.facts.name_zh),
        ("by", &ctx.actor.name),
        ("successor", heir.as_ref().map_or("", |heir| &heir.name)),
    ];
    let author = Some(ctx.actor.id);
    notification::tell(&mut ctx.tx, Kind::AffiliationEnded, &about, &facts, &[account], author, ctx.now).await?;
    if let (Some(receiver), Some(leaver)) = (heir.filter(|_| successor != Some(ctx.actor.id)), leaver) {
        let (t, name) = (receiver.language.texts(), subject.name(receiver.language));
        let link = format!("{}{}", ctx.visit.backend.settings.url, for_company(&url(subject.id), subject.id));
        let letter = Letter::new(receiver.language, &t.affiliation_letter_succeeds(&leaver.name, name))
            .greeting(&t.letter_greeting(&receiver.name))
            .paragraph(&t.affiliation_letter_succeeds_body(&leaver.name, name))
            .link(t.letter_manager_link(), &link)
            .footer(&t.letter_footer(t.shell_name()));
        outbox::enqueue(&mut ctx.tx, "affiliation.succeeded", &receiver, &letter, ctx.now).await?;
    }
    Ok(())
}

/// Tells a company's account manager, and while they are absent whoever stands in for them – or, where there is no manager
/// who could hear of it, the administrators – that nobody administers the company.
pub async fn tell_unattended(tx: &mut Tx, company: Uuid, now: Timestamp) -> Result<()> {
    let Some(subject) = Subject::read(tx, company).await? else { return Ok(()) };
    let path = super::pages::list_url(company);
    let about = notification::Subject { kind: "company", id: company, path: &path, company: Some(company) };
    let facts = [("name_en", subject.facts.name_en.as_str()), ("name_zh", &subject.facts.name_zh)];
    let kind = Kind::CompanyUnattended;
    let manager: Option<Uuid> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT a.id FROM companies c JOIN accounts a ON a.id = c.manager_id
         WHERE c.id = $1 AND a.suspended_at IS NULL AND a.erased_at IS NULL"
    )
    .bind(company)
    .fetch_optional(c)
    .await)?;
    if let Some(manager) = manager {
        return notification::tell_with_deputy(tx, kind, &about, &facts, (manager, &[]), None, now).await;
    }
    let administrators: Vec<Uuid> = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
        "SELECT id FROM accounts WHERE role = 'administrator' AND suspended_at IS NULL AND erased_at IS NULL ORDER BY id"
    )
    .fetch_all(c)
    .await
    })?;
    notification::tell(tx, kind, &about, &facts, &administrators, None, now).await
}

/// Asks who reads a mailbox whether it may get what the company is sent.
pub async fn ask_mailbox(ctx: &mut Ctx, company: Uuid, address: &str, language: Language, token: &str) -> Result<()> {
    let Some(subject) = Subject::read(&mut ctx.tx, company).await? else { return Ok(()) };
    let (t, name) = (language.texts(), subject.name(language).to_owned());
    let receiver = Receiver { account: None, address: address.to_owned(), name: name.clone(), language };
    let letter = Letter::new(language, &t.mailbox_letter(&name))
        .greeting(&t.letter_greeting(&name))
        .paragraph(&t.mailbox_letter_body(by(&ctx.actor, &receiver), &name, t.shell_name()))
        .paragraph(t.mailbox_letter_not())
        .link(t.mailbox_confirm(), &format!("{}/mailbox/{token}", ctx.visit.backend.settings.url))
        .footer(&t.mailbox_letter_footer(t.shell_name()));
    outbox::enqueue(&mut ctx.tx, "mailbox.confirm", &receiver, &letter, ctx.now).await?;
    Ok(())
}

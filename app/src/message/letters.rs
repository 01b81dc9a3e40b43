//! Whom messages tell what.

use super::model::Thread;
use crate::absence;
use crate::actor::{Rights, Role};
use crate::affiliation::receivers::receivers;
use crate::backend::context::Ctx;
use crate::backend::letter::Letter;
use crate::backend::outbox::{self, Receiver};
use crate::company::model::Company;
use crate::error::Result;
use crate::language::Language;
use crate::notification::mailbox::stopped;
use crate::notification::{self, Kind, Subject, unsubscribe};
use crate::time::Timestamp;
use crate::writing::model::excerpt;

/// The kind of the mail to a company's mailbox.
pub const MAILBOX: &str = "message.mailbox";
/// How long a mail to a mailbox waits for more messages of the same thread.
const GATHERED: i64 = 2 * Timestamp::MINUTE;

/// Tells those in a conversation that something was written: the company's people who have rights in the portal, and of
/// the zone the account manager, who acts for them while they are away, and whoever took part. What the zone writes goes to
/// the company's mailbox, too.
pub async fn tell(ctx: &mut Ctx, company: &Company, thread: &Thread, text: &str) -> Result<()> {
    let (path, by, now) = (thread.url(), ctx.actor.name.clone(), ctx.now);
    let facts = &company.facts;
    let named = |language: Language| {
        let company = language.prefer(&facts.name_en, &facts.name_zh);
        format!("{company}{}{}", language.texts().form_colon(), thread.subject)
    };
    let (name_en, name_zh) = (named(Language::En), named(Language::Zh));
    let text = excerpt(text);
    let told =
        [("name_en", name_en.as_str()), ("name_zh", name_zh.as_str()), ("by", by.as_str()), ("text", text.as_str())];
    let of_company = receivers(&mut ctx.tx, company.id, Rights::Viewer, now).await?;
    let mut accounts: Vec<_> = of_company.iter().filter_map(|receiver| receiver.account).collect();
    let mut manage = Vec::new();
    if let Some(manager) = facts.manager {
        let acting = absence::store::who_acts(&mut ctx.tx, manager, now).await?;
        manage = vec![manager, acting.account];
    }
    accounts.extend(super::store::of_zone_in(&mut ctx.tx, thread.id, &manage).await?);
    let from_company = ctx.actor.role == Role::Representative;
    let subject = Subject { kind: "message", id: thread.id, path: &path, company: Some(company.id) };
    let author = Some(ctx.actor.id);
    notification::tell(&mut ctx.tx, Kind::Message, &subject, &told, &accounts, author, now).await?;
    if !from_company && let Some(mailbox) = of_company.iter().find(|receiver| receiver.account.is_none()) {
        if stopped(&mut ctx.tx, company.id).await?.contains(&Kind::Message) {
            return Ok(());
        }
        let Some(set) = crate::affiliation::mailbox::find(&mut ctx.tx, company.id).await? else { return Ok(()) };
        let portal = &ctx.visit.backend.settings.url;
        let secret = unsubscribe::secret_or_new(&mut ctx.tx).await?;
        let end = unsubscribe::url_of_mailbox(portal, &secret, company.id, set.set_at, Kind::Message);
        let letter = to_mailbox(mailbox, company, thread, &format!("{portal}{path}"));
        let letter = letter.small(mailbox.language.texts().notice_mail_stop(), &end).unsubscribe(&end);
        outbox::enqueue_gathered(&mut ctx.tx, MAILBOX, mailbox, &letter, now, GATHERED).await?;
    }
    Ok(())
}

/// The mail to a mailbox that many read: that there is something to read, not what.
fn to_mailbox(mailbox: &Receiver, company: &Company, thread: &Thread, url: &str) -> Letter {
    let language = mailbox.language;
    let t = language.texts();
    let name = language.prefer(&company.facts.name_en, &company.facts.name_zh);
    Letter::new(language, &t.message_letter_subject(&thread.subject))
        .greeting(&t.letter_greeting(name))
        .paragraph(t.message_letter_body())
        .fact(t.message_subject(), &thread.subject)
        .fact(t.letter_manager_company(), name)
        .link(t.message_letter_link(), url)
        .footer(&t.message_letter_footer(t.shell_name()))
}

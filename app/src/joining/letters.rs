//! The mails to who asks for access.

use uuid::Uuid;

use super::model::{ALL_OF_THEM, JoinRequest, PATH};
use super::store;
use crate::account::address::Address;
use crate::account::store as accounts;
use crate::actor::Rights;
use crate::backend::context::{Ctx, Visit};
use crate::backend::database::Tx;
use crate::backend::letter::Letter;
use crate::backend::outbox::{self, Receiver};
use crate::company;
use crate::error::Result;
use crate::language::Language;
use crate::notification::{self, Kind, Subject};
use crate::time::Timestamp;

/// Somebody without an account as the receiver of mails.
pub fn receiver(address: &Address, name: &str, language: Language) -> Receiver {
    Receiver { account: None, address: address.email.clone(), name: name.to_owned(), language }
}

/// The link by which the address is confirmed. Nothing that was typed stands in it: anybody can have it sent to anybody,
/// and must not choose its words.
pub async fn confirm(tx: &mut Tx, visit: &Visit, receiver: &Receiver, token: &str) -> Result<()> {
    let language = receiver.language;
    let t = language.texts();
    let letter = Letter::new(language, &t.join_letter_confirm_subject(t.shell_name()))
        .greeting(t.join_letter_greeting())
        .paragraph(&t.join_letter_confirm_body(t.shell_name()))
        .paragraph(t.join_letter_not_you())
        .link(t.join_letter_confirm_link(), &format!("{}/join/confirm/{token}", visit.backend.settings.url))
        .footer(&t.join_letter_footer(t.shell_name()));
    outbox::enqueue(tx, "join.confirm", receiver, &letter, visit.now()).await.map(drop)
}

/// That there is an account already: one signs in, or sets a new password.
pub async fn known(tx: &mut Tx, visit: &Visit, receiver: &Receiver) -> Result<()> {
    let t = receiver.language.texts();
    let url = &visit.backend.settings.url;
    let letter = Letter::new(receiver.language, &t.join_letter_confirm_subject(t.shell_name()))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.join_letter_known_body(t.shell_name()))
        .paragraph(&t.join_letter_known_reset(format!("{url}/password")))
        .paragraph(t.join_letter_known_further())
        .paragraph(t.join_letter_not_you())
        .link(t.sign_in_button(), &format!("{url}/sign-in"))
        .footer(&t.join_letter_footer(t.shell_name()));
    outbox::enqueue(tx, "join.known", receiver, &letter, visit.now()).await.map(drop)
}

/// That a confirmed request waits already.
pub async fn waiting(tx: &mut Tx, visit: &Visit, receiver: &Receiver) -> Result<()> {
    let t = receiver.language.texts();
    let letter = Letter::new(receiver.language, &t.join_letter_confirm_subject(t.shell_name()))
        .greeting(t.join_letter_greeting())
        .paragraph(t.join_letter_waiting_body())
        .paragraph(t.join_letter_not_you())
        .footer(&t.join_letter_footer(t.shell_name()));
    outbox::enqueue(tx, "join.waits_already", receiver, &letter, visit.now()).await.map(drop)
}

/// Tells those who decide that somebody asks for access: of many at once, once.
pub async fn tell_staff(tx: &mut Tx, request: Uuid, now: Timestamp) -> Result<()> {
    let Some(request) = store::find(tx, request).await? else { return Ok(()) };
    let waiting = store::waiting(tx).await?;
    // One leads to itself, several to their list.
    let path = if waiting > 1 { PATH.to_owned() } else { request.url() };
    let subject = Subject { kind: "join_requests", id: ALL_OF_THEM, path: &path, company: None };
    let number = waiting.to_string();
    let facts = [("by", request.name.as_str()), ("name", &request.company_name), ("waiting", &number)];
    let told: Vec<Uuid> = accounts::managers(tx).await?.into_iter().map(|(account, _)| account).collect();
    notification::tell(tx, Kind::JoinWaiting, &subject, &facts, &told, None, now).await
}

fn asker(request: &JoinRequest) -> Receiver {
    Receiver {
        account: None,
        address: request.email.clone(),
        name: request.name.clone(),
        language: Language::from_code(&request.language).unwrap_or_default(),
    }
}

/// That the request was accepted, with the link by which the person sets a password.
pub async fn accepted_new(
    ctx: &mut Ctx,
    request: &JoinRequest,
    (name_en, name_zh): (&str, &str),
    rights: Rights,
    token: &str,
) -> Result<()> {
    let receiver = asker(request);
    let language = receiver.language;
    let t = language.texts();
    let name = language.prefer(name_en, name_zh);
    let letter = Letter::new(language, &t.join_letter_accepted_subject(name))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.join_letter_accepted_body(name, t.shell_name()))
        .paragraph(t.join_letter_accepted_next())
        .fact(t.joining_company(), name)
        .fact(t.joining_rights(), t.rights(rights))
        .link(t.join_letter_accepted_link(), &format!("{}/invitation/{token}", ctx.visit.backend.settings.url))
        .footer(&t.join_letter_footer(t.shell_name()));
    outbox::enqueue(&mut ctx.tx, "join.accepted", &receiver, &letter, ctx.now).await.map(drop)
}

/// That the request was accepted, to who has an account already.
pub async fn accepted_known(
    ctx: &mut Ctx,
    receiver: &Receiver,
    (company, (name_en, name_zh)): (Uuid, (&str, &str)),
    rights: Rights,
) -> Result<()> {
    let language = receiver.language;
    let t = language.texts();
    let name = language.prefer(name_en, name_zh);
    let url = format!("{}{}", ctx.visit.backend.settings.url, company::model::url(company));
    let letter = Letter::new(language, &t.join_letter_accepted_subject(name))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.join_letter_accepted_body(name, t.shell_name()))
        .paragraph(t.join_letter_accepted_known())
        .fact(t.joining_company(), name)
        .fact(t.joining_rights(), t.rights(rights))
        .link(t.letter_manager_link(), &url)
        .footer(&t.join_letter_footer(t.shell_name()));
    outbox::enqueue(&mut ctx.tx, "join.accepted", receiver, &letter, ctx.now).await.map(drop)
}

/// That the request was declined, and why.
pub async fn declined(ctx: &mut Ctx, request: &JoinRequest, reason: &str) -> Result<()> {
    let receiver = asker(request);
    let t = receiver.language.texts();
    let mut letter = Letter::new(receiver.language, &t.join_letter_declined_subject(t.shell_name()))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.join_letter_declined_body(&request.company_name, t.shell_name()))
        .paragraph(t.join_letter_declined_reason());
    for line in reason.lines().filter(|line| !line.trim().is_empty()) {
        letter = letter.paragraph(line);
    }
    let letter = letter.paragraph(t.join_letter_declined_next()).footer(&t.join_letter_footer(t.shell_name()));
    outbox::enqueue(&mut ctx.tx, "join.declined", &receiver, &letter, ctx.now).await.map(drop)
}

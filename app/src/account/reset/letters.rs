//! The mails about passwords.

use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::letter::Letter;
use crate::backend::outbox::{self, Receiver};
use crate::error::Result;

/// The link with which a new password is set.
pub async fn reset(tx: &mut Tx, visit: &Visit, receiver: &Receiver, token: &str) -> Result<()> {
    let t = receiver.language.texts();
    let letter = Letter::new(receiver.language, &t.password_letter_reset_subject(t.shell_name()))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.password_letter_reset_body(t.shell_name()))
        .paragraph(t.password_letter_reset_not_you())
        .link(t.password_letter_reset_link(), &format!("{}/password/{token}", visit.backend.settings.url))
        .footer(&t.password_letter_footer(t.shell_name()));
    outbox::enqueue(tx, "password.reset", receiver, &letter, visit.now()).await.map(drop)
}

/// That the address has no account that could get a link. It goes to who reads the address' mails, and nobody else.
pub async fn nobody(tx: &mut Tx, visit: &Visit, email: &str) -> Result<()> {
    let t = visit.texts();
    let receiver = Receiver { account: None, address: email.to_owned(), name: String::new(), language: visit.language };
    let letter = Letter::new(visit.language, &t.password_letter_reset_subject(t.shell_name()))
        .greeting(t.password_letter_greeting())
        .paragraph(&t.password_letter_nobody_body(t.shell_name()))
        .paragraph(t.password_letter_nobody_not_you())
        .link(t.password_letter_nobody_link(), &format!("{}/join", visit.backend.settings.url))
        .footer(&t.password_letter_footer(t.shell_name()));
    outbox::enqueue(tx, "password.nobody", &receiver, &letter, visit.now()).await.map(drop)
}

/// That a new password was set, when and from where.
pub async fn changed(tx: &mut Tx, visit: &Visit, receiver: &Receiver) -> Result<()> {
    let t = receiver.language.texts();
    let letter = Letter::new(receiver.language, &t.password_letter_changed_subject(t.shell_name()))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.password_letter_changed_body(t.shell_name()))
        .paragraph(t.password_letter_changed_not_you())
        .fact(t.password_letter_when(), &t.letter_in_zone(visit.now().long(receiver.language)))
        .fact(t.password_letter_from(), &visit.address)
        .link(t.password_letter_changed_link(), &format!("{}/password", visit.backend.settings.url))
        .footer(&t.password_letter_footer(t.shell_name()));
    outbox::enqueue(tx, "password.changed", receiver, &letter, visit.now()).await.map(drop)
}

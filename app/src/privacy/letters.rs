//! The mails about somebody's own data.

use crate::backend::letter::Letter;
use crate::backend::outbox::Receiver;
use crate::time::Timestamp;

/// The kind of the last mail to somebody whose data was erased. It is the one place where their address still stands,
/// until it was sent.
pub const FAREWELL: &str = "erasure.done";

fn begun(receiver: &Receiver, subject: &str) -> Letter {
    Letter::new(receiver.language, subject).greeting(&receiver.language.texts().letter_greeting(&receiver.name))
}

/// Somebody asked, in this person's name, that everything goes: should it not have been them, they learn of it in time.
pub fn asked(receiver: &Receiver, now: Timestamp, portal: &str) -> Letter {
    let t = receiver.language.texts();
    begun(receiver, &t.erasure_letter_asked_subject(t.shell_name()))
        .paragraph(t.erasure_letter_asked_body())
        .fact(t.erasure_asked(), &t.letter_in_zone(now.long(receiver.language)))
        .link(t.erasure_letter_asked_link(), &format!("{portal}{}", super::pages::PATH))
        .footer(&t.letter_footer(t.shell_name()))
}

pub fn declined(receiver: &Receiver, reason: &str, portal: &str) -> Letter {
    let t = receiver.language.texts();
    begun(receiver, &t.erasure_letter_declined_subject(t.shell_name()))
        .paragraph(t.erasure_letter_declined_body())
        .fact(t.erasure_decline_reason(), reason)
        .link(t.erasure_letter_asked_link(), &format!("{portal}{}", super::pages::PATH))
        .footer(&t.letter_footer(t.shell_name()))
}

pub fn done(receiver: &Receiver, pseudonym: &str) -> Letter {
    let t = receiver.language.texts();
    begun(receiver, &t.erasure_letter_done_subject(t.shell_name()))
        .paragraph(t.erasure_letter_done_body())
        .paragraph(t.erasure_letter_done_stays())
        .fact(t.erasure_pseudonym(), &super::model::shown_name(pseudonym, t))
        .footer(&t.letter_footer(t.shell_name()))
}

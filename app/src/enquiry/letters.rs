//! The mails that enquiries cause. Each has the enquiry's number in its subject.

use uuid::Uuid;

use super::model::{Clock, Enquiry, Facts, Limits, url};
use crate::absence::model::Acting;
use crate::backend::context::Ctx;
use crate::backend::database::Tx;
use crate::backend::letter::Letter;
use crate::backend::outbox::{self, Receiver};
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::Timestamp;

/// The longest paragraph of a letter, in characters. What is longer becomes several.
const LONGEST_PARAGRAPH: usize = 900;

/// What a mail is about, for the administrator's list.
pub fn kind_text(kind: &str, t: &'static Texts) -> Option<&'static str> {
    match kind {
        "enquiry.received" => Some(t.enquiry_mail_received()),
        "enquiry.acknowledged" => Some(t.enquiry_mail_acknowledged()),
        "enquiry.answered" => Some(t.enquiry_mail_answered()),
        "enquiry.assigned" => Some(t.enquiry_mail_assigned()),
        "enquiry.overdue" => Some(t.enquiry_mail_overdue()),
        _ => None,
    }
}

fn enquirer(facts: &Facts) -> Receiver {
    Receiver { account: None, address: facts.email.clone(), name: facts.name.clone(), language: facts.language }
}

/// The receipt that the portal sends by itself. Nothing of what was typed is in it: else anybody could have the portal
/// write anything to anyone.
pub async fn receipt(tx: &mut Tx, facts: &Facts, number: &str, limits: Limits, now: Timestamp) -> Result<()> {
    let t = facts.language.texts();
    let letter = Letter::new(facts.language, &t.enquiry_receipt_subject(number, t.shell_name()))
        .greeting(t.enquiry_receipt_greeting())
        .paragraph(&t.enquiry_receipt_body(number))
        .paragraph(&t.enquiry_receipt_next(limits.acknowledge, limits.answer))
        .paragraph(t.enquiry_receipt_not_you())
        .fact(t.enquiry_number(), number)
        .fact(t.enquiry_kind(), t.enquiry_kind_of(facts.kind))
        .fact(t.enquiry_received(), &t.letter_in_zone(now.long(facts.language)))
        .footer(&t.enquiry_letter_footer(t.shell_name(), number));
    outbox::enqueue(tx, "enquiry.received", &enquirer(facts), &letter, now).await?;
    Ok(())
}

/// What staff wrote to the person who asked; none when there is no address to write to.
pub async fn to_enquirer(ctx: &mut Ctx, kind: &'static str, enquiry: &Enquiry, body: &str) -> Result<Option<Uuid>> {
    let facts = &enquiry.facts;
    if facts.email.is_empty() {
        return Ok(None);
    }
    let t = facts.language.texts();
    let subject = match kind {
        "enquiry.answered" => t.enquiry_answer_subject(&enquiry.number, t.shell_name()),
        _ => t.enquiry_acknowledgement_subject(&enquiry.number, t.shell_name()),
    };
    let mut letter = Letter::new(facts.language, &subject).greeting(&t.letter_greeting(&facts.name));
    for paragraph in paragraphs(body) {
        letter = letter.paragraph(&paragraph);
    }
    let letter = letter
        .paragraph(&t.enquiry_letter_signed(&ctx.actor.name, t.shell_name()))
        .footer(&t.enquiry_letter_footer(t.shell_name(), &enquiry.number));
    Ok(Some(outbox::enqueue(&mut ctx.tx, kind, &enquirer(facts), &letter, ctx.now).await?))
}

/// The lines of a text, long ones cut between words: a letter's paragraph must not be longer.
fn paragraphs(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut rest: Vec<char> = line.chars().collect();
        while rest.len() > LONGEST_PARAGRAPH {
            let head = &rest[..LONGEST_PARAGRAPH];
            let ends = |c: &char| c.is_whitespace() || matches!(c, '。' | '；' | '，' | '！' | '？');
            let at = head.iter().rposition(ends).map_or(LONGEST_PARAGRAPH, |at| at + 1);
            all.push(rest.drain(..at).collect::<String>());
        }
        all.push(rest.into_iter().collect());
    }
    all
}

/// What an acknowledgement says unless staff writes something else.
pub fn usual_acknowledgement(enquiry: &Enquiry, limits: Limits) -> String {
    let t = enquiry.facts.language.texts();
    t.enquiry_usual_acknowledgement(&enquiry.number, limits.answer)
}

/// Whom to write to in the place of an account, and the name of the absent person for whom that is.
pub async fn acting_receiver(tx: &mut Tx, acting: Acting) -> Result<Option<(Receiver, Option<String>)>> {
    let Some((receiver, role)) = crate::account::store::receiver(tx, acting.account).await? else { return Ok(None) };
    if !matches!(role, crate::actor::Role::Administrator | crate::actor::Role::Staff) {
        return Ok(None);
    }
    let absent = match acting.instead_of {
        Some(absent) => crate::account::store::receiver(tx, absent).await?.map(|(absent, _)| absent.name),
        None => None,
    };
    Ok(Some((receiver, absent)))
}

/// Tells a person that an enquiry is theirs now; not when they took it themselves.
pub async fn tell_assigned(ctx: &mut Ctx, enquiry: &Enquiry, acting: Acting) -> Result<()> {
    if acting.account == ctx.actor.id {
        return Ok(());
    }
    let Some((receiver, absent)) = acting_receiver(&mut ctx.tx, acting).await? else { return Ok(()) };
    let t = receiver.language.texts();
    let letter = Letter::new(receiver.language, &t.enquiry_assigned_subject(&enquiry.number))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.enquiry_assigned_body(&ctx.actor.name, &enquiry.number));
    let letter = about(letter, &receiver, enquiry, absent.as_deref(), &ctx.visit.backend.settings.url)
        .fact(t.enquiry_assigned_by(), &ctx.actor.name);
    outbox::enqueue(&mut ctx.tx, "enquiry.assigned", &receiver, &letter, ctx.now).await?;
    Ok(())
}

/// What a letter to staff says of the enquiry.
fn about(letter: Letter, receiver: &Receiver, enquiry: &Enquiry, absent: Option<&str>, portal: &str) -> Letter {
    let language = receiver.language;
    let t = language.texts();
    let country = enquiry.facts.country.as_deref().map(|code| crate::country::name(code, language)).unwrap_or_default();
    let due = |at: Timestamp| t.letter_in_zone(at.long(language));
    let mut letter = match absent {
        Some(absent) => letter.paragraph(&t.enquiry_for_absent(absent)),
        None => letter,
    };
    letter = letter
        .fact(t.enquiry_number(), &enquiry.number)
        .fact(t.enquiry_kind(), t.enquiry_kind_of(enquiry.facts.kind))
        .fact(t.enquiry_company(), &enquiry.facts.company)
        .fact(t.enquiry_country(), &country)
        .fact(t.enquiry_received(), &due(enquiry.received_at));
    for (clock, at) in enquiry.clocks.running(enquiry.state) {
        letter = letter.fact(clock_text(clock, t), &due(at));
    }
    letter
        .link(t.enquiry_letter_open(), &format!("{portal}{}", url(enquiry.id)))
        .footer(&t.letter_footer(t.shell_name()))
}

/// What a clock is called.
pub fn clock_text(clock: Clock, t: &'static Texts) -> &'static str {
    match clock {
        Clock::Acknowledge => t.enquiry_clock_acknowledge(),
        Clock::Answer => t.enquiry_clock_answer(),
    }
}

/// The language of a person who asks, by its name in that language.
pub fn language_name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Zh => "中文",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_answer_arrives_whole() {
        let text = format!("First.\r\n\r\n{}\n{}", "word ".repeat(500), "长".repeat(2000));
        let parts = paragraphs(&text);
        assert!(parts.iter().all(|part| part.chars().count() <= LONGEST_PARAGRAPH));
        assert_eq!(parts[0], "First.");
        let whole: String = parts.concat().split_whitespace().collect();
        assert_eq!(whole, text.split_whitespace().collect::<String>());
        assert!(parts[1].ends_with("word "), "cut between words");
    }
}

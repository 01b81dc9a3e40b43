//! What signers are written. Who has an account is told as of everything else; a guest gets a letter with a link.

use super::acting::guest_url;
use super::model::{Signatory, Signer};
use crate::agreement::model::Agreement;
use crate::agreement::store as agreements;
use crate::agreement::tell::names;
use crate::backend::database::Tx;
use crate::backend::letter::Letter;
use crate::backend::link;
use crate::backend::outbox::{self, Receiver};
use crate::error::Result;
use crate::language::Language;
use crate::notification::{self, Kind, Subject};
use crate::time::{Timestamp, date};

fn receiver(signer: &Signer) -> Receiver {
    Receiver { account: None, address: signer.email.clone(), name: signer.name.clone(), language: signer.language }
}

fn title(agreement: &Agreement, language: Language) -> String {
    let (en, zh) = names(agreement);
    language.prefer(&en, &zh).to_owned()
}

/// The last day on which somebody can sign, in the agreement's zone, as ISO text.
pub(super) fn last_day(expires_at: Option<i64>, zone: &str) -> String {
    expires_at.map(|at| Timestamp(at).minus(1).day_in(zone)).unwrap_or_default()
}

/// Asks the signer of a place to sign, or reminds them. Of a guest's links only the latest works.
pub(super) async fn ask(
    tx: &mut Tx,
    portal: &str,
    agreement: &Agreement,
    place: &Signatory,
    reminds: bool,
    now: Timestamp,
) -> Result<()> {
    let signer = place.signer();
    let due = last_day(place.expires_at, &agreement.facts.zone);
    if let Some(account) = signer.account {
        let (en, zh) = names(agreement);
        let facts = [("name_en", en.as_str()), ("name_zh", zh.as_str()), ("due", due.as_str())];
        let path = format!("{}/sign", agreement.url());
        // Whom they sign for: a representative is told only what belongs to a company that they act for.
        let parties = agreements::parties(tx, agreement.id).await?;
        let company = parties.iter().find(|party| party.id == place.party).map(|party| party.company);
        let subject = Subject { kind: "agreement", id: agreement.id, path: &path, company };
        return notification::tell(tx, Kind::SignatureAsked, &subject, &facts, &[account], None, now).await;
    }
    let token = link::make(tx, link::Kind::Signature, place.id, "", now).await?;
    let t = signer.language.texts();
    let name = title(agreement, signer.language);
    let (subject, kind) = if reminds {
        (t.signing_letter_reminds(&name), "signing.reminded")
    } else {
        (t.signing_letter_asks(&name), "signing.asked")
    };
    let letter = Letter::new(signer.language, &subject)
        .greeting(&t.letter_greeting(&signer.name))
        .paragraph(&t.signing_letter_body(t.shell_name()))
        .paragraph(t.signing_letter_code())
        .fact(t.agreement_one(), &name)
        .fact(t.signing_on_behalf_of(), place.on_behalf_of())
        .fact(t.signing_until(), &date(&due, signer.language))
        .link(t.signing_letter_link(), &format!("{portal}{}", guest_url(&token)))
        .footer(&t.signing_letter_footer(t.shell_name()));
    outbox::enqueue(tx, kind, &receiver(&signer), &letter, now).await?;
    Ok(())
}

/// Sends a guest the code that lets them in.
pub(super) async fn code(tx: &mut Tx, place: &Signatory, code: &str, now: Timestamp) -> Result<()> {
    let signer = place.signer();
    let t = signer.language.texts();
    let letter = Letter::new(signer.language, t.signing_letter_code_subject())
        .greeting(&t.letter_greeting(&signer.name))
        .paragraph(&t.signing_letter_code_body(code))
        .footer(&t.signing_letter_code_footer(t.shell_name()));
    outbox::enqueue(tx, "signing.code", &receiver(&signer), &letter, now).await?;
    Ok(())
}

/// Tells a guest who signed that all have, or that the signatures count no more.
pub(super) async fn ended(
    tx: &mut Tx,
    agreement: &Agreement,
    place: &Signatory,
    voided: bool,
    now: Timestamp,
) -> Result<()> {
    let signer = place.signer();
    if signer.account.is_some() {
        return Ok(());
    }
    let t = signer.language.texts();
    let name = title(agreement, signer.language);
    let (subject, body, kind) = if voided {
        (t.signing_letter_voided(&name), t.signing_letter_voided_body(), "signing.voided")
    } else {
        (t.signing_letter_done(&name), t.signing_letter_done_body(), "signing.done")
    };
    let letter = Letter::new(signer.language, &subject)
        .greeting(&t.letter_greeting(&signer.name))
        .paragraph(body)
        .fact(t.agreement_one(), &name)
        .footer(&t.signing_letter_footer(t.shell_name()));
    outbox::enqueue(tx, kind, &receiver(&signer), &letter, now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::model::midnight;

    #[test]
    fn the_last_day_is_one_of_the_agreements_zone() {
        for zone in ["Asia/Shanghai", "Europe/London", "America/Los_Angeles"] {
            let end = midnight("2027-01-01".parse().unwrap(), zone).map(|at| at.0);
            assert_eq!(last_day(end, zone), "2026-12-31", "{zone}");
        }
        assert_eq!(last_day(None, "Asia/Shanghai"), "");
    }
}

//! What a signer does: has the text shown, signs it, declines, or has somebody sign on their behalf. A guest does the same
//! with the token of their link.

use leptos::prelude::*;

use super::form::DeputyForm;
use crate::error::Result;

/// A signer with an account has the text shown. It takes password or second factor, shown just now, so that it is known who
/// has seen it; a mail scanner or a browser that fetches ahead posts nothing.
#[server(endpoint = "signing/open")]
pub async fn open_text(#[server(default)] id: String, #[server(default)] signatory: String) -> Result<()> {
    use super::acting::Acting;
    use super::groups::Stand;
    use super::model::FactKind;
    use super::store::{self, Said};
    use crate::agreement::events;
    use crate::error::Hindrance;

    let mut acting = Acting::begin(&id, &signatory, "").await?;
    let (_, plan) = store::plan(&mut acting.tx, acting.agreement.id).await?;
    let stand = plan.stand(acting.place.id, acting.now.0);
    if !acting.state.takes_signatures() || matches!(stand, Some(stand) if !matches!(stand, Stand::Turn | Stand::Waits))
    {
        return Err(Hindrance::RequestOver.into());
    }
    if stand != Some(Stand::Turn) || acting.place.sent_at.is_none() {
        return Err(Hindrance::NotYourTurn.into());
    }
    let (place, now) = (acting.place.clone(), acting.now);
    if !store::set_opened(&mut acting.tx, place.id, now).await? {
        return acting.leave().await;
    }
    let (visit, agreement) = (acting.visit.clone(), acting.agreement.clone());
    let by = acting.by(&visit);
    store::note(&mut acting.tx, &agreement, &place, FactKind::Opened, Said::default(), by, now).await?;
    acting.finish(events::signing("agreement.text_opened", &agreement, &place)).await
}

/// Whether somebody wrote this name: its letters, whatever their case, accents and spaces; of a name in two scripts one of
/// them is enough.
#[cfg(feature = "ssr")]
fn wrote(typed: &str, name: &str) -> bool {
    use crate::search::words::pieces;

    let typed = pieces(typed).into_iter().map(|piece| piece.text).collect::<String>();
    let name = pieces(name);
    let whole = name.iter().map(|piece| piece.text.as_str()).collect::<String>();
    let in_script = |han: bool| name.iter().filter(|piece| piece.han == han).map(|piece| piece.text.as_str()).collect();
    typed == whole || !typed.is_empty() && [true, false].map(in_script).contains(&typed)
}

/// A signer signs the text that was shown to them.
#[server(endpoint = "signing/sign")]
pub async fn sign_text(
    #[server(default)] id: String,
    #[server(default)] signatory: String,
    #[server(default)] token: String,
    // The version that the person saw.
    #[server(default)] text: String,
    #[server(default)] signed_name: String,
    #[server(default)] agree: String,
    #[server(default)] drawn: String,
) -> Result<()> {
    use super::acting::Acting;
    use super::model::{self, FactKind};
    use super::store::{self, Said};
    use super::turn;
    use crate::agreement::life::State;
    use crate::agreement::model::{Key, Scope};
    use crate::agreement::{clock, events, store as agreements};
    use crate::error::{Check, Error, Problem};

    let mut check = Check::default();
    let name = check.required("signed_name", &signed_name, 120);
    let path = model::drawn(&mut check, &drawn);
    if agree.is_empty() {
        check.note("agree", Problem::Missing);
    }
    let checked = check.finish(());
    let mut acting = Acting::begin(&id, &signatory, &token).await?;
    if acting.place.signed_at.is_some() && acting.place.voided_at.is_none() {
        // Sent twice, or gone back to: it is signed.
        return acting.leave().await;
    }
    acting.turn(&text).await?;
    checked?;
    // Who signs is who was asked to: another name would stand beside theirs on the certificate.
    if !wrote(&name, &acting.place.signer().name) {
        let mut check = Check::default();
        check.note("signed_name", Problem::NotTheName);
        check.finish(())?;
    }
    let (place, now) = (acting.place.clone(), acting.now);
    let version = place.version.ok_or(Error::NotFound)?;
    if !store::set_signed(&mut acting.tx, place.id, version, now).await? {
        return Err(Error::Conflict);
    }
    let (visit, before) = (acting.visit.clone(), acting.agreement.clone());
    let by = acting.by(&visit);
    let said = Said { name: Some(&name), drawn: &path, ..Said::default() };
    store::note(&mut acting.tx, &before, &place, FactKind::Signed, said, by, now).await?;
    let portal = visit.backend.settings.url.clone();
    let actor = acting.actor.clone();
    let to = turn::advance(&mut acting.tx, &portal, &before, actor.as_ref(), now).await?;
    let entry = events::signature_given(&before, &place, &name, (before.stored, to));
    acting.record(entry).await?;
    if to == State::Signed {
        // Its day may have come already: then it is in force at once, which stands in the journal after the signature.
        let agreement = agreements::find(&mut acting.tx, &Key::Id(before.id), &Scope::All).await?;
        clock::settle(&mut acting.tx, &agreement, now).await?;
    }
    acting.leave().await
}

/// A signer declines, saying why. Where too few are left to sign, the text is opened again: what one person says ends no
/// agreement for good, and whether it is rejected is for the zone to record once the parties have spoken.
#[server(endpoint = "signing/decline")]
pub async fn decline_text(
    #[server(default)] id: String,
    #[server(default)] signatory: String,
    #[server(default)] token: String,
    #[server(default)] text: String,
    #[server(default)] reason: String,
) -> Result<()> {
    use super::acting::Acting;
    use super::groups::Mark;
    use super::model::FactKind;
    use super::store::{self, Said};
    use super::turn;
    use crate::agreement::life::{self, State, Way};
    use crate::agreement::{events, read, store as agreements, tell};
    use crate::error::{Check, Error, Problem};
    use crate::notification::Kind;

    let mut check = Check::default();
    let why = check.text("reason", &reason, 1000);
    if why.is_empty() {
        check.note("reason", Problem::NoReason);
    }
    let checked = check.finish(());
    let mut acting = Acting::begin(&id, &signatory, &token).await?;
    if acting.place.declined_at.is_some() {
        return acting.leave().await;
    }
    let plan = acting.turn(&text).await?.with(acting.place.id, Mark::Declined);
    checked?;
    let (place, now) = (acting.place.clone(), acting.now);
    let version = place.version.ok_or(Error::NotFound)?;
    if !store::set_declined(&mut acting.tx, place.id, version, now).await? {
        return Err(Error::Conflict);
    }
    let (visit, agreement) = (acting.visit.clone(), acting.agreement.clone());
    let by = acting.by(&visit);
    let said = Said { reason: &why, ..Said::default() };
    store::note(&mut acting.tx, &agreement, &place, FactKind::Declined, said, by, now).await?;
    let mut to = agreement.stored;
    let mut voided = 0;
    if plan.is_lost() {
        to = State::Negotiation;
        let standing = read::standing(&mut acting.tx, &agreement, true, now).await?;
        life::may(agreement.stored, to, Way::Signing, &standing)?;
        let moved = (agreement.stored, to);
        if !agreements::set_state(&mut acting.tx, agreement.id, agreement.version, moved, now).await? {
            return Err(Error::Conflict);
        }
        agreements::void_signatures(&mut acting.tx, agreement.id, now).await?;
        voided = turn::void(&mut acting.tx, &agreement, true, &visit, now).await?;
        tell::moved(&mut acting.tx, &agreement, to, acting.actor.as_ref(), now).await?;
    } else {
        agreements::touch(&mut acting.tx, agreement.id, now).await?;
    }
    let name = place.signer().name;
    let facts = [("what", "declined"), ("by", name.as_str()), ("text", why.as_str())];
    tell::owner(&mut acting.tx, Kind::AgreementSigning, &agreement, &facts, now).await?;
    let entry = events::signature_declined(&agreement, &place, &why, (agreement.stored, to), voided);
    if to != State::Negotiation {
        return acting.finish(entry).await;
    }
    // The place is gone with the round.
    acting.record(entry).await?;
    let url = if acting.token.is_empty() { agreement.url() } else { super::pages::DECLINED.to_owned() };
    acting.tx.commit().await?;
    crate::backend::context::redirect(&url);
    Ok(())
}

/// A signer has somebody else sign on their behalf. Both names stay; whoever it is gets a request of their own.
#[server(endpoint = "signing/delegate")]
pub async fn delegate_signature(
    #[server(default)] id: String,
    #[server(default)] signatory: String,
    #[server(default)] token: String,
    #[server(default)] text: String,
    #[server(flatten)] form: DeputyForm,
) -> Result<()> {
    use super::acting::Acting;
    use super::form::Named;
    use super::model::{FactKind, LEAST, Signatory, Signer};
    use super::store::{self, Said};
    use super::{letters, turn};
    use crate::agreement::{events, store as agreements, tell};
    use crate::error::{Check, Error, Hindrance, Problem};
    use crate::notification::Kind;

    let mut check = Check::default();
    let named = Named::read(&mut check, &form);
    let mut acting = Acting::begin(&id, &signatory, &token).await?;
    acting.turn(&text).await?;
    let (place, now) = (acting.place.clone(), acting.now);
    if place.is_delegated() {
        // Who stands in for somebody passes it on to nobody.
        return Err(Hindrance::RequestOver.into());
    }
    if place.names(&named.address.folded) {
        check.note("email", Problem::Unchanged);
    }
    let (all, _) = store::plan(&mut acting.tx, acting.agreement.id).await?;
    let there = all.iter().filter(|other| other.id != place.id && other.party == place.party);
    if there.filter(|other| other.withdrawn_at.is_none()).any(|other| other.names(&named.address.folded)) {
        // Nobody signs twice for one party.
        check.note("email", Problem::Doubled);
    }
    check.finish(())?;
    let parties = agreements::parties(&mut acting.tx, acting.agreement.id).await?;
    let party = parties.iter().find(|party| party.id == place.party).ok_or(Error::NotFound)?;
    let account = store::account_of(&mut acting.tx, &named.address.folded, party.company, now).await?;
    let deputy =
        Signer { name: named.name, title: named.title, email: named.address.email, language: named.language, account };
    let until = place.expires_at.unwrap_or_default().max(now.plus(LEAST).0);
    let (visit, agreement) = (acting.visit.clone(), acting.agreement.clone());
    let by = acting.by(&visit);
    let tx = &mut acting.tx;
    store::set_deputy(tx, place.id, &deputy, &named.address.folded, until, now).await?;
    let after = Signatory {
        deputy_name: deputy.name.clone(),
        deputy_title: deputy.title.clone(),
        deputy_email: deputy.email.clone(),
        deputy_language: deputy.language.code().to_owned(),
        deputy_account: deputy.account,
        expires_at: Some(until),
        ..place.clone()
    };
    store::note(tx, &agreement, &after, FactKind::Delegated, Said::default(), by, now).await?;
    turn::forget(tx, &place, now).await?;
    let portal = visit.backend.settings.url.clone();
    store::note(tx, &agreement, &after, FactKind::Sent, Said::default(), store::By::CLOCK, now).await?;
    letters::ask(tx, &portal, &agreement, &after, false, now).await?;
    agreements::touch(tx, agreement.id, now).await?;
    let facts = [("what", "delegated"), ("by", place.name.as_str()), ("text", deputy.name.as_str())];
    tell::owner(tx, Kind::AgreementSigning, &agreement, &facts, now).await?;
    acting.record(events::signing("agreement.signature_delegated", &agreement, &after)).await?;
    let guest = !acting.token.is_empty();
    let url = if guest { super::pages::DELEGATED.to_owned() } else { agreement.url() };
    acting.tx.commit().await?;
    crate::backend::context::redirect(&url);
    Ok(())
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::wrote;

    #[test]
    fn a_name_is_written_in_ones_own_way_and_is_no_other() {
        for typed in ["Søren Å. Lund", "søren å lund", "SØREN Å.LUND"] {
            assert!(wrote(typed, "Søren Å. Lund"), "{typed}");
        }
        for typed in ["Li Wei 李伟", "li wei", "李 伟", "李伟"] {
            assert!(wrote(typed, "Li Wei 李伟"), "{typed}");
        }
        for typed in ["Li", "李", "Wei Li", "王伟", "...", "Li Wei 王伟"] {
            assert!(!wrote(typed, "Li Wei 李伟"), "{typed}");
        }
    }
}

//! The mails about somebody's own security: at once, always, and to them alone.

use super::device::Device;
use super::store::Person;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::letter::Letter;
use crate::backend::outbox::{self, Receiver};
use crate::error::Result;
use crate::language::Texts;
use crate::time::Timestamp;

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'a> {
    AuthenticatorAdded,
    AuthenticatorRemoved,
    PasskeyAdded(&'a str),
    PasskeyRemoved(&'a str),
    /// One that may have been copied was shown, and refused.
    PasskeyCopied(&'a str),
    RecoveryCodesMade,
    /// How many are left.
    RecoveryCodeUsed(i64),
    PasswordChanged,
    /// The new address, which was written to.
    AddressAsked(&'a str),
    /// The new address.
    AddressChanged(&'a str),
    /// An administrator or operator took the second factors away.
    FactorsRemoved,
    StrangeDevice,
}

impl Notice<'_> {
    fn kind(self) -> &'static str {
        match self {
            Self::AuthenticatorAdded => "security.authenticator_added",
            Self::AuthenticatorRemoved => "security.authenticator_removed",
            Self::PasskeyAdded(_) => "security.passkey_added",
            Self::PasskeyRemoved(_) => "security.passkey_removed",
            Self::PasskeyCopied(_) => "security.passkey_copied",
            Self::RecoveryCodesMade => "security.recovery_codes_made",
            Self::RecoveryCodeUsed(_) => "security.recovery_code_used",
            Self::PasswordChanged => "security.password_changed",
            Self::AddressAsked(_) => "security.address_asked",
            Self::AddressChanged(_) => "security.address_changed",
            Self::FactorsRemoved => "security.factors_removed",
            Self::StrangeDevice => "security.strange_device",
        }
    }

    /// The subject, and what is said.
    fn words(self, t: &'static Texts) -> (&'static str, String) {
        match self {
            Self::AuthenticatorAdded => {
                (t.security_letter_authenticator_added(), t.security_letter_authenticator_added_body().to_owned())
            }
            Self::AuthenticatorRemoved => {
                (t.security_letter_authenticator_removed(), t.security_letter_authenticator_removed_body().to_owned())
            }
            Self::PasskeyAdded(name) => (t.security_letter_passkey_added(), t.security_letter_passkey_added_body(name)),
            Self::PasskeyRemoved(name) => {
                (t.security_letter_passkey_removed(), t.security_letter_passkey_removed_body(name))
            }
            Self::PasskeyCopied(name) => {
                (t.security_letter_passkey_copied(), t.security_letter_passkey_copied_body(name))
            }
            Self::RecoveryCodesMade => (t.security_letter_codes_made(), t.security_letter_codes_made_body().to_owned()),
            Self::RecoveryCodeUsed(left) => (t.security_letter_code_used(), t.security_letter_code_used_body(left)),
            Self::PasswordChanged => (t.security_letter_password(), t.security_letter_password_body().to_owned()),
            Self::AddressAsked(new) => (t.security_letter_address_asked(), t.security_letter_address_asked_body(new)),
            Self::AddressChanged(new) => (t.security_letter_address(), t.security_letter_address_body(new)),
            Self::FactorsRemoved => (t.security_letter_factors(), t.security_letter_factors_body().to_owned()),
            Self::StrangeDevice => (t.security_letter_device(), t.security_letter_device_body().to_owned()),
        }
    }
}

/// When, with which browser and from where something happened; nothing but the time when it was not in a browser.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The portal's address.
    pub portal: &'a str,
    pub now: Timestamp,
    pub agent: &'a str,
    pub address: &'a str,
}

/// Tells a person what happened to their account.
pub async fn tell(tx: &mut Tx, visit: &Visit, person: &Person, notice: Notice<'_>) -> Result<()> {
    let portal = &visit.backend.settings.url;
    let place = Place { portal, now: visit.now(), agent: &visit.agent, address: &visit.address };
    tell_at(tx, &place, person, notice).await
}

/// The same for what was not done in the person's browser.
pub async fn tell_at(tx: &mut Tx, place: &Place<'_>, person: &Person, notice: Notice<'_>) -> Result<()> {
    let receiver = person.receiver();
    let t = receiver.language.texts();
    let (subject, body) = notice.words(t);
    let device = if place.address.is_empty() { String::new() } else { Device::of(place.agent).words(t) };
    let letter = Letter::new(receiver.language, subject)
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&body)
        .paragraph(t.security_letter_not_you())
        .fact(t.security_letter_when(), &t.letter_in_zone(place.now.long(receiver.language)))
        .fact(t.security_letter_device_fact(), &device)
        .fact(t.security_letter_from(), place.address)
        .link(t.security_letter_link(), &format!("{}/account/security", place.portal))
        .footer(&t.security_letter_footer(t.shell_name()));
    outbox::enqueue(tx, notice.kind(), &receiver, &letter, place.now).await?;
    Ok(())
}

/// Asks whoever reads a new address to confirm that it is the person's.
pub async fn confirm_address(tx: &mut Tx, visit: &Visit, person: &Person, address: &str, token: &str) -> Result<()> {
    let receiver = Receiver { address: address.to_owned(), ..person.receiver() };
    let t = receiver.language.texts();
    let letter = Letter::new(receiver.language, t.security_letter_confirm())
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&t.security_letter_confirm_body(address))
        .paragraph(t.security_letter_confirm_after())
        .link(t.security_letter_confirm_link(), &format!("{}/account/address/{token}", visit.backend.settings.url))
        .footer(&t.security_letter_confirm_footer(t.shell_name()));
    outbox::enqueue(tx, "security.address_confirm", &receiver, &letter, visit.now()).await?;
    Ok(())
}

/// Tells whoever reads an address that has an account already why the link that was asked for does not come. It names
/// nobody: who asked may be anybody.
pub async fn address_taken(tx: &mut Tx, visit: &Visit, owner: &Person) -> Result<()> {
    let receiver = owner.receiver();
    let t = receiver.language.texts();
    let letter = Letter::new(receiver.language, t.security_letter_taken())
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(t.security_letter_taken_body())
        .link(t.security_letter_link(), &format!("{}/account/security", visit.backend.settings.url))
        .footer(&t.security_letter_footer(t.shell_name()));
    outbox::enqueue(tx, "security.address_taken", &receiver, &letter, visit.now()).await?;
    Ok(())
}

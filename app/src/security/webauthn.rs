//! What is asked of passkeys, and what they answer (WebAuthn). What a ceremony must remember stays on the server, for five
//! minutes and one answer.

use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyAuthentication, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::passkeys::Asked;
use super::store::{self, KeptPasskey, Person};
use crate::backend::Settings;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::error::{Error, Refusal, Result, internal};

/// What a passkey is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A new one is made.
    Add,
    /// Somebody signs in who has not said who they are.
    SignIn,
    /// The second factor, after the password.
    Second,
    /// Somebody who is signed in is asked again.
    Confirm,
}

impl Purpose {
    const ALL: [Self; 4] = [Self::Add, Self::SignIn, Self::Second, Self::Confirm];

    pub fn code(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::SignIn => "sign-in",
            Self::Second => "second",
            Self::Confirm => "confirm",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// Who browsers take the portal for; none when its address is a number rather than a name, for which there are no passkeys.
fn relying_party(settings: &Settings) -> Option<Webauthn> {
    let origin: Url = settings.url.parse().ok()?;
    let domain = origin.domain()?.to_owned();
    let name = crate::language::Language::En.texts().shell_name();
    WebauthnBuilder::new(&domain, &origin).ok()?.rp_name(name).build().ok()
}

/// Whether the portal's address is one for which browsers make passkeys.
pub fn are_possible(settings: &Settings) -> bool {
    relying_party(settings).is_some()
}

fn read(kept: &[KeptPasskey]) -> Vec<Passkey> {
    kept.iter().filter_map(|kept| serde_json::from_str(&kept.credential).ok()).collect()
}

/// What the browser is to ask of a passkey, and under which number its answer is awaited.
pub async fn ask(tx: &mut Tx, visit: &Visit, purpose: Purpose, person: Option<&Person>) -> Result<Asked> {
    let party = relying_party(&visit.backend.settings).ok_or(Error::Refused(Refusal::NoPasskeys))?;
    let kept = match person {
        Some(person) => store::passkeys(tx, person.id).await?,
        None => Vec::new(),
    };
    let known = read(&kept);
    let wrong = |error: WebauthnError| internal("webauthn", &error);
    let (options, state) = match (purpose, person) {
        (Purpose::Add, Some(person)) => {
            let known = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
            let (options, state) =
                party.start_passkey_registration(person.id, &person.email, &person.name, Some(known)).map_err(wrong)?;
            let mut options = json(&options)?;
            // So that it also signs in somebody who has not said who they are. The library asks for less.
            if let Some(selection) =
                options.pointer_mut("/publicKey/authenticatorSelection").and_then(|s| s.as_object_mut())
            {
                selection.insert("residentKey".to_owned(), "required".into());
                selection.insert("requireResidentKey".to_owned(), true.into());
            }
            (options, json(&state)?)
        }
        (Purpose::Second | Purpose::Confirm, Some(_)) if !known.is_empty() => {
            let (options, state) = party.start_passkey_authentication(&known).map_err(wrong)?;
            (json(&options)?, json(&state)?)
        }
        (Purpose::SignIn, _) => {
            let (options, state) = party.start_discoverable_authentication().map_err(wrong)?;
            (json(&options)?, json(&state)?)
        }
        _ => return Err(Error::Refused(Refusal::NoPasskeys)),
    };
    let account = person.map(|person| person.id);
    let ceremony = store::keep_ceremony(tx, account, purpose.code(), &state.to_string(), visit.now()).await?;
    Ok(Asked { ceremony: ceremony.to_string(), options: options["publicKey"].to_string() })
}

fn json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| internal("webauthn", &error))
}

/// What became of a passkey's answer. The ceremony is over in any case: what it did is to be committed.
#[derive(Debug)]
pub enum Answer {
    /// It is this account's.
    Fits(Uuid),
    /// The signature is right, but it was counted before: somebody may have copied it.
    Copied(Uuid, String),
    Refused,
}

/// Takes the ceremony with this number; none when it is over, or was for another purpose or account.
async fn take(
    tx: &mut Tx,
    visit: &Visit,
    purpose: Purpose,
    ceremony: &str,
    account: Option<Uuid>,
) -> Result<Option<String>> {
    let Ok(id) = ceremony.parse() else { return Ok(None) };
    let found = store::take_ceremony(tx, id, visit.now()).await?;
    let fits = |found: &store::Ceremony| found.purpose == purpose.code() && found.account_id == account;
    Ok(found.filter(fits).map(|found| found.state))
}

/// Reads the answer of a passkey that shows who somebody is: the account's, or anybody's when none is named.
pub async fn answered(
    tx: &mut Tx,
    visit: &Visit,
    purpose: Purpose,
    account: Option<Uuid>,
    (ceremony, credential): (&str, &str),
) -> Result<Answer> {
    let party = relying_party(&visit.backend.settings).ok_or(Error::Refused(Refusal::NoPasskeys))?;
    let Some(state) = take(tx, visit, purpose, ceremony, account).await? else { return Ok(Answer::Refused) };
    let Ok(credential) = serde_json::from_str::<PublicKeyCredential>(credential) else { return Ok(Answer::Refused) };
    // Who has not said who they are is who the passkey says.
    let owner =
        account.or_else(|| party.identify_discoverable_authentication(&credential).ok().map(|(owner, _)| owner));
    let Some(person) = (match owner {
        Some(owner) => store::person(tx, owner).await?,
        None => None,
    }) else {
        return Ok(Answer::Refused);
    };
    let kept = store::passkeys(tx, person.id).await?;
    let id = hex::encode(&credential.raw_id);
    let Some(used) = kept.iter().find(|kept| kept.credential_id == id) else { return Ok(Answer::Refused) };
    let Ok(mut passkey) = serde_json::from_str::<Passkey>(&used.credential) else { return Ok(Answer::Refused) };
    let result = if purpose == Purpose::SignIn {
        let Ok(state) = serde_json::from_str::<DiscoverableAuthentication>(&state) else { return Ok(Answer::Refused) };
        party.finish_discoverable_authentication_v2(&credential, state, DiscoverableKey::from(&passkey))
    } else {
        let Ok(state) = serde_json::from_str::<PasskeyAuthentication>(&state) else { return Ok(Answer::Refused) };
        party.finish_passkey_authentication(&credential, &state)
    };
    match result {
        // What it was asked with is older than what is kept: another answer may have come in between.
        Ok(result) if result.counter() > 0 && i64::from(result.counter()) <= counter(used) => {
            Ok(Answer::Copied(person.id, used.name.clone()))
        }
        Ok(result) => {
            passkey.update_credential(&result);
            let credential = json(&passkey)?.to_string();
            let noted = store::note_passkey(tx, used, &credential, visit.now()).await?;
            Ok(if noted { Answer::Fits(person.id) } else { Answer::Refused })
        }
        Err(WebauthnError::CredentialPossibleCompromise) => Ok(Answer::Copied(person.id, used.name.clone())),
        Err(error) => {
            tracing::info!(%error, "a passkey was refused");
            Ok(Answer::Refused)
        }
    }
}

/// How often a passkey had signed when it last did here; 0 for those that do not count.
fn counter(kept: &KeptPasskey) -> i64 {
    let credential: serde_json::Value = serde_json::from_str(&kept.credential).unwrap_or_default();
    credential.pointer("/cred/counter").and_then(serde_json::Value::as_i64).unwrap_or_default()
}

/// Reads the answer that brings a new passkey: its id, and what is kept of it.
pub async fn made(
    tx: &mut Tx,
    visit: &Visit,
    account: Uuid,
    (ceremony, credential): (&str, &str),
) -> Result<Option<(String, String)>> {
    let party = relying_party(&visit.backend.settings).ok_or(Error::Refused(Refusal::NoPasskeys))?;
    let Some(state) = take(tx, visit, Purpose::Add, ceremony, Some(account)).await? else { return Ok(None) };
    let (Ok(state), Ok(credential)) = (
        serde_json::from_str::<PasskeyRegistration>(&state),
        serde_json::from_str::<RegisterPublicKeyCredential>(credential),
    ) else {
        return Ok(None);
    };
    match party.finish_passkey_registration(&credential, &state) {
        Ok(passkey) => {
            let id = hex::encode(passkey.cred_id());
            Ok(Some((id, json(&passkey)?.to_string())))
        }
        Err(error) => {
            tracing::info!(%error, "a new passkey was refused");
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_portal_with_a_name_has_passkeys() {
        let at = |url: &str| are_possible(&Settings { url: url.to_owned(), ..Settings::default() });
        assert!(at("https://portal.example.org") && at("http://localhost:3000"));
        assert!(!at("http://127.0.0.1:3000") && !at("https://[2001:db8::1]") && !at("nonsense"));
    }
}

//! What certificates are signed with: a pair of Ed25519 keys, made once for each installation, and kept in its database as
//! what links are made with is. The codes of certificates are made here, too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

use crate::account::store::setting;
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::error::{Result, internal};
use crate::on;

const SECRET: &str = "certificate.key";
/// What stands before a public key in its usual form, as RFC 8410 has it.
const PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

pub struct Key(Ed25519KeyPair);

/// Makes the pair, if there is none yet. All nodes share it.
pub async fn prepare(tx: &mut Tx) -> Result<()> {
    on!(tx, |c| sqlx::query("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(SECRET)
        .bind(hex::encode(clock::random::<32>()))
        .execute(c)
        .await)?;
    Ok(())
}

impl Key {
    pub async fn read(tx: &mut Tx) -> Result<Self> {
        let seed = setting(tx, SECRET).await?.ok_or_else(|| internal("certificate", &"there is no key"))?;
        let seed = hex::decode(seed).map_err(|error| internal("certificate", &error))?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|error| internal("certificate", &error))?;
        Ok(Self(pair))
    }

    /// In hexadecimal.
    pub fn public(&self) -> String {
        hex::encode(self.0.public_key().as_ref())
    }

    /// In Base64.
    pub fn sign(&self, text: &str) -> String {
        STANDARD.encode(self.0.sign(text.as_bytes()).as_ref())
    }
}

/// Whether a text was signed so, by the holder of this key.
pub fn is_signed(public: &str, text: &str, signature: &str) -> bool {
    let (Ok(public), Ok(signature)) = (hex::decode(public), STANDARD.decode(signature)) else { return false };
    UnparsedPublicKey::new(&ED25519, public).verify(text.as_bytes(), &signature).is_ok()
}

/// A public key as other programs read it.
fn der(public: &str) -> Vec<u8> {
    PREFIX.into_iter().chain(hex::decode(public).unwrap_or_default()).collect()
}

/// A public key as a file.
pub fn pem(public: &str) -> String {
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der(public)))
}

/// By what people compare public keys: SHA-256 of its usual form.
pub fn fingerprint(public: &str) -> String {
    hex::encode(Sha256::digest(der(public)))
}

/// Digits and letters of which none is taken for another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them 128 bits take.
const LENGTH: usize = 26;

/// A code that nobody guesses.
pub fn new_code() -> String {
    let bits = u128::from_be_bytes(clock::random::<16>());
    let letter = |place: usize| LETTERS.get((bits >> (5 * place) & 31) as usize).copied().unwrap_or(b'0');
    (0..LENGTH).rev().map(|place| char::from(letter(place))).collect()
}

/// A code as somebody typed it from paper: in groups or not, with I for 1 and O for 0. None for what is none.
pub fn typed_code(text: &str) -> Option<String> {
    let mut code = String::with_capacity(LENGTH);
    for character in text.chars().take(200).filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '·')) {
        let letter = match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        if !u8::try_from(letter).is_ok_and(|letter| LETTERS.contains(&letter)) {
            return None;
        }
        code.push(letter);
    }
    (code.len() == LENGTH).then_some(code)
}

/// A code in groups, as people read it.
pub fn shown_code(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_paper() {
        let code = new_code();
        assert_eq!(code.len(), LENGTH);
        assert_eq!(typed_code(&shown_code(&code)), Some(code.clone()));
        assert_eq!(typed_code(&code.to_lowercase().replace('0', "o").replace('1', " l")), Some(code.clone()));
        for bad in ["", &code[1..], &format!("{code}0"), "../../etc/passwd", &"é".repeat(26)] {
            assert_eq!(typed_code(bad), None, "{bad}");
        }
        assert_ne!(new_code(), code);
    }

    #[test]
    fn only_what_was_signed_is() {
        let key = Key(Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap());
        let (public, signature) = (key.public(), key.sign("a text\n"));
        assert!(is_signed(&public, "a text\n", &signature));
        assert!(!is_signed(&public, "a text", &signature));
        let other = Key(Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap());
        assert!(!is_signed(&other.public(), "a text\n", &signature));
        assert!(!is_signed(&public, "a text\n", "") && !is_signed("", "a text\n", &signature));
        assert!(pem(&public).starts_with("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"));
    }
}

//! Codes of an authenticator app: RFC 6238 with SHA-1, six digits, thirty seconds – what every app can do.

use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::model::plain_code;
use crate::backend::clock;
use crate::time::Timestamp;
use crate::ui::query::encode;

/// How many steps before and after the present one count, for clocks that are not right.
const SKEW: u16 = 1;
const STEP_SECONDS: u64 = 30;

/// A new secret of 160 bits, in base 32.
pub fn new_secret() -> String {
    Secret::new_stack(clock::random::<20>()).to_base32()
}

/// A secret as people type it: in groups of four.
pub fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

/// What the QR code holds: the address that authenticator apps understand.
pub fn uri(secret: &str, issuer: &str, account: &str) -> String {
    let issuer = encode(issuer);
    format!(
        "otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP_SECONDS}",
        encode(account)
    )
}

/// The time step whose code was typed; none when it is no code of this secret now.
pub fn step_of(secret: &str, typed: &str, now: Timestamp) -> Option<i64> {
    let seconds = u64::try_from(now.0 / Timestamp::SECOND).ok()?;
    let step = totp(secret)?.check(&plain_code(typed), seconds)?;
    i64::try_from(step).ok()
}

fn totp(secret: &str) -> Option<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(SKEW)
        .with_step_duration(STEP_SECONDS)
        .with_secret(Secret::try_from_base32(secret).ok()?)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "12345678901234567890", of RFC 6238.
    const RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn the_vectors_of_the_rfc() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            let now = Timestamp(seconds * Timestamp::SECOND);
            assert_eq!(step_of(RFC, code, now), Some(seconds / 30), "{code}");
            assert_eq!(
                step_of(RFC, code, now.plus(30 * Timestamp::SECOND)),
                Some(seconds / 30),
                "a clock that is late"
            );
            assert_eq!(step_of(RFC, code, now.minus(30 * Timestamp::SECOND)), Some(seconds / 30), "or early");
            assert_eq!(step_of(RFC, code, now.plus(60 * Timestamp::SECOND)), None, "but not by more");
        }
        assert_eq!(step_of(RFC, "28708", Timestamp(59 * Timestamp::SECOND)), None);
        assert_eq!(step_of("no base 32!", "287082", Timestamp(59 * Timestamp::SECOND)), None);
    }

    #[test]
    fn a_secret_has_160_bits_and_reads_in_groups() {
        let secret = new_secret();
        assert_eq!((secret.len(), grouped(&secret).split(' ').count()), (32, 8));
        assert_ne!(secret, new_secret());
        assert!(
            uri(RFC, "Boao Hope City", "a@b.c").starts_with("otpauth://totp/Boao%20Hope%20City:a%40b.c?secret=GEZD")
        );
    }
}

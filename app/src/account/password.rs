//! Passwords: argon2id with 19 MiB, two passes, one lane; away from the async threads and a few at a time.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::SemaphorePermit;

use crate::backend::Backend;
use crate::backend::under_way::UnderWay;
use crate::error::{Error, Result, internal};

pub use super::strength::check_strength;

/// The gauge of those who wait for their turn.
pub const HASHERS_WAITING: &str = "portal_hashing_waiting";

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|error| internal("argon2", &error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password. Takes 20 to 30 ms of a core: call it from [`on_blocking_thread`] or from a command.
pub fn hash(password: &str) -> Result<String> {
    argon2()?
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| internal("argon2", &error))
}

/// Whether a password fits a hash. With no hash it takes as long and says no, so that time does not tell whether an
/// account exists.
pub fn fits(password: &str, hash: Option<&str>) -> Result<bool> {
    /// The hash of a password that nobody knows, with the parameters above.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5a25vd3N0aGlzMQ$9kNlAz9aWeqUGUtfYPLgqjWqYjBuRJPfWZnpbRIgRbc";
    let parsed = PasswordHash::new(hash.unwrap_or(NOBODY)).map_err(|error| internal("argon2", &error))?;
    let fits = argon2()?.verify_password(password.as_bytes(), &parsed).is_ok();
    Ok(fits && hash.is_some())
}

/// Waits for a turn at hashing.
///
/// # Errors
/// [`Error::Unavailable`] when the process ends.
pub async fn turn(backend: &Backend) -> Result<SemaphorePermit<'_>> {
    let _waiting = UnderWay::new(HASHERS_WAITING);
    backend.hashing.acquire().await.map_err(|_| Error::Unavailable)
}

/// Runs slow work away from the threads that answer requests.
pub async fn on_blocking_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| internal("blocking thread", &error))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_fits_and_nothing_else_does() {
        let stored = hash("hope-city-demo").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(fits("hope-city-demo", Some(&stored)).unwrap());
        assert!(!fits("hope-city-dem", Some(&stored)).unwrap());
        assert!(!fits("hope-city-demo", None).unwrap());
    }
}

//! What an account is.

use uuid::Uuid;

use crate::actor::Role;
use crate::error::{Check, Problem, Result};

/// An account as it is made. The password is kept as a hash only.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub role: Role,
}

/// The longest password that is hashed, in bytes: longer ones only cost time.
pub const LONGEST_PASSWORD: usize = 1024;

/// An e-mail address: one `@`, something before it, a dotted name after it, no white space.
///
/// # Errors
/// [`Problem::NotAnEmail`] on the field `email`.
pub fn email(text: &str) -> Result<String> {
    let mut check = Check::default();
    let email = check.required("email", text, 254);
    let (local, domain) = email.rsplit_once('@').unwrap_or_default();
    let plain = !email.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ',' | ';' | '(' | ')'));
    if local.is_empty() || local.contains('@') || !domain.contains('.') || domain.ends_with('.') || !plain {
        check.note("email", Problem::NotAnEmail);
    }
    check.finish(email)
}

#[cfg(test)]
mod tests {
    use super::email;

    #[test]
    fn addresses() {
        assert!(email(" rep@demo.example ").is_ok());
        for bad in ["", "rep", "@demo.example", "rep@example", "a@b@c.d", "a b@c.d", "a@b.c\r\nBcc: x@y.z", "a@b."] {
            assert!(email(bad).is_err(), "{bad:?}");
        }
    }
}

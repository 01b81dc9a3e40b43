//! What somebody can show.

/// What somebody showed to sign in, or when they were asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Password,
    /// A code of an authenticator app.
    Authenticator,
    RecoveryCode,
    Passkey,
}

impl Shown {
    pub const ALL: [Self; 4] = [Self::Password, Self::Authenticator, Self::RecoveryCode, Self::Passkey];

    pub fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Authenticator => "authenticator",
            Self::RecoveryCode => "recovery_code",
            Self::Passkey => "passkey",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shown| shown.code() == code)
    }
}

/// The second factors of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// When its authenticator app was set up, microseconds UTC.
    pub authenticator: Option<i64>,
    pub passkeys: i64,
    /// Recovery codes that were not used yet.
    pub recovery_codes: i64,
    /// When they were made.
    pub recovery_made: Option<i64>,
}

impl Factors {
    pub fn any(&self) -> bool {
        self.authenticator.is_some() || self.passkeys > 0
    }
}

/// Digits, letters and nothing else, in one case: how codes are compared, however they were typed. What looks alike is the
/// same, also where it was typed as full-width letters on a Chinese keyboard.
pub fn plain_code(typed: &str) -> String {
    typed
        .chars()
        .take(200)
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            other => other,
        })
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_however_they_are_typed() {
        assert_eq!(plain_code(" 123 456 "), "123456");
        assert_eq!(plain_code("１２３４５６"), "123456");
        assert_eq!(plain_code("abcd-EFGH–2345"), "ABCDEFGH2345");
        assert_eq!(plain_code("+12345"), "12345");
    }
}

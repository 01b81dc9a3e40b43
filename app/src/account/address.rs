//! E-mail addresses as they are kept and compared.
//!
//! Of two ways to write the same address one is kept: compatibility forms unified, the domain as the name system has it
//! (`xn--…`), and compared without case. What only looks like another address is not taken: before the `@` there are Latin
//! letters alone, and no part of the domain mixes alphabets.

use unicode_normalization::UnicodeNormalization as _;

use crate::backend::fold::fold;
use crate::error::{Check, Problem, Result};
use crate::unseen::without_unseen;

/// An address that mail can be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// As it is written to.
    pub email: String,
    /// As it is compared.
    pub folded: String,
}

impl Address {
    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        domain(&self.folded)
    }
}

/// What stands behind the `@` of an address.
pub fn domain(email: &str) -> &str {
    email.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Reads an address from the field `email`.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Address> {
    let mut check = Check::default();
    let address = read(&mut check, "email", text);
    check.finish(address)
}

/// Reads an address from a form's field. What is wrong with it is noted; then the address is of no use.
pub fn read(check: &mut Check, field: &str, text: &str) -> Address {
    let text: String = without_unseen(text).trim().nfkc().collect();
    let line = check.required(field, &text, 254);
    match normal(&line) {
        Ok(email) => Address { folded: fold(&email), email },
        Err(problem) => {
            check.note(field, problem);
            Address { email: String::new(), folded: String::new() }
        }
    }
}

/// By what an account is found, whatever was typed: also what is no address has such a key, and nobody has an account by it.
pub fn key(text: &str) -> String {
    parse(text).map_or_else(|_| fold(text.trim()), |address| address.folded)
}

fn normal(text: &str) -> std::result::Result<String, Problem> {
    // Turning a domain into the name system's form costs the more the longer it is.
    if text.len() > 1016 {
        return Err(Problem::NotAnEmail);
    }
    let (local, domain) = text.rsplit_once('@').ok_or(Problem::NotAnEmail)?;
    if !local.is_ascii() {
        let whole = !local.contains('@') && !local.contains(char::is_whitespace);
        return Err(if mixes_scripts(local) {
            Problem::MixedScripts
        } else if whole {
            Problem::NotLatin
        } else {
            Problem::NotAnEmail
        });
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    if local.is_empty() || local.len() > 64 || dots || !local.chars().all(fits) {
        return Err(Problem::NotAnEmail);
    }
    if domain.split(['.', '。']).any(mixes_scripts) {
        return Err(Problem::MixedScripts);
    }
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| Problem::NotAnEmail)?;
    let last = ascii.rsplit('.').next().unwrap_or_default();
    if !ascii.contains('.') || ascii.ends_with('.') || last.len() < 2 || last.chars().all(|c| c.is_ascii_digit()) {
        return Err(Problem::NotAnEmail);
    }
    let email = format!("{local}@{ascii}");
    if email.len() > 254 { Err(Problem::NotAnEmail) } else { Ok(email) }
}

/// Whether one word has letters of alphabets whose letters look alike: Latin, Greek, Cyrillic, Armenian.
pub fn mixes_scripts(word: &str) -> bool {
    let script = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(1),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(2),
        '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{2de0}'..='\u{2dff}' => Some(3),
        '\u{530}'..='\u{58f}' => Some(4),
        _ => None,
    };
    let mut scripts = word.chars().filter(|c| c.is_alphabetic()).filter_map(script);
    scripts.next().is_some_and(|first| scripts.any(|other| other != first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn problem(text: &str) -> Option<Problem> {
        match parse(text) {
            Err(Error::Invalid(errors)) => errors.of("email"),
            _ => None,
        }
    }

    #[test]
    fn one_address_is_kept_in_one_way() {
        for (text, kept) in [
            (" Ada.L+x@Story.Example ", "Ada.L+x@story.example"),
            ("ada\u{200b}@story\u{202e}.example", "ada@story.example"),
            ("ａｄａ＠ｓｔｏｒｙ．ｅｘａｍｐｌｅ", "ada@story.example"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("ada@例子。公司", "ada@xn--fsqu00a.xn--55qx5d"),
            ("o'neil@sub.story.co.uk", "o'neil@sub.story.co.uk"),
        ] {
            assert_eq!(parse(text).unwrap().email, kept, "{text:?}");
        }
        assert_eq!(key("ADA@STORY.EXAMPLE"), key("ada@story.example"));
        assert_eq!(key("ada@bücher.example"), key("Ada@XN--BCHER-KVA.example"));
        assert_ne!(key("ada@bücher.example"), key("ada@bucher.example"));
        assert_eq!(key(" Nonsense "), "nonsense");
    }

    #[test]
    fn what_only_looks_like_an_address_is_none() {
        // The first letters are Cyrillic.
        assert_eq!(problem("аda@story.example"), Some(Problem::MixedScripts));
        assert_eq!(problem("ada@ѕtory.example"), Some(Problem::MixedScripts));
        assert_eq!(problem("张三@story.example"), Some(Problem::NotLatin));
        for bad in [
            "ada",
            "@story.example",
            "ada@",
            "ada@story",
            "a@b@c.example",
            "a b@c.example",
            ".a@b.example",
            "a..b@c.example",
            "ada@story.example.",
            "ada@127.0.0.1",
            "ada@[127.0.0.1]",
            "ada@-a.example",
            "\"a\"@b.example",
            "a@b_c.example",
            "a,b@c.example",
            "Ada <ada@story.example>",
            "ada@story.example\r\nBcc: x@evil.example",
        ] {
            assert_eq!(problem(bad), Some(Problem::NotAnEmail), "{bad:?}");
        }
        assert_eq!(problem(""), Some(Problem::Missing));
        assert_eq!(problem(&format!("{}@b.example", "a".repeat(1_000_000))), Some(Problem::TooLong(254)));
        assert_eq!(problem(&format!("a@{}.example", "ü".repeat(1_000_000))), Some(Problem::TooLong(254)));
    }
}

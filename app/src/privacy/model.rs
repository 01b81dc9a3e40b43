//! How long things are kept, and what somebody is called whose name was erased.

use serde::{Deserialize, Serialize};

use crate::error::{Check, Problem, Result};
use crate::time::Timestamp;

/// What is kept for so many days, as an administrator decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// From which addresses somebody signed in.
    Attempts,
    /// Sessions, after they ended by time.
    Sessions,
    /// What mails say.
    MailBodies,
    /// That there was a mail, and to whom.
    Mails,
    /// Notifications, after they were read.
    Notifications,
    /// Requests for access that were declined or never confirmed, invitations that were not accepted.
    Requests,
    /// Who asked, after an enquiry was over.
    Enquiries,
    /// The network addresses in the journal.
    Addresses,
    /// The contents of documents, after the last of them was removed.
    Documents,
    /// What was in imported files, and what stood in the register before.
    Imports,
    /// Accounts that nobody used: administrators are told, nothing is deleted.
    Inactive,
}

impl Rule {
    pub const ALL: [Self; 11] = [
        Self::Attempts,
        Self::Sessions,
        Self::MailBodies,
        Self::Mails,
        Self::Notifications,
        Self::Requests,
        Self::Enquiries,
        Self::Addresses,
        Self::Documents,
        Self::Imports,
        Self::Inactive,
    ];

    /// The name of its field, and within the settings.
    pub fn code(self) -> &'static str {
        match self {
            Self::Attempts => "attempts",
            Self::Sessions => "sessions",
            Self::MailBodies => "mail_bodies",
            Self::Mails => "mails",
            Self::Notifications => "notifications",
            Self::Requests => "requests",
            Self::Enquiries => "enquiries",
            Self::Addresses => "addresses",
            Self::Documents => "documents",
            Self::Imports => "imports",
            Self::Inactive => "inactive",
        }
    }

    /// The days that count until somebody decides otherwise.
    pub fn usual(self) -> u32 {
        match self {
            Self::Sessions => 1,
            Self::Documents => 30,
            Self::Attempts | Self::Imports => 90,
            Self::MailBodies | Self::Notifications | Self::Requests => 180,
            Self::Addresses | Self::Inactive => 365,
            Self::Mails | Self::Enquiries => 730,
        }
    }

    /// The fewest and the most days that may be set.
    pub fn bounds(self) -> (u32, u32) {
        match self {
            // A post that was typed into a session that has ended still belongs to who began it.
            Self::Sessions => (1, 90),
            Self::Attempts => (7, 730),
            Self::Documents => (7, 365),
            Self::Imports => (1, 365),
            Self::MailBodies | Self::Notifications => (7, 3650),
            Self::Mails | Self::Requests | Self::Enquiries | Self::Addresses | Self::Inactive => (30, 3650),
        }
    }
}

/// The days of every rule, in the order of [`Rule::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days([u32; Rule::ALL.len()]);

impl Days {
    pub fn from(days: impl Fn(Rule) -> u32) -> Self {
        Self(Rule::ALL.map(days))
    }

    pub fn of(&self, rule: Rule) -> u32 {
        Rule::ALL.iter().zip(self.0).find(|(known, _)| **known == rule).map_or(0, |(_, days)| days)
    }

    /// The moment before which things have been kept for long enough.
    pub fn end(&self, rule: Rule, now: Timestamp) -> Timestamp {
        now.minus(i64::from(self.of(rule)) * Timestamp::DAY)
    }

    /// The fields as the form and the journal name them.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        Rule::ALL.iter().zip(self.0).map(|(rule, days)| (rule.code(), days.to_string())).collect()
    }
}

/// The form of the retention times, as a browser posts it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RetentionForm {
    pub attempts: String,
    pub sessions: String,
    pub mail_bodies: String,
    pub mails: String,
    pub notifications: String,
    pub requests: String,
    pub enquiries: String,
    pub addresses: String,
    pub documents: String,
    pub imports: String,
    pub inactive: String,
}

impl RetentionForm {
    fn value(&self, rule: Rule) -> &str {
        match rule {
            Rule::Attempts => &self.attempts,
            Rule::Sessions => &self.sessions,
            Rule::MailBodies => &self.mail_bodies,
            Rule::Mails => &self.mails,
            Rule::Notifications => &self.notifications,
            Rule::Requests => &self.requests,
            Rule::Enquiries => &self.enquiries,
            Rule::Addresses => &self.addresses,
            Rule::Documents => &self.documents,
            Rule::Imports => &self.imports,
            Rule::Inactive => &self.inactive,
        }
    }

    /// Reads the form.
    ///
    /// # Errors
    /// Every field's problem at once. That there was a mail is known for at least as long as what it said.
    pub fn parse(&self) -> Result<Days> {
        let mut check = Check::default();
        let days = Days::from(|rule| self.value(rule).trim().parse().unwrap_or(0));
        for rule in Rule::ALL {
            let (least, most) = rule.bounds();
            let least = if rule == Rule::Mails { least.max(days.of(Rule::MailBodies).min(most)) } else { least };
            if self.value(rule).trim().is_empty() {
                check.note(rule.code(), Problem::Missing);
            } else if !(least..=most).contains(&days.of(rule)) {
                check.note(rule.code(), Problem::OutOfRange(least, most));
            }
        }
        check.finish(days)
    }
}

/// The longest reason, for asking and for declining, in characters.
pub const LONGEST_REASON: u32 = 1000;

/// How a pseudonym begins, as it is kept.
#[cfg(feature = "ssr")]
const FORMER: &str = "Former user ";

/// What somebody is called from now on whose name is erased: always the same for one account. `variant` tells apart
/// accounts that would be called alike.
#[cfg(feature = "ssr")]
pub fn pseudonym(account: uuid::Uuid, variant: u32) -> String {
    use sha2::{Digest as _, Sha256};
    // Without what is easily mistaken for something else: 0 and O, 1, I and L.
    const LETTERS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    let hash = Sha256::new().chain_update(account.as_bytes()).chain_update(variant.to_be_bytes()).finalize();
    let mut number = hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mut name = FORMER.to_owned();
    for _ in 0..4 {
        let count = LETTERS.len() as u64;
        name.push(LETTERS.get(usize::try_from(number % count).unwrap_or(0)).map_or('2', |letter| char::from(*letter)));
        number /= count;
    }
    name
}

/// A person's name for a reader: a pseudonym in their language, any other as it is.
#[cfg(feature = "ssr")]
pub fn shown_name(name: &str, t: &'static crate::language::Texts) -> String {
    let code =
        name.strip_prefix(FORMER).filter(|code| code.len() == 4 && code.bytes().all(|b| b.is_ascii_alphanumeric()));
    code.map_or_else(|| name.to_owned(), |code| t.privacy_former(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn form() -> RetentionForm {
        let days = |rule: Rule| rule.usual().to_string();
        RetentionForm {
            attempts: days(Rule::Attempts),
            sessions: days(Rule::Sessions),
            mail_bodies: days(Rule::MailBodies),
            mails: days(Rule::Mails),
            notifications: days(Rule::Notifications),
            requests: days(Rule::Requests),
            enquiries: days(Rule::Enquiries),
            addresses: days(Rule::Addresses),
            documents: days(Rule::Documents),
            imports: days(Rule::Imports),
            inactive: days(Rule::Inactive),
        }
    }

    #[test]
    fn usual_times_are_within_their_bounds() {
        assert_eq!(form().parse(), Ok(Days::from(Rule::usual)));
        for rule in Rule::ALL {
            let (least, most) = rule.bounds();
            assert!((least..=most).contains(&rule.usual()), "{rule:?}");
        }
    }

    #[test]
    fn every_wrong_time_is_told_at_once() {
        let wrong = RetentionForm {
            attempts: "soon".into(),
            sessions: "-1".into(),
            mail_bodies: "99999999999".into(),
            addresses: " ".into(),
            documents: "30.5".into(),
            ..form()
        };
        let Err(Error::Invalid(errors)) = wrong.parse() else { panic!("accepted") };
        assert_eq!(errors.0.len(), 5, "{errors:?}");
        assert_eq!(errors.of("addresses"), Some(Problem::Missing));
        assert_eq!(errors.of("sessions"), Some(Problem::OutOfRange(1, 90)));
        let shorter = RetentionForm { mails: "100".into(), ..form() };
        let Err(Error::Invalid(errors)) = shorter.parse() else { panic!("accepted") };
        assert_eq!(errors.of("mails"), Some(Problem::OutOfRange(180, 3650)));
        assert!(RetentionForm { mails: " 180 ".into(), ..form() }.parse().is_ok());
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_pseudonym_is_stable_and_read_in_both_languages() {
        use crate::language::Language;
        let id = uuid::Uuid::from_u128(7);
        let name = pseudonym(id, 0);
        assert_eq!(name, pseudonym(id, 0));
        assert_ne!(name, pseudonym(id, 1));
        assert_ne!(name, pseudonym(uuid::Uuid::from_u128(8), 0));
        let code = name.rsplit(' ').next().unwrap();
        assert_eq!(shown_name(&name, Language::En.texts()), name);
        assert_eq!(shown_name(&name, Language::Zh.texts()), format!("原用户 {code}"));
        assert_eq!(shown_name("Former user", Language::Zh.texts()), "Former user");
        assert_eq!(shown_name("王伟", Language::En.texts()), "王伟");
    }
}

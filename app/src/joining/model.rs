//! What a request for access is, and how forms become requests and decisions.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Rights;
use crate::error::{Check, Problem};
use crate::time::Timestamp;

/// What has become of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has shown that they read the address' mails.
    Unconfirmed,
    Waiting,
    Accepted,
    Declined,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Accepted, Self::Declined, Self::Unconfirmed];

    pub fn code(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A request as it is kept.
#[derive(Clone, Debug)]
pub struct JoinRequest {
    pub id: Uuid,
    pub state: State,
    pub company_name: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub website: String,
    pub name: String,
    pub email: String,
    pub email_folded: String,
    pub reason: String,
    /// `en` or `zh`: in which the person is written to.
    pub language: String,
    pub created_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
    pub decided_at: Option<Timestamp>,
    pub decided_by: Option<String>,
    pub decline_reason: String,
    /// The company that it was accepted into.
    pub company: Option<Uuid>,
    pub version: i64,
}

impl JoinRequest {
    /// Its stable address.
    pub fn url(&self) -> String {
        url(self.id)
    }
}

/// All requests together, as what those who decide are told of: of many at once they are told once.
pub const ALL_OF_THEM: Uuid = Uuid::from_u128(0x6a6f_696e_5f72_6571_7565_7374_7300_0001);

/// The list of requests.
pub const PATH: &str = "/joining";

/// The stable address of a request.
pub fn url(id: Uuid) -> String {
    format!("{PATH}/{id}")
}

/// The form at `/join`, as a browser posts it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JoinForm {
    pub company_name: String,
    pub country: String,
    pub website: String,
    pub name: String,
    pub email: String,
    pub reason: String,
}

/// What somebody says who asks for access; their address is read elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub company_name: String,
    pub country: String,
    pub website: String,
    pub name: String,
    pub reason: String,
}

impl JoinForm {
    /// Reads the form, but for the address. Whether the country exists is asked elsewhere.
    pub fn read(&self, check: &mut Check) -> Asked {
        let company_name = check.required("company_name", &self.company_name, 200);
        let country = check.required("country", &self.country, 2);
        let website = check.web_address("website", &self.website);
        let name = check.required("name", &self.name, 200);
        let reason = check.text("reason", &self.reason, 2000);
        if reason.is_empty() {
            check.note("reason", Problem::Missing);
        }
        Asked { company_name, country, website, name, reason }
    }
}

/// The rights chosen in a form.
pub fn rights(check: &mut Check, field: &str, text: &str) -> Rights {
    Rights::from_code(text.trim()).unwrap_or_else(|| {
        check.note(field, if text.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
        Rights::Viewer
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn every_wrong_field_is_told_at_once_and_a_megabyte_is_too_much() {
        let form =
            JoinForm { name: "A".repeat(1_000_000), website: "javascript:alert(1)".into(), ..JoinForm::default() };
        let mut check = Check::default();
        form.read(&mut check);
        let Err(Error::Invalid(errors)) = check.finish(()) else { panic!("accepted") };
        assert_eq!(errors.of("company_name"), Some(Problem::Missing));
        assert_eq!(errors.of("country"), Some(Problem::Missing));
        assert_eq!(errors.of("website"), Some(Problem::NotAWebAddress));
        assert_eq!(errors.of("name"), Some(Problem::TooLong(200)));
        assert_eq!(errors.of("reason"), Some(Problem::Missing));
    }
}

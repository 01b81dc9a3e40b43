//! How a form becomes what a person says who asks.

use serde::{Deserialize, Serialize};

use super::{Facts, Kind};
use crate::error::{Check, Problem, Result};
use crate::language::Language;

/// The form of an enquiry, as a browser posts it. Staff's form has two fields more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EnquiryForm {
    pub kind: String,
    pub name: String,
    pub company: String,
    pub country: String,
    pub email: String,
    pub phone: String,
    pub language: String,
    pub message: String,
}

impl EnquiryForm {
    /// Reads the public form, in which only the telephone number may be left out.
    ///
    /// # Errors
    /// Every field's problem at once. Whether the country exists is asked elsewhere.
    pub fn parse(&self) -> Result<Facts> {
        let mut check = Check::default();
        let facts = self.read(&mut check);
        for (field, value) in [("company", &facts.company), ("country", &self.country), ("email", &facts.email)] {
            if value.trim().is_empty() {
                check.note(field, Problem::Missing);
            }
        }
        check.finish(facts)
    }

    /// Reads what staff writes down: somebody at an exhibition may have left a name and a number only.
    ///
    /// # Errors
    /// Every field's problem at once.
    pub fn parse_recorded(&self) -> Result<Facts> {
        let mut check = Check::default();
        let facts = self.read(&mut check);
        if facts.email.is_empty() && facts.phone.is_empty() {
            check.note("email", Problem::NoContact);
        }
        check.finish(facts)
    }

    fn read(&self, check: &mut Check) -> Facts {
        let kind = Kind::from_code(self.kind.trim()).unwrap_or_else(|| {
            check.note("kind", if self.kind.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
            Kind::Other
        });
        let language = Language::from_code(&self.language).unwrap_or_else(|| {
            check.note("language", if self.language.is_empty() { Problem::Missing } else { Problem::NotAnOption });
            Language::En
        });
        let name = check.required("name", &self.name, 100);
        let company = check.line("company", &self.company, 200);
        let country = check.line("country", &self.country, 2);
        let mut email = String::new();
        if !self.email.trim().is_empty() {
            match crate::account::model::email(&self.email) {
                Ok(address) => email = address,
                Err(_) => check.note("email", Problem::NotAnEmail),
            }
        }
        let phone = check.phone("phone", &self.phone);
        let message = check.text("message", &self.message, 4000);
        if message.is_empty() {
            check.note("message", Problem::Missing);
        }
        let country = (!country.is_empty()).then_some(country);
        Facts { kind, name, company, country, email, phone, language, message }
    }
}

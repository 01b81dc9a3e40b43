//! What is known of a person, and who may know it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::{Actor, Role};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::time::Timestamp;

/// Which people somebody may know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeopleScope {
    All,
    /// Those who work at these companies now, without what the zone notes of them and where else they work.
    Of(Vec<Uuid>),
}

impl Actor {
    /// The people this person may see.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for experts, whose judgement should not depend on whom they know.
    pub fn people(&self) -> Result<PeopleScope> {
        match self.role {
            Role::Administrator | Role::Staff | Role::Executive => Ok(PeopleScope::All),
            Role::Representative => {
                Ok(PeopleScope::Of(self.affiliations.iter().map(|affiliation| affiliation.company).collect()))
            }
            Role::Expert => Err(Error::Forbidden),
        }
    }

    pub fn may_edit_people(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff)
    }

    pub fn may_export_people(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff | Role::Executive)
    }
}

/// What can be said of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    pub name: String,
    pub name_zh: String,
    pub email: String,
    pub phone: String,
    pub wechat: String,
    /// In which language one writes to them.
    pub language: Option<Language>,
    /// For the zone alone.
    pub note: String,
    pub account: Option<Linked>,
}

/// The account that a person has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    pub id: Uuid,
    pub email: String,
}

impl Details {
    /// The fields as the form and the journal name them.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("name", self.name.clone()),
            ("name_zh", self.name_zh.clone()),
            ("email", self.email.clone()),
            ("phone", self.phone.clone()),
            ("wechat", self.wechat.clone()),
            ("language", self.language.map_or("", Language::code).to_owned()),
            ("note", self.note.clone()),
            ("account", self.account.as_ref().map(|account| account.email.clone()).unwrap_or_default()),
        ]
    }

    /// The person's name for this reader. A name is never split or turned round.
    pub fn called(&self, language: Language) -> &str {
        language.prefer(&self.name, &self.name_zh)
    }
}

/// A person as they are kept.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: Uuid,
    pub details: Details,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    /// One more with every change of the details; an edit names the version it started from.
    pub version: i64,
    pub archived_at: Option<Timestamp>,
}

impl Person {
    pub fn url(&self) -> String {
        url(self.id)
    }
}

/// The stable address of a person.
pub fn url(id: Uuid) -> String {
    format!("/people/{id}")
}

/// Where somebody works, or worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    pub id: Uuid,
    pub person: Uuid,
    pub company: Uuid,
    pub title: String,
    pub title_zh: String,
    /// ISO text.
    pub since: Option<String>,
    pub until: Option<String>,
    pub main: bool,
}

/// The form of a person, as a browser posts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonForm {
    pub name: String,
    pub name_zh: String,
    pub email: String,
    pub phone: String,
    pub wechat: String,
    pub language: String,
    pub note: String,
    /// The address of their account.
    pub account: String,
}

/// The form of a position.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PositionForm {
    /// The company's name.
    pub company: String,
    pub title: String,
    pub title_zh: String,
    pub since: String,
    pub until: String,
    pub main: String,
}

#[cfg(feature = "ssr")]
mod parse {
    use super::{Details, PersonForm, PositionForm};
    use crate::error::{Check, Problem};
    use crate::language::Language;

    impl From<&Details> for PersonForm {
        /// The form as it would be typed for these details, but for the account.
        fn from(details: &Details) -> Self {
            let mut form = Self::default();
            for (field, value) in details.fields() {
                form.set(field, value);
            }
            form
        }
    }

    impl PersonForm {
        /// Types a value into a field, by the name that the journal has for it. The account is chosen by hand alone.
        pub fn set(&mut self, field: &str, value: String) {
            let place = match field {
                "name" => &mut self.name,
                "name_zh" => &mut self.name_zh,
                "email" => &mut self.email,
                "phone" => &mut self.phone,
                "wechat" => &mut self.wechat,
                "language" => &mut self.language,
                "note" => &mut self.note,
                _ => return,
            };
            *place = value;
        }

        /// Reads the form; whether the account exists is asked elsewhere.
        pub fn parse(&self, check: &mut Check) -> Details {
            let name = check.required("name", &self.name, 200);
            let name_zh = check.line("name_zh", &self.name_zh, 200);
            let mut email = check.line("email", &self.email, 254);
            if !email.is_empty() {
                match crate::account::model::email(&email) {
                    Ok(plain) => email = plain,
                    Err(_) => check.note("email", Problem::NotAnEmail),
                }
            }
            let language = Language::from_code(&self.language);
            if language.is_none() && !self.language.trim().is_empty() {
                check.note("language", Problem::NotAnOption);
            }
            Details {
                name,
                name_zh,
                email,
                phone: check.phone("phone", &self.phone),
                wechat: check.line("wechat", &self.wechat, 60),
                language,
                note: check.text("note", &self.note, 2000),
                account: None,
            }
        }
    }

    impl PositionForm {
        /// Whether nothing of it was filled in: a new person may have no position yet.
        pub fn is_empty(&self) -> bool {
            [&self.company, &self.title, &self.title_zh, &self.since, &self.until]
                .iter()
                .all(|text| text.trim().is_empty())
        }

        /// Title, title in Chinese, first and last day.
        pub fn parse(&self, check: &mut Check) -> (String, String, Option<String>, Option<String>) {
            let title = check.line("title", &self.title, 200);
            let title_zh = check.line("title_zh", &self.title_zh, 200);
            let (since, until) = check.period(&self.since, &self.until);
            (title, title_zh, since, until)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::error::Error;

        #[test]
        fn a_person_has_a_name_and_an_address_that_is_one() {
            let mut check = Check::default();
            let wrong = PersonForm { email: "nobody".into(), language: "da".into(), ..PersonForm::default() };
            let details = wrong.parse(&mut check);
            let Err(Error::Invalid(errors)) = check.finish(details) else { panic!("taken") };
            for field in ["name", "email", "language"] {
                assert!(errors.of(field).is_some(), "{field}");
            }
            let mut check = Check::default();
            let right = PersonForm { name: " Demo  Person ".into(), name_zh: "示例".into(), ..PersonForm::default() };
            let details = check_finished(right.parse(&mut check), check);
            assert_eq!(details.called(Language::En), "Demo Person");
            assert_eq!(details.called(Language::Zh), "示例");
        }

        fn check_finished(details: Details, check: Check) -> Details {
            check.finish(details).unwrap()
        }
    }
}

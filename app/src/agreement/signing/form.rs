//! The forms in which somebody is named, as a browser posts them.

use serde::{Deserialize, Serialize};

/// Somebody who signs for a party.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignatoryForm {
    pub party: String,
    pub name: String,
    pub title: String,
    pub email: String,
    pub language: String,
    pub group: String,
    /// The power of attorney, one of the agreement's documents.
    pub authority: String,
}

/// Somebody who signs on a signatory's behalf.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeputyForm {
    pub name: String,
    pub title: String,
    pub email: String,
    pub language: String,
}

#[cfg(feature = "ssr")]
mod read {
    use super::DeputyForm;
    use crate::account::address::{self, Address};
    use crate::error::{Check, Problem};
    use crate::language::Language;

    /// A person as they were named.
    pub(in super::super) struct Named {
        pub name: String,
        pub title: String,
        pub address: Address,
        pub language: Language,
    }

    impl Named {
        pub(in super::super) fn read(check: &mut Check, form: &DeputyForm) -> Self {
            let name = check.required("name", &form.name, 120);
            let title = check.line("title", &form.title, 120);
            let address = address::read(check, "email", &form.email);
            let language = Language::from_code(&form.language).unwrap_or_else(|| {
                check.note("language", Problem::NotAnOption);
                Language::En
            });
            Self { name, title, address, language }
        }
    }

    impl super::SignatoryForm {
        pub(in super::super) fn person(&self) -> DeputyForm {
            DeputyForm {
                name: self.name.clone(),
                title: self.title.clone(),
                email: self.email.clone(),
                language: self.language.clone(),
            }
        }
    }
}

#[cfg(feature = "ssr")]
pub(super) use read::Named;

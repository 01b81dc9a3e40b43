//! What a product of the catalogue is.

use serde::Deserialize;
use uuid::Uuid;

pub use super::ema::{Designation, Status};
use crate::time::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    Drug,
    Biologic,
    CellTherapy,
    Device,
    Ivd,
    Fsmp,
}

impl Category {
    pub const ALL: [Self; 6] = [Self::Drug, Self::Biologic, Self::CellTherapy, Self::Device, Self::Ivd, Self::Fsmp];

    pub fn code(self) -> &'static str {
        match self {
            Self::Drug => "drug",
            Self::Biologic => "biologic",
            Self::CellTherapy => "cell_therapy",
            Self::Device => "device",
            Self::Ivd => "ivd",
            Self::Fsmp => "fsmp",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }
}

/// What a product is, without what agencies say of it. Unknown texts are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub company: Option<Uuid>,
    pub name_en: String,
    pub name_zh: String,
    /// The international non-proprietary or common name.
    pub generic_name: String,
    pub active_substance: String,
    pub category: Category,
    /// Anatomical Therapeutic Chemical code.
    pub atc: String,
    pub pharmacotherapeutic_group: String,
    pub therapeutic_areas: Vec<String>,
    pub indication: String,
}

impl Facts {
    /// The fields as the journal names them.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("company", self.company.map(|id| id.to_string()).unwrap_or_default()),
            ("name_en", self.name_en.clone()),
            ("name_zh", self.name_zh.clone()),
            ("generic_name", self.generic_name.clone()),
            ("active_substance", self.active_substance.clone()),
            ("category", self.category.code().to_owned()),
            ("atc", self.atc.clone()),
            ("pharmacotherapeutic_group", self.pharmacotherapeutic_group.clone()),
            ("therapeutic_areas", self.therapeutic_areas.join("; ")),
            ("indication", self.indication.clone()),
        ]
    }
}

/// What an agency decided on a product, as it publishes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// `EMA`, `FDA`, `NMPA` …
    pub agency: String,
    /// The agency's number; empty where it is not known.
    pub number: String,
    pub status: Status,
    /// When the agency decided what the status says, as an ISO date.
    pub decided_on: Option<String>,
    /// When the product was authorised, as an ISO date.
    pub authorised_on: Option<String>,
    pub designations: Vec<Designation>,
    /// The holder or applicant as the agency names it.
    pub holder: String,
    pub url: String,
}

impl Approval {
    /// The fields as the journal names them.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("agency", self.agency.clone()),
            ("number", self.number.clone()),
            ("status", self.status.as_str().to_owned()),
            ("decided_on", self.decided_on.clone().unwrap_or_default()),
            ("authorised_on", self.authorised_on.clone().unwrap_or_default()),
            ("designations", designation_words(&self.designations)),
            ("holder", self.holder.clone()),
            ("url", self.url.clone()),
        ]
    }
}

/// A product as it is kept.
#[derive(Clone, Debug)]
pub struct Product {
    pub id: Uuid,
    pub facts: Facts,
    /// The company's English and Chinese name.
    pub company_names: Option<(String, String)>,
    pub approvals: Vec<Approval>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

/// The stable address of a product.
pub fn url(id: Uuid) -> String {
    format!("/products/{id}")
}

/// Designations as words with one space between.
pub fn designation_words(designations: &[Designation]) -> String {
    designations.iter().map(|designation| designation.as_str()).collect::<Vec<_>>().join(" ")
}

/// How far an import is. Rows.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
}

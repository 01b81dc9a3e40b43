//! What can be found: one line of [`Kind::ALL`] and one [`Source`] for each kind of record.

use uuid::Uuid;

use crate::actor::{Actor, CompanyScope};
use crate::company::model::{Kind as Business, kinds_from};
use crate::language::Language;
use crate::{account, actor, company, country, document, product};

/// A kind of record that is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Company,
    Product,
    Document,
    Account,
}

/// Which entries of a kind a person finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them, by everything they are found by.
    All,
    /// All of them, by their names alone.
    Names,
    /// Those of these companies.
    Companies(Vec<Uuid>),
}

/// Where the entries of a kind come from. Texts of SQL.
pub struct Source {
    pub table: &'static str,
    /// The columns of [`Row`], ending in a condition to which others are added.
    pub select: &'static str,
    /// The record's id within `select`.
    pub id: &'static str,
    /// The company whose name is in the entries of this kind, too: when it is renamed, they are made anew.
    pub repeats_company: Option<&'static str>,
    pub url: fn(&Row) -> String,
    /// What tells the record from others with the same name.
    pub note: fn(&Row, Language) -> String,
}

/// A record as its source reads it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    pub id: Uuid,
    /// The company whose representatives find it, for kinds that are found by company.
    pub company_id: Option<Uuid>,
    /// The record whose page shows it.
    pub shown_at: Uuid,
    pub title_en: String,
    pub title_zh: String,
    /// Other names that it is found by.
    pub title_other: String,
    /// Two values for the note.
    pub note: String,
    pub note_too: String,
    pub body: String,
    pub changed_at: i64,
}

impl Kind {
    /// In the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Company, Self::Product, Self::Document, Self::Account];

    pub fn code(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Product => "product",
            Self::Document => "document",
            Self::Account => "account",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The name of its words' table, where each kind has one of its own.
    pub fn index(self) -> &'static str {
        match self {
            Self::Company => "search_companies",
            Self::Product => "search_products",
            Self::Document => "search_documents",
            Self::Account => "search_accounts",
        }
    }

    /// Which of its entries this person finds; none who finds none. Rows and counts alike are filtered by it.
    pub fn scope(self, actor: &Actor) -> Option<Scope> {
        match (self, actor.companies()) {
            (Self::Company, CompanyScope::Names) => Some(Scope::Names),
            (Self::Company | Self::Document, CompanyScope::All) | (Self::Product, _) => Some(Scope::All),
            (Self::Company | Self::Document, CompanyScope::Own(own)) => {
                (!own.is_empty()).then_some(Scope::Companies(own))
            }
            (Self::Document, CompanyScope::Names) => None,
            (Self::Account, _) => actor.may_administer().then_some(Scope::All),
        }
    }

    pub fn source(self) -> &'static Source {
        match self {
            Self::Company => &COMPANIES,
            Self::Product => &PRODUCTS,
            Self::Document => &DOCUMENTS,
            Self::Account => &ACCOUNTS,
        }
    }
}

static COMPANIES: Source = Source {
    table: "companies",
    select: "SELECT c.id, c.id AS company_id, c.id AS shown_at, c.name_en AS title_en, c.name_zh AS title_zh,
                    c.name_local AS title_other, coalesce(c.country, '') AS note, c.kinds AS note_too,
                    c.city || ' · ' || c.website || ' · ' || c.about AS body, c.changed_at
             FROM companies c WHERE 1 = 1",
    id: "c.id",
    repeats_company: None,
    url: |row| company::model::url(row.id),
    note: |row, language| {
        let t = language.texts();
        let kinds = kinds_from(&row.note_too).into_iter().map(|kind: Business| t.kind(kind)).collect::<Vec<_>>();
        let country = country::find(&row.note).map_or("", |country| country.name(language));
        joined([country, &kinds.join(t.form_comma())])
    },
};

static PRODUCTS: Source = Source {
    table: "products",
    // Everybody who is signed in sees the whole catalogue.
    select:
        "SELECT p.id, CAST(NULL AS UUID) AS company_id, p.id AS shown_at, p.name_en AS title_en, p.name_zh AS title_zh,
                    '' AS title_other, p.generic_name AS note, p.atc AS note_too,
                    p.active_substance || ' · ' || coalesce(c.name_en || ' · ' || c.name_zh, '') || ' · '
                    || p.pharmacotherapeutic_group || ' · ' || p.therapeutic_areas || ' · '
                    || coalesce((SELECT string_agg(a.agency || ' ' || a.number || ' · ' || a.holder, ' · ')
                                 FROM approvals a WHERE a.product_id = p.id), '')
                    || ' · ' || p.indication AS body, p.changed_at
             FROM products p LEFT JOIN companies c ON c.id = p.company_id WHERE 1 = 1",
    id: "p.id",
    repeats_company: Some("company_id"),
    url: |row| product::model::url(row.id),
    note: |row, _| joined([row.note.as_str(), row.note_too.as_str()]),
};

static DOCUMENTS: Source = Source {
    table: "documents",
    // What is for the zone alone is found by no company.
    select: "SELECT d.id, CASE WHEN d.audience = 'company' THEN d.owner_id END AS company_id, d.owner_id AS shown_at,
                    d.name AS title_en, '' AS title_zh, '' AS title_other, c.name_en AS note, c.name_zh AS note_too,
                    d.note || ' · ' || c.name_en || ' · ' || c.name_zh AS body, d.uploaded_at AS changed_at
             FROM documents d JOIN companies c ON c.id = d.owner_id
             WHERE d.owner_kind = 'company' AND d.removed_at IS NULL",
    id: "d.id",
    repeats_company: Some("owner_id"),
    url: |row| document::pages::section_url(row.shown_at),
    note: |row, language| language.prefer(&row.note, &row.note_too).to_owned(),
};

static ACCOUNTS: Source = Source {
    table: "accounts",
    select: "SELECT a.id, CAST(NULL AS UUID) AS company_id, a.id AS shown_at, a.name AS title_en, '' AS title_zh,
                    a.email AS title_other, a.role AS note, '' AS note_too, '' AS body, a.created_at AS changed_at
             FROM accounts a WHERE 1 = 1",
    id: "a.id",
    repeats_company: None,
    url: |row| account::pages::line_url(row.id),
    note: |row, language| {
        actor::Role::from_code(&row.note).map(|role| language.texts().role(role).to_owned()).unwrap_or_default()
    },
};

/// What there is of two values.
fn joined(values: [&str; 2]) -> String {
    values.into_iter().filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" · ")
}

//! What can be found: one line of [`Kind::ALL`] and one [`Source`] for each kind of record.

use uuid::Uuid;

use crate::actor::{Actor, CompanyScope};
use crate::agreement::model::Scope as Agreements;
use crate::backend::database::Sql;
use crate::company::model::{Kind as Business, kinds_from};
use crate::language::Language;
use crate::people::model::AccountScope;
use crate::person::model::PeopleScope;
use crate::{actor, agreement, company, country, document, enquiry, people, person, product};

/// A kind of record that is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Company,
    Person,
    Agreement,
    Product,
    Enquiry,
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
    /// Those of these companies, by what is not for the zone alone.
    Companies(Vec<Uuid>),
    /// The people who work at these companies now, by what they say of themselves.
    PeopleOf(Vec<Uuid>),
    /// The accounts of those who act for companies.
    Representatives,
    /// The agreements that somebody may know of who does not see all of them.
    Agreements(Agreements),
}

impl Scope {
    /// The companies among whose entries one looks; none who looks among all.
    pub fn companies(&self) -> Option<&[Uuid]> {
        match self {
            Self::Companies(companies) | Self::PeopleOf(companies) | Self::Agreements(Agreements::Of(companies)) => {
                Some(companies)
            }
            Self::All | Self::Names | Self::Representatives | Self::Agreements(_) => None,
        }
    }

    /// Adds the condition that the entry `o` may be found, as the record is now: the index may know what has ended since.
    pub(super) fn confirm(&self, sql: &mut Sql, today: &str) {
        match self {
            Self::All | Self::Names => {}
            Self::Companies(companies) => {
                sql.push(" AND ").bind_in("o.company_id", companies);
            }
            Self::PeopleOf(companies) => {
                sql.push(" AND EXISTS (SELECT 1 FROM positions z WHERE z.person_id = o.subject_id AND ");
                person::store::visible(sql, &PeopleScope::Of(companies.clone()), today);
                sql.push(")");
            }
            Self::Representatives => {
                sql.push(
                    " AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = o.subject_id AND a.role = 'representative')",
                );
            }
            Self::Agreements(scope) => {
                sql.push(" AND EXISTS (SELECT 1 FROM agreements a WHERE a.id = o.subject_id");
                agreement::store::scope_into(sql, scope);
                sql.push(")");
            }
        }
    }
}

/// Where the entries of a kind come from. Texts of SQL.
pub struct Source {
    pub table: &'static str,
    /// The columns of [`Row`], ending in a condition to which others are added.
    pub select: &'static str,
    /// The record's id within `select`.
    pub id: &'static str,
    /// The records of this kind that say something of a company, as a statement that lacks only its id at the end: when the
    /// company is renamed, their entries are made anew.
    pub of_company: Option<&'static str>,
    /// The companies whose people find a record, where that may be several: a statement of pairs, ending in a condition on
    /// the column named here.
    pub companies: Option<(&'static str, &'static str)>,
    /// Whether the note is for the zone alone.
    pub note_is_internal: bool,
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
    /// What else it is called; part of the body, too.
    pub known: String,
    /// What else it is found by, by everybody who sees it whole.
    pub body: String,
    /// What it is found by for the zone alone.
    pub internal: String,
    pub changed_at: i64,
}

impl Kind {
    /// In the order in which they are shown.
    pub const ALL: [Self; 7] =
        [Self::Company, Self::Person, Self::Agreement, Self::Product, Self::Enquiry, Self::Document, Self::Account];

    pub fn code(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Person => "person",
            Self::Agreement => "agreement",
            Self::Enquiry => "enquiry",
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
            Self::Person => "search_people",
            Self::Agreement => "search_agreements",
            Self::Enquiry => "search_enquiries",
            Self::Product => "search_products",
            Self::Document => "search_documents",
            Self::Account => "search_accounts",
        }
    }

    /// The name of the table of what its names' words end in.
    pub fn parts(self) -> &'static str {
        match self {
            Self::Company => "search_companies_parts",
            Self::Person => "search_people_parts",
            Self::Product => "search_products_parts",
            Self::Agreement => "search_agreements_parts",
            Self::Enquiry => "search_enquiries_parts",
            Self::Document => "search_documents_parts",
            Self::Account => "search_accounts_parts",
        }
    }

    /// Which of its entries this person finds; none who finds none. Rows and counts alike are filtered by it.
    pub fn scope(self, actor: &Actor) -> Option<Scope> {
        let some =
            |companies: Vec<Uuid>, scope: fn(Vec<Uuid>) -> Scope| (!companies.is_empty()).then(|| scope(companies));
        match self {
            Self::Company => match actor.companies() {
                CompanyScope::All => Some(Scope::All),
                CompanyScope::Names => Some(Scope::Names),
                CompanyScope::Own(own) => some(own, Scope::Companies),
            },
            Self::Person => match actor.people().ok()? {
                PeopleScope::All => Some(Scope::All),
                PeopleScope::Of(companies) => some(companies, Scope::PeopleOf),
            },
            Self::Agreement => match actor.lists_agreements().ok()? {
                Agreements::All => Some(Scope::All),
                Agreements::Of(companies) if companies.is_empty() => None,
                scope => Some(Scope::Agreements(scope)),
            },
            Self::Product => actor.acts_for_any().is_ok().then_some(Scope::All),
            Self::Enquiry => actor.may_see_enquiries().then_some(Scope::All),
            Self::Document => match actor.companies() {
                CompanyScope::All => Some(Scope::All),
                CompanyScope::Names => None,
                CompanyScope::Own(own) => some(own, Scope::Companies),
            },
            Self::Account => match actor.accounts().ok()? {
                AccountScope::All => Some(Scope::All),
                AccountScope::Representatives => Some(Scope::Representatives),
            },
        }
    }

    pub fn source(self) -> &'static Source {
        match self {
            Self::Company => &COMPANIES,
            Self::Person => &PEOPLE,
            Self::Agreement => &AGREEMENTS,
            Self::Product => &PRODUCTS,
            Self::Enquiry => &ENQUIRIES,
            Self::Document => &DOCUMENTS,
            Self::Account => &ACCOUNTS,
        }
    }
}

static COMPANIES: Source = Source {
    table: "companies",
    // Tags are the zone's own; everything else a company's own people read, too.
    select: "SELECT c.id, c.id AS company_id, c.id AS shown_at, c.name_en AS title_en, c.name_zh AS title_zh,
                    c.name_local AS title_other, coalesce(c.country, '') AS note, c.kinds AS note_too,
                    coalesce((SELECT string_agg(t.value, ' · ' ORDER BY t.kind, t.position) FROM company_terms t
                              WHERE t.company_id = c.id AND t.kind IN ('alias', 'email_domain', 'registration')), '')
                        AS known,
                    coalesce((SELECT string_agg(t.value, ' · ' ORDER BY t.kind, t.position) FROM company_terms t
                              WHERE t.company_id = c.id AND t.kind <> 'tag'), '')
                    || ' · ' || c.city || ' · ' || c.website || ' · ' || c.about AS body,
                    coalesce((SELECT string_agg(t.value, ' · ' ORDER BY t.position) FROM company_terms t
                              WHERE t.company_id = c.id AND t.kind = 'tag'), '') AS internal, c.changed_at
             FROM companies c WHERE c.archived_at IS NULL",
    id: "c.id",
    of_company: None,
    companies: None,
    note_is_internal: false,
    url: |row| company::model::url(row.id),
    note: |row, language| {
        let t = language.texts();
        let kinds = kinds_from(&row.note_too).into_iter().map(|kind: Business| t.kind(kind)).collect::<Vec<_>>();
        let country = country::find(&row.note).map_or("", |country| country.name(language));
        joined([country, &kinds.join(t.form_comma())])
    },
};

static PEOPLE: Source = Source {
    table: "people",
    // Where else somebody works, and what the zone notes of them, their companies' people do not read. Of who was erased
    // nothing is left to be found by.
    select: "SELECT p.id, CAST(NULL AS UUID) AS company_id, p.id AS shown_at, p.name AS title_en, p.name_zh AS title_zh,
                    '' AS title_other,
                    coalesce((SELECT string_agg(CASE WHEN z.title = '' THEN z.title_zh ELSE z.title END
                                         || CASE WHEN z.title = '' AND z.title_zh = '' THEN '' ELSE ', ' END
                                         || CASE WHEN c.name_en = '' THEN c.name_zh ELSE c.name_en END, ' · '
                                         ORDER BY z.main DESC, coalesce(z.since, '') DESC, z.id)
                              FROM positions z JOIN companies c ON c.id = z.company_id
                              WHERE z.person_id = p.id AND z.until IS NULL), '') AS note,
                    coalesce((SELECT string_agg(CASE WHEN c.name_zh = '' THEN c.name_en ELSE c.name_zh END
                                         || CASE WHEN z.title = '' AND z.title_zh = '' THEN '' ELSE '，' END
                                         || CASE WHEN z.title_zh = '' THEN z.title ELSE z.title_zh END, ' · '
                                         ORDER BY z.main DESC, coalesce(z.since, '') DESC, z.id)
                              FROM positions z JOIN companies c ON c.id = z.company_id
                              WHERE z.person_id = p.id AND z.until IS NULL), '') AS note_too,
                    p.email || ' · ' || p.phone AS body, '' AS known,
                    p.wechat || ' · ' || p.note || ' · '
                    || coalesce((SELECT string_agg(z.title || ' · ' || z.title_zh || ' · ' || c.name_en || ' · ' || c.name_zh,
                                         ' · ' ORDER BY z.id)
                                 FROM positions z JOIN companies c ON c.id = z.company_id
                                 WHERE z.person_id = p.id AND z.until IS NOT NULL), '') AS internal, p.changed_at
             FROM people p WHERE p.archived_at IS NULL AND p.search_text <> ''",
    id: "p.id",
    of_company: Some("SELECT person_id FROM positions WHERE company_id"),
    companies: Some(("SELECT person_id, company_id FROM positions WHERE 1 = 1", "person_id")),
    note_is_internal: true,
    url: |row| person::model::url(row.id),
    note: |row, language| match language {
        Language::En => row.note.clone(),
        Language::Zh => row.note_too.clone(),
    },
};

static AGREEMENTS: Source = Source {
    table: "agreements",
    // Those who do not see all of them are confirmed one by one; what the zone notes, and what is said, is not looked into.
    select: "SELECT g.id, CAST(NULL AS UUID) AS company_id, g.id AS shown_at, g.title_en, g.title_zh,
                    g.number AS title_other, g.kind AS note, g.state AS note_too,
                    coalesce((SELECT string_agg(c.name_en || ' · ' || c.name_zh, ' · ' ORDER BY p.position, p.id)
                              FROM agreement_parties p JOIN companies c ON c.id = p.company_id
                              WHERE p.agreement_id = g.id AND p.removed_at IS NULL), '')
                    || ' · ' || g.areas || ' · ' || g.sign_place || ' · ' || g.summary_en || ' · ' || g.summary_zh AS body,
                    '' AS known, '' AS internal, g.changed_at
             FROM agreements g WHERE 1 = 1",
    id: "g.id",
    of_company: Some("SELECT agreement_id FROM agreement_parties WHERE removed_at IS NULL AND company_id"),
    // Before the negotiation it has nothing to do with its parties.
    companies: Some((
        "SELECT p.agreement_id, p.company_id FROM agreement_parties p JOIN agreements a ON a.id = p.agreement_id
         WHERE p.removed_at IS NULL AND a.shared_at IS NOT NULL",
        "p.agreement_id",
    )),
    note_is_internal: false,
    url: |row| agreement::model::url(&row.title_other),
    note: |row, language| {
        let t = language.texts();
        let kind = agreement::model::Kind::from_code(&row.note).map_or("", |kind| t.agreement_kind_of(kind));
        let state = agreement::life::State::from_code(&row.note_too).map_or("", |state| t.agreement_state_of(state));
        joined([kind, state])
    },
};

static ENQUIRIES: Source = Source {
    table: "enquiries",
    select: "SELECT e.id, CAST(NULL AS UUID) AS company_id, e.id AS shown_at,
                    CASE WHEN e.company <> '' THEN e.company WHEN e.name <> '' THEN e.name ELSE e.number END AS title_en,
                    '' AS title_zh,
                    CASE WHEN e.company <> '' AND e.name <> '' THEN e.name || ' · ' || e.number
                         WHEN e.company <> '' OR e.name <> '' THEN e.number ELSE '' END AS title_other,
                    e.kind AS note, e.state AS note_too, e.message || ' · ' || e.email || ' · ' || e.phone AS body, '' AS known,
                    '' AS internal, e.changed_at
             FROM enquiries e WHERE 1 = 1",
    id: "e.id",
    of_company: None,
    companies: None,
    note_is_internal: false,
    url: |row| enquiry::model::url(row.id),
    note: |row, language| {
        let t = language.texts();
        let kind = enquiry::model::Kind::from_code(&row.note).map_or("", |kind| t.enquiry_kind_of(kind));
        let state = enquiry::model::State::from_code(&row.note_too).map_or("", |state| t.enquiry_state_of(state));
        joined([kind, state])
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
                    || coalesce((SELECT string_agg(a.agency || ' ' || a.number || ' · ' || a.holder, ' · ' ORDER BY a.id)
                                 FROM approvals a WHERE a.product_id = p.id), '')
                    || ' · ' || p.indication AS body, '' AS known, '' AS internal, p.changed_at
             FROM products p LEFT JOIN companies c ON c.id = p.company_id WHERE 1 = 1",
    id: "p.id",
    of_company: Some("SELECT id FROM products WHERE company_id"),
    companies: None,
    note_is_internal: false,
    url: |row| product::model::url(row.id),
    note: |row, _| joined([row.note.as_str(), row.note_too.as_str()]),
};

static DOCUMENTS: Source = Source {
    table: "documents",
    // What is for the zone alone is found by no company.
    select: "SELECT d.id, CASE WHEN d.audience = 'company' THEN d.owner_id END AS company_id, d.owner_id AS shown_at,
                    d.name AS title_en, '' AS title_zh, '' AS title_other, c.name_en AS note, c.name_zh AS note_too,
                    d.note || ' · ' || c.name_en || ' · ' || c.name_zh AS body, '' AS known, '' AS internal, d.uploaded_at AS changed_at
             FROM documents d JOIN companies c ON c.id = d.owner_id
             WHERE d.owner_kind = 'company' AND d.removed_at IS NULL AND c.archived_at IS NULL",
    id: "d.id",
    of_company: Some("SELECT id FROM documents WHERE owner_kind = 'company' AND owner_id"),
    companies: None,
    note_is_internal: false,
    url: |row| document::pages::section_url(row.shown_at, None),
    note: |row, language| language.prefer(&row.note, &row.note_too).to_owned(),
};

static ACCOUNTS: Source = Source {
    table: "accounts",
    select: "SELECT a.id, CAST(NULL AS UUID) AS company_id, a.id AS shown_at, a.name AS title_en, '' AS title_zh,
                    a.email AS title_other, a.role AS note, '' AS note_too, '' AS body, '' AS known, '' AS internal,
                    a.created_at AS changed_at
             FROM accounts a WHERE a.erased_at IS NULL",
    id: "a.id",
    of_company: None,
    companies: None,
    note_is_internal: false,
    url: |row| people::url(row.id),
    note: |row, language| {
        actor::Role::from_code(&row.note).map(|role| language.texts().role(role).to_owned()).unwrap_or_default()
    },
};

/// What there is of two values.
fn joined(values: [&str; 2]) -> String {
    values.into_iter().filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" · ")
}

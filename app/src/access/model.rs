//! The rules, asked. Whether somebody sees a record is said by the functions that guard its page; here the answer only gets
//! its words.

use uuid::Uuid;

use crate::account::store::Person;
use crate::actor::{Actor, CompanyScope, Rights, Role};
use crate::agreement::model::Seen;
use crate::document::model::{Audience, Document, ScanState};
use crate::error::{Error, Result};

/// What can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Company,
    Product,
    Document,
    Account,
    Agreement,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Company, Self::Product, Self::Document, Self::Account, Self::Agreement];

    pub fn code(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Product => "product",
            Self::Document => "document",
            Self::Account => "account",
            Self::Agreement => "agreement",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A record, as far as who sees it depends on it.
pub enum Record {
    Company(Uuid),
    Product,
    Document(Box<Document>),
    /// An account, with its role.
    Account(Role),
    Agreement(Seen),
    /// A document of an agreement: whether its parties read it, and whether it is given.
    Annex(Seen, bool, ScanState),
}

/// Why somebody sees a record, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Administrators,
    Staff,
    Executives,
    /// Acts for the company, with these rights.
    Acts(Rights),
    /// Everybody with an account.
    Everybody,
    /// Only name, country and kind.
    NamesOnly,
    // Those who do not see it.
    /// The document was removed.
    Removed,
    /// Its content is given to nobody, not yet or no longer.
    Withheld,
    /// The virus scanner found something in it.
    Infected,
    /// A document of the zone alone.
    ZoneOnly,
    /// A draft that is marked private.
    PrivateDraft,
    /// An agreement that its parties do not see yet.
    NotShared,
    /// Experts have nothing to do with agreements.
    ReadsNoAgreements,
    ReadsNoDocuments,
    ActsForOthers,
    ActsForNone,
    /// Only administrators, and staff where it is about a company's people.
    Accounts,
    CannotSignIn,
}

impl Record {
    /// What the guard of the record's page says to this person.
    fn opens_to(&self, actor: &Actor) -> Result<()> {
        match self {
            Self::Company(id) => actor.opens_company(*id),
            Self::Product => actor.acts_for_any(),
            Self::Document(document) => actor.opens_document(document),
            Self::Account(role) => actor.may_see_person(*role),
            Self::Agreement(seen) => actor.opens_agreement(seen),
            Self::Annex(seen, shared, _) => {
                actor.opens_agreement(seen)?;
                if *shared || actor.role.works_in_zone() { Ok(()) } else { Err(Error::NotFound) }
            }
        }
    }
}

/// What a person gets who opens the record, and why.
///
/// # Errors
/// What the page itself answers; [`Error::SignedOut`] for who cannot sign in.
pub fn why(record: &Record, known: &Person) -> (Result<()>, Why) {
    let actor = &known.actor;
    if !known.active {
        return (Err(Error::SignedOut), Why::CannotSignIn);
    }
    let opens = record.opens_to(actor);
    let why = if opens.is_ok() { why_seen(record, actor) } else { why_not(record, actor) };
    // A document that may be read may still be given to nobody.
    match record {
        Record::Document(document) if opens.is_ok() && !document.is_given() => {
            let infected = document.scan == ScanState::Infected;
            (Err(Error::Conflict), if infected { Why::Infected } else { Why::Withheld })
        }
        Record::Annex(_, _, ScanState::Infected) if opens.is_ok() => (Err(Error::Conflict), Why::Infected),
        Record::Annex(_, _, ScanState::Pending) if opens.is_ok() => (Err(Error::Conflict), Why::Withheld),
        _ => (opens, why),
    }
}

/// The most that this person may do for a party.
fn rights_of_party(seen: &Seen, actor: &Actor) -> Option<Rights> {
    seen.parties.iter().filter_map(|company| actor.rights_in(*company)).max()
}

fn why_seen(record: &Record, actor: &Actor) -> Why {
    match (actor.role, record) {
        (_, Record::Product) => Why::Everybody,
        (Role::Administrator, _) => Why::Administrators,
        (Role::Staff, _) => Why::Staff,
        (Role::Executive, _) => Why::Executives,
        (Role::Expert, _) if actor.companies() == CompanyScope::Names => Why::NamesOnly,
        (_, Record::Company(id)) => Why::Acts(actor.rights_in(*id).unwrap_or(Rights::Viewer)),
        (_, Record::Document(document)) => Why::Acts(actor.rights_in(document.company).unwrap_or(Rights::Viewer)),
        (_, Record::Account(_)) => Why::Accounts,
        (_, Record::Agreement(seen) | Record::Annex(seen, ..)) => {
            Why::Acts(rights_of_party(seen, actor).unwrap_or(Rights::Viewer))
        }
    }
}

fn why_not(record: &Record, actor: &Actor) -> Why {
    let none = actor.role == Role::Representative && actor.affiliations.is_empty();
    match record {
        Record::Account(_) => Why::Accounts,
        Record::Agreement(_) | Record::Annex(..) if !actor.may_see_agreements() => Why::ReadsNoAgreements,
        Record::Agreement(_) | Record::Annex(..) if actor.role == Role::Executive => Why::PrivateDraft,
        Record::Document(document) if document.removed => Why::Removed,
        Record::Document(_) if !actor.may_read_documents() => Why::ReadsNoDocuments,
        _ if none => Why::ActsForNone,
        Record::Agreement(seen) | Record::Annex(seen, ..) if rights_of_party(seen, actor).is_some() => {
            if seen.shared {
                Why::ZoneOnly
            } else {
                Why::NotShared
            }
        }
        Record::Document(document)
            if document.audience == Audience::Zone && actor.rights_in(document.company).is_some() =>
        {
            Why::ZoneOnly
        }
        _ => Why::ActsForOthers,
    }
}

//! The demonstration's register: plain facts of real companies, relations that are public, and invented people.

use std::collections::HashMap;

use app::account::store as accounts;
use app::backend::clock;
use app::backend::database::Tx;
use app::backend::fold::fold;
use app::backend::journal::{Author, Chain, Entry};
use app::company::model::CompanyForm;
use app::company::relation::model::{Kind, Relation};
use app::company::relation::store as relations;
use app::error::Result;
use app::language::Language;
use app::person::model::{Details, Linked, Position};
use app::person::store as people;
use serde::Deserialize;
use sqlx::types::Uuid;

use super::rows;

const PROFILES: &str = include_str!("../demo/profiles.csv");
const RELATIONS: &str = include_str!("../demo/relations.csv");
const CONTACTS: &str = include_str!("../demo/contacts.csv");

/// Why the demonstration's partners are partners.
pub(super) const REASON: &str = "Demonstration: named as a partner in public reports.";

/// What is known of a company beside its row; entries with `|` between.
#[derive(Deserialize)]
pub(super) struct Profile {
    company: String,
    tier: String,
    aliases: String,
    email_domains: String,
    registrations: String,
    areas: String,
    tags: String,
}

/// The profiles by the companies' keys.
pub(super) fn profiles() -> Result<HashMap<String, Profile>> {
    Ok(rows::<Profile>(PROFILES)?.into_iter().map(|profile| (profile.company.clone(), profile)).collect())
}

impl Profile {
    pub(super) fn fill(&self, form: &mut CompanyForm) {
        let lines = |entries: &str| entries.replace('|', "\n");
        form.tier.clone_from(&self.tier);
        form.aliases = lines(&self.aliases);
        form.email_domains = lines(&self.email_domains);
        form.registrations = lines(&self.registrations);
        form.areas = lines(&self.areas);
        form.tags = lines(&self.tags);
    }
}

#[derive(Deserialize)]
struct RelationRow {
    from: String,
    kind: String,
    to: String,
    since: String,
    note: String,
}

pub(super) async fn load_relations(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    companies: &HashMap<String, Uuid>,
) -> Result<()> {
    for row in rows::<RelationRow>(RELATIONS)? {
        let (Some(from), Some(to)) = (companies.get(&row.from), companies.get(&row.to)) else { continue };
        let Some(kind) = Kind::from_code(&row.kind) else { continue };
        let since = (!row.since.is_empty()).then_some(row.since);
        let relation = Relation { id: clock::new_id(), from: *from, to: *to, kind, since, until: None, note: row.note };
        relations::insert(tx, &relation, None, author.now).await?;
        let fields = vec![("relation", kind.code().to_owned()), ("note", relation.note)];
        chain.append(tx, author, Entry::new("company.relation_added", "company", *from).created(fields)).await?;
    }
    Ok(())
}

/// A person and a position; the same name again is the same person with another position.
#[derive(Deserialize)]
struct Contact {
    name: String,
    name_zh: String,
    email: String,
    language: String,
    account: String,
    company: String,
    title: String,
    title_zh: String,
    since: String,
    until: String,
}

pub(super) async fn load_people(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    companies: &HashMap<String, Uuid>,
) -> Result<()> {
    let mut known: HashMap<String, Uuid> = HashMap::new();
    for row in rows::<Contact>(CONTACTS)? {
        let first = !known.contains_key(&row.name);
        let person = *known.entry(row.name.clone()).or_insert_with(clock::new_id);
        if first {
            let account = accounts::credentials(tx, &fold(&row.account)).await?;
            let details = Details {
                name: row.name,
                name_zh: row.name_zh,
                email: row.email,
                language: Language::from_code(&row.language),
                account: account.map(|account| Linked { id: account.id, email: row.account }),
                ..Details::default()
            };
            people::insert(tx, person, &details, author.now).await?;
            let entry = Entry::new("person.created", "person", person).created(details.fields());
            chain.append(tx, author, entry).await?;
        }
        let Some(company) = companies.get(&row.company) else { continue };
        let position = Position {
            id: clock::new_id(),
            person,
            company: *company,
            title: row.title,
            title_zh: row.title_zh,
            since: (!row.since.is_empty()).then_some(row.since),
            until: (!row.until.is_empty()).then_some(row.until),
            main: first,
        };
        people::add_position(tx, &position, author.now).await?;
    }
    Ok(())
}

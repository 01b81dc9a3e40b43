//! The Agency's table becomes products, approvals and companies: what is new is added, what differs is replaced, the rest
//! is left alone. All in one transaction; the second time nothing changes.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ema::{Medicine, Table, country_of};
use super::model::{Approval, Category, Facts};
use super::published::{Published, published};
use super::store;
use crate::ask;
use crate::backend::clock;
use crate::backend::database::{Sql, Tx};
use crate::backend::journal::{Author, Chain, Entry};
use crate::company;
use crate::company::likeness::Name;
use crate::error::Result;

/// So many companies are taken by one statement.
const AT_ONCE: usize = 200;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    pub rows: usize,
    pub products_created: usize,
    pub products_updated: usize,
    pub products_unchanged: usize,
    pub companies_created: usize,
    /// Veterinary rows, which are counted and skipped.
    pub skipped: usize,
    pub rejected: Vec<RejectedLine>,
    /// Products whose row names no holder.
    pub without_company: Vec<WithoutCompany>,
}

/// A row that was not imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedLine {
    /// As a spreadsheet counts: the head is line 1.
    pub line: usize,
    pub column: String,
    pub value: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithoutCompany {
    pub product: Uuid,
    pub line: usize,
    pub name: String,
    pub number: String,
}

/// The agency whose table this is.
pub const AGENCY: &str = "EMA";

fn facts_of(medicine: &Medicine, company: Option<Uuid>) -> Facts {
    Facts {
        company,
        name_en: medicine.name.clone(),
        name_zh: String::new(),
        generic_name: medicine.inn.clone().unwrap_or_default(),
        active_substance: medicine.active_substance.clone().unwrap_or_default(),
        category: Category::Drug,
        atc: medicine.atc.clone().unwrap_or_default(),
        pharmacotherapeutic_group: medicine.pharmacotherapeutic_group.clone().unwrap_or_default(),
        therapeutic_areas: medicine.therapeutic_areas.clone(),
        indication: medicine.indication.clone().unwrap_or_default(),
    }
}

fn approval_of(medicine: &Medicine) -> Approval {
    Approval {
        agency: AGENCY.to_owned(),
        number: medicine.number.clone(),
        status: medicine.status,
        decided_on: medicine.decided_on.clone(),
        authorised_on: medicine.authorised_on.clone(),
        designations: medicine.designations.clone(),
        holder: medicine.holder.clone().unwrap_or_default(),
        url: medicine.url.clone(),
    }
}

/// The companies by the holders' names.
#[derive(Default)]
struct Holders {
    /// Those that an approval already ties to a company (it may have been renamed since), and those with exactly this name.
    exact: HashMap<String, Uuid>,
    /// Names as they are compared, by what is their own: the Agency's table has one company in several spellings.
    alike: HashMap<String, Vec<(Name, Uuid)>>,
}

impl Holders {
    async fn read(tx: &mut Tx, published: &[Published]) -> Result<Self> {
        // Of one that was merged into another, that one.
        let named: Vec<(String, String, Uuid, Option<Uuid>)> = ask!(tx, |c| sqlx::query_as(
            "SELECT name_en, name_local, id, merged_into FROM companies
             WHERE name_en <> '' AND (archived_at IS NULL OR merged_into IS NOT NULL) ORDER BY id DESC"
        )
        .fetch_all(c)
        .await)?;
        let merged: HashMap<Uuid, Uuid> = named.iter().filter_map(|(.., id, into)| Some((*id, (*into)?))).collect();
        let now = |mut id: Uuid| {
            // A chain of merges ends; nobody makes a circle of more than these.
            for _ in 0..10 {
                id = merged.get(&id).copied().unwrap_or(id);
            }
            id
        };
        let mut holders = Self::default();
        // A company that is there goes before one of the same name that was merged away.
        let (gone, there): (Vec<_>, Vec<_>) = named.into_iter().partition(|(.., into)| into.is_some());
        for (name, local, id, _) in gone.into_iter().chain(there) {
            for name in [&name, &local].into_iter().filter(|name| !name.is_empty()) {
                holders.know(name, now(id));
            }
        }
        for known in published {
            if let Some(company) = known.facts.company.filter(|_| !known.approval.holder.is_empty()) {
                holders.exact.insert(known.approval.holder.clone(), company);
            }
        }
        Ok(holders)
    }

    fn know(&mut self, holder: &str, company: Uuid) {
        for name in Name::all(holder) {
            self.alike.entry(name.squeezed()).or_default().push((name, company));
        }
        self.exact.insert(holder.to_owned(), company);
    }

    /// The company that has this name, or the only one that has it in another spelling.
    fn company(&self, holder: &str) -> Option<Uuid> {
        if let Some(company) = self.exact.get(holder) {
            return Some(*company);
        }
        let names = Name::all(holder);
        let mut same: Vec<Uuid> = names
            .iter()
            .flat_map(|name| self.alike.get(&name.squeezed()).into_iter().flatten().map(move |known| (name, known)))
            .filter(|(name, (known, _))| name.is_same(known))
            .map(|(_, (_, company))| *company)
            .collect();
        same.sort();
        same.dedup();
        (same.len() == 1).then(|| same[0])
    }
}

/// What the portal has of the Agency's table: products by their numbers, and companies by the holders' names.
struct There {
    published: HashMap<String, Published>,
    holders: Holders,
}

impl There {
    async fn read(tx: &mut Tx) -> Result<Self> {
        let published = published(tx, AGENCY).await?;
        let holders = Holders::read(tx, &published).await?;
        let published = published.into_iter().map(|known| (known.approval.number.clone(), known)).collect();
        Ok(Self { published, holders })
    }

    /// The company to which a medicine is tied, if it is there.
    fn company(&self, medicine: &Medicine) -> Option<Uuid> {
        let holder = medicine.holder.as_deref();
        match self.published.get(&medicine.number) {
            // The same holder as before: staff may have tied the product to another company since.
            Some(known) if known.approval.holder == holder.unwrap_or_default() => known.facts.company,
            _ => self.holders.company(holder?),
        }
    }

    /// The companies that get products which they do not have, in order.
    fn getting(&self, table: &Table) -> Vec<Uuid> {
        let new = |medicine: &&Medicine| {
            let before = self.published.get(&medicine.number).map(|known| known.facts.company);
            before != Some(self.company(medicine))
        };
        let mut companies: Vec<Uuid> =
            table.medicines.iter().filter(new).filter_map(|medicine| self.company(medicine)).collect();
        companies.sort();
        companies.dedup();
        companies
    }
}

/// Applies a table that was read. `progress` hears how many rows are done.
pub async fn apply(tx: &mut Tx, table: &Table, author: &Author, progress: impl Fn(usize)) -> Result<Report> {
    let mut there = There::read(tx).await?;
    let getting = there.getting(table);
    if !getting.is_empty() {
        // Companies before the journal, as everywhere. Whoever merged one of them meanwhile is done now.
        for some in getting.chunks(AT_ONCE) {
            let mut sql = Sql::new("UPDATE companies SET version = version WHERE ");
            sql.bind_in("id", some).execute(tx).await?;
        }
        there = There::read(tx).await?;
    }
    let mut chain = Chain::open(tx).await?;
    let mut report = Report {
        rows: table.rows,
        skipped: table.veterinary,
        rejected: table
            .rejected
            .iter()
            .map(|rejected| RejectedLine {
                line: rejected.line,
                column: rejected.column.to_owned(),
                value: rejected.value.clone(),
                reason: rejected.reason.as_str().to_owned(),
            })
            .collect(),
        ..Report::default()
    };
    for (index, medicine) in table.medicines.iter().enumerate() {
        if index % 64 == 0 {
            progress(index);
        }
        let approval = approval_of(medicine);
        let is_as_before =
            there.published.get(&medicine.number).is_some_and(|known| known.approval.holder == approval.holder);
        let company = match (&medicine.holder, there.company(medicine)) {
            (Some(holder), None) if !is_as_before => {
                let company = create_company(tx, &mut chain, author, holder).await?;
                there.holders.know(holder, company);
                report.companies_created += 1;
                Some(company)
            }
            (_, company) => company,
        };
        let mut facts = facts_of(medicine, company);
        let known = there.published.get(&medicine.number);
        let id = match known {
            None => {
                let id = clock::new_id();
                store::insert(tx, id, &facts, std::slice::from_ref(&approval), author.now).await?;
                let fields = facts.fields().into_iter().chain(approval.fields()).collect();
                chain.append(tx, author, Entry::new("product.imported", "product", id).created(fields)).await?;
                report.products_created += 1;
                id
            }
            Some(known) => {
                // The Agency says nothing of these.
                facts.name_zh.clone_from(&known.facts.name_zh);
                facts.category = known.facts.category;
                if known.facts == facts && known.approval == approval {
                    report.products_unchanged += 1;
                } else {
                    store::update(tx, known.id, &facts, &approval, author.now).await?;
                    let fields = |facts: &Facts, approval: &Approval| {
                        facts.fields().into_iter().chain(approval.fields()).collect::<Vec<_>>()
                    };
                    let entry = Entry::new("product.updated", "product", known.id)
                        .changed(fields(&known.facts, &known.approval), fields(&facts, &approval));
                    chain.append(tx, author, entry).await?;
                    report.products_updated += 1;
                }
                known.id
            }
        };
        if medicine.holder.is_none() {
            report.without_company.push(WithoutCompany {
                product: id,
                line: medicine.line,
                name: medicine.name.clone(),
                number: medicine.number.clone(),
            });
        }
    }
    progress(table.medicines.len());
    chain.close(tx).await?;
    Ok(report)
}

/// A holder becomes a company: its name as published, its country only where the name says it.
async fn create_company(tx: &mut Tx, chain: &mut Chain, author: &Author, holder: &str) -> Result<Uuid> {
    let facts = company::model::Facts {
        name_en: holder.to_owned(),
        kinds: vec![company::model::Kind::Manufacturer],
        country: country_of(holder).map(str::to_owned),
        ..company::model::Facts::default()
    };
    let stage = company::model::Stage::Target;
    let id = clock::new_id();
    company::store::insert(tx, id, &facts, stage, author.now).await?;
    let mut fields = facts.fields();
    fields.push(("stage", stage.code().to_owned()));
    chain.append(tx, author, Entry::new("company.imported", "company", id).created(fields)).await?;
    Ok(id)
}

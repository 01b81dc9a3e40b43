//! The demonstration: real companies and products as plain facts, and invented people with one well-known password.

mod activity;
mod agreements;
mod enquiries;
mod messages;
mod obligations;
mod register;
mod texts;

use std::collections::HashMap;

use app::account::model::Account;
use app::account::pages::DEMONSTRATION_PASSWORD;
use app::account::{password, store as accounts};
use app::actor::{Rights, Role};
use app::affiliation::{self, model::Terms};
use app::backend::database::Tx;
use app::backend::journal::{Author, Chain, Entry};
use app::backend::{Backend, clock};
use app::company::model::{CompanyForm, Stage};
use app::company::store as companies;
use app::error::Result;
use app::product::model::{Approval, Category, Facts, Status};
use app::product::store as products;
use serde::Deserialize;
use sqlx::types::Uuid;

const PEOPLE: &str = include_str!("demo/people.csv");
const COMPANIES: &str = include_str!("demo/companies.csv");
const PRODUCTS: &str = include_str!("demo/products.csv");

#[derive(Deserialize)]
struct Person {
    email: String,
    name: String,
    role: String,
    /// `company:rights`, with a space between several.
    company: String,
    manager_key: String,
}

#[derive(Deserialize)]
struct CompanyRow {
    key: String,
    name_en: String,
    name_zh: String,
    name_local: String,
    kinds: String,
    country: String,
    city: String,
    website: String,
    stage: String,
    manager: String,
    about: String,
}

#[derive(Deserialize)]
struct ProductRow {
    company: String,
    name_en: String,
    name_zh: String,
    generic_name: String,
    category: String,
    therapeutic_areas: String,
    atc: String,
    indication: String,
    /// `agency|number|date|status|url` items with `;;` between.
    approvals: String,
}

fn rows<T: for<'r> Deserialize<'r>>(text: &str) -> Result<Vec<T>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<std::result::Result<_, _>>()
        .map_err(|error| app::error::internal("demonstration data", &error))
}

/// What a database holds, as far as the demonstration cares.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    Nothing,
    Demonstration,
    Something,
}

pub async fn content(backend: &Backend) -> Result<Content> {
    let mut tx = backend.database.read().await?;
    if accounts::setting(&mut tx, "demonstration").await?.is_some() {
        return Ok(Content::Demonstration);
    }
    let (journal, _) = app::backend::journal::head(&mut tx).await?;
    Ok(if journal == 0 { Content::Nothing } else { Content::Something })
}

/// Loads the demonstration into an empty database, all or nothing. Gives how many companies and products it has.
pub async fn load(backend: &Backend) -> Result<(usize, usize)> {
    let hash = password::hash(DEMONSTRATION_PASSWORD)?;
    let now = backend.clock.now();
    let author = Author { actor: None, origin: "command", address: String::new(), now };
    let mut tx = backend.database.begin().await?;
    let mut chain = Chain::open(&mut tx).await?;
    let mut managers: HashMap<String, Uuid> = HashMap::new();
    let mut representatives = Vec::new();
    for person in rows::<Person>(PEOPLE)? {
        let role = Role::from_code(&person.role).unwrap_or(Role::Expert);
        let account = Account { id: clock::new_id(), email: person.email, name: person.name, role };
        accounts::insert(&mut tx, &account, &hash, now).await?;
        let fields = vec![("email", account.email.clone()), ("role", account.role.code().to_owned())];
        chain.append(&mut tx, &author, Entry::new("account.created", "account", account.id).created(fields)).await?;
        if !person.manager_key.is_empty() {
            managers.insert(person.manager_key, account.id);
        }
        for acts in person.company.split_whitespace() {
            let (company, rights) = acts.split_once(':').unwrap_or((acts, ""));
            let rights = Rights::from_code(rights).unwrap_or(Rights::Manager);
            representatives.push((account.id, company.to_owned(), rights));
        }
    }
    let ids = load_companies(&mut tx, &mut chain, &author, &managers).await?;
    for (account, company, rights) in representatives {
        if let Some(company) = ids.get(&company) {
            let terms = Terms { rights, title: String::new(), since: String::new(), until: String::new() };
            affiliation::store::add(&mut tx, account, *company, &terms).await?;
            chain.append(&mut tx, &author, affiliation::events::added(*company, account, &terms)).await?;
        }
    }
    register::load_relations(&mut tx, &mut chain, &author, &ids).await?;
    register::load_people(&mut tx, &mut chain, &author, &ids).await?;
    let products = load_products(&mut tx, &mut chain, &author, &ids).await?;
    enquiries::load(&mut tx, &mut chain, &author, &managers, &ids).await?;
    let loaded = agreements::load(backend, &mut tx, &mut chain, &author, &managers, &ids).await?;
    activity::load(&mut tx, &mut chain, &author, &managers, &ids).await?;
    agreements::link(&mut tx, &mut chain, &author, &loaded).await?;
    messages::load(&mut tx, &mut chain, &author, &ids).await?;
    accounts::set_setting(&mut tx, "demonstration", &now.iso()).await?;
    let entry = Entry::new("demonstration.loaded", "portal", Uuid::nil());
    chain.append(&mut tx, &author, entry).await?;
    chain.close(&mut tx).await?;
    tx.commit().await?;
    // Whoever looks at a signed agreement first finds its certificate.
    app::agreement::certificate::make::work(backend).await?;
    Ok((ids.len(), products))
}

async fn load_companies(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    managers: &HashMap<String, Uuid>,
) -> Result<HashMap<String, Uuid>> {
    let mut ids = HashMap::new();
    let profiles = register::profiles()?;
    for row in rows::<CompanyRow>(COMPANIES)? {
        let stage = Stage::from_code(&row.stage).unwrap_or(Stage::Target);
        let mut form = CompanyForm {
            name_en: row.name_en,
            name_zh: row.name_zh,
            name_local: row.name_local,
            kinds: vec![row.kinds],
            country: row.country,
            city: row.city,
            website: row.website,
            stage: stage.code().to_owned(),
            stage_reason: if stage.needs_reason() { register::REASON.to_owned() } else { String::new() },
            manager: managers.get(&row.manager).map(ToString::to_string).unwrap_or_default(),
            about: row.about,
            ..CompanyForm::default()
        };
        if let Some(profile) = profiles.get(&row.key) {
            profile.fill(&mut form);
        }
        let (facts, stage, reason) = form.parse_new()?;
        let id = clock::new_id();
        companies::insert(tx, id, &facts, stage, author.now).await?;
        let mut fields = facts.fields();
        fields.extend([("stage", stage.code().to_owned()), ("stage_reason", reason)]);
        chain.append(tx, author, Entry::new("company.created", "company", id).created(fields)).await?;
        ids.insert(row.key, id);
    }
    Ok(ids)
}

async fn load_products(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    companies: &HashMap<String, Uuid>,
) -> Result<usize> {
    let rows = rows::<ProductRow>(PRODUCTS)?;
    let count = rows.len();
    for row in rows {
        let facts = Facts {
            company: companies.get(&row.company).copied(),
            name_en: row.name_en,
            name_zh: row.name_zh,
            generic_name: row.generic_name,
            active_substance: String::new(),
            category: Category::from_code(&row.category).unwrap_or(Category::Drug),
            atc: row.atc,
            pharmacotherapeutic_group: String::new(),
            therapeutic_areas: row
                .therapeutic_areas
                .split(';')
                .map(str::trim)
                .filter(|area| !area.is_empty())
                .map(str::to_owned)
                .collect(),
            indication: row.indication,
        };
        let approvals: Vec<Approval> = row.approvals.split(";;").filter_map(approval).collect();
        let id = clock::new_id();
        products::insert(tx, id, &facts, &approvals, author.now).await?;
        chain.append(tx, author, Entry::new("product.created", "product", id).created(facts.fields())).await?;
    }
    Ok(count)
}

fn approval(item: &str) -> Option<Approval> {
    let mut parts = item.split('|').map(str::trim);
    let agency = parts.next().filter(|agency| !agency.is_empty())?.to_owned();
    let number = parts.next()?.to_owned();
    let date = parts.next().filter(|date| !date.is_empty()).map(str::to_owned);
    let status = Status::from_key(parts.next()?)?;
    let url = parts.next().unwrap_or_default().to_owned();
    let authorised_on = date.clone().filter(|_| status == Status::Authorised);
    Some(Approval {
        agency,
        number,
        status,
        decided_on: date,
        authorised_on,
        designations: Vec::new(),
        holder: String::new(),
        url,
    })
}

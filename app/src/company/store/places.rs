//! What lists of companies sort by, kept beside each company, so that every order has an index and a page of a list costs
//! the same however many companies there are.
//!
//! The database itself keeps it, by triggers: whoever writes a company, a product or an account's name need not know. They
//! are the one thing here that the databases say differently, so they are made by the migrating process. Who writes thousands
//! of companies at once says it with each, for SQLite can only correct a row that is there, which takes each index twice.

use crate::account::store::{set_setting, setting};
use crate::backend::database::{Sql, Tx};
use crate::error::Result;

/// The setting that says which triggers there are, and of how many countries they know the order.
const SETTING: &str = "companies.places";
/// Another number when they change.
const VERSION: u32 = 1;

/// Where a company stands by what it says itself.
const OWN: &str =
    "stage_position = coalesce((SELECT s.position FROM company_stages s WHERE s.stage = companies.stage), 0),
     country_en = coalesce((SELECT n.rank_en FROM countries n WHERE n.code = companies.country), 999),
     country_zh = coalesce((SELECT n.rank_zh FROM countries n WHERE n.code = companies.country), 999),
     manager_name = coalesce((SELECT a.name FROM accounts a WHERE a.id = companies.manager_id), '~')";

/// Makes the triggers where they are missing, and counts what they keep once.
pub async fn prepare(tx: &mut Tx) -> Result<()> {
    let wanted = format!("{VERSION} {}", crate::country::all().len());
    if setting(tx, SETTING).await?.as_deref() == Some(&wanted) {
        return Ok(());
    }
    // Of several nodes that start at once, the first does it.
    crate::search::index::lock(tx).await?;
    if setting(tx, SETTING).await?.as_deref() == Some(&wanted) {
        return Ok(());
    }
    let triggers: &[&'static str] = match tx {
        Tx::Sqlite(_) => &SQLITE,
        Tx::Postgres(_) => &POSTGRES,
    };
    for trigger in triggers {
        Sql::new(trigger).execute(tx).await?;
    }
    let mut all = Sql::new("UPDATE companies SET ");
    all.push(OWN).push(", product_count = (SELECT count(*) FROM products p WHERE p.company_id = companies.id)");
    all.execute(tx).await?;
    set_setting(tx, SETTING, &wanted).await
}

const SQLITE: [&str; 12] = [
    "DROP TRIGGER IF EXISTS companies_placed_first",
    "CREATE TRIGGER companies_placed_first AFTER INSERT ON companies BEGIN
         UPDATE companies SET
             stage_position = coalesce((SELECT s.position FROM company_stages s WHERE s.stage = NEW.stage), 0),
             country_en = coalesce((SELECT n.rank_en FROM countries n WHERE n.code = NEW.country), 999),
             country_zh = coalesce((SELECT n.rank_zh FROM countries n WHERE n.code = NEW.country), 999),
             manager_name = coalesce((SELECT a.name FROM accounts a WHERE a.id = NEW.manager_id), '~')
         WHERE id = NEW.id AND (NEW.stage_position = 0 OR NEW.country_en = 999 AND NEW.country IS NOT NULL
             OR NEW.manager_name = '~' AND NEW.manager_id IS NOT NULL);
     END",
    "DROP TRIGGER IF EXISTS companies_placed",
    "CREATE TRIGGER companies_placed AFTER UPDATE OF stage, country, manager_id ON companies BEGIN
         UPDATE companies SET
             stage_position = coalesce((SELECT s.position FROM company_stages s WHERE s.stage = NEW.stage), 0),
             country_en = coalesce((SELECT n.rank_en FROM countries n WHERE n.code = NEW.country), 999),
             country_zh = coalesce((SELECT n.rank_zh FROM countries n WHERE n.code = NEW.country), 999),
             manager_name = coalesce((SELECT a.name FROM accounts a WHERE a.id = NEW.manager_id), '~')
         WHERE id = NEW.id;
     END",
    "DROP TRIGGER IF EXISTS accounts_place_companies",
    "CREATE TRIGGER accounts_place_companies AFTER UPDATE OF name ON accounts WHEN OLD.name <> NEW.name BEGIN
         UPDATE companies SET manager_name = NEW.name WHERE manager_id = NEW.id;
     END",
    "DROP TRIGGER IF EXISTS products_counted_first",
    "CREATE TRIGGER products_counted_first AFTER INSERT ON products WHEN NEW.company_id IS NOT NULL BEGIN
         UPDATE companies SET product_count = product_count + 1 WHERE id = NEW.company_id;
     END",
    "DROP TRIGGER IF EXISTS products_counted",
    "CREATE TRIGGER products_counted AFTER UPDATE OF company_id ON products WHEN OLD.company_id IS NOT NEW.company_id BEGIN
         UPDATE companies SET product_count = product_count - 1 WHERE id = OLD.company_id;
         UPDATE companies SET product_count = product_count + 1 WHERE id = NEW.company_id;
     END",
    "DROP TRIGGER IF EXISTS products_counted_last",
    "CREATE TRIGGER products_counted_last AFTER DELETE ON products WHEN OLD.company_id IS NOT NULL BEGIN
         UPDATE companies SET product_count = product_count - 1 WHERE id = OLD.company_id;
     END",
];

const POSTGRES: [&str; 8] = [
    "CREATE OR REPLACE FUNCTION companies_placed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         NEW.stage_position := coalesce((SELECT s.position FROM company_stages s WHERE s.stage = NEW.stage), 0);
         NEW.country_en := coalesce((SELECT n.rank_en FROM countries n WHERE n.code = NEW.country), 999);
         NEW.country_zh := coalesce((SELECT n.rank_zh FROM countries n WHERE n.code = NEW.country), 999);
         NEW.manager_name := coalesce((SELECT a.name FROM accounts a WHERE a.id = NEW.manager_id), '~');
         RETURN NEW;
     END $$",
    "CREATE OR REPLACE TRIGGER companies_placed BEFORE INSERT OR UPDATE OF stage, country, manager_id ON companies
     FOR EACH ROW EXECUTE FUNCTION companies_placed()",
    "CREATE OR REPLACE FUNCTION accounts_place_companies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         UPDATE companies SET manager_name = NEW.name WHERE manager_id = NEW.id;
         RETURN NULL;
     END $$",
    "CREATE OR REPLACE TRIGGER accounts_place_companies AFTER UPDATE OF name ON accounts
     FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION accounts_place_companies()",
    "CREATE OR REPLACE FUNCTION products_counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF TG_OP <> 'INSERT' THEN
             UPDATE companies SET product_count = product_count - 1 WHERE id = OLD.company_id;
         END IF;
         IF TG_OP <> 'DELETE' THEN
             UPDATE companies SET product_count = product_count + 1 WHERE id = NEW.company_id;
         END IF;
         RETURN NULL;
     END $$",
    "CREATE OR REPLACE TRIGGER products_counted_first AFTER INSERT ON products
     FOR EACH ROW WHEN (NEW.company_id IS NOT NULL) EXECUTE FUNCTION products_counted()",
    "CREATE OR REPLACE TRIGGER products_counted AFTER UPDATE OF company_id ON products
     FOR EACH ROW WHEN (OLD.company_id IS DISTINCT FROM NEW.company_id) EXECUTE FUNCTION products_counted()",
    "CREATE OR REPLACE TRIGGER products_counted_last AFTER DELETE ON products
     FOR EACH ROW WHEN (OLD.company_id IS NOT NULL) EXECUTE FUNCTION products_counted()",
];

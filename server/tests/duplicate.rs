//! Companies that may be one: asked about when one is made, found by the sweep, merged, and a merge undone. Here is how the
//! stories merge two, and undo it.

mod asking;
mod chains;
mod meanwhile;
mod measured;
mod merging;
pub mod people;
mod references;
mod sweep;
mod undoing;

use app::ask;
use sqlx::types::Uuid;

use crate::harness::{Browser, Portal};

/// A merge of two companies made for it.
pub async fn merged(portal: &Portal, staff: &mut Browser) -> Uuid {
    let winner = staff.add_company("Quillon").await;
    let loser = staff.add_company("Quillon GmbH").await;
    let answer = merge(staff, winner, loser, &[("name_en", "Quillon")]).await;
    assert_eq!(answer, format!("/companies/{winner}"));
    let mut tx = portal.read().await;
    ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM company_merges").fetch_one(c).await).unwrap()
}

/// Adds a company of which nobody asked whether it is there already, as they are in a register that was kept before.
pub async fn put(portal: &Portal, name: &str) -> Uuid {
    use app::company::model::{CompanyForm, Stage};

    let form =
        CompanyForm { name_en: name.to_owned(), kinds: vec!["manufacturer".to_owned()], ..CompanyForm::default() };
    let id = app::backend::clock::new_id();
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    app::company::store::insert(&mut tx, id, &form.parse().unwrap(), Stage::Target, now).await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn merge_page(winner: Uuid, loser: Uuid) -> String {
    format!("/companies/{winner}/merge/{loser}")
}

/// Merges from the page as it is now; gives where that leads.
pub async fn merge(staff: &mut Browser, winner: Uuid, loser: Uuid, fields: &[(&str, &str)]) -> String {
    let page = merge_page(winner, loser);
    let drawn = staff.page(&page).await;
    let (winner, loser) = (winner.to_string(), loser.to_string());
    let (mine, theirs) = (drawn.field("winner_version"), drawn.field("loser_version"));
    let mut all = vec![
        ("winner", winner.as_str()),
        ("loser", &loser),
        ("winner_version", &mine),
        ("loser_version", &theirs),
        ("kinds[]", "manufacturer"),
    ];
    all.extend(fields);
    staff.post(&page, "/api/companies/merge", &all).await.location()
}

pub async fn undo(portal: &Portal, staff: &mut Browser, loser: Uuid) -> String {
    let mut tx = portal.read().await;
    let id: Uuid = ask!(&mut tx, |c| {
        sqlx::query_scalar("SELECT id FROM company_merges WHERE loser_id = $1 ORDER BY merged_at DESC")
            .bind(loser)
            .fetch_one(c)
            .await
    })
    .unwrap();
    drop(tx);
    staff.post("/companies/merges", "/api/companies/unmerge", &[("id", &id.to_string())]).await.location()
}

async fn number(portal: &Portal, sql: &'static str, id: Uuid) -> i64 {
    let mut tx = portal.read().await;
    ask!(&mut tx, |c| sqlx::query_scalar(sql).bind(id).fetch_one(c).await).unwrap()
}

//! A merge undone: what was decided since holds, and a merge that was merged on stays.

use app::actor::{Rights, Role};
use app::ask;
use http::StatusCode;

use super::{merge, number, undo};
use crate::affiliation::{change, end, rights_of};
use crate::both;
use crate::harness::Portal;

both!(
    what_was_changed_since_stays_when_a_merge_is_undone,
    a_merge_that_was_merged_on_cannot_be_undone,
    the_timeline_says_which_company_was_merged,
    who_is_erased_does_not_come_back_with_a_company,
    what_was_taken_from_somebody_is_not_given_back,
);

async fn what_was_changed_since_stays_when_a_merge_is_undone(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Theravia").await;
    let loser = staff.add_company("THERAVIA SAS").await;
    let chosen = [("name_en", "THERAVIA SAS"), ("city", "Paris"), ("about", "Of both")];
    merge(&mut staff, winner, loser, &chosen).await;
    let id = winner.to_string();
    let edit = [
        ("id", id.as_str()),
        ("version", "2"),
        ("kinds[]", "manufacturer"),
        ("name_en", "THERAVIA SAS"),
        ("city", "Lyon"),
        ("about", "Of both"),
    ];
    let answer = staff.post(&format!("/companies/{id}/edit"), "/api/companies/edit", &edit).await;
    assert!(!answer.location().contains("refused"), "{}", answer.location());
    undo(&portal, &mut staff, loser).await;
    let merges = staff.page("/companies/merges").await.words();
    assert!(merges.contains("Left as changed since: City"), "{merges}");
    let mut tx = portal.read().await;
    let (name, city, about): (String, String, String) = ask!(&mut tx, |c| {
        sqlx::query_as("SELECT name_en, city, about FROM companies WHERE id = $1").bind(winner).fetch_one(c).await
    })
    .unwrap();
    assert_eq!((name.as_str(), city.as_str(), about.as_str()), ("Theravia", "Lyon", ""));
}

async fn a_merge_that_was_merged_on_cannot_be_undone(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut ids = Vec::new();
    for name in ["Emdoka", "Emdoka BVBA", "Emdoka NV"] {
        ids.push(staff.add_company(name).await);
    }
    merge(&mut staff, ids[1], ids[0], &[("name_en", "Emdoka BVBA")]).await;
    merge(&mut staff, ids[2], ids[1], &[("name_en", "Emdoka NV")]).await;
    let old = staff.get(&format!("/companies/{}", ids[0])).await;
    assert_eq!(old.location(), format!("/companies/{}", ids[2]), "the address leads to the end");
    assert!(undo(&portal, &mut staff, ids[0]).await.contains("refused="));
    assert!(staff.page("/companies/merges").await.words().contains("cannot be undone"));
    assert_eq!(undo(&portal, &mut staff, ids[1]).await, "/companies/merges");
    assert_eq!(undo(&portal, &mut staff, ids[0]).await, "/companies/merges");
    assert_eq!(staff.page("/companies").await.words().matches("Emdoka").count(), 3);
}

async fn who_is_erased_does_not_come_back_with_a_company(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Norvella").await;
    let loser = staff.add_company("Norvella AB").await;
    let both = [(winner, Rights::Viewer), (loser, Rights::Administrator)];
    let (account, _) = portal.person("nora", &both).await;
    merge(&mut staff, winner, loser, &[("name_en", "Norvella")]).await;
    let mut tx = portal.write().await;
    let person = app::privacy::store::person(&mut tx, account).await.unwrap().unwrap();
    let mentions = app::privacy::erasure::mentions(&mut tx, &person).await.unwrap();
    let now = portal.backend.clock.now();
    let author = app::backend::journal::Author { actor: None, origin: "web", address: String::new(), now };
    app::privacy::erasure::erase(&mut tx, &author, &person, &mentions).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(undo(&portal, &mut staff, loser).await, "/companies/merges");
    let acts = "SELECT count(*) FROM affiliations WHERE account_id = $1 AND ended_at IS NULL";
    assert_eq!(number(&portal, acts, account).await, 0);
    assert_eq!(number(&portal, "SELECT count(*) FROM affiliations WHERE company_id = $1", loser).await, 0);
    portal.journal_holds().await;
}

async fn what_was_taken_from_somebody_is_not_given_back(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Quercia").await;
    let loser = staff.add_company("Quercia Srl").await;
    let of_both = |here, there| [(winner, here), (loser, there)];
    portal.person("boss", &of_both(Rights::Administrator, Rights::Viewer)).await;
    let (ann, mut ann_browser) = portal.person("ann", &of_both(Rights::Viewer, Rights::Administrator)).await;
    let (bob, _) = portal.person("bob", &of_both(Rights::Administrator, Rights::Manager)).await;
    let (cem, mut cem_browser) = portal.person("cem", &of_both(Rights::Viewer, Rights::Manager)).await;
    assert_eq!(merge(&mut staff, winner, loser, &[("name_en", "Quercia")]).await, format!("/companies/{winner}"));
    assert_eq!(rights_of(&portal, winner, ann).await, Some(Rights::Administrator));
    // While the two are one, Ann's access ends and Bob's is lowered.
    assert_eq!(end(&mut staff, winner, ann, "").await.0, StatusCode::SEE_OTHER);
    assert_eq!(change(&mut staff, winner, bob, "viewer", "").await.0, StatusCode::SEE_OTHER);
    assert_eq!(undo(&portal, &mut staff, loser).await, "/companies/merges");
    for company in [winner, loser] {
        assert_eq!(rights_of(&portal, company, ann).await, None);
        assert_eq!(rights_of(&portal, company, bob).await, Some(Rights::Viewer));
        let path = format!("/companies/{company}");
        assert_eq!(ann_browser.get(&path).await.status, StatusCode::NOT_FOUND);
        cem_browser.page(&path).await;
    }
    let of_cem = (rights_of(&portal, winner, cem).await, rights_of(&portal, loser, cem).await);
    assert_eq!(of_cem, (Some(Rights::Viewer), Some(Rights::Manager)), "of others everything is as it was");
    let words = staff.page(&format!("/companies/{loser}/representatives")).await.words();
    assert!(words.contains("Formerly (1)") && words.contains("ann"), "{words}");
    portal.journal_holds().await;
}

async fn the_timeline_says_which_company_was_merged(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Theravia").await;
    let loser = staff.add_company("THERAVIA SAS").await;
    merge(&mut staff, winner, loser, &[("name_en", "Theravia")]).await;
    let page = format!("/companies/{winner}");
    let link = format!("<a href=\"/companies/{loser}\">THERAVIA SAS</a>");
    let shown = staff.page(&page).await;
    let words = shown.words();
    assert!(words.contains("merged another company into this one: THERAVIA SAS"), "{words}");
    assert!(shown.text().contains(&link) && !words.contains(&loser.to_string()), "{words}");
    undo(&portal, &mut staff, loser).await;
    let words = staff.page(&page).await.words();
    assert!(words.contains("undid the merge with another company: THERAVIA SAS"), "{words}");
    let words = staff.page(&format!("/companies/{loser}")).await.words();
    assert!(words.contains("merged this company into another one: Theravia"), "{words}");
    staff.post("/today", "/api/account/language", &[("language", "zh")]).await;
    let words = staff.page(&page).await.words();
    assert!(words.contains("将另一家企业并入该企业： THERAVIA SAS"), "{words}");
    // Its own people read the name, which leads them nowhere.
    let mut own = portal.representative(winner).await;
    let shown = own.page(&page).await;
    assert!(!shown.text().contains(&link), "{}", shown.words());
}

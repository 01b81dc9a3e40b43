//! An agreement in force is what makes a company a partner.

use app::actor::Role;
use app::time::Timestamp;

use super::signed;
use crate::both;
use crate::harness::{Browser, Portal};

both!(an_agreement_in_force_makes_a_partner, many_become_partners_by_their_agreements);

async fn an_agreement_in_force_makes_a_partner(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await.to_string();
    let two = staff.add_company("Two").await.to_string();
    let three = staff.add_company("Three").await.to_string();
    let today = portal.backend.clock.now().iso_day();
    let number = signed(&mut staff, "Partners", &["One", "Two"], &today, &today).await;
    let later = portal.backend.clock.now().plus(30 * Timestamp::DAY).iso_day();
    signed(&mut staff, "Later", &["Two", "Three"], &today, &later).await;
    for company in [&one, &three] {
        let fields = [("id", company.as_str()), ("stage_before", "target"), ("stage_to", "in_talks")];
        staff.submit(&format!("/companies/{company}"), "/api/companies/move", &fields).await;
    }
    let to_partner = async |staff: &mut Browser, company: &str| {
        let fields = [("id", company), ("stage_before", "in_talks"), ("stage_to", "partner")];
        staff.submit(&format!("/companies/{company}"), "/api/companies/move", &fields).await.1.words()
    };
    let words = to_partner(&mut staff, &one).await;
    assert!(words.contains("Partner") && words.contains(&number), "the agreement is the reason: {words}");
    let words = to_partner(&mut staff, &three).await;
    assert!(words.contains("Reason: Please fill this in"), "what is signed is not in force yet: {words}");
    assert!(staff.page(&format!("/companies/{two}")).await.words().contains(&number));
}

async fn many_become_partners_by_their_agreements(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await.to_string();
    staff.add_company("Two").await;
    let three = staff.add_company("Three").await.to_string();
    let today = portal.backend.clock.now().iso_day();
    let number = signed(&mut staff, "Partners", &["One", "Two"], &today, &today).await;
    for company in [&one, &three] {
        let fields = [("id", company.as_str()), ("stage_before", "target"), ("stage_to", "in_talks")];
        staff.submit(&format!("/companies/{company}"), "/api/companies/move", &fields).await;
    }
    let both = [("ids[]", one.as_str()), ("ids[]", three.as_str()), ("change", "stage:partner")];
    let (path, preview) = staff.submit("/companies", "/api/bulk/prepare", &both).await;
    assert!(preview.words().contains("Has neither an agreement in force nor"), "{}", preview.words());
    let id = preview.field("id");
    staff.submit(&path, "/api/bulk/apply", &[("id", id.as_str())]).await;
    let words = staff.page(&format!("/companies/{one}")).await.words();
    assert!(words.contains("Partner") && words.contains(&number), "{words}");
    assert!(staff.page(&format!("/companies/{three}")).await.words().contains("In talks"));
    portal.journal_holds().await;
}

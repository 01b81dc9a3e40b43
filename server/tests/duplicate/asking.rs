//! Before a company is added twice it is asked about, wherever companies are added.

use app::actor::Role;
use app::company::duplicate::sweep::sweep;
use http::StatusCode;

use super::{merge, number};
use crate::both;
use crate::harness::Portal;

both!(
    a_likely_company_is_shown_before_one_is_made,
    the_same_number_or_name_needs_a_reason,
    a_renamed_company_is_asked_about_too,
    the_agencys_table_finds_the_company_that_stays,
    joining_and_enquiries_add_no_company_twice,
);

const NEW: [(&str, &str); 2] = [("kinds[]", "manufacturer"), ("stage", "target")];

async fn a_likely_company_is_shown_before_one_is_made(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let known = staff.add_company("Grünenthal GmbH").await;
    let mut fields = NEW.to_vec();
    fields.push(("name_en", "Gruenenthal"));
    let (_, page) = staff.submit("/companies/new", "/api/companies/create", &fields).await;
    assert_eq!(portal.count("companies").await, 1, "nothing was made");
    assert!(page.words().contains("Is it one of these?"), "{}", page.words());
    assert!(page.text().contains(&format!("/companies/{known}\" target=\"_blank\"")));
    assert_eq!(page.field("name_en"), "Gruenenthal", "what was typed is kept");
    fields.push(("not_duplicate", "yes"));
    let answer = staff.post("/companies/new", "/api/companies/create", &fields).await;
    assert!(!answer.location().contains("refused"), "{}", answer.location());
    assert_eq!(portal.count("companies").await, 2);
    let pairs = staff.page("/companies/duplicates?state=apart").await.words();
    assert!(pairs.contains("Grünenthal GmbH"), "what was said is remembered: {pairs}");
    sweep(&portal.backend).await.unwrap();
    let open = staff.page("/companies/duplicates").await.words();
    assert!(!open.contains("Gruenenthal"), "and not asked again: {open}");
    let (_, page) = staff
        .submit("/companies/new", "/api/companies/create", &[NEW[0], NEW[1], ("name_en", "Something Else Entirely")])
        .await;
    assert_eq!(page.status, StatusCode::OK, "others are made at once");
    assert_eq!(portal.count("companies").await, 3);
}

async fn the_same_number_or_name_needs_a_reason(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let first = [NEW[0], NEW[1], ("name_en", "ALK-Abelló A/S"), ("registrations", "CVR 63717916")];
    staff.post("/companies/new", "/api/companies/create", &first).await;
    for again in [("name_en", "ALK ABELLO  AS"), ("registrations", "CVR 63717916")] {
        let mut fields = vec![NEW[0], NEW[1], ("not_duplicate", "yes"), again];
        if again.0 != "name_en" {
            fields.push(("name_en", "Quite Another"));
        }
        let (_, page) = staff.submit("/companies/new", "/api/companies/create", &fields).await;
        assert_eq!(portal.count("companies").await, 1, "{again:?}");
        assert!(page.words().contains("Is it one of these?"), "{}", page.words());
    }
    let reason =
        [NEW[0], NEW[1], ("name_en", "ALK ABELLO AS"), ("not_duplicate", "yes"), ("not_duplicate_reason", "Sold")];
    let answer = staff.post("/companies/new", "/api/companies/create", &reason).await;
    assert_eq!(portal.count("companies").await, 2);
    assert!(staff.page(&answer.location()).await.words().contains("Sold"), "the journal keeps the reason");
}

async fn a_renamed_company_is_asked_about_too(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("Zentiva k.s.").await;
    let other = staff.add_company("Something").await.to_string();
    let page = format!("/companies/{other}/edit");
    let mut fields =
        vec![("id", other.as_str()), ("version", "1"), ("kinds[]", "manufacturer"), ("name_en", "Zentiva, k.s.")];
    let (_, asked) = staff.submit(&page, "/api/companies/edit", &fields).await;
    assert!(asked.words().contains("Is it one of these?"), "{}", asked.words());
    fields.extend([("not_duplicate", "yes"), ("not_duplicate_reason", "Its namesake")]);
    staff.post(&page, "/api/companies/edit", &fields).await;
    assert!(staff.page(&format!("/companies/{other}")).await.words().contains("Zentiva, k.s."));
    // Whoever corrects something else is not asked again.
    let city = [
        ("id", other.as_str()),
        ("version", "2"),
        ("kinds[]", "manufacturer"),
        ("name_en", "Zentiva, k.s."),
        ("city", "Praha"),
    ];
    let answer = staff.post(&page, "/api/companies/edit", &city).await;
    assert!(!answer.location().contains("refused"), "{}", answer.location());
}

async fn the_agencys_table_finds_the_company_that_stays(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Marvel Life Sciences Ltd.").await;
    let loser = staff.add_company("Marvel LifeSciences Ltd").await;
    merge(&mut staff, winner, loser, &[("name_en", "Marvel Life Sciences Ltd.")]).await;
    let table =
        crate::harness::ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "Marvel LifeSciences Ltd")]);
    app::product::upload::import_file(&portal.backend, "table.csv", table).await.unwrap();
    assert_eq!(number(&portal, "SELECT count(*) FROM products WHERE company_id = $1", winner).await, 1);
    assert_eq!(portal.count("companies").await, 2, "and none is made");
}

async fn joining_and_enquiries_add_no_company_twice(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("Petrella Pharma GmbH").await;
    let request = crate::joining::asked(&portal, "PETRELLA PHARMA GMBH", "ada@petrella.example").await.to_string();
    let fields = [
        ("id", request.as_str()),
        ("name_en", "PETRELLA  PHARMA GMBH"),
        ("kinds[]", "manufacturer"),
        ("new_rights", "viewer"),
    ];
    let (_, page) = staff.submit(&format!("/joining/{request}"), "/api/joining/accept-new", &fields).await;
    assert!(page.words().contains("The register has something like this already"), "{}", page.words());
    assert_eq!((portal.count("companies").await, portal.count("invitations").await), (1, 0));
}

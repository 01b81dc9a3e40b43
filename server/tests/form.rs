//! How forms are answered: to browsers without scripts, to islands, and to other clients.

use app::actor::Role;
use http::{HeaderMap, Method, StatusCode, header};

use crate::both;
use crate::harness::Portal;

both!(
    an_island_reads_problems_and_places,
    other_clients_read_statuses,
    pages_carry_no_serialized_data,
    a_form_without_a_referer_is_answered_too,
    nothing_that_is_asked_has_a_nul,
    a_network_cannot_fill_the_database_with_refused_forms,
);

fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    for (name, value) in list {
        headers.insert(*name, value.parse().unwrap());
    }
    headers
}

async fn an_island_reads_problems_and_places(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let island = headers(&[("x-form", "1"), ("accept", "*/*"), ("referer", "http://portal.example/companies/new")]);
    let answer =
        staff.request(Method::POST, "/api/companies/create", island.clone(), b"stage=target&website=x".to_vec()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let outcome: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(outcome["message"], "Please correct what is marked");
    assert_eq!(outcome["fields"][0][0], "name_en");
    assert_eq!(outcome["location"], serde_json::Value::Null);
    assert_eq!(portal.count("refused_posts").await, 0, "the page still has what was typed");

    let good = b"name_en=By+Island&kinds%5B%5D=agent&stage=target".to_vec();
    let answer = staff.request(Method::POST, "/api/companies/create", island.clone(), good.clone()).await;
    assert_eq!(answer.status, StatusCode::OK);
    let outcome: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
    assert!(outcome["location"].as_str().unwrap().starts_with("/companies/"));

    let answer = portal.browser().request(Method::POST, "/api/companies/create", island, good).await;
    let outcome: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
    assert!(outcome["location"].as_str().unwrap().starts_with("/sign-in?next="), "{outcome}");
}

async fn other_clients_read_statuses(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let client = headers(&[("accept", "application/json")]);
    let answer = staff.request(Method::POST, "/api/companies/create", client.clone(), b"stage=target".to_vec()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("\"Invalid\""), "{}", answer.text());
    let answer = portal.browser().request(Method::POST, "/api/companies/create", client.clone(), b"x=1".to_vec()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let answer = staff.request(Method::POST, "/api/no/such/function", client, Vec::new()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

async fn pages_carry_no_serialized_data(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let id = staff.add_company("Plain Page").await;
    for path in ["/", "/companies", "/companies/new", &format!("/companies/{id}"), "/products/import", "/today"] {
        let html = staff.page(path).await.text();
        assert!(!html.contains("__RESOLVED_RESOURCES") && !html.contains("__INCOMPLETE_CHUNKS"), "{path}");
        assert_eq!(html.matches("<script").count(), 1, "{path}: the shell's script and nothing inline");
    }
}

async fn a_form_without_a_referer_is_answered_too(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut browser = portal.browser();
    let plain = headers(&[]);
    let wrong = b"email=ada%40story.example&password=wrong".to_vec();
    let answer = browser.request(Method::POST, "/api/account/sign-in", plain.clone(), wrong).await;
    assert!(answer.location().starts_with("/sign-in?refused="), "{}", answer.location());
    let right = format!("email=ada%40story.example&password={}", crate::harness::PASSWORD.replace(' ', "+"));
    let answer = browser.request(Method::POST, "/api/account/sign-in", plain.clone(), right.into_bytes()).await;
    assert_eq!(answer.location(), "/today");
    let answer = browser.request(Method::POST, "/api/companies/create", plain, b"stage=target".to_vec()).await;
    assert!(answer.location().starts_with("/?refused="), "{}", answer.location());
    // Without scripts, too, one is led to what is told, wherever on the page the form stands.
    assert!(answer.location().ends_with("#refused"), "{}", answer.location());
    assert!(browser.page(&answer.location()).await.text().contains("id=\"refused\""));
    assert!(browser.page(&answer.location()).await.words().contains("Please correct what is marked"));
}

async fn nothing_that_is_asked_has_a_nul(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for path in [
        "/companies?q=%00&tag=a%00b",
        "/companies/suggestions?q=%00",
        "/people?q=a%00",
        "/search?q=%00a",
        "/obligations?company=%00",
        "/obligations?agreement=%00",
        "/obligations/board?company=a%00",
        "/agreements?party=%00&q=%00",
        "/enquiries?q=%00",
        "/verify?code=%00",
    ] {
        assert_eq!(staff.get(path).await.status, StatusCode::OK, "{path}");
    }
    for (page, action, field) in [
        ("/agreements/new", "/api/agreements/create", "parties"),
        ("/interactions/new", "/api/interactions/record", "company"),
        ("/people/new", "/api/people/create", "company"),
        ("/people/new", "/api/people/create", "email"),
        ("/people/new", "/api/people/create", "account"),
        ("/companies/new", "/api/companies/create", "parent"),
    ] {
        let answer = staff.post(page, action, &[(field, "a\0b"), ("name", "Ada")]).await;
        assert!(answer.location().contains("refused="), "{action} {field}: {}", answer.location());
    }
}

async fn a_network_cannot_fill_the_database_with_refused_forms(portal: Portal) {
    let mut anybody = portal.browser();
    let names: Vec<String> = (0..50).map(|number| format!("field{number}")).collect();
    let long = "x".repeat(19_000);
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), long.as_str())).collect();
    for _ in 0..8 {
        let answer = anybody.post("/companies/new", "/api/companies/create", &fields).await;
        assert!(answer.location().starts_with("/sign-in?next="));
    }
    assert!(portal.count("refused_posts").await <= 4, "what was sent before is lost");
    // Others' forms are kept meanwhile.
    let mut other = portal.browser();
    other.address = [203, 0, 113, 77].into();
    let location = other.post("/companies/new", "/api/companies/create", &[("name_en", "Kept Ltd")]).await.location();
    for _ in 0..4 {
        anybody.post("/companies/new", "/api/companies/create", &fields).await;
    }
    portal.account("cy", Role::Staff).await;
    other.sign_in("cy").await;
    let form = location.split_once("next=").unwrap().1;
    let form = percent_encoding::percent_decode_str(form).decode_utf8().unwrap().into_owned();
    assert!(other.page(&form).await.text().contains("Kept Ltd"));
}

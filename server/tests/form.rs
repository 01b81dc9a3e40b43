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

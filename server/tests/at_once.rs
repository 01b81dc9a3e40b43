//! What is sent at once: the same form by an impatient hand, the same name by two people.

use app::actor::Role;
use app::backend::clock::new_id;
use futures::future::join_all;
use http::StatusCode;

use crate::both;
use crate::harness::{Answer, Browser, Portal};

both!(
    a_form_sent_many_times_at_once_makes_one,
    two_who_give_one_name_at_once_are_asked,
    views_of_one_are_counted_one_after_the_other,
    anothers_view_takes_no_id_away,
);

/// Sends a form so many times at once.
async fn at_once(browser: &Browser, times: usize, page: &str, action: &str, fields: &[(&str, &str)]) -> Vec<Answer> {
    let sends = (0..times).map(|_| {
        let mut browser = browser.clone();
        async move { browser.post(page, action, fields).await }
    });
    join_all(sends).await
}

fn places(answers: &[Answer]) -> Vec<String> {
    assert!(answers.iter().all(|answer| answer.status == StatusCode::SEE_OTHER));
    let mut places: Vec<String> = answers.iter().map(Answer::location).collect();
    places.sort();
    places.dedup();
    places
}

async fn a_form_sent_many_times_at_once_makes_one(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let me = portal.account("cy", Role::Staff).await.to_string();
    staff.add_company("Bee Tech").await;
    for (page, action, fields, table) in [
        (
            "/companies/new",
            "/api/companies/create",
            vec![("name_en", "Ambu"), ("kinds[]", "agent"), ("stage", "target")],
            "companies",
        ),
        (
            "/companies/views/new",
            "/api/views/create",
            vec![("query", "?stage=target"), ("layout", "table"), ("name", "Targets"), ("start", "yes")],
            "company_views",
        ),
        (
            "/people/new",
            "/api/people/create",
            vec![("name", "Ada Lund"), ("email", "ada@ambu.example"), ("company", "Bee Tech")],
            "people",
        ),
        (
            "/tasks/new",
            "/api/tasks/create",
            vec![("title", "Send the dossier"), ("due_on", "2031-01-02"), ("owner", me.as_str())],
            "tasks",
        ),
    ] {
        let before = portal.count(table).await;
        let id = new_id().to_string();
        let fields: Vec<_> = fields.into_iter().chain([("form_id", id.as_str())]).collect();
        let answers = at_once(&staff, 8, page, action, &fields).await;
        let places = places(&answers);
        assert!(places.len() == 1 && !places[0].contains("refused"), "{action}: {places:?}");
        assert_eq!(portal.count(table).await, before + 1, "{action}");
    }
    portal.journal_holds().await;
}

async fn two_who_give_one_name_at_once_are_asked(portal: Portal) {
    let staff = portal.signed_in(Role::Staff).await;
    let fields = [("name_en", "Medi Center Boao"), ("kinds[]", "agent"), ("country", "CN"), ("stage", "target")];
    let answers = at_once(&staff, 6, "/companies/new", "/api/companies/create", &fields).await;
    let refused = answers.iter().filter(|answer| answer.location().contains("refused=")).count();
    assert_eq!((refused, portal.count("companies").await), (5, 1), "{:?}", places(&answers));
}

async fn views_of_one_are_counted_one_after_the_other(portal: Portal) {
    let staff = portal.signed_in(Role::Staff).await;
    let sends = (0..36).map(|number| {
        let mut browser = staff.clone();
        async move {
            let name = format!("View {number}");
            let fields = [("query", "?stage=target"), ("layout", "table"), ("name", name.as_str())];
            browser.post("/companies/views/new", "/api/views/create", &fields).await;
        }
    });
    join_all(sends).await;
    assert_eq!(portal.count("company_views").await, 30);
}

async fn anothers_view_takes_no_id_away(portal: Portal) {
    let mut ada = portal.signed_in(Role::Staff).await;
    let id = new_id().to_string();
    let fields = [("form_id", id.as_str()), ("query", "?stage=target"), ("layout", "table"), ("name", "Mine")];
    ada.post("/companies/views/new", "/api/views/create", &fields).await;
    let (_, mut bo) = portal.person("bo", &[]).await;
    assert_eq!(bo.post("/companies/views/new", "/api/views/create", &fields).await.status, StatusCode::FORBIDDEN);
    let mut executive = portal.signed_in(Role::Executive).await;
    let answer = executive.post("/companies/views/new", "/api/views/create", &fields).await;
    assert!(answer.location().starts_with("/companies?stage=target&view="), "{}", answer.location());
    assert!(!answer.location().contains(&id), "it has an id of its own");
    assert_eq!(portal.count("company_views").await, 2);
}

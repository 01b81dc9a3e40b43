//! Names and addresses that are too long, or that only look like others.

use std::time::Duration;

use app::actor::Role;
use app::backend::clock::stopwatch;

use super::try_sign_in;
use crate::both;
use crate::harness::{PASSWORD, Portal};

both!(a_megabyte_is_no_name, names_hide_nothing_and_turn_nothing);

async fn a_megabyte_is_no_name(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let name = "x".repeat(1_000_000);
    let wide = "长".repeat(100_000);
    let start = stopwatch();
    for name in [&name, &wide] {
        let fields = [("name_en", name.as_str()), ("kinds[]", "agent"), ("stage", "target")];
        let answer = staff.post("/companies/new", "/api/companies/create", &fields).await;
        assert!(answer.location().contains("refused="), "{}", answer.location());
        let page = staff.page(&answer.location()).await;
        assert!(page.words().contains("At most 200 characters"), "{}", &page.words()[..200]);
        assert!(page.bytes.len() < 100_000, "{} bytes", page.bytes.len());
        let mut browser = portal.browser();
        let answer = try_sign_in(&mut browser, name, "x").await;
        assert!(answer.location().contains("refused="), "{}", answer.location());
        assert!(browser.page(&answer.location()).await.words().contains("At most 254 characters"));
        let answer = try_sign_in(&mut browser, "x@y.example", name).await;
        assert!(browser.page(&answer.location()).await.words().contains("is wrong"), "a long password is only wrong");
    }
    // Nor does a form of many small fields take more room.
    let many: Vec<(String, String)> = (0..20_000).map(|number| (format!("f{number}"), "y".repeat(20))).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    staff.post("/companies/new", "/api/companies/create", &many).await;
    // Two seconds where nothing else happens; what took longer with its length, squared, would take minutes.
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    let mut tx = portal.read().await;
    let kept: Vec<i64> =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT CAST(length(fields) AS BIGINT) FROM refused_posts")
            .fetch_all(c)
            .await)
        .unwrap();
    assert!(kept.iter().all(|length| *length < 60_000), "who sends megabytes does not fill the disk: {kept:?}");
    assert_eq!(portal.count("companies").await, 0);
}

async fn names_hide_nothing_and_turn_nothing(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("Novo Nordisk").await;
    let before = portal.count("companies").await;
    for name in [
        "Novo\u{200b} Nordisk",
        "Novo \u{202e}ksidroN",
        "\u{2066}Novo Nordisk\u{2069}",
        "\u{feff}Novo Nordisk",
        "Novo\u{200f} Nordisk",
        "No\u{200d}vo Nordisk",
        "Novo\u{2060}Nordisk",
        "Novo\u{ad}Nordisk",
        "\u{3164}",
        "Novo\u{e0041}Nordisk",
    ] {
        let fields = [("name_en", name), ("kinds[]", "agent"), ("stage", "target")];
        staff.post("/companies/new", "/api/companies/create", &fields).await;
        let mut tx = portal.read().await;
        let names: Vec<String> =
            app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT name_en FROM companies").fetch_all(c).await).unwrap();
        let hidden = |c: char| {
            matches!(c, '\u{ad}' | '\u{3164}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e0fff}')
        };
        assert!(names.iter().all(|name| !name.contains(hidden)), "{name:?}: {names:?}");
    }
    // What scripts need is taken as it is.
    for name in ["نرم\u{200c}افزار", "क्\u{200d}ष", "שלום"] {
        staff.add_company(name).await;
    }
    assert!(portal.count("companies").await >= before + 3);
    // An address is told by its letters, however it is written.
    portal.account("ada", Role::Staff).await;
    for email in ["ADA@STORY.EXAMPLE", "ａｄａ@story.example", " ada@story.example "] {
        let answer = try_sign_in(&mut portal.browser(), email, PASSWORD).await;
        assert!(answer.location() == "/today" || answer.location().contains("refused="), "{}", answer.location());
    }
    // What nobody sees is taken out, so it is hers.
    let answer = try_sign_in(&mut portal.browser(), "ad\u{200b}a@story.example", PASSWORD).await;
    assert_eq!(answer.location(), "/today");
    // A Cyrillic а is another letter, and so another address.
    let answer = try_sign_in(&mut portal.browser(), "аda@story.example", PASSWORD).await;
    assert!(answer.location().contains("refused="), "{}", answer.location());
}

//! The demonstration: loaded once into an empty database, with one account for each role.

use app::account::pages::{DEMONSTRATION, DEMONSTRATION_PASSWORD};
use app::actor::Role;
use app::backend::database::Sql;
use server::demonstration::{Content, content, load};

use crate::both;
use crate::harness::{Browser, Portal};

both!(the_demonstration_is_real_and_everybody_can_sign_in, other_data_is_left_alone);

async fn the_demonstration_is_real_and_everybody_can_sign_in(portal: Portal) {
    assert!(!portal.browser().page("/sign-in").await.words().contains(DEMONSTRATION_PASSWORD));
    assert_eq!(content(&portal.backend).await.unwrap(), Content::Nothing);
    let (companies, products) = load(&portal.backend).await.unwrap();
    assert!(companies >= 170 && products >= 15, "{companies} companies, {products} products");
    assert_eq!(content(&portal.backend).await.unwrap(), Content::Demonstration);
    portal.journal_holds().await;
    assert_eq!(portal.count("enquiries").await, 13);
    assert_eq!((portal.count("messages").await, portal.count("message_threads").await), (6, 3));
    assert_eq!((portal.count("notes").await, portal.count("note_mentions").await), (3, 2));
    assert_eq!((portal.count("notifications").await, portal.count("mails").await), (0, 0), "nobody is told");
    assert_eq!(portal.count("(SELECT DISTINCT state FROM enquiries) s").await, 8, "in every state");
    assert_eq!(app::enquiry::overdue::tell(&portal.backend).await.unwrap(), 0, "the demonstration writes to nobody");
    assert_eq!(portal.count("agreements").await, 6);
    assert_eq!(app::agreement::clock::work(&portal.backend).await.unwrap(), 0, "nothing is left for the clock");
    assert_eq!(portal.count("(SELECT DISTINCT state FROM obligations) s").await, 5);
    assert_eq!(app::agreement::obligation::clock::work(&portal.backend).await.unwrap(), 0, "nor of obligations");
    assert_eq!((portal.count("interactions").await, portal.count("tasks").await), (7, 6));
    assert_eq!(app::task::remind::remind(&portal.backend).await.unwrap(), 0, "nor of tasks");
    let mut tx = portal.read().await;
    let countries = Sql::new("SELECT count(DISTINCT country) FROM companies").number(&mut tx).await.unwrap();
    assert!(countries > 20, "{countries} countries");
    drop(tx);
    let page = portal.browser().page("/sign-in").await.words();
    assert!(page.contains(DEMONSTRATION_PASSWORD));
    for (email, role) in DEMONSTRATION {
        assert!(page.contains(email), "{email}");
        let mut browser = portal.browser();
        let fields = [("email", email), ("password", DEMONSTRATION_PASSWORD)];
        let (location, today) = browser.submit("/sign-in", "/api/account/sign-in", &fields).await;
        assert_eq!(location, "/today");
        if role == Role::Staff {
            let list = browser.page("/agreements").await.words();
            assert!(
                list.contains("Three-party strategic cooperation") && list.contains("Danish Life Science"),
                "{list}"
            );
            assert!(list.contains("1 agreement in force ends within 90 days"), "{list}");
            assert!(browser.page("/agreements?state=in_force").await.words().contains("3 agreements"));
            let late = browser.page("/obligations?state=overdue").await.words();
            assert!(late.contains("digital-health solutions") && late.contains("Overdue by"), "{late}");
        }
        if role == Role::Representative {
            assert!(today.words().contains("ALK-Abelló"), "{}", today.words());
            assert!(today.words().contains("Dates for the visit to the zone"), "{}", today.words());
            // The switch is seen, and lists are of the first company.
            assert!(
                today.text().contains("You act for ALK-Abelló A/S") && today.text().contains("/api/account/act-for")
            );
            assert!(browser.page("/companies").await.words().contains("1 company "));
            assert!(browser.page("/agreements").await.words().contains("2 agreements"));
        }
    }
    the_demonstration_is_signed(&portal).await;
    // Somebody administers the companies for which people act.
    let mut browser = portal.browser();
    let fields = [("email", "company-admin@demo.example"), ("password", DEMONSTRATION_PASSWORD)];
    browser.submit("/sign-in", "/api/account/sign-in", &fields).await;
    let own = browser.page("/account/companies").await.words();
    assert!(own.contains("ALK-Abelló A/S") && own.contains("Administrator"), "{own}");
    assert_eq!(app::affiliation::watch::look_around(&portal.backend).await.unwrap(), 0);
}

/// The signed agreements have certificates that verify, and the half-signed one is signed by those who are asked.
async fn the_demonstration_is_signed(portal: &Portal) {
    let browser = async |email: &str| {
        let mut browser = portal.browser();
        let fields = [("email", email), ("password", DEMONSTRATION_PASSWORD)];
        browser.submit("/sign-in", "/api/account/sign-in", &fields).await;
        browser
    };
    let mut staff = browser("hansen@demo.example").await;
    let code = async |staff: &mut Browser, number: &str| {
        let html = staff.page(&format!("/agreements/{number}")).await.text();
        let at = html.find("/verify/").unwrap_or_else(|| panic!("no certificate of {number}"));
        html[at..at + html[at..].find('"').unwrap()].to_owned()
    };
    let number = |place: usize| format!("AG-2026-{place:04}");
    for place in 1..=3 {
        let page = staff.page(&format!("/agreements/{}", number(place))).await;
        assert!(page.text().contains("-demonstration.pdf"), "{}", page.words());
        let verify = code(&mut staff, &number(place)).await;
        assert!(portal.browser().page(&verify).await.words().contains("This certificate is valid"), "{verify}");
    }
    let html = staff.page(&format!("/agreements/{}", number(4))).await.text();
    assert!(html.contains("id=\"links\"") && html.contains("/interactions/"), "it is linked");
    let text = &html[html.find("/documents/").unwrap()..];
    let text = staff.get(&text[..text.find('"').unwrap()]).await;
    assert!(text.bytes.starts_with(b"%PDF-") && text.bytes.len() < 200_000, "{} bytes", text.bytes.len());
    for email in ["rep@demo.example", "company-admin@demo.example"] {
        let mut signer = browser(email).await;
        assert!(signer.page("/today").await.text().contains(&format!("/agreements/{}/sign", number(4))), "{email}");
        crate::signing::sign(&mut signer, &number(4)).await;
    }
    let words = staff.page(&format!("/agreements/{}", number(4))).await.words();
    assert!(words.contains("The agreement is signed") || words.contains("takes effect"), "{words}");
    assert_eq!(app::agreement::certificate::make::work(&portal.backend).await.unwrap(), 1);
    let verify = code(&mut staff, &number(4)).await;
    assert!(portal.browser().page(&verify).await.words().contains("This certificate is valid"), "{verify}");
    let chen = browser("chen@demo.example").await.page("/today").await.words();
    assert!(chen.contains("Agreements that need a decision") && chen.contains("Fosun Pharma"), "{chen}");
}

async fn other_data_is_left_alone(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("Something Real").await;
    assert_eq!(content(&portal.backend).await.unwrap(), Content::Something);
}

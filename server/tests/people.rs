//! The people who have an account: who administers them, how, and who can see what.

use std::time::Duration;

use app::actor::{Rights, Role};
use http::{Method, StatusCode};
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Answer, Browser, PASSWORD, Portal};
use crate::joining::mails_to;

both!(
    administrators_find_people,
    staff_sees_the_people_of_companies,
    a_role_is_changed_with_what_belongs_to_it,
    nobody_changes_their_own_role,
    the_portal_keeps_an_administrator,
    two_administrators_demote_each_other_at_once,
    who_was_demoted_meanwhile_demotes_nobody,
    a_suspended_person_is_out_at_once,
    a_company_whose_administrator_is_suspended_is_noticed,
    sessions_are_ended_and_factors_removed,
    two_edits_at_once_are_refused,
    names_cannot_hide_anything,
    who_can_see_it_is_what_really_happens,
    people_are_told_what_becomes_of_their_account,
    a_new_role_brings_what_it_requires,
);

struct Person {
    id: Uuid,
    page: String,
}

impl Person {
    fn new(id: Uuid) -> Self {
        Self { id, page: format!("/admin/people/{id}") }
    }

    /// Posts one of the page's forms, with the id and the version that stands there.
    async fn post(&self, browser: &mut Browser, action: &str, fields: &[(&str, &str)]) -> Answer {
        let version = version(browser, &self.page).await;
        self.post_at(browser, action, &version, fields).await
    }

    async fn post_at(&self, browser: &mut Browser, action: &str, version: &str, fields: &[(&str, &str)]) -> Answer {
        let id = self.id.to_string();
        let mut all = vec![("id", id.as_str()), ("version", version)];
        all.extend(fields);
        let answer = browser.post(&self.page, &format!("/api/accounts/{action}"), &all).await;
        if answer.status == StatusCode::SEE_OTHER { browser.get(&answer.location()).await } else { answer }
    }
}

async fn version(browser: &mut Browser, page: &str) -> String {
    match browser.get(page).await {
        answer if answer.text().contains("name=\"version\"") => answer.field("version"),
        _ => "1".to_owned(),
    }
}

async fn role_of(portal: &Portal, id: Uuid) -> Role {
    let mut tx = portal.read().await;
    app::people::store::find(&mut tx, id).await.unwrap().unwrap().role()
}

async fn administrator(portal: &Portal, name: &str) -> (Person, Browser) {
    let id = portal.account(name, Role::Administrator).await;
    let mut browser = portal.browser();
    browser.sign_in(name).await;
    (Person::new(id), browser)
}

async fn administrators_find_people(portal: Portal) {
    let (_, mut admin) = administrator(&portal, "zoe").await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let (own, other) = (staff.add_company("Own Pharma").await, staff.add_company("Other Pharma").await);
    portal.person("li lei", &[(own, Rights::Manager), (other, Rights::Viewer)]).await;
    portal.account("never there", Role::Expert).await;
    let words = admin.page("/admin/people").await.words();
    assert!(
        words.contains("4 people") && words.contains("Own Pharma: Manager Other Pharma: Viewer")
            || words.contains("Other Pharma: Viewer Own Pharma: Manager"),
        "{words}"
    );
    for (query, found, not) in [
        ("q=LI", "li lei", "zoe@"),
        ("q=story.example+zoe", "zoe@", "li lei"),
        ("role=expert", "never there", "li lei"),
        ("state=active&role=representative", "li lei", "never there"),
        ("state=suspended", "No person fits", "li lei"),
        (&*format!("company={own}"), "li lei", "zoe@"),
        ("role=nonsense&sort=nonsense", "4 people", "No person fits"),
        ("q=100%25", "No person fits", "li lei"),
    ] {
        let words = admin.page(&format!("/admin/people?{query}")).await.words();
        assert!(words.contains(found) && !words.contains(not), "{query}: {words}");
    }
    let order = |words: &str| {
        let at = |name: &str| words.find(name).unwrap();
        at("li lei") < at("zoe@")
    };
    assert!(order(&admin.page("/admin/people?sort=name").await.words()));
    assert!(!order(&admin.page("/admin/people?sort=-name").await.words()));
    assert!(!order(&admin.page("/admin/people?sort=role").await.words()));
    let words = admin.page("/admin/people?sort=seen").await.words();
    assert!(words.find("never there").unwrap() < words.find("li lei").unwrap(), "{words}");
    for number in 0..51 {
        portal.account(&format!("many{number:02}"), Role::Expert).await;
    }
    let words = admin.page("/admin/people?q=many").await.words();
    assert!(words.contains("51 people") && words.contains("many49") && !words.contains("many50"), "{words}");
    assert!(admin.page("/admin/people?q=many&page=2").await.words().contains("many50"));
}

async fn staff_sees_the_people_of_companies(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let own = staff.add_company("Own Pharma").await;
    let (rep, _) = portal.person("li lei", &[(own, Rights::Manager)]).await;
    let (admin, mut admin_browser) = administrator(&portal, "zoe").await;
    let words = staff.page("/admin/people").await.words();
    assert!(words.contains("1 person") && words.contains("li lei") && !words.contains("zoe"), "{words}");
    assert!(staff.page("/admin/people?role=administrator").await.words().contains("No person fits"));
    assert_eq!(staff.get(&admin.page).await.status, StatusCode::NOT_FOUND);
    let page = staff.page(&format!("/admin/people/{rep}")).await;
    assert!(
        page.words().contains("li lei@story.example") && !page.text().contains("/api/accounts/"),
        "nothing to do here"
    );
    assert!(!page.words().contains("Where they are signed in") && !page.words().contains("What this person did"));
    let page = admin_browser.page(&format!("/admin/people/{rep}")).await.words();
    assert!(
        page.contains("Where they are signed in") && page.contains("127.0.0.1") && page.contains("signed in"),
        "{page}"
    );
    for role in [Role::Executive, Role::Expert] {
        let mut browser = portal.signed_in(role).await;
        assert_eq!(browser.get("/admin/people").await.status, StatusCode::FORBIDDEN);
        assert_eq!(browser.get(&format!("/admin/people/{rep}")).await.status, StatusCode::FORBIDDEN);
    }
}

async fn a_role_is_changed_with_what_belongs_to_it(portal: Portal) {
    let (_, mut admin) = administrator(&portal, "zoe").await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let own = staff.add_company("Own Pharma").await;
    staff.add_company("Own Devices").await;
    let ada = Person::new(portal.account("ada", Role::Expert).await);
    let mut ada_browser = portal.browser();
    ada_browser.sign_in("ada").await;
    ada.post(&mut admin, "edit", &[("name", "Ada Lovelace"), ("role", "staff")]).await;
    assert_eq!(role_of(&portal, ada.id).await, Role::Staff);
    let today = ada_browser.page("/today").await.words();
    assert!(today.contains("Hello, Ada Lovelace") && today.contains("Add company"), "at once: {today}");

    // A representative acts for a company.
    for (company, rights, problem) in [
        ("", "manager", "Please fill this in"),
        ("Nobody Ltd", "manager", "No company in the register has this name"),
        ("Own", "manager", "Several companies fit"),
        (&*Uuid::nil().to_string(), "manager", "No company in the register has this name"),
        ("Own Pharma", "owner", "Please choose one of the options"),
    ] {
        let fields = [("name", "Ada"), ("role", "representative"), ("company", company), ("rights", rights)];
        let words = ada.post(&mut admin, "edit", &fields).await.words();
        assert!(words.contains(problem), "{company}: {words}");
        assert_eq!(role_of(&portal, ada.id).await, Role::Staff);
    }
    let url = format!("https://portal.example/companies/{own}?page=1");
    let fields = [("name", "Ada"), ("role", "representative"), ("company", &*url), ("rights", "administrator")];
    ada.post(&mut admin, "edit", &fields).await;
    assert_eq!(role_of(&portal, ada.id).await, Role::Representative);
    assert!(ada_browser.page("/companies").await.words().contains("Own Pharma"));
    assert!(admin.page(&ada.page).await.words().contains("Administrator"));

    // Who still acts for one stays a representative.
    let words = ada.post(&mut admin, "edit", &[("name", "Ada"), ("role", "executive")]).await.words();
    assert!(words.contains("still acts for a company"), "{words}");
    assert_eq!(role_of(&portal, ada.id).await, Role::Representative);
    let id = ada.id.to_string();
    let company = own.to_string();
    admin.submit(&ada.page, "/api/affiliations/end", &[("company", &company), ("account", &id)]).await;
    ada.post(&mut admin, "edit", &[("name", "Ada"), ("role", "executive")]).await;
    assert_eq!(role_of(&portal, ada.id).await, Role::Executive);
    // And nobody else acts for one.
    let answer = ada.post(&mut admin, "affiliate", &[("company", "Own Pharma"), ("rights", "viewer")]).await;
    assert!(answer.words().contains("Somebody else changed this"), "{}", answer.words());
    let words = ada.post(&mut admin, "edit", &[("name", " "), ("role", "king")]).await.words();
    assert!(words.contains("Please fill this in") && words.contains("choose one of the options"), "{words}");
    let journal = admin.page(&format!("/admin/journal?subject={}", ada.id)).await.words();
    assert!(journal.contains("edited the account") && journal.contains("Executive"), "{journal}");
    portal.journal_holds().await;
}

async fn nobody_changes_their_own_role(portal: Portal) {
    let (zoe, mut admin) = administrator(&portal, "zoe").await;
    administrator(&portal, "yan").await;
    for role in ["staff", "expert", "representative"] {
        let words = zoe.post(&mut admin, "edit", &[("name", "zoe"), ("role", role), ("company", "x")]).await.words();
        assert!(words.contains("not for your own account"), "{role}: {words}");
    }
    for action in ["suspend", "remove-factors"] {
        let words = zoe.post(&mut admin, action, &[("reason", "x")]).await.words();
        assert!(words.contains("not for your own account"), "{action}: {words}");
    }
    assert_eq!(role_of(&portal, zoe.id).await, Role::Administrator);
    zoe.post(&mut admin, "edit", &[("name", "Zoe Z."), ("role", "administrator")]).await;
    assert!(admin.page("/today").await.words().contains("Hello, Zoe Z."), "the name is one's own");
    // Others reach nobody's role, their own least of all.
    for role in [Role::Staff, Role::Executive, Role::Expert] {
        let id = portal.account(&format!("a{}", role.code()), role).await;
        let mut browser = portal.browser();
        browser.sign_in(&format!("a{}", role.code())).await;
        for target in [Person::new(id), Person::new(zoe.id)] {
            let answer = target.post(&mut browser, "edit", &[("name", "x"), ("role", "administrator")]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
        }
        assert_eq!(role_of(&portal, id).await, role);
    }
}

async fn the_portal_keeps_an_administrator(portal: Portal) {
    let (zoe, mut admin) = administrator(&portal, "zoe").await;
    let (yan, mut other) = administrator(&portal, "yan").await;
    let words = yan.post(&mut admin, "suspend", &[("reason", "on leave")]).await.words();
    assert!(words.contains("Suspended: on leave"), "{words}");
    assert_eq!(other.get("/today").await.status, StatusCode::SEE_OTHER, "signed out");
    // A suspended administrator is none: the one who is left cannot go.
    yan.post(&mut admin, "reinstate", &[]).await;
    other.sign_in("yan").await;
    yan.post(&mut admin, "edit", &[("name", "yan"), ("role", "staff")]).await;
    let answer = zoe.post(&mut other, "suspend", &[("reason", "x")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "no longer an administrator");
    assert_eq!(role_of(&portal, zoe.id).await, Role::Administrator);
}

async fn two_administrators_demote_each_other_at_once(portal: Portal) {
    for round in 0..4 {
        let (one, mut first) = administrator(&portal, &format!("one{round}")).await;
        let (two, mut second) = administrator(&portal, &format!("two{round}")).await;
        let fields = [("name", "x"), ("role", "expert")];
        let (a, b) =
            tokio::join!(two.post_at(&mut first, "edit", "1", &fields), one.post_at(&mut second, "edit", "1", &fields));
        let left = [role_of(&portal, one.id).await, role_of(&portal, two.id).await];
        let administrators = left.iter().filter(|role| **role == Role::Administrator).count();
        assert_eq!(administrators, 1, "round {round}: {left:?} {} {}", a.words(), b.words());
        // The one who is left makes room for the next round.
        let mut tx = portal.write().await;
        app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET role = 'expert'").execute(c).await).unwrap();
        tx.commit().await.unwrap();
    }
}

async fn who_was_demoted_meanwhile_demotes_nobody(portal: Portal) {
    administrator(&portal, "third").await;
    let (one, mut first) = administrator(&portal, "one").await;
    let (two, mut second) = administrator(&portal, "two").await;
    let fields = [("name", "x"), ("role", "expert")];
    tokio::join!(two.post_at(&mut first, "edit", "1", &fields), one.post_at(&mut second, "edit", "1", &fields));
    let left = [role_of(&portal, one.id).await, role_of(&portal, two.id).await];
    assert_eq!(left.iter().filter(|role| **role == Role::Administrator).count(), 1, "{left:?}");
}

async fn a_suspended_person_is_out_at_once(portal: Portal) {
    let (_, mut admin) = administrator(&portal, "zoe").await;
    let ada = Person::new(portal.account("ada", Role::Staff).await);
    let mut browser = portal.browser();
    browser.sign_in("ada").await;
    assert!(ada.post(&mut admin, "suspend", &[("reason", "")]).await.words().contains("Please fill this in"));
    browser.page("/companies").await;
    ada.post(&mut admin, "suspend", &[("reason", "left the zone")]).await;
    for path in ["/companies", "/today"] {
        assert!(browser.get(path).await.location().starts_with("/sign-in"), "{path}");
    }
    let fields = [("email", "ada@story.example"), ("password", PASSWORD)];
    let (_, page) = browser.submit("/sign-in", "/api/account/sign-in", &fields).await;
    assert!(page.words().contains("E-mail address or password is wrong"), "one answer for all: {}", page.words());
    assert!(admin.page("/admin/people?state=suspended").await.words().contains("1 person"));
    ada.post(&mut admin, "reinstate", &[]).await;
    browser.sign_in("ada").await;
    let words = admin.page(&ada.page).await.words();
    assert!(words.contains("reinstated the account") && words.contains("suspended the account"), "{words}");
}

async fn a_company_whose_administrator_is_suspended_is_noticed(portal: Portal) {
    let (_, mut admin) = administrator(&portal, "zoe").await;
    let own = admin.add_company("Own Pharma").await;
    let (boss, _) = portal.person("boss", &[(own, Rights::Administrator)]).await;
    let boss = Person::new(boss);
    boss.post(&mut admin, "suspend", &[("reason", "x")]).await;
    // Without an account manager it is the administrators; by mail when no more of the same came, as nobody read it before.
    portal.later(Duration::from_secs(121));
    portal.write_mails().await;
    let mails = admin.page("/admin/mail?q=zoe").await.words();
    assert!(mails.contains("Own Pharma has no administrator"), "{mails}");
    let notices = admin.page("/notifications").await.words();
    assert!(notices.contains("Own Pharma has no administrator"), "{notices}");
    assert!(admin.page(&format!("/companies/{own}")).await.words().contains("none of them is its administrator"));
    boss.post(&mut admin, "reinstate", &[]).await;
    assert!(!admin.page(&format!("/companies/{own}")).await.words().contains("none of them is its administrator"));
}

async fn sessions_are_ended_and_factors_removed(portal: Portal) {
    let (zoe, mut admin) = administrator(&portal, "zoe").await;
    let ada = Person::new(portal.account("ada", Role::Staff).await);
    let mut browsers = [portal.browser(), portal.browser()];
    for browser in &mut browsers {
        browser.sign_in("ada").await;
    }
    ada.post(&mut admin, "end-sessions", &[]).await;
    for browser in &mut browsers {
        assert_eq!(browser.get("/today").await.status, StatusCode::SEE_OTHER);
    }
    let mut elsewhere = portal.browser();
    elsewhere.sign_in("zoe").await;
    zoe.post(&mut admin, "end-sessions", &[]).await;
    assert_eq!(elsewhere.get("/today").await.status, StatusCode::SEE_OTHER);
    admin.page("/today").await;

    browsers[0].sign_in("ada").await;
    let now = portal.backend.clock.now().0;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query(
        "INSERT INTO authenticators (account_id, secret, created_at, confirmed_at, last_step) VALUES ($1, 'x', $2, $2, 0)"
    )
    .bind(ada.id)
    .bind(now)
    .execute(c)
    .await)
    .unwrap();
    app::on!(&mut tx, |c| sqlx::query(
        "INSERT INTO recovery_codes (account_id, code_hash, created_at) VALUES ($1, 'x', $2)"
    )
    .bind(ada.id)
    .bind(now)
    .execute(c)
    .await)
    .unwrap();
    tx.commit().await.unwrap();
    assert!(admin.page("/admin/people?q=ada").await.words().contains("Authenticator app"));
    ada.post(&mut admin, "remove-factors", &[]).await;
    assert_eq!((portal.count("authenticators").await, portal.count("recovery_codes").await), (0, 0));
    assert_eq!(browsers[0].get("/today").await.status, StatusCode::SEE_OTHER);
    assert!(admin.page("/admin/mail?q=ada").await.words().contains("Your second factors were removed"));
    ada.post(&mut admin, "remove-factors", &[]).await;
    assert!(admin.page("/admin/journal?action=account.factors_removed").await.words().contains("1 entry"));
    // What matters most takes a fresh look at who it is.
    portal.later(Duration::from_secs(11 * 60));
    for (action, fields) in [("remove-factors", vec![]), ("edit", vec![("name", "ada"), ("role", "administrator")])] {
        let version = version(&mut admin, &ada.page).await;
        let id = ada.id.to_string();
        let mut all = vec![("id", id.as_str()), ("version", &version)];
        all.extend(fields);
        let answer = admin.post(&ada.page, &format!("/api/accounts/{action}"), &all).await;
        assert!(answer.location().starts_with("/account/confirm?next="), "{action}: {}", answer.location());
    }
    assert_eq!(role_of(&portal, ada.id).await, Role::Staff);
}

async fn two_edits_at_once_are_refused(portal: Portal) {
    let (_, mut admin) = administrator(&portal, "zoe").await;
    let ada = Person::new(portal.account("ada", Role::Staff).await);
    let version = version(&mut admin, &ada.page).await;
    ada.post(&mut admin, "edit", &[("name", "First"), ("role", "staff")]).await;
    for (action, fields) in [("edit", vec![("name", "Second"), ("role", "expert")]), ("suspend", vec![("reason", "x")])]
    {
        let words = ada.post_at(&mut admin, action, &version, &fields).await.words();
        assert!(words.contains("Somebody else changed this meanwhile"), "{action}: {words}");
    }
    assert_eq!(role_of(&portal, ada.id).await, Role::Staff);
    assert!(admin.page(&ada.page).await.words().contains("First"));
}

async fn names_cannot_hide_anything(portal: Portal) {
    let (_, mut admin) = administrator(&portal, "zoe").await;
    let ada = Person::new(portal.account("ada", Role::Staff).await);
    for bad in ["\u{0}", &"x".repeat(101), &"长".repeat(300_000)] {
        let words = ada.post(&mut admin, "edit", &[("name", bad), ("role", "staff")]).await.words();
        assert!(words.contains("correct what is marked") || words.contains("too large"), "{words}");
    }
    // What nobody sees, or turns what one sees, is taken out.
    for (typed, kept) in [("a\u{202e}b", "ab"), ("a\u{200b}c", "ac")] {
        ada.post(&mut admin, "edit", &[("name", typed), ("role", "staff")]).await;
        let page = admin.page(&ada.page).await;
        assert!(page.text().contains(&format!("<h1>{kept}</h1>")) && !page.text().contains(typed), "{}", page.words());
    }
    ada.post(&mut admin, "edit", &[("name", "<b>王 小明</b>"), ("role", "staff")]).await;
    let page = admin.page("/admin/people").await;
    assert!(page.words().contains("<b>王 小明</b>") && !page.text().contains("<b>王"), "{}", page.words());
}

/// Everybody who is listed for a record: account and the status that is foretold.
pub async fn foretold(admin: &mut Browser, kind: &str, id: Uuid) -> Vec<(Uuid, u16)> {
    let mut all = Vec::new();
    for see in ["", "no"] {
        let text = admin.page(&format!("/admin/access?kind={kind}&id={id}&see={see}")).await.text();
        for row in text.split("<tr>").filter(|row| row.contains("row-link")) {
            let at = row.find("/admin/people/").unwrap() + "/admin/people/".len();
            let account = row[at..at + 36].parse().unwrap();
            let last = row.rfind("</td>").unwrap();
            let status = row[..last].rsplit('>').next().unwrap().parse().unwrap();
            all.push((account, status));
        }
    }
    all
}

async fn who_can_see_it_is_what_really_happens(portal: Portal) {
    let (zoe, mut admin) = administrator(&portal, "zoe").await;
    let own = admin.add_company("Own Pharma").await;
    let other = admin.add_company("Other Pharma").await;
    let table = crate::harness::ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "Own Pharma")]);
    app::product::upload::import_file(&portal.backend, "table.csv", table).await.unwrap();
    for (audience, name) in [("zone", "zone.txt"), ("company", "both.txt")] {
        let bytes = name.as_bytes();
        admin.send(&format!("/companies/{own}/documents"), &[("audience", audience)], name, bytes).await;
    }
    let mut browsers = vec![(zoe.id, admin.clone())];
    for role in [Role::Staff, Role::Executive, Role::Expert, Role::Representative] {
        let id = portal.account(role.code(), role).await;
        let mut browser = portal.browser();
        browser.sign_in(role.code()).await;
        browsers.push((id, browser));
    }
    for rights in Rights::ALL {
        browsers.push(portal.person(&format!("own {}", rights.code()), &[(own, rights)]).await);
    }
    browsers.push(portal.person("foreign", &[(other, Rights::Administrator)]).await);
    browsers.push(portal.person("both", &[(other, Rights::Viewer), (own, Rights::Viewer)]).await);
    let (gone, gone_browser) = portal.person("gone", &[(own, Rights::Manager)]).await;
    browsers.push((gone, gone_browser));
    let suspended = Person::new(portal.account("suspended", Role::Staff).await);
    suspended.post(&mut admin, "suspend", &[("reason", "x")]).await;
    let id = gone.to_string();
    let company = own.to_string();
    admin.submit("/today", "/api/affiliations/end", &[("company", &company), ("account", &id)]).await;

    let mut tx = portal.read().await;
    let product: Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM products").fetch_one(c).await).unwrap();
    let documents: Vec<Uuid> =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM documents ORDER BY id").fetch_all(c).await).unwrap();
    drop(tx);
    let staff = browsers[1].0;
    let mut records = vec![
        ("company", own, format!("/companies/{own}")),
        ("product", product, format!("/products/{product}")),
        ("account", gone, format!("/admin/people/{gone}")),
        ("account", staff, format!("/admin/people/{staff}")),
    ];
    records.extend(documents.iter().map(|id| ("document", *id, format!("/documents/{id}"))));
    for (kind, id, path) in &records {
        let all = foretold(&mut admin, kind, *id).await;
        assert_eq!(all.len(), browsers.len() + 1, "{kind}: everybody is answered once");
        for (account, browser) in &mut browsers {
            let status = browser.get(path).await.status.as_u16();
            let said = all.iter().find(|(listed, _)| listed == account).unwrap().1;
            assert_eq!(said, status, "{kind} {path} for {account}");
        }
        assert_eq!(all.iter().find(|(listed, _)| *listed == suspended.id).unwrap().1, 401, "cannot sign in");
    }
    // A removed document is nobody's.
    let removed = documents[1].to_string();
    admin.submit(&format!("/companies/{own}"), "/api/documents/remove", &[("id", &removed)]).await;
    let all = foretold(&mut admin, "document", documents[1]).await;
    for (account, browser) in &mut browsers {
        let status = browser.get(&format!("/documents/{removed}")).await.status.as_u16();
        assert_eq!(all.iter().find(|(listed, _)| listed == account).unwrap().1, status);
    }
    let words = admin.page(&format!("/admin/access?kind=company&id={own}")).await.words();
    assert!(words.contains("Acts for the company with these rights: Contributor Can see it 1"), "{words}");
    assert!(words.contains("Experts see only name, country and kind Can see it 1"), "{words}");
    for bad in ["", "kind=company", "kind=king&id=x", &format!("kind=company&id={}", Uuid::nil())] {
        let answer = admin.request(Method::GET, &format!("/admin/access?{bad}"), Default::default(), Vec::new()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{bad}");
    }
    for page in [format!("/companies/{own}"), format!("/products/{product}")] {
        assert!(admin.page(&page).await.words().contains("Who can see this?"));
        assert!(!browsers[1].1.page(&page).await.words().contains("Who can see this?"), "for administrators");
    }
}

async fn people_are_told_what_becomes_of_their_account(portal: Portal) {
    let (_, mut admin) = administrator(&portal, "zoe").await;
    let ada = Person::new(portal.account("ada", Role::Expert).await);
    let last = async || mails_to(&portal, "ada@story.example").await.pop().unwrap();
    // A new name alone is no news.
    ada.post(&mut admin, "edit", &[("name", "Ada Lovelace"), ("role", "expert")]).await;
    assert!(mails_to(&portal, "ada@story.example").await.is_empty());
    ada.post(&mut admin, "edit", &[("name", "Ada Lovelace"), ("role", "staff")]).await;
    let mail = last().await;
    assert_eq!((mail.kind.as_str(), mail.subject.as_str()), ("account.role_changed", "Your role has changed"));
    for said in ["Dear Ada Lovelace,", "Role before: Expert", "Role now: Staff", "/sign-in"] {
        assert!(mail.body_text.contains(said), "{said} in {}", mail.body_text);
    }
    ada.post(&mut admin, "suspend", &[("reason", "she told secrets")]).await;
    let mail = last().await;
    assert_eq!((mail.kind.as_str(), mail.subject.as_str()), ("account.suspended", "Your account was suspended"));
    assert!(!mail.body_text.contains("http") && !mail.body_text.contains("secrets"), "{}", mail.body_text);
    // Whose role changes meanwhile cannot act on it: nothing leads to a sign-in that would be refused.
    ada.post(&mut admin, "edit", &[("name", "Ada Lovelace"), ("role", "executive")]).await;
    assert!(!last().await.body_text.contains("http"), "{}", last().await.body_text);
    ada.post(&mut admin, "reinstate", &[]).await;
    let mail = last().await;
    assert_eq!((mail.kind.as_str(), mail.subject.as_str()), ("account.reinstated", "Your account was reinstated"));
    assert!(mail.body_text.contains("/sign-in"), "{}", mail.body_text);
    // Refused, nothing is told; and it is told in the person's language.
    let mut tx = portal.write().await;
    app::account::store::set_language(&mut tx, ada.id, "zh").await.unwrap();
    tx.commit().await.unwrap();
    let before = mails_to(&portal, "ada@story.example").await.len();
    ada.post_at(&mut admin, "suspend", "1", &[("reason", "late")]).await;
    assert_eq!(mails_to(&portal, "ada@story.example").await.len(), before);
    ada.post(&mut admin, "suspend", &[("reason", "left")]).await;
    assert_eq!(last().await.subject, "您的账号已被停用");
    let words = admin.page("/admin/mail").await.words();
    assert!(words.contains("Your account was suspended") && !words.contains("account.suspended"), "{words}");
    portal.journal_holds().await;
}

async fn a_new_role_brings_what_it_requires(portal: Portal) {
    let (_, mut admin) = administrator(&portal, "zoe").await;
    crate::second_factor::set_up(&portal, &mut admin).await;
    let fields = [("roles[]", "staff"), ("before", "")];
    assert_eq!(
        admin.post("/admin/security", "/api/settings/second-factor", &fields).await.location(),
        "/admin/security"
    );
    let ada = Person::new(portal.account("ada", Role::Executive).await);
    let mut browser = portal.browser();
    browser.sign_in("ada").await;
    browser.page("/today").await;
    ada.post(&mut admin, "edit", &[("name", "ada"), ("role", "staff")]).await;
    assert!(
        browser.get("/today").await.location().starts_with("/account/second-factor"),
        "in the session that is open"
    );
    ada.post(&mut admin, "edit", &[("name", "ada"), ("role", "executive")]).await;
    browser.page("/today").await;
}

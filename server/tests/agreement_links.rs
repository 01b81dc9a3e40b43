//! What an agreement is about besides its parties, who is told that they can see it, and what waits for a decision.

use std::time::Duration;

use app::actor::{Rights, Role};
use app::product::model::{Approval, Category, Facts, Status};
use http::StatusCode;
use sqlx::types::Uuid;

use crate::agreement::{at, begin, go, id_of, negotiated, pdf, signed, step, text};
use crate::both;
use crate::duplicate::merge;
use crate::harness::{Answer, Browser, Portal};

both!(
    staff_links_products_and_interactions,
    a_party_never_learns_of_an_interaction,
    a_linked_record_tells_of_an_agreement_only_to_who_may_know_of_it,
    a_field_offers_what_the_parties_have_and_what_the_search_finds,
    an_approved_product_makes_a_partner,
    a_merge_and_what_is_written_to_its_companies_wait_for_each_other,
    who_can_see_an_agreement_is_told_on_its_page,
    whoever_must_decide_is_reminded_until_it_is_decided,
);

/// Adds a product of a company, with an approval.
async fn product(portal: &Portal, company: Option<Uuid>, name: &str, approved: (&str, Status)) -> Uuid {
    let id = app::backend::clock::new_id();
    let facts = Facts {
        company,
        name_en: name.to_owned(),
        name_zh: String::new(),
        generic_name: String::new(),
        active_substance: String::new(),
        category: Category::Device,
        atc: String::new(),
        pharmacotherapeutic_group: String::new(),
        therapeutic_areas: Vec::new(),
        indication: String::new(),
    };
    let approval = Approval {
        agency: approved.0.to_owned(),
        number: format!("{}-{name}", approved.0),
        status: approved.1,
        decided_on: None,
        authorised_on: None,
        designations: Vec::new(),
        holder: String::new(),
        url: String::new(),
    };
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    app::product::store::insert(&mut tx, id, &facts, &[approval], now).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Records an interaction by its form; gives its address.
async fn spoken(staff: &mut Browser, company: &str, summary: &str) -> String {
    let fields = [("kind", "call"), ("at", "2026-09-01T09:00"), ("company", company), ("summary", summary)];
    let url = staff.post("/interactions/new", "/api/interactions/record", &fields).await.location();
    assert!(url.starts_with("/interactions/") && !url.contains("refused"), "{url}");
    url
}

async fn link(staff: &mut Browser, number: &str, named: &str) -> Answer {
    let page = format!("/agreements/{number}");
    staff.submit(&page, "/api/agreements/link", &[("id", number), ("link", named)]).await.1
}

async fn unlink(staff: &mut Browser, number: &str, url: &str) -> Answer {
    let mut parts = url.trim_start_matches('/').split('/');
    let kind = if parts.next() == Some("products") { "product" } else { "interaction" };
    let fields = [("id", number), ("kind", kind), ("subject", parts.next().unwrap())];
    staff.submit(&format!("/agreements/{number}"), "/api/agreements/unlink", &fields).await.1
}

async fn staff_links_products_and_interactions(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("Medi One").await;
    staff.add_company("Bee Two").await;
    let number = negotiated(&mut staff, "Cooperation", &["Medi One", "Bee Two"]).await;
    let stent = product(&portal, Some(one), "Quorl Stent", ("FDA", Status::Authorised)).await;
    product(&portal, None, "Twin Lens", ("FDA", Status::Authorised)).await;
    let twin = product(&portal, None, "TWIN lens", ("EMA", Status::Authorised)).await;
    let call = spoken(&mut staff, "Medi One", "They ask for <b>telemedicine</b>").await;
    let page = format!("/agreements/{number}");
    assert!(staff.page(&page).await.words().contains("Nothing is linked yet."));

    // By name, whatever its case; by the address of its page, be it a whole one; twice is once.
    let done = link(&mut staff, &number, "quorl STENT").await;
    assert!(done.text().contains(&format!("href=\"/products/{stent}\"")), "{}", done.words());
    let done = link(&mut staff, &number, &format!("https://portal.example{call}?x=y")).await;
    assert!(done.text().contains(&format!("href=\"{call}\"")) && done.words().contains("Call · 1 Sep 2026"));
    assert!(!done.text().contains("<b>telemedicine</b>"));
    let before = portal.journal_holds().await;
    link(&mut staff, &number, "Quorl Stent").await;
    link(&mut staff, &number, &call).await;
    assert_eq!((portal.count("agreement_links").await, portal.journal_holds().await), (2, before), "it is so already");

    // What names nothing, or several, is told, and what was typed is kept.
    for (typed, said) in [
        ("", "Please fill this in"),
        ("Quorl", "There is no such product or interaction"),
        ("/interactions/00000000-0000-0000-0000-000000000001", "There is no such product or interaction"),
        ("twin lens", "Several products are called this"),
    ] {
        let refused = link(&mut staff, &number, typed).await;
        assert!(refused.words().contains(said), "{typed}: {}", refused.words());
        assert_eq!(refused.field("link"), typed);
    }
    link(&mut staff, &number, &format!("/products/{twin}")).await;

    // Each page leads to the other; the journal tells it; nobody's form of the agreement is refused for it.
    let form = staff.page(&format!("{page}/edit")).await.field("version");
    unlink(&mut staff, &number, &format!("/products/{twin}")).await;
    assert_eq!(staff.page(&format!("{page}/edit")).await.field("version"), form);
    for url in [format!("/products/{stent}"), call.clone()] {
        let words = staff.page(&url).await.words();
        assert!(words.contains("Cooperation") && words.contains(&number), "{url}: {words}");
    }
    let words = staff.page(&page).await.words();
    assert!(words.contains("linked the agreement") && words.contains("removed a link of the agreement"), "{words}");
    assert!(words.contains("Version Internal draft 1"), "what was not there before is not told: {words}");
    assert!(!staff.page(&format!("/products/{twin}")).await.text().contains(&number));

    // It is linked also when it is over; an interaction that is removed stands nowhere any more.
    go(&mut staff, &number, "withdrawn", "Not now.").await;
    link(&mut staff, &number, &format!("/products/{twin}")).await;
    assert!(staff.page(&format!("/products/{twin}")).await.text().contains(&number));
    let removed = [("id", call.rsplit('/').next().unwrap()), ("remove_reason", "A mistake")];
    staff.submit(&call, "/api/interactions/remove", &removed).await;
    assert!(!staff.page(&page).await.text().contains(&call));
    staff.set_cookie("language", "zh");
    let words = staff.page(&page).await.words();
    assert!(words.contains("关联产品与接洽记录") && words.contains("为协议添加了关联"), "{words}");
    portal.journal_holds().await;
}

async fn a_party_never_learns_of_an_interaction(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("Medi One").await;
    staff.add_company("Bee Two").await;
    let number = negotiated(&mut staff, "Cooperation", &["Medi One", "Bee Two"]).await;
    let stent = product(&portal, Some(one), "Quorl Stent", ("FDA", Status::Authorised)).await;
    let call = spoken(&mut staff, "Medi One", "They hesitate").await;
    let (_, mut party) = portal.person("party", &[(one, Rights::Administrator)]).await;
    let page = format!("/agreements/{number}");
    let without = party.page(&page).await.text();
    link(&mut staff, &number, &call).await;
    assert!(!without.contains("id=\"links\""), "there is nothing to see");
    let with = party.page(&page).await;
    assert!(!with.text().contains("id=\"links\"") && !with.words().contains("linked"), "{}", with.words());
    assert_eq!(party.get(&call).await.status, StatusCode::FORBIDDEN);
    // A product it sees, and that one was linked; it changes nothing.
    link(&mut staff, &number, "Quorl Stent").await;
    let shown = party.page(&page).await;
    assert!(shown.text().contains(&format!("/products/{stent}")), "{}", shown.words());
    assert!(shown.words().contains("linked the agreement") && !shown.text().contains("/interactions/"));
    assert!(!shown.text().contains("/api/agreements/link") && !shown.text().contains("/api/agreements/unlink"));
    assert!(!shown.text().contains("/suggestions"));
    for (action, field, value) in [("link", "link", "Quorl Stent"), ("unlink", "subject", call.as_str())] {
        let fields = [("id", number.as_str()), (field, value), ("kind", "product")];
        let answer = party.post(&page, &format!("/api/agreements/{action}"), &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
    }
    unlink(&mut staff, &number, &call).await;
    assert!(!party.page(&page).await.words().contains("removed a link"));
}

async fn a_linked_record_tells_of_an_agreement_only_to_who_may_know_of_it(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("Medi One").await;
    staff.add_company("Bee Two").await;
    let three = staff.add_company("Third").await;
    let stent = product(&portal, Some(one), "Quorl Stent", ("FDA", Status::Authorised)).await;
    let shared = negotiated(&mut staff, "Shared", &["Medi One", "Bee Two"]).await;
    let draft = begin(&mut staff, "Draft", &["Medi One", "Bee Two"], &[]).await;
    let private = begin(&mut staff, "Private", &["Medi One", "Bee Two"], &[("private", "yes")]).await;
    let call = spoken(&mut staff, "Medi One", "On all three").await;
    for number in [&shared, &draft, &private] {
        link(&mut staff, number, "Quorl Stent").await;
        link(&mut staff, number, &call).await;
    }
    let mut party = portal.representative(one).await;
    let mut other = portal.representative(three).await;
    let mut executive = portal.signed_in(Role::Executive).await;
    let mut expert = portal.signed_in(Role::Expert).await;
    let page = format!("/products/{stent}");
    for (who, browser, path, sees) in [
        ("staff", &mut staff, &page, [true, true, true]),
        ("an executive", &mut executive, &page, [true, true, false]),
        ("a party", &mut party, &page, [true, false, false]),
        ("another company", &mut other, &page, [false, false, false]),
        ("an expert", &mut expert, &page, [false, false, false]),
    ] {
        let html = browser.page(path).await.text();
        let found = [&shared, &draft, &private].map(|number| html.contains(number.as_str()));
        assert_eq!(found, sees, "{who}");
        assert_eq!(html.contains("id=\"agreements\""), sees[0], "{who}");
    }
    let html = executive.page(&call).await.text();
    assert!(html.contains(&shared) && html.contains(&draft) && !html.contains(&private));
}

async fn a_field_offers_what_the_parties_have_and_what_the_search_finds(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("Medi One").await;
    staff.add_company("Bee Two").await;
    let three = staff.add_company("Third").await;
    let number = negotiated(&mut staff, "Cooperation", &["Medi One", "Bee Two"]).await;
    product(&portal, Some(one), "Quorl Stent", ("FDA", Status::Authorised)).await;
    product(&portal, Some(three), "Farther <i>Lens</i>", ("FDA", Status::Authorised)).await;
    let near = spoken(&mut staff, "Medi One", "They ask for \"telemedicine\" in Hainan").await;
    let far = spoken(&mut staff, "Third", "Telemedicine for others").await;
    // Without scripts the list is there, with what the parties have.
    let html = staff.page(&format!("/agreements/{number}")).await.text();
    let list = &html[html.find("<datalist id=\"linkable\"").unwrap()..];
    let list = &list[..list.find("</datalist>").unwrap()];
    assert!(list.contains("value=\"Quorl Stent\"") && list.contains(&near), "{list}");
    assert!(!list.contains("Farther") && !list.contains(&far), "{list}");
    let mut asked = async |typed: &str| -> Vec<(String, String)> {
        let answer = staff.page(&format!("/agreements/{number}/suggestions?q={typed}")).await;
        assert_eq!(answer.headers["content-type"], "application/json");
        serde_json::from_str(&answer.text()).unwrap()
    };
    assert_eq!(asked("quorl").await[0], ("Quorl Stent".to_owned(), "Product".to_owned()));
    assert_eq!(asked("farther").await[0].0, "Farther <i>Lens</i>");
    let said = asked("TELEMEDICINE%20hainan").await;
    assert_eq!((said.len(), said[0].0.as_str()), (1, near.as_str()), "{said:?}");
    assert!(said[0].1.contains("Call · Medi One · They ask for \"telemedicine\""), "{said:?}");
    assert!(asked("zebra").await.is_empty());
    assert_eq!(staff.get("/agreements/AG-2026-9999/suggestions?q=x").await.status, StatusCode::NOT_FOUND);
}

async fn an_approved_product_makes_a_partner(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut ids = Vec::new();
    for name in ["Approved", "Abroad", "Withdrawn", "Agreed"] {
        let id = staff.add_company(name).await;
        let fields = [("id", id.to_string()), ("stage_before", "target".into()), ("stage_to", "in_talks".into())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        staff.submit(&format!("/companies/{id}"), "/api/companies/move", &fields).await;
        ids.push(id);
    }
    product(&portal, Some(ids[0]), "Zircon", ("NMPA", Status::Authorised)).await;
    product(&portal, Some(ids[0]), "Amber", ("NMPA", Status::Authorised)).await;
    product(&portal, Some(ids[1]), "Opal", ("FDA", Status::Authorised)).await;
    product(&portal, Some(ids[2]), "Jade", ("NMPA", Status::Withdrawn)).await;
    product(&portal, Some(ids[3]), "Onyx", ("NMPA", Status::Authorised)).await;
    let today = portal.backend.clock.now().iso_day();
    let number = signed(&mut staff, "Partners", &["Agreed", "Abroad"], &today, &today).await;
    go(&mut staff, &number, "terminated", "It was a trial.").await;
    let again = signed(&mut staff, "Partners again", &["Agreed", "Withdrawn"], &today, &today).await;
    let partner = async |staff: &mut Browser, id: Uuid| {
        let id = id.to_string();
        let fields = [("id", id.as_str()), ("stage_before", "in_talks"), ("stage_to", "partner")];
        staff.submit(&format!("/companies/{id}"), "/api/companies/move", &fields).await.1.words()
    };
    let words = partner(&mut staff, ids[0]).await;
    assert!(words.contains("NMPA NMPA-Amber · Amber"), "the product is the reason: {words}");
    let words = partner(&mut staff, ids[1]).await;
    assert!(words.contains("Reason: Please fill this in"), "neither abroad nor what has ended counts: {words}");
    let words = partner(&mut staff, ids[3]).await;
    assert!(words.contains(&again) && !words.contains("NMPA-Onyx"), "the agreement comes first: {words}");
    // Among many, too.
    let id = ids[2].to_string();
    go(&mut staff, &again, "terminated", "It is over.").await;
    let chosen = [("ids[]", id.as_str()), ("change", "stage:partner")];
    let (_, preview) = staff.submit("/companies", "/api/bulk/prepare", &chosen).await;
    let words = preview.words();
    assert!(words.contains("Has neither an agreement in force nor a product approved by the NMPA"), "{words}");
}

async fn a_merge_and_what_is_written_to_its_companies_wait_for_each_other(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut second = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Quillon").await;
    let loser = staff.add_company("Quillon GmbH").await;
    staff.add_company("Bee Two").await;
    let number = negotiated(&mut staff, "Cooperation", &["Quillon GmbH", "Bee Two"]).await;
    portal.person("reader", &[(loser, Rights::Manager)]).await;
    let page = format!("/agreements/{number}");
    let say = async |browser: &mut Browser, words: &str| {
        let fields = [("id", number.as_str()), ("comment", words)];
        let answer = browser.post(&page, "/api/agreements/comment", &fields).await;
        assert_eq!(answer.location(), format!("{page}#comments"), "{}", answer.words());
    };
    let comments = async {
        for word in ["one", "two", "three", "four"] {
            say(&mut second, word).await;
        }
    };
    let merging = merge(&mut staff, winner, loser, &[("name_en", "Quillon")]);
    let (led, ()) = tokio::join!(merging, comments);
    assert_eq!(led, format!("/companies/{winner}"));
    say(&mut second, "afterwards").await;
    let count = async |sql: &'static str, id: Uuid| -> i64 {
        let mut tx = portal.read().await;
        app::ask!(&mut tx, |c| sqlx::query_scalar(sql).bind(id).fetch_one(c).await).unwrap()
    };
    for sql in [
        "SELECT count(*) FROM notifications WHERE company_id = $1",
        "SELECT count(*) FROM agreement_parties WHERE company_id = $1",
    ] {
        assert_eq!(count(sql, loser).await, 0, "nothing was written to what is merged away: {sql}");
        assert!(count(sql, winner).await > 0, "{sql}");
    }
    portal.journal_holds().await;
}

async fn who_can_see_an_agreement_is_told_on_its_page(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("Medi One").await;
    let two = staff.add_company("Bee Two").await;
    staff.add_company("Empty").await;
    let (_, mut mine) = portal.person("Mina Mine", &[(one, Rights::Manager)]).await;
    portal.person("Ida Idle", &[(one, Rights::Viewer)]).await;
    portal.person("Tove Their", &[(two, Rights::Contributor)]).await;
    let mut executive = portal.signed_in(Role::Executive).await;
    let readers = async |browser: &mut Browser, number: &str| -> String {
        let html = browser.page(&format!("/agreements/{number}")).await.text();
        let begin = html.find("id=\"readers\"").unwrap();
        html[begin..begin + html[begin..].find("</section>").unwrap()].to_owned()
    };
    let private = begin(&mut staff, "Private", &["Medi One", "Bee Two"], &[("private", "yes")]).await;
    let told = readers(&mut staff, &private).await;
    assert!(
        told.contains("the executives do not see it") && told.contains("as soon as the negotiation begins"),
        "{told}"
    );
    assert!(!told.contains("Mina Mine"));

    let number = negotiated(&mut staff, "Shared", &["Medi One", "Bee Two", "Empty"]).await;
    for browser in [&mut staff, &mut executive] {
        let told = readers(browser, &number).await;
        for said in
            ["administrators, staff and executives", "Mina Mine", "Ida Idle", "Tove Their", "Nobody acts for it"]
        {
            assert!(told.contains(said), "{said}: {told}");
        }
    }
    // A party reads its own people by name, and of the others not even how many they are.
    let told = readers(&mut mine, &number).await;
    assert!(told.contains("Mina Mine") && told.contains("Ida Idle") && !told.contains("Tove Their"), "{told}");
    assert_eq!(told.matches("Everybody who acts for it in the portal").count(), 2, "{told}");
    mine.set_cookie("language", "zh");
    assert!(readers(&mut mine, &number).await.contains("谁可以查看"));
}

/// A story is told over years: whoever it is about signs in again.
async fn again(portal: &Portal, name: &str) -> Browser {
    let mut browser = portal.browser();
    browser.sign_in(name).await;
    browser
}

async fn whoever_must_decide_is_reminded_until_it_is_decided(mut portal: Portal) {
    at(&mut portal, "2026-03-01T12:00");
    portal.account("owner", Role::Staff).await;
    let deputy = portal.account("deputy", Role::Staff).await.to_string();
    let mut staff = again(&portal, "owner").await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    portal.person("party", &[(one, Rights::Administrator)]).await;
    let terms = [("term_months", "12"), ("notice_days", "60"), ("renewal", "by_consent")];
    let number = begin(&mut staff, "Ends", &["One", "Two"], &terms).await;
    text(&mut staff, &number, "First text", &pdf(&number)).await;
    for to in ["internal_review", "negotiation"] {
        go(&mut staff, &number, to, "").await;
    }
    go(&mut staff, &number, "text_agreed", "They said so.").await;
    go(&mut staff, &number, "for_signature", "").await;
    let document = crate::agreement::original(&mut staff, &number).await;
    let all = crate::agreement::parties(&mut staff, &number).await;
    crate::agreement::sign(&mut staff, &number, &all, "2026-03-01", "2026-03-01", &document).await;
    let reminded = async |browser: &mut Browser| {
        let html = browser.page("/today").await.text();
        let begin = html.find("id=\"to-decide\"");
        begin.is_some_and(|at| html[at..].contains(&format!("/agreements/{number}#line")))
    };
    at(&mut portal, "2026-12-30T23:59");
    assert!(!reminded(&mut again(&portal, "owner").await).await, "notice can still be given");
    at(&mut portal, "2026-12-31T00:00");
    let mut staff = again(&portal, "owner").await;
    assert!(reminded(&mut staff).await);
    let words = staff.page("/today").await.words();
    assert!(words.contains("Agreements that need a decision") && words.contains("30 Dec 2026"), "{words}");
    assert!(!reminded(&mut again(&portal, "deputy").await).await, "it is another's");
    assert!(!reminded(&mut again(&portal, "party").await).await, "the zone decides");
    assert!(!reminded(&mut portal.signed_in(Role::Executive).await).await);
    // Whoever acts for the owner is reminded, too; and everybody, when nobody is left who looks after it.
    let away = [("deputy", deputy.as_str()), ("since", "2026-12-31"), ("until", "2027-01-05")];
    staff.submit("/account/absence", "/api/absence/add", &away).await;
    assert!(reminded(&mut again(&portal, "deputy").await).await);
    portal.later(Duration::from_secs(10 * 24 * 3600));
    assert!(!reminded(&mut again(&portal, "deputy").await).await);
    assert!(reminded(&mut again(&portal, "owner").await).await, "it lasts");
    let mut tx = portal.write().await;
    let id = id_of(&portal, &number).await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE agreements SET owner_id = NULL WHERE id = $1").bind(id).execute(c).await)
        .unwrap();
    tx.commit().await.unwrap();
    let mut other = again(&portal, "deputy").await;
    assert!(reminded(&mut other).await);
    let form = other.page(&format!("/agreements/{number}")).await.field("version");
    let decided =
        [("id", number.as_str()), ("version", form.as_str()), ("decision", "later"), ("decision_reason", "They meet.")];
    other.submit(&format!("/agreements/{number}"), "/api/agreements/decide", &decided).await;
    assert!(!reminded(&mut other).await, "it is decided");
    step(&mut other, &number, "move&to=terminated", "move", &[("to", "terminated"), ("reason", "By consent.")]).await;
    portal.journal_holds().await;
}

//! Who wants to be erased asks for it; it is decided once, and who is told of it is told.

use app::actor::{Rights, Role};
use sqlx::types::Uuid;

use super::{ada, ask, id_of, mails_of, night, run};
use crate::both;
use crate::harness::Portal;

both!(
    a_request_is_asked_once_taken_back_and_declined,
    the_last_administrator_stays,
    a_company_that_loses_its_administrator_is_told_of,
    of_two_who_decide_at_once_one_does,
);

async fn a_request_is_asked_once_taken_back_and_declined(portal: Portal) {
    let (id, mut browser) = ada(&portal).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    assert!(admin.page("/admin/erasures").await.words().contains("No requests"));
    let page = browser.page("/account/privacy").await.words();
    assert!(page.contains("What goes:") && page.contains("What stays:") && page.contains("Download my data"), "{page}");
    let long = "x".repeat(1001);
    let (_, refused) = browser.submit("/account/privacy", "/api/privacy/ask-erasure", &[("reason", &long)]).await;
    assert!(refused.words().contains("At most 1000 characters"), "{}", refused.words());

    ask(&portal, &mut browser).await;
    for reason in ["again", "and again"] {
        browser.post("/account/privacy", "/api/privacy/ask-erasure", &[("reason", reason)]).await;
    }
    assert_eq!(portal.count("erasure_requests").await, 1);
    assert_eq!(mails_of(&portal, "erasure.asked").await.len(), 1, "she learns of it, should it not have been her");
    let page = browser.page("/account/privacy").await.words();
    assert!(page.contains("Your request is with the zone's administrators"), "{page}");
    assert!(admin.page("/admin").await.words().contains("Requests for erasure to be decided"));
    let answer = browser.post("/account/privacy", "/api/privacy/withdraw-erasure", &[]).await;
    assert_eq!(answer.location(), "/account/privacy#erasure");
    assert_eq!(portal.count("erasure_requests").await, 0);

    let mut tx = portal.write().await;
    app::account::store::set_language(&mut tx, id, "zh").await.unwrap();
    tx.commit().await.unwrap();
    let request = ask(&portal, &mut browser).await;
    let words = admin.page(&request).await.words();
    for said in ["ada@story.example", "I change jobs", "account manager of 1 company", "Erase the data of ada"] {
        assert!(words.contains(said), "{said} in {words}");
    }
    let (_, refused) =
        admin.submit(&request, "/api/privacy/decline", &[("id", id_of(&request)), ("reason", " ")]).await;
    assert!(refused.words().contains("Please fill this in"), "{}", refused.words());
    let fields = [("id", id_of(&request)), ("reason", "合同尚未结束")];
    assert_eq!(admin.post(&request, "/api/privacy/decline", &fields).await.location(), "/admin/erasures");
    let mails = mails_of(&portal, "erasure.declined").await;
    assert!(mails[0].1.contains("未获批准") && mails[0].2.contains("合同尚未结束"), "{mails:?}");
    let twice = admin.post(&request, "/api/privacy/erase", &[("id", id_of(&request))]).await;
    assert!(twice.location().contains("refused="), "what is decided is decided: {}", twice.location());
    assert!(browser.page("/account/privacy").await.words().contains("合同尚未结束"));
    // And she may ask again.
    ask(&portal, &mut browser).await;
    assert_eq!(portal.count("erasure_requests").await, 2);
    let words = admin.page("/admin/journal?action=erasure.declined").await.words();
    assert!(words.contains("declined a request for erasure"), "{words}");
    portal.journal_holds().await;
}

async fn the_last_administrator_stays(portal: Portal) {
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/account/privacy").await.words();
    assert!(words.contains("Nobody else administers the portal"), "{words}");
    let asked = admin.post("/account/privacy", "/api/privacy/ask-erasure", &[("reason", "")]).await;
    let words = admin.page(&asked.location()).await.words();
    assert!(words.contains("Nobody else administers the portal"), "{words}");
    assert_eq!(portal.count("erasure_requests").await, 0);

    // Two administrators ask; whoever comes second has become the last.
    let mut other = portal.signed_in(Role::Administrator).await;
    let first = ask(&portal, &mut admin).await;
    let second = ask(&portal, &mut other).await;
    let (first, second) = if first == second { panic!("one request") } else { (first, second) };
    let (one, two) = (&[("id", id_of(&first))][..], &[("id", id_of(&second))][..]);
    let (a, b) =
        tokio::join!(other.post(&first, "/api/privacy/erase", one), admin.post(&second, "/api/privacy/erase", two));
    let erased = portal.count("accounts WHERE erased_at IS NOT NULL").await;
    assert_eq!(erased, 1, "{} {}", a.location(), b.location());
    portal.journal_holds().await;
}

async fn a_company_that_loses_its_administrator_is_told_of(portal: Portal) {
    let manager = portal.account("manager", Role::Staff).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let fields =
        [("name_en", "Left Ltd"), ("kinds[]", "agent"), ("stage", "target"), ("manager", &*manager.to_string())];
    let url = staff.post("/companies/new", "/api/companies/create", &fields).await.location();
    let company: Uuid = url.strip_prefix("/companies/").unwrap().parse().unwrap();
    let mut rep = portal.representative(company).await;
    run(&portal, "UPDATE affiliations SET rights = 'administrator'").await;
    // Whose time is over administers it no more.
    let (late, _) = portal.person("late", &[(company, Rights::Administrator)]).await;
    let warned = "These companies would have no administrator";
    assert!(!rep.page("/account/privacy").await.words().contains(warned), "there is another");
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE affiliations SET until = '2020-01-01' WHERE account_id = $1")
        .bind(late)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    assert!(rep.page("/account/privacy").await.words().contains(warned));
    let request = ask(&portal, &mut rep).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    assert!(admin.page(&request).await.words().contains("Left Ltd"));
    admin.post(&request, "/api/privacy/erase", &[("id", id_of(&request))]).await;
    // Told once, by the erasure; the job that looks at all companies finds nothing new.
    assert_eq!(app::affiliation::watch::look_around(&portal.backend).await.unwrap(), 0);
    night(&portal).await;
    portal.write_mails().await;
    let mut tx = portal.read().await;
    let mails: Vec<(String, String)> = app::ask!(&mut tx, |c| sqlx::query_as(
        "SELECT address, kind FROM mails WHERE subject LIKE '%Left Ltd%' OR body_text LIKE '%Left Ltd%'"
    )
    .fetch_all(c)
    .await)
    .unwrap();
    drop(tx);
    let told = |kind: &str| mails.iter().filter(|(_, of)| of == kind).map(|(to, _)| to.as_str()).collect::<Vec<_>>();
    assert_eq!(told("company.unattended"), ["manager@story.example"]);
    let to_manager = mails.iter().filter(|(to, kind)| to == "manager@story.example" && kind != "company.manager");
    assert_eq!(to_manager.count(), 1, "{mails:?}");
    assert_eq!(portal.count("unattended_companies").await, 1);
    assert_eq!(portal.count("affiliations WHERE ended_at IS NULL").await, 1, "the one whose time is over");
}

async fn of_two_who_decide_at_once_one_does(portal: Portal) {
    let mut leaver = portal.signed_in(Role::Expert).await;
    let request = ask(&portal, &mut leaver).await;
    let mut one = portal.signed_in(Role::Administrator).await;
    let mut two = portal.signed_in(Role::Administrator).await;
    let id = [("id", id_of(&request))];
    let declining = [("id", id_of(&request)), ("reason", "no")];
    let (a, b) = tokio::join!(
        one.post(&request, "/api/privacy/erase", &id),
        two.post(&request, "/api/privacy/decline", &declining)
    );
    let done = [&a, &b].iter().filter(|answer| answer.location() == "/admin/erasures").count();
    assert_eq!(done, 1, "{} {}", a.location(), b.location());
    let erased = portal.count("accounts WHERE erased_at IS NOT NULL").await;
    assert_eq!(erased == 1, a.location() == "/admin/erasures");
    portal.journal_holds().await;
}

//! Corrections that a company's own people propose.

use std::time::Duration;

use app::actor::Role;
use app::backend::database::Sql;
use http::StatusCode;

use crate::both;
use crate::harness::{Browser, Portal, until};

both!(
    a_company_proposes_and_staff_decides_field_by_field,
    only_what_differs_is_proposed,
    what_changed_meanwhile_is_shown,
    a_proposal_is_withdrawn,
    proposals_are_for_the_company_and_the_zone,
    two_decide_at_once,
    who_proposed_is_told_the_outcome,
    where_nobody_manages_everybody_who_decides_is_told,
);

struct Told {
    staff: Browser,
    rep: Browser,
    url: String,
    id: String,
}

async fn told(portal: &Portal) -> Told {
    let manager = portal.account("manager", Role::Staff).await.to_string();
    let mut staff = portal.signed_in(Role::Staff).await;
    let fields = [
        ("name_en", "ALK-Abelló A/S"),
        ("kinds[]", "manufacturer"),
        ("stage", "in_talks"),
        ("city", "Hørsholm"),
        ("tags", "VIP"),
        ("tier", "key"),
        ("manager", manager.as_str()),
    ];
    let url = staff.post("/companies/new", "/api/companies/create", &fields).await.location();
    let id = url.strip_prefix("/companies/").unwrap().to_owned();
    let rep = portal.representative(id.parse().unwrap()).await;
    Told { staff, rep, url, id }
}

impl Told {
    /// What the form has when nothing is changed, but for these fields.
    async fn propose(&mut self, version: &str, fields: &[(&str, &str)]) -> (String, String) {
        let mut all = vec![("company", self.id.as_str()), ("version", version)];
        let stored = [("name_en", "ALK-Abelló A/S"), ("city", "Hørsholm")];
        all.extend(stored.into_iter().filter(|(name, _)| !fields.iter().any(|(changed, _)| changed == name)));
        all.extend(fields);
        let (location, page) = self.rep.submit(&format!("{}/propose", self.url), "/api/companies/propose", &all).await;
        (location, page.words())
    }

    async fn decide(&mut self, proposal: &str, version: &str, fields: &[(&str, &str)]) -> (String, String) {
        let id = proposal.rsplit('/').next().unwrap().to_owned();
        let mut all = vec![("id", id.as_str()), ("version", version)];
        all.extend(fields);
        let (location, page) = self.staff.submit(proposal, "/api/companies/decide", &all).await;
        (location, page.words())
    }
}

async fn a_company_proposes_and_staff_decides_field_by_field(portal: Portal) {
    let mut told = told(&portal).await;
    let page = told.rep.page(&told.url).await;
    assert!(page.text().contains(&format!("{}/propose", told.url)), "{}", page.text());
    let form = told.rep.page(&format!("{}/propose", told.url)).await;
    assert_eq!((form.field("city"), form.field("version")), ("Hørsholm".to_owned(), "1".to_owned()));
    for not_theirs in ["name=\"tier\"", "name=\"tags\"", "name=\"stage\"", "name=\"manager\"", "VIP"] {
        assert!(!form.text().contains(not_theirs), "{not_theirs}");
    }
    let mails = portal.count("mails").await;
    let fields = [
        ("city", "Copenhagen"),
        ("registrations", "CVR 63717916"),
        ("aliases", "ALK"),
        ("tags", "ours"),
        ("tier", "strategic"),
        ("proposal_note", "See our website."),
    ];
    let (proposal, words) = told.propose("1", &fields).await;
    assert!(proposal.starts_with(&format!("{}/proposals/", told.url)), "{proposal}");
    assert!(words.contains("Waiting for a decision") && words.contains("See our website."), "{words}");
    assert_eq!(portal.count("company_proposal_fields").await, 3, "tags and tier are not theirs to propose");
    assert_eq!(portal.count("mails").await, mails + 1);
    let mut tx = portal.read().await;
    let letters =
        Sql::new("SELECT count(*) FROM mails WHERE kind = 'company.proposal' AND address = 'manager@story.example'");
    assert_eq!(letters.number(&mut tx).await.unwrap(), 1, "the account manager is told");
    drop(tx);
    assert!(told.staff.page(&told.url).await.words().contains("Waiting for a decision"));
    assert!(told.staff.page(&told.url).await.words().contains("Hørsholm"), "nothing changes by itself");

    // Every field is decided, and why not is said.
    let (location, words) =
        told.decide(&proposal, "1", &[("decision[city]", "accepted"), ("decision[aliases]", "declined")]).await;
    assert!(location.contains("refused="), "{location}");
    assert!(words.contains("Please say why") && words.contains("Please fill this in"), "{words}");
    portal.later(Duration::from_secs(60));
    let decisions = [
        ("decision[city]", "accepted"),
        ("decision[registrations]", "accepted"),
        ("decision[aliases]", "declined"),
        ("reason[aliases]", "Too short to be told apart."),
    ];
    let before = portal.journal_holds().await;
    let (location, words) = told.decide(&proposal, "1", &decisions).await;
    assert_eq!(location, proposal);
    assert!(words.contains("Decided") && words.contains("Accepted") && words.contains("Declined"), "{words}");
    assert_eq!(portal.journal_holds().await, before + 1, "one entry");
    let words = told.rep.page(&told.url).await.words();
    assert!(words.contains("Copenhagen") && words.contains("CVR 63717916"), "{words}");
    let words = told.rep.page(&proposal).await.words();
    assert!(words.contains("Too short to be told apart.") && words.contains("Zone staff"), "{words}");
    let edit = told.staff.page(&format!("{}/edit", told.url)).await;
    assert_eq!((edit.field("version").as_str(), edit.field("aliases").as_str()), ("2", ""));
    assert_eq!(edit.field("tags"), "VIP");
    // Decided is decided.
    let (_, words) = told.decide(&proposal, "2", &decisions).await;
    assert!(words.contains("Decided"), "{words}");
    assert_eq!(portal.journal_holds().await, before + 1);
}

async fn only_what_differs_is_proposed(portal: Portal) {
    let mut told = told(&portal).await;
    let (_, words) = told.propose("1", &[]).await;
    assert!(words.contains("there is nothing to propose"), "{words}");
    let (location, words) = told.propose("1", &[("registrations", "CVR 1"), ("website", "nonsense")]).await;
    assert!(location.contains("refused=") && words.contains("Line 1: This is not a CVR number"), "{words}");
    assert!(words.contains("This is not a web address"), "{words}");
    assert_eq!(portal.count("company_proposals").await, 0);
    let (first, _) = told.propose("1", &[("city", "Copenhagen")]).await;
    let (_, words) = told.propose("1", &[("city", "Aarhus")]).await;
    assert!(words.contains("has still to be decided"), "{words}");
    let page = told.rep.page(&format!("{}/propose", told.url)).await;
    assert!(page.text().contains(&first) && !page.text().contains("name=\"city\""), "{}", page.text());
    assert_eq!(portal.count("company_proposals").await, 1);
}

async fn what_changed_meanwhile_is_shown(portal: Portal) {
    let mut told = told(&portal).await;
    let (proposal, _) = told.propose("1", &[("city", "Copenhagen")]).await;
    let edit = |city: &'static str, version: &'static str| {
        vec![("version", version), ("name_en", "ALK-Abelló A/S"), ("kinds[]", "manufacturer"), ("city", city)]
    };
    let mut fields = edit("Aarhus", "1");
    let id = told.id.clone();
    fields.push(("id", &id));
    told.staff.submit(&format!("{}/edit", told.url), "/api/companies/edit", &fields).await;
    let page = told.staff.page(&proposal).await;
    let words = page.words();
    for shown in ["Aarhus", "Copenhagen", "Then it read: Hørsholm"] {
        assert!(words.contains(shown), "{shown} in {words}");
    }
    // Who decided in view of the old value decides again.
    let (location, words) = told.decide(&proposal, "1", &[("decision[city]", "accepted")]).await;
    assert!(location.contains("refused=") && words.contains("Please decide again"), "{words}");
    let (_, words) = told.decide(&proposal, "2", &[("decision[city]", "accepted")]).await;
    assert!(words.contains("Accepted"), "{words}");
    assert!(told.rep.page(&told.url).await.words().contains("Copenhagen"));

    // Who proposes from an old form does not take back what staff changed meanwhile.
    let mut other = portal.representative(told.id.parse().unwrap()).await;
    let fields = [
        ("company", told.id.as_str()),
        ("version", "1"),
        ("name_en", "ALK-Abelló A/S"),
        ("city", "Hørsholm"),
        ("about", "We make medicines."),
    ];
    let (location, page) = other.submit(&format!("{}/propose", told.url), "/api/companies/propose", &fields).await;
    assert!(location.contains("refused="), "{location}");
    assert!(
        page.words().contains("The profile was changed while you were writing") && page.words().contains("Copenhagen"),
        "{}",
        page.words()
    );
    assert_eq!(page.field("about"), "We make medicines.");
    assert_eq!(page.field("version"), "3");
}

async fn a_proposal_is_withdrawn(portal: Portal) {
    let mut told = told(&portal).await;
    let (proposal, _) = told.propose("1", &[("city", "Copenhagen")]).await;
    let id = proposal.rsplit('/').next().unwrap().to_owned();
    let (back, page) = told.rep.submit(&proposal, "/api/companies/withdraw", &[("id", id.as_str())]).await;
    assert_eq!(back, proposal);
    assert!(page.words().contains("Withdrawn"), "{}", page.words());
    let (_, words) = told.decide(&proposal, "1", &[("decision[city]", "accepted")]).await;
    assert!(words.contains("Withdrawn") && !words.contains("Accepted"), "{words}");
    assert!(told.rep.page(&told.url).await.words().contains("Hørsholm"));
    let (again, _) = told.propose("1", &[("city", "Aarhus")]).await;
    assert_ne!(again, proposal, "now another can be sent");
}

async fn proposals_are_for_the_company_and_the_zone(portal: Portal) {
    let mut told = told(&portal).await;
    let (proposal, _) = told.propose("1", &[("city", "Copenhagen")]).await;
    let id = proposal.rsplit('/').next().unwrap().to_owned();
    let elsewhere = told.staff.add_company("Elsewhere").await;
    let mut stranger = portal.representative(elsewhere).await;
    for page in [proposal.clone(), format!("{}/propose", told.url), format!("/companies/{elsewhere}/proposals/{id}")] {
        assert_eq!(stranger.get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    let fields = [("company", told.id.as_str()), ("version", "1"), ("name_en", "Mine now")];
    assert_eq!(stranger.post("/", "/api/companies/propose", &fields).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.post("/", "/api/companies/withdraw", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
    let mut expert = portal.signed_in(Role::Expert).await;
    assert_eq!(expert.get(&proposal).await.status, StatusCode::FORBIDDEN);
    assert!(!expert.page(&told.url).await.words().contains("Proposed corrections"));
    let mut executive = portal.signed_in(Role::Executive).await;
    let page = executive.page(&proposal).await;
    assert!(page.words().contains("Copenhagen") && !page.text().contains("type=\"radio\""), "{}", page.text());
}

async fn two_decide_at_once(portal: Portal) {
    let mut told = told(&portal).await;
    let (proposal, _) = told.propose("1", &[("city", "Copenhagen")]).await;
    let id = proposal.rsplit('/').next().unwrap().to_owned();
    let mut other = portal.signed_in(Role::Staff).await;
    let fields = [("id", id.as_str()), ("version", "1"), ("decision[city]", "accepted")];
    let before = portal.journal_holds().await;
    let (first, second) = tokio::join!(
        told.staff.post(&proposal, "/api/companies/decide", &fields),
        other.post(&proposal, "/api/companies/decide", &fields)
    );
    let done = [&first, &second].into_iter().filter(|answer| answer.location() == proposal).count();
    assert!(done >= 1, "{} {}", first.words(), second.words());
    assert_eq!(portal.journal_holds().await, before + 1, "decided once");
}

async fn who_proposed_is_told_the_outcome(portal: Portal) {
    let mut told = told(&portal).await;
    portal.write_mails().await;
    type Outcome = (&'static str, &'static [(&'static str, &'static str)], &'static str);
    let outcomes: [Outcome; 3] = [
        ("1", &[("decision[city]", "accepted"), ("decision[website]", "accepted")], "was accepted"),
        (
            "2",
            &[
                ("decision[city]", "accepted"),
                ("decision[website]", "declined"),
                ("reason[website]", "It is not yours."),
            ],
            "was accepted in part",
        ),
        (
            "3",
            &[
                ("decision[city]", "declined"),
                ("reason[city]", "We called."),
                ("decision[website]", "declined"),
                ("reason[website]", "It is a shop."),
            ],
            "was not accepted",
        ),
    ];
    for (number, (version, decisions, said)) in outcomes.into_iter().enumerate() {
        let (city, website) = (format!("City {number}"), format!("https://alk{number}.example/"));
        let fields = [("city", city.as_str()), ("website", website.as_str())];
        let (proposal, words) = told.propose(version, &fields).await;
        assert!(proposal.contains("/proposals/"), "{proposal}: {words}");
        told.decide(&proposal, version, decisions).await;
        let words = told.rep.page("/notifications").await.words();
        assert!(words.contains(&format!("correction of ALK-Abelló A/S {said}")), "{words}");
        assert_eq!(portal.write_mails().await, 1, "to who proposed it");
        let mut tx = portal.read().await;
        let (subject, text): (String, String) = app::ask!(&mut tx, |c| sqlx::query_as(
            "SELECT subject, body_text FROM mails WHERE kind = 'proposal.decided' ORDER BY id DESC LIMIT 1"
        )
        .fetch_one(c)
        .await)
        .unwrap();
        assert!(subject.ends_with(said), "{subject}");
        for (field, reason) in decisions.iter().filter(|(field, _)| field.starts_with("reason")) {
            assert!(text.contains(&format!(": {reason}")), "{field} in {text}");
        }
        let expected = [("City", "accepted"), ("Website", "accepted")].map(|(label, _)| label);
        assert!(expected.iter().all(|label| text.contains(label)), "{text}");
        assert!(text.contains("Zone staff") && !text.contains("staff1"), "staff is not named to companies: {text}");
        assert!(text.contains(&format!("{proposal}?for=")), "{text}");
        // Whoever opens it has read it.
        told.rep.page(&proposal).await;
        let unread = "notifications WHERE read_at IS NULL AND kind = 'proposal.decided'";
        until("it was read", async || portal.count(unread).await == 0).await;
    }
}

async fn where_nobody_manages_everybody_who_decides_is_told(portal: Portal) {
    portal.account("admin", Role::Administrator).await;
    portal.account("chief", Role::Executive).await;
    let mut told = told(&portal).await;
    let fields = [("id", told.id.as_str()), ("version", "1"), ("name_en", "ALK-Abelló A/S"), ("city", "Hørsholm")];
    let more = [("kinds[]", "manufacturer"), ("manager", "")];
    let answer = told.staff.post(&told.url, "/api/companies/edit", &[fields.as_slice(), &more].concat()).await;
    assert_eq!(answer.location(), told.url, "{}", answer.words());
    let (proposal, _) = told.propose("2", &[("city", "Copenhagen")]).await;
    assert!(proposal.contains("/proposals/"), "{proposal}");
    let mut tx = portal.read().await;
    let to: Vec<(String,)> = Sql::new("SELECT address FROM mails WHERE kind = 'company.proposal' ORDER BY address")
        .rows(&mut tx)
        .await
        .unwrap();
    let to: Vec<&str> = to.iter().map(|(address,)| address.as_str()).collect();
    assert!(to.contains(&"admin@story.example") && to.contains(&"manager@story.example"), "{to:?}");
    assert!(!to.contains(&"chief@story.example"), "who only reads decides nothing: {to:?}");
    drop(tx);
    let words = told.staff.page("/today").await.words();
    assert!(words.contains("Corrections that wait for a decision"), "{words}");
}

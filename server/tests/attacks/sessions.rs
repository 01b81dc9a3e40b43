//! A session that somebody planted in a browser is worth nothing.

use app::actor::Role;

use crate::both;
use crate::harness::Portal;

both!(a_planted_session_is_worth_nothing, a_planted_session_does_not_outlive_a_link);

async fn a_planted_session_is_worth_nothing(portal: Portal) {
    portal.account("victim", Role::Staff).await;
    let mut attacker = portal.signed_in(Role::Expert).await;
    let planted = attacker.cookie("session").unwrap().to_owned();
    let mut victim = portal.browser();
    victim.set_cookie("session", &planted);
    // Before they sign in, the victim would be the attacker; afterwards nobody shares anything.
    victim.sign_in("victim").await;
    let own = victim.cookie("session").unwrap().to_owned();
    assert_ne!(own, planted);
    assert!(attacker.get("/today").await.location().starts_with("/sign-in"), "the planted one has ended");
    assert!(victim.page("/today").await.words().contains("victim"));
    // One that the server never gave is never taken up.
    for made_up in ["a".repeat(64), "0".repeat(64), String::from("'; DELETE FROM sessions; --"), "x".repeat(4000)] {
        let mut victim = portal.browser();
        victim.set_cookie("session", &made_up);
        assert!(victim.get("/today").await.location().starts_with("/sign-in"));
        victim.sign_in("victim").await;
        assert_ne!(victim.cookie("session").unwrap(), made_up);
    }
    // Neither is what somebody typed under another's token.
    let mut form = portal.browser();
    form.sign_in("victim").await;
    let refused = form.post("/companies/new", "/api/companies/create", &[("city", "a secret of the victim")]).await;
    let mut attacker = portal.signed_in(Role::Staff).await;
    assert!(!attacker.page(&refused.location()).await.text().contains("a secret of the victim"));
    assert!(form.page(&refused.location()).await.text().contains("a secret of the victim"));
}

/// A session that somebody planted in a browser is not the one that a link's button begins.
async fn a_planted_session_does_not_outlive_a_link(portal: Portal) {
    let mut attacker = portal.signed_in(Role::Expert).await;
    portal.account("victim", Role::Representative).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let password = "seven green herons flew";
    portal.browser().post("/password", "/api/account/ask-reset", &[("email", "victim@story.example")]).await;
    let fields = [("email", "new@story.example"), ("name", "New"), ("role", "expert"), ("language", "en")];
    admin.post("/admin/invitations", "/api/invitations/invite", &fields).await;
    for (email, begin, action) in [
        ("victim@story.example", "/password/", "/api/account/reset"),
        ("new@story.example", "/invitation/", "/api/invitations/accept"),
    ] {
        let path = crate::joining::last_mail(&portal, email).await.link(begin);
        for planted in [attacker.cookie("session").unwrap().to_owned(), "f".repeat(64)] {
            let mut victim = portal.browser();
            victim.set_cookie("session", &planted);
            // Opened, the link gives nothing to whoever has the planted session.
            victim.get(&path).await;
            assert_eq!(victim.cookie("session").unwrap(), planted);
        }
        let planted = attacker.cookie("session").unwrap().to_owned();
        let mut victim = portal.browser();
        victim.set_cookie("session", &planted);
        let fields = [("token", crate::joining::token(&path)), ("name", "New"), ("password", password)];
        let answer = victim.post(&path, action, &fields).await;
        // Who may have to show a second factor signs in as always.
        let expected = if action.ends_with("reset") { "/today" } else { "/sign-in?done=password" };
        assert_eq!(answer.location(), expected, "{action}");
        assert_ne!(victim.cookie("session"), Some(planted.as_str()), "{action}");
        // The planted one is nobody's any more, or still its owner's alone.
        let words = attacker.get("/account").await.words();
        assert!(!words.contains(email), "{words}");
        attacker = portal.signed_in(Role::Expert).await;
    }
}

//! Nobody makes more of themselves than they are by a form of their own making.

use app::actor::Role;
use app::backend::database::Tx;
use http::{HeaderMap, Method, StatusCode, header};
use sqlx::types::Uuid;

use super::address;
use crate::access::{callers, world};
use crate::both;
use crate::harness::Portal;

both!(nobody_makes_more_of_themselves_by_a_crafted_form);

/// What nobody may change about themselves or others by a form: roles, rights, companies, other people.
async fn standing(portal: &Portal, own: Uuid) -> Vec<String> {
    let mut tx = portal.read().await;
    let text = async |tx: &mut Tx, sqlite: &'static str, postgres: &'static str| -> Vec<String> {
        let sql = if matches!(tx, Tx::Sqlite(_)) { sqlite } else { postgres };
        app::ask!(tx, |c| sqlx::query_scalar(sql).bind(own).fetch_all(c).await).unwrap()
    };
    let mut all = Vec::new();
    for (sqlite, postgres) in [
        (
            "SELECT hex(id) || role || coalesce(suspended_at, '') || coalesce(erased_at, '') FROM accounts WHERE id <> $1 OR id = $1 ORDER BY id",
            "SELECT id::text || role || coalesce(suspended_at::text, '') || coalesce(erased_at::text, '') FROM accounts WHERE id <> $1 OR id = $1 ORDER BY id",
        ),
        (
            "SELECT hex(id) || email || name || password_hash FROM accounts WHERE id <> $1 ORDER BY id",
            "SELECT id::text || email || name || password_hash FROM accounts WHERE id <> $1 ORDER BY id",
        ),
        (
            "SELECT hex(account_id) || hex(company_id) || rights || coalesce(ended_at, '') || title FROM affiliations WHERE account_id <> $1 OR ended_at IS NULL ORDER BY account_id, company_id",
            "SELECT account_id::text || company_id::text || rights || coalesce(ended_at::text, '') || title FROM affiliations WHERE account_id <> $1 OR ended_at IS NULL ORDER BY account_id, company_id",
        ),
        (
            "SELECT hex(id) || version || name_en || coalesce(hex(manager_id), '') FROM companies WHERE $1 IS NOT NULL ORDER BY id",
            "SELECT id::text || version || name_en || coalesce(manager_id::text, '') FROM companies WHERE $1 <> id ORDER BY id",
        ),
        (
            "SELECT hex(id) || coalesce(removed_at, '') FROM documents WHERE uploaded_by <> $1 ORDER BY id",
            "SELECT id::text || coalesce(removed_at::text, '') FROM documents WHERE uploaded_by <> $1 ORDER BY id",
        ),
        (
            "SELECT name || value FROM settings WHERE $1 IS NOT NULL ORDER BY name",
            "SELECT name || value FROM settings WHERE $1::uuid IS NOT NULL ORDER BY name",
        ),
    ] {
        all.extend(text(&mut tx, sqlite, postgres).await);
    }
    all
}

async fn hash_of(portal: &Portal, account: Uuid) -> String {
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT password_hash FROM accounts WHERE id = $1")
        .bind(account)
        .fetch_one(c)
        .await)
    .unwrap()
}

/// Gives somebody back the password and the company that they gave up themselves.
async fn restore(portal: &Portal, account: Uuid, password_hash: &str) {
    let mut tx = portal.write().await;
    app::account::store::set_password(&mut tx, account, password_hash).await.unwrap();
    app::on!(&mut tx, |c| sqlx::query(
        "UPDATE affiliations SET ended_at = NULL, successor_id = NULL WHERE account_id = $1"
    )
    .bind(account)
    .execute(c)
    .await)
    .unwrap();
    tx.commit().await.unwrap();
}

async fn nobody_makes_more_of_themselves_by_a_crafted_form(portal: Portal) {
    let world = world(portal).await;
    // What is there belongs to others: the company of the attacker is another one.
    let mut staff = world.portal.signed_in(Role::Staff).await;
    let other = world.company.clone();
    let own_company = staff.add_company("The Attacker's Company").await;
    let victim = world.portal.account("victim", Role::Administrator).await;
    for role in [Role::Representative, Role::Expert] {
        let name = format!("attacker-{}", role.code());
        let own = world.portal.account(&name, role).await;
        if role == Role::Representative {
            let mut tx = world.portal.write().await;
            app::account::store::affiliate_with(
                &mut tx,
                own,
                own_company,
                app::actor::Rights::Manager,
                "",
                world.portal.backend.clock.now(),
            )
            .await
            .unwrap();
            app::on!(&mut tx, |c| sqlx::query("UPDATE affiliations SET rights = 'viewer' WHERE account_id = $1")
                .bind(own)
                .execute(c)
                .await)
            .unwrap();
            tx.commit().await.unwrap();
        }
        let mut requests = 0;
        let own_hash = hash_of(&world.portal, own).await;
        let first = standing(&world.portal, own).await;
        assert!(first.len() > 8, "{first:?}");
        for (function, _) in server_fn::axum::server_fn_paths() {
            let (_, fields) = callers(function);
            // Anew for each, since some of them end the session, change the password, or end what one acts for: what is
            // one's own one may change.
            restore(&world.portal, own, &own_hash).await;
            let mut before = standing(&world.portal, own).await;
            let mut signed_in = world.portal.browser();
            signed_in.sign_in(&name).await;
            for ids in [
                [victim.to_string(), other.clone(), victim.to_string()],
                [own.to_string(), own_company.to_string(), own.to_string()],
                [own.to_string(), other.clone(), own_company.to_string()],
            ] {
                let [account, company, id] = &ids;
                let extra: Vec<(&str, &str)> = vec![
                    ("account", account),
                    ("account_id", account),
                    ("company", company),
                    ("company_id", company),
                    ("person", account),
                    ("subject", id),
                    ("role", "administrator"),
                    ("rights", "administrator"),
                    ("form[role]", "administrator"),
                    ("suspended_at", ""),
                    ("confirmed_at", "9999999999999999"),
                ];
                // Beside what it takes, and as the only thing.
                let crafted = serde_urlencoded::to_string(&extra).unwrap();
                let wanted = world.fields(fields);
                for body in
                    [format!("{wanted}&{crafted}"), format!("{crafted}&id={id}"), format!("{crafted}&id={company}")]
                {
                    let mut browser = signed_in.clone();
                    requests += 1;
                    browser.address = address(requests);
                    let mut headers = HeaderMap::new();
                    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
                    headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
                    let answer = browser.request(Method::POST, function, headers, body.clone().into_bytes()).await;
                    assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{function}: {body}");
                    let after = standing(&world.portal, own).await;
                    // To leave is one's own to do; to act for another company, or with more rights, is not. And a link
                    // moves the address that it was made for, whoever has it, and nothing else.
                    let gained: Vec<&String> = after.iter().filter(|row| !before.contains(row)).collect();
                    let allowed = match function {
                        "/api/account/leave" => gained.is_empty(),
                        "/api/account/address/confirm" => gained.iter().all(|row| row.contains("moved@story.example")),
                        _ => after == before,
                    };
                    assert!(allowed, "{function} as {}: {body}\n{before:?}\n{after:?}", role.code());
                    before = after;
                }
            }
        }
        // Somebody's new address was confirmed by whoever had its token; else nothing is as it was not.
        restore(&world.portal, own, &own_hash).await;
        let last = standing(&world.portal, own).await;
        let gained: Vec<&String> = last.iter().filter(|row| !first.contains(row)).collect();
        assert!(gained.iter().all(|row| row.contains("moved@story.example")), "{gained:?}");
        // Nor by anything in a cookie or a header.
        let mut browser = world.portal.browser();
        browser.sign_in(&name).await;
        for cookie in ["role", "account", "company", "viewed_account_id"] {
            browser.set_cookie(cookie, if cookie == "role" { "administrator" } else { &other });
        }
        browser.headers.insert("x-role", "administrator".parse().unwrap());
        browser.headers.insert("x-original-url", "/today".parse().unwrap());
        assert_eq!(browser.get("/admin").await.status, StatusCode::FORBIDDEN);
    }
    world.portal.journal_holds().await;
}

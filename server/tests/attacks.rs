//! What is done to a portal by people who want in, or want more than is theirs. Stories that walk every function find new
//! ones by themselves: what each takes is said in `access.rs`.

use std::net::IpAddr;
use std::time::Duration;

use app::actor::Role;
use app::backend::clock::stopwatch;
use app::backend::database::{Database, Tx};
use http::{HeaderMap, Method, StatusCode, header};
use server::mail_worker::step;
use server::smtp::{MailServer, Transport, sender};
use sqlx::types::Uuid;

use crate::access::{World, callers, world};
use crate::both;
use crate::harness::{Browser, PASSWORD, Portal, until};
use crate::serving::{Folder, Serving, add_user};
use crate::smtp::Smtp;

both!(
    sign_in_tells_nobody_who_has_an_account,
    a_planted_session_is_worth_nothing,
    nobody_makes_more_of_themselves_by_a_crafted_form,
    no_field_of_any_form_begins_a_header,
    a_megabyte_is_no_name,
    names_hide_nothing_and_turn_nothing,
    a_thousand_tries_keep_the_owner_out_of_nothing,
    nor_does_the_time_of_an_answer_tell,
    a_planted_session_does_not_outlive_a_link,
    a_megabyte_in_any_field_is_refused_and_fills_nothing,
    no_field_of_any_form_hides_anything,
);

/// Fails when answers of two kinds take differently long: by more than 15 ms, and than a `share` of the longer. What an
/// answer tells by its time it tells whenever it is asked; a difference that a busy machine made is not there another time.
async fn take_alike(what: &str, share: u32, mut measure: impl AsyncFnMut(u32) -> [Vec<Duration>; 2]) {
    let mut found = Vec::new();
    for number in 0..5 {
        let [known, unknown] = measure(number).await.map(median);
        println!("{what}: {known:?} for what is known, {unknown:?} for what is not");
        if known.abs_diff(unknown) < Duration::from_millis(15).max(known / share) {
            return;
        }
        found.push((known, unknown));
    }
    panic!("{what}: {found:?}");
}

/// The middle of some durations.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// An address of its own for each try.
fn address(number: u32) -> IpAddr {
    IpAddr::from((0xcb00_0000_u32 + number).to_be_bytes())
}

async fn try_sign_in(browser: &mut Browser, email: &str, password: &str) -> crate::harness::Answer {
    browser.post("/sign-in", "/api/account/sign-in", &[("email", email), ("password", password)]).await
}

async fn sign_in_tells_nobody_who_has_an_account(portal: Portal) {
    let hash = app::account::password::hash(PASSWORD).unwrap();
    for number in 0..8 {
        portal.account_with(&format!("known{number}"), Role::Staff, &hash).await;
    }
    // One who was here and is gone is not told apart either.
    let gone = portal.account("gone", Role::Expert).await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query(
        "UPDATE accounts SET erased_at = 1, email = 'x@invalid', email_folded = 'x@invalid' WHERE id = $1"
    )
    .bind(gone)
    .execute(c)
    .await)
    .unwrap();
    tx.commit().await.unwrap();
    let mut said = Vec::new();
    // Not hashing for an unknown address would be ten times as fast.
    take_alike("sign-in", 2, async |again| {
        portal.later(Duration::from_secs(48 * 3600));
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..40_u32 {
            // In turn, so that whatever else the machine does befalls both alike.
            for (kind, times) in ["known", "other"].into_iter().zip(&mut times) {
                let mut browser = portal.browser();
                browser.address = address(again * 80 + round * 2 + u32::from(kind == "known"));
                let email = format!("{kind}{}@story.example", round % 8);
                let start = stopwatch();
                let answer = try_sign_in(&mut browser, &email, "not the password").await;
                times.push(start.elapsed());
                if round < 2 {
                    let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
                    let words = browser.page(&answer.location()).await.words().replace(&email, "…");
                    said.push((answer.status, names, words));
                }
            }
        }
        times
    })
    .await;
    assert!(said.iter().all(|other| *other == said[0]), "{said:?}");
    assert!(said[0].2.contains("is wrong"), "{said:?}");
    for email in ["gone@story.example", "x@invalid"] {
        let mut browser = portal.browser();
        let answer = try_sign_in(&mut browser, email, PASSWORD).await;
        assert_eq!(browser.page(&answer.location()).await.words().replace(email, "…"), said[0].2);
    }
}

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

/// Every field of the forms that write most, with values that are right, where `callers` has only what it takes. `{made}` is
/// a record made for it, `{version}` the version that it has by then; `{form_id}` and `{mark}` are those of a form just drawn.
fn full(function: &str) -> Option<&'static str> {
    Some(match function {
        "/api/joining/ask" => {
            "company_name=New&country=DK&website=https://new.example&name=Ada&email=ada{number}@new.example&reason=Work"
        }
        "/api/enquire/send" => {
            "form_id={form_id}&mark={mark}&kind=investment&message=Hello&name=Ada&company=Asker&country=DK&email=ada{number}@asker.example&phone=%2B45+12345678&language=en"
        }
        "/api/enquiries/record" => {
            "channel=phone&received_at=2026-09-20T09:00&kind=investment&message=Hello&name=Ada&company=Asker&country=DK&email=ada@asker.example&phone=%2B45+12345678&language=en"
        }
        "/api/enquiries/answer" => "id={made}&version={version}&answer=Here+you+are",
        "/api/companies/create" => {
            "name_en=New+{number}&name_zh=%E6%96%B0&name_local=Ny&aliases=N{number}&kinds[]=agent&country=DK&city=Aarhus&website=https://n{number}.example&websites=&email_domains=n{number}.example&registrations=&areas=&tier=key&manager={deputy}&tags=one&about=Notes&stage=target&stage_reason=x&not_duplicate=yes&not_duplicate_reason=x"
        }
        "/api/companies/edit" => {
            "id={made}&version={version}&name_en=Edited+{number}&name_zh=%E6%96%B0&name_local=Ny&aliases=E{number}&kinds[]=agent&country=DK&city=Aarhus&website=https://e{number}.example&websites=&email_domains=e{number}.example&registrations=&areas=&tier=key&manager={deputy}&tags=one&about=Notes&not_duplicate=yes&not_duplicate_reason=x"
        }
        "/api/companies/propose" => {
            "company={company}&version={version}&proposal_note=Please&name_en=Proposed+{number}&name_zh=%E6%96%B0&name_local=Ny&aliases=P{number}&kinds[]=agent&country=DK&city=Aarhus&website=https://p{number}.example&websites=&email_domains=&registrations=&areas=&about=Notes"
        }
        "/api/people/create" => {
            "name=Ada&name_zh=%E6%96%B0&email=p{number}@new.example&phone=%2B45+12345678&wechat=ada&language=en&note=Notes&account=&company=The+Other&title=Adviser&title_zh=%E9%A1%BE%E9%97%AE&since=2020-01-01&until=&main=yes&not_duplicate=yes"
        }
        "/api/people/edit" => {
            "id={made}&version={version}&name=Ada&name_zh=%E6%96%B0&email=e{number}@new.example&phone=%2B45+12345678&wechat=ada&language=en&note=Notes&account=&not_duplicate=yes"
        }
        "/api/messages/edit" | "/api/notes/edit" => "id={made}&version={version}&body=Said",
        "/api/messages/correct" | "/api/notes/correct" => "id={made}&body=Said",
        _ => return None,
    })
}

/// Makes the record that a form is about, by the one who sends it; gives its table and its id.
async fn made(world: &World, function: &str, person: &mut Browser) -> Option<(&'static str, String)> {
    let last = |location: String| location.rsplit('/').next().unwrap().to_owned();
    let latest = async |sql: &'static str| {
        let mut tx = world.portal.read().await;
        let id: Uuid = app::ask!(&mut tx, |c| sqlx::query_scalar(sql).fetch_one(c).await).unwrap();
        id.to_string()
    };
    match function {
        "/api/companies/edit" => Some(("companies", person.add_company("Edited").await.to_string())),
        "/api/companies/propose" => Some(("companies", world.company.clone())),
        "/api/people/edit" => {
            let made =
                person.post("/people/new", "/api/people/create", &[("name", "Edited"), ("not_duplicate", "yes")]);
            Some(("people", last(made.await.location())))
        }
        "/api/enquiries/answer" => {
            let fields = world.fields(full("/api/enquiries/record").unwrap());
            let fields: Vec<(String, String)> = serde_urlencoded::from_str(&fields).unwrap();
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let id = last(person.post("/enquiries/new", "/api/enquiries/record", &fields).await.location());
            let deputy = world.id("deputy").to_owned();
            for (step, version, [one, two]) in [
                ("screen", "1", [("verdict", "genuine"), ("priority", "normal")]),
                ("assign", "2", [("assignee", deputy.as_str()), ("note", "")]),
            ] {
                let step = format!("/api/enquiries/{step}");
                let fields = [("id", id.as_str()), ("version", version), one, two];
                let answer = person.post("/enquiries", &step, &fields).await;
                assert!(!answer.location().contains("refused="), "{step}: {}", answer.location());
            }
            Some(("enquiries", id))
        }
        "/api/messages/edit" | "/api/messages/correct" => {
            person.post("/", "/api/messages/post", &[("thread", world.id("thread")), ("body", "Said")]).await;
            Some(("messages", latest("SELECT id FROM messages ORDER BY id DESC LIMIT 1").await))
        }
        "/api/notes/edit" | "/api/notes/correct" => {
            person.post("/", "/api/notes/add", &[("company", &world.company), ("body", "Said")]).await;
            Some(("notes", latest("SELECT id FROM notes ORDER BY id DESC LIMIT 1").await))
        }
        _ => None,
    }
}

/// What a form is filled in with right now.
async fn filled(world: &World, function: &str, made: Option<&(&str, String)>) -> Vec<(String, String)> {
    let (_, usual) = callers(function);
    let mut fields = world.fields(full(function).unwrap_or(usual));
    if let Some((table, id)) = made {
        let mut tx = world.portal.read().await;
        let sql = format!("SELECT version FROM {table} WHERE id = $1");
        let version: Option<i64> = match fields.contains("{version}") {
            true => app::ask!(&mut tx, |c| sqlx::query_scalar(sqlx::AssertSqlSafe(sql.clone()))
                .bind(id.parse::<Uuid>().unwrap())
                .fetch_optional(c)
                .await)
            .unwrap(),
            false => None,
        };
        fields = fields.replace("{made}", id).replace("{version}", &version.unwrap_or_default().to_string());
    }
    if function == "/api/companies/propose" {
        // One waits at a time.
        let mut tx = world.portal.write().await;
        app::on!(&mut tx, |c| sqlx::query("UPDATE company_proposals SET state = 'withdrawn' WHERE state = 'open'")
            .execute(c)
            .await)
        .unwrap();
        tx.commit().await.unwrap();
    }
    if fields.contains("{mark}") {
        let form = world.portal.browser().page("/enquire").await;
        fields = fields.replace("{mark}", &form.field("mark")).replace("{form_id}", &form.field("form_id"));
        world.portal.later(Duration::from_secs(20));
    }
    serde_urlencoded::from_str(&fields).unwrap()
}

/// Sends every form with each of its fields replaced by each of these values, as somebody who may send it. What is right in
/// all fields is taken: else nothing would be learned from what is wrong in one.
async fn in_every_field(world: &World, values: &[String], mut look: impl FnMut(&str, &str, &crate::harness::Answer)) {
    const PLACE: &str = "here-it-stands";
    let written: Vec<String> = values.iter().map(|value| serde_urlencoded::to_string([("", value)]).unwrap()).collect();
    let mut requests = 0;
    for (function, _) in server_fn::axum::server_fn_paths() {
        let (roles, _) = callers(function);
        // What only the author may do has nobody in the list; here its author does it.
        let role = roles.map(|roles| roles.first().copied().unwrap_or(Role::Staff));
        let mut person = match role {
            Some(role) => world.browser(role).await,
            None => world.portal.browser(),
        };
        let made = made(world, function, &mut person).await;
        if function.ends_with("/correct") {
            world.portal.later(Duration::from_secs(16 * 60));
        }
        let count = filled(world, function, made.as_ref()).await.len();
        let untouched = full(function).map(|_| (None, "", ""));
        let tries = values.iter().zip(&written).flat_map(|(value, written)| {
            (0..count).map(move |at| (Some(at), value.as_str(), &written[1..]))
        });
        for (at, value, written) in untouched.into_iter().chain(tries) {
            let mut fields = filled(world, function, made.as_ref()).await;
            if let Some(at) = at {
                fields[at].1 = PLACE.to_owned();
            }
            // A large value is written for the wire once, not with every form.
            let body = serde_urlencoded::to_string(&fields).unwrap().replacen(PLACE, written, 1);
            let mut browser = person.clone();
            requests += 1;
            browser.address = address(requests);
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
            headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
            let answer = browser.request(Method::POST, function, headers, body.into_bytes()).await;
            let shown: String = value.chars().take(80).collect();
            let field = at.map_or("", |at| &fields[at].0);
            assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{function} {field}: {shown:?}");
            let away = answer.status == StatusCode::UNAUTHORIZED || answer.location().starts_with("/sign-in?");
            assert!(role.is_none() || !away, "{function} {field}: sent by nobody, so nothing is learned");
            if at.is_none() {
                let done = answer.status == StatusCode::SEE_OTHER && !answer.location().contains("refused=");
                assert!(done, "{function} with right fields: {} {}", answer.status, answer.words());
            } else {
                look(function, field, &answer);
            }
        }
    }
}

/// Every column of every table that holds text.
async fn texts(portal: &Portal) -> Vec<(String, String)> {
    let mut tx = portal.read().await;
    let sql = if matches!(tx, Tx::Sqlite(_)) {
        "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
         WHERE m.type = 'table' AND p.type = 'TEXT'"
    } else {
        "SELECT table_name::text, column_name::text FROM information_schema.columns
         WHERE table_schema = 'public' AND data_type = 'text'"
    };
    app::ask!(&mut tx, |c| sqlx::query_as(sql).fetch_all(c).await).unwrap()
}

/// What somebody wants of a column: `max(length({column}))`.
async fn number_of(portal: &Portal, table: &str, wanted: &str) -> i64 {
    let mut tx = portal.read().await;
    let sql = format!("SELECT CAST(coalesce({wanted}, 0) AS BIGINT) FROM {table}");
    app::ask!(&mut tx, |c| sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(c).await).unwrap()
}

async fn a_megabyte_in_any_field_is_refused_and_fills_nothing(portal: Portal) {
    let world = world(portal).await;
    let start = stopwatch();
    let mut requests = 0;
    // Whether it is too long is found out before the database is asked. The second time a quarter does.
    let sqlite = matches!(world.portal.backend.database, Database::Sqlite { .. });
    let length = if sqlite { 1_000_000 } else { 250_000 };
    in_every_field(&world, &["x".repeat(length)], |function, field, answer| {
        requests += 1;
        assert!(answer.bytes.len() < 200_000, "{function} {field}: {} bytes", answer.bytes.len());
    })
    .await;
    println!("{requests} forms of {length} bytes took {:?}", start.elapsed());
    for (table, column) in texts(&world.portal).await {
        let longest = number_of(&world.portal, &table, &format!("max(length(\"{column}\"))")).await;
        assert!(longest < 60_000, "{table}.{column}: {longest}");
    }
    world.portal.journal_holds().await;
}

async fn no_field_of_any_form_hides_anything(portal: Portal) {
    let world = world(portal).await;
    let values = ["No\u{200b}vo \u{202e}ksidroN", "\u{2066}a\u{2069}b@story.example\u{feff}", "\u{2060}\u{3164}"];
    in_every_field(&world, &values.map(str::to_owned), |_, _, _| ()).await;
    let hidden = ['\u{200b}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{feff}', '\u{2060}'];
    let (mut looked, mut hiding) = (0, Vec::new());
    for (table, column) in texts(&world.portal).await {
        // What was refused is shown again as it was typed; what was tried is nobody's name; messages are what was said.
        let typed = ["refused_posts", "sign_in_attempts", "asked_mails"].contains(&table.as_str());
        let wanted: Vec<String> =
            hidden.iter().map(|c| format!("CASE WHEN \"{column}\" LIKE '%{c}%' THEN 1 ELSE 0 END")).collect();
        let found = number_of(&world.portal, &table, &format!("sum({})", wanted.join(" + "))).await;
        looked += 1;
        if !typed && found > 0 {
            hiding.push(format!("{table}.{column}"));
        }
    }
    assert!(hiding.is_empty(), "{hiding:?} hide something");
    assert!(looked > 100, "{looked}");
}

async fn no_field_of_any_form_begins_a_header(portal: Portal) {
    let world = world(portal).await;
    let smtp = Smtp::start().await;
    let server = MailServer::parse(&format!("smtp://{}", smtp.addr)).unwrap();
    let transport = Transport::new(server, sender("Portal <portal@zone.example>").unwrap(), "https://portal.example");
    let evils = [
        "x\r\nBcc: thief@evil.example\r\n\r\nbody",
        "x@y.example\r\nBcc: thief@evil.example",
        "x@y.example%0d%0aBcc: thief@evil.example",
        "x@y.example,thief@evil.example",
        "\"x\" <thief@evil.example>",
        "x\u{2028}Bcc: thief@evil.example\u{85}RCPT TO:<thief@evil.example>",
    ];
    in_every_field(&world, &evils.map(str::to_owned), |_, _, _| ()).await;
    // What people are told of by notifications is mailed, too.
    world.portal.later(Duration::from_secs(26 * 3600));
    world.portal.write_mails().await;
    while step(&world.portal.backend, &transport).await.unwrap() > 0 {}
    let received = smtp.received();
    // To who asked for access, who asked something and got an answer, and who was told of something: names and addresses
    // that anybody typed reached letters.
    for said in ["ada@asker.example", "@new.example", "@story.example"] {
        assert!(received.iter().any(|mail| mail.to.iter().any(|to| to.ends_with(said))), "none to {said}");
    }
    for mail in received {
        assert!(mail.to.iter().all(|to| !to.contains("thief") && to.matches('@').count() == 1), "{:?}", mail.to);
        assert_eq!(mail.to.len(), 1, "{:?}", mail.to);
        let parsed = mail.parse();
        for name in ["bcc", "cc", "reply-to"] {
            assert!(!parsed.headers.contains_key(name), "{parsed:?}");
        }
        assert!(!parsed.headers["to"].contains("thief"), "{parsed:?}");
    }
}

/// Asks for a reset, for access, invites and changes an address, for addresses that are known and that are not, in turn.
async fn nor_does_the_time_of_an_answer_tell(portal: Portal) {
    const ROUNDS: u32 = 12;
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Some Company").await;
    let (_, mut boss) = portal.person("boss", &[(company, app::actor::Rights::Administrator)]).await;
    let page = format!("/companies/{company}/invitations");
    let id = company.to_string();
    for what in ["reset", "join", "invite", "address"] {
        // Both write one mail; a lookup more or less is far below what a network adds.
        take_alike(what, 3, async |again| {
            portal.later(Duration::from_secs(25 * 3600));
            boss.sign_in("boss").await;
            let mut times = [Vec::new(), Vec::new()];
            for round in 0..ROUNDS {
                let name = format!("{what}{again}x{round}");
                portal.account(&format!("known{name}"), Role::Representative).await;
                for (kind, times) in ["known", "other"].into_iter().zip(&mut times) {
                    let email = format!("{kind}{name}@story.example");
                    // Each from an address of its own, some time after the last, so that no limit is met.
                    portal.later(Duration::from_secs(if what == "address" { 5 * 3600 } else { 1 }));
                    let mut browser = if what == "invite" { boss.clone() } else { portal.browser() };
                    if what == "address" {
                        browser.sign_in("boss").await;
                    }
                    browser.address = address(again * 2 * ROUNDS + round * 2 + u32::from(kind == "known"));
                    let start = stopwatch();
                    let answer = match what {
                        "reset" => browser.post("/password", "/api/account/ask-reset", &[("email", &email)]).await,
                        "join" => {
                            let fields = [
                                ("company_name", "Some Company"),
                                ("country", "DK"),
                                ("name", "Ada"),
                                ("email", email.as_str()),
                                ("reason", "Why not."),
                            ];
                            browser.post("/join", "/api/joining/ask", &fields).await
                        }
                        "invite" => {
                            let fields = [
                                ("company", id.as_str()),
                                ("email", &email),
                                ("name", "Ada"),
                                ("rights", "viewer"),
                                ("language", "en"),
                            ];
                            browser.post(&page, "/api/invitations/invite-colleague", &fields).await
                        }
                        _ => browser.post("/account/address", "/api/account/address", &[("email", &email)]).await,
                    };
                    times.push(start.elapsed());
                    assert!(!answer.location().contains("refused="), "{what} {email}: {}", answer.location());
                }
            }
            times
        })
        .await;
    }
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

async fn a_thousand_tries_keep_the_owner_out_of_nothing(portal: Portal) {
    let hash = app::account::password::hash(PASSWORD).unwrap();
    portal.account_with("ada", Role::Staff, &hash).await;
    let mut home = portal.browser();
    home.address = [198, 51, 100, 7].into();
    home.sign_in("ada").await;
    let start = stopwatch();
    let mut admitted = 0;
    for number in 0..1_000 {
        let mut stranger = portal.browser();
        stranger.address = address(number);
        let answer = try_sign_in(&mut stranger, "ada@story.example", "a guess").await;
        assert!(answer.location().contains("refused="), "{}", answer.location());
        if number % 100 == 99 {
            // From time to time some seconds pass, and the owner comes by.
            portal.later(Duration::from_secs(5));
            let asked = stopwatch();
            home.sign_in("ada").await;
            assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
        }
    }
    admitted += portal.count("sign_in_attempts WHERE NOT succeeded").await;
    println!("1000 tries took {:?}; {admitted} were looked at", start.elapsed());
    assert!(admitted < 30, "{admitted} guesses in a minute");
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
    assert!(portal.count("sign_in_attempts").await < 50);
    // And it ends by itself.
    portal.later(Duration::from_secs(24 * 3600));
    let mut travelling = portal.browser();
    travelling.address = [192, 0, 2, 55].into();
    travelling.sign_in("ada").await;
}

/// The memory that a process holds, in bytes.
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

async fn a_hundred_sign_in_at_once(name: &str, database: Option<&str>) {
    let folder = Folder::new(name);
    add_user(&folder, database, "ada@story.example");
    let mut settings = vec![("PORTAL_TRUSTED_PROXIES", "127.0.0.1")];
    settings.extend(database.map(|url| ("DATABASE_URL", url)));
    let serving = Serving::start_with(&folder, &settings).await;
    let knock = async |from: String, email: String, password: &str| {
        let body = serde_urlencoded::to_string([("email", email.as_str()), ("password", password)]).unwrap();
        let headers = format!("content-type: application/x-www-form-urlencoded\r\nx-forwarded-for: {from}\r\n");
        // Who is told that the portal is busy, as on a machine that does other things as well, tries again.
        for _ in 0..200 {
            let answer = serving.try_request("POST", "/api/account/sign-in", &headers, &body).await.unwrap_or_default();
            if !answer.starts_with("HTTP/1.1 503") {
                assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
                return answer.lines().any(|line| line == "location: /today");
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        panic!("busy for ever");
    };
    let (ada, home, right) = ("ada@story.example".to_owned(), "198.51.100.7".to_owned(), "a long enough password");
    assert!(knock(home.clone(), ada.clone(), right).await);
    let before = resident(serving.child.id());
    let tries = (0..100).map(|number| {
        let (knock, ada, home) = (&knock, ada.clone(), home.clone());
        async move {
            // The owner from where they are known, nobody's addresses, and strangers' guesses: each of these from a place
            // of its own, so that the limits leave them to be hashed.
            let from = format!("203.0.113.{number}");
            let is_in = match number % 3 {
                0 => knock(home, ada, right).await,
                1 => knock(from, format!("user{number}@story.example"), "not the password").await,
                _ => knock(from, ada, "not the password").await,
            };
            assert_eq!(is_in, number % 3 == 0, "{number}: who knows the password is let in, and nobody else");
        }
    });
    let start = stopwatch();
    let all = async {
        futures::future::join_all(tries).await;
        start.elapsed()
    };
    // As long as they last, and a little longer, somebody else looks at pages.
    let others = async {
        let (mut times, mut most) = (Vec::new(), before);
        while times.len() < 200 || start.elapsed() < Duration::from_secs(4) {
            for path in ["/health/ready", "/privacy"] {
                let asked = stopwatch();
                let answer = serving.try_request("GET", path, "", "").await.unwrap_or_default();
                assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
                times.push(asked.elapsed());
            }
            most = most.max(resident(serving.child.id()));
        }
        (times, most)
    };
    let (took, (mut times, most)) = tokio::join!(all, others);
    times.sort();
    let (middle, late) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    // What was needed for it is given back.
    let mut after = most;
    until("memory is given back", async || {
        after = resident(serving.child.id());
        after < before + (40 << 20)
    })
    .await;
    println!(
        "{name}: 100 sign-ins took {took:?}; meanwhile a page took {middle:?}, 99 of 100 at most {late:?}; memory {} MB before, {} MB at most, {} MB after",
        before >> 20,
        most >> 20,
        after >> 20
    );
    // Who looks at a page does not stand in the queue of those who sign in: on a machine that has much else to do, a page
    // takes longer, but no great part of the time that all of these take.
    assert!(late < Duration::from_secs(2).max(took / 4), "{late:?} of {took:?}");
    // What the process has besides its code, which is large where it is not optimised: half of the cores hash at a time,
    // with 19 MiB each.
    let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let bound = ((cores / 2).max(1) * 20 + 40) << 20;
    assert!(most < before + bound, "{} MB more", (most - before) >> 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_sign_in_at_once_on_sqlite() {
    a_hundred_sign_in_at_once("hundred_sqlite", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_sign_in_at_once_on_postgres() {
    let Ok(server) = std::env::var("PORTAL_TEST_POSTGRES") else {
        println!("not told: PORTAL_TEST_POSTGRES names no server");
        return;
    };
    let (base, _) = server.rsplit_once('/').unwrap();
    let name = format!("hundred_{}", std::process::id());
    let admin = sqlx::PgPool::connect(&server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&admin).await.unwrap();
    a_hundred_sign_in_at_once("hundred_postgres", Some(&format!("{base}/{name}"))).await;
    sqlx::query(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).execute(&admin).await.unwrap();
}

//! What is typed into any field of any form: it fills nothing, hides nothing, and begins no header of a mail.

use std::time::Duration;

use app::actor::Role;
use app::backend::clock::stopwatch;
use app::backend::database::{Database, Tx};
use http::{HeaderMap, Method, StatusCode, header};
use server::mail_worker::step;
use server::smtp::{MailServer, Transport, sender};
use sqlx::types::Uuid;

use super::address;
use crate::access::{World, callers, world};
use crate::both;
use crate::harness::{Browser, Portal};
use crate::smtp::Smtp;

both!(
    no_field_of_any_form_begins_a_header,
    a_megabyte_in_any_field_is_refused_and_fills_nothing,
    no_field_of_any_form_hides_anything,
);

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
        let tries = values
            .iter()
            .zip(&written)
            .flat_map(|(value, written)| (0..count).map(move |at| (Some(at), value.as_str(), &written[1..])));
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

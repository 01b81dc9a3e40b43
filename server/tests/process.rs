//! The process itself: how it starts, refuses to start, stops, and what it leaves behind when it is killed.

use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::until;
use crate::serving::{Folder, Serving, add_user, err, free_address, out};
use crate::smtp::{Fault, Smtp};

/// Longer than any answer takes.
const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_wrong_value_stops_the_start_with_one_line() {
    let folder = Folder::new("wrong");
    for (name, value) in [
        ("DATABASE_URL", "mysql://x"),
        ("PORTAL_ADDR", "nowhere"),
        ("PORTAL_URL", "portal"),
        ("PORTAL_TRUSTED_PROXIES", "x"),
        ("PORTAL_METRICS_ADDR", "x"),
        ("SMTP_URL", "x"),
        ("MAIL_FROM", "x"),
        ("SMTP_URL", "smtp://user:geheim@mail.example.org?tls=none"),
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
    ] {
        let output = folder.portal(&[]).env(name, value).output().unwrap();
        let said = err(&output);
        assert!(!output.status.success() && said.lines().count() == 1 && said.contains(name), "{name}: {said}");
    }
    let help = out(&folder.run(&["--help"]));
    for word in [
        "DATABASE_URL",
        "PORTAL_ADDR",
        "PORTAL_URL",
        "PORTAL_DOCUMENTS",
        "SMTP_URL",
        "MAIL_FROM",
        "PORTAL_TRUSTED_PROXIES",
        "PORTAL_METRICS_ADDR",
        "PORTAL_LOG",
        "backup",
        "restore",
        "serve",
        "migrate",
        "demo",
        "import",
        "user",
        "journal",
    ] {
        assert!(help.contains(word), "{word} in {help}");
    }
}

#[tokio::test]
async fn two_servers_never_share_a_file_and_requests_in_flight_are_finished() {
    let folder = Folder::new("two");
    let mut first = Serving::start(&folder, None).await;
    let second = folder.portal(&["serve"]).env("PORTAL_ADDR", free_address().to_string()).output().unwrap();
    assert!(err(&second).contains("another portal serves"), "{}", err(&second));

    add_user(&folder, None, "ada@story.example");
    let again = folder.run(&["user", "add", "ADA@story.example", "--name", "Ada", "--role", "staff"]);
    assert!(err(&again).contains("has an account already"), "{}", err(&again));
    // Rights are those there are, once for all companies or once for each, and somebody's for a company there is.
    let company = "0198c0de-0000-7000-8000-000000000000";
    let rep = ["user", "add", "rep@story.example", "--name", "Rep", "--role", "representative", "--company", company];
    for (rights, said) in [
        (&["--rights", "owner"][..], "are no rights"),
        (&["--rights", "viewer", "--rights", "manager"][..], "once for each --company"),
        (&["--rights", "viewer"][..], "there is no such company"),
    ] {
        let refused = folder.run(&[&rep[..], rights].concat());
        assert!(err(&refused).contains(said), "{}", err(&refused));
    }

    // A request whose body is still on its way when the process is told to stop is answered.
    let mut stream = TcpStream::connect(first.addr).await.unwrap();
    let body = "email=ada%40story.example&password=a+long+enough+password";
    let head = format!(
        "POST /api/account/sign-in HTTP/1.1\r\nhost: x\r\naccept: text/html\r\nconnection: close\r\nexpect: 100-continue\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // It says so when it begins to read the body.
    let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut said = vec![0; go_on.len()];
    stream.read_exact(&mut said).await.unwrap();
    assert_eq!(said, go_on);
    stream.write_all(&body.as_bytes()[..10]).await.unwrap();
    first.signal("TERM");
    until("it takes no new connections", async || TcpStream::connect(first.addr).await.is_err()).await;
    stream.write_all(&body.as_bytes()[10..]).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("set-cookie: session="), "{answer}");
    let status = first.child.wait().unwrap();
    assert!(status.success(), "{status}");
    let heads = std::fs::read_to_string(folder.0.join("data/documents/journal-heads.txt")).unwrap();
    assert!(heads.starts_with("2 "), "the journal's head was kept: {heads}");
    let verified = folder.run(&["journal", "verify"]);
    assert!(out(&verified).contains("the journal holds: 2 rows, 1 heads"), "{}{}", out(&verified), err(&verified));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_under_way_when_the_process_stops_is_sent_by_the_next() {
    let folder = Folder::new("mail");
    let smtp = Smtp::start().await;
    smtp.fail(Fault::Silent, 1);
    let url = format!("smtp://{}", smtp.addr);
    let alone = folder.portal(&["serve"]).env("SMTP_URL", &url).output().unwrap();
    assert!(err(&alone).contains("MAIL_FROM") && err(&alone).lines().count() == 1, "{}", err(&alone));

    let add = ["user", "add", "ada@story.example", "--name", "Ada", "--role", "administrator"];
    let said = out(&folder.run(&add));
    let password = said.lines().find_map(|line| line.strip_prefix("password: ")).unwrap();
    let settings = [("SMTP_URL", url.as_str()), ("MAIL_FROM", "Portal <portal@zone.example>")];
    let mut first = Serving::start_with(&folder, &settings).await;
    let cookie = first.sign_in("ada@story.example", password).await;
    let answer = first.post("/api/mail/test", &cookie, "").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    until("it is under way", async || smtp.conversations() == 1).await;
    first.signal("TERM");
    let told = app::backend::clock::stopwatch();
    assert!(first.child.wait().unwrap().success());
    // Five seconds for what is under way; the rest is what a busy machine may add.
    assert!(told.elapsed() < Duration::from_secs(30), "{:?}", told.elapsed());

    let _second = Serving::start_with(&folder, &settings).await;
    until("it has arrived", async || !smtp.received().is_empty()).await;
    let received = smtp.received();
    assert_eq!(received.len(), 1, "{}", std::fs::read_to_string(folder.0.join("log")).unwrap());
    assert_eq!(received[0].parse().headers["from"], "Portal <portal@zone.example>");
}

#[tokio::test]
async fn metrics_are_served_on_their_own_address_only() {
    let folder = Folder::new("metrics");
    let metrics = free_address();
    let addr = free_address();
    let child = folder
        .portal(&["serve", "--metrics-addr", &metrics.to_string()])
        .env("PORTAL_ADDR", addr.to_string())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut serving = Serving { child, addr };
    serving.ready(&folder).await;
    assert!(serving.try_request("GET", "/", "", "").await.is_some());
    assert!(serving.try_request("GET", "/metrics", "", "").await.unwrap().contains("404"));
    let mut text = String::new();
    // An answer is counted when it has ended, which may be a moment after it has arrived.
    until("it was counted", async || {
        let mut stream = TcpStream::connect(metrics).await.unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        text.clear();
        stream.read_to_string(&mut text).await.unwrap();
        text.contains("portal_requests_total{route=\"/\",status=\"200\"}")
    })
    .await;
    for name in [
        "portal_request_seconds_bucket{route=\"/\"",
        "portal_connections_open ",
        "portal_connections_refused_total 0",
        "portal_database_up 1",
        "portal_database_connections_most{pool=\"writer\"} 1",
        "portal_database_connections_in_use{pool=\"readers\"}",
        "portal_database_writers_waiting 0",
        "portal_hashing_waiting 0",
        "portal_sign_in_failures_total 0",
        "portal_mails_waiting 0",
        "portal_mails_oldest_seconds 0",
        "portal_mails_dead 0",
        "portal_files_to_scan 0",
        "portal_job_failures{job=\"journal.verify\"} 0",
        "portal_job_overdue_seconds{job=\"sessions.sweep\"} 0",
        "process_open_fds ",
        "process_resident_memory_bytes ",
    ] {
        assert!(text.contains(name), "{name} in {text}");
    }
}

/// A proxy may speak HTTP/2 without TLS to the same port; told to stop, the portal says so to it.
#[tokio::test]
async fn http2_is_spoken_on_the_same_port() {
    let folder = Folder::new("http2");
    let serving = Serving::start(&folder, None).await;
    let mut stream = TcpStream::connect(serving.addr).await.unwrap();
    // The preface in two pieces, empty settings, then one request: GET http://x/ without a body.
    stream.write_all(b"PRI * HTTP/2.0\r\n").await.unwrap();
    // Not that anything depends on it: the first piece should arrive alone.
    tokio::time::sleep(Duration::from_millis(50)).await;
    stream.write_all(b"\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    stream.write_all(b"\0\0\x06\x01\x05\0\0\0\x01\x82\x86\x84\x41\x01x").await.unwrap();
    let mut frame = async |wanted: u8| loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let length = usize::from(head[1]) << 8 | usize::from(head[2]);
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).await.unwrap();
        if head[3] == wanted {
            return payload;
        }
    };
    let headers = tokio::time::timeout(LONG, frame(1)).await.unwrap();
    assert!(headers.contains(&0x88), "a status of 200 in {headers:?}");
    serving.signal("TERM");
    tokio::time::timeout(LONG, frame(7)).await.expect("it says goodbye");
}

#[tokio::test]
async fn a_body_where_none_belongs_is_not_listened_to() {
    let folder = Folder::new("stray");
    let serving = Serving::start(&folder, None).await;
    for (method, path) in [("GET", "/"), ("GET", "/nowhere"), ("PUT", "/"), ("DELETE", "/companies")] {
        let answer = serving.try_request(method, path, "", "a body").await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 413"), "{method} {path}: {answer}");
    }
    assert!(serving.try_request("PUT", "/", "", "").await.unwrap().starts_with("HTTP/1.1 405"));
    assert!(serving.try_request("POST", "/nowhere", "", "a body").await.unwrap().starts_with("HTTP/1.1 404"));
}

/// Whatever is sent, each line of the log is one JSON object that the portal itself wrote.
#[tokio::test]
async fn no_line_of_the_log_can_be_forged() {
    let folder = Folder::new("forged");
    let addr = free_address();
    let log = std::fs::File::create(folder.0.join("log")).unwrap();
    let child = folder
        .portal(&["serve"])
        .env("PORTAL_ADDR", addr.to_string())
        .env("PORTAL_LOG", "json")
        .env("RUST_LOG", "debug")
        .stderr(log)
        .spawn()
        .unwrap();
    let mut serving = Serving { child, addr };
    serving.ready(&folder).await;
    let line = "{\"timestamp\":\"2026-01-01T00:00:00Z\",\"level\":\"ERROR\",\"message\":\"forged\"}";
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let spoken = [
        format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", encoded(&format!("x\n{line}\n"))).into_bytes(),
        format!("GET /x?q={} HTTP/1.1\r\nhost: x\r\n\r\n", encoded("\u{1b}[31mred\u{1b}[0m\r\n\"")).into_bytes(),
        format!("GET /\n{line}\n HTTP/1.1\r\nhost: x\r\n\r\n").into_bytes(),
        b"GET /\xff\xfe\"quote\"\x1b[31m HTTP/1.1\r\nhost: x\r\n\r\n".to_vec(),
        [
            b"GET / HTTP/1.1\r\nhost: x\r\nx-forwarded-for: \xff\x1b[2J\r\nuser-agent: ".as_slice(),
            line.as_bytes(),
            b"\xff\"\r\n\r\n",
        ]
        .concat(),
        format!("{line}\r\n{line}\r\n\r\n").into_bytes(),
        b"GET / HTTP/1.1\r\nhost: x\r\nreferer: http://x/\x1b]0;x\x07\r\n\r\n".to_vec(),
    ];
    for bytes in spoken {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        let mut answer = [0; 64];
        let _ = tokio::time::timeout(LONG, stream.read(&mut answer)).await;
    }
    for field in [format!("x\n{line}\n\u{1b}[31m"), "\u{2028}\u{85}\u{0}".to_owned()] {
        let body = serde_urlencoded::to_string([("email", field.as_str()), ("password", field.as_str())]).unwrap();
        serving.post("/api/account/sign-in", "", &body).await.unwrap();
        serving.post(&format!("/api/{}", encoded(&field)), "", &body).await.unwrap();
    }
    serving.post("/api/account/sign-in", "", "email=%FF%FE%1B%0A&password=%FF").await.unwrap();
    drop(serving);
    let log = std::fs::read(folder.0.join("log")).unwrap();
    let log = String::from_utf8(log).expect("the log is UTF-8");
    assert!(log.lines().count() > 10, "{log}");
    for written in log.lines() {
        let object: serde_json::Value = serde_json::from_str(written).unwrap_or_else(|e| panic!("{e}: {written:?}"));
        assert!(object.is_object() && object["level"].is_string() && object["message"] != "forged", "{written}");
        assert!(!written.chars().any(char::is_control), "{written:?}");
    }
    let text = folder.portal(&["migrate"]).env("PORTAL_LOG", "yaml").output().unwrap();
    assert!(err(&text).contains("PORTAL_LOG") && err(&text).lines().count() == 1, "{}", err(&text));
}

#[test]
fn the_demonstration_stays_on_this_machine_and_out_of_other_data() {
    let folder = Folder::new("demo");
    let public = folder.portal(&["demo"]).env("PORTAL_URL", "https://portal.example.org").output().unwrap();
    assert!(err(&public).contains("PORTAL_URL") && !public.status.success(), "{}", err(&public));
    assert!(out(&folder.run(&["demo"])).contains("loaded the demonstration"));
    assert!(err(&folder.run(&["demo"])).contains("loaded already"));
    assert!(folder.run(&["demo", "--if-empty"]).status.success());

    let other = Folder::new("demo_other");
    add_user(&other, None, "ada@story.example");
    assert!(err(&other.run(&["demo"])).contains("not empty"));
    assert!(other.run(&["demo", "--if-empty"]).status.success());
    assert!(!out(&other.run(&["journal", "verify"])).is_empty());
}

#[test]
fn the_agencys_table_is_imported_by_command() {
    let folder = Folder::new("import");
    let table = crate::harness::ema_table(&[
        ("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "Invented Ltd"),
        ("Human", "Betamab", "EMEA/H/C/900002", "Nonsense", "Invented Ltd"),
    ]);
    std::fs::write(folder.0.join("table.csv"), &table).unwrap();
    std::fs::write(folder.0.join("cut.csv"), &table[..table.len() - 30]).unwrap();
    let cut = folder.run(&["import", "ema", "cut.csv"]);
    assert!(!cut.status.success() && err(&cut).contains("ends in the middle of a row"), "{}", err(&cut));
    let done = out(&folder.run(&["import", "ema", "table.csv"]));
    assert!(
        done.contains("created                      1") && done.contains("rejected: line 3, Medicine status"),
        "{done}"
    );
    let again = out(&folder.run(&["import", "ema", "table.csv"]));
    assert!(again.contains("unchanged                    1"), "{again}");
    assert!(err(&folder.run(&["import", "ema", "missing.csv"])).contains("missing.csv"));
}

/// Writes from many visitors, a kill in the middle, several times: every acknowledged write is there, none half, and the
/// journal holds.
async fn killed_under_writes(name: &str, database: Option<String>) {
    let folder = Folder::new(name);
    let url = database.as_deref();
    add_user(&folder, url, "ada@story.example");
    let mut acknowledged = 0_usize;
    let mut tried = 0_usize;
    for round in 0..4_u64 {
        let mut serving = Serving::start(&folder, url).await;
        let cookie = serving.sign_in("ada@story.example", "a long enough password").await;
        let done = AtomicUsize::new(0);
        let writers = (0..8).map(|writer| {
            let (serving, cookie, done) = (&serving, &cookie, &done);
            async move {
                let (mut good, mut sent) = (0, 0);
                for number in 0.. {
                    let body = format!("name_en=Round+{round}+{writer}+{number}&kinds%5B%5D=agent&stage=target");
                    sent += 1;
                    match serving.post("/api/companies/create", cookie, &body).await {
                        Some(answer) if answer.starts_with("HTTP/1.1 303") => {
                            good += 1;
                            done.fetch_add(1, Ordering::SeqCst);
                        }
                        Some(answer) => panic!("{answer}"),
                        None => break,
                    }
                }
                (good, sent)
            }
        });
        let kill = async {
            // In the midst of it, each time a little later.
            let enough = usize::try_from(8 + 7 * round).unwrap();
            until("so much is written", async || done.load(Ordering::SeqCst) >= enough).await;
            serving.signal("KILL");
        };
        let (counts, ()) = tokio::join!(futures::future::join_all(writers), kill);
        acknowledged += counts.iter().map(|(good, _)| good).sum::<usize>();
        tried += counts.iter().map(|(_, sent)| sent).sum::<usize>();
        serving.child.wait().unwrap();
    }
    assert!(acknowledged > 20, "only {acknowledged} writes were acknowledged");
    let serving = Serving::start(&folder, url).await;
    let cookie = serving.sign_in("ada@story.example", "a long enough password").await;
    let page = serving.try_request("GET", "/companies", &format!("cookie: {cookie}\r\n"), "").await.unwrap();
    let at = page.find(" companies</p>").unwrap_or_else(|| panic!("{page}"));
    let stored: usize = page[page[..at].rfind('>').unwrap() + 1..at].replace(',', "").parse().unwrap();
    assert!((acknowledged..=tried).contains(&stored), "{stored} stored of {tried}, {acknowledged} acknowledged");
    drop(serving);
    let mut verify = folder.portal(&["journal", "verify"]);
    if let Some(url) = url {
        verify.env("DATABASE_URL", url);
    }
    let verified = verify.output().unwrap();
    // One row for the account, one for each of five sign-ins, one for each company: nothing half.
    let rows = stored + 6;
    assert!(
        out(&verified).contains(&format!("the journal holds: {rows} rows")),
        "{}{}",
        out(&verified),
        err(&verified)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_writes_on_sqlite() {
    killed_under_writes("killed_sqlite", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_writes_on_postgres() {
    let Ok(server) = std::env::var("PORTAL_TEST_POSTGRES") else {
        println!("not told: PORTAL_TEST_POSTGRES names no server");
        return;
    };
    let (base, _) = server.rsplit_once('/').unwrap();
    let name = format!("killed_{}", std::process::id());
    let admin = sqlx::PgPool::connect(&server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&admin).await.unwrap();
    killed_under_writes("killed_postgres", Some(format!("{base}/{name}"))).await;
    sqlx::query(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).execute(&admin).await.unwrap();
}

#[test]
fn an_older_program_refuses_a_newer_schema() {
    let folder = Folder::new("newer");
    assert!(folder.run(&["migrate"]).status.success());
    let file = folder.0.join("data/portal.db");
    newer_schema(&file);
    let output = folder.run(&["serve", "--addr", &free_address().to_string()]);
    assert!(!output.status.success() && err(&output).contains("newer than this program"), "{}", err(&output));
    assert_eq!(err(&output).lines().count(), 1);
}

/// Notes a migration that this program does not know.
fn newer_schema(file: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'from the future', TRUE, x'00', 0)",
        )
        .execute(&pool)
        .await
        .unwrap();
        pool.close().await;
    });
}

//! What many agreements cost: their lists, boards and pages, and those of obligations and of the parties, with a hundred
//! times as many as in a small portal; and what the certificate of an agreement of many parties takes.

use app::agreement::life::State;
use app::agreement::obligation::life::State as Owed;
use app::backend::clock::{Clock, new_id, stopwatch};
use app::backend::database::{Database, Sql, Tx};
use app::error::Result as Done;
use app::search;
use app::time::Timestamp;
use sqlx::types::Uuid;
use tokio::runtime::Runtime;

use crate::client::{Caller, Connection, get, post};
use crate::large::{self, Dice};
use crate::process::Site;
use crate::report::{Report, Target};
use crate::{DEMONSTRATION_PASSWORD, staff};

/// What many is compared with.
const FEW: usize = 200;
const OBLIGATIONS: usize = 4;
/// Companies from which the parties are taken, the same in both.
const COMPANIES: usize = 1000;
/// Agreements in one transaction.
const CHUNK: usize = 100;
/// Agreements of the company that has few, in both.
const OF_FEW: usize = 5;
const PARTIES: usize = 30;

const STATES: [(State, usize); 9] = [
    (State::InForce, 45),
    (State::Expired, 20),
    (State::Signed, 8),
    (State::Negotiation, 8),
    (State::Draft, 5),
    (State::Terminated, 5),
    (State::Renewed, 4),
    (State::ForSignature, 3),
    (State::Rejected, 2),
];
const OWED: [(Owed, usize); 6] = [
    (Owed::Pending, 30),
    (Owed::InProgress, 20),
    (Owed::Submitted, 5),
    (Owed::Disputed, 3),
    (Owed::Fulfilled, 37),
    (Owed::Waived, 5),
];
const KINDS: [&str; 7] = ["strategic", "framework", "mou", "investment", "nda", "data", "service"];

/// One of several that come as often as they say, of a hundred.
fn of<T: Copy>(dice: &mut Dice, all: &[(T, usize)]) -> T {
    let mut roll = dice.roll(all.iter().map(|(_, share)| share).sum());
    for (one, share) in all {
        match roll.checked_sub(*share) {
            Some(rest) => roll = rest,
            None => return *one,
        }
    }
    all[0].0
}

/// An agreement, with what is asked of it in more than one table.
struct Made {
    id: Uuid,
    parties: Vec<(Uuid, Uuid)>,
}

/// Adds agreements with their obligations. The first company is a party of all of them, the second of a few.
async fn fill(tx: &mut Tx, dice: &mut Dice, companies: &[Uuid], numbers: &[usize], now: Timestamp) -> Done<()> {
    let mut agreements = Sql::new(
        "INSERT INTO agreements (id, number, kind, state, title_en, title_zh, summary_en, summary_zh, prevailing, areas,
             sign_place, sign_on, effective_on, ends_on, zone, effective_at, ends_at, renewal, governing_law,
             confidentiality, private, shared_at, owner_id, created_at, changed_at, search_text, sort_en, sort_zh, version,
             decided_for) VALUES ",
    );
    let staff = Sql::new("SELECT id FROM accounts WHERE email = 'staff@demo.example'");
    let staff: Option<Uuid> = staff.rows::<(Uuid,)>(tx).await?.first().map(|(id,)| *id);
    let mut made = Vec::new();
    for (index, number) in numbers.iter().enumerate() {
        let state = of(dice, &STATES);
        let day = |days: usize| i64::try_from(days).unwrap_or_default() * Timestamp::DAY;
        let (begins, ends) = match state {
            State::InForce => (Some(now.minus(day(1 + dice.roll(900)))), Some(now.plus(day(2 + dice.roll(900))))),
            State::Expired | State::Terminated | State::Renewed => {
                let ends = now.minus(day(2 + dice.roll(900)));
                (Some(ends.minus(day(365))), Some(ends))
            }
            State::Signed => (Some(now.plus(day(2 + dice.roll(60)))), Some(now.plus(day(400 + dice.roll(600))))),
            _ => (None, None),
        };
        let iso = |at: Option<Timestamp>| at.map(Timestamp::iso_day).unwrap_or_default();
        let changed = now.minus(day(dice.roll(900)) + Timestamp::SECOND * i64::try_from(*number).unwrap_or_default());
        let text = format!("AG-2099-{number:05}");
        let title =
            format!("Agreement {number} on {}", dice.of(&["training", "trials", "devices", "data", "a hospital"]));
        let made_id = new_id();
        let stamp = |sql: &mut Sql, at: Option<Timestamp>| match at {
            Some(at) => drop(sql.bind(", ?", at.0)),
            None => drop(sql.push(", NULL")),
        };
        let sql = &mut agreements;
        sql.bind(if index == 0 { "(?" } else { ", (?" }, made_id).bind(", ?", text.clone());
        sql.bind(", ?", dice.of(&KINDS)).bind(", ?", state.code()).bind(", ?", title.clone());
        sql.bind(", ?, '', '', 'both', 'Training', 'Boao'", format!("第{number}号合作协议"));
        sql.bind(", ?", iso(begins)).bind(", ?", iso(begins)).bind(", ?", iso(ends)).push(", 'Asia/Shanghai'");
        stamp(sql, begins);
        stamp(sql, ends);
        sql.push(if dice.roll(4) == 0 { ", 'automatic', '', '', FALSE" } else { ", 'none', '', '', FALSE" });
        stamp(sql, (!state.is_internal()).then_some(changed));
        sql.bind(", ?", staff).bind(", ?, ?", changed.0);
        sql.bind(", ?", app::backend::fold::search_text([text.as_str(), &title]));
        sql.bind(", ?", app::backend::fold::sort_key(&title)).bind(", ?, 1", app::backend::fold::sort_key(&title));
        sql.bind(", ?)", iso(ends));
        search::note(tx, search::Kind::Agreement, made_id);

        let mut chosen = vec![companies[0]];
        if *number < OF_FEW {
            chosen.push(companies[1]);
        }
        for _ in 0..1 + dice.roll(4) {
            let other = companies[2 + dice.roll(companies.len() - 2)];
            if !chosen.contains(&other) {
                chosen.push(other);
            }
        }
        let parties = chosen.into_iter().map(|company| (new_id(), company)).collect();
        made.push(Made { id: made_id, parties });
    }
    agreements.execute(tx).await?;
    parties(tx, &made, now).await?;
    obligations(tx, dice, &made, now).await
}

async fn parties(tx: &mut Tx, made: &[Made], now: Timestamp) -> Done<()> {
    let mut sql = Sql::new(
        "INSERT INTO agreement_parties (id, agreement_id, company_id, position, role, added_at, removed_reason) VALUES ",
    );
    let mut first = true;
    for agreement in made {
        for (position, (party, company)) in (1_i64..).zip(&agreement.parties) {
            sql.bind(if std::mem::take(&mut first) { "(?" } else { ", (?" }, *party).bind(", ?", agreement.id);
            sql.bind(", ?", *company).bind(", ?", position).bind(", '', ?, '')", now.0);
        }
    }
    sql.execute(tx).await?;
    Ok(())
}

async fn obligations(tx: &mut Tx, dice: &mut Dice, made: &[Made], now: Timestamp) -> Done<()> {
    let mut sql = Sql::new(
        "INSERT INTO obligations (id, agreement_id, number, clause, text_en, text_zh, state, settled, survives, due_on, last_on,
             due_at, escalate_at, occurrence, anchor_on, repeat_until, next_on, reminded_at, overdue_told_at, escalated_at,
             created_at, changed_at, version) VALUES ",
    );
    let mut sides = Sql::new(
        "INSERT INTO obligation_parties (id, obligation_id, party_id, company_id, agreement_id, owes, benefits, state, settled,
             due_at) VALUES ",
    );
    let mut first = true;
    for agreement in made {
        for number in 1..=OBLIGATIONS {
            let (id, state) = (new_id(), of(dice, &OWED));
            let settled = if state.is_settled() { ", TRUE" } else { ", FALSE" };
            // Most of what is open is due in the time to come.
            let due = now.plus((i64::try_from(dice.roll(900)).unwrap_or_default() - 45) * Timestamp::DAY);
            let due = if state.is_settled() { due.minus(800 * Timestamp::DAY) } else { due };
            let comma = if std::mem::take(&mut first) { "(?" } else { ", (?" };
            sql.bind(comma, id).bind(", ?", agreement.id).bind(", ?", i64::try_from(number).unwrap_or_default());
            sql.bind(", ?", format!("{number}.1")).bind(", ?", format!("Send the report {number} of the year"));
            sql.bind(", ?", format!("提交第{number}份年度报告")).bind(", ?", state.code()).push(settled);
            sql.bind(", FALSE, ?", due.iso_day()).bind(", ?", due.iso_day()).bind(", ?, ?, 0, '', '', ''", due.0);
            sql.bind(", ?, ?, ?, ?, ?, 1)", now.0);
            let owing = dice.roll(agreement.parties.len());
            for (place, side) in [(owing, ", TRUE, FALSE"), ((owing + 1) % agreement.parties.len(), ", FALSE, TRUE")] {
                let (party, company) = agreement.parties[place];
                let before = if place == owing { comma } else { ", (?" };
                sides.bind(before, new_id()).bind(", ?", id).bind(", ?", party);
                sides.bind(", ?", company).bind(", ?", agreement.id).push(side);
                sides.bind(", ?", state.code()).push(settled).bind(", ?)", due.0);
            }
        }
    }
    sql.execute(tx).await?;
    sides.execute(tx).await?;
    Ok(())
}

/// What the two sizes have in common.
struct Filled {
    all: Uuid,
    few: Uuid,
    /// An agreement with four obligations, in force.
    number: String,
}

async fn fill_all(database: &Database, count: usize) -> Done<Filled> {
    large::fill(database, COMPANIES).await?;
    let now = Clock::System.now();
    let mut tx = database.begin().await?;
    let rep = Sql::new(
        "SELECT f.company_id FROM affiliations f JOIN accounts a ON a.id = f.account_id WHERE a.email = 'rep@demo.example'",
    );
    let rep: Vec<(Uuid,)> = rep.rows(&mut tx).await?;
    let others: Vec<(Uuid,)> =
        Sql::new("SELECT id FROM companies WHERE city = 'Copenhagen' ORDER BY name_en, id").rows(&mut tx).await?;
    // The one who is a party of everything comes first, the representative's company has few.
    let mut companies: Vec<Uuid> = others.into_iter().map(|(id,)| id).collect();
    companies.splice(1..1, rep.iter().take(1).map(|(id,)| *id));
    tx.commit().await?;
    let mut dice = Dice(11);
    let numbers: Vec<usize> = (0..count).collect();
    for some in numbers.chunks(CHUNK) {
        let mut tx = database.begin().await?;
        fill(&mut tx, &mut dice, &companies, some, now).await?;
        tx.commit().await?;
    }
    let mut tx = database.begin().await?;
    Sql::new("ANALYZE").execute(&mut tx).await?;
    let found = Sql::new(
        "SELECT number FROM agreements WHERE number LIKE 'AG-2099-%' AND state = 'in_force' ORDER BY number LIMIT 1",
    );
    let number = found.rows::<(String,)>(&mut tx).await?.pop().map(|(number,)| number).unwrap_or_default();
    tx.commit().await?;
    Ok(Filled { all: companies[0], few: companies[1], number })
}

/// What is asked by staff.
fn questions(filled: &Filled) -> Vec<(&'static str, String)> {
    let Filled { all, few, number } = filled;
    vec![
        ("agreements", "/agreements".to_owned()),
        ("agreements: in force, by their last day", "/agreements?state=in_force&sort=ends".to_owned()),
        ("agreements: under way, by title", "/agreements?state=under_way&sort=title".to_owned()),
        ("agreements: of a kind", "/agreements?kind=mou".to_owned()),
        ("agreements: that end soon", "/agreements?state=expiring".to_owned()),
        ("agreements: by words", "/agreements?q=agreement+on+trials".to_owned()),
        ("agreements: by a part of a party's name", "/agreements?party=medi".to_owned()),
        ("agreements: of a party of all", format!("/agreements?party={all}")),
        ("agreements: of a party of few", format!("/agreements?party={few}")),
        ("agreements: a far page", "/agreements?page=4".to_owned()),
        ("agreements: board", "/agreements/board".to_owned()),
        ("agreements: calendar", "/agreements/calendar".to_owned()),
        ("an agreement", format!("/agreements/{number}")),
        ("a company that is a party of all", format!("/companies/{all}")),
        ("a company that is a party of few", format!("/companies/{few}")),
        ("obligations", "/obligations".to_owned()),
        ("obligations: overdue", "/obligations?state=overdue".to_owned()),
        ("obligations: due within 30 days", "/obligations?due=30".to_owned()),
        ("obligations: of a party of all, overdue", format!("/obligations?company={all}&state=overdue")),
        ("obligations: of a party of few", format!("/obligations?company={few}")),
        ("obligations: of an agreement", format!("/obligations?agreement={number}&state=all")),
        ("obligations: board", "/obligations/board".to_owned()),
        ("obligations: board of a party of all", format!("/obligations/board?company={all}")),
        ("the search for an agreement", "/search?q=agreement+trials".to_owned()),
    ]
}

/// What is asked by somebody of a company that is a party of few.
fn questions_of_a_party(filled: &Filled) -> Vec<(&'static str, String)> {
    vec![
        ("a party's agreements", "/agreements".to_owned()),
        ("a party's board", "/agreements/board".to_owned()),
        ("a party's calendar", "/agreements/calendar".to_owned()),
        ("a party's obligations", "/obligations".to_owned()),
        ("a party's board of obligations", "/obligations/board".to_owned()),
        ("a party's company", format!("/companies/{}", filled.few)),
        ("a party's day", "/today".to_owned()),
    ]
}

pub(crate) fn growth(
    report: &mut Report,
    runtime: &Runtime,
    (few, many): (&Site, &Site),
    count: usize,
    database: &str,
) -> Result<(), String> {
    let mut measured = Vec::new();
    let mut certificate = Vec::new();
    for (site, count) in [(few, FEW), (many, count)] {
        let what = format!("{count} agreements");
        let (filled, took) = large::filled(runtime, site, &what, async |database| fill_all(database, count).await)?;
        let server = site.serve()?;
        let times = runtime.block_on(async {
            let mut times = large::medians(&staff(&server), &questions(&filled)).await?;
            let rep = Caller::new(server.addr, "rep@demo.example", DEMONSTRATION_PASSWORD);
            times.extend(large::medians(&rep, &questions_of_a_party(&filled)).await?);
            Ok::<_, String>(times)
        })?;
        measured.push((times, took));
        if certificate.is_empty() {
            certificate = runtime.block_on(certificates(site, &server))?;
        }
    }
    let owed = count * OBLIGATIONS;
    report.section(&format!(
        "{count} agreements with {owed} obligations on {database}, and how many times the time of {FEW} with {}",
        FEW * OBLIGATIONS
    ));
    report.line("filled", measured[1].1, "s", Target::None);
    large::compare(report, &measured[0].0, &measured[1].0, |_| Target::None);
    report.line(
        &format!("the certificate of {PARTIES} parties, drawn, signed and kept"),
        crate::report::median(certificate),
        "s",
        Target::AtMost(1.0),
    );
    Ok(())
}

/// Has the certificates of agreements of many parties made; gives the seconds that each took.
async fn certificates(site: &Site, server: &crate::process::Server) -> Result<Vec<f64>, String> {
    let database = Database::open(&site.database).await?;
    let mut numbers = Vec::new();
    for number in 0..5 {
        let signed = signed(&database, number).await;
        numbers.push(signed.map_err(|error| format!("an agreement of {PARTIES} parties: {error}"))?);
    }
    database.close().await;
    let cookie = staff(server).sign_in().await?;
    let mut connection = Connection::open(server.addr).await?;
    let mut seconds = Vec::new();
    for number in numbers {
        let began = stopwatch();
        let answer =
            connection.ask(&post(server.addr, &cookie, "/api/agreements/certify", &format!("id={number}"))).await?;
        seconds.push(began.elapsed().as_secs_f64());
        let location = answer.header("location").unwrap_or_default().to_owned();
        if !location.ends_with("#certificate") {
            return Err(format!("no certificate was made of {number}: {location}"));
        }
        let page = connection.ask(&get(server.addr, &cookie, &format!("/agreements/{number}"), "")).await?;
        if !String::from_utf8_lossy(page.body).contains("certificate.json") {
            return Err(format!("the page of {number} has no certificate"));
        }
    }
    Ok(seconds)
}

/// An agreement that each of its many parties signed in the portal, with all that happened to each request.
async fn signed(database: &Database, number: usize) -> Done<String> {
    let now = Clock::System.now();
    let mut tx = database.begin().await?;
    let (id, version, document) = (new_id(), new_id(), new_id());
    let name = format!("AG-2098-{number:04}");
    let staff = Sql::new("SELECT id FROM accounts WHERE email = 'staff@demo.example'");
    let staff: Option<Uuid> = staff.rows::<(Uuid,)>(&mut tx).await?.first().map(|(id,)| *id);
    let companies = Sql::new("SELECT id FROM companies WHERE city = 'Copenhagen' ORDER BY id LIMIT 30");
    let companies: Vec<(Uuid,)> = companies.rows(&mut tx).await?;
    let mut sql = Sql::new(
        "INSERT INTO agreements (id, number, kind, state, title_en, title_zh, summary_en, summary_zh, prevailing, areas,
             sign_place, sign_on, effective_on, ends_on, zone, renewal, governing_law, confidentiality, private, shared_at,
             created_at, changed_at, search_text, sort_en, sort_zh, version) VALUES ",
    );
    sql.bind("(?", id)
        .bind(", ?, 'framework', 'signed', 'An agreement of many parties', '多方合作协议'", name.as_str());
    sql.bind(
        ", '', '', 'both', '', 'Boao', '', '', '', 'Asia/Shanghai', 'none', '', '', FALSE, ?, ?, ?, '', '', '', 1)",
        now.0,
    );
    sql.execute(&mut tx).await?;
    let sha256 = format!("{number:064x}");
    let mut sql = Sql::new(
        "INSERT INTO files (sha256, size, media_type, stored_at, scan_state, scan_due_at, scan_attempts, finding)",
    );
    sql.bind(" VALUES (?, 100000, 'application/pdf'", sha256.as_str()).bind(", ?, 'unscanned', 0, 0, '')", now.0);
    sql.execute(&mut tx).await?;
    let mut sql = Sql::new(
        "INSERT INTO documents (id, owner_kind, owner_id, sha256, name, note, audience, uploaded_by, uploaded_at)",
    );
    sql.bind(" VALUES (?, 'agreement'", document).bind(", ?", id).bind(", ?, 'text.pdf', '', 'company'", sha256);
    sql.bind(", ?", staff).bind(", ?)", now.0);
    sql.execute(&mut tx).await?;
    let mut sql =
        Sql::new("INSERT INTO agreement_versions (id, agreement_id, number, shared_number, shared_at, changes, at)");
    sql.bind(" VALUES (?", version).bind(", ?, 1, 1", id).bind(", ?, '', ?)", now.0);
    sql.execute(&mut tx).await?;
    let mut sql = Sql::new("INSERT INTO agreement_texts (version_id, language, document_id)");
    sql.bind(" VALUES (?, 'both'", version).bind(", ?)", document).execute(&mut tx).await?;
    for (position, (company,)) in (1_i64..).zip(companies) {
        let (party, signatory) = (new_id(), new_id());
        let person = format!("Signatory {position} 签署人");
        let mut sql = Sql::new(
            "INSERT INTO agreement_parties (id, agreement_id, company_id, position, role, added_at, removed_reason)",
        );
        sql.bind(" VALUES (?", party).bind(", ?", id).bind(", ?", company).bind(", ?", position);
        sql.bind(", 'Partner 合作方', ?, '')", now.0).execute(&mut tx).await?;
        let mut sql = Sql::new(
            "INSERT INTO agreement_signatories (id, party_id, group_number, name, title, email, email_folded, language, added_at,
                 deputy_name, deputy_title, deputy_email, deputy_folded, deputy_language, version_id, sent_at, opened_at,
                 signed_at, reminders)",
        );
        sql.bind(" VALUES (?", signatory).bind(", ?, 1", party).bind(", ?, 'General Manager 总经理'", person.as_str());
        sql.bind(", ?, ?, 'en'", format!("signatory{position}@bench.example")).bind(", ?, '', '', '', '', ''", now.0);
        sql.bind(", ?", version).bind(", ?, ?, ?, 0)", now.0).execute(&mut tx).await?;
        let mut sql = Sql::new(
            "INSERT INTO agreement_signatures (id, party_id, version_id, mode, signer_name, signer_title, signed_on, place,
                 recorded_at)",
        );
        sql.bind(" VALUES (?", new_id()).bind(", ?", party).bind(", ?, 'portal'", version).bind(", ?", person.as_str());
        sql.bind(", 'General Manager', ?", now.iso_day()).bind(", 'Boao', ?)", now.0).execute(&mut tx).await?;
        for (step, fact) in (0_i64..).zip(["sent", "opened", "signed"]) {
            let mut sql = Sql::new(
                "INSERT INTO agreement_signing_facts (id, agreement_id, signatory_id, version_id, kind, at, zone, name, title,
                     on_behalf_of, address, agent, method, reason, drawn)",
            );
            sql.bind(" VALUES (?", new_id()).bind(", ?", id).bind(", ?", signatory).bind(", ?", version);
            sql.bind(", ?", fact).bind(", ?, 'Asia/Shanghai'", now.0 + step).bind(", ?", person.as_str());
            sql.push(
                ", 'General Manager 总经理', '', '192.0.2.7', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36',
                 'code', '', 'M10 20 L200 60 L300 100 L420 40 L580 180')",
            );
            sql.execute(&mut tx).await?;
        }
    }
    tx.commit().await?;
    Ok(name)
}

//! The mail server misbehaves in every way, one after another, while people do what causes mails.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::both;
use crate::harness::{Place, Serving, minute};
use crate::smtp::{Fault, Smtp};

both!(a_mail_server_in_trouble_is_noticed_by_nobody);

const RECEIVER: &str = "bea@fault.example";
/// With each fault as long as a sixth of a minute, all of them make one.
const FAULTS: [Fault; 6] =
    [Fault::Closed, Fault::Silent, Fault::ReceiverBusy, Fault::GoesAway, Fault::DroppedAfterData, Fault::SenderRefused];

/// The id of the account with this name, from the form that offers it.
async fn manager(serving: &Serving, cookie: &str, name: &str) -> String {
    let form = serving.get("/companies/new", cookie).await.unwrap();
    let end = form.find(&format!(">{name}</option>")).unwrap();
    let start = form[..end].rfind("value=\"").unwrap() + 7;
    form[start..start + 36].to_owned()
}

async fn a_mail_server_in_trouble_is_noticed_by_nobody(mut place: Place) {
    let smtp = Smtp::start().await;
    place.settings.push(("SMTP_URL", format!("smtp://{}", smtp.addr)));
    place.settings.push(("MAIL_FROM", "portal@fault.example".to_owned()));
    place.add_user();
    place.add(RECEIVER, "Bea");
    let serving = Serving::start(&place).await;
    let cookie = serving.sign_in().await;
    let bea = manager(&serving, &cookie, "Bea").await;
    let (mut caused, mut times) = (HashSet::new(), Vec::new());
    for fault in FAULTS {
        smtp.fail(fault, 10_000);
        let end = Instant::now() + minute() / 6;
        while Instant::now() < end {
            let name = format!("Caused{}", caused.len());
            let body = format!("name_en={name}&kinds%5B%5D=agent&stage=target&manager={bea}");
            let began = Instant::now();
            let answer = serving.post("/api/companies/create", &cookie, &body).await.unwrap();
            times.push(began.elapsed());
            assert!(answer.starts_with("HTTP/1.1 303"), "{fault:?}: {answer}");
            caused.insert(name);
            sleep(Duration::from_millis(100)).await;
        }
        smtp.heal();
    }
    times.sort_unstable();
    let p99 = times[times.len() * 99 / 100];
    println!("{} mails caused; p99 of what caused them {p99:.1?}", caused.len());
    assert!(p99 < Duration::from_millis(200), "{p99:?}");

    let healed = Instant::now();
    loop {
        let arrived = arrived(&smtp, &caused);
        if arrived.len() == caused.len() {
            break;
        }
        assert!(healed.elapsed() < Duration::from_secs(180), "{} of {} arrived", arrived.len(), caused.len());
        sleep(Duration::from_millis(500)).await;
    }
    println!("all arrived {:.0?} after the server was well", healed.elapsed());
    assert!(serving.metric("portal_mails_waiting").await < 1.0 && serving.metric("portal_mails_dead").await < 1.0);
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut twice = 0;
    for mail in smtp.received() {
        let first = seen.entry(mail.message_id()).or_insert_with(|| mail.data.clone());
        assert_eq!(*first, mail.data, "what comes again is the same mail");
        twice += 1;
    }
    assert_eq!(seen.len(), caused.len(), "one Message-ID for each mail");
    println!("{} came more than once", twice - seen.len());
    drop(serving);
    place.journal_holds();
}

/// The companies whose mail has arrived.
fn arrived(smtp: &Smtp, caused: &HashSet<String>) -> HashSet<String> {
    let subjects: Vec<String> =
        smtp.received().iter().filter_map(|mail| mail.parse().headers.get("subject").cloned()).collect();
    let named = |name: &&String| {
        let ends = |subject: &String| {
            subject
                .match_indices(name.as_str())
                .any(|(at, _)| !subject[at + name.len()..].starts_with(|c: char| c.is_ascii_digit()))
        };
        subjects.iter().any(ends)
    };
    caused.iter().filter(named).cloned().collect()
}

//! What stands on a certificate, in Chinese and English.

use super::super::model::{Kind, Tongue, party_letter};
use super::content::{Content, Event, File, Party, Version};
use super::key::shown_code;
use super::paper::{Paper, Qr, Row, Section};
use super::verify;
use crate::language::{Language, Texts};
use crate::time::date;

/// A program that names itself at great length is cut on paper; the signed text has all of it.
const LONGEST: usize = 400;

fn zh() -> &'static Texts {
    Language::Zh.texts()
}

fn en() -> &'static Texts {
    Language::En.texts()
}

/// The same text of both languages, Chinese first.
fn both(text: impl Fn(&'static Texts) -> String) -> (String, String) {
    (text(zh()), text(en()))
}

fn label(text: impl Fn(&'static Texts) -> &'static str) -> Vec<String> {
    vec![format!("{} {}", text(zh()), text(en()))]
}

fn section(text: impl Fn(&'static Texts) -> &'static str, rows: Vec<Row>) -> Section {
    Section { zh: text(zh()).to_owned(), en: text(en()).to_owned(), rows }
}

fn row(lead: Vec<String>, (zh, en): (String, String)) -> Row {
    Row { lead, zh, en, under: Vec::new() }
}

fn same(lead: Vec<String>, text: &str) -> Row {
    row(lead, (text.to_owned(), text.to_owned()))
}

/// What there is of two texts, each for the other where it is missing.
fn either(zh: &str, en: &str) -> (String, String) {
    let or = |one: &str, other: &str| if one.is_empty() { other.to_owned() } else { one.to_owned() };
    (or(zh, en), or(en, zh))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_owned(),
    }
}

/// 甲方 Party A
fn called(place: usize) -> String {
    let name = |t: &'static Texts| t.agreement_party_of(party_letter(place.saturating_sub(1), t.language));
    format!("{} {}", name(zh()), name(en()))
}

pub fn sheet(content: &Content, signature: &str) -> Paper {
    let certificate = &content.certificate;
    let number = &content.agreement.number;
    let title = |t: &'static Texts| t.certificate_title().to_owned();
    let (title_zh, title_en) = both(title);
    let url = verify::address(&certificate.portal, &certificate.code);
    Paper {
        title: format!("{number} {title_zh} {title_en}"),
        author: format!("{} {}", zh().shell_name(), en().shell_name()),
        zh: title_zh,
        en: title_en,
        made: moment(&certificate.made_at),
        foot: format!("{number} · {}", shown_code(&certificate.code)),
        qr: Qr { label: en().sheet_qr(&url), text: url.clone() },
        sections: vec![
            agreement(content, &url),
            section(Texts::sheet_parties, content.parties.iter().map(party).collect()),
            section(Texts::sheet_texts, content.versions.iter().map(version).collect()),
            section(Texts::sheet_events, content.events.iter().map(event).collect()),
            proof(content, signature),
        ],
    }
}

/// Year, month, day, hour, minute and second of a moment.
fn moment(iso: &str) -> [u16; 6] {
    let mut numbers = iso.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().unwrap_or(0));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

/// A moment for people: to the second, and in which zone.
fn seconds(iso: &str) -> String {
    iso.split(['.', 'Z']).next().unwrap_or_default().replace('T', " ")
}

fn agreement(content: &Content, url: &str) -> Section {
    let stated = &content.agreement;
    let kind =
        |t: &'static Texts| Kind::from_code(&stated.kind).map_or("", |kind| t.agreement_kind_of(kind)).to_owned();
    let prevailing = |t: &'static Texts| {
        Tongue::from_code(&stated.prevailing).map_or("", |tongue| t.agreement_prevailing_of(tongue)).to_owned()
    };
    let signed = |t: &'static Texts| {
        let day = date(&stated.sign_on, t.language);
        [day.as_str(), stated.sign_place.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let effective = |t: &'static Texts| match stated.effective_on.as_str() {
        "" => String::new(),
        day => format!("{} ({})", date(day, t.language), stated.zone),
    };
    let made = format!("{} UTC", seconds(&content.certificate.made_at));
    let rows = vec![
        same(label(Texts::sheet_number), &stated.number),
        row(label(Texts::sheet_name), either(&stated.title_zh, &stated.title_en)),
        row(label(Texts::sheet_kind), both(kind)),
        row(label(Texts::sheet_prevailing), both(prevailing)),
        row(label(Texts::sheet_signed), both(signed)),
        row(label(Texts::sheet_effective), both(effective)),
        same(label(Texts::sheet_certificate), &shown_code(&content.certificate.code)),
        same(label(Texts::sheet_made), &made),
        same(label(Texts::sheet_address), url),
    ];
    section(Texts::sheet_agreement, rows.into_iter().filter(|row| !row.zh.is_empty() || !row.en.is_empty()).collect())
}

fn party(party: &Party) -> Row {
    let mut row = row(vec![called(party.place)], either(&party.name_zh, &party.name_en));
    if !party.role.is_empty() {
        row.under.push(party.role.clone());
    }
    row
}

fn version(version: &Version) -> Row {
    let what = |t: &'static Texts| {
        if version.signed { t.sheet_version_signed().to_owned() } else { t.sheet_version_earlier().to_owned() }
    };
    let (zh_number, en_number) = both(|t| t.sheet_version(version.number));
    let lead = vec![format!("{zh_number} {en_number}"), format!("{} UTC", seconds(&version.at))];
    Row { under: version.files.iter().flat_map(file).collect(), ..row(lead, both(what)) }
}

fn file(file: &File) -> [String; 2] {
    let language = Tongue::from_code(&file.language).map(|tongue| {
        let (zh, en) = both(|t| t.agreement_tongue_of(tongue).to_owned());
        format!("{zh} {en} · ")
    });
    let (zh_size, en_size) = both(|t| t.sheet_size(file.size));
    let size = format!("{zh_size} {en_size}");
    [format!("{}{} · {size}", language.unwrap_or_default(), file.name), format!("SHA-256 {}", file.sha256)]
}

fn event(event: &Event) -> Row {
    let place = match event.place.as_str() {
        "" => None,
        place => Some(place),
    };
    let what = |t: &'static Texts| {
        let title = |name: &str| match (event.title.as_str(), t.language) {
            ("", _) => name.to_owned(),
            (title, Language::Zh) => format!("{name}（{title}）"),
            (title, Language::En) => format!("{name} ({title})"),
        };
        let (who, other) = (title(&event.name), event.on_behalf_of.as_str());
        match event.what.as_str() {
            "sent" => t.sheet_sent(who),
            "reminded" => t.sheet_reminded(who),
            "opened" => t.sheet_opened(who),
            "signed" if other.is_empty() => t.sheet_signed_by(who),
            "signed" => t.sheet_signed_for(who, other),
            "declined" => t.sheet_declined(who),
            "delegated" if other.is_empty() => t.sheet_delegated_alone(who),
            "delegated" => t.sheet_delegated(other, who),
            "expired" => t.sheet_expired(who),
            "extended" => t.sheet_extended(who),
            "withdrawn" => t.sheet_withdrawn(who),
            "voided" => t.sheet_voided(who),
            "signed_on_paper" => {
                let day = date(&event.signed_on, t.language);
                match place {
                    Some(place) => t.sheet_on_paper(who, day, place),
                    None => t.sheet_on_paper_nowhere(who, day),
                }
            }
            "paper_voided" => t.sheet_paper_voided(who),
            other => t.sheet_other(other, who),
        }
    };
    let mut lead = vec![format!("{} UTC", seconds(&event.at))];
    if !event.local.is_empty() {
        lead.push(event.local.clone());
        lead.push(event.zone.clone());
    }
    Row { under: under(event), ..row(lead, both(what)) }
}

/// What else is known of an event, in both languages on one line.
fn under(event: &Event) -> Vec<String> {
    let two = |text: &dyn Fn(&'static Texts) -> String| {
        let (zh, en) = both(text);
        format!("{zh} / {en}")
    };
    let mut lines = Vec::new();
    let (name_zh, name_en) = either(&event.company_zh, &event.company_en);
    let company = if name_zh == name_en { name_zh } else { format!("{name_zh} {name_en}") };
    let party = event.party.map(|place| format!("{} · ", called(place))).unwrap_or_default();
    let version =
        event.version.map(|number| format!(" · {}", two(&|t| t.sheet_of_version(number)))).unwrap_or_default();
    lines.push(format!("{party}{company}{version}"));
    match event.method.as_str() {
        "account" => lines.push(two(&|t| t.sheet_account().to_owned())),
        "code" => lines.push(two(&|t| t.sheet_by_code().to_owned())),
        _ => {}
    }
    let mut labelled = |text: fn(&'static Texts) -> &'static str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{} {}: {value}", text(zh()), text(en())));
        }
    };
    labelled(Texts::sheet_from, event.address.clone());
    labelled(Texts::sheet_agent, cut(&event.agent));
    labelled(Texts::sheet_reason, event.reason.clone());
    let sha256 = |sha256: &str| if sha256.is_empty() { String::new() } else { format!("SHA-256 {sha256}") };
    labelled(Texts::sheet_drawn, sha256(&event.drawn_sha256));
    if let Some(original) = &event.original {
        labelled(Texts::sheet_original, format!("{} · {}", original.name, sha256(&original.sha256)));
    }
    lines
}

fn proof(content: &Content, signature: &str) -> Section {
    let mut chain = row(label(Texts::sheet_chain), both(|t| t.sheet_chain_head(content.journal.number)));
    chain.under.push(format!("SHA-256 {}", content.journal.hash));
    let mut key = row(label(Texts::sheet_key), both(|t| t.sheet_key_is().to_owned()));
    key.under.push(content.certificate.key.clone());
    key.under.push(format!("{}{}", content.certificate.portal, verify::KEY));
    let mut signed = row(label(Texts::sheet_signature), both(|t| t.sheet_signature_is().to_owned()));
    signed.under.push(signature.to_owned());
    let how = row(label(Texts::sheet_how), both(|t| t.sheet_how_is().to_owned()));
    section(Texts::sheet_proof, vec![chain, key, signed, how])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::certificate::content::{Certificate, Journal};

    #[test]
    fn who_signed_for_whom_stands_there_in_both_languages() {
        let happened = Event {
            what: "signed".into(),
            at: "2026-11-22T08:00:00.000001Z".into(),
            local: "2026-11-22 16:00:00 +08:00".into(),
            zone: "Asia/Shanghai".into(),
            party: Some(2),
            company_en: "Bee Tech".into(),
            version: Some(3),
            name: "李四".into(),
            title: "Director".into(),
            on_behalf_of: "Anne Berg".into(),
            agent: "x".repeat(1000),
            ..Event::default()
        };
        let content = Content {
            certificate: Certificate {
                portal: "https://portal.example".into(),
                code: "ABC".into(),
                ..Certificate::default()
            },
            events: vec![happened],
            journal: Journal { number: 12, hash: "ab".into() },
            ..Content::default()
        };
        let paper = sheet(&content, "signature");
        let row = &paper.sections[3].rows[0];
        assert_eq!(row.zh, "李四（Director）已代Anne Berg签署");
        assert_eq!(row.en, "李四 (Director) signed on behalf of Anne Berg");
        assert_eq!(row.lead, ["2026-11-22 08:00:00 UTC", "2026-11-22 16:00:00 +08:00", "Asia/Shanghai"]);
        assert!(row.under[0].starts_with("乙方 Party B · Bee Tech · 第3版 / Version 3"), "{:?}", row.under);
        assert!(row.under[1].len() < 500, "{:?}", row.under);
        assert_eq!(paper.qr.text, "https://portal.example/verify/ABC");
        assert_eq!(moment("2026-11-22T08:09:10.000001Z"), [2026, 11, 22, 8, 9, 10]);
    }
}

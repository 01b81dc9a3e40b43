//! What stands in a cell, as the register keeps it: names of options in either language become their codes.

use std::collections::HashMap;
use std::sync::OnceLock;

use uuid::Uuid;

use super::model::{DateOrder, Subject, Wrong};
use super::read::{ERROR, FORMULA};
use crate::backend::fold::fold;
use crate::company::model::{Kind, Stage, Tier};
use crate::country;
use crate::error::Problem;
use crate::language::{Language, Texts};

/// Names of countries besides those in the list, folded.
const COUNTRIES: [(&str, &str); 26] = [
    ("usa", "US"),
    ("u.s.a.", "US"),
    ("u.s.", "US"),
    ("united states", "US"),
    ("america", "US"),
    ("uk", "GB"),
    ("u.k.", "GB"),
    ("great britain", "GB"),
    ("england", "GB"),
    ("scotland", "GB"),
    ("prc", "CN"),
    ("p.r. china", "CN"),
    ("pr china", "CN"),
    ("people's republic of china", "CN"),
    ("mainland china", "CN"),
    ("中华人民共和国", "CN"),
    ("hong kong", "HK"),
    ("香港", "HK"),
    ("taiwan", "TW"),
    ("台湾", "TW"),
    ("macau", "MO"),
    ("south korea", "KR"),
    ("korea", "KR"),
    ("the netherlands", "NL"),
    ("holland", "NL"),
    ("czech republic", "CZ"),
];

/// What kinds of companies are called for short, or besides, folded.
const KINDS: [(Kind, &[&str]); 11] = [
    (
        Kind::Manufacturer,
        &[
            "manufacturers",
            "producer",
            "maker",
            "marketing authorisation holder",
            "marketing authorization holder",
            "mah",
            "pharma",
            "pharmaceutical company",
            "medtech",
            "medical device company",
            "device manufacturer",
            "drug maker",
            "生产企业",
            "生产商",
            "生产厂家",
            "制造商",
            "厂商",
            "厂家",
            "药企",
            "制药企业",
            "制药公司",
            "药品生产企业",
            "器械企业",
            "医疗器械企业",
            "医疗器械生产企业",
            "上市许可持有人",
            "持有人",
        ],
    ),
    (
        Kind::Agent,
        &[
            "agents",
            "distributor",
            "dealer",
            "importer",
            "local agent",
            "chinese agent",
            "representative",
            "trading company",
            "代理",
            "代理人",
            "代理商",
            "境内代理",
            "国内代理",
            "代理企业",
            "代理公司",
            "总代理",
            "经销商",
            "进口商",
            "贸易公司",
        ],
    ),
    (
        Kind::MedicalInstitution,
        &[
            "hospital",
            "hospitals",
            "clinic",
            "medical centre",
            "medical center",
            "health centre",
            "health center",
            "healthcare provider",
            "医院",
            "诊所",
            "医疗中心",
            "医学中心",
            "医疗单位",
            "门诊部",
        ],
    ),
    (
        Kind::Insurer,
        &["insurance", "insurance company", "health insurer", "保险", "保险公司", "保险企业", "商业保险", "商保公司"],
    ),
    (Kind::Pharmacy, &["pharmacies", "drugstore", "chemist", "药店", "药品零售企业", "药店连锁"]),
    (
        Kind::Cluster,
        &[
            "cluster",
            "association",
            "industry association",
            "trade association",
            "chamber of commerce",
            "协会",
            "行业协会",
            "学会",
            "商会",
            "产业集群",
            "集群",
        ],
    ),
    (
        Kind::Investor,
        &[
            "investors",
            "investment",
            "investment company",
            "fund",
            "venture capital",
            "vc",
            "private equity",
            "投资",
            "投资人",
            "投资者",
            "投资机构",
            "投资公司",
            "基金",
            "基金公司",
        ],
    ),
    (
        Kind::Research,
        &[
            "research",
            "research institution",
            "research organisation",
            "research organization",
            "institute",
            "university",
            "研究所",
            "研究院",
            "研究机构",
            "科研院所",
            "科研单位",
            "高校",
            "大学",
        ],
    ),
    (
        Kind::Cro,
        &[
            "cro",
            "contract research organisation",
            "contract research organization",
            "clinical research organisation",
            "clinical research organization",
            "合同研究机构",
            "合同研究",
            "临床研究机构",
            "cro公司",
        ],
    ),
    (
        Kind::Authority,
        &[
            "authorities",
            "regulator",
            "government",
            "government agency",
            "regulatory authority",
            "监管部门",
            "监管机构",
            "政府",
            "政府部门",
            "政府机构",
            "药监局",
            "主管机构",
        ],
    ),
    (Kind::ZoneAdministration, &["乐城管理局", "先行区", "医疗先行区"]),
];

/// The kind that a text names, in English or Chinese, by its code, or as it is usually called.
fn kind(text: &str) -> Option<Kind> {
    let usual = || {
        let text = fold(text);
        KINDS.iter().find(|(_, names)| names.contains(&text.trim())).map(|(kind, _)| *kind)
    };
    option(text, &Kind::ALL, |kind| in_both(kind.code(), kind, |t, kind| t.kind(kind))).or_else(usual)
}

/// The values that a field takes, in the reader's words, where they are few enough to be told.
pub fn options(subject: Subject, field: &str, t: &'static Texts) -> Vec<&'static str> {
    match (subject, field) {
        (Subject::Companies, "kinds") => Kind::ALL.iter().map(|kind| t.kind(*kind)).collect(),
        (Subject::Companies, "stage") => Stage::FIRST.iter().map(|stage| t.stage(*stage)).collect(),
        (Subject::Companies, "tier") => Tier::ALL.iter().map(|tier| t.tier(*tier)).collect(),
        (Subject::People, "language") => vec!["English", "中文"],
        _ => Vec::new(),
    }
}

/// The country that a text names, in English, Chinese or by its code.
pub fn country(text: &str) -> Option<&'static str> {
    static NAMES: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let known = country::all()
            .iter()
            .flat_map(|country| [country.en, country.zh, country.code].map(|name| (fold(name), country.code)));
        known.chain(COUNTRIES.map(|(name, code)| (fold(name), code))).collect()
    });
    names.get(fold(text).trim()).copied()
}

fn option<T: Copy>(text: &str, all: &[T], names: impl Fn(T) -> [&'static str; 3]) -> Option<T> {
    let text = fold(text);
    all.iter().copied().find(|item| names(*item).iter().any(|name| fold(name) == text.trim()))
}

fn in_both<T: Copy>(
    code: &'static str,
    item: T,
    text: impl Fn(&'static Texts, T) -> &'static str,
) -> [&'static str; 3] {
    [code, text(Language::En.texts(), item), text(Language::Zh.texts(), item)]
}

/// The cell as the register's forms take it. `managers` are those who can be account managers, `order` is how the column's
/// dates are written.
///
/// # Errors
/// Why it is not taken.
pub fn value(
    subject: Subject,
    field: &str,
    cell: &str,
    managers: &[(Uuid, String)],
    order: DateOrder,
) -> Result<String, Wrong> {
    match cell {
        FORMULA => return Err(Wrong::Formula),
        ERROR => return Err(Wrong::ErrorCell),
        _ => {}
    }
    let unknown = Wrong::NotAnOption;
    match (subject, field) {
        (_, "since" | "until") => date(cell, order),
        (_, "country") => country(cell).map(str::to_owned).ok_or(unknown),
        (Subject::Companies, "kinds") => {
            let parts =
                cell.split([';', '；', ',', '，', '、', '\n', '|']).map(str::trim).filter(|part| !part.is_empty());
            let mut kinds: Vec<&str> = Vec::new();
            for part in parts {
                // A stroke parts kinds, and stands in what one of them is called.
                let named: Option<Vec<Kind>> = match kind(part) {
                    Some(one) => Some(vec![one]),
                    None => part.split(['/', '／']).map(|part| kind(part.trim())).collect(),
                };
                for kind in named.ok_or(Wrong::NotAnOption)? {
                    // "Distributor, importer" names one.
                    if !kinds.contains(&kind.code()) {
                        kinds.push(kind.code());
                    }
                }
            }
            Ok(kinds.join(" "))
        }
        (Subject::Companies, "stage") => {
            let stage = option(cell, &Stage::ALL, |stage| in_both(stage.code(), stage, |t, stage| t.stage(stage)));
            stage.map(|stage| stage.code().to_owned()).ok_or(unknown)
        }
        (Subject::Companies, "tier") => {
            let tier = option(cell, &Tier::ALL, |tier| in_both(tier.code(), tier, |t, tier| t.tier(tier)));
            tier.map(|tier| tier.code().to_owned()).ok_or(unknown)
        }
        (Subject::Companies, "manager") => {
            let name = fold(cell);
            let found: Vec<_> = managers.iter().filter(|(_, known)| fold(known) == name).collect();
            match found[..] {
                [(id, _)] => Ok(id.to_string()),
                _ => Err(Wrong::Field(Problem::Unknown)),
            }
        }
        (Subject::Companies, "aliases" | "websites" | "email_domains" | "registrations" | "areas" | "tags") => Ok(cell
            .split(['\n', ';', '；'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("\n")),
        (Subject::People, "language") => match fold(cell).as_str() {
            "en" | "english" | "英文" | "英语" => Ok("en".to_owned()),
            "zh" | "zh-cn" | "chinese" | "mandarin" | "中文" | "汉语" => Ok("zh".to_owned()),
            _ => Err(unknown),
        },
        (_, "about" | "note") => Ok(cell.to_owned()),
        _ => Ok(cell.replace('\n', " ")),
    }
}

/// An ISO day from `2025-04-03`, `2025/4/3`, `03/04/2025`, `3.4.2025`, `2025年4月3日`, or a spreadsheet's day number.
pub fn date(text: &str, order: DateOrder) -> Result<String, Wrong> {
    const NOT: Wrong = Wrong::Field(Problem::NotADate);
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let number = |part: &str| part.parse::<i64>().map_err(|_| NOT);
    if let (Ok(serial), 1) = (text.parse::<f64>(), parts.len())
        && (20_000.0..80_000.0).contains(&serial)
    {
        let first = jiff::civil::date(1899, 12, 30);
        // Within the range that was just checked.
        let days = serial as i64;
        return first.checked_add(jiff::Span::new().days(days)).map(|day| day.to_string()).map_err(|_| NOT);
    }
    let [first, second, third, rest @ ..] = &parts[..] else { return Err(NOT) };
    if !rest.is_empty() && !text.contains(['T', ':']) {
        return Err(NOT);
    }
    let (year, month, day) = if first.len() == 4 {
        (number(first)?, number(second)?, number(third)?)
    } else if third.len() == 4 {
        let (one, two) = (number(first)?, number(second)?);
        let (day, month) = match order {
            // With dots the day is always first.
            _ if text.contains('.') || one > 12 || one == two => (one, two),
            _ if two > 12 => (two, one),
            DateOrder::DayFirst => (one, two),
            DateOrder::MonthFirst => (two, one),
            DateOrder::Unknown => return Err(Wrong::AmbiguousDate),
        };
        (number(third)?, month, day)
    } else {
        return Err(NOT);
    };
    let small = |value: i64| i8::try_from(value).map_err(|_| NOT);
    let year = i16::try_from(year).map_err(|_| NOT)?;
    jiff::civil::Date::new(year, small(month)?, small(day)?).map(|day| day.to_string()).map_err(|_| NOT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_what_they_are_usually_called() {
        let kinds = |text: &str| value(Subject::Companies, "kinds", text, &[], DateOrder::Unknown);
        for (text, code) in [
            ("生产企业", "manufacturer"),
            ("生产企业（上市许可持有人）", "manufacturer"),
            ("Manufacturer", "manufacturer"),
            ("代理商", "agent"),
            ("hospital", "medical_institution"),
            ("医院、药房", "medical_institution pharmacy"),
            ("Producer / Distributor, importer", "manufacturer agent"),
            ("产业集群/协会", "cluster"),
            ("CRO", "cro"),
        ] {
            assert_eq!(kinds(text), Ok(code.to_owned()), "{text}");
        }
        assert_eq!(kinds("Bakery"), Err(Wrong::NotAnOption));
        for (kind, names) in KINDS {
            for name in names {
                assert_eq!(*name, fold(name), "folded");
                assert_eq!(kinds(name), Ok(kind.code().to_owned()), "{name} is of one kind");
            }
        }
    }

    #[test]
    fn dates_are_read_in_every_style() {
        for text in [
            "2025-04-30",
            "2025/4/30",
            "30/04/2025",
            "04/30/2025",
            "30.4.2025",
            "2025年4月30日",
            "45777",
            "2025-04-30T10:00:00",
        ] {
            assert_eq!(date(text, DateOrder::Unknown), Ok("2025-04-30".to_owned()), "{text}");
        }
        assert_eq!(date("03/04/2025", DateOrder::Unknown), Err(Wrong::AmbiguousDate));
        assert_eq!(date("03/04/2025", DateOrder::DayFirst), Ok("2025-04-03".to_owned()));
        assert_eq!(date("03/04/2025", DateOrder::MonthFirst), Ok("2025-03-04".to_owned()));
        for text in ["31/02/2025", "soon", "1.2.3.4", "2025-13-01"] {
            assert_eq!(date(text, DateOrder::DayFirst), Err(Wrong::Field(Problem::NotADate)), "{text}");
        }
    }

    #[test]
    fn options_are_known_in_both_languages() {
        let read = |field: &str, cell: &str| value(Subject::Companies, field, cell, &[], DateOrder::Unknown);
        for cell in ["Denmark", "丹麦", "DK", "denmark"] {
            assert_eq!(read("country", cell), Ok("DK".to_owned()));
        }
        assert_eq!(read("country", "USA"), Ok("US".to_owned()));
        assert_eq!(read("country", "Atlantis"), Err(Wrong::NotAnOption));
        let both = [Language::Zh.texts().kind(Kind::Agent), Language::En.texts().kind(Kind::Cro)].join("；");
        assert_eq!(read("kinds", &both), Ok("agent cro".to_owned()));
        assert_eq!(read("aliases", "A; B\nC"), Ok("A\nB\nC".to_owned()));
        assert_eq!(read("city", FORMULA), Err(Wrong::Formula));
    }
}

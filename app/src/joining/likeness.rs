//! Which companies of the register a request is likely about, and why.

use std::collections::HashMap;

use uuid::Uuid;

use super::lookalike::{borrows, is_free_mail, look_alike};
use crate::backend::fold::fold;

/// What a company goes by: its names, websites and the domains of its people's addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    Name(String),
    /// The host of a website, or a domain that its mails come from.
    Domain(String),
    /// The domain of the address of somebody who acts for it.
    PersonsDomain(String),
}

/// A company to compare with.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    pub id: Uuid,
    pub country: Option<String>,
    pub terms: Vec<Term>,
}

/// Why a company is likely the one. What is like or same stands in it as the register has it.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The address is in the domain of its website, or of its mails.
    EmailDomain(String),
    /// Somebody who acts for it has an address in the same domain.
    PersonsDomain(String),
    /// It has the same website.
    Website(String),
    /// It has the same name, but for legal form, case and accents.
    SameName(String),
    /// Its name is like it.
    LikeName(String),
    /// Its name looks the same and is written with other letters.
    Lookalike(String),
    /// The address' domain differs from its by one letter, or only looks the same.
    BorrowedDomain(String),
}

impl Reason {
    /// How much it says, from 0 to 100.
    fn weight(&self) -> u32 {
        match self {
            Self::EmailDomain(_) => 100,
            Self::PersonsDomain(_) => 95,
            Self::Website(_) => 90,
            Self::SameName(_) => 80,
            Self::Lookalike(_) => 60,
            Self::BorrowedDomain(_) => 55,
            Self::LikeName(_) => 40,
        }
    }

    /// Whether it is a warning rather than a sign that it is the one.
    pub fn warns(&self) -> bool {
        matches!(self, Self::Lookalike(_) | Self::BorrowedDomain(_))
    }
}

/// A likely company and why it is, the weightiest first.
#[derive(Clone, Debug)]
pub struct Match {
    pub id: Uuid,
    pub reasons: Vec<Reason>,
}

/// What is asked for, as it is compared.
pub struct Sought<'a> {
    pub company_name: &'a str,
    pub country: Option<&'a str>,
    pub website: &'a str,
    /// The domain of the address.
    pub domain: &'a str,
}

/// The likely companies, the likeliest first, at most so many.
pub fn ranked(sought: &Sought<'_>, candidates: &[Candidate], most: usize) -> Vec<Match> {
    let host = host(sought.website);
    let domain = if is_free_mail(sought.domain) { "" } else { sought.domain };
    let name = core_name(sought.company_name);
    let mut found: Vec<(u32, Match)> = candidates
        .iter()
        .filter_map(|candidate| {
            let mut reasons: Vec<Reason> = candidate
                .terms
                .iter()
                .flat_map(|term| reasons(term, sought.company_name, &name, &host, domain))
                .collect();
            reasons.sort_by_key(|reason| std::cmp::Reverse(reason.weight()));
            reasons.dedup_by_key(|reason| std::mem::discriminant(reason));
            let best = reasons.first()?.weight();
            let more: u32 = reasons.iter().skip(1).map(|reason| reason.weight() / 10).sum();
            let here = candidate.country.is_some() && candidate.country.as_deref() == sought.country;
            Some((best + more + if here { 3 } else { 0 }, Match { id: candidate.id, reasons }))
        })
        .collect();
    found.sort_by_key(|(weight, found)| (std::cmp::Reverse(*weight), found.id));
    found.into_iter().take(most).map(|(_, found)| found).collect()
}

/// What speaks for a company, or against it, by one of the things it goes by.
fn reasons(term: &Term, written: &str, name: &str, host: &str, domain: &str) -> Vec<Reason> {
    match term {
        Term::Domain(known) => {
            let mut reasons = Vec::new();
            if within(domain, known) {
                reasons.push(Reason::EmailDomain(known.clone()));
            } else if !domain.is_empty() && borrows(domain, known) {
                reasons.push(Reason::BorrowedDomain(known.clone()));
            }
            // Who asks can name any website: it says less than the address, which was confirmed.
            if within(host, known) {
                reasons.push(Reason::Website(known.clone()));
            }
            reasons
        }
        Term::PersonsDomain(known) if domain == known && !known.is_empty() && !is_free_mail(known) => {
            vec![Reason::PersonsDomain(known.clone())]
        }
        Term::PersonsDomain(_) => Vec::new(),
        Term::Name(known) => {
            let other = core_name(known);
            let name_is = |reason: fn(String) -> Reason| vec![reason(known.clone())];
            if other.is_empty() || name.is_empty() {
                Vec::new()
            } else if other == name {
                name_is(Reason::SameName)
            } else if look_alike(written, known) || look_alike(name, &other) {
                name_is(Reason::Lookalike)
            } else if alike(name, &other) {
                name_is(Reason::LikeName)
            } else {
                Vec::new()
            }
        }
    }
}

/// Whether a domain is another or one below it. Hosts are compared without their `www.`.
fn within(domain: &str, known: &str) -> bool {
    !known.is_empty() && (domain == known || domain.strip_suffix(known).is_some_and(|rest| rest.ends_with('.')))
}

/// The host of a web address, without `www.`; empty when there is none.
pub fn host(website: &str) -> String {
    let rest = website.split_once("://").map_or(website, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = idna::domain_to_ascii(host).unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(&host).trim_end_matches('.').to_owned()
}

/// What says only of which kind a company is.
const LEGAL: [&str; 64] = [
    "ab",
    "ag",
    "aps",
    "as",
    "asa",
    "bv",
    "bvba",
    "co",
    "company",
    "corp",
    "corporation",
    "cv",
    "doo",
    "ehf",
    "eood",
    "eurl",
    "gesmbh",
    "gmbh",
    "group",
    "holding",
    "holdings",
    "inc",
    "incorporated",
    "intl",
    "international",
    "is",
    "jsc",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "ohg",
    "oy",
    "oyj",
    "plc",
    "pllc",
    "pte",
    "pty",
    "pvt",
    "private",
    "public",
    "sa",
    "sab",
    "sae",
    "sarl",
    "sas",
    "se",
    "sl",
    "slu",
    "spa",
    "spzoo",
    "srl",
    "sro",
    "tic",
    "vof",
    "zrt",
];
/// The same, as Chinese, Japanese and Korean names end or begin with it.
const LEGAL_CJK: [&str; 13] = [
    "股份有限公司",
    "有限责任公司",
    "有限責任公司",
    "集团有限公司",
    "集團有限公司",
    "有限公司",
    "股份公司",
    "集团",
    "集團",
    "公司",
    "株式会社",
    "有限会社",
    "주식회사",
];

/// A company's name as it is compared: folded, without legal form and marks between. `A/S`, `A.S.` and `AS` are one.
pub fn core_name(name: &str) -> String {
    let mut folded = fold(name);
    folded.retain(|c| !matches!(c, '.' | '/' | '\'' | '’' | '·'));
    // What stands in brackets is a place: 诺和诺德（中国）.
    let mut plain = String::with_capacity(folded.len());
    let mut depth = 0_usize;
    for character in folded.chars() {
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            other if depth == 0 => plain.push(other),
            _ => {}
        }
    }
    for legal in LEGAL_CJK {
        plain = plain.replace(legal, " ");
    }
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let core: Vec<&str> = words.iter().copied().filter(|word| !LEGAL.contains(word)).collect();
    // A name that is nothing else stays as it is.
    if core.is_empty() { words.join(" ") } else { core.join(" ") }
}

/// Whether one name has all words of the other from its start, or most pairs of neighbouring letters are the same.
fn alike(one: &str, other: &str) -> bool {
    let starts = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|rest| {
            let long_enough = if short.is_ascii() { short.len() >= 4 } else { short.chars().count() >= 2 };
            long_enough && (rest.starts_with(' ') || !short.is_ascii())
        })
    };
    starts(one, other) || starts(other, one) || similarity(one, other) >= 0.6
}

/// The share of pairs of neighbouring letters that two texts have in common, from 0 to 1.
fn similarity(one: &str, other: &str) -> f64 {
    let pairs = |text: &str| {
        let letters: Vec<char> = text.chars().filter(|c| *c != ' ').collect();
        let mut pairs: HashMap<[char; 2], u32> = HashMap::new();
        for pair in letters.windows(2) {
            *pairs.entry([pair[0], pair[1]]).or_default() += 1;
        }
        pairs
    };
    let (one, other) = (pairs(one), pairs(other));
    let all: u32 = one.values().sum::<u32>() + other.values().sum::<u32>();
    let common: u32 = one.iter().map(|(pair, count)| (*count).min(other.get(pair).copied().unwrap_or(0))).sum();
    if all == 0 { 0.0 } else { 2.0 * f64::from(common) / f64::from(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(number: u128, names: &[&str], website: &str) -> Candidate {
        let mut terms: Vec<Term> = names.iter().map(|name| Term::Name((*name).to_owned())).collect();
        terms.push(Term::Domain(host(website)));
        Candidate { id: Uuid::from_u128(number), country: Some("DK".to_owned()), terms }
    }

    fn find(company_name: &str, website: &str, domain: &str) -> Vec<(u128, Vec<Reason>)> {
        let register = [
            company(1, &["Novo Nordisk A/S", "诺和诺德"], "https://www.novonordisk.com/"),
            company(2, &["ALK-Abelló A/S"], "https://www.alk.net"),
            company(3, &["Roche Holding AG", "罗氏"], "https://www.roche.com"),
            company(4, &["F. Hoffmann-La Roche Ltd"], ""),
            company(5, &["Medtronic plc", "美敦力"], "https://www.medtronic.com"),
        ];
        let sought = Sought { company_name, country: Some("DK"), website, domain };
        ranked(&sought, &register, 5).into_iter().map(|found| (found.id.as_u128(), found.reasons)).collect()
    }

    #[test]
    fn legal_forms_case_and_accents_do_not_matter() {
        for (one, other) in [
            ("Novo Nordisk A/S", "NOVO NORDISK AS"),
            ("ALK-Abelló A/S", "alk abello"),
            ("Roche Holding AG", "Roche"),
            ("诺和诺德（中国）制药有限公司", "诺和诺德制药"),
            ("Takeda Pharmaceutical Co., Ltd.", "Takeda Pharmaceutical Company Limited"),
            ("Ipsen S.A.", "IPSEN SA"),
            ("Philips N.V.", "philips"),
        ] {
            assert_eq!(core_name(one), core_name(other), "{one} and {other}");
        }
        assert_eq!(core_name("AG"), "ag");
        assert_eq!(core_name("  "), "");
    }

    #[test]
    fn the_likeliest_comes_first_and_it_is_said_why() {
        let found = find("Novo Nordisk", "novonordisk.com", "dk.novonordisk.com");
        assert_eq!(found[0].0, 1);
        let reasons = &found[0].1;
        assert_eq!(reasons[0], Reason::EmailDomain("novonordisk.com".into()));
        assert!(reasons.contains(&Reason::SameName("Novo Nordisk A/S".into())), "{reasons:?}");
        // By the website alone, by the Chinese name alone, by a name with a slip.
        assert_eq!(
            find("Something else", "https://www.alk.net/cn", "gmail.com")[0].1,
            [Reason::Website("alk.net".into())]
        );
        assert_eq!(find("诺和诺德有限公司", "", "qq.com")[0], (1, vec![Reason::SameName("诺和诺德".into())]));
        assert_eq!(find("Medtronik", "", "qq.com")[0], (5, vec![Reason::LikeName("Medtronic plc".into())]));
        assert!(find("Bayer", "bayer.com", "bayer.com").is_empty());
        assert!(find("Whatever", "", "gmail.com").is_empty());
    }

    #[test]
    fn who_borrows_a_name_is_flagged() {
        let found = find("Nоvo Nordisk", "", "novonordlsk.com");
        assert_eq!(found[0].0, 1);
        assert!(found[0].1.iter().all(Reason::warns), "{found:?}");
        assert_eq!(found[0].1.len(), 2);
    }
}

//! Which companies of the register a request is likely about, and why. Names are compared by the rules of
//! `company/likeness.rs`; besides, who asks is taken for less than who adds a company: names that only sound alike are shown.

use std::collections::HashMap;

use uuid::Uuid;

use crate::company::likeness::lookalike::{borrows, is_free_mail, look_alike};
use crate::company::likeness::{Name, Verdict};

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
    let names = Name::all(sought.company_name);
    let mut found: Vec<(u32, Match)> = candidates
        .iter()
        .filter_map(|candidate| {
            let mut reasons: Vec<Reason> = candidate
                .terms
                .iter()
                .flat_map(|term| reasons(term, sought.company_name, &names, &host, domain))
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
fn reasons(term: &Term, written: &str, names: &[Name], host: &str, domain: &str) -> Vec<Reason> {
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
            let others = Name::all(known);
            let pairs = || names.iter().flat_map(|name| others.iter().map(move |other| (name, other)));
            let found = pairs().filter_map(|(name, other)| name.compare(other)).map(|(verdict, ..)| verdict).max();
            let core = pairs().any(|(name, other)| name.squeezed() == other.squeezed());
            let sounds = |(name, other): (&Name, &Name)| similarity(&name.squeezed(), &other.squeezed()) >= ALIKE;
            let looks = |(name, other): (&Name, &Name)| look_alike(&name.squeezed(), &other.squeezed());
            if core {
                vec![Reason::SameName(known.clone())]
            } else if look_alike(written, known) || pairs().any(looks) {
                vec![Reason::Lookalike(known.clone())]
            } else if found.is_some_and(|verdict| verdict >= Verdict::Related) || pairs().any(sounds) {
                vec![Reason::LikeName(known.clone())]
            } else {
                Vec::new()
            }
        }
    }
}

/// How many of the pairs of letters must be common that two names sound alike.
const ALIKE: f64 = 0.6;

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
            ("诺和诺德（中国）制药有限公司", "诺和诺德制药"),
            ("Takeda Pharmaceutical Co., Ltd.", "Takeda Pharmaceutical Company Limited"),
            ("Ipsen S.A.", "IPSEN SA"),
            ("Philips N.V.", "philips"),
        ] {
            let company = company(1, &[one], "");
            let sought = Sought { company_name: other, country: None, website: "", domain: "" };
            let found = ranked(&sought, &[company], 5);
            assert_eq!(found[0].reasons, [Reason::SameName(one.to_owned())], "{one} and {other}");
        }
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

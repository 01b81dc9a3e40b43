//! Whether two companies are one, or of one group: pure rules over names, numbers and domains.
//!
//! A name is parted into what is the company's own (the core), its legal form, and the territory that it is for. The
//! same core with the same form and territory is a duplicate, however it is spelled; with another form or territory it is
//! another entity of the same group. `legal_forms.rs`, `territories.rs` and `words.rs` have the words that these rules know.

mod legal_forms;
pub mod lookalike;
mod name;
mod territories;
mod words;

pub use name::{Name, is_han};

use super::model::{Facts, TermKind};
use super::terms::folded;

/// How two companies are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    Related,
    Duplicate,
}

impl Verdict {
    pub fn code(self) -> &'static str {
        match self {
            Self::Related => "related",
            Self::Duplicate => "duplicate",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Related, Self::Duplicate].into_iter().find(|verdict| verdict.code() == code)
    }
}

/// Why two companies are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The same number in the same register.
    Registration,
    /// The same name, however it is spelled.
    Name,
    /// A long name of which one letter differs.
    Typo,
    /// The same name, once without a legal form.
    FormMissing,
    /// The same name with another legal form.
    Form,
    /// The same name for another territory.
    Territory,
    /// The same name in two countries.
    Country,
    /// Names that begin with the same distinctive words.
    Beginning,
    /// The same website or e-mail domain.
    Domain,
}

impl Reason {
    pub const ALL: [Self; 9] = [
        Self::Registration,
        Self::Name,
        Self::Typo,
        Self::FormMissing,
        Self::Form,
        Self::Territory,
        Self::Country,
        Self::Beginning,
        Self::Domain,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Name => "name",
            Self::Typo => "typo",
            Self::FormMissing => "form_missing",
            Self::Form => "form",
            Self::Territory => "territory",
            Self::Country => "country",
            Self::Beginning => "beginning",
            Self::Domain => "domain",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// That two companies are alike, why, and how sure that is, from 1 to 100.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    pub verdict: Verdict,
    pub reasons: Vec<Reason>,
    pub score: i64,
}

/// What of a company is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub names: Vec<Name>,
    pub country: Option<String>,
    /// Folded.
    pub registrations: Vec<String>,
    /// Of websites and of e-mail addresses, without subdomains.
    pub domains: Vec<String>,
}

impl Profile {
    /// What of these facts is compared.
    pub fn of(facts: &Facts) -> Self {
        let names = [&facts.name_en, &facts.name_zh, &facts.name_local].into_iter().chain(&facts.aliases);
        let hosts = std::iter::once(&facts.website).chain(&facts.websites).map(|website| {
            let plain = folded(TermKind::Website, website);
            plain.split(['/', '?', '#', ':']).next().unwrap_or_default().to_owned()
        });
        let mut domains: Vec<String> =
            hosts.chain(facts.email_domains.iter().cloned()).filter_map(|host| registrable(&host)).collect();
        domains.sort();
        domains.dedup();
        let mut parsed: Vec<Name> = Vec::new();
        for name in names.flat_map(|name| Name::all(name)) {
            if !parsed.contains(&name) {
                parsed.push(name);
            }
        }
        Self {
            names: parsed,
            country: facts.country.clone(),
            registrations: facts.registrations.iter().map(|number| compact(number)).collect(),
            domains,
        }
    }

    /// What is looked up to find those that may be alike: whoever is alike has one of these too.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.names.iter().flat_map(Name::keys).collect();
        keys.extend(self.registrations.iter().map(|number| format!("r:{number}")));
        keys.extend(self.domains.iter().map(|domain| format!("d:{domain}")));
        keys.sort();
        keys.dedup();
        keys
    }

    /// How another company is like this one, if it is.
    pub fn compare(&self, other: &Self) -> Option<Likeness> {
        let shared = |mine: &[String], theirs: &[String]| mine.iter().any(|value| theirs.contains(value));
        let abroad = matches!((&self.country, &other.country), (Some(here), Some(there)) if here != there);
        let here = matches!((&self.country, &other.country), (Some(here), Some(there)) if here == there);
        let mut best: Option<(Verdict, Reason, i64)> = None;
        for (mine, theirs) in self.names.iter().flat_map(|mine| other.names.iter().map(move |theirs| (mine, theirs))) {
            if let Some(found) = mine.compare(theirs)
                && best.is_none_or(|(verdict, _, score)| (found.0, found.2) > (verdict, score))
            {
                best = Some(found);
            }
        }
        let mut likeness = Likeness { verdict: Verdict::Related, reasons: Vec::new(), score: 0 };
        if let Some((verdict, reason, score)) = best {
            likeness = Likeness { verdict, reasons: vec![reason], score };
            if verdict == Verdict::Duplicate && abroad {
                // The same name in two countries is two entities of one group.
                likeness = Likeness { verdict: Verdict::Related, reasons: vec![reason, Reason::Country], score: 65 };
            } else if here {
                likeness.score += 3;
            }
        }
        if shared(&self.domains, &other.domains) {
            likeness.reasons.push(Reason::Domain);
            likeness.score = (likeness.score + 10).max(55);
        }
        if shared(&self.registrations, &other.registrations) {
            likeness.verdict = Verdict::Duplicate;
            likeness.reasons.insert(0, Reason::Registration);
            likeness.score = 100;
        }
        likeness.score = likeness.score.min(100);
        (!likeness.reasons.is_empty()).then_some(likeness)
    }

    /// Whether another company cannot be added beside this one without it being said why: the same number in a register,
    /// or the very same name in no other country.
    pub fn is_certainly(&self, other: &Self) -> bool {
        let number = self.registrations.iter().any(|number| other.registrations.contains(number));
        let abroad = matches!((&self.country, &other.country), (Some(here), Some(there)) if here != there);
        let name = self.names.iter().any(|mine| {
            other
                .names
                .iter()
                .any(|theirs| matches!(mine.compare(theirs), Some((_, Reason::Name, score)) if score >= 95))
        });
        number || (name && !abroad)
    }
}

/// A register's number as it is compared: letters and digits.
fn compact(number: &str) -> String {
    folded(TermKind::Registration, number).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The part of a host that somebody registered: `cn.pfizer.com` is of `pfizer.com`, `pfizer.com.cn` of itself.
pub fn registrable(host: &str) -> Option<String> {
    let labels: Vec<&str> = host.split('.').filter(|label| !label.is_empty()).collect();
    if labels.len() < 2 {
        return None;
    }
    let second = labels[labels.len() - 2];
    let public = labels.len() > 2
        && labels[labels.len() - 1].len() == 2
        && ["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "gob"].contains(&second);
    let domain = labels[labels.len() - if public { 3 } else { 2 }..].join(".");
    // Pages of shops and networks, and mail that anybody gets, tell no company.
    (!words::SHARED_HOSTS.contains(&domain.as_str()) && !lookalike::is_free_mail(&domain)).then_some(domain)
}

#[cfg(test)]
mod tests;

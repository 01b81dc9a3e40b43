//! Which company of the register a row is about.

use std::collections::HashMap;

use uuid::Uuid;

use super::model::Wrong;
use crate::ask;
use crate::backend::database::Tx;
use crate::backend::fold::fold;
use crate::company::model::TermKind;
use crate::company::terms::folded;
use crate::error::Result;
use crate::language::Language;

/// What a company can be recognised by.
#[derive(Default)]
pub struct Matcher {
    countries: HashMap<Uuid, Option<String>>,
    /// What the journal calls them.
    called: HashMap<Uuid, String>,
    /// Kind of mark and folded value.
    marks: HashMap<(Mark, String), Vec<Uuid>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mark {
    Registration,
    Name,
    Host,
    Domain,
}

/// A name as it is compared.
pub fn name_key(name: &str) -> String {
    fold(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn host(website: &str) -> String {
    folded(TermKind::Website, website).split(['/', '?', '#']).next().unwrap_or_default().to_owned()
}

/// The marks of a company with these fields.
fn marks(fields: &[(&'static str, String)]) -> Vec<(Mark, String)> {
    let mut marks = Vec::new();
    for (field, value) in fields {
        for line in value.lines() {
            marks.push(match *field {
                "registrations" => (Mark::Registration, folded(TermKind::Registration, line)),
                "name_en" | "name_zh" | "name_local" | "aliases" => (Mark::Name, name_key(line)),
                "website" | "websites" => (Mark::Host, host(line)),
                "email_domains" => (Mark::Domain, fold(line)),
                _ => continue,
            });
        }
    }
    marks.sort_by_key(|(mark, _)| *mark as u8);
    marks
}

impl Matcher {
    /// Reads all companies that are not archived.
    pub async fn load(tx: &mut Tx) -> Result<Self> {
        let mut matcher = Self::default();
        let rows: Vec<(Uuid, String, String, String, Option<String>)> = ask!(&mut *tx, |c| sqlx::query_as(
            "SELECT id, name_en, name_zh, name_local, country FROM companies WHERE archived_at IS NULL"
        )
        .fetch_all(c)
        .await)?;
        for (id, en, zh, local, country) in rows {
            matcher.called.insert(id, Language::En.prefer(&en, &zh).to_owned());
            matcher.add(id, country, &[("name_en", en), ("name_zh", zh), ("name_local", local)]);
        }
        let terms: Vec<(Uuid, String, String)> = ask!(tx, |c| sqlx::query_as(
            "SELECT t.company_id, t.kind, t.value FROM company_terms t JOIN companies c ON c.id = t.company_id
             WHERE c.archived_at IS NULL AND t.kind IN ('alias', 'website', 'email_domain', 'registration')"
        )
        .fetch_all(c)
        .await)?;
        for (id, kind, value) in terms {
            if let Some(kind) = TermKind::from_code(&kind) {
                matcher.note(id, &[(kind.field(), value)]);
            }
        }
        Ok(matcher)
    }

    pub fn add(&mut self, id: Uuid, country: Option<String>, fields: &[(&'static str, String)]) {
        self.countries.insert(id, country);
        self.note(id, fields);
    }

    fn note(&mut self, id: Uuid, fields: &[(&'static str, String)]) {
        for mark in marks(fields) {
            let known = self.marks.entry(mark).or_default();
            if !known.contains(&id) {
                known.push(id);
            }
        }
    }

    pub fn called(&self, id: Uuid) -> String {
        self.called.get(&id).cloned().unwrap_or_default()
    }

    pub fn knows(&self, id: Uuid) -> bool {
        self.countries.contains_key(&id)
    }

    /// The companies that a cell can mean: by the portal's id, or by name, in this country if one is said.
    pub fn named(&self, text: &str, country: &str) -> Vec<Uuid> {
        if let Some(id) = text.parse().ok().filter(|id| self.knows(*id)) {
            return vec![id];
        }
        let found = self.marks.get(&(Mark::Name, name_key(text))).cloned().unwrap_or_default();
        if country.is_empty() {
            return found;
        }
        let known = |id: &Uuid| self.countries.get(id).and_then(Option::as_deref);
        let there: Vec<Uuid> = found.iter().copied().filter(|id| known(id) == Some(country)).collect();
        if !there.is_empty() {
            return there;
        }
        // Of one of which the country is not known it may be this one.
        found.into_iter().filter(|id| known(id).is_none()).collect()
    }

    /// The company that a row is about: by id, by registry number, by name and country, by website or e-mail domain where
    /// only one company has it.
    ///
    /// # Errors
    /// When several could be meant, or the id is nobody's.
    pub fn find(&self, id: &str, fields: &[(&'static str, String)]) -> std::result::Result<Option<Uuid>, Wrong> {
        if !id.is_empty() {
            let id = id.parse().ok().filter(|id| self.countries.contains_key(id));
            return id.map(Some).ok_or(Wrong::NoSuchId);
        }
        let country = fields.iter().find(|(field, _)| *field == "country").map_or("", |(_, code)| code.as_str());
        let marks = marks(fields);
        for wanted in [Mark::Registration, Mark::Name, Mark::Host, Mark::Domain] {
            let mut found: Vec<Uuid> = Vec::new();
            for known in marks.iter().filter(|(mark, _)| *mark == wanted).filter_map(|mark| self.marks.get(mark)) {
                found.extend(known);
            }
            found.sort();
            found.dedup();
            let near = |id: &Uuid| match self.countries.get(id).and_then(Option::as_deref) {
                Some(other) => country.is_empty() || other == country,
                None => true,
            };
            match (wanted, &found[..]) {
                (_, []) => {}
                (Mark::Registration, [one]) => return Ok(Some(*one)),
                (Mark::Registration, _) => return Err(Wrong::Ambiguous),
                (Mark::Name, several) => {
                    let near: Vec<&Uuid> = several.iter().filter(|id| near(id)).collect();
                    match near[..] {
                        // The same name in another country is another company.
                        [] => return Ok(None),
                        [one] => return Ok(Some(*one)),
                        _ => return Err(Wrong::Ambiguous),
                    }
                }
                (_, [one]) if near(one) => return Ok(Some(*one)),
                _ => {}
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companies_are_recognised_by_what_is_surest_first() {
        let id = |n: u128| Uuid::from_u128(n);
        let mut matcher = Matcher::default();
        let text = |text: &str| text.to_owned();
        matcher.add(
            id(1),
            Some(text("DK")),
            &[("name_en", text("Zealand  Pharma A/S")), ("website", text("https://www.zealand.dk"))],
        );
        matcher.add(
            id(2),
            Some(text("DE")),
            &[("name_en", text("Zealand Pharma A/S")), ("registrations", text("CVR 20045078"))],
        );
        let find = |fields: &[(&'static str, &str)]| {
            let fields: Vec<_> = fields.iter().map(|(field, value)| (*field, text(value))).collect();
            matcher.find("", &fields)
        };
        assert_eq!(find(&[("name_en", "ZEALAND PHARMA A/S"), ("country", "DK")]), Ok(Some(id(1))));
        assert_eq!(find(&[("name_en", "Zealand Pharma A/S")]), Err(Wrong::Ambiguous));
        assert_eq!(find(&[("name_en", "Zealand Pharma A/S"), ("country", "FR")]), Ok(None));
        assert_eq!(find(&[("name_en", "Another"), ("registrations", "CVR 20045078")]), Ok(Some(id(2))));
        assert_eq!(find(&[("name_en", "Another"), ("website", "http://zealand.dk/about")]), Ok(Some(id(1))));
        assert_eq!(matcher.find("nonsense", &[]), Err(Wrong::NoSuchId));
    }
}

//! Which person of the register a row is about.

use std::collections::HashMap;

use uuid::Uuid;

use super::matching::name_key;
use super::model::Wrong;
use crate::ask;
use crate::backend::database::Tx;
use crate::backend::fold::fold;
use crate::error::Result;

/// What a person can be recognised by, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mark {
    Email,
    /// The name, together with the company's id.
    NameAtCompany,
    /// The name, together with the digits of the telephone number.
    NameAndPhone,
    NameAndWechat,
    /// The name of somebody of whom nothing else is known.
    NameAlone,
}

/// What of a person is compared.
#[derive(Clone, Debug, Default)]
pub struct Traits<'a> {
    pub name: &'a str,
    pub name_zh: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub wechat: &'a str,
    pub companies: &'a [Uuid],
}

#[derive(Default)]
pub struct People {
    marks: HashMap<(Mark, String), Vec<Uuid>>,
    /// Everybody, with their folded address.
    emails: HashMap<Uuid, String>,
}

/// The digits of a number, without the country's or the trunk's beginning: what two ways to write it have in common.
fn digits(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(8)..].iter().collect()
}

fn marks(traits: &Traits<'_>) -> Vec<(Mark, String)> {
    let mut marks = Vec::new();
    if !traits.email.is_empty() {
        marks.push((Mark::Email, fold(traits.email)));
    }
    let mut names: Vec<String> =
        [traits.name, traits.name_zh].into_iter().map(name_key).filter(|name| !name.is_empty()).collect();
    names.dedup();
    let (phone, wechat) = (digits(traits.phone), fold(traits.wechat));
    for name in &names {
        marks.extend(traits.companies.iter().map(|company| (Mark::NameAtCompany, format!("{name}|{company}"))));
        if !phone.is_empty() {
            marks.push((Mark::NameAndPhone, format!("{name}|{phone}")));
        }
        if !wechat.is_empty() {
            marks.push((Mark::NameAndWechat, format!("{name}|{wechat}")));
        }
        if traits.companies.is_empty() && traits.email.is_empty() && phone.is_empty() && wechat.is_empty() {
            marks.push((Mark::NameAlone, name.clone()));
        }
    }
    marks
}

impl People {
    /// Reads all people who are not archived.
    pub async fn load(tx: &mut Tx) -> Result<Self> {
        let positions: Vec<(Uuid, Uuid)> = ask!(&mut *tx, |c| sqlx::query_as(
            "SELECT z.person_id, z.company_id FROM positions z JOIN people p ON p.id = z.person_id
             WHERE p.archived_at IS NULL"
        )
        .fetch_all(c)
        .await)?;
        let mut companies: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (person, company) in positions {
            companies.entry(person).or_default().push(company);
        }
        let people: Vec<(Uuid, String, String, String, String, String)> = ask!(tx, |c| sqlx::query_as(
            "SELECT id, name, name_zh, email, phone, wechat FROM people WHERE archived_at IS NULL"
        )
        .fetch_all(c)
        .await)?;
        let mut known = Self::default();
        for (id, name, name_zh, email, phone, wechat) in &people {
            let companies = companies.remove(id).unwrap_or_default();
            known.add(*id, &Traits { name, name_zh, email, phone, wechat, companies: &companies });
        }
        Ok(known)
    }

    pub fn add(&mut self, id: Uuid, traits: &Traits<'_>) {
        self.emails.insert(id, fold(traits.email));
        for mark in marks(traits) {
            let known = self.marks.entry(mark).or_default();
            if !known.contains(&id) {
                known.push(id);
            }
        }
    }

    /// Whether an address is somebody else's.
    pub fn is_taken(&self, email: &str, by_other_than: Uuid) -> bool {
        let known = self.marks.get(&(Mark::Email, fold(email)));
        !email.is_empty() && known.is_some_and(|known| known.iter().any(|id| *id != by_other_than))
    }

    /// The person a row is about: by id, by address, by name and company, by name and number. Two people of one name with
    /// different addresses are two.
    ///
    /// # Errors
    /// When several could be meant, or the id is nobody's.
    pub fn find(&self, id: &str, traits: &Traits<'_>) -> std::result::Result<Option<Uuid>, Wrong> {
        if !id.is_empty() {
            let id = id.parse().ok().filter(|id| self.emails.contains_key(id));
            return id.map(Some).ok_or(Wrong::NoSuchId);
        }
        let email = fold(traits.email);
        let differs = |id: &Uuid| {
            let known = self.emails.get(id).map_or("", String::as_str);
            !email.is_empty() && !known.is_empty() && email != known
        };
        let marks = marks(traits);
        for wanted in [Mark::Email, Mark::NameAtCompany, Mark::NameAndPhone, Mark::NameAndWechat, Mark::NameAlone] {
            let mut found: Vec<Uuid> = Vec::new();
            for known in marks.iter().filter(|(mark, _)| *mark == wanted).filter_map(|mark| self.marks.get(mark)) {
                found.extend(known.iter().filter(|id| !differs(id)));
            }
            found.sort();
            found.dedup();
            match found[..] {
                [] => {}
                [one] => return Ok(Some(one)),
                _ => return Err(Wrong::Ambiguous),
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_recognised_by_address_or_by_name_and_something_else() {
        let id = |n: u128| Uuid::from_u128(n);
        let mut people = People::default();
        let at = [id(100)];
        people.add(
            id(1),
            &Traits { name: "Anna Berg", email: "anna@zealand.example", companies: &at, ..Traits::default() },
        );
        people
            .add(id(2), &Traits { name: "Wang Wei", name_zh: "王伟", phone: "+86 138 0013 8000", ..Traits::default() });
        people.add(id(3), &Traits { name: "Li Na", companies: &at, ..Traits::default() });
        people.add(id(4), &Traits { name: "Li Na", companies: &at, ..Traits::default() });
        let find = |traits: Traits<'_>| people.find("", &traits);
        assert_eq!(
            find(Traits { name: "A. Berg", email: "ANNA@zealand.example", ..Traits::default() }),
            Ok(Some(id(1)))
        );
        assert_eq!(find(Traits { name: "anna  berg", companies: &at, ..Traits::default() }), Ok(Some(id(1))));
        let other = Traits { name: "Anna Berg", email: "anna.berg@other.example", companies: &at, ..Traits::default() };
        assert_eq!(find(other), Ok(None), "another address, another person");
        assert_eq!(find(Traits { name: "Anna Berg", ..Traits::default() }), Ok(None), "a name alone tells nobody");
        assert_eq!(find(Traits { name: "王伟", phone: "13800138000", ..Traits::default() }), Ok(Some(id(2))));
        assert_eq!(find(Traits { name: "Li Na", companies: &at, ..Traits::default() }), Err(Wrong::Ambiguous));
        assert_eq!(people.find("nonsense", &Traits::default()), Err(Wrong::NoSuchId));
        assert!(people.is_taken("anna@zealand.example", id(2)) && !people.is_taken("anna@zealand.example", id(1)));
    }
}

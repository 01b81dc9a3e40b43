//! On which terms somebody acts for a company, and who may decide about them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::{Actor, Rights, Role, require};
use crate::error::{Error, Refusal, Result};

/// The form of an affiliation's terms, as a browser posts it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TermsForm {
    pub rights: String,
    pub title: String,
    pub since: String,
    pub until: String,
}

/// With which rights somebody acts for a company, as what, and from when to when: ISO dates, empty where there is no limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub rights: Rights,
    pub title: String,
    pub since: String,
    pub until: String,
}

impl Terms {
    /// The fields as the form and the journal name them.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("rights", self.rights.code().to_owned()),
            ("title", self.title.clone()),
            ("since", self.since.clone()),
            ("until", self.until.clone()),
        ]
    }

    /// Whether they hold on a day.
    pub fn hold_on(&self, day: &str) -> bool {
        (self.since.is_empty() || self.since.as_str() <= day) && (self.until.is_empty() || self.until.as_str() >= day)
    }
}

#[cfg(feature = "ssr")]
impl TermsForm {
    /// Reads the form.
    ///
    /// # Errors
    /// Every field's problem at once.
    pub fn parse(&self) -> Result<Terms> {
        use crate::error::{Check, Problem};
        let mut check = Check::default();
        let rights = Rights::from_code(self.rights.trim()).unwrap_or_else(|| {
            check.note("rights", if self.rights.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
            Rights::Viewer
        });
        let title = check.line("title", &self.title, 100);
        let mut date = |field: &str, text: &str| {
            let line = check.line(field, text, 10);
            match line.parse::<jiff::civil::Date>() {
                Ok(date) if (1900..=2199).contains(&date.year()) => date.to_string(),
                _ if line.is_empty() => line,
                _ => {
                    check.note(field, Problem::NotADate);
                    String::new()
                }
            }
        };
        let (since, until) = (date("since", &self.since), date("until", &self.until));
        if !since.is_empty() && !until.is_empty() && until < since {
            check.note("until", Problem::EndsBeforeItBegins);
        }
        check.finish(Terms { rights, title, since, until })
    }
}

impl Actor {
    /// Whether this person sees who acts for a company.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another company's people, [`Error::Forbidden`] for experts.
    pub fn sees_representatives_of(&self, company: Uuid) -> Result<()> {
        match self.role {
            Role::Administrator | Role::Staff | Role::Executive => Ok(()),
            Role::Expert => Err(Error::Forbidden),
            Role::Representative => self.represents(company, Rights::Viewer),
        }
    }

    /// Whether this person decides who acts for a company.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another company's people, else [`Error::Forbidden`].
    pub fn manages_representatives_of(&self, company: Uuid) -> Result<()> {
        match self.role {
            Role::Administrator | Role::Staff => Ok(()),
            Role::Executive | Role::Expert => Err(Error::Forbidden),
            Role::Representative => self.represents(company, Rights::Administrator),
        }
    }

    /// Whether this person may leave a company without an administrator: staff may, and is told that it did.
    pub fn may_leave_unattended(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff)
    }

    /// The rights that this person can give in a company: none above their own.
    pub fn gives_rights_in(&self, company: Uuid) -> Vec<Rights> {
        if self.manages_representatives_of(company).is_err() {
            return Vec::new();
        }
        let most = self.rights_in(company).unwrap_or(Rights::Administrator);
        Rights::ALL.into_iter().filter(|rights| *rights <= most).collect()
    }

    /// `Ok` when this person may put other terms in the place of somebody's.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for rights beyond one's own, a refusal for more, or longer ones, for oneself; else those of
    /// [`Actor::manages_representatives_of`].
    pub fn may_change_terms(&self, company: Uuid, person: Uuid, before: &Terms, after: &Terms) -> Result<()> {
        self.manages_representatives_of(company)?;
        let longer = !before.until.is_empty() && (after.until.is_empty() || after.until > before.until);
        if person == self.id && (after.rights > before.rights || longer) {
            return Err(Error::Refused(Refusal::OwnRights));
        }
        require(after.rights == before.rights || self.gives_rights_in(company).contains(&after.rights))
    }

    /// `Ok` for everybody but a representative who acts for no company any more.
    ///
    /// # Errors
    /// [`Refusal::NoCompany`].
    pub fn acts_for_any(&self) -> Result<()> {
        let none = self.role == Role::Representative && self.affiliations.is_empty();
        if none { Err(Error::Refused(Refusal::NoCompany)) } else { Ok(()) }
    }

    /// Whether files may leave the portal in this person's name. Who looks as somebody else gets none: outside nobody
    /// could tell who it was, and administrators have every file under their own name.
    ///
    /// # Errors
    /// [`Refusal::LooksOnly`].
    pub fn takes_files(&self) -> Result<()> {
        if self.viewer.is_some() { Err(Error::Refused(Refusal::LooksOnly)) } else { Ok(()) }
    }
}

/// Who of those who remain takes over what was a leaver's, if nothing else is said: the first of those with most rights.
pub fn usual_successor(remaining: &[(Uuid, Rights)]) -> Option<Uuid> {
    let most = remaining.iter().map(|(_, rights)| *rights).max()?;
    remaining.iter().find(|(_, rights)| *rights == most).map(|(id, _)| *id)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::actor::Affiliation;
    use crate::error::Problem;

    fn form(rights: &str, since: &str, until: &str) -> TermsForm {
        TermsForm { rights: rights.into(), title: " Head  of Sales ".into(), since: since.into(), until: until.into() }
    }

    fn terms(rights: Rights, until: &str) -> Terms {
        Terms { rights, title: String::new(), since: String::new(), until: until.to_owned() }
    }

    fn actor(role: Role, rights: &[Rights]) -> Actor {
        let affiliation = |(company, rights): (usize, &Rights)| Affiliation {
            company: Uuid::from_u128(company as u128),
            rights: *rights,
            name_en: String::new(),
            name_zh: String::new(),
        };
        let affiliations = rights.iter().enumerate().map(affiliation).collect();
        let id = Uuid::from_u128(100);
        Actor { id, name: String::new(), role, affiliations, acting: None, unread: 0, viewer: None }
    }

    #[test]
    fn a_form_becomes_terms() {
        let read = form("manager", "2026-01-31", "").parse().unwrap();
        assert_eq!((read.title.as_str(), read.since.as_str()), ("Head of Sales", "2026-01-31"));
        assert!(read.hold_on("2026-01-31") && !read.hold_on("2026-01-30"));
        let problem = |form: TermsForm, field| match form.parse() {
            Err(Error::Invalid(errors)) => errors.of(field),
            _ => None,
        };
        assert_eq!(problem(form("owner", "", ""), "rights"), Some(Problem::NotAnOption));
        assert_eq!(problem(form("", "", ""), "rights"), Some(Problem::Missing));
        for bad in ["31.01.2026", "2026-02-30", "0001-01-01", "x"] {
            assert_eq!(problem(form("viewer", bad, ""), "since"), Some(Problem::NotADate), "{bad}");
        }
        assert_eq!(problem(form("viewer", "2026-02-01", "2026-01-01"), "until"), Some(Problem::EndsBeforeItBegins));
    }

    #[test]
    fn the_last_day_counts() {
        let until = terms(Rights::Viewer, "2026-05-01");
        assert!(until.hold_on("2026-05-01") && !until.hold_on("2026-05-02"));
    }

    #[test]
    fn nobody_gives_more_than_they_have_or_more_to_themselves() {
        let (company, weak, strange) = (Uuid::from_u128(0), Uuid::from_u128(1), Uuid::from_u128(2));
        let other = Uuid::from_u128(7);
        let rep = actor(Role::Representative, &[Rights::Administrator, Rights::Manager]);
        let (viewer, all) = (terms(Rights::Viewer, ""), terms(Rights::Administrator, ""));
        assert_eq!(rep.may_change_terms(company, other, &viewer, &all), Ok(()));
        assert_eq!(rep.may_change_terms(company, rep.id, &all, &viewer), Ok(()), "who gives up rights");
        assert_eq!(rep.may_change_terms(weak, other, &viewer, &viewer), Err(Error::Forbidden));
        assert_eq!(rep.may_change_terms(strange, other, &viewer, &viewer), Err(Error::NotFound));
        let limited = terms(Rights::Administrator, "2026-12-31");
        for longer in [terms(Rights::Administrator, ""), terms(Rights::Administrator, "2027-01-01")] {
            let refused = Err(Error::Refused(Refusal::OwnRights));
            assert_eq!(rep.may_change_terms(company, rep.id, &limited, &longer), refused);
            assert_eq!(rep.may_change_terms(company, other, &limited, &longer), Ok(()));
        }
        assert_eq!(actor(Role::Staff, &[]).gives_rights_in(company), Rights::ALL);
        assert!(actor(Role::Executive, &[]).gives_rights_in(company).is_empty());
    }

    #[test]
    fn what_was_theirs_goes_to_the_strongest_who_remain() {
        let [a, b, c] = [1, 2, 3].map(Uuid::from_u128);
        assert_eq!(usual_successor(&[]), None);
        assert_eq!(usual_successor(&[(a, Rights::Viewer), (b, Rights::Manager), (c, Rights::Manager)]), Some(b));
        assert_eq!(usual_successor(&[(a, Rights::Viewer), (c, Rights::Administrator)]), Some(c));
    }
}

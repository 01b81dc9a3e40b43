//! Who acts for whom, and which absences are refused.

use jiff::civil::Date;
use uuid::Uuid;

use crate::error::{Check, Problem, Result};

/// The longest absence that is entered at once, in days.
const LONGEST: i32 = 366;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    pub id: Uuid,
    pub account: Uuid,
    pub deputy: Uuid,
    pub since: Date,
    /// The last day of it.
    pub until: Date,
    pub note: String,
}

impl Absence {
    pub fn covers(&self, date: Date) -> bool {
        self.since <= date && date <= self.until
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.since <= other.until && other.since <= self.until
    }
}

/// Who acts, and for whom if not for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acting {
    pub account: Uuid,
    pub instead_of: Option<Uuid>,
}

/// Who acts for a person on a day: the deputy, or the deputy's deputy when that one is absent, too. Further it does not
/// go: somebody who hears of it at third hand knows nothing of it.
pub fn who_acts(absences: &[Absence], account: Uuid, today: Date) -> Acting {
    let deputy_of = |account: Uuid| {
        let now = absences.iter().filter(|absence| absence.account == account && absence.covers(today));
        now.max_by_key(|absence| (absence.since, absence.id)).map(|absence| absence.deputy)
    };
    match deputy_of(account) {
        None => Acting { account, instead_of: None },
        Some(deputy) => {
            let second = deputy_of(deputy).filter(|second| *second != account);
            Acting { account: second.unwrap_or(deputy), instead_of: Some(account) }
        }
    }
}

/// Refuses an absence that would lead nowhere: to oneself, around in a circle of those who are away at the same time, or
/// into another absence of the same person.
///
/// # Errors
/// The problems of the form's fields.
pub fn check(new: &Absence, others: &[Absence]) -> Result<()> {
    let mut check = Check::default();
    if (new.until - new.since).get_days() < 0 || (new.until - new.since).get_days() > LONGEST {
        check.note("until", Problem::WrongSpan);
    }
    if new.deputy == new.account {
        check.note("deputy", Problem::DeputyOfOneself);
    }
    if others.iter().any(|other| other.account == new.account && other.overlaps(new)) {
        check.note("since", Problem::AbsentAlready);
    }
    let mut seen = vec![new.account];
    let mut next = vec![new.deputy];
    while let Some(account) = next.pop() {
        if account == new.account && account != new.deputy {
            check.note("deputy", Problem::DeputiesInACircle);
        }
        if !seen.contains(&account) {
            seen.push(account);
            let away = others.iter().filter(|other| other.account == account && other.overlaps(new));
            next.extend(away.map(|other| other.deputy));
        }
    }
    check.finish(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use jiff::civil::date;

    const A: Uuid = Uuid::from_u128(1);
    const B: Uuid = Uuid::from_u128(2);
    const C: Uuid = Uuid::from_u128(3);
    const D: Uuid = Uuid::from_u128(4);

    fn absence(account: Uuid, deputy: Uuid, since: i8, until: i8) -> Absence {
        let (since, until) = (date(2026, 9, since), date(2026, 9, until));
        Absence { id: Uuid::nil(), account, deputy, since, until, note: String::new() }
    }

    #[test]
    fn the_deputy_acts_from_the_first_day_to_the_last() {
        let away = [absence(A, B, 10, 12)];
        for (day, acts) in [(9, A), (10, B), (12, B), (13, A)] {
            let acting = who_acts(&away, A, date(2026, 9, day));
            assert_eq!(acting, Acting { account: acts, instead_of: (acts == B).then_some(A) }, "{day}");
        }
    }

    #[test]
    fn a_chain_is_followed_once() {
        let away = [absence(A, B, 1, 20), absence(B, C, 5, 8), absence(C, D, 5, 8)];
        assert_eq!(who_acts(&away, A, date(2026, 9, 2)).account, B);
        assert_eq!(who_acts(&away, A, date(2026, 9, 6)), Acting { account: C, instead_of: Some(A) });
        assert_eq!(who_acts(&away, B, date(2026, 9, 6)).account, D);
    }

    #[test]
    fn circles_are_refused_and_would_do_no_harm() {
        let problem = |new: &Absence, others: &[Absence]| match check(new, others) {
            Err(Error::Invalid(errors)) => errors.0.first().map(|(field, problem)| (field.clone(), problem.clone())),
            _ => None,
        };
        let circle = Some(("deputy".to_owned(), Problem::DeputiesInACircle));
        assert_eq!(problem(&absence(A, A, 1, 2), &[]), Some(("deputy".to_owned(), Problem::DeputyOfOneself)));
        assert_eq!(problem(&absence(B, A, 12, 14), &[absence(A, B, 10, 12)]), circle);
        assert_eq!(problem(&absence(B, A, 13, 14), &[absence(A, B, 10, 12)]), None, "not at the same time");
        assert_eq!(problem(&absence(C, A, 6, 7), &[absence(A, B, 1, 9), absence(B, C, 6, 6)]), circle);
        assert_eq!(
            problem(&absence(A, C, 12, 14), &[absence(A, B, 10, 12)]),
            Some(("since".to_owned(), Problem::AbsentAlready))
        );
        assert_eq!(problem(&absence(A, B, 3, 2), &[]), Some(("until".to_owned(), Problem::WrongSpan)));
        // Should one be there nevertheless, nothing hangs.
        let around = [absence(A, B, 1, 9), absence(B, A, 1, 9)];
        assert_eq!(who_acts(&around, A, date(2026, 9, 6)).account, B);
    }
}

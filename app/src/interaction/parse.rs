//! Reading the forms of an interaction.

use uuid::Uuid;

use super::model::{Details, InteractionForm, Kind, NextForm};
use super::store;
use crate::backend::database::Tx;
use crate::company::choice::resolve;
use crate::error::{Check, Problem, Result};
use crate::task;
use crate::time::Timestamp;

/// So many of each may take part.
const MOST: u32 = 50;

impl InteractionForm {
    /// Reads the form, looking up companies and people; all problems are noted at once. `before` are the companies and
    /// people that it names already, which may stay whatever became of them.
    pub(super) async fn parse(
        &self,
        tx: &mut Tx,
        check: &mut Check,
        before: Option<&Details>,
        now: Timestamp,
    ) -> Result<Details> {
        let kind = Kind::from_code(&self.kind).unwrap_or_else(|| {
            check.note("kind", if self.kind.is_empty() { Problem::Missing } else { Problem::NotAnOption });
            Kind::Meeting
        });
        let at = Timestamp::from_local(&self.at).unwrap_or_else(|| {
            check.note("at", if self.at.trim().is_empty() { Problem::Missing } else { Problem::NotADate });
            now
        });
        if at > now {
            check.note("at", Problem::InTheFuture);
        }
        let companies = self.companies(tx, check, before).await?;
        let known = before.map(|details| (details.people.as_slice(), details.colleagues.as_slice()));
        let (people_before, colleagues_before) = known.unwrap_or_default();
        let people = ids(check, "people", &self.people);
        if !store::are_people(tx, &without(&people, people_before)).await? {
            check.note("people", Problem::Unknown);
        }
        let colleagues = ids(check, "colleagues", &self.colleagues);
        if !store::are_colleagues(tx, &without(&colleagues, colleagues_before)).await? {
            check.note("colleagues", Problem::Unknown);
        }
        let others = check.line("others", &self.others, 500);
        let summary = check.text("summary", &self.summary, 5000);
        if summary.is_empty() {
            check.note("summary", Problem::Missing);
        }
        Ok(Details { kind, at, summary, others, companies, people, colleagues })
    }

    async fn companies(&self, tx: &mut Tx, check: &mut Check, before: Option<&Details>) -> Result<Vec<Uuid>> {
        let stays = |line: &str| {
            let id: Uuid = line.trim().rsplit_once("/companies/")?.1.parse().ok()?;
            before.is_some_and(|details| details.companies.contains(&id)).then_some(id)
        };
        let mut companies = Vec::new();
        if let Some(id) = stays(&self.company) {
            companies.push(id);
        } else {
            companies.extend(resolve(tx, check, "company", &self.company).await?);
        }
        let lines: Vec<&str> = self.other_companies.lines().filter(|line| !line.trim().is_empty()).collect();
        if lines.len() > MOST as usize {
            check.note("other_companies", Problem::TooMany(MOST));
        }
        for line in lines.into_iter().take(MOST as usize) {
            match stays(line) {
                Some(id) => companies.push(id),
                None => companies.extend(resolve(tx, check, "other_companies", line).await?),
            }
        }
        companies.sort();
        companies.dedup();
        Ok(companies)
    }
}

/// The ids that were chosen; what is none is noted.
fn ids(check: &mut Check, field: &str, chosen: &[String]) -> Vec<Uuid> {
    // After a refusal one item may hold several, with spaces between.
    let words: Vec<&str> = chosen.iter().flat_map(|item| item.split_whitespace()).collect();
    if words.len() > MOST as usize {
        check.note(field, Problem::TooMany(MOST));
    }
    let mut ids: Vec<Uuid> = words.iter().take(MOST as usize).filter_map(|id| id.parse().ok()).collect();
    if ids.len() < words.len().min(MOST as usize) {
        check.note(field, Problem::NotAnOption);
    }
    ids.sort();
    ids.dedup();
    ids
}

fn without(ids: &[Uuid], known: &[Uuid]) -> Vec<Uuid> {
    ids.iter().copied().filter(|id| !known.contains(id)).collect()
}

impl NextForm {
    /// The task that comes next; none when no step was typed. Whether the owner can have it is asked elsewhere.
    pub(super) fn parse(&self, check: &mut Check) -> Option<task::model::Details> {
        let title = check.line("next_step", &self.next_step, 200);
        let due_on = check.date("next_due", &self.next_due);
        if title.is_empty() {
            if due_on.is_some() {
                check.note("next_step", Problem::Missing);
            }
            return None;
        }
        if due_on.is_none() {
            check.note("next_due", Problem::Missing);
        }
        let owner = self.next_owner.parse().unwrap_or_else(|_| {
            check.note("next_owner", if self.next_owner.is_empty() { Problem::Missing } else { Problem::NotAnOption });
            Uuid::nil()
        });
        Some(task::model::Details { title, note: String::new(), due_on: due_on.unwrap_or_default(), owner })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn a_next_step_has_a_day_and_a_day_has_a_step() {
        let read = |step: &str, due: &str, owner: &str| {
            let mut check = Check::default();
            let form = NextForm { next_step: step.into(), next_due: due.into(), next_owner: owner.into() };
            let task = form.parse(&mut check);
            check.finish(task)
        };
        let owner = Uuid::from_u128(7).to_string();
        assert_eq!(read("", "", &owner), Ok(None));
        assert_eq!(read(" Send  it ", "2026-12-01", &owner).unwrap().unwrap().title, "Send it");
        for (step, due, owner, field) in [
            ("Send it", "", owner.as_str(), "next_due"),
            ("", "2026-12-01", owner.as_str(), "next_step"),
            ("Send it", "2026-12-01", "", "next_owner"),
            ("Send it", "tomorrow", owner.as_str(), "next_due"),
        ] {
            let Err(Error::Invalid(errors)) = read(step, due, owner) else { panic!("{field}") };
            assert!(errors.of(field).is_some(), "{field}: {errors:?}");
        }
    }
}

//! Reading the forms of an interaction.

use uuid::Uuid;

use super::model::{Details, InteractionForm, Kind, NextForm};
use super::store;
use crate::backend::database::Tx;
use crate::company::choice::{meant, resolve};
use crate::error::{Check, LineProblem, Problem, Result};
use crate::task;
use crate::time::Timestamp;
use crate::unseen::without_unseen;

/// So many of each may take part.
const MOST: u32 = 50;
/// The longest name of a company, or address of its page, in characters.
const LONGEST_NAME: u32 = 500;

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
        let lines = self.other_companies.lines().zip(1_u32..).filter(|(line, _)| !line.trim().is_empty());
        let lines: Vec<(&str, u32)> = lines.collect();
        if lines.len() > MOST as usize {
            check.note("other_companies", Problem::TooMany(MOST));
        }
        for (line, number) in lines.into_iter().take(MOST as usize) {
            if let Some(id) = stays(line) {
                companies.push(id);
                continue;
            }
            let name: String = without_unseen(line).split_whitespace().collect::<Vec<_>>().join(" ");
            let problem = if name.chars().count() > LONGEST_NAME as usize {
                LineProblem::TooLong(LONGEST_NAME)
            } else if name.chars().any(char::is_control) {
                LineProblem::ControlCharacters
            } else {
                match meant(tx, &name).await?[..] {
                    [one] => {
                        companies.push(one);
                        continue;
                    }
                    [] => LineProblem::NoCompany,
                    _ => LineProblem::SeveralCompanies,
                }
            };
            check.note("other_companies", Problem::NamedLine(number, name, problem));
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
    /// The task that comes next after a moment, where that is known; none when no step was typed. Whether the owner can
    /// have it is asked elsewhere.
    pub(super) fn parse(
        &self,
        check: &mut Check,
        after: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<task::model::Details> {
        let title = check.line("next_step", &self.next_step, 200);
        let due_on = check.date("next_due", &self.next_due);
        if let (Some(day), Some(after)) = (&due_on, after)
            && *day < after.iso_day()
        {
            check.note("next_due", Problem::BeforeTheMeeting);
        }
        task::model::not_long_ago(check, "next_due", due_on.as_deref(), now);
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
            let now = Timestamp::from_local("2026-11-22T10:00").unwrap();
            let task = form.parse(&mut check, Timestamp::from_local("2026-11-20T16:00"), now);
            check.finish(task)
        };
        let owner = Uuid::from_u128(7).to_string();
        assert_eq!(read("", "", &owner), Ok(None));
        assert_eq!(read("Sent it", "2026-11-20", &owner).unwrap().unwrap().due_on, "2026-11-20", "recorded afterwards");
        assert_eq!(read(" Send  it ", "2026-12-01", &owner).unwrap().unwrap().title, "Send it");
        for (step, due, owner, field) in [
            ("Send it", "", owner.as_str(), "next_due"),
            ("", "2026-12-01", owner.as_str(), "next_step"),
            ("Send it", "2026-12-01", "", "next_owner"),
            ("Send it", "tomorrow", owner.as_str(), "next_due"),
            ("Send it", "2026-11-19", owner.as_str(), "next_due"),
        ] {
            let Err(Error::Invalid(errors)) = read(step, due, owner) else { panic!("{field}") };
            assert!(errors.of(field).is_some(), "{field}: {errors:?}");
        }
    }
}

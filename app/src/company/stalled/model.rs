//! After how many days a company is stalled, and how that is said.

use leptos::prelude::*;

use crate::company::model::Stage;
use crate::error::{Check, Problem};
use crate::language::Texts;

/// The stages at which a company can be stalled: where something is to happen next.
pub const STAGES: [Stage; 4] = [Stage::Target, Stage::Contacted, Stage::InTalks, Stage::Partner];
/// The fewest and the most days that can be set.
pub const BOUNDS: (u32, u32) = (1, 1000);

/// For each of [`STAGES`] the days; none where a company is never stalled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits(pub [Option<u32>; 4]);

impl Limits {
    /// Reads what was typed for each stage; nothing means never.
    pub fn parse(check: &mut Check, typed: [&str; 4]) -> Self {
        let mut limits = Self::default();
        for ((stage, typed), limit) in STAGES.into_iter().zip(typed).zip(&mut limits.0) {
            let typed = typed.trim();
            match typed.parse().ok().filter(|days| (BOUNDS.0..=BOUNDS.1).contains(days)) {
                Some(days) => *limit = Some(days),
                None if typed.is_empty() => {}
                None => check.note(stage.code(), Problem::OutOfRange(BOUNDS.0, BOUNDS.1)),
            }
        }
        limits
    }

    /// As the journal has them, and as a form says what it started from.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let days = |limit: Option<u32>| limit.map(|days| days.to_string()).unwrap_or_default();
        STAGES.into_iter().zip(self.0).map(|(stage, limit)| (stage.code(), days(limit))).collect()
    }

    pub fn words(&self) -> String {
        self.fields().into_iter().map(|(_, days)| days).collect::<Vec<_>>().join(",")
    }
}

/// What stands beside the stage of a stalled company.
pub fn stalled_badge(since: Option<i64>, t: &'static Texts) -> Option<AnyView> {
    since.map(|_| view! { " "<span class="badge danger">{t.stalled_badge()}</span> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn days_are_whole_numbers_or_nothing() {
        let mut check = Check::default();
        let limits = Limits::parse(&mut check, ["", " 30 ", "45", "1000"]);
        assert_eq!(check.finish(limits), Ok(Limits([None, Some(30), Some(45), Some(1000)])));
        assert_eq!(limits.words(), ",30,45,1000");
        let mut check = Check::default();
        Limits::parse(&mut check, ["0", "-1", "1001", "soon"]);
        let Err(Error::Invalid(errors)) = check.finish(()) else { panic!("taken") };
        assert_eq!(errors.0.len(), 4);
    }
}

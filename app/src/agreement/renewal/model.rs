//! When to give notice, when to warn, and what follows what. Plain rules, no I/O, no clock.

use crate::codes::codes;

codes!(
    /// How an agreement follows another.
    Follow {
        /// It changes the other, and holds as long as the other does.
        Amends = "amends",
        /// It takes the other's place.
        Renews = "renews",
    }
);
codes!(
    /// What is warned of.
    Warning {
        /// The last day on which notice can be given.
        Notice = "notice",
        /// The last day.
        End = "end",
    }
);
codes!(
    /// What the zone decided of an agreement that ends.
    Decision {
        Ends = "ends",
        Renew = "renew",
        Later = "later",
    }
);

/// So many days before a day it is warned of, the first time first.
pub const WARNED: [i64; 3] = [30, 7, 0];

#[cfg(feature = "ssr")]
pub use dates::*;

#[cfg(feature = "ssr")]
mod dates {
    use jiff::ToSpan as _;
    use jiff::civil::Date;

    use super::super::super::life::State;
    use super::super::super::model::{Days, Facts, Renewal, midnight};
    use super::{Follow, WARNED, Warning};
    use crate::time::Timestamp;

    /// One warning: of which day, how long before, and from when on it is due.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Step {
        pub warning: Warning,
        pub day: Date,
        /// Of [`WARNED`].
        pub before: i64,
        pub at: Timestamp,
    }

    /// The last day on which notice can be given, so that the notice period is over when the agreement ends.
    pub fn notice_on(facts: &Facts, ends_on: &str) -> Option<Date> {
        let last: Date = ends_on.parse().ok()?;
        last.checked_sub(facts.notice_days?.days()).ok()
    }

    /// From when on somebody has to have decided what becomes of it: the day for notice is over, or, where there is none, the
    /// last day. What goes on by itself, or has no end, waits for no decision.
    pub fn decide_at(facts: &Facts, ends_on: &str) -> Option<Timestamp> {
        if facts.renewal == Renewal::Automatic {
            return None;
        }
        let day = notice_on(facts, ends_on).or_else(|| ends_on.parse().ok())?;
        midnight(day.tomorrow().ok()?, &facts.zone)
    }

    /// All warnings of the term that runs. What goes on by itself does not end: only the day for notice counts, if there is one.
    pub fn steps(facts: &Facts, days: &Days) -> Vec<Step> {
        let notice = notice_on(facts, &days.ends_on);
        let end =
            if facts.renewal == Renewal::Automatic && notice.is_some() { None } else { days.ends_on.parse().ok() };
        let days = [(Warning::Notice, notice), (Warning::End, end)];
        let mut steps = Vec::new();
        for (warning, day) in days.into_iter().filter_map(|(warning, day)| Some((warning, day?))) {
            for before in WARNED {
                let from = day.checked_sub(before.days()).ok().and_then(|from| midnight(from, &facts.zone));
                steps.extend(from.map(|at| Step { warning, day, before, at }));
            }
        }
        steps
    }

    /// Of the warnings those that are due now, and when the next one is. Of one day only the last is due that has come: who
    /// was not warned thirty days before, because nobody knew then, is warned once now. What is over is warned of no more.
    pub fn due(
        steps: &[Step],
        told: &[(String, String, i64)],
        zone: &str,
        now: Timestamp,
    ) -> (Vec<Step>, Option<Timestamp>) {
        let is_told = |step: &Step| {
            let day = step.day.to_string();
            told.iter()
                .any(|(warning, on, before)| *warning == step.warning.code() && *on == day && *before == step.before)
        };
        let (mut due, mut next) = (Vec::new(), None);
        for warning in Warning::ALL {
            let chain: Vec<&Step> = steps.iter().filter(|step| step.warning == *warning).collect();
            let come = chain.iter().rev().find(|step| step.at <= now);
            if let Some(step) = come {
                let over = step.day.tomorrow().ok().and_then(|day| midnight(day, zone)).is_none_or(|at| at <= now);
                if !over && !is_told(step) {
                    due.push(**step);
                }
            }
            let coming = chain.iter().map(|step| step.at).find(|at| *at > now);
            next = match (next, coming) {
                (Some(one), Some(other)) => Some(std::cmp::min(one, other)),
                (one, other) => one.or(other),
            };
        }
        (due, next)
    }

    /// An agreement of a family, as far as its days go.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Span {
        pub state: State,
        pub effective_on: String,
        /// Empty where it has no end.
        pub ends_on: String,
        /// Terminated or renewed on this day; empty where it was not.
        pub ended_on: String,
        pub renews: bool,
        pub follow: Option<Follow>,
    }

    impl Span {
        /// Whether it is, was or will be in force on a day, as ISO text, as things stand. What amends another asks of that
        /// one, too.
        pub fn holds_on(&self, day: &str) -> bool {
            let signed = matches!(
                self.state,
                State::Signed | State::InForce | State::Expired | State::Renewed | State::Terminated
            );
            let begun = !self.effective_on.is_empty() && self.effective_on.as_str() <= day;
            let goes_on = self.renews && self.state == State::InForce;
            let ended = (!self.ends_on.is_empty() && !goes_on && self.ends_on.as_str() < day)
                || (!self.ended_on.is_empty() && self.ended_on.as_str() <= day);
            signed && begun && !ended
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests;

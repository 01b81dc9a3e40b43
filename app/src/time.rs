//! Moments and calendar dates, as they are stored and sent.

use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub const SECOND: i64 = 1_000_000;
    pub const MINUTE: i64 = 60 * Self::SECOND;
    pub const HOUR: i64 = 60 * Self::MINUTE;
    pub const DAY: i64 = 24 * Self::HOUR;

    /// This moment less a number of microseconds.
    #[must_use]
    pub const fn minus(self, microseconds: i64) -> Self {
        Self(self.0 - microseconds)
    }

    /// This moment plus a number of microseconds.
    #[must_use]
    pub const fn plus(self, microseconds: i64) -> Self {
        Self(self.0 + microseconds)
    }
}

#[cfg(feature = "ssr")]
mod zoned {
    use jiff::{civil, tz::TimeZone};

    use super::Timestamp;
    use crate::language::Language;

    fn zone() -> &'static TimeZone {
        static ZONE: std::sync::OnceLock<TimeZone> = std::sync::OnceLock::new();
        ZONE.get_or_init(|| TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::fixed(jiff::tz::offset(8))))
    }

    impl Timestamp {
        /// The day in the zone.
        pub fn date(self) -> civil::Date {
            self.civil().date()
        }

        /// The moment so many minutes after midnight of a day in the zone; 1440 is the midnight after.
        pub fn at(date: civil::Date, minute: i64) -> Self {
            let civil = date.at(0, 0, 0, 0).saturating_add(jiff::SignedDuration::from_mins(minute));
            let moment = zone().to_ambiguous_zoned(civil).compatible().map(|zoned| zoned.timestamp().as_microsecond());
            Self(moment.unwrap_or(i64::MAX))
        }

        /// The moment in the zone as a browser's field for day and time has it: `2026-11-22T16:30`.
        pub fn local(self) -> String {
            let civil = self.civil();
            format!("{}T{:02}:{:02}", civil.date(), civil.hour(), civil.minute())
        }

        /// The moment in the zone as spreadsheets read it: `2026-11-22 16:30`. The head of its column names the zone.
        pub fn in_table(self) -> String {
            self.local().replace('T', " ")
        }

        /// The moment that such a field names.
        pub fn from_local(text: &str) -> Option<Self> {
            let (date, time) = text.trim().split_once(['T', ' '])?;
            let time: civil::Time = time.parse().ok()?;
            let minute = i64::from(time.hour()) * 60 + i64::from(time.minute());
            Some(Self::at(date.parse().ok()?, minute))
        }

        fn civil(self) -> civil::DateTime {
            let moment = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
            zone().to_datetime(moment)
        }

        /// The moment for machines: `2026-11-22T08:00:00Z`.
        pub fn iso(self) -> String {
            let moment = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
            let utc = TimeZone::UTC.to_datetime(moment);
            format!(
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                utc.year(),
                utc.month(),
                utc.day(),
                utc.hour(),
                utc.minute(),
                utc.second()
            )
        }

        /// The day in the zone, for machines and for comparing: `2026-11-22`.
        pub fn iso_day(self) -> String {
            let date = self.civil().date();
            format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
        }

        /// The same in a zone of IANA's; in the zone's own where there is no such zone.
        pub fn day_in(self, name: &str) -> String {
            let there = TimeZone::get(name).ok().zip(jiff::Timestamp::from_microsecond(self.0).ok());
            there.map_or_else(|| self.iso_day(), |(zone, moment)| moment.to_zoned(zone).date().to_string())
        }

        /// Day and time of day in the zone, in the language's form, without the zone's name.
        pub fn long(self, language: Language) -> String {
            let civil = self.civil();
            let between = if language == Language::En { ", " } else { " " };
            format!("{}{between}{:02}:{:02}", day(civil.date(), language), civil.hour(), civil.minute())
        }

        /// The day in the zone, in the language's form.
        pub fn day(self, language: Language) -> String {
            day(self.civil().date(), language)
        }
    }

    /// Written by hand rather than by a format string: a list does it for every row.
    fn day(date: civil::Date, language: Language) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (year, month, day) = (date.year(), date.month(), date.day());
        match language {
            Language::En => format!("{day} {} {year}", MONTHS[usize::from(month.unsigned_abs()) - 1]),
            Language::Zh => format!("{year}年{month}月{day}日"),
        }
    }

    /// An ISO calendar date in the language's form; what is no date comes back as it was.
    pub fn date(iso: &str, language: Language) -> String {
        iso.parse::<civil::Date>().map_or_else(|_| iso.to_owned(), |date| day(date, language))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn moments_are_told_in_the_zone_and_in_the_readers_form() {
            let moment = Timestamp(1_698_454_860_000_000);
            assert_eq!(moment.iso(), "2023-10-28T01:01:00Z");
            assert_eq!(moment.iso_day(), "2023-10-28");
            assert_eq!(moment.long(Language::En), "28 Oct 2023, 09:01");
            assert_eq!(moment.long(Language::Zh), "2023年10月28日 09:01");
            assert_eq!(Timestamp(moment.0 + 15 * Timestamp::HOUR).day(Language::En), "29 Oct 2023");
            assert_eq!(Timestamp(moment.0 + 15 * Timestamp::HOUR).iso_day(), "2023-10-29");
            assert_eq!(date("2003-09-08", Language::Zh), "2003年9月8日");
            assert_eq!(date("no date", Language::En), "no date");
            assert_eq!(moment.local(), "2023-10-28T09:01");
            assert_eq!(Timestamp::from_local("2023-10-28T09:01"), Some(moment));
            assert_eq!(Timestamp::from_local("2023-10-28 09:01:30"), Some(moment));
            assert_eq!(Timestamp::from_local("yesterday"), None);
            assert_eq!(Timestamp::at(moment.date(), 1440).local(), "2023-10-29T00:00");
        }
    }
}

#[cfg(feature = "ssr")]
pub use zoned::date;

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
        fn zoned(self) -> jiff::Zoned {
            jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(zone().clone())
        }

        /// The moment for machines: `2026-11-22T08:00:00Z`.
        pub fn iso(self) -> String {
            jiff::Timestamp::from_microsecond(self.0)
                .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string()
        }

        /// Day and time of day in the zone, in the language's form, without the zone's name.
        pub fn long(self, language: Language) -> String {
            let format = match language {
                Language::En => "%-d %b %Y, %H:%M",
                Language::Zh => "%Y年%-m月%-d日 %H:%M",
            };
            self.zoned().strftime(format).to_string()
        }

        /// The day in the zone, in the language's form.
        pub fn day(self, language: Language) -> String {
            date(&self.zoned().date().to_string(), language)
        }
    }

    /// An ISO calendar date in the language's form; what is no date comes back as it was.
    pub fn date(iso: &str, language: Language) -> String {
        let format = match language {
            Language::En => "%-d %b %Y",
            Language::Zh => "%Y年%-m月%-d日",
        };
        iso.parse::<civil::Date>().map_or_else(|_| iso.to_owned(), |date| date.strftime(format).to_string())
    }
}

#[cfg(feature = "ssr")]
pub use zoned::date;

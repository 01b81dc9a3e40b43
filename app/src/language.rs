//! The two languages, and the table of texts made by `build.rs` from `texts/en.toml` and `texts/zh.toml`.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Zh,
}

impl Language {
    /// The language of a code such as `zh`, `zh-CN` or `en-GB`.
    pub fn from_code(code: &str) -> Option<Self> {
        match code.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }

    /// What is stored and sent: `en` or `zh`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// What a page says of itself in its `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// The first of the two that an `Accept-Language` header prefers; English where it names neither.
    pub fn accepted(header: &str) -> Self {
        let mut best = (Self::En, 0.0_f32);
        for item in header.split(',').take(20) {
            let mut parts = item.split(';');
            let Some(language) = parts.next().and_then(Self::from_code) else { continue };
            let quality = parts
                .find_map(|p| p.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()))
                .unwrap_or(1.0)
                .clamp(0.0, 1.0);
            if quality > best.1 {
                best = (language, quality);
            }
        }
        best.0
    }

    #[cfg(feature = "ssr")]
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::En => &EN,
            Self::Zh => &ZH,
        }
    }

    /// Of two names, the reader's language's first; where there is one only, that one.
    pub fn prefer<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match (self, en, zh) {
            (Self::En, "", other) | (Self::Zh, other, "") => other,
            (Self::En, en, _) => en,
            (Self::Zh, _, zh) => zh,
        }
    }
}

#[cfg(feature = "ssr")]
include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A whole number with the grouping that both languages use: `12,345`.
pub fn number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::with_capacity(digits.len() + 4);
    if number < 0 {
        grouped.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_visit_follows_the_browsers_wish() {
        assert_eq!(Language::accepted("zh-CN,zh;q=0.9,en;q=0.8"), Language::Zh);
        assert_eq!(Language::accepted("da, en-GB;q=0.8, zh;q=0.7"), Language::En);
        assert_eq!(Language::accepted("en;q=0.1, zh-TW"), Language::Zh);
        assert_eq!(Language::accepted("da"), Language::En);
        assert_eq!(Language::accepted(""), Language::En);
        assert_eq!(Language::accepted(";;,q=,zh;q=x"), Language::Zh);
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1000), "1,000");
        assert_eq!(number(-1_234_567), "-1,234,567");
    }
}

//! Reads the fields of a form, and notes what is wrong with each.

use super::{Error, FieldErrors, Problem, Result};
use crate::unseen::without_unseen;

/// So many problems of one field are told at once.
const MOST_OF_FIELD: usize = 20;

/// Collects the field errors of a form while its fields are read, so that all are told at once.
#[derive(Debug, Default)]
pub struct Check(FieldErrors);

impl Check {
    /// Notes a problem; the first of a field counts, and of a list that of each part.
    pub fn note(&mut self, field: &str, problem: Problem) {
        let is_new = self.0.all_of(field).all(|other| other.is_of_part() && problem.is_of_part() && *other != problem);
        if is_new && self.0.all_of(field).count() < MOST_OF_FIELD {
            self.0.0.push((field.to_owned(), problem));
        }
    }

    /// A line of text: white space collapsed, what nobody sees taken out, at most `max` characters, possibly empty.
    pub fn line(&mut self, field: &str, text: &str, max: u32) -> String {
        let text = without_unseen(text);
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.bounded(field, line, max)
    }

    /// A text of several lines, its ends trimmed, its line ends made `\n` and what nobody sees taken out.
    pub fn text(&mut self, field: &str, text: &str, max: u32) -> String {
        self.bounded(field, without_unseen(text).replace("\r\n", "\n").trim().to_owned(), max)
    }

    fn bounded(&mut self, field: &str, text: String, max: u32) -> String {
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.note(field, Problem::ControlCharacters);
        }
        if text.chars().count() > max as usize {
            self.note(field, Problem::TooLong(max));
        }
        // It is refused; but before that it may be looked up, and PostgreSQL takes no NUL.
        if text.contains('\0') { text.replace('\0', "") } else { text }
    }

    /// Like [`Check::line`], but it must not be empty.
    pub fn required(&mut self, field: &str, text: &str, max: u32) -> String {
        let line = self.line(field, text, max);
        if line.is_empty() {
            self.note(field, Problem::Missing);
        }
        line
    }

    /// A web address: `https://` is added where no scheme was typed; other schemes than http and https are refused.
    pub fn web_address(&mut self, field: &str, text: &str) -> String {
        let line = self.line(field, text, 500);
        if line.is_empty() {
            return line;
        }
        let address = with_scheme(line);
        if !is_web_address(&address) {
            self.note(field, Problem::NotAWebAddress);
        }
        address
    }

    /// A telephone number as people write them, possibly empty: at least five digits; `+`, spaces, brackets and what else
    /// parts them; and an extension at its end.
    pub fn phone(&mut self, field: &str, text: &str) -> String {
        let line = self.line(field, text, 60);
        if !line.is_empty() && !is_phone(&line) {
            self.note(field, Problem::NotAPhoneNumber);
        }
        line
    }

    /// A calendar date in ISO form, as browsers' fields for dates have it.
    #[cfg(feature = "ssr")]
    pub fn day(&mut self, field: &str, text: &str) -> Option<jiff::civil::Date> {
        let date = text.trim().parse().ok();
        if date.is_none() {
            self.note(field, if text.trim().is_empty() { Problem::Missing } else { Problem::NotADate });
        }
        date
    }

    /// A calendar date, `2026-11-22`; none when nothing was typed.
    pub fn date(&mut self, field: &str, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if !is_date(text) {
            self.note(field, Problem::NotADate);
        }
        Some(text.to_owned())
    }

    /// Beginning and end as calendar dates, in this order.
    pub fn period(&mut self, since: &str, until: &str) -> (Option<String>, Option<String>) {
        let (since, until) = (self.date("since", since), self.date("until", until));
        if since.is_some() && until.is_some() && until < since {
            self.note("until", Problem::EndsBeforeItBegins);
        }
        (since, until)
    }

    /// The value, or every field error.
    pub fn finish<T>(self, value: T) -> Result<T> {
        if self.0.0.is_empty() { Ok(value) } else { Err(Error::Invalid(self.0)) }
    }
}

/// A web address as it was typed, with `https://` where no scheme was.
pub fn with_scheme(line: String) -> String {
    if line.contains("://") { line } else { format!("https://{line}") }
}

/// Whether this is the address of a website: http or https, a dotted host, nothing that could run.
pub fn is_web_address(address: &str) -> bool {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or_default();
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = !address.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\' | '@'));
    host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && plain
}

/// Whether this can be a telephone number, or several.
fn is_phone(text: &str) -> bool {
    const EXTENSIONS: [&str; 6] = ["extension", "ext.", "ext", "x", "转", "分机"];
    let parts = |c: char| c == ' ' || "+＋()（）-‑–./·,;，；、#".contains(c);
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let mut plain = text.to_lowercase();
    for word in EXTENSIONS {
        plain = plain.replace(word, "#");
    }
    let number = plain.split('#').next().unwrap_or_default();
    number.chars().filter(|c| is_digit(*c)).count() >= 5 && plain.chars().all(|c| is_digit(c) || parts(c))
}

/// Whether this is a day of the calendar since 1800, as ISO text.
fn is_date(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let number = |part: &str| part.parse::<u32>().unwrap_or_default();
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) || !parts.iter().all(|part| digits(part)) {
        return false;
    }
    let (year, month, day) = (number(year), number(month), number(day));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    year >= 1800 && (1..=12).contains(&month) && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_are_written_in_many_ways() {
        for good in [
            "12345",
            "+45 44 88 77 66",
            "0898-6289 1234",
            "(010) 1234.5678",
            "010-12345678 转 801",
            "＋８６１３８００",
            "+1 555 0100 ext. 7",
            "62891234、62891235",
        ] {
            assert!(is_phone(good), "{good}");
        }
        for bad in ["12ab", "1234", "call me", "12345 Ann", "ext 12345", "<12345>"] {
            assert!(!is_phone(bad), "{bad}");
        }
    }

    #[test]
    fn a_list_tells_of_each_of_its_lines() {
        let mut check = Check::default();
        let line = |n| Problem::Line(n, crate::error::LineProblem::NotADomain);
        check.note("email_domains", line(1));
        check.note("email_domains", line(1));
        check.note("email_domains", line(3));
        check.note("email_domains", Problem::Missing);
        let Err(Error::Invalid(errors)) = check.finish(()) else { panic!("no errors") };
        assert_eq!(errors.all_of("email_domains").collect::<Vec<_>>(), [&line(1), &line(3)]);
        assert_eq!(errors.fields(), ["email_domains"]);
    }

    #[test]
    fn days_are_of_the_calendar_and_in_order() {
        for good in ["2026-11-22", "2024-02-29", "1923-01-31"] {
            assert!(is_date(good), "{good}");
        }
        for bad in ["", "2026-02-29", "2026-13-01", "2026-1-1", "22.11.2026", "2026-11-31", "+026-01-01", "0001-01-01"]
        {
            assert!(!is_date(bad), "{bad}");
        }
        let mut check = Check::default();
        check.period("2026-02-01", "2026-01-31");
        let Err(Error::Invalid(errors)) = check.finish(()) else { panic!("no errors") };
        assert_eq!(errors.of("until"), Some(Problem::EndsBeforeItBegins));
    }

    #[test]
    fn a_form_tells_all_its_errors_at_once_and_each_field_once() {
        let mut check = Check::default();
        check.required("name_en", "  ", 10);
        check.note("name_en", Problem::NoName);
        check.line("city", "a\u{0}b", 10);
        check.text("about", &"长".repeat(11), 10);
        let Err(Error::Invalid(errors)) = check.finish(()) else { panic!("no errors") };
        assert_eq!(errors.of("name_en"), Some(Problem::Missing));
        assert_eq!(errors.of("city"), Some(Problem::ControlCharacters));
        assert_eq!(errors.of("about"), Some(Problem::TooLong(10)));
        assert_eq!(errors.0.len(), 3);
    }

    #[test]
    fn web_addresses_get_their_scheme_and_never_run_anything() {
        let read = |text: &str| {
            let mut check = Check::default();
            let address = check.web_address("website", text);
            check.finish(address).ok()
        };
        assert_eq!(read("www.alk.net"), Some("https://www.alk.net".to_owned()));
        assert_eq!(read("http://alk.net/cn?a=1"), Some("http://alk.net/cn?a=1".to_owned()));
        assert_eq!(read(""), Some(String::new()));
        for bad in
            ["javascript:alert(1)", "javascript://x.y/%0aalert(1)", "alk", "https://", "https://a b.c", "ftp://a.b"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}

//! The query of an address: what a list's filters, order and page are kept in.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Names and values, in order. A name with an empty value is as if it were not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// What cannot be read is as if it were not there. Nor is any NUL: nothing has one, and PostgreSQL cannot be asked for it.
    pub fn parse(text: &str) -> Self {
        let mut pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap_or_default();
        for (name, value) in &mut pairs {
            for text in [name, value] {
                if text.contains('\0') {
                    *text = text.replace('\0', "");
                }
            }
        }
        Self(pairs)
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Every value of a name, as a form of a list sends several choices.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The names and values, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The page asked for, from 1; what cannot be a page is 1.
    pub fn page(&self) -> i64 {
        self.get("page").parse().ok().filter(|page| (1..=1_000_000).contains(page)).unwrap_or(1)
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(n, _)| n != name);
        if !value.is_empty() {
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    /// The same with another value for one name.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.set(name, value);
        other
    }

    /// The address of a path with this query.
    pub fn url(&self, path: &str) -> String {
        let mut url = path.to_owned();
        for (index, (name, value)) in self.0.iter().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.extend(utf8_percent_encode(name, ENCODED));
            url.push('=');
            url.extend(utf8_percent_encode(value, ENCODED));
        }
        url
    }
}

/// A text as one part of an address.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_survives_its_address() {
        let query = Query::parse("q=50%25+%22a%26b%22&kind=agent&page=3");
        assert_eq!(query.get("q"), "50% \"a&b\"");
        assert_eq!(query.page(), 3);
        let url = query.with("page", "").url("/companies");
        assert_eq!(url, "/companies?q=50%25%20%22a%26b%22&kind=agent");
        assert_eq!(Query::parse("company=%00Bee%00").get("company"), "Bee");
        assert_eq!(Query::parse("page=-1").page(), 1);
        assert_eq!(Query::parse("%ff=1&q=%zz").page(), 1);
    }
}

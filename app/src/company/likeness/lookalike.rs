//! Names and addresses that look like others, and domains that anybody gets an address in.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::backend::fold::fold;

/// Whether anybody gets an address in this domain, so that it says nothing of whom one works for.
pub fn is_free_mail(domain: &str) -> bool {
    static DOMAINS: OnceLock<HashSet<&str>> = OnceLock::new();
    let domains = DOMAINS.get_or_init(|| include_str!("free_mail.txt").lines().collect());
    // `yahoo.*` stands for yahoo.com, yahoo.de, yahoo.co.uk …
    let family = domain.split_once('.').map(|(name, _)| format!("{name}.*"));
    domains.contains(domain) || family.is_some_and(|family| domains.contains(family.as_str()))
}

/// A text as the eye takes it: letters of other alphabets and digits become the Latin letters that they look like. Two
/// texts with the same picture that are not the same are lookalikes.
pub fn picture(text: &str) -> String {
    let mut picture = String::with_capacity(text.len());
    for character in fold(text).chars() {
        picture.push(match character {
            'а' | 'α' => 'a',
            'в' | 'β' | 'ь' => 'b',
            'с' | 'ϲ' | 'ç' => 'c',
            'ԁ' => 'd',
            'е' | 'є' | 'ε' | 'ҽ' => 'e',
            'ғ' => 'f',
            'ɡ' | 'ց' => 'g',
            'һ' | 'н' | 'η' | 'հ' => 'h',
            'і' | 'ї' | 'ι' | 'ı' | '1' | 'l' | '|' | 'ӏ' => 'i',
            'ј' => 'j',
            'к' | 'κ' => 'k',
            'м' | 'μ' => 'm',
            'п' | 'ո' => 'n',
            'о' | 'ο' | 'σ' | '0' | 'օ' => 'o',
            'р' | 'ρ' => 'p',
            'ԛ' => 'q',
            'г' => 'r',
            'ѕ' | '5' => 's',
            'т' | 'τ' => 't',
            'υ' | 'ս' => 'u',
            'ν' | 'ѵ' => 'v',
            'ѡ' | 'ω' => 'w',
            'х' | 'χ' => 'x',
            'у' | 'γ' => 'y',
            other => other,
        });
    }
    picture.replace("rn", "m").replace("vv", "w")
}

/// Whether two texts look alike without being the same.
pub fn look_alike(one: &str, other: &str) -> bool {
    !one.is_empty() && fold(one) != fold(other) && picture(one) == picture(other)
}

/// Whether two domains differ by one letter, or only look the same: how strangers borrow a company's name.
pub fn borrows(domain: &str, from: &str) -> bool {
    let name = from.split('.').next().unwrap_or_default();
    // Short names resemble each other by chance.
    if domain == from || domain.ends_with(&format!(".{from}")) || name.chars().count() < 5 {
        return false;
    }
    let unicode = |text: &str| idna::domain_to_unicode(text).0;
    look_alike(&unicode(domain), &unicode(from)) || one_apart(domain, from)
}

/// Whether one letter more, less or other, or two swapped, make one text the other.
fn one_apart(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let rest = one[same..].iter().rev().zip(other[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (left, right) = (&one[same..one.len() - rest], &other[same..other.len() - rest]);
    matches!((left, right), ([_], [_]) | ([_], []) | ([], [_]))
        || matches!((left, right), ([a, b], [c, d]) if a == d && b == c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anybody_gets_an_address_there() {
        for domain in
            ["qq.com", "163.com", "126.com", "gmail.com", "outlook.com", "yahoo.co.uk", "hotmail.fr", "live.cn"]
        {
            assert!(is_free_mail(domain), "{domain}");
        }
        for domain in ["novonordisk.com", "mail.novonordisk.com", "notgmail.com", ""] {
            assert!(!is_free_mail(domain), "{domain}");
        }
    }

    #[test]
    fn lookalikes_are_seen_through() {
        assert!(look_alike("Nоvо Nоrdisk", "Novo Nordisk"), "the o's are Cyrillic");
        assert!(look_alike("N0vo Nordisk", "Novo Nordisk"));
        assert!(look_alike("Novo Nordlsk", "Novo Nordisk"));
        assert!(!look_alike("Novo Nordisk", "NOVO NORDISK"));
        assert!(!look_alike("Novo Nordisk", "Novartis"));
        assert!(borrows("n0vonordisk.com", "novonordisk.com"));
        assert!(borrows("novonordlsk.com", "novonordisk.com"));
        assert!(borrows("novonordisks.com", "novonordisk.com"));
        assert!(borrows("novonodrisk.com", "novonordisk.com"));
        let cyrillic = idna::domain_to_ascii("nоvonordisk.com").unwrap();
        assert!(cyrillic.starts_with("xn--") && borrows(&cyrillic, "novonordisk.com"));
        assert!(!borrows("novonordisk.com", "novonordisk.com"));
        assert!(!borrows("cn.novonordisk.com", "novonordisk.com"));
        assert!(!borrows("alp.net", "alk.net"));
    }
}

//! Who is named in a text: `@` and a name, as it stands in the list of the zone's people.

use uuid::Uuid;

/// Somebody who can be named.
pub type Named = (Uuid, String);

/// A text cut into what names somebody and what does not.
pub fn pieces<'a>(text: &'a str, people: &[Named]) -> Vec<(&'a str, Option<usize>)> {
    let mut pieces = Vec::new();
    let mut plain = 0;
    let mut before = None;
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let end = at + character.len_utf8();
        // In the middle of a Latin word it is an e-mail address.
        let starts = matches!(character, '@' | '＠') && !before.is_some_and(|c: char| c.is_ascii_alphanumeric());
        if starts && let Some((person, length)) = longest(&text[end..], people) {
            if plain < at {
                pieces.push((&text[plain..at], None));
            }
            pieces.push((&text[at..end + length], Some(person)));
            at = end + length;
            plain = at;
            before = None;
            continue;
        }
        before = Some(character);
        at = end;
    }
    if plain < text.len() {
        pieces.push((&text[plain..], None));
    }
    pieces
}

/// Everybody who is named in a text. Of several with the same name nobody can tell which is meant: they all are.
pub fn mentioned(text: &str, people: &[Named]) -> Vec<Uuid> {
    let mut found: Vec<Uuid> = Vec::new();
    for (_, person) in pieces(text, people) {
        let Some((_, name)) = person.and_then(|index| people.get(index)) else { continue };
        found.extend(people.iter().filter(|(_, other)| same(other, name)).map(|(id, _)| *id));
    }
    found.sort();
    found.dedup();
    found
}

/// Whether two names read alike.
pub fn same(one: &str, other: &str) -> bool {
    starts_with(one, other).is_some_and(|length| length == one.len())
}

/// The longest name with which a text begins, and its length there in bytes.
fn longest(text: &str, people: &[Named]) -> Option<(usize, usize)> {
    let begins = people.iter().enumerate().filter_map(|(index, (_, name))| Some((index, starts_with(text, name)?)));
    // `@Ann` is nobody in `@Annual`.
    let whole = begins.filter(|(_, length)| {
        let last = text[..*length].chars().next_back();
        let next = text[*length..].chars().next();
        !(last.is_some_and(|c| c.is_ascii_alphanumeric()) && next.is_some_and(|c| c.is_ascii_alphanumeric()))
    });
    // Of those that are as long, the first.
    whole.fold(None, |best: Option<(usize, usize)>, (index, length)| match best {
        Some((_, longest)) if longest >= length => best,
        _ => Some((index, length)),
    })
}

/// How many bytes of a text a name at its beginning takes, whatever the case of its letters.
fn starts_with(text: &str, name: &str) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let mut rest = text.char_indices();
    let mut length = 0;
    for wanted in name.chars() {
        let (at, found) = rest.next()?;
        if found != wanted && !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
        length = at + found.len_utf8();
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(names: &[&str]) -> Vec<Named> {
        names.iter().enumerate().map(|(index, name)| (Uuid::from_u128(index as u128), (*name).to_owned())).collect()
    }

    fn found(text: &str, names: &[&str]) -> Vec<u128> {
        mentioned(text, &people(names)).iter().map(Uuid::as_u128).collect()
    }

    #[test]
    fn a_name_after_at_names_somebody_in_any_script() {
        let names = ["Ann", "Ann Lee", "王芳", "Chen (demo)"];
        assert_eq!(found("Please ask @Ann Lee today", &names), [1], "the longest");
        assert_eq!(found("@ann, please", &names), [0], "whatever the case");
        assert_eq!(found("请@王芳跟进", &names), [2], "without spaces");
        assert_eq!(found("请＠王芳跟进", &names), [2], "as a Chinese keyboard writes it");
        assert_eq!(found("@Chen (demo) and @Ann.", &names), [0, 3]);
    }

    #[test]
    fn what_only_looks_like_it_names_nobody() {
        let names = ["Ann", "Example"];
        for text in ["@Annual report", "a@example.org", "@ Ann", "Ann", "@", "@@", "mail ann@Ann"] {
            assert_eq!(found(text, &names), Vec::<u128>::new(), "{text}");
        }
        assert_eq!(found("@@Ann", &names), [0]);
        assert_eq!(found("", &names), Vec::<u128>::new());
        assert_eq!(found("@x", &[""]), Vec::<u128>::new());
    }

    #[test]
    fn who_cannot_be_told_apart_is_named_together() {
        assert_eq!(found("@Li Wei", &["Li Wei", "Bo", "LI WEI"]), [0, 2]);
        assert!(same("Ada", "ada") && !same("Ada", "Adam") && !same("Adam", "Ada"));
    }

    #[test]
    fn nothing_of_a_text_is_lost() {
        let people = people(&["Ann", "王芳"]);
        for text in ["@Ann", "a @Ann b@王芳", "请@王芳\n@Ann!", "none", "", "@", "é@Ann"] {
            let pieces = pieces(text, &people);
            assert_eq!(pieces.iter().map(|(piece, _)| *piece).collect::<String>(), text);
        }
    }
}

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

/// What stands after an `@` and names nobody, or nobody for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclear {
    pub typed: String,
    /// Whom it could mean, by name; nobody, or several.
    pub could_be: Vec<String>,
}

/// Of whom a text's beginning is the name, or the beginning of the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    One(usize),
    Nobody,
    /// Several with different names, by name.
    Several(Vec<String>),
}

/// A text in which everybody is named by their whole name: `@Chen` is `@Chen (demo)` where nobody else begins so. What
/// cannot be completed stays as it is, and is told.
pub fn completed(text: &str, people: &[Named]) -> (String, Vec<Unclear>) {
    let (mut whole, mut unclear) = (String::with_capacity(text.len()), Vec::new());
    for (piece, person) in pieces(text, people) {
        if person.is_some() {
            whole.push_str(piece);
            continue;
        }
        let mut rest = piece;
        while let Some(at) = rest.find(['@', '＠']) {
            let (before, from) = rest.split_at(at);
            whole.push_str(before);
            let mark = from.chars().next().map_or(0, char::len_utf8);
            let (sign, after) = from.split_at(mark);
            whole.push_str(sign);
            let length = word(after);
            let in_address = before.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
            if length == 0 || in_address {
                rest = after;
                continue;
            }
            let (taken, meant) = begins(after, length, people);
            let (typed, left) = after.split_at(taken);
            match meant {
                Meant::One(person) => whole.push_str(people.get(person).map_or(typed, |(_, name)| name)),
                Meant::Nobody => {
                    whole.push_str(typed);
                    note(&mut unclear, typed, Vec::new());
                }
                Meant::Several(names) => {
                    whole.push_str(typed);
                    note(&mut unclear, typed, names);
                }
            }
            rest = left;
        }
        whole.push_str(rest);
    }
    (whole, unclear)
}

fn note(unclear: &mut Vec<Unclear>, typed: &str, could_be: Vec<String>) {
    let one = Unclear { typed: typed.chars().take(40).collect(), could_be };
    if !unclear.contains(&one) {
        unclear.push(one);
    }
}

/// Whom a name that stands alone means: a whole one, or the beginning of one.
pub fn meant(typed: &str, people: &[Named]) -> Meant {
    match people.iter().position(|(_, name)| same(name, typed)) {
        Some(person) => Meant::One(person),
        None => begins(typed, typed.len(), people).1,
    }
}

/// Whose names begin with the first `length` bytes of a text. Of several, those with whom more of its words agree: how
/// many bytes do, and whom it means.
fn begins(text: &str, length: usize, people: &[Named]) -> (usize, Meant) {
    let Some(word) = text.get(..length) else { return (length, Meant::Nobody) };
    let with = |(index, (_, name)): (usize, &Named)| Some((index, starts_with(name, word).map(|_| alike(text, name))?));
    let found: Vec<(usize, usize)> = people.iter().enumerate().filter_map(with).collect();
    let most = found.iter().map(|(_, agree)| *agree).max().unwrap_or_default().max(length);
    let mut names: Vec<(usize, &str)> = Vec::new();
    for (index, agree) in found {
        let Some((_, name)) = people.get(index) else { continue };
        if agree.max(length) == most && !names.iter().any(|(_, other)| same(other, name)) {
            names.push((index, name));
        }
    }
    match names[..] {
        [] => (length, Meant::Nobody),
        [(one, _)] => (most, Meant::One(one)),
        _ => (length, Meant::Several(names.into_iter().map(|(_, name)| name.to_owned()).collect())),
    }
}

/// How many bytes of a text, in whole words, are the beginning of a name.
fn alike(text: &str, name: &str) -> usize {
    let mut wanted = name.chars();
    let mut agree = 0;
    for (at, found) in text.char_indices() {
        let next = wanted.next();
        if !next.is_some_and(|wanted| found == wanted || found.to_lowercase().eq(wanted.to_lowercase())) {
            break;
        }
        let end = at + found.len_utf8();
        let ends = !text[end..].chars().next().is_some_and(|c| same_script(found, c));
        if found.is_alphanumeric() && ends {
            agree = end;
        }
    }
    agree
}

/// The length in bytes of the word that a text begins with: Latin letters end where Chinese ones begin.
fn word(text: &str) -> usize {
    let mut length = 0;
    let mut before: Option<char> = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let goes_on = match before {
            None => character.is_alphanumeric(),
            Some(before) => {
                let joins = matches!(character, '-' | '\'' | '’' | '·');
                same_script(before, character)
                    || (joins && characters.peek().is_some_and(|(_, next)| same_script(before, *next)))
            }
        };
        if !goes_on {
            break;
        }
        length = at + character.len_utf8();
        if character.is_alphanumeric() {
            before = Some(character);
        }
    }
    length
}

fn same_script(one: char, other: char) -> bool {
    let is_chinese = |c: char| ('\u{2e80}'..='\u{9fff}').contains(&c) || ('\u{20000}'..='\u{3ffff}').contains(&c);
    one.is_alphanumeric() && other.is_alphanumeric() && is_chinese(one) == is_chinese(other)
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
    fn the_beginning_of_a_name_is_completed_where_one_alone_begins_so() {
        let people = people(&["Chen (demo)", "Demo Staff 示例工作人员", "Demo Executive", "王芳", "O'Hara"]);
        let whole = |text: &str| completed(text, &people);
        let clear = |text: &str| {
            let (text, unclear) = whole(text);
            assert_eq!(unclear, []);
            text
        };
        assert_eq!(clear("@Chen, please"), "@Chen (demo), please");
        assert_eq!(clear("请@chen跟进"), "请@Chen (demo)跟进", "a Latin word ends where a Chinese one begins");
        assert_eq!(clear("@Chen (demo) and @Demo Staff."), "@Chen (demo) and @Demo Staff 示例工作人员.");
        assert_eq!(clear("@O'H"), "@O'Hara");
        assert_eq!(clear("请@王芳跟进"), "请@王芳跟进");
        assert_eq!(clear("@王，请"), "@王芳，请");
        for plain in ["a@chen.example", "@ home", "@", "@@", "", "1 @ 2"] {
            assert_eq!(clear(plain), plain);
        }
        let unclear = |typed: &str, could_be: &[&str]| Unclear {
            typed: typed.to_owned(),
            could_be: could_be.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(
            whole("@Demo and @Nobody, @nobody: @王总 @Nobody"),
            (
                "@Demo and @Nobody, @nobody: @王总 @Nobody".to_owned(),
                vec![
                    unclear("Demo", &["Demo Staff 示例工作人员", "Demo Executive"]),
                    unclear("Nobody", &[]),
                    unclear("nobody", &[]),
                    unclear("王总", &[]),
                ]
            )
        );
        assert_eq!(meant("Demo Ex", &people), Meant::One(2));
        assert_eq!(meant("wang", &people), Meant::Nobody);
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

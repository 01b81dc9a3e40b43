//! Where in a text what was asked for stands, as a reader sees it.

use leptos::prelude::*;

use super::words::{Asked, Piece, Term, latin, pieces};
use crate::backend::fold::fold_into;

/// How much of a text is shown around what was found in it, in characters.
const BEFORE: usize = 40;
const AFTER: usize = 120;

/// A range of bytes of a text.
type Range = (usize, usize);

/// The folded characters of a piece, each with where it stands in the text.
fn characters(text: &str, piece: &Piece) -> Vec<(char, Range)> {
    let mut all = Vec::new();
    let mut folded = String::new();
    for (at, character) in text[piece.start..piece.end].char_indices() {
        folded.clear();
        fold_into(character, &mut folded);
        let start = piece.start + at;
        all.extend(folded.chars().map(|c| (c, (start, start + character.len_utf8()))));
    }
    all
}

/// Where a term stands in a text. A name is also marked where it was found by its sound.
fn ranges(text: &str, found: &[Piece], term: &Term) -> Vec<Range> {
    let mut ranges = Vec::new();
    for (index, asked) in term.pieces.iter().enumerate() {
        let open = term.open && index + 1 == term.pieces.len();
        for piece in found {
            if piece.han == asked.han {
                if asked.han {
                    han(text, piece, asked, &mut ranges);
                } else if piece.text == asked.text {
                    ranges.push((piece.start, piece.end));
                } else if open && piece.text.starts_with(&asked.text) {
                    let letters = asked.text.chars().count();
                    let end = characters(text, piece).get(letters - 1).map_or(piece.end, |(_, (_, end))| *end);
                    ranges.push((piece.start, end));
                }
            } else if piece.han && asked.text.len() > 1 {
                sound(text, piece, &asked.text, open, &mut ranges);
            }
        }
    }
    ranges
}

fn han(text: &str, piece: &Piece, asked: &Piece, ranges: &mut Vec<Range>) {
    let there = characters(text, piece);
    let wanted: Vec<char> = asked.text.chars().collect();
    for window in there.windows(wanted.len()) {
        if window.iter().map(|(c, _)| *c).eq(wanted.iter().copied()) {
            ranges.push((window[0].1.0, window[window.len() - 1].1.1));
        }
    }
}

fn sound(text: &str, piece: &Piece, asked: &str, open: bool, ranges: &mut Vec<Range>) {
    let there = characters(text, piece);
    let syllables: Vec<String> = there.iter().map(|(c, _)| latin(*c)).collect();
    for start in 0..there.len() {
        let mut heard = String::new();
        for end in start..there.len() {
            heard.push_str(&syllables[end]);
            if heard == asked || (open && heard.starts_with(asked)) {
                ranges.push((there[start].1.0, there[end].1.1));
                return;
            }
            if !asked.starts_with(&heard) {
                break;
            }
        }
    }
    let initials: String = syllables.iter().filter_map(|syllable| syllable.chars().next()).collect();
    if (initials == asked || (open && initials.starts_with(asked)))
        && let Some((_, (_, end))) = there.get(asked.len() - 1)
    {
        ranges.push((piece.start, *end));
    }
}

/// Everything asked for that stands in a text, in order, nothing twice.
fn all_ranges(text: &str, asked: &Asked) -> Vec<Range> {
    let found = pieces(text);
    let mut all: Vec<Range> = asked.terms.iter().flat_map(|term| ranges(text, &found, term)).collect();
    all.sort_unstable();
    let mut joined: Vec<Range> = Vec::new();
    for (start, end) in all {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

/// A text with what was asked for marked.
pub(super) fn marked(text: &str, asked: &Asked) -> AnyView {
    let mut parts = Vec::new();
    let mut done = 0;
    for (start, end) in all_ranges(text, asked) {
        // An empty text would be drawn as a space.
        if start > done {
            parts.push(text[done..start].to_owned().into_any());
        }
        parts.push(view! { <mark>{text[start..end].to_owned()}</mark> }.into_any());
        done = end;
    }
    if done < text.len() {
        parts.push(text[done..].to_owned().into_any());
    }
    parts.into_any()
}

/// What stands around the first thing in `body` that is asked for and not in `shown` already.
pub(super) fn excerpt(body: &str, shown: &[&str], asked: &Asked) -> Option<String> {
    let shown: Vec<(&str, Vec<Piece>)> = shown.iter().map(|text| (*text, pieces(text))).collect();
    let is_shown = |term: &Term| shown.iter().any(|(text, found)| !ranges(text, found, term).is_empty());
    let missing = asked.terms.iter().filter(|term| !is_shown(term));
    let found = pieces(body);
    let (at, _) = missing.flat_map(|term| ranges(body, &found, term).into_iter().min()).min()?;
    let start = body[..at].char_indices().rev().take(BEFORE).last().map_or(at, |(start, _)| start);
    // A word that is cut in two is left out, unless the text has no spaces.
    let start = match body[start..at].split_once(' ') {
        Some((cut, _)) if start > 0 => start + cut.len() + 1,
        _ => start,
    };
    let end = body[at..].char_indices().nth(AFTER).map_or(body.len(), |(end, _)| at + end);
    let cut = |cut: bool| if cut { "…" } else { "" };
    Some(format!("{}{}{}", cut(start > 0), body[start..end].trim(), cut(end < body.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, asked: &str) -> String {
        let mut marked = String::new();
        let mut done = 0;
        for (start, end) in all_ranges(text, &Asked::new(asked)) {
            marked.push_str(&format!("{}[{}]", &text[done..start], &text[start..end]));
            done = end;
        }
        marked + &text[done..]
    }

    #[test]
    fn what_was_asked_is_marked_as_it_is_written() {
        assert_eq!(shown("Novo Nordisk A/S", "novo nor"), "[Novo] [Nor]disk A/S");
        assert_eq!(shown("ALK-Abelló A/S", "abello"), "ALK-[Abelló] A/S");
        assert_eq!(shown("Müller Æon", "mul ae"), "Müller [Æ]on", "only the last word may go on");
        assert_eq!(shown("Müller", "mu"), "[Mü]ller");
        assert_eq!(shown("诺和诺德（中国）", "诺德 中"), "诺和[诺德]（[中]国）");
        assert_eq!(shown("诺和诺德", "nuohe"), "[诺和]诺德");
        assert_eq!(shown("诺和诺德", "nhnd"), "[诺和诺德]");
        assert_eq!(shown("博鳌超级医院", "chaoji"), "博鳌[超级]医院");
        assert_eq!(shown("a<b>&\"c", "b c"), "a<[b]>&\"[c]");
        assert_eq!(shown("", "x"), "");
    }

    #[test]
    fn an_excerpt_shows_what_the_names_do_not() {
        let body = format!("{} Obesity and weight management {}", "before ".repeat(20), "after ".repeat(60));
        let found = excerpt(&body, &["Wegovy"], &Asked::new("wegovy weight")).unwrap();
        assert!(found.starts_with("…before") && found.contains("weight management") && found.ends_with('…'), "{found}");
        assert_eq!(excerpt(&body, &["Wegovy"], &Asked::new("wegovy")), None);
        let chinese = "长".repeat(100) + "肥胖症" + &"短".repeat(300);
        let found = excerpt(&chinese, &[], &Asked::new("肥胖")).unwrap();
        assert!(found.contains("肥胖症") && found.chars().count() < 200, "{found}");
    }
}

//! Words, as they are kept in the index and as they are asked for.
//!
//! Chinese is kept as overlapping pairs of characters, not as the words of a dictionary: 诺和诺德 is 诺和, 和诺, 诺德, 德. Any two
//! neighbouring characters are found, in names that no dictionary knows. The last character stands alone, so that each
//! character begins a word and is found by itself.

use crate::backend::fold::fold_into;

/// The longest word, in bytes.
const LONGEST: usize = 96;
/// The longest name in Latin letters, in syllables.
const SYLLABLES: usize = 8;
/// The longest key, in characters.
const LONGEST_KEY: usize = 200;
/// The longest question, in characters, and the most words of it that count.
const LONGEST_QUESTION: usize = 200;
const MOST_TERMS: usize = 8;

/// Letters and digits that belong together: a word, or a run of Chinese or Japanese characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Folded.
    pub text: String,
    /// Where it stands in the text, in bytes.
    pub start: usize,
    pub end: usize,
    /// Whether it is written without spaces between words.
    pub han: bool,
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The pieces of a text, in order.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut goes_on = false;
    let mut folded = String::new();
    for (start, character) in text.char_indices() {
        folded.clear();
        fold_into(character, &mut folded);
        let end = start + character.len_utf8();
        for c in folded.chars() {
            if !c.is_alphanumeric() {
                goes_on = false;
                continue;
            }
            let han = is_han(c);
            match pieces.last_mut() {
                Some(last) if goes_on && last.han == han => {
                    if han || last.text.len() < LONGEST {
                        last.text.push(c);
                    }
                    last.end = end;
                }
                _ => pieces.push(Piece { text: c.to_string(), start, end, han }),
            }
            goes_on = true;
        }
    }
    pieces
}

/// The words of a piece as the index keeps them.
fn push_words(piece: &Piece, with_last: bool, words: &mut Vec<String>) {
    if !piece.han {
        words.push(piece.text.clone());
        return;
    }
    let characters: Vec<char> = piece.text.chars().collect();
    words.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
    if with_last || characters.len() == 1 {
        words.extend(characters.last().map(char::to_string));
    }
}

/// The words of a text, at most so many.
pub fn words(text: &str, most: usize) -> Vec<String> {
    let mut words = Vec::new();
    for piece in pieces(text) {
        if words.len() >= most {
            break;
        }
        push_words(&piece, true, &mut words);
    }
    words.truncate(most);
    words
}

/// A character in Latin letters: 诺 is "nuo".
pub fn latin(character: char) -> String {
    deunicode::deunicode_char(character)
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// A name in Latin letters, as somebody types it who cannot or will not type its script: of 诺和诺德 every syllable, what
/// follows from each syllable on ("nuohenuode", "henuode" …), and the initials ("nhnd").
pub fn romanized(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut push = |word: String| {
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    };
    for piece in pieces(name) {
        if piece.han {
            let syllables: Vec<String> = piece.text.chars().map(latin).collect();
            push(syllables.iter().filter_map(|syllable| syllable.chars().next()).collect());
            for start in 0..syllables.len() {
                push(syllables[start].clone());
                push(syllables[start..].iter().take(SYLLABLES).map(String::as_str).collect());
            }
        } else if !piece.text.is_ascii() {
            push(piece.text.chars().map(latin).collect());
        }
    }
    words
}

/// The shortest part of a word that a name is found by, in letters.
const SHORTEST_PART: usize = 3;
/// Longer words are found by their beginning alone.
const LONGEST_PARTED: usize = 24;

/// What the words of a name end in: of "nordisk" the words "ordisk", "rdisk", "disk", "isk". What one asks for stands at the
/// beginning of one of them wherever in the name's words it stands.
pub fn endings(name: &str) -> Vec<String> {
    let mut endings = Vec::new();
    for piece in pieces(name).into_iter().filter(|piece| !piece.han) {
        let letters = piece.text.chars().count();
        if letters <= LONGEST_PARTED {
            let starts = piece.text.char_indices().map(|(start, _)| start).skip(1);
            endings
                .extend(starts.take(letters.saturating_sub(SHORTEST_PART)).map(|start| piece.text[start..].to_owned()));
        }
    }
    endings
}

/// A name as it is compared whole and from its beginning.
pub fn key(name: &str) -> String {
    let pieces: Vec<String> = pieces(name).into_iter().map(|piece| piece.text).collect();
    pieces.join(" ").chars().take(LONGEST_KEY).collect()
}

/// What somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// As typed, white space taken off.
    pub text: String,
    pub key: String,
    /// All of them must be found. Without any there is nothing to ask.
    pub terms: Vec<Term>,
}

/// What was typed between two spaces. Signs within it are not kept: `A/S` is the words a and s, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub pieces: Vec<Piece>,
    /// The words of the index that must follow each other.
    pub words: Vec<String>,
    /// Whether the last of them may go on.
    pub open: bool,
    /// Of what was typed, in bytes.
    length: usize,
}

impl Asked {
    pub fn new(typed: &str) -> Self {
        let text: String = typed.trim().chars().filter(|c| !c.is_control()).take(LONGEST_QUESTION).collect();
        let mut terms: Vec<Term> = text.split_whitespace().filter_map(Term::new).take(MOST_TERMS).collect();
        if let Some(last) = terms.last_mut() {
            last.open |= last.pieces.last().is_some_and(|piece| !piece.han);
        }
        Self { key: key(&text), text, terms }
    }
}

impl Term {
    /// Whether it may be the middle of a word.
    pub fn is_part(&self) -> bool {
        self.open && self.pieces.last().is_some_and(|piece| piece.han)
            || self.words.last().is_some_and(|word| word.chars().count() >= SHORTEST_PART)
                && !self.pieces.iter().any(|p| p.han)
    }

    /// Whether the index finds it wherever it stands within the words of a name: characters, or a part of a word that is not
    /// too short.
    pub fn is_anywhere(&self) -> bool {
        let [piece] = &self.pieces[..] else { return false };
        piece.start == 0 && piece.end == self.length && (piece.han || piece.text.chars().count() >= SHORTEST_PART)
    }

    fn new(text: &str) -> Option<Self> {
        let pieces = pieces(text);
        let last = pieces.last()?;
        // One character begins a pair, or stands at the end.
        let open = last.han && last.text.chars().nth(1).is_none();
        let mut words = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            push_words(piece, index + 1 < pieces.len(), &mut words);
        }
        Some(Self { pieces, words, open, length: text.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_chinese_is_pairs() {
        assert_eq!(words("ALK-Abelló A/S", 99), ["alk", "abello", "a", "s"]);
        assert_eq!(words("诺和诺德（中国）", 99), ["诺和", "和诺", "诺德", "德", "中国", "国"]);
        assert_eq!(words("3M公司 A10BJ06", 99), ["3m", "公司", "司", "a10bj06"]);
        assert_eq!(words("ﬁne ＡＢＣ Ørsted", 99), ["fine", "abc", "orsted"]);
        assert_eq!(words("a b c d", 2), ["a", "b"]);
        assert_eq!(words("% _ \" ' * : ^ ( )", 99), [""; 0]);
    }

    #[test]
    fn pieces_know_where_they_stand() {
        let text = "Zu\u{308}rich·苏黎世";
        let found = pieces(text);
        assert_eq!((found[0].text.as_str(), &text[found[0].start..found[0].end]), ("zurich", "Zu\u{308}rich"));
        assert_eq!((found[1].text.as_str(), &text[found[1].start..found[1].end]), ("苏黎世", "苏黎世"));
    }

    #[test]
    fn words_are_found_by_their_middle() {
        assert_eq!(endings("Novo A/S 诺和"), ["ovo"]);
        assert_eq!(endings("nordisk"), ["ordisk", "rdisk", "disk", "isk"]);
        assert_eq!(endings("ab"), [""; 0]);
        let part = |text: &str| Asked::new(text).terms[0].is_part();
        assert!(part("ord") && part("诺") && !part("or") && !part("诺和"));
    }

    #[test]
    fn what_the_index_finds_anywhere_has_no_signs_and_is_not_short() {
        let anywhere = |text: &str| Asked::new(text).terms[0].is_anywhere();
        for text in ["ord", "诺", "诺和", "3ma"] {
            assert!(anywhere(text), "{text}");
        }
        for text in ["or", "a/s", "novo-", "(novo", "3m公司"] {
            assert!(!anywhere(text), "{text}");
        }
    }

    #[test]
    fn names_are_found_by_pinyin() {
        let words = romanized("诺和诺德");
        for word in ["nhnd", "nuohenuode", "henuode", "nuode", "nuo", "he", "de"] {
            assert!(words.contains(&word.to_owned()), "{word} in {words:?}");
        }
        assert_eq!(romanized("Novo Nordisk A/S"), [""; 0]);
        assert_eq!(romanized("Фарма"), ["farma"]);
    }

    #[test]
    fn the_last_word_may_go_on_and_the_others_may_not() {
        let open = |text: &str| Asked::new(text).terms.iter().map(|term| term.open).collect::<Vec<_>>();
        assert_eq!(open("novo nor"), [false, true]);
        assert_eq!(open("诺和 诺"), [false, true]);
        assert_eq!(open("诺 novo"), [true, true], "one character begins a pair");
        assert_eq!(open("novo 诺德"), [false, false]);
        assert_eq!(open(" \" ' % "), [false; 0]);
        assert_eq!(Asked::new("x ".repeat(50).as_str()).terms.len(), MOST_TERMS);
    }

    #[test]
    fn what_is_asked_follows_each_other_as_it_is_kept() {
        let kept = words("上海3M公司 EMEA/H/C/004174", 99);
        for asked in ["上海3m", "3m公司", "海3M公", "EMEA/H/C/004174", "h/c/0041"] {
            let term = &Asked::new(asked).terms[0];
            let (last, before) = term.words.split_last().unwrap();
            let fits = |window: &[String]| {
                window[..before.len()] == *before
                    && if term.open { window[before.len()].starts_with(last) } else { window[before.len()] == *last }
            };
            assert!(kept.windows(term.words.len()).any(fits), "{asked}: {term:?} in {kept:?}");
        }
    }
}

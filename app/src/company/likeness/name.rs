//! A company's name, parted into core, legal form and territory.

use super::legal_forms::{FORMS, ZH_FORMS};
use super::lookalike::picture;
use super::territories::{TERRITORIES, ZH_PLACES};
use super::words::{APART, COMMON, GENERIC, LEADING};
use super::{Reason, Verdict};
use crate::backend::fold::fold;

/// From how many letters on a name is so long that one wrong letter is a slip.
const LONG: usize = 10;
/// From how many letters on a name is found by either half with a slip in the other one.
const HALVED: usize = 7;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The words that are its own, without those that many companies have before the name.
    pub core: Vec<String>,
    /// Canonical, in the order of the name: `gmbh co kg`.
    pub form: String,
    /// Canonical and sorted: `de`.
    pub territory: Vec<&'static str>,
    /// The core as it is spelled, without spaces.
    letters: String,
    /// A town that stands after the legal form.
    place: String,
    /// What many companies have before the name: `instituto`, `les laboratoires`.
    leading: String,
}

impl Name {
    /// The name, and another one that stands in parentheses behind it.
    pub fn all(text: &str) -> Vec<Self> {
        let folded = fold(text);
        let (mut outer, mut within, mut others) = (String::new(), Vec::new(), Vec::new());
        let mut rest = folded.as_str();
        while let Some((before, after)) = rest.split_once('(') {
            outer.push_str(before);
            outer.push(' ');
            let (inside, after) = after.split_once(')').unwrap_or((after, ""));
            let inner = Self::read(inside);
            if inner.core.is_empty() {
                // A territory or a form.
                within.push(inner);
            } else if inner.core.iter().map(|word| word.chars().count()).sum::<usize>() > 5 {
                others.push(inner);
            }
            rest = after;
        }
        outer.push_str(rest);
        let mut name = Self::read(&outer);
        if name.core.is_empty() {
            // A name of nothing but such words is its own.
            let words = words_of(&outer);
            name = Self { letters: words.concat(), core: words.into_iter().map(spelled).collect(), ..Self::default() };
        }
        for inner in within {
            name.territory.extend(inner.territory);
            if name.form.is_empty() {
                name.form = inner.form;
            }
        }
        name.territory.sort_unstable();
        name.territory.dedup();
        let mut all = vec![name];
        all.extend(others);
        all.retain(|name| !name.core.is_empty());
        all
    }

    /// Reads a folded name without parentheses.
    fn read(text: &str) -> Self {
        if text.chars().any(is_han) {
            return Self::read_chinese(text);
        }
        let mut name = Self::default();
        let mut parts: Vec<Vec<String>> = text.split(',').map(words_of).filter(|words| !words.is_empty()).collect();
        // What stands behind a form between commas is a town: 'KRKA, d.d., Novo mesto'.
        let form = parts.iter().position(|words| form_at_end(words).is_some_and(|(length, _)| length == words.len()));
        if let Some(at) = form.filter(|at| *at > 0 && *at + 1 < parts.len()) {
            let behind: Vec<String> = parts.split_off(at + 1).concat();
            if form_at_end(&behind).is_none() && behind.iter().all(|word| territory(word).is_none()) {
                name.place = behind.join(" ");
            } else {
                parts.push(behind);
            }
        }
        let mut words = parts.concat();
        let mut forms: Vec<&'static str> = Vec::new();
        let mut found = Vec::new();
        while !words.is_empty() {
            if let Some((length, canonical)) = form_at_end(&words) {
                words.truncate(words.len() - length);
                if !canonical.is_empty() {
                    forms.push(canonical);
                }
            } else if let Some(code) = words.last().and_then(|word| territory(word)) {
                words.pop();
                found.push(code);
            } else {
                break;
            }
        }
        // Dutch companies say it first: 'N.V. Organon'.
        if words.len() > 1 && forms.is_empty() && ["nv", "bv", "pt", "ooo"].contains(&words[0].as_str()) {
            let first = words.remove(0);
            forms.extend(FORMS.iter().find(|(spelling, _)| *spelling == first).map(|(_, canonical)| *canonical));
        }
        let mut core = Vec::new();
        for (at, word) in words.into_iter().enumerate() {
            match territory(&word) {
                Some(code) if at > 0 => found.push(code),
                _ => core.push(word),
            }
        }
        let mut leading = Vec::new();
        while core.len() > 1 && LEADING.contains(&core[0].as_str()) {
            leading.push(core.remove(0));
        }
        name.leading = leading.join(" ");
        forms.reverse();
        found.retain(|code| !code.is_empty());
        found.sort_unstable();
        found.dedup();
        name.letters = core.concat();
        name.core = core.into_iter().map(spelled).collect();
        name.form = forms.join(" ");
        name.territory = found;
        name
    }

    /// Reads a Chinese name: place, own name and trade, form. The trade stays with the name.
    fn read_chinese(text: &str) -> Self {
        let mut rest: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut name = Self::default();
        let mut forms = Vec::new();
        while let Some((spelling, canonical)) = ZH_FORMS.iter().find(|(spelling, _)| rest.ends_with(spelling)) {
            rest.truncate(rest.len() - spelling.len());
            forms.push(*canonical);
        }
        while let Some((spelling, code)) = ZH_PLACES.iter().find(|(spelling, _)| rest.starts_with(spelling)) {
            rest = rest[spelling.len()..].to_owned();
            rest = rest.strip_prefix(['省', '市']).map_or(rest.clone(), str::to_owned);
            name.territory.push(code);
        }
        while let Some((spelling, code)) = ZH_PLACES.iter().find(|(spelling, _)| rest.ends_with(spelling)) {
            rest.truncate(rest.len() - spelling.len());
            name.territory.push(code);
        }
        name.territory.sort_unstable();
        name.territory.dedup();
        forms.reverse();
        name.form = forms.join(" ");
        if !rest.is_empty() {
            name.letters.clone_from(&rest);
            name.core = vec![rest];
        }
        name
    }

    /// The core in one word, as it is compared: spaces and hyphens are set at will.
    pub fn squeezed(&self) -> String {
        self.core.concat()
    }

    /// The words before the trade: `novartis europharm`, `bayer` of 'Bayer Animal Health'.
    fn stem(&self) -> &[String] {
        let end = self.core.iter().position(|word| GENERIC.contains(&word.as_str())).unwrap_or(self.core.len());
        if end == 0 { &self.core } else { &self.core[..end] }
    }

    /// How the name begins, if that tells a company from others: its first word, or the first two where the first is short.
    fn distinctive(&self) -> Option<String> {
        let first = self.core.first()?;
        if first.chars().any(is_han) || COMMON.contains(&first.as_str()) || GENERIC.contains(&first.as_str()) {
            return None;
        }
        match (first.chars().count(), self.stem()) {
            (4.., _) => Some(first.clone()),
            (2.., [_]) => Some(first.clone()),
            (_, [first, second, ..]) => Some(format!("{first}{second}")),
            _ => None,
        }
    }

    pub fn keys(&self) -> Vec<String> {
        let squeezed = self.squeezed();
        let mut keys = vec![format!("c:{squeezed}")];
        keys.extend(self.distinctive().map(|first| format!("w:{first}")));
        let stem: Vec<char> = self.stem().concat().chars().collect();
        let han = stem.first().is_some_and(|c| is_han(*c));
        if stem.len() >= HALVED && !han {
            // Of two that are one letter longer and shorter, one half of the one is a half of the other.
            for half in [stem.len() / 2, (stem.len() - 1) / 2] {
                keys.push(format!("t:{}", stem[..half].iter().collect::<String>()));
                keys.push(format!("u:{}", stem[stem.len() - half..].iter().collect::<String>()));
            }
        } else if han && stem.len() >= 4 {
            // The trade stands behind the own name; two characters are the shortest of those.
            keys.push(format!("z:{}", stem[..2].iter().collect::<String>()));
        }
        // As the eye takes it, for those that look alike and are written with other letters.
        keys.push(format!("p:{}", picture(&squeezed)));
        if keys.len() == 2 && self.stem().len() != self.core.len() {
            keys.push(format!("s:{}", self.stem().concat()));
        }
        keys
    }

    /// Whether both are the same name, as it is spelled by different hands: case, accents, spaces, signs, how the legal form
    /// is written. Narrower than what is shown to a person who decides: Instituto Grifols is not Grifols.
    pub fn is_same(&self, other: &Self) -> bool {
        self.leading == other.leading && matches!(self.compare(other), Some((Verdict::Duplicate, Reason::Name, _)))
    }

    pub fn compare(&self, other: &Self) -> Option<(Verdict, Reason, i64)> {
        use Verdict::{Duplicate, Related};
        let (mine, theirs) = (self.squeezed(), other.squeezed());
        let slip = mine != theirs
            && mine.chars().count().min(theirs.chars().count()) >= LONG
            && !differ_in_numbers(&mine, &theirs)
            && (is_slip(&mine, &theirs) || is_slip(&self.letters, &other.letters));
        if mine == theirs || slip {
            if self.territory != other.territory {
                return Some((Related, Reason::Territory, 75));
            }
            if !self.place.is_empty() && !other.place.is_empty() && self.place != other.place {
                return Some((Related, Reason::Territory, 60));
            }
            if self.form == other.form {
                return Some(if slip { (Duplicate, Reason::Typo, 85) } else { (Duplicate, Reason::Name, 96) });
            }
            if self.form.is_empty() || other.form.is_empty() {
                return Some((Duplicate, Reason::FormMissing, if slip { 70 } else { 80 }));
            }
            return Some((Related, Reason::Form, 75));
        }
        let (mine, theirs) = (self.stem(), other.stem());
        if mine[0].chars().any(is_han) || theirs[0].chars().any(is_han) {
            let (short, long) = if mine[0].len() < theirs[0].len() { (mine, theirs) } else { (theirs, mine) };
            let starts = short[0].chars().count() >= 3 && long[0].starts_with(&short[0]);
            return starts.then_some((Related, Reason::Beginning, 50));
        }
        let first = self.distinctive().filter(|first| other.distinctive().as_ref() == Some(first))?;
        let (short, long) = if mine.len() < theirs.len() { (mine, theirs) } else { (theirs, mine) };
        let apart = |(brief, wordy): &(&str, &str)| short.join(" ") == *brief && long.join(" ").starts_with(wordy);
        if APART.iter().any(apart) {
            return None;
        }
        let whole = long.starts_with(short);
        // A beginning that is not the whole of either's own words must be a word of some length.
        let score = match (whole, short.len() == long.len()) {
            (true, true) => 65,
            (true, false) => 50,
            (false, _) if first.chars().count() >= 5 => 40,
            (false, _) => return None,
        };
        Some((Related, Reason::Beginning, score))
    }
}

pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

/// The words of a folded text: conjunctions left out, single letters that stand together joined ('b. v.' is 'bv').
fn words_of(text: &str) -> Vec<String> {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '\'' | '’' | '´' | '`' | '"' | '“' | '”'))
        .map(|c| {
            if c.is_alphanumeric() {
                c
            } else if matches!(c, '&' | '+') {
                '\u{1}'
            } else {
                ' '
            }
        })
        .collect();
    let mut words: Vec<String> = Vec::new();
    let mut joining = false;
    for word in plain.replace('\u{1}', " & ").split_whitespace() {
        let letter = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
        if matches!(word, "&" | "and" | "und" | "et" | "og" | "och") {
            joining = false;
            continue;
        }
        match words.last_mut().filter(|_| letter && joining) {
            Some(last) => last.push_str(word),
            None => words.push(word.to_owned()),
        }
        joining = letter;
    }
    words
}

/// A word as it is compared: umlauts are written with and without their e.
fn spelled(word: String) -> String {
    if word.len() < 4 {
        return word;
    }
    word.replace("ue", "u").replace("oe", "o").replace("ae", "a")
}

/// The longest legal form that these words end with: how many words it takes, and what it is.
fn form_at_end(words: &[String]) -> Option<(usize, &'static str)> {
    (1..=4.min(words.len())).rev().find_map(|length| {
        let tail = words[words.len() - length..].join(" ");
        FORMS.iter().find(|(spelling, _)| *spelling == tail).map(|(_, canonical)| (length, *canonical))
    })
}

fn territory(word: &str) -> Option<&'static str> {
    TERRITORIES
        .iter()
        .find(|(_, spellings)| spellings.split(' ').any(|spelling| spelling == word))
        .map(|(code, _)| *code)
}

/// Numbers tell companies apart: 'Fund 3 Partners' and 'Fund 4 Partners', the first and the second hospital of a university.
fn differ_in_numbers(one: &str, other: &str) -> bool {
    let digit = |c: &char| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c);
    let digits = |text: &str| text.chars().filter(digit).collect::<String>();
    digits(one) != digits(other)
}

/// Whether two long names differ by one wrong letter. A character says more than a letter, so of a name that is written in
/// both, the half in which the letter stands must be long by itself.
fn is_slip(one: &str, other: &str) -> bool {
    let half = |text: &str, han: bool| text.chars().filter(|c| is_han(*c) == han).collect::<String>();
    one_edit(one, other)
        && [true, false].into_iter().all(|han| {
            let (mine, theirs) = (half(one, han), half(other, han));
            mine == theirs || mine.chars().count().min(theirs.chars().count()) >= LONG
        })
}

/// Whether one letter put in, left out or replaced, or two neighbours swapped, makes one text the other.
fn one_edit(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long.iter()).take_while(|(a, b)| a == b).count();
    if short.len() < long.len() {
        return short[same..] == long[same + 1..];
    }
    let swapped = same + 1 < short.len()
        && short[same] == long[same + 1]
        && short[same + 1] == long[same]
        && short[same + 2..] == long[same + 2..];
    same == short.len() || short[same + 1..] == long[same + 1..] || swapped
}

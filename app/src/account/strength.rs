//! Whether a password is strong enough: long enough, and not among those that are guessed first.

use zxcvbn::feedback::Warning;
use zxcvbn::{Entropy, Score, zxcvbn};

use super::model::LONGEST_PASSWORD;
use crate::error::{Check, Problem, Result, Weakness};

/// The shortest password, in characters.
pub const SHORTEST: u32 = 10;
/// How many characters are looked at. What is strong so far stays strong, and looking costs more the longer it is.
const LOOKED_AT: usize = 64;
/// How many letters and digits must be left of a password without the words that others know.
const LEAST_LEFT: usize = 5;
/// What everybody would try here first.
const HERE: [&str; 9] = ["boao", "lecheng", "hope", "city", "hopecity", "hainan", "portal", "博鳌", "乐城"];

/// What is wrong with a new password. `about` is what others know of its person: name, address, company. Takes some
/// milliseconds: call it from `password::on_blocking_thread`.
pub fn problem(password: &str, about: &[&str]) -> Option<Problem> {
    if password.is_empty() {
        return Some(Problem::Missing);
    }
    if password.len() > LONGEST_PASSWORD {
        return Some(Problem::TooLong(u32::try_from(LONGEST_PASSWORD).unwrap_or(u32::MAX)));
    }
    if password.chars().count() < SHORTEST as usize {
        return Some(Problem::TooShort(SHORTEST));
    }
    let mut known = known(about);
    known.sort_by_key(|word| std::cmp::Reverse(word.len()));
    if left_without(&known, password) < LEAST_LEFT {
        return Some(Problem::Weak(Weakness::Known));
    }
    let inputs: Vec<&str> = known.iter().map(String::as_str).collect();
    let looked_at: String = password.chars().take(LOOKED_AT).collect();
    let entropy = zxcvbn(&looked_at, &inputs);
    (entropy.score() < Score::Three).then(|| Problem::Weak(weakness(&entropy, &known)))
}

/// Refuses a password that is too short, too long or easy to guess.
///
/// # Errors
/// The problem, on the field `password`.
pub fn check_strength(password: &str, about: &[&str]) -> Result<()> {
    let mut check = Check::default();
    if let Some(problem) = problem(password, about) {
        check.note("password", problem);
    }
    check.finish(())
}

/// The words of what is known of a person, and those of this place.
fn known(about: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = HERE.iter().map(|word| (*word).to_owned()).collect();
    for text in about {
        let text: String = text.to_lowercase().chars().take(200).collect();
        words.extend(text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2).map(str::to_owned));
        words.push(text.split_whitespace().collect());
        words.push(text);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// How many letters and digits a password has besides these words.
fn left_without(known: &[String], password: &str) -> usize {
    let mut left = password.to_lowercase();
    for word in known.iter().filter(|word| word.chars().count() > 1) {
        left = left.replace(word.as_str(), " ");
    }
    left.chars().filter(|c| c.is_alphanumeric()).count()
}

fn weakness(entropy: &Entropy, known: &[String]) -> Weakness {
    let own = |token: &str| {
        let token = token.to_lowercase();
        token.chars().count() > 2 && known.contains(&token)
    };
    if entropy.sequence().iter().any(|found| own(&found.token)) {
        return Weakness::Known;
    }
    match entropy.feedback().and_then(zxcvbn::feedback::Feedback::warning) {
        Some(Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess) => {
            Weakness::Keyboard
        }
        Some(Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess) => {
            Weakness::Repeats
        }
        Some(
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword,
        ) => Weakness::Common,
        Some(Warning::SequencesLikeAbcAreEasyToGuess) => Weakness::Sequence,
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => Weakness::Date,
        Some(
            Warning::AWordByItselfIsEasyToGuess
            | Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
            | Warning::CommonNamesAndSurnamesAreEasyToGuess,
        ) => Weakness::Word,
        None => Weakness::Guessable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_refused_and_it_is_said_why() {
        let about = ["Ada Lovelace", "ada.lovelace@novonordisk.example"];
        for (password, expected) in [
            ("", Problem::Missing),
            ("short", Problem::TooShort(10)),
            ("password12", Problem::Weak(Weakness::Common)),
            ("aaaaaaaaaaaa", Problem::Weak(Weakness::Repeats)),
            ("qwertyuiop[]", Problem::Weak(Weakness::Keyboard)),
            ("abcdefghijkl", Problem::Weak(Weakness::Sequence)),
            ("lovelace2026", Problem::Weak(Weakness::Known)),
            ("NovoNordisk1", Problem::Weak(Weakness::Known)),
            ("boaolecheng1", Problem::Weak(Weakness::Known)),
        ] {
            assert_eq!(problem(password, &about), Some(expected), "{password}");
        }
        assert_eq!(problem(&"长".repeat(400), &about), Some(Problem::TooLong(1024)));
    }

    #[test]
    fn strong_ones_are_taken_in_any_script_and_length() {
        for password in ["correct horse battery", "a password of the story", "海阔凭鱼跃天高任鸟飞哉", "x9$Kq!vB2mZ"]
        {
            assert_eq!(problem(password, &["Ada Lovelace"]), None, "{password}");
        }
        // Everything that could be read in many ways, and as long as it gets: it must not take long.
        assert_eq!(problem(&"4@8({[<369!|1$5+7%20".repeat(51), &[]), None);
    }
}

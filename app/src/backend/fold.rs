//! Text as it is compared: without case, accents or width, and in Latin letters for sorting.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Text for finding: compatibility forms unified, accents dropped, lower case. Chinese stays as it is.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        fold_into(character, &mut folded);
    }
    folded
}

/// Folds one character: a combining mark gives nothing, a ligature several letters.
pub fn fold_into(character: char, folded: &mut String) {
    if character.is_ascii() {
        folded.push(character.to_ascii_lowercase());
        return;
    }
    for character in std::iter::once(character).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match character {
            'ø' => folded.push('o'),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ß' => folded.push_str("ss"),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            other => folded.push(other),
        }
    }
}

/// Text for sorting: in Latin letters, Chinese by pinyin, so that both databases sort alike.
pub fn sort_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for character in deunicode::deunicode(text).chars() {
        if character.is_ascii_alphanumeric() {
            key.push(character.to_ascii_lowercase());
        } else if !key.ends_with(' ') && !key.is_empty() {
            key.push(' ');
        }
    }
    key
}

/// What a list's search looks into: every given text folded, and in Latin letters where that differs.
pub fn search_text<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut search = String::new();
    for text in texts.into_iter().filter(|text| !text.is_empty()) {
        let folded = fold(text);
        search.push_str(&folded);
        search.push('\n');
        if !folded.is_ascii() {
            let latin = sort_key(text);
            search.push_str(&latin);
            search.push('\n');
            search.push_str(&latin.replace(' ', ""));
            search.push('\n');
        }
    }
    search
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_width_do_not_matter() {
        assert_eq!(fold("ALK-Abelló A/S"), "alk-abello a/s");
        assert_eq!(fold("Medice Arzneimittel Pütter"), "medice arzneimittel putter");
        assert_eq!(fold("ＡＢＣ　株式会社"), "abc 株式会社");
        assert_eq!(fold("Ørsted Æ"), "orsted ae");
    }

    #[test]
    fn chinese_is_found_by_characters_and_by_pinyin() {
        let text = search_text(["诺和诺德"]);
        assert!(text.contains("诺和诺德"));
        assert!(text.contains("nuohenuode"), "{text}");
    }
}

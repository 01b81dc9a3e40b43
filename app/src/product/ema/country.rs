//! What the name of a company says about its country.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Country names by ISO 3166-1 alpha-2 code, in English and in the languages of the country, lower case and without
/// diacritics. Left out on purpose: names that are also surnames, US states, goods or parts of a brand (Israel,
/// Jordan, Georgia, Turkey, Holland, Nippon), "Island", which is Icelandic for Iceland and English for any island, and
/// abbreviations such as "NL" or "Irl".
const NAMES: &[(&str, &[&str])] = &[
    ("AT", &["austria", "osterreich", "oesterreich"]),
    ("AU", &["australia"]),
    ("BE", &["belgium", "belgie", "belgique", "belgien"]),
    ("BG", &["bulgaria", "българия"]),
    ("CA", &["canada"]),
    ("CH", &["switzerland", "schweiz", "suisse", "svizzera"]),
    ("CN", &["china"]),
    ("CY", &["cyprus", "κυπρος", "kypros"]),
    ("CZ", &["czechia", "czech republic", "cesko", "ceska republika"]),
    ("DE", &["germany", "deutschland"]),
    ("DK", &["denmark", "danmark"]),
    ("EE", &["estonia", "eesti"]),
    ("ES", &["spain", "espana"]),
    ("FI", &["finland", "suomi"]),
    ("FR", &["france"]),
    ("GB", &["united kingdom", "great britain", "northern ireland"]),
    ("GR", &["greece", "hellas", "ελλαδα", "ελλας"]),
    ("HR", &["croatia", "hrvatska"]),
    ("HU", &["hungary", "magyarorszag"]),
    ("IE", &["ireland", "eire"]),
    ("IN", &["india"]),
    ("IS", &["iceland"]),
    ("IT", &["italy", "italia"]),
    ("JP", &["japan"]),
    ("LI", &["liechtenstein"]),
    ("LT", &["lithuania", "lietuva"]),
    ("LU", &["luxembourg", "luxemburg", "letzebuerg"]),
    ("LV", &["latvia", "latvija"]),
    ("MT", &["malta"]),
    ("NL", &["netherlands", "nederland"]),
    ("NO", &["norway", "norge", "noreg"]),
    ("PL", &["poland", "polska"]),
    ("PT", &["portugal"]),
    ("RO", &["romania"]),
    ("SE", &["sweden", "sverige"]),
    ("SI", &["slovenia", "slovenija"]),
    ("SK", &["slovakia", "slovak republic", "slovensko", "slovenska republika"]),
    ("US", &["united states"]),
];

/// Abbreviations that are names in daily use. Told apart by their capitals, so that no ordinary word is taken for one.
const CAPITALS: &[(&str, &str)] = &[("UK", "GB"), ("USA", "US")];

/// The country a company names itself after, as an ISO 3166-1 alpha-2 code: "Pfizer Ireland Pharmaceuticals" → `IE`,
/// "Alcon Laboratories (U.K.) Limited" → `GB`.
///
/// Only whole words count, and only country names. Legal forms (GmbH, ApS), adjectives (Swedish), cities and regions
/// (Europe, Nordic) say nothing; a name after "New" is another place. None where the name says nothing or names two
/// countries. The name is the only source: it need not be where the company is registered.
pub fn country_of(holder: &str) -> Option<&'static str> {
    // A full stop stays inside a word, or "U.K." would fall apart; hyphens, brackets and the rest divide words.
    let words: Vec<String> = holder
        .split(|c: char| !(c.is_alphanumeric() || c == '.' || is_combining_mark(c)))
        .map(|word| word.replace('.', ""))
        .filter(|word| !word.is_empty())
        .collect();
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let mut found = None;
    let mut at = 0;
    while at < words.len() {
        let (country, length) = named_at(&words, &folded, at);
        let elsewhere = at > 0 && folded[at - 1] == "new";
        if let Some(code) = country.filter(|_| !elsewhere) {
            if found.is_some_and(|before| before != code) {
                return None;
            }
            found = Some(code);
        }
        at += length;
    }
    found
}

/// The country named by the words from `at` on, and how many words to go on by.
fn named_at(words: &[String], folded: &[String], at: usize) -> (Option<&'static str>, usize) {
    if let Some((_, code)) = CAPITALS.iter().find(|(name, _)| *name == words[at]) {
        return (Some(code), 1);
    }
    let rest = &folded[at..];
    for (code, names) in NAMES {
        for name in *names {
            let length = name.split(' ').count();
            if length <= rest.len() && name.split(' ').eq(rest[..length].iter().map(String::as_str)) {
                return (Some(code), length);
            }
        }
    }
    (None, 1)
}

/// Lower case without diacritics, so that "Österreich" is found however its letters are composed.
fn fold(word: &str) -> String {
    word.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::country_of;

    #[test]
    fn a_country_is_found_where_the_name_says_it() {
        for (holder, country) in [
            ("Beispiel Deutschland GmbH & Co. KG", "DE"),
            ("Voorbeeld Nederland B.V.", "NL"),
            ("Sample (Ireland) Limited", "IE"),
            ("SAMPLE IRELAND LTD", "IE"),
            ("Exemple France S.A.S.", "FR"),
            ("Esempio Italia S.p.A.", "IT"),
            ("Ejemplo España, S.L.", "ES"),
            ("Beispiel O\u{308}sterreich GmbH", "AT"),
            ("Exempel Sverige AB", "SE"),
            ("Eksempel Danmark ApS", "DK"),
            ("Research Corporation-Belgium (R.C.)", "BE"),
            ("Vzorek Česká republika s.r.o", "CZ"),
            ("Sample UK Ltd.", "GB"),
            ("Sample (U.K.) Limited", "GB"),
            ("Sample Northern Ireland Ltd", "GB"),
            ("Παράδειγμα ΕΛΛΑΣ Α.Ε.", "GR"),
        ] {
            assert_eq!(country_of(holder), Some(country), "{holder}");
        }
    }

    #[test]
    fn nothing_is_concluded_from_anything_else() {
        for holder in [
            "",
            "Sample Europe Limited",
            "Sample GmbH",
            "Sample ApS",
            "Bavarian Sample Nordic A/S",
            "Sample International B.V.",
            "Swedish Sample AB",
            "Laboratoire Francais des Exemples",
            "SampleSwiss s.r.o.",
            "Vethellas S.A.",
            "Sample (NL) Limited B.V.",
            "Sample IRE Limited",
            "Sample New Jersey Inc.",
            "New India Sample Ltd",
            "Jordan Sample Ltd",
            "Sample Uk'd Ltd",
            "Sample India (Netherlands) B.V.",
            "Sample Deutschland France",
        ] {
            assert_eq!(country_of(holder), None, "{holder}");
        }
        assert_eq!(country_of("Sample Ireland (Ireland) Ltd"), Some("IE"), "the same country twice is one country");
    }
}

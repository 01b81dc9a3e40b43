//! What a company has several of – names, websites, domains, numbers, areas, tags – read from lists of one entry a line.

use super::model::TermKind;
use crate::backend::fold::fold;
use crate::error::{Check, LineProblem, Problem, Register, is_web_address, with_scheme};
use crate::unseen::without_unseen;

/// Domains of mailboxes that anybody can have: as a company's they would make everybody its people.
const PUBLIC: [&str; 24] = [
    "126.com",
    "139.com",
    "163.com",
    "189.cn",
    "aliyun.com",
    "aol.com",
    "foxmail.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mail.ru",
    "msn.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "sina.com",
    "sohu.com",
    "yahoo.com",
    "yeah.net",
];

impl TermKind {
    /// How many entries, and how many characters each.
    pub fn limits(self) -> (u32, u32) {
        match self {
            Self::Alias => (20, 200),
            Self::Website => (10, 500),
            Self::EmailDomain => (20, 253),
            Self::Registration => (10, 80),
            Self::Area | Self::Tag => (20, 80),
        }
    }

    /// Whether commas part entries, too.
    fn by_commas(self) -> bool {
        matches!(self, Self::Area | Self::Tag)
    }
}

/// An entry as it is compared: two that fold alike are the same.
pub fn folded(kind: TermKind, value: &str) -> String {
    let plain = fold(value);
    match kind {
        TermKind::Website => {
            let rest = plain.strip_prefix("https://").or_else(|| plain.strip_prefix("http://")).unwrap_or(&plain);
            rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/').to_owned()
        }
        _ => plain,
    }
}

/// Reads a list; its problems are noted under the field of its kind. `taken` is an entry that stands elsewhere already.
pub fn read(check: &mut Check, kind: TermKind, text: &str, taken: &str) -> Vec<String> {
    let (most, _) = kind.limits();
    let (entries, problems) = tidied(kind, text, taken);
    if problems.is_empty() && entries.len() > most as usize {
        check.note(kind.field(), Problem::TooMany(most));
    }
    for (line, problem) in problems {
        check.note(kind.field(), Problem::Line(line, problem));
    }
    entries
}

/// A list as it would be stored, and the lines that are wrong, with their numbers from 1.
pub fn tidied(kind: TermKind, text: &str, taken: &str) -> (Vec<String>, Vec<(u32, LineProblem)>) {
    let text = without_unseen(text);
    let commas: &[char] = if kind.by_commas() { &[',', '，', '、', ';', '；'] } else { &[] };
    let mut known = vec![folded(kind, taken)];
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for (line, number) in text.lines().zip(1_u32..) {
        for part in line.split(commas) {
            let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
            if part.is_empty() {
                continue;
            }
            let entry = match one(kind, &part) {
                Ok(entry) => entry,
                Err(problem) => {
                    problems.push((number, problem));
                    part
                }
            };
            let key = folded(kind, &entry);
            if !known.contains(&key) {
                known.push(key);
                entries.push(entry);
            }
        }
    }
    (entries, problems)
}

/// One entry, tidied.
fn one(kind: TermKind, text: &str) -> Result<String, LineProblem> {
    let (_, longest) = kind.limits();
    if text.chars().any(char::is_control) {
        return Err(LineProblem::ControlCharacters);
    }
    if text.chars().count() > longest as usize {
        return Err(LineProblem::TooLong(longest));
    }
    match kind {
        TermKind::Alias | TermKind::Area | TermKind::Tag => Ok(text.to_owned()),
        TermKind::Website => {
            let address = with_scheme(text.to_owned());
            if is_web_address(&address) { Ok(address) } else { Err(LineProblem::NotAWebAddress) }
        }
        TermKind::EmailDomain => domain(text),
        TermKind::Registration => registration(text),
    }
}

/// A domain, also from an address: `info@alk.net` and `@alk.net` are `alk.net`.
fn domain(text: &str) -> Result<String, LineProblem> {
    let domain = text.rsplit_once('@').map_or(text, |(_, domain)| domain).to_lowercase();
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().count() <= 63
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    if !domain.contains('.') || !domain.split('.').all(label) || last.chars().all(|c| c.is_ascii_digit()) {
        return Err(LineProblem::NotADomain);
    }
    if PUBLIC.contains(&domain.as_str()) {
        return Err(LineProblem::PublicDomain);
    }
    Ok(domain)
}

impl Register {
    pub const ALL: [Self; 6] = [Self::Uscc, Self::Cvr, Self::Vat, Self::Lei, Self::Hrb, Self::Other];

    pub fn code(self) -> &'static str {
        match self {
            Self::Uscc => "USCC",
            Self::Cvr => "CVR",
            Self::Vat => "VAT",
            Self::Lei => "LEI",
            Self::Hrb => "HRB",
            Self::Other => "OTHER",
        }
    }

    /// The register that a line begins with, and the rest of it. The Chinese words say it, too.
    fn of(line: &str) -> Option<(Self, &str)> {
        const WORDS: [(&str, Register); 3] =
            [("统一社会信用代码", Register::Uscc), ("增值税号", Register::Vat), ("其他", Register::Other)];
        let between: &[char] = &[' ', ':', '：', '-', '.', '_', '#'];
        for (word, register) in WORDS.into_iter().chain(Self::ALL.map(|register| (register.code(), register))) {
            let Some(start) = line.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word)) else { continue };
            let rest = &line[start.len()..];
            let apart = !rest.starts_with(|c: char| c.is_alphabetic()) || !word.is_ascii();
            if apart {
                return Some((register, rest.trim_start_matches(between)));
            }
        }
        None
    }
}

/// A number in a register: `CVR 63717916`. Where a number carries a check digit, it is checked.
fn registration(text: &str) -> Result<String, LineProblem> {
    let (register, number) = Register::of(text).ok_or(LineProblem::NoRegister)?;
    let compact: String = number.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
    let (holds, number) = match register {
        Register::Uscc => (is_uscc(&compact), compact),
        Register::Cvr => (is_cvr(compact.trim_start_matches("DK")), compact.trim_start_matches("DK").to_owned()),
        Register::Vat => (is_vat(&compact), compact),
        Register::Lei => (is_lei(&compact), compact),
        // The number alone says nothing without the court, which is a name.
        Register::Hrb => (number.contains(|c: char| c.is_ascii_digit()), number.to_owned()),
        Register::Other => (!number.is_empty(), number.to_owned()),
    };
    if holds { Ok(format!("{} {number}", register.code())) } else { Err(LineProblem::NotANumberOf(register)) }
}

/// GB 32100-2015: 18 characters, the last one a check.
fn is_uscc(code: &str) -> bool {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Option<Vec<usize>> = code.chars().map(|c| ALPHABET.find(c)).collect();
    let Some(values) = values.filter(|values| values.len() == 18) else { return false };
    let mut weight = 1;
    let mut sum = 0;
    for value in &values[..17] {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    (31 - sum % 31) % 31 == values[17]
}

/// Eight digits whose weighted sum is a multiple of eleven.
fn is_cvr(number: &str) -> bool {
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| digits.len() == 8 && digits[0] > 0) else { return false };
    digits.iter().zip([2, 7, 6, 5, 4, 3, 2, 1]).map(|(digit, weight)| digit * weight).sum::<u32>().is_multiple_of(11)
}

/// A country's letters, then up to thirteen characters with at least two digits.
fn is_vat(number: &str) -> bool {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    number.is_ascii()
        && (4..=15).contains(&number.len())
        && digits >= 2
        && number.chars().take(2).all(|c| c.is_ascii_uppercase())
}

/// ISO 17442: 20 characters which, letters as numbers from 10, leave 1 divided by 97.
fn is_lei(code: &str) -> bool {
    let mut rest = 0_u32;
    for c in code.chars() {
        let Some(value) = c.to_digit(36) else { return false };
        rest = (if value < 10 { rest * 10 } else { rest * 100 } + value) % 97;
    }
    code.len() == 20 && rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(kind: TermKind, text: &str) -> Vec<String> {
        let (entries, problems) = tidied(kind, text, "");
        assert_eq!(problems, [], "{text}");
        entries
    }

    fn problem(kind: TermKind, text: &str) -> (u32, LineProblem) {
        tidied(kind, text, "").1.first().copied().unwrap_or_else(|| panic!("taken: {text}"))
    }

    #[test]
    fn lists_are_read_line_by_line_and_duplicates_folded_away() {
        assert_eq!(
            entries(TermKind::Alias, " Novo  Nordisk \r\n\r\nNOVO NORDISK\n诺和诺德"),
            ["Novo Nordisk", "诺和诺德"]
        );
        assert_eq!(entries(TermKind::Alias, "A, B"), ["A, B"], "names have commas");
        assert_eq!(entries(TermKind::Tag, "VIP, 2023 delegation；丹麦\nvip"), ["VIP", "2023 delegation", "丹麦"]);
        assert_eq!(tidied(TermKind::Website, "http://ALK.net/\nalk.com", "https://www.alk.net").0, ["https://alk.com"]);
        assert_eq!(entries(TermKind::EmailDomain, "info@ALK.net\n@alk.net\nalk.com.cn"), ["alk.net", "alk.com.cn"]);
    }

    #[test]
    fn the_line_that_is_wrong_is_named() {
        assert_eq!(problem(TermKind::EmailDomain, "alk.net\n\nnonsense"), (3, LineProblem::NotADomain));
        assert_eq!(problem(TermKind::EmailDomain, "163.com"), (1, LineProblem::PublicDomain));
        assert_eq!(problem(TermKind::EmailDomain, "10.0.0.1"), (1, LineProblem::NotADomain));
        assert_eq!(problem(TermKind::Website, "a.b\njavascript:alert(1)"), (2, LineProblem::NotAWebAddress));
        assert_eq!(problem(TermKind::Alias, "a\u{0}b"), (1, LineProblem::ControlCharacters));
        assert_eq!(problem(TermKind::Tag, &"长".repeat(81)), (1, LineProblem::TooLong(80)));
        let mut check = Check::default();
        let many: String = (0..21).map(|number| format!("tag {number}\n")).collect();
        read(&mut check, TermKind::Tag, &many, "");
        let Err(crate::error::Error::Invalid(errors)) = check.finish(()) else { panic!("taken") };
        assert_eq!(errors.of("tags"), Some(Problem::TooMany(20)));
    }

    #[test]
    fn numbers_of_registers_are_checked() {
        for (typed, kept) in [
            ("cvr 63 71 79 16", "CVR 63717916"),
            ("CVR: DK63717916", "CVR 63717916"),
            ("VAT DK-63717916", "VAT DK63717916"),
            ("统一社会信用代码：91350100M000100Y43", "USCC 91350100M000100Y43"),
            ("LEI 5493000IBP32UQZ0KL24", "LEI 5493000IBP32UQZ0KL24"),
            ("HRB 6164 Darmstadt", "HRB 6164 Darmstadt"),
            ("other Org.nr 556037-5445", "OTHER Org.nr 556037-5445"),
        ] {
            assert_eq!(entries(TermKind::Registration, typed), [kept], "{typed}");
        }
        for (typed, wrong) in [
            ("63717916", LineProblem::NoRegister),
            ("LEIF 1", LineProblem::NoRegister),
            ("CVR 63717917", LineProblem::NotANumberOf(Register::Cvr)),
            ("USCC 91350100M000100Y44", LineProblem::NotANumberOf(Register::Uscc)),
            ("LEI 5493000IBP32UQZ0KL25", LineProblem::NotANumberOf(Register::Lei)),
            ("VAT 12345", LineProblem::NotANumberOf(Register::Vat)),
            ("HRB Darmstadt", LineProblem::NotANumberOf(Register::Hrb)),
            ("OTHER", LineProblem::NotANumberOf(Register::Other)),
        ] {
            assert_eq!(problem(TermKind::Registration, typed), (1, wrong), "{typed}");
        }
    }
}

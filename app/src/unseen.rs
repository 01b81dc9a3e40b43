//! Characters that nobody sees: they make two names differ that read alike, or turn the direction of what follows. They
//! come along unnoticed when a text is pasted, so they are taken out rather than refused.

/// The text without what nobody sees. Joiners stay where a script is not written rightly without them, and selectors where
/// they choose the form of an ideograph or a picture.
pub fn without_unseen(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for character in text.chars() {
        let stays = match character {
            '\u{200c}' | '\u{200d}' => seen.chars().next_back().is_some_and(joins),
            '\u{fe00}'..='\u{fe0f}' => {
                seen.chars().next_back().is_some_and(|before| is_ideograph(before) || is_picture(before))
            }
            '\u{e0100}'..='\u{e01ef}' => seen.chars().next_back().is_some_and(is_ideograph),
            other => !is_unseen(other),
        };
        if stays {
            seen.push(character);
        }
    }
    seen
}

/// Whether this is drawn as nothing, or changes the direction of writing.
fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Arabic and its kin, the scripts of India and its neighbours, pictures.
fn joins(before: char) -> bool {
    matches!(before, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17b3}'
        | '\u{17b6}'..='\u{17ff}' | '\u{1800}'..='\u{180a}' | '\u{1810}'..='\u{18af}')
        || is_picture(before)
}

fn is_picture(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::without_unseen;

    #[test]
    fn what_nobody_sees_goes() {
        for (text, seen) in [
            ("A\u{200b}d\u{202e}a\u{feff} \u{2066}L\u{2069}", "Ada L"),
            ("No\u{200d}vo\u{fe0f} \u{e0041}x\u{ad}", "Novo x"),
            ("\u{3164}\u{2800}", ""),
        ] {
            assert_eq!(without_unseen(text), seen, "{text:?}");
        }
    }

    #[test]
    fn what_a_script_needs_stays() {
        for text in ["می\u{200c}خواهم", "क्\u{200d}ष", "👩\u{200d}🔬", "葛\u{e0100}城", "诺和诺德", "☎\u{fe0f}"]
        {
            assert_eq!(without_unseen(text), text, "{text:?}");
        }
    }
}

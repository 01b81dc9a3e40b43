//! Text on paper: what the fonts have of it, how wide it is, and where its lines end.

use std::fmt::Write as _;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use unicode_normalization::UnicodeNormalization as _;

/// Fonts, of which each has what those before it lack.
pub struct Face(Vec<(Font, FontRef<'static>)>);

/// A part of a line that one font has, where it begins in times of the size, and its text.
pub struct Run<'a> {
    pub font: &'a Font,
    pub x: f32,
    pub glyphs: Vec<KrillaGlyph>,
    pub text: &'a str,
}

impl Face {
    /// None where one of them is no font, or there is none.
    pub fn read(files: &[&'static [u8]]) -> Option<Self> {
        let read = |bytes: &&'static [u8]| Some((Font::new((*bytes).into(), 0)?, FontRef::new(bytes).ok()?));
        let fonts: Vec<_> = files.iter().map(read).collect::<Option<_>>()?;
        (!fonts.is_empty()).then_some(Self(fonts))
    }

    /// The first font that has a character, and its glyph there.
    fn glyph(&self, character: char) -> Option<(usize, skrifa::GlyphId)> {
        self.0.iter().enumerate().find_map(|(place, (_, file))| {
            let glyph = file.charmap().map(character).filter(|glyph| glyph.to_u32() != 0)?;
            Some((place, glyph))
        })
    }

    fn advance(&self, place: usize, glyph: skrifa::GlyphId) -> f32 {
        let metrics = self.0[place].1.glyph_metrics(Size::new(1.0), LocationRef::default());
        metrics.advance_width(glyph).unwrap_or(1.0)
    }

    fn wide(&self, character: char) -> f32 {
        self.glyph(character).map_or(1.0, |(place, glyph)| self.advance(place, glyph))
    }

    /// How wide a text is, in times of the size.
    pub fn width(&self, text: &str) -> f32 {
        text.chars().map(|character| self.wide(character)).sum()
    }

    /// A text as it can be drawn: on one line, and what the fonts lack or nobody would see – controls, marks that turn the
    /// direction of writing – as its code point in brackets, so that nothing is lost silently.
    pub fn shown(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        for character in text.nfc() {
            if matches!(character, ' ' | '\n' | '\r' | '\t' | '\u{a0}' | '\u{3000}') {
                shown.push(' ');
            } else if character.is_control() || is_unseen(character) || self.glyph(character).is_none() {
                let _ = write!(shown, "[U+{:04X}]", u32::from(character));
            } else {
                shown.push(character);
            }
        }
        shown.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What is drawn of a text that [`Face::shown`] gave.
    pub fn runs<'a>(&'a self, text: &'a str) -> Vec<Run<'a>> {
        let mut runs: Vec<(usize, usize, Run<'a>)> = Vec::new();
        let mut x = 0.0;
        for (at, character) in text.char_indices() {
            let (place, glyph) = self.glyph(character).unwrap_or_default();
            let advance = self.advance(place, glyph);
            if runs.last().is_none_or(|(used, ..)| *used != place) {
                runs.push((place, at, Run { font: &self.0[place].0, x, glyphs: Vec::new(), text: "" }));
            }
            let end = at + character.len_utf8();
            if let Some((_, start, run)) = runs.last_mut() {
                let range = at - *start..end - *start;
                let id = GlyphId::new(glyph.to_u32());
                run.glyphs.push(KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, range, None));
                run.text = &text[*start..end];
            }
            x += advance;
        }
        runs.into_iter().map(|(.., run)| run).collect()
    }

    /// A text in lines that are no wider than so many times the size.
    pub fn lines(&self, text: &str, width: f32) -> Vec<String> {
        let text = self.shown(text);
        let mut lines = Vec::new();
        // What is on the line, how wide that is, and where it can be broken last.
        let (mut line, mut used, mut last) = (String::new(), 0.0, None::<usize>);
        let mut previous = None;
        for character in text.chars() {
            if previous.is_some_and(|previous| may_break(previous, character)) {
                last = Some(line.len());
            }
            let wide = self.wide(character);
            if used + wide > width && !line.is_empty() && character != ' ' {
                let rest = match last {
                    Some(at) if at > 0 => line.split_off(at),
                    // A word that is wider than the line is broken where the line ends.
                    _ => String::new(),
                };
                lines.push(line.trim_end().to_owned());
                line = rest.trim_start().to_owned();
                used = self.width(&line);
                last = None;
            }
            line.push(character);
            used += wide;
            previous = Some(character);
        }
        if !line.trim().is_empty() || lines.is_empty() {
            lines.push(line.trim_end().to_owned());
        }
        lines
    }
}

/// Whether a line may end between two characters: after a space, and beside Chinese, though never before what closes and
/// never after what opens.
fn may_break(before: char, after: char) -> bool {
    if after == ' ' || closes(after) || opens(before) {
        return false;
    }
    before == ' ' || is_wide(before) || is_wide(after) || (matches!(before, '-' | '/' | '_') && after.is_alphabetic())
}

fn is_wide(character: char) -> bool {
    matches!(u32::from(character), 0x2E80..=0x9FFF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF)
}

fn closes(character: char) -> bool {
    "，。、；：！？）〉》」』】〕〗〙〛’”…—～·％℃.,;:!?)]}%".contains(character)
}

fn opens(character: char) -> bool {
    "（〈《「『【〔〖〘〚‘“([{".contains(character)
}

/// Characters that are not controls, yet take no room or turn the direction of writing.
fn is_unseen(character: char) -> bool {
    matches!(u32::from(character), 0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x2028..=0x202F | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
        | 0xFFF0..=0xFFFD | 0xE0000..=0xE0FFF)
}

#[cfg(test)]
mod tests {
    use super::may_break;

    #[test]
    fn lines_end_where_readers_expect_it() {
        for (before, after, may) in [
            ('合', '作', true),
            ('作', '，', false),
            ('（', '甲', false),
            ('甲', '）', false),
            ('”', '的', true),
            ('d', 'e', false),
            (' ', 'd', true),
            ('d', ' ', false),
            ('e', '方', true),
            ('-', '2', false),
        ] {
            assert_eq!(may_break(before, after), may, "{before}{after}");
        }
    }
}

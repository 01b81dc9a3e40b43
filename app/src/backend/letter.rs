//! What a mail says, as text and as HTML. It is written once, when it is caused, in its receiver's language.

use std::fmt::Write as _;

use html_escape::{encode_double_quoted_attribute, encode_text};

use crate::language::Language;

/// The longest subject, in characters; what is longer ends with an ellipsis.
const LONGEST_SUBJECT: usize = 150;
/// The longest of the other lines: names have at most 200 characters, so nothing that is meant is cut.
const LONGEST_LINE: usize = 1000;

/// A mail's content. Its parts are single lines, whatever they were made of: see [`line`].
#[derive(Clone, Debug)]
pub struct Letter {
    language: Language,
    subject: String,
    greeting: String,
    paragraphs: Vec<String>,
    facts: Vec<(String, String)>,
    sections: Vec<Section>,
    link: Option<(String, String)>,
    footer: String,
    small: Vec<(String, String)>,
    unsubscribe: String,
}

/// A part of a letter with a head: lines, and where to go on.
#[derive(Clone, Debug)]
struct Section {
    head: String,
    lines: Vec<String>,
    /// None where there is nowhere to go.
    url: Option<String>,
}

impl Letter {
    pub fn new(language: Language, subject: &str) -> Self {
        Self {
            language,
            subject: shortened(&line(subject), LONGEST_SUBJECT),
            greeting: String::new(),
            paragraphs: Vec::new(),
            facts: Vec::new(),
            sections: Vec::new(),
            link: None,
            footer: String::new(),
            small: Vec::new(),
            unsubscribe: String::new(),
        }
    }

    #[must_use]
    pub fn greeting(mut self, text: &str) -> Self {
        self.greeting = limited(text);
        self
    }

    #[must_use]
    pub fn paragraph(mut self, text: &str) -> Self {
        self.paragraphs.push(limited(text));
        self
    }

    /// A line of the small table; without a value it is left out.
    #[must_use]
    pub fn fact(mut self, label: &str, value: &str) -> Self {
        let value = limited(value);
        if !value.is_empty() {
            self.facts.push((limited(label), value));
        }
        self
    }

    /// Several lines under a head that leads to `url`, in a mail about several things.
    #[must_use]
    pub fn section(mut self, head: &str, lines: &[String], url: Option<&str>) -> Self {
        let lines = lines.iter().map(|line| limited(line)).collect();
        self.sections.push(Section { head: limited(head), lines, url: url.map(address) });
        self
    }

    /// The one place to go on. The address is absolute: a mail stands on no page.
    #[must_use]
    pub fn link(mut self, label: &str, url: &str) -> Self {
        self.link = Some((limited(label), address(url)));
        self
    }

    /// Why the receiver gets this, in small print.
    #[must_use]
    pub fn footer(mut self, text: &str) -> Self {
        self.footer = limited(text);
        self
    }

    /// Another place to go, in small print.
    #[must_use]
    pub fn small(mut self, label: &str, url: &str) -> Self {
        self.small.push((limited(label), address(url)));
        self
    }

    /// Where one press ends mails of this kind; mail programs show it beside the mail.
    #[must_use]
    pub fn unsubscribe(mut self, url: &str) -> Self {
        self.unsubscribe = address(url);
        self
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// Empty for mails that everybody must get.
    pub fn unsubscribe_url(&self) -> &str {
        &self.unsubscribe
    }

    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The mail for those who read text.
    pub fn text(&self) -> String {
        let colon = self.language.texts().form_colon();
        let mut text = String::with_capacity(512);
        let _ = write!(text, "{}\n\n", self.greeting);
        for paragraph in &self.paragraphs {
            let _ = write!(text, "{paragraph}\n\n");
        }
        for (label, value) in &self.facts {
            let _ = writeln!(text, "{label}{colon}{value}");
        }
        if !self.facts.is_empty() {
            text.push('\n');
        }
        for section in &self.sections {
            let _ = writeln!(text, "{}", section.head);
            for line in &section.lines {
                let _ = writeln!(text, "- {line}");
            }
            if let Some(url) = &section.url {
                let _ = writeln!(text, "  {url}");
            }
            text.push('\n');
        }
        if let Some((label, url)) = &self.link {
            let _ = write!(text, "{label}{}\n{url}\n\n", colon.trim_end());
        }
        // "-- " is how mail programs know where the small print begins.
        let _ = writeln!(text, "-- \n{}", self.footer);
        for (label, url) in &self.small {
            let _ = writeln!(text, "{label}{colon}{url}");
        }
        text
    }

    /// The mail for everybody else: a table with styles in its attributes, which is what mail programs understand.
    pub fn html(&self) -> String {
        const FONT: &str = "font-family:-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',\
                            sans-serif;font-size:15px;line-height:1.6;color:#24292e";
        let mut html = String::with_capacity(4096);
        let _ = write!(
            html,
            "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n</head>\n\
             <body style=\"margin:0;padding:0;background:#f4f5f4\">\n\
             <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
             style=\"background:#f4f5f4\"><tbody><tr><td align=\"center\" style=\"padding:24px 12px\">\n\
             <table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
             style=\"max-width:600px;background:#ffffff;border:1px solid #dfe3e0;border-radius:6px\"><tbody>\n\
             <tr><td style=\"padding:28px 32px;text-align:left;{FONT}\">\n",
            lang = self.language.tag(),
            title = encode_text(&self.subject),
        );
        let _ = writeln!(html, "<p style=\"margin:0 0 16px\">{}</p>", encode_text(&self.greeting));
        for paragraph in &self.paragraphs {
            let _ = writeln!(html, "<p style=\"margin:0 0 16px\">{}</p>", encode_text(paragraph));
        }
        if !self.facts.is_empty() {
            html.push_str(
                "<table cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:0 0 20px\"><tbody>\n",
            );
            for (label, value) in &self.facts {
                let _ = writeln!(
                    html,
                    "<tr><th scope=\"row\" style=\"padding:3px 20px 3px 0;text-align:left;vertical-align:top;\
                     font-weight:normal;color:#5c6660;{CELL}\">{}</th><td style=\"padding:3px 0;{CELL}\">{}</td></tr>",
                    encode_text(label),
                    encode_text(value),
                    CELL = "font-size:15px;line-height:1.6",
                );
            }
            html.push_str("</tbody></table>\n");
        }
        for section in &self.sections {
            let head = encode_text(&section.head);
            let head = match &section.url {
                Some(url) => {
                    format!("<a href=\"{}\" style=\"color:#0b6b5d\">{head}</a>", encode_double_quoted_attribute(url))
                }
                None => head.into_owned(),
            };
            let _ = writeln!(
                html,
                "<p style=\"margin:0 0 4px;font-weight:bold\">{head}</p>\n<ul style=\"margin:0 0 16px;padding:0 0 0 20px\">"
            );
            for line in &section.lines {
                let _ = writeln!(html, "<li style=\"margin:0 0 4px\">{}</li>", encode_text(line));
            }
            html.push_str("</ul>\n");
        }
        if let Some((label, url)) = &self.link {
            let _ = writeln!(
                html,
                "<p style=\"margin:0 0 8px\"><a href=\"{href}\" style=\"display:inline-block;padding:9px 18px;\
                 background:#0b6b5d;border-radius:6px;color:#ffffff;text-decoration:none\">{}</a></p>\n\
                 <p style=\"margin:0 0 16px;font-size:13px;color:#5c6660;word-break:break-all\">{}</p>",
                encode_text(label),
                encode_text(url),
                href = encode_double_quoted_attribute(url),
            );
        }
        let _ = writeln!(
            html,
            "<p style=\"margin:24px 0 0;padding:16px 0 0;border-top:1px solid #dfe3e0;font-size:13px;color:#5c6660\">{}</p>",
            encode_text(&self.footer),
        );
        for (label, url) in &self.small {
            let _ = writeln!(
                html,
                "<p style=\"margin:8px 0 0;font-size:13px\"><a href=\"{}\" style=\"color:#5c6660\">{}</a></p>",
                encode_double_quoted_attribute(url),
                encode_text(label),
            );
        }
        html.push_str("</td></tr>\n</tbody></table>\n</td></tr></tbody></table>\n</body>\n</html>\n");
        html
    }
}

/// An address as one word.
fn address(url: &str) -> String {
    line(url).replace(' ', "%20")
}

fn limited(text: &str) -> String {
    shortened(&line(text), LONGEST_LINE)
}

fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(longest - 1).collect();
    short.push('…');
    short
}

/// A text as one line: what would end a line, or steer a terminal, becomes a space; what would turn the direction of
/// writing, or hide, goes. Every part of a mail's head passes through here, so none can begin another header.
pub fn line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let plain: String = crate::unseen::without_unseen(text).chars().map(|c| if breaks(c) { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(name: &str) -> Letter {
        Letter::new(Language::En, &format!("About {name}"))
            .greeting(name)
            .paragraph(name)
            .fact("Name", name)
            .fact("City", "")
            .link("Open", "https://portal.example/companies/1?a=1&b=2")
            .footer(name)
    }

    #[test]
    fn nothing_begins_another_line() {
        let evil = "A\r\nBcc: x@evil.example\n\n\u{85}\u{2028}\0\u{1b}[31mB\u{202e}C";
        assert_eq!(line(evil), "A Bcc: x@evil.example [31mBC");
        let letter = letter(evil);
        assert!(!letter.subject().contains(char::is_control));
        assert!(!letter.text().contains("\nBcc"), "{}", letter.text());
        assert_eq!(letter.text().lines().count(), 11, "{}", letter.text());
    }

    #[test]
    fn markup_is_text() {
        let html = letter("</td><script>alert(1)</script>\"'&").html();
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;alert(1)"), "{html}");
        assert!(html.contains("href=\"https://portal.example/companies/1?a=1&amp;b=2\""), "{html}");
        let html = letter("x").link("Open", "https://x.example/\" onmouseover=\"alert(1)").html();
        assert!(!html.contains("\" onmouseover"), "{html}");
    }

    #[test]
    fn long_subjects_end_and_empty_facts_are_left_out() {
        let letter = letter(&"长".repeat(500));
        assert_eq!(letter.subject().chars().count(), LONGEST_SUBJECT);
        assert!(letter.subject().ends_with('…'));
        assert!(!letter.text().contains("City"));
        assert!(letter.html().contains("<html lang=\"en\">"));
    }
}

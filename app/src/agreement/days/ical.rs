//! A calendar as other programs read it (RFC 5545): whole days, lines ended by CR LF and folded after 75 octets.

/// A whole day of a calendar.
pub struct Event {
    /// Stays the same when the day moves.
    pub uid: String,
    /// Rises with every change.
    pub sequence: i64,
    /// When it was changed last: `20261122T081500Z`.
    pub stamp: String,
    /// The day and the one after it: `20261122`.
    pub day: String,
    pub next: String,
    pub summary: String,
    pub url: String,
}

/// The whole calendar.
pub fn calendar(name: &str, events: &[Event]) -> String {
    let mut text = String::new();
    let mut line = |line: &str| fold_into(&mut text, line);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Boao Hope City//Agreements//EN");
    line("CALSCALE:GREGORIAN");
    line(&format!("X-WR-CALNAME:{}", escaped(name)));
    line("REFRESH-INTERVAL;VALUE=DURATION:PT6H");
    line("X-PUBLISHED-TTL:PT6H");
    for event in events {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", escaped(&event.uid)));
        line(&format!("DTSTAMP:{}", event.stamp));
        line(&format!("SEQUENCE:{}", event.sequence));
        line(&format!("DTSTART;VALUE=DATE:{}", event.day));
        line(&format!("DTEND;VALUE=DATE:{}", event.next));
        line(&format!("SUMMARY:{}", escaped(&event.summary)));
        line(&format!("URL:{}", event.url));
        line("TRANSP:TRANSPARENT");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    text
}

/// A text as a value: what means something there is marked, and what would be seen by nobody is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Adds a line, folded: no line has more than 75 octets, and no character is cut.
fn fold_into(text: &mut String, line: &str) {
    const MOST: usize = 75;
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > MOST {
            text.push_str("\r\n ");
            length = 1;
        }
        text.push(c);
        length += c.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(summary: &str) -> Event {
        Event {
            uid: "1-end@portal".to_owned(),
            sequence: 3,
            stamp: "20261122T081500Z".to_owned(),
            day: "20261231".to_owned(),
            next: "20270101".to_owned(),
            summary: summary.to_owned(),
            url: "https://portal.example/agreements/AG-2026-0001".to_owned(),
        }
    }

    #[test]
    fn every_line_is_short_and_unfolds_to_what_it_was() {
        let title = "甲方与乙方关于先行区国际医疗合作的三方战略合作协议".repeat(3);
        let text = calendar("a, b; c\\d", &[event(&title)]);
        assert!(text.lines().all(|line| line.len() <= 75), "{text}");
        assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("\r\nSUMMARY:{title}\r\n")));
        assert!(unfolded.contains("X-WR-CALNAME:a\\, b\\; c\\\\d\r\n"));
        assert!(unfolded.contains("DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n"));
    }

    #[test]
    fn no_title_ends_its_line() {
        let text = calendar("x", &[event("a\r\nATTENDEE:evil\nEND:VEVENT\u{7}")]);
        assert!(text.contains("SUMMARY:a\\nATTENDEE:evil\\nEND:VEVENT\r\n"), "{text}");
        assert_eq!(text.matches("\r\nEND:VEVENT").count(), 1);
    }
}

//! QR codes, drawn by the server: no script, no picture from elsewhere.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};
use leptos::prelude::*;

/// White around the code, in modules: what readers need to find it.
const MARGIN: usize = 4;

/// A text as a QR code; nothing when it is too long for one.
#[component]
pub fn QrCode(text: String, label: &'static str) -> impl IntoView {
    drawn(&text).map(|(size, path)| {
        view! {
            <svg class="qr" viewBox=format!("0 0 {size} {size}") role="img" aria-label=label shape-rendering="crispEdges">
                <path d=path />
            </svg>
        }
    })
}

/// The width in modules, and the path of the dark ones: a rectangle for each run. Nothing stains a screen, so there are only
/// as many modules as hold the text.
fn drawn(text: &str) -> Option<(usize, String)> {
    let code = QRBuilder::new(text).ecl(ECL::L).build().ok()?;
    let mut path = String::new();
    for y in 0..code.size {
        let row = &code[y];
        let mut x = 0;
        while x < code.size {
            let start = x;
            while x < code.size && row[x].value() {
                x += 1;
            }
            if x > start {
                let width = x - start;
                let _ = write!(path, "M{} {}h{width}v1h-{width}z", start + MARGIN, y + MARGIN);
            }
            x += 1;
        }
    }
    Some((code.size + 2 * MARGIN, path))
}

#[cfg(test)]
mod tests {
    use super::drawn;

    #[test]
    fn a_code_has_its_three_corners_and_nothing_outside() {
        let (size, path) = drawn("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert!((29..=61).contains(&size) && (size - 8 - 17) % 4 == 0, "{size}");
        for corner in
            ["M4 4h7v1h-7z".to_owned(), format!("M{} 4h7v1h-7z", size - 11), format!("M4 {}h7v1h-7z", size - 11)]
        {
            assert!(path.contains(&corner), "{corner} in {path}");
        }
        assert_eq!(drawn(&"x".repeat(10_000)), None);
    }
}

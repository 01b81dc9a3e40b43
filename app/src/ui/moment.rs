//! Moments and timelines.

use leptos::prelude::*;

use crate::language::Language;
use crate::time::Timestamp;

/// A moment in the zone, with the exact one as its title.
#[component]
pub fn Moment(at: Timestamp, language: Language, #[prop(optional)] day_only: bool) -> impl IntoView {
    let mut exact = at.long(language);
    let shown = if day_only { at.day(language) } else { exact.clone() };
    exact.push_str(" (Asia/Shanghai, UTC+8)");
    view! { <time datetime=at.iso() title=exact>{shown}</time> }
}

/// One line of a timeline.
pub struct TimelineItem {
    pub who: String,
    pub what: String,
    /// Address and name of what else it was about, with which the sentence ends.
    pub about: Option<(String, String)>,
    /// Address and name of what it happened to, where the page is not about that.
    pub subject: Option<(String, String)>,
    pub at: Timestamp,
    /// Field, before, after – in the reader's words.
    pub changes: Vec<(String, String, String)>,
    /// Whether the values before are worth a column: a new record has none.
    pub has_before: bool,
}

/// The words that a timeline needs.
pub struct TimelineTexts {
    pub field: &'static str,
    pub before: &'static str,
    pub after: &'static str,
    pub value: &'static str,
}

/// The fields that changed, folded away under a line that says how many; nothing where none did.
pub fn folded(
    changes: Vec<(String, String, String)>,
    has_before: bool,
    texts: &TimelineTexts,
    summary: String,
) -> Option<AnyView> {
    if changes.is_empty() {
        return None;
    }
    let rows = changes
        .into_iter()
        .map(|(field, before, after)| {
            let before = has_before.then(|| view! { <td>{before}</td> });
            view! { <tr><th scope="row">{field}</th>{before}<td>{after}</td></tr> }
        })
        .collect_view();
    let details = view! {
        <details>
            <summary>{summary}</summary>
            <table class="changes">
                <thead><tr>
                    <th scope="col">{texts.field}</th>
                    {has_before.then(|| view! { <th scope="col">{texts.before}</th> })}
                    <th scope="col">{if has_before { texts.after } else { texts.value }}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    };
    Some(details.into_any())
}

#[component]
pub fn Timeline(
    items: Vec<TimelineItem>,
    texts: TimelineTexts,
    language: Language,
    /// Says how many fields changed.
    count: fn(Language, usize) -> String,
) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|item| {
            let summary = count(language, item.changes.len());
            view! {
                <li>
                    <p>
                        <strong>{item.who}</strong>" "{item.what}{item.about.map(|(url, name)| view! { <a href=url>{name}</a> })}
                        {item.subject.map(|(url, name)| view! { " "<a href=url>{name}</a> })}
                    </p>
                    <Moment at=item.at language=language />
                    {folded(item.changes, item.has_before, &texts, summary)}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="timeline">{items}</ol> }
}

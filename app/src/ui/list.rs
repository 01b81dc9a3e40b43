//! Lists: sortable heads, removable chips, pages.

use leptos::prelude::*;

use super::icon::Icon;
use super::query::Query;
use crate::language::{Texts, number};

/// A column's head whose link sorts by it; a second time, backwards.
#[component]
pub fn SortHead(
    label: &'static str,
    /// The name of the column in the address.
    column: &'static str,
    /// The column that the list is sorted by now.
    sorted: &'static str,
    descending: bool,
    path: &'static str,
    query: Query,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let here = column == sorted;
    let direction = match (here, descending) {
        (false, _) => "none",
        (true, false) => "ascending",
        (true, true) => "descending",
    };
    let next = if here && !descending { format!("-{column}") } else { column.to_owned() };
    let url = query.with("page", "").with("sort", &next).url(path);
    view! { <th scope="col" class=class aria-sort=direction><a href=url>{label}</a></th> }
}

/// A filter that is on, and the address without it.
pub struct Chip {
    pub label: String,
    pub without: String,
}

impl Chip {
    /// The chip of a filter: its name in the address, its label, and what it is set to.
    pub fn of(query: &Query, path: &str, texts: &'static Texts, (name, label, value): (&str, &str, &str)) -> Self {
        Self { label: format!("{label}{}{value}", texts.form_colon()), without: query.with(name, "").url(path) }
    }
}

#[component]
pub fn Chips(chips: Vec<Chip>, #[prop(into)] clear: String, texts: &'static Texts) -> impl IntoView {
    let several = chips.len() > 1;
    (!chips.is_empty()).then(move || {
        let items = chips
            .into_iter()
            .map(|chip| {
                view! {
                    <li><a class="chip" href=chip.without>{chip.label}" "<Icon name="x" />
                        <span class="visually-hidden">{texts.list_remove_filter()}</span></a></li>
                }
            })
            .collect_view();
        view! {
            <ul class="chips">
                {items}
                {several.then(|| view! { <li><a class="chip" href=clear>{texts.list_clear_all()}</a></li> })}
            </ul>
        }
    })
}

/// Where the rows of a list would be: what is said of an empty one. Beyond the last page there is nothing to say: the pager
/// tells it.
pub fn no_rows(count: i64, empty: AnyView) -> AnyView {
    if count > 0 { ().into_any() } else { empty }
}

/// Of a page after the last one: that it is, and the way back; none of every other page.
pub fn beyond(page: i64, size: i64, count: i64, url: &dyn Fn(i64) -> String, t: &'static Texts) -> Option<AnyView> {
    if page <= 1 || (page - 1) * size < count {
        return None;
    }
    let last = ((count + size - 1) / size).max(1);
    let view = view! {
        <div class="empty">
            <h2>{t.list_beyond(number(count))}</h2>
            <div class="actions"><a class="button" href=url(last)>{t.list_last_page()}</a></div>
        </div>
    };
    Some(view.into_any())
}

/// Links to the pages before and after.
#[component]
pub fn Pager(
    /// From 1.
    page: i64,
    /// Rows on a page.
    size: i64,
    count: i64,
    /// Whether there are more than that; nobody knows how many.
    #[prop(optional)]
    more: bool,
    path: &'static str,
    query: Query,
    texts: &'static Texts,
) -> impl IntoView {
    let first = (page - 1) * size + 1;
    let last = if more { page * size } else { (page * size).min(count) };
    let url = move |page: i64| query.with("page", &if page > 1 { page.to_string() } else { String::new() }).url(path);
    let after_last = if more { None } else { beyond(page, size, count, &url, texts) };
    if after_last.is_some() {
        return after_last;
    }
    (count > size || page > 1).then(move || {
        let range = if more {
            texts.large_range(number(first), number(last), number(count))
        } else {
            texts.list_range(number(first), number(last), number(count))
        };
        let before = (page > 1).then(|| url(page - 1));
        let after = (more || last < count).then(|| url(page + 1));
        view! {
            <nav class="pager" aria-label=texts.list_pages()>
                {before.map(|url| view! { <a rel="prev" href=url><Icon name="chevron-left" />{texts.list_previous()}</a> })}
                <span>{range}</span>
                {after.map(|url| view! { <a rel="next" href=url>{texts.list_next()}<Icon name="chevron-right" /></a> })}
            </nav>
        }
        .into_any()
    })
}

/// A `<select>` of a list's filters.
#[component]
pub fn FilterSelect(
    name: &'static str,
    label: &'static str,
    /// What choosing nothing means.
    any: &'static str,
    options: Vec<(String, String)>,
    chosen: String,
) -> impl IntoView {
    let options = options
        .into_iter()
        .map(|(value, text)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{text}</option> }
        })
        .collect_view();
    view! { <select name=name aria-label=label><option value="">{any}</option>{options}</select> }
}

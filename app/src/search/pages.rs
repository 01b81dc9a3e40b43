//! `/search`

use leptos::prelude::*;

use super::api::{self, FEW, Found, Group, PAGE};
use super::index::MOST;
use super::kinds::Kind;
use super::mark::{excerpt, marked};
use super::store::Hit;
use super::words::Asked;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::ui::icon::Icon;
use crate::ui::list::Pager;
use crate::ui::query::Query;
use crate::web::page::{At, Page};

pub const PATH: &str = "/search";

impl Texts {
    /// What records of a kind are called.
    pub fn search_kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Company => self.companies_title(),
            Kind::Product => self.products_title(),
            Kind::Document => self.document_title(),
            Kind::Person => self.person_people(),
            Kind::Agreement => self.agreements_title(),
            Kind::Enquiry => self.enquiries_title(),
            Kind::Account => self.users_title(),
        }
    }
}

/// How many there are; beyond [`MOST`] nobody counts.
fn count_text(count: i64, t: &'static Texts) -> String {
    if count > MOST { t.search_more_than(number(MOST)) } else { number(count) }
}

/// The address of what was asked, of one kind or of all.
fn query_of(asked: &Asked, kind: Option<Kind>) -> Query {
    let mut query = Query::default();
    query.set("kind", kind.map_or("", Kind::code));
    query.set("q", &asked.text);
    query
}

/// `/search`
pub async fn search(visit: Visit, at: At) -> Result<Page> {
    let found = api::search(&visit, &at.query).await?;
    let language = visit.language;
    let t = visit.texts();
    let title =
        if found.asked.text.is_empty() { t.search_title().to_owned() } else { t.search_title_for(&found.asked.text) };
    let actor = found.actor.clone();
    let page = Page::new(title, move |t| {
        let kind = found.kind.map(|kind| view! { <input type="hidden" name="kind" value=kind.code() /> });
        view! {
            <header class="page-head"><h1>{t.search_title()}</h1></header>
            <form class="filters search-form" role="search" method="get" action=PATH aria-label=t.search_title()>
                {kind}
                <input type="search" name="q" aria-label=t.search_field() placeholder=t.search_field() maxlength="200"
                    value=found.asked.text.clone() />
                <button class="button primary">{t.search_button()}</button>
            </form>
            {body(&found, t, language)}
        }
        .into_any()
    });
    Ok(page.actor(actor))
}

fn body(found: &Found, t: &'static Texts, language: Language) -> AnyView {
    if found.asked.terms.is_empty() {
        let (title, next) = if found.asked.text.is_empty() {
            (t.search_nothing_asked().to_owned(), t.search_nothing_asked_next())
        } else {
            (t.search_no_words(&found.asked.text), t.search_no_words_next())
        };
        return view! { <div class="empty"><h2>{title}</h2><p>{next}</p></div> }.into_any();
    }
    let shown: Vec<&Group> = found
        .groups
        .iter()
        .filter(|group| group.count > 0 && found.kind.is_none_or(|kind| kind == group.kind))
        .collect();
    let beyond = found.kind.is_some() && found.page > 1;
    let list = if shown.is_empty() && !beyond {
        nothing(found, t)
    } else {
        shown.into_iter().map(|group| section(found, group, t, language)).collect_view().into_any()
    };
    let pager = found.kind.map(|kind| {
        let count = found.groups.iter().find(|group| group.kind == kind).map_or(0, |group| group.count.min(MOST));
        view! {
            <Pager page=found.page size=PAGE count=count path=PATH query=query_of(&found.asked, Some(kind)) texts=t />
        }
    });
    view! { {tabs(found, t)}{list}{pager} }.into_any()
}

/// The kinds of which something was found, with their numbers.
fn tabs(found: &Found, t: &'static Texts) -> AnyView {
    let tab = |kind: Option<Kind>, label: &'static str, count: Option<i64>| {
        let current = (kind == found.kind).then_some("page");
        let count = count.map(|count| view! { " "<span class="search-count">{count_text(count, t)}</span> });
        view! { <li><a class="chip" href=query_of(&found.asked, kind).url(PATH) aria-current=current>{label}{count}</a></li> }
    };
    let kinds = found
        .groups
        .iter()
        .filter(|group| group.count > 0 || found.kind == Some(group.kind))
        .map(|group| tab(Some(group.kind), t.search_kind(group.kind), Some(group.count)))
        .collect_view();
    view! {
        <nav aria-label=t.search_kinds()>
            <ul class="chips search-kinds">{tab(None, t.search_everything(), None)}{kinds}</ul>
        </nav>
    }
    .into_any()
}

/// What was searched, and what to try instead.
fn nothing(found: &Found, t: &'static Texts) -> AnyView {
    let elsewhere = found.kind.is_some().then(|| {
        let url = query_of(&found.asked, None).url(PATH);
        view! { <div class="actions"><a class="button" href=url>{t.search_in_everything()}</a></div> }
    });
    let kinds = match found.kind {
        Some(kind) => t.search_kind(kind).to_owned(),
        None => found.groups.iter().map(|group| t.search_kind(group.kind)).collect::<Vec<_>>().join(t.form_comma()),
    };
    view! {
        <div class="empty">
            <h2>{t.search_nothing(&found.asked.text)}</h2>
            <p>{t.search_nothing_in(kinds)}</p>
            <ul class="search-hints">
                <li>{t.search_try_fewer()}</li>
                <li>{t.search_try_language()}</li>
                <li>{t.search_try_beginning()}</li>
            </ul>
            {elsewhere}
        </div>
    }
    .into_any()
}

fn section(found: &Found, group: &Group, t: &'static Texts, language: Language) -> AnyView {
    let name = t.search_kind(group.kind);
    let heading = format!("search-{}", group.kind.code());
    let id = heading.clone();
    let rows = group.hits.iter().map(|hit| row(hit, &found.asked, language)).collect_view();
    let all = (found.kind.is_none() && group.count > FEW).then(|| {
        let url = query_of(&found.asked, Some(group.kind)).url(PATH);
        view! { <p><a class="search-all" href=url>{t.search_all(name, count_text(group.count, t))}<Icon name="chevron-right" /></a></p> }
    });
    let most = (found.kind.is_some() && group.count > MOST).then(|| {
        view! { <p class="hint">{t.search_most(number(MOST))}</p> }
    });
    view! {
        <section class="panel" aria-labelledby=heading>
            <h2 id=id>{name}" "<span class="search-count">{count_text(group.count, t)}</span></h2>
            {most}
            <div class="table-wrap"><table class="list search-hits">
                <thead><tr>
                    <th scope="col">{t.search_name()}</th><th scope="col">{t.search_about()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            {all}
        </section>
    }
    .into_any()
}

fn row(hit: &Hit, asked: &Asked, language: Language) -> AnyView {
    let first = language.prefer(&hit.title_en, &hit.title_zh);
    let others = match language {
        Language::En => [hit.title_zh.as_str(), &hit.title_other],
        Language::Zh => [hit.title_en.as_str(), &hit.title_other],
    };
    let second: Vec<&str> = others.into_iter().filter(|name| !name.is_empty() && *name != first).collect();
    let second = second.join(" · ");
    let excerpt = excerpt(&hit.body, &[first, &second, &hit.note], asked);
    let second = (!second.is_empty()).then(|| view! { <span class="second">{marked(&second, asked)}</span> });
    let excerpt = excerpt.map(|text| view! { <span class="second whole">{marked(&text, asked)}</span> });
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=hit.url.clone()>{marked(first, asked)}</a>{second}</th>
            <td>{marked(&hit.note, asked)}{excerpt}</td>
        </tr>
    }
    .into_any()
}

//! The document around every page, and the page of an error.

use std::sync::Arc;

use leptos::prelude::*;

use crate::actor::Actor;
use crate::backend::clock;
use crate::backend::context::Visit;
use crate::error::Error;
use crate::privacy;
use crate::shell::{bar, looking, navigation, shortcuts};
use crate::web::drawings::Frame;
use crate::web::page::{Main, Page, Section, status_of};

/// The whole document, as text. It runs within the owner that [`crate::web::page::render`] made.
pub fn document(visit: &Visit, page: Page) -> String {
    let t = visit.texts();
    let drawings = &visit.backend.drawings;
    let main = match page.main {
        Main::Drawn(main) => main,
        Main::Draw(draw) => Arc::from(without_markers(&draw(t).to_html())),
    };
    if let Some(sources) = page.sources {
        drawings.keep_main(sources, main.clone());
    }
    let key = (page.actor, visit.language, page.section, page.refresh);
    let [first, second, third, last] =
        &*drawings.frame(key.clone(), || frame(visit, key.0.as_ref(), page.section, page.refresh));
    let name = t.shell_name();
    let title = if page.title == name { page.title } else { format!("{} · {name}", page.title) };
    let title = html_escape::encode_text(&title);
    [first, &*title, second, &visit.nonce, third, &*main, last].concat()
}

/// Everything around the main part of a page, cut where its title, the nonce of the answer and the main part go.
fn frame(visit: &Visit, actor: Option<&Actor>, section: Section, refresh: Option<u32>) -> Frame {
    let language = visit.language;
    let t = visit.texts();
    let assets = visit.backend.settings.assets;
    // What nobody can have typed anywhere.
    let mark = hex::encode(clock::random::<16>());
    let refresh = refresh.map(|seconds| {
        view! { <noscript><meta http-equiv="refresh" content=seconds.to_string() /></noscript> }
    });
    let main = view! { <main id="main" tabindex="-1">{mark.clone()}</main> };
    let frame = match actor {
        Some(actor) => view! { <div class="frame">{navigation(actor, section, t)}{main}</div> }.into_any(),
        None => view! { <div class="frame">{main}</div> }.into_any(),
    };
    let html = view! {
        <html lang=language.tag()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{mark.clone()}</title>
                <link rel="icon" href=assets.favicon />
                <link rel="stylesheet" href=assets.style />
                <script src=assets.shell nonce=mark.clone() defer data-client=assets.client data-wasm=assets.wasm
                    data-passkeys=assets.passkeys data-board=assets.board
                    data-draw=assets.draw data-draft=assets.draft data-verify=assets.verify></script>
                {refresh}
            </head>
            <body class=if actor.is_some() { "" } else { "public" }>
                <a class="skip" href="#main">{t.shell_skip()}</a>
                {bar(actor, language, t)}
                {actor.filter(|actor| actor.viewer.is_some()).map(|actor| looking(actor, t))}
                {frame}
                <footer class="foot">
                    <p>{t.shell_footer()}</p><a href="/">{t.front_about()}</a><a href=privacy::pages::NOTICE>{t.privacy_title()}</a>
                </footer>
                {actor.map(|actor| shortcuts(actor, t))}
            </body>
        </html>
    };
    let html = format!("<!DOCTYPE html>{}", without_markers(&html.to_html()));
    let mut pieces = html.splitn(4, &mark).map(str::to_owned);
    std::array::from_fn(|_| pieces.next().unwrap_or_default())
}

/// The document without the marks by which a browser would find its way when it hydrates. Only islands hydrate; within
/// them the marks stay. Text and attributes cannot hold one: there `<` is escaped.
fn without_markers(html: &str) -> String {
    const MARK: &str = "<!>";
    const ISLAND: &str = "leptos-island";
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("<leptos-island") {
        plain.push_str(&rest[..start].replace(MARK, ""));
        let mut depth = 0_usize;
        let mut end = start;
        while let Some(next) = rest[end..].find(ISLAND) {
            let at = end + next;
            depth = if rest[..at].ends_with('/') { depth.saturating_sub(1) } else { depth + 1 };
            end = at + ISLAND.len();
            if depth == 0 {
                break;
            }
        }
        plain.push_str(&rest[start..end]);
        rest = &rest[end..];
    }
    plain.push_str(&rest.replace(MARK, ""));
    plain
}

/// The page of an error: what is so, why, and what to do next.
pub fn error_page(visit: &Visit, error: &Error) -> Page {
    let t = visit.texts();
    let (title, next) = match error {
        Error::NotFound => (t.problem_page_not_found(), t.problem_page_not_found_next()),
        Error::Forbidden => (t.problem_page_forbidden(), t.problem_page_forbidden_next()),
        Error::Unavailable => (t.problem_page_unavailable(), t.problem_page_unavailable_next()),
        Error::TooMany(_) => (t.problem_page_too_many(), t.problem_page_too_many_next()),
        Error::Internal => (t.problem_page_internal(), t.problem_page_internal_next()),
        Error::Refused(_)
        | Error::Invalid(_)
        | Error::Conflict
        | Error::SignedOut
        | Error::Unconfirmed
        | Error::NeedsFactor => (t.problem_page_refused(), t.problem_page_refused_next()),
    };
    let said = matches!(error, Error::Refused(_) | Error::TooMany(_)).then(|| t.error(error));
    let id = visit.request_id.clone();
    let mut page = Page::new(title, move |t| {
        view! {
            <section class="problem">
                <h1>{title}</h1>
                {said.map(|text| view! { <p>{text}</p> })}
                <p>{next}</p>
                <p class="request-id">{t.problem_page_request(&id)}</p>
                <div class="actions"><a class="button primary" href="/today">{t.problem_page_home()}</a></div>
            </section>
        }
        .into_any()
    });
    page.status = status_of(error);
    page
}

#[cfg(test)]
mod tests {
    use super::without_markers;

    #[test]
    fn only_islands_keep_their_marks() {
        let html = "<p>a<!>b</p><leptos-island data-component=\"x\">c<!><leptos-island>d<!></leptos-island><!></leptos-island><!>e";
        let plain =
            "<p>ab</p><leptos-island data-component=\"x\">c<!><leptos-island>d<!></leptos-island><!></leptos-island>e";
        assert_eq!(without_markers(html), plain);
    }
}

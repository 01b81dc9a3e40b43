//! `GET /documents/{id}`: a document as a file to be saved, never as a page of the portal.

use axum::body::Body;
use axum::extract::Path;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use leptos::prelude::*;
use uuid::Uuid;

use super::model::{Document, ScanState};
use super::{pages, store};
use crate::actor::{Actor, require};
use crate::agreement;
use crate::backend::context::Visit;
use crate::error::{Error, Result, internal};
use crate::ui::query::encode;
use crate::web::in_time;
use crate::web::page::{Page, Section, Unchanged, error_response, render};

pub async fn get(visit: Visit, Path(id): Path<String>) -> Response {
    match read(&visit, id.parse().ok()).await {
        Ok(answer) => answer,
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn read(visit: &Visit, id: Option<Uuid>) -> Result<Response> {
    // The transaction ends here: it must not stay open for as long as somebody on a slow link reads.
    let (actor, document) = in_time(async {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_read_documents())?;
        let id = id.ok_or(Error::NotFound)?;
        let document = match store::find(&mut ctx.tx, id).await? {
            Some(document) => {
                ctx.actor.opens_document(&document)?;
                Content::of(document, &ctx.actor)
            }
            None => agreement::files::open(&mut ctx, id).await?,
        };
        ctx.actor.takes_files()?;
        Ok((ctx.actor.clone(), document))
    })
    .await?;
    match document.scan {
        ScanState::Pending | ScanState::Infected => return Ok(render(visit, not_given(visit, actor, &document))),
        ScanState::Clean | ScanState::Unscanned => {}
    }
    answer(visit, &document).await
}

/// A document's content as a file to be saved, for who was found to be allowed to have it.
pub async fn answer(visit: &Visit, document: &Content) -> Result<Response> {
    let content = visit.backend.settings.files.read(&document.sha256).await?;
    let (size, stream) = content.ok_or_else(|| internal("document", &"its content is not in the store"))?;
    let mut answer = Response::new(Body::from_stream(stream));
    let headers = answer.headers_mut();
    for (name, value) in fixed_headers(document) {
        headers.insert(name, value.map_err(|error| internal("document", &error))?);
    }
    headers.insert(header::CONTENT_LENGTH, size.into());
    answer.extensions_mut().insert(Unchanged);
    Ok(answer)
}

/// What is given of a document, to whom may read it.
pub struct Content {
    pub name: String,
    pub media_type: String,
    pub sha256: String,
    pub scan: ScanState,
    /// The page that it stands on.
    pub back: String,
    pub section: Section,
}

impl Content {
    fn of(document: Document, actor: &Actor) -> Self {
        let interaction = document.interaction.filter(|_| actor.may_see_interactions());
        Self {
            back: pages::section_url(document.company, interaction),
            name: document.name,
            media_type: document.media_type,
            sha256: document.sha256,
            scan: document.scan,
            section: Section::Companies,
        }
    }
}

/// The page instead of a document that may be read, but whose content is given to nobody: not yet, or no longer.
fn not_given(visit: &Visit, actor: Actor, document: &Content) -> Page {
    let t = visit.texts();
    let (status, title, next) = match document.scan {
        ScanState::Infected => {
            (StatusCode::GONE, t.document_infected_title(), t.document_infected_next(&document.name))
        }
        _ => (StatusCode::CONFLICT, t.document_pending_title(), t.document_pending_next(&document.name)),
    };
    let (back, section) = (document.back.clone(), document.section);
    let page = Page::new(title, move |t| {
        view! {
            <section class="problem">
                <h1>{title}</h1>
                <p>{next}</p>
                <div class="actions"><a class="button primary" href=back>{t.document_back()}</a></div>
            </section>
        }
        .into_any()
    });
    Page { status, ..page.section(section).actor(actor) }
}

/// The headers that keep a content from acting in the portal's name.
fn fixed_headers(document: &Content) -> [(HeaderName, std::result::Result<HeaderValue, http::Error>); 5] {
    let charset = if document.media_type.starts_with("text/") { "; charset=utf-8" } else { "" };
    let value = |text: String| HeaderValue::try_from(text).map_err(http::Error::from);
    let fixed = |text: &'static str| Ok(HeaderValue::from_static(text));
    [
        (header::CONTENT_TYPE, value(format!("{}{charset}", document.media_type))),
        (header::CONTENT_DISPOSITION, value(disposition(&document.name))),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (header::CONTENT_SECURITY_POLICY, fixed("sandbox; default-src 'none'")),
        (header::CACHE_CONTROL, fixed("private, no-store")),
    ]
}

/// The name to save a file under, as RFC 6266 has it: in every script, and in ASCII for programs that know no better.
fn disposition(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || " -_.()".contains(c) { c } else { '_' };
    let mut ascii: String = name.chars().map(plain).collect();
    let (stem, ending) = ascii.rsplit_once('.').unwrap_or((&ascii, ""));
    if !stem.contains(|c: char| c.is_ascii_alphanumeric()) {
        ascii = format!("document.{ending}");
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", encode(name))
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_is_told_in_both_ways_and_never_ends_the_header() {
        assert_eq!(disposition("a b.pdf"), "attachment; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf");
        let chinese = "attachment; filename=\"document.pdf\"; filename*=UTF-8''%E5%8D%8F%E8%AE%AE.pdf";
        assert_eq!(disposition("协议.pdf"), chinese);
        assert_eq!(
            disposition("a\"; x=\r\n'.txt"),
            "attachment; filename=\"a__ x____.txt\"; filename*=UTF-8''a%22%3B%20x%3D%0D%0A%27.txt"
        );
    }
}

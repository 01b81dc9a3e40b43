//! A page: read in one transaction, then drawn at once into one string.
//!
//! Everything a page shows is read before its view is made, so there is nothing to stream and nothing to suspend; the
//! status and redirects are ordinary HTTP. Only islands are drawn so that the browser can make them live.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, RawQuery};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use http::{HeaderValue, StatusCode, header, request::Parts};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use uuid::Uuid;

use crate::actor::Actor;
use crate::backend::context::{Turn, Visit};
use crate::backend::refused;
use crate::error::{Error, Refusal, Result};
use crate::language::Texts;
use crate::ui::query::{Query, encode};
use crate::web::drawings::Sources;
use crate::web::in_time;

/// The name in an address under which a link says for which company it is.
pub const FOR: &str = "for";

/// Where in the portal a page stands; the navigation marks it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Section {
    #[default]
    None,
    Today,
    Companies,
    Enquiries,
    Agreements,
    People,
    Joining,
    Invitations,
    Products,
    Administration,
    Journal,
    Accounts,
    Jobs,
    Mail,
    Calendar,
    Privacy,
    Security,
}

/// The main part of a page.
pub enum Main {
    Draw(Box<dyn FnOnce(&'static Texts) -> AnyView + Send>),
    Drawn(Arc<str>),
}

/// What a page function gives: who looks, what it is called, and how it is drawn.
pub struct Page {
    pub title: String,
    pub status: StatusCode,
    pub section: Section,
    pub actor: Option<Actor>,
    /// Seconds after which a browser without scripts asks again.
    pub refresh: Option<u32>,
    pub main: Main,
    /// What the drawing is remembered under, if it is.
    pub sources: Option<Sources>,
    /// What the answer does to the browser's cookies.
    pub cookies: Vec<HeaderValue>,
    /// The address that this page has for good.
    pub moved: Option<String>,
    /// Where the browser is sent on to instead, this time.
    pub onward: Option<String>,
    /// Whether it is for everybody who has its address, but not for search engines.
    pub unlisted: bool,
}

impl Page {
    /// A page that is elsewhere, for good.
    pub fn moved(address: String) -> Self {
        Self { moved: Some(address), ..Self::new("", |_| ().into_any()) }
    }

    pub fn new(title: impl Into<String>, draw: impl FnOnce(&'static Texts) -> AnyView + Send + 'static) -> Self {
        Self {
            title: title.into(),
            status: StatusCode::OK,
            section: Section::None,
            actor: None,
            refresh: None,
            main: Main::Draw(Box::new(draw)),
            sources: None,
            cookies: Vec::new(),
            moved: None,
            onward: None,
            unlisted: false,
        }
    }

    /// Not a page, but the way to another one of the portal.
    pub fn onward(path: String) -> Self {
        Self { onward: Some(path), ..Self::new("", |_| ().into_any()) }
    }

    /// A page whose rows were read by [`Visit::read_at_once`] and that is opened all day: it is drawn only if it was not
    /// drawn from the same before.
    ///
    /// # Errors
    /// Those of `draw`, which makes the drawing from what was read.
    pub fn remembered<D>(
        visit: &Visit,
        title: impl Into<String>,
        actor: Actor,
        read: Vec<String>,
        draw: impl FnOnce(&Actor, &[String]) -> Result<D>,
    ) -> Result<Self>
    where
        D: FnOnce(&'static Texts) -> AnyView + Send + 'static,
    {
        let sources = Sources::new(visit, &actor, read);
        let mut page = match visit.backend.drawings.main(&sources) {
            Some(main) => Self { main: Main::Drawn(main), ..Self::new(title, |_| ().into_any()) },
            None => Self::new(title, draw(&actor, sources.read())?),
        };
        page.sources = matches!(page.main, Main::Draw(_)).then_some(sources);
        Ok(page.actor(actor))
    }

    #[must_use]
    pub fn section(mut self, section: Section) -> Self {
        self.section = section;
        self
    }

    #[must_use]
    pub fn actor(mut self, actor: impl Into<Option<Actor>>) -> Self {
        self.actor = actor.into();
        self
    }
}

/// What an address asks for.
pub struct At {
    pub query: Query,
    parameters: HashMap<String, String>,
}

impl At {
    /// The id in the path. What is no id is not found.
    pub fn id(&self) -> Result<Uuid> {
        self.uuid("id")
    }

    /// An id in the path, by the name that the route has for it.
    pub fn uuid(&self, name: &str) -> Result<Uuid> {
        self.parameters.get(name).and_then(|id| id.parse().ok()).ok_or(Error::NotFound)
    }

    /// A part of the path, by its name in the route table; empty where it has none.
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// The token of a link in the path.
    pub fn token(&self) -> &str {
        self.parameters.get("token").map_or("", String::as_str)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, StatusCode> {
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// A route that answers with a page.
pub fn page<S, F, Fut>(read: F) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    F: Fn(Visit, At) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Page>> + Send,
{
    get(move |visit: Visit, Path(parameters): Path<HashMap<String, String>>, RawQuery(query): RawQuery| {
        let read = read.clone();
        async move {
            let query = Query::parse(query.as_deref().unwrap_or_default());
            match in_time(turned(&visit, &query)).await {
                Ok(None) => {}
                Ok(Some(answer)) => return answer,
                Err(error) => return error_response(&visit, &error).await,
            }
            let reading = async {
                let visit = recalled(visit.clone(), query.get("refused")).await;
                Ok((read(visit.clone(), At { query, parameters }).await?, visit))
            };
            match in_time(reading).await {
                Ok((Page { onward: Some(path), .. }, _)) => see_other(&path),
                Ok((page, visit)) => render(&visit, page),
                Err(error) => error_response(&visit, &error).await,
            }
        }
    })
}

/// A link may say for which company it is, `?for=…`: that one is acted for from now on. Sends the browser on to the address
/// without it; none where the address says nothing, or nobody is signed in yet.
async fn turned(visit: &Visit, query: &Query) -> Result<Option<Response>> {
    let company = query.get(FOR);
    if company.is_empty() {
        return Ok(None);
    }
    let path = visit.path.split('?').next().unwrap_or_default();
    Ok(match visit.turn_to(company.parse().ok()).await? {
        Turn::SignedOut => None,
        Turn::Done => Some(see_other(&query.with(FOR, "").url(path))),
        // What a browser fetches ahead changes nothing. Without an answer that it could show, it asks again when the link
        // is opened.
        Turn::Ahead => Some(StatusCode::TOO_EARLY.into_response()),
    })
}

/// The visit with what was typed into a form that was just refused, if the address names such a post.
async fn recalled(mut visit: Visit, token: &str) -> Visit {
    if token.is_empty() {
        return visit;
    }
    if let Ok((mut tx, actor)) = visit.look().await
        && let Ok(post) =
            refused::recall(&mut tx, token, actor.map(|actor| actor.viewer.unwrap_or(actor.id)), visit.now()).await
    {
        visit.refused = post.map(Arc::new);
    }
    visit
}

/// Draws a page into an answer.
pub fn render(visit: &Visit, mut page: Page) -> Response {
    if let Some(address) = &page.moved {
        let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
        return (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response();
    }
    let status = page.status;
    let cookies = std::mem::take(&mut page.cookies);
    // What only the signed-in see is nothing for search engines.
    let private = page.unlisted || page.actor.is_some();
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        // Islands hydrate, pages do not: without this, what islands within pages read would be written into the page.
        if let Some(shared) = Owner::current_shared_context() {
            shared.set_is_hydrating(false);
        }
        provide_context(visit.clone());
        crate::app::document(visit, page)
    });
    owner.cleanup();
    let mut response = (status, html).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    if private {
        response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    response
}

/// Where a person goes first when that is all that is missing; they come back afterwards.
pub fn first_to(error: &Error) -> Option<&'static str> {
    match error {
        Error::SignedOut => Some("/sign-in"),
        Error::Unconfirmed => Some("/account/confirm"),
        Error::NeedsFactor => Some("/account/second-factor"),
        _ => None,
    }
}

/// The answer to an error: the sign-in page for the signed-out, else a page that says what is so.
pub async fn error_response(visit: &Visit, error: &Error) -> Response {
    if let Some(first) = first_to(error) {
        return see_other(&format!("{first}?next={}", encode(&visit.path)));
    }
    // Who asks decides the frame of the page; where the database does not answer, a page without one will do.
    let looked = match error {
        Error::Unavailable => Err(Error::Unavailable),
        _ => in_time(visit.look()).await,
    };
    let mut page = render(visit, crate::app::error_page(visit, error).actor(looked.ok().and_then(|(_, actor)| actor)));
    if *error == Error::Unavailable {
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    page
}

/// The page of a link from a mail that no longer works: one for all reasons, with what to do next.
pub async fn dead_link(visit: &Visit, next: &'static str, more: Option<(&'static str, &'static str)>) -> Result<Page> {
    let (_, actor) = visit.look().await?;
    let mut page = Page::new(visit.texts().password_dead_title(), move |t| {
        let more = more.map(|(url, text)| view! { <a class="button primary" href=url>{text}</a> });
        view! {
            <section class="problem">
                <h1>{t.password_dead_title()}</h1>
                <p>{t.error_dead_link()}</p>
                <p>{next}</p>
                <div class="actions">{more}<a class="button" href="/sign-in">{t.sign_in_button()}</a></div>
            </section>
        }
        .into_any()
    });
    page.status = StatusCode::GONE;
    Ok(page.actor(actor))
}

/// The status that tells machines what a page tells people.
pub fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Refused(Refusal::NoCompany) => StatusCode::FORBIDDEN,
        Error::Invalid(_) | Error::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Forbidden => StatusCode::FORBIDDEN,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Conflict => StatusCode::CONFLICT,
        Error::SignedOut | Error::Unconfirmed | Error::NeedsFactor => StatusCode::UNAUTHORIZED,
        Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Sends the browser on to a path of the portal.
pub fn see_other(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// Marks an answer whose body leaves as it is, uncompressed, with the length it said.
#[derive(Clone, Copy, Debug)]
pub struct Unchanged;

/// The type of a spreadsheet.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file to be saved.
pub fn download(name: &str, content_type: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
        ],
        bytes,
    )
        .into_response()
}

//! The HTTP stack: what happens to every request before a feature sees it, and to every answer before it leaves.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use app::account::session;
use app::agreement::signing::door;
use app::backend::context::Visit;
use app::backend::{Assets, Backend, clock};
use app::error::{Error, Refusal};
use app::language::Language;
use app::security::cookies;
use app::web::page::Unchanged;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Router, body::Body};
use futures::FutureExt as _;
use http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Version, header};
use hyper::body::Body as _;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate as _};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tracing::Instrument as _;

use crate::assets;

/// An answer that took longer is worth a line in the log.
const SLOW: Duration = Duration::from_secs(1);

/// The network address that the connection came from; the accepting loop puts it into each request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The addresses of the embedded files that pages refer to.
pub fn page_assets() -> Assets {
    let url = |name| assets::url(name).unwrap_or_default();
    Assets {
        style: url("portal.css"),
        shell: url("shell.js"),
        client: url("client.js"),
        wasm: url("client_bg.wasm"),
        icons: url("icons.svg"),
        favicon: url("favicon.svg"),
        passkeys: url("passkeys.js"),
        board: url("board.js"),
        verify: url("verify.js"),
        draw: url("draw.js"),
        draft: url("draft.js"),
    }
}

/// Everything the portal answers.
pub fn router(backend: &Backend) -> Router {
    let compressed = DefaultPredicate::new()
        .and(|_: StatusCode, _: Version, _: &HeaderMap, marks: &Extensions| marks.get::<Unchanged>().is_none());
    let compression = CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest).compress_when(compressed);
    let pages = app::routes::routes().layer(compression);
    Router::new()
        .merge(pages)
        .merge(assets::routes())
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready).with_state(backend.clone()))
        .route_layer(from_fn(note_route))
        .layer(CsrfLayer::new().with_insecure_bypass(|_, uri| app::notification::unsubscribe::is_open(uri.path())))
        .layer(from_fn_with_state(backend.clone(), around))
}

/// Tells the layers around which route answered; they run before one is chosen.
async fn note_route(route: MatchedPath, request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    answer.extensions_mut().insert(route);
    answer
}

/// Whether the database answers.
async fn ready(State(backend): State<Backend>) -> Response {
    let asked = async {
        let mut tx = backend.database.read().await?;
        app::backend::journal::head(&mut tx).await
    };
    match tokio::time::timeout(Duration::from_secs(3), asked).await {
        Ok(Ok(_)) => "ready\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}

/// Makes the visit of a request, logs and counts it, turns a panic into an error page, and sets the headers that every
/// answer carries.
async fn around(State(backend): State<Backend>, mut request: Request, next: Next) -> Response {
    let started = clock::stopwatch();
    let request_id = hex(&clock::random::<8>());
    let nonce = hex(&clock::random::<16>());
    let visit = visit(&backend, &request, &request_id, &nonce);
    let method = request.method().clone();
    let path = app::backend::link::masked(request.uri().path());
    request.extensions_mut().insert(visit.clone());
    let span = tracing::info_span!("request", id = %request_id, %method, path = %path);

    // Only what is posted has a body: whatever else sends one is not listened to.
    let stray = method != Method::POST && !request.body().is_end_stream();
    let answer = async {
        if stray {
            let mut page = app::web::page::error_response(&visit, &Error::Refused(Refusal::TooLarge)).await;
            *page.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            return page;
        }
        match AssertUnwindSafe(next.run(request)).catch_unwind().await {
            Ok(answer) => answer,
            Err(panic) => {
                let what = panic.downcast_ref::<String>().map(String::as_str);
                let what = what.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown");
                tracing::error!(panic = what, "a request panicked");
                app::web::page::error_response(&visit, &Error::Internal).await
            }
        }
    }
    .instrument(span.clone())
    .await;

    let mut answer = if answer.extensions().get::<ProtectionError>().is_some() {
        let mut page = app::web::page::error_response(&visit, &Error::Refused(Refusal::ForeignOrigin)).await;
        *page.status_mut() = StatusCode::FORBIDDEN;
        page
    } else {
        named(&visit, answer).await
    };
    set_headers(answer.headers_mut(), &visit);
    let status = answer.status();
    let elapsed = started.elapsed();
    let route = answer.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned());
    let route = route.unwrap_or_else(|| if path.starts_with("/pkg/") { "/pkg" } else { "other" }.to_owned());
    metrics::counter!("portal_requests_total", "route" => route.clone(), "status" => status.as_u16().to_string())
        .increment(1);
    metrics::histogram!("portal_request_seconds", "route" => route).record(elapsed.as_secs_f64());
    span.in_scope(|| {
        let milliseconds = elapsed.as_secs_f64() * 1000.0;
        if status.is_server_error() {
            tracing::error!(status = status.as_u16(), milliseconds, address = %visit.address, "answered");
        } else if method == Method::POST || elapsed > SLOW {
            // A line for each page view would cost more than it tells; what wrote, or was slow, is worth one.
            tracing::info!(status = status.as_u16(), milliseconds, address = %visit.address, "answered");
        } else {
            tracing::debug!(status = status.as_u16(), milliseconds, address = %visit.address, "answered");
        }
    });
    answer
}

/// Answers of axum itself – a wrong method, a body that is too large – become pages like all others.
async fn named(visit: &Visit, answer: Response) -> Response {
    let bare = !answer.headers().contains_key(header::CONTENT_TYPE) || {
        let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        kind.starts_with("text/plain") && answer.status().is_client_error()
    };
    let status = answer.status();
    let error = match status {
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE if bare => {
            Error::Refused(Refusal::Malformed)
        }
        StatusCode::PAYLOAD_TOO_LARGE if bare => Error::Refused(Refusal::TooLarge),
        _ => return answer,
    };
    let mut page = app::web::page::error_response(visit, &error).await;
    *page.status_mut() = status;
    if let Some(allowed) = answer.headers().get(header::ALLOW) {
        page.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    page
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        use std::fmt::Write as _;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn visit(backend: &Backend, request: &Request<Body>, request_id: &str, nonce: &str) -> Visit {
    let headers = request.headers();
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::from([127, 0, 0, 1]), |peer| peer.0);
    let forwarded: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).collect();
    let language = cookie(headers, "language")
        .and_then(Language::from_code)
        .unwrap_or_else(|| Language::accepted(text(header::ACCEPT_LANGUAGE).unwrap_or_default()));
    let https = backend.settings.https;
    let token = |name| cookie(headers, name).filter(|token| token.len() == 64);
    Visit {
        backend: backend.clone(),
        session: token(session::cookie_name(https)).map(session::token_hash),
        step: token(cookies::step_name(https)).map(session::token_hash),
        seed: token(cookies::seed_name(https)).map(str::to_owned),
        guest: token(door::cookie_name(https)).map(session::token_hash),
        language,
        address: backend.client_address(peer, &forwarded).to_string(),
        agent: text(header::USER_AGENT).unwrap_or_default().chars().take(300).collect(),
        request_id: request_id.to_owned(),
        nonce: nonce.to_owned(),
        path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        is_ahead: request.method() == Method::HEAD
            || ["sec-purpose", "purpose", "x-moz"].into_iter().any(|name| {
                text(header::HeaderName::from_static(name)).is_some_and(|purpose| purpose.contains("prefetch"))
            }),
        refused: None,
    }
}

/// The headers that a security review looks for, and no caching where nothing else is said.
fn set_headers(headers: &mut HeaderMap, visit: &Visit) {
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        visit.nonce
    );
    // What people uploaded brings a stricter policy of its own.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // "same-origin" rather than "no-referrer": a refused form returns to the page it came from.
        (header::REFERRER_POLICY, "same-origin"),
        (header::HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if visit.backend.settings.https {
        let hsts = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
    }
    if let Ok(id) = HeaderValue::from_str(&visit.request_id) {
        headers.insert("x-request-id", id);
    }
    // The files of the site say themselves how long they last, and are the same for everybody.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.append(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    }
}

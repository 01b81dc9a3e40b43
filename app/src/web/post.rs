//! How a posted form is answered.
//!
//! A browser without scripts gets a redirect: onwards when it worked, back to the form when it was refused, with what was
//! typed kept under a token. A form posted by its island gets the same as JSON. Other clients get the server function's
//! own answer, with a status that fits.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::page::{error_response, first_to, see_other, status_of};
use crate::backend::context::{Visit, own_path};
use crate::backend::refused::{self, RefusedPost};
use crate::error::{Error, Refusal, Result};
use crate::security::carry;
use crate::ui::form::REFUSED;
use crate::ui::form_island::{HEADER, Outcome};
use crate::ui::query::{Query, encode};
use crate::web::{in_time, within};

/// The largest form that is read, in bytes.
pub const LARGEST_FORM: usize = 1024 * 1024;

enum Client {
    Browser,
    Island,
    Other,
}

fn client(headers: &HeaderMap) -> Client {
    if headers.contains_key(HEADER) {
        Client::Island
    } else if headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|a| a.contains("text/html"))
    {
        Client::Browser
    } else {
        Client::Other
    }
}

/// The page that a form stands on, from the `Referer`, as it was: a token of an earlier refusal stays until it is replaced,
/// for who only chose another language still wants to read what was refused.
fn page_of(headers: &HeaderMap) -> Option<String> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    let rest = referer.strip_prefix("https://").or_else(|| referer.strip_prefix("http://"))?;
    Some(own_path(&rest[rest.find('/')?..])?.to_owned())
}

/// Runs the server function that a form is posted to.
pub async fn server_function(visit: Visit, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let client = client(&parts.headers);
    let mut page = page_of(&parts.headers);
    let mut endpoint = parts.uri.path().to_owned();
    let mut body = match to_bytes(body, LARGEST_FORM).await {
        Ok(body) => body,
        Err(error) => {
            let reason = if stopped_coming(&error) { Refusal::Malformed } else { Refusal::TooLarge };
            return refuse(&visit, &client, page, endpoint, &Bytes::new(), Error::Refused(reason)).await;
        }
    };
    if percent_encoding::percent_decode(&body).decode_utf8().is_err() {
        // Decoding would put replacement characters where the broken bytes are, and store them.
        return refuse(&visit, &client, page, endpoint, &Bytes::new(), Error::Refused(Refusal::Malformed)).await;
    }
    // Left to itself, Leptos would answer browsers with its own redirects.
    parts.headers.remove(header::ACCEPT);
    parts.headers.remove(header::REFERER);
    let mut cookies = Vec::new();
    let (answer, location) = loop {
        let request = Request::from_parts(parts.clone(), Body::from(body.clone()));
        let answering = async { Ok(leptos_axum::handle_server_fns_with_context(|| {}, request).await.into_response()) };
        let answer = match within(visit.backend.longest_form(), answering).await {
            Ok(answer) => answer,
            Err(error) => return refuse(&visit, &client, page, endpoint, &body, error).await,
        };

        if answer.status() == StatusCode::BAD_REQUEST {
            return refuse(&visit, &client, None, endpoint, &Bytes::new(), Error::NotFound).await;
        }
        if answer.status().is_server_error() {
            let bytes = to_bytes(answer.into_body(), LARGEST_FORM).await.unwrap_or_default();
            let error = serde_json::from_slice(&bytes).unwrap_or(Error::Internal);
            return refuse(&visit, &client, page, endpoint, &body, error).await;
        }
        cookies.extend(answer.headers().get_all(header::SET_COOKIE).iter().cloned());
        let location = answer.headers().get(header::LOCATION).and_then(|l| l.to_str().ok()).map(str::to_owned);
        // Where somebody was only asked first who they are, what they had pressed is done now.
        let next = in_time(carry::form_after(&visit, &endpoint, location.as_deref().unwrap_or_default())).await;
        let Ok(Some((post, stands_on))) = next else { break (answer, location) };
        let Ok(uri) = post.endpoint.parse() else { break (answer, location) };
        parts.uri = uri;
        parts.headers.remove(header::CONTENT_LENGTH);
        body = serde_urlencoded::to_string(&post.fields).unwrap_or_default().into();
        (endpoint, page) = (post.endpoint, Some(stands_on));
    };
    match client {
        Client::Browser => {
            let mut response = see_other(&location.or(page).unwrap_or_else(|| "/".to_owned()));
            for cookie in cookies {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Client::Island => json(StatusCode::OK, &Outcome { location: location.or(page), ..Outcome::default() }),
        Client::Other => answer,
    }
}

/// Whether a body ended early rather than being too large.
pub fn stopped_coming(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<std::io::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Answers an error in the way that the client understands.
async fn refuse(
    visit: &Visit,
    client: &Client,
    page: Option<String>,
    endpoint: String,
    body: &Bytes,
    error: Error,
) -> Response {
    if let Client::Other = client {
        return json(status_of(&error), &error);
    }
    let elsewhere = first_to(&error).is_some();
    let returns =
        elsewhere || matches!(error, Error::Invalid(_) | Error::Refused(_) | Error::Conflict | Error::TooMany(_));
    let stays = matches!(client, Client::Island) && !error.redraws() && !elsewhere;
    if stays {
        let texts = visit.texts();
        let fields = match &error {
            Error::Invalid(errors) => {
                let told = |field: &str| Some((field.to_owned(), texts.problems(errors, field)?));
                errors.fields().into_iter().filter_map(told).collect()
            }
            _ => Vec::new(),
        };
        return json(status_of(&error), &Outcome { location: None, message: texts.error(&error), fields });
    }
    if !returns {
        return error_response(visit, &error).await;
    }
    let fields = serde_urlencoded::from_bytes(body).unwrap_or_default();
    let post = RefusedPost { endpoint, fields, error };
    match in_time(back_to_form(visit, page.as_deref(), &post)).await {
        Ok(path) if matches!(client, Client::Island) => {
            json(StatusCode::OK, &Outcome { location: Some(path), ..Outcome::default() })
        }
        Ok(path) => see_other(&path),
        Err(error) => error_response(visit, &error).await,
    }
}

/// Keeps a refused post and gives the address that shows it again: of the form's page, or of the page where the person
/// goes first – to sign in, say – which leads on to the form's.
pub async fn back_to_form(visit: &Visit, page: Option<&str>, post: &RefusedPost) -> Result<String> {
    let mut tx = visit.backend.database.begin().await?;
    let owner = match &visit.session {
        Some(token) => crate::account::session::owner(&mut tx, token).await?,
        None => None,
    };
    let network = crate::account::throttle::network(&visit.address);
    let token = refused::keep(&mut tx, owner, &network, post, visit.now()).await?;
    tx.commit().await?;
    let page = page.unwrap_or(if post.endpoint.ends_with("/sign-in") { "/sign-in" } else { "/" });
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let form = Query::parse(query).with("refused", &token).url(path);
    Ok(match first_to(&post.error) {
        Some(first) => format!("{first}?next={}", encode(&form)),
        // Without scripts, too, one sees what is told, wherever on the page the form stands.
        None => format!("{form}#{REFUSED}"),
    })
}

fn json(status: StatusCode, value: &impl serde::Serialize) -> Response {
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut response = (status, text).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_goes_back_to_its_own_page_only() {
        let referer = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, HeaderValue::from_str(text).unwrap());
            page_of(&headers)
        };
        assert_eq!(
            referer("http://127.0.0.1:3000/companies/new?refused=abc").as_deref(),
            Some("/companies/new?refused=abc")
        );
        assert_eq!(referer("https://portal.example/sign-in?next=%2Ftoday").as_deref(), Some("/sign-in?next=%2Ftoday"));
        assert_eq!(referer("https://evil.example//evil.example/x"), None);
        assert_eq!(referer("javascript:alert(1)"), None);
    }
}

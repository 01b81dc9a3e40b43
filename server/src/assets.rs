//! The site's files: scripts, WebAssembly, style sheet, icons. They lie inside the binary, already compressed, under names that
//! carry a digest of their content, so that a browser asks for each of them once.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

/// One file of the site.
#[derive(Debug)]
pub struct Asset {
    /// What the code calls it: `client.js`.
    pub name: &'static str,
    /// Where the browser finds it: `/pkg/client.1a2b3c4d.js`.
    pub path: &'static str,
    pub content_type: &'static str,
    pub plain: &'static [u8],
    pub br: Option<&'static [u8]>,
    pub gz: Option<&'static [u8]>,
}

/// Every file of the site; empty where the server was compiled without it (`build.rs`).
pub static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The fonts of what is printed, Chinese first; empty where the server was compiled before they were fetched. They are sent
/// to nobody.
pub static FONTS: &[&[u8]] = include!(concat!(env!("OUT_DIR"), "/fonts.rs"));

/// The address of a file by its plain name, `url("portal.css")`; none if the server was compiled without it.
pub fn url(name: &str) -> Option<&'static str> {
    ASSETS.iter().find(|asset| asset.name == name).map(|asset| asset.path)
}

/// Serves the files under `/pkg/`, and the icon that browsers ask for by themselves.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/pkg/{file}", get(file)).route("/favicon.ico", get(favicon))
}

async fn file(Path(file): Path<String>, headers: HeaderMap) -> Response {
    match ASSETS.iter().find(|asset| asset.path.strip_prefix("/pkg/") == Some(&file)) {
        // The name changes with the content, so what is under a name stays.
        Some(asset) => asset.respond(&headers, "public, max-age=31536000, immutable"),
        None => missing(),
    }
}

async fn favicon(headers: HeaderMap) -> Response {
    match ["favicon.ico", "favicon.svg"].iter().find_map(|name| ASSETS.iter().find(|asset| asset.name == *name)) {
        Some(asset) => asset.respond(&headers, "public, max-age=86400"),
        None => missing(),
    }
}

/// Not to be kept: during a deployment the next server asked may have the file.
fn missing() -> Response {
    (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

impl Asset {
    fn respond(&self, request: &HeaderMap, cache_control: &'static str) -> Response {
        let (encoding, content) = self.choose(request);
        let etag = self.etag(encoding);
        let matched = request.get_all(header::IF_NONE_MATCH).iter().any(|value| lists_tag(value, &etag));

        let mut response = if matched {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Body::from(Bytes::from_static(content)).into_response()
        };
        let headers = response.headers_mut();
        if !matched {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            if let Some(encoding) = encoding {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache_control));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Ok(etag) = HeaderValue::from_str(&etag) {
            headers.insert(header::ETAG, etag);
        }
        response
    }

    /// The smallest version that the browser takes.
    fn choose(&self, request: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
        if let Some(content) = self.br.filter(|_| accepts(request, "br")) {
            (Some("br"), content)
        } else if let Some(content) = self.gz.filter(|_| accepts(request, "gzip")) {
            (Some("gzip"), content)
        } else {
            (None, self.plain)
        }
    }

    /// A strong tag stands for exact bytes, so each version has its own.
    fn etag(&self, encoding: Option<&str>) -> String {
        let digest = self.path.rsplit('.').nth(1).unwrap_or(self.path);
        match encoding {
            Some(encoding) => format!("\"{digest}-{encoding}\""),
            None => format!("\"{digest}\""),
        }
    }
}

/// Whether `Accept-Encoding` names the encoding, or else `*`, with a weight above zero.
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    let mut any = false;
    for value in request.get_all(header::ACCEPT_ENCODING) {
        for item in value.to_str().unwrap_or_default().split(',') {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            let refused = parameters.split(';').any(|parameter| {
                parameter.trim().strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32))
            });
            match name.trim() {
                name if name.eq_ignore_ascii_case(encoding) => return !refused,
                "*" => any = !refused,
                _ => {}
            }
        }
    }
    any
}

/// Whether `If-None-Match` lists the tag; the comparison is the weak one, as RFC 9110 (13.1.2) wants.
fn lists_tag(value: &HeaderValue, etag: &str) -> bool {
    let mut tags = value.to_str().unwrap_or_default().split(',').map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    const SHEET: Asset = Asset {
        name: "portal.css",
        path: "/pkg/portal.1a2b3c4d.css",
        content_type: "text/css; charset=utf-8",
        plain: b"plain",
        br: Some(b"br"),
        gz: Some(b"gz"),
    };

    fn request(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    fn sent(asset: &Asset, request: &HeaderMap) -> (StatusCode, String, String) {
        let response = asset.respond(request, "public");
        let header = |name: HeaderName| match response.headers().get(name) {
            Some(value) => value.to_str().unwrap().to_owned(),
            None => String::new(),
        };
        (response.status(), header(header::CONTENT_ENCODING), header(header::ETAG))
    }

    #[test]
    fn the_browser_gets_the_smallest_version_that_it_takes() {
        for (accepted, encoding) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1.0, BR;q=0.1", "br"),
            ("br;q=0, gzip", "gzip"),
            ("br; q=0.000 , *", "gzip"),
            ("*", "br"),
            ("*;q=0", ""),
            ("identity", ""),
            ("", ""),
        ] {
            assert_eq!(sent(&SHEET, &request(header::ACCEPT_ENCODING, accepted)).1, encoding, "{accepted}");
        }
        assert_eq!(sent(&SHEET, &HeaderMap::new()).1, "");
        let plain_only = Asset { br: None, gz: None, ..SHEET };
        assert_eq!(sent(&plain_only, &request(header::ACCEPT_ENCODING, "br, gzip")).1, "");
    }

    #[test]
    fn what_the_browser_has_already_is_not_sent_again() {
        for (tags, status) in [
            ("\"1a2b3c4d\"", StatusCode::NOT_MODIFIED),
            ("\"other\", W/\"1a2b3c4d\"", StatusCode::NOT_MODIFIED),
            ("*", StatusCode::NOT_MODIFIED),
            ("\"1a2b3c4d-br\"", StatusCode::OK),
            ("1a2b3c4d", StatusCode::OK),
        ] {
            let (answer, _, etag) = sent(&SHEET, &request(header::IF_NONE_MATCH, tags));
            assert_eq!((answer, etag.as_str()), (status, "\"1a2b3c4d\""), "{tags}");
        }
    }

    #[tokio::test]
    async fn unknown_files_are_not_found_and_not_kept() {
        let response = file(Path("portal.00000000.css".to_owned()), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    }
}

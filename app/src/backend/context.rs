//! The context of one request: who visits, and the one transaction in which a page is read or a form is written.

use http::request::Parts;
use leptos::prelude::use_context;

use super::Backend;
use super::clock;
use super::database::Tx;
use super::journal::{self, Author, Entry};
use super::refused::RefusedPost;
use crate::account::session;
use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::language::{Language, Texts};
use crate::time::Timestamp;

/// One request, before anybody asked who it is from. The HTTP stack makes it and puts it into the request's extensions.
#[derive(Clone, Debug)]
pub struct Visit {
    pub backend: Backend,
    /// The hash of the session token that the browser sent.
    pub session: Option<String>,
    pub language: Language,
    /// The visitor's network address, proxies taken off.
    pub address: String,
    pub agent: String,
    pub request_id: String,
    /// The nonce of this answer's Content-Security-Policy.
    pub nonce: String,
    /// Path and query asked for.
    pub path: String,
    /// What the visitor typed into a form that was just refused.
    pub refused: Option<std::sync::Arc<RefusedPost>>,
}

impl Visit {
    /// The visit that the running server function serves.
    ///
    /// # Errors
    /// [`Error::Internal`] outside of a request.
    pub fn current() -> Result<Self> {
        use_context::<Parts>()
            .and_then(|parts| parts.extensions.get::<Self>().cloned())
            .ok_or_else(|| crate::error::internal("context", &"no visit"))
    }

    pub fn now(&self) -> Timestamp {
        self.backend.clock.now()
    }

    pub fn texts(&self) -> &'static Texts {
        self.language.texts()
    }

    /// Begins reading a page for a signed-in person.
    ///
    /// # Errors
    /// [`Error::SignedOut`] without a living session.
    pub async fn read(&self) -> Result<Ctx> {
        let (tx, actor) = self.look().await?;
        Ok(Ctx { tx, actor: actor.ok_or(Error::SignedOut)?, now: self.now(), visit: self.clone() })
    }

    /// Begins reading a page that everybody may see.
    pub async fn look(&self) -> Result<(Tx, Option<Actor>)> {
        let mut tx = self.backend.database.read().await?;
        let mut actor = None;
        if let Some(token) = &self.session
            && let Some((found, seen)) = session::actor(&mut tx, token, self.now()).await?
        {
            actor = Some(found);
            if session::is_stale(seen, self.now()) {
                let (visit, token) = (self.clone(), token.clone());
                tokio::spawn(async move {
                    if let Err(error) = session::touch(&visit.backend, &token, visit.now()).await {
                        tracing::warn!(%error, "a session's last use was not noted");
                    }
                });
            }
        }
        Ok((tx, actor))
    }

    /// Begins a write by a signed-in person.
    ///
    /// # Errors
    /// [`Error::SignedOut`] without a living session.
    pub async fn begin(&self) -> Result<Ctx> {
        let token = self.session.as_ref().ok_or(Error::SignedOut)?;
        let mut tx = self.backend.database.begin().await?;
        let now = self.now();
        let (actor, _) = session::actor(&mut tx, token, now).await?.ok_or(Error::SignedOut)?;
        Ok(Ctx { tx, actor, now, visit: self.clone() })
    }

    /// Who is recorded as the author of what this visit writes.
    pub fn author(&self, actor: Option<uuid::Uuid>) -> Author {
        Author { actor, origin: "web", address: self.address.clone(), now: self.now() }
    }
}

/// A signed-in person's request, and its transaction.
pub struct Ctx {
    pub tx: Tx,
    pub actor: Actor,
    pub now: Timestamp,
    pub visit: Visit,
}

impl Ctx {
    /// Begins the write of the running server function: session → actor; one transaction; one "now".
    ///
    /// # Errors
    /// [`Error::SignedOut`] without a living session.
    pub async fn begin() -> Result<Self> {
        Visit::current()?.begin().await
    }

    pub fn new_id(&self) -> uuid::Uuid {
        clock::new_id()
    }

    /// Records what this write did, in its transaction.
    pub async fn record(&mut self, entry: Entry) -> Result<()> {
        let author = Author { now: self.now, ..self.visit.author(Some(self.actor.id)) };
        journal::record(&mut self.tx, &author, entry).await
    }

    pub async fn commit(self) -> Result<()> {
        self.tx.commit().await
    }
}

/// Sends the browser on to another page of the portal, once the running server function is done.
pub fn redirect(path: &str) {
    if let (Some(response), Ok(location)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(path))
    {
        response.set_status(http::StatusCode::SEE_OTHER);
        response.insert_header(http::header::LOCATION, location);
    }
}

/// A path of this portal from what an address or a form named: never another site, never a script.
pub fn own_path(path: &str) -> Option<&str> {
    let plain = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '\r', '\n', '\t', '\0'])
        && path.is_ascii()
        && path.len() < 2000;
    plain.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn one_returns_to_the_portal_and_nowhere_else() {
        assert_eq!(own_path("/companies?page=2"), Some("/companies?page=2"));
        for bad in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "companies",
            "/\t/evil.example",
            "javascript:x",
        ] {
            assert_eq!(own_path(bad), None, "{bad}");
        }
    }
}

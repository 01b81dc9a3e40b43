//! The context of one request: who visits, and the one transaction in which a page is read or a form is written.

use http::request::Parts;
use leptos::prelude::use_context;

use super::Backend;
use super::clock;
use super::database::{Part, Tx, hold_id, together};
use super::journal::{self, Author, Entry};
use super::refused::RefusedPost;
use crate::account::session::{self, Session};
use crate::actor::Actor;
use crate::error::{Error, Refusal, Result};
use crate::language::{Language, Texts};
use crate::time::Timestamp;

/// How long password or second factor, once shown, count for sensitive actions.
const RECENT: i64 = 10 * Timestamp::MINUTE;
/// How many guesses about sessions are kept.
const MOST_GUESSES: usize = 10_000;

/// One request, before anybody asked who it is from. The HTTP stack makes it and puts it into the request's extensions.
#[derive(Clone, Debug)]
pub struct Visit {
    pub backend: Backend,
    /// The hash of the session token that the browser sent.
    pub session: Option<String>,
    /// The hash of the token that says whose password fitted, while the second factor is awaited.
    pub step: Option<String>,
    /// What recovery codes that were just made are shown from, once.
    pub seed: Option<String>,
    /// The hash of the token that a guest was given who showed that they are whom a link is for.
    pub guest: Option<String>,
    pub language: Language,
    /// The visitor's network address, proxies taken off.
    pub address: String,
    pub agent: String,
    pub request_id: String,
    /// The nonce of this answer's Content-Security-Policy.
    pub nonce: String,
    /// Path and query asked for.
    pub path: String,
    /// Whether nobody looks at the answer yet: a browser fetches it ahead, or wants only its head.
    pub is_ahead: bool,
    /// What the visitor typed into a form that was just refused.
    pub refused: Option<std::sync::Arc<RefusedPost>>,
}

/// What became of a link that says for which company it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    SignedOut,
    Done,
    /// Another company would be acted for, but nobody opened the link yet.
    Ahead,
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
        let mut tx = self.backend.database.read().await?;
        let session = self.session_in(&mut tx).await?.ok_or(Error::SignedOut)?;
        Ctx::of(self, tx, session).complete()
    }

    /// The same for the pages where a person adds the second factor that is required before all else.
    ///
    /// # Errors
    /// [`Error::SignedOut`] without a living session; a refusal for who looks as somebody else.
    pub async fn read_before_factor(&self) -> Result<Ctx> {
        let mut tx = self.backend.database.read().await?;
        let session = self.session_in(&mut tx).await?.ok_or(Error::SignedOut)?;
        // What a person adds as second factor is for their eyes alone.
        not_looking(&session.actor)?;
        Ok(Ctx::of(self, tx, session))
    }

    /// Begins reading a page that everybody may see.
    pub async fn look(&self) -> Result<(Tx, Option<Actor>)> {
        let mut tx = self.backend.database.read().await?;
        let session = self.session_in(&mut tx).await?;
        Ok((tx, session.map(|session| session.actor)))
    }

    /// The living session that the browser belongs to; its use is noted.
    async fn session_in(&self, tx: &mut Tx) -> Result<Option<Session>> {
        let Some(token) = &self.session else { return Ok(None) };
        let found = session::find(tx, token, self.now()).await?;
        if let Some(session) = &found {
            self.note_use(token, session.seen_at);
        }
        Ok(found)
    }

    /// Reads a page for a signed-in person in one round trip, for pages that are opened all day: everything is one
    /// statement, the session too. What may be read depends on who asks, so that is guessed from the session's last
    /// request; if the statement itself says otherwise, its other answers are thrown away and all is read anew.
    ///
    /// # Errors
    /// [`Error::SignedOut`] without a living session.
    pub async fn read_at_once(
        &self,
        parts: impl Fn(&Actor) -> Vec<Part> + Send + Sync,
    ) -> Result<(Actor, Vec<String>)> {
        let token = self.session.as_ref().ok_or(Error::SignedOut)?;
        if let Some(guess) = self.guess(token) {
            let mut all = parts(&guess);
            all.extend(session::parts(token, self.now()));
            let mut tx = self.backend.database.read_once().await?;
            let mut found = together(&mut tx, &all).await?;
            drop(tx);
            let (companies, person) = (found.pop().unwrap_or_default(), found.pop().unwrap_or_default());
            let session = session::from_json(&person, &companies)?.ok_or(Error::SignedOut)?;
            self.note_use(token, session.seen_at);
            if session.needs_factor {
                return Err(Error::NeedsFactor);
            }
            if session.actor == guess {
                return Ok((session.actor, found));
            }
        }
        let mut ctx = self.read().await?;
        let found = together(&mut ctx.tx, &parts(&ctx.actor)).await?;
        self.remember(token, &ctx.actor);
        Ok((ctx.actor, found))
    }

    fn guess(&self, token: &str) -> Option<Actor> {
        self.backend.guesses.lock().ok()?.get(token).cloned()
    }

    fn remember(&self, token: &str, actor: &Actor) {
        if let Ok(mut guesses) = self.backend.guesses.lock() {
            // Sessions that ended are never asked for again; now and then all are forgotten.
            if guesses.len() >= MOST_GUESSES {
                guesses.clear();
            }
            guesses.insert(token.to_owned(), actor.clone());
        }
    }

    /// Notes that a session was used, if the last note is old enough.
    fn note_use(&self, token: &str, seen: Timestamp) {
        if session::is_stale(seen, self.now()) {
            let (visit, token) = (self.clone(), token.to_owned());
            tokio::spawn(async move {
                if let Err(error) = session::touch(&visit.backend, &token, visit.now()).await {
                    tracing::warn!(%error, "a session's last use was not noted");
                }
            });
        }
    }

    /// Begins a write by a signed-in person.
    ///
    /// # Errors
    /// [`Error::SignedOut`] without a living session; [`Error::NeedsFactor`] while a required second factor is missing; a
    /// refusal for an administrator who looks as somebody else.
    pub async fn begin(&self) -> Result<Ctx> {
        self.begin_before_factor().await?.complete()
    }

    /// Begins one of the few writes that are open to who still has to add a second factor.
    ///
    /// # Errors
    /// [`Error::SignedOut`] without a living session; a refusal for who looks as somebody else.
    pub async fn begin_before_factor(&self) -> Result<Ctx> {
        let ctx = self.begin_while_looking().await?;
        not_looking(&ctx.actor)?;
        Ok(ctx)
    }

    /// Begins what even who looks as somebody else may do: to stop, and to choose for which company they look. The actor
    /// is who is looked as; who looks is their `viewer`.
    ///
    /// # Errors
    /// [`Error::SignedOut`] without a living session.
    pub async fn begin_while_looking(&self) -> Result<Ctx> {
        let token = self.session.as_ref().ok_or(Error::SignedOut)?;
        let mut tx = self.backend.database.begin().await?;
        let session = session::find(&mut tx, token, self.now()).await?.ok_or(Error::SignedOut)?;
        Ok(Ctx::of(self, tx, session))
    }

    /// Lets a link's company be the one acted for, if the signed-in person acts for it.
    pub async fn turn_to(&self, company: Option<uuid::Uuid>) -> Result<Turn> {
        let mut tx = self.backend.database.read().await?;
        let session = self.session_in(&mut tx).await?;
        drop(tx);
        let (Some(session), Some(token)) = (session.filter(|session| !session.needs_factor), &self.session) else {
            return Ok(Turn::SignedOut);
        };
        let actor = session.actor;
        if let Some(company) = company.filter(|id| actor.acting != Some(*id) && actor.rights_in(*id).is_some()) {
            if self.is_ahead {
                return Ok(Turn::Ahead);
            }
            let mut tx = self.backend.database.begin().await?;
            session::act_for(&mut tx, token, &actor, company, self.now()).await?;
            tx.commit().await?;
        }
        Ok(Turn::Done)
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
    /// When the person last showed password or second factor in this session.
    pub confirmed_at: Timestamp,
    needs_factor: bool,
}

impl Ctx {
    fn of(visit: &Visit, tx: Tx, session: Session) -> Self {
        let Session { actor, confirmed_at, needs_factor, .. } = session;
        Self { tx, actor, now: visit.now(), visit: visit.clone(), confirmed_at, needs_factor }
    }

    fn complete(self) -> Result<Self> {
        if self.needs_factor { Err(Error::NeedsFactor) } else { Ok(self) }
    }

    /// For what matters most – signing, changing address or password, exporting everything: the person has shown
    /// password or second factor within the last ten minutes.
    ///
    /// # Errors
    /// [`Error::Unconfirmed`]: the browser is sent to `/account/confirm`, and comes back to the form as it was typed.
    pub fn require_recent(&self) -> Result<()> {
        if self.now.minus(RECENT) > self.confirmed_at { Err(Error::Unconfirmed) } else { Ok(()) }
    }

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

    /// The id of what a form makes. The form brings it along from when it was drawn, so that the same form sent twice –
    /// by an impatient hand, or because the answer to the first got lost – does not make two. Who sends it while the first is
    /// at work waits, and then reads what that made: so this comes before what the form is judged by is read.
    pub async fn id_of_form(&mut self, form_id: &str) -> Result<uuid::Uuid> {
        let brought = form_id.parse().ok().filter(|id: &uuid::Uuid| id.get_version_num() == 7);
        let Some(id) = brought else { return Ok(clock::new_id()) };
        hold_id(&mut self.tx, id).await?;
        Ok(id)
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

/// Refuses who looks as somebody else. What begins by writing has been refused already; what reads first asks here.
pub fn not_looking(actor: &Actor) -> Result<()> {
    if actor.viewer.is_some() { Err(Error::Refused(Refusal::LooksOnly)) } else { Ok(()) }
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

//! Making certificates: by the clock when an agreement was signed, and again by staff when what it says has changed.

use axum::body::Bytes;
use uuid::Uuid;

use super::super::model::{Agreement, Key as Which, Scope};
use super::super::store as agreements;
use super::content::{Certificate, Content};
use super::key::{self, Key};
use super::lines::Face;
use super::{events, gather, paper, sheet, store};
use crate::backend::Backend;
use crate::backend::clock;
use crate::backend::files::LARGEST_DOCUMENT;
use crate::backend::journal::{self, Author};
use crate::error::{Error, Hindrance, Result, internal};

/// So many are made by one run; the next one goes on.
const MOST: i64 = 50;

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Made,
    /// There is one that says the same.
    Same,
    /// No file was signed in the portal or scanned: there is nothing to certify.
    Nothing,
}

/// Makes the certificates that are due; gives how many. One that fails does not hold up the others, and is tried again.
///
/// # Errors
/// When any of them failed, once the others are made.
pub async fn work(backend: &Backend) -> Result<i64> {
    let now = backend.clock.now();
    let mut tx = backend.database.read().await?;
    let due = store::next(&mut tx, now, MOST).await?;
    drop(tx);
    let (mut done, mut problem) = (0, None);
    for agreement in due {
        let author = Author { actor: None, origin: "system", address: String::new(), now: backend.clock.now() };
        match make(backend, agreement, &author).await {
            Ok(Outcome::Made) => done += 1,
            Ok(Outcome::Same | Outcome::Nothing) => {
                let mut tx = backend.database.begin().await?;
                store::done(&mut tx, agreement).await?;
                tx.commit().await?;
            }
            // It changed while it was drawn: the next run draws it as it is then.
            Err(Error::Conflict) => tracing::info!(%agreement, "an agreement changed while its certificate was drawn"),
            Err(error) => {
                tracing::error!(%agreement, %error, "a certificate was not made");
                let mut tx = backend.database.begin().await?;
                store::failed(&mut tx, agreement, now).await?;
                tx.commit().await?;
                problem = Some(error);
            }
        }
    }
    problem.map_or(Ok(done), Err)
}

/// Makes the certificate of an agreement. It is drawn before anything is written, so that nobody waits for it; if the
/// agreement changed meanwhile, nothing is.
///
/// # Errors
/// [`Hindrance::NoSuchMove`] for an agreement that is not signed, [`Error::Conflict`] if it changed meanwhile.
pub async fn make(backend: &Backend, id: Uuid, author: &Author) -> Result<Outcome> {
    let mut tx = backend.database.read().await?;
    let agreement = agreements::find(&mut tx, &Which::Id(id), &Scope::All).await?;
    if !is_certified(&agreement) {
        return Err(Hindrance::NoSuchMove.into());
    }
    let Some(gathered) = gather::gather(&mut tx, &agreement).await? else { return Ok(Outcome::Nothing) };
    let before = store::of_agreement(&mut tx, id).await?.into_iter().next();
    if let Some(before) = &before
        && Content::parse(&before.content)?.says_the_same(&gathered)
    {
        return Ok(Outcome::Same);
    }
    let signer = Key::read(&mut tx).await?;
    drop(tx);

    let public = signer.public();
    let content = Content {
        certificate: Certificate {
            code: key::new_code(),
            portal: backend.settings.url.clone(),
            made_at: gather::utc(author.now.0),
            key: key::fingerprint(&public),
        },
        ..gathered
    };
    let drawn = content.clone();
    let text = content.text()?;
    let signature = signer.sign(&text);
    let code = content.certificate.code.clone();
    let name = format!("{}-certificate.pdf", agreement.number);
    let pdf = draw(backend, content, signature.clone()).await?;
    let files = &backend.settings.files;
    let spooled = files.receive(futures::stream::iter([Ok(Bytes::from(pdf))]), LARGEST_DOCUMENT).await?;
    files.put(&spooled).await?;

    let mut tx = backend.database.begin().await?;
    agreements::hold(&mut tx, &Which::Id(id)).await?;
    let found = agreements::find(&mut tx, &Which::Id(id), &Scope::All).await?;
    let latest = store::of_agreement(&mut tx, id).await?.into_iter().next();
    if let Some(latest) = latest.filter(|latest| before.is_none_or(|before| before.id != latest.id)) {
        // Somebody made one meanwhile.
        let same = Content::parse(&latest.content)?.says_the_same(&Content::parse(&text)?);
        return if same { Ok(Outcome::Same) } else { Err(Error::Conflict) };
    }
    if found.version != agreement.version {
        return Err(Error::Conflict);
    }
    // Nor was one of the parties' companies renamed, or merged into another.
    let again = gather::gather(&mut tx, &found).await?;
    if !again.is_some_and(|again| drawn.says_the_same(&again)) {
        return Err(Error::Conflict);
    }
    let new = store::New {
        id: clock::new_id(),
        agreement: id,
        code: &code,
        by: author.actor,
        content: &text,
        signature: &signature,
        public_key: &public,
        name: &name,
        sha256: &spooled.sha256,
        size: i64::try_from(spooled.size).map_err(|error| internal("certificate", &error))?,
    };
    store::insert(&mut tx, &new, author.now).await?;
    journal::record(&mut tx, author, events::made(id, &name, &spooled.sha256)).await?;
    tx.commit().await?;
    Ok(Outcome::Made)
}

/// Whether an agreement was signed by all, whatever became of it since.
pub fn is_certified(agreement: &Agreement) -> bool {
    use super::super::life::State;
    matches!(agreement.stored, State::Signed | State::InForce | State::Expired | State::Renewed | State::Terminated)
}

/// The PDF. The fonts are parsed for it and let go again: nothing of them stays in memory.
async fn draw(backend: &Backend, content: Content, signature: String) -> Result<Vec<u8>> {
    let fonts = backend.settings.fonts;
    let drawn = tokio::task::spawn_blocking(move || {
        let face = Face::read(fonts).ok_or_else(|| "the portal was built without fonts (setup/build.sh)".to_owned())?;
        paper::draw(&sheet::sheet(&content, &signature), &face)
    });
    let drawn = drawn.await.map_err(|error| internal("blocking thread", &error))?;
    drawn.map_err(|error| internal("certificate", &error))
}

//! What each job does. Done twice it does no harm: a job whose node died is run again.

use crate::account::{session, throttle};
use crate::ask;
use crate::backend::Backend;
use crate::backend::database::Tx;
use crate::backend::{journal, refused};
use crate::document;
use crate::enquiry;
use crate::error::Result;
use crate::product::upload;
use crate::time::Timestamp;

/// What the journal's check says before what it found wrong. Pages say it in the reader's language.
pub(super) const ALTERED: &str = "the journal does not hold: ";

type Done = std::result::Result<i64, String>;

/// For how long a mail is kept after it was sent.
const MAILS_KEPT: i64 = 90 * Timestamp::DAY;
/// For how long the runs of jobs are kept.
const RUNS_KEPT: i64 = 30 * Timestamp::DAY;

/// Ends a writing job: commits what it did.
async fn done(tx: Tx, count: Result<u64>) -> Done {
    let committed = match count {
        Ok(count) => tx.commit().await.map(|()| i64::try_from(count).unwrap_or(i64::MAX)),
        Err(error) => Err(error),
    };
    committed.map_err(|error| error.to_string())
}

async fn begin(backend: &Backend) -> std::result::Result<(Tx, Timestamp), String> {
    let tx = backend.database.begin().await.map_err(|error| error.to_string())?;
    Ok((tx, backend.clock.now()))
}

/// Imports whose process died are said to have.
pub(super) async fn imports(backend: Backend) -> Done {
    let (mut tx, now) = begin(&backend).await?;
    let count = upload::give_up_lost(&mut tx, now).await;
    done(tx, count).await
}

/// Who should act is told of enquiries whose clock has run out.
pub(super) async fn overdue(backend: Backend) -> Done {
    enquiry::overdue::tell(&backend).await.map_err(|error| error.to_string())
}

/// What was typed into refused forms goes when it can no longer be shown.
pub(super) async fn posts(backend: Backend) -> Done {
    let (mut tx, now) = begin(&backend).await?;
    let count = refused::forget(&mut tx, now).await;
    done(tx, count).await
}

/// Sessions that have ended by time go.
pub(super) async fn sessions(backend: Backend) -> Done {
    let (mut tx, now) = begin(&backend).await?;
    let count = session::forget(&mut tx, now).await;
    done(tx, count).await
}

/// Tries to sign in that no limit counts any more go.
pub(super) async fn attempts(backend: Backend) -> Done {
    let (mut tx, now) = begin(&backend).await?;
    let count = throttle::forget(&mut tx, now).await;
    done(tx, count).await
}

/// Mails that were sent long ago go.
pub(super) async fn mails(backend: Backend) -> Done {
    let (mut tx, now) = begin(&backend).await?;
    let deleted = ask!(&mut tx, |c| {
        let query = sqlx::query("DELETE FROM mails WHERE sent_at < $1").bind(now.minus(MAILS_KEPT).0);
        query.execute(c).await.map(|done| done.rows_affected())
    });
    done(tx, deleted.map_err(Into::into)).await
}

/// Contents of documents that nobody needs any more go.
pub(super) async fn files(backend: Backend) -> Done {
    document::sweep::sweep(&backend, backend.clock.now()).await.map_err(|error| error.to_string())
}

/// Runs of jobs that are long past go.
pub(super) async fn runs(backend: Backend) -> Done {
    let (mut tx, now) = begin(&backend).await?;
    let deleted = ask!(&mut tx, |c| {
        let query = sqlx::query("DELETE FROM job_runs WHERE started_at < $1").bind(now.minus(RUNS_KEPT).0);
        query.execute(c).await.map(|done| done.rows_affected())
    });
    done(tx, deleted.map_err(Into::into)).await
}

/// Companies that changed are compared with all others.
pub(super) async fn compare(backend: Backend) -> Done {
    crate::company::duplicate::sweep::sweep(&backend).await.map_err(|error| error.to_string())
}

/// The journal is walked from end to end.
pub(super) async fn journal(backend: Backend) -> Done {
    // The heads come first: one that is kept while the chain is walked is not in what the walk sees.
    let heads = journal::verify::heads_file(&backend.settings.heads);
    let heads = tokio::fs::read_to_string(heads).await.unwrap_or_default();
    let verified = async {
        let mut tx = backend.database.read().await?;
        journal::verify::verify(&mut tx, &heads).await
    };
    verified.await.map_err(|error| error.to_string())?.map_err(|fault| format!("{ALTERED}{fault}"))
}

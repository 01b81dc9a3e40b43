//! What each job does. Done twice it does no harm: a job whose node died is run again.

use crate::account::{asked, session};
use crate::affiliation;
use crate::agreement;
use crate::ask;
use crate::backend::Backend;
use crate::backend::database::Tx;
use crate::backend::{journal, link, refused};
use crate::company::stalled;
use crate::document;
use crate::enquiry;
use crate::error::Result;
use crate::joining;
use crate::notification;
use crate::people;
use crate::privacy::{self, model::Rule, retention};
use crate::product::upload;
use crate::security::{entry, store as factors};
use crate::task;
use crate::time::Timestamp;

/// What the journal's check says before what it found wrong. Pages say it in the reader's language.
pub(super) const ALTERED: &str = "the journal does not hold: ";

type Done = std::result::Result<i64, String>;

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
    let count = match crate::import::store::give_up_lost(&mut tx, now).await {
        Ok(given_up) => upload::give_up_lost(&mut tx, now).await.map(|count| count + given_up),
        Err(error) => Err(error),
    };
    done(tx, count).await
}

/// Who should act is told of enquiries whose clock has run out.
pub(super) async fn overdue(backend: Backend) -> Done {
    enquiry::overdue::tell(&backend).await.map_err(|error| error.to_string())
}

/// Agreements whose day has come take effect, expire or go on.
pub(super) async fn agreements(backend: Backend) -> Done {
    agreement::clock::work(&backend).await.map_err(|error| error.to_string())
}

/// Agreements that were signed get their certificates.
pub(super) async fn certificates(backend: Backend) -> Done {
    agreement::certificate::make::work(&backend).await.map_err(|error| error.to_string())
}

/// Who is asked to sign is reminded, and it is noted whose time is over.
pub(super) async fn signing(backend: Backend) -> Done {
    agreement::signing::clock::work(&backend).await.map_err(|error| error.to_string())
}

/// What is owed again is made ahead, and who should act on what is owed is told.
pub(super) async fn obligations(backend: Backend) -> Done {
    agreement::obligation::clock::work(&backend).await.map_err(|error| error.to_string())
}

/// Those whom it concerns are warned before notice, or the term, of an agreement is over.
pub(super) async fn warnings(backend: Backend) -> Done {
    agreement::renewal::clock::work(&backend).await.map_err(|error| error.to_string())
}

/// Who has a task that is due is reminded.
pub(super) async fn tasks(backend: Backend) -> Done {
    task::remind::remind(&backend).await.map_err(|error| error.to_string())
}

/// Companies with which nothing happens are noted as stalled.
pub(super) async fn stalled(backend: Backend) -> Done {
    stalled::work::note(&backend).await.map_err(|error| error.to_string())
}

/// On Mondays account managers are told of theirs that stalled.
pub(super) async fn stalled_told(backend: Backend) -> Done {
    stalled::work::tell(&backend).await.map_err(|error| error.to_string())
}

/// What was typed into refused forms goes when it can no longer be shown.
pub(super) async fn posts(backend: Backend) -> Done {
    let (mut tx, now) = begin(&backend).await?;
    let count = refused::forget(&mut tx, now).await;
    done(tx, count).await
}

/// Sessions that ended by time long enough ago go, and what was begun to sign in and not ended.
pub(super) async fn sessions(backend: Backend) -> Done {
    let (mut tx, now) = begin(&backend).await?;
    let kept = privacy::store::kept(&mut tx, Rule::Sessions).await.map_err(|error| error.to_string())?;
    let forget = async |tx: &mut Tx| {
        let begun = entry::forget_steps(tx, now).await? + factors::forget_ceremonies(tx, now).await?;
        Ok(begun + session::forget(tx, now, kept).await?)
    };
    let count = forget(&mut tx).await;
    done(tx, count).await
}

/// Who has looked as somebody else for too long is themselves again; the journal says so.
pub(super) async fn looks(backend: Backend) -> Done {
    people::looking::forget(&backend).await.map_err(|error| error.to_string())
}

/// Companies that have lost their administrator by the calendar, or got one, are noted.
pub(super) async fn affiliations(backend: Backend) -> Done {
    affiliation::watch::look_around(&backend).await.map_err(|error| error.to_string())
}

/// Tries to sign in that no limit counts any more go.
pub(super) async fn attempts(backend: Backend) -> Done {
    retention::attempts(&backend).await.map_err(|error| error.to_string())
}

/// Requests for access that nobody confirmed go, and links that worked no more for long.
pub(super) async fn requests(backend: Backend) -> Done {
    let (mut tx, now) = begin(&backend).await?;
    let count = async {
        let requests = joining::store::forget(&mut tx, now).await? + asked::forget(&mut tx, now).await?;
        Ok(requests + link::forget(&mut tx, now).await?)
    };
    let count = count.await;
    done(tx, count).await
}

/// What mails said, and that they were sent, goes in time.
pub(super) async fn mails(backend: Backend) -> Done {
    retention::mails(&backend).await.map_err(|error| error.to_string())
}

/// What is kept for so many days goes.
pub(super) async fn retention(backend: Backend) -> Done {
    retention::apply(&backend).await.map_err(|error| error.to_string())
}

/// Mails are written about notifications that are due.
pub(super) async fn notifications(backend: Backend) -> Done {
    notification::mailer::work(&backend).await.map_err(|error| error.to_string())
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

//! Sends what the outbox holds.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use app::backend::outbox::{self, Claimed, Failure};
use app::backend::{Backend, database::Tx};
use app::error::Result;
use tokio::sync::mpsc;

use crate::smtp::Transport;
use crate::workers::Stop;

/// How often the outbox is looked into.
const EVERY: Duration = Duration::from_secs(1);
/// How many mails are on their way at once.
const LANES: usize = 4;
/// How many mails are claimed at once. Even if each takes all of its 20 seconds, the last of a lane is through after 200,
/// well within the lease of 300.
const BATCH: i64 = 40;
/// How long sends in flight may take after the process was told to stop, and then the notes of what became of them.
const LAST_SENDS: Duration = Duration::from_secs(5);
const LAST_NOTES: Duration = Duration::from_secs(4);

/// What became of a claimed mail.
enum Outcome {
    Sent(String),
    Failed(Failure),
    Untried,
}

/// Sends until the process is told to stop; then sends in flight are finished, and what was claimed is given back.
pub async fn run(backend: Backend, transport: Transport, mut stop: Stop) {
    while stop.wait(EVERY).await {
        let mut stepping = std::pin::pin!(step(&backend, &transport));
        tokio::select! {
            done = &mut stepping => {
                if let Err(error) = done {
                    tracing::warn!(%error, "the outbox could not be worked on");
                }
            }
            () = stop.told() => {
                transport.close();
                if tokio::time::timeout(LAST_SENDS, &mut stepping).await.is_err() {
                    transport.cut();
                    // What cannot be noted even now is sent again when its lease has ended.
                    let _ = tokio::time::timeout(LAST_NOTES, stepping).await;
                }
                return;
            }
        }
    }
}

/// Sends what is due, and gives how many mails the server took.
///
/// # Errors
/// When the database cannot be asked, or cannot be told what was sent.
pub async fn step(backend: &Backend, transport: &Transport) -> Result<usize> {
    let mut sent = 0;
    let done = loop {
        // While the server does not answer, one mail at a time asks whether it does again.
        let limit = if transport.is_down() { 1 } else { BATCH };
        let mails = match outbox::claim(&backend.database, backend.clock.now(), limit).await {
            Ok(mails) if mails.is_empty() => break Ok(sent),
            Ok(mails) => mails,
            Err(error) => break Err(error),
        };
        match send_all(backend, transport, mails).await {
            Ok(number) => sent += number,
            Err(error) => break Err(error),
        }
        if transport.is_down() || transport.is_closing() {
            break Ok(sent);
        }
    };
    transport.farewell().await;
    done
}

/// Sends mails over several connections at once, and notes what became of each as soon as it is known.
async fn send_all(backend: &Backend, transport: &Transport, mails: Vec<Claimed>) -> Result<usize> {
    let queue = Mutex::new(VecDeque::from(mails));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let (tell, mut told) = mpsc::unbounded_channel();
    let lane = |tell: mpsc::UnboundedSender<(Claimed, Outcome)>| async move {
        let mut tried_here = false;
        while let Some(mail) = next() {
            // The probe of a server that was down is tried all the same.
            let outcome = if transport.is_closing() || (tried_here && transport.is_down()) {
                Outcome::Untried
            } else {
                tried_here = true;
                match transport.send(&mail).await {
                    Ok(answer) => Outcome::Sent(answer),
                    Err(failure) => Outcome::Failed(failure),
                }
            };
            if tell.send((mail, outcome)).is_err() {
                // Nobody can note what is sent: better not to send.
                return;
            }
        }
    };
    let lanes = async {
        let lanes: Vec<_> = (0..LANES).map(|_| lane(tell.clone())).collect();
        drop(tell);
        futures::future::join_all(lanes).await;
    };
    let notes = async {
        let mut sent = 0;
        while let Some(first) = told.recv().await {
            // Those that came meanwhile share a commit.
            let mut all = vec![first];
            while let Ok(more) = told.try_recv() {
                all.push(more);
            }
            sent += note_surely(backend, &all).await?;
        }
        Ok(sent)
    };
    // When noting fails, `told` is dropped with its future, and the lanes end.
    let ((), noted) = tokio::join!(lanes, notes);
    noted
}

/// Notes what became of mails; a database that is busy is asked again, for what is not noted would be sent again.
async fn note_surely(backend: &Backend, all: &[(Claimed, Outcome)]) -> Result<usize> {
    let mut tries = 0;
    loop {
        match note(backend, all).await {
            Err(error) if tries < 5 => {
                tracing::warn!(%error, "what became of some mails was not noted yet");
                tries += 1;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            done => return done,
        }
    }
}

async fn note(backend: &Backend, all: &[(Claimed, Outcome)]) -> Result<usize> {
    let mut tx: Tx = backend.database.begin().await?;
    let now = backend.clock.now();
    let (mut sent, mut failed, mut dead) = (0, 0, 0);
    for (mail, outcome) in all {
        match outcome {
            Outcome::Sent(answer) => {
                outbox::note_sent(&mut tx, mail, answer, now).await?;
                sent += 1;
            }
            Outcome::Failed(failure) => {
                if outbox::note_failed(&mut tx, mail, failure, now).await? {
                    tracing::warn!(mail = %mail.id, ?failure, "a mail was given up");
                    dead += 1;
                } else {
                    tracing::debug!(mail = %mail.id, ?failure, "a mail was not sent yet");
                    failed += 1;
                }
            }
            Outcome::Untried => outbox::release(&mut tx, mail, now).await?,
        }
    }
    tx.commit().await?;
    for (outcome, number) in [("sent", sent), ("failed", failed), ("dead", dead)] {
        metrics::counter!("portal_mails_total", "outcome" => outcome).increment(number);
    }
    Ok(usize::try_from(sent).unwrap_or(usize::MAX))
}

//! Takes documents to the virus scanner, one after the other, and waits while it is away.

use std::time::Duration;

use app::backend::Backend;
use app::backend::scanner::Scanner;
use app::document::scan::{self, Turn};

use crate::workers::Stop;

/// How long there may be nothing to do before it is asked again.
const IDLE: Duration = Duration::from_secs(2);
/// The longest pause while the scanner is away.
const LONGEST: Duration = Duration::from_secs(60);

pub(crate) async fn run(backend: Backend, scanner: Scanner, mut stop: Stop) {
    match scan::await_all(&backend).await {
        Ok(0) => {}
        Ok(waiting) => tracing::info!(waiting, "documents that were never scanned wait for the scanner"),
        Err(error) => tracing::error!(%error, "documents that were never scanned were not found"),
    }
    let mut pause = IDLE;
    loop {
        let mut told = stop.clone();
        let turn = tokio::select! {
            turn = scan::turn(&backend, &scanner) => turn,
            // What was claimed is free again when its lease ends.
            () = told.told() => return,
        };
        let wait = match turn {
            Ok(Turn::Done) => Duration::ZERO,
            Ok(Turn::Nothing) => IDLE,
            Ok(Turn::Away) => pause,
            Err(ref error) => {
                tracing::error!(%error, "a document could not be taken to the scanner");
                pause
            }
        };
        pause = if matches!(turn, Ok(Turn::Done | Turn::Nothing)) { IDLE } else { (pause * 2).min(LONGEST) };
        if !stop.wait(wait).await {
            return;
        }
    }
}

//! Serving: accepting connections, what runs beside the requests, and an orderly end.

use std::convert::Infallible;
use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use app::backend::clock::Clock;
use app::backend::database::{Database, sqlite_path};
use app::backend::files::{FileStore, Place};
use app::backend::{Backend, Settings};
use axum::Router;
use axum::routing::get;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use crate::configuration::Configuration;
use crate::http::{Peer, page_assets, router};
use crate::workers::Workers;

/// How long a request's head may take to arrive.
const HEAD: Duration = Duration::from_secs(15);
/// What is read from a connection at once, in bytes, and so also the longest head of a request. Left to itself it grows to
/// 400 kB, of which an upload has several at a time.
const LARGEST_PIECE: usize = 64 * 1024;
/// How long requests in flight may take after the process was told to stop.
const LAST: Duration = Duration::from_secs(30);

/// Opens the database and brings its schema up to date.
///
/// # Errors
/// One line that says what is wrong.
pub async fn open(configuration: &Configuration) -> Result<Backend, String> {
    let database =
        Database::open(&configuration.database_url).await.map_err(|error| format!("DATABASE_URL: {error}"))?;
    database.migrate().await.map_err(|error| format!("DATABASE_URL: {error}"))?;
    let settings = Settings {
        url: configuration.url.clone(),
        https: configuration.https,
        files: documents(configuration)?,
        scanner: configuration.scanner.clone(),
        heads: configuration.heads.clone(),
        trusted_proxies: configuration.trusted_proxies.clone(),
        assets: page_assets(),
    };
    Ok(Backend::new(database, Clock::System, settings))
}

/// Opens the store of documents.
fn documents(configuration: &Configuration) -> Result<FileStore, String> {
    if let Place::Bucket { .. } = configuration.documents {
        // A bucket is asked over TLS, whose cryptography is this one; a second process-wide choice is no fault.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    FileStore::open(&configuration.documents, &configuration.heads)
        .map_err(|error| format!("PORTAL_DOCUMENTS: {error}"))
}

/// Holds a SQLite file for this process alone; two servers on one file would each think the writer theirs.
///
/// # Errors
/// One line, when another process serves the same file.
fn hold(configuration: &Configuration) -> Result<Option<File>, String> {
    let Some(path) = sqlite_path(&configuration.database_url) else { return Ok(None) };
    let lock = PathBuf::from(format!("{}.lock", path.display()));
    if let Some(folder) = lock.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("DATABASE_URL: the folder {} cannot be made: {error}", folder.display()))?;
    }
    let file =
        File::create(&lock).map_err(|error| format!("DATABASE_URL: {} cannot be made: {error}", lock.display()))?;
    file.try_lock()
        .map_err(|_| format!("DATABASE_URL: another portal serves {} already; stop it first", path.display()))?;
    Ok(Some(file))
}

/// Serves until told to stop.
///
/// # Errors
/// One line that says what stops the start.
pub async fn serve(configuration: &Configuration) -> Result<(), String> {
    let _held = hold(configuration)?;
    std::fs::create_dir_all(&configuration.heads)
        .map_err(|error| format!("PORTAL_HEADS: {} cannot be made: {error}", configuration.heads.display()))?;
    let listener = TcpListener::bind(configuration.addr)
        .await
        .map_err(|error| format!("PORTAL_ADDR: cannot listen on {}: {error}", configuration.addr))?;
    let backend = open(configuration).await?;
    backend.settings.files.check().await.map_err(|error| format!("PORTAL_DOCUMENTS: {error}"))?;
    if sqlite_path(&configuration.database_url).is_some() {
        // The only process there is has just started: whatever ran before it died.
        app::product::upload::give_up_all(&backend).await.map_err(|error| format!("DATABASE_URL: {error}"))?;
    }
    if let Some(addr) = configuration.metrics_addr {
        serve_metrics(addr).await?;
    }
    let workers = Workers::start(&backend);
    tracing::info!(address = %configuration.addr, url = %configuration.url, "the portal serves");
    accept(listener, router(&backend)).await;
    workers.stop().await;
    backend.database.close().await;
    tracing::info!("the portal has stopped");
    Ok(())
}

/// Accepts connections until the process is told to stop, then lets those in flight finish.
async fn accept(listener: TcpListener, router: Router) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(LARGEST_PIECE);
    builder.http2().timer(TokioTimer::new());
    let graceful = GracefulShutdown::new();
    let mut told = std::pin::pin!(told_to_stop());
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut told => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, or a connection that was gone at once: neither is a reason to stop.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // With Nagle's algorithm a small answer waits for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let router = router.clone();
            async move {
                let mut request = request.map(axum::body::Body::new);
                request.extensions_mut().insert(Peer(peer.ip()));
                let answer: Result<_, Infallible> = router.oneshot(request).await;
                answer
            }
        });
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A visitor who leaves in the middle is no fault of ours.
            if let Err(error) = connection.await {
                tracing::debug!(error = %error, %peer, "a connection ended early");
            }
        });
    }
    drop(listener);
    tracing::info!("stopping; requests in flight are finished first");
    if tokio::time::timeout(LAST, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests took too long and were cut off");
    }
}

async fn told_to_stop() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Serves `/metrics` on a listener of its own.
async fn serve_metrics(addr: SocketAddr) -> Result<(), String> {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new()
        .set_buckets(&[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5])
        .map_err(|error| error.to_string())?
        .install_recorder()
        .map_err(|error| format!("PORTAL_METRICS_ADDR: {error}"))?;
    let listener = TcpListener::bind(addr)
        .await
        .map_err(|error| format!("PORTAL_METRICS_ADDR: cannot listen on {addr}: {error}"))?;
    let routes = Router::new().route("/metrics", get(move || std::future::ready(recorder.render())));
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, routes).await {
            tracing::error!(%error, "metrics are no longer served");
        }
    });
    Ok(())
}

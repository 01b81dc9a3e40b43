//! Serving: accepting connections, what runs beside the requests, and an orderly end.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use app::backend::clock::Clock;
use app::backend::database::{Database, sqlite_path};
use app::backend::files::{FileStore, Place};
use app::backend::{Backend, Settings};
use tokio::net::TcpListener;

use crate::configuration::Configuration;
use crate::connections::{self, Connections};
use crate::http::{page_assets, router};
use crate::metrics;
use crate::smtp::Transport;
use crate::workers::Workers;

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
        sends_mail: configuration.mail.is_some(),
        assets: page_assets(),
        fonts: crate::assets::FONTS,
        ..Settings::default()
    };
    Ok(Backend::new(database, Clock::System, settings))
}

/// Opens the store of documents.
pub fn documents(configuration: &Configuration) -> Result<FileStore, String> {
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
pub fn hold(configuration: &Configuration) -> Result<Option<File>, String> {
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
        let unavailable = |error| format!("DATABASE_URL: {error}");
        app::product::upload::give_up_all(&backend).await.map_err(unavailable)?;
        app::import::store::give_up_all(&backend).await.map_err(unavailable)?;
    }
    connections::raise_file_limit();
    let open = Connections::new(connections::MOST);
    if let Some(addr) = configuration.metrics_addr {
        metrics::serve(addr, &backend, &open).await?;
    }
    let mail = configuration.mail.clone().map(|mail| Transport::new(mail.server, mail.from, &configuration.url));
    let workers = Workers::start(&backend, mail).await.map_err(|error| format!("DATABASE_URL: {error}"))?;
    tracing::info!(address = %configuration.addr, url = %configuration.url, node = %backend.node, "the portal serves");
    open.serve(listener, router(&backend), told_to_stop()).await;
    workers.stop().await;
    // Whoever was cut off may still hold a connection to the database, and would be waited for without end.
    let _ = tokio::time::timeout(Duration::from_secs(5), backend.database.close()).await;
    tracing::info!("the portal has stopped");
    Ok(())
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

//! Connections: how many there are, which protocol each speaks, how long each may be silent, and how all of them end.
//!
//! A connection is told apart by its first bytes – the preface of HTTP/2 or anything else – under a time limit of its
//! own: the builder that finds out by itself waits for them without any.

mod body;
mod stream;

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

use crate::http::Peer;
use body::Steady;
use stream::Stream;

/// The most connections at a time; each holds a file and, at worst, the largest form in memory.
pub const MOST: usize = 1024;
/// How long the first bytes, and the head of each request, may take to arrive. Between two requests it is the same.
const HEAD: Duration = Duration::from_secs(15);
/// How long an HTTP/2 connection may be without a request.
const IDLE: Duration = Duration::from_secs(60);
/// How often an HTTP/2 client is asked whether it is still there, and how long it may take to say so.
const PING: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(10));
/// How many requests an HTTP/2 client may have under way on one connection.
const STREAMS: u32 = 100;
/// How long requests in flight may take after the process was told to stop.
const LAST: Duration = Duration::from_secs(30);
/// How many of those turned away are listened to until they have read why; the others are just cut off.
const TURNED_AWAY: usize = 128;

/// What a client hears for which there is no place.
static BUSY: LazyLock<String> = LazyLock::new(|| {
    let text = "The portal is busy. Please try again in a few seconds.\n系统繁忙，请稍后再试。\n";
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-type: text/plain; charset=utf-8\r\n\
         cache-control: no-store\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    )
});

/// The connections of one listener.
#[derive(Clone, Debug)]
pub struct Connections {
    room: Arc<Semaphore>,
    most: usize,
}

impl Connections {
    pub fn new(most: usize) -> Self {
        Self { room: Arc::new(Semaphore::new(most)), most }
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        self.most.saturating_sub(self.room.available_permits())
    }

    /// Accepts connections until told to stop, then lets the requests in flight finish.
    pub async fn serve(&self, listener: TcpListener, router: Router, told: impl Future<Output = ()>) {
        let (tell, stop) = watch::channel(false);
        let turned_away = Arc::new(Semaphore::new(TURNED_AWAY));
        let mut told = std::pin::pin!(told);
        loop {
            let (stream, peer) = tokio::select! {
                () = &mut told => break,
                accepted = listener.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        // Out of files, or a connection that was gone at once: neither is a reason to stop.
                        tracing::warn!(%error, "a connection was not accepted");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    }
                },
            };
            // With Nagle's algorithm a small answer waits for the acknowledgement of the one before.
            let _ = stream.set_nodelay(true);
            let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
                turn_away(stream, &turned_away);
                continue;
            };
            let (router, stop) = (router.clone(), stop.clone());
            tokio::spawn(async move {
                converse(stream, peer, router, stop).await;
                drop(place);
            });
        }
        drop(listener);
        tracing::info!("stopping; requests in flight are finished first");
        let _ = tell.send(true);
        let all = self.room.acquire_many(u32::try_from(self.most).unwrap_or(u32::MAX));
        if tokio::time::timeout(LAST, all).await.is_err() {
            tracing::warn!(open = self.open(), "some requests took too long and were cut off");
        }
    }
}

/// Lets as many files be open as the system allows at all: each connection is one.
pub fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }) {
        tracing::warn!(%error, "the limit of open files was not raised");
    }
    let needed = MOST as u64 + 200;
    if getrlimit(Resource::Nofile).current.is_some_and(|current| current < needed) {
        tracing::warn!(needed, "the system allows fewer open files than there may be connections");
    }
}

/// Says that there is no place, without ever holding up the loop that accepts.
fn turn_away(mut stream: TcpStream, listening: &Arc<Semaphore>) {
    metrics::counter!("portal_connections_refused_total").increment(1);
    match Arc::clone(listening).try_acquire_owned() {
        Ok(place) => {
            // A socket closed with unread bytes is reset, and a reset can overtake the answer: read first, close last.
            tokio::spawn(tokio::time::timeout(Duration::from_secs(1), async move {
                let mut heard = [0; 4096];
                let _ = stream.read(&mut heard).await;
                let _ = stream.write_all(BUSY.as_bytes()).await;
                let _ = stream.shutdown().await;
                while stream.read(&mut heard).await.is_ok_and(|count| count > 0) {}
                drop(place);
            }));
        }
        Err(_) => {
            if let Ok(mut stream) = stream.into_std() {
                let _ = std::io::Write::write(&mut stream, BUSY.as_bytes());
            }
        }
    }
}

/// How busy one connection is.
#[derive(Debug, Default)]
struct Activity {
    under_way: AtomicUsize,
    begun: AtomicUsize,
}

struct UnderWay(Arc<Activity>);

impl UnderWay {
    fn new(activity: &Arc<Activity>) -> Self {
        activity.under_way.fetch_add(1, Ordering::Relaxed);
        activity.begun.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(activity))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One connection from its first byte to its end.
async fn converse(socket: TcpStream, peer: SocketAddr, router: Router, mut stop: watch::Receiver<bool>) {
    let mut stream = Stream::new(socket);
    let begun = tokio::select! {
        begun = tokio::time::timeout(HEAD, stream.begins_http2()) => begun,
        _ = stop.wait_for(|told| *told) => return,
    };
    let Ok(Ok(is_http2)) = begun else { return };
    let activity = Arc::new(Activity::default());
    let busy = Arc::clone(&activity);
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let (router, busy) = (router.clone(), UnderWay::new(&busy));
        async move {
            let mut request = request.map(|body| match body.is_end_stream() {
                true => Body::empty(),
                false => Body::new(Steady::new(body)),
            });
            request.extensions_mut().insert(Peer(peer.ip()));
            let answer: Result<_, Infallible> = router.oneshot(request).await;
            drop(busy);
            answer
        }
    });
    let ended = if is_http2 {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.timer(TokioTimer::new()).keep_alive_interval(PING.0).keep_alive_timeout(PING.1);
        builder.max_concurrent_streams(STREAMS).max_header_list_size(64 * 1024);
        last_until_idle(builder.serve_connection(TokioIo::new(stream), service), stop, &activity).await
    } else {
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(64 * 1024);
        last_until_idle(builder.serve_connection(TokioIo::new(stream), service), stop, &activity).await
    };
    if let Err(error) = ended {
        // A visitor who leaves in the middle is no fault of ours.
        tracing::debug!(error = %error, %peer, "a connection ended early");
    }
}

/// Runs a connection until it ends, is idle for too long, or the process is told to stop.
async fn last_until_idle<C: GracefulConnection>(
    connection: C,
    mut stop: watch::Receiver<bool>,
    activity: &Activity,
) -> Result<(), C::Error> {
    let mut connection = std::pin::pin!(connection);
    let mut ending = false;
    let mut seen = 0;
    loop {
        tokio::select! {
            ended = connection.as_mut() => return ended,
            _ = stop.wait_for(|told| *told), if !ending => ending = true,
            () = tokio::time::sleep(IDLE), if !ending => {
                let begun = activity.begun.load(Ordering::Relaxed);
                ending = begun == seen && activity.under_way.load(Ordering::Relaxed) == 0;
                seen = begun;
            }
        }
        if ending {
            connection.as_mut().graceful_shutdown();
        }
    }
}

//! A request's body that must keep coming.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

/// How long a body may be without a byte.
const SILENCE: Duration = Duration::from_secs(15);
/// After its first minute a body must on the average have brought so many bytes a second, or it holds its place for no use.
const SLOWEST: u64 = 256;
const AT_FIRST: Duration = Duration::from_secs(60);

pub(super) struct Steady {
    body: Incoming,
    began: Option<Instant>,
    came: u64,
    silence: Option<Pin<Box<Sleep>>>,
}

impl Steady {
    pub(super) fn new(body: Incoming) -> Self {
        Self { body, began: None, came: 0, silence: None }
    }

    fn is_too_slow(&mut self, bytes: usize) -> bool {
        self.came += bytes as u64;
        let passed = self.began.map(|began| began.elapsed()).unwrap_or_default();
        passed > AT_FIRST && self.came < passed.as_secs() * SLOWEST
    }
}

impl Body for Steady {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let late = |what: &str| Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::TimedOut, what).into())));
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(frame) => {
                self.silence = None;
                let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map_or(0, Bytes::len);
                if self.is_too_slow(bytes) {
                    return late("the body came too slowly");
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => {
                // The clock of a body starts when somebody waits for it: a request may queue before it is read.
                self.began.get_or_insert_with(tokio_now);
                let silence = self.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(SILENCE)));
                match silence.as_mut().poll(context) {
                    Poll::Ready(()) => late("the body stopped coming"),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn tokio_now() -> Instant {
    Instant::from_std(app::backend::clock::stopwatch())
}

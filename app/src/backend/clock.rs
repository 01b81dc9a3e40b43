//! The only place that asks for the time, for ids and for randomness.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use std::time::Duration;

use uuid::Uuid;

use crate::time::Timestamp;

/// Tells the time: the machine's, or one that a story moves on by hand.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still until it is advanced.
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
            Self::System => Timestamp(jiff::Timestamp::now().as_microsecond()),
            Self::Fixed(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock on; the system's clock takes no orders.
    pub fn advance(&self, by: Duration) {
        if let Self::Fixed(at) = self {
            at.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

/// A new id: UUID version 7, so that later rows have greater ids.
#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// Random bytes for tokens and salts.
#[expect(clippy::disallowed_methods, reason = "the one place that asks for randomness")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without randomness no token is safe: there is nothing to fall back on.
    #[expect(clippy::expect_used, reason = "the operating system's random source does not fail once it has started")]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Seconds since some moment, for measuring durations.
#[expect(clippy::disallowed_methods, reason = "durations are measured, not stored")]
pub fn stopwatch() -> std::time::Instant {
    std::time::Instant::now()
}

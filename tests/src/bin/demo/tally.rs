//! Counts what the client tells its metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use pancake_ext::{Error, Metrics, Subject};

/// Clones count together.
#[derive(Clone, Default)]
pub(crate) struct Tally(Arc<Counts>);

#[derive(Default)]
struct Counts {
    retries: AtomicU64,
    refusals: AtomicU64,
    waited_millis: AtomicU64,
}

impl Tally {
    /// Requests that were tried again.
    pub(crate) fn retries(&self) -> u64 {
        self.0.retries.load(Relaxed)
    }

    /// Answers that said: too many requests.
    pub(crate) fn refusals(&self) -> u64 {
        self.0.refusals.load(Relaxed)
    }

    /// How long requests stood in the queue of the limiter, all together.
    pub(crate) fn waited(&self) -> Duration {
        Duration::from_millis(self.0.waited_millis.load(Relaxed))
    }
}

impl Metrics for Tally {
    fn retried(&self, _: Subject<'_>, _: &Error, _: Duration) {
        self.0.retries.fetch_add(1, Relaxed);
    }

    fn waited(&self, _: Subject<'_>, wait: Duration) {
        let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.0.waited_millis.fetch_add(millis, Relaxed);
    }

    fn rate_limited(&self, _: Subject<'_>) {
        self.0.refusals.fetch_add(1, Relaxed);
    }
}

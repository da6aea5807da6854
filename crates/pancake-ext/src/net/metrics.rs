//! A hook for numbers: calls, retries, waits, refusals.

use std::time::Duration;

use crate::error::Error;
use crate::net::guard::Guard;

/// Whom a number is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject<'a> {
    /// Id of the operation, such as `list_tags`.
    pub operation: &'static str,
    /// The page, if the operation is about one.
    pub page_id: Option<&'a str>,
}

/// How a call has ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Finished<'a> {
    /// From the beginning of the call to its end, with all pauses and waits.
    pub time: Duration,
    /// How many requests went out, the first included; 0 if none did.
    pub attempts: u32,
    /// Why it failed; `None` if it worked. A call that was dropped before its end comes with an error of
    /// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled), whose [`execution`](Error::execution) says whether a request
    /// was under way.
    pub error: Option<&'a Error>,
}

/// Receives numbers. Every method does nothing unless it is written; all are called while a call is under way, so they
/// should be quick.
///
/// ```
/// use pancake_ext::{Finished, Metrics, Subject};
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// #[derive(Default)]
/// struct Failures(AtomicU64);
///
/// impl Metrics for Failures {
///     fn finished(&self, _: Subject<'_>, call: Finished<'_>) {
///         if call.error.is_some() {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Metrics: Send + Sync + 'static {
    /// A call has ended, or was dropped before: by a time-out around it, an ended task, or `select!`. Each call that has begun
    /// comes here once.
    fn finished(&self, _subject: Subject<'_>, _call: Finished<'_>) {}

    /// A call is about to be tried again after `error` and a pause; no pause if it is because of a newer token.
    fn retried(&self, _subject: Subject<'_>, _error: &Error, _pause: Duration) {}

    /// A request waited this long for the limiter; zero if it did not have to.
    fn waited(&self, _subject: Subject<'_>, _wait: Duration) {}

    /// The server answered: too many requests.
    fn rate_limited(&self, _subject: Subject<'_>) {}

    /// A list that is being read did something that a simple loop would stumble over. For duplicates, `times` is the
    /// number of rows that were dropped.
    fn guard_fired(&self, _subject: Subject<'_>, _guard: Guard, _times: u64) {}
}

/// Takes no numbers.
pub(crate) struct NoMetrics;

impl Metrics for NoMetrics {}

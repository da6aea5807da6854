//! Time as the client uses it for waiting, so that tests need not wait.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What [`Clock::sleep`] returns.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A clock for the pauses of the client: the limiter's and those between attempts.
///
/// Time-outs do not go by it: they are about a server that does not answer, and end by real time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Instant;

    /// Waits.
    fn sleep(&self, duration: Duration) -> Sleep;
}

/// The clock of the tokio runtime, which `tokio::time::pause` stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioClock;

impl Clock for TokioClock {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock for tests: a pause ends at once, moves the clock, and is written down.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use pancake_ext::{Clock, ManualClock};
/// use std::time::Duration;
///
/// let clock = ManualClock::new();
/// let before = clock.now();
/// clock.sleep(Duration::from_secs(60)).await;
/// assert_eq!(clock.now() - before, Duration::from_secs(60));
/// assert_eq!(clock.pauses(), [Duration::from_secs(60)]);
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock(std::sync::Arc<Mutex<ManualTime>>);

#[derive(Debug)]
struct ManualTime {
    now: Instant,
    pauses: Vec<Duration>,
}

impl Default for ManualClock {
    fn default() -> Self {
        let time = ManualTime {
            now: Instant::now(),
            pauses: Vec::new(),
        };
        ManualClock(std::sync::Arc::new(Mutex::new(time)))
    }
}

impl ManualClock {
    /// A clock that stands still.
    pub fn new() -> Self {
        ManualClock::default()
    }

    /// Moves the clock.
    pub fn advance(&self, duration: Duration) {
        self.time().now += duration;
    }

    /// All pauses so far, in their order.
    pub fn pauses(&self) -> Vec<Duration> {
        self.time().pauses.clone()
    }

    fn time(&self) -> std::sync::MutexGuard<'_, ManualTime> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        self.time().now
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.clone();
        Box::pin(async move {
            let mut time = clock.time();
            time.now += duration;
            time.pauses.push(duration);
        })
    }
}

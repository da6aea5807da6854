//! Time as the client uses it: for waiting, so that tests need not wait, and for "today", so that they don't depend on it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use pancake_client::chrono::{DateTime, TimeDelta, Utc};

use crate::sync::lock;

/// What [`Clock::sleep`] returns.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A clock for the pauses of the client (the limiter's and those between attempts) and for what it calls today.
///
/// Time-outs do not go by it: they are about a server that does not answer, and end by real time.
pub trait Clock: Send + Sync + 'static {
    /// Now, as pauses are measured.
    fn now(&self) -> Instant;

    /// Now, as a calendar needs it: [`Page::today`](crate::Page::today) and its like go by it. The clock of the operating
    /// system, unless it is written.
    fn wall_time(&self) -> DateTime<Utc> {
        SystemTime::now().into()
    }

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

/// A clock for tests: a pause ends at once, moves the clock, and is written down. On the wall it shows 2026-01-01, 00:00
/// UTC, until it is set or moved.
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

/// A fixed moment, so that a test that does not set the clock gives the same on every day.
const WALL: i64 = 1_767_225_600;

#[derive(Debug)]
struct ManualTime {
    now: Instant,
    wall: DateTime<Utc>,
    pauses: Vec<Duration>,
}

/// No clock is moved by more at once: sums of far longer times are more than an `Instant` holds.
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

impl ManualTime {
    fn pass(&mut self, duration: Duration) {
        let moved = self.now.checked_add(duration.min(CENTURY));
        self.now = moved.unwrap_or(self.now);
        let passed = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        self.wall = self
            .wall
            .checked_add_signed(passed)
            .unwrap_or(DateTime::<Utc>::MAX_UTC);
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        let time = ManualTime {
            now: Instant::now(),
            wall: DateTime::from_timestamp(WALL, 0).unwrap_or_default(),
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

    /// Moves the clock, also on the wall. A century is the most that pauses come to see.
    pub fn advance(&self, duration: Duration) {
        self.time().pass(duration);
    }

    /// Sets what the clock shows on the wall, forward or back. Pauses don't notice.
    pub fn set_wall_time(&self, now: DateTime<Utc>) {
        self.time().wall = now;
    }

    /// All pauses so far, in their order.
    pub fn pauses(&self) -> Vec<Duration> {
        self.time().pauses.clone()
    }

    fn time(&self) -> std::sync::MutexGuard<'_, ManualTime> {
        lock(&self.0)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        self.time().now
    }

    fn wall_time(&self) -> DateTime<Utc> {
        self.time().wall
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = self.clone();
        Box::pin(async move {
            let mut time = clock.time();
            time.pass(duration);
            time.pauses.push(duration);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_shows_on_the_wall_what_it_was_set_to_and_moves_on_from_there() {
        let clock = ManualClock::new();
        let noon = DateTime::from_timestamp(1_775_012_400, 0).unwrap();
        clock.set_wall_time(noon);
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.wall_time(), noon + Duration::from_secs(90));
    }

    #[tokio::test]
    async fn a_pause_that_never_ends_moves_a_manual_clock_as_far_as_times_go() {
        let clock = ManualClock::new();
        let before = clock.now();
        for _ in 0..3 {
            clock.sleep(Duration::MAX).await;
            clock.advance(Duration::MAX);
        }
        assert_eq!(clock.now() - before, 6 * CENTURY);
        assert_eq!(clock.wall_time(), DateTime::<Utc>::MAX_UTC);
        assert_eq!(clock.pauses(), [Duration::MAX; 3]);
    }
}

//! The queue of one page.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::line::Line;
use super::{LimiterState, RateLimit, lock};
use crate::time::clock::Clock;

/// A refused page does not fall below this part of its rate.
const SLOWEST_PART: f64 = 1.0 / 16.0;
/// What a success adds to the part of the rate that a page gets: it is back after some 50 of them.
const RECOVERY: f64 = 0.01;
/// A queue that nobody used for this long is forgotten.
const IDLE: Duration = Duration::from_secs(300);
/// Those who wait look again this often, so that a new rate reaches them.
const LONGEST_NAP: Duration = Duration::from_secs(1);

/// The queue of one page.
pub(super) struct Lane {
    line: Line,
    waiting: AtomicUsize,
    pace: Mutex<Pace>,
}

struct Pace {
    /// When the last call went out by the plan, which is not late even if the task was.
    last: Option<Instant>,
    cool_until: Option<Instant>,
    /// The part of the configured rate that this page gets, 1 unless it was refused.
    part: f64,
}

impl Lane {
    pub(super) fn new() -> Self {
        Lane {
            line: Line::default(),
            waiting: AtomicUsize::new(0),
            pace: Mutex::new(Pace {
                last: None,
                cool_until: None,
                part: 1.0,
            }),
        }
    }

    /// Waits for a place and returns how long it took, zero if it did not have to wait. The place is taken only at the end,
    /// so a task that gives up in between has taken none.
    pub(super) async fn acquire(
        &self,
        clock: &dyn Clock,
        settings: impl Fn() -> RateLimit,
    ) -> Duration {
        let start = clock.now();
        let _counted = Counted::new(&self.waiting);
        let place = self.line.enter();
        let mut waited = false;
        loop {
            if !place.is_next(LONGEST_NAP) {
                waited = true;
                place.wait(LONGEST_NAP).await;
                continue;
            }
            let now = clock.now();
            let wait = lock(&self.pace).take(&settings(), now);
            match wait {
                None if waited => return now.saturating_duration_since(start),
                None => return Duration::ZERO,
                Some(wait) => {
                    waited = true;
                    clock.sleep(wait.min(LONGEST_NAP)).await;
                }
            }
        }
    }

    pub(super) fn refused(
        &self,
        settings: &RateLimit,
        now: Instant,
        retry_after: Option<Duration>,
    ) {
        let mut pace = lock(&self.pace);
        let until = later(now, settings.cool_down_of(retry_after));
        // Calls that were under way together are refused together: that is one refusal, not many.
        let first = pace.cool_until.is_none_or(|cool_until| cool_until <= now);
        if first {
            pace.part = (pace.part / 2.0).max(SLOWEST_PART);
        }
        pace.cool_until = Some(
            pace.cool_until
                .map_or(until, |cool_until| cool_until.max(until)),
        );
    }

    pub(super) fn accepted(&self) {
        let mut pace = lock(&self.pace);
        pace.part = (pace.part + RECOVERY).min(1.0);
    }

    pub(super) fn state(&self, settings: &RateLimit, now: Instant) -> LimiterState {
        let pace = lock(&self.pace);
        LimiterState {
            per_second: settings
                .rate()
                .map_or(f64::INFINITY, |rate| rate * pace.part),
            cool_down: pace
                .cool_until
                .map_or(Duration::ZERO, |until| until.saturating_duration_since(now)),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    pub(super) fn is_idle(&self, now: Instant) -> bool {
        let pace = lock(&self.pace);
        let cooling = pace.cool_until.is_some_and(|until| until > now);
        !cooling
            && pace
                .last
                .is_none_or(|last| now.saturating_duration_since(last) > IDLE)
    }
}

impl Pace {
    /// Takes a place if there is one now, or says how long to wait before looking again.
    fn take(&mut self, settings: &RateLimit, now: Instant) -> Option<Duration> {
        if let Some(until) = self.cool_until.filter(|until| *until > now) {
            return Some(until - now);
        }
        let Some(rate) = settings.rate() else {
            self.last = Some(now);
            return None;
        };
        let interval = Duration::from_secs_f64(1.0 / (rate * self.part));
        let Some(last) = self.last else {
            self.last = Some(now);
            return None;
        };
        let next = later(last, interval);
        if next > now {
            return Some(next - now);
        }
        // A task that woke a little late must not delay the plan, or the rate would never be reached; one that came
        // much later begins a new plan, or it would be followed by a burst.
        let begun = now.checked_sub(interval / 5).unwrap_or(next);
        self.last = Some(next.max(begun));
        None
    }
}

/// A clock of a program's own may show any time; at the end of all times nobody waits any more.
fn later(time: Instant, duration: Duration) -> Instant {
    time.checked_add(duration).unwrap_or(time)
}

/// Counts a waiting task as long as it waits.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Counted(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

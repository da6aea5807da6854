//! When the next call of a key may go out.

use std::time::{Duration, Instant};

use super::RateLimit;

/// A refused key does not fall below this part of its rate.
const SLOWEST_PART: f64 = 1.0 / 16.0;
/// What a success adds to the part of the rate that a key gets: it is back after some 50 of them.
const RECOVERY: f64 = 0.01;

/// The plan of one key.
pub(super) struct Pace {
    /// The last slot that was taken, and the one before it. By the plan, which is not late even if the task was.
    last: Option<Instant>,
    before: Option<Instant>,
    cool_until: Option<Instant>,
    /// The part of the configured rate that this key gets, 1 unless it was refused.
    part: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Pace {
            last: None,
            before: None,
            cool_until: None,
            part: 1.0,
        }
    }
}

impl Pace {
    /// Takes a slot if there is one now, or says how long to wait before looking again.
    pub(super) fn take(&mut self, settings: &RateLimit, now: Instant) -> Result<Instant, Duration> {
        let cool_down = self.cool_down_left(now);
        if !cool_down.is_zero() {
            return Err(cool_down);
        }
        let interval = self.interval(settings);
        let next = match self.last {
            Some(last) if settings.rate().is_some() => later(last, interval),
            _ => now,
        };
        if next > now {
            return Err(next - now);
        }
        // A task that woke a little late must not delay the plan, or the rate would never be reached; one that came
        // much later begins a new plan, or it would be followed by a burst.
        let begun = now.checked_sub(interval / 5).unwrap_or(next);
        let slot = next.max(begun);
        self.before = self.last.replace(slot);
        Ok(slot)
    }

    /// Takes a slot back, unless later ones went out since.
    pub(super) fn give_back(&mut self, slot: Instant) {
        if self.last == Some(slot) {
            self.last = self.before;
        }
    }

    pub(super) fn cool_down(&mut self, time: Duration, now: Instant) {
        // Calls that were under way together are refused together: that is one refusal, not many.
        if self.cool_down_left(now).is_zero() {
            self.part = (self.part / 2.0).max(SLOWEST_PART);
        }
        self.cool_until = self.cool_until.max(Some(later(now, time)));
    }

    pub(super) fn recover(&mut self) {
        self.part = (self.part + RECOVERY).min(1.0);
    }

    pub(super) fn cool_down_left(&self, now: Instant) -> Duration {
        let left = |until: Instant| until.saturating_duration_since(now);
        self.cool_until.map_or(Duration::ZERO, left)
    }

    /// Calls a second; `None` without a limit.
    pub(super) fn rate(&self, settings: &RateLimit) -> Option<f64> {
        settings.rate().map(|rate| rate * self.part)
    }

    /// The time between two calls, zero without a limit.
    pub(super) fn interval(&self, settings: &RateLimit) -> Duration {
        let seconds = self.rate(settings).map_or(0.0, |rate| 1.0 / rate);
        Duration::from_secs_f64(seconds)
    }
}

/// A clock of a program's own may show any time; at the end of all times no call waits any more.
fn later(time: Instant, duration: Duration) -> Instant {
    time.checked_add(duration).unwrap_or(time)
}

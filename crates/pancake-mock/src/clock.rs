//! The server's clock: runs with tokio's time (paused or not) or stands still until a test moves it.
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::{sync::watch, time::Instant};

/// Where the clock stands when nobody says otherwise: 2026-04-01T03:00:00Z, ten o'clock in Hà Nội.
///
/// A fixed moment, so that the same seed gives the same data on every day.
pub const DEFAULT_NOW: i64 = 1_775_012_400;

/// What the clock of this machine shows, in unix seconds.
#[must_use]
pub fn system_now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(DEFAULT_NOW, |now| {
        now.as_secs().try_into().unwrap_or(DEFAULT_NOW)
    })
}

/// The clock of one server. Clones show the same time.
#[derive(Clone, Debug)]
pub struct MockClock {
    state: Arc<Mutex<State>>,
    moved: Arc<watch::Sender<u64>>,
}

/// Clocks stay between 1970 and 9999, so that no sum of times overflows.
const LATEST: i64 = 253_402_300_799 * 1_000_000;

/// Unix seconds as microseconds that a clock can show.
pub(crate) fn shown(unix_seconds: i64) -> i64 {
    unix_seconds.saturating_mul(1_000_000).clamp(0, LATEST)
}

#[derive(Debug)]
struct State {
    /// Unix microseconds at `anchor`.
    base: i64,
    /// None: the clock stands still.
    anchor: Option<Instant>,
}

impl State {
    fn now(&self) -> i64 {
        let passed = self.anchor.map_or(0, |anchor| micros(anchor.elapsed()));
        self.base.saturating_add(passed).min(LATEST)
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl MockClock {
    /// A clock that starts at `unix_seconds` and runs with tokio's time, so that
    /// `tokio::time::pause` and `advance` hold for it too.
    #[must_use]
    pub fn running(unix_seconds: i64) -> Self {
        Self::new(unix_seconds, Some(Instant::now()))
    }

    /// A clock that stands at `unix_seconds` until [`advance`](Self::advance) or
    /// [`set`](Self::set) moves it. Rate limit, expiry and slow answers all wait for it.
    #[must_use]
    pub fn frozen(unix_seconds: i64) -> Self {
        Self::new(unix_seconds, None)
    }

    fn new(unix_seconds: i64, anchor: Option<Instant>) -> Self {
        let state = State {
            base: shown(unix_seconds),
            anchor,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            moved: Arc::new(watch::Sender::new(0)),
        }
    }

    /// Unix time in microseconds.
    #[must_use]
    pub fn unix_micros(&self) -> i64 {
        self.with(|state| state.now())
    }

    /// Unix time in seconds.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.unix_micros().div_euclid(1_000_000)
    }

    /// Whether the clock stands still between two calls of [`advance`](Self::advance).
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.with(|state| state.anchor.is_none())
    }

    /// Moves the clock forward, running or not, and wakes everything that waits for it.
    pub fn advance(&self, by: Duration) {
        self.with(|state| state.base = state.base.saturating_add(micros(by)).min(LATEST));
        self.moved
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Sets the clock, forward or back; between 1970 and 9999.
    pub fn set(&self, unix_seconds: i64) {
        self.with(|state| {
            state.base = shown(unix_seconds);
            if state.anchor.is_some() {
                state.anchor = Some(Instant::now());
            }
        });
        self.moved
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Stops the clock where it stands.
    pub fn freeze(&self) {
        self.with(|state| {
            state.base = state.now();
            state.anchor = None;
        });
        self.moved
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Lets the clock run again from where it stands.
    pub fn run(&self) {
        self.with(|state| {
            state.base = state.now();
            state.anchor = Some(Instant::now());
        });
        self.moved
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Waits until this clock has moved on by `duration`.
    pub(crate) async fn sleep(&self, duration: Duration) {
        let deadline = self.unix_micros().saturating_add(micros(duration));
        let mut moved = self.moved.subscribe();
        loop {
            let left = deadline.saturating_sub(self.unix_micros());
            if left <= 0 {
                return;
            }
            let left = Duration::from_micros(u64::try_from(left).unwrap_or(0));
            if self.is_frozen() {
                // The sender lives as long as `self`: an error can't come.
                let _ = moved.changed().await;
            } else {
                tokio::select! {
                    () = tokio::time::sleep(left) => {}
                    _ = moved.changed() => {}
                }
            }
        }
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn running_clock_follows_tokio_and_frozen_stands() {
        for (clock, passed) in [(MockClock::running(100), 5), (MockClock::frozen(100), 0)] {
            tokio::time::advance(Duration::from_secs(5)).await;
            assert_eq!(clock.unix_seconds(), 100 + passed);
            clock.advance(Duration::from_secs(60));
            assert_eq!(clock.unix_seconds(), 160 + passed);
            clock.set(50);
            clock.run();
            tokio::time::advance(Duration::from_secs(5)).await;
            clock.freeze();
            tokio::time::advance(Duration::from_secs(5)).await;
            assert_eq!(clock.unix_seconds(), 55);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn sleeper_wakes_when_its_deadline_has_passed() {
        let running = MockClock::running(0);
        running.sleep(Duration::from_secs(10)).await;
        assert_eq!(running.unix_seconds(), 10);
        let frozen = MockClock::frozen(0);
        let clock = frozen.clone();
        let sleeper = tokio::spawn(async move { clock.sleep(Duration::from_secs(10)).await });
        tokio::task::yield_now().await;
        frozen.advance(Duration::from_secs(9));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        frozen.advance(Duration::from_secs(1));
        sleeper.await.unwrap();
    }
}

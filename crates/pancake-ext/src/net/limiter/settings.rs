//! Settings of the limiter.

use std::time::Duration;

/// How many calls the limiter lets through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimit {
    per_second: Option<f64>,
    cool_down: Duration,
}

impl RateLimit {
    /// The slowest rate that makes sense: one call in about 17 minutes.
    const SLOWEST: f64 = 0.001;
    /// A server that asks to wait longer is asked again after this time; a page must not be silent for a year because of
    /// one odd header.
    const LONGEST_COOL_DOWN: Duration = Duration::from_secs(60);
    /// Longer pauses are no pauses any more, and far longer ones cannot be added to a time.
    pub(super) const LONGEST_SETTING: Duration = Duration::from_secs(24 * 60 * 60);

    /// This many calls a second for each page, and for the user API. The API documents a ceiling of 5.
    ///
    /// A number that is not above zero is taken as the slowest rate, one call in 1,000 seconds; infinity is no limit.
    pub fn per_second(calls: f64) -> Self {
        if calls == f64::INFINITY {
            return RateLimit::off();
        }
        let calls = if calls.is_nan() { Self::SLOWEST } else { calls };
        RateLimit {
            per_second: Some(calls.max(Self::SLOWEST)),
            ..RateLimit::default()
        }
    }

    /// No limit. A 429 still brings a cool-down.
    pub fn off() -> Self {
        RateLimit {
            per_second: None,
            ..RateLimit::default()
        }
    }

    /// How long nothing goes out for a page after a 429, unless the server asks for more, of which up to 60 seconds are
    /// obeyed; 2 seconds if not given, a day at most.
    #[must_use]
    pub fn cool_down(mut self, duration: Duration) -> Self {
        self.cool_down = duration.min(Self::LONGEST_SETTING);
        self
    }

    /// Calls a second, or `None` if there is no limit.
    pub fn rate(&self) -> Option<f64> {
        self.per_second
    }

    pub(super) fn cool_down_of(&self, retry_after: Option<Duration>) -> Duration {
        let asked = retry_after.unwrap_or_default();
        self.cool_down.max(asked.min(Self::LONGEST_COOL_DOWN))
    }
}

/// 4 calls a second, a cool-down of 2 seconds.
impl Default for RateLimit {
    fn default() -> Self {
        RateLimit {
            per_second: Some(4.0),
            cool_down: Duration::from_secs(2),
        }
    }
}

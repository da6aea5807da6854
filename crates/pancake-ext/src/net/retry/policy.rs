//! How often, and after which pauses, a call is tried again.

use std::time::Duration;

/// How often, and after which pauses, a call is tried again.
///
/// The longest possible pause doubles from attempt to attempt; the real one is a random part of it (full jitter), so that
/// clients that failed together do not come back together.
///
/// Which failures are tried again at all is not a setting. Reads, and other calls that do no harm when repeated
/// (`x-idempotent` in the API document), are tried again after any failure that may pass; the others only where the first
/// one was provably not executed:
///
/// | failure | reads, tags, assignments, changes | sends, mints, new notes |
/// |---|---|---|
/// | no connection | again | again: nothing was sent |
/// | 429, as status or as code | again | again: nothing was executed |
/// | time-out, broken connection | again | no: the outcome is unknown |
/// | HTTP 5xx, failure without a code | again | no: the outcome is unknown |
/// | code 102 or 105, and somebody left a newer token | once more with that | no, but the next call uses it: the error is retryable |
/// | anything else | no | no |
///
/// With an HTTP client of your own ([`PancakeBuilder::http_client`](crate::PancakeBuilder::http_client)) no connection proves
/// nothing, since it may have followed a redirect before: a send is not tried again then.
///
/// An upload is tried again like a send, if its file can be opened again; see [`UploadRequest`](crate::UploadRequest).
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    max_attempts: u32,
    first_pause: Duration,
    longest_pause: Duration,
    longest_retry_after: Duration,
}

impl RetryPolicy {
    /// Every call is sent once; only a read that was refused for a dead token is sent once more if there is a newer one.
    pub fn never() -> Self {
        RetryPolicy {
            max_attempts: 1,
            ..RetryPolicy::default()
        }
    }

    /// Attempts in all, the first included; 4 if not given, at least 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The longest pause after the first attempt; 500 milliseconds if not given.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// The longest pause after any attempt; 10 seconds if not given.
    #[must_use]
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }

    /// A server that asks to wait longer than this (`Retry-After`) is not waited for: the call fails at once, and the
    /// error says how long to wait. 30 seconds if not given.
    #[must_use]
    pub fn longest_retry_after(mut self, wait: Duration) -> Self {
        self.longest_retry_after = wait;
        self
    }

    pub(crate) fn pauses(&self) -> Pauses {
        Pauses {
            left: self.max_attempts.saturating_sub(1),
            longest: self.first_pause,
            bound: self.longest_pause.max(self.first_pause),
            longest_retry_after: self.longest_retry_after,
        }
    }
}

/// 4 attempts, pauses of up to 0.5, 1 and 2 seconds.
impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            max_attempts: 4,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(10),
            longest_retry_after: Duration::from_secs(30),
        }
    }
}

/// The pauses of one call.
pub(crate) struct Pauses {
    left: u32,
    /// The longest that the next pause can be, and the bound up to which it doubles.
    longest: Duration,
    bound: Duration,
    longest_retry_after: Duration,
}

impl Pauses {
    /// The pause before the next attempt, or `None` if there is to be none.
    pub(crate) fn next(&mut self, retry_after: Option<Duration>) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        let longest = self.longest;
        self.longest = longest.saturating_mul(2).min(self.bound);
        // A longest pause can be more than numbers with a point hold exactly.
        let pause = longest.as_secs_f64() * fastrand::f64();
        let pause = Duration::try_from_secs_f64(pause).unwrap_or(longest);
        match retry_after {
            Some(asked) if asked > self.longest_retry_after => None,
            Some(asked) => Some(asked.max(pause)),
            None => Some(pause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_bound_and_end() {
        let policy = RetryPolicy::default()
            .max_attempts(6)
            .longest_pause(Duration::from_secs(2));
        let bounds = [500, 1_000, 2_000, 2_000, 2_000].map(Duration::from_millis);
        for _ in 0..100 {
            let mut pauses = policy.pauses();
            for bound in bounds {
                assert!(pauses.next(None).unwrap() <= bound);
            }
            assert_eq!(pauses.next(None), None);
        }
    }

    #[test]
    fn pauses_are_random() {
        let pauses: std::collections::HashSet<_> = (0..20)
            .filter_map(|_| RetryPolicy::default().pauses().next(None))
            .collect();
        assert!(pauses.len() > 10);
    }

    #[test]
    fn retry_after_is_obeyed_up_to_its_bound() {
        let policy = RetryPolicy::default();
        let asked = Duration::from_secs(30);
        assert_eq!(policy.pauses().next(Some(asked)), Some(asked));
        assert_eq!(
            policy.pauses().next(Some(asked + Duration::from_secs(1))),
            None
        );
    }

    #[test]
    fn no_setting_and_no_wish_of_a_server_makes_a_panic() {
        let policy = RetryPolicy::default()
            .max_attempts(u32::MAX)
            .first_pause(Duration::MAX)
            .longest_pause(Duration::MAX)
            .longest_retry_after(Duration::MAX);
        let mut pauses = policy.pauses();
        for asked in [
            None,
            Some(Duration::from_secs(u64::MAX)),
            Some(Duration::MAX),
        ] {
            for _ in 0..1_000 {
                let pause = pauses.next(asked).unwrap();
                assert!(asked.is_none_or(|asked| pause >= asked));
            }
        }
        let growing = policy.first_pause(Duration::from_nanos(1));
        let mut pauses = growing.pauses();
        for _ in 0..1_000 {
            pauses.next(None).unwrap();
        }
    }

    #[test]
    fn a_policy_of_one_attempt_never_pauses() {
        assert_eq!(RetryPolicy::never().pauses().next(None), None);
        assert_eq!(
            RetryPolicy::default().max_attempts(0).pauses().next(None),
            None
        );
    }
}

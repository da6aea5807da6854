//! The limit of calls per second and page, over a sliding second of the server's clock.
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

const SECOND: i64 = 1_000_000;

pub(crate) struct RateLimit {
    state: Mutex<State>,
}

struct State {
    /// None: no limit.
    calls_a_second: Option<u32>,
    recent: HashMap<String, VecDeque<i64>>,
}

impl RateLimit {
    pub(crate) fn new(calls_a_second: Option<u32>) -> Self {
        Self {
            state: Mutex::new(State {
                calls_a_second,
                recent: HashMap::new(),
            }),
        }
    }

    pub(crate) fn set(&self, calls_a_second: Option<u32>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.calls_a_second = calls_a_second;
        state.recent.clear();
    }

    /// None: no limit.
    #[cfg(feature = "cli")]
    pub(crate) fn calls_a_second(&self) -> Option<u32> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.calls_a_second
    }

    /// Whether a call for this page may pass now. A refused call does not count.
    pub(crate) fn admits(&self, page: &str, now: i64) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(limit) = state.calls_a_second else {
            return true;
        };
        let recent = state.recent.entry(page.to_owned()).or_default();
        // The clock may have been set back: times from the future don't count either.
        recent.retain(|time| *time <= now && now - *time < SECOND);
        if recent.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            return false;
        }
        recent.push_back(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixth_call_in_a_second_is_refused() {
        let limit = RateLimit::new(Some(5));
        for n in 0..5 {
            assert!(limit.admits("a", n * 100_000));
        }
        for (page, now, admitted) in [
            ("a", 999_999, false),
            ("b", 999_999, true),
            ("a", 1_000_000, true),
            ("a", 1_000_001, false),
        ] {
            assert_eq!(limit.admits(page, now), admitted, "{page} {now}");
        }
        limit.set(None);
        assert!(limit.admits("a", 1_000_001));
    }
}

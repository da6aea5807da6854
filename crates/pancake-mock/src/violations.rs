//! The violations a running server has seen.
use std::sync::{Mutex, PoisonError};

use crate::{
    log::Log,
    validation::{Validation, Violation},
};

/// More than these are counted, and no longer kept.
const KEPT: usize = 1_000;

pub(crate) struct Violations {
    pub(crate) mode: Validation,
    log: Log,
    state: Mutex<(u64, Vec<Violation>)>,
}

impl Violations {
    pub(crate) fn new(mode: Validation, log: Log) -> Self {
        Self {
            mode,
            log,
            state: Mutex::default(),
        }
    }

    pub(crate) fn record(&self, found: &[Violation]) {
        self.log.violations(found);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, kept) = &mut *state;
        *count += found.len() as u64;
        let room = KEPT.saturating_sub(kept.len());
        kept.extend(found.iter().take(room).cloned());
    }

    pub(crate) fn list(&self) -> Vec<Violation> {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .1
            .clone()
    }

    #[cfg(feature = "cli")]
    pub(crate) fn count(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    pub(crate) fn clear(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Default::default();
    }
}

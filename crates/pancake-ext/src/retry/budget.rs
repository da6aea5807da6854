//! A budget of retries that all clones of a client share: while a server is down, retries must not add to its load.

use std::sync::{Arc, Mutex, PoisonError};

/// How much of a retry a success pays back: ten successes allow one more.
const REFUND: f64 = 0.1;

/// Allows a number of retries, and more as calls succeed.
#[derive(Clone, Debug)]
pub struct RetryBudget(Arc<Budget>);

#[derive(Debug)]
struct Budget {
    capacity: f64,
    left: Mutex<f64>,
}

impl RetryBudget {
    /// Allows this many retries before a call has to succeed first.
    pub fn new(retries: u32) -> Self {
        let capacity = f64::from(retries);
        RetryBudget(Arc::new(Budget {
            capacity,
            left: Mutex::new(capacity),
        }))
    }

    /// Takes one retry if there is one.
    pub(crate) fn take(&self) -> bool {
        let mut left = self.left();
        let enough = *left >= 1.0;
        if enough {
            *left -= 1.0;
        }
        enough
    }

    pub(crate) fn refund(&self) {
        let mut left = self.left();
        *left = (*left + REFUND).min(self.0.capacity);
    }

    fn left(&self) -> std::sync::MutexGuard<'_, f64> {
        self.0.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 100 retries.
impl Default for RetryBudget {
    fn default() -> Self {
        RetryBudget::new(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_budget_allows_no_retry_until_calls_succeed() {
        let budget = RetryBudget::new(2);
        assert!(budget.take() && budget.take() && !budget.take());
        (0..11).for_each(|_| budget.refund());
        assert!(budget.take() && !budget.take());
    }

    #[test]
    fn a_budget_never_grows_above_its_capacity() {
        let budget = RetryBudget::new(1);
        (0..1_000).for_each(|_| budget.refund());
        assert!(budget.take() && !budget.take());
    }
}

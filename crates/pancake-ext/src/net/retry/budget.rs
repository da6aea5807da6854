//! A budget of retries that all clones of a client share: while a server is down, retries must not add to its load.

use std::sync::{Arc, Mutex};

use crate::sync::lock;

/// What a retry costs, in units of what a success pays back: ten successes allow one more retry. Whole numbers, since ten
/// times 0.1 is less than 1.
const COST: u64 = 10;

/// Allows a number of retries, and more as calls succeed.
#[derive(Clone, Debug)]
pub struct RetryBudget(Arc<Budget>);

#[derive(Debug)]
struct Budget {
    capacity: u64,
    left: Mutex<u64>,
}

impl RetryBudget {
    /// Allows this many retries before calls have to succeed first, ten for each further one.
    pub fn new(retries: u32) -> Self {
        let capacity = u64::from(retries) * COST;
        RetryBudget(Arc::new(Budget {
            capacity,
            left: Mutex::new(capacity),
        }))
    }

    /// Takes one retry if there is one.
    pub(crate) fn take(&self) -> bool {
        let mut left = self.left();
        match left.checked_sub(COST) {
            Some(rest) => {
                *left = rest;
                true
            }
            None => false,
        }
    }

    pub(crate) fn refund(&self) {
        let mut left = self.left();
        *left = (*left + 1).min(self.0.capacity);
    }

    fn left(&self) -> std::sync::MutexGuard<'_, u64> {
        lock(&self.0.left)
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
        (0..10).for_each(|_| budget.refund());
        assert!(budget.take() && !budget.take());
    }

    #[test]
    fn a_budget_never_grows_above_its_capacity() {
        let budget = RetryBudget::new(1);
        (0..1_000).for_each(|_| budget.refund());
        assert!(budget.take() && !budget.take());
    }
}

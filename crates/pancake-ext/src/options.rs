//! Settings that can differ from call to call.

use std::time::Duration;

use crate::retry::RetryPolicy;

/// Settings that can differ from call to call. [`Pancake::with_options`](crate::Pancake::with_options) takes them.
#[derive(Clone, Debug, PartialEq)]
pub struct CallOptions {
    pub(crate) retry: RetryPolicy,
    pub(crate) attempt_timeout: Duration,
    pub(crate) call_timeout: Option<Duration>,
}

impl CallOptions {
    /// How often a failed call is tried again.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Time for one request and the whole of its answer; 30 seconds if not given. Uploads of large files need more.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Time for a call in all, with waiting and retries; no bound if not given.
    #[must_use]
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = Some(timeout);
        self
    }
}

impl Default for CallOptions {
    fn default() -> Self {
        CallOptions {
            retry: RetryPolicy::default(),
            attempt_timeout: Duration::from_secs(30),
            call_timeout: None,
        }
    }
}

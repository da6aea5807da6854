//! When a failed call is tried again.

mod budget;
mod policy;

pub use budget::RetryBudget;
pub use policy::RetryPolicy;

use crate::error::{Error, ErrorKind, Execution};

/// Whether a failure may pass by itself, and repeating the call can do no harm: the table of [`RetryPolicy`].
pub(crate) fn may_repeat(error: &Error, idempotent: bool) -> bool {
    if !error.is_retryable() {
        return false;
    }
    idempotent
        || (matches!(error.kind(), ErrorKind::Connect | ErrorKind::RateLimited)
            && error.execution() == Execution::NotExecuted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_may_have_been_executed_is_repeated_only_if_that_does_no_harm() {
        use ErrorKind::*;
        for (kind, execution, repeatable, other) in [
            (Connect, Execution::NotExecuted, true, true),
            (RateLimited, Execution::NotExecuted, true, true),
            (Timeout, Execution::Unknown, true, false),
            (Interrupted, Execution::Unknown, true, false),
            (Server, Execution::Unknown, true, false),
            (InvalidAnswer, Execution::Executed, false, false),
            (InvalidAnswer, Execution::Unknown, false, false),
            (Token, Execution::NotExecuted, false, false),
            (Permission, Execution::NotExecuted, false, false),
            (InvalidRequest, Execution::NotExecuted, false, false),
            (Channel, Execution::NotExecuted, false, false),
            (Api, Execution::NotExecuted, false, false),
            (Configuration, Execution::NotExecuted, false, false),
        ] {
            let error = Error::new(kind, "").with_execution(execution);
            assert_eq!(may_repeat(&error, true), repeatable, "{kind:?}, repeatable");
            assert_eq!(may_repeat(&error, false), other, "{kind:?}, not repeatable");
        }
    }
}

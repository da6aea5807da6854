//! How far a call has come, and who is told how it went: also of a call that was dropped before its end.

use std::time::Instant;

use pancake_client::Operation;

use super::Shared;
use crate::error::{Error, ErrorKind, Execution};
use crate::net::metrics::{Finished, Subject};

/// How far a call has come. It outlives the call, should that run out of time.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) attempts: u32,
    /// Whether a request is under way.
    pub(super) in_flight: bool,
    /// Whether an attempt that failed may have been executed all the same.
    pub(super) doubtful: bool,
    /// Why the last attempt failed.
    pub(super) last_error: Option<Error>,
}

/// Tells the metrics and the log once how a call has ended. If nobody says how, it was dropped.
pub(super) struct Report<'a> {
    pub(super) progress: Progress,
    shared: &'a Shared,
    operation: &'static Operation,
    subject: Subject<'a>,
    start: Instant,
    told: bool,
}

impl<'a> Report<'a> {
    pub(super) fn begin(
        shared: &'a Shared,
        operation: &'static Operation,
        page_id: Option<&'a str>,
    ) -> Self {
        Report {
            progress: Progress::default(),
            shared,
            operation,
            subject: Subject {
                operation: operation.id,
                page_id,
            },
            start: shared.clock.now(),
            told: false,
        }
    }

    pub(super) fn subject(&self) -> Subject<'a> {
        self.subject
    }

    /// The call has ended, and failed with this error if there is one.
    pub(super) fn end(mut self, error: Option<&Error>) {
        self.tell(error);
    }

    fn tell(&mut self, error: Option<&Error>) {
        self.told = true;
        let now = self.shared.clock.now();
        let (time, attempts) = (
            now.saturating_duration_since(self.start),
            self.progress.attempts,
        );
        let finished = Finished {
            time,
            attempts,
            error,
        };
        self.shared.metrics.finished(self.subject, finished);
        match error {
            None => tracing::debug!(attempts, ?time, "done"),
            Some(error) => tracing::debug!(
                attempts,
                ?time,
                kind = ?error.kind(),
                status = error.status(),
                code = error.code().map(|code| code.get()),
                "failed"
            ),
        }
    }

    fn dropped(&self) -> Error {
        let Progress {
            in_flight,
            doubtful,
            attempts,
            ..
        } = self.progress;
        let execution = match in_flight || doubtful {
            true => Execution::Unknown,
            false => Execution::NotExecuted,
        };
        Error::new(
            ErrorKind::Cancelled,
            "the call was dropped before it had ended",
        )
        .of(self.operation, self.subject.page_id)
        .with_attempts(attempts)
        .with_execution(execution)
    }
}

impl Drop for Report<'_> {
    fn drop(&mut self) {
        // A second panic would end the program: metrics are code of others.
        if !self.told && !std::thread::panicking() {
            let error = self.dropped();
            self.tell(Some(&error));
        }
    }
}

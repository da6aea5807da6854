//! The one conversion from the error of a generated call to ours.

use bytes::Bytes;
use pancake_client::{CallError, DecodeError, Reason, TokenKind};

use super::envelope::named_by;
use crate::error::{Error, ErrorKind, Execution, KEPT_BODY, refused};

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        let (operation, page_id) = (error.operation(), error.page_id().map(str::to_owned));
        let attempts = error.attempts();
        let ours = match error.into_reason() {
            Reason::InvalidRequest(message) => Error::new(ErrorKind::InvalidRequest, message),
            Reason::Transport(error, _) => match error.downcast::<Error>() {
                // Our transport has named everything already.
                Ok(ours) => return *ours,
                Err(other) => Error::new(ErrorKind::Transport, other.to_string())
                    .with_execution(Execution::Unknown),
            },
            // Our transport lets only successes through, so these two come from another one.
            Reason::Api(api, status) => refused(*api, status),
            Reason::Status(status) => Error::new(
                ErrorKind::InvalidAnswer,
                "the response has an unexpected status",
            )
            .with_execution(Execution::Unknown)
            .with_status(status, None),
            Reason::Decode(error) => {
                let holds_tokens =
                    operation.is_some_and(|operation| operation.token == TokenKind::User);
                not_understood(&error, !holds_tokens)
            }
            _ => Error::new(ErrorKind::InvalidAnswer, "the call failed"),
        };
        match operation {
            Some(operation) => ours
                .of(operation, page_id.as_deref())
                .with_attempts(attempts),
            None => ours,
        }
    }
}

/// A response that is a success by its envelope, and could not be decoded.
fn not_understood(error: &DecodeError, keep_body: bool) -> Error {
    // A response that was cut may have been a refusal.
    let execution = match error.is_complete() {
        true => Execution::Executed,
        false => Execution::Unknown,
    };
    let ours = Error::new(ErrorKind::InvalidAnswer, error.to_string()).with_execution(execution);
    let ours = named_by(ours, error.status(), error.headers());
    if !keep_body {
        return ours;
    }
    let kept = error.body().len().min(KEPT_BODY);
    ours.with_body(Bytes::copy_from_slice(&error.body()[..kept]))
}

//! The one conversion from the error of a generated call to ours.

use bytes::Bytes;
use pancake_client::{
    CallError, DecodeError, Error as ClientError, InvalidPath, Operation, TokenKind,
    TransportError, carried,
};

use super::meta::Meta;
use crate::error::{Error, ErrorKind, Execution, KEPT_BODY, refused};

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        match error.into_generated() {
            // From a transport that is not ours: ours gives its error as it is.
            ClientError::ErrorResponse(response) => {
                let meta = Meta::read(response.headers());
                let status = response.status().as_u16();
                meta.name(refused(response.into_inner(), status))
            }
            ClientError::CommunicationError(error) => {
                from_carried(&error).unwrap_or_else(|| super::wire::failed(error))
            }
            ClientError::InvalidRequest(message) => Error::new(ErrorKind::InvalidRequest, message),
            ClientError::ResponseBodyError(error) | ClientError::InvalidUpgrade(error) => {
                super::wire::failed(error)
            }
            // The transport lets only JSON with status 200 through, so these come from foreign transports.
            ClientError::InvalidResponsePayload(..) => Error::new(
                ErrorKind::InvalidAnswer,
                "the answer does not have the expected form",
            )
            .with_execution(Execution::Executed),
            ClientError::UnexpectedResponse(response) => {
                let status = response.status().as_u16();
                Error::new(
                    ErrorKind::InvalidAnswer,
                    "the answer has an unexpected status",
                )
                .with_execution(Execution::Unknown)
                .with_status(status, None)
            }
            ClientError::Custom(message) => Error::new(ErrorKind::InvalidRequest, message),
        }
    }
}

/// Finds what our transport, or the client's own checks, sent through reqwest's error.
fn from_carried(error: &reqwest::Error) -> Option<Error> {
    if let Some(error) = carried::<Error>(error) {
        return Some(error.clone());
    }
    if let Some(error) = carried::<InvalidPath>(error) {
        let ours = Error::new(ErrorKind::InvalidRequest, error.to_string());
        return Some(match Operation::find(error.operation()) {
            Some(operation) => ours.of(operation, None),
            None => ours,
        });
    }
    if let Some(error) = carried::<DecodeError>(error) {
        return Some(not_understood(error));
    }
    let error = carried::<TransportError>(error)?;
    Some(Error::new(ErrorKind::Transport, error.to_string()).with_execution(Execution::Unknown))
}

/// An answer that is a success by its envelope, and could not be decoded.
fn not_understood(error: &DecodeError) -> Error {
    let meta = Meta::read(error.headers());
    // An answer that was cut may have been a refusal.
    let execution = match error.is_complete() {
        true => Execution::Executed,
        false => Execution::Unknown,
    };
    let ours = Error::new(ErrorKind::InvalidAnswer, error.to_string())
        .with_execution(execution)
        .with_status(error.status(), None);
    let ours = meta.name(ours);
    let holds_tokens = ours
        .operation()
        .and_then(Operation::find)
        .is_some_and(|operation| operation.token == TokenKind::User);
    if holds_tokens {
        return ours;
    }
    let kept = error.body().len().min(KEPT_BODY);
    ours.with_body(Bytes::copy_from_slice(&error.body()[..kept]))
}

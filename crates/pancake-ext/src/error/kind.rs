//! Kinds of failures, and which answer is of which kind.

use pancake_client::ErrorCode;
use pancake_client::codes::{FailureKind, KnownFailure};
use pancake_client::types::ApiError;

/// What kind of failure an [`Error`](crate::Error) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built like this: bad address, no TLS, an unusable token.
    Configuration,
    /// The call cannot be sent or was refused as it stands: a bad id or parameter (code 100), HTTP 400 or 404.
    InvalidRequest,
    /// The token is missing, invalid, expired, rotated or of the wrong kind (codes 101, 102, 103, 105, 106).
    Token,
    /// The user or the page may not do this (codes 107, 121, 122; HTTP 403).
    Permission,
    /// Too many requests (code or status 429). The request was not executed.
    RateLimited,
    /// The channel behind Pancake refused it (`e_code`, `message_code`), such as Facebook outside its 24 h window.
    Channel,
    /// The API refused it for another reason.
    Api,
    /// The server failed: HTTP 5xx, or a failure without any code.
    Server,
    /// No connection came about. Nothing was sent.
    Connect,
    /// The answer did not come in time.
    Timeout,
    /// The connection broke before the answer was complete.
    Interrupted,
    /// A transport of your own failed ([`PancakeBuilder::wrap_transport`](crate::PancakeBuilder::wrap_transport)).
    Transport,
    /// A token could not be read from, or written to, its store.
    Store,
    /// The answer is not what the API promises: no JSON, another form, too large, a redirect.
    InvalidAnswer,
    /// What is to be uploaded can't be read, is empty or too large, or changed while it was sent.
    File,
    /// The call was dropped before its end. Only [`Metrics::finished`](crate::Metrics::finished) hears of it.
    Cancelled,
}

/// Whether the server carried an operation out before it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Execution {
    /// It did not: the request was never sent, or the server refused it.
    NotExecuted,
    /// Nobody knows: the answer was lost, or the server failed half-way.
    Unknown,
    /// It did: the answer came, but could not be understood.
    Executed,
}

/// The kind of a failure that the API reports, with the HTTP status it came with, and whether the call was carried out.
pub(crate) fn classify(api: &ApiError, status: u16) -> (ErrorKind, Execution) {
    let known = KnownFailure::of(api);
    let by_own_code = own_code(api).is_some();
    let by_status = match status {
        429 => Some(ErrorKind::RateLimited),
        401 => Some(ErrorKind::Token),
        403 => Some(ErrorKind::Permission),
        408 | 500..=599 => Some(ErrorKind::Server),
        _ => None,
    };
    match (known, by_status) {
        // The server failed or refused, whatever it says of the channel.
        (Some(row), None) | (Some(row), Some(_)) if by_own_code || by_status.is_none() => {
            let execution = match row.not_executed {
                true => Execution::NotExecuted,
                false => Execution::Unknown,
            };
            (kind_of(row.kind), execution)
        }
        (_, Some(ErrorKind::Server)) => (ErrorKind::Server, Execution::Unknown),
        (_, Some(kind)) => (kind, Execution::NotExecuted),
        _ => unknown(api, status),
    }
}

/// A failure that is in no table.
fn unknown(api: &ApiError, status: u16) -> (ErrorKind, Execution) {
    let own = own_code(api).map(ErrorCode::get);
    if matches!(own, Some(500..600)) {
        (ErrorKind::Server, Execution::Unknown)
    } else if channel_code(api).is_some() || word(api).is_some() {
        (ErrorKind::Channel, Execution::NotExecuted)
    } else if (400..500).contains(&status) {
        (ErrorKind::InvalidRequest, Execution::NotExecuted)
    } else if own.is_none() {
        // "An error occurred. Please try again later." comes without any code, and passes.
        (ErrorKind::Server, Execution::Unknown)
    } else {
        (ErrorKind::Api, Execution::NotExecuted)
    }
}

fn kind_of(kind: FailureKind) -> ErrorKind {
    match kind {
        FailureKind::InvalidRequest => ErrorKind::InvalidRequest,
        FailureKind::Token => ErrorKind::Token,
        FailureKind::Permission => ErrorKind::Permission,
        FailureKind::RateLimited => ErrorKind::RateLimited,
        FailureKind::Channel => ErrorKind::Channel,
        FailureKind::File => ErrorKind::File,
        _ => ErrorKind::Api,
    }
}

/// Pancake's own code, in either of its two places. 0 is none.
pub(crate) fn own_code(api: &ApiError) -> Option<ErrorCode> {
    let listed = api.errors.iter().flatten().map(|item| item.error_code);
    std::iter::once(api.error_code)
        .chain(listed)
        .flatten()
        .find(is_some_code)
}

/// The code of the channel, or its finer one if there is no other.
pub(crate) fn channel_code(api: &ApiError) -> Option<ErrorCode> {
    let codes = [api.e_code, api.e_subcode];
    codes.into_iter().flatten().find(is_some_code)
}

/// The word that stands for a code.
pub(crate) fn word(api: &ApiError) -> Option<&str> {
    let word = api.message_code.as_deref();
    word.filter(|word| !word.trim().is_empty())
}

fn is_some_code(code: &ErrorCode) -> bool {
    code.get() != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(json: &str, status: u16) -> ErrorKind {
        classify(&serde_json::from_str(json).unwrap(), status).0
    }

    #[test]
    fn every_observed_error_shape_has_its_kind() {
        for (json, status, expected) in [
            (
                r#"{"success":false,"error_code":100}"#,
                200,
                ErrorKind::InvalidRequest,
            ),
            (
                r#"{"success":false,"error_code":101}"#,
                200,
                ErrorKind::Token,
            ),
            (
                r#"{"success":false,"error_code":102,"message":"Invalid access_token"}"#,
                200,
                ErrorKind::Token,
            ),
            (
                r#"{"success":false,"error_code":103}"#,
                200,
                ErrorKind::Token,
            ),
            (
                r#"{"success":false,"error_code":105}"#,
                200,
                ErrorKind::Token,
            ),
            (
                r#"{"success":false,"error_code":106}"#,
                200,
                ErrorKind::Token,
            ),
            (
                r#"{"success":false,"error_code":107}"#,
                200,
                ErrorKind::Permission,
            ),
            (
                r#"{"errors":[{"error_code":121}]}"#,
                200,
                ErrorKind::Permission,
            ),
            (
                r#"{"success":false,"error_code":122}"#,
                200,
                ErrorKind::Permission,
            ),
            (
                r#"{"message":"Too many requests","success":false,"error_code":429}"#,
                200,
                ErrorKind::RateLimited,
            ),
            ("{}", 429, ErrorKind::RateLimited),
            (
                r#"{"success":false,"message":"An error occurred. Please try again later."}"#,
                200,
                ErrorKind::Server,
            ),
            (
                r#"{"success":false,"message_code":"invalid_upload_fb_attachments_result"}"#,
                200,
                ErrorKind::Channel,
            ),
            (
                r#"{"success":false,"e_code":10,"e_subcode":2018278,"original_error":"x"}"#,
                200,
                ErrorKind::Channel,
            ),
            (r#"{"success":false,"e_code":100}"#, 200, ErrorKind::Channel),
            (
                r#"{"success":false,"error_code":4711}"#,
                200,
                ErrorKind::Api,
            ),
            (
                r#"{"success":false,"error_code":500}"#,
                200,
                ErrorKind::Server,
            ),
            (
                r#"{"success":false,"error_code":0,"e_code":0,"message_code":""}"#,
                200,
                ErrorKind::Server,
            ),
            (r#"{"error":"no"}"#, 404, ErrorKind::InvalidRequest),
            ("{}", 403, ErrorKind::Permission),
            ("{}", 500, ErrorKind::Server),
        ] {
            assert_eq!(kind(json, status), expected, "{json} with HTTP {status}");
        }
    }
}

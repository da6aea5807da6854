//! Errors that the API reports.

use pancake_client::types::ApiError;

use super::kind::{classify, word};
use super::{Error, ErrorKind, Execution, bounded};

/// An error that the API reports, with the status it came with.
pub(crate) fn refused(api: ApiError, status: u16) -> Error {
    let kind = classify(&api, status);
    let execution = match kind {
        ErrorKind::Server => Execution::Unknown,
        ErrorKind::Channel if channel_failed(&api) => Execution::Unknown,
        _ => Execution::NotExecuted,
    };
    Error::new(kind, reason(&api))
        .with_execution(execution)
        .with_status(status, None)
        .with_api(bounded::api(api))
}

/// The first of the places for a text that has one.
fn reason(api: &ApiError) -> String {
    let listed = api.errors.iter().flatten().find_map(|error| {
        let detail = || error.extra.get("detail")?.as_str();
        error.message.as_deref().or_else(detail)
    });
    [
        api.message.as_deref(),
        api.error.as_deref(),
        listed,
        word(api),
    ]
    .into_iter()
    .flatten()
    .find(|text| !text.trim().is_empty())
    .unwrap_or("the API refused the call without a reason")
    .to_owned()
}

/// Whether the channel failed instead of refusing. Facebook knows 1 to come back for messages that went out, calls 2 and 1200
/// temporary, and says of none of them that nothing was sent.
fn channel_failed(api: &ApiError) -> bool {
    api.e_code
        .is_some_and(|code| matches!(code.get(), 1 | 2 | 1200))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_read_before_error_and_odd_ones_are_kept_as_text() {
        for (json, message) in [
            (r#"{"message":"a","error":"b"}"#, "a"),
            (r#"{"message":" ","error":"b"}"#, "b"),
            (r#"{"message":{"vi":"c"}}"#, r#"{"vi":"c"}"#),
            (r#"{"errors":[{"error_code":121},{"message":"d"}]}"#, "d"),
            (r#"{"errors":[{"detail":"Not Found"}]}"#, "Not Found"),
            (r#"{"message_code":"e"}"#, "e"),
            ("{}", "the API refused the call without a reason"),
        ] {
            let api = serde_json::from_str(json).unwrap();
            assert_eq!(refused(api, 200).message(), message, "{json}");
        }
    }
}

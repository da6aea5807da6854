//! Errors that the API reports.

use pancake_client::codes::read_original_error;
use pancake_client::types::ApiError;

use super::kind::{classify, word};
use super::{Error, bounded};

/// An error that the API reports, with the status it came with.
pub(crate) fn refused(mut api: ApiError, status: u16) -> Error {
    read_original_error(&mut api);
    let (kind, execution) = classify(&api, status);
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

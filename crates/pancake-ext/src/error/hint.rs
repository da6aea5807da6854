//! What to do about an error, in a sentence.

use pancake_client::Operation;
use pancake_client::codes::KnownFailure;

use super::{Error, ErrorKind, Execution};

pub(super) fn hint(error: &Error) -> &'static str {
    if error.has_newer_token() {
        return "The token was replaced, and the client has the new one by now. Nothing was executed: send it again.";
    }
    // An error of a look-up knows more than the call that needed it.
    let inner = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Error>());
    if let Some(inner) = inner {
        return hint(inner);
    }
    let known = error.api_error().and_then(KnownFailure::of);
    match known {
        // What the status says counts before a code of the channel.
        Some(row) if error.kind() != ErrorKind::Server => row.hint,
        _ => by_kind(error),
    }
}

/// Whether repeating the operation does no harm.
fn is_harmless(error: &Error) -> bool {
    let operation = error.operation().and_then(Operation::find);
    operation.is_some_and(|operation| operation.idempotent)
}

fn by_kind(error: &Error) -> &'static str {
    match (error.kind(), error.execution()) {
        (ErrorKind::Server | ErrorKind::Timeout | ErrorKind::Interrupted, _)
            if is_harmless(error) =>
        {
            "Try again later: repeating this call does no harm."
        }
        (_, Execution::Executed) => {
            "The call was carried out, only its answer could not be read: do not repeat it unless it is a read."
        }
        (ErrorKind::Server | ErrorKind::Timeout | ErrorKind::Interrupted, Execution::Unknown) => {
            "Reads can be tried again later. A send may have been carried out: read the last messages before you repeat it."
        }
        (ErrorKind::Configuration, _) => "Correct the settings of the client.",
        (ErrorKind::InvalidRequest, _) => "Correct the ids and parameters of the call.",
        (ErrorKind::Token, _) => {
            "Give the client a token that is valid for this operation and page."
        }
        (ErrorKind::Permission, _) => {
            "Ask an administrator of the page for the permission, or check its plan."
        }
        (ErrorKind::RateLimited, _) => {
            "Wait and try again: a page takes 5 calls a second, and often less. Nothing was executed."
        }
        (ErrorKind::Channel, Execution::Unknown) => {
            "The channel failed, and the message may have been sent: read the last messages before you repeat it."
        }
        (ErrorKind::Channel, _) => "The channel refused it: see the message.",
        (ErrorKind::Api, _) => "The API refused it: see the message and the code.",
        (ErrorKind::Server | ErrorKind::Timeout | ErrorKind::Interrupted, _) => "Try again later.",
        (ErrorKind::Connect, _) => {
            "Check the address, the network and the proxy. Nothing was sent, so trying again is safe."
        }
        (ErrorKind::Transport, _) => "See the message: it comes from a transport of your own.",
        (ErrorKind::Store, _) => "See the source of this error: the token store can't be used.",
        (ErrorKind::File, _) => {
            "Check the file: its path, its size, and that nobody writes it meanwhile. Nothing was uploaded."
        }
        (ErrorKind::Cancelled, Execution::NotExecuted) => {
            "It was cancelled before the whole file went out, so nothing was uploaded."
        }
        (ErrorKind::Cancelled, _) => {
            "It was cancelled after the whole file went out: it may have been stored, which does no harm."
        }
        (ErrorKind::InvalidAnswer, _) => {
            "Check the base URL; if it is right, the API has changed: report the operation and the place. Do not repeat a \
             send before you have read the last messages."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint_of(json: &str) -> &'static str {
        let api = serde_json::from_str(json).unwrap();
        let kind = crate::error::kind::classify(&api, 200).0;
        Error::new(kind, "").with_api(api).hint()
    }

    #[test]
    fn a_known_reason_gets_its_own_advice() {
        for (json, word) in [
            (r#"{"error_code":102}"#, "right kind"),
            (r#"{"error_code":105}"#, "list_pages"),
            (r#"{"e_code":10,"e_subcode":2018278}"#, "24 hours"),
            (r#"{"e_code":10,"e_subcode":3252001}"#, "much later"),
            (r#"{"e_code":551}"#, "reached"),
            (r#"{"e_code":100}"#, "gone"),
            (
                r#"{"message_code":"invalid_upload_fb_attachments_result"}"#,
                "upload it again",
            ),
            (r#"{"errors":[{"error_code":121}]}"#, "plan"),
        ] {
            assert!(hint_of(json).contains(word), "{json}: {}", hint_of(json));
        }
    }

    #[test]
    fn an_unknown_outcome_warns_against_a_second_send() {
        let error = Error::new(ErrorKind::Timeout, "").with_execution(Execution::Unknown);
        assert!(error.hint().contains("before you repeat"));
    }
}

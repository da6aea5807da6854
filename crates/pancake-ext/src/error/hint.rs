//! What to do about an error, in a sentence.

use pancake_client::ErrorCode;

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
    by_word(error)
        .or_else(|| by_code(error))
        .or_else(|| by_subcode(error))
        .unwrap_or_else(|| by_kind(error))
}

fn by_word(error: &Error) -> Option<&'static str> {
    match error.api_error()?.message_code.as_deref()? {
        "invalid_upload_fb_attachments_result" => {
            Some("The uploaded file has expired or was used already: upload it again, then send.")
        }
        _ => None,
    }
}

fn by_code(error: &Error) -> Option<&'static str> {
    let code = super::kind::own_code(error.api_error()?)?;
    Some(match code {
        ErrorCode::TOKEN_MISSING => "Give the client the token this operation takes.",
        ErrorCode::TOKEN_INVALID => {
            "Check that the token is complete and of the right kind: operations on pages take the token of that page, \
             list_pages and generate_page_access_token take the user token."
        }
        ErrorCode::SESSION_EXPIRED => "Log in to Pancake again and take a new user token.",
        ErrorCode::TOKEN_ROTATED => {
            "Someone minted a new token for this page: load the token in force from list_pages, and stop whatever mints \
             tokens on each start."
        }
        ErrorCode::PLAN_REFUSED => "The plan of the page does not include this: change the plan.",
        ErrorCode::SUBSCRIPTION_EXPIRED => "The subscription of the page has expired: renew it.",
        _ => return None,
    })
}

fn by_subcode(error: &Error) -> Option<&'static str> {
    let api = error.api_error()?;
    Some(match (api.e_code, api.e_subcode) {
        (_, Some(ErrorCode::CHANNEL_LIMIT)) => {
            "A limit of Facebook is reached: try again much later."
        }
        (_, Some(ErrorCode::CHANNEL_OUTSIDE_WINDOW)) | (Some(ErrorCode::CHANNEL_REFUSED), _) => {
            "Facebook allows messages for 24 hours after the customer wrote: wait until the customer writes again."
        }
        (Some(ErrorCode::CHANNEL_PERSON_UNAVAILABLE), _) => {
            "The person can't be reached on this channel: do not try again."
        }
        (Some(ErrorCode::CHANNEL_TARGET_GONE), _) => {
            "The post or comment is gone: do not try again."
        }
        _ => return None,
    })
}

fn by_kind(error: &Error) -> &'static str {
    match (error.kind(), error.execution()) {
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
        let kind = crate::error::kind::classify(&api, 200);
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

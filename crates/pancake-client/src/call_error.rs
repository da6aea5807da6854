//! The error of a generated call. progenitor's own prints headers, addresses and whole bodies.

use std::error::Error as StdError;
use std::fmt::{self, Write};

use serde_json::Value;

use crate::Failure;
use crate::carry::{Reported, TransportError, carried};
use crate::decode::DecodeError;
use crate::generated::Error;

/// Bytes of a text of the server.
const MESSAGE: usize = 1024;

/// Bytes of what is printed in the whole.
const SHOWN: usize = 4 * 1024;

/// Why a call of a generated operation failed.
///
/// Display and Debug show what the API reported (its text, 1 KiB at most, and its code) or what the transport says of it: no
/// token, no address, no body, and no line break of the server. So it can be logged as it is, also as a
/// `Box<dyn Error>`. The source is the transport's own error, if one gave it; through `pancake-ext` that is a
/// `pancake_ext::Error`, which `?` makes of this error in functions that return one.
///
/// ```
/// # fn f(error: pancake_client::CallError) {
/// match error.api_error() {
///     Some(api) => eprintln!("the API says {:?}", api.error_code),
///     None => eprintln!("it did not get that far: {error}"),
/// }
/// # }
/// ```
pub struct CallError(Box<Inner>);

struct Inner {
    error: Error<Failure>,
    text: String,
}

impl CallError {
    /// What the API reported, if it is that. Text in it is the server's: it can name customers.
    pub fn api_error(&self) -> Option<&Failure> {
        match &self.0.error {
            Error::ErrorResponse(response) => Some(response),
            Error::CommunicationError(error) => carried::<Reported>(error).map(Reported::api_error),
            _ => None,
        }
    }

    /// HTTP status of the answer, where it is an answer that failed; `pancake-ext` keeps it in its own error.
    pub fn status(&self) -> Option<u16> {
        match &self.0.error {
            Error::ErrorResponse(response) => Some(response.status().as_u16()),
            Error::UnexpectedResponse(response) => Some(response.status().as_u16()),
            Error::CommunicationError(error) => {
                carried::<DecodeError>(error).map(DecodeError::status)
            }
            _ => None,
        }
    }

    /// The error as progenitor makes it. **Its Debug and Display can show data of customers**: headers, the whole error of the
    /// API, the body of an answer.
    pub fn as_generated(&self) -> &Error<Failure> {
        &self.0.error
    }

    /// Takes progenitor's error out; see [`as_generated`](Self::as_generated).
    pub fn into_generated(self) -> Error<Failure> {
        self.0.error
    }

    /// What a transport gave in place of an answer.
    fn given(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        match &self.0.error {
            Error::CommunicationError(error) => {
                carried::<TransportError>(error).map(TransportError::given)
            }
            _ => None,
        }
    }
}

impl From<Error<Failure>> for CallError {
    fn from(error: Error<Failure>) -> Self {
        let error = match error {
            Error::CommunicationError(error) => Error::CommunicationError(error.without_url()),
            Error::ResponseBodyError(error) => Error::ResponseBodyError(error.without_url()),
            Error::InvalidUpgrade(error) => Error::InvalidUpgrade(error.without_url()),
            other => other,
        };
        let text = one_line(&text(&error), SHOWN);
        CallError(Box::new(Inner { error, text }))
    }
}

fn text(error: &Error<Failure>) -> String {
    match error {
        Error::InvalidRequest(reason) | Error::Custom(reason) => reason.clone(),
        Error::ErrorResponse(response) => {
            let status = response.status().as_u16();
            let reported = serde_json::to_value(&**response).unwrap_or_default();
            said(&reported, status)
        }
        Error::CommunicationError(error) => match carried::<TransportError>(error) {
            Some(given) => given.to_string(),
            None => error.to_string(),
        },
        Error::ResponseBodyError(error) | Error::InvalidUpgrade(error) => error.to_string(),
        Error::InvalidResponsePayload(_, error) => malformed(error),
        Error::UnexpectedResponse(response) => {
            format!(
                "the answer has an unexpected status ({})",
                response.status()
            )
        }
    }
}

/// What the API reported, in words: at the top of the error, or in the list of its errors.
fn said(reported: &Value, status: u16) -> String {
    let listed = reported.get("errors").and_then(Value::as_array);
    let all: Vec<&Value> = std::iter::once(reported)
        .chain(listed.into_iter().flatten())
        .collect();
    let text = first_text(&all, &["message", "error"])
        .or_else(|| first_text(&all, &["detail"]))
        .or_else(|| first_text(&[reported], &["message_code"]))
        .unwrap_or("the API refused the call without a reason");
    let text = one_line(text, MESSAGE);
    let code = first_code(&all, "error_code").or_else(|| first_code(&[reported], "e_code"));
    match code {
        Some(code) => format!("{text} (code {code}, HTTP {status})"),
        None => format!("{text} (HTTP {status})"),
    }
}

fn first_text<'a>(objects: &[&'a Value], keys: &[&str]) -> Option<&'a str> {
    let texts = |object: &&'a Value| {
        let object = *object;
        keys.iter().filter_map(move |key| object.get(key)?.as_str())
    };
    let mut all = objects.iter().flat_map(texts);
    all.find(|text| !text.trim().is_empty())
}

fn first_code(objects: &[&Value], key: &str) -> Option<i64> {
    let mut all = objects
        .iter()
        .filter_map(|object| object.get(key)?.as_i64());
    all.find(|code| *code != 0)
}

/// serde quotes from the body.
#[cfg(not(target_arch = "wasm32"))]
fn malformed(_: &serde_json::Error) -> String {
    "the answer does not have the expected form".to_owned()
}

/// In a browser it is a [`DecodeError`], as text.
#[cfg(target_arch = "wasm32")]
fn malformed(error: &serde_json::Error) -> String {
    error.to_string()
}

/// The text with its control characters escaped, cut to some `room` bytes.
fn one_line(text: &str, room: usize) -> String {
    let mut line = String::new();
    for sign in text.chars() {
        if line.len() >= room {
            line.push('…');
            break;
        }
        match sign.is_control() || matches!(sign, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            // Writing to a String cannot fail.
            true => _ = write!(line, "{}", sign.escape_default()),
            false => line.push(sign),
        }
    }
    line
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

/// That of the transport's error, if one gave it, which must be safe like its Display ([`Transport`](crate::Transport)); or the
/// text of Display, and what caused it.
impl fmt::Debug for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(given) = self.given() {
            return fmt::Debug::fmt(given, f);
        }
        let mut text = self.0.text.clone();
        let mut next = match self.source() {
            // It is what the text says already.
            Some(source) if source.to_string() == text => source.source(),
            other => other,
        };
        while let Some(cause) = next {
            text += &one_line(&format!(": {cause}"), MESSAGE);
            next = cause.source();
        }
        f.debug_tuple("CallError").field(&text).finish()
    }
}

impl StdError for CallError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        if let Some(given) = self.given() {
            return Some(given);
        }
        match &self.0.error {
            Error::CommunicationError(error)
            | Error::ResponseBodyError(error)
            | Error::InvalidUpgrade(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carry::into_reqwest;
    use crate::generated::{ResponseValue, types::ApiError};

    fn reported(json: &str) -> CallError {
        let api: ApiError = serde_json::from_str(json).unwrap();
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("set-cookie", "canary".parse().unwrap());
        let response = ResponseValue::new(api, reqwest::StatusCode::BAD_REQUEST, headers);
        Error::ErrorResponse(response).into()
    }

    fn shown(error: &CallError) -> String {
        format!("{error} {error:#} {error:?} {error:#?}")
    }

    #[test]
    fn what_the_api_reports_is_shown_by_its_text_and_code_alone() {
        let error = reported(
            r#"{"success":false,"error_code":102,"message":"no\n2026 ERROR","original_error":"canary","x":"canary"}"#,
        );
        assert_eq!(error.to_string(), r"no\n2026 ERROR (code 102, HTTP 400)");
        assert!(!shown(&error).contains("canary"), "{error:?}");
        assert_eq!(error.api_error().unwrap().extra["x"], "canary");
        assert_eq!(error.status(), Some(400));
        let long = reported(&format!(r#"{{"error":"{}"}}"#, "ế".repeat(100_000)));
        assert!(shown(&long).len() < 8 * MESSAGE && long.to_string().contains('…'));
        let silent = reported(r#"{"error_code":0,"message":""}"#).to_string();
        assert_eq!(
            silent,
            "the API refused the call without a reason (HTTP 400)"
        );
    }

    #[test]
    fn what_the_api_lists_as_errors_is_shown_too() {
        for (json, shown) in [
            (
                r#"{"errors":[{"error_code":121,"message":"no such page"}]}"#,
                "no such page (code 121, HTTP 400)",
            ),
            (
                r#"{"error_code":0,"message":" ","e_code":10,"errors":[{"message":""},{"detail":"Not\nFound"},{"error_code":7}]}"#,
                r"Not\nFound (code 7, HTTP 400)",
            ),
            (
                r#"{"error_code":102,"error":"first","errors":[{"error_code":121,"message":"second"}]}"#,
                "first (code 102, HTTP 400)",
            ),
            (
                r#"{"message_code":"word","e_code":10,"errors":[{}]}"#,
                "word (code 10, HTTP 400)",
            ),
        ] {
            assert_eq!(reported(json).to_string(), shown, "{json}");
        }
    }

    #[test]
    fn neither_a_body_nor_an_address_is_shown() {
        let bad = serde_json::from_str::<u8>("\"canary\"").unwrap_err();
        let error = CallError::from(Error::InvalidResponsePayload("canary".into(), bad));
        assert!(!shown(&error).contains("canary"), "{error:?}");
        let response = http::Response::builder()
            .status(302)
            .header("location", "canary");
        let response = response.body(reqwest::Body::from("canary")).unwrap();
        let error = CallError::from(Error::UnexpectedResponse(response.into()));
        assert!(!shown(&error).contains("canary"), "{error:?}");
        assert_eq!(error.status(), Some(302));
    }

    #[tokio::test]
    async fn what_a_transport_gave_speaks_for_itself_and_is_the_source() {
        #[derive(Debug, thiserror::Error)]
        #[error("mine, of page 7")]
        struct Mine;
        let error = CallError::from(Error::CommunicationError(
            into_reqwest(Box::new(Mine)).await,
        ));
        assert_eq!(
            (error.to_string(), format!("{error:?}")),
            ("mine, of page 7".into(), "Mine".into())
        );
        assert!(error.source().unwrap().is::<Mine>());
        assert!(error.api_error().is_none());

        let api: ApiError = serde_json::from_str(r#"{"error_code":7}"#).unwrap();
        let given = into_reqwest(Box::new(Reported::new(api, Mine))).await;
        let error = CallError::from(Error::CommunicationError(given));
        assert_eq!(
            (error.to_string(), format!("{error:?}")),
            ("mine, of page 7".into(), "Mine".into())
        );
        assert!(error.source().unwrap().is::<Mine>());
        assert_eq!(error.api_error().unwrap().error_code.unwrap().get(), 7);
    }
}

//! The error of a generated call, safe to print and to log.

use std::error::Error as StdError;
use std::fmt::{self, Write};

use serde_json::Value;

use crate::Failure;
use crate::decode::DecodeError;
use crate::operation::Operation;
use crate::transport::BoxError;

/// Bytes of a text of the server.
const MESSAGE: usize = 1024;

/// Bytes of what is printed in the whole.
const SHOWN: usize = 4 * 1024;

/// Why a call of a generated operation failed.
///
/// Display and Debug show what the API reported (its text, 1 KiB at most, and its code) or what the transport says of it: no
/// token, no address, no body, and no line break of the server. So it can be logged as it is, also as a
/// `Box<dyn Error>`. The source is the transport's own error, if it gave one; through `pancake-ext` that is a
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
    operation: Option<&'static Operation>,
    page_id: Option<String>,
    attempts: u32,
    reason: Reason,
}

/// What went wrong. [`CallError::into_reason`] gives it.
#[non_exhaustive]
pub enum Reason {
    /// An argument is missing or wrong. Nothing was sent.
    InvalidRequest(String),
    /// The server reported a failure with this HTTP status.
    Api(Box<Failure>, u16),
    /// The response does not have the expected form.
    Decode(Box<DecodeError>),
    /// The response has a status that the operation does not have.
    Status(u16),
    /// The transport failed, and says here why; with what the API reported, if it knows.
    Transport(BoxError, Option<Box<Failure>>),
}

impl CallError {
    /// The error of a transport. Neither Display nor Debug of `error` may show a token or an address with its query.
    pub fn from_transport(error: impl Into<BoxError>) -> Self {
        CallError::new(Reason::Transport(error.into(), None))
    }

    /// Adds what the API reported, for a transport that has read it.
    #[must_use]
    pub fn with_api_error(mut self, api: Failure) -> Self {
        if let Reason::Transport(_, known) = &mut self.0.reason {
            *known = Some(Box::new(api));
        }
        self
    }

    pub(crate) fn new(reason: Reason) -> Self {
        CallError(Box::new(Inner {
            operation: None,
            page_id: None,
            attempts: 0,
            reason,
        }))
    }

    pub(crate) fn of(mut self, operation: &'static Operation, page_id: Option<&str>) -> Self {
        self.0.operation = Some(operation);
        self.0.page_id = page_id.map(str::to_owned);
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// The operation.
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// The page the call was about, if it was about one.
    pub fn page_id(&self) -> Option<&str> {
        self.0.page_id.as_deref()
    }

    /// How many requests were sent before a response that could not be used; 0 if the transport failed or nothing was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What the API reported, if it is that. Text in it is the server's: it can name customers.
    pub fn api_error(&self) -> Option<&Failure> {
        match &self.0.reason {
            Reason::Api(api, _) | Reason::Transport(_, Some(api)) => Some(api),
            _ => None,
        }
    }

    /// HTTP status of a response that failed here; `pancake-ext` keeps that of its own errors in them.
    pub fn status(&self) -> Option<u16> {
        match &self.0.reason {
            Reason::Api(_, status) | Reason::Status(status) => Some(*status),
            Reason::Decode(error) => Some(error.status()),
            _ => None,
        }
    }

    /// What went wrong, to look at.
    pub fn reason(&self) -> &Reason {
        &self.0.reason
    }

    /// What went wrong, to take out.
    pub fn into_reason(self) -> Reason {
        self.0.reason
    }
}

/// reqwest prints the address, and with it the token: it is taken out.
impl From<reqwest::Error> for CallError {
    fn from(error: reqwest::Error) -> Self {
        CallError::from_transport(error.without_url())
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

/// The text with its control characters escaped, cut to some `room` bytes.
fn one_line(text: &str, room: usize) -> String {
    let mut line = String::new();
    for character in text.chars() {
        if line.len() >= room {
            line.push('…');
            break;
        }
        match character.is_control()
            || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            // Writing to a String cannot fail.
            true => _ = write!(line, "{}", character.escape_default()),
            false => line.push(character),
        }
    }
    line
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::InvalidRequest(reason) => f.write_str(reason),
            Reason::Api(api, status) => {
                let reported = serde_json::to_value(api).unwrap_or_default();
                f.write_str(&said(&reported, *status))
            }
            Reason::Decode(error) => error.fmt(f),
            Reason::Status(status) => write!(f, "the response has an unexpected status ({status})"),
            Reason::Transport(error, _) => error.fmt(f),
        }
    }
}

/// The text of Display: bodies and what the API reported in the whole are not shown.
impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reason({self})")
    }
}

/// With the operation in front where nothing was sent; a transport's error names its operation itself.
impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.reason.to_string();
        let text = match (&self.0.reason, self.0.operation) {
            (Reason::InvalidRequest(_), Some(operation)) => format!("{}: {text}", operation.id),
            _ => text,
        };
        f.write_str(&one_line(&text, SHOWN))
    }
}

/// That of the transport's error, if it gave one, or the text of Display and what caused it.
impl fmt::Debug for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.reason {
            // Display of reqwest leaves the causes out, and its Debug shows nothing but them once the address is gone.
            Reason::Transport(error, _) => fmt::Debug::fmt(error, f),
            _ => f.debug_tuple("CallError").field(&self.to_string()).finish(),
        }
    }
}

impl StdError for CallError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.reason {
            Reason::Transport(error, _) => Some(error.as_ref()),
            Reason::Decode(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::types::ApiError;

    fn reported(json: &str) -> CallError {
        let api: ApiError = serde_json::from_str(json).unwrap();
        CallError::new(Reason::Api(Box::new(api), 400))
    }

    fn shown(error: &CallError) -> String {
        format!("{error} {error:#} {error:?} {error:#?}")
    }

    #[test]
    fn api_error_shows_its_text_and_code_alone() {
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
    fn listed_api_errors_are_shown() {
        let all = r#"{"error_code":0,"message":" ","e_code":10,"errors":[{"message":""},{"detail":"Not\nFound"},{"error_code":7}]}"#;
        let both = r#"{"error_code":102,"error":"first","errors":[{"error_code":121,"message":"second"}]}"#;
        let listed = r#"{"errors":[{"error_code":121,"message":"no such page"}]}"#;
        let word = r#"{"message_code":"word","e_code":10,"errors":[{}]}"#;
        for (json, shown) in [
            (listed, "no such page (code 121, HTTP 400)"),
            (all, r"Not\nFound (code 7, HTTP 400)"),
            (both, "first (code 102, HTTP 400)"),
            (word, "word (code 10, HTTP 400)"),
        ] {
            assert_eq!(reported(json).to_string(), shown, "{json}");
        }
    }

    #[test]
    fn transport_error_speaks_for_itself_and_is_the_source() {
        #[derive(Debug)]
        struct Mine;
        impl fmt::Display for Mine {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("mine, of page 7")
            }
        }
        impl StdError for Mine {}
        let api: ApiError = serde_json::from_str(r#"{"error_code":7}"#).unwrap();
        let error = CallError::from_transport(Mine).with_api_error(api);
        assert_eq!(
            (error.to_string(), format!("{error:?}")),
            ("mine, of page 7".into(), "Mine".into())
        );
        assert!(error.source().unwrap().is::<Mine>());
        assert_eq!(error.api_error().unwrap().error_code.unwrap().get(), 7);
    }
}

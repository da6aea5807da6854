//! Decoding of responses, with errors that show no value of the body.

use bytes::Bytes;
use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

use crate::Failure;
use crate::call_error::Reason;
use crate::transport::Response;

/// A response whose form is not the expected one.
///
/// Display and Debug show the place and what was expected there, never a value of the response.
#[derive(Clone)]
pub struct DecodeError {
    path: String,
    what: String,
    complete: bool,
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Bytes,
}

impl DecodeError {
    /// Where in the response, such as `conversations[3].tags[0].id`; empty if it is not JSON at all.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the response is whole: JSON from its beginning to its end, only of another form.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// HTTP status of the response.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Headers of the response.
    pub fn headers(&self) -> &reqwest::header::HeaderMap {
        &self.headers
    }

    /// The whole response. It can hold tokens and data of customers: keep it out of logs.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    fn at(&self) -> String {
        if self.path.is_empty() {
            String::new()
        } else {
            format!(" at {}", self.path)
        }
    }
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the response does not have the expected form{}: {}",
            self.at(),
            self.what
        )
    }
}

impl std::error::Error for DecodeError {}

impl std::fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecodeError")
            .field("path", &self.path)
            .field("what", &self.what)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// What some editors and servers put in front of a text; JSON has no place for it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Decodes the body.
fn json<T: DeserializeOwned>(response: &Response) -> Result<T, Reason> {
    let body = match response.status {
        // An operation without a result.
        StatusCode::NO_CONTENT => b"null",
        _ => without_mark(&response.body),
    };
    serde_json::from_slice(body).map_err(|error| {
        let (path, what) = explain::<T>(body, &error);
        Reason::Decode(Box::new(DecodeError {
            path,
            what,
            complete: error.classify() == Category::Data,
            status: response.status.as_u16(),
            headers: response.headers.clone(),
            body: response.body.clone(),
        }))
    })
}

/// Decodes a response that has to be a success.
pub(crate) fn success<T: DeserializeOwned>(response: &Response) -> Result<T, Reason> {
    match response.status.is_success() {
        true => json(response),
        false => Err(Reason::Status(response.status.as_u16())),
    }
}

/// What the server reports with an error status.
pub(crate) fn failure(response: &Response) -> Reason {
    match json::<Failure>(response) {
        Ok(api) => Reason::Api(Box::new(api), response.status.as_u16()),
        Err(reason) => reason,
    }
}

fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

/// Place and reason of a failure, without any value of the response. Decodes a second time, to learn the path: failures
/// are rare, and tracking it always would slow every response down.
fn explain<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> (String, String) {
    let place = format!("line {} column {}", error.line(), error.column());
    let path = match serde_path_to_error::deserialize::<_, T>(
        &mut serde_json::Deserializer::from_slice(body),
    ) {
        Err(error) => shown(error.path()),
        _ => String::new(),
    };
    let what = match error.classify() {
        Category::Eof => "the response ends too early".to_owned(),
        Category::Syntax | Category::Io => "the response is not JSON".to_owned(),
        Category::Data => without_values(&error.to_string()),
    };
    (path, format!("{what} ({place})"))
}

/// The path as text. Keys of maps are data, such as phone numbers, and shown as `*`; names of fields are plain words.
fn shown(path: &serde_path_to_error::Path) -> String {
    let mut text = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => text += &format!("[{index}]"),
            Segment::Map { key } => {
                let field = key.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'));
                text += if text.is_empty() { "" } else { "." };
                text += if field { key } else { "*" };
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    text
}

/// Keeps of serde's message what is about our types and drops what it quotes from the response.
fn without_values(message: &str) -> String {
    let message = message
        .rsplit_once(" at line ")
        .map_or(message, |(message, _)| message);
    let own = [
        "missing field",
        "data did not match any variant",
        "duplicate field",
    ];
    if own.iter().any(|start| message.starts_with(start)) {
        return message.to_owned();
    }
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => "a value is not valid".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types;

    fn decode<T: DeserializeOwned>(body: &'static str) -> Result<T, Box<DecodeError>> {
        json(&Response::json(body)).map_err(|reason| match reason {
            Reason::Decode(error) => error,
            other => panic!("{other}"),
        })
    }

    #[test]
    fn error_names_the_place_and_hides_values() {
        let body = r#"{"categorized":{"activated":[{"id":"1","users":"canary"}]}}"#;
        let error = decode::<types::PageList>(body).unwrap_err();
        let shown = format!("{error} {error:?} {error:#}");
        assert!(shown.contains("categorized.activated[0]"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
        assert_eq!(error.body(), body.as_bytes());
        assert!(!format!("{error:?}").contains("canary"));
    }

    #[test]
    fn byte_order_mark_is_skipped() {
        let body = "\u{feff}{\"success\":true}";
        let decoded = decode::<types::Acknowledgement>(body).unwrap();
        assert_eq!(decoded.success, Some(true));
    }

    #[test]
    fn keys_that_are_data_are_hidden() {
        let body = r#"{"reports_by_phone":{"0900000001":"x"}}"#;
        let error = decode::<types::MessageList>(body).unwrap_err();
        let shown = format!("{error:#}");
        assert!(shown.contains("reports_by_phone.*"), "{shown}");
        assert!(!shown.contains("0900000001"), "{shown}");
    }

    #[test]
    fn body_that_is_not_json_is_not_shown() {
        for (body, expected) in [
            ("<html>canary", "not JSON"),
            (r#"{"pages":["canary"#, "ends too early"),
        ] {
            let shown = format!("{:#}", decode::<types::PageList>(body).unwrap_err());
            assert!(
                shown.contains(expected) && !shown.contains("canary"),
                "{shown}"
            );
        }
    }
}

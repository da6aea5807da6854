//! Decoding of answers. xtask puts [`from_response`] where progenitor calls its own function, because that one shows
//! the whole body, tokens included, in its error.

use bytes::Bytes;
use progenitor_client::{Error, ResponseValue};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

/// An answer whose form is not the expected one.
///
/// Display and Debug show the place and what was expected there, never a value of the answer.
#[derive(Clone, thiserror::Error)]
#[error("the answer does not have the expected form{}: {what}", self.at())]
pub struct DecodeError {
    path: String,
    what: String,
    complete: bool,
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Bytes,
}

impl DecodeError {
    /// Where in the answer, such as `conversations[3].tags[0].id`; empty if it is not JSON at all.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the answer is whole: JSON from its beginning to its end, only of another form.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// HTTP status of the answer.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Headers of the answer.
    pub fn headers(&self) -> &reqwest::header::HeaderMap {
        &self.headers
    }

    /// The whole answer. It can hold tokens and data of customers: keep it out of logs.
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

/// Reads and decodes an answer.
pub(crate) async fn from_response<T: DeserializeOwned, E>(
    response: reqwest::Response,
) -> Result<ResponseValue<T>, Error<E>> {
    let status = response.status();
    let headers = response.headers().clone();
    let body = response
        .bytes()
        .await
        .map_err(|error| Error::ResponseBodyError(error.without_url()))?;
    let body = match body.starts_with(BYTE_ORDER_MARK) {
        true => body.slice(BYTE_ORDER_MARK.len()..),
        false => body,
    };
    match serde_json::from_slice(&body) {
        Ok(value) => Ok(ResponseValue::new(value, status, headers)),
        Err(error) => {
            let (path, what) = explain::<T>(&body, &error);
            let error = DecodeError {
                path,
                what,
                complete: error.classify() == Category::Data,
                status: status.as_u16(),
                headers,
                body,
            };
            Err(carry(error).await)
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
async fn carry<E>(error: DecodeError) -> Error<E> {
    Error::CommunicationError(crate::carry::into_reqwest(Box::new(error)).await)
}

/// In a browser the error is text, and the body stays behind.
#[cfg(target_arch = "wasm32")]
async fn carry<E>(error: DecodeError) -> Error<E> {
    Error::InvalidResponsePayload(Bytes::new(), serde::de::Error::custom(error))
}

/// Place and reason of a failure, without any value of the answer. Decodes a second time, to learn the path: failures
/// are rare, and tracking it always would slow every answer down.
fn explain<T: DeserializeOwned>(body: &[u8], error: &serde_json::Error) -> (String, String) {
    let place = format!("line {} column {}", error.line(), error.column());
    let path = match serde_path_to_error::deserialize::<_, T>(
        &mut serde_json::Deserializer::from_slice(body),
    ) {
        Err(error) => shown(error.path()),
        _ => String::new(),
    };
    let what = match error.classify() {
        Category::Eof => "the answer ends too early".to_owned(),
        Category::Syntax | Category::Io => "the answer is not JSON".to_owned(),
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

/// Keeps of serde's message what is about our types and drops what it quotes from the answer.
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

    async fn decode(body: &'static str) -> Error<()> {
        let response = http::Response::new(reqwest::Body::from(body)).into();
        from_response::<types::PageList, ()>(response)
            .await
            .unwrap_err()
    }

    #[tokio::test]
    async fn a_decoding_error_names_the_place_and_hides_every_value() {
        let body = r#"{"categorized":{"activated":[{"id":"1","users":"canary"}]}}"#;
        let error = decode(body).await;
        let shown = format!("{error} {error:?} {error:#}");
        assert!(shown.contains("categorized.activated[0]"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
        let error = crate::carried::<DecodeError>(&error).unwrap();
        assert_eq!(error.body(), body.as_bytes());
        assert!(!format!("{error:?}").contains("canary"));
    }

    #[tokio::test]
    async fn a_byte_order_mark_is_no_part_of_an_answer() {
        let body = "\u{feff}{\"success\":true}";
        let response = http::Response::new(reqwest::Body::from(body)).into();
        let answer = from_response::<types::Acknowledgement, ()>(response).await;
        assert_eq!(answer.unwrap().success, Some(true));
    }

    #[tokio::test]
    async fn keys_that_are_data_are_not_part_of_the_place() {
        let body = r#"{"reports_by_phone":{"0900000001":"x"}}"#;
        let response = http::Response::new(reqwest::Body::from(body)).into();
        let error = from_response::<types::MessageList, ()>(response)
            .await
            .unwrap_err();
        let shown = format!("{error:#}");
        assert!(shown.contains("reports_by_phone.*"), "{shown}");
        assert!(!shown.contains("0900000001"), "{shown}");
    }

    #[tokio::test]
    async fn a_body_that_is_not_json_says_so_and_is_not_shown() {
        for (body, expected) in [
            ("<html>canary", "not JSON"),
            (r#"{"pages":["canary"#, "ends too early"),
        ] {
            let shown = format!("{:#}", decode(body).await);
            assert!(
                shown.contains(expected) && !shown.contains("canary"),
                "{shown}"
            );
        }
    }
}

//! What an operation answers, before faults touch it.
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

/// What an operation comes to; a refusal is an answer too.
pub(crate) type Outcome = Result<Answer, Answer>;

/// Status, content type and body.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
    /// The status of this failure where failures have one; the real API answers 200.
    pub(crate) honest_status: Option<StatusCode>,
}

pub(crate) const JSON: &str = "application/json; charset=utf-8";
pub(crate) const HTML: &str = "text/html; charset=utf-8";

impl Answer {
    /// What an operation answers that has done what it was asked.
    #[expect(clippy::unnecessary_wraps, reason = "the last line of every operation")]
    pub(crate) fn ok(value: Value) -> Outcome {
        Ok(Self::json(&value))
    }

    /// A failure with a code, in place of whatever was to come.
    pub(crate) fn refuse<T>(code: u16, message: &str) -> Result<T, Self> {
        Err(Self::failure(code, message))
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self::with_status(StatusCode::OK, value)
    }

    pub(crate) fn with_status(status: StatusCode, value: &Value) -> Self {
        Self {
            status,
            content_type: JSON,
            headers: Vec::new(),
            body: value.to_string().into(),
            honest_status: None,
        }
    }

    pub(crate) fn html(status: StatusCode, text: &str) -> Self {
        let body = format!(
            "<!DOCTYPE html>\n<html><head><title>Pancake</title></head><body><h1>{text}</h1></body></html>\n"
        );
        Self {
            status,
            content_type: HTML,
            headers: Vec::new(),
            body: body.into(),
            honest_status: None,
        }
    }

    /// A failure with a code (docs/behaviour.md#error-codes).
    pub(crate) fn failure(code: u16, message: &str) -> Self {
        let honest = match code {
            101..=103 | 105 | 106 => StatusCode::UNAUTHORIZED,
            107 | 121 | 122 => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_REQUEST,
        };
        Self::failed(
            honest,
            &json!({"success": false, "error_code": code, "message": message}),
        )
    }

    /// A failure of any other shape.
    pub(crate) fn failed(honest: StatusCode, body: &Value) -> Self {
        Self {
            honest_status: Some(honest),
            ..Self::json(body)
        }
    }

    /// Nothing was executed.
    pub(crate) fn is_refusal(&self) -> bool {
        self.honest_status.is_some()
            || self.status.is_client_error()
            || self.status.is_server_error()
    }

    /// HTTP 429 is how it is mostly seen; inside HTTP 200 it is a fault to ask for.
    pub(crate) fn too_many_requests() -> Self {
        let body = json!({"message": "Too many requests", "success": false, "error_code": 429});
        Self::with_status(StatusCode::TOO_MANY_REQUESTS, &body)
    }
}

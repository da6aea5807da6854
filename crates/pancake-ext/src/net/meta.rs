//! What our transport knows of a call and the decoding of its answer does not: it travels in headers of the answer, from the end
//! of the transport to the error of an answer that does not decode.

use http::{HeaderMap, HeaderName, HeaderValue};
use pancake_client::Operation;

use crate::error::Error;
use crate::net::scrub::REQUEST_ID;

const OPERATION: HeaderName = HeaderName::from_static("x-pancake-ext-operation");
const PAGE: HeaderName = HeaderName::from_static("x-pancake-ext-page");
const ATTEMPTS: HeaderName = HeaderName::from_static("x-pancake-ext-attempts");

/// Facts about a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meta {
    pub(crate) operation: Option<String>,
    pub(crate) page_id: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<String>,
}

impl Meta {
    /// Writes everything but what the server's own headers say.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let texts = [
            (OPERATION, self.operation.clone()),
            (PAGE, self.page_id.clone()),
            (ATTEMPTS, Some(self.attempts.to_string())),
        ];
        for (name, text) in texts {
            // An id with control characters cannot be a header; the error then lacks it.
            if let Some(value) = text.and_then(|text| HeaderValue::from_bytes(text.as_bytes()).ok())
            {
                headers.insert(name, value);
            }
        }
    }

    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let text = |name: &HeaderName| {
            let value = headers.get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Meta {
            operation: text(&OPERATION),
            page_id: text(&PAGE),
            attempts: text(&ATTEMPTS)
                .and_then(|text| text.parse().ok())
                .unwrap_or(0),
            request_id: text(&REQUEST_ID),
            retry_after: text(&http::header::RETRY_AFTER),
        }
    }

    /// Tells an error what is known of its call.
    pub(crate) fn name(&self, error: Error) -> Error {
        let error = match error.status() {
            Some(status) => error.with_status(status, self.request_id.clone()),
            None => error,
        };
        let error = error.with_attempts(self.attempts).with_retry_after(
            self.retry_after
                .as_deref()
                .and_then(super::retry_after::parse),
        );
        match self.operation.as_deref().and_then(Operation::find) {
            Some(operation) => error.of(operation, self.page_id.as_deref()),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_survive_the_way_through_headers() {
        let meta = Meta {
            operation: Some("list_tags".into()),
            page_id: Some("tt_0:1@x số".into()),
            attempts: 3,
            ..Meta::default()
        };
        let mut headers = HeaderMap::new();
        meta.write(&mut headers);
        assert_eq!(Meta::read(&headers), meta);
    }
}

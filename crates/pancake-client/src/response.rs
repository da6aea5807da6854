//! What a generated call gives: the decoded body, with status and headers.

use std::ops::Deref;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::transport::Response;

/// A decoded response. It derefs to the value; [`into_inner`](Self::into_inner) takes it out.
#[derive(Clone, Debug)]
pub struct ResponseValue<T> {
    inner: T,
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
}

impl<T> ResponseValue<T> {
    pub(crate) fn new(inner: T, response: Response) -> Self {
        ResponseValue {
            inner,
            status: response.status,
            headers: response.headers,
            attempts: response.attempts,
        }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// How many requests the transport has sent for it.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Headers of the response, as far as the transport lets them through.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

//! Settings that can differ from call to call.

use std::time::Duration;

use http::header::CONTENT_LENGTH;
use reqwest::{Body, Request};

use crate::net::retry::RetryPolicy;

/// Time for one request and its answer, if its body is small.
const SMALL: Duration = Duration::from_secs(30);
/// A connection that is slower than this can't send large files in the time they get by themselves, in bytes a second.
const SLOWEST: u64 = 128 * 1024;
/// What a body may be whose size nobody knows: the largest file that any channel is documented to take.
const UNKNOWN: u64 = 100 * 1024 * 1024;

/// Settings that can differ from call to call. [`Pancake::with_options`](crate::Pancake::with_options) takes them.
///
/// The time to connect is none of them: connections belong to the client, which all its calls share, so it is set once, by
/// [`PancakeBuilder::connect_timeout`](crate::PancakeBuilder::connect_timeout). `attempt_timeout` bounds it from above.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallOptions {
    pub(crate) retry: RetryPolicy,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) call_timeout: Option<Duration>,
}

impl CallOptions {
    /// How often a failed call is tried again.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Time for one request and the whole of its answer. If not given: 30 seconds, and one more for each 128 KiB that is
    /// sent, which only uploads come to feel (a file of 25 MiB has 230 seconds, one whose size nobody knows 830). A time
    /// that is given holds for uploads as it is; [`UploadRequest::attempt_timeout`](crate::UploadRequest::attempt_timeout)
    /// gives a single one another.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Time for a call in all, with waiting and retries; no bound if not given.
    #[must_use]
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = Some(timeout);
        self
    }

    /// Time for this request and the whole of its answer.
    pub(crate) fn time_for(&self, request: &Request) -> Duration {
        self.time_for_body(body_size(request))
    }

    /// Time for one request with a body of so many bytes.
    fn time_for_body(&self, size: u64) -> Duration {
        self.attempt_timeout
            .unwrap_or_else(|| SMALL + Duration::from_secs(size / SLOWEST))
    }

    /// Time for opening a file of this size before it is sent.
    pub(crate) fn time_to_open(&self, size: Option<u64>) -> Duration {
        let attempt = self.time_for_body(size.unwrap_or(UNKNOWN));
        self.call_timeout.map_or(attempt, |call| call.min(attempt))
    }
}

/// How much is to be sent. A stream says so in a header, if it knows.
fn body_size(request: &Request) -> u64 {
    let Some(body) = request.body() else { return 0 };
    if let Some(bytes) = Body::as_bytes(body) {
        return bytes.len() as u64;
    }
    let length = request.headers().get(CONTENT_LENGTH);
    length
        .and_then(|length| length.to_str().ok()?.parse().ok())
        .unwrap_or(UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::multipart::{Form, Part};

    fn upload(part: Part) -> Request {
        let http = pancake_client::http_client_builder().unwrap();
        let request = http.build().unwrap().post("http://127.0.0.1");
        let form = Form::new().part("file", part);
        request.multipart(form).build().unwrap()
    }

    fn seconds(options: &CallOptions, request: &Request) -> u64 {
        options.time_for(request).as_secs()
    }

    #[test]
    fn a_large_body_has_more_time_unless_a_time_was_given() {
        let options = CallOptions::default();
        let get = Request::new(http::Method::GET, "http://127.0.0.1".parse().unwrap());
        assert_eq!(seconds(&options, &get), 30);
        assert_eq!(seconds(&options, &upload(Part::text("small"))), 30);
        let large = upload(Part::stream_with_length("never read", 25 << 20));
        assert_eq!(seconds(&options, &large), 230);
        let stream = futures_util::stream::iter([Ok::<_, std::convert::Infallible>("x")]);
        let unknown = upload(Part::stream(Body::wrap_stream(stream)));
        assert_eq!(seconds(&options, &unknown), 830);
        let given = options.attempt_timeout(Duration::from_secs(7));
        assert_eq!(seconds(&given, &large), 7);
    }
}

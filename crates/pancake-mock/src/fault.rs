//! What can go wrong on request: the kinds of faults, and when one fires.
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::{
    answer::{Answer, JSON},
    operation::{Operation, TokenKind},
    request::Request,
};

/// One way in which a call goes wrong.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The page token is replaced before the call is looked at: code 105 for who has the old one.
    RotateToken,
    /// Too many requests; the call is not executed.
    TooManyRequests {
        /// As HTTP 200 with the code in the body, instead of HTTP 429.
        in_body: bool,
        /// The value of a `Retry-After` header, in seconds. The real API sends none.
        retry_after: Option<u64>,
    },
    /// HTTP 500; the call is not executed.
    InternalError,
    /// HTTP 502 with HTML; the call is not executed.
    BadGatewayHtml,
    /// HTTP 504 with HTML, after the call was executed.
    GatewayTimeoutAfterStore,
    /// The connection is reset after the head of the request: the body is not read, the call not
    /// executed.
    ResetBefore,
    /// The call is executed, then the connection is reset without an answer.
    ResetAfter,
    /// The head of the answer and half of its body, then the connection closes.
    TruncatedBody,
    /// An answer whose JSON is broken, after the call was executed.
    InvalidJson,
    /// The right body as `text/html`.
    WrongContentType,
    /// The answer begins, and the rest of its head comes later.
    SlowHeaders(Duration),
    /// The head at once, the body in ten pieces spread over the time.
    SlowBody(Duration),
    /// A body that never ends.
    EndlessBody,
    /// HTTP 302 to another host.
    Redirect(String),
    /// A list answers the rows up to its cursor again, so that the cursor does not move.
    StuckCursor,
    /// A page begins with rows of the page before.
    RepeatedRows,
    /// A page has half of its rows, and more follow.
    ShortPage,
    /// A page has no rows, and more follow.
    EmptyPage,
    /// `{"success":false,"message":"An error occurred. Please try again later."}` with HTTP 200.
    ErrorWithoutCode,
    /// HTTP 200 with `success: false` and this code; the call is not executed.
    ErrorCode(u16),
    /// HTTP 200 with `success: false` and this text as `message`, without any code; the call is not executed. Met so:
    /// "Too many requests", "Invalid access_token", "access_token renewed please use new access_token",
    /// "Since must be provided with until", "(#10) …", "(#551) …".
    ErrorText(String),
    /// HTTP 200 with `success: false`, and the reason in `original_error` alone; the call is not executed. Met as a text, as
    /// JSON in a text, and as `{"error":{"code":10,"error_subcode":2018278,"message":"…"}}`; code 10900: the comment has a
    /// private reply already.
    OriginalError(Value),
    /// A customer writes before the call is looked at, so that a list changes between two of its pages. The call itself
    /// goes well.
    Arrival {
        /// Where; none: a new customer.
        conversation: Option<String>,
        /// What.
        text: String,
    },
    /// The first row of the list vanishes before the call is looked at, so that those behind it shift up between two
    /// pages. Of customers it is the newest one, with the conversation. The call itself goes well.
    Vanish,
    /// Any answer instead of the real one; the call is not executed.
    Answer {
        /// HTTP status.
        status: u16,
        /// `content-type`.
        content_type: String,
        /// The body.
        body: String,
    },
}

/// An hour.
const HOUR: Duration = Duration::from_secs(3_600);

/// Lists the kinds: the pattern, the name, and one of the kind. A kind that is not listed does not compile.
macro_rules! kinds {
    ($($kind:pat => $name:literal, $one:expr;)*) => {
        impl FaultKind {
            /// The name in files, in the control endpoint and in the journal.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $($kind => $name,)*
                }
            }

            /// One of each kind, for tests that leave none out.
            #[must_use]
            pub fn one_of_each() -> Vec<Self> {
                vec![$($one,)*]
            }
        }
    };
}

kinds! {
    Self::RotateToken => "rotate_token", Self::RotateToken;
    Self::TooManyRequests { .. } => "too_many_requests", Self::TooManyRequests { in_body: false, retry_after: None };
    Self::InternalError => "internal_error", Self::InternalError;
    Self::BadGatewayHtml => "bad_gateway_html", Self::BadGatewayHtml;
    Self::GatewayTimeoutAfterStore => "gateway_timeout_after_store", Self::GatewayTimeoutAfterStore;
    Self::ResetBefore => "reset_before", Self::ResetBefore;
    Self::ResetAfter => "reset_after", Self::ResetAfter;
    Self::TruncatedBody => "truncated_body", Self::TruncatedBody;
    Self::InvalidJson => "invalid_json", Self::InvalidJson;
    Self::WrongContentType => "wrong_content_type", Self::WrongContentType;
    Self::SlowHeaders(_) => "slow_headers", Self::SlowHeaders(HOUR);
    Self::SlowBody(_) => "slow_body", Self::SlowBody(HOUR);
    Self::EndlessBody => "endless_body", Self::EndlessBody;
    Self::Redirect(_) => "redirect", Self::Redirect(String::from("http://127.0.0.1:9"));
    Self::StuckCursor => "stuck_cursor", Self::StuckCursor;
    Self::RepeatedRows => "repeated_rows", Self::RepeatedRows;
    Self::ShortPage => "short_page", Self::ShortPage;
    Self::EmptyPage => "empty_page", Self::EmptyPage;
    Self::ErrorWithoutCode => "error_without_code", Self::ErrorWithoutCode;
    Self::ErrorCode(_) => "error_code", Self::ErrorCode(102);
    Self::ErrorText(_) => "error_text", Self::ErrorText(String::from("Too many requests"));
    Self::OriginalError(_) => "original_error", Self::OriginalError(json!({"error": {"code": 10, "error_subcode": 2_018_278, "message": "(#10) Outside of allowed window"}}));
    Self::Vanish => "vanish", Self::Vanish;
    Self::Arrival { .. } => "arrival", Self::Arrival { text: String::from("còn hàng không ạ?"), conversation: None };
    Self::Answer { .. } => "answer", Self::Answer { status: 502, content_type: String::from("text/html"), body: String::from("<html>") };
}

impl FaultKind {
    fn problem(&self) -> Option<String> {
        let no_header = |text: &str| HeaderValue::from_str(text).is_err();
        match self {
            // Below 200 are answers that another one follows.
            Self::Answer { status, .. } if !(200..=599).contains(status) => {
                Some(format!("`status` is between 200 and 599, not {status}"))
            }
            Self::Answer { content_type, .. }
                if no_header(content_type) || content_type.is_empty() =>
            {
                Some("`content_type` can be no header".to_owned())
            }
            Self::Redirect(to) if no_header(to) || to.is_empty() => {
                Some("`to` can be no header".to_owned())
            }
            _ => None,
        }
    }

    /// The answer of a fault that keeps the call from being executed.
    pub(crate) fn instead(&self) -> Option<Answer> {
        let json = |value: Value| Some(Answer::json(&value));
        match self {
            Self::TooManyRequests {
                in_body,
                retry_after,
            } => {
                let mut answer = Answer::too_many_requests();
                if *in_body {
                    answer.status = StatusCode::OK;
                }
                let retry_after = retry_after.map(|seconds| ("retry-after", seconds.to_string()));
                answer.headers.extend(retry_after);
                Some(answer)
            }
            Self::InternalError => Some(Answer::html(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Internal Server Error",
            )),
            Self::BadGatewayHtml => Some(Answer::html(StatusCode::BAD_GATEWAY, "502 Bad Gateway")),
            Self::Redirect(to) => {
                let mut answer = Answer::html(StatusCode::FOUND, "Found");
                answer.headers.push(("location", to.clone()));
                Some(answer)
            }
            Self::ErrorWithoutCode => json(json!({
                "success": false,
                "message": "An error occurred. Please try again later.",
            })),
            Self::ErrorCode(code) => json(json!({
                "success": false,
                "error_code": code,
                "message": "Scripted failure",
            })),
            Self::ErrorText(text) => json(json!({"success": false, "message": text})),
            Self::OriginalError(error) => json(json!({"success": false, "original_error": error})),
            Self::Answer {
                status,
                content_type,
                body,
            } => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::OK);
                let mut answer = Answer::with_status(status, &Value::Null);
                answer.body = Bytes::copy_from_slice(body.as_bytes());
                answer.headers.push(("content-type", content_type.clone()));
                Some(answer)
            }
            _ => None,
        }
    }

    /// Whether it can make a difference to a call, as far as the call's head tells.
    pub(crate) fn can_apply(&self, request: &Request) -> bool {
        match self {
            // Code 105 is known of page tokens only.
            Self::RotateToken => request
                .operation
                .is_some_and(|o| o.token == TokenKind::Page),
            // A list goes back to rows that it has shown; on its first page it has shown none.
            Self::StuckCursor | Self::RepeatedRows => request.goes_on() == Some(true),
            Self::ShortPage | Self::EmptyPage | Self::Vanish => request.goes_on().is_some(),
            _ => true,
        }
    }

    /// Whether it made, or will make, a difference to this answer; `rows_changed` is what the list
    /// says, or whether someone wrote.
    pub(crate) fn applies(&self, answer: &Answer, rows_changed: bool) -> bool {
        match self {
            // What was refused was not stored.
            Self::GatewayTimeoutAfterStore => !answer.is_refusal(),
            Self::InvalidJson | Self::WrongContentType => answer.content_type == JSON,
            Self::StuckCursor
            | Self::RepeatedRows
            | Self::ShortPage
            | Self::EmptyPage
            | Self::Vanish
            | Self::Arrival { .. } => rows_changed,
            _ => true,
        }
    }

    /// How a list goes wrong, for the faults that are about rows.
    pub(crate) fn paging(&self) -> Option<PagingFault> {
        match self {
            Self::StuckCursor => Some(PagingFault::Stuck),
            Self::RepeatedRows => Some(PagingFault::Repeat),
            Self::ShortPage => Some(PagingFault::Short),
            Self::EmptyPage => Some(PagingFault::Empty),
            _ => None,
        }
    }
}

/// How the rows of a list go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PagingFault {
    Stuck,
    Repeat,
    Short,
    Empty,
}

/// A fault and when it fires: by default at every call.
///
/// ```
/// use pancake_mock::{Fault, FaultKind};
/// // The fourth send is stored, and its answer is lost.
/// let fault = Fault::new(FaultKind::ResetAfter).on("send_message").after(3).times(1);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a fault does nothing before it is added to a server"]
pub struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) operation: Option<String>,
    pub(crate) page: Option<String>,
    pub(crate) after: u64,
    pub(crate) times: Option<u64>,
    pub(crate) lasts: Option<Duration>,
    pub(crate) probability: Option<f64>,
}

impl Fault {
    /// A fault that fires at every call of every operation.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            operation: None,
            page: None,
            after: 0,
            times: None,
            lasts: None,
            probability: None,
        }
    }

    /// What goes wrong.
    #[must_use]
    pub fn kind(&self) -> &FaultKind {
        &self.kind
    }

    /// The operation whose calls it is about; none: all.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// The page whose calls it is about; none: all.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        self.page.as_deref()
    }

    /// Why it can't be added: an operation that there is not, a probability that is none, an answer that no server can
    /// give. Pages are looked at where they are known: see [`Faults::try_add`](crate::Faults::try_add).
    pub(crate) fn problem(&self) -> Option<String> {
        let unknown = self.operation.as_deref().and_then(Operation::unknown);
        if unknown.is_some() {
            return unknown;
        }
        let is_probability = |p: f64| (0.0..=1.0).contains(&p);
        if self.probability.is_some_and(|p| !is_probability(p)) {
            return Some("`probability` is between 0 and 1".to_owned());
        }
        self.kind.problem()
    }

    /// Only at calls of this operation, such as `send_message`.
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// Only at calls for this page.
    pub fn on_page(mut self, page: impl Into<String>) -> Self {
        self.page = Some(page.into());
        self
    }

    /// Lets that many calls pass first; only calls that the fault is about count.
    pub fn after(mut self, calls: u64) -> Self {
        self.after = calls;
        self
    }

    /// Fires that often, then never again.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Fires for that long after its first time, by the server's clock.
    pub fn lasts(mut self, duration: Duration) -> Self {
        self.lasts = Some(duration);
        self
    }

    /// Fires with this probability (0 to 1), drawn from the server's seed.
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }
}

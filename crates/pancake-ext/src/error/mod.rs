//! The one error of this crate: what failed, for which operation and page, and what to do about it.

mod bounded;
mod debug;
mod hint;
mod kind;
mod one_line;
mod refused;

use std::error::Error as StdError;
use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use pancake_client::types::ApiError;
use pancake_client::{ErrorCode, Operation, PageId};

use self::one_line::OneLine;
pub use kind::{ErrorKind, Execution};
pub(crate) use kind::{channel_code, classify, own_code, word};
pub(crate) use refused::refused;

/// How much of an answer is kept for [`Error::body`].
pub(crate) const KEPT_BODY: usize = 8 * 1024;

/// A failed call, or a client that could not be built.
///
/// Neither Display nor Debug shows a token, an address with its query, or the body of an answer. Clones share one
/// allocation.
///
/// The error of a generated operation becomes this one with `?` or `Error::from`:
///
/// ```no_run
/// # async fn run(pancake: pancake_ext::Pancake) -> Result<(), pancake_ext::Error> {
/// let tags = pancake.client().list_tags().page_id("1000000000000001").send().await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    execution: Execution,
    operation: Option<&'static str>,
    page_id: Option<PageId>,
    request_id: Option<String>,
    status: Option<u16>,
    attempts: u32,
    retry_after: Option<Duration>,
    /// The server refused a dead token, and the client has a newer one by now.
    newer_token: bool,
    api: Option<Box<ApiError>>,
    body: Option<Bytes>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of a transport or token provider of your own. Neither `message` nor a source may hold a token.
    ///
    /// It says that nothing was executed, until [`with_execution`](Self::with_execution) says otherwise.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Arc::new(Inner {
            kind,
            message: bounded::text(message.into()),
            execution: Execution::NotExecuted,
            operation: None,
            page_id: None,
            request_id: None,
            status: None,
            attempts: 0,
            retry_after: None,
            newer_token: false,
            api: None,
            body: None,
            source: None,
        }))
    }

    /// This error in a chain of causes, such as that of a `Box<dyn Error>` that a generated call ended with.
    pub fn find<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Error> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(ours) = error.downcast_ref() {
                return Some(ours);
            }
            next = error.source();
        }
        None
    }

    /// The error of a [`TokenStore`](crate::TokenStore) that fails. Neither `message` nor `source` may hold a token.
    pub fn store(
        message: impl Into<String>,
        source: impl StdError + Send + Sync + 'static,
    ) -> Self {
        Error::new(ErrorKind::Store, message).with_source(source)
    }

    /// What kind of failure it is.
    ///
    /// # Troubleshooting
    ///
    /// Branch on the kind rather than on codes: it already accounts for failures that come with HTTP 200, as text, or
    /// without a code. [`Error::hint`] says in words what to do about it.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The code of the API (`error_code`), or the channel's (`e_code`) if there is no other. Unknown codes are kept.
    ///
    /// # Troubleshooting
    ///
    /// `None` means that the server gave no code, or that no answer came. The channel's finer code (`e_subcode`) and the
    /// word form (`message_code`) are in [`Error::api_error`].
    pub fn code(&self) -> Option<ErrorCode> {
        let api = self.0.api.as_deref()?;
        own_code(api).or(api.e_code.filter(|code| code.get() != 0))
    }

    /// What happened: the server's own text where it gave one, 1 KiB at most.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Id of the operation, such as `list_tags`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The page the call was about.
    pub fn page_id(&self) -> Option<&PageId> {
        self.0.page_id.as_ref()
    }

    /// `x-request-id` of the answer: what support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// HTTP status of the answer; `None` if no answer came.
    ///
    /// # Troubleshooting
    ///
    /// Most failures of this API have status 200. Do not branch on it.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// How many requests went out, the first included; 0 if none did.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the server asked to wait, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the server carried the operation out before it failed.
    ///
    /// # Troubleshooting
    ///
    /// [`Execution::Unknown`] on a send means that the message may have arrived. Read the last messages of the
    /// conversation before you send it again.
    pub fn execution(&self) -> Execution {
        self.0.execution
    }

    /// Whether the same call may succeed later, with nothing changed, and can do no harm: a send, a mint, an upload or a new
    /// note that may have been carried out is not to be repeated. A call that was refused for a dead token is retryable if the
    /// client has a newer one by now.
    ///
    /// # Troubleshooting
    ///
    /// A send that is not retryable although the failure was a passing one has an unknown outcome: look at
    /// [`Error::execution`], and settle it by [`Unsettled::reconcile`](crate::Unsettled::reconcile). How often the client itself
    /// has tried is in [`Error::attempts`].
    pub fn is_retryable(&self) -> bool {
        let may_pass = matches!(
            self.0.kind,
            ErrorKind::RateLimited
                | ErrorKind::Server
                | ErrorKind::Connect
                | ErrorKind::Timeout
                | ErrorKind::Interrupted
        );
        (may_pass || self.has_newer_token()) && !self.may_have_done_what_must_not_be_repeated()
    }

    fn has_newer_token(&self) -> bool {
        self.0.newer_token && self.execution() == Execution::NotExecuted
    }

    fn may_have_done_what_must_not_be_repeated(&self) -> bool {
        let operation = self.operation().and_then(Operation::find);
        operation.is_some_and(|operation| !operation.idempotent)
            && self.execution() != Execution::NotExecuted
    }

    /// Whether the token is the problem: missing, invalid, expired, rotated or of the wrong kind.
    ///
    /// # Troubleshooting
    ///
    /// Code 102 also means "right token, wrong base": operations below `/api/v1` take the user token, all others the
    /// token of the page. Code 105 means that someone minted a new token for the page; stop whatever mints on each start.
    pub fn is_token_problem(&self) -> bool {
        self.0.kind == ErrorKind::Token
    }

    /// The server's error as it came, with fields this crate does not interpret. Texts above 1 KiB and other parts above 8 KiB
    /// are cut. Text in it is the server's: it can name customers.
    pub fn api_error(&self) -> Option<&ApiError> {
        self.0.api.as_deref()
    }

    /// The beginning of an answer that was no JSON or had an unexpected form, 8 KiB at most; none of operations whose
    /// answers hold tokens. It can hold data of customers: keep it out of logs.
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_deref()
    }

    /// What to do about it, in a sentence.
    pub fn hint(&self) -> &'static str {
        hint::hint(self)
    }

    /// A call worked, and its answer lacks what it was made for.
    pub(crate) fn lacking(
        what: &str,
        operation: &'static Operation,
        page_id: Option<&PageId>,
    ) -> Self {
        let message = format!("the answer has no {what}");
        Error::new(ErrorKind::InvalidAnswer, message)
            .with_execution(Execution::Executed)
            .of(operation, page_id.map(PageId::as_str))
    }

    /// A call that cannot work as it stands, and is not sent.
    pub(crate) fn unsent(
        message: impl Into<String>,
        operation: &'static Operation,
        page_id: &PageId,
    ) -> Self {
        Error::new(ErrorKind::InvalidRequest, message).of(operation, Some(page_id.as_str()))
    }

    /// Names the operation and the page.
    pub(crate) fn of(self, operation: &'static Operation, page_id: Option<&str>) -> Self {
        self.with(|inner| {
            inner.operation = Some(operation.id);
            inner.page_id = page_id.map(PageId::from);
        })
    }

    /// Says whether the server carried the operation out.
    #[must_use]
    pub fn with_execution(self, execution: Execution) -> Self {
        self.with(|inner| inner.execution = execution)
    }

    /// The client has a newer token than the one that was refused, so the next call may succeed.
    pub(crate) fn with_newer_token(self) -> Self {
        self.with(|inner| inner.newer_token = true)
    }

    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        self.with(|inner| inner.kind = kind)
    }

    /// Adds a remark to the message.
    pub(crate) fn with_remark(self, remark: &str) -> Self {
        self.with(|inner| inner.message.push_str(remark))
    }

    pub(crate) fn with_attempts(self, attempts: u32) -> Self {
        self.with(|inner| inner.attempts = attempts)
    }

    pub(crate) fn with_status(self, status: u16, request_id: Option<String>) -> Self {
        self.with(|inner| {
            inner.status = Some(status);
            inner.request_id = request_id;
        })
    }

    pub(crate) fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        self.with(|inner| inner.retry_after = retry_after)
    }

    pub(crate) fn with_api(self, api: ApiError) -> Self {
        self.with(|inner| inner.api = Some(Box::new(api)))
    }

    pub(crate) fn with_body(self, body: Bytes) -> Self {
        self.with(|inner| inner.body = Some(body))
    }

    /// Adds what caused it. It must be free of tokens and addresses, since it is printed with the error.
    #[must_use]
    pub fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.with(|inner| inner.source = Some(Arc::new(source)))
    }

    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

/// Operation and page, what happened, then what is known of it in parentheses; in one line, whatever the server wrote.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut line = OneLine(f);
        match (inner.operation, &inner.page_id) {
            (Some(operation), Some(page)) => write!(line, "{operation} of page {page}: ")?,
            (Some(operation), None) => write!(line, "{operation}: ")?,
            _ => {}
        }
        line.write_str(&inner.message)?;
        let mut facts = Vec::new();
        facts.extend(self.code().map(|code| format!("code {code}")));
        facts.extend(inner.status.map(|status| format!("HTTP {status}")));
        facts.extend(inner.request_id.as_ref().map(|id| format!("request {id}")));
        if inner.attempts > 1 {
            facts.push(format!("{} attempts", inner.attempts));
        }
        if facts.is_empty() {
            Ok(())
        } else {
            write!(line, " ({})", facts.join(", "))
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pancake_client::operations::LIST_TAGS;

    #[test]
    fn display_says_what_failed_where_and_how_often() {
        static OPERATION: Operation = LIST_TAGS;
        let api: ApiError =
            serde_json::from_str(r#"{"success":false,"error_code":102,"message":"m"}"#).unwrap();
        let error = Error::new(ErrorKind::Token, "Invalid access_token")
            .with_api(api)
            .with_status(200, Some("r-1".into()))
            .with_attempts(2)
            .of(&OPERATION, Some("7"));
        assert_eq!(
            error.to_string(),
            "list_tags of page 7: Invalid access_token (code 102, HTTP 200, request r-1, 2 attempts)"
        );
    }

    #[test]
    fn the_body_of_an_answer_is_reachable_and_never_shown() {
        let error = Error::new(ErrorKind::InvalidAnswer, "no JSON")
            .with_body(Bytes::from_static(b"canary"));
        assert_eq!(error.body(), Some(&b"canary"[..]));
        assert!(!format!("{error} {error:?} {error:#?}").contains("canary"));
    }

    #[test]
    fn an_unknown_code_survives_as_a_number() {
        let api: ApiError =
            serde_json::from_str(r#"{"success":false,"error_code":987654}"#).unwrap();
        let error = kind::classify(&api, 200).0;
        assert_eq!(error, ErrorKind::Api);
        assert_eq!(
            Error::new(error, "").with_api(api).code(),
            Some(ErrorCode::new(987_654))
        );
    }
}

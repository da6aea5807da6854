//! The seam between generated code and the wire: every call of every operation goes through one [`Transport`].

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::call::Call;
use crate::call_error::CallError;

/// An error of any type.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// A boxed future.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A boxed future. Browsers have one thread, and their futures cannot leave it.
#[cfg(target_arch = "wasm32")]
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// What [`Transport::execute`] returns.
pub type TransportFuture<'a> = BoxFuture<'a, Result<Response, CallError>>;

/// A response of the server, read to its end.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers that callers may see.
    pub headers: HeaderMap,
    /// The body. It can hold tokens and data of customers.
    pub body: Bytes,
    /// How many requests the transport has sent for it.
    pub attempts: u32,
}

impl Response {
    /// A response to the first attempt.
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Response {
            status,
            headers,
            body: body.into(),
            attempts: 1,
        }
    }

    /// A success with this JSON, such as a test gives.
    pub fn json(body: impl Into<Bytes>) -> Self {
        Response::new(StatusCode::OK, HeaderMap::new(), body)
    }

    /// Reads a response of reqwest to its end.
    ///
    /// # Errors
    ///
    /// The body breaks off. The error does not show the address, which holds a token.
    pub async fn read(response: reqwest::Response) -> Result<Self, CallError> {
        let status = response.status();
        let headers = response.headers().clone();
        let body = response.bytes().await?;
        Ok(Response::new(status, headers, body))
    }
}

/// Shows the status and the size of the body.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Carries a call to the server and brings back the response.
///
/// A transport adds the token, and may wait, retry, log or respond from somewhere else. Transports stack: one that wraps
/// another sees every call first.
///
/// ```
/// use pancake_client::{Call, Transport, TransportFuture};
///
/// /// Counts calls and passes them on.
/// struct Counting<T>(T, std::sync::atomic::AtomicU64);
///
/// impl<T: Transport> Transport for Counting<T> {
///     fn execute(&self, call: Call) -> TransportFuture<'_> {
///         self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         self.0.execute(call)
///     }
/// }
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Carries out one call.
    ///
    /// # Errors
    ///
    /// A [`CallError`], made of any error type by [`CallError::from_transport`].
    fn execute(&self, call: Call) -> TransportFuture<'_>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn execute(&self, call: Call) -> TransportFuture<'_> {
        (**self).execute(call)
    }
}

/// A transport that clones of a client share.
#[derive(Clone)]
pub struct SharedTransport(Arc<dyn Transport>);

impl SharedTransport {
    /// Shares a transport.
    pub fn new(transport: impl Transport) -> Self {
        SharedTransport(Arc::new(transport))
    }
}

impl Transport for SharedTransport {
    fn execute(&self, call: Call) -> TransportFuture<'_> {
        self.0.execute(call)
    }
}

/// Shows the type only: a transport holds tokens.
impl fmt::Debug for SharedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedTransport")
    }
}

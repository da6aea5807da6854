//! The seam between generated code and the wire: every call of every operation goes through one [`Transport`].

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::call::Call;

/// The reason a transport gives when it has no answer. [`crate::carried`] finds it again behind the error that the
/// generated method returns.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// What [`Transport::execute`] returns.
#[cfg(not(target_arch = "wasm32"))]
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<reqwest::Response, BoxError>> + Send + 'a>>;
/// What [`Transport::execute`] returns. Browsers have one thread, and their futures cannot leave it.
#[cfg(target_arch = "wasm32")]
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<reqwest::Response, BoxError>> + 'a>>;

/// Carries a call to the server and brings back the answer.
///
/// A transport adds the token, and may wait, retry, log or answer from somewhere else. Transports stack: one that wraps
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
    /// Any error type; it reaches the caller as the source of a [`CallError`](crate::CallError), which prints it: neither its
    /// Display nor its Debug may show a token or an address with its query. One about what the API reported comes in a
    /// [`Reported`](crate::Reported).
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

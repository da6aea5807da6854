//! What it takes to make a call once more: a copy of it, or a way to make its body anew.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use reqwest::Request;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};

use crate::call::Call;
use crate::transport::BoxError;

/// A request on its way to being made.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) type RemakeFuture = Pin<Box<dyn Future<Output = Result<Request, BoxError>> + Send>>;
/// A request on its way to being made.
#[cfg(target_arch = "wasm32")]
pub(crate) type RemakeFuture = Pin<Box<dyn Future<Output = Result<Request, BoxError>>>>;

/// Makes a request whose body is a stream anew.
pub(crate) trait Remaker: Send + Sync {
    /// The request, with a body of its own.
    fn remake(&self) -> RemakeFuture;

    /// The server has not taken the body that was sent last.
    fn not_taken(&self);
}

/// What several spares of a call share.
pub(crate) type Remake = Arc<dyn Remaker>;

/// What it takes to make a call once more. [`Call::spare`] gives it, before the call is sent.
///
/// A body that is held in memory is copied with the call. One that is a stream (the file of an upload) is opened again, only
/// when [`into_call`](Spare::into_call) is awaited.
pub struct Spare {
    call: Call,
    remake: Option<Remake>,
}

impl Spare {
    pub(crate) fn ready(call: Call) -> Self {
        Spare { call, remake: None }
    }

    /// A call that lacks its body.
    pub(crate) fn without_body(call: Call, remake: Remake) -> Self {
        Spare {
            call,
            remake: Some(remake),
        }
    }

    /// Whether the body is opened again.
    pub fn opens_body(&self) -> bool {
        self.remake.is_some()
    }

    /// Tells whoever opens the body that the server has not taken the one that was sent last. A transport that knows it says
    /// so at once, before it pauses.
    pub fn not_taken(&self) {
        if let Some(remake) = &self.remake {
            remake.not_taken();
        }
    }

    /// The call, with a body of its own.
    ///
    /// # Errors
    ///
    /// Those of whoever opens the body.
    pub async fn into_call(self) -> Result<Call, BoxError> {
        let Spare { mut call, remake } = self;
        if let Some(remake) = remake {
            give_body(call.request_mut(), remake.remake().await?);
        }
        Ok(call)
    }
}

/// Moves the body, and the headers that describe it, from one request to another.
fn give_body(request: &mut Request, mut from: Request) {
    for name in [CONTENT_TYPE, CONTENT_LENGTH] {
        match from.headers_mut().remove(&name) {
            Some(value) => request.headers_mut().insert(name, value),
            None => request.headers_mut().remove(name),
        };
    }
    *request.body_mut() = from.body_mut().take();
}

/// Shows the call as it shows itself.
impl fmt::Debug for Spare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spare")
            .field("call", &self.call)
            .field("opens_body", &self.opens_body())
            .finish()
    }
}

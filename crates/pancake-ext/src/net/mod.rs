//! The transport of this crate: a stack of small parts that every call of every operation goes through.
//!
//! `auth` looks the token up first, so that a slow look-up holds no place. Then `retry` is outermost: for each attempt the
//! `limiter` gives a place, `auth` the token again if the call has waited, `wire` sends and reads within bounds, `envelope`
//! tells success from failure and `scrub` keeps the token out of whatever leaves. The limiter is inside the retry, so that a
//! second attempt waits its turn like any other request and none goes out during a cool-down. `report` tells how it ended.
//!
//! Nothing above the transport ever sees a token, and nothing above the envelope ever sees `success: false`.

pub(crate) mod auth;
pub(crate) mod base_url;
mod call;
mod convert;
pub(crate) mod envelope;
pub(crate) mod failure;
pub(crate) mod guard;
pub(crate) mod limiter;
pub(crate) mod metrics;
pub(crate) mod options;
mod redirect;
mod report;
pub(crate) mod retry;
pub(crate) mod retry_after;
pub(crate) mod scrub;
pub(crate) mod wire;

use std::sync::Arc;

use pancake_client::{Call, Client, SharedTransport, Transport, TransportFuture};
use tracing::Instrument;

use self::auth::Tokens;
use crate::net::limiter::Limiter;
use crate::net::metrics::Metrics;
use crate::net::options::CallOptions;
use crate::net::retry::RetryBudget;
use crate::time::clock::Clock;
use crate::time::server_time::ServerClock;
use crate::token::UserApi;

/// Puts a transport in front of ours, or in its place.
pub(crate) type Wrap = dyn Fn(SharedTransport) -> SharedTransport + Send + Sync;

/// What all clones of a client share.
pub(crate) struct Shared {
    pub(crate) base_url: String,
    pub(crate) http: reqwest::Client,
    /// Whether the HTTP client was brought along, and may do what ours doesn't: follow redirects.
    pub(crate) foreign_http: bool,
    pub(crate) tokens: Tokens,
    pub(crate) limiter: Limiter,
    pub(crate) budget: RetryBudget,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Arc<dyn Metrics>,
    /// The settings of the client, which look-ups go by, whoever needs them: they are shared.
    pub(crate) options: CallOptions,
    pub(crate) answer_limit: usize,
    pub(crate) wrap: Option<Arc<Wrap>>,
    pub(crate) server_clock: ServerClock,
}

impl Shared {
    /// A generated client whose calls go through the stack.
    pub(crate) fn client(self: &Arc<Self>, options: CallOptions) -> Client {
        let stack = Stack {
            shared: self.clone(),
            options: Arc::new(options),
        };
        let mut transport = SharedTransport::new(stack);
        if let Some(wrap) = &self.wrap {
            transport = wrap(transport);
        }
        Client::with_transport(&self.base_url, self.http.clone(), transport)
    }
}

/// The stack, with the settings of some calls.
#[derive(Clone)]
pub(crate) struct Stack {
    shared: Arc<Shared>,
    options: Arc<CallOptions>,
}

impl Stack {
    /// The calls with the user token that a token provider may need.
    fn user_api(&self) -> UserApi {
        UserApi::new(self.shared.client(self.shared.options.clone()))
    }
}

impl Transport for Stack {
    fn execute(&self, call: Call) -> TransportFuture<'_> {
        let span = tracing::debug_span!(
            "pancake.call",
            operation = call.operation().id,
            page = call.page_id(),
        );
        Box::pin(async move { call::run(self, call).await }.instrument(span))
    }
}

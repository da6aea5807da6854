//! A rate limit that several processes share.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use pancake_client::{Call, PageId, TokenKind};

use super::RateLimit;

/// Calls that share one rate limit. The server counts by page, and calls with the user token apart.
///
/// Display gives a short text for each, such as `page:1000000000000001`, to be used as a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RateKey {
    /// Calls that take the user token.
    User,
    /// Calls that take the token of this page.
    Page(PageId),
    /// Calls that take no token, by the page they name. The only limit that the service documents is per page, so they have
    /// one too; but pictures must not delay messages, or the list of pages that tokens are read from.
    Public(Option<PageId>),
}

impl RateKey {
    pub(crate) fn of(call: &Call) -> Self {
        let page = call.page_id().map(PageId::from);
        match (call.operation().token, page) {
            (TokenKind::Page, Some(page)) => RateKey::Page(page),
            (TokenKind::None, page) => RateKey::Public(page),
            _ => RateKey::User,
        }
    }
}

impl fmt::Display for RateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RateKey::User => f.write_str("user"),
            RateKey::Page(page) => write!(f, "page:{page}"),
            RateKey::Public(Some(page)) => write!(f, "public:{page}"),
            RateKey::Public(None) => f.write_str("public"),
        }
    }
}

/// What the methods of [`RateGate`] return.
pub type GateFuture<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A rate limit that several processes share, such as one kept in Redis. Without a gate
/// ([`PancakeBuilder::rate_gate`](crate::PancakeBuilder::rate_gate)) each process keeps the limit by itself.
///
/// A gate is asked for each attempt, so also for each retry, after the limiter of this process has given its own slot. It
/// is asked by the queue, not by the call: for each key there is one question at a time, so one slot at most is reserved ahead.
/// A gate decides by itself what to do when its store is away, since a call can't fail because of its rate limit.
pub trait RateGate: Send + Sync + 'static {
    /// Reserves the next slot and waits until it has come.
    ///
    /// If a call is dropped while it waits, the next call of the queue takes over its slot. A slot can go unused all the
    /// same: when no call waits any more, this future is dropped; and a call that comes for its slot too late asks again.
    fn acquire<'a>(&'a self, key: &'a RateKey, limit: RateLimit) -> GateFuture<'a>;

    /// The server refused a call of this key with 429: no slot should come in this time. The limiter of this process waits
    /// by itself, and does not wait for this future.
    fn cool_down<'a>(&'a self, key: &'a RateKey, time: Duration) -> GateFuture<'a>;
}

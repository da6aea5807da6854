//! Keeps calls below the rate that the API takes: one queue for each page, one for the user API, and for each page one for
//! what takes no token.
//!
//! A keyed limiter from a crate (governor) has one quota for all keys, no cool-down and no order among waiters; this one
//! slows down the page that was refused, lets it recover, and serves calls in the order they came.

mod gate;
mod lane;
mod pace;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pancake_client::PageId;
use tokio::sync::Notify;

pub use self::gate::{GateFuture, RateGate, RateKey};
use self::lane::Lane;
pub use self::settings::RateLimit;
use crate::sync::lock;
use crate::time::clock::Clock;

/// The limiter of a client, shared by all its clones.
///
/// The API allows 5 calls a second for each page and refuses earlier at times, so the default is 4. Calls of one page
/// wait in the order they came; dropping a call gives its place up. After a 429 nothing goes out for the page during a
/// cool-down, then its rate is halved, and it recovers with every success.
///
/// The calls with the user token have a queue of their own, and for each page those that take no token
/// ([`Page::avatar`](crate::Page::avatar)).
#[derive(Clone)]
pub struct Limiter(Arc<Inner>);

struct Inner {
    rules: Arc<Rules>,
    lanes: Mutex<HashMap<RateKey, Arc<Lane>>>,
}

/// What all queues go by.
struct Rules {
    clock: Arc<dyn Clock>,
    gate: Option<Arc<dyn RateGate>>,
    settings: Mutex<RateLimit>,
    /// Wakes the queues, so that they look again: the settings have changed, or a slot was given back.
    changed: Notify,
}

impl Rules {
    fn settings(&self) -> RateLimit {
        *lock(&self.settings)
    }
}

/// What the limiter does with one of its queues at the moment.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct LimiterState {
    /// Calls a second that it lets through now.
    pub per_second: f64,
    /// How long nothing goes out because of a 429.
    pub cool_down: Duration,
    /// Calls that wait.
    pub waiting: usize,
}

impl Limiter {
    pub(crate) fn new(
        settings: RateLimit,
        clock: Arc<dyn Clock>,
        gate: Option<Arc<dyn RateGate>>,
    ) -> Self {
        let rules = Rules {
            clock,
            gate,
            settings: Mutex::new(settings),
            changed: Notify::new(),
        };
        Limiter(Arc::new(Inner {
            rules: Arc::new(rules),
            lanes: Mutex::default(),
        }))
    }

    /// The settings in force.
    pub fn settings(&self) -> RateLimit {
        self.0.rules.settings()
    }

    /// Changes the settings, for calls that wait as well.
    pub fn set(&self, settings: RateLimit) {
        *lock(&self.0.rules.settings) = settings;
        self.0.rules.changed.notify_waiters();
    }

    /// What it does with a page; `None` if no call of that page went out yet.
    pub fn state(&self, page: &PageId) -> Option<LimiterState> {
        self.state_of(&RateKey::Page(page.clone()))
    }

    /// What it does with the calls that take the user token; `None` if none went out yet.
    pub fn user_state(&self) -> Option<LimiterState> {
        self.state_of(&RateKey::User)
    }

    fn state_of(&self, key: &RateKey) -> Option<LimiterState> {
        lock(&self.0.lanes).get(key).map(|lane| lane.state())
    }

    /// Waits for a slot and returns how long it took, zero if the call did not have to wait.
    pub(crate) async fn acquire(&self, key: &RateKey) -> Duration {
        self.lane(key).acquire().await
    }

    /// The server refused a call of this key: too many requests.
    pub(crate) fn refused(&self, key: &RateKey, retry_after: Option<Duration>) {
        self.lane(key).refused(retry_after);
    }

    /// The server took a call of this key.
    pub(crate) fn accepted(&self, key: &RateKey) {
        self.lane(key).accepted();
    }

    fn lane(&self, key: &RateKey) -> Arc<Lane> {
        let mut lanes = lock(&self.0.lanes);
        if let Some(lane) = lanes.get(key) {
            return lane.clone();
        }
        let lane = Arc::new(Lane::new(key.clone(), self.0.rules.clone()));
        lanes.insert(key.clone(), lane.clone());
        lane
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("settings", &self.settings())
            .finish_non_exhaustive()
    }
}

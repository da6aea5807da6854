//! Keeps calls below the rate that the API takes: one queue for each page, one for the user API, and for each page one for
//! what takes no token.
//!
//! A keyed limiter from a crate (governor) has one quota for all keys, no cool-down and no order among those who wait;
//! this one slows down the page that was refused, lets it recover, and serves tasks in the order they came.

mod lane;
mod line;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pancake_client::{Call, PageId, TokenKind};

use self::lane::Lane;
pub use self::settings::RateLimit;
use crate::time::clock::Clock;

/// When this many queues are known, those that nobody used for a while are dropped.
const SWEEP_AT: usize = 256;

/// Whom a limit is for: the server counts calls by page, and those of the user API apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    User,
    Page(PageId),
    /// Calls that take no token, by the page they name. The only limit that the service documents is by page, so they have
    /// one too; but pictures must not hold up messages, nor the list of pages that tokens are read from.
    Public(Option<PageId>),
}

impl Key {
    pub(crate) fn of(call: &Call) -> Self {
        let page = call.page_id().map(PageId::from);
        match (call.operation().token, page) {
            (TokenKind::Page, Some(page)) => Key::Page(page),
            (TokenKind::None, page) => Key::Public(page),
            _ => Key::User,
        }
    }
}

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
    clock: Arc<dyn Clock>,
    settings: Mutex<RateLimit>,
    lanes: Mutex<HashMap<Key, Arc<Lane>>>,
    sweep_at: Mutex<usize>,
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
    pub(crate) fn new(settings: RateLimit, clock: Arc<dyn Clock>) -> Self {
        Limiter(Arc::new(Inner {
            clock,
            settings: Mutex::new(settings),
            lanes: Mutex::default(),
            sweep_at: Mutex::new(SWEEP_AT),
        }))
    }

    /// The settings in force.
    pub fn settings(&self) -> RateLimit {
        *lock(&self.0.settings)
    }

    /// Changes the settings, for calls that wait as well.
    pub fn set(&self, settings: RateLimit) {
        *lock(&self.0.settings) = settings;
    }

    /// What it does with a page; `None` if no call of that page went out lately.
    pub fn state(&self, page: &PageId) -> Option<LimiterState> {
        self.state_of(&Key::Page(page.clone()))
    }

    /// What it does with the calls that take the user token; `None` if none went out lately.
    pub fn user_state(&self) -> Option<LimiterState> {
        self.state_of(&Key::User)
    }

    fn state_of(&self, key: &Key) -> Option<LimiterState> {
        let lane = lock(&self.0.lanes).get(key).cloned()?;
        Some(lane.state(&self.settings(), self.0.clock.now()))
    }

    /// Waits for a place and returns how long it took, zero if it did not have to wait.
    pub(crate) async fn acquire(&self, key: &Key) -> Duration {
        let lane = self.lane(key);
        lane.acquire(&*self.0.clock, || self.settings()).await
    }

    /// The server refused a call of this key: too many requests.
    pub(crate) fn refused(&self, key: &Key, retry_after: Option<Duration>) {
        let settings = self.settings();
        self.lane(key)
            .refused(&settings, self.0.clock.now(), retry_after);
    }

    /// The server took a call of this key.
    pub(crate) fn accepted(&self, key: &Key) {
        self.lane(key).accepted();
    }

    fn lane(&self, key: &Key) -> Arc<Lane> {
        let mut lanes = lock(&self.0.lanes);
        if let Some(lane) = lanes.get(key) {
            return lane.clone();
        }
        self.sweep(&mut lanes);
        let lane = Arc::new(Lane::new());
        lanes.insert(key.clone(), lane.clone());
        lane
    }

    /// Drops idle queues; the next sweep comes when the number has doubled, so that sweeping costs nothing on average.
    fn sweep(&self, lanes: &mut HashMap<Key, Arc<Lane>>) {
        let mut sweep_at = lock(&self.0.sweep_at);
        if lanes.len() < *sweep_at {
            return;
        }
        let now = self.0.clock.now();
        lanes.retain(|_, lane| Arc::strong_count(lane) > 1 || !lane.is_idle(now));
        *sweep_at = SWEEP_AT.max(lanes.len() * 2);
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter")
            .field("settings", &self.settings())
            .finish_non_exhaustive()
    }
}

/// Nothing that holds these locks can panic half-way, so a poisoned one is as good as another.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

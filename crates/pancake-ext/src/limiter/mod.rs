//! Keeps calls below the rate that the API takes: one queue for each page, one for the user API, and for each page one for
//! what takes no token.
//!
//! A keyed limiter from a crate (governor) has one quota for all keys, no cool-down and no order among those who wait;
//! this one slows down the page that was refused, lets it recover, and serves tasks in the order they came.

mod lane;
mod line;
mod settings;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pancake_client::{Call, PageId, TokenKind};

use self::lane::Lane;
pub use self::settings::RateLimit;
use crate::clock::Clock;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::TokioClock;
    use futures_util::FutureExt;
    use std::time::Instant;

    fn limiter(per_second: f64) -> Limiter {
        Limiter::new(RateLimit::per_second(per_second), Arc::new(TokioClock))
    }

    fn page(number: usize) -> Key {
        Key::Page(PageId::from(number.to_string()))
    }

    async fn times(limiter: &Limiter, key: Key, calls: usize) -> Vec<Duration> {
        let start = TokioClock.now();
        let mut times = Vec::new();
        for _ in 0..calls {
            limiter.acquire(&key).await;
            times.push(TokioClock.now() - start);
        }
        times
    }

    #[tokio::test(start_paused = true)]
    async fn one_page_gets_four_calls_a_second() {
        let limiter = limiter(4.0);
        let times = times(&limiter, page(1), 41).await;
        let last = times.last().unwrap().as_secs_f64();
        assert!((9.9..10.2).contains(&last), "40 intervals took {last} s");
        for window in times.windows(6) {
            assert!(
                window[5] - window[0] > Duration::from_secs(1),
                "6 calls within a second: {window:?}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn two_hundred_pages_get_four_calls_a_second_each() {
        let limiter = limiter(4.0);
        let start = TokioClock.now();
        let tasks: Vec<_> = (0..200)
            .map(|number| {
                let limiter = limiter.clone();
                tokio::spawn(async move { times(&limiter, page(number), 21).await })
            })
            .collect();
        for task in tasks {
            let times = task.await.unwrap();
            assert!(times[20].as_secs_f64() < 5.1, "{:?}", times[20]);
        }
        assert!(TokioClock.now() - start >= Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_refusal_nothing_goes_out_during_the_cool_down_not_even_what_waited() {
        let limiter = limiter(4.0);
        limiter.acquire(&page(1)).await;
        let start = TokioClock.now();
        let waiting = {
            let limiter = limiter.clone();
            tokio::spawn(async move {
                limiter.acquire(&page(1)).await;
                TokioClock.now()
            })
        };
        tokio::time::sleep(Duration::from_millis(100)).await;
        limiter.refused(&page(1), Some(Duration::from_secs(7)));
        let sent: Instant = waiting.await.unwrap();
        assert!(
            sent - start >= Duration::from_millis(7_100),
            "{:?}",
            sent - start
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_page_is_slower_until_successes_bring_it_back_and_others_do_not_notice() {
        let limiter = limiter(4.0);
        let id = PageId::from("1");
        limiter.refused(&page(1), None);
        assert_eq!(limiter.state(&id).unwrap().per_second, 2.0);
        limiter.acquire(&page(2)).await;
        assert_eq!(limiter.state(&PageId::from("2")).unwrap().per_second, 4.0);
        for _ in 0..1_000 {
            limiter.accepted(&page(1));
        }
        assert_eq!(limiter.state(&id).unwrap().per_second, 4.0);
    }

    #[tokio::test(start_paused = true)]
    async fn tasks_are_served_in_the_order_they_came() {
        let limiter = limiter(4.0);
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for number in 0..20 {
            let (limiter, order) = (limiter.clone(), order.clone());
            tasks.push(tokio::spawn(async move {
                limiter.acquire(&page(1)).await;
                lock(&order).push(number);
            }));
            tokio::task::yield_now().await;
        }
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*lock(&order), (0..20).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_whole_program_stood_still_those_who_wait_are_served_in_the_order_they_came()
    {
        let limiter = limiter(4.0);
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for number in 0..12 {
            let (limiter, order) = (limiter.clone(), order.clone());
            tasks.push(tokio::spawn(async move {
                limiter.acquire(&page(1)).await;
                lock(&order).push(number);
            }));
            tokio::time::sleep(Duration::from_millis(137)).await;
        }
        // Nobody is polled meanwhile.
        tokio::time::advance(Duration::from_secs(4)).await;
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*lock(&order), (0..12).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_was_overtaken_does_not_overtake_those_who_came_before_it() {
        let line = line::Line::default();
        let nap = Duration::from_secs(1);
        let (first, second, third) = (line.enter(), line.enter(), line.enter());
        assert!(!third.is_next(nap));
        for _ in 0..3 {
            tokio::time::advance(nap).await;
            third.is_next(nap);
        }
        assert!(third.is_next(nap), "the others are not polled");
        assert!(second.is_next(nap) && !third.is_next(nap));
        assert!(first.is_next(nap) && !second.is_next(nap) && !third.is_next(nap));
        drop(first);
        assert!(second.is_next(nap) && !third.is_next(nap));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_always_late_gets_past_one_that_is_never_polled() {
        let line = line::Line::default();
        let (_never, slow) = (line.enter(), line.enter());
        let mut looks = 0;
        while !slow.is_next(Duration::from_secs(1)) {
            looks += 1;
            assert!(looks < 5);
            tokio::time::advance(Duration::from_secs(5)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn settings_beyond_all_reason_make_no_panic_and_no_burst() {
        let odd = [
            0.0,
            -1.0,
            f64::NAN,
            f64::NEG_INFINITY,
            f64::MIN_POSITIVE,
            f64::MAX,
        ];
        for rate in odd {
            let limit = RateLimit::per_second(rate).cool_down(Duration::MAX);
            let limiter = Limiter::new(limit, Arc::new(TokioClock));
            limiter.acquire(&page(1)).await;
            limiter.acquire(&page(1)).await;
            limiter.refused(&page(1), Some(Duration::MAX));
            limiter.accepted(&page(1));
            let state = limiter.state(&PageId::from("1")).unwrap();
            assert!(state.per_second.is_finite() && state.cool_down <= RateLimit::LONGEST_SETTING);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_dropped_while_it_waits_frees_its_place() {
        let limiter = limiter(4.0);
        limiter.acquire(&page(1)).await;
        let start = TokioClock.now();
        let dropped = {
            let limiter = limiter.clone();
            tokio::spawn(async move { limiter.acquire(&page(1)).await })
        };
        tokio::task::yield_now().await;
        dropped.abort();
        limiter.acquire(&page(1)).await;
        assert!(TokioClock.now() - start < Duration::from_millis(300));
        assert_eq!(limiter.state(&PageId::from("1")).unwrap().waiting, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_nobody_polls_any_more_are_overtaken_and_come_next_when_they_are_polled() {
        let limiter = limiter(4.0);
        let key = page(1);
        limiter.acquire(&key).await;
        let mut left: Vec<_> = (0..3).map(|_| Box::pin(limiter.acquire(&key))).collect();
        for call in &mut left {
            assert!(call.as_mut().now_or_never().is_none());
        }
        let start = TokioClock.now();
        limiter.acquire(&key).await;
        let first = TokioClock.now() - start;
        assert!(first < Duration::from_secs(4), "{first:?}");
        // They hold up nobody a second time.
        let times = times(&limiter, key.clone(), 9).await;
        assert!(
            *times.last().unwrap() < Duration::from_millis(2_500),
            "{times:?}"
        );
        for call in left {
            let start = TokioClock.now();
            call.await;
            assert!(TokioClock.now() - start < Duration::from_millis(300));
        }
        assert_eq!(limiter.state(&PageId::from("1")).unwrap().waiting, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_rate_holds_at_once_also_for_calls_that_wait() {
        let limiter = limiter(0.1);
        limiter.acquire(&page(1)).await;
        let start = TokioClock.now();
        let waiting = {
            let limiter = limiter.clone();
            tokio::spawn(async move { limiter.acquire(&page(1)).await })
        };
        tokio::task::yield_now().await;
        limiter.set(RateLimit::per_second(4.0));
        waiting.await.unwrap();
        assert!(
            TokioClock.now() - start < Duration::from_secs(2),
            "{:?}",
            TokioClock.now() - start
        );
    }

    #[tokio::test(start_paused = true)]
    async fn queues_of_idle_pages_are_dropped() {
        let limiter = limiter(4.0);
        for number in 0..SWEEP_AT {
            limiter.acquire(&page(number)).await;
        }
        tokio::time::sleep(Duration::from_secs(3_600)).await;
        limiter.acquire(&page(SWEEP_AT)).await;
        assert_eq!(lock(&limiter.0.lanes).len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_limiter_that_is_off_never_waits() {
        let limiter = Limiter::new(RateLimit::off(), Arc::new(TokioClock));
        assert_eq!(
            times(&limiter, page(1), 100).await.last(),
            Some(&Duration::ZERO)
        );
    }
}

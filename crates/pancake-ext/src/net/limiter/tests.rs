//! The limiter by tokio's time, paused.

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tokio::task::JoinHandle;

use super::*;
use crate::time::clock::TokioClock;

fn limiter(per_second: f64) -> Limiter {
    Limiter::new(
        RateLimit::per_second(per_second),
        Arc::new(TokioClock),
        None,
    )
}

fn page(number: usize) -> RateKey {
    RateKey::Page(PageId::from(number.to_string()))
}

fn state(limiter: &Limiter, page: &str) -> LimiterState {
    limiter.state(&PageId::from(page)).unwrap()
}

async fn times(limiter: &Limiter, calls: usize) -> Vec<Duration> {
    let start = TokioClock.now();
    let mut times = Vec::new();
    for _ in 0..calls {
        limiter.acquire(&page(1)).await;
        times.push(TokioClock.now() - start);
    }
    times
}

/// A call in a task of its own, which gives the time until its slot came.
fn call(limiter: &Limiter) -> JoinHandle<Duration> {
    let (limiter, start) = (limiter.clone(), TokioClock.now());
    tokio::spawn(async move {
        limiter.acquire(&page(1)).await;
        TokioClock.now() - start
    })
}

#[tokio::test(start_paused = true)]
async fn one_page_gets_four_calls_a_second() {
    let times = times(&limiter(4.0), 41).await;
    let last = times.last().unwrap().as_secs_f64();
    assert!((9.9..10.2).contains(&last), "40 intervals took {last} s");
    for window in times.windows(6) {
        let time = window[5] - window[0];
        assert!(time > Duration::from_secs(1), "6 calls: {window:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_call_stays_through_a_cool_down() {
    let limiter = limiter(4.0);
    limiter.acquire(&page(1)).await;
    let waiting = call(&limiter);
    tokio::time::sleep(Duration::from_millis(100)).await;
    limiter.refused(&page(1), Some(Duration::from_secs(7)));
    let waited = waiting.await.unwrap();
    assert!(waited >= Duration::from_millis(7_100), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn refused_page_slows_down_alone_and_recovers() {
    let limiter = limiter(4.0);
    limiter.refused(&page(1), None);
    limiter.acquire(&page(2)).await;
    assert_eq!(state(&limiter, "1").per_second, 2.0);
    assert_eq!(state(&limiter, "2").per_second, 4.0);
    for _ in 0..1_000 {
        limiter.accepted(&page(1));
    }
    assert_eq!(state(&limiter, "1").per_second, 4.0);
}

#[tokio::test(start_paused = true)]
async fn calls_are_served_in_order() {
    let limiter = limiter(4.0);
    let order = Arc::new(Mutex::new(Vec::new()));
    let calls = (0..12).map(|number| {
        let (limiter, order) = (limiter.clone(), order.clone());
        tokio::spawn(async move {
            limiter.acquire(&page(1)).await;
            lock(&order).push(number);
        })
    });
    let calls: Vec<_> = calls.collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    // The whole program stands still.
    tokio::time::advance(Duration::from_secs(4)).await;
    join_all(calls).await;
    assert_eq!(*lock(&order), (0..12).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn unreasonable_settings_do_not_panic() {
    for rate in [0.0, -1.0, f64::NAN, f64::MIN_POSITIVE, f64::MAX] {
        let limit = RateLimit::per_second(rate).cool_down(Duration::MAX);
        let limiter = Limiter::new(limit, Arc::new(TokioClock), None);
        times(&limiter, 2).await;
        limiter.refused(&page(1), Some(Duration::MAX));
        limiter.accepted(&page(1));
        let state = state(&limiter, "1");
        assert!(state.per_second.is_finite() && state.cool_down <= RateLimit::LONGEST_SETTING);
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_waiting_call_frees_its_slot() {
    let limiter = limiter(4.0);
    limiter.acquire(&page(1)).await;
    let dropped = call(&limiter);
    tokio::task::yield_now().await;
    dropped.abort();
    let waited = call(&limiter).await.unwrap();
    assert!(waited < Duration::from_millis(300), "{waited:?}");
    assert_eq!(state(&limiter, "1").waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn dropped_permit_gives_its_slot_back() {
    let limiter = limiter(0.1);
    let key = page(1);
    limiter.acquire(&key).await;
    let mut unpolled = Box::pin(limiter.acquire(&key));
    assert!((&mut unpolled).now_or_never().is_none());
    // Its permit comes, and it is not polled to take it.
    tokio::time::sleep(Duration::from_secs(11)).await;
    let next = call(&limiter);
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(unpolled);
    assert_eq!(next.await.unwrap(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn unpolled_calls_delay_no_other_call() {
    let limiter = limiter(4.0);
    let key = page(1);
    limiter.acquire(&key).await;
    let mut unpolled: Vec<_> = (0..5).map(|_| Box::pin(limiter.acquire(&key))).collect();
    for call in &mut unpolled {
        assert!(call.as_mut().now_or_never().is_none());
    }
    let waited = call(&limiter).await.unwrap();
    assert!(waited < Duration::from_secs(2), "{waited:?}");
    // They hold up no call a second time, and do not go out together when they are polled again.
    let times = times(&limiter, 9).await;
    assert!(times[8] < Duration::from_millis(2_500), "{times:?}");
    let start = TokioClock.now();
    join_all(unpolled).await;
    let time = TokioClock.now() - start;
    assert!(time >= Duration::from_millis(1_000), "{time:?}");
    assert!(time < Duration::from_millis(1_500), "{time:?}");
    assert_eq!(state(&limiter, "1").waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn new_rate_applies_to_waiting_calls() {
    let limiter = limiter(0.1);
    limiter.acquire(&page(1)).await;
    let waiting = call(&limiter);
    tokio::task::yield_now().await;
    limiter.set(RateLimit::per_second(4.0));
    let waited = waiting.await.unwrap();
    assert!(waited < Duration::from_millis(300), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn limiter_that_is_off_never_waits() {
    let limiter = Limiter::new(RateLimit::off(), Arc::new(TokioClock), None);
    assert_eq!(times(&limiter, 100).await[99], Duration::ZERO);
}

#[test]
fn queue_goes_on_after_its_runtime_ended() {
    let runtime = || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().unwrap()
    };
    let (limiter, ended) = (limiter(4.0), runtime());
    let mut waiting = Box::pin(async { limiter.acquire(&page(1)).await });
    ended.block_on(async {
        limiter.acquire(&page(1)).await;
        assert!((&mut waiting).now_or_never().is_none());
    });
    drop(ended);
    runtime().block_on(async {
        waiting.await;
        limiter.acquire(&page(1)).await;
    });
}

/// Counts what it is asked, and opens when the test says so.
#[derive(Clone, Default)]
struct Gate(Arc<GateState>);

#[derive(Default)]
struct GateState {
    asked: Mutex<Vec<String>>,
    open: Notify,
}

impl RateGate for Gate {
    fn acquire<'a>(&'a self, key: &'a RateKey, _: RateLimit) -> GateFuture<'a> {
        Box::pin(async move {
            lock(&self.0.asked).push(key.to_string());
            self.0.open.notified().await;
        })
    }

    fn cool_down<'a>(&'a self, key: &'a RateKey, time: Duration) -> GateFuture<'a> {
        lock(&self.0.asked).push(format!("{key} cools down for {time:?}"));
        Box::pin(async {})
    }
}

fn gated(gate: &Gate) -> Limiter {
    let gate: Arc<dyn RateGate> = Arc::new(gate.clone());
    Limiter::new(RateLimit::off(), Arc::new(TokioClock), Some(gate))
}

#[tokio::test(start_paused = true)]
async fn gate_is_asked_for_one_slot_at_a_time() {
    let gate = Gate::default();
    let limiter = gated(&gate);
    let tasks: Vec<_> = (0..3).map(|_| call(&limiter)).collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(*lock(&gate.0.asked), ["page:1"]);
    // The slot of a dropped call goes to the next one.
    tasks[0].abort();
    tokio::time::sleep(Duration::from_secs(1)).await;
    gate.0.open.notify_one();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(tasks[1].is_finished() && !tasks[2].is_finished());
    assert_eq!(*lock(&gate.0.asked), ["page:1"; 2]);
}

#[tokio::test(start_paused = true)]
async fn gate_is_told_of_a_refusal() {
    let gate = Gate::default();
    let limiter = gated(&gate);
    limiter.refused(&page(1), Some(Duration::from_secs(7)));
    tokio::task::yield_now().await;
    assert_eq!(*lock(&gate.0.asked), ["page:1 cools down for 7s"]);
}

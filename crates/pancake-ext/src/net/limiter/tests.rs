//! The limiter by tokio's time, paused.

use super::*;
use crate::time::clock::TokioClock;
use futures_util::FutureExt;
use std::time::Instant;

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

async fn times(limiter: &Limiter, key: RateKey, calls: usize) -> Vec<Duration> {
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
async fn waiting_call_stays_through_a_cool_down() {
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
async fn refused_page_slows_down_alone_and_recovers() {
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
async fn calls_are_served_in_order() {
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
async fn order_survives_a_program_that_stood_still() {
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
    // No task is polled meanwhile.
    tokio::time::advance(Duration::from_secs(4)).await;
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*lock(&order), (0..12).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn unreasonable_settings_do_not_panic() {
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
        let limiter = Limiter::new(limit, Arc::new(TokioClock), None);
        limiter.acquire(&page(1)).await;
        limiter.acquire(&page(1)).await;
        limiter.refused(&page(1), Some(Duration::MAX));
        limiter.accepted(&page(1));
        let state = limiter.state(&PageId::from("1")).unwrap();
        assert!(state.per_second.is_finite() && state.cool_down <= RateLimit::LONGEST_SETTING);
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_waiting_call_frees_its_slot() {
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
async fn unpolled_calls_delay_no_other_call() {
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
async fn new_rate_applies_to_waiting_calls() {
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
        TokioClock.now() - start < Duration::from_millis(300),
        "{:?}",
        TokioClock.now() - start
    );
}

#[tokio::test(start_paused = true)]
async fn limiter_that_is_off_never_waits() {
    let limiter = Limiter::new(RateLimit::off(), Arc::new(TokioClock), None);
    assert_eq!(
        times(&limiter, page(1), 100).await.last(),
        Some(&Duration::ZERO)
    );
}

#[tokio::test(start_paused = true)]
async fn dropped_permit_gives_its_slot_back() {
    let limiter = limiter(0.1);
    let key = page(1);
    limiter.acquire(&key).await;
    let mut call = Box::pin(limiter.acquire(&key));
    assert!((&mut call).now_or_never().is_none());
    // The permit is there, and the call is not polled to take it.
    tokio::time::sleep(Duration::from_secs(11)).await;
    let start = TokioClock.now();
    let next = limiter.acquire(&key);
    tokio::pin!(next);
    assert!((&mut next).now_or_never().is_none());
    drop(call);
    next.await;
    assert_eq!(TokioClock.now(), start);
}

#[tokio::test(start_paused = true)]
async fn late_calls_do_not_go_out_together() {
    let limiter = limiter(4.0);
    let key = page(1);
    limiter.acquire(&key).await;
    let mut late: Vec<_> = (0..5).map(|_| Box::pin(limiter.acquire(&key))).collect();
    for call in &mut late {
        assert!(call.as_mut().now_or_never().is_none());
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    let start = TokioClock.now();
    futures_util::future::join_all(late).await;
    let time = TokioClock.now() - start;
    assert!(time >= Duration::from_millis(4 * 250 - 50), "{time:?}");
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

#[tokio::test(start_paused = true)]
async fn gate_is_asked_for_one_slot_at_a_time() {
    let gate = Gate::default();
    let limiter = Limiter::new(
        RateLimit::off(),
        Arc::new(TokioClock),
        Some(Arc::new(gate.clone())),
    );
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let limiter = limiter.clone();
            tokio::spawn(async move { limiter.acquire(&page(1)).await })
        })
        .collect();
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
    let limit = RateLimit::off();
    let limiter = Limiter::new(limit, Arc::new(TokioClock), Some(Arc::new(gate.clone())));
    limiter.refused(&page(1), Some(Duration::from_secs(7)));
    tokio::task::yield_now().await;
    assert_eq!(*lock(&gate.0.asked), ["page:1 cools down for 7s"]);
}

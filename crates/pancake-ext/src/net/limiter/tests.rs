//! The limiter by tokio's time, paused.

use super::*;
use crate::time::clock::TokioClock;
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
async fn after_the_whole_program_stood_still_those_who_wait_are_served_in_the_order_they_came() {
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

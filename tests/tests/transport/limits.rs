//! The limiter, as calls of a client meet it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pancake_ext::{
    Clock, GateFuture, ManualClock, Metrics, PageId, Pancake, PancakeBuilder, RateGate, RateKey,
    RateLimit, RetryPolicy, Subject,
};
use pancake_mock::{Fault, FaultKind, MockPancake};
use tokio::time::Instant;

use super::read;

const INTERVAL: Duration = Duration::from_millis(250);

/// How long calls that name a page waited for their places.
#[derive(Clone, Default)]
struct Waits(Arc<Mutex<Vec<Duration>>>);

impl Metrics for Waits {
    fn waited(&self, subject: Subject<'_>, wait: Duration) {
        if subject.page_id.is_some() {
            self.0.lock().unwrap().push(wait);
        }
    }
}

fn client(mock: &MockPancake) -> PancakeBuilder {
    Pancake::builder()
        .base_url(mock.base_url())
        .user_token(mock.user_token())
}

#[tokio::test]
async fn each_page_the_user_api_and_the_pictures_of_each_page_have_a_queue_of_their_own() {
    let mock = MockPancake::builder()
        .rate_limit(None)
        .start()
        .await
        .unwrap();
    let pages = mock.page_ids();
    let (a, b) = (pages[0].as_str(), pages[1].as_str());
    let clock = ManualClock::new();
    let pancake = client(&mock)
        .page_token(a, mock.page_token(a).unwrap())
        .page_token(b, mock.page_token(b).unwrap())
        .clock(clock.clone())
        .build()
        .unwrap();
    let state = || pancake.limiter().user_state();
    assert_eq!(state(), None);

    read(&pancake, a).await.unwrap();
    read(&pancake, b).await.unwrap();
    pancake.all_pages().await.unwrap();
    for page in [a, b] {
        let _ = pancake.page(page).avatar("2").await;
    }
    assert_eq!(
        clock.pauses(),
        [Duration::ZERO; 0],
        "each is the first of its queue"
    );
    assert_eq!(state().unwrap().waiting, 0);
    assert_eq!(state().unwrap().per_second, 4.0);

    read(&pancake, a).await.unwrap();
    assert_eq!(clock.pauses(), [INTERVAL]);
    // A mint names a page, and is a call of the user API all the same.
    let start = clock.now();
    for _ in 0..4 {
        let call = pancake.client().generate_page_access_token().page_id(a);
        call.send().await.unwrap();
    }
    assert_eq!(clock.now() - start, 3 * INTERVAL);
}

#[tokio::test]
async fn a_hundred_pictures_hold_up_no_look_for_tokens_and_a_refused_one_cools_only_pictures_down()
{
    let mock = MockPancake::builder()
        .rate_limit(None)
        .start()
        .await
        .unwrap();
    let page = mock.page_ids()[0].clone();
    let clock = ManualClock::new();
    let pancake = client(&mock)
        .clock(clock.clone())
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let refusal = FaultKind::TooManyRequests {
        in_body: false,
        retry_after: None,
    };
    mock.faults()
        .add(Fault::new(refusal).on("get_avatar").times(1));
    pancake.page(&page).avatar("2").await.unwrap_err();
    let start = clock.now();
    pancake.all_pages().await.unwrap();
    read(&pancake, &page).await.unwrap();
    assert_eq!(
        clock.now(),
        start + INTERVAL,
        "the second call of the user API finds the token"
    );
    let _ = pancake.page(&page).avatar("2").await;
    assert_eq!(clock.now(), start + Duration::from_secs(2));
}

#[tokio::test]
async fn after_a_429_another_call_of_the_page_waits_and_one_of_another_page_does_not() {
    let mock = MockPancake::builder()
        .rate_limit(None)
        .start()
        .await
        .unwrap();
    let pages = mock.page_ids();
    let clock = ManualClock::new();
    let builder = pages.iter().fold(client(&mock), |builder, page| {
        builder.page_token(page.as_str(), mock.page_token(page).unwrap())
    });
    let pancake = builder
        .clock(clock.clone())
        .retry(RetryPolicy::never())
        .rate_limit(RateLimit::off().cool_down(Duration::from_secs(7)))
        .build()
        .unwrap();
    let refusal = FaultKind::TooManyRequests {
        in_body: true,
        retry_after: None,
    };
    mock.faults().add(Fault::new(refusal).times(1));
    let error = read(&pancake, &pages[0]).await.unwrap_err();
    assert_eq!((error.attempts(), error.retry_after()), (1, None));
    let start = clock.now();
    read(&pancake, &pages[1]).await.unwrap();
    assert_eq!(clock.now(), start);
    read(&pancake, &pages[0]).await.unwrap();
    assert_eq!(clock.now() - start, Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn two_hundred_pages_at_once_are_never_refused_and_get_four_calls_a_second_each() {
    const CALLS: usize = 7;
    let mock = MockPancake::builder().pages(200).conversations(200);
    let mock = mock.start().await.unwrap();
    let waits = Waits::default();
    let pancake = client(&mock).metrics(waits.clone()).build().unwrap();
    pancake
        .page(mock.page_ids()[0].as_str())
        .tags()
        .await
        .unwrap();
    mock.clear_journal();
    let start = Instant::now();
    let tasks: Vec<_> = mock
        .page_ids()
        .into_iter()
        .map(|page| {
            let pancake = pancake.clone();
            tokio::spawn(async move {
                for _ in 0..CALLS {
                    read(&pancake, &page).await.unwrap();
                }
                let state = pancake.limiter().state(&PageId::from(page.as_str()));
                (Instant::now(), state.unwrap().per_second)
            })
        })
        .collect();
    for task in tasks {
        let (end, per_second) = task.await.unwrap();
        // Six intervals, of which the first can be a fifth shorter after a call that came late.
        let time = end - start;
        assert!(time >= 6 * INTERVAL - INTERVAL / 5, "{time:?}");
        assert_eq!(per_second, 4.0);
    }
    assert_eq!(mock.journal().len(), 200 * CALLS);
    assert!(mock.journal().iter().all(|entry| entry.status == 200));
    // However long the answers took, no call waits for more than its interval; timers count whole milliseconds.
    let waits = waits.0.lock().unwrap();
    assert_eq!(waits.len(), 200 * CALLS + 1);
    let longest = waits.iter().max().unwrap();
    assert!(
        *longest <= INTERVAL + Duration::from_millis(1),
        "{longest:?}"
    );
}

/// Writes down what it is asked.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<Vec<String>>>);

impl RateGate for Gate {
    fn acquire<'a>(&'a self, key: &'a RateKey, _: RateLimit) -> GateFuture<'a> {
        self.0.lock().unwrap().push(key.to_string());
        Box::pin(async {})
    }

    fn cool_down<'a>(&'a self, key: &'a RateKey, time: Duration) -> GateFuture<'a> {
        let told = format!("{key} cools down for {time:?}");
        self.0.lock().unwrap().push(told);
        Box::pin(async {})
    }
}

#[tokio::test]
async fn gate_is_asked_for_each_attempt() {
    let mock = MockPancake::builder().rate_limit(None);
    let mock = mock.start().await.unwrap();
    let page = mock.page_ids()[0].clone();
    let gate = Gate::default();
    let pancake = client(&mock)
        .page_token(page.as_str(), mock.page_token(&page).unwrap())
        .clock(ManualClock::new())
        .rate_gate(gate.clone())
        .build()
        .unwrap();
    let refusal = FaultKind::TooManyRequests {
        in_body: true,
        retry_after: None,
    };
    mock.faults().add(Fault::new(refusal).times(1));
    read(&pancake, &page).await.unwrap();
    let asked = gate.0.lock().unwrap().clone();
    let page = format!("page:{page}");
    let told = format!("{page} cools down for 2s");
    assert_eq!(asked, [page.clone(), told, page]);
}

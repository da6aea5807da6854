//! Tokens that die, or are replaced, while a call is under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pancake_ext::{
    Clock, ErrorKind, Lease, ManualClock, MemoryStore, MintingTokens, PageId, PageToken, Pancake,
    PancakeBuilder, RateLimit, Sleep, StoreFuture, TokenStore, TokioClock,
};
use pancake_mock::{Fault, FaultKind, MockPancake};
use pancake_tests::recorder::{RecordedRequest, Recorder, Reply};
use serde_json::json;
use tokio::sync::Notify;

use super::{Lines, NEW, OLD, PAGE, Provider, accepted, read, rotated, send, tokens};

/// A server whose first answers are these.
async fn server(first: Vec<Reply>, then: fn(&RecordedRequest) -> Reply) -> Recorder {
    let count = AtomicUsize::new(0);
    let answer = move |request: &RecordedRequest| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        first.get(number).cloned().unwrap_or_else(|| then(request))
    };
    Recorder::start(answer).await.unwrap()
}

fn client(server: &Recorder, provider: &Provider) -> PancakeBuilder {
    Pancake::builder()
        .base_url(server.base_url())
        .token_provider(provider.clone())
        .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
        .clock(ManualClock::new())
}

/// Goes on when so many calls wait for their place. No time goes by meanwhile, since somebody is always busy.
async fn until_waiting(pancake: &Pancake, calls: usize) {
    let waiting = || {
        let state = pancake.limiter().state(&PageId::from(PAGE));
        state.map_or(0, |state| state.waiting)
    };
    while waiting() != calls {
        tokio::task::yield_now().await;
    }
}

/// A clock whose pauses last until the test ends them.
#[derive(Clone, Default)]
struct Held {
    pausing: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl Clock for Held {
    fn now(&self) -> Instant {
        TokioClock.now()
    }

    fn sleep(&self, _: Duration) -> Sleep {
        let held = self.clone();
        Box::pin(async move {
            held.pausing.notify_one();
            held.go_on.notified().await;
        })
    }
}

/// A store that the test keeps a hand on.
#[derive(Clone, Default)]
struct Store(Arc<MemoryStore>);

impl TokenStore for Store {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        self.0.load(page)
    }

    fn save<'a>(
        &'a self,
        page: &'a PageId,
        token: &'a PageToken,
        expected: Option<&'a PageToken>,
        lease: &'a Lease,
    ) -> StoreFuture<'a, bool> {
        self.0.save(page, token, expected, lease)
    }

    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()> {
        self.0.remove(page)
    }
}

fn passing() -> [Reply; 2] {
    [502, 429].map(|status| Reply::answer(status, "text/html", "<html>"))
}

#[tokio::test]
async fn a_failure_that_passes_does_not_cost_a_read_the_reload_of_its_token() {
    for first in passing() {
        let server = server(vec![first], rotated).await;
        let provider = Provider::new(Some(NEW));
        let pancake = client(&server, &provider).build().unwrap();
        read(&pancake, PAGE).await.unwrap();
        assert_eq!(tokens(&server.requests()), ["old", "old", "new"]);
        // After the pause it was asked again, and still had the old one.
        assert_eq!(provider.asked(), ["token", "token", "reload", "token"][..3]);
    }
}

#[tokio::test]
async fn a_send_that_finds_its_token_dead_is_not_repeated_and_the_next_call_has_the_newer_one() {
    let [_, refusal] = passing();
    for first in [vec![], vec![refusal]] {
        let list = json!({"success": true, "categorized": {"activated": [
            {"id": PAGE, "settings": {"page_access_token": NEW}}]}});
        let list = Reply::json(200, &list);
        let server = Recorder::start({
            let first = std::sync::Mutex::new(first);
            move |request: &RecordedRequest| match request.path() {
                "/api/v1/pages" => list.clone(),
                _ => first
                    .lock()
                    .unwrap()
                    .pop()
                    .unwrap_or_else(|| rotated(request)),
            }
        });
        let server = server.await.unwrap();
        let pancake = Pancake::builder()
            .base_url(server.base_url())
            .user_token("user")
            .page_token(PAGE, OLD)
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .clock(ManualClock::new())
            .build()
            .unwrap();
        let error = send(&pancake).await.unwrap_err();
        assert_eq!(error.code().unwrap().get(), 105);
        assert!(error.is_retryable() && error.hint().contains("send it again"));
        let sent = |requests: Vec<RecordedRequest>| {
            let mut sent = requests;
            sent.retain(|request| request.method == "POST");
            sent
        };
        assert!(
            tokens(&sent(server.take()))
                .iter()
                .all(|token| *token == "old")
        );
        send(&pancake).await.unwrap();
        assert_eq!(tokens(&sent(server.take())), ["new"]);
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_waited_for_their_place_go_out_with_the_token_of_the_moment_they_go() {
    let server = Recorder::start(rotated).await.unwrap();
    let provider = Provider::new(None);
    let pancake = Pancake::builder()
        .base_url(server.base_url())
        .token_provider(provider.clone())
        .build()
        .unwrap();
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let pancake = pancake.clone();
            tokio::spawn(async move { send(&pancake).await })
        })
        .collect();
    until_waiting(&pancake, 5).await;
    // The request of the first is there before time can go by.
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    provider.set(NEW);
    for (number, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap().is_ok(), number > 0, "{number}");
    }
    assert_eq!(
        tokens(&server.requests()),
        ["old", "new", "new", "new", "new", "new"]
    );
    // Twice only those that waited, and nobody else; the first was refused.
    let asked = provider.asked();
    let times = |what| asked.iter().filter(|asked| **asked == what).count();
    assert_eq!((times("token"), times("reload")), (6 + 5, 1));
}

#[tokio::test]
async fn a_retry_asks_for_the_token_again_after_its_pause() {
    let [failure, _] = passing();
    let provider = Provider::new(None);
    let other = provider.clone();
    let count = AtomicUsize::new(0);
    let server = Recorder::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 => {
            other.set(NEW);
            failure.clone()
        }
        _ => accepted(),
    });
    let server = server.await.unwrap();
    let pancake = client(&server, &provider).build().unwrap();
    read(&pancake, PAGE).await.unwrap();
    assert_eq!(tokens(&server.requests()), ["old", "new"]);
    assert_eq!(provider.asked(), ["token", "token"]);
}

#[tokio::test]
async fn a_retry_mints_nothing_though_the_token_was_removed_from_the_store_during_its_pause() {
    let mock = MockPancake::builder().rate_limit(None);
    let mock = mock.start().await.unwrap();
    let (store, page, clock) = (Store::default(), PageId::from(PAGE), Held::default());
    let old = mock.page_token(PAGE).unwrap();
    store.put(&page, &old.as_str().into()).await.unwrap();
    let pancake = Pancake::builder()
        .base_url(mock.base_url())
        .user_token(mock.user_token())
        .token_provider(MintingTokens::new(store.clone()).allow_minting(PAGE))
        .rate_limit(RateLimit::off())
        .clock(clock.clone())
        .build()
        .unwrap();
    let requests = |operation: &str| {
        let mut entries = mock.journal();
        entries.retain(|entry| entry.operation.as_deref() == Some(operation));
        entries
    };

    mock.faults()
        .add(Fault::new(FaultKind::BadGatewayHtml).times(1));
    let retried = {
        let pancake = pancake.clone();
        tokio::spawn(async move { read(&pancake, PAGE).await })
    };
    clock.pausing.notified().await;
    mock.rotate_page_token(PAGE);
    store.remove(&page).await.unwrap();
    let refused = read(&pancake, PAGE).await.unwrap_err();
    assert_eq!(refused.code().unwrap().get(), 105);
    clock.go_on.notify_one();
    let error = retried.await.unwrap().unwrap_err();
    assert_eq!((error.code().unwrap().get(), error.attempts()), (105, 2));
    let reads = requests("list_tags");
    let with = |entry: &pancake_mock::JournalEntry| entry.query("page_access_token") == Some(&old);
    assert!(reads.len() == 3 && reads.iter().all(with));
    assert_eq!(requests("generate_page_access_token").len(), 0);

    // The next call begins without a token.
    read(&pancake, PAGE).await.unwrap();
    assert_eq!(requests("generate_page_access_token").len(), 1);
}

#[tokio::test]
async fn a_call_that_neither_waits_nor_fails_asks_once_for_its_token() {
    let server = Recorder::start(|_| accepted()).await.unwrap();
    let provider = Provider::new(None);
    let pancake = Pancake::builder()
        .base_url(server.base_url())
        .token_provider(provider.clone())
        .build()
        .unwrap();
    read(&pancake, PAGE).await.unwrap();
    assert_eq!(provider.asked(), ["token"]);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_goes_on_with_the_refused_token_does_not_undo_what_its_reload_brought() {
    let server = Recorder::start(rotated).await.unwrap();
    let provider = Provider::new(Some(NEW));
    let metrics = Lines::default();
    // Both calls wait for the limiter before they go out again.
    let pancake = Pancake::builder()
        .base_url(server.base_url())
        .token_provider(provider.clone())
        .metrics(metrics.clone())
        .build()
        .unwrap();
    read(&pancake, PAGE).await.unwrap();
    assert_eq!(tokens(&server.requests()), ["old", "new"]);
    assert_eq!(provider.asked(), ["token", "reload", "token"]);
    assert_eq!(
        metrics.get(),
        [
            "retried list_tags Token pause=false",
            "finished list_tags 2 None"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_slow_provider_holds_up_no_call_that_has_its_place_already() {
    let server = Recorder::start(|_| accepted()).await.unwrap();
    let provider = Provider::new(None);
    let pancake = Pancake::builder()
        .base_url(server.base_url())
        .token_provider(provider.clone())
        .build()
        .unwrap();
    read(&pancake, PAGE).await.unwrap();
    let waiting = {
        let pancake = pancake.clone();
        tokio::spawn(async move { read(&pancake, PAGE).await })
    };
    until_waiting(&pancake, 1).await;
    *provider.slow.lock().unwrap() = Duration::from_secs(3_600);
    let start = tokio::time::Instant::now();
    waiting.await.unwrap().unwrap();
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(provider.asked(), ["token", "token", "token"]);
}

#[tokio::test]
async fn a_code_of_the_channel_is_no_word_about_the_token() {
    for code in [102, 105] {
        for status in [200, 401] {
            let refusal = json!({"success": false, "e_code": code, "message": "(#105) channel"});
            let refusal = Reply::json(status, &refusal);
            let server = Recorder::start(move |_| refusal.clone()).await.unwrap();
            let provider = Provider::new(Some(NEW));
            let pancake = client(&server, &provider).build().unwrap();
            let error = read(&pancake, PAGE).await.unwrap_err();
            assert_ne!(error.kind(), ErrorKind::Server);
            assert_eq!(provider.asked(), ["token"], "{code} {status}");
        }
    }
}

#[tokio::test]
async fn a_code_in_the_list_of_errors_is_one_of_pancakes_own() {
    let refusal = json!({"success": false, "errors": [{"error_code": 105}]});
    let server = server(vec![Reply::json(200, &refusal)], |_| accepted()).await;
    let provider = Provider::new(Some(NEW));
    let pancake = client(&server, &provider).build().unwrap();
    read(&pancake, PAGE).await.unwrap();
    assert_eq!(provider.asked(), ["token", "reload"]);
}

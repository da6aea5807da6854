//! Rows of the retry table that need time to pass, or another server than the usual one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pancake_ext::reqwest::dns::{Name, Resolve, Resolving};
use pancake_ext::{
    ErrorKind, Execution, ManualClock, MemoryStore, MintingTokens, Pancake, PancakeBuilder,
    RateLimit,
};
use pancake_mock::{Fault, FaultKind, MockPancake};
use pancake_tests::recorder::{Recorder, Reply};

use super::{OLD, PAGE, accepted, read, send};

fn settings() -> PancakeBuilder {
    Pancake::builder()
        .page_token(PAGE, OLD)
        .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
        .clock(ManualClock::new())
}

async fn mock() -> MockPancake {
    let mock = MockPancake::builder().rate_limit(None);
    mock.start().await.unwrap()
}

fn requests(mock: &MockPancake, operation: &str) -> usize {
    let journal = mock.journal();
    let of = |entry: &&pancake_mock::JournalEntry| entry.operation.as_deref() == Some(operation);
    journal.iter().filter(of).count()
}

#[tokio::test(start_paused = true)]
async fn a_read_without_an_answer_in_time_is_tried_again_and_a_send_is_not() {
    let count = Arc::new(AtomicUsize::new(0));
    let number = count.clone();
    let server = Recorder::start(move |_| match number.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => Reply::Silence,
        _ => accepted(),
    });
    let server = server.await.unwrap();
    let pancake = settings().base_url(server.base_url()).build().unwrap();
    read(&pancake, PAGE).await.unwrap();
    assert_eq!(server.take().len(), 3);
    count.store(0, Ordering::Relaxed);
    let error = send(&pancake).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.execution(), Execution::Unknown);
    assert_eq!(server.take().len(), 1);
}

#[tokio::test]
async fn a_read_without_a_connection_is_tried_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let pancake = settings().base_url(format!("http://{address}/api"));
    let error = read(&pancake.build().unwrap(), PAGE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(
        (error.attempts(), error.execution()),
        (4, Execution::NotExecuted)
    );
}

/// Looks for names for ever.
struct Never;

impl Resolve for Never {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_takes_too_long_is_none_so_that_a_send_is_tried_again_too() {
    let pancake = settings()
        .base_url("http://pancake.example/api")
        .allow_insecure_http()
        .configure_http(|http| http.no_proxy().dns_resolver(Arc::new(Never)))
        .connect_timeout(Duration::from_secs(3))
        .build()
        .unwrap();
    for result in [read(&pancake, PAGE).await, send(&pancake).await] {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
        assert_eq!(
            (error.attempts(), error.execution()),
            (4, Execution::NotExecuted)
        );
    }
}

#[tokio::test]
async fn a_read_that_was_refused_with_102_is_sent_once_more_with_a_newer_token_and_a_send_is_not() {
    for reads in [true, false] {
        let mock = mock().await;
        let page = mock.page_ids()[0].clone();
        assert_eq!(page, PAGE);
        let pancake = settings()
            .base_url(mock.base_url())
            .user_token(mock.user_token())
            .page_token(PAGE, "from long ago")
            .build()
            .unwrap();
        if reads {
            read(&pancake, PAGE).await.unwrap();
            assert_eq!(requests(&mock, "list_tags"), 2);
        } else {
            let error = send(&pancake).await.unwrap_err();
            assert_eq!(error.code().unwrap().get(), 102);
            assert_eq!(requests(&mock, "send_message"), 1);
        }
        assert_eq!(requests(&mock, "list_pages"), 1);
    }
}

#[tokio::test]
async fn a_mint_that_was_refused_for_the_rate_is_tried_again_since_nothing_was_minted() {
    for in_body in [true, false] {
        let mock = mock().await;
        let refusal = FaultKind::TooManyRequests {
            in_body,
            retry_after: None,
        };
        let refuse = || {
            let fault = Fault::new(refusal.clone()).on("generate_page_access_token");
            mock.faults().add(fault.times(2));
        };
        let settings = || {
            let builder = settings().base_url(mock.base_url());
            builder.user_token(mock.user_token())
        };
        let mints = || requests(&mock, "generate_page_access_token");

        refuse();
        let tokens = MintingTokens::new(MemoryStore::new()).allow_minting(PAGE);
        let pancake = settings().token_provider(tokens).build().unwrap();
        read(&pancake, PAGE).await.unwrap();
        assert_eq!(mints(), 3);

        refuse();
        let pancake = settings().build().unwrap();
        let call = pancake.client().generate_page_access_token().page_id(PAGE);
        call.send().await.unwrap();
        assert_eq!(mints(), 6);
    }
}

#[tokio::test(start_paused = true)]
async fn times_without_end_make_no_panic() {
    let server = Recorder::start(|_| accepted()).await.unwrap();
    let refusing = Recorder::start(|_| {
        Reply::answer(429, "text/html", "no").header("retry-after", u64::MAX.to_string())
    });
    let refusing = refusing.await.unwrap();
    for clock in [true, false] {
        let client = |server: &Recorder| {
            let policy = pancake_ext::RetryPolicy::default()
                .first_pause(Duration::MAX)
                .longest_pause(Duration::MAX)
                .longest_retry_after(Duration::MAX);
            let limit = RateLimit::per_second(f64::NAN).cool_down(Duration::MAX);
            let builder = Pancake::builder()
                .base_url(server.base_url())
                .page_token(PAGE, OLD)
                .retry(policy)
                .rate_limit(limit)
                .connect_timeout(Duration::MAX)
                .attempt_timeout(Duration::MAX)
                .call_timeout(Duration::MAX);
            let builder = if clock {
                builder.clock(ManualClock::new())
            } else {
                builder
            };
            builder.build().unwrap()
        };
        read(&client(&server), PAGE).await.unwrap();
        if clock {
            let error = read(&client(&refusing), PAGE).await.unwrap_err();
            assert_eq!(error.retry_after(), Some(Duration::from_secs(u64::MAX)));
        }
    }
}

//! The retry table of `pancake-ext`, row by row, against the fake server. Pauses go by a clock that only counts.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pancake_ext::send::ReplyInbox;
use pancake_ext::{
    Error, ErrorKind, Execution, Finished, ManualClock, Metrics, Pancake, PancakeBuilder,
    RateLimit, RetryBudget, RetryPolicy, Subject,
};
use pancake_mock::{Fault, FaultKind, MockPancake};

struct Scene {
    mock: MockPancake,
    clock: ManualClock,
    page: String,
    conversation: String,
}

impl Scene {
    async fn new() -> Self {
        let mock = MockPancake::builder()
            .rate_limit(None)
            .start()
            .await
            .unwrap();
        let page = mock.page_ids()[0].clone();
        let conversation = mock.conversation_ids(&page)[0].clone();
        Scene {
            mock,
            clock: ManualClock::new(),
            page,
            conversation,
        }
    }

    fn builder(&self) -> PancakeBuilder {
        Pancake::builder()
            .base_url(self.mock.base_url())
            .page_token(
                self.page.as_str(),
                self.mock.page_token(&self.page).unwrap(),
            )
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .clock(self.clock.clone())
    }

    fn pancake(&self) -> Pancake {
        self.builder().build().unwrap()
    }

    fn fault(&self, kind: FaultKind, times: u64) {
        self.mock.faults().add(Fault::new(kind).times(times));
    }

    async fn read(&self, pancake: &Pancake) -> Result<(), Error> {
        pancake
            .client()
            .list_tags()
            .page_id(self.page.as_str())
            .send()
            .await?;
        Ok(())
    }

    async fn send(&self, pancake: &Pancake) -> Result<(), Error> {
        let send = pancake.client().send_message().page_id(self.page.as_str());
        send.conversation_id(self.conversation.as_str())
            .body(ReplyInbox::new("Xin chào"))
            .send()
            .await?;
        Ok(())
    }

    fn requests(&self, operation: &str) -> usize {
        let journal = self.mock.journal();
        journal
            .iter()
            .filter(|entry| entry.operation.as_deref() == Some(operation))
            .count()
    }
}

/// Failures after which nobody knows whether the call was executed.
fn doubtful() -> Vec<(FaultKind, ErrorKind)> {
    vec![
        (FaultKind::InternalError, ErrorKind::Server),
        (FaultKind::BadGatewayHtml, ErrorKind::Server),
        (FaultKind::GatewayTimeoutAfterStore, ErrorKind::Server),
        (FaultKind::ErrorWithoutCode, ErrorKind::Server),
        (FaultKind::ResetBefore, ErrorKind::Interrupted),
        (FaultKind::ResetAfter, ErrorKind::Interrupted),
        (FaultKind::TruncatedBody, ErrorKind::Interrupted),
    ]
}

/// Failures that prove that the call was not executed.
fn refusals() -> Vec<FaultKind> {
    [false, true]
        .map(|in_body| FaultKind::TooManyRequests {
            in_body,
            retry_after: None,
        })
        .to_vec()
}

#[tokio::test]
async fn a_read_is_tried_again_after_every_failure_that_may_pass() {
    let kinds = doubtful()
        .into_iter()
        .map(|(kind, _)| kind)
        .chain(refusals());
    for kind in kinds {
        let scene = Scene::new().await;
        scene.fault(kind.clone(), 2);
        scene
            .read(&scene.pancake())
            .await
            .unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        assert_eq!(scene.requests("list_tags"), 3, "{kind:?}");
        assert_eq!(scene.clock.pauses().len(), 2, "{kind:?}");
    }
}

#[tokio::test]
async fn a_send_whose_outcome_is_unknown_goes_out_once_and_says_so() {
    for (kind, expected) in doubtful() {
        let scene = Scene::new().await;
        scene.fault(kind.clone(), 1);
        let error = scene.send(&scene.pancake()).await.unwrap_err();
        assert_eq!(scene.requests("send_message"), 1, "{kind:?}");
        assert_eq!(error.kind(), expected, "{kind:?}");
        assert_eq!(error.execution(), Execution::Unknown, "{kind:?}");
        assert!(
            !error.is_retryable(),
            "{kind:?}: whoever repeats what is retryable sends twice"
        );
        assert_eq!(error.attempts(), 1, "{kind:?}");
        assert_eq!(error.operation(), Some("send_message"), "{kind:?}");
    }
}

#[tokio::test]
async fn a_send_that_was_provably_not_executed_is_tried_again() {
    for kind in refusals() {
        let scene = Scene::new().await;
        scene.fault(kind.clone(), 2);
        scene.send(&scene.pancake()).await.unwrap();
        assert_eq!(scene.requests("send_message"), 3, "{kind:?}");
    }
}

#[tokio::test]
async fn a_send_without_a_connection_is_tried_again_because_nothing_was_sent() {
    let scene = Scene::new().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let pancake = scene
        .builder()
        .base_url(format!("http://{address}/api"))
        .build()
        .unwrap();
    let error = scene.send(&pancake).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(error.execution(), Execution::NotExecuted);
    assert_eq!(error.attempts(), 4);
}

#[tokio::test]
async fn failures_that_do_not_pass_are_not_tried_again() {
    for (kind, expected) in [
        (FaultKind::ErrorCode(100), ErrorKind::InvalidRequest),
        (FaultKind::ErrorCode(102), ErrorKind::Token),
        (FaultKind::ErrorCode(103), ErrorKind::Token),
        (FaultKind::ErrorCode(107), ErrorKind::Permission),
        (FaultKind::ErrorCode(121), ErrorKind::Permission),
        (FaultKind::ErrorCode(4711), ErrorKind::Api),
        (FaultKind::InvalidJson, ErrorKind::InvalidAnswer),
        (
            FaultKind::Redirect("http://127.0.0.1:9/".into()),
            ErrorKind::InvalidAnswer,
        ),
    ] {
        let scene = Scene::new().await;
        scene.fault(kind.clone(), 1);
        let error = scene.read(&scene.pancake()).await.unwrap_err();
        assert_eq!(error.kind(), expected, "{kind:?}: {error}");
        assert_eq!(scene.requests("list_tags"), 1, "{kind:?}");
        assert!(scene.clock.pauses().is_empty(), "{kind:?}");
    }
}

#[tokio::test]
async fn an_answer_as_html_by_name_but_json_by_content_is_taken() {
    let scene = Scene::new().await;
    scene.fault(FaultKind::WrongContentType, 1);
    scene.read(&scene.pancake()).await.unwrap();
}

#[tokio::test]
async fn an_endless_answer_ends_at_the_limit_and_is_not_tried_again() {
    let scene = Scene::new().await;
    scene.fault(FaultKind::EndlessBody, 1);
    let pancake = scene.builder().answer_limit(100_000).build().unwrap();
    let error = scene.read(&pancake).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidAnswer, "{error}");
    assert_eq!(scene.requests("list_tags"), 1);
}

#[tokio::test]
async fn the_last_error_and_the_number_of_attempts_survive() {
    let scene = Scene::new().await;
    scene.fault(FaultKind::InternalError, 3);
    scene.fault(FaultKind::BadGatewayHtml, 100);
    let error = scene.read(&scene.pancake()).await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.status()),
        (4, Some(502)),
        "{error}"
    );
    assert!(error.request_id().is_some());
    assert_eq!(
        error.page_id().map(|page| page.as_str()),
        Some(scene.page.as_str())
    );
}

#[tokio::test]
async fn retry_after_is_obeyed_up_to_its_bound() {
    let scene = Scene::new().await;
    let kind = |retry_after| FaultKind::TooManyRequests {
        in_body: false,
        retry_after,
    };
    scene.fault(kind(Some(7)), 1);
    scene.read(&scene.pancake()).await.unwrap();
    assert_eq!(scene.clock.pauses()[0], Duration::from_secs(7));

    scene.fault(kind(Some(3_600)), 1);
    let error = scene.read(&scene.pancake()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3_600)));
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn a_spent_budget_ends_retries_for_all_clones_until_calls_succeed() {
    let scene = Scene::new().await;
    let pancake = scene
        .builder()
        .retry_budget(RetryBudget::new(4))
        .build()
        .unwrap();
    let fault = scene
        .mock
        .faults()
        .add(Fault::new(FaultKind::InternalError));
    let attempts = |error: Error| error.attempts();
    assert_eq!(attempts(scene.read(&pancake).await.unwrap_err()), 4);
    assert_eq!(attempts(scene.read(&pancake.clone()).await.unwrap_err()), 2);
    assert_eq!(
        attempts(
            scene
                .read(&pancake.with_options(|options| options))
                .await
                .unwrap_err()
        ),
        1
    );
    scene.mock.faults().remove(fault);
    for _ in 0..10 {
        scene.read(&pancake).await.unwrap();
    }
    scene.fault(FaultKind::InternalError, 1);
    scene.read(&pancake).await.unwrap();
}

#[tokio::test]
async fn a_policy_can_be_set_for_some_calls() {
    let scene = Scene::new().await;
    scene.fault(FaultKind::InternalError, 1);
    let hasty = scene
        .pancake()
        .with_options(|options| options.retry(RetryPolicy::never()));
    assert_eq!(scene.read(&hasty).await.unwrap_err().attempts(), 1);
    scene.read(&scene.pancake()).await.unwrap();
}

#[tokio::test]
async fn an_upload_whose_file_is_a_stream_goes_out_once() {
    use pancake_ext::reqwest::{Body, multipart::Part};

    let scene = Scene::new().await;
    scene.fault(
        FaultKind::TooManyRequests {
            in_body: false,
            retry_after: None,
        },
        1,
    );
    let file = tokio_stream_of("not a photo");
    let part = Part::stream(Body::wrap_stream(file))
        .file_name("a.txt")
        .mime_str("text/plain")
        .unwrap();
    let pancake = scene.pancake();
    let upload = pancake
        .client()
        .upload_contents()
        .page_id(scene.page.as_str())
        .file(part);
    let error = Error::from(upload.send().await.unwrap_err());
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(scene.requests("upload_contents"), 1);
}

fn tokio_stream_of(
    text: &'static str,
) -> impl futures_util::Stream<Item = Result<&'static str, std::io::Error>> {
    futures_util::stream::iter([Ok(text)])
}

#[tokio::test]
async fn the_fake_server_stored_a_send_that_failed_only_once() {
    let scene = Scene::new().await;
    scene.fault(FaultKind::GatewayTimeoutAfterStore, 1);
    let pancake = scene.pancake();
    scene.send(&pancake).await.unwrap_err();
    let messages = pancake
        .client()
        .list_messages()
        .page_id(scene.page.as_str())
        .conversation_id(scene.conversation.as_str())
        .send()
        .await
        .unwrap()
        .into_inner();
    let sent = messages.messages.unwrap_or_default();
    let sent = sent
        .iter()
        .filter(|message| message.original_message.as_deref() == Some("Xin chào"));
    assert_eq!(sent.count(), 1);
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Recorder {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

impl Metrics for Recorder {
    fn finished(&self, subject: Subject<'_>, call: Finished<'_>) {
        self.note(format!(
            "finished {} {} {}",
            subject.operation,
            call.attempts,
            call.error.is_none()
        ));
    }

    fn retried(&self, subject: Subject<'_>, error: &Error, _: Duration) {
        self.note(format!("retried {} {:?}", subject.operation, error.kind()));
    }

    fn waited(&self, subject: Subject<'_>, wait: Duration) {
        self.note(format!("waited {} {}", subject.operation, wait.as_millis()));
    }

    fn rate_limited(&self, subject: Subject<'_>) {
        self.note(format!("rate_limited {}", subject.operation));
    }
}

#[tokio::test]
async fn metrics_tell_calls_retries_waits_and_refusals() {
    let scene = Scene::new().await;
    scene.fault(
        FaultKind::TooManyRequests {
            in_body: true,
            retry_after: None,
        },
        1,
    );
    let recorder = Recorder::default();
    let limit = RateLimit::off().cool_down(Duration::from_secs(2));
    let pancake = scene
        .builder()
        .rate_limit(limit)
        .metrics(recorder.clone())
        .build()
        .unwrap();
    scene.read(&pancake).await.unwrap();
    let lines = recorder.0.lock().unwrap().clone();
    let wait: u64 = lines[3]
        .strip_prefix("waited list_tags ")
        .unwrap()
        .parse()
        .unwrap();
    // The pause before the retry is part of the cool-down.
    assert!((1..=2_000).contains(&wait), "{wait}");
    assert_eq!(
        lines[..3],
        [
            "waited list_tags 0",
            "rate_limited list_tags",
            "retried list_tags RateLimited"
        ]
    );
    assert_eq!(lines[4], "finished list_tags 2 true");
}

#[tokio::test]
async fn a_refusal_after_a_doubtful_attempt_leaves_the_outcome_unknown() {
    let scene = Scene::new().await;
    scene.fault(FaultKind::GatewayTimeoutAfterStore, 1);
    for kind in refusals() {
        scene.fault(kind, 100);
    }
    let pancake = scene.pancake();
    let call = pancake
        .client()
        .mark_conversation_read()
        .page_id(scene.page.as_str());
    let call = call.conversation_id(scene.conversation.as_str()).send();
    let error = Error::from(call.await.unwrap_err());
    assert_eq!(
        (error.kind(), error.execution()),
        (ErrorKind::RateLimited, Execution::Unknown)
    );
}

#[tokio::test]
async fn a_server_that_asks_to_wait_for_ever_is_asked_again_after_a_minute() {
    for retry_after in [31_536_000, u64::MAX] {
        let scene = Scene::new().await;
        let kind = FaultKind::TooManyRequests {
            in_body: false,
            retry_after: Some(retry_after),
        };
        scene.fault(kind, 1);
        let pancake = scene
            .builder()
            .rate_limit(RateLimit::default())
            .build()
            .unwrap();
        assert_eq!(scene.read(&pancake).await.unwrap_err().attempts(), 1);
        let start = pancake_ext::Clock::now(&scene.clock);
        scene.read(&pancake).await.unwrap();
        let waited = pancake_ext::Clock::now(&scene.clock) - start;
        assert!(waited <= Duration::from_secs(61), "{waited:?}");
    }
}

#[tokio::test]
async fn an_error_of_a_transport_in_front_is_told_as_such() {
    use pancake_ext::client::{Call, CallError, SharedTransport, Transport, TransportFuture};

    struct DryRun;
    impl Transport for DryRun {
        fn execute(&self, _: Call) -> TransportFuture<'_> {
            let error = CallError::from_transport("dry run: nothing is sent");
            Box::pin(async { Err(error) })
        }
    }
    let scene = Scene::new().await;
    let wrap = |_: SharedTransport| DryRun;
    let pancake = scene.builder().wrap_transport(wrap).build().unwrap();
    let error = scene.read(&pancake).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.to_string().contains("dry run"), "{error}");
}

//! Failures that come without a code, or with the reason in an odd place: docs/behaviour.md#error-shapes.

#![allow(clippy::unwrap_used, reason = "a test ends by panicking")]

use std::sync::atomic::{AtomicUsize, Ordering};

use pancake_ext::{Error, ErrorKind, Execution, ManualClock, Pancake, RateLimit, SendOutcome};
use pancake_tests::recorder::{Recorder, Reply};

const PAGE: &str = "1000000000000001";

async fn client(bodies: &'static [&'static str]) -> (Recorder, Pancake) {
    let next = AtomicUsize::new(0);
    let server = Recorder::start(move |_| {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        Reply::answer(200, "application/json", bodies[turn.min(bodies.len() - 1)])
    });
    let server = server.await.unwrap();
    let pancake = Pancake::builder()
        .base_url(server.base_url())
        .page_token(PAGE, "page-token-of-a-usual-length")
        .rate_limit(RateLimit::off())
        .clock(ManualClock::new());
    let pancake = pancake.build().unwrap();
    (server, pancake)
}

async fn read(body: &'static [&'static str]) -> (usize, Result<(), Error>) {
    let (server, pancake) = client(body).await;
    let result = pancake.page(PAGE).tags().await.map(drop);
    (server.requests().len(), result)
}

async fn send(bodies: &'static [&'static str]) -> (usize, SendOutcome) {
    let (server, pancake) = client(bodies).await;
    let chat = pancake.page(PAGE).conversation(format!("{PAGE}_2"));
    let outcome = chat.reply("Dạ còn hàng ạ").await.unwrap();
    (server.requests().len(), outcome)
}

#[tokio::test]
async fn failure_without_code_has_the_kind_of_its_text() {
    for (body, kind) in [
        (
            r#"{"success":false,"message":"Invalid access_token"}"#,
            ErrorKind::Token,
        ),
        (
            r#"{"success":false,"message":"access_token renewed please use new access_token"}"#,
            ErrorKind::Token,
        ),
        (
            r#"{"success":false,"message":"Since must be provided with until"}"#,
            ErrorKind::InvalidRequest,
        ),
        (
            r#"{"success":false,"message":"(#551) unavailable"}"#,
            ErrorKind::Channel,
        ),
        (
            r#"{"success":false,"message":"File size should not exceed 500KB"}"#,
            ErrorKind::File,
        ),
    ] {
        let bodies: &'static [&'static str] = Box::leak(Box::new([body]));
        let (calls, result) = read(bodies).await;
        let error = result.unwrap_err();
        assert_eq!((error.kind(), calls), (kind, 1), "{body}");
        assert_eq!(error.execution(), Execution::NotExecuted, "{body}");
        assert!(!error.is_retryable(), "{body}");
    }
}

#[tokio::test]
async fn too_many_requests_without_code_is_a_rate_limit() {
    const REFUSED: &str = r#"{"success":false,"message":"Too many requests"}"#;
    let (calls, result) = read(&[REFUSED, r#"{"tags":[]}"#]).await;
    assert!(result.is_ok());
    assert_eq!(calls, 2);
    // Not executed, so even a send goes out again.
    let (calls, outcome) = send(&[REFUSED, r#"{"success":true,"id":"m_1"}"#]).await;
    assert!(outcome.is_delivered(), "{outcome:?}");
    assert_eq!(calls, 2);
}

#[tokio::test]
async fn reason_in_original_error_rejects_the_send() {
    for body in [
        r#"{"success":false,"original_error":"(#10) outside of the window"}"#,
        r#"{"success":false,"original_error":{"error":{"code":10,"error_subcode":2018278,"message":"m"}}}"#,
        r#"{"success":false,"original_error":"{\"error\":{\"code\":10,\"error_subcode\":2018278}}"}"#,
        r#"{"success":false,"original_error":"invalid_upload_fb_attachments_result"}"#,
        r#"{"success":false,"original_error":{"error":{"code":10900,"message":"m"}}}"#,
    ] {
        let bodies: &'static [&'static str] = Box::leak(Box::new([body]));
        let (calls, outcome) = send(bodies).await;
        assert!(
            matches!(outcome, SendOutcome::Rejected(_)),
            "{body}: {outcome:?}"
        );
        assert_eq!(calls, 1, "{body}");
    }
}

//! Look-ups of tokens that fail, or find nothing.

use std::sync::atomic::{AtomicUsize, Ordering};

use pancake_ext::{Error, ErrorKind, Execution, ManualClock, Pancake};
use pancake_tests::recorder::{RecordedRequest, Recorder, Reply};
use serde_json::json;

use super::{OLD, PAGE, accepted, read, send};

#[tokio::test]
async fn a_failed_look_up_keeps_what_the_server_said_and_the_call_was_not_executed() {
    for (status, body, kind, code) in [
        (
            200,
            json!({"success": false, "error_code": 103, "message": "expired"}),
            ErrorKind::Token,
            Some(103),
        ),
        (
            429,
            json!({"success": false, "error_code": 429}),
            ErrorKind::RateLimited,
            Some(429),
        ),
        (
            500,
            json!({"success": false, "message": "oh"}),
            ErrorKind::Server,
            None,
        ),
    ] {
        let answer = Reply::json(status, &body)
            .header("x-request-id", "r-7")
            .header("retry-after", "3600");
        let server = Recorder::start(move |_| answer.clone()).await.unwrap();
        let pancake = Pancake::builder()
            .base_url(server.base_url())
            .user_token("user")
            .clock(ManualClock::new())
            .build()
            .unwrap();
        for error in [read(&pancake, PAGE).await, send(&pancake).await] {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), kind);
            assert_eq!(error.code().map(|code| code.get()), code, "{error}");
            assert_eq!(error.status(), Some(status));
            assert_eq!(error.request_id(), Some("r-7"));
            assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(3_600));
            assert_eq!(error.execution(), Execution::NotExecuted);
            assert_eq!(error.attempts(), 0);
            assert_ne!(error.operation(), Some("list_pages"));
            let shown = error.to_string();
            assert_eq!(shown.matches("list_pages").count(), 1, "{shown}");
            assert_eq!(shown.matches("r-7").count(), 1, "{shown}");
            let source = std::error::Error::source(&error).unwrap();
            let source = source.downcast_ref::<Error>().unwrap();
            assert_eq!(source.operation(), Some("list_pages"));
            assert_eq!(error.hint(), source.hint());
        }
        assert!(
            server
                .requests()
                .iter()
                .all(|request| request.path() == "/api/v1/pages")
        );
    }
}

#[tokio::test]
async fn a_given_token_of_a_page_that_the_user_does_not_have_outlives_a_refusal_that_passes() {
    let count = AtomicUsize::new(0);
    let server = Recorder::start(move |request: &RecordedRequest| {
        if request.path() == "/api/v1/pages" {
            return Reply::json(
                200,
                &json!({"success": true, "categorized": {"activated": []}}),
            );
        }
        match count.fetch_add(1, Ordering::Relaxed) {
            0 => Reply::json(
                200,
                &json!({"success": false, "error_code": 102, "message": "no"}),
            ),
            _ => accepted(),
        }
    });
    let server = server.await.unwrap();
    let pancake = Pancake::builder()
        .base_url(server.base_url())
        .user_token("user")
        .page_token(PAGE, OLD)
        .clock(ManualClock::new())
        .build()
        .unwrap();
    let error = read(&pancake, PAGE).await.unwrap_err();
    assert_eq!(error.code().unwrap().get(), 102);
    for _ in 0..3 {
        read(&pancake, PAGE).await.unwrap();
    }
    let looks = server.requests();
    let looks = looks
        .iter()
        .filter(|request| request.path() == "/api/v1/pages");
    assert_eq!(looks.count(), 1);
}

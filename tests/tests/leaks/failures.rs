//! Failed calls, whatever made them fail.

use pancake_ext::{ErrorKind, Pancake};
use pancake_tests::canary::{PAGE_TOKEN, Sight, USER_TOKEN};
use pancake_tests::recorder::{Recorder, Reply};
use serde_json::json;

use super::cases::{Answer, Case, cases, echo, silence};
use super::{PAGE, failures, look, patient, plain, settings};

#[tokio::test]
async fn no_failure_of_the_sdk_shows_a_token_whatever_the_server_repeats() {
    let mut sight = Sight::new();
    for Case { name, reply, kind } in cases() {
        let server = Recorder::start(reply).await.unwrap();
        let pancake = settings(&server.base_url()).build().unwrap();
        for raw in failures(name, pancake.client()).await {
            let error = look(&mut sight, name, raw);
            assert_eq!(error.kind(), kind, "{name}: {error}");
        }
        let sent = server.requests();
        assert!(
            sent.iter()
                .any(|request| request.target.contains("pageCANARY")),
            "{name}"
        );
        assert!(
            sent.iter()
                .any(|request| request.target.contains("userCANARY")),
            "{name}"
        );
    }
    assert_eq!(sight.leaks(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_brings_no_token_to_light() {
    let mut sight = Sight::new();
    let Case { name, reply, kind } = silence();
    let server = Recorder::start(reply).await.unwrap();
    let pancake = patient(&server.base_url()).build().unwrap();
    for raw in failures(name, pancake.client()).await {
        let error = look(&mut sight, name, raw);
        assert_eq!(error.kind(), kind, "{name}: {error}");
    }
    assert_eq!(sight.leaks(), [""; 0]);
}

#[tokio::test]
async fn no_failure_before_or_instead_of_a_request_shows_a_token() {
    let mut sight = Sight::new();
    let refusing = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let pancake = settings(&format!("http://{refusing}/api")).build().unwrap();
    for raw in failures("nobody listens", pancake.client()).await {
        let error = look(&mut sight, "nobody listens", raw);
        assert_eq!(error.kind(), ErrorKind::Connect);
    }
    let raw = pancake
        .client()
        .list_tags()
        .page_id("..")
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        look(&mut sight, "an id that is no id", raw).kind(),
        ErrorKind::InvalidRequest
    );
    let raw = pancake.client().list_tags().send().await.unwrap_err();
    assert_eq!(
        look(&mut sight, "a missing parameter", raw).kind(),
        ErrorKind::InvalidRequest
    );
    let only_page = Pancake::builder()
        .page_token("2", PAGE_TOKEN)
        .build()
        .unwrap();
    let raw = only_page
        .client()
        .list_tags()
        .page_id(PAGE)
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        look(&mut sight, "no token for the page", raw).kind(),
        ErrorKind::Token
    );
    let secret_in_address = format!("http://{USER_TOKEN}@127.0.0.1:1/{USER_TOKEN}?{USER_TOKEN}");
    let error = settings(&secret_in_address).build().unwrap_err();
    sight.error("a token in the base URL", &error);
    assert_eq!(sight.leaks(), [""; 0]);
}

#[tokio::test]
async fn an_answer_that_is_too_large_shows_no_token() {
    let mut sight = Sight::new();
    let server =
        Recorder::start(|request| Reply::json(200, &json!({"tags": [], "x": echo(request)})));
    let server = server.await.unwrap();
    let pancake = settings(&server.base_url())
        .answer_limit(16)
        .build()
        .unwrap();
    for raw in failures("too large", pancake.client()).await {
        assert_eq!(
            look(&mut sight, "too large", raw).kind(),
            ErrorKind::InvalidAnswer
        );
    }
    assert_eq!(sight.leaks(), [""; 0]);
}

/// The generated client alone hands back what came, so only a server that repeats the token can make it visible.
#[tokio::test]
async fn failures_of_the_generated_client_alone_show_no_token_of_the_request() {
    let quiet: [(&str, Answer); 7] = [
        ("an error", |_| {
            Reply::json(400, &json!({"success": false, "error_code": 102}))
        }),
        ("an HTML 502", |_| Reply::answer(502, "text/html", "<html>")),
        ("an unexpected status", |_| {
            Reply::answer(304, "text/html", "")
        }),
        ("another form", |request| {
            Reply::json(
                200,
                &json!({"tags": echo(request), "categorized": echo(request)}),
            )
        }),
        ("broken JSON", |request| {
            Reply::answer(200, "application/json", echo(request))
        }),
        ("a connection that closes", |_| Reply::Hangup),
        ("an answer that breaks off", |_| Reply::Truncated),
    ];
    let mut sight = Sight::new();
    for (name, reply) in quiet {
        let server = Recorder::start(reply).await.unwrap();
        let (_, client) = plain(&server.base_url());
        for raw in failures(name, &client).await {
            sight.error(name, &raw);
        }
        assert_eq!(server.requests().len(), 2, "{name}");
    }
    let refusing = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (_, client) = plain(&format!("http://{refusing}/api"));
    for raw in failures("nobody listens", &client).await {
        sight.error("nobody listens", &raw);
    }
    assert_eq!(sight.leaks(), [""; 0]);
}

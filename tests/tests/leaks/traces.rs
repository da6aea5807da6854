//! What programs print: traces of all levels, and the demo.

use std::process::Command;

use pancake_ext::Pancake;
use pancake_mock::MockPancake;
use pancake_tests::canary::Sight;
use pancake_tests::log::Log;
use pancake_tests::recorder::{Recorder, Reply};
use tracing_subscriber::util::SubscriberInitExt;

use super::cases::{Case, cases, silence};
use super::{failures, page_list, patient, settings};

/// Calls that fail, and what programs log of it.
async fn fail(name: &str, pancake: &Pancake) {
    for raw in failures(name, pancake.client()).await {
        tracing::error!(error = %raw, debug = ?raw, "failed");
        let error = pancake_ext::Error::from(raw);
        tracing::error!(error = &error as &dyn std::error::Error, debug = ?error, "failed");
    }
}

fn check(log: &Log, wanted: &[&str]) {
    let text = log.text();
    // Without these lines the test would look at nothing.
    for part in wanted {
        assert!(text.contains(part), "the traces of {part} are missing");
    }
    let mut sight = Sight::new();
    for line in text.lines() {
        sight.text("trace", line);
    }
    assert_eq!(sight.leaks(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn traces_of_a_call_that_nobody_answers_show_no_token() {
    let log = Log::new();
    let _recording = log.subscriber().set_default();
    let Case { name, reply, .. } = silence();
    let server = Recorder::start(reply).await.unwrap();
    let pancake = patient(&server.base_url()).build().unwrap();
    fail(name, &pancake).await;
    check(&log, &["pancake.call", "list_tags", "Timeout"]);
}

#[tokio::test]
async fn traces_of_all_levels_show_no_token() {
    let log = Log::new();
    let _recording = log.subscriber().set_default();
    for Case { name, reply, .. } in cases() {
        let server = Recorder::start(reply).await.unwrap();
        let pancake = settings(&server.base_url()).build().unwrap();
        fail(name, &pancake).await;
    }
    let server = Recorder::start(|_| Reply::json(200, &page_list()))
        .await
        .unwrap();
    let pancake = settings(&server.base_url()).build().unwrap();
    let pages = pancake.client().list_pages().send().await.unwrap();
    tracing::info!(?pages, ?pancake, "pages");

    // hyper itself logs nothing unless the compiler is told to build an unstable part of it.
    check(
        &log,
        &["pancake.call", "list_tags", "hyper_util", "reqwest"],
    );
}

#[tokio::test]
async fn the_demo_succeeds_and_prints_no_token() {
    // Tokens follow from the seed, so the demo's own server has the same.
    let mock = MockPancake::start().await.unwrap();
    let mut tokens = vec![mock.user_token()];
    for page in mock.page_ids() {
        tokens.extend(mock.page_token(&page));
        // Those that it makes on the way, by rotation and by minting.
        tokens.extend((0..3).filter_map(|_| mock.rotate_page_token(&page)));
    }
    let output = Command::new(env!("CARGO_BIN_EXE_demo"))
        .env("RUST_LOG", "trace")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("The demo succeeded"), "{text}");
    assert!(
        text.contains("[REDACTED]"),
        "the demo no longer shows a token being hidden"
    );
    for token in tokens {
        // The last part of a JWT is what nobody can make up.
        let signature = token.rsplit('.').next().unwrap();
        assert!(signature.len() > 20 && !text.contains(signature));
    }
}

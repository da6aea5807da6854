//! Every operation against every failure the fake server can make: the token is in nothing that a person may see.
//!
//! Whatever reqwest and hyper-util log is recorded too, at the most detailed level. hyper logs nothing: its traces are an unstable
//! part, which only a flag of the compiler builds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::error::Error as StdError;
use std::sync::OnceLock;
use std::time::Duration;

use pancake_client::TokenKind;
use pancake_client::operations::OPERATIONS;
use pancake_ext::{Error, ManualClock, Pancake, PancakeBuilder, RateLimit, RetryPolicy};
use pancake_mock::{Fault, FaultKind, MockPancake};
use pancake_tests::decoding;
use pancake_tests::log::Log;
use tracing_subscriber::util::SubscriberInitExt;

/// Records all that this process logs.
fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::new();
        log.subscriber().init();
        log
    })
}

/// The two tests share the log, so they take turns.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn is_slow(kind: &FaultKind) -> bool {
    matches!(kind, FaultKind::SlowHeaders(_) | FaultKind::SlowBody(_))
}

/// Each kind of fault, but those that take their time, and answers that are worse than the usual.
fn faults(second_host: &str) -> Vec<FaultKind> {
    let answer = |status, content_type: &str, body: &str| FaultKind::Answer {
        status,
        content_type: content_type.to_owned(),
        body: body.to_owned(),
    };
    let mut kinds = FaultKind::one_of_each();
    kinds.retain(|kind| !is_slow(kind) && !matches!(kind, FaultKind::Redirect(_)));
    kinds.extend([
        FaultKind::TooManyRequests {
            in_body: true,
            retry_after: Some(1),
        },
        FaultKind::Redirect(format!("{second_host}/elsewhere")),
        FaultKind::ErrorCode(105),
        answer(200, "text/html", "<html>TOKEN</html>"),
        answer(502, "text/html", "<html>TOKEN</html>"),
        answer(
            200,
            "application/json",
            r#"{"success":false,"error_code":102,"message":"bad TOKEN","original_error":{"TOKEN":["TOKEN"]}}"#,
        ),
        answer(400, "application/json", r#"{"message":"bad TOKEN"}"#),
        // Decodes to nothing, in each of the list and object answers.
        answer(200, "application/json", r#"["TOKEN",{"TOKEN":"TOKEN"}]"#),
        answer(
            200,
            "application/json",
            r#"{"success":"TOKEN","page_access_token":["TOKEN"],"pages":"TOKEN","data":"TOKEN","tags":"TOKEN"}"#,
        ),
        // A mark in front hides neither a failure nor the tokens of a list of pages.
        answer(
            200,
            "application/json",
            "\u{feff}{\"pages\":[{\"settings\":{\"page_access_token\":\"PAGE-TOKEN\"}}],\"x\":[{\"access_token\":\"PAGE-TOKEN\"}]}",
        ),
        answer(500, "application/json", r#"[{"settings":{"page_access_token":"PAGE-TOKEN"}}]"#),
        answer(200, "text/plain", r#")]}', {"settings":{"page_access_token":"PAGE-TOKEN"}}"#),
    ]);
    kinds
}

/// The fault with the real token in its body, as a server would echo it, and with the token of a page where the answer is one that
/// holds such.
fn echoing(kind: FaultKind, token: &str, page_token: &str) -> FaultKind {
    match kind {
        FaultKind::Answer {
            status,
            content_type,
            body,
        } => FaultKind::Answer {
            status,
            content_type,
            body: body
                .replace("PAGE-TOKEN", page_token)
                .replace("TOKEN", token),
        },
        FaultKind::Redirect(to) => FaultKind::Redirect(format!("{to}?page_access_token={token}")),
        other => other,
    }
}

/// A fault that cannot make a difference to a call is not counted: a page token that the call has none of, the loss of an
/// answer to what was refused, the JSON of an answer that is none, the rows of a list that has one page or is none.
fn passes_some_by(kind: &FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::RotateToken
            | FaultKind::GatewayTimeoutAfterStore
            | FaultKind::InvalidJson
            | FaultKind::WrongContentType
            | FaultKind::Arrival { .. }
            | FaultKind::StuckCursor
            | FaultKind::RepeatedRows
            | FaultKind::ShortPage
            | FaultKind::EmptyPage
            | FaultKind::Vanish
    )
}

struct Scene {
    mock: MockPancake,
    elsewhere: MockPancake,
    page: String,
}

impl Scene {
    async fn new() -> Self {
        let mock = MockPancake::builder()
            .rate_limit(None)
            .start()
            .await
            .unwrap();
        let elsewhere = MockPancake::builder()
            .rate_limit(None)
            .start()
            .await
            .unwrap();
        Scene {
            page: mock.page_ids()[0].clone(),
            mock,
            elsewhere,
        }
    }

    fn builder(&self) -> PancakeBuilder {
        Pancake::builder()
            .base_url(self.mock.base_url())
            .user_token(self.mock.user_token())
            .rate_limit(RateLimit::off())
            .retry(RetryPolicy::default().max_attempts(2))
            .clock(ManualClock::new())
            .answer_limit(4 * 1024 * 1024)
    }

    /// Every token this server has known since it was made.
    fn tokens(&self, before: &[String]) -> Vec<String> {
        let mut tokens = before.to_vec();
        tokens.push(self.mock.user_token());
        let pages = self.mock.page_ids();
        tokens.extend(pages.iter().filter_map(|page| self.mock.page_token(page)));
        tokens
    }

    /// Calls an operation and shows whatever came of it in every way there is.
    async fn shown(&self, pancake: &Pancake, operation: &str) -> String {
        match decoding::call(pancake.client(), operation)
            .await
            .expect("a known operation")
        {
            Ok(decoded) => format!("{} {}", decoded.debug, decoded.value),
            Err(raw) => {
                let raw_shown = chain(&raw);
                let error = Error::from(raw);
                let body = error
                    .body()
                    .map(String::from_utf8_lossy)
                    .unwrap_or_default();
                let api = serde_json::to_string(&error.api_error()).unwrap();
                format!(
                    "{raw_shown} {} {} {body} {api}",
                    chain(&error),
                    error.hint()
                )
            }
        }
    }
}

/// An error and all its sources in Display, Debug and their alternate forms.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut shown = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        shown += &format!("{error} {error:#} {error:?} {error:#?} ");
        next = error.source();
    }
    shown
}

async fn no_token_is_seen(
    kinds: impl Fn(&str) -> Vec<FaultKind>,
    builder: fn(PancakeBuilder) -> PancakeBuilder,
) {
    let _turn = TURN.lock().await;
    let log = log();
    let scene = Scene::new().await;
    let mut tokens = Vec::new();
    for kind in kinds(scene.elsewhere.base_url()) {
        for operation in &OPERATIONS {
            tokens = scene.tokens(&tokens);
            let token = match operation.token {
                TokenKind::User => scene.mock.user_token(),
                TokenKind::Page => scene.mock.page_token(&scene.page).unwrap(),
                // No token goes out with it, so the server has none to give away.
                _ => "no-token".to_owned(),
            };
            let page_token = match operation.token {
                TokenKind::User => scene.mock.page_token(&scene.page).unwrap(),
                _ => token.clone(),
            };
            let fault = Fault::new(echoing(kind.clone(), &token, &page_token)).on(operation.id);
            let fault = scene.mock.faults().add(fault);
            let pancake = builder(scene.builder()).build().unwrap();
            let shown = scene.shown(&pancake, operation.id).await;
            assert!(
                scene.mock.faults().hits(fault) > 0 || passes_some_by(&kind),
                "{kind:?} did not hit {}",
                operation.id
            );
            scene.mock.faults().remove(fault);
            tokens = scene.tokens(&tokens);
            tokens.sort();
            tokens.dedup();
            for token in &tokens {
                assert!(
                    !shown.contains(token),
                    "{kind:?} of {}: {shown}",
                    operation.id
                );
            }
        }
        let logged = log.take();
        assert!(logged.contains("pancake.call"), "the log is recorded");
        for token in &tokens {
            let found = logged
                .find(token.as_str())
                .map(|at| &logged[at.saturating_sub(200)..at]);
            assert_eq!(found, None, "a token is logged with {kind:?}");
        }
    }
    assert!(
        scene.elsewhere.journal().is_empty(),
        "a redirect was followed to another host"
    );
}

#[tokio::test]
async fn no_token_is_seen_whatever_fails_in_whichever_operation() {
    no_token_is_seen(faults, |builder| builder).await;
}

#[tokio::test(start_paused = true)]
async fn no_token_is_seen_when_the_server_is_slow() {
    let kinds = |_: &str| {
        let mut kinds = FaultKind::one_of_each();
        kinds.retain(is_slow);
        kinds
    };
    no_token_is_seen(kinds, |builder| {
        builder.call_timeout(Duration::from_secs(7_200))
    })
    .await;
}

//! What the transport of `pancake-ext` does around a call: tokens that change meanwhile, queues, redirects, calls that are
//! dropped. Time is tokio's, paused, or that of a clock that only counts.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod dropped;
mod limits;
mod look_ups;
mod redirects;
mod renewals;
mod repeats;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pancake_ext::send::ReplyInbox;
use pancake_ext::{
    Error, Finished, Metrics, PageId, PageToken, Pancake, Subject, TokenFuture, TokenProvider,
    UserApi,
};
use pancake_tests::recorder::{RecordedRequest, Reply};
use serde_json::json;

const PAGE: &str = "1000000000000001";
const OLD: &str = "old-old-old-old-old-old-old-old";
const NEW: &str = "new-new-new-new-new-new-new-new";

async fn read(pancake: &Pancake, page: &str) -> Result<(), Error> {
    pancake.client().list_tags().page_id(page).send().await?;
    Ok(())
}

async fn send(pancake: &Pancake) -> Result<(), Error> {
    let send = pancake.client().send_message().page_id(PAGE);
    send.conversation_id("c")
        .body(ReplyInbox::new("Xin chào"))
        .send()
        .await?;
    Ok(())
}

/// What a server answers that takes the new token only.
fn rotated(request: &RecordedRequest) -> Reply {
    if request.target.contains(OLD) {
        return Reply::json(
            200,
            &json!({"success": false, "error_code": 105, "message": "renewed"}),
        );
    }
    accepted()
}

fn accepted() -> Reply {
    Reply::json(200, &json!({"success": true, "tags": [], "id": "m_1"}))
}

/// The tokens that requests came with.
fn tokens(requests: &[RecordedRequest]) -> Vec<&'static str> {
    let token = |request: &RecordedRequest| match request.target.contains(OLD) {
        true => "old",
        false => "new",
    };
    requests.iter().map(token).collect()
}

/// A provider that hands out what the test says, and writes down what it is asked.
#[derive(Clone)]
struct Provider {
    token: Arc<Mutex<&'static str>>,
    newer: Option<&'static str>,
    asked: Arc<Mutex<Vec<&'static str>>>,
    /// How long it takes to answer.
    slow: Arc<Mutex<Duration>>,
}

impl Provider {
    /// Has the old token, and this one for those who were refused.
    fn new(newer: Option<&'static str>) -> Self {
        Provider {
            token: Arc::new(Mutex::new(OLD)),
            newer,
            asked: Arc::default(),
            slow: Arc::default(),
        }
    }

    fn set(&self, token: &'static str) {
        *self.token.lock().unwrap() = token;
    }

    fn asked(&self) -> Vec<&'static str> {
        self.asked.lock().unwrap().clone()
    }

    fn answer(&self, what: &'static str, token: Option<&'static str>) -> TokenFuture<'static> {
        self.asked.lock().unwrap().push(what);
        let slow = *self.slow.lock().unwrap();
        Box::pin(async move {
            if !slow.is_zero() {
                tokio::time::sleep(slow).await;
            }
            Ok(token.map(PageToken::from))
        })
    }
}

impl TokenProvider for Provider {
    fn page_token<'a>(&'a self, _: &'a PageId, _: &'a UserApi) -> TokenFuture<'a> {
        let token = *self.token.lock().unwrap();
        self.answer("token", Some(token))
    }

    fn reload<'a>(&'a self, _: &'a PageId, _: &'a PageToken, _: &'a UserApi) -> TokenFuture<'a> {
        self.answer("reload", self.newer)
    }
}

/// Writes down what metrics are told.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    fn get(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

impl Metrics for Lines {
    fn finished(&self, subject: Subject<'_>, call: Finished<'_>) {
        let end = call.error.map(|error| (error.kind(), error.execution()));
        self.note(format!(
            "finished {} {} {end:?}",
            subject.operation, call.attempts
        ));
    }

    fn retried(&self, subject: Subject<'_>, error: &Error, pause: Duration) {
        let (operation, kind, paused) = (subject.operation, error.kind(), !pause.is_zero());
        self.note(format!("retried {operation} {kind:?} pause={paused}"));
    }

    fn rate_limited(&self, subject: Subject<'_>) {
        self.note(format!("rate_limited {}", subject.operation));
    }
}

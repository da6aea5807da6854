//! Every example of the API document through the types that were generated from it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::sync::{Arc, Mutex};

use pancake_client::secret::AccessToken;
use pancake_client::{CallError, Client, PlainTransport, http_client_builder};
use pancake_ext::{ManualClock, Pancake, RateLimit, RetryPolicy};
use pancake_tests::decoding::{self, Decoded};
use pancake_tests::losses::losses;
use pancake_tests::recorder::{Recorder, Reply};
use pancake_tests::snapshots;
use serde_json::{Value, json};
use xtask::examples::{self, AnswerExample};

/// A server that gives the answer that was put into it last.
struct Answering {
    recorder: Recorder,
    next: Arc<Mutex<(u16, Value)>>,
}

impl Answering {
    async fn start() -> Self {
        let next = Arc::new(Mutex::new((200, Value::Null)));
        let given = next.clone();
        let recorder = Recorder::start(move |_| {
            let (status, body) = given.lock().unwrap().clone();
            Reply::json(status, &body)
        });
        Answering {
            recorder: recorder.await.unwrap(),
            next,
        }
    }

    fn put(&self, status: u16, body: &Value) {
        *self.next.lock().unwrap() = (status, body.clone());
    }

    /// The generated client alone: nothing looks at the answer before it is decoded.
    fn client(&self) -> Client {
        let http = http_client_builder().unwrap().build().unwrap();
        let transport = PlainTransport::new(http.clone())
            .user_token(AccessToken::from("user"))
            .page_token(AccessToken::from("page"));
        Client::with_transport(&self.recorder.base_url(), http, transport)
    }

    /// The SDK, which turns failures into errors.
    fn pancake(&self) -> Pancake {
        Pancake::builder()
            .base_url(self.recorder.base_url())
            .user_token("user")
            .page_token("1000000000000001", "page")
            .rate_limit(RateLimit::off())
            // A 429 brings a cool-down, which nobody should sit through.
            .clock(ManualClock::new())
            .retry(RetryPolicy::never())
            .build()
            .unwrap()
    }
}

fn name(example: &AnswerExample) -> String {
    let holder = example.shared.as_ref().unwrap_or(&example.operation);
    format!("{holder}.{}", example.name)
}

async fn call(client: &Client, operation: &str) -> Result<Decoded, CallError> {
    match decoding::call(client, operation).await {
        Some(result) => result,
        None => panic!("{operation} has no call in tests/src/decoding.rs: add one"),
    }
}

#[tokio::test]
async fn every_example_of_a_success_decodes_to_the_value_that_was_reviewed_and_loses_nothing() {
    let document = examples::document().unwrap();
    let server = Answering::start().await;
    let client = server.client();
    let mut names = Vec::new();
    for example in examples::answers(&document) {
        if example.status != "200" {
            continue;
        }
        let name = name(&example);
        server.put(200, &example.value);
        let decoded = match call(&client, &example.operation).await {
            Ok(decoded) => decoded,
            Err(error) => panic!("{name}: {error}"),
        };
        assert_eq!(losses(&example.value, &decoded.value), [""; 0], "{name}");
        let shown = format!("{}\n{:#}", decoded.type_name, decoded.value);
        snapshots::settings("answers").bind(|| insta::assert_snapshot!(name.as_str(), shown));
        names.push(name);
    }
    let names = names.iter().map(String::as_str);
    assert_eq!(
        snapshots::orphans("answers", names).unwrap(),
        [""; 0],
        "delete these snapshots"
    );
}

#[tokio::test]
async fn every_operation_shows_an_answer_in_the_api_document() {
    let document = examples::document().unwrap();
    let answers = examples::answers(&document);
    for operation in examples::operation_ids(&document) {
        let shown = |status: &str| {
            answers
                .iter()
                .any(|example| example.operation == operation && example.status == status)
        };
        // A file has no example in JSON.
        let file = pancake_client::Operation::find(operation)
            .is_some_and(|operation| operation.answer == pancake_client::AnswerKind::File);
        assert!(
            (file || shown("200")) && shown("4XX") && shown("5XX"),
            "{operation} lacks an example"
        );
    }
}

#[tokio::test]
async fn every_example_of_an_error_decodes_in_every_operation_and_loses_nothing() {
    let document = examples::document().unwrap();
    let server = Answering::start().await;
    let client = server.client();
    for example in examples::answers(&document) {
        let status = match example.status.as_str() {
            "200" => continue,
            "4XX" => 400,
            _ => 500,
        };
        server.put(status, &example.value);
        let place = format!("{} in {}", name(&example), example.operation);
        let error = match call(&client, &example.operation).await {
            Err(error) => error,
            Ok(_) => panic!("{place} decodes as a success"),
        };
        assert_eq!(error.status(), Some(status), "{place}");
        let Some(error) = error.api_error() else {
            panic!("{place}: {error}")
        };
        let decoded = serde_json::to_value(error).unwrap();
        assert_eq!(losses(&example.value, &decoded), [""; 0], "{place}");
    }
}

#[tokio::test]
async fn every_example_of_an_error_becomes_the_error_that_was_reviewed_also_with_http_200() {
    let document = examples::document().unwrap();
    let server = Answering::start().await;
    let pancake = server.pancake();
    let mut seen = Vec::new();
    for example in examples::answers(&document) {
        let name = name(&example);
        if example.status == "200" || seen.contains(&name) {
            continue;
        }
        let own = if example.status == "4XX" { 400 } else { 500 };
        let mut shown = format!("{:#}\n", example.value);
        for status in [200, own] {
            server.put(status, &example.value);
            let error = match call(pancake.client(), &example.operation).await {
                Err(error) => pancake_ext::Error::from(error),
                Ok(_) => panic!("{name} with HTTP {status} is a success"),
            };
            shown += &format!(
                "\nHTTP {status}\n  error      {error}\n  kind       {:?}\n  code       {:?}\n  execution  {:?}\n  retryable  {}\n  hint       {}\n",
                error.kind(),
                error.code().map(|code| code.get()),
                error.execution(),
                error.is_retryable(),
                error.hint(),
            );
        }
        snapshots::settings("errors").bind(|| insta::assert_snapshot!(name.as_str(), shown));
        seen.push(name);
    }
    let names = seen.iter().map(String::as_str);
    assert_eq!(
        snapshots::orphans("errors", names).unwrap(),
        [""; 0],
        "delete these snapshots"
    );
}

#[test]
fn every_example_of_a_body_is_taken_by_its_type_and_written_again_as_it_was() {
    let document = examples::document().unwrap();
    let bodies = examples::bodies(&document);
    assert!(!bodies.is_empty());
    for example in bodies {
        let name = format!("{}.{}", example.operation, example.name);
        let again = match decoding::body(&example.operation, &example.value) {
            Some(again) => again,
            None => panic!("{name} has no type in tests/src/decoding.rs: add one"),
        };
        assert_eq!(again.unwrap(), example.value, "{name}");
    }
}

#[test]
fn bodies_refuse_what_the_api_document_does_not_have() {
    let body = json!({"action": "add", "tag_id": "5", "tag": 5});
    assert!(
        decoding::body("update_conversation_tag", &body)
            .unwrap()
            .is_err()
    );
    let body = json!({"action": "shout", "message": "Xin chào"});
    assert!(decoding::body("send_message", &body).unwrap().is_err());
}

//! The generated operations, through a transport that answers by itself.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a failed expectation ends the test"
)]

use std::sync::{Arc, Mutex};

use pancake_goldens::types::{Change, Size};
use pancake_goldens::{
    Call, CallError, Client, Reason, Response, Transport, TransportFuture, operations,
};

/// Keeps what was sent, and answers the same each time.
#[derive(Clone)]
struct Canned {
    sent: Arc<Mutex<Vec<(String, String)>>>,
    status: u16,
    body: &'static str,
}

impl Transport for Canned {
    fn execute(&self, call: Call) -> TransportFuture<'_> {
        let body = String::from_utf8_lossy(call.json().unwrap_or_default()).into_owned();
        let line = format!("{} {}", call.operation().method, call.url());
        self.sent.lock().unwrap().push((line, body));
        let mut response = Response::json(self.body);
        response.status = self.status.try_into().unwrap();
        Box::pin(async move { Ok(response) })
    }
}

fn client(status: u16, body: &'static str) -> (Client, Canned) {
    let canned = Canned {
        sent: Arc::default(),
        status,
        body,
    };
    let client = Client::with_transport(
        "http://goldens.example",
        // Not `Client::new()`: with the features of the whole workspace reqwest has rustls without a provider.
        pancake_client::http_client_builder()
            .unwrap()
            .build()
            .unwrap(),
        canned.clone(),
    );
    (client, canned)
}

fn sent(canned: &Canned) -> (String, String) {
    canned.sent.lock().unwrap().pop().unwrap()
}

#[tokio::test]
async fn arguments_go_into_the_path_and_the_query() {
    let (client, canned) = client(200, r#"{"total":1,"things":[{"id":7}]}"#);
    let call = client.list_things().page_id("a/b").kind("big");
    let tags = vec!["x".to_owned(), "y z".to_owned()];
    let answer = call.tags(tags).send().await.unwrap();
    assert_eq!(
        answer.things.as_ref().unwrap()[0].id.as_ref().unwrap(),
        &"7"
    );
    assert_eq!(
        sent(&canned).0,
        "GET http://goldens.example/v1/pages/a%2Fb/things?kind=big&tags%5B%5D=x&tags%5B%5D=y+z"
    );
}

#[tokio::test]
async fn bodies_are_sent_whole_or_made_of_parts() {
    let (client, canned) = client(200, "{}");
    let change = Change::Resize { size: Size::Small };
    client
        .change_thing()
        .page_id("1")
        .body(change)
        .send()
        .await
        .unwrap();
    assert_eq!(sent(&canned).1, r#"{"action":"resize","size":"small"}"#);
    let call = client.make_thing().page_id("1");
    call.body_map(|body| body.name("n").size("big"))
        .send()
        .await
        .unwrap();
    assert_eq!(sent(&canned).1, r#"{"name":"n","size":"big"}"#);
}

#[tokio::test]
async fn a_missing_or_wrong_argument_names_the_operation_and_sends_nothing() {
    let (client, canned) = client(200, "{}");
    let refused = |error: CallError| error.to_string();
    let error = client.list_things().kind("big").send().await.unwrap_err();
    assert_eq!(
        refused(error),
        "list_things: page_id is missing: call `.page_id(…)`"
    );
    let error = client
        .list_things()
        .page_id("1")
        .kind("BIG")
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        refused(error),
        "list_things: kind: `BIG` is no Size: use one of big, small"
    );
    let call = client
        .make_thing()
        .page_id("1")
        .body_map(|body| body.name("n"));
    let error = call.send().await.unwrap_err();
    assert_eq!(
        refused(error),
        "make_thing: body: size is missing: call `.size(…)`"
    );
    let call = client
        .make_thing()
        .page_id("1")
        .body_map(|body| body.name("n").size("BIG"));
    let error = call.send().await.unwrap_err();
    assert_eq!(
        refused(error),
        "make_thing: body: size: `BIG` is no Size: use one of big, small"
    );
    assert!(canned.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_failure_is_typed_and_an_odd_answer_names_its_place() {
    let (failing, _) = client(422, r#"{"message":"no","code":7}"#);
    let call = failing.list_things().page_id("1").kind("big");
    let error = call.send().await.unwrap_err();
    assert_eq!(error.to_string(), "no (HTTP 422)");
    let failure = error.api_error().unwrap();
    assert_eq!(failure.message.as_deref(), Some("no"));
    assert_eq!(failure.extra["code"], 7);

    let (odd, _) = client(
        200,
        r#"{"total":1,"things":[{"id":1},{"id":{"secret":"canary"}}]}"#,
    );
    let call = odd.list_things().page_id("1").kind("big");
    let error = call.send().await.unwrap_err();
    let place = match error.reason() {
        Reason::Decode(error) => error.path(),
        other => panic!("{other:?}"),
    };
    assert_eq!(place, "things[1].id");
    assert!(!format!("{error} {error:?} {error:#}").contains("canary"));
}

#[test]
fn a_stripped_operation_is_in_the_table_and_has_no_method() {
    let row = operations::OPERATIONS
        .iter()
        .find(|row| row.id == "upload_file")
        .unwrap();
    assert!(row.handwritten);
    let generated = include_str!("../generated/generated.rs");
    assert!(!generated.contains("upload_file"));
    assert!(generated.contains("pub fn list_things"));
}

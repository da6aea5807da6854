//! Each fault, as a client meets it.
use std::{io::ErrorKind, time::Duration};

use pancake_mock::{Fault, FaultId, FaultKind};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::caller::{Caller, Reply, caller, free};

fn add(shop: &Caller, kind: FaultKind) -> FaultId {
    shop.mock.faults().add(Fault::new(kind))
}

async fn tags(shop: &Caller) -> reqwest::Result<Reply> {
    shop.try_call("GET", &shop.at("tags"), Value::Null).await
}

/// The newest conversation, and how many messages it has.
fn stored(shop: &Caller) -> (String, u64) {
    let id = shop.mock.conversation_ids(&shop.page).swap_remove(0);
    let count = shop.mock.message_count(&shop.page, &id).unwrap();
    (id, count)
}

async fn send(shop: &Caller, id: &str) -> reqwest::Result<Reply> {
    let text = json!({"action": "reply_inbox", "message": "Dạ còn ạ"});
    shop.try_call("POST", &shop.conversation(id, "messages"), text)
        .await
}

/// A raw connection with a request on it: what is on the wire, without a library in between.
async fn raw(shop: &Caller) -> TcpStream {
    let mut stream = TcpStream::connect(shop.mock.address()).await.unwrap();
    let path = format!("/api{}?page_access_token={}", shop.at("tags"), shop.token());
    let request = format!("GET {path} HTTP/1.1\r\nhost: mock\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn faults_that_replace_a_response_execute_nothing() {
    let shop = caller().await;
    let (id, before) = stored(&shop);
    let original = json!({"error": {"code": 10_900, "message": "(#10900) Already replied to"}});
    let failure = |key: &str, value: Value| json!({"success": false, (key): value}).to_string();
    let later = "An error occurred. Please try again later.";
    for (kind, status, text) in [
        (FaultKind::InternalError, 500, "<html>".to_owned()),
        (FaultKind::BadGatewayHtml, 502, "<html>".to_owned()),
        (
            FaultKind::Redirect("http://elsewhere.example/".to_owned()),
            302,
            "<html>".to_owned(),
        ),
        (
            FaultKind::ErrorWithoutCode,
            200,
            failure("message", later.into()),
        ),
        (
            FaultKind::ErrorText("Too many requests".to_owned()),
            200,
            failure("message", "Too many requests".into()),
        ),
        (
            FaultKind::OriginalError(original.clone()),
            200,
            failure("original_error", original.clone()),
        ),
        (
            FaultKind::OriginalError(original.to_string().into()),
            200,
            failure("original_error", original.to_string().into()),
        ),
        (
            FaultKind::ErrorCode(121),
            200,
            "\"error_code\":121".to_owned(),
        ),
        (
            FaultKind::Answer {
                status: 403,
                content_type: "a/b".to_owned(),
                body: "{\"x\":1}".to_owned(),
            },
            403,
            "{\"x\":1}".to_owned(),
        ),
    ] {
        shop.mock.faults().clear();
        add(&shop, kind.clone());
        let reply = send(&shop, &id).await.unwrap();
        assert_eq!(reply.status, status, "{kind:?}");
        let same = serde_json::from_str::<Value>(&text).is_ok_and(|wanted| wanted == reply.json());
        assert!(
            same || reply.text.contains(&text),
            "{kind:?}: {}",
            reply.text
        );
        assert_eq!(reply.headers.get_all("content-type").iter().count(), 1);
        match kind {
            FaultKind::Redirect(to) => assert_eq!(reply.header("location"), to),
            FaultKind::Answer { .. } => assert_eq!(reply.header("content-type"), "a/b"),
            _ => {}
        }
    }
    assert_eq!(stored(&shop).1, before);
}

#[tokio::test]
async fn rotate_token_answers_105_to_the_old_one() {
    let shop = caller().await;
    let old = shop.token();
    let fault = Fault::new(FaultKind::RotateToken).after(3).times(1);
    let fault = shop.mock.faults().add(fault);
    let query = [("page_access_token", old.as_str())];
    for code in [
        json!(null),
        json!(null),
        json!(null),
        json!(105),
        json!(105),
    ] {
        assert_eq!(shop.get_with(&shop.at("users"), &query).await.code(), code);
    }
    assert_eq!(shop.mock.faults().hits(fault), 1);
    assert_ne!(shop.token(), old);
}

#[tokio::test]
async fn too_many_requests_as_status_or_in_body() {
    let shop = caller().await;
    let (id, before) = stored(&shop);
    for (in_body, retry_after) in [
        (false, None),
        (false, Some(2)),
        (true, None),
        (true, Some(7)),
    ] {
        shop.mock.faults().clear();
        add(
            &shop,
            FaultKind::TooManyRequests {
                in_body,
                retry_after,
            },
        );
        let reply = send(&shop, &id).await.unwrap();
        assert_eq!(
            (reply.status, reply.code()),
            (if in_body { 200 } else { 429 }, json!(429))
        );
        let wanted = retry_after
            .map(|seconds| seconds.to_string())
            .unwrap_or_default();
        assert_eq!(reply.header("retry-after"), wanted);
    }
    assert_eq!(stored(&shop).1, before);
}

#[tokio::test]
async fn fault_with_a_duration_ends_with_it() {
    let shop = Caller::start(free().frozen_clock()).await;
    let fault = Fault::new(FaultKind::InternalError).lasts(Duration::from_secs(2));
    shop.mock.faults().add(fault);
    for (millis, status) in [(0, 500), (1_999, 500), (1, 200)] {
        shop.mock.clock().advance(Duration::from_millis(millis));
        assert_eq!(tags(&shop).await.unwrap().status, status);
    }
}

#[tokio::test]
async fn faults_after_the_store_lose_only_the_response() {
    for kind in [
        FaultKind::GatewayTimeoutAfterStore,
        FaultKind::ResetAfter,
        FaultKind::InvalidJson,
        FaultKind::TruncatedBody,
    ] {
        let shop = caller().await;
        let (id, before) = stored(&shop);
        add(&shop, kind.clone());
        let reply = send(&shop, &id).await;
        match kind {
            FaultKind::GatewayTimeoutAfterStore => assert_eq!(reply.unwrap().status, 504),
            FaultKind::InvalidJson => {
                let reply = reply.unwrap();
                assert!(reply.header("content-type").starts_with("application/json"));
                assert!(serde_json::from_str::<Value>(&reply.text).is_err());
            }
            _ => assert!(reply.is_err(), "{kind:?}"),
        }
        assert_eq!(stored(&shop).1, before + 1, "{kind:?}");
    }
}

#[tokio::test]
async fn reset_before_executes_nothing() {
    let shop = caller().await;
    let (id, before) = stored(&shop);
    add(&shop, FaultKind::ResetBefore);
    assert!(send(&shop, &id).await.is_err());
    let entry = shop.mock.journal().pop().unwrap();
    assert_eq!((entry.status, entry.body_length), (0, 0));
    assert_eq!(stored(&shop).1, before);
}

#[tokio::test]
async fn resets_are_resets_of_the_connection() {
    for kind in [FaultKind::ResetBefore, FaultKind::ResetAfter] {
        let shop = caller().await;
        add(&shop, kind);
        let error = raw(&shop)
            .await
            .read_to_end(&mut Vec::new())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
}

#[tokio::test]
async fn truncated_body_ends_in_the_middle() {
    let shop = caller().await;
    let whole = tags(&shop).await.unwrap().text;
    add(&shop, FaultKind::TruncatedBody);
    let mut bytes = Vec::new();
    raw(&shop).await.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains(&format!("content-length: {}", whole.len())),
        "{head}"
    );
    assert!(!body.is_empty() && body.len() < whole.len());
}

#[tokio::test]
async fn wrong_content_type_says_that_json_is_html() {
    let shop = caller().await;
    add(&shop, FaultKind::WrongContentType);
    let reply = tags(&shop).await.unwrap();
    assert!(reply.header("content-type").starts_with("text/html"));
    assert!(reply.json()["tags"].is_array());
}

#[tokio::test]
async fn slow_headers_go_on_when_the_clock_moves() {
    let shop = Caller::start(free().frozen_clock()).await;
    add(&shop, FaultKind::SlowHeaders(Duration::from_secs(30)));
    let mut stream = raw(&shop).await;
    let mut beginning = [0; 9];
    stream.read_exact(&mut beginning).await.unwrap();
    assert_eq!(&beginning, b"HTTP/1.1 ");
    let mut more = [0; 1];
    assert_eq!(
        stream.try_read(&mut more).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    shop.mock.clock().advance(Duration::from_secs(30));
    stream.read_exact(&mut more).await.unwrap();
    assert_eq!(&more, b"2");
}

#[tokio::test(start_paused = true)]
async fn slow_headers_outlast_the_timeout_of_a_client() {
    let shop = caller().await;
    add(&shop, FaultKind::SlowHeaders(Duration::from_secs(30)));
    let request = shop.http.get(shop.url(&shop.at("tags")));
    let error = shop
        .send(request.timeout(Duration::from_secs(10)))
        .await
        .err();
    assert!(error.expect("a time-out").is_timeout());
}

#[tokio::test(start_paused = true)]
async fn slow_body_is_whole_after_its_time() {
    let shop = caller().await;
    let whole = tags(&shop).await.unwrap().text;
    let begin = tokio::time::Instant::now();
    add(&shop, FaultKind::SlowBody(Duration::from_secs(60)));
    assert_eq!(tags(&shop).await.unwrap().text, whole);
    assert!(begin.elapsed() >= Duration::from_secs(60));
}

#[tokio::test]
async fn endless_body_goes_on_while_someone_reads() {
    let shop = caller().await;
    add(&shop, FaultKind::EndlessBody);
    let mut stream = raw(&shop).await;
    let mut chunk = vec![0; 64 * 1024];
    let mut read = 0;
    while read < 8 * 1024 * 1024 {
        read += stream.read(&mut chunk).await.unwrap();
    }
    drop(stream);
    shop.mock.faults().clear();
    assert_eq!(tags(&shop).await.unwrap().status, 200);
}

#[tokio::test]
async fn journal_names_the_fault() {
    let shop = caller().await;
    shop.mock
        .faults()
        .add(Fault::new(FaultKind::InternalError).times(1));
    for name in [Some("internal_error"), None] {
        tags(&shop).await.unwrap();
        assert_eq!(shop.mock.journal().pop().unwrap().fault.as_deref(), name);
    }
}

#[tokio::test]
async fn fault_without_effect_is_not_used_up() {
    let shop = caller().await;
    let (id, _) = stored(&shop);
    let faults = shop.mock.faults();
    let only = |kind: FaultKind| {
        faults.clear();
        faults.add(Fault::new(kind).times(1))
    };
    // No list with pages.
    for kind in [
        FaultKind::StuckCursor,
        FaultKind::RepeatedRows,
        FaultKind::ShortPage,
        FaultKind::EmptyPage,
        FaultKind::Vanish,
    ] {
        let fault = only(kind);
        assert_eq!(shop.tags().await.status, 200);
        assert_eq!(faults.hits(fault), 0);
        assert_eq!(shop.mock.journal().pop().unwrap().fault, None);
    }
    // No page token to rotate.
    let fault = only(FaultKind::RotateToken);
    shop.pages().await;
    assert_eq!(faults.hits(fault), 0);
    // A send that was refused was not stored.
    let fault = only(FaultKind::GatewayTimeoutAfterStore);
    let refused = json!({"action": "reply_inbox", "content_ids": ["unknown"]});
    let reply = shop.post(&id, "messages", refused).await;
    assert_eq!(
        reply.json()["message_code"],
        "invalid_upload_fb_attachments_result"
    );
    assert_eq!(faults.hits(fault), 0);
    assert_eq!(shop.reply(&id, "Dạ").await.status, 504);
    assert_eq!((faults.hits(fault), faults.total_hits()), (1, 1));
    faults.clear();
    assert_eq!(faults.total_hits(), 1);
}

#[tokio::test]
async fn arrival_writes_between_two_pages_of_a_list() {
    let shop = caller().await;
    let first = shop.ids(&[]).await;
    let fault = |conversation: Option<&str>| {
        let conversation = conversation.map(str::to_owned);
        let text = "Alo".to_owned();
        Fault::new(FaultKind::Arrival { conversation, text }).on("list_conversations")
    };
    let faults = shop.mock.faults();
    let new = faults.add(fault(None).after(1).times(1));
    let old = faults.add(fault(Some(&first[30])).after(2).times(1));
    let unknown = faults.add(fault(Some("1_1")).after(3).times(1));
    assert_eq!(shop.ids(&[]).await, first);
    // Someone new has come before the second page, and the cursor stands where it stood.
    let second = shop.ids(&[("last_conversation_id", &first[59])]).await;
    assert_ne!(second[0], first[59]);
    let third = shop.ids(&[]).await;
    assert_eq!(third[0], first[30]);
    assert_eq!(third[2..32], first[..30]);
    shop.ids(&[]).await;
    assert_eq!([new, old, unknown].map(|id| faults.hits(id)), [1, 1, 0]);
    assert_eq!(shop.mock.violations(), []);
}

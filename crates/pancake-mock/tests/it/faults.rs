//! Each fault, as a client meets it.
use std::{io::ErrorKind, time::Duration};

use pancake_mock::{Fault, FaultId, FaultKind};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::caller::{Caller, caller, free};

fn add(shop: &Caller, kind: FaultKind) -> FaultId {
    shop.mock.faults().add(Fault::new(kind))
}

async fn tags(shop: &Caller) -> reqwest::Result<crate::caller::Reply> {
    shop.try_call("GET", &shop.at("tags"), Value::Null).await
}

/// How many messages the newest conversation has.
async fn stored(shop: &Caller) -> (String, u64) {
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    let list = shop.conversations(&[]).await.json();
    (
        id,
        list["conversations"][0]["message_count"].as_u64().unwrap(),
    )
}

fn text() -> Value {
    json!({"action": "reply_inbox", "message": "Dạ còn ạ"})
}

/// A raw connection with a request on it: what is on the wire, without a library in between.
async fn raw(shop: &Caller, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(shop.mock.address()).await.unwrap();
    let path = format!("/api{path}?page_access_token={}", shop.token());
    let request = format!("GET {path} HTTP/1.1\r\nhost: mock\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn rotate_token_answers_105_to_who_has_the_old_one() {
    let shop = caller().await;
    let old = shop.token();
    let fault = Fault::new(FaultKind::RotateToken).after(3).times(1);
    let fault = shop.mock.faults().add(fault);
    let call = async || {
        let query = [("page_access_token", old.as_str())];
        shop.get_with(&shop.at("users"), &query).await.code()
    };
    for _ in 0..3 {
        assert_eq!(call().await, json!(null));
    }
    assert_eq!(call().await, 105);
    assert_eq!(call().await, 105);
    assert_eq!(shop.mock.faults().hits(fault), 1);
    assert_ne!(shop.token(), old);
}

#[tokio::test]
async fn too_many_requests_comes_as_a_status_or_in_the_body_with_or_without_retry_after() {
    let shop = caller().await;
    let (id, before) = stored(&shop).await;
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
        let reply = shop.reply(&id, "a").await;
        assert_eq!(reply.status, if in_body { 200 } else { 429 });
        assert_eq!(reply.code(), 429);
        let header = reply
            .headers
            .get("retry-after")
            .map(|value| value.to_str().unwrap());
        assert_eq!(
            header.map(str::to_owned),
            retry_after.map(|seconds| seconds.to_string())
        );
    }
    shop.mock.faults().clear();
    assert_eq!(stored(&shop).await.1, before, "not executed");
}

#[tokio::test]
async fn too_many_requests_can_last_for_two_seconds() {
    let shop = Caller::start(free().frozen_clock()).await;
    let kind = FaultKind::TooManyRequests {
        in_body: false,
        retry_after: None,
    };
    shop.mock
        .faults()
        .add(Fault::new(kind).lasts(Duration::from_secs(2)));
    assert_eq!(tags(&shop).await.unwrap().status, 429);
    shop.mock.clock().advance(Duration::from_millis(1_999));
    assert_eq!(tags(&shop).await.unwrap().status, 429);
    shop.mock.clock().advance(Duration::from_millis(1));
    assert_eq!(tags(&shop).await.unwrap().status, 200);
}

#[tokio::test]
async fn internal_error_is_http_500() {
    let shop = caller().await;
    add(&shop, FaultKind::InternalError);
    assert_eq!(tags(&shop).await.unwrap().status, 500);
}

#[tokio::test]
async fn bad_gateway_html_is_http_502_with_html() {
    let shop = caller().await;
    add(&shop, FaultKind::BadGatewayHtml);
    let reply = tags(&shop).await.unwrap();
    assert_eq!(reply.status, 502);
    assert!(reply.text.contains("<html>"));
}

#[tokio::test]
async fn gateway_timeout_after_store_is_http_504_and_the_message_is_there() {
    let shop = caller().await;
    let (id, before) = stored(&shop).await;
    let fault = Fault::new(FaultKind::GatewayTimeoutAfterStore).on("send_message");
    shop.mock.faults().add(fault);
    let reply = shop.reply(&id, "a").await;
    assert_eq!(reply.status, 504);
    assert!(reply.text.contains("<html>"));
    assert_eq!(stored(&shop).await.1, before + 1);
}

#[tokio::test]
async fn reset_before_resets_the_connection_and_executes_nothing() {
    let shop = caller().await;
    let (id, before) = stored(&shop).await;
    let fault = shop
        .mock
        .faults()
        .add(Fault::new(FaultKind::ResetBefore).times(1));
    let path = shop.conversation(&id, "messages");
    shop.try_call("POST", &path, text())
        .await
        .err()
        .expect("a reset");
    assert_eq!(shop.mock.faults().hits(fault), 1);
    let entry = shop.mock.journal().pop().unwrap();
    assert_eq!((entry.status, entry.body_length), (0, 0));
    assert_eq!(stored(&shop).await.1, before);
    add(&shop, FaultKind::ResetBefore);
    let mut stream = raw(&shop, &shop.at("tags")).await;
    let error = stream.read_to_end(&mut Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn reset_after_resets_the_connection_and_the_message_is_there() {
    let shop = caller().await;
    let (id, before) = stored(&shop).await;
    add(&shop, FaultKind::ResetAfter);
    let path = shop.conversation(&id, "messages");
    shop.try_call("POST", &path, text())
        .await
        .err()
        .expect("a reset");
    let mut stream = raw(&shop, &shop.at("tags")).await;
    let error = stream.read_to_end(&mut Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    shop.mock.faults().clear();
    assert_eq!(stored(&shop).await.1, before + 1);
}

#[tokio::test]
async fn truncated_body_ends_in_the_middle() {
    let shop = caller().await;
    let whole = tags(&shop).await.unwrap().text;
    add(&shop, FaultKind::TruncatedBody);
    let error = tags(&shop).await.err().expect("a body cut short");
    assert!(error.is_body() || error.is_decode(), "{error:?}");
    let mut stream = raw(&shop, &shop.at("tags")).await;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(
        head.contains(&format!("content-length: {}", whole.len())),
        "{head}"
    );
    assert!(!body.is_empty() && body.len() < whole.len());
}

#[tokio::test]
async fn invalid_json_is_broken_and_says_it_is_json() {
    let shop = caller().await;
    let (id, before) = stored(&shop).await;
    add(&shop, FaultKind::InvalidJson);
    let reply = shop
        .try_call("POST", &shop.conversation(&id, "messages"), text())
        .await
        .unwrap();
    assert_eq!(reply.status, 200);
    assert!(
        reply.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("application/json")
    );
    assert!(serde_json::from_str::<Value>(&reply.text).is_err());
    shop.mock.faults().clear();
    assert_eq!(stored(&shop).await.1, before + 1);
}

#[tokio::test]
async fn wrong_content_type_is_json_that_says_it_is_html() {
    let shop = caller().await;
    add(&shop, FaultKind::WrongContentType);
    let reply = tags(&shop).await.unwrap();
    assert!(
        reply.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert!(reply.json()["tags"].is_array());
}

#[tokio::test]
async fn slow_headers_begin_and_the_rest_comes_when_the_clock_moves() {
    let shop = Caller::start(free().frozen_clock()).await;
    add(&shop, FaultKind::SlowHeaders(Duration::from_secs(30)));
    let mut stream = raw(&shop, &shop.at("tags")).await;
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
async fn slow_headers_outlast_the_patience_of_a_client() {
    let shop = caller().await;
    add(&shop, FaultKind::SlowHeaders(Duration::from_secs(30)));
    let request = shop
        .http
        .get(shop.url(&shop.at("tags")))
        .timeout(Duration::from_secs(10));
    let error = shop.send(request).await.err().expect("a time-out");
    assert!(error.is_timeout(), "{error:?}");
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
async fn endless_body_goes_on_for_as_long_as_someone_reads() {
    let shop = caller().await;
    add(&shop, FaultKind::EndlessBody);
    let mut stream = raw(&shop, &shop.at("tags")).await;
    let mut chunk = vec![0; 64 * 1024];
    let mut read = 0;
    while read < 8 * 1024 * 1024 {
        read += stream.read(&mut chunk).await.unwrap();
    }
    drop(stream);
    // The server is as good as before, and ends at once although nobody read to the end.
    shop.mock.faults().clear();
    assert_eq!(tags(&shop).await.unwrap().status, 200);
}

#[tokio::test]
async fn redirect_points_to_another_host() {
    let shop = caller().await;
    add(
        &shop,
        FaultKind::Redirect("http://elsewhere.example/".to_owned()),
    );
    let reply = tags(&shop).await.unwrap();
    assert_eq!(reply.status, 302);
    assert_eq!(reply.headers["location"], "http://elsewhere.example/");
}

#[tokio::test]
async fn error_without_code_comes_with_http_200() {
    let shop = caller().await;
    add(&shop, FaultKind::ErrorWithoutCode);
    let reply = tags(&shop).await.unwrap();
    let message = "An error occurred. Please try again later.";
    assert_eq!(
        (reply.status, reply.json()),
        (200, json!({"success": false, "message": message}))
    );
}

#[tokio::test]
async fn error_text_and_original_error_have_no_code() {
    let shop = caller().await;
    let original =
        json!({"error": {"code": 10_900, "message": "(#10900) Activity already replied to"}});
    for (kind, answer) in [
        (
            FaultKind::ErrorText("Too many requests".to_owned()),
            json!({"success": false, "message": "Too many requests"}),
        ),
        (
            FaultKind::OriginalError(original.clone()),
            json!({"success": false, "original_error": original}),
        ),
        (
            FaultKind::OriginalError(original.to_string().into()),
            json!({"success": false, "original_error": original.to_string()}),
        ),
    ] {
        shop.mock.faults().clear();
        add(&shop, kind);
        let reply = tags(&shop).await.unwrap();
        assert_eq!((reply.status, reply.json()), (200, answer));
        assert_eq!(reply.wrong("list_tags"), [""; 0]);
    }
}

#[tokio::test]
async fn original_error_can_be_written_in_a_file() {
    let text =
        r#"[{"fault": "original_error", "error": "(#551) not available", "on": "send_message"}]"#;
    let faults = pancake_mock::read_faults(text).unwrap();
    let kind = FaultKind::OriginalError("(#551) not available".into());
    assert_eq!(faults, [Fault::new(kind).on("send_message")]);
}

#[tokio::test]
async fn error_code_comes_with_http_200() {
    let shop = caller().await;
    add(&shop, FaultKind::ErrorCode(121));
    let reply = tags(&shop).await.unwrap();
    assert_eq!((reply.status, reply.code()), (200, json!(121)));
}

#[tokio::test]
async fn answer_is_any_answer() {
    let shop = caller().await;
    add(
        &shop,
        FaultKind::Answer {
            status: 403,
            content_type: "application/json".to_owned(),
            body: r#"{"errors":[{"error_code":121}]}"#.to_owned(),
        },
    );
    let reply = tags(&shop).await.unwrap();
    assert_eq!(
        (reply.status, reply.json()),
        (403, json!({"errors": [{"error_code": 121}]}))
    );
    assert_eq!(reply.headers.get_all("content-type").iter().count(), 1);
}

#[tokio::test]
async fn the_journal_names_the_fault() {
    let shop = caller().await;
    shop.mock
        .faults()
        .add(Fault::new(FaultKind::InternalError).times(1));
    tags(&shop).await.unwrap();
    tags(&shop).await.unwrap();
    let faults: Vec<_> = shop
        .mock
        .journal()
        .into_iter()
        .map(|entry| entry.fault)
        .collect();
    assert_eq!(faults, [Some("internal_error".to_owned()), None]);
}

#[tokio::test]
async fn a_fault_that_changes_nothing_is_not_counted_and_not_used_up() {
    let shop = caller().await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    let faults = shop.mock.faults();
    let only = |kind: FaultKind| {
        faults.clear();
        faults.add(Fault::new(kind).times(1))
    };
    // No list with pages, and no page token to rotate.
    for kind in [
        FaultKind::StuckCursor,
        FaultKind::RepeatedRows,
        FaultKind::ShortPage,
        FaultKind::EmptyPage,
    ] {
        let fault = only(kind);
        assert_eq!(shop.get(&shop.at("tags"), &[]).await.status, 200);
        assert_eq!(faults.hits(fault), 0);
        assert_eq!(shop.mock.journal().last().unwrap().fault, None);
    }
    let fault = only(FaultKind::RotateToken);
    let user = shop.mock.user_token();
    shop.get_with("/v1/pages", &[("access_token", &user)]).await;
    assert_eq!(faults.hits(fault), 0);
    // A send that was refused was not stored.
    let fault = only(FaultKind::GatewayTimeoutAfterStore);
    let refused = json!({"action": "reply_inbox", "content_ids": ["unknown"]});
    let path = shop.conversation(&id, "messages");
    let reply = shop.call("POST", &path, refused).await;
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
async fn arrival_lets_a_customer_write_between_two_pages_of_a_list() {
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
    let hits = [new, old, unknown].map(|id| faults.hits(id));
    assert_eq!(hits, [1, 1, 0]);
    assert_eq!(shop.mock.violations(), []);
}

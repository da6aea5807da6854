//! Starting, stopping, many at once, journal, and no token in what is printed.
use std::{collections::HashSet, sync::Arc, time::Duration};

use pancake_mock::{Fault, FaultKind, MockPancake, Validation};
use serde_json::{Value, json};
use tokio::{io::AsyncReadExt as _, net::TcpStream};

use crate::caller::{Caller, caller, free};

#[tokio::test]
async fn defaults_are_a_facebook_page_and_other_channels() {
    let mock = MockPancake::start().await.unwrap();
    assert!(mock.address().ip().is_loopback());
    assert_eq!(mock.base_url(), format!("http://{}/api", mock.address()));
    let ids = mock.page_ids();
    let wanted = [
        "1000000000000001",
        "zl_1000000000000002",
        "tt_1000000000000003",
        "wa_1000000000000004",
    ];
    assert_eq!(ids, wanted);
    assert_eq!(mock.user_token().split('.').count(), 3, "shaped like a JWT");
    assert_eq!(mock.page_token("4711"), None);
    let described = mock.describe();
    assert_eq!(described["base_url"], mock.base_url());
    let page = &described["pages"][1];
    let token = mock.page_token(&ids[1]).unwrap();
    assert_eq!(
        (&page["id"], &page["page_access_token"]),
        (&json!(ids[1]), &json!(token))
    );
}

#[tokio::test]
async fn every_response_carries_the_time_of_the_server() {
    let shop = Caller::start(MockPancake::builder().frozen_clock()).await;
    let date = async |path: &str| shop.get(path, &[]).await.header("date").to_owned();
    assert_eq!(
        date(&shop.at("tags")).await,
        "Wed, 01 Apr 2026 03:00:00 GMT"
    );
    shop.mock.clock().advance(Duration::from_secs(3_601));
    let later = "Wed, 01 Apr 2026 04:00:01 GMT";
    assert_eq!(date("/nothing/here").await, later);
    shop.mock
        .faults()
        .add(Fault::new(FaultKind::BadGatewayHtml));
    assert_eq!(date(&shop.at("tags")).await, later);
}

#[tokio::test]
async fn many_servers_know_nothing_of_each_other() {
    let mut shops = Vec::new();
    for _ in 0..20 {
        shops.push(caller().await);
    }
    shops[0].mock.rotate_page_token(&shops[0].page);
    for shop in &shops {
        assert_eq!(shop.tags().await.status, 200);
        assert_eq!(shop.mock.journal().len(), 1);
    }
}

#[tokio::test]
async fn nothing_listens_after_a_drop() {
    let mock = MockPancake::start().await.unwrap();
    let address = mock.address();
    // A connection that is open goes too.
    let mut open = TcpStream::connect(address).await.unwrap();
    drop(mock);
    let mut rest = Vec::new();
    assert!(open.read_to_end(&mut rest).await.is_err() || rest.is_empty());
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn drop_ends_an_endless_body() {
    let shop = caller().await;
    shop.mock.faults().add(Fault::new(FaultKind::EndlessBody));
    let request = shop.http.get(shop.url(&shop.at("tags")));
    let request = request.query(&[("page_access_token", shop.token())]);
    let mut response = request.send().await.unwrap();
    assert!(response.chunk().await.unwrap().is_some());
    drop(shop.mock);
    // What is in buffers still comes; much more would mean that someone goes on sending.
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        assert!(read < 64 * 1024 * 1024);
    }
}

#[tokio::test]
async fn stop_lets_a_call_under_way_finish() {
    let shop = caller().await;
    shop.mock.clock().freeze();
    let slow = FaultKind::SlowBody(Duration::from_secs(1));
    shop.mock.faults().add(Fault::new(slow).times(1));
    let request = shop.http.get(shop.url(&shop.at("tags")));
    let request = request.query(&[("page_access_token", shop.token())]);
    let mut response = request.send().await.unwrap();
    let clock = shop.mock.clock().clone();
    let stopping = tokio::spawn(shop.mock.stop());
    clock.run();
    let mut body = Vec::new();
    loop {
        clock.advance(Duration::from_secs(1));
        match response.chunk().await.unwrap() {
            Some(chunk) => body.extend_from_slice(&chunk),
            None => break,
        }
    }
    stopping.await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert!(body["tags"].is_array());
}

#[tokio::test]
async fn journal_has_the_whole_request_and_response() {
    let shop = caller().await;
    let id = shop.mock.conversation_ids(&shop.page).swap_remove(0);
    let reply = shop.reply(&id, "Chào").await;
    let entry = shop.mock.journal().pop().unwrap();
    assert_eq!(entry.operation.as_deref(), Some("send_message"));
    assert_eq!((entry.method.as_str(), entry.status), ("POST", 200));
    assert_eq!(
        entry.path,
        format!("/api{}", shop.conversation(&id, "messages"))
    );
    assert_eq!(
        entry.query("page_access_token"),
        Some(shop.token().as_str())
    );
    assert_eq!(entry.header("Content-Type"), Some("application/json"));
    assert_eq!(
        entry.header("HOST"),
        Some(shop.mock.address().to_string().as_str())
    );
    assert_eq!(
        entry.json(),
        json!({"action": "reply_inbox", "message": "Chào"})
    );
    assert_eq!(entry.response_json()["success"], true);
    assert_eq!(entry.response_length, reply.text.len());
    for name in ["X-Request-Id", "Content-Type", "Date"] {
        assert_eq!(
            entry.response_header(name),
            Some(reply.header(name)),
            "{name}"
        );
    }
    shop.mock.clear_journal();
    assert!(shop.mock.journal().is_empty());
}

#[tokio::test]
async fn full_journal_forgets_the_oldest() {
    let shop = Caller::start(free().journal_bytes(10_000)).await;
    for _ in 0..20 {
        shop.tags().await;
    }
    let journal = shop.mock.journal();
    assert!((1..20).contains(&journal.len()), "{}", journal.len());
    assert_eq!(journal.last().unwrap().number, 20);
    // Long paths, queries and headers fill it too.
    let shop = Caller::start(free().journal_bytes(100_000)).await;
    let long = "a".repeat(20_000);
    for _ in 0..20 {
        let request = shop.http.get(shop.url(&format!("/{long}")));
        let request = request.query(&[("q", &long)]).header("x-long", &long);
        shop.send(request).await.unwrap();
    }
    assert_eq!(shop.mock.journal().len(), 1);
}

#[tokio::test]
async fn no_token_is_in_any_debug_output() {
    let shop = caller().await;
    shop.tags().await;
    shop.pages().await;
    let printed = format!("{:?} {:?}", shop.mock, shop.mock.journal());
    assert!(printed.contains("list_pages"));
    for secret in [shop.mock.user_token(), shop.token()] {
        assert!(!printed.contains(&secret), "{printed}");
    }
}

#[tokio::test]
async fn strange_paths_break_nothing() {
    let shop = caller().await;
    let bad_text = "/api/v1/pages/%FF/generate_page_access_token";
    for path in [
        "/api",
        "/",
        bad_text,
        "/_mock",
        "/_mock/",
        "//",
        "/api/v1//pages",
    ] {
        let url = format!("http://{}{path}", shop.mock.address());
        for method in ["GET", "POST", "PATCH", "OPTIONS", "HEAD"] {
            let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
            let request = shop.http.request(method, &url).body("\u{0}");
            let reply = shop.send(request).await.unwrap();
            assert!(reply.status < 500, "{path}: {}", reply.status);
        }
    }
}

#[tokio::test]
async fn strange_numbers_and_dates_break_nothing() {
    // Nothing is refused before the operations see it.
    let shop = Caller::start(free().validation(Validation::Off)).await;
    let id = shop.mock.conversation_ids(&shop.page).swap_remove(0);
    let answered = async |path: &str, query: &[(&str, &str)]| {
        let reply = shop.get(path, query).await;
        assert!(reply.status < 500, "{path} {query:?}: {}", reply.text);
    };
    let (max, min) = (i64::MAX.to_string(), i64::MIN.to_string());
    for number in ["99999999999999999999", "-1", "0", &max, &min, "x"] {
        let query = [
            ("since", number),
            ("until", max.as_str()),
            ("page_number", number),
            ("page_size", number),
            ("offset", number),
            ("current_count", number),
            ("action", "conversations_from_ads"),
            ("type", "by_time"),
            ("id", "1"),
        ];
        let swapped = [&[("since", min.as_str()), ("until", number)], &query[2..]].concat();
        for query in [&query[..], &swapped] {
            for path in [
                "statistics/pages",
                "statistics/tags",
                "statistics/ads",
                "statistics/pages_campaigns",
                "posts",
                "page_customers",
                "export_data",
                "sip_call_logs",
            ] {
                answered(&shop.at(path), query).await;
            }
            answered(&shop.conversation(&id, "messages"), query).await;
            answered("/public_api/v2/pages/{page}/conversations", &query[..2]).await;
        }
    }
    for date in [
        "00/00/0000 00:00:00 - 99/99/9999 99:99:99",
        "31/12/262142 23:59:59 - 01/01/-262143 00:00:00",
        "01/01/-262143 00:00:00 - 31/12/262142 23:59:59",
        "-",
    ] {
        for path in ["statistics/users", "statistics/customer_engagements"] {
            answered(&shop.at(path), &[("date_range", date)]).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_calls_have_different_request_ids() {
    let shop = Arc::new(caller().await);
    let calls = (0..200).map(|_| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move {
            let reply = shop.get_with("/nowhere", &[]).await;
            reply.header("x-request-id").to_owned()
        })
    });
    let mut ids = HashSet::new();
    for call in calls.collect::<Vec<_>>() {
        ids.insert(call.await.unwrap());
    }
    assert_eq!(ids.len(), 200);
    let numbers: Vec<_> = shop
        .mock
        .journal()
        .iter()
        .map(|entry| entry.number)
        .collect();
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
}

#[tokio::test]
async fn too_large_upload_has_a_request_id_too() {
    let shop = caller().await;
    let reply = shop
        .upload("a.bin", "application/zip", vec![0; 113 * 1024 * 1024])
        .await;
    assert_eq!(reply.status, 413);
    assert!(reply.headers.contains_key("x-request-id"));
    assert_eq!(shop.mock.journal().last().unwrap().status, 413);
}

#[tokio::test]
async fn pages_in_browsers_may_ask() {
    let shop = caller().await;
    let ask = shop
        .http
        .request(reqwest::Method::OPTIONS, shop.url(&shop.at("tags")));
    let ask = ask.header("access-control-request-method", "GET");
    let allowed = shop.send(ask).await.unwrap();
    for reply in [&allowed, &shop.tags().await] {
        assert_eq!(reply.header("access-control-allow-origin"), "*");
    }
    assert_eq!((allowed.status, shop.mock.violations()), (204, Vec::new()));
}

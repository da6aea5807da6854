//! Starting, stopping, many at once, journal, and no token in what is printed.
use std::time::Duration;

use pancake_mock::{Fault, FaultKind, MockPancake, Validation};
use serde_json::{Value, json};

use crate::caller::{Caller, caller};

#[tokio::test]
async fn the_defaults_are_a_facebook_page_and_other_channels_on_loopback() {
    let mock = MockPancake::start().await.unwrap();
    assert!(mock.address().ip().is_loopback());
    assert_eq!(mock.base_url(), format!("http://{}/api", mock.address()));
    assert_eq!(
        mock.page_ids(),
        [
            "1000000000000001",
            "zl_1000000000000002",
            "tt_1000000000000003",
            "wa_1000000000000004"
        ]
    );
    assert_eq!(mock.user_token().split('.').count(), 3, "shaped like a JWT");
    assert_eq!(mock.page_token("4711"), None);
    let described = mock.describe();
    assert_eq!(described["base_url"], mock.base_url());
    assert_eq!(described["pages"][1]["id"], "zl_1000000000000002");
    assert_eq!(
        described["pages"][1]["page_access_token"],
        mock.page_token("zl_1000000000000002").unwrap()
    );
}

#[tokio::test]
async fn every_answer_carries_the_time_of_the_servers_own_clock() {
    let shop = Caller::start(MockPancake::builder().frozen_clock()).await;
    let date = async |path: &str| shop.get(path, &[]).await.headers["date"].clone();
    assert_eq!(
        date(&shop.at("tags")).await,
        "Wed, 01 Apr 2026 03:00:00 GMT"
    );
    shop.mock.clock().advance(Duration::from_secs(3_601));
    assert_eq!(
        date(&shop.at("tags")).await,
        "Wed, 01 Apr 2026 04:00:01 GMT"
    );
    assert_eq!(date("/nothing/here").await, "Wed, 01 Apr 2026 04:00:01 GMT");
    shop.mock
        .faults()
        .add(Fault::new(FaultKind::BadGatewayHtml));
    assert_eq!(
        date(&shop.at("tags")).await,
        "Wed, 01 Apr 2026 04:00:01 GMT"
    );
}

#[tokio::test]
async fn a_person_of_the_page_writes_and_the_messages_can_be_counted_without_a_request() {
    let shop = caller().await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    let before = shop.mock.message_count(&shop.page, &id).unwrap();
    let message = shop
        .mock
        .staff_message(&shop.page, &id, "Dạ còn ạ")
        .unwrap();
    assert_eq!(shop.mock.message_count(&shop.page, &id), Some(before + 1));
    assert_eq!(shop.mock.journal().len(), 0);
    let last = shop.messages(&id, 0).await["messages"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        (&last["id"], &last["from"]["id"]),
        (&json!(message), &json!(shop.page))
    );
    assert_eq!(shop.mock.message_count(&shop.page, "x"), None);
}

#[tokio::test]
async fn machines_and_notices_write_by_script() {
    let shop = caller().await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    let last = async || {
        let row = shop.conversations(&[]).await.json()["conversations"][0].clone();
        let messages = shop.messages(&id, 0).await["messages"].clone();
        let last = messages.as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (&row["id"], &row["last_sent_by"]),
            (&json!(id), &last["from"])
        );
        last
    };
    let mock = &shop.mock;
    mock.automation_message(&shop.page, &id, "POS", "Đơn 7")
        .unwrap();
    assert_eq!(last().await["from"]["admin_name"], "POS");
    mock.automation_message(&shop.page, &id, "", "Dạ").unwrap();
    assert!(last().await["from"]["flow_id"].is_u64());
    mock.notice(&shop.page, &id, "Đơn hàng đã được tạo.")
        .unwrap();
    let name = mock.describe()["pages"][0]["name"].clone();
    assert_eq!(last().await["from"], json!({"id": shop.page, "name": name}));
    assert_eq!(mock.notice(&shop.page, "x", "a"), None);
    for (from, key) in [("automation", "admin_name"), ("notice", "name")] {
        let body = json!({"page_id": shop.page, "conversation_id": id, "from": from, "name": "Botcake", "text": "a"});
        let post = shop.http.post(format!("{}/messages", mock.control_url()));
        assert_eq!(shop.send(post.json(&body)).await.unwrap().status, 200);
        assert!(last().await["from"][key].is_string());
    }
}

#[tokio::test]
async fn many_servers_run_at_once_and_know_nothing_of_each_other() {
    let mut shops = Vec::new();
    for _ in 0..20 {
        shops.push(caller().await);
    }
    shops[0].mock.rotate_page_token(&shops[0].page.clone());
    for (n, shop) in shops.iter().enumerate() {
        assert_eq!(shop.get(&shop.at("tags"), &[]).await.status, 200);
        assert_eq!(shop.mock.journal().len(), 1, "{n}");
    }
}

#[tokio::test]
async fn nothing_listens_after_a_drop() {
    let mock = MockPancake::start().await.unwrap();
    let address = mock.address();
    // A connection that is open goes too.
    let open = tokio::net::TcpStream::connect(address).await.unwrap();
    drop(mock);
    let mut rest = Vec::new();
    let mut open = open;
    let ended = tokio::io::AsyncReadExt::read_to_end(&mut open, &mut rest).await;
    assert!(ended.is_err() || rest.is_empty());
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_drop_ends_what_has_no_end() {
    let shop = caller().await;
    shop.mock.faults().add(Fault::new(FaultKind::EndlessBody));
    let url = shop.url(&shop.at("tags"));
    let token = [("page_access_token", shop.token())];
    let mut response = shop.http.get(url).query(&token).send().await.unwrap();
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
async fn a_stop_lets_a_call_under_way_finish() {
    let shop = caller().await;
    shop.mock.clock().freeze();
    shop.mock
        .faults()
        .add(Fault::new(FaultKind::SlowBody(Duration::from_secs(1))).times(1));
    let url = shop.url(&shop.at("tags"));
    let mut response = shop
        .http
        .get(url)
        .query(&[("page_access_token", shop.token())])
        .send()
        .await
        .unwrap();
    let clock = shop.mock.clock().clone();
    let stopping = tokio::spawn(shop.mock.stop());
    clock.run();
    let mut body = Vec::new();
    clock.advance(Duration::from_secs(1));
    while let Some(chunk) = {
        clock.advance(Duration::from_secs(1));
        response.chunk().await.unwrap()
    } {
        body.extend_from_slice(&chunk);
    }
    stopping.await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert!(body["tags"].is_array());
}

#[tokio::test]
async fn the_journal_has_the_whole_request_and_answer() {
    let shop = caller().await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    shop.reply(&id, "Chào").await;
    let entry = shop.mock.journal().pop().unwrap();
    assert_eq!(entry.operation.as_deref(), Some("send_message"));
    assert_eq!((entry.method.as_str(), entry.status), ("POST", 200));
    assert_eq!(
        entry.path,
        format!(
            "/api/public_api/v1/pages/{}/conversations/{id}/messages",
            shop.page
        )
    );
    assert_eq!(
        entry.query("page_access_token"),
        Some(shop.token().as_str())
    );
    assert_eq!(entry.header("content-type"), Some("application/json"));
    assert_eq!(
        entry.json(),
        json!({"action": "reply_inbox", "message": "Chào"})
    );
    assert_eq!(entry.response_json()["success"], true);
    shop.mock.clear_journal();
    assert!(shop.mock.journal().is_empty());
}

#[tokio::test]
async fn the_journal_forgets_the_oldest_when_it_is_full() {
    let shop = Caller::start(crate::caller::free().journal_bytes(10_000)).await;
    for _ in 0..20 {
        shop.get(&shop.at("tags"), &[]).await;
    }
    let journal = shop.mock.journal();
    assert!((1..20).contains(&journal.len()), "{}", journal.len());
    assert_eq!(journal.last().unwrap().number, 20);
}

#[tokio::test]
async fn no_token_is_in_any_debug_output() {
    let shop = caller().await;
    shop.get(&shop.at("tags"), &[]).await;
    let token = shop.mock.user_token();
    let query = [("access_token", token.as_str())];
    shop.get_with("/v1/pages", &query).await;
    let printed = format!("{:?} {:?}", shop.mock, shop.mock.journal());
    assert!(printed.contains("list_pages"));
    for secret in [token, shop.token()] {
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
            let reply = shop
                .send(shop.http.request(method, &url).body("\u{0}"))
                .await
                .unwrap();
            assert!(reply.status < 500, "{path}: {}", reply.status);
        }
    }
}

#[tokio::test]
async fn strange_numbers_and_dates_break_nothing() {
    // Nothing is refused before the operations see it.
    let shop = Caller::start(crate::caller::free().validation(Validation::Off)).await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    let answered = async |path: &str, query: &[(&str, &str)]| {
        let reply = shop.get(path, query).await;
        assert!(reply.status < 500, "{path} {query:?}: {}", reply.text);
    };
    let max = i64::MAX.to_string();
    let min = i64::MIN.to_string();
    for number in [
        "99999999999999999999",
        "-1",
        "0",
        max.as_str(),
        min.as_str(),
        "x",
    ] {
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
        answered(&shop.at("statistics/users"), &[("date_range", date)]).await;
        answered(
            &shop.at("statistics/customer_engagements"),
            &[("date_range", date)],
        )
        .await;
    }
}

#[tokio::test]
async fn a_clock_at_the_end_of_time_breaks_nothing() {
    for time in [i64::MAX, i64::MIN, 0] {
        let shop = Caller::start(crate::caller::free().now(time)).await;
        shop.mock.clock().set(time);
        shop.mock.clock().advance(Duration::MAX);
        let id = shop.ids(&[]).await[0].clone();
        assert_eq!(shop.reply(&id, "a").await.json()["success"], true);
        assert_eq!(shop.reply(&id, "b").await.json()["success"], true);
        let query = [("since", "0"), ("until", "99999999999")];
        assert_eq!(
            shop.get(&shop.at("statistics/tags"), &query).await.json()["success"],
            true
        );
        shop.get(
            &shop.at("statistics/ads"),
            &[query[0], query[1], ("type", "by_time")],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_calls_at_once_have_request_ids_of_their_own() {
    let shop = std::sync::Arc::new(caller().await);
    let calls = (0..200).map(|_| {
        let shop = std::sync::Arc::clone(&shop);
        tokio::spawn(async move {
            let reply = shop.get_with("/nowhere", &[]).await;
            reply.headers["x-request-id"].to_str().unwrap().to_owned()
        })
    });
    let mut ids = std::collections::HashSet::new();
    for call in calls.collect::<Vec<_>>() {
        ids.insert(call.await.unwrap());
    }
    assert_eq!(ids.len(), 200);
    let numbers: Vec<_> = shop.mock.journal().iter().map(|e| e.number).collect();
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_upload_that_is_too_large_has_a_request_id_too() {
    let shop = caller().await;
    let reply = shop
        .upload("a.bin", "application/zip", vec![0; 113 * 1024 * 1024])
        .await;
    assert_eq!(reply.status, 413);
    assert!(reply.headers.contains_key("x-request-id"));
    assert_eq!(shop.mock.journal().last().unwrap().status, 413);
}

#[tokio::test]
async fn the_journal_has_the_headers_of_the_answer_and_its_length() {
    let shop = caller().await;
    let (in_body, retry_after) = (false, Some(3));
    let kind = FaultKind::TooManyRequests {
        in_body,
        retry_after,
    };
    shop.mock.faults().add(Fault::new(kind));
    let reply = shop.get(&shop.at("tags"), &[]).await;
    let entry = shop.mock.journal().pop().unwrap();
    for name in ["Retry-After", "X-Request-Id", "Content-Type", "Date"] {
        let sent = reply.headers[name].to_str().unwrap();
        assert_eq!(entry.response_header(name), Some(sent), "{name}");
    }
    assert_eq!(entry.response_length, reply.text.len());
    assert_eq!(
        entry.header("HOST"),
        Some(shop.mock.address().to_string().as_str())
    );
}

#[tokio::test]
async fn long_paths_queries_and_headers_fill_the_journal_too() {
    let shop = Caller::start(crate::caller::free().journal_bytes(100_000)).await;
    let long = "a".repeat(20_000);
    for _ in 0..20 {
        let request = shop.http.get(shop.url(&format!("/{long}")));
        let request = request.query(&[("q", &long)]).header("x-long", &long);
        shop.send(request).await.unwrap();
    }
    assert_eq!(shop.mock.journal().len(), 1);
}

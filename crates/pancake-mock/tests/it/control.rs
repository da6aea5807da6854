//! The control endpoint does what the library does, for other languages.
use pancake_mock::{MockPancake, Oddity};
use serde_json::{Value, json};

use crate::caller::{Caller, Reply, caller, list};

async fn control(shop: &Caller, method: &str, path: &str, body: &str) -> Reply {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let url = format!("{}/{path}", shop.mock.control_url());
    let request = shop.http.request(method, url).body(body.to_owned());
    shop.send(request).await.unwrap()
}

async fn ok(shop: &Caller, method: &str, path: &str, body: Value) -> Value {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let reply = control(shop, method, path, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

async fn get(shop: &Caller, path: &str) -> Value {
    ok(shop, "GET", path, Value::Null).await
}

#[tokio::test]
async fn state_has_tokens_counts_and_the_time() {
    let shop = Caller::start(MockPancake::builder().frozen_clock()).await;
    shop.tags().await;
    let state = get(&shop, "state").await;
    let described = shop.mock.describe();
    for key in ["user_token", "base_url", "control_url"] {
        assert_eq!(state[key], described[key], "{key}");
    }
    assert_eq!(
        state["pages"][0],
        json!({
            "id": shop.page, "platform": "facebook", "name": described["pages"][0]["name"],
            "page_access_token": shop.token(), "conversations": 200,
        })
    );
    assert_eq!(state["pages"][4]["page_access_token"], Value::Null);
    assert_eq!(
        (&state["requests"], &state["unix_seconds"]),
        (&json!(1), &json!(1_775_012_400))
    );
}

#[tokio::test]
async fn journal_can_be_read_in_parts_and_cleared() {
    let shop = caller().await;
    shop.tags().await;
    shop.json("users", &[]).await;
    shop.tags().await;
    let all = list(&get(&shop, "journal").await);
    assert_eq!(
        (&all[0]["operation"], &all[1]["status"]),
        (&json!("list_tags"), &json!(200))
    );
    assert!(all[0]["response_body"]["tags"].is_array());
    let numbers = async |query: &str| -> Vec<u64> {
        let part = list(&get(&shop, &format!("journal?{query}")).await);
        part.iter()
            .map(|entry| entry["number"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(numbers("after=1").await, [2, 3]);
    assert_eq!(numbers("operation=list_tags").await, [1, 3]);
    assert_eq!(numbers("limit=2").await, [1, 2]);
    assert_eq!(numbers("limit=2&after=2").await, [3]);
    let bare = get(&shop, "journal?bodies=false").await;
    assert_eq!(
        (bare[0].get("body"), bare[0].get("response_body")),
        (None, None)
    );
    assert!(bare[0]["response_length"].as_u64().unwrap() > 100);
    let headers = list(&bare[0]["response_headers"]);
    assert!(
        headers.iter().any(|pair| pair[0] == "x-request-id"),
        "{headers:?}"
    );
    ok(&shop, "DELETE", "journal", Value::Null).await;
    assert_eq!(get(&shop, "journal").await, json!([]));
}

#[tokio::test]
async fn faults_can_be_added_counted_and_removed() {
    let shop = caller().await;
    let first = json!({"fault": "internal_error", "times": 1});
    let both = json!([first, {"fault": "error_code", "code": 121}]);
    let ids = ok(&shop, "POST", "faults", both).await["ids"].clone();
    assert_eq!(shop.tags().await.status, 500);
    assert_eq!(shop.tags().await.code(), 121);
    let faults = get(&shop, "faults").await;
    assert_eq!(
        faults[0],
        json!({"id": ids[0], "fault": first, "hits": 1, "seen": 2})
    );
    ok(&shop, "DELETE", &format!("faults/{}", ids[1]), Value::Null).await;
    assert_eq!(shop.tags().await.status, 200);
    ok(&shop, "DELETE", "faults", Value::Null).await;
    assert_eq!(get(&shop, "faults").await, json!([]));
}

#[tokio::test]
async fn clock_can_be_stopped_set_and_moved() {
    let shop = caller().await;
    let stopped = ok(
        &shop,
        "POST",
        "clock",
        json!({"frozen": true, "set": 2_000_000_000}),
    )
    .await;
    assert_eq!(
        stopped,
        json!({"unix_micros": 2_000_000_000_000_000_u64, "frozen": true})
    );
    ok(&shop, "POST", "clock", json!({"advance_ms": 1_500})).await;
    assert_eq!(shop.mock.clock().unix_micros(), 2_000_000_001_500_000);
    let running = ok(&shop, "POST", "clock", json!({"frozen": false})).await;
    assert_eq!(running["frozen"], false);
}

#[tokio::test]
async fn oddities_and_the_rate_limit_can_be_switched() {
    let shop = caller().await;
    let switched = ok(&shop, "POST", "oddities", json!({"null_tags": false})).await;
    assert_eq!(
        (&switched["null_tags"], &switched["zoneless_times"]),
        (&json!(false), &json!(true))
    );
    assert!(!shop.mock.oddities().is_on(Oddity::NullTags));
    assert_eq!(
        get(&shop, "rate_limit").await,
        json!({"calls_a_second": null})
    );
    ok(&shop, "POST", "clock", json!({"frozen": true})).await;
    ok(&shop, "POST", "rate_limit", json!({"calls_a_second": 1})).await;
    assert_eq!(
        (shop.tags().await.status, shop.tags().await.status),
        (200, 429)
    );
    ok(&shop, "POST", "rate_limit", json!({"calls_a_second": null})).await;
    assert_eq!(shop.tags().await.status, 200);
}

#[tokio::test]
async fn violations_can_be_read_and_cleared() {
    let shop = caller().await;
    shop.get(&shop.at("tags"), &[("colour", "red")]).await;
    let what = "there is no query parameter `colour`";
    let told = json!([{"number": 1, "operation": "list_tags", "what": what}]);
    assert_eq!(get(&shop, "violations").await, told);
    ok(&shop, "DELETE", "violations", Value::Null).await;
    assert_eq!(shop.mock.violations(), []);
}

#[tokio::test]
async fn people_and_machines_write_and_tokens_rotate() {
    let shop = caller().await;
    let new = ok(
        &shop,
        "POST",
        "messages",
        json!({"page_id": shop.page, "text": "Shop ơi"}),
    )
    .await;
    let id = new["conversation_id"].as_str().unwrap();
    assert_eq!(shop.ids(&[]).await[0], id);
    let written = async |from: &str| {
        let body = json!({"page_id": shop.page, "conversation_id": id, "from": from, "name": "Botcake", "text": "a"});
        let message = ok(&shop, "POST", "messages", body).await["message_id"].clone();
        let last = shop.last_message(id).await;
        assert_eq!(last["id"], message);
        last["from"].clone()
    };
    assert_ne!(written("customer").await["id"], shop.page);
    assert_eq!(written("staff").await["id"], shop.page);
    assert_eq!(written("automation").await["admin_name"], "Botcake");
    assert_eq!(written("notice").await.as_object().unwrap().len(), 2);
    let path = format!("conversations?page_id={}", shop.page);
    let one = get(&shop, &format!("{path}&conversation_id={id}")).await;
    assert_eq!(one, json!([{"id": id, "message_count": 5}]));
    let rows = list(&get(&shop, &path).await);
    let ids: Vec<_> = rows.iter().map(|row| row["id"].clone()).collect();
    assert_eq!(json!(ids), json!(shop.mock.conversation_ids(&shop.page)));
    assert_eq!(list(&get(&shop, &format!("{path}&limit=2")).await).len(), 2);
    let old = shop.token();
    let new = ok(&shop, "POST", "rotate_token", json!({"page_id": shop.page})).await;
    assert_ne!(new["page_access_token"], old);
    assert_eq!(new["page_access_token"], shop.token());
    assert_eq!(shop.mock.violations(), []);
}

#[tokio::test]
async fn rows_come_and_vanish() {
    let shop = caller().await;
    let page = &shop.page;
    for (row, key) in [
        ("post", "post_id"),
        ("call", "call_id"),
        ("ad_conversation", "conversation_id"),
    ] {
        let id =
            ok(&shop, "POST", "rows", json!({"page_id": page, "row": row})).await["id"].clone();
        for status in [200, 404] {
            let body = json!({"page_id": page, (key): id}).to_string();
            assert_eq!(
                control(&shop, "POST", "rows/remove", &body).await.status,
                status
            );
        }
    }
}

#[tokio::test]
async fn every_refusal_of_a_control_says_why() {
    let shop = caller().await;
    let page = &shop.page;
    let lost = format!(r#"{{"page_id": "{page}", "conversation_id": "x", "text": "a"}}"#);
    let from_staff = format!(r#"{{"page_id": "{page}", "text": "Dạ", "from": "staff"}}"#);
    let unclear = format!(r#"{{"page_id": "{page}", "post_id": "1", "call_id": "1"}}"#);
    for (method, path, body, status, why) in [
        (
            "GET",
            "journal?operation_id=list_tags",
            "",
            400,
            "operation_id",
        ),
        ("GET", "journal?after=x", "", 400, "after"),
        ("GET", "state?full=true", "", 400, "no query"),
        ("GET", "conversations", "", 400, "page_id"),
        ("POST", "rate_limit", "{}", 400, "calls_a_second"),
        ("POST", "clock", r#"{"advance": 1}"#, 400, "advance"),
        ("POST", "oddities", r#"{"all": false}"#, 400, "no oddity"),
        (
            "POST",
            "oddities",
            r#"{"null_tags,zoneless_times": false}"#,
            400,
            "no oddity",
        ),
        (
            "POST",
            "faults",
            r#"[{"fault": "internal_error", "tims": 1}]"#,
            400,
            "line 1",
        ),
        ("POST", "messages", &from_staff, 400, "conversation_id"),
        ("POST", "rows/remove", &unclear, 400, "name one row"),
        ("DELETE", "faults/x", "", 404, "no fault"),
        ("DELETE", "faults/77", "", 404, "no fault"),
        (
            "POST",
            "rotate_token",
            r#"{"page_id": "4711"}"#,
            404,
            "no page",
        ),
        (
            "POST",
            "messages",
            r#"{"page_id": "4711", "text": "a"}"#,
            404,
            "no page",
        ),
        ("POST", "messages", &lost, 404, "no conversation"),
        ("POST", "nowhere", "", 404, "no such control"),
        ("GET", "nowhere", "", 404, "journal, violations"),
        ("DELETE", "clock", "", 405, "method"),
    ] {
        let reply = control(&shop, method, path, body).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text);
        let told = reply.json()["error"].as_str().unwrap().to_owned();
        assert!(told.contains(why), "{path}: {told}");
    }
    assert!(shop.mock.oddities().is_on(Oddity::NullTags));
    assert!(shop.mock.oddities().is_on(Oddity::ZonelessTimes));
}

#[tokio::test]
async fn index_names_the_controls_on_every_front_page() {
    let shop = caller().await;
    for path in ["/_mock", "/_mock/", "/"] {
        let url = format!("http://{}{path}", shop.mock.address());
        let reply = shop.send(shop.http.get(url)).await.unwrap();
        assert_eq!(reply.json()["controls"][0], "/_mock/state", "{path:?}");
    }
    assert_eq!(shop.mock.violations(), []);
}

//! The control endpoint does what the library does, for other languages.
use pancake_mock::{MockPancake, Oddity};
use serde_json::{Value, json};

use crate::caller::{Caller, caller};

async fn control(shop: &Caller, method: &str, path: &str, body: Value) -> (u16, Value) {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let url = format!("http://{}/_mock/{path}", shop.mock.address());
    let mut request = shop.http.request(method, url);
    if !body.is_null() {
        request = request.body(body.to_string());
    }
    let reply = shop.send(request).await.unwrap();
    (reply.status, reply.json())
}

async fn ok(shop: &Caller, method: &str, path: &str, body: Value) -> Value {
    let (status, answer) = control(shop, method, path, body).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

#[tokio::test]
async fn state_has_tokens_counts_and_the_time() {
    let shop = Caller::start(MockPancake::builder().frozen_clock()).await;
    shop.get(&shop.at("tags"), &[]).await;
    let state = ok(&shop, "GET", "state", Value::Null).await;
    assert_eq!(state["user_token"], shop.mock.user_token());
    let page = &state["pages"][0];
    assert_eq!(
        (&page["id"], &page["platform"]),
        (&json!(shop.page), &json!("facebook"))
    );
    assert_eq!(
        (&page["page_access_token"], &page["conversations"]),
        (&json!(shop.token()), &json!(200))
    );
    assert_eq!(
        (&state["requests"], &state["unix_seconds"]),
        (&json!(1), &json!(1_775_012_400))
    );
}

#[tokio::test]
async fn the_journal_can_be_read_in_parts_and_cleared() {
    let shop = caller().await;
    shop.get(&shop.at("tags"), &[]).await;
    shop.get(&shop.at("users"), &[]).await;
    let all = ok(&shop, "GET", "journal", Value::Null).await;
    assert_eq!(
        (&all[0]["operation"], &all[1]["status"]),
        (&json!("list_tags"), &json!(200))
    );
    assert!(all[0]["response_body"]["tags"].is_array());
    let later = ok(&shop, "GET", "journal?after=1", Value::Null).await;
    assert_eq!(
        (&later[0]["operation"], later.as_array().unwrap().len()),
        (&json!("list_users"), 1)
    );
    let one = ok(&shop, "GET", "journal?operation=list_tags", Value::Null).await;
    assert_eq!(one.as_array().unwrap().len(), 1);
    ok(&shop, "DELETE", "journal", Value::Null).await;
    assert_eq!(ok(&shop, "GET", "journal", Value::Null).await, json!([]));
}

#[tokio::test]
async fn faults_can_be_added_counted_and_taken_away() {
    let shop = caller().await;
    let list =
        json!([{"fault": "internal_error", "times": 1}, {"fault": "error_code", "code": 121}]);
    let ids = ok(&shop, "POST", "faults", list).await["ids"].clone();
    assert_eq!(shop.get(&shop.at("tags"), &[]).await.status, 500);
    assert_eq!(shop.get(&shop.at("tags"), &[]).await.code(), 121);
    let faults = ok(&shop, "GET", "faults", Value::Null).await;
    assert_eq!(
        faults[0]["fault"],
        json!({"fault": "internal_error", "times": 1})
    );
    assert_eq!(
        (&faults[0]["hits"], &faults[0]["seen"]),
        (&json!(1), &json!(2))
    );
    ok(&shop, "DELETE", &format!("faults/{}", ids[1]), Value::Null).await;
    assert_eq!(shop.get(&shop.at("tags"), &[]).await.status, 200);
    assert_eq!(
        control(&shop, "DELETE", "faults/77", Value::Null).await.0,
        404
    );
    ok(&shop, "DELETE", "faults", Value::Null).await;
    assert_eq!(ok(&shop, "GET", "faults", Value::Null).await, json!([]));
    let wrong = json!([{"fault": "internal_error", "tims": 1}]);
    let (status, answer) = control(&shop, "POST", "faults", wrong).await;
    assert_eq!(status, 400);
    assert!(
        answer["error"].as_str().unwrap().contains("line 1"),
        "{answer}"
    );
}

#[tokio::test]
async fn the_clock_can_be_stopped_set_and_moved() {
    let shop = caller().await;
    let body = json!({"frozen": true, "set": 2_000_000_000});
    let answer = ok(&shop, "POST", "clock", body).await;
    assert_eq!(
        answer,
        json!({"unix_micros": 2_000_000_000_000_000_u64, "frozen": true})
    );
    ok(&shop, "POST", "clock", json!({"advance_ms": 1_500})).await;
    assert_eq!(shop.mock.clock().unix_micros(), 2_000_000_001_500_000);
    assert_eq!(
        ok(&shop, "POST", "clock", json!({"frozen": false})).await["frozen"],
        false
    );
    assert_eq!(
        control(&shop, "POST", "clock", json!({"advance": 1}))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn oddities_can_be_switched() {
    let shop = caller().await;
    let answer = ok(&shop, "POST", "oddities", json!({"null_tags": false})).await;
    assert_eq!(
        (&answer["null_tags"], &answer["zoneless_times"]),
        (&json!(false), &json!(true))
    );
    assert!(!shop.mock.oddities().is_on(Oddity::NullTags));
    let (status, answer) = control(&shop, "POST", "oddities", json!({"nul_tags": true})).await;
    assert_eq!(status, 400, "{answer}");
}

#[tokio::test]
async fn a_customer_can_write_and_a_token_be_rotated() {
    let shop = caller().await;
    let arrival = json!({"page_id": shop.page, "text": "Shop ơi"});
    let new = ok(&shop, "POST", "messages", arrival).await;
    let id = new["conversation_id"].as_str().unwrap();
    assert_eq!(shop.ids(&[]).await[0], id);
    let arrival = json!({"page_id": shop.page, "conversation_id": id, "text": "Còn không?"});
    let message = ok(&shop, "POST", "messages", arrival).await["message_id"].clone();
    assert_eq!(shop.messages(id, 0).await["messages"][1]["id"], message);
    let old = shop.token();
    let new = ok(&shop, "POST", "rotate_token", json!({"page_id": shop.page})).await;
    assert_ne!(new["page_access_token"], old);
    assert_eq!(new["page_access_token"], shop.token());
    for (path, body) in [
        ("rotate_token", json!({"page_id": "4711"})),
        ("messages", json!({"page_id": "4711", "text": "a"})),
        (
            "messages",
            json!({"page_id": shop.page, "conversation_id": "x", "text": "a"}),
        ),
        ("nowhere", Value::Null),
    ] {
        assert_eq!(control(&shop, "POST", path, body).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn violations_and_the_rate_limit_are_there_too() {
    let shop = caller().await;
    shop.get(&shop.at("tags"), &[("colour", "red")]).await;
    let list = ok(&shop, "GET", "violations", Value::Null).await;
    assert_eq!(
        list,
        json!([{
            "number": 1,
            "operation": "list_tags",
            "what": "there is no query parameter `colour`",
        }])
    );
    ok(&shop, "DELETE", "violations", Value::Null).await;
    assert_eq!(shop.mock.violations(), []);
    ok(&shop, "POST", "clock", json!({"frozen": true})).await;
    ok(&shop, "POST", "rate_limit", json!({"calls_a_second": 1})).await;
    assert_eq!(shop.get(&shop.at("tags"), &[]).await.status, 200);
    assert_eq!(shop.get(&shop.at("tags"), &[]).await.status, 429);
    ok(&shop, "POST", "rate_limit", json!({"calls_a_second": null})).await;
    assert_eq!(shop.get(&shop.at("tags"), &[]).await.status, 200);
}

#[tokio::test]
async fn the_journal_can_be_read_without_bodies_and_in_small_pieces() {
    let shop = caller().await;
    for _ in 0..3 {
        shop.get(&shop.at("tags"), &[]).await;
    }
    let two = ok(&shop, "GET", "journal?limit=2&bodies=false", Value::Null).await;
    let numbers: Vec<_> = two
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["number"])
        .collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(
        (two[0].get("body"), two[0].get("response_body")),
        (None, None)
    );
    assert!(two[0]["response_length"].as_u64().unwrap() > 100);
    let headers = two[0]["response_headers"].as_array().unwrap();
    assert!(
        headers.iter().any(|pair| pair[0] == "x-request-id"),
        "{headers:?}"
    );
    let rest = ok(&shop, "GET", "journal?limit=2&after=2", Value::Null).await;
    assert_eq!(rest.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn staff_can_write_and_stored_messages_be_counted_without_a_request() {
    let shop = caller().await;
    let path = format!("conversations?page_id={}", shop.page);
    let rows = ok(&shop, "GET", &path, Value::Null).await;
    let ids: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].clone())
        .collect();
    assert_eq!(json!(ids), json!(shop.mock.conversation_ids(&shop.page)));
    let id = ids[3].as_str().unwrap();
    let before = rows[3]["message_count"].as_u64().unwrap();
    let written =
        json!({"page_id": shop.page, "conversation_id": id, "text": "Dạ", "from": "staff"});
    ok(&shop, "POST", "messages", written).await;
    let one = ok(
        &shop,
        "GET",
        &format!("{path}&conversation_id={id}"),
        Value::Null,
    )
    .await;
    assert_eq!(one, json!([{"id": id, "message_count": before + 1}]));
    let last = shop.messages(id, 0).await["messages"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(last["from"]["id"], shop.page);
    let few = ok(&shop, "GET", &format!("{path}&limit=2"), Value::Null).await;
    assert_eq!(few.as_array().unwrap().len(), 2);
    let nobody = json!({"page_id": shop.page, "text": "Dạ", "from": "staff"});
    assert_eq!(control(&shop, "POST", "messages", nobody).await.0, 400);
    assert_eq!(shop.mock.violations(), []);
}

#[tokio::test]
async fn every_refusal_of_a_control_is_json_and_says_why() {
    let shop = caller().await;
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
        ("POST", "oddities", r#"{"all": false}"#, 400, "no oddity"),
        (
            "POST",
            "oddities",
            r#"{"null_tags,zoneless_times": false}"#,
            400,
            "no oddity",
        ),
        ("DELETE", "faults/x", "", 404, "no fault"),
        ("DELETE", "clock", "", 405, "method"),
        ("GET", "nowhere", "", 404, "journal, violations"),
    ] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("{}/{path}", shop.mock.control_url());
        let request = shop.http.request(method, url).body(body);
        let reply = shop.send(request).await.unwrap();
        assert_eq!(reply.status, status, "{path}: {}", reply.text);
        let told = reply.json()["error"].as_str().unwrap().to_owned();
        assert!(told.contains(why), "{path}: {told}");
    }
    assert!(shop.mock.oddities().is_on(Oddity::NullTags));
    assert!(shop.mock.oddities().is_on(Oddity::ZonelessTimes));
}

#[tokio::test]
async fn the_control_endpoint_says_what_there_is_with_and_without_a_slash() {
    let shop = caller().await;
    for path in ["/_mock", "/_mock/", "/"] {
        let url = format!("http://{}{path}", shop.mock.address());
        let reply = shop.send(shop.http.get(url)).await.unwrap();
        assert_eq!(reply.json()["controls"][0], "/_mock/state", "{path:?}");
    }
    assert_eq!(shop.mock.violations(), []);
    let state = ok(&shop, "GET", "state", Value::Null).await;
    assert_eq!(state["base_url"], shop.mock.base_url());
    assert_eq!(state["control_url"], shop.mock.control_url());
    assert_eq!(shop.mock.describe()["control_url"], shop.mock.control_url());
    let limit = ok(&shop, "GET", "rate_limit", Value::Null).await;
    assert_eq!(limit, json!({"calls_a_second": null}));
}

#[tokio::test]
async fn pages_in_browsers_may_ask() {
    let shop = caller().await;
    let url = shop.url(&shop.at("tags"));
    let ask = shop.http.request(reqwest::Method::OPTIONS, &url);
    let ask = ask.header("access-control-request-method", "GET");
    let allowed = shop.send(ask).await.unwrap();
    let answer = shop.get(&shop.at("tags"), &[]).await;
    for reply in [&allowed, &answer] {
        assert_eq!(reply.headers["access-control-allow-origin"], "*");
    }
    assert_eq!((allowed.status, shop.mock.violations()), (204, Vec::new()));
}

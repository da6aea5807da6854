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
        json!([{"operation": "list_tags", "what": "there is no query parameter `colour`"}])
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

//! Every operation answers as the API description says, on every platform, with and without oddities.
use std::collections::BTreeSet;

use pancake_mock::Oddities;
use serde_json::{Value, json};

use crate::caller::{ALL_DATES, ALWAYS, Caller, free, list, numbered};

/// What has to succeed.
async fn ok(shop: &Caller, path: &str, query: &[(&str, &str)]) {
    let reply = shop.json(path, query).await;
    assert_eq!(reply["success"], true, "{path}: {reply}");
}

async fn done(shop: &Caller, method: &str, path: &str, body: Value) -> Value {
    let reply = shop.call(method, &shop.at(path), body).await.json();
    assert_eq!(reply["success"], true, "{path}: {reply}");
    reply
}

/// Calls all operations once on one page.
async fn call_all(shop: &Caller) {
    assert_eq!(shop.pages().await.wrong("list_pages"), [""; 0]);
    let rows = shop.conversation_rows(&[]).await;
    let inbox = rows.iter().find(|row| row["type"] == "INBOX").unwrap();
    let inbox = inbox["id"].as_str().unwrap();
    let user = shop.json("users", &[]).await["users"][0]["id"].clone();
    for (action, body) in [
        ("tags", json!({"action": "add", "tag_id": "5"})),
        ("assign", json!({"assignee_ids": [user]})),
        ("read", Value::Null),
        ("unread", Value::Null),
        (
            "messages",
            json!({"action": "reply_inbox", "message": "Xin chào"}),
        ),
    ] {
        let reply = shop.post(inbox, action, body).await.json();
        assert_eq!(reply["success"], true, "{action}: {reply}");
    }
    // Enough of them to meet every kind of message and conversation.
    for row in rows.iter().take(10) {
        let reply = shop.messages(row["id"].as_str().unwrap(), 0).await;
        assert_eq!(reply["success"], true);
    }

    let [since, until] = ALWAYS;
    shop.json("statistics/pages_campaigns", &ALWAYS).await;
    for kind in ["by_id", "by_time"] {
        shop.json("statistics/ads", &[since, until, ("type", kind)])
            .await;
    }
    for path in ["statistics/pages", "statistics/tags"] {
        ok(shop, path, &ALWAYS).await;
    }
    for path in ["statistics/customer_engagements", "statistics/users"] {
        ok(shop, path, &ALL_DATES).await;
    }
    let month = [("since", "1774000000"), ("until", "1776500000")];
    ok(shop, "statistics/customer_feedbacks", &month).await;
    let days = [("date_range", "01/01/2020 - 31/12/2029")];
    ok(shop, "statistics/page_customers", &days).await;
    let ad = rows.iter().find_map(|row| row["ad_ids"][0].as_str());
    shop.json("ads", &[("ad_ids", ad.unwrap_or("1"))]).await;
    let psid = rows[0]["from"]["id"].as_str().unwrap();
    let picture = format!("/v1/pages/{}/avatar/{psid}", shop.page);
    assert_eq!(shop.get_with(&picture, &[]).await.status, 301);

    let page = numbered("1", "30");
    for path in ["page_customers", "posts"] {
        ok(shop, path, &page).await;
    }
    ok(shop, "sip_call_logs", &[("id", "1"), page[2], page[3]]).await;
    ok(
        shop,
        "export_data",
        &[since, until, ("action", "conversations_from_ads")],
    )
    .await;
    shop.tags().await;
    let customer = rows[0]["page_customer"]["id"].as_str().unwrap();
    let customer = format!("page_customers/{customer}");
    let changes = json!({"changes": {"name": "Lan", "gender": "female", "birthday": "1990-02-03"}});
    done(shop, "PUT", &customer, changes).await;
    let notes = format!("{customer}/notes");
    let id = done(shop, "POST", &notes, json!({"message": "Gọi lại"})).await["note_id"].clone();
    done(
        shop,
        "PUT",
        &notes,
        json!({"note_id": id, "message": "Đã gọi"}),
    )
    .await;
    done(shop, "DELETE", &notes, json!({"note_id": id})).await;
    done(
        shop,
        "POST",
        "round_robin_users",
        json!({"inbox": [user], "comment": []}),
    )
    .await;
    let upload = shop.upload("a.jpg", "image/jpeg", vec![1, 2, 3]).await;
    assert_eq!(upload.json()["success"], true);
    assert_eq!(
        shop.mint().await.wrong("generate_page_access_token"),
        [""; 0]
    );
}

/// The operations of the API description, as id, method and path.
fn described() -> Vec<(String, String, String)> {
    let document: Value = serde_json::from_str(include_str!("../../openapi/pancake.json")).unwrap();
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            calls.push((id, method.to_uppercase(), path.clone()));
        }
    }
    calls
}

async fn assert_all_fit(oddities: Oddities) {
    let builder = free().pages(12).conversations(720).oddities(&oddities);
    let mut shop = Caller::start(builder).await;
    for index in 0..12 {
        shop = shop.on_page(index);
        call_all(&shop).await;
    }
    assert_eq!(shop.mock.violations(), []);
    let journal = shop.mock.journal();
    let called: BTreeSet<_> = journal
        .iter()
        .filter_map(|entry| entry.operation.clone())
        .collect();
    let described: BTreeSet<_> = described().into_iter().map(|(id, _, _)| id).collect();
    assert_eq!(called, described);
}

#[tokio::test]
async fn operations_answer_as_described_with_standard_oddities() {
    assert_all_fit(Oddities::standard()).await;
}

#[tokio::test]
async fn operations_answer_as_described_with_all_oddities() {
    let oddities = Oddities::all();
    // One would refuse what the other calls need, and one is not as described.
    oddities.apply("-send_window,-odd_entries").unwrap();
    assert_all_fit(oddities).await;
}

#[tokio::test]
async fn operations_answer_as_described_without_oddities() {
    assert_all_fit(Oddities::none()).await;
}

#[tokio::test]
async fn every_failure_of_every_operation_is_described() {
    for oddities in [Oddities::standard(), Oddities::none()] {
        let shop = Caller::start(free().oddities(&oddities)).await;
        let (user, page) = (shop.mock.user_token(), shop.token());
        let calls = described();
        assert!(calls.len() > 30);
        for (operation, method, path) in calls {
            let (name, right, wrong) = if path.starts_with("/v1/") {
                ("access_token", &user, &page)
            } else {
                ("page_access_token", &page, &user)
            };
            let filled = |page: &str| {
                let parts = path.replace("{page_id}", page);
                let parts = parts.split('/').map(|part| {
                    if part.starts_with('{') {
                        "unknown"
                    } else {
                        part
                    }
                });
                parts.collect::<Vec<_>>().join("/")
            };
            let (own, elsewhere) = (filled(&shop.page), filled("4711"));
            for (path, query) in [
                (&own, String::new()),
                (&own, format!("{name}=")),
                (&own, format!("{name}=nonsense")),
                (&own, format!("{name}={wrong}")),
                (&own, format!("{name}={right}&colour=red")),
                (&own, format!("{name}={right}&since=0&until=5&date_range=x")),
                (&own, format!("{name}={right}")),
                (&elsewhere, format!("{name}={right}")),
            ] {
                let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
                let url = format!("{}{path}?{query}", shop.mock.base_url());
                let reply = shop.send(shop.http.request(method, url)).await.unwrap();
                let what = format!("{operation} {query}: {} {}", reply.status, reply.text);
                assert_eq!(reply.wrong(&operation), [""; 0], "{what}");
            }
        }
    }
}

#[tokio::test]
async fn failures_of_a_send_are_described() {
    let oddities = Oddities::all();
    oddities.apply("-odd_entries").unwrap();
    let shop = Caller::start(free().oddities(&oddities)).await;
    let old = shop.ids(&[("type", "INBOX")]).await.pop().unwrap();
    let comment = shop.first_of("COMMENT").await;
    for (id, body) in [
        (&old, json!({"action": "reply_inbox", "message": "a"})),
        (&old, json!({"action": "reply_inbox", "content_ids": ["x"]})),
        (
            &comment,
            json!({"action": "reply_comment", "message_id": "x", "message": "a"}),
        ),
        (
            &comment,
            json!({"action": "reply_comment", "message_id": "x", "content_ids": ["x"]}),
        ),
        (&comment, json!({"action": "reply_inbox", "message": "a"})),
    ] {
        let reply = shop.post(id, "messages", body).await;
        assert_eq!(reply.json()["success"], false, "{}", reply.text);
    }
}

#[tokio::test]
async fn same_seed_gives_the_same_answers() {
    let walk = async |seed| {
        let shop = Caller::start(free().seed(seed).frozen_clock()).await;
        let rows = shop.conversation_rows(&[]).await;
        let messages = list(&shop.messages(rows[0]["id"].as_str().unwrap(), 0).await["messages"]);
        (shop.mock.user_token(), rows, messages)
    };
    assert_eq!(walk(7).await, walk(7).await);
    assert_ne!(walk(7).await, walk(8).await);
}

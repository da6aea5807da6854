//! Every operation answers as the API description says, on every platform, with and
//! without oddities.
use std::collections::BTreeSet;

use pancake_mock::Oddities;
use serde_json::{Value, json};

use crate::caller::{ALWAYS, Caller, free};

/// Calls all operations once on one page; the names in the order of the calls.
async fn call_all(shop: &Caller) {
    let user = shop.mock.user_token();
    let pages = shop.get_with("/v1/pages", &[("access_token", &user)]).await;
    assert_eq!(pages.wrong("list_pages"), [""; 0]);

    let list = shop.conversations(&[]).await.json();
    let inbox = list["conversations"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["type"] == "INBOX");
    let inbox = inbox.unwrap()["id"].as_str().unwrap().to_owned();
    let customer = list["conversations"][0]["page_customer"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let at = |rest: &str| shop.conversation(&inbox, rest);
    ok(shop
        .call("POST", &at("tags"), json!({"action": "add", "tag_id": "5"}))
        .await
        .json());
    let users = shop.get(&shop.at("users"), &[]).await.json();
    let user = users["users"][0]["id"].clone();
    ok(shop
        .call("POST", &at("assign"), json!({"assignee_ids": [user]}))
        .await
        .json());
    ok(shop.call("POST", &at("read"), Value::Null).await.json());
    ok(shop.call("POST", &at("unread"), Value::Null).await.json());
    // Enough of them to meet every kind of message and conversation.
    for id in shop.ids(&[]).await.into_iter().take(10) {
        ok(shop.messages(&id, 0).await);
    }
    ok(shop.reply(&inbox, "Xin chào").await.json());

    let dates = [("date_range", "01/01/2026 00:00:00 - 01/04/2026 23:59:59")];
    shop.get(&shop.at("statistics/pages_campaigns"), &ALWAYS)
        .await;
    for kind in ["by_id", "by_time"] {
        let query = [ALWAYS[0], ALWAYS[1], ("type", kind)];
        shop.get(&shop.at("statistics/ads"), &query).await;
    }
    ok(shop
        .get(&shop.at("statistics/customer_engagements"), &dates)
        .await
        .json());
    ok(shop.get(&shop.at("statistics/pages"), &ALWAYS).await.json());
    ok(shop.get(&shop.at("statistics/tags"), &ALWAYS).await.json());
    ok(shop.get(&shop.at("statistics/users"), &dates).await.json());

    let month = [("since", "1774000000"), ("until", "1776500000")];
    ok(shop
        .get(&shop.at("statistics/customer_feedbacks"), &month)
        .await
        .json());
    ok(shop
        .get(
            &shop.at("statistics/page_customers"),
            &[("date_range", "01/01/2020 - 31/12/2029")],
        )
        .await
        .json());
    let ad = list["conversations"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|row| row["ad_ids"][0].as_str());
    let ads = [("ad_ids", ad.unwrap_or("1"))];
    shop.get(&shop.at("ads"), &ads).await;
    let psid = list["conversations"][0]["from"]["id"].as_str().unwrap();
    let path = format!("/v1/pages/{}/avatar/{psid}", shop.page);
    let avatar = shop.get_with(&path, &[]).await;
    assert_eq!(avatar.status, 301, "{}", avatar.text);

    let numbered = [
        ALWAYS[0],
        ALWAYS[1],
        ("page_number", "1"),
        ("page_size", "30"),
    ];
    ok(shop.get(&shop.at("page_customers"), &numbered).await.json());
    let customer = format!("page_customers/{customer}");
    let changes = json!({"changes": {"name": "Lan", "gender": "female", "birthday": "1990-02-03"}});
    ok(shop.call("PUT", &shop.at(&customer), changes).await.json());
    let notes = shop.at(&format!("{customer}/notes"));
    let added = shop
        .call("POST", &notes, json!({"message": "Gọi lại"}))
        .await
        .json();
    let id = &added["note_id"];
    ok(shop
        .call("PUT", &notes, json!({"note_id": id, "message": "Đã gọi"}))
        .await
        .json());
    ok(shop
        .call("DELETE", &notes, json!({"note_id": id}))
        .await
        .json());

    let export = [ALWAYS[0], ALWAYS[1], ("action", "conversations_from_ads")];
    ok(shop.get(&shop.at("export_data"), &export).await.json());
    let calls = [("id", "1"), ("page_number", "1"), ("page_size", "30")];
    ok(shop.get(&shop.at("sip_call_logs"), &calls).await.json());
    shop.get(&shop.at("tags"), &[]).await;
    ok(shop.get(&shop.at("posts"), &numbered).await.json());
    ok(shop.get(&shop.at("users"), &[]).await.json());
    let robin = json!({"inbox": [user], "comment": []});
    ok(shop
        .call("POST", &shop.at("round_robin_users"), robin)
        .await
        .json());
    ok(shop
        .upload("a.jpg", "image/jpeg", vec![1, 2, 3])
        .await
        .json());

    let path = "/v1/pages/{page}/generate_page_access_token";
    let request = shop
        .http
        .post(shop.url(path))
        .query(&[("access_token", &user)]);
    let minted = shop.send(request).await.unwrap();
    assert_eq!(minted.wrong("generate_page_access_token"), [""; 0]);
}

/// Every operation with its method and path, parameters filled with `id`.
fn described_calls(page: &str, id: &str) -> Vec<(String, String, String)> {
    let document: Value = serde_json::from_str(include_str!("../../openapi/pancake.json")).unwrap();
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let mut parts = path.split('/').map(|part| match part {
            "{page_id}" => page,
            part if part.starts_with('{') => id,
            part => part,
        });
        let path = parts.by_ref().collect::<Vec<_>>().join("/");
        for (method, operation) in item.as_object().unwrap() {
            let operation = operation["operationId"].as_str().unwrap().to_owned();
            calls.push((operation, method.to_uppercase(), path.clone()));
        }
    }
    calls
}

#[tokio::test]
async fn every_failure_of_every_operation_is_described_with_and_without_http_200() {
    for oddities in [Oddities::standard(), Oddities::none()] {
        let shop = Caller::start(free().oddities(&oddities)).await;
        let user = shop.mock.user_token();
        let own = shop.token();
        let calls = described_calls(&shop.page, "unknown");
        assert!(calls.len() > 30);
        for (operation, method, path) in calls {
            let elsewhere = path.replace(&shop.page, "4711");
            let user_kind = path.starts_with("/v1/");
            let (right, wrong) = if user_kind {
                (&user, &own)
            } else {
                (&own, &user)
            };
            let name = if user_kind {
                "access_token"
            } else {
                "page_access_token"
            };
            let wide = |range: &str| format!("since=0&until=5&date_range={range}");
            for (path, query) in [
                (&path, String::new()),
                (&path, format!("{name}=")),
                (&path, format!("{name}=nonsense")),
                (&path, format!("{name}={wrong}")),
                (&path, format!("{name}={right}&colour=red")),
                (&path, format!("{name}={right}&{}", wide("x"))),
                (&path, format!("{name}={right}")),
                (&elsewhere, format!("{name}={right}")),
            ] {
                let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
                let url = format!("{}{path}?{query}", shop.mock.base_url());
                let request = shop.http.request(method, url);
                let reply = shop.send(request).await.unwrap();
                let what = format!("{operation} {query}: {} {}", reply.status, reply.text);
                assert_eq!(reply.wrong(&operation), [""; 0], "{what}");
            }
        }
    }
}

#[tokio::test]
async fn the_failures_of_a_send_are_described() {
    let oddities = Oddities::all();
    oddities.apply("-odd_entries").unwrap();
    let shop = Caller::start(free().oddities(&oddities)).await;
    let inboxes = shop.ids(&[("type", "INBOX")]).await;
    let (old, comment) = (inboxes.last().unwrap(), &shop.first_of("COMMENT").await);
    for (id, body) in [
        (old, json!({"action": "reply_inbox", "message": "a"})),
        (old, json!({"action": "reply_inbox", "content_ids": ["x"]})),
        (
            comment,
            json!({"action": "reply_comment", "message_id": "x", "message": "a"}),
        ),
        (
            comment,
            json!({"action": "reply_comment", "message_id": "x", "content_ids": ["x"]}),
        ),
        (comment, json!({"action": "reply_inbox", "message": "a"})),
    ] {
        let reply = shop
            .call("POST", &shop.conversation(id, "messages"), body)
            .await;
        assert_eq!(reply.json()["success"], false, "{}", reply.text);
    }
}

/// The operations of the API description.
fn described() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(include_str!("../../openapi/pancake.json")).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    operations
        .map(|operation| operation["operationId"].as_str().unwrap().to_owned())
        .collect()
}

fn ok(answer: Value) {
    assert_eq!(answer["success"], true, "{answer}");
}

async fn assert_all_fit(oddities: Oddities, pages: u64) {
    let builder = free()
        .pages(pages)
        .conversations(60 * pages)
        .oddities(&oddities);
    let mut shop = Caller::start(builder).await;
    for index in 0..usize::try_from(pages).unwrap() {
        shop = shop.on_page(index);
        call_all(&shop).await;
    }
    assert_eq!(shop.mock.violations(), []);
    let journal = shop.mock.journal();
    let called: BTreeSet<_> = journal
        .iter()
        .filter_map(|entry| entry.operation.clone())
        .collect();
    assert_eq!(called, described());
}

#[tokio::test]
async fn all_operations_answer_as_described_with_the_standard_oddities() {
    assert_all_fit(Oddities::standard(), 12).await;
}

#[tokio::test]
async fn all_operations_answer_as_described_with_all_oddities() {
    let oddities = Oddities::all();
    // One would refuse what the other calls need, and one is not as described.
    oddities.apply("-send_window,-odd_entries").unwrap();
    assert_all_fit(oddities, 12).await;
}

#[tokio::test]
async fn all_operations_answer_as_described_without_oddities() {
    assert_all_fit(Oddities::none(), 12).await;
}

#[tokio::test]
async fn the_same_seed_gives_the_same_answers_and_another_seed_others() {
    let walk = async |seed| {
        let shop = Caller::start(free().seed(seed).frozen_clock()).await;
        let id = shop.ids(&[]).await[0].clone();
        let messages = shop.messages(&id, 0).await.to_string();
        (
            shop.mock.user_token(),
            shop.conversations(&[]).await.text,
            messages,
        )
    };
    assert_eq!(walk(7).await, walk(7).await);
    assert_ne!(walk(7).await, walk(8).await);
}

//! Rows that come and go, and how many of them a page has.
use serde_json::{Value, json};

use crate::caller::{ALWAYS, Caller, caller, free};

/// The ids of a list, with its total if it has one.
async fn ids(shop: &Caller, path: &str, key: &str, id: &str) -> (Vec<String>, Value) {
    let mut query = ALWAYS.to_vec();
    match path {
        "posts" | "page_customers" => query.extend([("page_number", "1"), ("page_size", "30")]),
        "sip_call_logs" => query.extend([("id", "1"), ("page_number", "1"), ("page_size", "30")]),
        "export_data" => query.push(("action", "conversations_from_ads")),
        _ => query.clear(),
    }
    let answer = match path {
        "conversations" => shop.conversations(&[]).await.json(),
        path => shop.get(&shop.at(path), &query).await.json(),
    };
    let rows = answer[key].as_array().unwrap_or_else(|| panic!("{answer}"));
    let ids = rows.iter().map(|row| row[id].as_str().unwrap().to_owned());
    (ids.collect(), answer["total"].clone())
}

#[tokio::test]
async fn posts_calls_and_conversations_from_ads_come_on_top_and_vanish() {
    let shop = caller().await;
    let (mock, page) = (&shop.mock, &shop.page);

    let (before, total) = ids(&shop, "posts", "posts", "id").await;
    let new = mock.add_post(page).unwrap();
    let (after, more) = ids(&shop, "posts", "posts", "id").await;
    assert_eq!((&after[0], &after[1..30]), (&new, &before[..29]));
    assert_eq!(more.as_u64(), total.as_u64().map(|total| total + 1));
    assert!(mock.remove_post(page, &before[0]) && !mock.remove_post(page, &before[0]));
    let (after, _) = ids(&shop, "posts", "posts", "id").await;
    assert_eq!((&after[0], &after[1]), (&new, &before[1]));

    let (before, _) = ids(&shop, "sip_call_logs", "data", "call_id").await;
    let new = mock.add_call(page).unwrap();
    assert!(mock.remove_call(page, &before[0]));
    let (after, _) = ids(&shop, "sip_call_logs", "data", "call_id").await;
    assert_eq!((&after[0], &after[1]), (&new, &before[1]));

    let (before, _) = ids(&shop, "export_data", "data", "id").await;
    let new = mock.arrive_conversation_through_ad(page, "chào").unwrap();
    assert!(mock.remove_conversation(page, &before[0]));
    let (after, _) = ids(&shop, "export_data", "data", "id").await;
    assert_eq!((&after[0], &after[1]), (&new, &before[1]));
}

#[tokio::test]
async fn a_conversation_that_vanished_is_in_no_list_and_unknown_afterwards() {
    let shop = caller().await;
    let (mock, page) = (&shop.mock, &shop.page);
    let (before, _) = ids(&shop, "conversations", "conversations", "id").await;
    let (customers, total) = ids(&shop, "page_customers", "customers", "id").await;
    let gone = before[7].clone();
    assert!(mock.remove_conversation(page, &gone));
    let (after, _) = ids(&shop, "conversations", "conversations", "id").await;
    assert_eq!((&after[..7], &after[7..59]), (&before[..7], &before[8..60]));
    let (left, fewer) = ids(&shop, "page_customers", "customers", "id").await;
    assert_eq!(fewer.as_u64(), total.as_u64().map(|total| total - 1));
    assert_eq!(left.iter().filter(|id| !customers.contains(id)).count(), 1);
    let reply = shop
        .get(&shop.at(&format!("conversations/{gone}/messages")), &[])
        .await;
    assert_eq!(reply.code(), 100);
    assert!(
        !mock.remove_conversation(page, &gone) && mock.arrive_message(page, &gone, "?").is_none()
    );
}

#[tokio::test]
async fn a_message_that_vanished_shifts_the_older_ones_up_and_pages_can_be_small() {
    let shop = Caller::start(free().rows_a_page(20)).await;
    let chat = shop.mock.conversation_ids(&shop.page)[0].clone();
    let path = format!("conversations/{chat}/messages");
    let (before, _) = ids(&shop, &path, "messages", "id").await;
    assert_eq!(before.len(), 20);
    assert!(shop.mock.remove_message(&shop.page, &chat, &before[19]));
    let (after, _) = ids(&shop, &path, "messages", "id").await;
    assert_eq!((after.len(), &after[1..]), (20, &before[..19]));
    let (conversations, _) = ids(&shop, "conversations", "conversations", "id").await;
    assert_eq!(conversations.len(), 20);
}

#[tokio::test]
async fn rows_come_and_go_over_http_too() {
    let shop = caller().await;
    let post = |path: &str, body: Value| {
        let url = format!("http://{}/_mock/{path}", shop.mock.address());
        shop.send(shop.http.post(url).body(body.to_string()))
    };
    let page = &shop.page;
    for row in ["post", "call", "ad_conversation"] {
        let body = json!({"page_id": page, "row": row});
        let id = post("rows", body).await.unwrap().json()["id"].clone();
        let key = match row {
            "ad_conversation" => "conversation_id".to_owned(),
            row => format!("{row}_id"),
        };
        for status in [200, 404] {
            let body = json!({"page_id": page, (key.as_str()): id});
            assert_eq!(post("rows/remove", body).await.unwrap().status, status);
        }
    }
    let unclear = json!({"page_id": page, "post_id": "1", "call_id": "1"});
    assert_eq!(post("rows/remove", unclear).await.unwrap().status, 400);
}

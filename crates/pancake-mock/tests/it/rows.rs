//! Rows that come and go, and how many of them a page has.
use serde_json::{Value, json};

use crate::caller::{ALWAYS, Caller, caller, free, rows};

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

/// How many customers the list of page_customers has, and how often each id is in it.
async fn customers(shop: &Caller) -> (u64, usize, usize) {
    let query = [
        ("page_number", "1"),
        ("page_size", "100"),
        ("order_by", "inserted_at"),
    ];
    let query = [&ALWAYS[..], &query[..]].concat();
    let answer = shop.get(&shop.at("page_customers"), &query).await.json();
    let ids = rows(&answer, "customers", "id");
    let different: std::collections::HashSet<_> = ids.iter().collect();
    (
        answer["total"].as_u64().unwrap(),
        ids.len(),
        different.len(),
    )
}

/// How many conversations the server says the page has.
async fn counted(shop: &Caller) -> Value {
    let url = format!("http://{}/_mock/state", shop.mock.address());
    let state = shop.send(shop.http.get(url)).await.unwrap().json();
    state["pages"][0]["conversations"].clone()
}

/// Answers the first comment of the page privately: the ids of the comment's conversation and of the inbox.
async fn answer_privately(shop: &Caller) -> (String, String) {
    let comments = shop.conversations(&[("type", "COMMENT")]).await.json();
    let row = &comments["conversations"][0];
    let id = row["id"].as_str().unwrap().to_owned();
    let body = json!({
        "action": "private_replies", "post_id": row["post_id"], "from_id": row["from"]["id"],
        "message_id": shop.messages(&id, 0).await["messages"][0]["id"], "message": "Dạ giá 250k ạ",
    });
    let path = shop.conversation(&id, "messages");
    let sent = shop.call("POST", &path, body).await.json();
    assert_eq!(sent["success"], true, "{sent}");
    let inbox = format!("{}_{}", shop.page, row["from"]["id"].as_str().unwrap());
    (id, inbox)
}

#[tokio::test]
async fn the_inbox_of_who_commented_vanishes_alone_and_the_next_private_reply_begins_it_anew() {
    let shop = Caller::start(free().pages(1).conversations(50)).await;
    let (mock, page) = (&shop.mock, &shop.page);
    let before = mock.conversation_ids(page);
    for _ in 0..2 {
        let (comments, inbox) = answer_privately(&shop).await;
        assert_eq!(shop.ids(&[]).await[0], inbox);
        assert!(mock.remove_conversation(page, &inbox));
        assert!(!mock.remove_conversation(page, &inbox));
        assert_eq!(mock.conversation_ids(page), before);
        assert_eq!(counted(&shop).await, 50);
        assert_eq!(shop.ids(&[]).await, before);
        let inserted = shop.ids(&[("order_by", "inserted_at")]).await;
        assert!(inserted.len() == 50 && !inserted.contains(&inbox));
        assert!(mock.arrive_message(page, &inbox, "?").is_none());
        assert_eq!(customers(&shop).await, (50, 50, 50));
        assert!(shop.messages(&comments, 0).await["messages"].is_array());
    }
    let (_, inbox) = answer_privately(&shop).await;
    assert_eq!(
        shop.messages(&inbox, 0).await["messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn the_inbox_of_who_commented_vanishes_with_the_comments() {
    let shop = Caller::start(free().pages(1).conversations(50)).await;
    let (mock, page) = (&shop.mock, &shop.page);
    let before = mock.conversation_ids(page);
    let (comments, inbox) = answer_privately(&shop).await;
    assert!(mock.remove_conversation(page, &comments));
    let left: Vec<_> = before.into_iter().filter(|id| *id != comments).collect();
    assert_eq!(mock.conversation_ids(page), left);
    assert_eq!(counted(&shop).await, 49);
    assert_eq!(shop.ids(&[]).await, left);
    assert!(!mock.remove_conversation(page, &inbox));
    assert_eq!(customers(&shop).await, (49, 49, 49));
}

#[tokio::test]
async fn who_has_two_conversations_is_one_customer_also_after_another_one_vanished() {
    let shop = Caller::start(free().pages(1).conversations(50)).await;
    let (comments, inbox) = answer_privately(&shop).await;
    let ids = shop.mock.conversation_ids(&shop.page);
    let other = ids.iter().find(|id| **id != comments && **id != inbox);
    assert!(shop.mock.remove_conversation(&shop.page, other.unwrap()));
    assert_eq!(customers(&shop).await, (49, 49, 49));
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

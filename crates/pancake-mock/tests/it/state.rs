//! What is changed is seen in the next responses.
use std::time::Duration;

use serde_json::{Value, json};

use crate::caller::{Caller, caller, free, list, numbered};

fn tag_ids(row: &Value) -> Vec<u64> {
    list(&row["tags"])
        .iter()
        .filter_map(|tag| tag["id"].as_u64())
        .collect()
}

#[tokio::test]
async fn tag_is_listed_until_it_is_removed() {
    let shop = caller().await;
    let id = shop.ids(&[]).await.swap_remove(7);
    let tag = async |action: &str, tag: &str| {
        let body = json!({"action": action, "tag_id": tag});
        shop.post(&id, "tags", body).await.json()
    };
    let answer = tag("add", "11").await;
    let row = shop.row(&id).await;
    assert!(tag_ids(&row).contains(&11));
    assert_eq!(answer["data"], json!(tag_ids(&row)));
    // Twice is as good as once.
    assert_eq!(tag("add", "11").await["data"], answer["data"]);
    assert_eq!(shop.row(&id).await["tag_histories"], row["tag_histories"]);
    assert!(!list(&tag("remove", "11").await["data"]).contains(&json!(11)));
    let row = shop.row(&id).await;
    assert!(!tag_ids(&row).contains(&11));
    assert_eq!(
        list(&row["tag_histories"]).pop().unwrap()["payload"]["action"],
        "remove"
    );
    assert_eq!(tag("add", "99").await["error_code"], 100);
}

#[tokio::test]
async fn sent_message_moves_its_conversation_to_the_top() {
    let shop = caller().await;
    let id = shop.ids(&[("type", "INBOX")]).await.swap_remove(40);
    let sent = shop.reply(&id, "Xin <chào>").await.json();
    let top = shop.newest().await;
    assert_eq!(
        (&top["id"], &top["snippet"]),
        (&json!(id), &json!("Xin <chào>"))
    );
    let last = shop.last_message(&id).await;
    let html = json!("<div>Xin &lt;chào&gt;</div>");
    assert_eq!((&last["id"], &last["message"]), (&sent["id"], &html));
    assert_eq!(top["updated_at"], last["inserted_at"]);
    assert_eq!(
        shop.mock.conversation_ids(&shop.page).len(),
        200,
        "no row twice, none lost"
    );
}

#[tokio::test]
async fn read_state_is_seen_and_arrivals_are_unread() {
    let shop = caller().await;
    let id = shop.ids(&[]).await.swap_remove(3);
    for (action, seen) in [("read", true), ("unread", false), ("read", true)] {
        shop.post(&id, action, Value::Null).await;
        assert_eq!(shop.row(&id).await["seen"], seen);
    }
    shop.mock.arrive_message(&shop.page, &id, "Alo?").unwrap();
    let top = shop.newest().await;
    assert_eq!(
        (&top["seen"], &top["snippet"]),
        (&json!(false), &json!("Alo?"))
    );
    assert_eq!(top["last_sent_by"]["id"], top["from"]["id"]);
}

#[tokio::test]
async fn assignment_replaces_the_former_one() {
    let shop = caller().await;
    let id = shop.ids(&[]).await.swap_remove(0);
    for user in &list(&shop.json("users", &[]).await["users"])[..2] {
        let user = &user["id"];
        let answer = shop
            .post(&id, "assign", json!({"assignee_ids": [user]}))
            .await
            .json();
        let row = shop.row(&id).await;
        assert_eq!(
            (&answer["assignee_ids"], &row["assignee_ids"]),
            (&json!([user]), &json!([user]))
        );
        assert_eq!(row["current_assign_users"][0]["id"], *user);
        assert_eq!(
            list(&row["assignee_histories"]).pop().unwrap()["user_id"],
            *user
        );
    }
}

#[tokio::test]
async fn new_customer_is_first_in_all_lists() {
    let shop = caller().await;
    let id = shop
        .mock
        .arrive_conversation(&shop.page, "Shop ơi")
        .unwrap();
    let row = shop.newest().await;
    assert_eq!((&row["id"], &row["message_count"]), (&json!(id), &json!(1)));
    let by_inserted = [("order_by", "inserted_at")];
    assert_eq!(shop.ids(&by_inserted).await[0], id);
    let customers = shop.json("page_customers", &numbered("1", "100")).await;
    assert_eq!(customers["total"], 201);
    assert_eq!(customers["customers"][0]["id"], row["page_customer"]["id"]);
    assert_eq!(shop.last_message(&id).await["original_message"], "Shop ơi");
    let other = shop.mock.arrive_conversation(&shop.page, "Alo").unwrap();
    assert_eq!(shop.ids(&by_inserted).await[..2], [other, id]);
}

#[tokio::test]
async fn customer_is_the_same_in_all_lists() {
    let shop = caller().await;
    let customers = shop.json("page_customers", &numbered("1", "100")).await;
    let customers = list(&customers["customers"]);
    let (mut known, mut unknown) = (0, 0);
    for row in shop.conversation_rows(&[]).await {
        let inside = &row["page_customer"];
        assert_eq!(row["customers"][0]["id"], inside["id"]);
        assert_eq!(row["from"]["id"], row["customers"][0]["fb_id"]);
        assert_eq!(row["from"]["id"], inside["psid"]);
        assert_ne!(row["customer_id"], inside["id"]);
        let Some(customer) = customers.iter().find(|known| known["id"] == inside["id"]) else {
            continue;
        };
        assert_eq!(customer["psid"], row["from"]["id"]);
        assert_eq!(customer["customer_id"], row["customer_id"]);
        // What is unknown is so everywhere.
        assert_eq!(customer["gender"], inside["gender"]);
        assert_eq!(customer["birthday"].is_null(), inside["birthday"].is_null());
        let envelope = shop.messages(row["id"].as_str().unwrap(), 0).await;
        assert_eq!(envelope["gender"], inside["gender"]);
        let count = if inside["birthday"].is_null() {
            &mut unknown
        } else {
            &mut known
        };
        *count += 1;
    }
    assert!(
        known + unknown > 40 && known > 5 && unknown > 5,
        "{known} {unknown}"
    );
}

#[tokio::test]
async fn changed_customer_is_changed_everywhere() {
    let shop = caller().await;
    let before = shop.conversation_rows(&[]).await.swap_remove(2);
    let id = before["page_customer"]["id"].as_str().unwrap();
    let path = shop.at(&format!("page_customers/{id}"));
    let changes = json!({
        "name": "Nguyễn Mới", "gender": "unknown", "birthday": "1991-12-31",
        "phone_numbers": ["0912345678"],
    });
    shop.call("PUT", &path, json!({"changes": changes})).await;
    let after = shop.row(before["id"].as_str().unwrap()).await;
    assert_eq!(after["from"]["name"], "Nguyễn Mới");
    let birthday = json!({"date": 31, "month": 12, "year": 1991});
    assert_eq!(after["page_customer"]["birthday"], birthday);
    let first = async || {
        let query = [&numbered("1", "1")[..], &[("order_by", "updated_at")]].concat();
        shop.json("page_customers", &query).await["customers"][0].clone()
    };
    let customer = first().await;
    assert_eq!(customer["id"], id);
    for (key, value) in changes.as_object().unwrap() {
        assert_eq!(customer[key], *value, "{key}");
    }
    // What is not named stays.
    shop.call("PUT", &path, json!({"changes": {"gender": "male"}}))
        .await;
    assert_eq!(first().await["name"], "Nguyễn Mới");
}

#[tokio::test]
async fn deleted_note_stays_with_its_removal_time() {
    let shop = Caller::start(free().frozen_clock()).await;
    let now = shop.mock.clock().unix_micros() / 1000;
    let chat = shop.newest().await;
    let customer = chat["page_customer"]["id"].as_str().unwrap();
    let path = shop.at(&format!("page_customers/{customer}/notes"));
    let added = shop
        .call("POST", &path, json!({"message": "Gọi lại"}))
        .await
        .json();
    let id = added["note_id"].clone();
    let note = |notes: &Value| {
        let mut notes = list(notes).into_iter();
        notes.find(|note| note["id"] == id).unwrap()
    };
    let new = note(&added["data"]);
    assert_eq!(
        (&new["created_at"], &new["removed_at"]),
        (&json!(now), &Value::Null)
    );
    shop.mock.clock().advance(Duration::from_secs(5));
    let changed = json!({"note_id": id, "message": "Đã gọi"});
    let changed = note(&shop.call("PUT", &path, changed).await.json()["data"]);
    let wanted = (&json!("Đã gọi"), &json!(now + 5_000));
    assert_eq!((&changed["message"], &changed["updated_at"]), wanted);
    let former = &changed["edit_history"][0];
    assert_eq!(
        (&former["message"], &former["created_at"]),
        (&json!("Gọi lại"), &json!(now))
    );
    let delete = async || shop.call("DELETE", &path, json!({"note_id": id})).await;
    assert_eq!(
        note(&delete().await.json()["data"])["removed_at"],
        now + 5_000
    );
    let listed = shop.row(chat["id"].as_str().unwrap()).await;
    assert_eq!(
        note(&listed["page_customer"]["notes"])["removed_at"],
        now + 5_000
    );
    assert_eq!(delete().await.code(), 100);
}

#[tokio::test]
async fn round_robin_is_what_was_set_last() {
    let shop = caller().await;
    let users = list(&shop.json("users", &[]).await["users"]);
    let path = shop.at("round_robin_users");
    let body = json!({"inbox": [users[0]["id"], users[1]["id"]], "comment": []});
    shop.call("POST", &path, body.clone()).await;
    assert_eq!(shop.json("users", &[]).await["round_robin_users"], body);
    shop.call("POST", &path, json!({"inbox": [], "comment": []}))
        .await;
    let absent = shop.json("users", &[]).await;
    assert!(
        absent.get("round_robin_users").is_none(),
        "absent where nobody takes part"
    );
}

#[tokio::test]
async fn pages_do_not_see_changes_of_others() {
    let shop = caller().await;
    let id = shop.ids(&[]).await.swap_remove(0);
    let other = shop.on_page(1);
    assert_eq!(other.reply(&id, "a").await.code(), 100);
    assert!(!other.ids(&[]).await.contains(&id));
}

#[tokio::test]
async fn strange_ids_and_values_are_refused() {
    let shop = caller().await;
    for id in [
        "x",
        "1_2",
        "@",
        ":",
        "1000000000000001_2000000000000000",
        "ö",
        "a/b",
    ] {
        assert_eq!(shop.messages(id, 0).await["error_code"], 100, "{id}");
        let path = shop.at(&format!("page_customers/{}", id.replace('/', "%2F")));
        let reply = shop.call("PUT", &path, json!({"changes": {}})).await;
        assert_eq!(reply.code(), 100, "{id}");
        let reply = shop.conversations(&[("last_conversation_id", id)]).await;
        assert_eq!(reply.code(), 100, "{id}");
    }
    let row = shop.newest().await;
    let customer = row["page_customer"]["id"].as_str().unwrap();
    let path = shop.at(&format!("page_customers/{customer}"));
    for (birthday, taken) in [
        ("1998-02-28", true),
        ("1998-00-00", true),
        ("0000-12-31", true),
        ("hello", false),
        ("1998-13-45", false),
        ("1998-02-30", false),
        ("1998", false),
        ("98-01-01", false),
        ("1998-01-01-01", false),
    ] {
        let changes = json!({"changes": {"birthday": birthday}});
        let reply = shop.call("PUT", &path, changes).await.json();
        assert_eq!(reply["success"], taken, "{birthday}");
    }
    for tags in ["abc", "1,x"] {
        assert_eq!(
            shop.conversations(&[("tags", tags)]).await.code(),
            100,
            "{tags}"
        );
    }
    let nobody = json!({"assignee_ids": ["nobody"]});
    let chat = row["id"].as_str().unwrap();
    assert_eq!(shop.post(chat, "assign", nobody).await.code(), 100);
    let robin = json!({"inbox": ["nobody"], "comment": []});
    let reply = shop
        .call("POST", &shop.at("round_robin_users"), robin)
        .await;
    assert_eq!(reply.code(), 100);
}

#[tokio::test]
async fn private_replies_share_the_inbox_of_the_commenter() {
    let shop = caller().await;
    let row = shop
        .conversation_rows(&[("type", "COMMENT")])
        .await
        .swap_remove(0);
    let counts = async || {
        let customers = shop.json("page_customers", &numbered("1", "1")).await["total"].clone();
        (customers, shop.mock.conversation_ids(&shop.page).len())
    };
    let (customers, conversations) = counts().await;
    for (key, wrong) in [("post_id", json!("1_2")), ("from", json!({"id": "nobody"}))] {
        let mut other = row.clone();
        other[key] = wrong;
        assert_eq!(shop.reply_privately(&other, "a").await.code(), 100);
    }
    assert_eq!(counts().await.1, conversations);
    let inbox = format!("{}_{}", shop.page, row["from"]["id"].as_str().unwrap());
    for n in 1..=2_u64 {
        let sent = shop.reply_privately(&row, "Dạ giá 250k ạ").await.json();
        let top = shop.newest().await;
        assert_eq!((&top["id"], &top["type"]), (&json!(inbox), &json!("INBOX")));
        assert_eq!(top["message_count"], n);
        assert_eq!(
            (&top["from"]["name"], &top["customer_id"]),
            (&row["from"]["name"], &row["customer_id"])
        );
        assert_eq!(top["page_customer"]["id"], row["page_customer"]["id"]);
        assert_eq!(shop.last_message(&inbox).await["id"], sent["id"]);
    }
    // The comments are as they were, and the customer is one.
    let id = row["id"].as_str().unwrap();
    assert_eq!(shop.row(id).await["message_count"], row["message_count"]);
    assert_eq!(counts().await, (customers, conversations + 1));
    // In the order of `inserted_at` the new conversation has its place, also alongside arrivals.
    let arrived = shop.mock.arrive_conversation(&shop.page, "Alo").unwrap();
    let order = ("order_by", "inserted_at");
    let ids = shop.ids(&[order]).await;
    assert_eq!(ids[..2], [arrived, inbox.clone()]);
    let next = [order, ("last_conversation_id", inbox.as_str())];
    assert_eq!(shop.ids(&next).await[..50], ids[2..52]);
    // The customer answers there.
    shop.mock
        .arrive_message(&shop.page, &inbox, "Dạ em lấy")
        .unwrap();
    assert_eq!(shop.row(&inbox).await["snippet"], "Dạ em lấy");
}

#[tokio::test]
async fn phone_number_that_arrives_is_seen_everywhere() {
    let shop = caller().await;
    let text = "SĐT mình 0901 234 567 nhé";
    let id = shop.mock.arrive_conversation(&shop.page, text).unwrap();
    let row = shop.row(&id).await;
    assert_eq!(row["has_phone"], true);
    let phone = &row["recent_phone_numbers"][0];
    for (key, value) in [
        ("phone_number", json!("0901234567")),
        ("captured", json!("0901 234 567")),
        ("offset", json!(9)),
        ("length", json!(12)),
    ] {
        assert_eq!(phone[key], value, "{key}");
    }
    let envelope = shop.messages(&id, 0).await;
    assert_eq!(envelope["messages"][0]["has_phone"], true);
    assert_eq!(
        envelope["messages"][0]["phone_info"][0]["m_id"],
        phone["m_id"]
    );
    let only = json!(["0901234567"]);
    assert_eq!(envelope["conv_phone_numbers"], only);
    let customers = shop.json("page_customers", &numbered("1", "1")).await;
    assert_eq!(customers["customers"][0]["phone_numbers"], only);
    // The hotline of the shop is none of the customer's.
    shop.mock
        .staff_message(&shop.page, &id, "Hotline 0911111111")
        .unwrap();
    assert_eq!(list(&shop.row(&id).await["recent_phone_numbers"]).len(), 1);
}

#[tokio::test]
async fn scripted_messages_have_the_author_of_their_kind() {
    let shop = caller().await;
    let (mock, page) = (&shop.mock, &shop.page);
    let id = mock.conversation_ids(page).swap_remove(0);
    let before = mock.message_count(page, &id).unwrap();
    let message = mock.staff_message(page, &id, "Dạ còn ạ").unwrap();
    assert_eq!(mock.message_count(page, &id), Some(before + 1));
    assert_eq!(mock.journal().len(), 0, "counted without a request");
    let last = async |message: Option<String>| {
        let last = shop.last_message(&id).await;
        assert_eq!(
            (&json!(message), &shop.newest().await["last_sent_by"]),
            (&last["id"], &last["from"])
        );
        last["from"].clone()
    };
    assert_eq!(last(Some(message)).await["id"], *page);
    let by_name = mock.automation_message(page, &id, "POS", "Đơn 7");
    assert_eq!(last(by_name).await["admin_name"], "POS");
    let by_flow = mock.automation_message(page, &id, "", "Dạ");
    assert!(last(by_flow).await["flow_id"].is_u64());
    let notice = mock.notice(page, &id, "Đơn hàng đã được tạo.");
    let name = mock.describe()["pages"][0]["name"].clone();
    assert_eq!(last(notice).await, json!({"id": page, "name": name}));
    assert_eq!(
        (mock.notice(page, "x", "a"), mock.message_count(page, "x")),
        (None, None)
    );
}

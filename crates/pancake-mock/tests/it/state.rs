//! What is changed is seen in the next answers.
use serde_json::{Value, json};

use crate::caller::{ALWAYS, Caller, caller, free};

async fn row(shop: &Caller, id: &str) -> Value {
    let list = shop.conversations(&[]).await.json();
    let rows = list["conversations"].as_array().unwrap();
    rows.iter()
        .find(|row| row["id"] == id)
        .expect("on the first page")
        .clone()
}

fn tag_ids(row: &Value) -> Vec<u64> {
    row["tags"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|tag| tag["id"].as_u64())
        .collect()
}

#[tokio::test]
async fn a_tag_added_is_seen_in_the_next_list_and_a_removed_one_is_gone() {
    let shop = caller().await;
    let id = shop.ids(&[]).await[7].clone();
    let path = shop.conversation(&id, "tags");
    let add = json!({"action": "add", "tag_id": "11"});
    let answer = shop.call("POST", &path, add.clone()).await.json();
    let tags = tag_ids(&row(&shop, &id).await);
    assert!(tags.contains(&11));
    assert_eq!(answer["data"], json!(tags));
    let events = row(&shop, &id).await["tag_histories"]
        .as_array()
        .unwrap()
        .len();
    // Twice is as good as once.
    assert_eq!(
        shop.call("POST", &path, add).await.json()["data"],
        json!(tags)
    );
    assert_eq!(
        row(&shop, &id).await["tag_histories"]
            .as_array()
            .unwrap()
            .len(),
        events
    );
    let answer = shop
        .call("POST", &path, json!({"action": "remove", "tag_id": "11"}))
        .await
        .json();
    assert!(!answer["data"].as_array().unwrap().contains(&json!(11)));
    assert!(!tag_ids(&row(&shop, &id).await).contains(&11));
    let last = row(&shop, &id).await["tag_histories"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(last["payload"]["action"], "remove");
    let unknown = shop
        .call("POST", &path, json!({"action": "add", "tag_id": "99"}))
        .await;
    assert_eq!(unknown.code(), 100);
}

#[tokio::test]
async fn a_sent_message_moves_its_conversation_to_the_top() {
    let shop = caller().await;
    let id = shop.ids(&[("type", "INBOX")]).await[40].clone();
    let sent = shop.reply(&id, "Xin <chào>").await.json();
    let top = shop.conversations(&[]).await.json()["conversations"][0].clone();
    assert_eq!(
        (&top["id"], &top["snippet"]),
        (&json!(id), &json!("Xin <chào>"))
    );
    let messages = shop.messages(&id, 0).await;
    let last = messages["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["id"], &last["message"]),
        (&sent["id"], &json!("<div>Xin &lt;chào&gt;</div>"))
    );
    assert_eq!(top["updated_at"], last["inserted_at"]);
    assert_eq!(
        shop.mock.conversation_ids(&shop.page).len(),
        200,
        "no row twice, none lost"
    );
}

#[tokio::test]
async fn read_and_unread_are_seen_and_an_arrival_makes_unread() {
    let shop = caller().await;
    let id = shop.ids(&[]).await[3].clone();
    shop.call("POST", &shop.conversation(&id, "read"), Value::Null)
        .await;
    assert_eq!(row(&shop, &id).await["seen"], true);
    shop.call("POST", &shop.conversation(&id, "unread"), Value::Null)
        .await;
    assert_eq!(row(&shop, &id).await["seen"], false);
    shop.call("POST", &shop.conversation(&id, "read"), Value::Null)
        .await;
    shop.mock.arrive_message(&shop.page, &id, "Alo?").unwrap();
    let top = row(&shop, &id).await;
    assert_eq!(
        (&top["seen"], &top["snippet"]),
        (&json!(false), &json!("Alo?"))
    );
    assert_eq!(top["last_sent_by"]["id"], top["from"]["id"]);
}

#[tokio::test]
async fn an_assignment_replaces_the_former_one() {
    let shop = caller().await;
    let id = shop.ids(&[]).await[0].clone();
    let users = shop.get(&shop.at("users"), &[]).await.json()["users"].clone();
    let path = shop.conversation(&id, "assign");
    for user in [&users[0]["id"], &users[1]["id"]] {
        let answer = shop
            .call("POST", &path, json!({"assignee_ids": [user]}))
            .await
            .json();
        assert_eq!(answer["assignee_ids"], json!([user]));
        let row = row(&shop, &id).await;
        assert_eq!(row["assignee_ids"], json!([user]));
        assert_eq!(row["current_assign_users"][0]["id"], *user);
        let histories = row["assignee_histories"].as_array().unwrap();
        assert_eq!(histories.last().unwrap()["user_id"], *user);
    }
}

#[tokio::test]
async fn a_new_customer_is_first_in_all_lists() {
    let shop = caller().await;
    let id = shop
        .mock
        .arrive_conversation(&shop.page, "Shop ơi")
        .unwrap();
    let rows = shop.conversations(&[]).await.json()["conversations"].clone();
    assert_eq!(
        (&rows[0]["id"], &rows[0]["message_count"]),
        (&json!(id), &json!(1))
    );
    assert_eq!(shop.ids(&[("order_by", "inserted_at")]).await[0], id);
    let query = [ALWAYS[0], ALWAYS[1], ("page_number", "1")];
    let customers = shop.get(&shop.at("page_customers"), &query).await.json();
    assert_eq!(customers["total"], 201);
    assert_eq!(
        customers["customers"][0]["id"],
        rows[0]["page_customer"]["id"]
    );
    assert_eq!(
        shop.messages(&id, 0).await["messages"][0]["original_message"],
        "Shop ơi"
    );
    let other = shop.mock.arrive_conversation(&shop.page, "Alo").unwrap();
    assert_eq!(
        shop.ids(&[("order_by", "inserted_at")]).await[..2],
        [other, id]
    );
}

#[tokio::test]
async fn the_ids_of_a_customer_are_the_same_in_all_answers() {
    let shop = caller().await;
    let rows = shop.conversations(&[]).await.json()["conversations"].clone();
    let query = [
        ALWAYS[0],
        ALWAYS[1],
        ("page_number", "1"),
        ("page_size", "100"),
    ];
    let first = shop.get(&shop.at("page_customers"), &query).await.json();
    let known = first["customers"].as_array().unwrap();
    let mut met = 0;
    for row in rows.as_array().unwrap() {
        assert_eq!(row["customers"][0]["id"], row["page_customer"]["id"]);
        assert_eq!(row["from"]["id"], row["customers"][0]["fb_id"]);
        assert_eq!(row["from"]["id"], row["page_customer"]["psid"]);
        assert_ne!(row["customer_id"], row["page_customer"]["id"]);
        let customer = known
            .iter()
            .find(|known| known["id"] == row["page_customer"]["id"]);
        if let Some(customer) = customer {
            met += 1;
            assert_eq!(customer["psid"], row["from"]["id"]);
            assert_eq!(customer["customer_id"], row["customer_id"]);
        }
    }
    assert!(met > 40);
}

#[tokio::test]
async fn a_changed_customer_is_changed_everywhere() {
    let shop = caller().await;
    let before = shop.conversations(&[]).await.json()["conversations"][2].clone();
    let id = before["page_customer"]["id"].as_str().unwrap();
    let path = shop.at(&format!("page_customers/{id}"));
    let changes = json!({
        "name": "Nguyễn Mới", "gender": "unknown", "birthday": "1991-12-31",
        "phone_numbers": ["0912345678"],
    });
    shop.call("PUT", &path, json!({"changes": changes})).await;
    let after = row(&shop, before["id"].as_str().unwrap()).await;
    assert_eq!(after["from"]["name"], "Nguyễn Mới");
    assert_eq!(
        after["page_customer"]["birthday"],
        json!({"date": 31, "month": 12, "year": 1991})
    );
    let query = [
        ALWAYS[0],
        ALWAYS[1],
        ("page_number", "1"),
        ("page_size", "1"),
        ("order_by", "updated_at"),
    ];
    let first = shop.get(&shop.at("page_customers"), &query).await.json();
    let customer = &first["customers"][0];
    assert_eq!(customer["id"], id);
    assert_eq!(customer["birthday"], "1991-12-31");
    assert_eq!(customer["phone_numbers"], json!(["0912345678"]));
    assert_eq!(customer["gender"], "unknown");
    // What is not named stays.
    shop.call("PUT", &path, json!({"changes": {"gender": "male"}}))
        .await;
    let first = shop.get(&shop.at("page_customers"), &query).await.json();
    assert_eq!(first["customers"][0]["name"], "Nguyễn Mới");
}

#[tokio::test]
async fn a_deleted_note_stays_with_the_time_of_its_removal() {
    let shop = Caller::start(free().frozen_clock()).await;
    let now = shop.mock.clock().unix_micros() / 1000;
    let conversation = shop.conversations(&[]).await.json()["conversations"][0].clone();
    let customer = conversation["page_customer"]["id"].as_str().unwrap();
    let path = shop.at(&format!("page_customers/{customer}/notes"));
    let added = shop
        .call("POST", &path, json!({"message": "Gọi lại"}))
        .await
        .json();
    let id = added["note_id"].clone();
    let note = |answer: &Value| {
        let notes = answer["data"].as_array().unwrap();
        notes.iter().find(|note| note["id"] == id).unwrap().clone()
    };
    assert_eq!(
        (&note(&added)["created_at"], &note(&added)["removed_at"]),
        (&json!(now), &Value::Null)
    );
    shop.mock.clock().advance(std::time::Duration::from_secs(5));
    let changed = shop
        .call("PUT", &path, json!({"note_id": id, "message": "Đã gọi"}))
        .await
        .json();
    let changed = note(&changed);
    assert_eq!(
        (&changed["message"], &changed["updated_at"]),
        (&json!("Đã gọi"), &json!(now + 5_000))
    );
    assert_eq!(changed["edit_history"][0]["message"], "Gọi lại");
    assert_eq!(changed["edit_history"][0]["created_at"], now);
    let removed = shop
        .call("DELETE", &path, json!({"note_id": id}))
        .await
        .json();
    assert_eq!(note(&removed)["removed_at"], now + 5_000);
    let listed = row(&shop, conversation["id"].as_str().unwrap()).await;
    let listed = listed["page_customer"]["notes"].as_array().unwrap().clone();
    assert!(
        listed
            .iter()
            .any(|note| note["id"] == id && note["removed_at"] == now + 5_000)
    );
    let again = shop.call("DELETE", &path, json!({"note_id": id})).await;
    assert_eq!(again.code(), 100);
}

#[tokio::test]
async fn the_round_robin_is_what_was_set_last() {
    let shop = caller().await;
    let users = shop.get(&shop.at("users"), &[]).await.json()["users"].clone();
    let body = json!({"inbox": [users[0]["id"], users[1]["id"]], "comment": []});
    shop.call("POST", &shop.at("round_robin_users"), body.clone())
        .await;
    assert_eq!(
        shop.get(&shop.at("users"), &[]).await.json()["round_robin_users"],
        body
    );
    let nobody = json!({"inbox": [], "comment": []});
    shop.call("POST", &shop.at("round_robin_users"), nobody)
        .await;
    let users = shop.get(&shop.at("users"), &[]).await.json();
    assert!(
        users.get("round_robin_users").is_none(),
        "absent where nobody takes part"
    );
}

#[tokio::test]
async fn pages_do_not_see_each_others_changes() {
    let shop = caller().await;
    let id = shop.ids(&[]).await[0].clone();
    let other = shop.on_page(1);
    assert_eq!(other.reply(&id, "a").await.code(), 100);
    assert!(!other.ids(&[]).await.contains(&id));
}

#[tokio::test]
async fn strange_ids_are_refused_with_code_100() {
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
        let path = shop.conversation(id, "messages");
        assert_eq!(shop.get(&path, &[]).await.code(), 100, "{id}");
        let path = shop.at(&format!("page_customers/{}", id.replace('/', "%2F")));
        let reply = shop.call("PUT", &path, json!({"changes": {}})).await;
        assert_eq!(reply.code(), 100, "{id}");
        assert_eq!(
            shop.conversations(&[("last_conversation_id", id)])
                .await
                .code(),
            100,
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_private_reply_begins_the_inbox_of_who_commented_and_the_next_one_goes_there_too() {
    let shop = caller().await;
    let comment_row =
        shop.conversations(&[("type", "COMMENT")]).await.json()["conversations"][0].clone();
    let id = comment_row["id"].as_str().unwrap();
    let path = shop.conversation(id, "messages");
    let comment = shop.messages(id, 0).await["messages"][0]["id"].clone();
    let counts = async || {
        let query = [
            ALWAYS[0],
            ALWAYS[1],
            ("page_number", "1"),
            ("page_size", "1"),
        ];
        let customers = shop.get(&shop.at("page_customers"), &query).await.json()["total"].clone();
        let state = shop.mock.conversation_ids(&shop.page).len();
        (customers, state)
    };
    let (customers, conversations) = counts().await;
    let comments = comment_row["message_count"].clone();
    let private = |post: &Value, from: &Value| {
        json!({
            "action": "private_replies", "post_id": post, "message_id": comment,
            "from_id": from, "message": "Dạ giá 250k ạ",
        })
    };
    let (post, from) = (&comment_row["post_id"], &comment_row["from"]["id"]);
    for wrong in [
        private(&json!("1_2"), from),
        private(post, &json!("nobody")),
    ] {
        assert_eq!(shop.call("POST", &path, wrong).await.code(), 100);
    }
    assert_eq!(counts().await.1, conversations);
    for n in 1..=2_u64 {
        let sent = shop.call("POST", &path, private(post, from)).await.json();
        let top = shop.conversations(&[]).await.json()["conversations"][0].clone();
        let inbox = format!("{}_{}", shop.page, from.as_str().unwrap());
        assert_eq!((&top["id"], &top["type"]), (&json!(inbox), &json!("INBOX")));
        assert_eq!(top["message_count"], n);
        for same in ["from", "customers", "customer_id"] {
            let name = |row: &Value| row[same]["name"].clone();
            assert_eq!(name(&top), name(&comment_row), "{same}");
        }
        assert_eq!(
            top["page_customer"]["id"],
            comment_row["page_customer"]["id"]
        );
        let messages = shop.messages(&inbox, 0).await["messages"].clone();
        assert_eq!(
            messages.as_array().unwrap().last().unwrap()["id"],
            sent["id"]
        );
    }
    // The comments are as they were, and the customer is one.
    assert_eq!(row(&shop, id).await["message_count"], comments);
    assert_eq!(counts().await, (customers, conversations + 1));
    // In the order of `inserted_at` the new conversation has its place, also beside arrivals.
    let arrived = shop.mock.arrive_conversation(&shop.page, "Alo").unwrap();
    let ids = shop.ids(&[("order_by", "inserted_at")]).await;
    let inbox = format!("{}_{}", shop.page, from.as_str().unwrap());
    assert_eq!(ids[..2], [arrived, inbox.clone()]);
    let next = [
        ("order_by", "inserted_at"),
        ("last_conversation_id", inbox.as_str()),
    ];
    assert_eq!(shop.ids(&next).await[..50], ids[2..52]);
    // The customer answers there.
    shop.mock
        .arrive_message(&shop.page, &inbox, "Dạ em lấy")
        .unwrap();
    assert_eq!(row(&shop, &inbox).await["snippet"], "Dạ em lấy");
}

#[tokio::test]
async fn a_phone_number_that_arrives_is_seen_everywhere() {
    let shop = caller().await;
    let id = shop
        .mock
        .arrive_conversation(&shop.page, "SĐT mình 0901 234 567 nhé")
        .unwrap();
    let found = row(&shop, &id).await;
    assert_eq!(found["has_phone"], true);
    let phone = &found["recent_phone_numbers"][0];
    assert_eq!(phone["phone_number"], "0901234567");
    assert_eq!(phone["captured"], "0901 234 567");
    assert_eq!(
        (&phone["offset"], &phone["length"]),
        (&json!(9), &json!(12))
    );
    let envelope = shop.messages(&id, 0).await;
    assert_eq!(envelope["messages"][0]["has_phone"], true);
    assert_eq!(
        envelope["messages"][0]["phone_info"][0]["m_id"],
        phone["m_id"]
    );
    assert_eq!(envelope["conv_phone_numbers"], json!(["0901234567"]));
    let query = [
        ALWAYS[0],
        ALWAYS[1],
        ("page_number", "1"),
        ("page_size", "1"),
    ];
    let customers = shop.get(&shop.at("page_customers"), &query).await.json();
    assert_eq!(
        customers["customers"][0]["phone_numbers"],
        json!(["0901234567"])
    );
    // The hotline of the shop is none of the customer.
    shop.mock
        .staff_message(&shop.page, &id, "Hotline 0911111111")
        .unwrap();
    assert_eq!(
        row(&shop, &id).await["recent_phone_numbers"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn people_named_in_a_comment_and_a_picture_by_address_come_back() {
    let shop = caller().await;
    let id = shop.first_of("COMMENT").await;
    let comment = shop.messages(&id, 0).await["messages"][0]["id"].clone();
    let path = shop.conversation(&id, "messages");
    let reply = json!({
        "action": "reply_comment", "message_id": comment, "message": "Chào Lan",
        "content_url": "https://shop.example/a.jpg",
        "mentions": [{"psid": "5", "name": "Lan", "offset": 5, "length": 3}],
    });
    assert_eq!(
        shop.call("POST", &path, reply).await.json()["success"],
        true
    );
    let last = shop.messages(&id, 0).await["messages"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    let tag = &last["message_tags"][0];
    assert_eq!((&tag["offset"], &tag["length"]), (&json!(5), &json!(3)));
    assert!(tag["link"].as_str().unwrap().ends_with("/5"));
    let picture = &last["attachments"][0];
    assert_eq!(
        (&picture["type"], &picture["url"]),
        (&json!("photo"), &json!("https://shop.example/a.jpg"))
    );
}

#[tokio::test]
async fn what_is_unknown_of_a_customer_is_unknown_in_every_list() {
    let shop = caller().await;
    let query = [
        ALWAYS[0],
        ALWAYS[1],
        ("page_number", "1"),
        ("page_size", "100"),
    ];
    let customers = shop.get(&shop.at("page_customers"), &query).await.json()["customers"].clone();
    let list = shop.conversations(&[]).await.json()["conversations"].clone();
    let mut seen = (0, 0);
    for conversation in list.as_array().unwrap() {
        let inside = &conversation["page_customer"];
        let customer = customers
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["id"] == inside["id"]);
        let Some(customer) = customer else { continue };
        assert_eq!(customer["gender"], inside["gender"]);
        assert_eq!(customer["birthday"].is_null(), inside["birthday"].is_null());
        if inside["birthday"].is_null() {
            seen.0 += 1
        } else {
            seen.1 += 1
        }
        let id = conversation["id"].as_str().unwrap();
        assert_eq!(shop.messages(id, 0).await["gender"], inside["gender"]);
    }
    assert!(seen.0 > 5 && seen.1 > 5, "{seen:?}");
}

#[tokio::test]
async fn values_that_mean_nothing_are_refused() {
    let shop = caller().await;
    let list = shop.conversations(&[]).await.json()["conversations"].clone();
    let customer = list[0]["page_customer"]["id"].as_str().unwrap().to_owned();
    let path = shop.at(&format!("page_customers/{customer}"));
    let set = async |birthday: &str| {
        let changes = json!({"changes": {"birthday": birthday}});
        shop.call("PUT", &path, changes).await.json()["success"].clone()
    };
    for good in ["1998-02-28", "1998-00-00", "0000-12-31"] {
        assert_eq!(set(good).await, true, "{good}");
    }
    for bad in [
        "hello",
        "1998-13-45",
        "1998-02-30",
        "1998",
        "98-01-01",
        "1998-01-01-01",
    ] {
        assert_eq!(set(bad).await, false, "{bad}");
    }
    for tags in ["abc", "1,x"] {
        assert_eq!(
            shop.conversations(&[("tags", tags)]).await.code(),
            100,
            "{tags}"
        );
    }
    let id = list[0]["id"].as_str().unwrap();
    let nobody = json!({"assignee_ids": ["nobody"]});
    assert_eq!(
        shop.call("POST", &shop.conversation(id, "assign"), nobody)
            .await
            .code(),
        100
    );
    let robin = json!({"inbox": ["nobody"], "comment": []});
    assert_eq!(
        shop.call("POST", &shop.at("round_robin_users"), robin)
            .await
            .code(),
        100
    );
}

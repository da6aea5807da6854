//! Oddities of sends, uploads and the rate limit, each on and off.
use std::time::Duration;

use pancake_mock::{MockPancake, Oddity};
use serde_json::{Value, json};

use crate::caller::{Caller, caller, free, with};

const MB: usize = 1024 * 1024;

async fn content(shop: &Caller) -> String {
    let reply = shop.upload("a.jpg", "image/jpeg", vec![0; 100]).await;
    reply.json()["id"].as_str().unwrap().to_owned()
}

async fn send(shop: &Caller, body: Value) -> Value {
    let id = shop.first_of("INBOX").await;
    shop.post(&id, "messages", body).await.json()
}

fn pictures(ids: &[&str]) -> Value {
    json!({"action": "reply_inbox", "content_ids": ids})
}

const USED_UP: &str = "invalid_upload_fb_attachments_result";

#[tokio::test]
async fn message_xor_content_ids_or_the_send_fails() {
    for on in [true, false] {
        let shop = with(Oddity::MessageXorContentIds, on).await;
        let mut both = pictures(&[&content(&shop).await]);
        both["message"] = "a".into();
        assert_eq!(send(&shop, both).await["success"], !on);
    }
}

#[tokio::test]
async fn single_use_content_ids_on_facebook() {
    for (on, page) in [(true, 0), (false, 0), (true, 1)] {
        let shop = with(Oddity::SingleUseContentIds, on).await.on_page(page);
        let body = pictures(&[&content(&shop).await]);
        assert_eq!(send(&shop, body.clone()).await["success"], true);
        let again = send(&shop, body).await;
        let refused = on && page == 0;
        assert_eq!(again["success"], !refused);
        assert_eq!(again["message_code"] == USED_UP, refused);
    }
}

#[tokio::test]
async fn content_ids_expire_after_an_hour() {
    for on in [true, false] {
        let shop = with(Oddity::ContentIdsExpire, on).await;
        let body = pictures(&[&content(&shop).await]);
        shop.mock.clock().advance(Duration::from_secs(3_601));
        assert_eq!(send(&shop, body).await["message_code"] == USED_UP, on);
    }
}

#[tokio::test]
async fn refused_send_uses_up_no_content_id() {
    let shop = caller().await;
    let id = content(&shop).await;
    for refused in [pictures(&[&id, "unknown"]), pictures(&[&id, &id])] {
        assert_eq!(send(&shop, refused).await["message_code"], USED_UP);
    }
    assert_eq!(send(&shop, pictures(&[&id])).await["success"], true);
}

#[tokio::test]
async fn number_of_content_ids_goes_by_the_channel() {
    let many = async |shop: &Caller, count: usize| {
        let mut ids = Vec::new();
        for _ in 0..count {
            ids.push(content(shop).await);
        }
        send(shop, json!({"action": "reply_inbox", "content_ids": ids})).await["success"].clone()
    };
    let mut shop = Caller::start(free().pages(12)).await;
    for (page, begin, most) in [
        (0, "1", 30),
        (1, "zl_", 1),
        (2, "tt_", 1),
        (4, "igo_", 10),
        (5, "tl_", 10),
        (7, "web_", 10),
        (11, "pzl_", 30),
    ] {
        shop = shop.on_page(page);
        assert!(shop.page.starts_with(begin), "{}", shop.page);
        assert_eq!(many(&shop, most).await, true, "{begin}");
        assert_eq!(many(&shop, most + 1).await, false, "{begin}");
    }
}

#[tokio::test]
async fn public_api_admin_name_is_on_sent_messages() {
    for on in [true, false] {
        let shop = with(Oddity::PublicApiAdminName, on).await;
        let id = shop.first_of("INBOX").await;
        shop.reply(&id, "Dạ còn ạ").await;
        let name = shop.last_message(&id).await["from"]["admin_name"].clone();
        assert_eq!(name == "Public API", on);
    }
}

#[tokio::test]
async fn send_window_of_24_hours_closes_on_facebook() {
    let shop = with(Oddity::SendWindow, true).await;
    let id = shop.ids(&[("type", "INBOX")]).await.swap_remove(5);
    let refused = shop.reply(&id, "Chào bạn").await.json();
    assert_eq!(
        (&refused["e_code"], &refused["e_subcode"]),
        (&json!(10), &json!(2_018_278))
    );
    shop.mock.arrive_message(&shop.page, &id, "Alo?").unwrap();
    assert_eq!(shop.reply(&id, "Chào bạn").await.json()["success"], true);
    shop.mock.clock().advance(Duration::from_secs(86_401));
    assert_eq!(shop.reply(&id, "Chào bạn").await.json()["success"], false);
    // Other channels have no window.
    let shop = shop.on_page(1);
    let id = shop.ids(&[]).await.swap_remove(5);
    assert_eq!(shop.reply(&id, "Chào bạn").await.json()["success"], true);
}

#[tokio::test]
async fn comment_is_answered_publicly_and_privately_only() {
    let shop = caller().await;
    let row = shop
        .conversation_rows(&[("type", "COMMENT")])
        .await
        .swap_remove(0);
    let id = row["id"].as_str().unwrap();
    let comment = shop.messages(id, 0).await["messages"][0]["id"].clone();
    let answer = async |chat: &str, comment: &Value| {
        let body = json!({"action": "reply_comment", "message_id": comment, "message": "Dạ ib ạ"});
        shop.post(chat, "messages", body).await.json()
    };
    assert_eq!(answer(id, &comment).await["success"], true);
    assert_eq!(answer(id, &json!("1_1")).await["e_code"], 100);
    assert_eq!(
        shop.reply_privately(&row, "Dạ giá 250k ạ").await.json()["success"],
        true
    );
    assert_eq!(shop.reply(id, "a").await.json()["success"], false);
    let inbox = shop.first_of("INBOX").await;
    assert_eq!(answer(&inbox, &comment).await["success"], false);
}

#[tokio::test]
async fn mentions_pictures_and_names_of_documents_come_back() {
    let shop = caller().await;
    let id = shop.first_of("COMMENT").await;
    let comment = shop.messages(&id, 0).await["messages"][0]["id"].clone();
    let reply = json!({
        "action": "reply_comment", "message_id": comment, "message": "Chào Lan",
        "content_url": "https://shop.example/a.jpg",
        "mentions": [{"psid": "5", "name": "Lan", "offset": 5, "length": 3}],
    });
    assert_eq!(
        shop.post(&id, "messages", reply).await.json()["success"],
        true
    );
    let last = shop.last_message(&id).await;
    let tag = &last["message_tags"][0];
    assert_eq!((&tag["offset"], &tag["length"]), (&json!(5), &json!(3)));
    assert!(tag["link"].as_str().unwrap().ends_with("/5"));
    let picture = &last["attachments"][0];
    let wanted = (&json!("photo"), &json!("https://shop.example/a.jpg"));
    assert_eq!((&picture["type"], &picture["url"]), wanted);
}

#[tokio::test]
async fn uploads_have_a_kind_and_limits_by_channel() {
    let shop = Caller::start(free().pages(11)).await;
    for (mime_type, kind) in [
        ("image/png", "PHOTO"),
        ("video/mp4", "VIDEO"),
        ("audio/mpeg", "AUDIO_ATTACHMENT_ID"),
        ("application/pdf", "DOCUMENT"),
    ] {
        let reply = shop.upload("a.bin", mime_type, vec![0; 10]).await.json();
        assert_eq!(
            (&reply["attachment_type"], &reply["success"]),
            (&json!(kind), &json!(true))
        );
    }
    let mut shop = shop;
    for (page, most) in [(0, 25), (8, 16), (9, 30)] {
        shop = shop.on_page(page);
        for (size, taken) in [(most * MB, true), (most * MB + 1, false)] {
            let reply = shop.upload("a.mp4", "video/mp4", vec![0; size]).await;
            assert_eq!(reply.json()["success"], taken, "{} {size}", shop.page);
        }
    }
}

#[tokio::test]
async fn image_limit_and_smaller_video_limit_refuse() {
    for (oddity, mime_type, size) in [
        (Oddity::SmallerVideoLimit, "video/mp4", 20 * MB),
        (Oddity::ImageLimit, "image/jpeg", 501 * 1024),
    ] {
        for on in [true, false] {
            let shop = with(oddity, on).await;
            let reply = shop.upload("a", mime_type, vec![0; size]).await;
            assert_eq!(reply.json()["success"], !on, "{oddity}");
        }
    }
}

#[tokio::test]
async fn sixth_call_in_a_second_is_not_executed() {
    let shop = Caller::start(MockPancake::builder().frozen_clock()).await;
    let id = shop.mock.conversation_ids(&shop.page).swap_remove(0);
    for n in 0..5 {
        assert_eq!(
            shop.reply(&id, &n.to_string()).await.json()["success"],
            true
        );
    }
    let refused = shop.reply(&id, "5").await;
    assert_eq!((refused.status, refused.code()), (429, json!(429)));
    assert_eq!(refused.header("retry-after"), "");
    // Another page has its own second, and the user's calls have none.
    for _ in 0..10 {
        assert_eq!(shop.pages().await.status, 200);
    }
    let shop = shop.on_page(1);
    assert_eq!(shop.tags().await.status, 200);
    let shop = shop.on_page(0);
    shop.mock.clock().advance(Duration::from_secs(1));
    assert_eq!(shop.last_message(&id).await["original_message"], "4");
    shop.mock.set_rate_limit(None);
    for _ in 0..20 {
        assert_eq!(shop.tags().await.status, 200);
    }
}

#[tokio::test]
async fn template_goes_out_on_whatsapp_only() {
    let body = json!({
        "action": "reply_inbox", "template_id": "900000000000009",
        "template_params": {"HEADER_PARAMS": {"IMAGE": {"url": "https://a.example/a.jpg"}}, "BODY_PARAMS": {"name": "Lan"}},
    });
    let shop = caller().await.on_page(3);
    shop.mock.clock().advance(Duration::from_secs(40 * 86_400));
    assert_eq!(send(&shop, body.clone()).await["success"], true);
    let last = shop.last_message(&shop.first_of("INBOX").await).await;
    let text = last["original_message"].as_str().unwrap();
    assert!(
        text.contains("900000000000009") && text.contains("Lan"),
        "{text}"
    );
    for (key, value) in [
        ("message", json!("a")),
        ("content_ids", json!(["c"])),
        ("conversation_id", json!("wa_1")),
    ] {
        let mut wrong = body.clone();
        wrong[key] = value;
        assert_eq!(send(&shop, wrong).await["error_code"], 100, "{key}");
    }
    assert_eq!(send(&shop.on_page(0), body).await["error_code"], 100);
}

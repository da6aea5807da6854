//! Oddities of sends, uploads and the rate limit, each on and off.
use std::time::Duration;

use pancake_mock::{MockPancake, Oddity};
use serde_json::{Value, json};

use crate::caller::{Caller, caller, free};

const MB: usize = 1024 * 1024;

async fn with(oddity: Oddity, on: bool) -> Caller {
    Caller::start(free().oddity(oddity, on)).await
}

async fn content(shop: &Caller) -> String {
    let reply = shop.upload("a.jpg", "image/jpeg", vec![0; 100]).await;
    reply.json()["id"].as_str().unwrap().to_owned()
}

async fn send(shop: &Caller, body: Value) -> Value {
    let id = shop.first_of("INBOX").await;
    shop.call("POST", &shop.conversation(&id, "messages"), body)
        .await
        .json()
}

#[tokio::test]
async fn message_xor_content_ids_or_the_send_fails() {
    let both = async |shop: Caller| {
        let ids = [content(&shop).await];
        send(
            &shop,
            json!({"action": "reply_inbox", "message": "a", "content_ids": ids}),
        )
        .await
    };
    assert_eq!(both(caller().await).await["success"], false);
    assert_eq!(
        both(with(Oddity::MessageXorContentIds, false).await).await["success"],
        true
    );
}

#[tokio::test]
async fn single_use_content_ids_are_good_once_on_facebook() {
    let twice = async |shop: &Caller| {
        let body = json!({"action": "reply_inbox", "content_ids": [content(shop).await]});
        assert_eq!(send(shop, body.clone()).await["success"], true);
        send(shop, body).await
    };
    let refused = json!({"success": false, "message_code": "invalid_upload_fb_attachments_result"});
    assert_eq!(twice(&caller().await).await, refused);
    assert_eq!(
        twice(&with(Oddity::SingleUseContentIds, false).await).await["success"],
        true
    );
    // On other channels it may be used again.
    assert_eq!(twice(&caller().await.on_page(1)).await["success"], true);
}

#[tokio::test]
async fn content_ids_expire_after_an_hour() {
    let late = async |shop: Caller| {
        let body = json!({"action": "reply_inbox", "content_ids": [content(&shop).await]});
        shop.mock.clock().advance(Duration::from_secs(3_601));
        send(&shop, body).await
    };
    assert_eq!(
        late(caller().await).await["message_code"],
        "invalid_upload_fb_attachments_result"
    );
    assert_eq!(
        late(with(Oddity::ContentIdsExpire, false).await).await["success"],
        true
    );
}

#[tokio::test]
async fn a_send_takes_30_content_ids_on_facebook_and_personal_zalo_and_1_on_most_channels() {
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
async fn a_refused_send_uses_up_no_content_id() {
    let shop = caller().await;
    let id = content(&shop).await;
    let body = json!({"action": "reply_inbox", "content_ids": [id, "unknown"]});
    assert_eq!(send(&shop, body).await["success"], false);
    let body = json!({"action": "reply_inbox", "content_ids": [id]});
    assert_eq!(send(&shop, body).await["success"], true);
}

#[tokio::test]
async fn public_api_admin_name_is_on_sends_that_come_back() {
    let name = async |shop: Caller| {
        let id = shop.first_of("INBOX").await;
        shop.reply(&id, "Dạ còn ạ").await;
        let messages = shop.messages(&id, 0).await;
        messages["messages"].as_array().unwrap().last().unwrap()["from"]["admin_name"].clone()
    };
    assert_eq!(name(caller().await).await, "Public API");
    let signed_by_staff = with(Oddity::PublicApiAdminName, false).await;
    assert_ne!(name(signed_by_staff).await, "Public API");
}

#[tokio::test]
async fn send_window_of_24_hours_closes_on_facebook() {
    let shop = with(Oddity::SendWindow, true).await;
    let id = shop.ids(&[("type", "INBOX")]).await[5].clone();
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
    let id = shop.ids(&[]).await[5].clone();
    assert_eq!(shop.reply(&id, "Chào bạn").await.json()["success"], true);
}

#[tokio::test]
async fn a_comment_is_answered_publicly_and_privately_but_not_as_an_inbox() {
    let shop = caller().await;
    let id = shop.first_of("COMMENT").await;
    let path = shop.conversation(&id, "messages");
    let answer = shop.messages(&id, 0).await;
    let (comment, post) = (answer["messages"][0].clone(), &answer["post"]["id"]);
    let reply =
        json!({"action": "reply_comment", "message_id": comment["id"], "message": "Dạ ib ạ"});
    assert_eq!(
        shop.call("POST", &path, reply).await.json()["success"],
        true
    );
    let private = json!({
        "action": "private_replies", "post_id": post, "message_id": comment["id"],
        "from_id": comment["from"]["id"], "message": "Dạ giá 250k ạ",
    });
    assert_eq!(
        shop.call("POST", &path, private).await.json()["success"],
        true
    );
    let gone = json!({"action": "reply_comment", "message_id": "1_1", "message": "a"});
    assert_eq!(shop.call("POST", &path, gone).await.json()["e_code"], 100);
    let inbox = json!({"action": "reply_inbox", "message": "a"});
    assert_eq!(
        shop.call("POST", &path, inbox).await.json()["success"],
        false
    );
    let inbox = shop.first_of("INBOX").await;
    let reply = json!({"action": "reply_comment", "message_id": comment["id"], "message": "a"});
    let path = shop.conversation(&inbox, "messages");
    assert_eq!(
        shop.call("POST", &path, reply).await.json()["success"],
        false
    );
}

#[tokio::test]
async fn uploads_have_their_kind_and_the_limits_of_their_platform() {
    let shop = Caller::start(free().pages(11)).await;
    for (mime_type, kind) in [
        ("image/png", "PHOTO"),
        ("video/mp4", "VIDEO"),
        ("audio/mpeg", "AUDIO_ATTACHMENT_ID"),
        ("application/pdf", "DOCUMENT"),
    ] {
        let answer = shop.upload("a.bin", mime_type, vec![0; 10]).await.json();
        assert_eq!(
            (&answer["attachment_type"], &answer["success"]),
            (&json!(kind), &json!(true))
        );
    }
    let video = async |shop: &Caller, size: usize| {
        shop.upload("a.mp4", "video/mp4", vec![0; size])
            .await
            .json()["success"]
            .clone()
    };
    assert_eq!(video(&shop, 25 * MB).await, true);
    assert_eq!(video(&shop, 25 * MB + 1).await, false);
    let shop = shop.on_page(8);
    assert!(shop.page.starts_with("waba_"));
    assert_eq!(video(&shop, 16 * MB + 1).await, false);
    let shop = shop.on_page(9);
    assert_eq!(video(&shop, 30 * MB).await, true);
    assert_eq!(video(&shop, 30 * MB + 1).await, false);
}

#[tokio::test]
async fn smaller_video_limit_is_15_megabytes() {
    let video = async |shop: Caller| {
        shop.upload("a.mp4", "video/mp4", vec![0; 20 * MB])
            .await
            .json()["success"]
            .clone()
    };
    assert_eq!(
        video(with(Oddity::SmallerVideoLimit, true).await).await,
        false
    );
    assert_eq!(video(caller().await).await, true);
}

#[tokio::test]
async fn image_limit_is_500_kilobytes() {
    let image = async |shop: Caller| {
        shop.upload("a.jpg", "image/jpeg", vec![0; 501 * 1024])
            .await
            .json()["success"]
            .clone()
    };
    assert_eq!(image(with(Oddity::ImageLimit, true).await).await, false);
    assert_eq!(image(caller().await).await, true);
}

#[tokio::test]
async fn the_sixth_call_in_a_second_is_http_429_and_not_executed() {
    let shop = Caller::start(MockPancake::builder().frozen_clock()).await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    for n in 0..5 {
        assert_eq!(
            shop.reply(&id, &format!("{n}")).await.json()["success"],
            true
        );
    }
    let refused = shop.reply(&id, "5").await;
    assert_eq!((refused.status, refused.code()), (429, json!(429)));
    assert!(refused.headers.get("retry-after").is_none());
    // Another page has its own second, and the user's calls have none.
    let token = shop.mock.user_token();
    for _ in 0..10 {
        let reply = shop
            .get_with("/v1/pages", &[("access_token", &token)])
            .await;
        assert_eq!(reply.status, 200);
    }
    let shop = shop.on_page(1);
    assert_eq!(shop.get(&shop.at("tags"), &[]).await.status, 200);
    let shop = shop.on_page(0);
    shop.mock.clock().advance(Duration::from_secs(1));
    let messages = shop.messages(&id, 0).await;
    let last = messages["messages"].as_array().unwrap().last().unwrap()["original_message"].clone();
    assert_eq!(last, "4");
    shop.mock.set_rate_limit(None);
    for _ in 0..20 {
        assert_eq!(shop.get(&shop.at("tags"), &[]).await.status, 200);
    }
}

#[tokio::test]
async fn a_template_goes_out_on_whatsapp_also_after_a_day_and_nowhere_else() {
    let body = json!({
        "action": "reply_inbox", "template_id": "900000000000009",
        "template_params": {"HEADER_PARAMS": {"IMAGE": {"url": "https://a.example/a.jpg"}}, "BODY_PARAMS": {"name": "Lan"}},
    });
    let on_whatsapp = caller().await.on_page(3);
    on_whatsapp
        .mock
        .clock()
        .advance(Duration::from_secs(40 * 86_400));
    assert_eq!(send(&on_whatsapp, body.clone()).await["success"], true);
    let id = on_whatsapp.first_of("INBOX").await;
    let messages = on_whatsapp.messages(&id, 0).await;
    let last = messages["messages"].as_array().unwrap().last().unwrap();
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
        assert_eq!(send(&on_whatsapp, wrong).await["error_code"], 100, "{key}");
    }
    assert_eq!(send(&caller().await, body).await["error_code"], 100);
}

#[tokio::test]
async fn a_content_id_given_twice_in_one_send_is_refused_on_facebook_and_not_used_up() {
    let shop = caller().await;
    let id = shop.first_of("INBOX").await;
    let content = content(&shop).await;
    let twice = json!({"action": "reply_inbox", "content_ids": [content, content]});
    let path = shop.conversation(&id, "messages");
    let reply = shop.call("POST", &path, twice).await.json();
    assert_eq!(
        reply["message_code"],
        "invalid_upload_fb_attachments_result"
    );
    let once = json!({"action": "reply_inbox", "content_ids": [content]});
    assert_eq!(shop.call("POST", &path, once).await.json()["success"], true);
}

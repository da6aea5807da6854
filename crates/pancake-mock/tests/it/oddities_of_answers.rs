//! Oddities of the fields in answers, each on and off.
use pancake_mock::{Oddities, Oddity};
use serde_json::{Value, json};

use crate::caller::{ALWAYS, Caller, caller, free};

async fn without(oddity: Oddity) -> Caller {
    Caller::start(free().oddity(oddity, false)).await
}

async fn all_conversations(shop: &Caller) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let last = all.last().map(|row| row["id"].as_str().unwrap().to_owned());
        let query: Vec<_> = last
            .iter()
            .map(|id| ("last_conversation_id", id.as_str()))
            .collect();
        let page = shop.conversations(&query).await.json();
        let page = page["conversations"].as_array().unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page.clone());
    }
}

async fn customers(shop: &Caller) -> Vec<Value> {
    let query = [
        ALWAYS[0],
        ALWAYS[1],
        ("page_number", "1"),
        ("page_size", "100"),
    ];
    let answer = shop.get(&shop.at("page_customers"), &query).await.json();
    answer["customers"].as_array().unwrap().clone()
}

#[tokio::test]
async fn null_tags_are_a_quarter_of_all_tags() {
    let share = async |shop: Caller| {
        let rows = all_conversations(&shop).await;
        let tags: Vec<_> = rows
            .iter()
            .flat_map(|row| row["tags"].as_array().unwrap())
            .collect();
        let nulls = tags.iter().filter(|tag| tag.is_null()).count();
        assert!(tags.len() > 100);
        nulls * 100 / tags.len()
    };
    let percent = share(caller().await).await;
    assert!((18..=32).contains(&percent), "{percent}");
    assert_eq!(share(without(Oddity::NullTags).await).await, 0);
}

#[tokio::test]
async fn zoneless_times_have_no_z() {
    let time = async |shop: Caller| {
        let row = shop.conversations(&[]).await.json()["conversations"][0].clone();
        row["updated_at"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        time(caller().await).await.len(),
        "2026-03-31T14:13:38.097000".len()
    );
    assert!(
        time(without(Oddity::ZonelessTimes).await)
            .await
            .ends_with('Z')
    );
    let coarse = time(without(Oddity::Microseconds).await).await;
    assert_eq!(coarse.len(), "2026-03-31T14:13:38".len());
}

#[tokio::test]
async fn microseconds_are_in_conversations_and_not_in_customers() {
    let shop = caller().await;
    let row = shop.conversations(&[]).await.json()["conversations"][0].clone();
    assert!(row["inserted_at"].as_str().unwrap().contains('.'));
    assert!(
        !row["page_customer"]["inserted_at"]
            .as_str()
            .unwrap()
            .contains('.')
    );
    assert!(
        !customers(&shop).await[0]["updated_at"]
            .as_str()
            .unwrap()
            .contains('.')
    );
}

#[tokio::test]
async fn partial_birthdays_have_zeros_for_what_is_unknown() {
    let birthdays = async |shop: Caller| -> Vec<String> {
        let rows = customers(&shop).await;
        rows.iter()
            .filter_map(|row| row["birthday"].as_str())
            .map(str::to_owned)
            .collect()
    };
    let partial = birthdays(caller().await).await;
    assert!(
        partial.iter().any(|day| day.ends_with("-00-00")),
        "{partial:?}"
    );
    assert!(
        partial.iter().any(|day| day.starts_with("0000-")),
        "{partial:?}"
    );
    let full = birthdays(without(Oddity::PartialBirthdays).await).await;
    assert!(
        !full.is_empty() && full.iter().all(|day| !day.contains("00-00")),
        "{full:?}"
    );
}

#[tokio::test]
async fn absent_and_null_fields_are_so_in_some_rows_only() {
    let count = async |shop: &Caller, field: &str| {
        let rows = customers(shop).await;
        let absent = rows.iter().filter(|row| row.get(field).is_none()).count();
        let null = rows
            .iter()
            .filter(|row| row.get(field) == Some(&Value::Null))
            .count();
        (absent, null, rows.len())
    };
    let shop = caller().await;
    let (absent, null, all) = count(&shop, "lives_in").await;
    assert!(
        absent > 0 && null > 0 && absent + null < all,
        "{absent} {null} {all}"
    );
    let full = without(Oddity::AbsentAndNullFields).await;
    let (absent, null, _) = count(&full, "lives_in").await;
    assert_eq!((absent, null), (0, 0));
    assert_eq!(count(&full, "birthday").await.1, 0);
}

#[tokio::test]
async fn unknown_fields_are_in_objects_that_are_described() {
    let has = async |shop: Caller| {
        let row = shop.conversations(&[]).await.json()["conversations"][0].clone();
        row.get("added_later").is_some()
    };
    assert!(has(caller().await).await);
    assert!(!has(without(Oddity::UnknownFields).await).await);
}

#[tokio::test]
async fn odd_entries_are_in_lists_maps_and_objects() {
    let shop = Caller::start(free().oddity(Oddity::OddEntries, true)).await;
    let list = shop.url("/public_api/v2/pages/{page}/conversations");
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    let get = async |url: String| {
        let request = shop
            .http
            .get(url)
            .query(&[("page_access_token", shop.token())]);
        shop.send(request).await.unwrap().json()
    };
    let rows = get(list).await["conversations"].clone();
    assert_eq!(
        (&rows[0], &rows[1], &rows[2]),
        (&Value::Null, &json!("?"), &json!(7))
    );
    assert_eq!(rows.as_array().unwrap().len(), 63);
    let text = rows.to_string();
    for part in [
        "\"from\":false",
        "\"page_customer\":false",
        "\"global_id\":false",
    ] {
        assert!(text.contains(part), "{part}");
    }
    let envelope = get(shop.url(&shop.conversation(&id, "messages"))).await;
    assert!(envelope["recent_phone_numbers"][0]["phone_number"].is_string());
    assert_eq!(
        (&envelope["ad_clicks"], &envelope["messages"][2]),
        (&json!([]), &json!(7))
    );
    assert!(get(shop.url(&shop.at("tags"))).await["tags"][0].is_null());
}

#[tokio::test]
async fn fractional_timezone_is_a_number_with_a_fraction() {
    let zones = async |shop: Caller| -> Vec<String> {
        let token = shop.mock.user_token();
        let reply = shop
            .get_with("/v1/pages", &[("access_token", &token)])
            .await;
        let pages = reply.json()["categorized"]["activated"].clone();
        pages
            .as_array()
            .unwrap()
            .iter()
            .map(|page| page["timezone"].to_string())
            .collect()
    };
    assert_eq!(zones(caller().await).await, ["7", "7.0"].repeat(3));
    assert_eq!(
        zones(without(Oddity::FractionalTimezone).await).await,
        ["7"; 6]
    );
}

#[tokio::test]
async fn last_commented_at_is_false() {
    let value = async |shop: Caller| {
        let id = shop.ids(&[]).await[0].clone();
        shop.messages(&id, 0).await["last_commented_at"].clone()
    };
    assert_eq!(value(caller().await).await, json!(false));
    assert_eq!(
        value(without(Oddity::LastCommentedAtIsFalse).await).await,
        json!(null)
    );
}

#[tokio::test]
async fn tags_without_success_are_the_list_alone() {
    let shop = caller().await;
    assert_eq!(
        shop.get(&shop.at("tags"), &[]).await.json().get("success"),
        None
    );
    let other = without(Oddity::TagsWithoutSuccess).await;
    assert_eq!(
        other.get(&other.at("tags"), &[]).await.json()["success"],
        true
    );
}

#[tokio::test]
async fn campaign_statistics_in_data_or_bare() {
    let shop = caller().await;
    let path = shop.at("statistics/pages_campaigns");
    let answer = shop.get(&path, &ALWAYS).await.json();
    assert_eq!(answer["success"], true);
    // Numbers mostly as strings.
    assert!(answer["data"][0]["daily_budget"].is_string());
    let bare = without(Oddity::CampaignStatisticsInData).await;
    assert!(bare.get(&path, &ALWAYS).await.json().is_array());
}

#[tokio::test]
async fn ads_statistics_in_data_or_bare() {
    let shop = caller().await;
    let path = shop.at("statistics/ads");
    let query = [ALWAYS[0], ALWAYS[1], ("type", "by_id")];
    assert!(shop.get(&path, &query).await.json()["data"].is_array());
    let bare = without(Oddity::AdsStatisticsInData).await;
    assert!(bare.get(&path, &query).await.json().is_array());
}

#[tokio::test]
async fn ads_statistics_in_ads_or_bare() {
    let builder = free().oddity(Oddity::AdsStatisticsInData, false);
    let ads = Caller::start(builder.oddity(Oddity::AdsStatisticsInAds, true)).await;
    let path = ads.at("statistics/ads");
    let query = [ALWAYS[0], ALWAYS[1], ("type", "by_id")];
    assert!(ads.get(&path, &query).await.json()["ads"].is_array());
    ads.mock.oddities().set(Oddity::AdsStatisticsInAds, false);
    assert!(ads.get(&path, &query).await.json().is_array());
}

#[tokio::test]
async fn users_engagements_come_instead_of_statistics() {
    let query = [("date_range", "01/01/2026 00:00:00 - 01/04/2026 23:59:59")];
    let shop = caller().await;
    let path = shop.at("statistics/customer_engagements");
    let answer = shop.get(&path, &query).await.json();
    assert!(answer["users_engagements"].is_array() && answer.get("statistics").is_none());
    let old = without(Oddity::UsersEngagements).await;
    let answer = old.get(&path, &query).await.json();
    assert!(answer["statistics"].is_array() && answer.get("users_engagements").is_none());
}

#[tokio::test]
async fn tag_statistics_ids_are_strings_or_integers() {
    let shop = caller().await;
    let path = shop.at("statistics/tags");
    assert!(shop.get(&path, &ALWAYS).await.json()["tags"][0]["id"].is_string());
    let other = without(Oddity::TagStatisticsIdsAreStrings).await;
    assert!(other.get(&path, &ALWAYS).await.json()["tags"][0]["id"].is_u64());
}

#[tokio::test]
async fn a_deleted_tag_leaves_a_history_without_id() {
    let nulls = async |shop: Caller| {
        let rows = all_conversations(&shop).await;
        let histories = rows
            .iter()
            .flat_map(|row| row["tag_histories"].as_array().unwrap());
        histories
            .filter(|event| event["payload"]["tag"]["id"].is_null())
            .count()
    };
    assert!(nulls(caller().await).await > 0);
    assert_eq!(nulls(without(Oddity::AbsentAndNullFields).await).await, 0);
}

#[tokio::test]
async fn messages_are_html_beside_plain_text_and_media_have_none() {
    let shop = caller().await;
    let mut kinds = std::collections::BTreeSet::new();
    for id in shop.ids(&[]).await {
        for message in shop.messages(&id, 0).await["messages"].as_array().unwrap() {
            let (html, text) = (&message["message"], &message["original_message"]);
            let text = text.as_str().unwrap();
            let expected = if text.is_empty() {
                String::new()
            } else {
                format!("<div>{text}</div>")
            };
            assert_eq!(*html, expected);
            for attachment in message["attachments"].as_array().unwrap() {
                kinds.insert(attachment["type"].as_str().unwrap().to_owned());
            }
        }
    }
    for kind in [
        "photo",
        "video",
        "sticker",
        "reaction",
        "replied_message",
        "ad_click",
    ] {
        assert!(kinds.contains(kind), "{kind} in {kinds:?}");
    }
}

#[tokio::test]
async fn an_oddity_can_be_switched_while_the_server_runs() {
    let shop = caller().await;
    shop.mock.oddities().set(Oddity::TagsWithoutSuccess, false);
    assert_eq!(
        shop.get(&shop.at("tags"), &[]).await.json()["success"],
        true
    );
}

#[test]
fn switching_a_servers_oddities_does_not_touch_the_set_it_came_from() {
    let set = Oddities::standard();
    let _builder = pancake_mock::MockPancake::builder()
        .oddities(&set)
        .oddity(Oddity::NullTags, false);
    assert!(set.is_on(Oddity::NullTags));
}

#[tokio::test]
async fn tiktok_customers_have_a_username_and_no_email() {
    let shop = caller().await.on_page(2);
    for row in all_conversations(&shop).await {
        let (from, customer) = (&row["from"], &row["customers"][0]);
        assert!(from["username"].is_string() && from["tt_unique_id"].is_string());
        assert!(from.get("email").is_none() && customer["username"] == from["username"]);
    }
}

#[tokio::test]
async fn machines_and_notices_write_into_seeded_chats() {
    let shop = Caller::start(free().pages(1)).await;
    let mut authors = std::collections::BTreeSet::new();
    let (mut notices, mut removed) = (0, 0);
    for id in shop.ids(&[("type", "INBOX")]).await {
        for message in shop.messages(&id, 0).await["messages"].as_array().unwrap() {
            let from = &message["from"];
            removed += usize::from(message["is_removed"] == true);
            if from["id"] != shop.page {
                continue;
            }
            authors.extend(from["admin_name"].as_str().map(str::to_owned));
            if from["uid"].is_null()
                && from["admin_name"].is_null()
                && from.get("flow_id").is_none()
            {
                assert!(from.get("email").is_none(), "{from}");
                notices += 1;
            }
        }
    }
    for name in ["POS", "Botcake", "chatbot"] {
        assert!(authors.contains(name), "{authors:?}");
    }
    assert!(notices > 10 && removed > 0, "{notices} {removed}");
}

#[tokio::test]
async fn what_was_captured_now_and_then_is_met_here_now_and_then() {
    let shop = Caller::start(free().pages(1).conversations(400)).await;
    let mut text = String::new();
    for row in all_conversations(&shop).await {
        text += &row.to_string();
        text += &shop
            .messages(row["id"].as_str().unwrap(), 0)
            .await
            .to_string();
    }
    // In whichever order a build keeps keys.
    let text = text.replace("\"type\":\"reaction\",\"emoji\"", "\"emoji\"");
    for part in [
        "\"recent_orders\":[{",
        "\"ad_clicks\":[{",
        "\"ad_clicks\":{\"",
        "\":null},\"",
        "\"post_attachments\":[{",
        "\"attachments\":[{\"emoji\"",
        "\"flow_id\":",
        "\"app_id\":",
        "\"admin_id\":",
        "\"phone_number\":\"+84",
        "\"edit_history\":[{",
    ] {
        assert!(text.contains(part), "{part}");
    }
}

//! Oddities of fields, tokens, errors and headers, each on and off.
use std::collections::{BTreeSet, HashSet};

use pancake_mock::{MockPancake, Oddities, Oddity};
use serde_json::{Value, json};

use crate::caller::{ALL_DATES, ALWAYS, Caller, alone, caller, free, list, numbered, with};

/// A place in the response to a GET, and what is there with the oddity and without it.
struct Look {
    oddity: Oddity,
    path: &'static str,
    query: Vec<(&'static str, &'static str)>,
    place: &'static str,
    on: fn(&Value) -> bool,
    off: fn(&Value) -> bool,
}

fn looks() -> Vec<Look> {
    let [since, until] = ALWAYS;
    let look = |oddity, path, query: &[_], place, on, off| Look {
        oddity,
        path,
        query: query.to_vec(),
        place,
        on,
        off,
    };
    fn ends_in_z(value: &Value) -> bool {
        value.as_str().is_some_and(|text| text.ends_with('Z'))
    }
    fn has_micros(value: &Value) -> bool {
        value.as_str().is_some_and(|text| text.contains('.'))
    }
    let by_id = [since, until, ("type", "by_id")];
    let newest = "/conversations/0/updated_at";
    let added = "/conversations/0/added_later";
    vec![
        look(
            Oddity::ZonelessTimes,
            "conversations",
            &[],
            newest,
            |v| !ends_in_z(v),
            ends_in_z,
        ),
        look(
            Oddity::Microseconds,
            "conversations",
            &[],
            newest,
            has_micros,
            |v| !has_micros(v),
        ),
        look(
            Oddity::UnknownFields,
            "conversations",
            &[],
            added,
            Value::is_object,
            Value::is_null,
        ),
        look(
            Oddity::LastCommentedAtIsFalse,
            "messages",
            &[],
            "/last_commented_at",
            Value::is_boolean,
            Value::is_null,
        ),
        look(
            Oddity::TagsWithoutSuccess,
            "tags",
            &[],
            "/success",
            Value::is_null,
            Value::is_boolean,
        ),
        look(
            Oddity::CampaignStatisticsInData,
            "statistics/pages_campaigns",
            &ALWAYS,
            "/data/0/daily_budget",
            Value::is_string,
            Value::is_null,
        ),
        look(
            Oddity::CampaignStatisticsInData,
            "statistics/pages_campaigns",
            &ALWAYS,
            "",
            Value::is_object,
            Value::is_array,
        ),
        look(
            Oddity::AdsStatisticsInData,
            "statistics/ads",
            &by_id,
            "",
            Value::is_object,
            Value::is_array,
        ),
        look(
            Oddity::UsersEngagements,
            "statistics/customer_engagements",
            &ALL_DATES,
            "/users_engagements",
            Value::is_array,
            Value::is_null,
        ),
        look(
            Oddity::UsersEngagements,
            "statistics/customer_engagements",
            &ALL_DATES,
            "/statistics",
            Value::is_null,
            Value::is_array,
        ),
        look(
            Oddity::TagStatisticsIdsAreStrings,
            "statistics/tags",
            &ALWAYS,
            "/tags/0/id",
            Value::is_string,
            Value::is_u64,
        ),
    ]
}

#[tokio::test]
async fn oddities_of_one_field_are_on_and_off() {
    for look in looks() {
        for (on, fits) in [(true, look.on), (false, look.off)] {
            let shop = with(look.oddity, on).await;
            let reply = match look.path {
                "conversations" => shop.conversations(&[]).await.json(),
                "messages" => shop.messages(&shop.ids(&[]).await[0], 0).await,
                path => shop.json(path, &look.query).await,
            };
            let found = reply.pointer(look.place).unwrap_or(&Value::Null);
            assert!(fits(found), "{} {on}: {found}", look.oddity);
        }
    }
}

#[tokio::test]
async fn ads_statistics_in_ads_or_bare() {
    let builder = free().oddity(Oddity::AdsStatisticsInData, false);
    let shop = Caller::start(builder.oddity(Oddity::AdsStatisticsInAds, true)).await;
    let [since, until] = ALWAYS;
    let query = [since, until, ("type", "by_id")];
    assert!(shop.json("statistics/ads", &query).await["ads"].is_array());
    shop.mock.oddities().set(Oddity::AdsStatisticsInAds, false);
    assert!(shop.json("statistics/ads", &query).await.is_array());
}

async fn customers(shop: &Caller) -> Vec<Value> {
    list(&shop.json("page_customers", &numbered("1", "100")).await["customers"])
}

#[tokio::test]
async fn null_tags_are_a_quarter_of_all_tags() {
    let share = async |shop: Caller| {
        let rows = shop.all_conversations(&[]).await;
        let tags: Vec<_> = rows.iter().flat_map(|row| list(&row["tags"])).collect();
        let nulls = tags.iter().filter(|tag| tag.is_null()).count();
        assert!(tags.len() > 100);
        nulls * 100 / tags.len()
    };
    let percent = share(caller().await).await;
    assert!((18..=32).contains(&percent), "{percent}");
    assert_eq!(share(with(Oddity::NullTags, false).await).await, 0);
}

#[tokio::test]
async fn microseconds_are_not_in_times_of_customers() {
    let shop = caller().await;
    let row = shop.newest().await;
    let customer = customers(&shop).await.swap_remove(0);
    for time in [
        &row["page_customer"]["inserted_at"],
        &customer["updated_at"],
    ] {
        assert!(!time.as_str().unwrap().contains('.'));
    }
}

#[tokio::test]
async fn partial_birthdays_have_zeros_for_the_unknown() {
    let birthdays = async |shop: Caller| -> Vec<String> {
        let rows = customers(&shop).await.into_iter();
        rows.filter_map(|row| row["birthday"].as_str().map(str::to_owned))
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
    let full = birthdays(with(Oddity::PartialBirthdays, false).await).await;
    assert!(
        !full.is_empty() && full.iter().all(|day| !day.contains("00-00")),
        "{full:?}"
    );
}

#[tokio::test]
async fn absent_and_null_fields_are_in_some_rows() {
    let count = async |shop: &Caller, field: &str| {
        let rows = customers(shop).await;
        let null = rows
            .iter()
            .filter(|row| row.get(field) == Some(&Value::Null))
            .count();
        let absent = rows.iter().filter(|row| row.get(field).is_none()).count();
        (absent, null, rows.len())
    };
    let shop = caller().await;
    let (absent, null, all) = count(&shop, "lives_in").await;
    assert!(
        absent > 0 && null > 0 && absent + null < all,
        "{absent} {null} {all}"
    );
    let full = with(Oddity::AbsentAndNullFields, false).await;
    assert_eq!(count(&full, "lives_in").await, (0, 0, 100));
    assert_eq!(count(&full, "birthday").await.1, 0);
    // A tag that was deleted leaves a history without an id.
    let without_id = async |shop: &Caller| {
        let rows = shop.all_conversations(&[]).await;
        let events = rows.iter().flat_map(|row| list(&row["tag_histories"]));
        events
            .filter(|event| event["payload"]["tag"]["id"].is_null())
            .count()
    };
    assert!(without_id(&shop).await > 0);
    assert_eq!(without_id(&full).await, 0);
}

#[tokio::test]
async fn odd_entries_are_in_lists_maps_and_objects() {
    let shop = with(Oddity::OddEntries, true).await;
    let chat = shop.mock.conversation_ids(&shop.page).swap_remove(0);
    let get = async |path: &str| {
        let token = shop.token();
        shop.get_with(path, &[("page_access_token", &token)])
            .await
            .json()
    };
    let rows = get("/public_api/v2/pages/{page}/conversations").await["conversations"].clone();
    assert_eq!(
        (&rows[0], &rows[1], &rows[2]),
        (&Value::Null, &json!("?"), &json!(7))
    );
    assert_eq!(list(&rows).len(), 63);
    let text = rows.to_string();
    for part in [
        "\"from\":false",
        "\"page_customer\":false",
        "\"global_id\":false",
    ] {
        assert!(text.contains(part), "{part}");
    }
    let envelope = get(&shop.conversation(&chat, "messages")).await;
    assert!(envelope["recent_phone_numbers"][0]["phone_number"].is_string());
    assert_eq!(
        (&envelope["ad_clicks"], &envelope["messages"][2]),
        (&json!([]), &json!(7))
    );
    assert!(get(&shop.at("tags")).await["tags"][0].is_null());
}

#[tokio::test]
async fn fractional_timezone_is_a_number_with_a_fraction() {
    let zones = async |shop: Caller| -> Vec<String> {
        let pages = list(&shop.pages().await.json()["categorized"]["activated"]);
        pages
            .iter()
            .map(|page| page["timezone"].to_string())
            .collect()
    };
    assert_eq!(zones(caller().await).await, ["7", "7.0"].repeat(3));
    assert_eq!(
        zones(with(Oddity::FractionalTimezone, false).await).await,
        ["7"; 6]
    );
}

#[tokio::test]
async fn messages_are_html_alongside_plain_text() {
    let shop = caller().await;
    let mut kinds = BTreeSet::new();
    for id in shop.ids(&[]).await {
        for message in list(&shop.messages(&id, 0).await["messages"]) {
            let text = message["original_message"].as_str().unwrap();
            let html = if text.is_empty() {
                String::new()
            } else {
                format!("<div>{text}</div>")
            };
            assert_eq!(message["message"], html);
            for attachment in list(&message["attachments"]) {
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
async fn machines_and_notices_write_into_seeded_chats() {
    let shop = Caller::start(free().pages(1)).await;
    let mut authors = BTreeSet::new();
    let (mut notices, mut removed) = (0, 0);
    for id in shop.ids(&[("type", "INBOX")]).await {
        for message in list(&shop.messages(&id, 0).await["messages"]) {
            let from = &message["from"];
            removed += usize::from(message["is_removed"] == true);
            if from["id"] != shop.page {
                continue;
            }
            authors.extend(from["admin_name"].as_str().map(str::to_owned));
            let named = from["uid"].is_string() || from["admin_name"].is_string();
            if !named && from.get("flow_id").is_none() {
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
async fn tiktok_customers_have_a_username_and_no_email() {
    let shop = caller().await.on_page(2);
    for row in shop.all_conversations(&[]).await {
        let (from, customer) = (&row["from"], &row["customers"][0]);
        assert!(from["username"].is_string() && from["tt_unique_id"].is_string());
        assert!(from.get("email").is_none() && customer["username"] == from["username"]);
    }
}

#[tokio::test]
async fn what_was_captured_now_and_then_is_here() {
    let shop = alone(400).await;
    let mut text = String::new();
    for row in shop.all_conversations(&[]).await {
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

#[test]
fn builder_copies_the_set_it_was_given() {
    let set = Oddities::standard();
    let builder = MockPancake::builder().oddities(&set);
    let _builder = builder.oddity(Oddity::NullTags, false);
    assert!(set.is_on(Oddity::NullTags));
}

#[tokio::test]
async fn errors_in_http_200_come_with_a_code() {
    for (shop, status) in [
        (caller().await, 200),
        (with(Oddity::ErrorsInHttp200, false).await, 401),
    ] {
        for name in ["page_access_token", "access_token"] {
            let reply = shop.get_with(&shop.at("tags"), &[(name, "wrong")]).await;
            assert_eq!(reply.status, status);
            let told =
                json!({"success": false, "error_code": 102, "message": "Invalid access_token"});
            assert_eq!(reply.json(), told);
        }
    }
}

#[tokio::test]
async fn wrong_token_kind_is_code_102() {
    for (on, code) in [(true, 102), (false, 101)] {
        let shop = with(Oddity::WrongTokenKind, on).await;
        let (user, page) = (shop.mock.user_token(), shop.token());
        let (tags, pages) = (shop.at("tags"), "/v1/pages".to_owned());
        for (path, name, token) in [
            (&tags, "page_access_token", &user),
            (&tags, "access_token", &user),
            (&pages, "access_token", &page),
            (&pages, "page_access_token", &page),
        ] {
            let reply = shop.get_with(path, &[(name, token.as_str())]).await;
            assert_eq!(reply.code(), code, "{path} {name}");
        }
    }
}

#[tokio::test]
async fn tokens_are_judged_by_page_and_time() {
    let shop = Caller::start(free().now(1_000).user_token_expires_at(1_010)).await;
    let code = async |name: &str, token: &str| {
        shop.get_with(&shop.at("tags"), &[(name, token)])
            .await
            .code()
    };
    let other = shop.mock.page_token(&shop.mock.page_ids()[1]).unwrap();
    assert_eq!(code("page_access_token", &other).await, 102, "another page");
    assert_eq!(code("page_access_token", "").await, 101, "empty");
    assert_eq!(
        shop.get_with(&shop.at("users"), &[]).await.code(),
        101,
        "missing"
    );
    // A page token works under both names.
    assert_eq!(code("access_token", &shop.token()).await, json!(null));
    assert_eq!(shop.pages().await.json()["success"], true);
    let foreign = shop
        .http
        .post(shop.url("/v1/pages/4711/generate_page_access_token"));
    let foreign = foreign.query(&[("access_token", shop.mock.user_token())]);
    assert_eq!(shop.send(foreign).await.unwrap().code(), 107);
    shop.mock
        .clock()
        .advance(std::time::Duration::from_secs(10));
    assert_eq!(shop.pages().await.code(), 103, "expired");
}

#[tokio::test]
async fn minting_kills_the_old_token_with_code_105() {
    for on in [true, false] {
        let shop = with(Oddity::MintingKillsTheOldToken, on).await;
        let old = shop.token();
        let with_old = async || {
            shop.get_with(&shop.at("tags"), &[("page_access_token", &old)])
                .await
        };
        let minted = shop.mint().await.json()["page_access_token"].clone();
        assert_eq!(minted, shop.token());
        assert_ne!(minted, old);
        let reply = with_old().await;
        assert_eq!(reply.json()["tags"].is_null(), on);
        if on {
            assert_eq!(reply.code(), 105);
            let told = "access_token renewed please use new access_token";
            assert_eq!(reply.json()["message"], told);
        }
        assert_eq!(shop.tags().await.status, 200);
        // Rotated by the test it is as dead.
        let new = shop.mock.rotate_page_token(&shop.page).unwrap();
        assert_eq!(shop.mock.page_token(&shop.page), Some(new));
        let query = [("page_access_token", minted.as_str().unwrap())];
        let reply = shop.get_with(&shop.at("tags"), &query).await;
        assert_eq!(reply.json()["error_code"] == 105, on);
    }
    assert_eq!(caller().await.mock.rotate_page_token("no such page"), None);
}

#[tokio::test]
async fn categorized_pages_hold_the_page_token() {
    let shop = caller().await;
    let categorized = shop.pages().await.json()["categorized"].clone();
    let first = &categorized["activated"][0];
    assert_eq!(first["settings"]["page_access_token"], shop.token());
    let ids = [shop.mock.page_ids(), shop.mock.page_ids_without_token()].concat();
    assert_eq!(categorized["activated_page_ids"], json!(ids));
    let documented = with(Oddity::CategorizedPages, false).await;
    let pages = documented.pages().await.json();
    assert!(pages.get("categorized").is_none());
    assert_eq!(pages["pages"][0]["id"], documented.page);
}

#[tokio::test]
async fn page_without_token_gets_one_by_minting() {
    let mut shop = caller().await;
    let ids = shop.mock.page_ids_without_token();
    assert_eq!(ids, ["igo_1000000000000005", "tl_1000000000000006"]);
    shop.page.clone_from(&ids[0]);
    assert_eq!(shop.mock.page_token(&shop.page), None);
    let settings = async || {
        let pages = shop.pages().await;
        assert_eq!(pages.wrong("list_pages"), [""; 0]);
        pages.json()["categorized"]["activated"][4]["settings"].clone()
    };
    assert_eq!(settings().await.get("page_access_token"), None);
    let user = shop.mock.user_token();
    let reply = shop
        .get_with(&shop.at("tags"), &[("page_access_token", &user)])
        .await;
    assert_eq!(reply.code(), 102);
    assert_eq!(shop.mint().await.json()["page_access_token"], shop.token());
    assert_eq!(settings().await["page_access_token"], shop.token());
    assert_eq!(shop.tags().await.status, 200);
    assert!(!shop.mock.conversation_ids(&shop.page).is_empty());
}

#[tokio::test]
async fn request_id_is_on_every_response() {
    let shop = caller().await;
    let mut seen = HashSet::new();
    for path in [&shop.at("tags"), &shop.at("users"), "/v1/pages", "/nowhere"] {
        let reply = shop.get_with(path, &[]).await;
        assert!(seen.insert(reply.header("x-request-id").to_owned()));
    }
    let bare = with(Oddity::RequestId, false).await;
    assert_eq!(bare.tags().await.header("x-request-id"), "");
}

#[tokio::test]
async fn unknown_routes_are_html_with_http_200() {
    let shop = caller().await;
    // The documented singular among them.
    for path in [&shop.at("statistics/pages_campaign"), "/v3/pages"] {
        let reply = shop.get_with(path, &[]).await;
        assert_eq!(reply.status, 200);
        assert!(reply.header("content-type").starts_with("text/html"));
    }
    let honest = with(Oddity::UnknownRoutesAreHtml, false).await;
    assert_eq!(honest.get_with("/v3/pages", &[]).await.status, 404);
    let request = honest.http.delete(honest.url("/v1/pages"));
    let reply = honest.send(request).await.unwrap();
    assert_eq!((reply.status, reply.header("allow")), (405, "GET"));
}

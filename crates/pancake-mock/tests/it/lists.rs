//! Oddities of paging and filtering, and what lists promise.
use std::collections::{BTreeSet, HashSet};

use pancake_mock::Oddity;
use serde_json::{Value, json};

use crate::caller::{ALWAYS, Caller, alone, caller, free, list, numbered, texts, with};

#[tokio::test]
async fn conversations_come_60_a_page_behind_a_cursor() {
    let shop = caller().await;
    assert_eq!(shop.conversations(&[]).await.json().get("total"), None);
    let rows = shop.all_conversations(&[]).await;
    assert!(texts(&rows, "updated_at").is_sorted_by(|a, b| a > b));
    let ids: HashSet<_> = texts(&rows, "id").into_iter().collect();
    assert_eq!((rows.len(), ids.len()), (200, 200));
    let mut sizes = Vec::new();
    for entry in shop.mock.journal() {
        sizes.push(list(&entry.response_json()["conversations"]).len());
    }
    assert_eq!(sizes, [60, 60, 60, 60, 20, 0]);
}

#[tokio::test]
async fn repeated_type_gives_no_rows_and_no_error() {
    let query = [("type", "INBOX"), ("type", "COMMENT")];
    let shop = caller().await;
    let reply = shop.conversations(&query).await.json();
    assert_eq!(reply, json!({"success": true, "conversations": []}));
    let lenient = with(Oddity::RepeatedTypeGivesNoRows, false).await;
    let types = texts(&lenient.conversation_rows(&query).await, "type");
    let types: BTreeSet<_> = types.iter().map(String::as_str).collect();
    assert_eq!(types, BTreeSet::from(["COMMENT", "INBOX"]));
    // A violation of the description all the same.
    let counts = [&shop, &lenient].map(|shop| shop.mock.violations().len());
    assert_eq!(counts, [1, 1]);
}

#[tokio::test]
async fn bracketed_type_is_500_or_filters() {
    let query = [("type[]", "COMMENT")];
    let shop = with(Oddity::BracketedTypeIs500, true).await;
    assert_eq!(shop.conversations(&query).await.status, 500);
    assert_eq!(shop.mock.violations().len(), 1);
    let types = texts(&caller().await.conversation_rows(&query).await, "type");
    assert!(types.iter().all(|kind| kind == "COMMENT"));
}

#[tokio::test]
async fn since_needs_until_or_is_refused() {
    let shop = caller().await;
    for one in ALWAYS {
        let reply = shop.conversations(&[one]).await.json();
        assert_eq!(reply["message"], "Since must be provided with until");
        assert_eq!(reply["success"], false);
    }
    assert_eq!(shop.ids(&ALWAYS).await.len(), 60);
    let lenient = with(Oddity::SinceNeedsUntil, false).await;
    assert_eq!(lenient.ids(&ALWAYS[..1]).await.len(), 60);
}

#[tokio::test]
async fn order_by_chooses_the_filtered_field() {
    // Updated in the last days before the start, but inserted earlier.
    let since = (pancake_mock::DEFAULT_NOW - 3 * 86_400).to_string();
    let by_inserted = [
        ("since", since.as_str()),
        ALWAYS[1],
        ("order_by", "inserted_at"),
    ];
    let shop = caller().await;
    assert!(!shop.ids(&by_inserted[..2]).await.is_empty());
    assert_eq!(shop.ids(&by_inserted).await, [""; 0]);
    let lenient = with(Oddity::OrderByChoosesTheFilteredField, false).await;
    assert!(!lenient.ids(&by_inserted).await.is_empty());
}

#[tokio::test]
async fn orders_hold_through_all_pages() {
    let shop = caller().await;
    let rows = shop.all_conversations(&[("order_by", "inserted_at")]).await;
    assert_eq!(rows.len(), 200);
    assert!(texts(&rows, "inserted_at").is_sorted_by(|a, b| a > b));
    let rows = shop.all_conversations(&[("unread_first", "true")]).await;
    let seen: Vec<_> = rows
        .iter()
        .map(|row| row["seen"].as_bool().unwrap())
        .collect();
    assert!(seen.len() == 200 && seen.is_sorted(), "false before true");
    assert!(!seen[0] && seen[199]);
}

#[tokio::test]
async fn filters_keep_what_they_promise() {
    let shop = caller().await;
    for (filter, kind) in [
        ("INBOX", "INBOX"),
        ("COMMENT", "COMMENT"),
        ("COMMENT_LIVESTREAM", "LIVESTREAM"),
    ] {
        let kinds = texts(&shop.conversation_rows(&[("type", filter)]).await, "type");
        assert!(
            !kinds.is_empty() && kinds.iter().all(|found| found == kind),
            "{kinds:?}"
        );
    }
    let tagged = shop.conversation_rows(&[("tags", "3,5")]).await;
    assert!(!tagged.is_empty());
    for row in &tagged {
        let tags = list(&row["tags"]);
        let has = |id: u64| tags.iter().any(|tag| tag["id"] == id);
        assert!(has(3) && has(5), "{tags:?}");
    }
    let comments = shop.conversation_rows(&[("type", "COMMENT")]).await;
    let post = comments[0]["post_id"].as_str().unwrap();
    let under = texts(
        &shop.conversation_rows(&[("post_ids", post)]).await,
        "post_id",
    );
    assert!(
        !under.is_empty() && under.iter().all(|id| id == post),
        "{under:?}"
    );
}

fn times(answer: &Value) -> Vec<String> {
    texts(&list(&answer["messages"]), "inserted_at")
}

#[tokio::test]
async fn messages_ascend_inside_a_page() {
    let shop = caller().await;
    let id = shop.ids(&[]).await.swap_remove(0);
    let page = async |count: usize| times(&shop.messages(&id, count).await);
    let (first, second) = (page(0).await, page(30).await);
    assert_eq!((first.len(), second.len()), (30, 30));
    assert!(first.is_sorted() && second.is_sorted() && second[29] < first[0]);
    assert_eq!((page(90).await.len(), page(95).await.len()), (5, 0));
    let other = with(Oddity::MessagesAscendInsideAPage, false).await;
    assert!(times(&other.messages(&id, 0).await).is_sorted_by(|a, b| a > b));
}

#[tokio::test]
async fn offsets_shift_when_a_message_arrives() {
    for (on, overlap) in [(true, 1), (false, 0)] {
        let shop = with(Oddity::OffsetsShift, on).await;
        let id = shop.ids(&[]).await.swap_remove(0);
        let first = times(&shop.messages(&id, 0).await);
        shop.mock
            .arrive_message(&shop.page, &id, "Alo shop?")
            .unwrap();
        let second = times(&shop.messages(&id, 30).await);
        let again = second.iter().filter(|time| first.contains(time));
        assert_eq!(again.count(), overlap);
    }
}

#[tokio::test]
async fn rows_move_to_the_top_while_someone_pages() {
    let shop = caller().await;
    let after = async |id: &str| shop.ids(&[("last_conversation_id", id)]).await;
    let arrive = |id: &str| shop.mock.arrive_message(&shop.page, id, "Alo?").unwrap();
    let first = shop.ids(&[]).await;
    let second = after(&first[59]).await;
    // The row of the cursor moves away; a client that goes on from it begins at the top again.
    arrive(&first[59]);
    let again = after(&first[59]).await;
    assert_eq!(again[0], first[0]);
    assert_ne!(again, second);
    // A row of the next page moves to the top: the reader misses it.
    let third = after(&second[59]).await;
    arrive(&third[3]);
    assert!(!after(&second[59]).await.contains(&third[3]));
}

#[tokio::test]
async fn ids_with_colon_and_at_on_other_channels() {
    let plain = |id: &str| id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    for (on, page, begin) in [(true, 2, "tt_0:1:"), (true, 3, "wa_"), (false, 2, "1")] {
        let shop = with(Oddity::IdsWithColonAndAt, on).await.on_page(page);
        let id = shop.ids(&[]).await.swap_remove(0);
        assert!(id.starts_with(begin) && plain(&id) != on, "{id}");
        assert_eq!(id.contains("@c.us_"), page == 3, "{id}");
        assert_eq!(shop.messages(&id, 0).await["conversation_id"], id);
    }
}

#[tokio::test]
async fn numbered_lists_hold_each_row_once() {
    let shop = caller().await;
    for (path, key, id, total) in [
        ("page_customers", "customers", "id", Some(200)),
        ("posts", "posts", "id", Some(79)),
        ("sip_call_logs", "data", "call_id", None),
    ] {
        let mut ids = Vec::new();
        for number in 1.. {
            let number = number.to_string();
            let mut query = numbered(&number, "30").to_vec();
            if path == "sip_call_logs" {
                query[0] = ("id", "1");
                query.remove(1);
            }
            let reply = shop.json(path, &query).await;
            assert_eq!(reply["total"].as_u64(), total, "{path}");
            let page = texts(&list(&reply[key]), id);
            let is_last = page.len() < 30;
            ids.extend(page);
            if is_last {
                break;
            }
        }
        assert_eq!(ids.len() as u64, total.unwrap_or(75), "{path}");
        assert_eq!(
            ids.iter().collect::<HashSet<_>>().len(),
            ids.len(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn export_goes_on_until_an_empty_page() {
    let shop = alone(2_000).await;
    let mut ids: Vec<String> = Vec::new();
    loop {
        let offset = ids.len().to_string();
        let action = ("action", "conversations_from_ads");
        let query = [ALWAYS[0], ALWAYS[1], action, ("offset", offset.as_str())];
        let page = list(&shop.json("export_data", &query).await["data"]);
        assert!(page.len() <= 60);
        if page.is_empty() {
            break;
        }
        ids.extend(texts(&page, "id"));
    }
    assert!(ids.len() > 120, "{}", ids.len());
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
}

#[tokio::test]
async fn customers_by_update_are_complete_after_a_change() {
    let shop = caller().await;
    let late = shop.ids(&[]).await.swap_remove(59);
    shop.mock.arrive_message(&shop.page, &late, "Alo?").unwrap();
    let mut rows = Vec::new();
    for number in ["1", "2", "3", "4"] {
        let query = [&numbered(number, "60")[..], &[("order_by", "updated_at")]].concat();
        let reply = shop.json("page_customers", &query).await;
        assert_eq!(reply["total"], 200);
        rows.extend(list(&reply["customers"]));
    }
    let ids: HashSet<_> = texts(&rows, "id").into_iter().collect();
    assert_eq!((ids.len(), rows.len()), (200, 200));
    assert!(texts(&rows, "updated_at").is_sorted_by(|a, b| a >= b));
    assert_eq!(shop.newest().await["id"], late);
}

/// The ids of a list, with its total if it has one.
async fn ids(shop: &Caller, path: &str, key: &str, id: &str) -> (Vec<String>, Value) {
    let [since, until, number, size] = numbered("1", "30");
    let query = match path {
        "sip_call_logs" => vec![("id", "1"), number, size],
        "export_data" => vec![since, until, ("action", "conversations_from_ads")],
        _ => vec![since, until, number, size],
    };
    let reply = shop.json(path, &query).await;
    (texts(&list(&reply[key]), id), reply["total"].clone())
}

#[tokio::test]
async fn rows_come_on_top_and_vanish() {
    let shop = caller().await;
    let (mock, page) = (&shop.mock, &shop.page);
    let posts = async || ids(&shop, "posts", "posts", "id").await;
    let (before, total) = posts().await;
    let new = mock.add_post(page).unwrap();
    let (after, more) = posts().await;
    assert_eq!((&after[0], &after[1..30]), (&new, &before[..29]));
    assert_eq!(more.as_u64(), total.as_u64().map(|total| total + 1));
    assert!(mock.remove_post(page, &before[0]) && !mock.remove_post(page, &before[0]));
    let (after, _) = posts().await;
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
async fn vanished_conversation_is_in_no_list() {
    let shop = caller().await;
    let (mock, page) = (&shop.mock, &shop.page);
    let before = shop.ids(&[]).await;
    let (customers, total) = ids(&shop, "page_customers", "customers", "id").await;
    let gone = &before[7];
    assert!(mock.remove_conversation(page, gone));
    let after = shop.ids(&[]).await;
    assert_eq!((&after[..7], &after[7..59]), (&before[..7], &before[8..60]));
    let (left, fewer) = ids(&shop, "page_customers", "customers", "id").await;
    assert_eq!(fewer.as_u64(), total.as_u64().map(|total| total - 1));
    assert_eq!(left.iter().filter(|id| !customers.contains(id)).count(), 1);
    assert_eq!(shop.messages(gone, 0).await["error_code"], 100);
    assert!(!mock.remove_conversation(page, gone));
    assert!(mock.arrive_message(page, gone, "?").is_none());
}

#[tokio::test]
async fn vanished_message_shifts_the_older_ones_up() {
    let shop = Caller::start(free().rows_a_page(20)).await;
    let chat = shop.ids(&[]).await.swap_remove(0);
    let page = async || texts(&list(&shop.messages(&chat, 0).await["messages"]), "id");
    let before = page().await;
    assert!(shop.mock.remove_message(&shop.page, &chat, &before[19]));
    let after = page().await;
    assert_eq!((after.len(), &after[1..]), (20, &before[..19]));
    assert_eq!(shop.ids(&[]).await.len(), 20);
}

/// How many customers the list has: by its total, its rows, and the ids that differ.
async fn customers(shop: &Caller) -> (u64, usize, usize) {
    let query = [&numbered("1", "100")[..], &[("order_by", "inserted_at")]].concat();
    let reply = shop.json("page_customers", &query).await;
    let ids = texts(&list(&reply["customers"]), "id");
    let different: HashSet<_> = ids.iter().collect();
    (reply["total"].as_u64().unwrap(), ids.len(), different.len())
}

/// Answers the first comment of the page privately: the ids of the comment's conversation and of the inbox.
async fn answer_privately(shop: &Caller) -> (String, String) {
    let row = shop
        .conversation_rows(&[("type", "COMMENT")])
        .await
        .swap_remove(0);
    let sent = shop.reply_privately(&row, "Dạ giá 250k ạ").await;
    assert_eq!(sent.json()["success"], true, "{}", sent.text);
    let inbox = format!("{}_{}", shop.page, row["from"]["id"].as_str().unwrap());
    (row["id"].as_str().unwrap().to_owned(), inbox)
}

#[tokio::test]
async fn inbox_of_a_commenter_vanishes_alone() {
    let shop = alone(50).await;
    let (mock, page) = (&shop.mock, &shop.page);
    let before = mock.conversation_ids(page);
    for _ in 0..2 {
        let (comments, inbox) = answer_privately(&shop).await;
        assert_eq!(shop.ids(&[]).await[0], inbox);
        assert!(mock.remove_conversation(page, &inbox));
        assert!(!mock.remove_conversation(page, &inbox));
        assert_eq!(mock.conversation_ids(page), before);
        assert_eq!(shop.ids(&[]).await, before);
        let inserted = shop.ids(&[("order_by", "inserted_at")]).await;
        assert!(inserted.len() == 50 && !inserted.contains(&inbox));
        assert!(mock.arrive_message(page, &inbox, "?").is_none());
        assert_eq!(customers(&shop).await, (50, 50, 50));
        assert!(shop.messages(&comments, 0).await["messages"].is_array());
    }
    let (_, inbox) = answer_privately(&shop).await;
    assert_eq!(list(&shop.messages(&inbox, 0).await["messages"]).len(), 1);
}

#[tokio::test]
async fn inbox_of_a_commenter_vanishes_with_the_comments() {
    let shop = alone(50).await;
    let (mock, page) = (&shop.mock, &shop.page);
    let before = mock.conversation_ids(page);
    let (comments, inbox) = answer_privately(&shop).await;
    assert!(mock.remove_conversation(page, &comments));
    let left: Vec<_> = before.into_iter().filter(|id| *id != comments).collect();
    assert_eq!(
        (&mock.conversation_ids(page), &shop.ids(&[]).await),
        (&left, &left)
    );
    assert!(!mock.remove_conversation(page, &inbox));
    assert_eq!(customers(&shop).await, (49, 49, 49));
}

#[tokio::test]
async fn customer_of_two_conversations_is_one() {
    let shop = alone(50).await;
    let (comments, inbox) = answer_privately(&shop).await;
    let ids = shop.mock.conversation_ids(&shop.page);
    let other = ids.iter().find(|id| **id != comments && **id != inbox);
    assert!(shop.mock.remove_conversation(&shop.page, other.unwrap()));
    assert_eq!(customers(&shop).await, (49, 49, 49));
}

#[tokio::test]
async fn million_conversations_are_found_without_being_stored() {
    let shop = Caller::start(free().pages(200).conversations(1_000_000)).await;
    assert_eq!(shop.mock.page_ids().len(), 200);
    let reply = shop.json("page_customers", &numbered("50", "100")).await;
    assert_eq!(
        (&reply["total"], list(&reply["customers"]).len()),
        (&json!(5_000), 100)
    );
    let ids = shop.mock.conversation_ids(&shop.page);
    assert_eq!(ids.len(), 5_000);
    let last = ids.last().unwrap();
    let page = shop.ids(&[("last_conversation_id", &ids[4_990])]).await;
    assert_eq!((page.len(), page.last()), (9, Some(last)));
    assert!(!list(&shop.messages(last, 0).await["messages"]).is_empty());
}

#[tokio::test]
async fn conversations_are_spread_evenly_over_pages() {
    let mock = free().pages(3).conversations(100).start().await.unwrap();
    let counts = mock.page_ids().into_iter();
    let counts: Vec<_> = counts
        .map(|page| mock.conversation_ids(&page).len())
        .collect();
    assert_eq!(counts, [34, 33, 33]);
    let empty = alone(0).await;
    assert_eq!(empty.ids(&[]).await, [""; 0]);
    for path in ["statistics/pages", "posts"] {
        let query = numbered("1", "9");
        let query = if path == "posts" {
            &query[..]
        } else {
            &query[..2]
        };
        assert_eq!(empty.get(&empty.at(path), query).await.status, 200);
    }
    let id = empty.mock.arrive_conversation(&empty.page, "Alo").unwrap();
    assert_eq!(empty.ids(&[]).await, [id]);
}

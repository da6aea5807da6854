//! Oddities of paging and filtering, each on and off.
use std::collections::{BTreeSet, HashSet};

use pancake_mock::Oddity;
use serde_json::{Value, json};

use crate::caller::{ALWAYS, Caller, caller, free, rows};

async fn with(oddity: Oddity, on: bool) -> Caller {
    Caller::start(free().oddity(oddity, on)).await
}

#[tokio::test]
async fn conversations_come_60_a_page_behind_the_id_of_the_last_row() {
    let shop = caller().await;
    let mut seen = HashSet::new();
    let mut sizes = Vec::new();
    let mut cursor = String::new();
    let mut newest = None;
    loop {
        let answer = match cursor.as_str() {
            "" => shop.conversations(&[]).await.json(),
            cursor => shop
                .conversations(&[("last_conversation_id", cursor)])
                .await
                .json(),
        };
        assert_eq!(answer.get("total"), None);
        let times = rows(&answer, "conversations", "updated_at");
        assert!(
            times.is_sorted_by(|a, b| a > b),
            "by updated_at, descending"
        );
        assert!(newest.is_none_or(|former: String| times.first().is_none_or(|t| *t < former)));
        newest = times.last().cloned();
        let ids = rows(&answer, "conversations", "id");
        sizes.push(ids.len());
        let Some(last) = ids.last() else { break };
        cursor = last.clone();
        assert!(ids.into_iter().all(|id| seen.insert(id)), "no row twice");
    }
    assert_eq!(sizes, [60, 60, 60, 20, 0]);
}

#[tokio::test]
async fn repeated_type_gives_no_rows_and_no_error() {
    let query = [("type", "INBOX"), ("type", "COMMENT")];
    let shop = caller().await;
    let answer = shop.conversations(&query).await.json();
    assert_eq!(answer, json!({"success": true, "conversations": []}));
    let lenient = with(Oddity::RepeatedTypeGivesNoRows, false).await;
    let answer = lenient.conversations(&query).await.json();
    let types: BTreeSet<_> = rows(&answer, "conversations", "type").into_iter().collect();
    assert_eq!(
        types,
        BTreeSet::from(["COMMENT".to_owned(), "INBOX".to_owned()])
    );
    // A violation of the description all the same.
    assert_eq!(
        (
            shop.mock.violations().len(),
            lenient.mock.violations().len()
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn bracketed_type_is_500_or_filters() {
    let query = [("type[]", "COMMENT")];
    let shop = with(Oddity::BracketedTypeIs500, true).await;
    assert_eq!(shop.conversations(&query).await.status, 500);
    let lenient = caller().await;
    let answer = lenient.conversations(&query).await.json();
    assert!(
        rows(&answer, "conversations", "type")
            .iter()
            .all(|kind| kind == "COMMENT")
    );
    assert_eq!(shop.mock.violations().len(), 1);
}

#[tokio::test]
async fn since_needs_until_or_is_refused() {
    let shop = caller().await;
    for query in [[ALWAYS[0]], [ALWAYS[1]]] {
        let answer = shop.conversations(&query).await.json();
        assert_eq!(answer["message"], "Since must be provided with until");
        assert_eq!(answer["success"], false);
    }
    assert_eq!(shop.ids(&ALWAYS).await.len(), 60);
    let lenient = with(Oddity::SinceNeedsUntil, false).await;
    assert_eq!(lenient.ids(&[ALWAYS[0]]).await.len(), 60);
}

#[tokio::test]
async fn order_by_chooses_the_filtered_field() {
    // Updated in the last days before the start, but inserted earlier.
    let since = (pancake_mock::DEFAULT_NOW - 3 * 86_400).to_string();
    let query = [("since", since.as_str()), ALWAYS[1]];
    let by_inserted = [query[0], query[1], ("order_by", "inserted_at")];
    let shop = caller().await;
    assert!(!shop.ids(&query).await.is_empty());
    assert_eq!(shop.ids(&by_inserted).await, [""; 0]);
    let lenient = with(Oddity::OrderByChoosesTheFilteredField, false).await;
    assert!(!lenient.ids(&by_inserted).await.is_empty());
}

#[tokio::test]
async fn rows_by_inserted_at_descend_through_all_pages() {
    let shop = caller().await;
    let mut times = Vec::new();
    let mut cursor = None;
    loop {
        let mut query = vec![("order_by", "inserted_at")];
        query.extend(
            cursor
                .as_ref()
                .map(|id: &String| ("last_conversation_id", id.as_str())),
        );
        let answer = shop.conversations(&query).await.json();
        times.extend(rows(&answer, "conversations", "inserted_at"));
        cursor = rows(&answer, "conversations", "id").last().cloned();
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(times.len(), 200);
    assert!(times.is_sorted_by(|a, b| a > b));
}

#[tokio::test]
async fn filters_keep_what_they_promise() {
    let shop = caller().await;
    for kind in ["INBOX", "COMMENT", "RATING", "LIVESTREAM"] {
        let query = if kind == "LIVESTREAM" {
            "COMMENT_LIVESTREAM"
        } else {
            kind
        };
        if kind == "RATING" {
            continue; // An answer, not a filter.
        }
        let answer = shop.conversations(&[("type", query)]).await.json();
        let kinds = rows(&answer, "conversations", "type");
        assert!(
            !kinds.is_empty() && kinds.iter().all(|found| found == kind),
            "{kinds:?}"
        );
    }
    let tagged = shop.conversations(&[("tags", "3,5")]).await.json();
    let tagged = tagged["conversations"].as_array().unwrap().clone();
    assert!(!tagged.is_empty());
    for row in &tagged {
        let tags = row["tags"].as_array().unwrap();
        assert!(
            [3, 5]
                .iter()
                .all(|id| tags.iter().any(|tag| tag["id"] == *id)),
            "{tags:?}"
        );
    }
    let public = shop.conversations(&[("type", "COMMENT")]).await.json();
    let post = public["conversations"][0]["post_id"].as_str().unwrap();
    let under = shop.conversations(&[("post_ids", post)]).await.json();
    let under = rows(&under, "conversations", "post_id");
    assert!(
        !under.is_empty() && under.iter().all(|id| id == post),
        "{under:?}"
    );
}

#[tokio::test]
async fn unread_first_puts_all_unread_before_the_read_ones() {
    let shop = caller().await;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let mut query = vec![("unread_first", "true")];
        query.extend(
            cursor
                .as_ref()
                .map(|id: &String| ("last_conversation_id", id.as_str())),
        );
        let answer = shop.conversations(&query).await.json();
        let list = answer["conversations"].as_array().unwrap();
        seen.extend(list.iter().map(|row| row["seen"].as_bool().unwrap()));
        cursor = rows(&answer, "conversations", "id").last().cloned();
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 200);
    assert!(seen.is_sorted(), "false before true");
    assert!(!seen[0] && seen[199]);
}

#[tokio::test]
async fn messages_ascend_inside_a_page_and_pages_go_back() {
    let times = |answer: &Value| rows(answer, "messages", "inserted_at");
    let shop = caller().await;
    let id = shop.ids(&[]).await[0].clone();
    let first = times(&shop.messages(&id, 0).await);
    let second = times(&shop.messages(&id, 30).await);
    assert_eq!((first.len(), second.len()), (30, 30));
    assert!(first.is_sorted() && second.is_sorted());
    assert!(second[29] < first[0]);
    assert_eq!(times(&shop.messages(&id, 90).await).len(), 5);
    assert_eq!(times(&shop.messages(&id, 95).await).len(), 0);
    let other = with(Oddity::MessagesAscendInsideAPage, false).await;
    let newest_first = times(&other.messages(&id, 0).await);
    assert!(newest_first.is_sorted_by(|a, b| a > b));
}

#[tokio::test]
async fn offsets_shift_when_a_message_arrives() {
    let overlap = async |shop: &Caller| {
        let id = shop.ids(&[]).await[0].clone();
        let first = rows(&shop.messages(&id, 0).await, "messages", "id");
        shop.mock
            .arrive_message(&shop.page, &id, "Alo shop?")
            .unwrap();
        let second = rows(&shop.messages(&id, 30).await, "messages", "id");
        second.iter().filter(|id| first.contains(id)).count()
    };
    assert_eq!(overlap(&caller().await).await, 1, "one message twice");
    assert_eq!(overlap(&with(Oddity::OffsetsShift, false).await).await, 0);
}

#[tokio::test]
async fn rows_move_to_the_top_while_someone_pages() {
    let shop = caller().await;
    let first = shop.ids(&[]).await;
    let second = shop.ids(&[("last_conversation_id", &first[59])]).await;
    // The row of the cursor moves away; a client that goes on from it begins at the top again.
    shop.mock
        .arrive_message(&shop.page, &first[59], "Còn hàng không?")
        .unwrap();
    let again = shop.ids(&[("last_conversation_id", &first[59])]).await;
    assert_ne!(again, second);
    assert_eq!(again[0], first[0]);
    // A row of the next page moves to the top: the reader misses it.
    let third = shop.ids(&[("last_conversation_id", &second[59])]).await;
    shop.mock
        .arrive_message(&shop.page, &third[3], "Alo?")
        .unwrap();
    let missing = shop.ids(&[("last_conversation_id", &second[59])]).await;
    assert!(!missing.contains(&third[3]));
}

#[tokio::test]
async fn ids_with_colon_and_at_are_those_of_other_channels() {
    let shop = caller().await.on_page(2);
    let id = shop.ids(&[]).await[0].clone();
    assert!(id.starts_with("tt_0:1:"), "{id}");
    assert_eq!(shop.messages(&id, 0).await["conversation_id"], id);
    let shop = shop.on_page(3);
    let id = shop.ids(&[]).await[0].clone();
    assert!(id.starts_with("wa_") && id.contains("@c.us_"), "{id}");
    assert_eq!(shop.messages(&id, 0).await["conversation_id"], id);
    let plain = with(Oddity::IdsWithColonAndAt, false).await.on_page(2);
    let id = plain.ids(&[]).await[0].clone();
    assert!(
        id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_'),
        "{id}"
    );
    assert_eq!(plain.messages(&id, 0).await["conversation_id"], id);
}

#[tokio::test]
async fn numbered_lists_hold_each_row_once_and_their_total() {
    let shop = caller().await;
    for (path, list, field, total) in [
        ("page_customers", "customers", "id", Some(200)),
        ("posts", "posts", "id", Some(79)),
        ("sip_call_logs", "data", "call_id", None),
    ] {
        let mut ids = Vec::new();
        for number in 1.. {
            let number = number.to_string();
            let mut query = vec![("page_number", number.as_str()), ("page_size", "30")];
            query.extend(if path == "sip_call_logs" {
                vec![("id", "1")]
            } else {
                ALWAYS.to_vec()
            });
            let answer = shop.get(&shop.at(path), &query).await.json();
            assert_eq!(answer["total"].as_u64(), total, "{path}");
            let page = rows(&answer, list, field);
            ids.extend(page.clone());
            if page.len() < 30 {
                break;
            }
        }
        let different: HashSet<_> = ids.iter().collect();
        assert_eq!(different.len(), ids.len(), "{path}");
        assert_eq!(ids.len() as u64, total.unwrap_or(75), "{path}");
    }
}

#[tokio::test]
async fn the_export_goes_on_at_its_offset_until_an_empty_page() {
    let shop = Caller::start(free().pages(1).conversations(2_000)).await;
    let mut ids = Vec::new();
    loop {
        let offset = ids.len().to_string();
        let query = [
            ALWAYS[0],
            ALWAYS[1],
            ("action", "conversations_from_ads"),
            ("offset", offset.as_str()),
        ];
        let page = rows(
            &shop.get(&shop.at("export_data"), &query).await.json(),
            "data",
            "id",
        );
        assert!(page.len() <= 60);
        if page.is_empty() {
            break;
        }
        ids.extend(page);
    }
    assert!(ids.len() > 120, "{}", ids.len());
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
}

#[tokio::test]
async fn customers_by_updated_at_are_all_there_also_after_a_change() {
    let shop = caller().await;
    let late = shop.ids(&[]).await[59].clone();
    shop.mock.arrive_message(&shop.page, &late, "Alo?").unwrap();
    let mut ids = HashSet::new();
    let mut times = Vec::new();
    for number in ["1", "2", "3", "4"] {
        let order = ("order_by", "updated_at");
        let query = [
            ALWAYS[0],
            ALWAYS[1],
            order,
            ("page_number", number),
            ("page_size", "60"),
        ];
        let answer = shop.get(&shop.at("page_customers"), &query).await.json();
        assert_eq!(answer["total"], 200);
        ids.extend(rows(&answer, "customers", "id"));
        times.extend(rows(&answer, "customers", "updated_at"));
    }
    assert_eq!((ids.len(), times.len()), (200, 200));
    assert!(times.is_sorted_by(|a, b| a >= b));
    let row = shop.conversations(&[]).await.json()["conversations"][0].clone();
    assert_eq!(row["id"], late);
}

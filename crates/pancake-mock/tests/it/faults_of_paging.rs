//! Faults about the rows of lists.
use pancake_mock::{Fault, FaultKind};

use crate::caller::{ALWAYS, Caller, caller, free, rows};

#[tokio::test]
async fn stuck_cursor_answers_rows_that_end_with_the_cursor_itself() {
    let shop = caller().await;
    let first = shop.ids(&[]).await;
    let query = [("last_conversation_id", first[59].as_str())];
    let second = shop.ids(&query).await;
    let fault = Fault::new(FaultKind::StuckCursor)
        .on("list_conversations")
        .times(1);
    shop.mock.faults().add(fault);
    assert_eq!(shop.ids(&query).await, first);
    assert_eq!(shop.ids(&query).await, second);
}

#[tokio::test]
async fn repeated_rows_begin_a_page_with_rows_of_the_one_before() {
    let shop = caller().await;
    let first = shop.ids(&[]).await;
    let query = [("last_conversation_id", first[59].as_str())];
    let second = shop.ids(&query).await;
    shop.mock.faults().add(Fault::new(FaultKind::RepeatedRows));
    let repeated = shop.ids(&query).await;
    assert_eq!(repeated[..10], first[50..]);
    assert_eq!(repeated[10..], second[..50]);
}

#[tokio::test]
async fn short_page_in_the_middle_is_not_the_end() {
    let shop = caller().await;
    let whole = shop.ids(&[]).await;
    shop.mock
        .faults()
        .add(Fault::new(FaultKind::ShortPage).times(1));
    let short = shop.ids(&[]).await;
    assert_eq!(short, whole[..30]);
    let next = shop.ids(&[("last_conversation_id", &short[29])]).await;
    assert_eq!(next[..30], whole[30..]);
}

#[tokio::test]
async fn empty_page_in_the_middle_has_more_behind_it() {
    let shop = caller().await;
    shop.mock
        .faults()
        .add(Fault::new(FaultKind::EmptyPage).times(1));
    assert_eq!(shop.ids(&[]).await, [""; 0]);
    assert_eq!(shop.ids(&[]).await.len(), 60);
}

#[tokio::test]
async fn paging_faults_hold_for_every_dialect() {
    let shop = Caller::start(free().pages(1).conversations(2_000)).await;
    let id = shop.mock.conversation_ids(&shop.page)[0].clone();
    let size = [
        ("page_number", "2"),
        ("page_size", "30"),
        ALWAYS[0],
        ALWAYS[1],
    ];
    let export = [
        ALWAYS[0],
        ALWAYS[1],
        ("action", "conversations_from_ads"),
        ("offset", "60"),
    ];
    let calls = [("id", "1"), ("page_number", "2"), ("page_size", "30")];
    let messages = [("current_count", "30")];
    type Query<'a> = &'a [(&'a str, &'a str)];
    let lists: [(String, Query<'_>, &str, &str); 5] = [
        (
            shop.conversation(&id, "messages"),
            &messages,
            "messages",
            "id",
        ),
        (shop.at("page_customers"), &size, "customers", "id"),
        (shop.at("posts"), &size, "posts", "id"),
        (shop.at("sip_call_logs"), &calls, "data", "call_id"),
        (shop.at("export_data"), &export, "data", "id"),
    ];
    for (path, query, list, field) in lists {
        let page = async |kind: Option<FaultKind>| {
            shop.mock.faults().clear();
            shop.mock.faults().extend(kind.map(Fault::new));
            rows(&shop.get(&path, query).await.json(), list, field)
        };
        let right = page(None).await;
        assert_eq!(page(Some(FaultKind::EmptyPage)).await, [""; 0], "{path}");
        assert_eq!(
            page(Some(FaultKind::ShortPage)).await.len(),
            right.len() / 2,
            "{path}"
        );
        assert_ne!(page(Some(FaultKind::StuckCursor)).await, right, "{path}");
        assert_ne!(page(Some(FaultKind::RepeatedRows)).await, right, "{path}");
    }
}

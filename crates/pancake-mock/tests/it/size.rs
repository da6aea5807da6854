//! A million conversations are computed, not stored.
use crate::caller::{ALWAYS, Caller, free, rows};

#[tokio::test]
async fn a_million_conversations_start_at_once_and_every_one_can_be_found() {
    let shop = Caller::start(free().pages(200).conversations(1_000_000)).await;
    assert_eq!(shop.mock.page_ids().len(), 200);
    let query = [
        ALWAYS[0],
        ALWAYS[1],
        ("page_number", "50"),
        ("page_size", "100"),
    ];
    let answer = shop.get(&shop.at("page_customers"), &query).await.json();
    assert_eq!(answer["total"], 5_000);
    assert_eq!(rows(&answer, "customers", "id").len(), 100);
    let ids = shop.mock.conversation_ids(&shop.page);
    assert_eq!(ids.len(), 5_000);
    let last = ids.last().unwrap();
    let page = shop.ids(&[("last_conversation_id", &ids[4_990])]).await;
    assert_eq!(page.len(), 9);
    assert_eq!(page.last(), Some(last));
    assert!(
        !shop.messages(last, 0).await["messages"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn conversations_are_spread_evenly_and_none_is_lost() {
    let shop = Caller::start(free().pages(3).conversations(100)).await;
    let counts: Vec<_> = shop
        .mock
        .page_ids()
        .iter()
        .map(|page| shop.mock.conversation_ids(page).len())
        .collect();
    assert_eq!(counts, [34, 33, 33]);
    let empty = Caller::start(free().pages(1).conversations(0)).await;
    assert_eq!(empty.ids(&[]).await, [""; 0]);
    assert_eq!(
        empty
            .get(&empty.at("statistics/pages"), &ALWAYS)
            .await
            .status,
        200
    );
    assert_eq!(
        empty
            .get(
                &empty.at("posts"),
                &[
                    ALWAYS[0],
                    ALWAYS[1],
                    ("page_number", "1"),
                    ("page_size", "9")
                ]
            )
            .await
            .status,
        200
    );
    let id = empty.mock.arrive_conversation(&empty.page, "Alo").unwrap();
    assert_eq!(empty.ids(&[]).await, [id]);
}

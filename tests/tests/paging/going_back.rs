//! Going back for rows that moved up because another one vanished, over restarts.

use pancake_ext::{Cursor, OrderBy, Page, Pancake, RateLimit, TimeRange};
use pancake_mock::MockPancake;

/// What is read of the customers until the pages are used up, and where to go on from.
async fn read(page: &Page, cursor: Option<Cursor>, most: u64) -> (Vec<String>, Option<Cursor>) {
    let range = TimeRange::unix(0, 1_900_000_000).unwrap();
    let mut request = page.customers(range).page_size(4).max_pages(most);
    if let Some(cursor) = cursor {
        request = request.resume(cursor);
    }
    let mut pages = request.pages();
    let mut given = Vec::new();
    while let Some(part) = pages.try_next().await.unwrap() {
        given.extend(
            part.items
                .into_iter()
                .map(|row| row.id.unwrap().to_string()),
        );
    }
    (given, pages.cursor())
}

/// The customer of this id vanishes, with the conversation.
async fn vanish(mock: &MockPancake, page: &Page, customer: &str) {
    let rows = page
        .conversations()
        .order_by(OrderBy::InsertedAt)
        .collect()
        .await
        .unwrap();
    let is_of = |row: &&pancake_ext::types::Conversation| {
        let id = row
            .page_customer
            .as_ref()
            .and_then(|known| known.id.as_ref());
        id.is_some_and(|id| id.as_str() == customer)
    };
    let id = rows.iter().find(is_of).unwrap().id.clone().unwrap();
    assert!(mock.remove_conversation(page.id().as_str(), id.as_str()));
}

#[tokio::test]
async fn pages_that_were_gone_back_to_do_not_push_given_rows_out_of_a_cursor() {
    let mock = MockPancake::builder()
        .pages(1)
        .conversations(60)
        .rate_limit(None);
    let mock = mock.frozen_clock().start().await.unwrap();
    let pancake = Pancake::builder()
        .base_url(mock.base_url())
        .user_token(mock.user_token())
        .rate_limit(RateLimit::off());
    let page = pancake.build().unwrap().page(mock.page_ids().remove(0));
    let (all, _) = read(&page, None, 100).await;

    let (mut given, cursor) = read(&page, None, 2).await;
    vanish(&mock, &page, &all[10]).await;
    // The total has fallen: page 3, page 2 once more, page 3 again.
    let (more, cursor) = read(&page, cursor, 3).await;
    given.extend(more);
    given.extend(read(&page, cursor, 100).await.0);

    let mut expected = all;
    expected.remove(10);
    assert_eq!(given, expected);
}

//! Which rows a list gives, and in which order.

use pancake_ext::OrderBy;
use pancake_mock::FaultKind;

use super::{Scene, assert_distinct, ever, id};

#[tokio::test]
async fn every_list_gives_each_of_its_rows_once_in_the_order_of_the_list() {
    let scene = Scene::with(250).await;
    let page = scene.page();

    let conversations = page.conversations().collect().await.unwrap();
    let ids: Vec<_> = conversations.into_iter().map(|row| id(row.id)).collect();
    assert_eq!(ids, scene.all_ids());

    let by_beginning = page
        .conversations()
        .order_by(OrderBy::InsertedAt)
        .collect()
        .await
        .unwrap();
    assert_eq!(by_beginning.len(), 250);
    let times: Vec<_> = by_beginning
        .iter()
        .map(|row| row.inserted_at.as_ref().unwrap().unix_millis())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b));

    for order in [OrderBy::InsertedAt, OrderBy::UpdatedAt] {
        let customers = page
            .customers(ever())
            .order_by(order)
            .collect()
            .await
            .unwrap();
        let ids: Vec<_> = customers.into_iter().map(|row| id(row.id)).collect();
        assert_eq!(ids.len(), 250);
        assert_distinct(&ids);
    }

    let posts: Vec<_> = page
        .posts(ever())
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|row| id(row.id))
        .collect();
    assert_eq!(posts.len(), 80);
    assert_distinct(&posts);

    let calls: Vec<_> = page
        .call_logs("1")
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|row| id(row.call_id))
        .collect();
    assert_eq!(calls.len(), 75);
    assert_distinct(&calls);

    let export: Vec<_> = page
        .ads_export(ever())
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|row| id(row.id))
        .collect();
    assert!(!export.is_empty());
    assert_distinct(&export);

    let messages: Vec<_> = page
        .conversation(&scene.all_ids()[0])
        .messages()
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|row| id(row.id))
        .collect();
    assert_eq!(messages.len(), 95);
    assert_distinct(&messages);

    assert_eq!(scene.mock.violations(), []);
}

#[tokio::test]
async fn a_short_page_does_not_end_a_list_with_a_cursor() {
    let scene = Scene::with(250).await;
    scene.fault(FaultKind::ShortPage, 1, 1);
    assert_eq!(
        scene.page().conversations().collect().await.unwrap().len(),
        250
    );
}

#[tokio::test]
async fn messages_come_from_either_end_and_since_a_message() {
    let scene = Scene::with(250).await;
    let chat = scene.page().conversation(&scene.all_ids()[0]);
    let newest: Vec<_> = chat
        .messages()
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|m| id(m.id))
        .collect();
    let oldest: Vec<_> = chat
        .messages()
        .oldest_first()
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|m| id(m.id))
        .collect();
    assert_eq!(oldest, newest.iter().rev().cloned().collect::<Vec<_>>());

    let since: Vec<_> = chat
        .messages()
        .after(&newest[40])
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|m| id(m.id))
        .collect();
    assert_eq!(since, newest[..40]);
    let since = chat
        .messages()
        .after(&newest[40])
        .oldest_first()
        .limit(3)
        .collect()
        .await
        .unwrap();
    assert_eq!(
        since.into_iter().map(|m| id(m.id)).collect::<Vec<_>>(),
        [&newest[39], &newest[38], &newest[37]].map(Clone::clone)
    );

    let mut pager = chat.messages().oldest_first().stream();
    for _ in 0..50 {
        pager.try_next().await.unwrap().unwrap();
    }
    let arrived = scene
        .mock
        .arrive_message(&scene.page, &scene.all_ids()[0], "còn hàng không")
        .unwrap();
    let request = chat
        .messages()
        .oldest_first()
        .resume(pager.cursor().unwrap());
    let rest: Vec<_> = request
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|m| id(m.id))
        .collect();
    assert_eq!(rest[..45], oldest[50..]);
    assert_eq!(rest[45..], [arrived]);
}

//! Fetching pages ahead.

use super::{Scene, ever, id};

#[tokio::test]
async fn fetching_ahead_keeps_the_order_and_asks_for_no_more_pages_at_once() {
    let scene = Scene::with(600).await;
    let page = scene.page();
    let lazy: Vec<_> = page
        .customers(ever())
        .page_size(20)
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|c| id(c.id))
        .collect();
    scene.mock.clear_journal();
    let mut pager = page.customers(ever()).page_size(20).prefetch(4).stream();
    let mut ahead = Vec::new();
    while let Some(customer) = pager.try_next().await.unwrap() {
        ahead.push(id(customer.id));
    }
    assert_eq!(lazy, ahead);
    assert_eq!(scene.requests(), 30, "total says where the list ends");

    let chat = page.conversation(&scene.all_ids()[0]);
    let lazy: Vec<_> = chat
        .messages()
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|m| id(m.id))
        .collect();
    let ahead: Vec<_> = chat
        .messages()
        .prefetch(3)
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|m| id(m.id))
        .collect();
    assert_eq!(lazy, ahead);
    let ahead: Vec<_> = page
        .conversations()
        .prefetch(1)
        .collect()
        .await
        .unwrap()
        .into_iter()
        .map(|c| id(c.id))
        .collect();
    assert_eq!(ahead, scene.all_ids());
}

#[tokio::test]
async fn with_fetching_ahead_the_next_page_of_a_cursor_list_comes_while_this_one_is_used() {
    let scene = Scene::with(250).await;
    let mut pager = scene.page().conversations().prefetch(1).stream();
    pager.try_next().await.unwrap();
    // The task runs when this one waits for anything at all.
    while scene.requests() < 2 {
        tokio::task::yield_now().await;
    }
    drop(pager);
}

#[tokio::test]
async fn fetching_messages_ahead_goes_by_how_many_a_page_really_holds() {
    // Older texts say 20 or 25 messages a page (docs/behaviour.md#messages).
    let scene = Scene::of(|mock| mock.rows_a_page(25)).await;
    let chat = scene.page().conversation(&scene.all_ids()[0]);
    for _ in 0..405 {
        scene
            .mock
            .arrive_message(&scene.page, &scene.all_ids()[0], "alo")
            .unwrap();
    }
    assert_eq!(chat.messages().collect().await.unwrap().len(), 500);
    let lazy = scene.requests();
    scene.mock.clear_journal();
    let ahead = chat.messages().prefetch(3).collect().await.unwrap();
    assert_eq!(ahead.len(), 500);
    // Pages after the end, which nothing tells.
    assert!(
        scene.requests() <= lazy + 4,
        "{} instead of {lazy}",
        scene.requests()
    );

    // They do come ahead: while the third is used, three more.
    scene.mock.clear_journal();
    let mut pager = chat.messages().prefetch(3).stream();
    for _ in 0..51 {
        pager.try_next().await.unwrap().unwrap();
    }
    while scene.requests() < 6 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn fetching_ahead_has_a_bound_whatever_was_asked_for() {
    let scene = Scene::with(10).await;
    let chat = scene.page().conversation(&scene.all_ids()[0]);
    let mut pager = chat.messages().prefetch(usize::MAX).stream();
    let mut rows = 0;
    while pager.try_next().await.unwrap().is_some() {
        rows += 1;
    }
    assert_eq!(rows, 95);
    assert!(scene.requests() <= 4 + 16 + 2, "{}", scene.requests());
}

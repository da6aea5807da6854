//! What a request asks the server for, and what is refused before it is sent.

use futures_util::stream::FusedStream;
use pancake_ext::{ConversationKind, Error, ErrorKind, PostKind};

use super::{Scene, ever};

#[tokio::test]
async fn nothing_is_sent_before_a_pager_is_polled_and_then_one_page_at_a_time() {
    let scene = Scene::with(250).await;
    let mut pager = scene.page().conversations().stream();
    assert_eq!(scene.requests(), 0);
    for _ in 0..60 {
        pager.try_next().await.unwrap().unwrap();
    }
    assert_eq!(scene.requests(), 1);
    pager.try_next().await.unwrap().unwrap();
    assert_eq!(scene.requests(), 2);
}

#[tokio::test]
async fn limits_hold_and_ask_for_no_page_more_than_they_need() {
    let scene = Scene::with(250).await;
    let page = scene.page();
    assert_eq!(
        page.conversations().limit(0).collect().await.unwrap().len(),
        0
    );
    assert_eq!(scene.requests(), 0);
    assert_eq!(
        page.conversations()
            .limit(60)
            .collect()
            .await
            .unwrap()
            .len(),
        60
    );
    assert_eq!(scene.requests(), 1);
    assert_eq!(
        page.conversations()
            .max_pages(2)
            .collect()
            .await
            .unwrap()
            .len(),
        120
    );
    assert_eq!(scene.requests(), 3);

    // Nor does fetching ahead, which begins when the first page is there.
    let customers = || page.customers(ever()).page_size(10).prefetch(5);
    for (request, rows, pages) in [
        (customers().limit(10), 10, 1),
        (customers().limit(25), 25, 3),
        (customers().max_pages(1), 10, 1),
        (customers().max_pages(2), 20, 2),
        (customers().max_pages(4).limit(25), 25, 3),
    ] {
        scene.mock.clear_journal();
        assert_eq!(request.collect().await.unwrap().len(), rows);
        assert_eq!(scene.requests(), pages);
    }
}

#[tokio::test]
async fn the_same_tags_in_another_order_are_the_same_filter() {
    let scene = Scene::with(10).await;
    let page = scene.page();
    let one = page.conversations().tag(2).tag(10).tag(2).stream();
    let other = page.conversations().tag(10).tag(2).stream();
    assert_eq!(one.cursor(), other.cursor());
    assert_eq!(one.cursor().unwrap().filters(), "tags=2,10");
}

#[tokio::test]
async fn filters_reach_the_server_in_the_form_it_takes() {
    let scene = Scene::with(400).await;
    let page = scene.page();
    let inbox = page
        .conversations()
        .kind(ConversationKind::Inbox)
        .collect()
        .await
        .unwrap();
    assert!(!inbox.is_empty() && inbox.len() < 400);
    let tagged = page.conversations().tag(1).tag(2).collect().await.unwrap();
    assert!(tagged.len() < inbox.len());
    let posts = page
        .posts(ever())
        .kind(PostKind::Video)
        .collect()
        .await
        .unwrap();
    assert!(
        posts
            .iter()
            .all(|post| post.type_.as_deref() == Some("video"))
    );
    let query = scene
        .mock
        .journal()
        .iter()
        .map(|entry| entry.query.clone())
        .collect::<Vec<_>>();
    let query = format!("{query:?}");
    assert!(query.contains("1,2") || query.contains("1%2C2"), "{query}");
    assert_eq!(scene.mock.violations(), []);
}

#[tokio::test]
async fn requests_that_cannot_work_are_refused_once_and_nothing_is_sent() {
    let scene = Scene::with(10).await;
    let page = scene.page();
    let mut refused: Vec<(Error, &str)> = Vec::new();
    refused.push((
        page.conversations().tag("vip").collect().await.unwrap_err(),
        "list_tags",
    ));
    refused.push((
        page.conversations()
            .post("1,2")
            .collect()
            .await
            .unwrap_err(),
        "one post",
    ));
    refused.push((
        page.customers(ever())
            .page_size(101)
            .collect()
            .await
            .unwrap_err(),
        "choose 1 to 100",
    ));
    refused.push((
        page.call_logs("").collect().await.unwrap_err(),
        "SIP package",
    ));
    let messages = page.conversation("1_2").messages();
    refused.push((
        messages
            .clone()
            .oldest_first()
            .max_pages(1)
            .collect()
            .await
            .unwrap_err(),
        "`limit`",
    ));
    refused.push((
        messages.after("").collect().await.unwrap_err(),
        "leave `after` away",
    ));
    for (error, what) in refused {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.message().contains(what), "{error}");
        assert!(error.operation().is_some());
    }
    let mut pager = page.customers(ever()).page_size(0).stream();
    assert!(pager.next().await.unwrap().is_err());
    assert!(!pager.is_terminated());
    assert!(pager.next().await.is_none() && pager.is_terminated());
    assert_eq!(scene.requests(), 0);
}

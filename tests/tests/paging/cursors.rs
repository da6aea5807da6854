//! Cursors: what they tell, and where they can be used.

use pancake_ext::{ConversationKind, Cursor, ErrorKind, Guard};
use pancake_mock::FaultKind;

use super::{Scene, ever};

#[tokio::test]
async fn pages_tell_their_cursor_request_and_raw_count() {
    let scene = Scene::with(250).await;
    scene.fault(FaultKind::RepeatedRows, 1, 1);
    let mut pages = scene.page().conversations().pages();
    let first = pages.try_next().await.unwrap().unwrap();
    assert_eq!(
        (first.items.len(), first.raw_count, first.total),
        (60, 60, None)
    );
    assert!(first.request_id.is_some());
    let second = pages.try_next().await.unwrap().unwrap();
    assert_eq!((second.items.len(), second.raw_count), (50, 60));
    assert_eq!(pages.cursor().unwrap(), second.cursor);
    assert_eq!(pages.answers(), 2);
    assert_eq!(pages.guards().count(Guard::DuplicateRows), 10);

    let rest = scene
        .page()
        .conversations()
        .resume(second.cursor)
        .collect()
        .await
        .unwrap();
    assert_eq!(rest.len(), 140);
    let total = scene
        .page()
        .customers(ever())
        .pages()
        .try_next()
        .await
        .unwrap()
        .unwrap()
        .total;
    assert_eq!(total, Some(250));
}

#[tokio::test]
async fn a_cursor_of_another_list_or_with_other_filters_is_a_clear_error() {
    let scene = Scene::with(250).await;
    let page = scene.page();
    let mut pager = page.conversations().kind(ConversationKind::Inbox).stream();
    pager.try_next().await.unwrap();
    let cursor = pager.cursor().unwrap();
    assert_eq!(cursor.operation(), "list_conversations");
    assert_eq!(cursor.filters(), "type=INBOX");
    assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
    let json = serde_json::to_string(&cursor).unwrap();
    assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap(), cursor);
    let before = scene.requests();

    let other_filters = page
        .conversations()
        .resume(cursor.clone())
        .collect()
        .await
        .unwrap_err();
    assert!(
        other_filters.message().contains("`type=INBOX`"),
        "{other_filters}"
    );
    let other_list = page
        .customers(ever())
        .resume(cursor.clone())
        .collect()
        .await
        .unwrap_err();
    assert!(
        other_list.message().contains("list_conversations"),
        "{other_list}"
    );
    let other_page = scene.builder().build().unwrap().page("2").conversations();
    let other_page = other_page
        .kind(ConversationKind::Inbox)
        .resume(cursor.clone())
        .collect()
        .await
        .unwrap_err();
    assert!(other_page.message().contains("of page 2"), "{other_page}");
    for error in [other_filters, other_list, other_page] {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
    assert_eq!(scene.requests(), before);

    for (text, what) in [
        ("pancake-cursor-9.abc".to_owned(), "another version (9)"),
        ("pancake-cursor-1.abc".to_owned(), "another version (1)"),
        (cursor.to_string()[..40].to_owned(), "damaged"),
        (String::new(), "not a cursor"),
    ] {
        let error = text.parse::<Cursor>().unwrap_err();
        assert!(error.message().contains(what), "{text}: {error}");
    }
}

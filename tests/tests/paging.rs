//! The six lists of `pancake-ext` against the fake server: all rows, filters, limits, cursors, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pancake_ext::{
    ConversationKind, Cursor, Error, ErrorKind, Guard, ManualClock, Metrics, OrderBy, Page,
    Pancake, PancakeBuilder, PostKind, RateLimit, Subject, TimeRange,
};
use pancake_mock::{Fault, FaultKind, MockPancake};

const NOW: i64 = pancake_mock::DEFAULT_NOW;

struct Scene {
    mock: MockPancake,
    page: String,
}

impl Scene {
    async fn with(conversations: u64) -> Self {
        let mock = MockPancake::builder()
            .pages(1)
            .conversations(conversations)
            .rate_limit(None)
            .start()
            .await
            .unwrap();
        let page = mock.page_ids()[0].clone();
        Scene { mock, page }
    }

    fn builder(&self) -> PancakeBuilder {
        Pancake::builder()
            .base_url(self.mock.base_url())
            .page_token(
                self.page.as_str(),
                self.mock.page_token(&self.page).unwrap(),
            )
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .clock(ManualClock::new())
    }

    fn page(&self) -> Page {
        self.builder().build().unwrap().page(self.page.as_str())
    }

    fn fault(&self, kind: FaultKind, after: u64, times: u64) {
        self.mock
            .faults()
            .add(Fault::new(kind).after(after).times(times));
    }

    fn requests(&self) -> usize {
        self.mock.journal().len()
    }

    fn all_ids(&self) -> Vec<String> {
        self.mock.conversation_ids(&self.page)
    }
}

fn ever() -> TimeRange {
    TimeRange::unix(0, NOW + 86_400).unwrap()
}

fn id<T: ToString>(id: Option<T>) -> String {
    id.unwrap().to_string()
}

fn assert_distinct(ids: &[String]) {
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
}

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
async fn a_short_page_does_not_end_a_list_with_a_cursor() {
    let scene = Scene::with(250).await;
    scene.fault(FaultKind::ShortPage, 1, 1);
    assert_eq!(
        scene.page().conversations().collect().await.unwrap().len(),
        250
    );
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
    assert_eq!(
        page.customers(ever())
            .page_size(10)
            .max_pages(2)
            .prefetch(5)
            .collect()
            .await
            .unwrap()
            .len(),
        20
    );
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
    assert!(pager.next().await.is_none());
    assert_eq!(scene.requests(), 0);
}

#[tokio::test]
async fn a_failed_page_is_yielded_as_an_error_and_asked_for_again() {
    let scene = Scene::with(250).await;
    let mut pager = scene.page().conversations().stream();
    for _ in 0..60 {
        pager.try_next().await.unwrap().unwrap();
    }
    scene.fault(FaultKind::ErrorCode(122), 0, 2);
    for _ in 0..2 {
        assert_eq!(
            pager.try_next().await.unwrap_err().kind(),
            ErrorKind::Permission
        );
    }
    let mut rest = 0;
    while pager.try_next().await.unwrap().is_some() {
        rest += 1;
    }
    assert_eq!(rest, 190);
}

#[tokio::test]
async fn an_answer_without_the_list_is_an_error_and_not_the_end() {
    let scene = Scene::with(250).await;
    scene.mock.faults().add(
        Fault::new(FaultKind::Answer {
            status: 200,
            content_type: "application/json".into(),
            body: r#"{"success":true}"#.into(),
        })
        .times(1),
    );
    let mut pager = scene.page().conversations().stream();
    let error = pager.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidAnswer);
    assert!(error.to_string().contains("no `conversations`"), "{error}");
    assert!(pager.try_next().await.unwrap().is_some());
}

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
        ("pancake-cursor-9.abc".to_owned(), "another version"),
        (cursor.to_string()[..40].to_owned(), "damaged"),
        (String::new(), "is no cursor"),
    ] {
        let error = text.parse::<Cursor>().unwrap_err();
        assert!(error.message().contains(what), "{text}: {error}");
    }
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

#[tokio::test]
async fn guards_reach_metrics() {
    #[derive(Default, Clone)]
    struct Fired(Arc<Mutex<Vec<(String, Guard, u64)>>>);
    impl Metrics for Fired {
        fn guard_fired(&self, subject: Subject<'_>, guard: Guard, times: u64) {
            self.0
                .lock()
                .unwrap()
                .push((subject.operation.to_owned(), guard, times));
        }
    }
    let scene = Scene::with(250).await;
    scene.fault(FaultKind::StuckCursor, 1, 1);
    let fired = Fired::default();
    let pancake = scene.builder().metrics(fired.clone()).build().unwrap();
    let mut pager = pancake.page(scene.page.as_str()).conversations().stream();
    let mut rows = 0;
    while pager.try_next().await.unwrap().is_some() {
        rows += 1;
    }
    assert_eq!(rows, 250);
    assert_eq!(pager.guards().count(Guard::StuckCursor), 1);
    let fired = fired.0.lock().unwrap();
    assert!(
        fired.contains(&("list_conversations".into(), Guard::StuckCursor, 1)),
        "{fired:?}"
    );
}

#[tokio::test]
async fn a_server_that_answers_the_same_page_for_ever_does_not_hold_the_walk_for_ever() {
    let scene = Scene::with(250).await;
    scene.fault(FaultKind::StuckCursor, 1, u64::MAX);
    let page = scene.page();
    // The field notes take an unmoving cursor for the end of the list.
    assert_eq!(page.conversations().collect().await.unwrap().len(), 60);

    // In other lists it is none, and what is out of reach must not be passed over in silence.
    scene.mock.faults().clear();
    for body in [
        r#"{"success":true,"data":[{"call_id":"a","id":"a"},{"call_id":"b","id":"b"}]}"#,
        r#"{"success":true,"total":999,"customers":[{"id":"a"},{"id":"b"}]}"#,
    ] {
        let (status, content_type) = (200, "application/json".into());
        scene.mock.faults().add(Fault::new(FaultKind::Answer {
            status,
            content_type,
            body: body.into(),
        }));
    }
    let mut errors = Vec::new();
    errors.push(
        page.call_logs("1")
            .page_size(2)
            .collect()
            .await
            .unwrap_err(),
    );
    errors.push(page.ads_export(ever()).collect().await.unwrap_err());
    let fault = scene.mock.faults().list()[0].id;
    scene.mock.faults().remove(fault);
    errors.push(
        page.customers(ever())
            .page_size(2)
            .collect()
            .await
            .unwrap_err(),
    );
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidAnswer);
        assert!(error.message().contains("given before"), "{error}");
    }
}

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

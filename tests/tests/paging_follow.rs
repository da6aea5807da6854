//! Following a list, reading a range in windows, and reading without async, against the fake server.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::collections::HashSet;
use std::time::Duration;

use pancake_ext::{
    ErrorKind, ManualClock, OrderBy, Page, Pancake, RateLimit, TimeRange, Timestamp,
};
use pancake_mock::{DEFAULT_NOW, Fault, FaultKind, MockPancake};

const ROWS: u64 = 250;
const MINUTE: Duration = Duration::from_secs(60);

struct Scene {
    mock: MockPancake,
    page_id: String,
    clock: ManualClock,
}

impl Scene {
    async fn new() -> Self {
        let mock = MockPancake::builder()
            .pages(1)
            .conversations(ROWS)
            .rate_limit(None)
            .frozen_clock();
        let mock = mock.start().await.unwrap();
        let page_id = mock.page_ids()[0].clone();
        Scene {
            mock,
            page_id,
            clock: ManualClock::new(),
        }
    }

    fn page(&self) -> Page {
        let token = self.mock.page_token(&self.page_id).unwrap();
        let pancake = Pancake::builder()
            .base_url(self.mock.base_url())
            .page_token(self.page_id.as_str(), token)
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .clock(self.clock.clone());
        pancake.build().unwrap().page(self.page_id.as_str())
    }

    fn ids(&self) -> Vec<String> {
        self.mock.conversation_ids(&self.page_id)
    }

    fn write(&self, conversation: &str) {
        self.mock.clock().advance(Duration::from_secs(1));
        self.mock
            .arrive_message(&self.page_id, conversation, "còn hàng không")
            .unwrap();
    }

    fn requests(&self) -> usize {
        self.mock.journal().len()
    }
}

/// All rows of the page by the time they began.
fn range() -> TimeRange {
    TimeRange::unix(DEFAULT_NOW - 400 * 86_400, DEFAULT_NOW).unwrap()
}

async fn next_id(watch: &mut pancake_ext::Watch) -> String {
    watch
        .try_next()
        .await
        .unwrap()
        .unwrap()
        .id
        .unwrap()
        .to_string()
}

#[tokio::test]
async fn a_watch_gives_changes_in_their_order_and_nothing_that_did_not_change() {
    let scene = Scene::new().await;
    let ids = scene.ids();
    let mut watch = scene.page().conversations().watch(MINUTE);
    // The first round learns what is there; the second finds changes.
    let (first, ()) = tokio::join!(next_id(&mut watch), async {
        while scene.requests() < 2 {
            tokio::task::yield_now().await;
        }
        for place in [200, 3, 100, 3] {
            scene.write(&ids[place]);
        }
    });
    let mut given = vec![first];
    while given.last() != Some(&ids[3]) {
        given.push(next_id(&mut watch).await);
    }
    // The one that changed twice may have been seen in between; the last of the changes comes last.
    assert!(
        given.contains(&ids[200]) && given.contains(&ids[100]),
        "{given:?}"
    );
    assert!(given.len() <= 4, "{given:?}");
    assert!(scene.clock.pauses().iter().all(|pause| *pause == MINUTE));

    let new = scene
        .mock
        .arrive_conversation(&scene.page_id, "xin chào")
        .unwrap();
    assert_eq!(next_id(&mut watch).await, new);
    assert_eq!(scene.mock.violations(), []);
}

#[tokio::test]
async fn a_watch_goes_on_where_another_process_stopped_and_finds_more_than_a_page_of_changes() {
    let scene = Scene::new().await;
    let ids = scene.ids();
    let since = Timestamp::from_unix(DEFAULT_NOW);
    for id in &ids[..150] {
        scene.write(id);
    }
    let mut watch = scene.page().conversations().watch(MINUTE).since(since);
    for id in &ids[..70] {
        assert_eq!(next_id(&mut watch).await, *id);
    }
    let cursor = watch.cursor().unwrap().to_string().parse().unwrap();
    let mut watch = scene.page().conversations().resume(cursor).watch(MINUTE);
    for id in &ids[70..150] {
        assert_eq!(next_id(&mut watch).await, *id);
    }
    scene.write(&ids[0]);
    assert_eq!(next_id(&mut watch).await, ids[0]);
}

#[tokio::test]
async fn a_round_that_fails_yields_the_error_pauses_and_goes_on() {
    let scene = Scene::new().await;
    let ids = scene.ids();
    scene.write(&ids[9]);
    scene
        .mock
        .faults()
        .add(Fault::new(FaultKind::ErrorCode(122)).times(1));
    let mut watch = scene
        .page()
        .conversations()
        .watch(MINUTE)
        .since(Timestamp::from_unix(DEFAULT_NOW));
    assert_eq!(
        watch.try_next().await.unwrap_err().kind(),
        ErrorKind::Permission
    );
    assert_eq!(scene.clock.pauses(), []);
    assert_eq!(next_id(&mut watch).await, ids[9]);
    assert_eq!(scene.clock.pauses(), [MINUTE]);
}

#[tokio::test]
async fn a_watch_that_cannot_work_is_refused() {
    let scene = Scene::new().await;
    let conversations = scene.page().conversations();
    for request in [
        conversations.clone().range(range()),
        conversations.clone().order_by(OrderBy::InsertedAt),
        conversations.clone().unread_first(),
        conversations.clone().max_pages(1),
    ] {
        let mut watch = request.watch(MINUTE);
        assert_eq!(
            watch.try_next().await.unwrap_err().kind(),
            ErrorKind::InvalidRequest
        );
        assert!(watch.next().await.is_none());
    }
    let walk = conversations.clone().stream().cursor().unwrap();
    let error = conversations
        .resume(walk)
        .watch(MINUTE)
        .try_next()
        .await
        .unwrap_err();
    assert!(error.message().contains("`watch`"), "{error}");
    assert_eq!(scene.requests(), 0);
}

#[tokio::test]
async fn windows_read_at_the_same_time_give_every_row_once_and_can_be_resumed() {
    let scene = Scene::new().await;
    let request = || {
        scene
            .page()
            .conversations()
            .range(range())
            .order_by(OrderBy::InsertedAt)
    };
    let whole = request().collect().await.unwrap();
    assert_eq!(whole.len(), ROWS as usize);
    // A boundary that is exactly the time of a row, which then is in two windows.
    let length = Duration::from_secs(30 * 86_400);

    for concurrent in [1, 4] {
        let mut rows = Vec::new();
        let mut pager = request().windows(length).concurrent(concurrent).stream();
        while let Some(row) = pager.try_next().await.unwrap() {
            rows.push(row.id.unwrap().to_string());
            if rows.len() % 60 == 0 {
                let cursor = pager.cursor().unwrap().to_string().parse().unwrap();
                pager = request()
                    .resume(cursor)
                    .windows(length)
                    .concurrent(concurrent)
                    .stream();
            }
        }
        assert_eq!(rows.iter().collect::<HashSet<_>>().len(), rows.len());
        assert_eq!(rows.len(), whole.len());
    }
    let parts = request().windows(length).requests().unwrap();
    assert!(parts.len() > 12);
}

#[tokio::test]
async fn a_row_on_the_boundary_of_two_windows_comes_once() {
    let scene = Scene::new().await;
    let posts = scene.page().posts(range()).collect().await.unwrap();
    let time = posts[40]
        .inserted_at
        .as_ref()
        .unwrap()
        .unix_seconds()
        .unwrap();
    // The second window begins with the second of the post.
    let range = TimeRange::unix(time - 1_000_000, time + 1_000_000).unwrap();
    let windows = scene
        .page()
        .posts(range)
        .windows(Duration::from_secs(1_000_000));
    let apart: usize = {
        let mut sum = 0;
        for (_, request) in windows.requests().unwrap() {
            sum += request.collect().await.unwrap().len();
        }
        sum
    };
    let mut pager = windows.concurrent(2).stream();
    let mut ids = Vec::new();
    while let Some(post) = pager.try_next().await.unwrap() {
        ids.push(post.id.unwrap().to_string());
    }
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    assert_eq!(
        scene.page().posts(range).collect().await.unwrap().len(),
        ids.len()
    );
    assert_eq!(apart, ids.len() + 1);
}

#[tokio::test]
async fn windows_without_a_range_or_of_rows_that_move_are_refused() {
    let scene = Scene::new().await;
    let page = scene.page();
    let day = Duration::from_secs(86_400);
    for (request, what) in [
        (page.conversations(), "there is none"),
        (page.conversations().range(range()), "OrderBy::InsertedAt"),
    ] {
        let mut pager = request.windows(day).stream();
        let error = pager.try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.message().contains(what), "{error}");
        assert!(pager.next().await.is_none() && pager.cursor().is_none());
    }
    assert_eq!(scene.requests(), 0);
}

#[test]
fn a_blocking_iterator_gives_the_same_rows_and_is_refused_inside_a_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let scene = runtime.block_on(Scene::new());
    let rows = scene
        .page()
        .conversations()
        .prefetch(1)
        .stream()
        .blocking()
        .unwrap();
    let ids: Vec<_> = rows
        .map(|row| row.unwrap().id.unwrap().to_string())
        .collect();
    assert_eq!(ids, scene.ids());

    let mut outside = scene.page().conversations().stream().blocking().unwrap();
    runtime.block_on(async {
        let inside = scene.page().conversations().stream().blocking();
        assert_eq!(inside.unwrap_err().kind(), ErrorKind::Configuration);
        assert_eq!(
            outside.next().unwrap().unwrap_err().kind(),
            ErrorKind::Configuration
        );
        drop(outside);
    });
}

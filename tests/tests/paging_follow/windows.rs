//! Reading a range in windows.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::stream::FusedStream;
use pancake_ext::{ErrorKind, Guard, OrderBy, TimeRange};
use pancake_mock::{DEFAULT_NOW, Fault, FaultKind};

use super::{ROWS, Scene, range};

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
        assert!(pager.is_terminated());
    }
    assert_eq!(scene.requests(), 0);
}

#[tokio::test]
async fn a_row_on_the_boundary_of_two_windows_comes_once_wherever_the_process_ended() {
    let scene = Scene::new().await;
    let posts = scene.page().posts(range()).collect().await.unwrap();
    let time = posts[40].inserted_at.as_ref().unwrap();
    let time = time.unix_seconds().unwrap();
    let range = TimeRange::unix(time - 400_000, time + 800_000).unwrap();
    let windows = |cursor: Option<String>| {
        let mut request = scene.page().posts(range).page_size(3);
        if let Some(cursor) = cursor {
            request = request.resume(cursor.parse().unwrap());
        }
        request.windows(Duration::from_secs(400_000))
    };
    let whole = scene.page().posts(range).collect().await.unwrap().len();
    for concurrent in [1, 2, 3] {
        for stop in 0..=whole {
            let mut ids = Vec::new();
            let mut pager = windows(None).concurrent(concurrent).stream();
            for _ in 0..stop {
                ids.push(pager.try_next().await.unwrap().unwrap().id.unwrap());
            }
            let cursor = pager.cursor().unwrap().to_string();
            let rest = windows(Some(cursor)).concurrent(concurrent).stream();
            let rest = rest.collect().await.unwrap();
            ids.extend(rest.into_iter().map(|post| post.id.unwrap()));
            let different: HashSet<_> = ids.iter().map(ToString::to_string).collect();
            assert_eq!(
                (ids.len(), different.len()),
                (whole, whole),
                "{concurrent} at the same time, {stop} rows before the end of the process"
            );
        }
    }
}

#[tokio::test]
async fn windows_that_cannot_be_are_refused_once() {
    let scene = Scene::new().await;
    let page = scene.page();
    let year = TimeRange::unix(1_735_689_600, 1_767_225_600).unwrap();
    let (day, second) = (Duration::from_secs(86_400), Duration::from_secs(1));
    for (windows, what) in [
        (
            page.posts(year).windows(Duration::ZERO),
            "one second or more",
        ),
        (page.posts(year).windows(second / 2), "one second or more"),
        (page.posts(year).windows(second), "31536000 windows"),
        (
            page.posts(year).page_size(31).windows(day),
            "choose 1 to 30",
        ),
        (page.posts(year).max_pages(1).windows(day), "use `limit`"),
    ] {
        let mut pager = windows.concurrent(4).stream();
        let error = pager.try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.message().contains(what), "{error}");
        assert!(pager.next().await.is_none());
    }
    assert_eq!(scene.requests(), 0);
    let windows = page.posts(year).windows(Duration::from_secs(3_600));
    assert_eq!(windows.requests().unwrap().len(), 8_760);
}

#[tokio::test]
async fn what_happened_in_windows_that_are_done_is_counted_too() {
    let scene = Scene::new().await;
    let operation = "list_posts";
    let fault = Fault::new(FaultKind::EmptyPage).on(operation);
    scene.mock.faults().add(fault.after(1).times(1));
    let hundred_days = TimeRange::unix(DEFAULT_NOW - 100 * 86_400, DEFAULT_NOW).unwrap();
    let windows = scene.page().posts(hundred_days).page_size(5);
    let mut pager = windows.windows(Duration::from_secs(50 * 86_400)).stream();
    let mut rows = Vec::new();
    pager.collect_into(&mut rows).await.unwrap();
    let calls = scene.mock.journal().into_iter();
    let calls = calls.filter(|entry| entry.operation.as_deref() == Some(operation));
    assert_eq!(pager.answers(), calls.count() as u64);
    assert_eq!(pager.guards().count(Guard::EmptyPage), 1);
}

#[tokio::test]
async fn a_limit_holds_for_all_windows_together_also_for_pages_that_are_fetched_ahead() {
    let scene = Scene::new().await;
    let windows = || {
        let posts = scene.page().posts(range()).page_size(5).limit(5);
        posts.prefetch(4).windows(Duration::from_secs(400 * 86_400))
    };
    assert_eq!(windows().stream().collect().await.unwrap().len(), 5);
    assert_eq!(scene.requests(), 1);
}

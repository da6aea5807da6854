//! Following a list.

use futures_util::stream::FusedStream;
use pancake_ext::{ErrorKind, Guard, OrderBy, Timestamp};
use pancake_mock::{DEFAULT_NOW, Fault, FaultKind, Oddity};

use super::{MINUTE, Scene, range};

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
        assert!(watch.next().await.is_none() && watch.is_terminated());
        assert!(watch.start().await.is_err());
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
async fn a_watch_that_was_started_has_a_cursor_and_misses_nothing_after_it() {
    let scene = Scene::new().await;
    let ids = scene.ids();
    let mut watch = scene.page().conversations().watch(MINUTE);
    assert!(watch.cursor().is_none());
    watch.start().await.unwrap();
    watch.start().await.unwrap();
    assert_eq!(scene.requests(), 1);
    let cursor = watch.cursor().unwrap().to_string().parse().unwrap();
    drop(watch);
    // The process is down before anything has changed.
    scene.write(&ids[30]);
    let mut watch = scene.page().conversations().resume(cursor).watch(MINUTE);
    assert_eq!(next_id(&mut watch).await, ids[30]);
}

#[tokio::test]
async fn starting_fails_as_the_first_page_does_and_can_be_tried_again() {
    let scene = Scene::new().await;
    scene
        .mock
        .faults()
        .add(Fault::new(FaultKind::ErrorCode(122)).times(1));
    let mut watch = scene.page().conversations().watch(MINUTE);
    assert_eq!(
        watch.start().await.unwrap_err().kind(),
        ErrorKind::Permission
    );
    watch.start().await.unwrap();
    assert!(watch.cursor().is_some());
}

#[tokio::test]
async fn two_changes_with_the_same_time_are_two_changes_and_one_is_given_once() {
    let scene = Scene::with(|mock| mock.oddity(Oddity::Microseconds, false)).await;
    let ids = scene.ids();
    // With no memory for duplicates, which is one of walks.
    let request = scene.page().conversations().remember(0);
    let mut watch = request.watch(MINUTE);
    watch.start().await.unwrap();
    scene.write(&ids[5]);
    assert_eq!(next_id(&mut watch).await, ids[5]);
    let (mock, page) = (&scene.mock, &scene.page_id);
    mock.arrive_message(page, &ids[5], "và nữa").unwrap();
    assert_eq!(next_id(&mut watch).await, ids[5]);
    mock.arrive_message(page, &ids[9], "mình nữa").unwrap();
    assert_eq!(next_id(&mut watch).await, ids[9]);
}

#[tokio::test]
async fn one_empty_answer_does_not_make_everything_new() {
    let scene = Scene::new().await;
    let ids = scene.ids();
    let empty = Fault::new(FaultKind::EmptyPage).on("list_conversations");
    scene.mock.faults().add(empty.times(1));
    let mut watch = scene.page().conversations().watch(MINUTE);
    watch.start().await.unwrap();
    scene.write(&ids[7]);
    assert_eq!(next_id(&mut watch).await, ids[7]);
}

#[tokio::test]
async fn a_time_to_begin_with_that_is_still_to_come_holds_over_a_restart() {
    let scene = Scene::new().await;
    let ids = scene.ids();
    let future = Timestamp::from_unix(DEFAULT_NOW + 86_400);
    let mut watch = scene.page().conversations().watch(MINUTE).since(future);
    watch.start().await.unwrap();
    let cursor = watch.cursor().unwrap();
    drop(watch);
    scene.write(&ids[7]);
    let request = scene.page().conversations().resume(cursor);
    assert_eq!(next_id(&mut request.watch(MINUTE)).await, ids[7]);
}

#[tokio::test]
async fn a_time_to_begin_with_that_is_still_to_come_drops_nothing() {
    let scene = Scene::new().await;
    let ids = scene.ids();
    let mut watch = scene
        .page()
        .conversations()
        .watch(MINUTE)
        .since(Timestamp::from_unix(DEFAULT_NOW + 86_400));
    assert!(
        watch.cursor().is_none(),
        "resumed from, the time would drop what changes until then"
    );
    let (first, ()) = tokio::join!(next_id(&mut watch), async {
        while scene.requests() < 3 {
            tokio::task::yield_now().await;
        }
        scene.write(&ids[77]);
    });
    assert_eq!(first, ids[77]);
}

#[tokio::test]
async fn rows_without_a_time_are_left_out_of_a_watch_and_counted() {
    let scene = Scene::new().await;
    let ids = scene.ids();
    scene.write(&ids[3]);
    let body = r#"{"success":true,"conversations":[{"id":"1_2"},{"id":"1_3","updated_at":"2020-01-01T00:00:00"}]}"#;
    scene.mock.faults().add(
        Fault::new(FaultKind::Answer {
            status: 200,
            content_type: "application/json".into(),
            body: body.into(),
        })
        .times(1),
    );
    let since = Timestamp::from_unix(DEFAULT_NOW);
    let mut watch = scene.page().conversations().watch(MINUTE).since(since);
    // The answer with them shows nothing as new as the time to begin with; what changes from then on is given.
    let (first, ()) = tokio::join!(next_id(&mut watch), async {
        while scene.requests() < 3 {
            tokio::task::yield_now().await;
        }
        scene.write(&ids[4]);
    });
    assert_eq!(first, ids[4]);
    assert_eq!(watch.guards().count(Guard::UntimedRows), 1);
    assert!(watch.answers() >= 3);
}

#[tokio::test]
async fn catch_up_from_the_end_of_a_walk_gives_what_changed_and_ends() {
    let scene = Scene::new().await;
    let ids = scene.ids();
    let page = scene.page();
    let mut walk = page.conversations().stream();
    while walk.try_next().await.unwrap().is_some() {}
    let newest = ids[0].clone();
    scene.write(&ids[7]);
    let mut changes = page
        .conversations()
        .resume(walk.cursor().unwrap())
        .catch_up();
    let mut given = Vec::new();
    while let Some(row) = changes.try_next().await.unwrap() {
        given.push(row.id.unwrap().to_string());
    }
    // What has the time of the newest row of the walk comes again.
    assert_eq!(given, [newest, ids[7].clone()]);
    assert!(changes.is_terminated());
    // The next run has nothing to give, and costs one call.
    let before = scene.requests();
    let mut changes = page
        .conversations()
        .resume(changes.cursor().unwrap())
        .catch_up();
    assert!(changes.try_next().await.unwrap().is_none());
    assert_eq!(scene.requests(), before + 1);
    assert_eq!(scene.clock.pauses(), []);
}

#[tokio::test]
async fn catch_up_from_an_unfinished_walk_is_refused() {
    let scene = Scene::new().await;
    let page = scene.page();
    let mut walk = page.conversations().stream();
    walk.try_next().await.unwrap();
    let mut changes = page
        .conversations()
        .resume(walk.cursor().unwrap())
        .catch_up();
    let error = changes.try_next().await.unwrap_err();
    assert!(error.message().contains("not come to its end"), "{error}");
}

#[tokio::test]
async fn rejected_change_comes_again_and_cursor_stays_behind_it() {
    let scene = Scene::new().await;
    let ids = scene.ids();
    let mut watch = scene.page().conversations().watch(MINUTE);
    watch.start().await.unwrap();
    for place in [5, 6, 7] {
        scene.write(&ids[place]);
    }
    let first = watch.try_next().await.unwrap().unwrap();
    assert_eq!(next_id(&mut watch).await, ids[6]);
    watch.reject(first);
    let cursor = watch.cursor().unwrap();
    assert_eq!(next_id(&mut watch).await, ids[7]);
    assert_eq!(next_id(&mut watch).await, ids[5]);
    let mut resumed = scene.page().conversations().resume(cursor).watch(MINUTE);
    assert_eq!(next_id(&mut resumed).await, ids[5]);
    assert_eq!(next_id(&mut resumed).await, ids[7]);
}

#[tokio::test]
async fn unacknowledged_change_comes_again_after_a_restart() {
    let scene = Scene::new().await;
    let ids = scene.ids();
    let watch = scene.page().conversations().watch(MINUTE);
    let mut watch = watch.with_acknowledgement();
    watch.start().await.unwrap();
    for place in [5, 6, 7] {
        scene.write(&ids[place]);
    }
    let mut rows = Vec::new();
    for _ in 0..3 {
        rows.push(watch.try_next().await.unwrap().unwrap());
    }
    watch.acknowledge(&rows[0]);
    watch.acknowledge(&rows[2]);
    let cursor = watch.cursor().unwrap();
    let mut resumed = scene.page().conversations().resume(cursor).watch(MINUTE);
    assert_eq!(next_id(&mut resumed).await, ids[6]);
    scene.write(&ids[9]);
    assert_eq!(next_id(&mut resumed).await, ids[9]);
}

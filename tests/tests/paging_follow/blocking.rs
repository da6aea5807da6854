//! Reading without async.

use std::time::Duration;

use pancake_ext::{ErrorKind, ManualClock, Pancake, RateLimit};

use super::Scene;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn a_blocking_iterator_gives_the_same_rows() {
    let runtime = runtime();
    let scene = runtime.block_on(Scene::new());
    let request = scene.page().conversations().prefetch(1);
    let rows = request.stream().blocking().unwrap();
    let ids: Vec<_> = rows
        .map(|row| row.unwrap().id.unwrap().to_string())
        .collect();
    assert_eq!(ids, scene.ids());
}

#[test]
fn a_blocking_iterator_is_refused_in_async_code_once() {
    let runtime = runtime();
    let scene = runtime.block_on(Scene::new());
    let mut outside = scene.page().conversations().stream().blocking().unwrap();
    let current_thread = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut refused = || {
        let inside = scene.page().conversations().stream().blocking();
        assert_eq!(inside.unwrap_err().kind(), ErrorKind::Configuration);
        outside.next()
    };
    // Also where the future has used up what it may do in one go.
    let first = runtime.block_on(async { refused() });
    assert_eq!(first.unwrap().unwrap_err().kind(), ErrorKind::Configuration);
    assert!(current_thread.block_on(async { refused() }).is_none());
    let here = scene.page().conversations().stream().blocking();
    let inside = runtime.block_on(async move {
        let spawned = tokio::spawn(async move { here.unwrap().flatten().count() });
        spawned.await.unwrap()
    });
    assert_eq!(inside, 0);
    assert_eq!(scene.requests(), 0);
}

#[test]
fn a_blocking_iterator_works_where_a_runtime_lets_one_block() {
    let runtime = runtime();
    let scene = runtime.block_on(Scene::new());
    let page = scene.page();
    let rows = runtime.block_on(async move {
        let count = move || {
            page.conversations()
                .stream()
                .blocking()
                .unwrap()
                .flatten()
                .count()
        };
        tokio::task::spawn_blocking(count).await.unwrap()
    });
    assert_eq!(rows, scene.ids().len());
    // A thread of the program's own, which knows a runtime and does not poll for it.
    let _runtime = runtime.enter();
    let rows = scene.page().conversations().limit(70).stream().blocking();
    assert_eq!(rows.unwrap().flatten().count(), 70);
}

/// A connection that one iterator leaves idle is used by the next; it must be looked after.
#[test]
fn nested_blocking_iterators_of_one_client_do_not_wait_for_each_other() {
    let runtime = runtime();
    let scene = runtime.block_on(Scene::new());
    let clock = ManualClock::new();
    let token = scene.mock.page_token(&scene.page_id).unwrap();
    let pancake = Pancake::builder()
        .base_url(scene.mock.base_url())
        .page_token(scene.page_id.as_str(), token)
        .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
        // An attempt that waits for a connection nobody drives ends here, and the next one is counted.
        .attempt_timeout(Duration::from_secs(5))
        .clock(clock.clone());
    let page = pancake.build().unwrap().page(scene.page_id.as_str());
    let mut messages = 0;
    let conversations = page.conversations().limit(70).stream().blocking().unwrap();
    for conversation in conversations {
        let id = conversation.unwrap().id.unwrap();
        let chat = page.conversation(&id).messages().limit(1).stream();
        messages += chat.blocking().unwrap().map(Result::unwrap).count();
    }
    assert_eq!(messages, 70);
    assert_eq!(clock.pauses(), [], "an attempt was made again");
    assert_eq!(scene.requests(), 2 + 70);
}

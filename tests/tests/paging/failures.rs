//! Pages that fail, lack their list, or come again for ever.

use std::sync::{Arc, Mutex};

use pancake_ext::{ErrorKind, Guard, Metrics, Subject};
use pancake_mock::{Fault, FaultKind};

use super::{Scene, ever};

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
async fn rows_that_were_collected_before_a_page_failed_are_kept() {
    let scene = Scene::with(250).await;
    scene.fault(FaultKind::ErrorCode(122), 2, 1);
    let mut pager = scene.page().conversations().stream();
    let mut rows = Vec::new();
    pager.collect_into(&mut rows).await.unwrap_err();
    assert_eq!(rows.len(), 120);
    assert!(pager.cursor().is_some());
    pager.collect_into(&mut rows).await.unwrap();
    assert_eq!(rows.len(), 250);
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
    // An unmoving cursor ends a list (docs/behaviour.md#list-ends), but what is out of reach must not be passed over in
    // silence, and after a full page it may be.
    let mut pager = page.conversations().stream();
    for _ in 0..60 {
        pager.try_next().await.unwrap().unwrap();
    }
    for _ in 0..2 {
        let error = pager.try_next().await.unwrap_err();
        assert!(error.message().contains("out of reach"), "{error}");
    }
    scene.mock.faults().clear();
    let mut rest = 0;
    while pager.try_next().await.unwrap().is_some() {
        rest += 1;
    }
    assert_eq!(rest, 190, "polled again, it goes on");

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
    // A page that is not full and brings nothing new is the end.
    assert_eq!(page.ads_export(ever()).collect().await.unwrap().len(), 2);
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

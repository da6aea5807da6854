//! How an upload goes on: its progress, its time, and how it is cancelled.

use std::sync::Arc;
use std::time::Duration;

use pancake_ext::{ErrorKind, Execution, Upload};

use super::{PIECE, PNG, Scene, pieces, recording, sent, stalling};

#[tokio::test]
async fn progress_grows_in_small_pieces_up_to_the_whole() {
    let scene = Scene::new().await;
    let size = 10 * PIECE + 1;
    let path = scene.file("a.bin", &vec![7; size as usize]);
    for upload in [
        Upload::file(&path).await.unwrap(),
        Upload::bytes("a.bin", vec![7; size as usize]),
    ] {
        let (all, record) = recording();
        scene
            .page()
            .upload(upload)
            .on_progress(record)
            .await
            .unwrap();
        let sent = sent(&all);
        assert_eq!((sent[0], *sent.last().unwrap()), (0, size));
        let steps = sent.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(
            steps.clone().all(|step| (1..=PIECE).contains(&step)),
            "{sent:?}"
        );
        let all = all.lock().unwrap();
        assert!(all.iter().all(|progress| progress.total == Some(size)));
    }
    let (all, record) = recording();
    let upload = scene.page().upload(Upload::stream("a.bin", pieces(3)));
    upload.on_progress(record).await.unwrap();
    assert_eq!(sent(&all), [0, 1000, 2000, 3000]);
    assert_eq!(all.lock().unwrap()[3].total, None);
}

#[tokio::test]
async fn an_upload_that_is_cancelled_ends_with_an_error_and_is_not_stored() {
    let scene = Scene::new().await;
    let (request, cancel) = scene.page().upload(stalling(9000)).cancellable();
    let request = request.on_progress(move |progress| {
        if progress.sent > 0 {
            cancel.cancel();
        }
    });
    let error = request.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(error.execution(), Execution::NotExecuted);
    assert_eq!(
        (error.operation(), error.attempts()),
        (Some("upload_contents"), 1)
    );
    scene.given_up().await;
}

#[tokio::test]
async fn an_upload_that_is_cancelled_before_it_begins_sends_nothing() {
    let scene = Scene::new().await;
    for upload in [Upload::bytes("a.png", PNG), stalling(9)] {
        let (request, cancel) = scene.page().upload(upload).cancellable();
        cancel.cancel();
        let error = request.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        assert_eq!(error.attempts(), 0);
    }
    // Nobody can cancel it any more, and so nothing does.
    let (request, cancel) = scene
        .page()
        .upload(Upload::bytes("a.png", PNG))
        .cancellable();
    drop(cancel);
    request.await.unwrap();
    assert_eq!(scene.seen().len(), 1);
}

#[tokio::test]
async fn dropping_an_upload_cancels_it() {
    let scene = Scene::new().await;
    let upload = stalling(9000);
    let begun = Arc::new(tokio::sync::Notify::new());
    let begin = begun.clone();
    let request = scene.page().upload(upload).on_progress(move |progress| {
        if progress.sent > 0 {
            begin.notify_one();
        }
    });
    tokio::select! {
        result = request => panic!("it ended: {result:?}"),
        () = begun.notified() => {}
    }
    scene.given_up().await;
}

#[tokio::test(start_paused = true)]
async fn an_upload_has_the_time_it_was_given() {
    let scene = Scene::new().await;
    let upload = stalling(9000);
    let request = scene.page().upload(upload);
    let request = request.attempt_timeout(Duration::from_secs(77));
    let error = request.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("77s"), "{error}");
}

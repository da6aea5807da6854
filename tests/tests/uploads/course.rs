//! How an upload goes on: its progress, its time, and how it is cancelled.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pancake_ext::{Clock, ErrorKind, Execution, Sleep, Upload};
use tokio::sync::Notify;

use super::{PAGE, PIECE, PNG, Scene, pieces, recording, sent, stalling, too_many};

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

#[tokio::test(start_paused = true)]
async fn a_stream_that_does_not_begin_ends_in_the_time_of_the_attempt_or_of_the_call() {
    let scene = Scene::new().await;
    let page = scene.page();
    let short = page
        .pancake()
        .with_options(|options| options.call_timeout(Duration::from_secs(5)))
        .page(page.id());
    let never = || {
        Upload::reopenable("a.bin", || async {
            std::future::pending::<Result<(), std::io::Error>>().await?;
            Ok(pieces(1))
        })
    };
    let long = Duration::from_secs(77);
    for (request, words) in [
        (page.upload(stalling(9)).attempt_timeout(long), "77s"),
        (page.upload(never()).attempt_timeout(long), "77s"),
        (short.upload(stalling(9)).attempt_timeout(long), "5s"),
        (short.upload(never()), "5s"),
        (page.upload(stalling(9)), "30s"),
        (page.upload(never()), "830s"),
    ] {
        let request = tokio::time::timeout(Duration::from_secs(3600), request.into_future());
        let error = request.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(error.execution(), Execution::NotExecuted);
        assert!(error.message().contains(words), "{error}");
        assert_eq!(
            (error.operation(), error.attempts()),
            (Some("upload_contents"), 0)
        );
    }
    assert_eq!(scene.seen().len(), 0);
}

/// A clock whose pauses do not end, and are told of.
#[derive(Clone, Default)]
struct Standing(Arc<Notify>);

impl Clock for Standing {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, _: Duration) -> Sleep {
        self.0.notify_one();
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn an_upload_that_is_cancelled_in_the_pause_after_a_refusal_was_not_executed() {
    let scene = Scene::new().await;
    scene.fault(too_many());
    let clock = Standing::default();
    let token = scene.mock.page_token(PAGE).unwrap();
    let builder = scene.builder(scene.mock.base_url()).clock(clock.clone());
    let page = builder.page_token(PAGE, token).build().unwrap().page(PAGE);
    let (request, cancel) = page.upload(Upload::bytes("a.png", PNG)).cancellable();
    let upload = tokio::spawn(request.into_future());
    clock.0.notified().await;
    cancel.cancel();
    let error = upload.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(error.execution(), Execution::NotExecuted, "{error}");
    assert_eq!(scene.seen().len(), 1);
}

//! The course of an upload: its progress, its time, and how it is cancelled.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use pancake_ext::{ErrorKind, Execution, Upload};
use tokio::sync::Notify;

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
async fn dropped_or_aborted_upload_closes_its_connection() {
    for is_aborted in [false, true] {
        let scene = Scene::new().await;
        let begun = Arc::new(Notify::new());
        let begin = begun.clone();
        let request = scene.page().upload(stalling(9000));
        let request = request.on_progress(move |progress| {
            if progress.sent > 0 {
                begin.notify_one();
            }
        });
        if is_aborted {
            let upload = tokio::spawn(request.into_future());
            begun.notified().await;
            upload.abort_handle().abort();
            assert!(upload.await.unwrap_err().is_cancelled());
        } else {
            tokio::select! {
                result = request => panic!("it ended: {result:?}"),
                () = begun.notified() => {}
            }
        }
        scene.given_up().await;
    }
}

#[tokio::test]
async fn upload_sends_nothing_before_it_is_awaited() {
    let scene = Scene::new().await;
    drop(scene.page().upload(Upload::bytes("a.png", PNG)));
    drop(
        scene
            .page()
            .upload(Upload::bytes("a.png", PNG))
            .into_future(),
    );
    let chat = scene.conversation();
    drop(chat.upload_and_send([Upload::bytes("a.png", PNG)]));
    assert_eq!(scene.called(), [""; 0]);
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

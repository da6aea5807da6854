//! What is tried again, and what is not.

use std::time::Duration;

use futures_util::stream;
use pancake_ext::{ErrorKind, Execution, Upload};
use pancake_mock::FaultKind;

use super::{PAGE, PNG, Scene, pieces, recording, sent, too_many};

#[tokio::test]
async fn a_refusal_that_passes_is_tried_again_from_the_beginning() {
    for in_body in [false, true] {
        let scene = Scene::new().await;
        let path = scene.file("a.png", PNG);
        let uploads = [
            Upload::file(&path).await.unwrap(),
            Upload::bytes("a.png", PNG),
            Upload::reopenable("a.png", || async {
                Ok(stream::iter([Ok::<_, std::io::Error>(PNG)]))
            }),
        ];
        for upload in uploads {
            scene.mock.clear_journal();
            scene.fault(FaultKind::TooManyRequests {
                in_body,
                retry_after: Some(2),
            });
            let shown = format!("{upload:?}");
            assert!(upload.is_reopenable(), "{shown}");
            let (all, record) = recording();
            let request = scene.page().upload(upload).on_progress(record);
            let uploaded = request.await.unwrap();
            assert_eq!(uploaded.size, PNG.len() as u64, "{shown}");
            let seen = scene.seen();
            assert_eq!(seen.len(), 2, "{shown}");
            assert_eq!(seen[0].body_length, seen[1].body_length, "{shown}");
            let whole = PNG.len() as u64;
            assert_eq!(sent(&all), [0, whole, 0, whole], "{shown}");
            assert!(*scene.clock.pauses().last().unwrap() >= Duration::from_secs(2));
        }
        assert_eq!(scene.clock.pauses().len(), 3);
        assert_eq!(scene.mock.violations(), []);
    }
}

#[tokio::test]
async fn a_stream_that_can_be_read_once_is_not_tried_again_and_the_error_says_why() {
    let scene = Scene::new().await;
    scene.fault(too_many());
    let upload = Upload::stream("a.bin", pieces(3));
    assert!(!upload.is_reopenable());
    let again = upload.clone();
    let error = scene.page().upload(upload).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.attempts(), 1);
    assert!(error.message().contains("Upload::reopenable"), "{error}");
    let error = scene.page().upload(again).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    assert!(error.message().contains("only once"), "{error}");
    assert_eq!(scene.seen().len(), 1);
}

#[tokio::test]
async fn without_a_connection_a_file_is_tried_again_and_a_stream_is_not() {
    let scene = Scene::new().await;
    let unused = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api", unused.local_addr().unwrap());
    drop(unused);
    let pancake = scene.builder(&url).page_token(PAGE, "token").build();
    let page = pancake.unwrap().page(PAGE);
    for (upload, attempts) in [
        (Upload::bytes("a.png", PNG), 4),
        (Upload::stream("a.bin", pieces(3)), 1),
    ] {
        let error = page.upload(upload).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
        assert_eq!(error.execution(), Execution::NotExecuted);
        assert_eq!(error.attempts(), attempts);
    }
}

#[tokio::test]
async fn refused_size_is_not_retryable() {
    let scene = Scene::new().await;
    scene.fault(FaultKind::Answer {
        status: 200,
        content_type: "application/json".to_owned(),
        body: r#"{"success":false,"message":"File size should not exceed 500KB"}"#.to_owned(),
    });
    let error = scene.page().upload(Upload::bytes("a.png", PNG)).await;
    let error = error.unwrap_err();
    assert!(!error.is_retryable(), "{error}");
    assert!(error.hint().contains("smaller"), "{}", error.hint());
    assert_eq!(scene.seen().len(), 1);
}

#[tokio::test]
async fn an_upload_whose_outcome_is_unknown_goes_out_once() {
    for (kind, expected) in [
        (FaultKind::ResetAfter, ErrorKind::Interrupted),
        (FaultKind::TruncatedBody, ErrorKind::Interrupted),
        (FaultKind::GatewayTimeoutAfterStore, ErrorKind::Server),
        (FaultKind::ErrorWithoutCode, ErrorKind::Server),
        (FaultKind::InternalError, ErrorKind::Server),
    ] {
        let scene = Scene::new().await;
        scene.fault(kind.clone());
        let error = scene.page().upload(Upload::bytes("a.png", PNG)).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), expected, "{kind:?}");
        assert_eq!(error.execution(), Execution::Unknown, "{kind:?}");
        assert_eq!(error.attempts(), 1, "{kind:?}");
        assert_eq!(scene.seen().len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn after_a_rotated_token_a_file_goes_out_once_more_and_a_stream_with_the_next_call() {
    let scene = Scene::new().await;
    let page = scene.page();
    page.upload(Upload::bytes("a.png", PNG)).await.unwrap();
    scene.mock.rotate_page_token(PAGE).unwrap();
    page.upload(Upload::bytes("a.png", PNG)).await.unwrap();
    assert_eq!(scene.seen().len(), 3);

    scene.mock.rotate_page_token(PAGE).unwrap();
    let error = page.upload(Upload::stream("a.bin", pieces(3))).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token);
    assert_eq!((error.attempts(), scene.seen().len()), (1, 4));
    page.upload(Upload::stream("a.bin", pieces(3)))
        .await
        .unwrap();
    assert_eq!(scene.seen().len(), 5);
}

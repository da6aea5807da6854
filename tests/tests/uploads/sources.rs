//! Files and streams that fail, change, or are not there.

use std::io::Write as _;
use std::path::Path;

use futures_util::stream;
use pancake_ext::{Error, ErrorKind, Execution, Upload};

use super::{PIECE, PNG, Scene};

#[tokio::test]
async fn a_file_that_changes_while_it_is_sent_is_broken_off_with_a_clear_error() {
    type Change = fn(&Path);
    let changes: [(Change, &str); 2] = [
        (
            |path| {
                let file = std::fs::OpenOptions::new().write(true).open(path);
                file.unwrap().set_len(3 * PIECE).unwrap();
            },
            "196608 of its 655361 bytes",
        ),
        (
            |path| {
                let file = std::fs::OpenOptions::new().append(true).open(path);
                file.unwrap().write_all(b"more").unwrap();
            },
            "more than its 655361 bytes",
        ),
    ];
    for (change, words) in changes {
        let scene = Scene::new().await;
        let path = scene.file("a.bin", &vec![7; 10 * PIECE as usize + 1]);
        let upload = Upload::file(&path).await.unwrap();
        let request = scene.page().upload(upload).on_progress(move |progress| {
            if progress.sent == PIECE {
                change(&path);
            }
        });
        let error = request.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File, "{error:?}");
        assert_eq!(error.execution(), Execution::NotExecuted);
        assert_eq!(error.attempts(), 1);
        assert!(error.message().contains(words), "{error}");
        assert!(scene.nothing_taken());
    }
}

#[tokio::test]
async fn a_file_that_can_not_be_sent_is_an_error_that_names_its_path() {
    let scene = Scene::new().await;
    let directory = scene.directory.path();
    for (path, words) in [
        (directory.join("none.png"), "does not exist"),
        (directory.to_owned(), "is a directory"),
        (scene.file("empty.png", b""), "is empty"),
    ] {
        let error = Upload::file(&path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File);
        let expected = format!("{} {words}", path.display());
        assert_eq!(error.message(), expected);
    }
    let path = scene.file("a.png", PNG);
    let upload = Upload::file(&path).await.unwrap();
    std::fs::write(&path, b"shorter").unwrap();
    let error = scene.page().upload(upload.clone()).await.unwrap_err();
    assert!(error.message().contains("has changed"), "{error}");
    std::fs::remove_file(&path).unwrap();
    let error = scene.page().upload(upload).await.unwrap_err();
    assert!(error.message().contains("does not exist"), "{error}");
    assert_eq!(error.operation(), Some("upload_contents"));
    assert_eq!(scene.seen().len(), 0);
}

#[tokio::test]
async fn a_stream_that_fails_is_an_error_with_its_reason() {
    let scene = Scene::new().await;
    let failing = || {
        let failure = std::io::Error::other("the disk is on fire");
        stream::iter([Ok(vec![0; 10_000]), Err(failure)])
    };
    let error = scene
        .page()
        .upload(Upload::stream("a.bin", failing()))
        .await;
    let error: Error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    assert_eq!(
        (error.operation(), error.attempts()),
        (Some("upload_contents"), 1)
    );
    assert!(error.message().contains("the disk is on fire"), "{error}");
    assert!(scene.nothing_taken());
}

//! Uploads against the fake server: what it saw of a file, what is refused before it sees anything, and what is tried again.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{Stream, StreamExt as _, stream};
use pancake_ext::{
    Conversation, Error, ErrorKind, Execution, ManualClock, Page, Pancake, PancakeBuilder,
    Progress, RateLimit, SendOutcome, Upload,
};
use pancake_mock::{Fault, FaultKind, JournalEntry, MockPancake};

const PAGE: &str = "1000000000000001";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and the rest";
const MB: u64 = 1024 * 1024;
const PIECE: u64 = 64 * 1024;

struct Scene {
    mock: MockPancake,
    clock: ManualClock,
    directory: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let mock = MockPancake::builder().pages(11).rate_limit(None);
        Scene {
            mock: mock.frozen_clock().start().await.unwrap(),
            clock: ManualClock::new(),
            directory: tempfile::tempdir().unwrap(),
        }
    }

    fn builder(&self, base_url: &str) -> PancakeBuilder {
        Pancake::builder()
            .base_url(base_url)
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .clock(self.clock.clone())
    }

    fn page(&self) -> Page {
        self.page_of(PAGE)
    }

    fn page_of(&self, id: &str) -> Page {
        let builder = self.builder(self.mock.base_url());
        let pancake = builder.user_token(self.mock.user_token()).build().unwrap();
        pancake.page(id)
    }

    /// The first page whose id begins like this.
    fn page_on(&self, prefix: &str) -> Page {
        let ids = self.mock.page_ids();
        self.page_of(ids.iter().find(|id| id.starts_with(prefix)).unwrap())
    }

    fn fault(&self, kind: FaultKind) {
        let fault = Fault::new(kind).on("upload_contents").times(1);
        self.mock.faults().add(fault);
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn seen(&self) -> Vec<JournalEntry> {
        let mut entries = self.mock.journal();
        entries.retain(|entry| entry.operation.as_deref() == Some("upload_contents"));
        entries
    }

    /// A fresh inbox conversation, in which the page may answer.
    fn conversation(&self) -> Conversation {
        let id = self.mock.arrive_conversation(PAGE, "Xoài còn không ạ?");
        self.page().conversation(id.unwrap())
    }

    /// Operations that were called, without the look-up of tokens.
    fn called(&self) -> Vec<String> {
        let entries = self.mock.journal().into_iter();
        let names = entries.filter_map(|entry| entry.operation);
        names.filter(|name| name != "list_pages").collect()
    }

    /// Waits until the server has given an upload up, whose connection was closed.
    async fn given_up(&self) {
        let wait = async {
            while self.seen().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait)
            .await
            .unwrap();
        assert_eq!(self.seen()[0].status, 0, "the server answered");
    }

    /// The server has answered no upload; one that failed early it may not have seen at all.
    fn nothing_taken(&self) -> bool {
        self.seen().iter().all(|entry| entry.status == 0)
    }
}

fn too_many() -> FaultKind {
    FaultKind::TooManyRequests {
        in_body: false,
        retry_after: None,
    }
}

/// The head of the part, as it stood on the wire.
fn head(entry: &JournalEntry) -> String {
    let body = String::from_utf8_lossy(&entry.body).into_owned();
    body.split("\r\n\r\n").next().unwrap().to_owned()
}

fn pieces(count: u64) -> impl Stream<Item = Result<Vec<u8>, std::io::Error>> + Send + 'static {
    stream::iter((0..count).map(|_| Ok(vec![7; 1000])))
}

/// A beginning, and then nothing, for ever. With 9000 bytes, the look at the beginning is over.
fn stalling(bytes: usize) -> Upload {
    let beginning = stream::iter([Ok::<_, std::io::Error>(vec![7; bytes])]);
    Upload::stream("a.bin", beginning.chain(stream::pending())).size(10_000)
}

/// Collects what is told of progress.
fn recording() -> (
    Arc<Mutex<Vec<Progress>>>,
    impl FnMut(Progress) + Send + 'static,
) {
    let all = Arc::new(Mutex::new(Vec::new()));
    let into = all.clone();
    (all, move |progress| into.lock().unwrap().push(progress))
}

fn sent(all: &Mutex<Vec<Progress>>) -> Vec<u64> {
    let all = all.lock().unwrap();
    all.iter().map(|progress| progress.sent).collect()
}

#[tokio::test]
async fn the_server_sees_name_and_type_of_a_file_from_everywhere() {
    let scene = Scene::new().await;
    let page = scene.page();
    let path = scene.file("xoài cát Hòa Lộc.png", PNG);
    let png = || stream::iter([Ok::<_, std::io::Error>(&PNG[..3]), Ok(&PNG[3..])]);
    let uploads = [
        Upload::file(&path).await.unwrap(),
        Upload::bytes("xoài cát Hòa Lộc.png", PNG),
        Upload::stream("xoài cát Hòa Lộc.png", png()),
        Upload::reopenable("xoài cát Hòa Lộc.png", move || async move { Ok(png()) }),
    ];
    for upload in uploads {
        scene.mock.clear_journal();
        let shown = format!("{upload:?}");
        let uploaded = page.upload(upload).await.unwrap();
        assert_eq!(uploaded.size, PNG.len() as u64, "{shown}");
        assert_eq!(uploaded.mime_type, "image/png", "{shown}");
        assert!(uploaded.attachment_type.is_some(), "{shown}");
        let seen = scene.seen();
        assert_eq!(seen[0].response_json()["attachment_type"], "PHOTO");
        let head = head(&seen[0]);
        assert!(
            head.contains("filename=\"xoài cát Hòa Lộc.png\""),
            "{shown}: {head}"
        );
        assert!(head.contains("Content-Type: image/png"), "{shown}: {head}");
        assert!(
            seen[0].body.windows(PNG.len()).any(|part| part == PNG),
            "{shown}: the file did not arrive as it was"
        );
    }
    assert_eq!(scene.mock.violations(), []);
}

#[tokio::test]
async fn a_given_type_and_name_go_before_what_is_guessed() {
    let scene = Scene::new().await;
    let upload = Upload::bytes("a.png", PNG).mime_type("application/pdf");
    let upload = upload
        .unwrap()
        .file_name("../bảng \"giá\"\r\nX-Injected: 1\r\n\r\n.pdf");
    scene.page().upload(upload).await.unwrap();
    let seen = scene.seen();
    assert_eq!(seen[0].response_json()["attachment_type"], "DOCUMENT");
    let head = head(&seen[0]);
    assert!(
        head.contains("filename=\"bảng 'giá'X-Injected: 1.pdf\""),
        "{head}"
    );
    assert!(head.contains("Content-Type: application/pdf"), "{head}");
    assert!(!head.contains("\nX-Injected"), "{head}");
    assert_eq!(scene.mock.violations(), []);
}

#[tokio::test]
async fn a_known_size_is_announced_and_an_unknown_one_is_not() {
    let scene = Scene::new().await;
    let page = scene.page();
    page.upload(Upload::stream("a.txt", pieces(3)))
        .await
        .unwrap();
    page.upload(Upload::stream("a.txt", pieces(3)).size(3000))
        .await
        .unwrap();
    let seen = scene.seen();
    assert_eq!(seen[0].header("content-length"), None);
    assert_eq!(seen[0].header("transfer-encoding"), Some("chunked"));
    let announced = seen[1].header("content-length").unwrap();
    assert_eq!(announced, seen[1].body_length.to_string());
    // The boundaries are of the same length, so the bodies are too.
    assert_eq!(seen[0].body_length, seen[1].body_length);
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_anything_is_sent() {
    let scene = Scene::new().await;
    for (prefix, megabytes) in [("1", 25), ("waba_", 16), ("spo_", 30), ("lzd_", 100)] {
        let page = scene.page_on(prefix);
        // Enough for the look at the beginning.
        let head = stream::iter([Ok::<_, std::io::Error>(vec![0; 9000])]);
        let upload = Upload::stream("a.mp4", head).size(megabytes * MB + 1);
        let error = page.upload(upload).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File, "{prefix}");
        assert_eq!(error.execution(), Execution::NotExecuted);
        assert_eq!(
            (error.operation(), error.attempts()),
            (Some("upload_contents"), 0)
        );
        assert_eq!(error.page_id(), Some(page.id()));
        let limit = format!("({megabytes} MB)");
        assert!(error.message().contains(&limit), "{error}");
    }
    let own = Upload::bytes("a.png", PNG).max_size(10);
    let error = scene.page().upload(own).await.unwrap_err();
    assert!(
        error.message().contains("limit set for it is 10"),
        "{error}"
    );
    assert_eq!(scene.seen().len(), 0);

    // A picture has no limit of the channel, and neither has a video that is let pass.
    let large = vec![0; 26 * MB as usize];
    let picture = Upload::bytes("a.png", large.clone());
    scene.page().upload(picture).await.unwrap();
    let video = Upload::bytes("a.mp4", large);
    let error = scene.page().upload(video.clone().ignore_limits()).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert_eq!(scene.seen().len(), 2);
}

#[tokio::test]
async fn a_stream_that_proves_too_large_is_broken_off_and_nothing_is_stored() {
    let scene = Scene::new().await;
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0; 100_000]));
    let upload = Upload::stream("a.bin", endless).max_size(MB);
    let error = scene.page().upload(upload).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File, "{error:?}");
    assert_eq!(error.execution(), Execution::NotExecuted);
    assert_eq!(
        (error.operation(), error.attempts()),
        (Some("upload_contents"), 1)
    );
    assert!(error.message().contains("limit set for it"), "{error}");
    scene.given_up().await;
}

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

#[tokio::test]
async fn an_answer_without_an_id_is_no_success() {
    let scene = Scene::new().await;
    scene.fault(FaultKind::Answer {
        status: 200,
        content_type: "application/json".to_owned(),
        body: r#"{"success":true,"attachment_type":"PHOTO"}"#.to_owned(),
    });
    let error = scene.page().upload(Upload::bytes("a.png", PNG)).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidAnswer);
    assert_eq!(error.execution(), Execution::Executed);
    assert_eq!(
        (error.operation(), error.attempts()),
        (Some("upload_contents"), 1)
    );
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

const UPLOAD: &str = "upload_contents";
const SEND: &str = "send_message";

/// A picture that is opened again for each time it is sent, after `open` was called.
fn picture(open: impl Fn() + Send + Sync + 'static) -> Upload {
    Upload::reopenable("a.png", move || {
        open();
        async { Ok(stream::iter([Ok::<_, std::io::Error>(PNG)])) }
    })
}

#[tokio::test]
async fn files_are_uploaded_and_sent_as_one_message() {
    let scene = Scene::new().await;
    let chat = scene.conversation();
    let album = [
        Upload::bytes("1.png", PNG),
        Upload::stream("2.bin", pieces(1)),
    ];
    let delivery = chat.upload_and_send(album).await.unwrap();
    let id = delivery.delivered().unwrap().message_id.unwrap();
    assert_eq!(scene.called(), [UPLOAD, UPLOAD, SEND]);
    let newest = chat.messages().limit(1).collect().await.unwrap().remove(0);
    assert_eq!(newest.id, Some(id));
    assert_eq!(newest.attachments.unwrap().len(), 2);
    assert_eq!(scene.mock.violations(), []);
}

#[tokio::test]
async fn files_that_expired_before_the_send_are_uploaded_again_and_sent_once_more() {
    let scene = Scene::new().await;
    let chat = scene.conversation();
    let expire = Arc::new(Mutex::new(Some(scene.mock.clock().clone())));
    // The first file expires while the second one is opened for the first time.
    let slow = picture(move || {
        if let Some(clock) = expire.lock().unwrap().take() {
            clock.advance(Duration::from_secs(2 * 3600));
        }
    });
    let outcome = chat.upload_and_send([picture(|| ()), slow]).await.unwrap();
    assert!(outcome.is_delivered(), "{outcome:?}");
    let expected = [UPLOAD, UPLOAD, SEND, UPLOAD, UPLOAD, SEND];
    assert_eq!(scene.called(), expected);
    let messages = chat.messages().collect().await.unwrap();
    assert_eq!(messages.len(), 2, "the customer's and one of ours");
}

/// The refusal of a send whose file has expired or was used.
fn spent() -> FaultKind {
    FaultKind::Answer {
        status: 200,
        content_type: "application/json".to_owned(),
        body: r#"{"success":false,"message_code":"invalid_upload_fb_attachments_result"}"#
            .to_owned(),
    }
}

#[tokio::test]
async fn files_are_uploaded_again_once_and_only_if_all_can_be_opened_again() {
    let scene = Scene::new().await;
    let chat = scene.conversation();
    scene
        .mock
        .faults()
        .add(Fault::new(spent()).on(SEND).times(3));
    let outcome = chat.upload_and_send(picture(|| ())).await.unwrap();
    assert!(outcome.is_rejected(), "{outcome:?}");
    assert_eq!(scene.called(), [UPLOAD, SEND, UPLOAD, SEND]);

    scene.mock.clear_journal();
    let album = vec![picture(|| ()), Upload::stream("a.bin", pieces(1))];
    let outcome = chat.upload_and_send(album).await.unwrap();
    assert!(outcome.is_rejected(), "{outcome:?}");
    assert_eq!(scene.called(), [UPLOAD, UPLOAD, SEND]);
}

#[tokio::test]
async fn after_any_other_end_of_the_send_nothing_is_sent_again() {
    let refused = FaultKind::Answer {
        status: 200,
        content_type: "application/json".to_owned(),
        body: r#"{"success":false,"message":"(#10) …","e_code":10}"#.to_owned(),
    };
    for (kind, rejected) in [
        (refused, true),
        (FaultKind::ResetAfter, false),
        (FaultKind::BadGatewayHtml, false),
        (FaultKind::ErrorWithoutCode, false),
    ] {
        let scene = Scene::new().await;
        let chat = scene.conversation();
        scene
            .mock
            .faults()
            .add(Fault::new(kind.clone()).on(SEND).times(1));
        let outcome = chat.upload_and_send(picture(|| ())).await.unwrap();
        assert_eq!(outcome.is_rejected(), rejected, "{kind:?}: {outcome:?}");
        assert_eq!(outcome.is_unknown(), !rejected, "{kind:?}: {outcome:?}");
        assert_eq!(scene.called(), [UPLOAD, SEND], "{kind:?}");
    }
}

#[tokio::test]
async fn a_message_whose_upload_fails_is_not_sent() {
    let scene = Scene::new().await;
    let chat = scene.conversation();
    scene.fault(FaultKind::ResetAfter);
    let outcome = chat.upload_and_send(picture(|| ())).await.unwrap();
    let SendOutcome::NotSent(error) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.operation(), Some(UPLOAD));
    // Of the message it is certain that it was not sent.
    assert_eq!(error.execution(), Execution::NotExecuted);
    assert_eq!(scene.called(), [UPLOAD]);
}

#[tokio::test]
async fn files_that_are_no_message_are_refused_before_they_are_uploaded() {
    let scene = Scene::new().await;
    for (prefix, files) in [("1", 0), ("1", 31), ("waba_", 2)] {
        let page = scene.page_on(prefix);
        let album: Vec<_> = (0..files).map(|_| picture(|| ())).collect();
        let error = page.conversation("1_2").upload_and_send(album).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error:?}");
        assert_eq!(scene.called(), [""; 0]);
    }
}

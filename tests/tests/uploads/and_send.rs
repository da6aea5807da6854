//! Files that are uploaded and sent in one call.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::stream;
use pancake_ext::send::SendContent;
use pancake_ext::{ErrorKind, Execution, SendOptions, SendOutcome, Upload};
use pancake_mock::{Fault, FaultKind, Oddity};

use super::{PNG, Scene, pieces};

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

#[tokio::test]
async fn how_far_each_file_has_come_is_told() {
    let scene = Scene::new().await;
    let chat = scene.conversation();
    let told = Arc::new(Mutex::new(Vec::new()));
    let sink = told.clone();
    let album = [picture(|| ()), Upload::bytes("2.bin", vec![7; 3])];
    let send = chat.upload_and_send(album).on_progress(move |place, far| {
        sink.lock().unwrap().push((place, far.sent));
    });
    assert!(send.await.unwrap().is_delivered());
    let size = PNG.len() as u64;
    assert_eq!(*told.lock().unwrap(), [(0, 0), (0, size), (1, 0), (1, 3)]);
}

#[tokio::test]
async fn an_unknown_end_is_settled_if_that_was_asked_for_and_nothing_is_uploaded_again() {
    for (kind, is_stored) in [
        (FaultKind::ResetAfter, true),
        (FaultKind::BadGatewayHtml, false),
    ] {
        let scene = Scene::new().await;
        scene.mock.oddities().set(Oddity::PublicApiAdminName, true);
        let chat = scene.conversation();
        scene
            .mock
            .faults()
            .add(Fault::new(kind.clone()).on(SEND).times(1));
        let send = chat
            .upload_and_send([picture(|| ())])
            .options(SendOptions::new().reconcile());
        let outcome = send.await.unwrap();
        assert_eq!(outcome.is_delivered(), is_stored, "{kind:?}: {outcome:?}");
        assert_eq!(outcome.is_not_sent(), !is_stored, "{kind:?}: {outcome:?}");
        let called = scene.called();
        assert_eq!(called[..2], [UPLOAD, SEND], "{kind:?}");
        let rest = &called[2..];
        assert!(rest.iter().all(|name| name == "list_messages"), "{rest:?}");
    }
}

#[tokio::test]
async fn files_that_were_uploaded_one_by_one_are_sent_as_one_message() {
    let scene = Scene::new().await;
    let chat = scene.conversation();
    let mut album = Vec::new();
    for name in ["1.png", "2.png"] {
        let upload = Upload::bytes(name, PNG);
        album.push(scene.page().upload(upload).await.unwrap());
    }
    let outcome = chat.reply(SendContent::contents(album)).await.unwrap();
    assert!(outcome.is_delivered(), "{outcome:?}");
    assert_eq!(scene.called(), [UPLOAD, UPLOAD, SEND]);
}

fn refusal(body: &str) -> FaultKind {
    FaultKind::Answer {
        status: 200,
        content_type: "application/json".to_owned(),
        body: body.to_owned(),
    }
}

/// The refusal of a send whose file has expired or was used.
fn spent() -> FaultKind {
    refusal(r#"{"success":false,"message_code":"invalid_upload_fb_attachments_result"}"#)
}

#[tokio::test]
async fn reason_in_original_error_has_the_file_uploaded_again() {
    for body in [
        r#"{"success":false,"original_error":"invalid_upload_fb_attachments_result"}"#,
        r#"{"success":false,"original_error":{"error":{"message":"invalid_upload_fb_attachments_result"}}}"#,
        r#"{"success":false,"original_error":"{\"message\":\"invalid_upload_fb_attachments_result\"}"}"#,
    ] {
        let scene = Scene::new().await;
        let fault = Fault::new(refusal(body)).on(SEND).times(1);
        scene.mock.faults().add(fault);
        let send = scene.conversation().upload_and_send([picture(|| ())]);
        assert!(send.await.unwrap().is_delivered(), "{body}");
        assert_eq!(scene.called(), [UPLOAD, SEND, UPLOAD, SEND], "{body}");
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
    let outcome = chat.upload_and_send([picture(|| ())]).await.unwrap();
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
        let outcome = chat.upload_and_send([picture(|| ())]).await.unwrap();
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
    let outcome = chat.upload_and_send([picture(|| ())]).await.unwrap();
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

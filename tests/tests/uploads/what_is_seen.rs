//! What the server sees of an upload, and what is refused before it sees anything.

use futures_util::stream;
use pancake_ext::{ErrorKind, Execution, Upload};
use pancake_mock::FaultKind;

use super::{MB, PNG, Scene, head, pieces};

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
        let limit = format!("its limit is {megabytes} MB");
        assert!(error.message().contains(&limit), "{error}");
    }
    let own = Upload::bytes("a.png", PNG).max_size(10);
    let error = scene.page().upload(own).await.unwrap_err();
    assert!(error.message().contains("its limit is 10 bytes"), "{error}");
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
    assert!(error.message().contains("its limit is 1 MB"), "{error}");
    scene.given_up().await;
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

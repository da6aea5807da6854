//! Sends, uploads, and the statistic that counts them.

use pancake_ext::send::ReplyInbox;
use pancake_ext::{Error, ErrorKind, Execution};

use super::{PAGE, conversation, messages, sdk, server, upload};

#[tokio::test]
async fn text_and_an_uploaded_file_are_sent_and_read_back() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let conversation = conversation(&mock);
    let content = upload(&pancake).await.unwrap();
    let send = || {
        pancake
            .client()
            .send_message()
            .page_id(PAGE)
            .conversation_id(&conversation)
    };
    let text = send()
        .body(ReplyInbox::new("Dạ còn ạ!"))
        .send()
        .await
        .unwrap()
        .into_inner();
    let photo = send()
        .body(ReplyInbox::new(content.clone()))
        .send()
        .await
        .unwrap()
        .into_inner();

    let stored = messages(&pancake, &conversation, 0).await.unwrap();
    let ids: Vec<_> = stored.iter().map(|message| message.id.clone()).collect();
    assert_eq!(ids[1..], [text.id, photo.id]);
    assert_eq!(stored[1].original_message.as_deref(), Some("Dạ còn ạ!"));
    assert_eq!(stored[2].attachments.as_ref().unwrap().len(), 1);

    // Facebook takes a file once.
    let again = send()
        .body(ReplyInbox::new(content))
        .send()
        .await
        .unwrap_err();
    let error = Error::from(again);
    assert_eq!(
        (error.kind(), error.execution()),
        (ErrorKind::Channel, Execution::NotExecuted)
    );
    assert!(error.hint().contains("upload it again"), "{}", error.hint());
    assert_eq!(messages(&pancake, &conversation, 0).await.unwrap().len(), 3);
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_statistic_counts_what_was_sent() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let now = mock.clock().unix_seconds();
    let sent = || async {
        let call = pancake
            .client()
            .get_page_statistics()
            .page_id(PAGE)
            .since(now - 3600);
        let statistics = call.until(now + 60).send().await.unwrap().into_inner();
        let rows = statistics.data.unwrap();
        rows.iter()
            .filter_map(|row| row.page_inbox_count)
            .sum::<i64>()
    };
    let before = sent().await;
    let conversation = conversation(&mock);
    let call = pancake
        .client()
        .send_message()
        .page_id(PAGE)
        .conversation_id(&conversation);
    call.body(ReplyInbox::new("Dạ còn ạ!"))
        .send()
        .await
        .unwrap();
    assert_eq!(sent().await, before + 1);
    assert_eq!(mock.violations(), []);
}

//! Who wrote what, as it is read back: a program that answers customers must know its own messages.

use pancake_ext::types::Message;
use pancake_ext::{Author, ConversationExt, MessageExt, Page, PageId, send::ReplyInbox};
use pancake_mock::{MockPancake, Oddity};

use super::{PAGE, conversation, sdk, server};

/// The question and its answer, which was sent through the API.
async fn exchange(mock: &MockPancake) -> (Page, Vec<Message>, Author) {
    let pancake = sdk(mock);
    let id = conversation(mock);
    let call = pancake.client().send_message().page_id(PAGE);
    let call = call.conversation_id(&id);
    call.body(ReplyInbox::new("Dạ <b>còn</b> ạ!"))
        .send()
        .await
        .unwrap();
    let page = pancake.page(PAGE);
    let messages = page.conversation(&id).messages().oldest_first();
    let messages = messages.collect().await.unwrap();
    let rows = page.conversations().limit(1).collect().await.unwrap();
    assert_eq!(rows[0].id.as_ref(), Some(&id));
    let last = rows[0].last_author(page.id());
    (page, messages, last)
}

#[tokio::test]
async fn what_was_sent_through_the_api_reads_back_as_such_and_the_question_as_the_customers() {
    let mock = server().await;
    mock.oddities().set(Oddity::PublicApiAdminName, true);
    let (page, messages, last) = exchange(&mock).await;
    let authors: Vec<_> = messages
        .iter()
        .map(|message| message.author(page.id()))
        .collect();
    assert_eq!(authors, [Author::Customer, Author::PublicApi]);
    assert_eq!(last, Author::PublicApi);
    let texts: Vec<_> = messages.iter().map(MessageExt::plain_text).collect();
    let question = "Chị ơi, xoài cát Hòa Lộc còn không ạ?";
    assert_eq!(texts, [question, "Dạ <b>còn</b> ạ!"]);
    // The HTML alone says the same.
    for mut message in messages {
        let text = message.plain_text();
        message.original_message = None;
        assert_eq!(message.plain_text(), text);
    }
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn where_the_api_is_not_named_the_answer_is_still_none_of_the_customers() {
    let mock = server().await;
    mock.oddities().set(Oddity::PublicApiAdminName, false);
    let (page, messages, last) = exchange(&mock).await;
    let to_answer: Vec<_> = messages
        .iter()
        .map(|message| message.is_from_customer(page.id()))
        .collect();
    assert_eq!(to_answer, [true, false]);
    assert!(last.is_page());
}

#[tokio::test]
async fn rows_of_the_list_give_their_tags_without_nulls_and_their_phone_numbers_once() {
    let mock = server().await;
    let page = sdk(&mock).page(PageId::from(PAGE));
    let rows = page.conversations().limit(120).collect().await.unwrap();
    let nulls = rows.iter().flat_map(|row| row.tags.iter().flatten());
    assert!(nulls.filter(|tag| tag.is_none()).count() > 0);
    let mut phones = 0;
    for row in &rows {
        assert_eq!(row.tag_ids().len(), row.present_tags().len());
        assert_eq!(row.phone_numbers().is_empty(), row.has_phone != Some(true));
        phones += row.phone_numbers().len();
    }
    assert!(phones > 0);
}

//! Conversations and their messages, page by page; tags.

use pancake_ext::types::{self, Conversation, ConversationTag, ConversationTypeFilter};
use pancake_ext::{ConversationId, Error, Pancake};

use super::{PAGE, conversation, messages, sdk, server};

async fn walk(pancake: &Pancake) -> Result<Vec<Vec<Conversation>>, Error> {
    let mut pages = Vec::new();
    let mut cursor: Option<ConversationId> = None;
    loop {
        let mut call = pancake.client().list_conversations().page_id(PAGE);
        if let Some(cursor) = &cursor {
            call = call.last_conversation_id(cursor);
        }
        let rows = call
            .send()
            .await?
            .into_inner()
            .conversations
            .unwrap_or_default();
        let Some(last) = rows.last() else {
            return Ok(pages);
        };
        cursor = last.id.clone();
        pages.push(rows);
    }
}

/// Ids of the tags that the list shows on a conversation.
async fn tags(pancake: &Pancake, conversation: &ConversationId) -> Vec<String> {
    let list = pancake
        .client()
        .list_conversations()
        .page_id(PAGE)
        .send()
        .await
        .unwrap();
    let rows = list.into_inner().conversations.unwrap();
    let row = rows
        .into_iter()
        .find(|row| row.id.as_ref() == Some(conversation))
        .unwrap();
    let entries = row.tags.into_iter().flatten().flatten();
    let id = |entry| match entry {
        ConversationTag::Details(tag) => tag.id.map(String::from),
        other => panic!("{other:?} is no tag as the list has them"),
    };
    entries.filter_map(id).collect()
}

#[tokio::test]
async fn conversations_are_walked_over_all_pages_by_the_cursor_and_none_is_missed() {
    let mock = server().await;
    let pages = walk(&sdk(&mock)).await.unwrap();
    assert!(pages.len() > 2, "{} pages", pages.len());
    assert!(pages[..pages.len() - 1].iter().all(|rows| rows.len() == 60));
    let rows: Vec<&Conversation> = pages.iter().flatten().collect();
    let walked: Vec<&str> = rows
        .iter()
        .map(|row| row.id.as_ref().unwrap().as_str())
        .collect();
    assert_eq!(walked, mock.conversation_ids(PAGE));
    let times: Vec<_> = rows
        .iter()
        .map(|row| row.updated_at.clone().unwrap())
        .collect();
    assert!(times.is_sorted_by_key(|time| std::cmp::Reverse(time.datetime())));
    let nulls = rows.iter().filter_map(|row| row.tags.as_ref()).flatten();
    assert!(
        nulls.clone().any(Option::is_none),
        "no list of tags had a null in it"
    );
    assert!(nulls.clone().any(Option::is_some));
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_filter_by_type_gives_only_rows_of_that_type() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let call = pancake.client().list_conversations().page_id(PAGE);
    let list = call
        .type_(ConversationTypeFilter::Comment)
        .send()
        .await
        .unwrap()
        .into_inner();
    let rows = list.conversations.unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        assert_eq!(serde_json::to_value(row.type_).unwrap(), "COMMENT");
    }
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn messages_come_in_pages_that_go_back_in_time() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let conversation = conversation(&mock);
    for number in 0..40 {
        mock.arrive_message(PAGE, conversation.as_str(), &format!("tin nhắn {number}"))
            .unwrap();
    }
    let newest = messages(&pancake, &conversation, 0).await.unwrap();
    let older = messages(&pancake, &conversation, newest.len() as i64)
        .await
        .unwrap();
    let end = messages(&pancake, &conversation, 41).await.unwrap();
    let texts: Vec<&str> = older
        .iter()
        .chain(&newest)
        .map(|message| message.original_message.as_deref().unwrap())
        .collect();
    assert_eq!(newest.len(), 30);
    assert_eq!(texts.len(), 41);
    // Oldest first inside each page, and the second page lies before the first.
    let expected = (0..40).map(|number| format!("tin nhắn {number}"));
    assert_eq!(texts[1..], expected.collect::<Vec<_>>());
    assert!(end.is_empty());
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_tag_that_is_set_and_removed_is_seen_in_the_list() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let conversation = conversation(&mock);
    let list = pancake
        .client()
        .list_tags()
        .page_id(PAGE)
        .send()
        .await
        .unwrap()
        .into_inner();
    let tag = list.tags.unwrap()[0].id.clone().unwrap().to_string();
    let change = |action| {
        let call = pancake.client().update_conversation_tag().page_id(PAGE);
        let call = call.conversation_id(&conversation);
        call.body_map(|body| body.action(action).tag_id(tag.clone()))
            .send()
    };
    assert!(tags(&pancake, &conversation).await.is_empty());
    let added = change(types::TagAction::Add).await.unwrap().into_inner();
    assert_eq!(added.data.unwrap(), [tag.as_str()]);
    assert_eq!(tags(&pancake, &conversation).await, [tag.as_str()]);
    change(types::TagAction::Remove).await.unwrap();
    assert!(tags(&pancake, &conversation).await.is_empty());
    assert_eq!(mock.violations(), []);
}

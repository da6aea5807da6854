//! The handle of a conversation: tags, assignment, read and unread, read back from the list.

use pancake_ext::types::{self, ConversationTag};
use pancake_ext::{ConversationId, ErrorKind, Execution, Pancake, UserId};
use pancake_mock::{Fault, FaultKind};

use super::{PAGE, conversation, sdk, server};

/// The conversation as the list has it.
async fn row(pancake: &Pancake, id: &ConversationId) -> types::Conversation {
    let rows = pancake.page(PAGE).conversations().limit(60).collect();
    let rows = rows.await.unwrap();
    let found = rows.into_iter().find(|row| row.id.as_ref() == Some(id));
    found.unwrap()
}

fn tag_ids(row: types::Conversation) -> Vec<String> {
    let entries = row.tags.into_iter().flatten().flatten();
    let id = |entry| match entry {
        ConversationTag::Details(tag) => tag.id.map(String::from),
        other => panic!("{other:?} is no tag as the list has them"),
    };
    entries.filter_map(id).collect()
}

#[tokio::test]
async fn tags_are_set_and_removed_and_each_answer_has_those_that_are_left() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let id = conversation(&mock);
    let chat = pancake.page(PAGE).conversation(&id);
    let tags = chat.page().tags().await.unwrap();
    let (one, two) = (tags[0].id.clone().unwrap(), tags[1].id.clone().unwrap());
    assert_eq!(chat.add_tag(&one).await.unwrap(), [one.as_str()]);
    let number: i64 = two.as_str().parse().unwrap();
    let both = chat.add_tag(number).await.unwrap();
    assert_eq!(both, [one.clone(), two.clone()]);
    assert_eq!(
        tag_ids(row(&pancake, &id).await),
        [one.as_str(), two.as_str()]
    );
    assert_eq!(chat.remove_tag(&one).await.unwrap(), [two.as_str()]);
    assert_eq!(tag_ids(row(&pancake, &id).await), [two.as_str()]);
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_tag_that_was_set_with_an_answer_that_lacks_the_tags_is_an_error_that_says_so() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let id = conversation(&mock);
    let bare = FaultKind::Answer {
        status: 200,
        content_type: "application/json".into(),
        body: r#"{"success":true}"#.into(),
    };
    mock.faults()
        .add(Fault::new(bare).on("update_conversation_tag"));
    let chat = pancake.page(PAGE).conversation(&id);
    let error = chat.add_tag(1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidAnswer);
    assert_eq!(error.execution(), Execution::Executed);
    assert_eq!(error.operation(), Some("update_conversation_tag"));
}

#[tokio::test]
async fn a_conversation_is_assigned_in_place_of_the_former_users_and_to_nobody() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let id = conversation(&mock);
    let chat = pancake.page(PAGE).conversation(&id);
    let users = chat.page().users().await.unwrap().users.unwrap();
    let users: Vec<UserId> = users.into_iter().filter_map(|user| user.id).collect();
    for assigned in [&users[..2], &users[1..2], &[]] {
        let answer = chat.assign(assigned).await.unwrap();
        assert_eq!(answer.assignee_ids.unwrap(), assigned);
        let stored = row(&pancake, &id).await.assignee_ids;
        assert_eq!(stored.unwrap_or_default(), assigned);
    }
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_conversation_is_marked_as_read_and_as_unread() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let id = conversation(&mock);
    let chat = pancake.page(PAGE).conversation(&id);
    assert_eq!(row(&pancake, &id).await.seen, Some(false));
    chat.mark_read().await.unwrap();
    assert_eq!(row(&pancake, &id).await.seen, Some(true));
    chat.mark_unread().await.unwrap();
    assert_eq!(row(&pancake, &id).await.seen, Some(false));
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn the_sender_of_a_conversation_is_the_customer_on_the_channel_when_a_person_says_so() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let row = row(&pancake, &conversation(&mock)).await;
    let psid = row.from.unwrap().id.unwrap().to_psid();
    assert_eq!(row.customers.unwrap()[0].fb_id, Some(psid.clone()));
    assert_eq!(row.page_customer.unwrap().psid, Some(psid));
}

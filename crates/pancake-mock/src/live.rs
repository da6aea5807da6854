//! Live change: people and machines that write while someone pages.
use crate::world::{Author, NewMessage, PageState};

/// A message in a conversation that there is; its id.
pub(crate) fn write(
    page: &mut PageState,
    index: u64,
    author: Author,
    text: &str,
    now: i64,
) -> String {
    page.add_message(
        index,
        NewMessage {
            id: String::new(),
            time: now,
            author,
            text: text.to_owned(),
            contents: Vec::new(),
            reply_to: None,
        },
    )
}

/// A new customer with a first message; the index of the conversation.
pub(crate) fn arrive_conversation(page: &mut PageState, text: &str, now: i64) -> u64 {
    let index = page.add_conversation(now);
    write(page, index, Author::Customer, text, now);
    index
}

/// A new customer whom an ad brought, with a first message; the index of the conversation.
pub(crate) fn arrive_through_ad(page: &mut PageState, text: &str, now: i64) -> u64 {
    let index = arrive_conversation(page, text, now);
    page.came_through_ad(index);
    index
}

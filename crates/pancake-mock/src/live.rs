//! Live change: customers and staff who write while someone pages.
use crate::world::{Author, NewMessage, PageState};

/// A message of the customer in an existing conversation; its id.
pub(crate) fn arrive_message(page: &mut PageState, index: u64, text: &str, now: i64) -> String {
    page.add_message(
        index,
        NewMessage {
            id: String::new(),
            time: now,
            author: Author::Customer,
            text: text.to_owned(),
            contents: Vec::new(),
            reply_to: None,
        },
    )
}

/// A message of a person who works for the page; its id.
pub(crate) fn staff_message(page: &mut PageState, index: u64, text: &str, now: i64) -> String {
    page.add_message(
        index,
        NewMessage {
            id: String::new(),
            time: now,
            author: Author::Staff(0),
            text: text.to_owned(),
            contents: Vec::new(),
            reply_to: None,
        },
    )
}

/// A new customer whom an ad brought, with a first message; the index of the conversation.
pub(crate) fn arrive_through_ad(page: &mut PageState, text: &str, now: i64) -> u64 {
    let index = arrive_conversation(page, text, now);
    page.came_through_ad(index);
    index
}

/// A new customer with a first message; the index of the conversation.
pub(crate) fn arrive_conversation(page: &mut PageState, text: &str, now: i64) -> u64 {
    let index = page.add_conversation(now);
    arrive_message(page, index, text, now);
    index
}

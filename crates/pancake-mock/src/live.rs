//! What happens while someone pages: people and machines write, rows come and vanish.
use serde::Deserialize;

use crate::{
    shared::Shared,
    world::{Author, NewMessage, Order, PageState},
};

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

/// A row that comes.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Coming {
    Post,
    Call,
    /// A conversation that an ad brought.
    AdConversation,
}

/// A row that vanishes, by its id.
#[derive(Clone, Copy)]
pub(crate) enum Going<'a> {
    Conversation(&'a str),
    /// A message of a conversation.
    Message(&'a str, &'a str),
    Post(&'a str),
    Call(&'a str),
}

/// The id of the new row, or none if there is no such page.
pub(crate) fn come(shared: &Shared, page: &str, row: Coming, text: &str) -> Option<String> {
    let now = shared.clock.unix_micros();
    let mut page = shared.world.page(page)?;
    Some(match row {
        Coming::Post => {
            let post = page.add_post(now);
            page.post_id(post)
        }
        Coming::Call => {
            let call = page.add_call(now);
            page.call(call).id
        }
        Coming::AdConversation => {
            let index = arrive_through_ad(&mut page, text, now);
            shared.conversation_id(&page, index)
        }
    })
}

/// A row that is there.
enum Row {
    Conversation(u64),
    Message(u64, u64),
    Post(u64),
    Call(u64),
}

impl Row {
    fn of(page: &PageState, going: Going<'_>) -> Option<Self> {
        Some(match going {
            Going::Conversation(id) => Self::Conversation(page.conversation_index(id)?),
            Going::Message(conversation, id) => {
                let index = page.conversation_index(conversation)?;
                Self::Message(index, page.position_of_message(index, id)?)
            }
            Going::Post(id) => Self::Post(page.posts().find(|post| page.post_id(*post) == id)?),
            Going::Call(id) => Self::Call(page.calls().find(|call| page.call(*call).id == id)?),
        })
    }

    /// The first row of the list of an operation.
    fn first(page: &PageState, operation: &str, conversation: Option<&str>) -> Option<Self> {
        let newest = |order| page.conversations(order, None, None);
        Some(match operation {
            "list_posts" => Self::Post(page.posts().next()?),
            "list_call_logs" => Self::Call(page.calls().next()?),
            "list_messages" => {
                let index = page.conversation_index(conversation?)?;
                let positions = page.positions(index, page.message_count(index));
                Self::Message(index, *positions.last()?)
            }
            "list_conversations" => Self::Conversation(newest(Order::Updated).next()?),
            "list_page_customers" => Self::Conversation(newest(Order::Inserted).next()?),
            _ => {
                let mut rows = newest(Order::Inserted);
                Self::Conversation(rows.find(|index| page.ad_of(*index).is_some())?)
            }
        })
    }

    fn goes(self, page: &mut PageState) -> bool {
        match self {
            Self::Conversation(index) => page.remove_conversation(index),
            Self::Message(index, position) => page.remove_message(index, position),
            Self::Post(post) => page.remove_post(post),
            Self::Call(call) => page.remove_call(call),
        }
    }
}

/// Whether there was such a row.
pub(crate) fn go(shared: &Shared, page: &str, going: Going<'_>) -> bool {
    let Some(mut page) = shared.world.page(page) else {
        return false;
    };
    Row::of(&page, going).is_some_and(|row| row.goes(&mut page))
}

/// Takes the first row out of the list of an operation; whether there was one.
pub(crate) fn first_goes(
    page: &mut PageState,
    operation: &str,
    conversation: Option<&str>,
) -> bool {
    Row::first(page, operation, conversation).is_some_and(|row| row.goes(page))
}

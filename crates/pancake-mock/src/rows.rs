//! Rows that come and go while someone pages, as tests ask for them.
use serde::Deserialize;

use crate::{
    MockPancake, live,
    oddity::Oddity,
    shared::Shared,
    world::{Order, PageState},
};

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
            let index = live::arrive_through_ad(&mut page, text, now);
            page.conversation_id(index, !shared.oddities.is_on(Oddity::IdsWithColonAndAt))
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

impl MockPancake {
    /// A new customer whom an ad brought writes: the id of the new conversation, which the export of ad conversations then
    /// lists too. None: there is no such page.
    pub fn arrive_conversation_through_ad(&self, page: &str, text: &str) -> Option<String> {
        come(&self.shared, page, Coming::AdConversation, text)
    }

    /// The page publishes a post: its id, or none if there is no such page.
    pub fn add_post(&self, page: &str) -> Option<String> {
        come(&self.shared, page, Coming::Post, "")
    }

    /// A call of the page's SIP package: its id, or none if there is no such page.
    pub fn add_call(&self, page: &str) -> Option<String> {
        come(&self.shared, page, Coming::Call, "")
    }

    /// A conversation and its customer vanish from all lists; what is asked of them later is answered as for an id that
    /// never was. The inbox that a private reply began for who had commented goes with the comments, or alone if its id is
    /// given. `false`: there is no such conversation.
    pub fn remove_conversation(&self, page: &str, conversation: &str) -> bool {
        go(&self.shared, page, Going::Conversation(conversation))
    }

    /// A message vanishes from the list of its conversation; `message_count` and the statistics still count it. `false`:
    /// there is no such message.
    pub fn remove_message(&self, page: &str, conversation: &str, message: &str) -> bool {
        go(&self.shared, page, Going::Message(conversation, message))
    }

    /// A post vanishes from the list of posts. `false`: there is no such post.
    pub fn remove_post(&self, page: &str, post: &str) -> bool {
        go(&self.shared, page, Going::Post(post))
    }

    /// A call vanishes from the list of calls. `false`: there is no such call.
    pub fn remove_call(&self, page: &str, call: &str) -> bool {
        go(&self.shared, page, Going::Call(call))
    }
}

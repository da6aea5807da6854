//! Rows that come and go while someone pages, as tests ask for them.
use serde::Deserialize;

use crate::{MockPancake, live, oddity::Oddity, shared::Shared};

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

/// Whether there was such a row.
pub(crate) fn go(shared: &Shared, page: &str, row: Going<'_>) -> bool {
    let gone = || {
        let mut page = shared.world.page(page)?;
        Some(match row {
            Going::Conversation(id) => {
                let index = page.conversation_index(id)?;
                page.remove_conversation(index)
            }
            Going::Message(conversation, id) => {
                let index = page.conversation_index(conversation)?;
                let position = page.position_of_message(index, id)?;
                page.remove_message(index, position)
            }
            Going::Post(id) => {
                let post = page.posts().find(|post| page.post_id(*post) == id)?;
                page.remove_post(post)
            }
            Going::Call(id) => {
                let call = page.calls().find(|call| page.call(*call).id == id)?;
                page.remove_call(call)
            }
        })
    };
    gone().unwrap_or(false)
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

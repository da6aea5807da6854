//! The handle of one page: its id and its client.

use pancake_client::{Client, ConversationId, CustomerId, PageId};

use super::conversation::Conversation;
use super::customer::Customer;
use super::pancake::Pancake;

/// A page. Cheap to make and to clone; making it sends nothing. See [`Pancake::page`].
#[derive(Clone, Debug)]
pub struct Page {
    pancake: Pancake,
    id: PageId,
}

impl Page {
    pub(crate) fn new(pancake: Pancake, id: PageId) -> Self {
        Page { pancake, id }
    }

    /// Id of the page.
    pub fn id(&self) -> &PageId {
        &self.id
    }

    /// The client.
    pub fn pancake(&self) -> &Pancake {
        &self.pancake
    }

    /// Every operation of the API as it was generated, with the policies of this client: the same as
    /// [`Pancake::client`].
    pub fn client(&self) -> &Client {
        self.pancake.client()
    }

    /// One customer of the page. Nothing is sent.
    pub fn customer(&self, id: impl Into<CustomerId>) -> Customer {
        Customer::new(self.clone(), id.into())
    }

    /// One conversation of the page. Nothing is sent.
    pub fn conversation(&self, id: impl Into<ConversationId>) -> Conversation {
        Conversation::new(self.clone(), id.into())
    }
}

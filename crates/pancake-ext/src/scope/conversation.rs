//! The handle of one conversation: its id and its page.

use pancake_client::ConversationId;

use super::page::Page;

/// A conversation. Cheap to make and to clone; making it sends nothing. See [`Page::conversation`].
///
/// The row of a list is another type, [`types::Conversation`](crate::types::Conversation).
#[derive(Clone, Debug)]
pub struct Conversation {
    page: Page,
    id: ConversationId,
}

impl Conversation {
    pub(crate) fn new(page: Page, id: ConversationId) -> Self {
        Conversation { page, id }
    }

    /// Id of the conversation.
    pub fn id(&self) -> &ConversationId {
        &self.id
    }

    /// The page it is on.
    pub fn page(&self) -> &Page {
        &self.page
    }
}

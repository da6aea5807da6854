//! The handle of one conversation: its messages.

use pancake_client::ConversationId;

use crate::page::Page;
use crate::paging::{ListRequest, Messages};

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

    /// The messages, newest first unless asked otherwise.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let mut messages = page
    ///     .conversation("1000000000000001_2000000000000002")
    ///     .messages()
    ///     .after("m_1") // what came since
    ///     .oldest_first()
    ///     .stream();
    /// while let Some(message) = messages.try_next().await? {
    ///     println!("{:?}", message.original_message);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn messages(&self) -> ListRequest<Messages> {
        ListRequest::new(Messages::new(self.page.clone(), self.id.clone()))
    }
}

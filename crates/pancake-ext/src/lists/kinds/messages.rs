//! The messages of a conversation.

use pancake_client::types::{Conversation, MessageList};
use pancake_client::{ConversationId, MessageId, Timestamp};

use crate::error::{Error, ErrorKind};
use crate::lists::engine::Expected;
use crate::lists::position::Position;
use crate::lists::request::ListRequest;
use crate::lists::row::{Print, micros};
use crate::lists::source::{Ask, Filters, Kind, Sent, describe};
use crate::scope::page::Page;

/// The messages of a conversation. See [`Conversation::messages`](crate::Conversation::messages).
#[derive(Clone, Debug)]
pub struct Messages {
    page: Page,
    conversation: ConversationId,
    after: Option<MessageId>,
    oldest_first: bool,
    expected: Option<Expected>,
}

impl Messages {
    pub(crate) fn new(page: Page, conversation: ConversationId) -> Self {
        Messages {
            page,
            conversation,
            after: None,
            oldest_first: false,
            expected: None,
        }
    }
}

impl ListRequest<Messages> {
    /// From the oldest to the newest. The service goes back in time only, so all messages are read before the first is
    /// given, and held in memory. A [`Cursor`](crate::Cursor) of this order never comes to an end: resumed, it gives what
    /// arrived since.
    pub fn oldest_first(mut self) -> Self {
        self.list.oldest_first = true;
        self
    }

    /// Only messages that are newer than this one. If there is no such message, all.
    pub fn after(mut self, message: impl Into<MessageId>) -> Self {
        self.list.after = Some(message.into());
        self
    }

    /// How many messages there were at a time, by `message_count` and `updated_at` of a row of
    /// [`Page::conversations`](crate::Page::conversations). It saves the call that otherwise confirms the end: a chat of one
    /// page costs one call instead of two.
    ///
    /// The count is a hint. It is not trusted once a message is newer than that time, and it never makes the list go on:
    /// it may count more messages than can be read.
    pub fn expect_count(mut self, messages: u64, at: impl Into<Timestamp>) -> Self {
        let expect = |at| Expected { rows: messages, at };
        self.list.expected = micros(&at.into()).map(expect);
        self
    }

    /// The count of a row of the list of conversations, as in [`expect_count`](Self::expect_count). A row without count or
    /// time changes nothing.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let mut conversations = page.conversations().stream();
    /// while let Some(row) = conversations.try_next().await? {
    ///     let Some(id) = &row.id else { continue };
    ///     let messages = page.conversation(id).messages().expect_count_of(&row);
    ///     println!("{id:?}: {} messages", messages.collect().await?.len());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn expect_count_of(self, row: &Conversation) -> Self {
        let count = row
            .message_count
            .and_then(|count| u64::try_from(count).ok());
        match (count, &row.updated_at) {
            (Some(count), Some(at)) => self.expect_count(count, at.clone()),
            _ => self,
        }
    }
}

impl Filters for Messages {
    fn page(&self) -> &Page {
        &self.page
    }

    fn scope(&self) -> Option<&str> {
        Some(self.conversation.as_str())
    }

    fn filters(&self) -> String {
        describe([
            ("after", self.after.as_ref().map(MessageId::to_string)),
            ("oldest_first", self.oldest_first.then(|| "true".to_owned())),
        ])
    }

    fn check(&self) -> Result<(), Error> {
        if self.after.as_ref().is_some_and(|id| id.as_str().is_empty()) {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                "the message to begin after has an empty id; leave `after` away to read all",
            ));
        }
        Ok(())
    }

    fn expected(&self) -> Option<Expected> {
        self.expected
    }

    fn begin(&self) -> Position {
        let after = self.after.iter().map(|id| Print::of(id.as_str()));
        Position {
            stop: after.collect(),
            ..Position::default()
        }
    }

    fn is_reversed(&self) -> bool {
        self.oldest_first
    }
}

impl Kind for Messages {
    type Response = MessageList;
    const IS_BACKWARDS: bool = true;

    async fn send(&self, ask: Ask) -> Sent<MessageList> {
        let client = self.page.client();
        let mut call = client
            .list_messages()
            .page_id(self.page.id())
            .conversation_id(&self.conversation);
        if let Some(rows) = ask.skip() {
            call = call.current_count(rows);
        }
        Ok(call.send().await?)
    }
}

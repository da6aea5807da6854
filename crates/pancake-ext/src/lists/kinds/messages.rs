//! Messages: a number of messages to skip from the newest, up to 30 a page, oldest first inside a page.

use pancake_client::operations::LIST_MESSAGES;
use pancake_client::types::Message;
use pancake_client::{ConversationId, MessageId, Operation, PageId};

use crate::error::{Error, ErrorKind};
use crate::lists::dialect::{Ask, Dialect};
use crate::lists::mark::{Mark, Print};
use crate::lists::position::Position;
use crate::lists::request::ListRequest;
use crate::lists::source::{Fetching, List, Listing, Source, describe};
use crate::scope::page::Page;
use crate::scope::pancake::Pancake;

static OPERATION: Operation = LIST_MESSAGES;

/// The messages of a conversation. See [`Conversation::messages`](crate::Conversation::messages).
#[derive(Clone, Debug)]
pub struct Messages {
    page: Page,
    conversation: ConversationId,
    after: Option<MessageId>,
    oldest_first: bool,
}

impl Messages {
    pub(crate) fn new(page: Page, conversation: ConversationId) -> Self {
        Messages {
            page,
            conversation,
            after: None,
            oldest_first: false,
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
}

impl List for Messages {
    type Row = Message;
}

impl Source for Messages {
    fn pancake(&self) -> &Pancake {
        self.page.pancake()
    }

    fn operation(&self) -> &'static Operation {
        &OPERATION
    }

    fn page_id(&self) -> &PageId {
        self.page.id()
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

    fn begin(&self, dialect: Dialect) -> Position {
        let mut position = Position::first(dialect.first());
        let after = self.after.iter().map(|id| Print::of(id.as_str()));
        position.stop = after.collect();
        position
    }

    fn is_reversed(&self) -> bool {
        self.oldest_first
    }

    fn fetch(&self, ask: Ask) -> Fetching<Message> {
        let list = self.clone();
        Box::pin(async move {
            let client = list.page.pancake().client();
            let mut call = client
                .list_messages()
                .page_id(list.page.id())
                .conversation_id(&list.conversation);
            if let Some(rows) = ask.skip() {
                call = call.current_count(i64::try_from(rows).unwrap_or(i64::MAX));
            }
            let answer = call.send().await?;
            let headers = answer.headers().clone();
            // The walk goes back in time, also inside a page.
            let rows = answer.into_inner().messages.map(|mut rows| {
                rows.reverse();
                rows
            });
            Listing::read(&list, &headers, rows, None)
        })
    }

    fn mark(&self, row: &Message) -> Mark {
        Mark::new(row.id.as_ref(), row.inserted_at.as_ref())
    }
}

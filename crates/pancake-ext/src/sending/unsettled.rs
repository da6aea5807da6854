//! A send whose outcome nobody knows: what one must remember of it to settle it, also in another process.

use std::fmt;
use std::time::Instant;

use pancake_client::chrono::{DateTime, Utc};
use pancake_client::{ContentId, ConversationId, MessageId, PageId, Timestamp};
use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::reconcile::Reconcile;
use crate::error::{Error, ErrorKind, Execution};
use crate::scope::conversation::Conversation;
use crate::time::server_time::{Moment, Span};

/// A send whose outcome nobody knows, or that is about to begin ([`SendRequest::prepare`](crate::SendRequest::prepare)).
///
/// [`reconcile`](Unsettled::reconcile) reads the conversation back and settles it. It can be serialised, so that this can be
/// done after a crash: it holds the text of the message and ids, no token. Debug does not show the text.
///
/// ```no_run
/// # async fn run(pancake: pancake_ext::Pancake, stored: &str) -> Result<(), Box<dyn std::error::Error>> {
/// use pancake_ext::{Reconciled, Unsettled};
///
/// let unsettled: Unsettled = serde_json::from_str(stored)?;
/// let chat = pancake.page(unsettled.page_id()).conversation(unsettled.conversation_id());
/// match unsettled.reconcile(&chat).await? {
///     Reconciled::Delivered(delivery) => println!("it was sent: {:?}", delivery.message_id),
///     Reconciled::Absent => println!("it is not there: it may be sent again"),
///     Reconciled::Unclear { candidates } => println!("a person should look at {} messages", candidates.len()),
///     _ => {}
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[must_use = "the message may have been sent: reconcile it, or keep it for later"]
pub struct Unsettled(Box<Facts>);

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) page_id: PageId,
    pub(crate) conversation_id: ConversationId,
    pub(crate) draft: Draft,
    /// The last message that the caller knew of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<MessageId>,
    /// When it began, by the clock of the machine that sent.
    pub(crate) started_at: Timestamp,
    /// The same by the server's clock, as far as its answers had told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) began_there: Option<Span>,
    /// Tells this send from every other.
    pub(crate) send: u64,
    /// When it began, if that was in this process.
    #[serde(skip)]
    pub(crate) started: Option<Instant>,
    #[serde(skip)]
    pub(crate) error: Option<Error>,
}

impl Facts {
    /// When it began, if that was in this process.
    pub(crate) fn began(&self) -> Option<Moment> {
        Some(Moment {
            instant: self.started?,
            wall: self.started_at.datetime()?,
        })
    }
}

impl Unsettled {
    pub(crate) fn new(conversation: &Conversation, draft: Draft, after: Option<MessageId>) -> Self {
        let page = conversation.page();
        let now = Moment::now(page.pancake().clock().as_ref());
        Unsettled(Box::new(Facts {
            page_id: page.id().clone(),
            conversation_id: conversation.id().clone(),
            draft,
            after,
            started_at: now.wall.into(),
            began_there: page.pancake().server_clock().at(now),
            send: fastrand::u64(..),
            started: Some(now.instant),
            error: None,
        }))
    }

    /// The same send, begun now.
    pub(crate) fn begun(mut self, conversation: &Conversation) -> Self {
        let pancake = conversation.page().pancake();
        let now = Moment::now(pancake.clock().as_ref());
        self.0.started_at = now.wall.into();
        self.0.began_there = pancake.server_clock().at(now);
        self.0.started = Some(now.instant);
        self
    }

    /// The same send, come to an end that leaves everything open. If an answer came meanwhile, it may tell better than those
    /// before when it began.
    pub(crate) fn because(mut self, error: Error, conversation: &Conversation) -> Self {
        let server = conversation.page().pancake().server_clock();
        let began = self.0.began().and_then(|began| server.at(began));
        self.0.began_there = began.or(self.0.began_there);
        self.0.error = Some(error);
        self
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.0
    }

    /// Reads the last messages back and says whether it was sent. Nothing is sent before it is awaited, and never a message.
    pub fn reconcile(&self, conversation: &Conversation) -> Reconcile {
        Reconcile::new(self.clone(), conversation.clone())
    }

    /// The page.
    pub fn page_id(&self) -> &PageId {
        &self.0.page_id
    }

    /// The conversation that it was sent to.
    pub fn conversation_id(&self) -> &ConversationId {
        &self.0.conversation_id
    }

    /// The text of the message; `None` if it holds files alone, or is a template.
    pub fn text(&self) -> Option<&str> {
        self.0.draft.text.as_deref()
    }

    /// The uploaded files of the message.
    pub fn content_ids(&self) -> &[ContentId] {
        &self.0.draft.content_ids
    }

    /// When the send began, by the clock of the machine that sent.
    pub fn started_at(&self) -> Option<DateTime<Utc>> {
        self.0.started_at.datetime()
    }

    /// Why nobody knows. `None` if it was prepared only, or comes from a file.
    pub fn error(&self) -> Option<&Error> {
        self.0.error.as_ref()
    }

    pub(crate) fn to_error(&self) -> Error {
        self.0.error.clone().unwrap_or_else(|| {
            Error::new(
                ErrorKind::Interrupted,
                "nobody knows whether the message was sent",
            )
            .with_execution(Execution::Unknown)
        })
    }
}

/// Without the text, which is a customer's business.
impl fmt::Debug for Unsettled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &*self.0;
        f.debug_struct("Unsettled")
            .field("page_id", &facts.page_id)
            .field("conversation_id", &facts.conversation_id)
            .field("action", &facts.draft.action)
            .field("content_ids", &facts.draft.content_ids.len())
            .field("started_at", &facts.started_at)
            .field("after", &facts.after)
            .field("error", &facts.error)
            .finish_non_exhaustive()
    }
}

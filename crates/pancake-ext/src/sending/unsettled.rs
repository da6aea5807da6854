//! A send with an unknown outcome, as data: all that it takes to settle it, also in another process.

use std::fmt;
use std::time::Instant;

use pancake_client::types::SendMessageBody;
use pancake_client::{ContentId, ConversationId, MessageId, PageId, Psid, Timestamp};
use serde::{Deserialize, Serialize};

use super::check::content;
use crate::error::{Error, ErrorKind, Execution};
use crate::scope::conversation::Conversation;
use crate::time::server_time::{Moment, Span};

/// A send whose outcome is unknown, or that is about to begin ([`SendRequest::prepare`](crate::SendRequest::prepare)).
///
/// [`reconcile`](Unsettled::reconcile) reads the conversation back and settles it. It is serde data, so that this can be done
/// after a crash: it holds the text of the message and ids, no token. Debug does not show the text.
///
/// ```no_run
/// # async fn run(pancake: pancake_ext::Pancake, stored: &str) -> Result<(), Box<dyn std::error::Error>> {
/// use pancake_ext::{Reconciled, Unsettled};
///
/// let unsettled: Unsettled = serde_json::from_str(stored)?;
/// let chat = pancake.page(&unsettled.page_id).conversation(&unsettled.conversation_id);
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
pub struct Unsettled {
    /// The page.
    pub page_id: PageId,
    /// The conversation that the message was sent to.
    pub conversation_id: ConversationId,
    /// The text of the message; `None` if it holds files alone, or is a template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The uploaded files of the message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content_ids: Vec<ContentId>,
    /// The message given to [`SendOptions::after`](crate::SendOptions::after).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<MessageId>,
    /// When the send began, by the clock of the machine that sent.
    pub started_at: Timestamp,
    /// Why the outcome is unknown. `None` if the send was only prepared, or was deserialized.
    #[serde(skip)]
    pub error: Option<Error>,
    /// Whether it is sent in the name of a user.
    #[serde(default)]
    pub(super) as_user: bool,
    /// Whether it names people, whose names the channel may write in its own way.
    #[serde(default)]
    pub(super) mentions: bool,
    /// Whether it is a template.
    #[serde(default)]
    pub(super) template: bool,
    /// The customer of a private reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) customer: Option<Psid>,
    /// When the send began by the server's clock, as far as responses had told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) began_there: Option<Span>,
    /// Tells this send from every other.
    pub(super) send: u64,
    /// When the send began, if that was in this process.
    #[serde(skip)]
    pub(super) started: Option<Instant>,
}

impl Unsettled {
    pub(super) fn new(
        conversation: &Conversation,
        body: &SendMessageBody,
        after: Option<MessageId>,
    ) -> Self {
        let (text, content_ids) = content(body);
        let (SendMessageBody::ReplyInbox { sender_id, .. }
        | SendMessageBody::ReplyComment { sender_id, .. }
        | SendMessageBody::PrivateReplies { sender_id, .. }) = body;
        let pancake = conversation.page().pancake();
        let now = Moment::now(pancake.clock().as_ref());
        Unsettled {
            page_id: conversation.page().id().clone(),
            conversation_id: conversation.id().clone(),
            text: text.map(str::to_owned),
            content_ids: content_ids.to_vec(),
            after,
            started_at: now.wall.into(),
            error: None,
            as_user: sender_id.is_some(),
            mentions: matches!(
                body,
                SendMessageBody::ReplyComment { mentions: Some(list), .. } if !list.is_empty()
            ),
            template: matches!(
                body,
                SendMessageBody::ReplyInbox {
                    template_id: Some(_),
                    ..
                }
            ),
            customer: match body {
                SendMessageBody::PrivateReplies { from_id, .. } => Some(from_id.clone()),
                _ => None,
            },
            began_there: pancake.server_clock().at(now),
            send: fastrand::u64(..),
            started: Some(now.instant),
        }
    }

    /// The same send, begun now.
    pub(super) fn begun(mut self, conversation: &Conversation) -> Self {
        let pancake = conversation.page().pancake();
        let now = Moment::now(pancake.clock().as_ref());
        self.started_at = now.wall.into();
        self.began_there = pancake.server_clock().at(now);
        self.started = Some(now.instant);
        self
    }

    /// The same send after it ended with an unknown outcome. A response that came meanwhile may be the first to tell the
    /// server's time.
    pub(super) fn because(mut self, error: Error, conversation: &Conversation) -> Self {
        let server = conversation.page().pancake().server_clock();
        let began = self.began().and_then(|began| server.at(began));
        self.began_there = began.or(self.began_there);
        self.error = Some(error);
        self
    }

    /// When it began, if that was in this process.
    pub(super) fn began(&self) -> Option<Moment> {
        Some(Moment {
            instant: self.started?,
            wall: self.started_at.datetime()?,
        })
    }

    pub(super) fn to_error(&self) -> Error {
        self.error.clone().unwrap_or_else(|| {
            Error::new(
                ErrorKind::Interrupted,
                "the outcome of the send is unknown: the message may have been sent",
            )
            .with_execution(Execution::Unknown)
        })
    }
}

/// Without the text, which is a customer's business.
impl fmt::Debug for Unsettled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsettled")
            .field("page_id", &self.page_id)
            .field("conversation_id", &self.conversation_id)
            .field("content_ids", &self.content_ids.len())
            .field("started_at", &self.started_at)
            .field("after", &self.after)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
impl Unsettled {
    /// A text to the inbox of page `zl_7`.
    pub(super) fn of_text(text: &str) -> Self {
        let value = serde_json::json!({
            "page_id": "zl_7", "conversation_id": "c", "text": text, "started_at": "2026-01-01T00:00:00Z", "send": 1,
        });
        serde_json::from_value(value).unwrap()
    }

    /// Uploaded files to the same inbox.
    pub(super) fn of_files(ids: &[&str]) -> Self {
        let mut unsettled = Unsettled::of_text("");
        unsettled.text = None;
        unsettled.content_ids = ids.iter().copied().map(ContentId::from).collect();
        unsettled
    }
}

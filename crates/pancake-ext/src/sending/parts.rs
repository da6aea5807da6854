//! A long text as several messages.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use pancake_client::{MessageId, UserId};

use super::draft::{is_blank, refuse};
use super::outcome::{Delivery, SendOutcome};
use super::split::Split;
use crate::error::Error;
use crate::scope::conversation::Conversation;

/// A long text that is about to be sent in parts. Made by [`Conversation::reply_in_parts`]; nothing is sent before it is
/// awaited.
///
/// Dropped half-way, it leaves nothing that says how far it came; see [`SendRequest`](crate::SendRequest).
#[derive(Clone)]
#[must_use = "nothing is sent before it is awaited"]
pub struct PartsRequest {
    conversation: Conversation,
    text: String,
    limit: usize,
    sender: Option<UserId>,
    quote: Option<MessageId>,
    after: Option<MessageId>,
    reconcile: bool,
}

/// What became of a text in parts.
#[derive(Clone, Debug)]
#[must_use = "the text may have been sent in part"]
#[non_exhaustive]
pub struct SentParts {
    /// The parts that were sent, in their order.
    pub delivered: Vec<Delivery>,
    /// Where it stopped; `None` if all of the text was sent.
    pub stopped: Option<Stopped>,
}

/// The part that was not delivered, and what comes after it. Debug does not show the text.
#[derive(Clone)]
#[non_exhaustive]
pub struct Stopped {
    /// What became of the part: never [`Delivered`](SendOutcome::Delivered).
    pub outcome: SendOutcome,
    /// The part. If its outcome is unknown, it may have been sent.
    pub part: String,
    /// The text behind the part, of which nothing was sent. Empty if it was the last.
    pub rest: String,
}

impl PartsRequest {
    pub(crate) fn new(conversation: Conversation, text: String, limit: usize) -> Self {
        PartsRequest {
            conversation,
            text,
            limit,
            sender: None,
            quote: None,
            after: None,
            reconcile: false,
        }
    }

    /// The user in whose name it is sent, as shown to staff.
    pub fn sender(mut self, user: impl Into<UserId>) -> Self {
        self.sender = Some(user.into());
        self
    }

    /// The message that the first part quotes.
    pub fn quote(mut self, message: impl Into<MessageId>) -> Self {
        self.quote = Some(message.into());
        self
    }

    /// The last message of the conversation that you know of; see [`SendRequest::after`](crate::SendRequest::after).
    pub fn after(mut self, message: impl Into<MessageId>) -> Self {
        self.after = Some(message.into());
        self
    }

    /// Settles a part whose outcome is unknown by reading the conversation back, and goes on if it was sent; see
    /// [`SendRequest::reconciled`](crate::SendRequest::reconciled). If not given, such a part ends it.
    pub fn reconciled(mut self) -> Self {
        self.reconcile = true;
        self
    }

    async fn send(self) -> Result<SentParts, Error> {
        if self.limit == 0 {
            return refuse("the limit is 0: give the characters that a message takes".to_owned());
        }
        if is_blank(&self.text) {
            return refuse("the text is empty: there is nothing to send".to_owned());
        }
        let mut sent = SentParts {
            delivered: Vec::new(),
            stopped: None,
        };
        let mut parts = Split::new(&self.text, self.limit);
        let mut after = self.after.clone();
        while let Some(part) = parts.next() {
            let outcome = match self
                .send_part(part, sent.delivered.is_empty(), after.clone())
                .await
            {
                Ok(outcome) => outcome,
                // The same text and ids passed before, if this is not the first.
                Err(error) if sent.delivered.is_empty() => return Err(error),
                Err(error) => SendOutcome::NotSent(error),
            };
            match outcome {
                SendOutcome::Delivered(delivery) => {
                    after = delivery.message_id.clone().or(after);
                    sent.delivered.push(delivery);
                }
                outcome => {
                    sent.stopped = Some(Stopped {
                        outcome,
                        part: part.to_owned(),
                        rest: parts.rest().to_owned(),
                    });
                    break;
                }
            }
        }
        Ok(sent)
    }

    async fn send_part(
        &self,
        part: &str,
        is_first: bool,
        after: Option<MessageId>,
    ) -> Result<SendOutcome, Error> {
        let mut request = self.conversation.reply(part);
        if let Some(sender) = &self.sender {
            request = request.sender(sender);
        }
        if let Some(quote) = self.quote.as_ref().filter(|_| is_first) {
            request = request.quote(quote);
        }
        if let Some(after) = after {
            request = request.after(after);
        }
        if self.reconcile {
            request = request.reconciled();
        }
        request.await
    }
}

/// # Errors
///
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): the text is empty, the limit 0 or an id unusable. Nothing was sent.
impl IntoFuture for PartsRequest {
    type Output = Result<SentParts, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Without the text.
impl fmt::Debug for PartsRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartsRequest")
            .field("conversation", &self.conversation)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stopped")
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

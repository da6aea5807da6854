//! A long text as several messages.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use super::check::{is_blank, refuse};
use super::options::SendOptions;
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
    options: SendOptions,
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
    pub(super) fn new(conversation: &Conversation, text: String, limit: usize) -> Self {
        PartsRequest {
            conversation: conversation.clone(),
            text,
            limit,
            options: SendOptions::new(),
        }
    }

    /// Takes these options, in place of those before. With [`reconcile`](SendOptions::reconcile) a part whose outcome is
    /// unknown is settled, and the next one follows if it was sent; otherwise such a part ends it.
    pub fn options(mut self, options: SendOptions) -> Self {
        self.options = options;
        self
    }

    async fn send(self) -> Result<SentParts, Error> {
        if self.limit == 0 {
            return refuse("the limit is 0: give the characters that a message takes");
        }
        if is_blank(&self.text) {
            return refuse("the text is empty: there is nothing to send");
        }
        let mut delivered: Vec<Delivery> = Vec::new();
        let mut options = self.options;
        let mut parts = Split::new(&self.text, self.limit);
        while let Some(part) = parts.next() {
            let request = self.conversation.reply(part).options(options.clone());
            let outcome = match request.await {
                // The options were accepted before, if this is not the first part.
                Err(error) if !delivered.is_empty() => SendOutcome::NotSent(error),
                outcome => outcome?,
            };
            let SendOutcome::Delivered(delivery) = outcome else {
                let stopped = Stopped {
                    outcome,
                    part: part.to_owned(),
                    rest: parts.rest().to_owned(),
                };
                return Ok(SentParts {
                    delivered,
                    stopped: Some(stopped),
                });
            };
            options.reply_to = None;
            options.after = delivery.message_id.clone().or(options.after);
            delivered.push(delivery);
        }
        Ok(SentParts {
            delivered,
            stopped: None,
        })
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

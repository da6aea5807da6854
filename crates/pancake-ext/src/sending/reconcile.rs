//! Settles a send with an unknown outcome by reading the conversation back.

use std::mem::replace;
use std::time::Duration;

use pancake_client::types::Message;

use super::baseline::since_begin;
use super::check::refuse;
use super::outcome::Delivery;
use super::read_back::{End, Look, look};
use super::unsettled::Unsettled;
use crate::error::Error;
use crate::scope::conversation::Conversation;
use crate::time::server_time::Moment;

/// How long to wait for a message that is not there yet: a gateway gives up before the server behind it does.
const WAIT: Duration = Duration::from_secs(10);

/// A message that is not there after this long will not come any more.
const OVER: Duration = Duration::from_secs(5 * 60);

/// Pauses double from one look to the next, between these.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What reading back has shown.
#[derive(Clone, Debug)]
#[must_use = "it says whether the message may be sent again"]
#[non_exhaustive]
pub enum Reconciled {
    /// The message is there.
    Delivered(Delivery),
    /// The message is not there, also after waiting. It may be sent again.
    Absent,
    /// It cannot be told: several messages look like it, or one does that may be older or somebody else's, or the message
    /// may be where it cannot be read back. Do not send it again before a person has looked.
    Unclear {
        /// Messages that may be it, as far as there are any.
        candidates: Vec<Message>,
    },
}

impl Reconciled {
    /// The delivery, if the message is there.
    pub fn delivered(self) -> Option<Delivery> {
        match self {
            Reconciled::Delivered(delivery) => Some(delivery),
            _ => None,
        }
    }

    /// Whether the message is not there and may be sent again.
    pub fn is_absent(&self) -> bool {
        matches!(self, Reconciled::Absent)
    }
}

impl Unsettled {
    /// Reads the last messages of the conversation back and says whether the message was sent. It sends nothing.
    ///
    /// A message that is not there yet is waited for: 10 seconds in all, or not at all if the send began more than 5 minutes
    /// ago. [`reconcile_within`](Self::reconcile_within) takes another time.
    ///
    /// # What counts
    ///
    /// The message has to be written by the page, to hold the same text (white space and the form of accents do not count) or
    /// the same files, and to be newer than the send: by its time, which is held against the server's own, or behind the
    /// message given to [`after`](crate::SendOptions::after). Messages that this client (or a clone) knows to come from another
    /// of its sends do not count. One such message is the delivery, and none, also after waiting, is [`Reconciled::Absent`]. It
    /// is [`Unclear`](Reconciled::Unclear) if there are several, if the send itself is still under way in this client, if the
    /// last 300 messages do not reach back to the send, if there seem to be no messages at all, or if what looks like it
    ///
    /// - has a time up to a minute before the send began, and nothing was given to `after`;
    /// - carries the name of a person or comes from a bot flow. Messages sent through the API are signed "Public API", but few
    ///   have seen that. With [`sender`](crate::SendOptions::sender) names do not matter;
    /// - has no known author;
    /// - is signed "Public API" and holds anything else, or holds the beginning of the text: the channel may have cut it or
    ///   written it anew, as it may with mentions;
    /// - holds files without the ids that were sent. As many as were sent are proof only with the name "Public API", or if a
    ///   `sender` was given;
    /// - came while another send of this client to the conversation was under way.
    ///
    /// The server's time of the send is known if the server responded to anything in this client, before the send or to it, and
    /// is kept in [`Unsettled`]. Otherwise only `after` makes a delivery certain in another process: the clock of another
    /// machine does not, and every message that looks the same is a doubt.
    ///
    /// A private reply lands in the inbox of the customer, on Facebook in the conversation `{page}_{customer}` as far as is
    /// known. It is looked for there and below the comment, and is never called absent.
    ///
    /// A template of WhatsApp may read like anything, and may not be listed at all: what the page wrote since makes it
    /// unclear, and it is never called absent.
    ///
    /// Two sends of the same text within a second from two clients cannot be told apart.
    ///
    /// # Errors
    ///
    /// The messages could not be read: nothing is settled then, and it can be tried again. Or the conversation is not the one
    /// that the message was sent to.
    pub async fn reconcile(&self, conversation: &Conversation) -> Result<Reconciled, Error> {
        self.run(conversation, None).await
    }

    /// As [`reconcile`](Self::reconcile), waiting this long in all for a message that is not there yet.
    ///
    /// # Errors
    ///
    /// As [`reconcile`](Self::reconcile).
    pub async fn reconcile_within(
        &self,
        conversation: &Conversation,
        wait: Duration,
    ) -> Result<Reconciled, Error> {
        self.run(conversation, Some(wait)).await
    }

    async fn run(&self, chat: &Conversation, wait: Option<Duration>) -> Result<Reconciled, Error> {
        if *chat.page().id() != self.page_id || *chat.id() != self.conversation_id {
            return refuse(format!(
                "the send went to conversation {} of page {}: give that conversation",
                self.conversation_id, self.page_id
            ));
        }
        let (mut waited, mut pause) = (Duration::ZERO, FIRST_PAUSE);
        let mut at_end = false;
        loop {
            // A send that ends while the messages are read was under way when they were.
            let under_way = self.under_way(chat);
            let look = self.look(chat).await?;
            // One odd response can end a list too early, so an end counts the second time.
            let is_end = matches!(look.end, End::OfList | End::Empty);
            if !replace(&mut at_end, is_end) && is_end {
                continue;
            }
            let left = wait.unwrap_or_else(|| self.usual_wait(chat));
            let left = left.saturating_sub(waited);
            let may_change = look.end != End::TooFar && !left.is_zero();
            match self.judge(look, chat, under_way.or(self.under_way(chat))) {
                Reconciled::Absent | Reconciled::Unclear { .. } if may_change => {}
                settled => return Ok(settled),
            }
            let next = pause.min(left);
            tracing::debug!(pause = ?next, "the message is not there for certain; looking again");
            chat.page().pancake().clock().sleep(next).await;
            waited += next;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// How long to wait in all. In another process this goes by the server's time, which is known once it has responded.
    fn usual_wait(&self, chat: &Conversation) -> Duration {
        let pancake = chat.page().pancake();
        let now = Moment::now(pancake.clock().as_ref());
        match since_begin(self, pancake.server_clock(), now) {
            long if long > OVER => Duration::ZERO,
            _ => WAIT,
        }
    }

    fn under_way(&self, chat: &Conversation) -> UnderWay {
        let memory = chat.page().pancake().sends();
        UnderWay {
            itself: memory.is_open(self.send),
            others: memory.has_rivals(&self.page_id, &self.conversation_id, self.send),
        }
    }

    /// Looks once, wherever the message can be.
    async fn look(&self, chat: &Conversation) -> Result<Look, Error> {
        let here = look(chat, self).await?;
        let Some(customer) = &self.customer else {
            return Ok(here);
        };
        let page = chat.page();
        let inbox = page.conversation(format!("{}_{customer}", page.id()));
        match look(&inbox, self).await {
            // That inbox may be a new one.
            Ok(there) if there.end == End::Empty => Ok(here),
            Ok(there) => Ok(here.and(there)),
            // There may be no such conversation.
            Err(error) if error.api_error().is_some() && !error.is_retryable() => Ok(here),
            Err(error) => Err(error),
        }
    }

    fn judge(&self, mut look: Look, chat: &Conversation, under_way: UnderWay) -> Reconciled {
        let memory = chat.page().pancake().sends();
        // Settled before, by this client.
        let mine = look.certain.iter().position(|message| {
            let id = message.id.as_ref();
            id.is_some_and(|id| memory.send_of(&self.page_id, id) == Some(self.send))
        });
        let is_complete = look.end <= End::OfList;
        let alone = look.certain.len() == 1 && is_complete && !under_way.others;
        if let Some(found) = mine.or(alone.then_some(0)) {
            let id = look.certain.swap_remove(found).id;
            if let Some(id) = &id {
                memory.know(&self.page_id, id, self.send);
            }
            return Reconciled::Delivered(Delivery::found(id));
        }
        let mut candidates = look.certain;
        candidates.append(&mut look.doubtful);
        let can_be_seen = !self.template && self.customer.is_none();
        if candidates.is_empty() && is_complete && can_be_seen && !under_way.itself {
            Reconciled::Absent
        } else {
            Reconciled::Unclear { candidates }
        }
    }
}

/// Sends of this client that are not over.
#[derive(Clone, Copy)]
struct UnderWay {
    /// The one that is to be settled, or a message of it is known.
    itself: bool,
    /// Others to the conversation.
    others: bool,
}

impl UnderWay {
    fn or(self, later: UnderWay) -> UnderWay {
        UnderWay {
            itself: self.itself || later.itself,
            others: self.others || later.others,
        }
    }
}

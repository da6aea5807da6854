//! Settles a send whose outcome nobody knows, by reading the conversation back.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use pancake_client::types::Message;

use super::baseline::since_begin;
use super::draft::{Action, refuse};
use super::outcome::Delivery;
use super::read_back::{Look, look};
use super::unsettled::Unsettled;
use crate::error::Error;
use crate::scope::conversation::Conversation;
use crate::time::server_time::Moment;

/// How long one waits for a message that is not there yet: a gateway gives up before the server behind it does.
const WAIT: Duration = Duration::from_secs(10);

/// After that long, a message that is not there will not come any more.
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
    /// may be where nobody can look. Do not send it again before a person has looked.
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

/// Reading back the outcome of a send. Made by [`Unsettled::reconcile`]; nothing is asked for before it is awaited.
///
/// # What counts
///
/// The message has to be written by the page, to hold the same text (white space and the form of accents do not
/// count) or the same files, and to be newer than the send: by its time, which is held against the server's own, or behind
/// the message given to [`after`](crate::SendRequest::after). Messages that this client (or a clone) knows to come from
/// another send of its own do not count. One such message is the delivery, and none, also after waiting, is
/// [`Reconciled::Absent`]. It is [`Unclear`](Reconciled::Unclear) if there are several, if the send itself is still under
/// way in this client, if there seem to be no messages at all, or if what looks like it
///
/// - has a time up to a minute before the send began, and nothing was given to `after`;
/// - carries the name of a person or comes from a bot flow. Messages sent through the API are signed "Public API", but few
///   have seen that. With [`sender`](crate::SendRequest::sender) names do not matter;
/// - was written by nobody knows whom;
/// - is signed "Public API" and holds anything else, or holds the beginning of the text: the channel may have cut it or
///   written it anew, as it may with mentions;
/// - holds files without the ids that were sent. As many as were sent are proof only with the name "Public API", or if a
///   `sender` was given;
/// - came while another send of this client to the conversation was under way.
///
/// The server's time of the send is known if the server answered anything in this client, before it, or to it, and is kept
/// in [`Unsettled`]. Otherwise only what was given to `after` makes a delivery certain in another process: no clock of
/// another machine does.
///
/// A private reply lands in the inbox of the customer, on Facebook in the conversation `{page}_{customer}` as far as
/// anyone knows. It is looked for there and below the comment, and is never called absent.
///
/// A template of WhatsApp may read like anything, and nobody knows whether it is listed at all: what the page wrote since
/// makes it unclear, and it is never called absent.
///
/// A program that sends the same text twice within a second from two clients cannot tell the messages apart, and neither
/// can this.
#[must_use = "nothing is asked for before it is awaited"]
#[derive(Debug)]
pub struct Reconcile {
    unsettled: Unsettled,
    conversation: Conversation,
    wait: Option<Duration>,
}

impl Reconcile {
    pub(crate) fn new(unsettled: Unsettled, conversation: Conversation) -> Self {
        Reconcile {
            unsettled,
            conversation,
            wait: None,
        }
    }

    /// How long to wait, in all, for a message that is not there yet. If not given 10 seconds, or not at all when the send
    /// began more than 5 minutes ago.
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = Some(wait);
        self
    }

    async fn run(self) -> Result<Reconciled, Error> {
        let facts = self.unsettled.facts();
        let page = self.conversation.page();
        if *page.id() != facts.page_id || *self.conversation.id() != facts.conversation_id {
            return refuse(format!(
                "the send went to conversation {} of page {}: give that conversation",
                facts.conversation_id, facts.page_id
            ));
        }
        let clock = page.pancake().clock();
        let (mut waited, mut pause) = (Duration::ZERO, FIRST_PAUSE);
        loop {
            // Also what ends while the messages are read was under way when they were.
            let under_way = self.under_way();
            let look = self.look().await?;
            let left = self.time_to_wait().saturating_sub(waited);
            let may_change = (look.complete || look.empty) && !left.is_zero();
            match self.judge(look, under_way.or(self.under_way())) {
                Reconciled::Absent | Reconciled::Unclear { .. } if may_change => {}
                settled => return Ok(settled),
            }
            let next = pause.min(left);
            tracing::debug!(pause = ?next, "the message is not there for certain; looking again");
            clock.sleep(next).await;
            waited += next;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// How long to wait in all. The server's time, which this goes by in another process, is known once it has answered.
    fn time_to_wait(&self) -> Duration {
        let pancake = self.conversation.page().pancake();
        self.wait.unwrap_or_else(|| {
            let now = Moment::now(pancake.clock().as_ref());
            match since_begin(self.unsettled.facts(), pancake.server_clock(), now) {
                long if long > OVER => Duration::ZERO,
                _ => WAIT,
            }
        })
    }

    fn under_way(&self) -> UnderWay {
        let facts = self.unsettled.facts();
        let memory = self.conversation.page().pancake().sends();
        UnderWay {
            itself: memory.is_open(facts.send),
            others: memory.has_rivals(&facts.page_id, &facts.conversation_id, facts.send),
        }
    }

    /// Looks once, wherever the message can be.
    async fn look(&self) -> Result<Look, Error> {
        let facts = self.unsettled.facts();
        let page = self.conversation.page();
        let memory = page.pancake().sends();
        let here = look(&self.conversation, facts, memory).await?;
        let Some(customer) = &facts.draft.customer else {
            return Ok(here);
        };
        let inbox = page.conversation(format!("{}_{customer}", page.id()));
        match look(&inbox, facts, memory).await {
            // That inbox may be a new one.
            Ok(mut there) => {
                there.complete |= there.empty;
                Ok(here.and(there))
            }
            // There may be no such conversation.
            Err(error) if error.api_error().is_some() && !error.is_retryable() => Ok(here),
            Err(error) => Err(error),
        }
    }

    fn judge(&self, mut look: Look, under_way: UnderWay) -> Reconciled {
        let facts = self.unsettled.facts();
        let memory = self.conversation.page().pancake().sends();
        // Settled before, by this client.
        let mine = look.certain.iter().position(|message| {
            let id = message.id.as_ref();
            id.is_some_and(|id| memory.send_of(&facts.page_id, id) == Some(facts.send))
        });
        let alone = look.certain.len() == 1 && look.complete && !under_way.others;
        if let Some(found) = mine.or(alone.then_some(0)) {
            let id = look.certain.swap_remove(found).id;
            if let Some(id) = &id {
                memory.know(&facts.page_id, id, facts.send);
            }
            return Reconciled::Delivered(Delivery::found(id));
        }
        let mut candidates = std::mem::take(&mut look.certain);
        candidates.append(&mut look.doubtful);
        let shown_here = !matches!(
            facts.draft.action,
            Action::PrivateReplies | Action::WhatsappTemplate
        );
        let looked_everywhere = shown_here && look.complete;
        if candidates.is_empty() && looked_everywhere && !under_way.itself {
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

/// # Errors
///
/// The messages could not be read: nothing is settled then, and it can be tried again. Or the conversation is not the one that
/// the message was sent to.
impl IntoFuture for Reconcile {
    type Output = Result<Reconciled, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

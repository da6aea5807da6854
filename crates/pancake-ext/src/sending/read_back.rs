//! Reads the last messages of a conversation back, as far as the send can lie behind.

use pancake_client::types::Message;

use super::baseline::{Age, Baseline};
use super::likeness::{Likeness, likeness};
use super::unsettled::Unsettled;
use crate::error::Error;
use crate::scope::conversation::Conversation;
use crate::scope::sends::SendMemory;

/// Pages of up to 30 messages each. A message further back was not sent a moment ago.
const MOST_PAGES: usize = 10;

/// Where a look ended, the best end first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// At a message that was there before the send.
    Before,
    /// At the end of the list, which one odd response can make too early.
    OfList,
    /// At the end of a list without a message. Somebody who can be answered has written something, so this proves nothing.
    Empty,
    /// At the most that is read.
    TooFar,
}

/// What one look has found.
#[derive(Debug)]
pub(super) struct Look {
    /// Messages that look like the one that was sent, and are new enough.
    pub(super) certain: Vec<Message>,
    /// Messages that may be the one.
    pub(super) doubtful: Vec<Message>,
    pub(super) end: End,
}

impl Look {
    pub(super) fn and(mut self, other: Look) -> Look {
        self.certain.extend(other.certain);
        self.doubtful.extend(other.doubtful);
        self.end = self.end.max(other.end);
        self
    }
}

/// Looks once.
///
/// # Errors
///
/// The messages could not be read.
pub(super) async fn look(conversation: &Conversation, send: &Unsettled) -> Result<Look, Error> {
    let pancake = conversation.page().pancake();
    let mut reading = Reading::new(send, pancake.sends());
    let mut pages = conversation.messages().pages();
    for _ in 0..MOST_PAGES {
        let Some(page) = pages.try_next().await? else {
            return Ok(reading.ended());
        };
        // The response may be the first to tell the server's time.
        let baseline = Baseline::of(send, pancake.server_clock());
        if reading.take(page.items, baseline) {
            return Ok(reading.found(End::Before));
        }
    }
    Ok(reading.found(End::TooFar))
}

struct Reading<'a> {
    send: &'a Unsettled,
    memory: &'a SendMemory,
    is_empty: bool,
    certain: Vec<Message>,
    doubtful: Vec<Message>,
    /// Messages that look the same, of which the clocks cannot tell whether they are new enough.
    close: Vec<Message>,
    /// Messages that look the same or similar, and are too old by their time.
    old: Vec<Message>,
}

impl<'a> Reading<'a> {
    fn new(send: &'a Unsettled, memory: &'a SendMemory) -> Self {
        Reading {
            send,
            memory,
            is_empty: true,
            certain: Vec::new(),
            doubtful: Vec::new(),
            close: Vec::new(),
            old: Vec::new(),
        }
    }

    /// Sorts the messages of a page, the newest first. True: what follows was there before.
    fn take(&mut self, rows: Vec<Message>, baseline: Baseline) -> bool {
        let mut is_over = false;
        for row in rows {
            self.is_empty = false;
            if row.id.is_some() && row.id == self.send.after {
                // What came behind it is new to the caller, and the clocks need not tell.
                self.certain.append(&mut self.close);
                self.doubtful.append(&mut self.old);
                return true;
            }
            let age = baseline.age(row.inserted_at.as_ref());
            is_over |= age == Age::Before;
            self.sort(row, age);
        }
        is_over
    }

    fn sort(&mut self, row: Message, age: Age) {
        let id = row.id.as_ref();
        let known = id.and_then(|id| self.memory.send_of(&self.send.page_id, id));
        let place = match (known, age, likeness(&row, self.send)) {
            (Some(send), ..) if send == self.send.send => &mut self.certain,
            (Some(_), ..) | (_, _, Likeness::Other) => return,
            (_, Age::Since, Likeness::Same) => &mut self.certain,
            (_, Age::Doubtful, Likeness::Same) => &mut self.close,
            (_, Age::Before, _) => &mut self.old,
            (_, _, Likeness::Perhaps) => &mut self.doubtful,
        };
        place.push(row);
    }

    fn ended(self) -> Look {
        let end = match self.is_empty {
            true => End::Empty,
            false => End::OfList,
        };
        self.found(end)
    }

    fn found(mut self, end: End) -> Look {
        self.doubtful.append(&mut self.close);
        Look {
            certain: self.certain,
            doubtful: self.doubtful,
            end,
        }
    }
}

//! Reads the last messages of a conversation back, as far as the send can lie behind.

use std::collections::HashSet;

use pancake_client::operations::LIST_MESSAGES;
use pancake_client::types::Message;
use pancake_client::{MessageId, Operation};

use super::baseline::{Age, Baseline};
use super::likeness::{Likeness, likeness};
use super::unsettled::Facts;
use crate::error::{Error, ErrorKind, Execution};
use crate::scope::conversation::Conversation;
use crate::scope::sends::SendMemory;
use crate::time::server_time::Moment;

static OPERATION: Operation = LIST_MESSAGES;

/// Answers of up to 30 messages each. What lies further back was not sent a moment ago.
const MOST_ANSWERS: usize = 10;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Look {
    /// Messages that look like the one that was sent, and are new enough.
    pub(crate) certain: Vec<Message>,
    /// Messages that may be the one.
    pub(crate) doubtful: Vec<Message>,
    /// Whether it was read back to where the message cannot be any more.
    pub(crate) complete: bool,
    /// Whether there was no message at all. Whom one can answer has written something, so this is no proof of anything.
    pub(crate) empty: bool,
}

impl Look {
    pub(crate) fn and(mut self, other: Look) -> Look {
        self.certain.extend(other.certain);
        self.doubtful.extend(other.doubtful);
        self.complete &= other.complete;
        self.empty &= other.empty;
        self
    }
}

/// Looks once.
///
/// # Errors
///
/// The messages could not be read.
pub(crate) async fn look(
    conversation: &Conversation,
    facts: &Facts,
    memory: &SendMemory,
) -> Result<Look, Error> {
    let mut reading = Reading {
        facts,
        memory,
        seen: HashSet::new(),
        count: 0,
        baseline: None,
        close: Vec::new(),
        old: Vec::new(),
        look: Look::default(),
    };
    let mut asked_again = false;
    for _ in 0..MOST_ANSWERS {
        let before = reading.count;
        let rows = reading.answer(conversation, before).await?;
        if reading.take(rows) {
            reading.look.complete = true;
            break;
        }
        if reading.count > before {
            asked_again = false;
        } else if std::mem::replace(&mut asked_again, true) {
            // Once may be a fault; twice is the end, as in lists.
            reading.look.complete = before > 0;
            reading.look.empty = before == 0;
            break;
        }
    }
    reading.look.doubtful.append(&mut reading.close);
    Ok(reading.look)
}

struct Reading<'a> {
    facts: &'a Facts,
    memory: &'a SendMemory,
    seen: HashSet<MessageId>,
    /// How many messages were read, each counted once: where rows come again, others behind them are not yet read.
    count: i64,
    baseline: Option<Baseline>,
    /// Messages that look the same, of which the clocks cannot tell whether they are new enough.
    close: Vec<Message>,
    /// Messages like ours that are too old by their time.
    old: Vec<Message>,
    look: Look,
}

impl Reading<'_> {
    /// One answer, as the service orders it: from the oldest to the newest.
    async fn answer(
        &mut self,
        conversation: &Conversation,
        count: i64,
    ) -> Result<Vec<Message>, Error> {
        let page = conversation.page();
        let (clock, server) = (page.pancake().clock(), page.pancake().server_clock());
        let sent = Moment::now(clock.as_ref());
        let call = page
            .pancake()
            .client()
            .list_messages()
            .page_id(page.id())
            .conversation_id(conversation.id())
            .current_count(count);
        let answer = call.send().await?;
        if self.baseline.is_none() {
            let now = Moment::now(clock.as_ref());
            // Our transport has heard it more closely; another one may be in its place.
            server.hear(answer.headers(), sent, now);
            self.baseline = Some(Baseline::of(self.facts, server, now));
        }
        // No list is not an empty one: taking it for that would say that nothing was sent.
        answer.into_inner().messages.ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidAnswer,
                "the answer has no `messages`: reconcile again",
            )
            .with_execution(Execution::Executed)
            .with_status(200, None)
            .of(&OPERATION, Some(page.id().as_str()))
        })
    }

    /// Sorts the messages of an answer. True: what follows is too old.
    fn take(&mut self, rows: Vec<Message>) -> bool {
        let mut too_old = false;
        for row in rows.into_iter().rev() {
            if row.id.is_some() && row.id == self.facts.after {
                // What came behind it is new to the caller, and the clocks need not tell.
                self.look.certain.append(&mut self.close);
                self.look.doubtful.append(&mut self.old);
                return true;
            }
            let is_new = row
                .id
                .as_ref()
                .is_none_or(|id| self.seen.insert(id.clone()));
            self.count += i64::from(is_new);
            let age = match &self.baseline {
                Some(baseline) => baseline.age(row.inserted_at.as_ref()),
                None => Age::Doubtful,
            };
            too_old |= age == Age::Before;
            if is_new {
                self.sort(row, age);
            }
        }
        too_old
    }

    fn sort(&mut self, row: Message, age: Age) {
        let known = row
            .id
            .as_ref()
            .and_then(|id| self.memory.send_of(&self.facts.page_id, id));
        if known.is_some_and(|send| send != self.facts.send) {
            return;
        }
        let mine = known.is_some();
        match (age, likeness(&row, &self.facts.draft, &self.facts.page_id)) {
            (_, Likeness::Other) if !mine => {}
            (Age::Since, Likeness::Same) => self.look.certain.push(row),
            _ if mine => self.look.certain.push(row),
            (Age::Doubtful, Likeness::Same) => self.close.push(row),
            (Age::Before, _) => self.old.push(row),
            _ => self.look.doubtful.push(row),
        }
    }
}

//! Follow mode: conversations that are new or have changed, for ever.

use std::collections::{HashSet, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use pancake_client::Timestamp;
use pancake_client::types::{Conversation, OrderBy};
use serde::{Deserialize, Serialize};

use super::cursor::{Cursor, State};
use super::dialect::Dialect;
use super::lists::Conversations;
use super::mark::{Mark, Print, micros};
use super::plan::Plan;
use super::position::{Phase, Position};
use super::reader::Reader;
use super::request::ListRequest;
use super::source::Source;
use crate::clock::Sleep;
use crate::error::{Error, ErrorKind};

/// Changes this much older than the newest are looked at again: a change may become visible later than a newer one.
const SLACK: i64 = 30_000_000;

/// What a watch has given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watched {
    /// Unix microseconds. Changes before it were given, or are older than the watch.
    #[serde(rename = "l")]
    low: i64,
    /// Changes since then that were given: time, and row and time as one.
    #[serde(rename = "k", default)]
    known: Vec<(i64, u64)>,
}

impl Watched {
    fn since(low: i64) -> Self {
        let known = Vec::new();
        Watched { low, known }
    }

    /// What is on the page now is known.
    fn from_now(marks: &[Mark], size: usize) -> Self {
        let times = || marks.iter().filter_map(|mark| mark.time);
        let Some(newest) = times().max() else {
            return Watched::since(0);
        };
        let mut watched = Watched::since(newest - SLACK);
        // Rows on the next page that are as new are not known, and did not change since.
        if let (true, Some(oldest)) = (marks.len() >= size, times().min()) {
            watched.low = watched.low.max(oldest + 1);
        }
        for mark in marks {
            watched.give(mark);
        }
        watched
    }

    fn give(&mut self, mark: &Mark) {
        let (Some(time), Some(print)) = (mark.time, mark.print()) else {
            return;
        };
        self.low = self.low.max(time - SLACK);
        self.known.push((time, print.with(time.unsigned_abs()).0));
        let low = self.low;
        self.known.retain(|(time, _)| *time >= low);
    }

    fn position(&self, dialect: Dialect) -> Position {
        let mut position = Position::first(dialect.first());
        position.seen = self.known.iter().map(|(_, print)| Print(*print)).collect();
        position.phase = Phase::CatchUp {
            low: self.low,
            top: None,
            pass: 1,
        };
        position
    }
}

/// Conversations that are new or have changed, for ever. Made by [`ListRequest::watch`](crate::ListRequest::watch).
///
/// Each round reads the list down to what is known, and gives the changes from the oldest to the newest; then it pauses. A
/// conversation that changed several times between two rounds comes once, as it is. Rounds that fail yield the error, pause,
/// and go on; nothing is passed over. What it has to remember is little: the changes of the last half minute, and those
/// of the round.
#[must_use = "nothing is sent before it is polled"]
pub struct Watch {
    source: Arc<Conversations>,
    plan: Plan,
    interval: Duration,
    watched: Option<Watched>,
    refusal: Option<Error>,
    is_refused: bool,
    round: Option<Reader<Conversation>>,
    found: Vec<(Mark, Conversation)>,
    ready: VecDeque<(Mark, Conversation)>,
    pause: Option<Sleep>,
}

impl ListRequest<Conversations> {
    /// Follows the list: new and changed conversations for ever, with a pause of `interval` between rounds, by the clock
    /// of the client. What a webhook would miss. It begins with what changes from the first round on;
    /// [`Watch::since`] and [`resume`](Self::resume) let it begin earlier.
    ///
    /// It takes the filters by kind, tag and post. A range, an order or `max_pages` would not fit, and are refused.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use std::time::Duration;
    ///
    /// let mut changes = page.conversations().watch(Duration::from_secs(30));
    /// while let Some(change) = changes.next().await {
    ///     match change {
    ///         Ok(conversation) => println!("{:?} {:?}", conversation.id, conversation.snippet),
    ///         Err(error) if error.is_retryable() => eprintln!("{error}"), // goes on after a pause
    ///         Err(error) => return Err(error),
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn watch(self, interval: Duration) -> Watch {
        let opened = self.open_watch();
        let operation = self.list.operation();
        let page = self.list.page_id().clone();
        let (watched, refusal) = match opened {
            Ok(watched) => (watched, None),
            Err(error) => (None, Some(error.of(operation, Some(page.as_str())))),
        };
        Watch {
            is_refused: refusal.is_some(),
            source: Arc::new(self.list),
            plan: self.plan,
            interval,
            watched,
            refusal,
            round: None,
            found: Vec::new(),
            ready: VecDeque::new(),
            pause: None,
        }
    }

    fn open_watch(&self) -> Result<Option<Watched>, Error> {
        self.list.check()?;
        let misfit = self.list.range.is_some()
            || self.list.unread_first
            || self.list.order_by == Some(OrderBy::InsertedAt)
            || self.plan.max_pages.is_some();
        if misfit {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                "`watch` follows the time of the last change and has no end: leave `range`, `order_by`, `unread_first` \
                 and `max_pages` away",
            ));
        }
        match self.plan.resume.clone() {
            Some(cursor) => {
                let state = cursor.open(&self.list, &self.list.filters())?;
                state.watch().map(Some)
            }
            None => Ok(None),
        }
    }
}

impl Watch {
    /// Begins with the changes since then, unless it was resumed from a cursor.
    pub fn since(mut self, time: impl Into<Timestamp>) -> Self {
        let time = time.into();
        match micros(&time) {
            Some(low) if self.watched.is_none() => self.watched = Some(Watched::since(low)),
            Some(_) => {}
            None => {
                self.is_refused = true;
                self.refusal = Some(Error::new(
                    ErrorKind::InvalidRequest,
                    format!("`{time}` is no point in time to begin with"),
                ));
            }
        }
        self
    }

    /// The next change. It never is `None`, unless the request was refused or a limit is reached.
    pub async fn next(&mut self) -> Option<Result<Conversation, Error>> {
        std::future::poll_fn(|context| self.poll_change(context)).await
    }

    /// The next change.
    ///
    /// # Errors
    ///
    /// A page could not be read. The next call asks for it again after the pause.
    pub async fn try_next(&mut self) -> Result<Option<Conversation>, Error> {
        self.next().await.transpose()
    }

    /// Where to go on from after the changes given so far; `None` before the first round has begun.
    pub fn cursor(&self) -> Option<Cursor> {
        let state = State::Watch(self.watched.clone()?);
        let filters = self.source.filters();
        Some(Cursor::new(self.source.as_ref(), filters, state))
    }

    fn poll_change(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Conversation, Error>>> {
        loop {
            if self.is_refused || self.plan.limit == Some(0) {
                return Poll::Ready(self.refusal.take().map(Err));
            }
            if let Some((mark, row)) = self.ready.pop_front() {
                if let Some(watched) = &mut self.watched {
                    watched.give(&mark);
                }
                self.plan.limit = self.plan.limit.map(|left| left - 1);
                return Poll::Ready(Some(Ok(row)));
            }
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(context));
                self.pause = None;
            }
            let is_first = self.watched.is_none();
            let reader = match &mut self.round {
                Some(reader) => reader,
                None => match self.begin_round() {
                    Ok(reader) => self.round.insert(reader),
                    Err(error) => {
                        self.is_refused = true;
                        return Poll::Ready(Some(Err(error)));
                    }
                },
            };
            match ready!(reader.poll_segment(context)) {
                Some(Ok(segment)) if is_first => {
                    let marks: Vec<_> = segment.rows.into_iter().map(|(mark, _)| mark).collect();
                    self.watched = Some(Watched::from_now(&marks, reader.size()));
                    self.end_round();
                }
                Some(Ok(segment)) => {
                    let rows = segment.rows.into_iter();
                    // A row without a time cannot be told from one that did not change.
                    let new = rows.filter_map(|(mark, row)| Some((mark, row?)));
                    self.found
                        .extend(new.filter(|(mark, _)| mark.time.is_some()));
                }
                Some(Err(error)) => {
                    self.pause();
                    return Poll::Ready(Some(Err(error)));
                }
                None => self.end_round(),
            }
        }
    }

    fn begin_round(&self) -> Result<Reader<Conversation>, Error> {
        let source: Arc<dyn Source<Row = Conversation>> = self.source.clone();
        let mut plan = Plan {
            limit: None,
            resume: None,
            ..self.plan.clone()
        };
        let Some(watched) = &self.watched else {
            plan.max_pages = Some(1);
            plan.prefetch = 0;
            return Ok(Reader::new(source, &plan));
        };
        let dialect = Dialect::of(source.operation(), source.page_size())?;
        let position = watched.position(dialect);
        Ok(Reader::of_changes(source, dialect, position, &plan))
    }

    /// Gives the rows of the round in the order of their changes, each as it was last.
    fn end_round(&mut self) {
        self.round = None;
        self.pause();
        let mut found = std::mem::take(&mut self.found);
        found.sort_by_key(|(mark, _)| mark.time);
        let mut ids = HashSet::new();
        for (mark, row) in found.into_iter().rev() {
            if mark.id.is_none() || ids.insert(mark.id.clone()) {
                self.ready.push_front((mark, row));
            }
        }
    }

    fn pause(&mut self) {
        self.pause = Some(self.source.pancake().clock().sleep(self.interval));
    }
}

impl Stream for Watch {
    type Item = Result<Conversation, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_change(context)
    }
}

/// Nothing in it is pinned.
impl Unpin for Watch {}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

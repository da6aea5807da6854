//! Follow mode: conversations that are new or have changed, for ever.

mod found;
mod watched;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::{FusedStream, Stream};
use pancake_client::Timestamp;
use pancake_client::types::{Conversation, OrderBy};

use super::cursor::{Cursor, State};
use super::dialect::Dialect;
use super::kinds::Conversations;
use super::mark::micros;
use super::plan::Plan;
use super::reader::{Reader, Segment};
use super::request::ListRequest;
use super::source::Source;
use crate::error::{Error, ErrorKind};
use crate::net::guard::{Guard, GuardCounts};
use crate::net::metrics::Subject;
use crate::time::clock::Sleep;
use found::Found;
use watched::Change;
pub(crate) use watched::Watched;

/// Conversations that are new or have changed, for ever. Made by [`ListRequest::watch`](crate::ListRequest::watch).
///
/// Each round reads the list down to what is known, and gives the changes from the oldest to the newest; then it pauses. A
/// conversation that changed several times between two rounds comes once, as it is. Rounds that fail yield the error, pause,
/// and go on; nothing is passed over. A change is another time of the last change, or, at the same time, another
/// number of messages or another snippet; rows without a time can't be told apart, are left out, and counted
/// ([`Guard::UntimedRows`]).
///
/// What it has to remember is little: the changes of the last half minute, and those of the round, of which it holds
/// 10 000 at most. When there are more, it gives the oldest 5 000 and begins the next round at once, at the top of the list
/// again: to go back over very many changes, walk the list with [`stream`](crate::ListRequest::stream) first, and watch
/// [`since`](Watch::since) the moment the walk began.
///
/// # Over a restart
///
/// Store the [`cursor`](Watch::cursor) after each change, and once after [`start`](Watch::start), or what changes before the
/// first one is given is lost with the process.
#[must_use = "nothing is sent before it is polled"]
pub struct Watch {
    source: Arc<Conversations>,
    plan: Plan,
    interval: Duration,
    watched: Option<Watched>,
    /// The watch begins at a time that someone named, and nothing has shown yet that there is one.
    is_since: bool,
    refusal: Option<Error>,
    is_refused: bool,
    is_done: bool,
    round: Option<Reader<Conversation>>,
    /// The newest time that the round has seen.
    newest: Option<i64>,
    found: Found,
    ready: VecDeque<(Change, Conversation)>,
    pause: Option<Sleep>,
    /// Of rounds that are over.
    guards: GuardCounts,
    answers: u64,
}

impl ListRequest<Conversations> {
    /// Follows the list: new and changed conversations for ever, with a pause of `interval` between rounds, by the clock
    /// of the client. What a webhook would miss. It begins with what changes from the first round on;
    /// [`Watch::since`] and [`resume`](Self::resume) let it begin earlier.
    ///
    /// It takes the filters by kind, tag and post. A range, an order or `max_pages` would not fit, and are refused.
    /// [`remember`](Self::remember) has no say in it: a watch remembers what it must.
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
            is_since: false,
            refusal,
            is_done: false,
            round: None,
            newest: None,
            found: Found::new(found::MOST),
            ready: VecDeque::new(),
            pause: None,
            guards: GuardCounts::default(),
            answers: 0,
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
    /// Begins with the changes since then, unless it was resumed from a cursor. If that is later than all there is, the
    /// watch begins with what changes from the first round on: clocks differ, and nothing must be dropped until then.
    pub fn since(mut self, time: impl Into<Timestamp>) -> Self {
        let time = time.into();
        match micros(&time) {
            Some(low) if self.watched.is_none() || self.is_since => {
                self.watched = Some(Watched::since(low));
                self.is_since = true;
            }
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

    /// Finds out where the list stands, unless that is known: from then on there is a [`cursor`](Self::cursor), and no change
    /// is missed, also when the process ends before the first one.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let mut changes = page.conversations().watch(std::time::Duration::from_secs(30));
    /// changes.start().await?;
    /// let stored = changes.cursor().map(|cursor| cursor.to_string()); // for `resume`
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// A page could not be read; it can be called again. Or the watch was refused.
    pub async fn start(&mut self) -> Result<(), Error> {
        std::future::poll_fn(|context| {
            while self.watched.is_none() || self.is_since {
                if self.is_refused {
                    let refused = || {
                        Error::new(
                            ErrorKind::InvalidRequest,
                            "the watch was refused, and said why before",
                        )
                    };
                    self.is_done = true;
                    return Poll::Ready(Err(self.refusal.take().unwrap_or_else(refused)));
                }
                ready!(self.poll_round(context))?;
            }
            Poll::Ready(Ok(()))
        })
        .await
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

    /// Where to go on from after the changes given so far. `None` before the list was read for the first time: see
    /// [`start`](Self::start).
    pub fn cursor(&self) -> Option<Cursor> {
        // Whether the time to begin with is still to come, only the list tells.
        let watched = self.watched.clone().filter(|_| !self.is_since)?;
        let state = State::Watch(watched);
        let filters = self.source.filters();
        Some(Cursor::new(self.source.as_ref(), filters, state))
    }

    /// How often each guard has fired so far, in all rounds.
    pub fn guards(&self) -> GuardCounts {
        let mut sum = self.guards.clone();
        if let Some(round) = &self.round {
            sum.add_all(round.guards());
        }
        sum
    }

    /// Answers so far, in all rounds.
    pub fn answers(&self) -> u64 {
        self.answers + self.round.as_ref().map_or(0, Reader::answers)
    }

    fn poll_change(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Conversation, Error>>> {
        loop {
            if self.is_refused || self.plan.limit == Some(0) {
                let refusal = self.refusal.take();
                self.is_done = refusal.is_none();
                return Poll::Ready(refusal.map(Err));
            }
            if let Some((change, row)) = self.ready.pop_front() {
                if let Some(watched) = &mut self.watched {
                    watched.give(change);
                }
                self.plan.limit = self.plan.limit.map(|left| left - 1);
                return Poll::Ready(Some(Ok(row)));
            }
            if let Err(error) = ready!(self.poll_round(context)) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    /// Waits for the next page of a round, or for the next round.
    fn poll_round(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        let reader = match &mut self.round {
            Some(reader) => reader,
            None => match self.begin_round() {
                Ok(reader) => self.round.insert(reader),
                Err(error) => {
                    self.is_refused = true;
                    return Poll::Ready(Err(error));
                }
            },
        };
        match ready!(reader.poll_segment(context)) {
            Some(Ok(segment)) if self.watched.is_none() => {
                let is_full = segment.raw >= reader.size();
                self.find_out(segment, is_full);
            }
            Some(Ok(segment)) => self.take(segment),
            Some(Err(error)) => {
                self.pause();
                return Poll::Ready(Err(error));
            }
            None => self.end_round(),
        }
        Poll::Ready(Ok(()))
    }

    /// Takes what is on the first page for known. An empty one is asked for again by the walk, and at its end an empty list is
    /// one in which all that comes is new.
    fn find_out(&mut self, segment: Segment<Conversation>, is_full: bool) {
        if segment.raw == 0 {
            return;
        }
        let rows = segment.rows.into_iter();
        let changes: Vec<_> = rows
            .filter_map(|(mark, row)| Change::of(&mark, &row?))
            .collect();
        self.leave_round();
        self.pause();
        // Without a single time nothing can be told from anything: the next round may have one.
        self.watched = Watched::from_now(&changes, is_full);
        if self.watched.is_none() {
            self.report_untimed(segment.raw as u64);
        }
    }

    fn begin_round(&self) -> Result<Reader<Conversation>, Error> {
        let source: Arc<dyn Source<Row = Conversation>> = self.source.clone();
        // What a round has to remember of its own rows does not depend on what someone wants for a walk.
        let mut plan = Plan {
            prefetch: self.plan.prefetch,
            ..Plan::default()
        };
        let Some(watched) = &self.watched else {
            plan.prefetch = 0;
            return Ok(Reader::new(source, &plan));
        };
        let dialect = Dialect::of(source.operation(), source.page_size())?;
        let position = watched.position(dialect);
        Ok(Reader::of_changes(source, dialect, position, &plan))
    }

    /// Keeps the rows of an answer that are not known.
    fn take(&mut self, segment: Segment<Conversation>) {
        let mut untimed = 0;
        for (mark, row) in segment.rows {
            self.newest = self.newest.max(mark.time);
            let Some(row) = row else { continue };
            match (Change::of(&mark, &row), &self.watched) {
                (Some(change), Some(watched)) if !watched.knows(change) => {
                    self.found.add(change, row);
                }
                (None, _) => untimed += 1,
                _ => {}
            }
        }
        if untimed > 0 {
            self.report_untimed(untimed);
        }
    }

    fn report_untimed(&mut self, rows: u64) {
        let guard = Guard::UntimedRows;
        self.guards.add(guard, rows);
        let (operation, page) = (self.source.operation().id, self.source.page_id().as_str());
        let subject = Subject {
            operation,
            page_id: Some(page),
        };
        let metrics = self.source.pancake().metrics();
        metrics.guard_fired(subject, guard, rows);
        tracing::warn!(
            target: "pancake_ext::paging",
            operation, page, guard = guard.name(), times = rows, "guard"
        );
    }

    /// Gives the rows of the round in the order of their changes, each as it was last.
    fn end_round(&mut self) {
        self.leave_round();
        let (newest, is_since) = (self.newest.take(), std::mem::take(&mut self.is_since));
        let (found, is_cut) = self.found.end();
        let Some(low) = self.watched.as_ref().map(|watched| watched.low) else {
            self.watched = Some(Watched::since(0));
            self.pause();
            return;
        };
        if is_since && newest < Some(low) {
            // All there is, is older than the time to begin with. The first round is still to come; or, in an empty list,
            // all that comes is new.
            self.watched = newest.is_none().then(|| Watched::since(0));
            return;
        }
        if !is_cut {
            self.pause();
        }
        self.ready.extend(found);
    }

    fn leave_round(&mut self) {
        if let Some(round) = self.round.take() {
            self.guards.add_all(round.guards());
            self.answers += round.answers();
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

/// It ends only with a refusal or a limit.
impl FusedStream for Watch {
    fn is_terminated(&self) -> bool {
        self.is_done
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

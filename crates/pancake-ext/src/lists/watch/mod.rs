//! Follow mode: conversations that are new or have changed.

pub(super) mod watched;

use std::collections::{HashSet, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::{FusedStream, Stream};
use pancake_client::Timestamp;
use pancake_client::types::{Conversation, OrderBy};

use super::cursor::{Cursor, State};
use super::kinds::Conversations;
use super::plan::Plan;
use super::reader::{Batch, Reader};
use super::request::ListRequest;
use super::row::micros;
use super::source::{Filters, Source};
use crate::error::{Error, ErrorKind};
use crate::net::guard::{Guard, GuardCounts};
use crate::time::clock::Sleep;
use watched::Change;
pub(crate) use watched::Watched;

/// Conversations that are new or have changed. Made by [`ListRequest::watch`](crate::ListRequest::watch), which never ends,
/// and [`ListRequest::catch_up`](crate::ListRequest::catch_up), which ends when it has caught up.
///
/// Each round reads the list down to what is known, and gives the changes from the oldest to the newest; then it pauses. A
/// conversation that changed several times between two rounds comes once, as it is. Rounds that fail yield the error, pause,
/// and go on; nothing is passed over. A change is another `updated_at`, or, at the same time, another number of messages or
/// another snippet. Rows without a time can't be told apart, are left out, and counted ([`Guard::UntimedRows`]).
///
/// What it remembers is little: the changes of the last half minute, and those of the round. A round is read down to what
/// is known before the first change is given: to go back far, walk the list with [`stream`](crate::ListRequest::stream) and
/// go on from the cursor of its end.
///
/// # Over a restart
///
/// Store the [`cursor`](Watch::cursor) after each change, and once after [`start`](Watch::start), or what changes before the
/// first one is given is lost with the process.
///
/// # Acknowledgement
///
/// A change counts as dealt with once it is given. What could not be handled can be put back with [`reject`](Watch::reject):
/// it comes again, and the cursor stays behind it. Programs that handle several changes at the same time ask for
/// [`with_acknowledgement`](Watch::with_acknowledgement): then a change counts as dealt with once
/// [`acknowledge`](Watch::acknowledge) says so.
#[must_use = "nothing is sent before it is polled"]
pub struct Watch {
    source: Arc<Conversations>,
    plan: Plan,
    /// `None`: it ends when it has caught up.
    interval: Option<Duration>,
    has_caught_up: bool,
    is_acknowledged: bool,
    watched: Option<Watched>,
    /// The watch begins at a time that was named, and no row has shown yet that it has come.
    is_since: bool,
    /// Whether the list was empty when the watch looked for where it stands.
    was_empty: bool,
    refusal: Option<Error>,
    is_refused: bool,
    is_done: bool,
    round: Option<Reader<Conversation>>,
    /// The newest time that the round has seen.
    newest: Option<i64>,
    /// The changes of the round, from the newest to the oldest.
    found: Vec<(Change, Conversation)>,
    ready: VecDeque<(Change, Conversation)>,
    /// Changes that were put back.
    rejected: Vec<(Change, Conversation)>,
    pause: Option<Sleep>,
    /// Of rounds that are over.
    guards: GuardCounts,
    answers: u64,
}

impl ListRequest<Conversations> {
    /// Follows the list: new and changed conversations for ever, with a pause of `interval` between rounds, by the clock of
    /// the client. What a webhook would miss. It begins with what changes from the first round on; [`Watch::since`] and
    /// [`resume`](Self::resume) let it begin earlier. It can be resumed from the cursor of a watch, and from that of a walk
    /// that came to its end.
    ///
    /// It takes the filters by kind, tag and post. A range, an order or `max_pages` would not fit, and are refused.
    /// [`remember`](Self::remember) does not matter: a watch remembers what it must. Changes of tags, assignees and the
    /// read state are not known to move `updated_at`: see [`ListRequest`].
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
        self.follow(Some(interval))
    }

    /// The conversations that are new or have changed since a cursor, from the oldest to the newest, and then the end: for
    /// programs that run from time to time. The cursor is that of a [`watch`](Self::watch), of a former `catch_up`, or of a
    /// walk with [`stream`](Self::stream) that came to its end. Without a cursor and without [`Watch::since`] it gives
    /// nothing, and its cursor is where the list stands.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page, stored: Option<pancake_ext::Cursor>) -> Result<(), pancake_ext::Error> {
    /// let mut request = page.conversations();
    /// if let Some(cursor) = stored {
    ///     request = request.resume(cursor);
    /// }
    /// let mut changes = request.catch_up();
    /// while let Some(conversation) = changes.try_next().await? {
    ///     println!("{:?}", conversation.id);
    /// }
    /// let stored = changes.cursor(); // for the next run
    /// # Ok(()) }
    /// ```
    pub fn catch_up(self) -> Watch {
        self.follow(None)
    }

    fn follow(self, interval: Option<Duration>) -> Watch {
        let (watched, refusal) = match self.open_watch() {
            Ok(watched) => (watched, None),
            Err(error) => (None, Some(self.list.of_list(error))),
        };
        Watch {
            is_refused: refusal.is_some(),
            source: Arc::new(self.list),
            plan: self.plan,
            interval,
            has_caught_up: false,
            is_acknowledged: false,
            watched,
            is_since: false,
            was_empty: false,
            refusal,
            is_done: false,
            round: None,
            newest: None,
            found: Vec::new(),
            ready: VecDeque::new(),
            rejected: Vec::new(),
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
                "`watch` follows the time of the last change: leave `range`, `order_by`, `unread_first` and `max_pages` away",
            ));
        }
        let cursor = self.plan.resume.clone();
        cursor
            .map(|cursor| cursor.open(&self.list)?.watch())
            .transpose()
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
                    format!("`{time}` is not a point in time to begin with"),
                ));
            }
        }
        self
    }

    /// From here on a change counts as dealt with once [`acknowledge`](Self::acknowledge) says so. Until then the cursor
    /// stays behind it: after a restart it comes again. A change that is never acknowledged makes the cursor longer and
    /// longer, and lets all later ones come again after a restart that are not acknowledged either.
    pub fn with_acknowledgement(mut self) -> Self {
        self.is_acknowledged = true;
        self
    }

    /// The change that this row is about was dealt with. Of no effect without
    /// [`with_acknowledgement`](Self::with_acknowledgement).
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// # async fn handle(row: &pancake_ext::types::Conversation) -> bool { true }
    /// let changes = page.conversations().watch(std::time::Duration::from_secs(30));
    /// let mut changes = changes.with_acknowledgement();
    /// while let Some(row) = changes.try_next().await? {
    ///     match handle(&row).await {
    ///         true => changes.acknowledge(&row),
    ///         false => changes.reject(row), // comes again in the next round
    ///     }
    ///     let stored = changes.cursor();
    /// }
    /// # Ok(()) }
    /// ```
    pub fn acknowledge(&mut self, row: &Conversation) {
        if let (Some(change), Some(watched)) = (self.change(row), &mut self.watched) {
            watched.acknowledge(change);
        }
    }

    /// The change that this row is about could not be dealt with. It comes again: with the next round, or, if the
    /// conversation has changed by then, as it is then; after the end of a [`catch_up`](ListRequest::catch_up), in the next run.
    /// The cursor stays behind it.
    pub fn reject(&mut self, row: Conversation) {
        if let (Some(change), Some(watched)) = (self.change(&row), &mut self.watched) {
            watched.reject(change);
            self.rejected.push((change, row));
        }
    }

    fn change(&self, row: &Conversation) -> Option<Change> {
        Change::of(&Source::mark(&*self.source, row), row)
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

    /// The next change. A watch gives `None` only if it was refused or a limit is reached; a
    /// [`catch_up`](ListRequest::catch_up), when it has caught up.
    ///
    /// It is cancel safe: dropped before it is done, it loses no change.
    pub async fn next(&mut self) -> Option<Result<Conversation, Error>> {
        std::future::poll_fn(|context| self.poll_change(context)).await
    }

    /// The next change. Cancel safe, as [`next`](Self::next) is.
    ///
    /// # Errors
    ///
    /// A page could not be read. The next call asks for it again after the pause.
    pub async fn try_next(&mut self) -> Result<Option<Conversation>, Error> {
        self.next().await.transpose()
    }

    /// Where to go on from after the changes given so far, or, with acknowledgement, dealt with. `None` before the list was
    /// read for the first time: see [`start`](Self::start).
    pub fn cursor(&self) -> Option<Cursor> {
        // Whether the time to begin with is still to come, only the list tells.
        let watched = self.watched.clone().filter(|_| !self.is_since)?;
        Some(Cursor::new(
            &*self.source,
            State::Watch(watched.dealt_with()),
        ))
    }

    /// How often each guard has fired so far, in all rounds.
    pub fn guards(&self) -> GuardCounts {
        let mut sum = self.guards.clone();
        if let Some(round) = &self.round {
            sum.add_all(round.guards());
        }
        sum
    }

    /// Responses so far, in all rounds.
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
                    watched.give(change, !self.is_acknowledged);
                }
                self.plan.limit = self.plan.limit.map(|left| left - 1);
                return Poll::Ready(Some(Ok(row)));
            }
            if self.has_caught_up {
                self.is_done = true;
                return Poll::Ready(None);
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
        let reader = self.round.get_or_insert_with(|| {
            // What a round has to remember of its own rows does not depend on the plan of a walk.
            let plan = Plan {
                prefetch: self.plan.prefetch,
                ..Plan::default()
            };
            Reader::of_one_pass(self.source.clone(), &plan)
        });
        match ready!(reader.poll_batch(context)) {
            Some(Ok(batch)) if self.watched.is_none() => self.find_out(batch),
            Some(Ok(batch)) => {
                if self.take(batch) {
                    self.end_round();
                }
            }
            Some(Err(error)) => {
                self.pause();
                return Poll::Ready(Err(error));
            }
            None => self.end_round(),
        }
        Poll::Ready(Ok(()))
    }

    /// Takes what is on the first page for known. At the end of an empty list all that comes is new.
    fn find_out(&mut self, batch: Batch<Conversation>) {
        if batch.rows.is_empty() {
            return;
        }
        let rows = batch.rows.iter();
        let changes: Vec<_> = rows.filter_map(|row| self.change(row)).collect();
        // Without a single time nothing can be told from anything: the next round may have one.
        self.watched = Watched::from_now(&changes);
        if self.watched.is_none() {
            self.fire_untimed(batch.rows.len());
        }
        self.leave_round();
        self.has_caught_up = self.interval.is_none();
        self.pause();
    }

    /// Keeps the rows of a page that are not known. `true`: the round has come down to what is.
    fn take(&mut self, batch: Batch<Conversation>) -> bool {
        let Some(watched) = &self.watched else {
            return true;
        };
        let (mut untimed, mut is_new, mut last) = (0, false, None);
        let has_rows = batch.keep.contains(&true);
        for (row, keep) in batch.rows.into_iter().zip(batch.keep) {
            let mark = Source::mark(&*self.source, &row);
            last = mark.time;
            self.newest = self.newest.max(mark.time);
            match Change::of(&mark, &row) {
                Some(change) if keep && !watched.knows(change) => {
                    is_new = true;
                    self.found.push((change, row));
                }
                None if keep => untimed += 1,
                _ => {}
            }
        }
        let is_below = last.is_some_and(|last| last < watched.low);
        self.fire_untimed(untimed);
        is_below || has_rows && !is_new
    }

    fn fire_untimed(&mut self, rows: usize) {
        if let (Some(round), true) = (&mut self.round, rows > 0) {
            round.fire(Guard::UntimedRows, rows as u64);
        }
    }

    /// Gives the rows of the round in the order of their changes, each as it was last.
    fn end_round(&mut self) {
        self.leave_round();
        let (newest, is_since) = (self.newest.take(), std::mem::take(&mut self.is_since));
        let Some(low) = self.watched.as_ref().map(|watched| watched.low) else {
            // An empty list. Everything would be new from here on, so it is looked at twice.
            if std::mem::replace(&mut self.was_empty, true) {
                self.watched = Some(Watched::since(0));
                self.has_caught_up = self.interval.is_none();
                self.pause();
            }
            return;
        };
        if is_since && newest < Some(low) {
            // All there is, is older than the time to begin with. The first round is still to come; or, in an empty list,
            // all that comes is new.
            self.watched = newest.is_none().then(|| Watched::since(0));
            return;
        }
        self.has_caught_up = self.interval.is_none();
        self.pause();
        let changes = self.changes();
        self.ready.extend(changes);
    }

    /// What the round found and what was put back, from the oldest to the newest, each conversation as it was last.
    fn changes(&mut self) -> Vec<(Change, Conversation)> {
        let mut all = std::mem::take(&mut self.rejected);
        // Rows came from the newest to the oldest, which of equal times is all there is to know.
        all.extend(std::mem::take(&mut self.found).into_iter().rev());
        all.sort_by_key(|(change, _)| change.0);
        let mut ids = HashSet::new();
        let mut last = VecDeque::new();
        for (change, row) in all.into_iter().rev() {
            if ids.insert(row.id.clone()) {
                last.push_front((change, row));
            } else if let Some(watched) = &mut self.watched {
                // It was put back, and has changed since.
                watched.acknowledge(change);
            }
        }
        last.into()
    }

    fn leave_round(&mut self) {
        if let Some(round) = self.round.take() {
            self.guards.add_all(round.guards());
            self.answers += round.answers();
        }
    }

    fn pause(&mut self) {
        let clock = self.source.page().pancake().clock();
        self.pause = self.interval.map(|interval| clock.sleep(interval));
    }
}

impl Stream for Watch {
    type Item = Result<Conversation, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_change(context)
    }
}

/// It ends with a refusal, a limit, or when it has caught up.
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

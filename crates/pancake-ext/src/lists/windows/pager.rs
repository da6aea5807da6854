//! The rows of windows, of which several can be read at the same time.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::{FusedStream, Stream};

use super::split::Split;
use super::{Ranged, WindowsState};
use crate::error::Error;
use crate::lists::cursor::{Cursor, State};
use crate::lists::feed::Feed;
use crate::lists::memory::Memory;
use crate::lists::pager::Pager;
use crate::lists::position::{Position, Prints};
use crate::lists::reader::Reader;
use crate::lists::request::ListRequest;
use crate::net::guard::GuardCounts;

/// Rows of one shared second that a cursor holds at most: some 150 KB.
const MOST_SHARED: usize = 10_000;

/// The rows of windows. Made by [`Windows::stream`](crate::Windows::stream).
#[allow(private_bounds, reason = "which lists there are is up to this crate")]
#[must_use = "nothing is sent before it is polled"]
pub struct WindowPager<L: Ranged> {
    request: ListRequest<L>,
    /// `None` if the request was refused.
    split: Option<Split>,
    /// The first window that has not begun.
    next: usize,
    /// Windows that are being read, in the order of their turns.
    open: VecDeque<(usize, Pager<L::Row>)>,
    concurrent: usize,
    left: Option<u64>,
    /// Rows of seconds that two windows share.
    given: Memory,
    /// Those that can still come again, by the window that begins with the second.
    shared: BTreeMap<usize, Prints>,
    refusal: Option<Error>,
    is_done: bool,
    /// Of windows that are done.
    guards: GuardCounts,
    answers: u64,
}

#[allow(private_bounds, reason = "which lists there are is up to this crate")]
impl<L: Ranged> WindowPager<L> {
    pub(super) fn new(
        request: ListRequest<L>,
        concurrent: usize,
        opened: Result<(Split, WindowsState), Error>,
    ) -> Self {
        let (split, state, refusal) = match opened {
            Ok((split, state)) => (Some(split), state, None),
            Err(error) => (None, WindowsState::default(), Some(error)),
        };
        let mut given = Memory::new(request.plan.remember);
        for row in state.shared.values().flat_map(|rows| &rows.0) {
            given.insert(*row);
        }
        let mut pager = WindowPager {
            left: request.plan.limit,
            request,
            split,
            next: state.next,
            open: VecDeque::new(),
            concurrent,
            given,
            shared: state.shared,
            refusal,
            is_done: false,
            guards: GuardCounts::default(),
            answers: 0,
        };
        for (window, position) in state.open {
            pager.open_window(window, Some(position));
        }
        pager
    }

    /// The next row, or `None` at the end. After an error the same page is asked for again.
    pub async fn next(&mut self) -> Option<Result<L::Row, Error>> {
        std::future::poll_fn(|context| self.poll_row(context)).await
    }

    /// The next row, or `None` at the end.
    ///
    /// # Errors
    ///
    /// A page could not be read. It is asked for again when its window has its turn.
    pub async fn try_next(&mut self) -> Result<Option<L::Row>, Error> {
        self.next().await.transpose()
    }

    /// All rows that are left.
    ///
    /// # Errors
    ///
    /// A page could not be read. What was read before is lost with the error; [`collect_into`](Self::collect_into) keeps it.
    pub async fn collect(mut self) -> Result<Vec<L::Row>, Error> {
        let mut rows = Vec::new();
        self.collect_into(&mut rows).await?;
        Ok(rows)
    }

    /// Appends all rows that are left. After an error the rows so far are there, and it can be called again.
    ///
    /// # Errors
    ///
    /// A page could not be read.
    pub async fn collect_into(&mut self, rows: &mut Vec<L::Row>) -> Result<(), Error> {
        while let Some(row) = self.try_next().await? {
            rows.push(row);
        }
        Ok(())
    }

    /// Where to go on from after the rows given so far: windows that are done are not read again. `None` if the request was
    /// refused.
    ///
    /// It holds the rows that were given of seconds that two windows share, so that they don't come again from the other
    /// one: with very many rows in one such second it is long.
    pub fn cursor(&self) -> Option<Cursor> {
        let split = self.split.as_ref()?;
        let open = self
            .open
            .iter()
            .map(|(window, pager)| Some((*window, pager.position()?)));
        let mut open = open.collect::<Option<Vec<_>>>()?;
        open.sort_by_key(|(window, _)| *window);
        let state = State::Windows(WindowsState {
            length: split.length.unsigned_abs(),
            next: self.next,
            open,
            shared: self.shared.clone(),
        });
        let list = &self.request.list;
        Some(Cursor::new(list, list.filters(), state))
    }

    /// How often each guard has fired so far, in all windows.
    pub fn guards(&self) -> GuardCounts {
        let mut sum = self.guards.clone();
        for (_, pager) in &self.open {
            sum.add_all(pager.guards());
        }
        sum
    }

    /// Answers so far, in all windows.
    pub fn answers(&self) -> u64 {
        let open = self.open.iter().map(|(_, pager)| pager.answers());
        self.answers + open.sum::<u64>()
    }

    fn open_window(&mut self, window: usize, position: Option<Position>) {
        let Some(split) = self.split.filter(|split| window < split.count) else {
            return;
        };
        let mut list = self.request.list.clone();
        list.set_range(split.window(window));
        let mut plan = self.request.plan.clone();
        // For what is fetched ahead. Where the rows end is decided here.
        plan.limit = self.left;
        plan.resume =
            position.map(|position| Cursor::new(&list, list.filters(), State::Walk(position)));
        let reader = Reader::new(Arc::new(list), &plan);
        self.open
            .push_back((window, Pager::new(Feed::new(reader, None))));
    }

    fn poll_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<L::Row, Error>>> {
        if let Some(refusal) = self.refusal.take() {
            return Poll::Ready(Some(Err(refusal)));
        }
        let windows = self.split.map_or(0, |split| split.count);
        // Windows in a row that wait, of those that are open now.
        let mut waiting = 0;
        loop {
            if self.left == Some(0) {
                self.is_done = true;
                return Poll::Ready(None);
            }
            while self.open.len() < self.concurrent && self.next < windows {
                self.open_window(self.next, None);
                self.next += 1;
            }
            let Some((window, mut pager)) = self.open.pop_front() else {
                self.is_done = true;
                return Poll::Ready(None);
            };
            match pager.poll_item(context) {
                Poll::Pending => {
                    self.open.push_back((window, pager));
                    waiting += 1;
                    if waiting >= self.open.len() {
                        return Poll::Pending;
                    }
                }
                Poll::Ready(None) => {
                    self.guards.add_all(pager.guards());
                    self.answers += pager.answers();
                    self.forget_shared();
                    // Another may be opened in its place, which has not been asked yet.
                    waiting = 0;
                }
                Poll::Ready(Some(Err(error))) => {
                    self.open.push_back((window, pager));
                    return Poll::Ready(Some(Err(error)));
                }
                Poll::Ready(Some(Ok(row))) => {
                    // The next window has its turn after each row, so that none of the open ones is left behind.
                    self.open.push_back((window, pager));
                    if self.is_new(window, &row) {
                        self.left = self.left.map(|left| left - 1);
                        return Poll::Ready(Some(Ok(row)));
                    }
                    // This one does not wait, and has to be asked again.
                    waiting = 0;
                }
            }
        }
    }

    /// Drops a row of a shared second that the other window has given.
    fn is_new(&mut self, window: usize, row: &L::Row) -> bool {
        let mark = self.request.list.mark(row);
        let (Some(print), Some(split)) = (mark.print(), self.split) else {
            return true;
        };
        let range = split.window(window);
        // A row without a time may be of either end.
        let second = mark.time.map(|time| time.div_euclid(1_000_000));
        let first = second.is_none_or(|second| second <= range.since());
        let last = second.is_none_or(|second| second >= range.until());
        if !first && !last {
            return true;
        }
        if !self.given.insert(print) {
            return false;
        }
        for (is_there, begins) in [(first, window), (last, window + 1)] {
            if is_there && begins > 0 && begins < split.count {
                let rows = &mut self.shared.entry(begins).or_default().0;
                if rows.len() < MOST_SHARED {
                    rows.push(print);
                }
            }
        }
        true
    }

    /// Once the windows on both sides of a second are done, none of its rows comes again.
    fn forget_shared(&mut self) {
        let (open, next) = (&self.open, self.next);
        let is_done = |window: usize| window < next && open.iter().all(|(one, _)| *one != window);
        self.shared
            .retain(|begins, _| !(is_done(*begins) && is_done(begins.saturating_sub(1))));
    }
}

#[allow(private_bounds, reason = "which lists there are is up to this crate")]
impl<L: Ranged + Unpin> Stream for WindowPager<L> {
    type Item = Result<L::Row, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_row(context)
    }
}

#[allow(private_bounds, reason = "which lists there are is up to this crate")]
impl<L: Ranged + Unpin> FusedStream for WindowPager<L> {
    fn is_terminated(&self) -> bool {
        self.is_done
    }
}

/// Nothing in it is pinned.
impl<L: Ranged> Unpin for WindowPager<L> {}

#[allow(private_bounds, reason = "which lists there are is up to this crate")]
impl<L: Ranged> std::fmt::Debug for WindowPager<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WindowPager").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::task::Waker;
    use std::time::Duration;

    use pancake_client::{Call, Response, Transport, TransportFuture};

    use super::*;
    use crate::{Pancake, TimeRange};

    /// Answers every window at once with nothing, and the first one never. Remembers where windows begin.
    struct FirstWaits(Arc<Mutex<Vec<String>>>);

    impl Transport for FirstWaits {
        fn execute(&self, call: Call) -> TransportFuture<'_> {
            let mut query = call.url().query_pairs();
            let (_, since) = query.find(|(name, _)| name == "since").unwrap();
            let mut asked = self.0.lock().unwrap();
            asked.push(since.into_owned());
            if asked.len() == 1 {
                return Box::pin(std::future::pending());
            }
            Box::pin(async { Ok(Response::json(r#"{"success":true,"total":0,"posts":[]}"#)) })
        }
    }

    #[test]
    fn a_window_in_the_place_of_one_that_ended_is_asked_while_another_one_waits() {
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let seen = asked.clone();
        let pancake = Pancake::builder().wrap_transport(move |_| FirstWaits(seen.clone()));
        let page = pancake.build().unwrap().page("1");
        let range = TimeRange::unix(0, 500).unwrap();
        let windows = page.posts(range).windows(Duration::from_secs(100));
        let mut pager = windows.concurrent(2).stream();
        let mut context = Context::from_waker(Waker::noop());
        assert!(pager.poll_row(&mut context).is_pending());
        let asked = asked.lock().unwrap();
        assert_eq!(*asked, ["0", "100", "200", "300", "400"]);
    }
}

//! The rows of windows, of which several can be read at the same time.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use futures_core::stream::BoxStream;
use futures_core::{FusedStream, Stream};
use futures_util::{StreamExt, stream};

use super::Ranged;
use super::split::Split;
use super::state::WindowsState;
use crate::error::Error;
use crate::lists::cursor::{Cursor, State};
use crate::lists::pager::Pager;
use crate::lists::pages::Pages;
use crate::lists::position::{Position, Prints};
use crate::lists::reader::Reader;
use crate::lists::request::ListRequest;
use crate::lists::row::Known;
use crate::net::guard::GuardCounts;

/// Rows of one shared second that a cursor holds at most: some 150 KB.
const MOST_SHARED: usize = 10_000;

/// The rows of windows. Made by [`Windows::stream`](crate::Windows::stream).
#[allow(private_bounds, reason = "which lists there are is up to this crate")]
#[must_use = "nothing is sent before it is polled"]
pub struct WindowPager<L: Ranged> {
    list: L,
    /// `None` if the request was refused.
    split: Option<Split>,
    rows: BoxStream<'static, (usize, Result<L::Row, Error>)>,
    windows: Shared<L::Row>,
    left: Option<u64>,
    /// Rows of seconds that two windows share.
    given: Known,
    /// Those that can still come again, by the window that begins with the second.
    shared: BTreeMap<usize, Prints>,
    refusal: Option<Error>,
    is_done: bool,
}

/// Where the windows stand. The stream of a window polls its pager in here, and hands the row on at once, so this is exact
/// whenever a row was given.
type Shared<T> = Arc<Mutex<Open<T>>>;

struct Open<T> {
    /// The first window that has not begun.
    next: usize,
    pagers: BTreeMap<usize, Pager<T>>,
    /// Of windows that are done.
    guards: GuardCounts,
    answers: u64,
}

fn lock<T>(windows: &Shared<T>) -> MutexGuard<'_, Open<T>> {
    windows.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One window, whose pager is in the shared state.
struct Window<T> {
    number: usize,
    windows: Shared<T>,
}

impl<T: Send + 'static> Stream for Window<T> {
    type Item = (usize, Result<T, Error>);

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut windows = lock(&self.windows);
        let Some(pager) = windows.pagers.get_mut(&self.number) else {
            return Poll::Ready(None);
        };
        if let Some(row) = ready!(Pin::new(&mut *pager).poll_next(context)) {
            return Poll::Ready(Some((self.number, row)));
        }
        let (guards, answers) = (pager.guards().clone(), pager.answers());
        windows.guards.add_all(&guards);
        windows.answers += answers;
        windows.pagers.remove(&self.number);
        Poll::Ready(None)
    }
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
        let shared = state.shared.clone();
        let mut given = Known::new(request.plan.remember, false);
        for row in shared.values().flat_map(|rows| &rows.0) {
            given.insert(*row);
        }
        let windows = Shared::new(Mutex::new(Open {
            next: state.next,
            pagers: BTreeMap::new(),
            guards: GuardCounts::default(),
            answers: 0,
        }));
        let (list, left) = (request.list.clone(), request.plan.limit);
        let rows = match split {
            Some(split) => rows(request, concurrent, split, state, &windows),
            None => stream::empty().boxed(),
        };
        WindowPager {
            list,
            split,
            rows,
            windows,
            left,
            given,
            shared,
            refusal,
            is_done: false,
        }
    }

    /// The next row, or `None` at the end. After an error the same page is asked for again.
    ///
    /// It is cancel safe: dropped before it is done, it loses no row.
    pub async fn next(&mut self) -> Option<Result<L::Row, Error>> {
        std::future::poll_fn(|context| self.poll_row(context)).await
    }

    /// The next row, or `None` at the end. Cancel safe, as [`next`](Self::next) is.
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
        let windows = lock(&self.windows);
        let open = windows.pagers.iter();
        let open = open.map(|(window, pager)| Some((*window, pager.position()?)));
        let state = State::Windows(WindowsState {
            length: split.length.unsigned_abs(),
            next: windows.next,
            open: open.collect::<Option<Vec<_>>>()?,
            shared: self
                .can_come_again(&windows)
                .map(|(second, rows)| (*second, rows.clone()))
                .collect(),
        });
        Some(Cursor::new(&self.list, state))
    }

    /// How often each guard has fired so far, in all windows.
    pub fn guards(&self) -> GuardCounts {
        let windows = lock(&self.windows);
        let mut sum = windows.guards.clone();
        for pager in windows.pagers.values() {
            sum.add_all(pager.guards());
        }
        sum
    }

    /// Responses so far, in all windows.
    pub fn answers(&self) -> u64 {
        let windows = lock(&self.windows);
        let open = windows.pagers.values().map(Pager::answers);
        windows.answers + open.sum::<u64>()
    }

    fn poll_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<L::Row, Error>>> {
        if let Some(refusal) = self.refusal.take() {
            return Poll::Ready(Some(Err(refusal)));
        }
        while self.left != Some(0) {
            let Some((window, row)) = ready!(self.rows.poll_next_unpin(context)) else {
                break;
            };
            if row.as_ref().is_ok_and(|row| !self.is_new(window, row)) {
                continue;
            }
            if row.is_ok() {
                self.left = self.left.map(|left| left - 1);
            }
            return Poll::Ready(Some(row));
        }
        self.is_done = true;
        Poll::Ready(None)
    }

    /// Drops a row of a shared second that the other window has given.
    fn is_new(&mut self, window: usize, row: &L::Row) -> bool {
        let mark = crate::lists::source::Source::mark(&self.list, row);
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

    /// The rows of shared seconds of which a window is not done yet.
    fn can_come_again(&self, windows: &Open<L::Row>) -> impl Iterator<Item = (&usize, &Prints)> {
        let is_done =
            |window: usize| window < windows.next && !windows.pagers.contains_key(&window);
        let shared = self.shared.iter();
        shared.filter(move |(begins, _)| !is_done(**begins) || !is_done(begins.saturating_sub(1)))
    }
}

/// The rows of the windows that are open, then of those that have not begun, each with the number of its window.
fn rows<L: Ranged>(
    request: ListRequest<L>,
    concurrent: usize,
    split: Split,
    state: WindowsState,
    windows: &Shared<L::Row>,
) -> BoxStream<'static, (usize, Result<L::Row, Error>)> {
    let open = state
        .open
        .into_iter()
        .filter(move |(window, _)| *window < split.count);
    let open: Vec<_> = open
        .map(|(window, position)| (window, Some(position)))
        .collect();
    let not_begun = (state.next..split.count).map(|window| (window, None));
    // What is open has a place in a cursor from the beginning on, whether its turn has come or not.
    for (window, position) in &open {
        let pager = pager(&request, split.window(*window), position.clone());
        lock(windows).pagers.insert(*window, pager);
    }
    let windows = Arc::clone(windows);
    let begin = move |(window, position): (usize, Option<Position>)| {
        let mut shared = lock(&windows);
        if position.is_none() {
            let pager = pager(&request, split.window(window), None);
            shared.pagers.insert(window, pager);
            shared.next = window + 1;
        }
        Window {
            number: window,
            windows: Arc::clone(&windows),
        }
    };
    stream::iter(open.into_iter().chain(not_begun).map(begin))
        .flatten_unordered(concurrent)
        .boxed()
}

fn pager<L: Ranged>(
    request: &ListRequest<L>,
    range: crate::time::time_range::TimeRange,
    position: Option<Position>,
) -> Pager<L::Row> {
    let mut request = request.clone();
    request.list.set_range(range);
    request.plan.resume =
        position.map(|position| Cursor::new(&request.list, State::Walk(position)));
    // A limit is for what is fetched ahead. Where the rows end is decided for all windows together.
    let reader = Reader::new(Arc::new(request.list), &request.plan);
    Pager::new(Pages::new(reader, None))
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

    #[tokio::test]
    async fn windows_begin_in_place_of_ended_ones_while_one_waits() {
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let seen = asked.clone();
        let pancake = Pancake::builder().wrap_transport(move |_| FirstWaits(seen.clone()));
        let page = pancake.build().unwrap().page("1");
        let range = TimeRange::unix(0, 500).unwrap();
        let windows = page.posts(range).windows(Duration::from_secs(100));
        let mut pager = windows.concurrent(2).stream();
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..10 {
            assert!(pager.poll_row(&mut context).is_pending());
        }
        let asked = asked.lock().unwrap();
        assert_eq!(*asked, ["0", "100", "200", "300", "400"]);
    }
}

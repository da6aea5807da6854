//! A long range in windows, which can be read at the same time.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use pancake_client::types::OrderBy;
use serde::{Deserialize, Serialize};

use super::cursor::{Cursor, State};
use super::lists::{AdsExport, CallLogs, Conversations, Customers, Posts};
use super::memory::Memory;
use super::pager::Pager;
use super::position::Position;
use super::request::ListRequest;
use super::source::Source;
use crate::error::{Error, ErrorKind};
use crate::time_range::TimeRange;

/// A list that takes a range.
pub(crate) trait Ranged: Source + Clone + Sized {
    fn range(&self) -> Option<TimeRange>;
    fn set_range(&mut self, range: TimeRange);
    /// Whether rows leave a window while others are read.
    fn rows_change_window(&self) -> bool {
        false
    }
}

macro_rules! ranged {
    ($($list:ident $change:expr;)+) => {$(
        impl Ranged for $list {
            fn range(&self) -> Option<TimeRange> {
                self.range.into()
            }
            fn set_range(&mut self, range: TimeRange) {
                self.range = range.into();
            }
            fn rows_change_window(&self) -> bool {
                let change: fn(&$list) -> bool = $change;
                change(self)
            }
        }
    )+};
}

ranged! {
    Conversations |list| list.order_by != Some(OrderBy::InsertedAt);
    Customers |list| list.order_by == Some(OrderBy::UpdatedAt);
    Posts |_| false;
    CallLogs |_| false;
    AdsExport |_| false;
}

/// Where the windows stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WindowsState {
    /// Seconds.
    #[serde(rename = "s")]
    length: u64,
    /// The first window that has not begun.
    #[serde(rename = "n")]
    next: usize,
    /// Windows that are being read.
    #[serde(rename = "o", default)]
    open: Vec<(usize, Position)>,
}

#[allow(private_bounds, reason = "which lists there are is up to this crate")]
impl<L: Ranged> ListRequest<L> {
    /// Splits the range into windows of this length, to be read one after the other or at the same time.
    ///
    /// Rows must not change their window while they are read: conversations need
    /// `order_by(OrderBy::InsertedAt)`, customers must not be ordered by the last change.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::{OrderBy, TimeRange};
    /// use std::time::Duration;
    ///
    /// let year = TimeRange::unix(1_735_689_600, 1_767_225_600)?;
    /// let by_beginning = page.conversations().range(year).order_by(OrderBy::InsertedAt);
    /// let mut rows = by_beginning.windows(Duration::from_secs(7 * 86_400)).concurrent(4).stream();
    /// while let Some(conversation) = rows.try_next().await? {
    ///     println!("{:?}", conversation.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn windows(self, length: Duration) -> Windows<L> {
        Windows {
            request: self,
            length,
            concurrent: 1,
        }
    }
}

/// A range in windows. Made by [`ListRequest::windows`](crate::ListRequest::windows).
///
/// Windows share the second where they meet, since it is not known whether the service takes the ends of a range in.
/// [`stream`](Windows::stream) drops the rows that therefore come twice. Who reads the
/// [`requests`](Windows::requests) one by one, in processes of their own say, has to expect those.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is streamed"]
pub struct Windows<L> {
    request: ListRequest<L>,
    length: Duration,
    concurrent: usize,
}

#[allow(private_bounds, reason = "which lists there are is up to this crate")]
impl<L: Ranged> Windows<L> {
    /// Reads so many windows at the same time; 1 if not given. The rate limit of the page still holds.
    pub fn concurrent(mut self, windows: usize) -> Self {
        self.concurrent = windows.max(1);
        self
    }

    /// The windows as requests of their own, oldest first.
    ///
    /// # Errors
    ///
    /// The list has no range, or rows change their window while they are read.
    pub fn requests(&self) -> Result<Vec<(TimeRange, ListRequest<L>)>, Error> {
        let refused = |message| Error::new(ErrorKind::InvalidRequest, message);
        let list = &self.request.list;
        list.check()?;
        let range = list.range().ok_or_else(|| {
            refused("`windows` splits a range, and there is none; add `.range(…)`")
        })?;
        if list.rows_change_window() {
            return Err(refused(
                "rows that change move from window to window, and would be missed; windows go by the beginning: \
                 `.order_by(OrderBy::InsertedAt)`",
            ));
        }
        let windows = range.windows(self.length).map(|window| {
            let mut request = self.request.clone();
            request.list.set_range(window);
            request.plan.resume = None;
            (window, request)
        });
        Ok(windows.collect())
    }

    /// All rows of all windows. Those of one window come in the order of the list; with several at the same time, windows
    /// take turns.
    pub fn stream(self) -> WindowPager<L> {
        let opened = self.open();
        let list = self.request.list.clone();
        let (page, operation) = (list.page_id().clone(), list.operation());
        let (requests, state, refusal) = match opened {
            Ok((requests, state)) => (requests, state, None),
            Err(error) => {
                let state = WindowsState {
                    length: 0,
                    next: 0,
                    open: Vec::new(),
                };
                let error = error.of(operation, Some(page.as_str()));
                (Vec::new(), state, Some(error))
            }
        };
        let mut pager = WindowPager {
            boundaries: Memory::new(self.request.plan.remember),
            left: self.request.plan.limit,
            list,
            requests,
            length: state.length,
            next: state.next,
            open: VecDeque::new(),
            concurrent: self.concurrent,
            refusal,
        };
        for (window, position) in state.open {
            pager.open_window(window, Some(position));
        }
        pager
    }

    #[allow(
        clippy::type_complexity,
        reason = "it is taken apart where it is called"
    )]
    fn open(&self) -> Result<(Vec<(TimeRange, ListRequest<L>)>, WindowsState), Error> {
        let refused = |message: &str| Err(Error::new(ErrorKind::InvalidRequest, message));
        let requests = self.requests()?;
        let length = self.length.as_secs();
        if self.request.plan.max_pages.is_some() {
            return refused(
                "`max_pages` counts the pages of one list; with `windows`, use `limit`",
            );
        }
        let Some(cursor) = self.request.plan.resume.clone() else {
            let (next, open) = (0, Vec::new());
            return Ok((requests, WindowsState { length, next, open }));
        };
        let list = &self.request.list;
        let state = cursor.open(list, &list.filters())?.windows()?;
        if state.length != length {
            return refused("the cursor is of windows of another length; ask with the same length");
        }
        Ok((requests, state))
    }
}

/// The rows of windows. Made by [`Windows::stream`].
#[allow(private_bounds, reason = "which lists there are is up to this crate")]
#[must_use = "nothing is sent before it is polled"]
pub struct WindowPager<L: Ranged> {
    list: L,
    requests: Vec<(TimeRange, ListRequest<L>)>,
    length: u64,
    next: usize,
    /// Windows that are being read, in the order of their turns.
    open: VecDeque<(usize, Pager<L::Row>)>,
    concurrent: usize,
    left: Option<u64>,
    /// Rows of seconds that two windows share.
    boundaries: Memory,
    refusal: Option<Error>,
}

#[allow(private_bounds, reason = "which lists there are is up to this crate")]
impl<L: Ranged> WindowPager<L> {
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

    /// Where to go on from after the rows given so far: windows that are done are not read again. `None` if the request was
    /// refused.
    pub fn cursor(&self) -> Option<Cursor> {
        if self.requests.is_empty() {
            return None;
        }
        let open = self
            .open
            .iter()
            .map(|(window, pager)| Some((*window, pager.position()?)));
        let mut open = open.collect::<Option<Vec<_>>>()?;
        open.sort_by_key(|(window, _)| *window);
        let state = State::Windows(WindowsState {
            length: self.length,
            next: self.next,
            open,
        });
        Some(Cursor::new(&self.list, self.list.filters(), state))
    }

    fn open_window(&mut self, window: usize, position: Option<Position>) {
        let Some((_, request)) = self.requests.get(window) else {
            return;
        };
        let mut request = request.clone();
        request.plan.limit = None;
        request.plan.resume = position.map(|position| {
            let list = &request.list;
            Cursor::new(list, list.filters(), State::Walk(position))
        });
        self.open.push_back((window, request.stream()));
    }

    fn poll_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<L::Row, Error>>> {
        if let Some(refusal) = self.refusal.take() {
            return Poll::Ready(Some(Err(refusal)));
        }
        let mut waiting = 0;
        loop {
            if self.left == Some(0) {
                return Poll::Ready(None);
            }
            while self.open.len() < self.concurrent && self.next < self.requests.len() {
                self.open_window(self.next, None);
                self.next += 1;
            }
            let Some((window, mut pager)) = self.open.pop_front() else {
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
                Poll::Ready(None) => {}
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
                }
            }
        }
    }

    /// Drops a row of a shared second that the other window has given.
    fn is_new(&mut self, window: usize, row: &L::Row) -> bool {
        let mark = self.list.mark(row);
        let Some(print) = mark.print() else {
            return true;
        };
        let Some((range, _)) = self.requests.get(window) else {
            return true;
        };
        let shared = mark.time.is_none_or(|time| {
            let second = time.div_euclid(1_000_000);
            second <= range.since() || second >= range.until()
        });
        !shared || self.boundaries.insert(print)
    }
}

#[allow(private_bounds, reason = "which lists there are is up to this crate")]
impl<L: Ranged + Unpin> Stream for WindowPager<L> {
    type Item = Result<L::Row, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_row(context)
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

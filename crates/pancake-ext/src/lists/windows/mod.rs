//! A long range in windows, which can be read at the same time.

mod pager;
mod split;
pub(super) mod state;

use std::time::Duration;

use pancake_client::types::OrderBy;

use super::kinds::{AdsExport, CallLogs, Conversations, Customers, Posts};
use super::request::ListRequest;
use super::source::{Kind, Source};
use crate::error::{Error, ErrorKind};
use crate::time::time_range::TimeRange;
pub use pager::WindowPager;
use split::Split;
use state::WindowsState;

/// A list that takes a range.
pub(crate) trait Ranged: Kind {
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

#[allow(private_bounds, reason = "which lists there are is up to this crate")]
impl<L: Ranged> ListRequest<L> {
    /// Splits the range into windows of this length, to be read one after the other or at the same time.
    ///
    /// Rows must not change their window while they are read: conversations need
    /// `order_by(OrderBy::InsertedAt)`, customers must not be ordered by the last change. A window is of whole seconds, one
    /// at least, and a range has 100 000 windows at most: other lengths are refused.
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
/// [`stream`](Windows::stream) drops the rows that therefore come twice. The [`requests`](Windows::requests) read one by one,
/// in processes of their own say, give them twice.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is streamed"]
pub struct Windows<L> {
    request: ListRequest<L>,
    length: Duration,
    concurrent: usize,
}

#[allow(private_bounds, reason = "which lists there are is up to this crate")]
impl<L: Ranged> Windows<L> {
    /// Reads so many windows at the same time. Defaults to 1. The rate limit of the page still holds.
    pub fn concurrent(mut self, windows: usize) -> Self {
        self.concurrent = windows.max(1);
        self
    }

    /// The windows as requests of their own, oldest first.
    ///
    /// # Errors
    ///
    /// The list has no range, windows of this length are impossible, or rows change their window while they are read.
    pub fn requests(
        &self,
    ) -> Result<impl ExactSizeIterator<Item = (TimeRange, ListRequest<L>)> + use<L>, Error> {
        let split = self.split()?;
        let mut whole = self.request.clone();
        whole.plan.resume = None;
        Ok((0..split.count).map(move |window| {
            let window = split.window(window);
            let mut request = whole.clone();
            request.list.set_range(window);
            (window, request)
        }))
    }

    /// All rows of all windows. Those of one window come in the order of the list; with several at the same time, windows
    /// take turns.
    pub fn stream(self) -> WindowPager<L> {
        let opened = self
            .open()
            .map_err(|error| self.request.list.of_list(error));
        WindowPager::new(self.request, self.concurrent, opened)
    }

    fn split(&self) -> Result<Split, Error> {
        let list = &self.request.list;
        // Once, and not by each of the windows.
        list.setup(0)?;
        let range = list.range().ok_or_else(|| {
            refused("`windows` splits a range, and there is none; add `.range(…)`".into())
        })?;
        if list.rows_change_window() {
            return Err(refused(
                "rows that change move from window to window, and would be missed; windows go by the beginning: \
                 `.order_by(OrderBy::InsertedAt)`"
                    .into(),
            ));
        }
        Split::new(range, self.length)
    }

    fn open(&self) -> Result<(Split, WindowsState), Error> {
        let split = self.split()?;
        if self.request.plan.max_pages.is_some() {
            return Err(refused(
                "`max_pages` counts the pages of one list; with `windows`, use `limit`".into(),
            ));
        }
        let Some(cursor) = self.request.plan.resume.clone() else {
            return Ok((split, WindowsState::default()));
        };
        let list = &self.request.list;
        let state = cursor.open(list)?.windows()?;
        if state.length != split.length.unsigned_abs() {
            return Err(refused(
                "the cursor is of windows of another length; ask with the same length".into(),
            ));
        }
        Ok((split, state))
    }
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::InvalidRequest, message)
}

//! A list page by page.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};

use super::cursor::Cursor;
use super::feed::Feed;
use crate::error::Error;
use crate::net::guard::GuardCounts;

/// A page of a list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListPage<T> {
    /// The rows that were not given before.
    pub items: Vec<T>,
    /// Where to go on from after this page. Store it once the rows are dealt with.
    pub cursor: Cursor,
    /// Rows of the answer, with those that were dropped as duplicates; of lists with offsets also the row that two pages share.
    pub raw_count: usize,
    /// Rows of the whole list, if the answer says so.
    pub total: Option<u64>,
    /// `x-request-id` of the answer.
    pub request_id: Option<String>,
}

/// A list page by page. Made by [`ListRequest::pages`](crate::ListRequest::pages). Pages without new rows are left out.
///
/// ```no_run
/// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
/// let mut pages = page.conversations().pages();
/// while let Some(page) = pages.try_next().await? {
///     println!("{} new rows of {}", page.items.len(), page.raw_count);
///     std::fs::write("cursor.txt", page.cursor.to_string()).unwrap();
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is sent before it is polled"]
pub struct Pages<T> {
    feed: Feed<T>,
    is_done: bool,
}

impl<T: Send + 'static> Pages<T> {
    pub(crate) fn new(feed: Feed<T>) -> Self {
        Pages {
            feed,
            is_done: false,
        }
    }

    /// The next page, or `None` at the end. After an error the same page is asked for again.
    pub async fn next(&mut self) -> Option<Result<ListPage<T>, Error>> {
        std::future::poll_fn(|context| self.poll_page(context)).await
    }

    /// The next page, or `None` at the end.
    ///
    /// # Errors
    ///
    /// The page could not be read. The next call asks for it again.
    pub async fn try_next(&mut self) -> Result<Option<ListPage<T>>, Error> {
        self.next().await.transpose()
    }

    /// Where to go on from after the pages given so far, as in the last [`ListPage::cursor`]; `None` if the request was
    /// refused.
    pub fn cursor(&self) -> Option<Cursor> {
        self.feed.cursor()
    }

    /// How often each guard has fired so far.
    pub fn guards(&self) -> &GuardCounts {
        self.feed.guards()
    }

    /// Answers so far, with those that brought nothing new.
    pub fn answers(&self) -> u64 {
        self.feed.answers()
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<ListPage<T>, Error>>> {
        let page = ready!(self.feed.poll_page(context));
        self.is_done = page.is_none();
        Poll::Ready(page)
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<ListPage<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(context)
    }
}

/// Once at its end, it stays there.
impl<T: Send + 'static> FusedStream for Pages<T> {
    fn is_terminated(&self) -> bool {
        self.is_done
    }
}

/// Nothing in it is pinned.
impl<T> Unpin for Pages<T> {}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

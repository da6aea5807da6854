//! A list row by row.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};

use super::cursor::Cursor;
use super::feed::Feed;
use super::position::Position;
use crate::error::Error;
use crate::net::guard::GuardCounts;

/// A list row by row. Made by [`ListRequest::stream`](crate::ListRequest::stream).
///
/// It is a `futures_core::Stream`; [`next`](Pager::next) and [`try_next`](Pager::try_next) do without any extension
/// trait. Nothing is sent before it is polled, and then one page at a time, unless it fetches ahead. A page that fails
/// does not end it: the error is yielded, and the next poll asks for the same page again. Only a request that was refused
/// before anything was sent ends after its error.
///
/// ```no_run
/// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
/// let mut conversations = page.conversations().stream();
/// while let Some(conversation) = conversations.try_next().await? {
///     println!("{:?} {:?}", conversation.id, conversation.snippet);
/// }
/// for (guard, times) in conversations.guards().fired() {
///     eprintln!("{guard}: {times}");
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is sent before it is polled"]
pub struct Pager<T> {
    feed: Feed<T>,
    is_done: bool,
}

impl<T: Send + 'static> Pager<T> {
    pub(crate) fn new(feed: Feed<T>) -> Self {
        Pager {
            feed,
            is_done: false,
        }
    }

    /// The next row, or `None` at the end. After an error the same page is asked for again.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|context| self.poll_item(context)).await
    }

    /// The next row, or `None` at the end.
    ///
    /// # Errors
    ///
    /// A page could not be read. The next call asks for it again.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.next().await.transpose()
    }

    /// All rows that are left.
    ///
    /// # Errors
    ///
    /// A page could not be read. What was read before is lost with the error; [`collect_into`](Self::collect_into) keeps it.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut rows = Vec::new();
        self.collect_into(&mut rows).await?;
        Ok(rows)
    }

    /// Appends all rows that are left. After an error the rows so far are there, so is the [`cursor`](Self::cursor), and it
    /// can be called again.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let (mut customers, mut rows) = (page.customers(pancake_ext::TimeRange::unix(0, 1_775_001_600)?).stream(), Vec::new());
    /// while let Err(error) = customers.collect_into(&mut rows).await {
    ///     eprintln!("{error}; {} rows so far", rows.len());
    ///     if !error.is_retryable() {
    ///         return Err(error);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// A page could not be read. The next call asks for it again.
    pub async fn collect_into(&mut self, rows: &mut Vec<T>) -> Result<(), Error> {
        while let Some(row) = self.try_next().await? {
            rows.push(row);
        }
        Ok(())
    }

    /// Where to go on from after the rows given so far; `None` if the request was refused.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let mut first = page.customers(pancake_ext::TimeRange::unix(0, 1_775_001_600)?).stream();
    /// first.try_next().await?;
    /// let stored = first.cursor().map(|cursor| cursor.to_string());
    ///
    /// // Later, in another process:
    /// let mut request = page.customers(pancake_ext::TimeRange::unix(0, 1_775_001_600)?);
    /// if let Some(cursor) = stored {
    ///     request = request.resume(cursor.parse()?);
    /// }
    /// let second = request.stream().try_next().await?; // the second customer
    /// # Ok(()) }
    /// ```
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

    pub(crate) fn position(&self) -> Option<Position> {
        self.feed.position()
    }

    pub(crate) fn poll_item(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<T, Error>>> {
        let item = ready!(self.feed.poll_item(context));
        self.is_done = item.is_none();
        Poll::Ready(item)
    }
}

impl<T: Send + 'static> Stream for Pager<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

/// Once at its end, it stays there.
impl<T: Send + 'static> FusedStream for Pager<T> {
    fn is_terminated(&self) -> bool {
        self.is_done
    }
}

/// Nothing in it is pinned.
impl<T> Unpin for Pager<T> {}

impl<T> std::fmt::Debug for Pager<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pager").finish_non_exhaustive()
    }
}

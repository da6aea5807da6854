//! A list row by row.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::{FusedStream, Stream};

use super::cursor::Cursor;
use super::pages::{Pages, Rows};
use super::position::Position;
use super::source::stream;
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
    pages: Pages<T>,
    rows: Rows<T>,
    is_done: bool,
}

impl<T: Send + 'static> Pager<T> {
    pub(crate) fn new(pages: Pages<T>) -> Self {
        Pager {
            pages,
            rows: Rows::new(Vec::new(), Vec::new()),
            is_done: false,
        }
    }

    /// The next row, or `None` at the end. After an error the same page is asked for again.
    ///
    /// It is cancel safe: dropped before it is done, in `tokio::select!` say, it loses no row, and the next call goes on
    /// with the same request.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        self.try_next().await.transpose()
    }

    /// The next row, or `None` at the end. Cancel safe, as [`next`](Self::next) is.
    ///
    /// # Errors
    ///
    /// A page could not be read. The next call asks for it again.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        loop {
            if let Some(row) = self.take_row() {
                return Ok(Some(row));
            }
            if !std::future::poll_fn(|context| self.poll_rows(context)).await? {
                return Ok(None);
            }
        }
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
        self.pages.cursor()
    }

    /// How often each guard has fired so far.
    pub fn guards(&self) -> &GuardCounts {
        self.pages.guards()
    }

    /// Responses so far, with those that brought nothing new.
    pub fn answers(&self) -> u64 {
        self.pages.answers()
    }

    pub(super) fn position(&self) -> Option<Position> {
        self.pages.position()
    }

    #[inline]
    fn take_row(&mut self) -> Option<T> {
        if self.pages.is_used_up() {
            return None;
        }
        let row = self.rows.next()?;
        self.pages.take(1);
        Some(row)
    }

    /// Waits for more rows. `false` at the end.
    fn poll_rows(&mut self, context: &mut Context<'_>) -> Poll<Result<bool, Error>> {
        let batch = match self.pages.is_used_up() {
            true => None,
            false => ready!(self.pages.poll_batch(context)).transpose()?,
        };
        self.is_done = batch.is_none();
        Poll::Ready(Ok(match batch {
            Some(batch) => {
                self.rows = Rows::new(batch.rows, batch.keep);
                true
            }
            None => false,
        }))
    }
}

impl<T: Send + 'static> Stream for Pager<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pager = self.get_mut();
        loop {
            if let Some(row) = pager.take_row() {
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(pager.poll_rows(context)) {
                Ok(true) => {}
                Ok(false) => return Poll::Ready(None),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

stream!(Pager<T>);

//! A list page by page.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

use futures_core::{FusedStream, Stream};

use super::cursor::Cursor;
use super::position::{ANCHORS, Position};
use super::reader::{Batch, Reader};
use super::row::Print;
use super::source::stream;
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
    /// Rows of the response, with those that were dropped as duplicates; of lists with offsets also the row that two pages
    /// share.
    pub raw_count: usize,
    /// Rows of the whole list, if the response says so.
    pub total: Option<u64>,
    /// `x-request-id` of the response.
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
    reader: Reader<T>,
    /// Rows that may still be given.
    left: Option<u64>,
    /// New rows of the last page that were given.
    taken: usize,
    backwards: Option<Backwards<T>>,
    is_done: bool,
}

impl<T: Send + 'static> Pages<T> {
    pub(crate) fn new(reader: Reader<T>, limit: Option<u64>) -> Self {
        let start = reader.position(0).filter(|_| reader.is_reversed());
        Pages {
            backwards: start.map(Backwards::new),
            reader,
            left: limit,
            taken: 0,
            is_done: false,
        }
    }

    /// The next page, or `None` at the end. After an error the same page is asked for again.
    ///
    /// It is cancel safe: dropped before it is done, it loses nothing, and the next call goes on with the same request.
    pub async fn next(&mut self) -> Option<Result<ListPage<T>, Error>> {
        std::future::poll_fn(|context| self.poll_page(context)).await
    }

    /// The next page, or `None` at the end. Cancel safe, as [`next`](Self::next) is.
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
        Some(self.reader.cursor(self.position()?))
    }

    /// How often each guard has fired so far.
    pub fn guards(&self) -> &GuardCounts {
        self.reader.guards()
    }

    /// Responses so far, with those that brought nothing new.
    pub fn answers(&self) -> u64 {
        self.reader.answers()
    }

    pub(super) fn position(&self) -> Option<Position> {
        match &self.backwards {
            Some(backwards) => Some(backwards.position(self.taken)),
            None => self.reader.position(self.taken),
        }
    }

    /// Whether a limit allows for no more rows.
    pub(super) fn is_used_up(&self) -> bool {
        self.left == Some(0)
    }

    /// So many rows of the last page were given.
    #[inline]
    pub(super) fn take(&mut self, rows: usize) {
        self.taken += rows;
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(rows as u64);
        }
    }

    /// The next page, whatever it holds.
    pub(super) fn poll_batch(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Batch<T>, Error>>> {
        let Some(backwards) = &mut self.backwards else {
            let batch = ready!(self.reader.poll_batch(context));
            if matches!(batch, Some(Ok(_))) {
                self.taken = 0;
            }
            return Poll::Ready(batch);
        };
        while let Some(batch) = ready!(self.reader.poll_batch(context)) {
            match batch {
                Ok(batch) => backwards.pages.push(batch),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        let batch = backwards.next(&self.reader);
        self.taken = 0;
        Poll::Ready(batch.map(Ok))
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<ListPage<T>, Error>>> {
        loop {
            let batch = match self.is_used_up() {
                true => None,
                false => ready!(self.poll_batch(context)),
            };
            let batch = match batch {
                Some(Ok(batch)) => batch,
                other => {
                    self.is_done = other.is_none();
                    return Poll::Ready(other.and_then(Result::err).map(Err));
                }
            };
            let raw_count = batch.rows.len();
            let mut items = batch.rows;
            let mut keep = batch.keep.into_iter();
            items.retain(|_| keep.next() == Some(true));
            let left = self.left.and_then(|left| usize::try_from(left).ok());
            items.truncate(left.unwrap_or(usize::MAX));
            self.take(items.len());
            let (false, Some(cursor)) = (items.is_empty(), self.cursor()) else {
                continue;
            };
            return Poll::Ready(Some(Ok(ListPage {
                items,
                cursor,
                raw_count,
                total: batch.total,
                request_id: batch.request_id,
            })));
        }
    }
}

/// A list that is read as a whole and given from its end.
struct Backwards<T> {
    pages: Vec<Batch<T>>,
    start: Position,
    /// The rows given last, with their times, before those of the present page.
    given: VecDeque<(Option<Print>, Option<i64>)>,
    /// The rows of the present page that are to be given.
    present: Vec<(Option<Print>, Option<i64>)>,
}

impl<T: Send + 'static> Backwards<T> {
    fn new(start: Position) -> Self {
        Backwards {
            pages: Vec::new(),
            start,
            given: VecDeque::new(),
            present: Vec::new(),
        }
    }

    fn next(&mut self, reader: &Reader<T>) -> Option<Batch<T>> {
        self.given.extend(self.present.drain(..));
        let forgotten = self.given.len().saturating_sub(ANCHORS);
        self.given.drain(..forgotten);
        let mut batch = self.pages.pop()?;
        batch.rows.reverse();
        batch.keep.reverse();
        let rows = batch.rows.iter().zip(&batch.keep);
        let kept = rows.filter(|(_, keep)| **keep).map(|(row, _)| {
            let mark = reader.mark(row);
            (mark.print(), mark.time)
        });
        self.present.extend(kept);
        Some(batch)
    }

    /// All that is newer than what was given.
    fn position(&self, taken: usize) -> Position {
        let present = self.present.iter().take(taken);
        let given: Vec<_> = self.given.iter().chain(present).collect();
        let Some((_, newest)) = given.last() else {
            return self.start.clone();
        };
        let last = given.iter().rev().filter_map(|(print, _)| *print);
        let mut stop: Vec<Print> = last.take(ANCHORS).collect();
        // Those of before, in case these vanish.
        let former = self.start.stop.0.iter();
        stop.extend(former.filter(|print| !given.iter().any(|(row, _)| row == &Some(**print))));
        stop.truncate(2 * ANCHORS);
        Position {
            stop: stop.into_iter().collect(),
            stop_before: newest.or(self.start.stop_before),
            ..Position::default()
        }
    }
}

/// The new rows of a page on their way out, in the vector they were decoded into.
pub(super) struct Rows<T> {
    rows: IntoIter<T>,
    keep: IntoIter<bool>,
}

impl<T> Rows<T> {
    pub(super) fn new(rows: Vec<T>, keep: Vec<bool>) -> Self {
        Rows {
            rows: rows.into_iter(),
            keep: keep.into_iter(),
        }
    }
}

impl<T> Iterator for Rows<T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        while !self.keep.next()? {
            self.rows.next()?;
        }
        self.rows.next()
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<ListPage<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(context)
    }
}

stream!(Pages<T>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_without_those_that_are_dropped() {
        let rows = |keep: [bool; 3]| Rows::new(vec![1, 2, 3], keep.into()).collect::<Vec<_>>();
        assert_eq!(rows([true, false, true]), [1, 3]);
        assert_eq!(rows([false, true, false]), [2]);
        assert!(rows([false; 3]).is_empty());
    }
}

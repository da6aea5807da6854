//! A list that is about to be asked for: its filters, and how to read it.

use std::sync::Arc;

use super::cursor::Cursor;
use super::pager::Pager;
use super::pages::Pages;
use super::plan::Plan;
use super::reader::Reader;
use super::source::Kind;
use crate::error::Error;

/// A list that is about to be asked for. Made by the methods of [`Page`](crate::Page) and
/// [`Conversation`](crate::Conversation); `L` says which list, and adds its filters.
///
/// Nothing is sent before what [`stream`](ListRequest::stream), [`pages`](ListRequest::pages) or
/// [`collect`](ListRequest::collect) return is polled. A request that cannot work yields one error of kind
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest), then ends, and nothing is sent.
///
/// # What to expect of a list that changes while it is read
///
/// No row is lost that is in the list all the time, and none is given twice, while rows arrive, move to the top or vanish:
/// duplicates are dropped, rows that moved up are looked for at the end, and so are rows that shifted up because others
/// vanished, by the `total` of lists of numbered pages and by a row that two pages share in lists with offsets (messages,
/// export). Call logs have neither, so a call that *vanishes* from them can hide another one.
///
/// If rows are out of reach, the list ends with an error, and polled again it goes on. A `total` that counts more than the
/// list shows is reported by [`Guard::MissingRows`](crate::Guard::MissingRows) and is no error.
///
/// The last 200,000 rows are remembered ([`remember`](ListRequest::remember)); in a longer list of conversations or
/// customers by `updated_at` a row that was given and then changed can come again. By `inserted_at` nothing moves, and
/// this does not happen.
///
/// # What is a change
///
/// A message moves a conversation to the top. Whether a tag, an assignee or the read state moves its `updated_at` is not
/// known; in the fake server they do not. If the service is the same, neither a range of `updated_at` nor
/// [`watch`](ListRequest::watch) shows such a change. To find them, read the list by
/// [`OrderBy::InsertedAt`](crate::OrderBy::InsertedAt) from time to time and compare.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is streamed"]
pub struct ListRequest<L> {
    pub(crate) list: L,
    pub(crate) plan: Plan,
}

impl<L> ListRequest<L> {
    pub(crate) fn new(list: L) -> Self {
        ListRequest {
            list,
            plan: Plan::default(),
        }
    }

    /// Gives no more than so many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.plan.limit = Some(rows);
        self
    }

    /// Takes no more than so many responses. Not for messages from the oldest.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.plan.max_pages = Some(pages);
        self
    }

    /// Fetches ahead: up to so many pages at once, 16 at most, in lists with page numbers or offsets, in the right order
    /// and below the rate limit; in lists with a cursor, where a page names the next one, the next page while the rows of
    /// this one are used. Defaults to 0: a page is fetched when its first row is asked for. No page is fetched that
    /// [`limit`](Self::limit) or [`max_pages`](Self::max_pages) leave no need of.
    ///
    /// Pages fetched ahead that turn out to be of no use, at the end of a list without `total`, still cost a call.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.plan.prefetch = pages;
        self
    }

    /// Remembers so many rows to drop those that come again. Defaults to 200,000, which take some 5 MB. The rows of three
    /// pages are remembered in any case.
    pub fn remember(mut self, rows: usize) -> Self {
        self.plan.remember = rows;
        self
    }

    /// Goes on after the rows that the pager of this cursor has given. List and filters must be the same. Limits are not
    /// part of it: they count from here.
    pub fn resume(mut self, cursor: Cursor) -> Self {
        self.plan.resume = Some(cursor);
        self
    }
}

#[allow(private_bounds, reason = "which lists there are is up to this crate")]
impl<L: Kind> ListRequest<L> {
    /// The list row by row.
    pub fn stream(self) -> Pager<L::Row> {
        Pager::new(self.pages())
    }

    /// The list page by page.
    pub fn pages(self) -> Pages<L::Row> {
        let limit = self.plan.limit;
        Pages::new(Reader::new(Arc::new(self.list), &self.plan), limit)
    }

    /// The whole list, or as much of it as the limit allows.
    ///
    /// # Errors
    ///
    /// A page could not be read, or the request cannot work. What was read before is lost with the error, and so is the
    /// place: for a long list, [`stream`](Self::stream) and [`Pager::collect_into`] keep both.
    pub async fn collect(self) -> Result<Vec<L::Row>, Error> {
        self.stream().collect().await
    }
}

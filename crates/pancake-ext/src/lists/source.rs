//! What differs from list to list: how a page is asked for, and what is known of a row.

use std::future::Future;
use std::pin::Pin;

use pancake_client::reqwest::header::HeaderMap;
use pancake_client::{Operation, PageId};

use super::dialect::{Ask, Dialect, items_field};
use super::mark::Mark;
use super::position::Position;
use crate::error::{Error, ErrorKind, Execution};
use crate::net::scrub::REQUEST_ID;
use crate::scope::pancake::Pancake;

/// A page on its way.
pub(crate) type Fetching<T> = Pin<Box<dyn Future<Output = Result<Listing<T>, Error>> + Send>>;

/// A list that [`ListRequest`](crate::ListRequest) can ask for. This crate alone implements it.
pub trait List {
    /// What the list holds.
    type Row: Send + 'static;
}

/// The small part of paging that is a list's own.
pub(crate) trait Source: List + Send + Sync + 'static {
    /// The client that asks.
    fn pancake(&self) -> &Pancake;

    /// The operation that lists.
    fn operation(&self) -> &'static Operation;

    /// The page it is about.
    fn page_id(&self) -> &PageId;

    /// What else names the list, such as a conversation.
    fn scope(&self) -> Option<&str> {
        None
    }

    /// The filters as text, for people and for comparing.
    fn filters(&self) -> String;

    /// Refuses filters that cannot work.
    ///
    /// # Errors
    ///
    /// Says what is wrong and what to do.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Rows a page, if the list lets one choose.
    fn page_size(&self) -> Option<u32> {
        None
    }

    /// What is known about the order of rows.
    fn order(&self) -> RowOrder {
        RowOrder::Unknown
    }

    /// Where a walk begins that is not resumed.
    fn begin(&self, dialect: Dialect) -> Position {
        Position::first(dialect.first())
    }

    /// Whether all rows are to be read before the first is given, and given from the last to the first.
    fn is_reversed(&self) -> bool {
        false
    }

    /// Asks for a page. Rows come in the order in which the list is walked.
    fn fetch(&self, ask: Ask) -> Fetching<Self::Row>;

    /// Id and time of a row.
    fn mark(&self, row: &Self::Row) -> Mark;
}

/// What is known about the order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowOrder {
    /// Nothing that the walk could rely on.
    Unknown,
    /// Falling by a time that never changes.
    Falling,
    /// Falling by a time that changes: rows move to the top while one walks.
    Moving,
}

/// An answer with rows.
#[derive(Clone, Debug)]
pub(crate) struct Listing<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) total: Option<u64>,
    pub(crate) request_id: Option<String>,
}

impl<T> Listing<T> {
    /// Takes an answer apart.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidAnswer`] if it has no list at all: that is not an empty page, and taking it for the end
    /// would hide the rows that follow.
    pub(crate) fn read(
        source: &impl Source,
        headers: &HeaderMap,
        rows: Option<Vec<T>>,
        total: Option<i64>,
    ) -> Result<Self, Error> {
        let request_id = headers
            .get(REQUEST_ID)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let operation = source.operation();
        let Some(rows) = rows else {
            return Err(Error::new(
                ErrorKind::InvalidAnswer,
                format!(
                    "the answer has no `{}`; poll again to ask once more",
                    items_field(operation)
                ),
            )
            .with_execution(Execution::Executed)
            .with_status(200, request_id)
            .of(operation, Some(source.page_id().as_str())));
        };
        Ok(Listing {
            rows,
            total: total.and_then(|total| u64::try_from(total).ok()),
            request_id,
        })
    }
}

/// Filters as text: those that are set, as they go out.
pub(crate) fn describe<const N: usize>(filters: [(&str, Option<String>); N]) -> String {
    let set = filters
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name}={value}")));
    set.collect::<Vec<_>>().join("&")
}

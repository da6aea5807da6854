//! What differs from list to list: its filters, how a page is asked for, and what is known of a row.

use std::future::Future;
use std::pin::Pin;

use pancake_client::types::OrderBy;
use pancake_client::{ListRow, Listing, Operation, Paging, ResponseValue};

use super::engine::{Dialect, Expected, Setup};
use super::position::{Place, Position};
use super::row::Mark;
use crate::error::{Error, ErrorKind, Execution};
use crate::net::scrub::REQUEST_ID;
use crate::scope::page::Page;

/// A list that [`ListRequest`](crate::ListRequest) can ask for. This crate alone implements it.
pub trait List {
    /// What the list holds.
    type Row: Send + 'static;
}

/// What a list is asked for.
pub(crate) trait Filters: Send + Sync + 'static {
    fn page(&self) -> &Page;

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

    fn order_by(&self) -> Option<OrderBy> {
        None
    }

    /// Whether the rows have no order, whatever the document says.
    fn is_unordered(&self) -> bool {
        false
    }

    fn expected(&self) -> Option<Expected> {
        None
    }

    /// Where a walk begins that is not resumed.
    fn begin(&self) -> Position {
        Position::default()
    }

    /// Whether all rows are to be read before the first is given, and given from the last to the first.
    fn is_reversed(&self) -> bool {
        false
    }
}

/// A list as it is written by hand: its filters, and its call.
pub(crate) trait Kind: List<Row: ListRow> + Filters + Clone {
    /// The response that holds the rows.
    type Response: Listing<Row = Self::Row>;

    /// Whether a page holds its rows from the last to the first.
    const IS_BACKWARDS: bool = false;

    /// Asks for a page.
    fn send(&self, ask: Ask) -> impl Future<Output = Sent<Self::Response>> + Send;
}

/// What a call of a list ends with.
pub(crate) type Sent<R> = Result<ResponseValue<R>, Error>;

/// A page on its way.
pub(crate) type Fetching<T> = Pin<Box<dyn Future<Output = Result<Fetched<T>, Error>> + Send>>;

/// A page, its rows in the order in which the list is walked.
#[derive(Debug)]
pub(crate) struct Fetched<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) total: Option<u64>,
    pub(crate) request_id: Option<String>,
}

/// A list as the reader needs it, whichever it is.
pub(crate) trait Source: Filters {
    type Item;

    fn operation(&self) -> &'static Operation;

    /// What the engine has to know.
    ///
    /// # Errors
    ///
    /// The filters cannot work.
    fn setup(&self, remember: usize) -> Result<Setup, Error>;

    fn fetch(&self, place: Place, size: u32) -> Fetching<Self::Item>;
    fn mark<'a>(&self, row: &'a Self::Item) -> Mark<'a>;

    /// An error about a response of this list.
    fn of_response(&self, error: Error, request_id: Option<String>) -> Error {
        let error = error.with_execution(Execution::Executed);
        self.of_list(error.with_status(200, request_id))
    }

    /// An error of this list.
    fn of_list(&self, error: Error) -> Error {
        error.of(self.operation(), Some(self.page().id().as_str()))
    }
}

impl<K: Kind> Source for K {
    type Item = K::Row;

    fn operation(&self) -> &'static Operation {
        K::Response::OPERATION
    }

    fn setup(&self, remember: usize) -> Result<Setup, Error> {
        self.check()?;
        let (dialect, size) = dialect(self.operation(), self.page_size())?;
        let order = K::Response::ORDERS.get(time(self)).map(|(_, order)| *order);
        Ok(Setup {
            dialect,
            size,
            order: order
                .filter(|_| !self.is_unordered())
                .unwrap_or(pancake_client::RowOrder::Unknown),
            remember,
            expected: self.expected(),
            is_one_pass: false,
        })
    }

    fn fetch(&self, place: Place, size: u32) -> Fetching<K::Row> {
        let list = self.clone();
        Box::pin(async move {
            let response = list.send(Ask { place, size }).await?;
            let request_id = response.headers().get(REQUEST_ID);
            let request_id = request_id
                .and_then(|id| id.to_str().ok())
                .map(str::to_owned);
            let response = response.into_inner();
            let total = response.total().and_then(|total| u64::try_from(total).ok());
            // No list at all is not an empty page, and taking it for the end would hide the rows that follow.
            let Some(mut rows) = response.into_rows() else {
                let field = rows_field(list.operation());
                let message = format!("the response has no `{field}`; poll again to ask once more");
                let error = Error::new(ErrorKind::InvalidAnswer, message);
                return Err(list.of_response(error, request_id));
            };
            if K::IS_BACKWARDS {
                rows.reverse();
            }
            Ok(Fetched {
                rows,
                total,
                request_id,
            })
        })
    }

    fn mark<'a>(&self, row: &'a K::Row) -> Mark<'a> {
        Mark::new(row.row_id(), row.row_time(time(self)))
    }
}

/// Which of the times of a row the list is sorted by.
fn time<K: Kind>(list: &K) -> usize {
    let name = match list.order_by() {
        None => return 0,
        Some(OrderBy::InsertedAt) => "inserted_at",
        Some(OrderBy::UpdatedAt) => "updated_at",
    };
    let mut orders = K::Response::ORDERS.iter();
    orders.position(|(time, _)| *time == name).unwrap_or(0)
}

/// How a list is paged, and how many rows a page has at most. `size` asks for smaller pages, where the list lets one choose.
fn dialect(operation: &'static Operation, size: Option<u32>) -> Result<(Dialect, u32), Error> {
    match operation.paging {
        Some(Paging::Cursor { size, .. }) => Ok((Dialect::After, size)),
        Some(Paging::Count { size, .. } | Paging::Offset { size, .. }) => {
            Ok((Dialect::Offset, size))
        }
        Some(Paging::Page {
            size_parameter,
            max_size,
            ..
        }) => match size.unwrap_or(max_size) {
            size if (1..=max_size).contains(&size) => Ok((Dialect::Numbered, size)),
            size => Err(Error::new(
                ErrorKind::InvalidRequest,
                format!("`{size_parameter}` is {size}; choose 1 to {max_size}"),
            )),
        },
        _ => Err(Error::new(
            ErrorKind::Configuration,
            "the operation is not paged in a way this version knows",
        )),
    }
}

/// The field of the response that holds the rows.
fn rows_field(operation: &'static Operation) -> &'static str {
    match operation.paging {
        Some(
            Paging::Cursor { items, .. }
            | Paging::Count { items, .. }
            | Paging::Page { items, .. }
            | Paging::Offset { items, .. },
        ) => items,
        _ => "data",
    }
}

/// What a page is asked for with.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    place: Place,
    pub(crate) size: u32,
}

impl Ask {
    /// The id to continue after.
    pub(crate) fn after(&self) -> Option<&str> {
        match &self.place {
            Place::After(id) => Some(id),
            _ => None,
        }
    }

    /// The rows to skip.
    pub(crate) fn skip(&self) -> Option<i64> {
        match self.place {
            Place::Skip(rows) if rows > 0 => Some(i64::try_from(rows).unwrap_or(i64::MAX)),
            _ => None,
        }
    }

    /// The number of the page.
    pub(crate) fn number(&self) -> u64 {
        match self.place {
            Place::Number(number) => number,
            _ => 1,
        }
    }
}

/// Filters as text: those that are set, as they go out.
pub(crate) fn describe<const N: usize>(filters: [(&str, Option<String>); N]) -> String {
    let set = filters
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name}={value}")));
    set.collect::<Vec<_>>().join("&")
}

/// What all streams have in common: once at their end they stay there, nothing in them is pinned, and they show no rows.
macro_rules! stream {
    ($name:ident<$row:ident>) => {
        impl<$row: Send + 'static> FusedStream for $name<$row> {
            fn is_terminated(&self) -> bool {
                self.is_done
            }
        }

        impl<$row> Unpin for $name<$row> {}

        impl<$row> std::fmt::Debug for $name<$row> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}
pub(super) use stream;

//! What is known of the response of an operation that lists: its rows, their ids and times. Generated code implements it.

use crate::operation::Operation;
use crate::timestamp::Timestamp;

/// What is known about the order of the rows of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowOrder {
    /// Nothing that a reader could rely on.
    Unknown,
    /// By a time that never changes, the newest first.
    Falling,
    /// By a time that changes, the newest first: rows move to the top while one reads.
    Moving,
}

/// Fields with times, each with what is known about the order by it.
pub type Orders = &'static [(&'static str, RowOrder)];

/// The response of an operation that lists.
pub trait Listing {
    /// What it lists.
    type Row: ListRow;
    /// The operation.
    const OPERATION: &'static Operation;
    /// The times the list can be sorted by, the usual one first.
    const ORDERS: Orders;

    /// The rows; `None` if the response has no list at all.
    fn into_rows(self) -> Option<Vec<Self::Row>>;

    /// The number of all rows, if the response says so.
    fn total(&self) -> Option<i64>;
}

/// A row of a list.
pub trait ListRow {
    /// Its id.
    fn row_id(&self) -> Option<&str>;

    /// The time that is this one of [`Listing::ORDERS`].
    fn row_time(&self, order: usize) -> Option<&Timestamp>;
}

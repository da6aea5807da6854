//! Paging: six lists, one pager.
//!
//! A [`Source`](source::Source) is what differs from list to list: how a page is asked for, and which id and time a row has.
//! The [`Walk`](walk::Walk) decides which page comes next and which rows are new; it sends nothing. The
//! [`Reader`](reader::Reader) sends for the pages the walk wants, the [`Feed`](feed::Feed) gives their rows one by one and
//! knows the place after each. Dialect and page size come from the operation table, the rules from how the service is seen
//! to behave: an empty page, not a short one, ends a list with cursors; rows move while one reads; duplicates are normal.

#[cfg(feature = "blocking")]
mod blocking;
mod cursor;
mod dialect;
mod feed;
mod flight;
mod handles;
mod kinds;
mod mark;
mod memory;
mod pager;
mod pages;
mod plan;
mod position;
mod reader;
mod request;
mod rows;
mod source;
mod walk;
mod watch;
mod windows;

#[cfg(feature = "blocking")]
pub use blocking::BlockingPager;
pub use cursor::Cursor;
pub use kinds::{
    AdsExport, CallLogs, ConversationKind, Conversations, Customers, Messages, OrderBy, PostKind,
    Posts,
};
pub use pager::Pager;
pub use pages::{ListPage, Pages};
pub use request::ListRequest;
pub use source::List;
pub use watch::Watch;
pub use windows::{WindowPager, Windows};

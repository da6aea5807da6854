//! Lists that come page by page.
//!
//! A [`Kind`](source::Kind) is what a list has of its own: its filters and its call. What else differs from list to list
//! (operation, rows, id, time, order, total, dialect, page size) stands in `x-paging` of the API document. The
//! [`engine`] decides which page comes next and which rows are new, and sends nothing. [`Pages`] fetches, [`Pager`]
//! flattens; windows, [`Watch`] and the blocking iterator stand on those.

mod ahead;
#[cfg(feature = "blocking")]
mod blocking;
mod cursor;
mod engine;
mod handles;
mod kinds;
mod pager;
mod pages;
mod plan;
mod position;
mod reader;
mod request;
mod row;
mod source;
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

//! SDK for the Pancake API (pages.fm), an omnichannel inbox for pages on Facebook, Zalo, TikTok, Shopee and others.
//!
//! ```no_run
//! # async fn run() -> Result<(), pancake_ext::Error> {
//! use pancake_ext::{Pancake, UserToken};
//!
//! let pancake = Pancake::builder().user_token(UserToken::from_env()?).build()?; // PANCAKE_USER_TOKEN
//! let mut conversations = pancake.page("1000000000000001").conversations().stream();
//! while let Some(conversation) = conversations.try_next().await? {
//!     println!("{:?}", conversation.id);
//! }
//! # Ok(()) }
//! ```
//!
//! [`Pancake::page`] begins everything about one page; its lists ([`Page::conversations`] and others) are read to their end
//! by a [`Pager`], with [`Cursor`]s that survive the process. [`Page::statistics`] has its figures. [`MessageExt`] and
//! [`ConversationExt`] say who wrote a message, and what is in it as plain text.
//!
//! [`Pancake::pages`] lists the pages; [`Page::conversation`] and [`Page::customer`] go on from there. [`Zone`] and [`Period`]
//! are the calendar of a page ([`Page::yesterday`] and others).
//!
//! [`Pancake::client`] gives every operation of the API, generated from its OpenAPI document by `pancake-client`. Calls go
//! through the transport of this crate, which
//!
//! - adds the token that the operation takes ([`UserToken`], [`PageToken`], [`TokenProvider`]) and shows it nowhere;
//! - turns failures into errors, above all those that the API sends with HTTP 200 ([`Error`]);
//! - keeps below the rate that the API takes ([`RateLimit`]) and tries again what may be tried again ([`RetryPolicy`]): never
//!   a send, a mint or an upload, unless the first one was provably not executed;
//! - never mints a token, unless a person has asked for it ([`Page::mint_token`]) or allowed it for that page
//!   ([`MintingTokens`]).
//!
//! The policies are on the transport, so raw generated operations have them too.

mod ads;
mod author;
mod avatar;
mod base_url;
mod builder;
mod calendar;
mod clock;
mod conversation;
mod conversation_ext;
mod customer;
mod error;
mod limiter;
mod message_ext;
mod metrics;
mod mint;
mod options;
mod page;
mod page_info;
mod paging;
mod pancake;
mod period;
mod retry;
mod sealed;
mod sending;
mod statistics;
pub mod text;
mod time_range;
mod token;
mod transport;
mod upload;
mod zone;
mod zones;

pub use author::Author;
pub use builder::PancakeBuilder;
pub use clock::{Clock, ManualClock, Sleep, TokioClock};
pub use conversation::Conversation;
pub use conversation_ext::ConversationExt;
pub use customer::{AddedNote, Customer, CustomerUpdate};
pub use error::{Error, ErrorKind, Execution};
pub use limiter::{Limiter, LimiterState, RateLimit};
pub use message_ext::MessageExt;
pub use metrics::{Metrics, Subject};
pub use options::CallOptions;
pub use page::Page;
pub use page_info::{PageInfo, PageStatus};
#[cfg(feature = "blocking")]
pub use paging::BlockingPager;
pub use paging::{
    AdsExport, CallLogs, ConversationKind, Conversations, Cursor, Customers, Guard, GuardCounts,
    List, ListPage, ListRequest, Messages, OrderBy, Pager, Pages, PostKind, Posts, Watch,
    WindowPager, Windows,
};
pub use pancake::Pancake;
pub use pancake_client as client;
/// An address.
pub use pancake_client::reqwest::Url;
pub use pancake_client::{
    Avatar, Birthday, Channel, ContentId, ConversationId, CustomerGlobalId, CustomerId, DateRange,
    ErrorCode, Id, MessageId, NoteId, Numeric, PageId, PostId, Psid, TagId, Timestamp, UserId,
    reqwest, send, types,
};
pub use period::Period;
pub use retry::{RetryBudget, RetryPolicy};
pub use sending::{
    Delivery, PartsRequest, PreparedSend, Reconcile, Reconciled, SendOutcome, SendRequest,
    SentParts, Stopped, Unsettled,
};
pub use statistics::{
    AdsGrouping, Engagement, EngagementPoint, EngagementRequest, SeriesMismatch, Statistics,
    TagCount, TagPoint, TagTable, TagUsage, UserActivity, UserWork,
};
pub use time_range::TimeRange;
#[cfg(feature = "file-store")]
pub use token::FileStore;
pub use token::{
    DiscoveredTokens, Lease, MemoryStore, MintFuture, MintingTokens, PageToken, StaticTokens,
    StoreFuture, TokenFuture, TokenProvider, TokenStore, UserApi, UserToken,
};
pub use upload::{CancelUpload, Progress, Upload, UploadAndSend, UploadRequest, Uploaded, Uploads};
pub use zone::Zone;

/// What the benches of the workspace measure and no caller needs. No part of the interface.
#[doc(hidden)]
pub mod bench {
    /// Whether an answer is a failure by its envelope.
    pub fn reports_failure(body: &[u8]) -> bool {
        crate::transport::envelope::reports_failure(body)
    }
}

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;

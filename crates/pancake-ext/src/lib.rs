//! SDK for the Pancake API (pages.fm), an omnichannel inbox for pages on Facebook, Zalo, TikTok, Shopee and others.
//!
//! ```no_run
//! # async fn run() -> Result<(), pancake_ext::Error> {
//! use pancake_ext::{Pancake, UserToken};
//!
//! let pancake = Pancake::builder().user_token(UserToken::from_env()?).build()?; // PANCAKE_USER_TOKEN
//! for info in pancake.pages().await? {
//!     if !info.has_token() {
//!         println!("{} has no token yet: make one in the page's settings", info.name);
//!         continue;
//!     }
//!     let page = pancake.page(&info);
//!     let mut conversations = page.conversations().limit(10).stream();
//!     while let Some(conversation) = conversations.try_next().await? {
//!         println!("{} {:?}", info.name, conversation.snippet);
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! # Map
//!
//! | to | begin with |
//! |---|---|
//! | set a client up | [`Pancake::builder`], [`UserToken`], [`PageToken`], [`TokenProvider`] |
//! | find pages | [`Pancake::pages`], [`PageInfo`], [`Channel`] |
//! | read lists to their end | [`Page::conversations`], [`Conversation::messages`], [`Page::customers`], [`Page::posts`], [`Page::call_logs`], [`Page::ads_export`]: each a [`ListRequest`], read by a [`Pager`], gone on with from a [`Cursor`] |
//! | follow a page | [`ListRequest::watch`] |
//! | know who wrote what | [`MessageExt`], [`ConversationExt`], [`Author`], [`text`] |
//! | send | [`Conversation::reply`], [`Conversation::reply_comment`], [`Conversation::private_reply`], [`Conversation::reply_in_parts`]: each takes [`SendOptions`] and ends in a [`SendOutcome`]; [`Unsettled::reconcile`] settles the unknown one |
//! | send files | [`Upload`], [`Page::upload`], [`Conversation::upload_and_send`] |
//! | work on a conversation | [`Conversation::add_tag`], [`Conversation::assign`], [`Conversation::mark_read`] |
//! | work on a customer | [`Page::customer`], [`Customer::update`], [`Customer::add_note`] |
//! | get figures | [`Page::statistics`] |
//! | say "yesterday" | [`Page::yesterday`], [`Page::last_days`], [`Zone`], [`Period`], [`TimeRange`], [`DateRange`] |
//! | mint a page token | [`Page::mint_token`], [`MintingTokens`]: never without a person's word, since the former token dies |
//! | call an operation as it was generated | [`Page::client`], [`Pancake::client`], [`client`] |
//! | understand a failure | [`Error`], [`ErrorKind`], [`Execution`], [`Error::hint`] |
//! | go slower, or try again less | [`RateLimit`], [`Limiter`], [`RetryPolicy`], [`RetryBudget`], [`CallOptions`] |
//! | watch it work | [`Metrics`], `tracing` spans named `pancake.call` |
//! | test without waiting | [`ManualClock`]; the crate `pancake-mock` is a fake service |
//!
//! # Every call
//!
//! goes through the transport of this crate, that of a raw generated operation too. It
//!
//! - adds the token that the operation takes and shows it nowhere;
//! - turns failures into errors, above all those that the API sends with HTTP 200;
//! - keeps below the rate that the API takes, and tries again what may be tried again: never a send, a mint or an upload,
//!   unless the first one was provably not executed;
//! - mints no token on its own.
//!
//! Handles ([`Pancake`], [`Page`], [`Conversation`], [`Customer`], [`Statistics`]) hold ids: they are cheap to make and to
//! clone, and making one sends nothing. Clones share connections, tokens, limits and the retry budget.

mod error;
mod handles;
mod lists;
mod net;
mod scope;
mod sending;
mod single_flight;
mod statistics;
mod sync;
pub mod text;
mod time;
mod token;
mod upload;

pub use error::{Error, ErrorKind, Execution};
pub use handles::builder::PancakeBuilder;
pub use handles::customer_update::CustomerUpdate;
pub use handles::notes::AddedNote;
pub use handles::upload_and_send::UploadAndSend;
#[cfg(feature = "blocking")]
pub use lists::BlockingPager;
pub use lists::{
    AdsExport, CallLogs, ConversationKind, Conversations, Cursor, Customers, List, ListPage,
    ListRequest, Messages, OrderBy, Pager, Pages, PostKind, Posts, Watch, WindowPager, Windows,
};
pub use net::guard::{Guard, GuardCounts};
pub use net::limiter::{GateFuture, Limiter, LimiterState, RateGate, RateKey, RateLimit};
pub use net::metrics::{Finished, Metrics, Subject};
pub use net::options::CallOptions;
pub use net::retry::{RetryBudget, RetryPolicy};
pub use pancake_client as client;
/// An address.
pub use pancake_client::reqwest::Url;
pub use pancake_client::{
    Avatar, Birthday, Channel, ContentId, ConversationId, CustomerGlobalId, CustomerId, DateRange,
    DayRange, ErrorCode, Id, LocalHour, MessageId, NoteId, Numeric, PageId, PostId, Psid, TagId,
    Timestamp, UserId, reqwest, send, types,
};
pub use scope::author::Author;
pub use scope::conversation::Conversation;
pub use scope::conversation_ext::ConversationExt;
pub use scope::customer::Customer;
pub use scope::message_ext::MessageExt;
pub use scope::page::Page;
pub use scope::page_info::PageInfo;
pub use scope::pancake::Pancake;
pub use sending::{
    Delivery, PartsRequest, Reconciled, SendFuture, SendOptions, SendOutcome, SendRequest,
    SentParts, Stopped, Unsettled,
};
pub use statistics::{
    AdsGrouping, CustomerGrouping, Engagement, EngagementPoint, EngagementRequest, SeriesMismatch,
    Statistics, TagCount, TagPoint, TagTable, TagUsage, UserActivity, UserWork,
};
pub use time::clock::{Clock, ManualClock, Sleep, TokioClock};
pub use time::period::Period;
pub use time::time_range::TimeRange;
pub use time::zone::Zone;
#[cfg(feature = "file-store")]
pub use token::FileStore;
pub use token::{
    DiscoveredTokens, Lease, MemoryStore, MintFuture, MintingTokens, PageStatus, PageToken,
    StaticTokens, StoreFuture, TokenFuture, TokenProvider, TokenStore, UserApi, UserToken,
};
pub use upload::{Progress, Upload, UploadRequest, Uploaded};

/// What the benches of the workspace measure and no caller needs. No part of the interface.
#[cfg(feature = "_bench")]
#[doc(hidden)]
pub mod bench {
    /// Whether an answer is a failure by its envelope.
    pub fn reports_failure(body: &[u8]) -> bool {
        crate::net::failure::is_in(body)
    }
}

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;

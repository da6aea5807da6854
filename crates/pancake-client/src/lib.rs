//! Generated client of the Pancake API (pages.fm): every operation and every type of `openapi/pancake.yaml`.
//!
//! Most programs want the crate `pancake-ext`, which adds tokens, limits, retries, paging and errors on top of this one
//! and hands out the same generated operations with all of that applied. This crate alone is for people who bring a
//! [`Transport`] of their own, or who only need the types.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use pancake_client::{Client, DEFAULT_BASE_URL, PlainTransport, http_client_builder, secret::AccessToken};
//!
//! let http = http_client_builder()?.build()?;
//! let transport = PlainTransport::new(http.clone()).page_token(AccessToken::from(std::env::var("PAGE_TOKEN")?));
//! let client = Client::with_transport(DEFAULT_BASE_URL, http, transport);
//!
//! let tags = client.list_tags().page_id("1000000000000001").send().await?.into_inner();
//! println!("{} tags", tags.tags.unwrap_or_default().len());
//! # Ok(()) }
//! ```
//!
//! # What this crate does not do
//!
//! [`PlainTransport`] sends a call once and hands back what came. Most failures of this API are HTTP 200 with
//! `success: false`: this crate decodes them as success, since the field is part of every response; `pancake-ext` turns
//! them into errors.
//!
//! # Types of responses
//!
//! Every field can be absent, and fields that the API document does not have are in `extra`. The types are
//! `#[non_exhaustive]`, so that a field more breaks no caller. To make one, for a test, begin with nothing or with JSON:
//!
//! ```
//! use pancake_client::types::{Conversation, ConversationType};
//!
//! let mut conversation = Conversation::default();
//! conversation.type_ = Some(ConversationType::Inbox);
//!
//! let same: Conversation = serde_json::from_str(r#"{"type":"INBOX"}"#)?;
//! assert_eq!(same.type_, conversation.type_);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Features
//!
//! `rustls` (default) and `native-tls` choose TLS; without either only `http://` works. `schemars` derives
//! `schemars::JsonSchema` for every public type.
//!
//! Generated code is checked in so that its changes can be reviewed and documentation links to real source. It is
//! written by `cargo xtask codegen`.
//!
//! # WebAssembly
//!
//! The crate compiles for `wasm32-unknown-unknown` (without the TLS features, which a browser has no use for).

mod avatar;
mod birthday;
mod call;
mod call_error;
mod channel;
mod client;
pub mod codes;
mod decode;
mod error_code;
mod exec;
#[rustfmt::skip]
#[allow(unreachable_pub, unused_imports, elided_lifetimes_in_paths, dead_code)]
mod generated;
mod http_client;
mod id;
#[cfg(feature = "schemars")]
mod json_schema;
mod lenient;
mod listing;
mod local_hour;
mod numeric;
mod object;
mod one_of;
mod open_enum;
mod operation;
#[rustfmt::skip]
/// The operation table: what a transport needs to know of each operation, written by xtask.
pub mod operations;
mod path;
mod plain;
mod ranges;
mod response;
pub mod secret;
pub mod send;
mod strict;
mod text;
mod timestamp;
mod transport;
mod undescribed;
mod upload;
mod usual_time;

pub use avatar::{Avatar, GetAvatar};
pub use birthday::{Birthday, InvalidBirthday};
pub use call::{Call, PartFuture, PartSource};
pub use call_error::{CallError, Reason};
pub use channel::Channel;
pub use client::Client;
pub use decode::DecodeError;
pub use error_code::ErrorCode;
pub use generated::{builder, types};
pub use http_client::{HttpClientError, http_client_builder};
pub use id::{
    ContentId, ConversationId, CustomerGlobalId, CustomerId, Id, MessageId, NoteId, PageId, PostId,
    Psid, TagId, UserId,
};
pub use listing::{ListRow, Listing, Orders, RowOrder};
pub use local_hour::LocalHour;
pub use numeric::Numeric;
pub use operation::{AnswerKind, Operation, Paging, TokenKind};
pub use plain::PlainTransport;
pub use ranges::{DateRange, DayRange, InvalidDateRange, InvalidDayRange};
pub use response::ResponseValue;
pub use timestamp::Timestamp;
pub use transport::{BoxError, Response, SharedTransport, Transport, TransportFuture};
pub use upload::UploadContents;

/// What the API reports, by the name that the handwritten files have for it: `tests/goldens` compiles them around another
/// document.
use generated::types::ApiError as Failure;

/// Times that appear in this crate's interface.
pub use chrono;
/// HTTP types that appear in this crate's interface.
pub use reqwest;

/// Address of the live service. Paths of operations begin with `/v1` or `/public_api`.
pub const DEFAULT_BASE_URL: &str = "https://pages.fm/api";

/// Version of the API document this crate was generated from.
pub fn api_version() -> &'static str {
    operations::API_VERSION
}

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;

//! The client generated from `golden.yaml`, around the handwritten files of `pancake-client` that generated code calls.
//!
//! `generated/` is written by `cargo xtask codegen --spec tests/goldens/golden.yaml --out tests/goldens/generated`; a test
//! of xtask says when it is stale. The tests here run the code, one for each form of schema.
// Checks of all targets build it for tests as well, and the tests in those files ask for the types of pancake-client.
#![cfg(not(test))]
#![allow(
    dead_code,
    unreachable_pub,
    reason = "the files belong to a larger crate"
)]

#[path = "../../../crates/pancake-client/src/call.rs"]
mod call;
#[path = "../../../crates/pancake-client/src/call_error.rs"]
mod call_error;
#[path = "../../../crates/pancake-client/src/client.rs"]
mod client;
#[path = "../../../crates/pancake-client/src/decode.rs"]
mod decode;
#[path = "../../../crates/pancake-client/src/exec.rs"]
mod exec;
#[rustfmt::skip]
#[path = "../generated/generated.rs"]
#[allow(unused_imports, elided_lifetimes_in_paths)]
mod generated;
#[path = "../../../crates/pancake-client/src/id.rs"]
mod id;
#[cfg(feature = "schemars")]
#[path = "../../../crates/pancake-client/src/json_schema.rs"]
mod json_schema;
#[path = "../../../crates/pancake-client/src/lenient.rs"]
mod lenient;
#[path = "../../../crates/pancake-client/src/object.rs"]
mod object;
#[path = "../../../crates/pancake-client/src/one_of.rs"]
mod one_of;
#[path = "../../../crates/pancake-client/src/open_enum.rs"]
mod open_enum;
#[path = "../../../crates/pancake-client/src/operation.rs"]
mod operation;
#[rustfmt::skip]
#[path = "../generated/operations.rs"]
/// The operation table.
pub mod operations;
#[path = "../../../crates/pancake-client/src/path.rs"]
mod path;
#[path = "../../../crates/pancake-client/src/response.rs"]
mod response;
#[path = "../../../crates/pancake-client/src/secret.rs"]
pub mod secret;
#[path = "../../../crates/pancake-client/src/text.rs"]
mod text;
#[path = "../../../crates/pancake-client/src/transport.rs"]
mod transport;
#[path = "../../../crates/pancake-client/src/undescribed.rs"]
mod undescribed;

pub use call::Call;
pub use call_error::{CallError, Reason};
pub use client::Client;
pub use decode::DecodeError;
pub use generated::{builder, types};
pub use id::{Id, PageId};
pub use operation::{AnswerKind, Operation, Paging, TokenKind};
pub use response::ResponseValue;
pub use transport::{BoxError, Response, SharedTransport, Transport, TransportFuture};

/// What the operations of the document report.
use generated::types::Failure;

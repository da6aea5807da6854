//! Sends. Nothing is sent twice, and no outcome is guessed.
//!
//! A [`SendRequest`] is checked (`check`) and sent once by the transport like any other call; `outcome` judges how the call
//! ended. An unknown outcome becomes an [`Unsettled`]. [`Unsettled::reconcile`] reads the conversation back (`read_back`) and
//! looks for a message that is new enough (`baseline`), looks the same (`likeness`), and does not belong to another send.

mod baseline;
mod check;
mod conversation;
mod likeness;
mod options;
mod outcome;
mod parts;
mod read_back;
mod reconcile;
mod request;
mod split;
mod unsettled;

pub use options::SendOptions;
pub use outcome::{Delivery, SendOutcome};
pub use parts::{PartsRequest, SentParts, Stopped};
pub use reconcile::Reconciled;
pub use request::{SendFuture, SendRequest};
pub use unsettled::Unsettled;

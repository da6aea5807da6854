//! Sends. Nothing sends twice, and nothing is lost silently.
//!
//! A [`SendRequest`] is checked (`draft`), sent once by the transport like any other call, and its end judged (`outcome`). A
//! send whose outcome nobody knows becomes an [`Unsettled`]; [`Reconcile`] reads the conversation back (`read_back`) and
//! looks for the message: is it new enough (`baseline`), is it the same (`likeness`), is it not known to be another send's
//! (`memory`)?

mod baseline;
mod channel_limits;
mod conversation;
mod draft;
mod likeness;
mod mentions;
mod outcome;
mod parts;
mod read_back;
mod reconcile;
mod request;
mod split;
mod unsettled;

pub use outcome::{Delivery, SendOutcome};
pub use parts::{PartsRequest, SentParts, Stopped};
pub use reconcile::{Reconcile, Reconciled};
pub use request::{PreparedSend, SendRequest};
pub use unsettled::Unsettled;

//! What people call on a handle that is neither a list, a send, an upload nor a statistic.

mod ads;
mod avatar;
pub(crate) mod builder;
mod calendar;
mod conversation;
pub(crate) mod customer_update;
mod mint;
pub(crate) mod notes;
mod page;
mod pages;
pub(crate) mod upload_and_send;

//! The server from outside, over HTTP, as any client meets it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[cfg(feature = "cli")]
mod binary;
mod caller;
mod clock;
#[cfg(feature = "cli")]
mod control;
mod faults;
mod faults_of_paging;
mod first_test;
mod lists;
mod oddities;
mod operations;
#[cfg(feature = "cli")]
mod readme;
mod sends;
mod server;
mod state;
mod statistics;
mod validation;

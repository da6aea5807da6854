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
mod oddities_of_answers;
mod oddities_of_lists;
mod oddities_of_sends;
mod oddities_of_tokens;
mod operations;
#[cfg(feature = "cli")]
mod readme;
mod rows;
mod server;
mod size;
mod state;
mod statistics;
mod validation;

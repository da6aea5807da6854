//! What the tests of the workspace share: a server that records, the examples of the API document, and the places of
//! snapshots.

pub mod canary;
pub mod decoding;
pub mod examples;
pub mod losses;
pub mod recorder;
pub mod snapshots;
pub mod wire_text;

/// Compiles and runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct ReadmeDoctests;

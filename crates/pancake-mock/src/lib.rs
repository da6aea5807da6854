//! A fake Pancake (pages.fm) to test against: stateful, seeded, with the habits of the real one.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use pancake_mock::{Fault, FaultKind, MockPancake};
//!
//! let mock = MockPancake::start().await?;
//! // About half of all lists of tags go wrong.
//! mock.faults().add(Fault::new(FaultKind::BadGatewayHtml).on("list_tags").probability(0.5));
//! // … run the program under test with `mock.base_url()` in place of `https://pages.fm/api`, and
//! // `mock.user_token()` or `mock.page_token(id)` …
//! assert_eq!(mock.violations(), []);
//! # Ok(()) }
//! ```
//!
//! The README tells about oddities, faults, the program for other languages and its control
//! endpoint.
#![forbid(unsafe_code)]

mod answer;
mod authorisation;
mod builder;
mod call;
mod clock;
mod connection;
#[cfg(feature = "cli")]
mod control;
mod delivery;
mod fault;
#[cfg(feature = "cli")]
mod fault_file;
mod fault_script;
mod ids;
mod journal;
mod live;
mod log;
mod mock;
mod oddity;
mod operation;
mod operations;
mod pipeline;
mod rate_limit;
mod request;
mod seed;
mod server;
mod shared;
mod validation;
mod violations;
mod vocabulary;
mod wire;
mod world;

pub use builder::MockBuilder;
pub use clock::{DEFAULT_NOW, MockClock, system_now};
pub use fault::{Fault, FaultKind};
#[cfg(feature = "cli")]
pub use fault_file::{BadFaults, read_faults};
pub use fault_script::{BadFault, FaultId, FaultStatus, Faults};
pub use journal::JournalEntry;
pub use log::Log;
pub use mock::MockPancake;
pub use oddity::{Evidence, Oddities, Oddity, UnknownOddity};
pub use validation::{Validation, Violation, answer_violations};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

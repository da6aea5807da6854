//! A fake Pancake (pages.fm) to test against: stateful, seeded, with the habits of the real one.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use pancake_mock::MockPancake;
//!
//! let mock = MockPancake::start().await?;
//! let pages = format!("{}/v1/pages?access_token={}", mock.base_url(), mock.user_token());
//! # let _ = pages;
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod answer;
mod authorisation;
mod builder;
mod call;
mod clock;
mod connection;
mod control;
mod delivery;
mod fault;
mod fault_file;
mod fault_script;
mod ids;
mod journal;
mod live;
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
pub use clock::{DEFAULT_NOW, MockClock};
pub use fault::{Fault, FaultKind};
pub use fault_file::{BadFaults, read_faults};
pub use fault_script::{FaultId, FaultStatus, Faults};
pub use journal::JournalEntry;
pub use mock::MockPancake;
pub use oddity::{Evidence, Oddities, Oddity, UnknownOddity};
pub use validation::{Validation, Violation, answer_violations};

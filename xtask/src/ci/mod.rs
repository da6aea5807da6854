//! `cargo xtask ci`: the one list of checks, by hand and on the server.

mod features;
mod run;
mod steps;

pub use run::{Options, demo, run};
pub use steps::{STEPS, Step};

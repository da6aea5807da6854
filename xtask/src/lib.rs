//! Builds and checks the workspace: turns the API document into code, and runs the checks that CI runs.
//!
//! It depends on none of the other crates, so that it builds and can mend them even when they do not build.

pub mod bench;
pub mod ci;
pub mod codegen;
pub mod commands;
pub mod console;
pub mod diff;
pub mod examples;
pub mod learn;
pub mod lint;
pub mod names;
mod rust_types;
pub mod spec;
pub mod surface;
pub mod workspace;

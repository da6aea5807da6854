//! The commands that look at the API document without generating code from it.

pub mod spec;

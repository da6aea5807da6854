//! `cargo xtask spec …`: what a maintainer asks of the API document. One module for each question.

pub mod diff;
pub mod learn;
pub mod lint;

use std::process::ExitCode;

/// The questions that can be asked.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum SpecCommand {
    /// Check the document by all rules; exit 1 when one is broken
    Lint(lint::Options),
    /// Compare captured responses with the document, without printing a value of theirs
    Learn(learn::Options),
    /// Say what changed between two documents, and which release that asks for
    Diff(diff::Options),
}

/// Runs one of them and says how it went.
pub fn run(command: &SpecCommand) -> ExitCode {
    match command {
        SpecCommand::Lint(options) => lint::run(options),
        SpecCommand::Learn(options) => learn::run(options),
        SpecCommand::Diff(options) => diff::run(options),
    }
}

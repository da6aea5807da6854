//! `cargo xtask spec coverage`: what shows of each operation that it works.

use std::process::ExitCode;

use crate::{console, coverage, workspace};

/// What `cargo xtask spec coverage` can be asked.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Write nothing; fail when openapi/COVERAGE.md is not up to date
    #[arg(long)]
    pub check: bool,
}

/// Runs the command and says how it went.
pub fn run(options: &Options) -> ExitCode {
    let root = workspace::root();
    let done = if options.check {
        coverage::staleness(&root).map(|stale| match stale {
            None => (
                format!("{} is up to date.", coverage::FILE),
                ExitCode::SUCCESS,
            ),
            Some(difference) => (difference, ExitCode::FAILURE),
        })
    } else {
        coverage::write(&root).map(|table| (table.trim_end().to_owned(), ExitCode::SUCCESS))
    };
    match done {
        Ok((text, code)) => {
            console::say(text);
            code
        }
        Err(problems) => {
            console::warn(problems);
            ExitCode::FAILURE
        }
    }
}

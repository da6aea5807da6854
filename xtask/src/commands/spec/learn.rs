//! `cargo xtask spec learn`: what captured answers show and the document does not say.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::learn::{Question, learn};
use crate::spec::Document;
use crate::{console, workspace};

/// How to print the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// What `cargo xtask spec learn` can be asked.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Captured answers: JSON bodies, JSON lines, or a journal of pancake-mock (`GET /_mock/journal`)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The operation that the bodies answer, where their shape does not tell
    #[arg(long, value_name = "ID")]
    pub operation: Option<String>,
    /// How to print the report
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Show values that look like constants of an enum; read them before you pass them on
    #[arg(long)]
    pub show_enum_values: bool,
    /// List also what the document claims and no capture showed
    #[arg(long)]
    pub unseen: bool,
}

/// Runs the command and says how it went.
pub fn run(options: &Options) -> ExitCode {
    let question = Question {
        files: options.files.clone(),
        operation: options.operation.clone(),
        show_enum_values: options.show_enum_values,
        unseen: options.unseen,
    };
    let path = workspace::root().join(workspace::SPEC);
    let report =
        Document::load(&path, workspace::SPEC).and_then(|document| learn(&document, &question));
    match report {
        Ok(report) if options.format == Format::Json => {
            console::say(format!("{:#}", report.json()))
        }
        Ok(report) => console::say(report.text()),
        Err(problems) => {
            console::warn(problems);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

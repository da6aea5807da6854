//! `cargo xtask spec learn`: what captured responses show and the document does not say.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::learn::{Question, learn};
use crate::spec::Document;
use crate::{console, workspace};

/// What `cargo xtask spec learn` can be asked.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Captured responses: JSON bodies, JSON lines, or a journal of pancake-mock (`GET /_mock/journal`)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The operation that the bodies answer, where their shape does not tell
    #[arg(long, value_name = "ID")]
    pub operation: Option<String>,
    /// Show values that look like constants of an enum; read them before you pass them on
    #[arg(long)]
    pub show_enum_values: bool,
}

/// Runs the command and says how it went.
pub fn run(options: &Options) -> ExitCode {
    let question = Question {
        files: options.files.clone(),
        operation: options.operation.clone(),
        show_enum_values: options.show_enum_values,
    };
    let path = workspace::root().join(workspace::SPEC);
    let document = Document::load(&path, workspace::SPEC);
    match document.and_then(|document| learn(&document, &question)) {
        Ok(report) => {
            console::say(report.text());
            ExitCode::SUCCESS
        }
        Err(problems) => {
            console::warn(problems);
            ExitCode::FAILURE
        }
    }
}

//! `cargo xtask spec lint`: all findings in one run.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::lint::{self, Audience};
use crate::spec::{Diagnostics, Document};
use crate::{console, workspace};

/// What `cargo xtask spec lint` can be asked.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// The document to check; openapi/pancake.yaml when none is named
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Runs the command and says how it went.
pub fn run(options: &Options) -> ExitCode {
    let findings = findings(options, &workspace::root());
    if findings.0.is_empty() {
        console::say("No findings.");
        return ExitCode::SUCCESS;
    }
    console::say(&findings);
    ExitCode::FAILURE
}

/// Everything that the rules find in the document.
pub fn findings(options: &Options, root: &Path) -> Diagnostics {
    let (path, shown) = match &options.file {
        None => (root.join(workspace::SPEC), workspace::SPEC.to_owned()),
        Some(path) => (path.clone(), path.display().to_string()),
    };
    match Document::load(&path, &shown) {
        Ok(document) => lint::lint(&document, Audience::Own),
        Err(unreadable) => unreadable,
    }
}

//! `cargo xtask spec diff`: what changed in the document, and which release that asks for.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::diff::release::Version;
use crate::diff::render::{Format, Subject, render};
use crate::diff::{self, View, Weight};
use crate::spec::{Diagnostic, Diagnostics, Document};
use crate::{console, workspace};

/// The exit code of a comparison that could not be made: a broken document is no breaking change.
const NOT_COMPARED: u8 = 2;

/// What `cargo xtask spec diff` can be asked.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The old document: a file, or a git revision such as HEAD, main or v0.1.0
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The new document: a file, or a git revision; openapi/pancake.yaml as it is when none is named
    #[arg(value_name = "NEW")]
    pub new: Option<String>,
    /// Exit 1 when there is a change of this kind or a heavier one
    #[arg(long, value_enum, value_name = "KIND")]
    pub fail_on: Option<FailOn>,
    /// How to write the changes
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// The kinds of changes that can fail the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// A program that compiled before may not
    Breaking,
}

/// What the command found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What to tell the person.
    pub text: String,
    /// Whether there is a change of the kind that fails the command.
    pub failed: bool,
}

/// Runs the command and says how it went.
pub fn run(options: &Options) -> ExitCode {
    match execute(options, &workspace::root()) {
        Ok(report) => {
            console::say(report.text);
            if report.failed {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            }
        }
        Err(problems) => {
            console::warn(&problems);
            ExitCode::from(NOT_COMPARED)
        }
    }
}

/// Does the command's work for the workspace at `root`.
///
/// # Errors
///
/// When one of the documents cannot be found or read, or the workspace has no version.
pub fn execute(options: &Options, root: &Path) -> Result<Report, Diagnostics> {
    let (old, old_name) = document(&options.old, root)?;
    let (new, new_name) = match &options.new {
        Some(name) => document(name, root)?,
        None => {
            let path = root.join(workspace::SPEC);
            (
                Document::load(&path, workspace::SPEC)?,
                workspace::SPEC.to_owned(),
            )
        }
    };
    let difference = diff::compare(&View::of(&old), &View::of(&new));
    let breaking = difference.weight() == Some(Weight::Breaking);
    let subject = Subject {
        old: old_name,
        new: new_name,
        version: version(root)?,
    };
    Ok(Report {
        text: render(&difference, &subject, options.format),
        failed: breaking && options.fail_on == Some(FailOn::Breaking),
    })
}

/// The document in a file, or else the one of a revision; and what to call it.
fn document(name: &str, root: &Path) -> Result<(Document, String), Diagnostics> {
    let path = PathBuf::from(name);
    // A branch may have the name of a directory.
    if path.exists() && !path.is_dir() {
        return Ok((Document::load(&path, name)?, name.to_owned()));
    }
    let object = if name.contains(':') {
        name.to_owned()
    } else {
        format!("{name}:{}", workspace::SPEC)
    };
    let bytes = show(&object, root).map_err(|reason| {
        let what = format!(
            "this is neither a file nor a revision of git that has the document ({reason})"
        );
        let fix =
            "name a file, or a revision such as HEAD, main, v0.1.0 or HEAD~3:openapi/pancake.yaml";
        Diagnostics::from(Diagnostic::file(name, what, fix))
    })?;
    Ok((Document::from_bytes(bytes, &object)?, object))
}

/// What git has under `revision:path`, or why it has nothing.
fn show(object: &str, root: &Path) -> Result<Vec<u8>, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["show", "--end-of-options", object])
        .output()
        .map_err(|error| format!("git cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| !line.trim().is_empty());
    Err(line.map_or_else(
        || "git says nothing".to_owned(),
        |line| format!("git: {}", line.trim()),
    ))
}

/// The version that the crates of the workspace share.
fn version(root: &Path) -> Result<Version, Diagnostics> {
    let shown = "Cargo.toml";
    let text = std::fs::read_to_string(root.join(shown)).map_err(|error| {
        let what = format!("the file cannot be read ({error})");
        Diagnostics::from(Diagnostic::file(
            shown,
            what,
            "check the path and its permissions",
        ))
    })?;
    Version::of_workspace(&text).ok_or_else(|| {
        let what = "the workspace has no version of the form 1.2.3";
        let fix = "write `version = \"…\"` into `[workspace.package]`";
        Diagnostic::file(shown, what, fix).into()
    })
}

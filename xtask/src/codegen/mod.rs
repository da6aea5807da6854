//! `cargo xtask codegen`: from the API document to checked-in code.
//!
//! Read, lint, strip what people write by hand, generate, rewrite, format, write. `--check` stops before the last.

mod generate;
mod lock;
mod operations;
mod outputs;
mod prepare;
mod quiet;
mod rewrite;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::lint::{self, Audience};
use crate::spec::{Diagnostic, Diagnostics, Document, Severity};
use crate::{console, workspace};

pub use generate::{Generated, generate};
pub use outputs::{Output, Outputs};

/// The operations of our own document whose code people write, each with a reason in the document.
///
/// A mark that slips onto another operation would take it out of the client without a word.
pub const HANDWRITTEN_OPERATIONS: [&str; 2] = ["get_avatar", "upload_contents"];

/// What `cargo xtask codegen` can be asked.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Write nothing; show what is stale, and fail when something is
    #[arg(long)]
    pub check: bool,
    /// Generate from this document instead of openapi/pancake.yaml
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Write all files into this directory, which is made when it is missing
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

impl Options {
    /// The command that a person types for the same work without `--check`.
    fn command(&self) -> String {
        let mut command = "cargo xtask codegen".to_owned();
        for (name, value) in [("--spec", &self.spec), ("--out", &self.out)] {
            if let Some(value) = value {
                command.push_str(&format!(" {name} {}", value.display()));
            }
        }
        command
    }
}

/// Runs the command and says how it went.
pub fn run(options: &Options) -> ExitCode {
    match execute(options, &workspace::root()) {
        Ok(report) => {
            for note in &report.notes.0 {
                console::warn(note);
            }
            console::say(&report.text);
            if report.stale {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            }
        }
        Err(diagnostics) => {
            console::warn(&diagnostics);
            ExitCode::FAILURE
        }
    }
}

/// What the command did.
#[derive(Debug)]
pub struct Report {
    /// Problems that do not stop the work.
    pub notes: Diagnostics,
    /// What to tell the person.
    pub text: String,
    /// Whether `--check` found a file that is not what the document asks for.
    pub stale: bool,
}

/// Does the command's work for the workspace at `root`.
///
/// # Errors
///
/// Everything that keeps the files from being generated, or from being written.
pub fn execute(options: &Options, root: &Path) -> Result<Report, Diagnostics> {
    let (path, shown) = match &options.spec {
        None => (root.join(workspace::SPEC), workspace::SPEC.to_owned()),
        Some(path) => (path.clone(), path.display().to_string()),
    };
    let own = root.join(workspace::SPEC);
    let audience = if same_file(&path, &own) {
        Audience::Own
    } else {
        Audience::Foreign
    };
    if audience == Audience::Foreign && options.out.is_none() {
        let what = "this document would overwrite the client of openapi/pancake.yaml";
        return Err(
            Diagnostic::file(shown, what, "add `--out DIR` to say where its files go").into(),
        );
    }
    if let Some(out) = options.out.as_deref().filter(|out| out.is_file()) {
        let what = "`--out` is a file";
        let fix = "name a directory; it is made when it is missing";
        return Err(Diagnostic::file(out.display().to_string(), what, fix).into());
    }
    let document = Document::load(&path, &shown)?;
    let mut notes = lint::lint(&document, audience);
    if notes.has_errors() {
        return Err(notes);
    }
    // A part that does not fit is found sooner by the rules; what they have no rule for is found here.
    let generated = generate(&document, audience)?;
    if document.text.contains("\r\n") {
        notes.0.push(carriage_returns(&shown));
    }
    if document.operations().is_empty() {
        notes.0.push(no_operation(&shown));
    }
    let outputs = Outputs::new(&document, &generated, options.out.as_deref());
    let report = if options.check {
        let staleness = outputs.check(root, &options.command())?;
        Report {
            notes,
            stale: staleness.is_some(),
            text: staleness.unwrap_or_else(|| outputs.fresh()),
        }
    } else {
        Report {
            notes,
            stale: false,
            text: outputs.write(root)?,
        }
    };
    Ok(report)
}

fn carriage_returns(file: &str) -> Diagnostic {
    let what = "the lines end in CR LF, so its checksum differs from everyone else's";
    let fix = "let git check it out with LF: `git config core.autocrlf false`, then `git checkout` the file again";
    Diagnostic {
        severity: Severity::Note,
        ..Diagnostic::file(file, what, fix)
    }
}

fn no_operation(file: &str) -> Diagnostic {
    let what = "the document has no operation, so its client can call nothing";
    Diagnostic {
        severity: Severity::Note,
        ..Diagnostic::file(file, what, "add one below `paths`, if that is not meant")
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

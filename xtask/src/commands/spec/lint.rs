//! `cargo xtask spec lint`: all findings in one run.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::lint::{self, Audience};
use crate::spec::{Diagnostics, Document, Severity};
use crate::{console, workspace};

/// What `cargo xtask spec lint` can be asked.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// The document to check; openapi/pancake.yaml when none is named
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// It is someone else's: look only for what concerns the generated code, as codegen --spec does
    #[arg(long)]
    pub foreign: bool,
    /// How to write the findings
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// How the findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One line each, for people and for editors that jump to `file:line`
    #[default]
    Text,
    /// An array of objects, for programs
    Json,
}

/// Runs the command and says how it went.
pub fn run(options: &Options) -> ExitCode {
    let findings = findings(options, &workspace::root());
    console::say(render(&findings, options.format));
    if findings.has_errors() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Everything that the rules find in the document.
pub fn findings(options: &Options, root: &Path) -> Diagnostics {
    let (path, shown) = match &options.file {
        None => (root.join(workspace::SPEC), workspace::SPEC.to_owned()),
        Some(path) => (path.clone(), path.display().to_string()),
    };
    let audience = if options.foreign {
        Audience::Foreign
    } else {
        Audience::Own
    };
    match Document::load(&path, &shown) {
        Ok(document) => lint::lint(&document, audience),
        Err(unreadable) => unreadable,
    }
}

/// The findings as the person asked for them.
pub fn render(findings: &Diagnostics, format: Format) -> String {
    match format {
        Format::Json => {
            let list: Vec<Value> = findings.0.iter().map(object).collect();
            format!("{:#}", Value::Array(list))
        }
        Format::Text if findings.0.is_empty() => "No findings.".to_owned(),
        Format::Text => {
            let count = findings.0.len();
            let plural = if count == 1 { "" } else { "s" };
            format!(
                "{findings}\n{count} finding{plural}. openapi/README.md says what may stand where, and why."
            )
        }
    }
}

fn object(finding: &crate::spec::Diagnostic) -> Value {
    json!({
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "severity": if finding.severity == Severity::Error { "error" } else { "note" },
        "pointer": finding.pointer,
        "what": finding.what,
        "advice": finding.fix,
    })
}

//! The generated files: where they go, writing them, and comparing them with what is there.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::{Generated, lock};
use crate::spec::{Diagnostic, Diagnostics, Document};
use crate::workspace;

/// The most lines of a diff that anyone reads in a terminal.
const DIFF_LINES: usize = 60;

/// One generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its path as people see it: relative to the workspace, or below the directory they named.
    pub shown: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether the path is relative to the workspace's root.
    in_workspace: bool,
}

/// All files of one generation, the lock file last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs(pub Vec<Output>);

impl Outputs {
    /// Puts the generated parts into files, in the workspace or below `out`.
    pub fn new(document: &Document, generated: &Generated, out: Option<&Path>) -> Outputs {
        let place = |own: &str, other: &str| match out {
            None => own.to_owned(),
            Some(directory) => directory.join(other).display().to_string(),
        };
        // The lock names files by what they are, so that it is the same in every directory.
        let named =
            |own: &'static str, other: &'static str| if out.is_none() { own } else { other };
        let spec = file_name(&document.file);
        let header = header(if out.is_none() {
            workspace::SPEC
        } else {
            &spec
        });
        let rust = |body: &str| format!("{header}\n{body}").into_bytes();
        let files = [
            (
                "crates/pancake-client/src/generated.rs",
                "generated.rs",
                rust(&generated.client),
            ),
            (
                "crates/pancake-client/src/operations.rs",
                "operations.rs",
                rust(&generated.operations),
            ),
            (
                "crates/pancake-mock/openapi/pancake.json",
                "spec.json",
                generated.json.clone().into_bytes(),
            ),
        ];
        let in_workspace = out.is_none();
        let hashed: Vec<_> = files
            .iter()
            .map(|(own, other, bytes)| (named(own, other).to_owned(), bytes.clone()))
            .collect();
        let spec_name = if out.is_none() {
            workspace::SPEC
        } else {
            &spec
        };
        let lock = lock::text(
            (spec_name, document.text.as_bytes()),
            &hashed,
            &generated.settings,
        );
        let mut outputs: Vec<Output> = files
            .into_iter()
            .map(|(own, other, bytes)| Output {
                shown: place(own, other),
                bytes,
                in_workspace,
            })
            .collect();
        let shown = place("openapi/generation.lock", "generation.lock");
        outputs.push(Output {
            shown,
            bytes: lock.into_bytes(),
            in_workspace,
        });
        Outputs(outputs)
    }

    /// What to say when nothing is stale.
    pub(super) fn fresh(&self) -> String {
        format!(
            "The {} generated files are what the document asks for.",
            self.0.len()
        )
    }

    /// Compares with the files that are there; a text for people when some are stale.
    pub(super) fn check(&self, root: &Path, command: &str) -> Result<Option<String>, Diagnostics> {
        let mut report = Vec::new();
        let mut code_is_stale = false;
        let mut cause = None;
        for output in &self.0 {
            let path = output.path(root);
            match read(&path, &output.shown)? {
                Some(bytes) if bytes == output.bytes => continue,
                Some(bytes) => {
                    if output.is_lock() {
                        cause = Some(output.why_it_differs(&bytes));
                    }
                    report.push(output.difference(&bytes));
                }
                None => report.push(format!("{}: missing\n", output.shown)),
            }
            code_is_stale |= !output.is_lock();
        }
        if report.is_empty() {
            return Ok(None);
        }
        if !code_is_stale {
            report.extend(cause.map(str::to_owned));
        }
        report.push(format!(
            "The generated files are stale. Run `{command}`, look at the difference, and commit it."
        ));
        Ok(Some(report.join("\n")))
    }

    /// Writes the files that changed: first all into temporary files beside them, then all into place.
    pub(super) fn write(&self, root: &Path) -> Result<String, Diagnostics> {
        let mut staged = Vec::new();
        for output in &self.0 {
            let path = output.path(root);
            if read(&path, &output.shown)?.as_deref() == Some(&output.bytes) {
                continue;
            }
            staged.push((
                output,
                stage(&path, &output.bytes).map_err(|error| output.unwritable(&error))?,
                path,
            ));
        }
        let mut lines = Vec::new();
        for (output, file, path) in staged {
            file.persist(&path)
                .map_err(|error| output.half_written(&error.error, &lines))?;
            lines.push(format!("wrote {}", output.shown));
        }
        if lines.is_empty() {
            return Ok(format!("{} Nothing was written.", self.fresh()));
        }
        Ok(lines.join("\n"))
    }
}

impl Output {
    fn path(&self, root: &Path) -> PathBuf {
        if self.in_workspace {
            root.join(&self.shown)
        } else {
            PathBuf::from(&self.shown)
        }
    }

    fn is_lock(&self) -> bool {
        self.shown.ends_with("generation.lock")
    }

    /// Why a lock differs from the one that was found, where no other file does.
    fn why_it_differs(&self, found: &[u8]) -> &'static str {
        let wanted = String::from_utf8_lossy(&self.bytes);
        let found = String::from_utf8_lossy(found);
        if lock::document(&found) == lock::document(&wanted) {
            "Only the lock differs, not the document: somebody edited it, or another version of xtask wrote it.\n"
        } else {
            "Only the lock differs: it belongs to another text of the document that gives the same code; a comment may differ.\n"
        }
    }

    fn unwritable(&self, error: &std::io::Error) -> Diagnostics {
        let what = format!("the file cannot be written ({error})");
        let fix = "check the directory and its permissions; no file was changed";
        Diagnostic::file(&self.shown, what, fix).into()
    }

    /// Putting a file into place failed after it was written beside it: rare, and the only way to end half-way.
    fn half_written(&self, error: &std::io::Error, done: &[String]) -> Diagnostics {
        let what = format!("the file cannot be replaced ({error})");
        let fix = match done {
            [] => "check that it is a file, and its permissions; no file was changed".to_owned(),
            done => format!(
                "check it, and run the command again: it already {}",
                done.join(", ")
            ),
        };
        Diagnostic::file(&self.shown, what, fix).into()
    }

    fn difference(&self, found: &[u8]) -> String {
        let Ok(found) = std::str::from_utf8(found) else {
            return format!("{}: not UTF-8 text\n", self.shown);
        };
        let wanted = String::from_utf8_lossy(&self.bytes);
        if found.replace("\r\n", "\n") == wanted {
            let fix = "let git check it out with LF: `git config core.autocrlf false`, then `git checkout` the file again";
            return format!("{}: only the line ends differ (CR LF); {fix}\n", self.shown);
        }
        let diff = TextDiff::from_lines(found, wanted.as_ref());
        let text = diff
            .unified_diff()
            .context_radius(2)
            .header(
                &format!("{} (as it is)", self.shown),
                &format!("{} (as generated)", self.shown),
            )
            .to_string();
        let lines = text.lines().count();
        if lines <= DIFF_LINES {
            return text;
        }
        let kept: Vec<&str> = text.lines().take(DIFF_LINES).collect();
        format!(
            "{}\n… and {} more lines\n",
            kept.join("\n"),
            lines - DIFF_LINES
        )
    }
}

fn header(spec: &str) -> String {
    format!(
        "// @generated by \"cargo xtask codegen\" from {spec}. Do not edit: change the yaml or xtask and run it again.\n"
    )
}

/// The last part of a path; a header or a lock must not carry the directories of one machine.
fn file_name(path: &str) -> String {
    let name = Path::new(path)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| path.to_owned())
}

fn read(path: &Path, shown: &str) -> Result<Option<Vec<u8>>, Diagnostics> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => {
            let what = format!("the file cannot be read ({error})");
            Err(
                Diagnostic::file(shown, what, "check that it is a file, and its permissions")
                    .into(),
            )
        }
    }
}

fn stage(path: &Path, bytes: &[u8]) -> std::io::Result<tempfile::NamedTempFile> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".codegen-");
    #[cfg(unix)]
    {
        // Temporary files are private; these are checked in, and read by everyone.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    let mut file = builder.tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

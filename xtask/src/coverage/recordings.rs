//! Snapshots of requests and answers. Tests write them and fail when one is left over, so a file's name is a proof.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use crate::spec::{Diagnostic, Diagnostics};

/// Where the tests put requests as they went out.
pub(super) const REQUESTS: &str = "tests/snapshots/requests";
/// Where the tests put answers as they were decoded.
pub(super) const ANSWERS: &str = "tests/snapshots/answers";

/// The names of snapshots by operation: `send_message.text.snap` is one of `send_message`.
type ByOperation = BTreeMap<String, Vec<String>>;

/// Recorded requests.
pub(super) fn requests(root: &Path) -> Result<ByOperation, Diagnostics> {
    snapshots(root, REQUESTS)
}

/// Decoded answers.
pub(super) fn answers(root: &Path) -> Result<ByOperation, Diagnostics> {
    snapshots(root, ANSWERS)
}

fn snapshots(root: &Path, directory: &str) -> Result<ByOperation, Diagnostics> {
    let unreadable = |error: std::io::Error| {
        let what = format!("the directory cannot be read ({error})");
        let fix = "check that it is a directory, and its permissions";
        Diagnostics::from(Diagnostic::file(directory, what, fix))
    };
    let mut found = ByOperation::new();
    let entries = match std::fs::read_dir(root.join(directory)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(unreadable(error)),
    };
    for entry in entries {
        let name = entry
            .map_err(unreadable)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        if let Some(name) = name.strip_suffix(".snap") {
            let operation = name.split('.').next().unwrap_or(name);
            found
                .entry(operation.to_owned())
                .or_default()
                .push(name.to_owned());
        }
    }
    Ok(found)
}

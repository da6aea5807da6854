//! For each operation, what shows that it works: examples, recordings, the mock, the handles, end-to-end tests.
//!
//! xtask depends on none of the crates, so everything is read from files that tests write or hold to be true. Nothing is
//! taken from a list that a person keeps for this table.

mod handles;
mod mock;
mod recordings;
mod row;
mod table;

use std::path::Path;

use similar::TextDiff;

use crate::spec::{Diagnostic, Diagnostics, Document, Operation};
use crate::workspace;

pub use row::Row;
pub use table::markdown;

/// Where the table is kept.
pub const FILE: &str = "openapi/COVERAGE.md";
/// What to type when it is stale.
pub const COMMAND: &str = "cargo xtask spec coverage";

/// Reads one row for each operation of the workspace at `root`, in the order of the document.
///
/// # Errors
///
/// When a source can't be read, or speaks of an operation that the document does not have.
pub fn rows(root: &Path) -> Result<Vec<Row>, Diagnostics> {
    let document = Document::load(&root.join(workspace::SPEC), workspace::SPEC)?;
    let operations = document.operations();
    let ids: Vec<&str> = operations.iter().filter_map(Operation::id).collect();
    let mock = mock::operations(root)?;
    let requests = recordings::requests(root)?;
    let answers = recordings::answers(root)?;
    let methods = handles::methods(root)?;
    let called = handles::called_by_name(root, &ids)?;
    let mut problems = Vec::new();
    let sources = [
        (
            recordings::REQUESTS,
            requests.keys().map(String::as_str).collect::<Vec<_>>(),
        ),
        (
            recordings::ANSWERS,
            answers.keys().map(String::as_str).collect(),
        ),
        (handles::FILE, methods.keys().map(String::as_str).collect()),
        (
            mock::FILE,
            mock.iter().map(|route| route.id.as_str()).collect(),
        ),
    ];
    for (file, names) in sources {
        for name in names.into_iter().filter(|name| !ids.contains(name)) {
            let what = format!("`{name}` is no operation of {}", workspace::SPEC);
            problems.push(Diagnostic::file(
                file,
                what,
                "remove it, or write the operation into the document",
            ));
        }
    }
    if !problems.is_empty() {
        return Err(Diagnostics(problems));
    }
    let row = |operation: &Operation<'_>| {
        let id = operation.id()?;
        Some(Row {
            recorded_requests: requests.get(id).map_or(0, Vec::len),
            decoded_answers: answers.get(id).map_or(0, Vec::len),
            mocked: mock.iter().any(|route| route.is(operation)),
            handles: methods.get(id).cloned().unwrap_or_default(),
            called: called.contains(id),
            ..Row::of(operation)
        })
    };
    Ok(operations.iter().filter_map(row).collect())
}

/// What is different in the file from what it should be; nothing when it is up to date.
///
/// # Errors
///
/// As [`rows`].
pub fn staleness(root: &Path) -> Result<Option<String>, Diagnostics> {
    let wanted = markdown(&rows(root)?);
    let found = std::fs::read_to_string(root.join(FILE)).unwrap_or_default();
    if found.replace("\r\n", "\n") == wanted {
        return Ok(None);
    }
    let diff = TextDiff::from_lines(found.as_str(), wanted.as_str());
    let text = diff
        .unified_diff()
        .context_radius(0)
        .header(
            &format!("{FILE} (as it is)"),
            &format!("{FILE} (as counted)"),
        )
        .to_string();
    Ok(Some(format!(
        "{text}\n{FILE} is stale. Run `{COMMAND}`, look at the difference, and commit it."
    )))
}

/// Writes the table and gives it back.
///
/// # Errors
///
/// As [`rows`], or when the file can't be written.
pub fn write(root: &Path) -> Result<String, Diagnostics> {
    let text = markdown(&rows(root)?);
    std::fs::write(root.join(FILE), &text).map_err(|error| {
        let what = format!("the file cannot be written ({error})");
        Diagnostic::file(FILE, what, "check the directory and its permissions")
    })?;
    Ok(text)
}

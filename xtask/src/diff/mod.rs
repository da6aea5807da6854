//! What changed between two API documents, and what it means for people who call the API from Rust.
//!
//! It asks of each change: does a program that compiled before still compile, and does what it did? So `list_tags` under
//! another path is no break, and a field that became a list is one. Requests and answers are judged apart.

mod answers;
mod changes;
mod operations;
mod parameters;
mod properties;
mod reach;
pub mod release;
pub mod render;
mod schemas;
mod shape;
mod strings;
mod table;

use crate::spec::Document;

pub use changes::{Action, Change, Weight};

/// Everything that changed from one document to the other, the heaviest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The changes.
    pub changes: Vec<Change>,
    /// The old document's own version, `info.version`.
    pub old_api_version: Option<String>,
    /// The new document's own version.
    pub api_version: Option<String>,
}

impl Difference {
    /// The weight of the heaviest change; none when nothing changed.
    pub fn weight(&self) -> Option<Weight> {
        self.changes.iter().map(|change| change.weight).max()
    }
}

/// Compares two documents.
pub fn compare(old: &Document, new: &Document) -> Difference {
    let mut changes = changes::Changes::default();
    operations::compare(old, new, &mut changes);
    schemas::compare(old, new, &mut changes);
    table::document(old, new, &mut changes);
    let mut changes = changes.finish();
    // A difference that nothing above looks at still changes the checksums of what is generated.
    if changes.is_empty() && old.value != new.value {
        changes.push(Change::rest());
    }
    let version = |document: &Document| {
        let info = document.root().get("info");
        info.and_then(|info| info.text("version"))
            .map(str::to_owned)
    };
    Difference {
        changes,
        old_api_version: version(old),
        api_version: version(new),
    }
}

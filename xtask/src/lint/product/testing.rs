//! A small document that lacks nothing, and how to spoil it.

use super::super::testing::plain;
use super::super::{Audience, lint};
use crate::spec::Document;

/// Complete: every rule accepts it.
pub(in crate::lint) const WHOLE: &str = include_str!("../../../tests/documents/whole.yaml");

/// All findings in a document of ours, one a line, without rule and pointer.
pub(in crate::lint) fn findings(text: &str) -> Vec<String> {
    let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
    lint(&document, Audience::Own).0.iter().map(plain).collect()
}

/// The complete document with one change has exactly this finding.
#[track_caller]
pub(in crate::lint) fn spoiled(from: &str, to: &str, finding: &str) {
    assert!(WHOLE.contains(from), "the document has no {from:?}");
    assert_eq!(findings(&WHOLE.replacen(from, to, 1)), [finding]);
}

#[test]
fn the_complete_document_has_no_findings() {
    assert_eq!(findings(WHOLE), [""; 0]);
}

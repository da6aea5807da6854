//! Checks a document before the generator sees it.
//!
//! What may stand where is `openapi/grammar.json`. The rules beside it are those that no schema can say: they compare
//! one place of the document with another. `openapi/README.md` lists them.

mod examples;
mod grammar;
mod names;
mod operations;
mod references;
mod variants;

use crate::spec::{Diagnostic, Diagnostics, Document, Node, Severity};

/// Whose document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The one we maintain: complete for its readers, lenient with the server, careful with secrets.
    Own,
    /// Someone else's: only what concerns the generated code counts.
    Foreign,
}

/// The rules that no schema can say.
const RULES: &[fn(&Document, &mut Report<'_>)] = &[
    names::operations,
    names::parameters,
    names::types,
    names::fields,
    names::variants,
    operations::paths,
    operations::responses,
    operations::paging,
    operations::security,
    operations::tags,
    variants::hidden,
];

/// Where the rules put what they find.
#[derive(Debug)]
struct Report<'a> {
    document: &'a Document,
    audience: Audience,
    found: Vec<Diagnostic>,
}

impl Report<'_> {
    fn error(&mut self, node: &Node<'_>, what: impl Into<String>, fix: impl Into<String>) {
        self.at(node.pointer(), what, fix);
    }

    fn at(&mut self, pointer: &str, what: impl Into<String>, fix: impl Into<String>) {
        let position = self.document.position(pointer);
        let finding = Diagnostic {
            file: self.document.file.clone(),
            line: self.document.line(pointer),
            column: position.map(|position| position.column),
            pointer: Some(pointer.to_owned()),
            what: what.into(),
            fix: fix.into(),
            severity: Severity::Error,
        };
        if !self.found.contains(&finding) {
            self.found.push(finding);
        }
    }

    fn is_own(&self) -> bool {
        self.audience == Audience::Own
    }
}

/// All findings in a document, in the order of the file.
pub fn lint(document: &Document, audience: Audience) -> Diagnostics {
    let mut report = Report {
        document,
        audience,
        found: Vec::new(),
    };
    // Of another version every other rule would complain and say nothing of use.
    if grammar::check(document, &mut report) {
        for rule in RULES {
            rule(document, &mut report);
        }
        // A checker would follow a circle for ever.
        if !references::circles(document, &mut report) {
            examples::check(document, &mut report);
        }
    }
    let mut diagnostics = Diagnostics(report.found);
    diagnostics.sort();
    diagnostics
}

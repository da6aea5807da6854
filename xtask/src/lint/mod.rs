//! The rules a document has to follow before the generator sees it.
//!
//! Each rule knows one form that the generator rejects, panics on, or mistranslates without a word. A rule is a function;
//! to add one, write it and list it in `RULES`.

mod bodies;
mod extensions;
mod identity;
mod keys;
mod lenient;
mod parameters;
mod paths;
mod properties;
mod references;
mod responses;
mod schemas;
mod table;
mod version;

use crate::spec::{Diagnostic, Diagnostics, Document, Node, Severity};

/// Whose document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The one we maintain: it follows every rule.
    Own,
    /// Someone else's: what only costs quality is a note.
    Foreign,
}

/// One rule: looks at the document, and reports what it finds.
type Rule = fn(&Document, &mut Report<'_>);

/// All rules, and their names for people.
const RULES: &[(&str, Rule)] = &[
    ("sections have the right kind", version::sections),
    ("unknown keys", keys::unknown_keys),
    ("operation ids", identity::operation_ids),
    ("operation constants", identity::reserved_ids),
    ("path items", paths::items),
    ("path templates", paths::templates),
    ("references resolve", references::resolve),
    ("references stand alone", references::siblings),
    ("schemas that are only themselves", references::circles),
    ("parameter names", parameters::names),
    ("parameter forms", parameters::forms),
    ("request bodies", bodies::bodies),
    ("response types", responses::types),
    ("response content", responses::content),
    ("schema names", schemas::names),
    ("schema combinations", schemas::combinations),
    ("schema types", schemas::types),
    ("flattened properties", properties::extra),
    ("property names", properties::fields),
    ("lenient responses", lenient::responses),
    ("our own keys", extensions::own_keys),
    ("open enums", extensions::open_enums),
    ("operation table", table::rows),
];

/// Where the rules put what they find.
#[derive(Debug)]
pub struct Report<'a> {
    document: &'a Document,
    audience: Audience,
    found: Vec<Diagnostic>,
}

impl Report<'_> {
    /// Something that keeps the code from being generated, or makes it wrong.
    fn error(&mut self, node: &Node<'_>, what: impl Into<String>, fix: impl Into<String>) {
        self.push(node, what.into(), fix.into(), Severity::Error);
    }

    /// Something that makes the client worse; only our own document must not have it.
    fn minor(&mut self, node: &Node<'_>, what: impl Into<String>, fix: impl Into<String>) {
        let severity = match self.audience {
            Audience::Own => Severity::Error,
            Audience::Foreign => Severity::Note,
        };
        self.push(node, what.into(), fix.into(), severity);
    }

    fn push(&mut self, node: &Node<'_>, what: String, fix: String, severity: Severity) {
        self.found.push(Diagnostic {
            file: self.document.file.clone(),
            line: node.line(),
            pointer: Some(node.pointer().to_owned()),
            what,
            fix,
            severity,
        });
    }
}

/// Applies all rules and gives all problems, in the order of the file.
pub fn lint(document: &Document, audience: Audience) -> Diagnostics {
    let mut report = Report {
        document,
        audience,
        found: Vec::new(),
    };
    // Of a document of another version every rule would complain, and say nothing of use.
    if version::version(document, &mut report) {
        for (_, rule) in RULES {
            rule(document, &mut report);
        }
    }
    let mut diagnostics = Diagnostics(report.found);
    diagnostics.sort();
    diagnostics
}

#[cfg(test)]
mod testing;

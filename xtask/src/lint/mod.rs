//! The rules a document has to follow before the generator sees it.
//!
//! Most know one form that the generator rejects, panics on, or mistranslates without a word; those of `product` and
//! `examples` keep our own document complete and true. A rule is a function; to add one, write it, list it in `RULES`, and
//! say why it is there in `openapi/README.md`.

mod bodies;
mod examples;
mod extensions;
mod identity;
mod ignored;
mod keys;
mod lenient;
mod misfits;
mod objects;
mod parameters;
mod paths;
mod product;
mod properties;
mod references;
mod responses;
mod schemas;
mod shapes;
mod table;
mod values;
mod variants;
mod version;

use std::rc::Rc;

use crate::spec::{Diagnostic, Diagnostics, Document, Node, Schema, Severity};

/// Whose document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The one we maintain: it follows every rule.
    Own,
    /// Someone else's: what only costs quality is a note.
    Foreign,
}

/// What a rule protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The code: the generator rejects the form, panics on it, or mistranslates it without a word.
    Code,
    /// The document as something people read and trust. Held against our own only.
    Product,
}

/// One rule: its name in `openapi/README.md`, and how it looks at a document.
struct Rule {
    name: &'static str,
    kind: Kind,
    check: fn(&Document, &mut Report<'_>),
}

const fn code(name: &'static str, check: fn(&Document, &mut Report<'_>)) -> Rule {
    let kind = Kind::Code;
    Rule { name, kind, check }
}

const fn product(name: &'static str, check: fn(&Document, &mut Report<'_>)) -> Rule {
    let kind = Kind::Product;
    Rule { name, kind, check }
}

/// The rule that a file which is no document at all breaks.
pub const READABLE: &str = "readable";
/// The rule of the version; of a document of another one, every other rule would complain and say nothing of use.
const VERSION: &str = "version";

/// All other rules.
const RULES: &[Rule] = &[
    code("section", version::sections),
    code("unknown-key", keys::unknown_keys),
    code("operation-id", identity::operation_ids),
    code("reserved-id", identity::reserved_ids),
    code("path-item", paths::items),
    code("path-template", paths::templates),
    code("reference", references::resolve),
    code("reference-sibling", references::siblings),
    code("circle", references::circles),
    code("parameter-name", parameters::names),
    code("parameter-form", parameters::forms),
    code("request-body", bodies::bodies),
    code("response-type", responses::types),
    code("response-content", responses::content),
    code("schema-name", schemas::names),
    code("schema-title", shapes::titles),
    code("schema-combination", schemas::combinations),
    code("schema-type", schemas::types),
    code("schema-form", shapes::forms),
    code("enum-value", values::enums),
    code("default-value", values::defaults),
    code("pattern", values::patterns),
    code("hidden-variant", variants::hidden),
    code("extra-property", properties::extra),
    code("property-name", properties::fields),
    code("ignored-part", ignored::parts),
    code("lenient-answer", lenient::responses),
    code("own-key", extensions::own_keys),
    code("open-enum", extensions::open_enums),
    code("operation-table", table::rows),
    product("operation-text", product::operations::texts),
    product("operation-tag", product::operations::tags),
    product("parameter-text", product::operations::parameters),
    product("answers", product::operations::answers),
    product("error-schema", product::operations::error_schema),
    product("security", product::operations::security),
    product("server", product::operations::server),
    product("naming", product::naming::names),
    product("description", product::naming::descriptions),
    product("provenance", product::answers::provenance),
    product("id-or-time", product::ids::ids_and_times),
    product("optional-nullable", product::answers::optional_and_nullable),
    product("strict-request", product::requests::strict),
    product("secret", product::secrets::secrets),
    product("unused", product::unused::components),
    product("example-missing", examples::present),
    product("example-mismatch", examples::valid),
    // Last: it repeats in the parser's words what another rule says better, and is silent where one did.
    code("openapi-form", misfits::misfits),
];

/// The names of all rules.
pub fn rules() -> Vec<&'static str> {
    let names = RULES.iter().map(|rule| rule.name);
    [READABLE, VERSION].into_iter().chain(names).collect()
}

/// Where the rules put what they find.
#[derive(Debug)]
pub struct Report<'a> {
    document: &'a Document,
    audience: Audience,
    rule: &'static str,
    schemas: Rc<[Schema<'a>]>,
    found: Vec<Diagnostic>,
}

impl<'a> Report<'a> {
    /// Every schema of the document, collected once for all rules.
    fn schemas(&self) -> Rc<[Schema<'a>]> {
        Rc::clone(&self.schemas)
    }

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
            column: self
                .document
                .position(node.pointer())
                .map(|position| position.column),
            pointer: Some(node.pointer().to_owned()),
            rule: Some(self.rule),
            what,
            fix,
            severity,
        });
    }
}

/// Applies all rules and gives all problems, in the order of the file.
pub fn lint(document: &Document, audience: Audience) -> Diagnostics {
    let kinds: &[Kind] = match audience {
        Audience::Own => &[Kind::Code, Kind::Product],
        Audience::Foreign => &[Kind::Code],
    };
    apply(document, audience, kinds)
}

fn apply(document: &Document, audience: Audience, kinds: &[Kind]) -> Diagnostics {
    let mut report = Report {
        document,
        audience,
        rule: VERSION,
        schemas: document.schemas().into(),
        found: Vec::new(),
    };
    if version::version(document, &mut report) {
        for rule in RULES.iter().filter(|rule| kinds.contains(&rule.kind)) {
            report.rule = rule.name;
            (rule.check)(document, &mut report);
        }
    }
    let mut diagnostics = Diagnostics(report.found);
    diagnostics.sort();
    diagnostics
}

#[cfg(test)]
mod testing;

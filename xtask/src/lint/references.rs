//! Schemas that are made of themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use crate::spec::{Document, Node, component_name};

type Edges = BTreeMap<String, BTreeSet<String>>;

/// A schema that needs itself to say what it is would send the generator round for ever. True when there is one.
pub(super) fn circles(document: &Document, report: &mut Report<'_>) -> bool {
    let mut edges: Edges = BTreeMap::new();
    for (name, schema) in document.components("schemas") {
        made_of(&schema, edges.entry(name.to_owned()).or_default());
    }
    let mut found = false;
    for (name, schema) in document.components("schemas") {
        if reaches(&edges, name) {
            found = true;
            let what =
                format!("the schema `{name}` is made of itself through `allOf`, `oneOf` or `$ref`");
            let fix = "let it hold itself in a property or a list, or take one of them out";
            report.error(&schema, what, fix);
        }
    }
    found
}

/// The components that a schema is made of, properties and items aside.
fn made_of(schema: &Node<'_>, targets: &mut BTreeSet<String>) {
    let own = schema.reference();
    let own = own.and_then(|reference| component_name(reference, "schemas"));
    targets.extend(own.map(|name| name.replace("~1", "/").replace("~0", "~")));
    for key in ["allOf", "oneOf", "anyOf"] {
        let parts = schema.get(key);
        for part in parts.iter().flat_map(Node::items) {
            made_of(&part, targets);
        }
    }
}

fn reaches(edges: &Edges, start: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<&String> = edges.get(start).into_iter().flatten().collect();
    while let Some(name) = waiting.pop() {
        if name == start {
            return true;
        }
        if seen.insert(name) {
            waiting.extend(edges.get(name).into_iter().flatten());
        }
    }
    false
}

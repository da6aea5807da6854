//! Which operations a schema is in, and whether in what they send or in what they get.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::spec::{Document, Node, component_name};

/// The operations that something is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// In what these send.
    pub(super) requests: BTreeSet<String>,
    /// In what these get.
    pub(super) answers: BTreeSet<String>,
}

impl Reach {
    pub(super) fn merge(&mut self, other: &Reach) {
        self.requests.extend(other.requests.iter().cloned());
        self.answers.extend(other.answers.iter().cloned());
    }

    /// The operation sends it.
    pub(super) fn request(operation: &str) -> Reach {
        let requests = BTreeSet::from([operation.to_owned()]);
        Reach {
            requests,
            ..Reach::default()
        }
    }

    /// The operation gets it.
    pub(super) fn answer(operation: &str) -> Reach {
        let answers = BTreeSet::from([operation.to_owned()]);
        Reach {
            answers,
            ..Reach::default()
        }
    }
}

/// The reach of every component schema of a document, by name.
pub(super) fn schemas(document: &Document) -> BTreeMap<String, Reach> {
    let mut reaches: BTreeMap<String, Reach> = BTreeMap::new();
    for operation in document.operations() {
        let name = operation.name().replace('`', "");
        let sent = [
            operation.node.get("parameters"),
            operation.path_item.get("parameters"),
            operation.node.get("requestBody"),
        ];
        for schema in reached(sent.into_iter().flatten().collect()) {
            let reach = reaches.entry(schema).or_default();
            reach.requests.insert(name.clone());
        }
        for schema in reached(operation.node.get("responses").into_iter().collect()) {
            let reach = reaches.entry(schema).or_default();
            reach.answers.insert(name.clone());
        }
    }
    reaches
}

fn reached(start: Vec<Node<'_>>) -> BTreeSet<String> {
    let mut schemas = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut waiting = start;
    while let Some(node) = waiting.pop() {
        let mut references = Vec::new();
        collect(node.value(), &mut references);
        for reference in references {
            if !seen.insert(reference) {
                continue;
            }
            schemas.extend(component_name(reference, "schemas").map(str::to_owned));
            waiting.extend(node.document().target(reference));
        }
    }
    schemas
}

fn collect<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(text) if key == "$ref" => found.push(text),
                    _ if matches!(key.as_str(), "example" | "examples" | "value") => {}
                    _ => collect(value, found),
                }
            }
        }
        _ => {}
    }
}

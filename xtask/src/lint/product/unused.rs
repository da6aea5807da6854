//! Components that nothing refers to: leftovers, or references that were forgotten.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::Report;
use crate::spec::{Document, Node};

/// Every component is reached from an operation.
pub(in crate::lint) fn components(document: &Document, report: &mut Report<'_>) {
    let reached = reached(document);
    let components = document.root().get("components");
    for (section, entries) in components.iter().flat_map(Node::entries) {
        if section == "securitySchemes" || section.starts_with("x-") {
            continue;
        }
        for (name, component) in entries.entries() {
            if !reached.contains(component.pointer()) {
                let what = format!("nothing refers to the component `{name}`");
                report.error(&component, what, "refer to it, or remove it");
            }
        }
    }
}

/// The pointers of all components that an operation refers to, directly or through others.
pub(super) fn reached(document: &Document) -> BTreeSet<String> {
    let mut waiting: Vec<Node<'_>> = document.root().get("paths").into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(node) = waiting.pop() {
        let mut references = Vec::new();
        collect(node.value(), &mut references);
        for reference in references {
            if let Some(target) = document.target(reference)
                && seen.insert(target.pointer().to_owned())
            {
                waiting.push(target);
            }
        }
    }
    seen
}

fn collect<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(text) if key == "$ref" => found.push(text),
                    _ => collect(value, found),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{WHOLE, findings};

    #[test]
    fn a_component_that_nothing_refers_to_is_reported_and_so_is_one_that_only_itself_does() {
        let extra = "    Alone: {description: d, type: object, additionalProperties: false, properties: {a: {$ref: '#/components/schemas/Alone'}}}\n";
        assert_eq!(
            findings(&format!("{WHOLE}{extra}")),
            ["api.yaml:70: nothing refers to the component `Alone`; refer to it, or remove it"]
        );
    }
}

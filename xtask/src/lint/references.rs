//! `$ref`s: where they lead, and what stands beside them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Report;
use crate::spec::{Document, Node, component_name};

/// The keys whose value is data, in which `$ref` means nothing.
const DATA: [&str; 5] = ["example", "examples", "default", "enum", "value"];

/// Every node of the document that is a reference.
fn references(document: &Document) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    // A property may be called `example`; then its value is a schema, and `in_map` says so.
    let mut waiting = vec![(document.root(), false)];
    while let Some((node, in_map)) = waiting.pop() {
        if node.value().get("$ref").is_some_and(Value::is_string) && !in_map {
            found.push(node.clone());
        }
        for (key, child) in node.entries() {
            if in_map || (!DATA.contains(&key) && !key.starts_with("x-")) {
                let names =
                    !in_map && matches!(key, "properties" | "schemas" | "patternProperties");
                waiting.push((child, names));
            }
        }
        waiting.extend(node.items().into_iter().map(|child| (child, false)));
    }
    found
}

/// A reference leads to something of this document, and to the right section.
pub(super) fn resolve(document: &Document, report: &mut Report<'_>) {
    for node in references(document) {
        let Some(reference) = node.reference() else {
            continue;
        };
        if !reference.starts_with('#') {
            let what = format!("`$ref: {reference}` leads out of this file");
            report.error(
                &node,
                what,
                "copy what it names into `components`, and refer to that",
            );
        } else if document.target(reference).is_none() {
            let what = format!("`$ref: {reference}` leads nowhere");
            report.error(&node, what, nearest(document, reference));
        } else if node.resolve().is_none() {
            let what = format!("`$ref: {reference}` leads back to itself");
            report.error(
                &node,
                what,
                "let one of the references in the circle be the thing itself",
            );
        } else if reference
            .strip_prefix("#/components/")
            .is_none_or(|rest| rest.matches('/').count() != 1)
        {
            let what = format!("`$ref: {reference}` names no component");
            report.error(
                &node,
                what,
                "the generator looks only in `components`: move it there, and refer to that",
            );
        }
    }
}

/// The name that was probably meant.
fn nearest(document: &Document, reference: &str) -> String {
    let (section, name) = reference.rsplit_once('/').unwrap_or((reference, ""));
    let known = document.target(section);
    let known = known.iter().flat_map(Node::entries).map(|(name, _)| name);
    let best = known
        .map(|known| (similar::TextDiff::from_chars(known, name).ratio(), known))
        .filter(|(ratio, _)| *ratio > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((_, known)) => format!("is `{section}/{known}` meant?"),
        None => format!("add it to `{section}`, or refer to something that is there"),
    }
}

/// What stands beside a `$ref` is dropped, `nullable` above all.
pub(super) fn siblings(document: &Document, report: &mut Report<'_>) {
    for node in references(document) {
        for (key, sibling) in node.entries() {
            if key != "$ref" && !key.starts_with("x-") {
                let what = format!("`{key}` beside `$ref` is ignored");
                report.error(
                    &sibling,
                    what,
                    format!("write `{{{key}: …, allOf: [{{$ref: …}}]}}`"),
                );
            }
        }
    }
}

/// A schema that needs itself to say what it is would send the generator round for ever.
pub(super) fn circles(document: &Document, report: &mut Report<'_>) {
    let schemas = document
        .root()
        .get("components")
        .and_then(|components| components.get("schemas"));
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, schema) in schemas.iter().flat_map(Node::entries) {
        let mut targets = BTreeSet::new();
        direct(&schema, &mut targets);
        edges.insert(name, targets);
    }
    for (name, schema) in schemas.iter().flat_map(Node::entries) {
        // A circle of bare references is reported where they are resolved.
        if schema.reference().is_none() && reaches(&edges, name) {
            let what =
                format!("the schema `{name}` is made of itself through `allOf`, `oneOf` or `$ref`");
            report.error(
                &schema,
                what,
                "let it hold itself in a property or a list, or take one of them out",
            );
        }
    }
}

/// The components that a schema is made of, properties and items aside.
fn direct<'a>(schema: &Node<'a>, targets: &mut BTreeSet<&'a str>) {
    targets.extend(
        schema
            .reference()
            .and_then(|reference| component_name(reference, "schemas")),
    );
    for key in ["allOf", "oneOf", "anyOf"] {
        schema
            .get(key)
            .iter()
            .flat_map(Node::items)
            .for_each(|inner| direct(&inner, targets));
    }
    schema
        .get("not")
        .iter()
        .for_each(|inner| direct(inner, targets));
}

fn reaches(edges: &BTreeMap<&str, BTreeSet<&str>>, start: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<&str> = edges.get(start).into_iter().flatten().copied().collect();
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

#[cfg(test)]
mod tests {
    use super::super::testing::{in_response, own, pair};

    #[test]
    fn a_dangling_reference_names_what_was_meant() {
        pair(
            &in_response(
                "{type: object, properties: {b: {$ref: '#/components/schemas/Custmer'}}}\n    Customer: {type: object}",
            ),
            "api.yaml:11: `$ref: #/components/schemas/Custmer` leads nowhere; is `#/components/schemas/Customer` meant?",
            &in_response(
                "{type: object, properties: {b: {$ref: '#/components/schemas/Customer'}}}\n    Customer: {type: object}",
            ),
        );
    }

    #[test]
    fn a_reference_to_another_file_is_refused() {
        assert_eq!(
            own(&in_response(
                "{type: object, properties: {b: {$ref: 'other.yaml#/B'}}}"
            )),
            [
                "api.yaml:11: `$ref: other.yaml#/B` leads out of this file; copy what it names into `components`, and refer to that"
            ]
        );
    }

    #[test]
    fn a_reference_to_a_part_of_a_component_is_refused() {
        let problems = own(&in_response(
            "{type: object, properties: {b: {type: string}, c: {$ref: '#/components/schemas/A/properties/b'}}}",
        ));
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("names no component"));
    }

    #[test]
    fn references_that_go_round_are_refused() {
        let problems = own(&in_response(
            "{$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}",
        ));
        assert!(
            problems
                .iter()
                .any(|problem| problem.starts_with("api.yaml:11: ")
                    && problem.contains("leads back to itself")),
            "{problems:?}"
        );
    }

    #[test]
    fn a_schema_made_of_itself_is_refused_and_one_that_holds_itself_is_fine() {
        pair(
            &in_response(
                "{allOf: [{$ref: '#/components/schemas/B'}]}\n    B: {type: object, properties: {x: {$ref: '#/components/schemas/A'}}, allOf: [{$ref: '#/components/schemas/B'}]}",
            ),
            "api.yaml:12: the schema `B` is made of itself through `allOf`, `oneOf` or `$ref`; let it hold itself in a property or a list, or take one of them out",
            &in_response("{type: object, properties: {parent: {$ref: '#/components/schemas/A'}}}"),
        );
    }

    #[test]
    fn what_stands_beside_a_reference_is_reported() {
        pair(
            &in_response(
                "{type: object, properties: {b: {$ref: '#/components/schemas/B', nullable: true}}}\n    B: {type: object}",
            ),
            "api.yaml:11: `nullable` beside `$ref` is ignored; write `{nullable: …, allOf: [{$ref: …}]}`",
            &in_response(
                "{type: object, properties: {b: {nullable: true, allOf: [{$ref: '#/components/schemas/B'}]}}}\n    B: {type: object}",
            ),
        );
    }

    #[test]
    fn a_property_called_example_is_looked_into_and_an_example_is_not() {
        let good = in_response(
            "{type: object, properties: {example: {type: string}}, example: {$ref: nothing}}",
        );
        assert_eq!(own(&good), [""; 0]);
        let bad = in_response("{type: object, properties: {example: {$ref: '#/nothing'}}}");
        assert_eq!(own(&bad).len(), 1);
    }
}

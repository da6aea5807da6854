//! Examples are true to their schema: they are what people copy, what the mock answers, and what the tests decode.

use std::collections::BTreeSet;

use super::Report;
use crate::spec::instances::{Claim, mismatches};
use crate::spec::{Document, Node};

/// Every example fits its schema.
pub(super) fn check(document: &Document, report: &mut Report<'_>) {
    let examples = examples(document);
    let claims: Vec<Claim<'_>> = examples
        .iter()
        .map(|(value, schema)| Claim {
            value: value.value(),
            schema: schema.clone(),
        })
        .collect();
    match mismatches(document, &claims) {
        Ok(found) => {
            for mismatch in found {
                let example = examples.get(mismatch.claim);
                let place = example.map_or("", |(value, _)| value.pointer());
                let place = format!("{place}{}", mismatch.pointer);
                let what = format!("the example does not fit its schema: {}", mismatch.what);
                let fix = "mend the example, or let the schema allow it if the API does so";
                report.at(&place, what, fix);
            }
        }
        // What is wrong with the schemas is said already, where the grammar knows it.
        Err(error) if report.found.is_empty() => {
            let what = format!("the examples can't be compared with the schemas: {error}");
            report.at(
                "",
                what,
                "look for a `pattern` that is not a regular expression",
            );
        }
        Err(_) => {}
    }
}

/// Every example, with the schema it should fit.
fn examples(document: &Document) -> Vec<(Node<'_>, Node<'_>)> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for operation in document.operations() {
        let parameters = operation.parameters().into_iter();
        let mut holders: Vec<Node<'_>> = parameters.map(|parameter| parameter.node).collect();
        let responses = operation.responses().into_iter();
        let bodies = responses
            .map(|(_, _, response)| response)
            .chain(operation.body());
        for content in bodies.filter_map(|body| body.get("content")) {
            // An example of a multipart body shows fields, and no bytes.
            let media = content.entries().into_iter();
            let json = media.filter(|(kind, _)| kind.starts_with("application/json"));
            holders.extend(json.map(|(_, media)| media));
        }
        for holder in holders {
            if seen.insert(holder.pointer().to_owned()) {
                of_holder(&holder, &mut found);
            }
        }
    }
    for schema in document.schemas() {
        let example = schema.get("example");
        found.extend(example.map(|example| (example, schema)));
    }
    found
}

/// The examples beside a `schema`.
fn of_holder<'a>(holder: &Node<'a>, found: &mut Vec<(Node<'a>, Node<'a>)>) {
    let Some(schema) = holder.get("schema") else {
        return;
    };
    let named = holder.get("examples");
    let named = named.iter().flat_map(Node::entries);
    let named = named.filter_map(|(_, example)| example.resolve()?.get("value"));
    for example in named.chain(holder.get("example")) {
        found.push((example, schema.clone()));
    }
}

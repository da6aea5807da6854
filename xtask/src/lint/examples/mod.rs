//! Examples: there, named, and true to their schema.
//!
//! They are what people copy, what the mock answers, and what the tests decode.

mod instance;

use std::collections::BTreeSet;

use super::Report;
use crate::spec::extensions::json_schema;
use crate::spec::{Document, Node, Operation};

/// Every request body and every answer with JSON is shown, and each example says what it shows.
pub(super) fn present(document: &Document, report: &mut Report<'_>) {
    let mut seen = BTreeSet::new();
    for operation in document.operations() {
        for (what, holder) in bodies(&operation) {
            if !seen.insert(holder.pointer().to_owned()) {
                continue;
            }
            let content = holder.get("content");
            // A multipart body holds bytes; an example of it shows nothing.
            let json = |kind: &str| kind.starts_with("application/json");
            let media = content.iter().flat_map(Node::entries);
            for (_, media) in media.filter(|(kind, _)| json(kind)) {
                shown(&what, &media, report);
            }
        }
    }
}

/// The request body and the answers of an operation, and what to call each.
fn bodies<'a>(operation: &Operation<'a>) -> Vec<(String, Node<'a>)> {
    let name = operation.name();
    let body = operation
        .body()
        .map(|body| (format!("the request body of {name}"), body));
    let answers = operation
        .responses()
        .into_iter()
        .map(|(status, _, response)| (format!("the answer `{status}` of {name}"), response));
    body.into_iter().chain(answers).collect()
}

fn shown(what: &str, media: &Node<'_>, report: &mut Report<'_>) {
    let examples = media.get("examples");
    let listed = examples.as_ref().map(Node::entries).unwrap_or_default();
    if listed.is_empty() && media.get("example").is_none() {
        let fix =
            "add `examples: {documented: {summary: …, value: …}}`, with invented people and tokens";
        report.error(media, format!("{what} has no example"), fix);
    }
    for (name, example) in listed {
        let Some(target) = example.resolve() else {
            continue;
        };
        if target
            .text("summary")
            .is_none_or(|text| text.trim().is_empty())
        {
            let what = format!("the example `{name}` does not say what it shows");
            report.error(&example, what, "add `summary`");
        }
        if target.get("value").is_none() && target.get("externalValue").is_none() {
            report.error(
                &example,
                format!("the example `{name}` has no `value`"),
                "add it",
            );
        }
    }
}

/// Every example fits its schema.
pub(super) fn valid(document: &Document, report: &mut Report<'_>) {
    let mut seen = BTreeSet::new();
    for operation in document.operations() {
        for parameter in operation.parameters() {
            pairs(&parameter.node, &mut seen, report);
        }
        for (_, holder) in bodies(&operation) {
            let content = holder.get("content");
            // A multipart body's example shows fields, and no bytes.
            let json = json_schema(&holder).is_some();
            for (_, media) in content.iter().flat_map(Node::entries).filter(|_| json) {
                pairs(&media, &mut seen, report);
            }
        }
    }
    for schema in report.schemas().iter() {
        if let Some(example) = schema.node.get("example") {
            compare(&example, &schema.node, report);
        }
    }
}

/// The examples beside a `schema`.
fn pairs(holder: &Node<'_>, seen: &mut BTreeSet<String>, report: &mut Report<'_>) {
    let Some(schema) = holder.get("schema") else {
        return;
    };
    if !seen.insert(holder.pointer().to_owned()) {
        return;
    }
    if let Some(example) = holder.get("example") {
        compare(&example, &schema, report);
    }
    for (_, example) in holder.get("examples").iter().flat_map(Node::entries) {
        let value = example.resolve().and_then(|example| example.get("value"));
        if let Some(value) = value {
            compare(&value, &schema, report);
        }
    }
}

fn compare(example: &Node<'_>, schema: &Node<'_>, report: &mut Report<'_>) {
    for mismatch in instance::mismatches(example, schema) {
        let fix = "mend the example, or let the schema allow it if the API does so";
        report.error(&mismatch.place, mismatch.what, fix);
    }
}

#[cfg(test)]
mod tests {
    use super::super::product::testing::spoiled;

    const ADD: &str =
        "add `examples: {documented: {summary: …, value: …}}`, with invented people and tokens";
    const MEND: &str = "mend the example, or let the schema allow it if the API does so";

    #[test]
    fn requests_and_answers_are_shown() {
        spoiled(
            "            examples:\n              named: {summary: A name., value: {text: red}}\n",
            "",
            &format!("api.yaml:24: the request body of `add_tag` has no example; {ADD}"),
        );
        spoiled(
            "              examples:\n                documented: {summary: As documented., value: {tags: [red], count: 1}}\n",
            "",
            &format!("api.yaml:32: the answer `200` of `add_tag` has no example; {ADD}"),
        );
    }

    #[test]
    fn an_example_says_what_it_shows() {
        spoiled(
            "summary: A name., ",
            "",
            "api.yaml:27: the example `named` does not say what it shows; add `summary`",
        );
        spoiled(
            "summary: A name., value: {text: red}",
            "summary: A name.",
            "api.yaml:27: the example `named` has no `value`; add it",
        );
    }

    #[test]
    fn examples_of_parameters_requests_and_answers_fit_their_schema() {
        spoiled(
            "example: '1'",
            "example: 1",
            &format!("api.yaml:20: the example has a number where the schema has string; {MEND}"),
        );
        spoiled(
            "{text: red}",
            "{txt: red}",
            &format!("api.yaml:27: the example lacks `text`, which the schema requires; {MEND}"),
        );
        spoiled(
            "count: 1}",
            "count: many}",
            &format!("api.yaml:35: the example has text where the schema has integer; {MEND}"),
        );
        spoiled(
            "type: string, maxLength: 9",
            "type: string, maxLength: 9, example: a long name",
            &format!("api.yaml:56: the example is longer than `maxLength: 9`; {MEND}"),
        );
    }
}

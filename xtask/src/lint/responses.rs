//! Responses: one type for success, one for failure.

use serde_json::Value;

use super::Report;
use crate::spec::extensions::json_schema;
use crate::spec::{Document, Node, Operation};

/// What a response gives the caller.
#[derive(Clone, Debug, PartialEq)]
enum Gives<'a> {
    Nothing,
    Bytes,
    Json(&'a Value),
}

/// Each operation has exactly one type of success and at most one of failure; `default` is both.
pub(super) fn types(document: &Document, report: &mut Report<'_>) {
    for operation in document
        .operations()
        .iter()
        .filter(|operation| !operation.is_handwritten())
    {
        let responses = operation.responses();
        statuses(operation, report);
        let success =
            |status: &str| status.starts_with('2') || status == "default" || status == "101";
        let failure = |status: &str| status.starts_with(['4', '5']) || status == "default";
        one_type(operation, "success", &responses, success, report);
        one_type(operation, "failure", &responses, failure, report);
        if !responses
            .iter()
            .any(|(status, _, _)| status.starts_with('2'))
        {
            let place = operation
                .node
                .get("responses")
                .unwrap_or_else(|| operation.node.clone());
            let what = format!("{} has no response for success", operation.name());
            report.error(
                &place,
                what,
                "add `\"200\"`, with the schema of what it answers",
            );
        }
    }
}

fn one_type<'a>(
    operation: &Operation<'a>,
    of: &str,
    responses: &[(&'a str, Node<'a>, Node<'a>)],
    counts: impl Fn(&str) -> bool,
    report: &mut Report<'_>,
) {
    let mut first: Option<(&str, Gives<'a>)> = None;
    for (status, listed, response) in responses.iter().filter(|(status, _, _)| counts(status)) {
        let gives = gives(response);
        match &first {
            None => first = Some((status, gives)),
            Some((_, other)) if *other == gives => {}
            Some((other, _)) => {
                let what = format!(
                    "`{status}` of {} gives another type than `{other}`, and {of} has only one",
                    operation.name()
                );
                let fix = match *status {
                    "default" => {
                        "replace `default` by `4XX` and `5XX` with the one error schema: `default` counts as success too"
                    }
                    _ => {
                        "give both the same `$ref`; an open field or a `oneOf` inside it can hold the difference"
                    }
                };
                report.error(listed, what, fix);
            }
        }
    }
}

fn gives<'a>(response: &Node<'a>) -> Gives<'a> {
    let has_content = response
        .get("content")
        .is_some_and(|content| !content.entries().is_empty());
    match json_schema(response) {
        Some(schema) => Gives::Json(schema.value()),
        None if has_content => Gives::Bytes,
        None => Gives::Nothing,
    }
}

fn statuses(operation: &Operation<'_>, report: &mut Report<'_>) {
    let responses = operation.node.get("responses");
    for (status, listed) in responses.iter().flat_map(Node::entries) {
        let mut letters = status.chars();
        let known = status == "default"
            || status.starts_with("x-")
            || (status.len() == 3
                && letters
                    .next()
                    .is_some_and(|first| ('1'..='5').contains(&first))
                && (letters.clone().all(|c| c.is_ascii_digit()) || letters.as_str() == "XX"));
        if !known {
            let what = format!("`{status}` is no status of a response");
            report.error(
                &listed,
                what,
                "write a number such as `\"200\"`, a range such as `4XX`, or `default`",
            );
        }
    }
}

/// JSON content has a schema, and there is one media type.
pub(super) fn content(document: &Document, report: &mut Report<'_>) {
    let mut seen = std::collections::BTreeSet::new();
    for operation in document
        .operations()
        .iter()
        .filter(|operation| !operation.is_handwritten())
    {
        for (status, _, response) in operation.responses() {
            if !seen.insert(response.pointer().to_owned()) {
                continue;
            }
            let content = response.get("content");
            let media: Vec<_> = content.iter().flat_map(Node::entries).collect();
            for (kind, media) in &media {
                if kind.starts_with("application/json") && media.get("schema").is_none() {
                    let what = format!(
                        "the JSON of `{status}` of {} has no `schema`",
                        operation.name()
                    );
                    report.error(media, what, "add one; `{}` accepts anything");
                }
                if let Some(encoding) = media.get("encoding") {
                    report.error(
                        &encoding,
                        "`encoding` of a response is not supported",
                        "remove it",
                    );
                }
            }
            if let [_, (second, other), ..] = media.as_slice() {
                let what = format!(
                    "`{status}` of {} has a second media type, `{second}`, which the client never reads",
                    operation.name()
                );
                report.minor(other, what, "keep the one that the server answers with");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{operation, own, pair};

    fn document(responses: &[&str]) -> String {
        let lines: String = responses
            .iter()
            .map(|response| format!("        {response}\n"))
            .collect();
        let schemas = "components:\n  schemas:\n    A: {type: object, properties: {a: {type: string}}}\n    E: {type: object, properties: {e: {type: string}}}\n    F: {type: object, properties: {f: {type: string}}}\n";
        operation(&format!("      responses:\n{lines}{schemas}"))
    }

    fn json(status: &str, schema: &str) -> String {
        format!(
            "'{status}': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/{schema}'}}}}}}}}"
        )
    }

    #[test]
    fn the_good_form_is_one_success_and_one_error_schema() {
        assert_eq!(
            own(&document(&[
                &json("200", "A"),
                &json("4XX", "E"),
                &json("5XX", "E")
            ])),
            [""; 0]
        );
    }

    #[test]
    fn two_success_types_are_reported_at_the_second() {
        pair(
            &document(&[&json("200", "A"), &json("201", "E")]),
            "api.yaml:10: `201` of `read` gives another type than `200`, and success has only one; give both the same `$ref`; an open field or a `oneOf` inside it can hold the difference",
            &document(&[&json("200", "A"), &json("201", "A")]),
        );
    }

    #[test]
    fn two_error_types_are_reported_at_the_second() {
        pair(
            &document(&[&json("200", "A"), &json("4XX", "E"), &json("5XX", "F")]),
            "api.yaml:11: `5XX` of `read` gives another type than `4XX`, and failure has only one; give both the same `$ref`; an open field or a `oneOf` inside it can hold the difference",
            &document(&[&json("200", "A"), &json("4XX", "E"), &json("5XX", "E")]),
        );
    }

    #[test]
    fn default_counts_as_success_and_as_failure() {
        let problems = own(&document(&[
            &json("200", "A"),
            &json("4XX", "E"),
            &json("default", "E"),
        ]));
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(
            problems[0].contains("`default` of `read` gives another type than `200`")
                && problems[0].contains("replace `default` by")
        );
    }

    #[test]
    fn an_empty_answer_beside_json_is_another_type() {
        assert_eq!(
            own(&document(&[
                &json("200", "A"),
                "'204': {description: none}"
            ]))
            .len(),
            1
        );
    }

    #[test]
    fn an_operation_without_success_is_reported() {
        pair(
            &document(&[&json("4XX", "E")]),
            "api.yaml:8: `read` has no response for success; add `\"200\"`, with the schema of what it answers",
            &document(&[&json("200", "A"), &json("4XX", "E")]),
        );
    }

    #[test]
    fn json_without_a_schema_is_reported() {
        pair(
            &document(&["'200': {description: d, content: {application/json: {}}}"]),
            "api.yaml:9: the JSON of `200` of `read` has no `schema`; add one; `{}` accepts anything",
            &document(&["'200': {description: d, content: {application/json: {schema: {}}}}"]),
        );
    }

    #[test]
    fn a_status_that_is_none_is_reported() {
        for status in ["20", "2xx", "600", "ok"] {
            let problems = own(&document(&[&json("200", "A"), &json(status, "A")]));
            assert!(
                problems[0].contains(&format!("`{status}` is no status")),
                "{problems:?}"
            );
        }
    }

    #[test]
    fn a_second_media_type_of_an_answer_is_reported() {
        let two = json("200", "A").replace(
            "{application/json",
            "{text/csv: {schema: {type: string}}, application/json",
        );
        assert!(own(&document(&[&two]))[0].contains("has a second media type"));
    }
}

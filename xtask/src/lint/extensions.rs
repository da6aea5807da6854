//! Our own `x-` keys: known, at their place, with a value that means something.

use serde_json::Value;

use super::{Audience, Report};
use crate::names;
use crate::spec::extensions::{self, Problem};
use crate::spec::{Document, Node};

/// Where a key of ours has a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Operation,
    ComponentSchema,
    Anywhere,
}

const KEYS: [(&str, Place); 8] = [
    ("x-idempotent", Place::Operation),
    ("x-paging", Place::Operation),
    ("x-handwritten", Place::Operation),
    ("x-handwritten-type", Place::ComponentSchema),
    ("x-handwritten-impls", Place::ComponentSchema),
    ("x-extensible-enum", Place::ComponentSchema),
    ("x-source", Place::Anywhere),
    ("x-observed", Place::Anywhere),
];

const SOURCES: [&str; 3] = ["doc", "observed", "guess"];

/// The keys whose value is data.
const DATA: [&str; 4] = ["example", "default", "enum", "value"];

/// A key that nobody reads is a slip of the pen, and so is one at a place where nobody looks.
pub(super) fn own_keys(document: &Document, report: &mut Report<'_>) {
    // Other people's keys mean other things.
    if report.audience == Audience::Foreign {
        return;
    }
    let operations: std::collections::BTreeSet<String> = document
        .operations()
        .iter()
        .map(|operation| operation.node.pointer().to_owned())
        .collect();
    let mut waiting = vec![(document.root(), false)];
    while let Some((node, names)) = waiting.pop() {
        for (key, child) in node.entries() {
            if names {
                waiting.push((child, false));
            } else if key.starts_with("x-") {
                let place = place(&node, &operations);
                check(key, &child, place, report);
            } else if !DATA.contains(&key) {
                waiting.push((child, key == "properties"));
            }
        }
        waiting.extend(node.items().into_iter().map(|item| (item, false)));
    }
}

fn place(node: &Node<'_>, operations: &std::collections::BTreeSet<String>) -> Place {
    let pointer = node.pointer();
    if operations.contains(pointer) {
        Place::Operation
    } else if pointer
        .strip_prefix("/components/schemas/")
        .is_some_and(|name| !name.contains('/'))
    {
        Place::ComponentSchema
    } else {
        Place::Anywhere
    }
}

fn check(key: &str, node: &Node<'_>, place: Place, report: &mut Report<'_>) {
    let Some((_, wanted)) = KEYS.iter().find(|(known, _)| *known == key) else {
        let known = KEYS.map(|(known, _)| known).join(", ");
        report.error(
            node,
            format!("`{key}` is none of our keys"),
            format!("use one of {known}"),
        );
        return;
    };
    if *wanted != Place::Anywhere && *wanted != place {
        let place = if *wanted == Place::Operation {
            "an operation"
        } else {
            "a component schema"
        };
        report.error(
            node,
            format!("`{key}` has no meaning here"),
            format!("put it on {place}"),
        );
        return;
    }
    match key {
        "x-source"
            if !node
                .value()
                .as_str()
                .is_some_and(|text| SOURCES.contains(&text)) =>
        {
            report.error(
                node,
                format!("`x-source` is {}", node.value()),
                "write doc, observed or guess",
            );
        }
        "x-observed"
            if !node
                .value()
                .as_str()
                .is_some_and(|text| !text.trim().is_empty() && !text.trim().contains('\n')) =>
        {
            report.error(
                node,
                "`x-observed` is not one line of text",
                "write what was seen and how sure it is, in quotes",
            );
        }
        "x-handwritten"
            if !matches!(node.value(), Value::Bool(_))
                && node
                    .value()
                    .as_str()
                    .is_none_or(|text| text.trim().is_empty()) =>
        {
            report.error(
                node,
                "`x-handwritten` gives no reason",
                "write why its code is written by hand, in quotes",
            );
        }
        _ => {}
    }
}

/// An open enum is a text with the values known so far; `X` brings the type `KnownX` with it.
pub(super) fn open_enums(document: &Document, report: &mut Report<'_>) {
    let schemas = document
        .root()
        .get("components")
        .and_then(|components| components.get("schemas"));
    for (name, schema) in schemas.iter().flat_map(Node::entries) {
        let Some(values) = schema.get("x-extensible-enum") else {
            continue;
        };
        let texts = values.items().iter().all(|value| value.value().is_string());
        if values.items().is_empty() || !texts {
            report.error(
                &values,
                "`x-extensible-enum` is not a list of texts",
                "list the values known so far, such as `[INBOX, COMMENT]`",
            );
        }
        if schema.text("type") != Some("string") || schema.get("enum").is_some() {
            report.error(
                &schema,
                format!("the open enum `{name}` is no plain text"),
                "write `type: string`, and no `enum`",
            );
        }
        let known = names::pascal(&format!("Known{name}"));
        if let Some((other, taken)) = schemas
            .iter()
            .flat_map(Node::entries)
            .find(|(other, _)| names::pascal(other) == known)
        {
            let what = format!(
                "the schema `{other}` has the name of the values known of the open enum `{name}`"
            );
            report.error(&taken, what, "give it another name");
        }
    }
}

/// What the operation table and the replaced types are made of.
pub(super) fn table(document: &Document, report: &mut Report<'_>) {
    let mut problems = Vec::new();
    for operation in document.operations() {
        extensions::token(document, &operation, &mut problems);
        extensions::paging(&operation, &mut problems);
        extensions::idempotent(&operation, &mut problems);
    }
    extensions::handwritten_types(document, &mut problems);
    for Problem {
        node,
        what,
        fix,
        minor,
    } in problems
    {
        // A foreign document that does not know the key has nothing to be told.
        if minor && report.audience == Audience::Foreign && what.contains("safe to repeat") {
            continue;
        }
        if minor {
            report.minor(&node, what, fix)
        } else {
            report.error(&node, what, fix)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{HEAD, foreign, in_response, operation, own, pair};

    const PAGING: &str = "x-paging: {dialect: cursor, parameter: last, items: things, size: 60}";

    fn paged(paging: &str) -> String {
        operation(&format!(
            "      {paging}\n      parameters:\n        - {{name: last, in: query, schema: {{type: string}}}}\n        - {{name: size, in: query, schema: {{type: integer}}}}\n      responses: {{'200': {{description: ok, content: {{application/json: {{schema: {{type: object, properties: {{things: {{type: array, items: {{}}}}, total: {{type: integer}}}}}}}}}}}}}}\n"
        ))
    }

    #[test]
    fn the_four_paging_dialects_are_known() {
        for paging in [
            PAGING.to_owned(),
            PAGING.replace("cursor", "count"),
            PAGING.replace("cursor", "offset"),
            "x-paging: {dialect: page, parameter: last, size_parameter: size, max_size: 100, items: things, total: total}".to_owned(),
        ] {
            assert_eq!(own(&paged(&paging)), [""; 0], "{paging}");
        }
    }

    #[test]
    fn paging_that_means_nothing_is_reported() {
        for (from, to, problem) in [
            (
                "cursor",
                "cursr",
                "`x-paging` has the unknown dialect `cursr`",
            ),
            ("dialect: cursor, ", "", "`x-paging` has no `dialect`"),
            (
                "parameter: last",
                "parameter: first",
                "`x-paging` names `first`, which is no query parameter of `read`",
            ),
            (
                "items: things",
                "items: stuff",
                "`x-paging` names `stuff`, which the response does not have",
            ),
            (
                "items: things",
                "items: 7",
                "`x-paging` needs a name in `items`",
            ),
            (
                "size: 60",
                "size: '60'",
                "`x-paging` needs a whole number above 0 in `size`",
            ),
            (
                "size: 60",
                "size: 60, total: total",
                "`x-paging` of this dialect has no key `total`",
            ),
        ] {
            let problems = own(&paged(&PAGING.replace(from, to)));
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(
                problems[0].starts_with(&format!("api.yaml:8: {problem}; ")),
                "{problems:?}"
            );
        }
    }

    #[test]
    fn every_operation_of_ours_says_whether_it_is_safe_to_repeat() {
        let good = operation("      responses: {'200': {description: ok}}\n");
        let bad = good.replace("      x-idempotent: true\n", "");
        pair(
            &bad,
            "api.yaml:5: `read` does not say whether it is safe to repeat; add `x-idempotent: true` or `x-idempotent: false`",
            &good,
        );
        assert_eq!(foreign(&bad), [""; 0]);
        assert!(
            own(&good.replace("true", "maybe"))[0]
                .contains("`x-idempotent` is neither true nor false")
        );
    }

    fn secured(security: &str) -> String {
        format!(
            "{}components:\n  securitySchemes:\n    user: {{type: apiKey, in: query, name: access_token}}\n    other: {{type: http, scheme: basic}}\n",
            operation(&format!(
                "      security: {security}\n      responses: {{'200': {{description: ok}}}}\n"
            ))
        )
    }

    #[test]
    fn security_names_a_scheme_that_is_declared() {
        pair(
            &secured("[{usr: []}]"),
            "api.yaml:8: `security` names the scheme `usr`, which `components.securitySchemes` does not have; declare it there, or name one that is declared",
            &secured("[{user: []}]"),
        );
        assert_eq!(own(&secured("[]")), [""; 0]);
    }

    #[test]
    fn a_scheme_that_the_client_does_not_know_is_a_note_for_others() {
        assert!(own(&secured("[{other: []}]"))[0].contains("is neither of the tokens"));
        assert!(
            foreign(&secured("[{other: []}]"))[0]
                .starts_with("api.yaml:8: note: the security scheme `other`")
        );
        assert!(own(&secured("[{user: []}, {other: []}]"))[0].contains("more than one scheme"));
    }

    #[test]
    fn unknown_and_misplaced_keys_of_ours_are_reported() {
        pair(
            &in_response("{type: object, x-sauce: doc}"),
            "api.yaml:11: `x-sauce` is none of our keys; use one of x-idempotent, x-paging, x-handwritten, x-handwritten-type, x-handwritten-impls, x-extensible-enum, x-source, x-observed",
            &in_response("{type: object, x-source: doc}"),
        );
        assert!(
            own(&in_response("{type: object, x-idempotent: true}"))[0]
                .ends_with("has no meaning here; put it on an operation")
        );
        assert!(
            own(&in_response(
                "{type: object, properties: {a: {type: string, x-handwritten-type: 'crate::A'}}}"
            ))[0]
                .ends_with("put it on a component schema")
        );
        assert_eq!(
            foreign(&in_response("{type: object, x-sauce: doc}")),
            [""; 0]
        );
    }

    #[test]
    fn values_of_our_keys_are_checked() {
        assert!(
            own(&in_response("{type: object, x-source: heard}"))[0]
                .contains("`x-source` is \"heard\"; write doc, observed or guess")
        );
        assert!(
            own(&in_response("{type: object, x-observed: ''}"))[0]
                .contains("`x-observed` is not one line")
        );
        assert!(
            own(&in_response(
                "{type: string, x-handwritten-type: 'not a path'}"
            ))[0]
                .contains("is not the path of a Rust type")
        );
        assert!(
            own(&in_response(
                "{type: string, x-handwritten-impls: [Display]}"
            ))[0]
                .contains("stands without `x-handwritten-type`")
        );
        assert!(
            own(&in_response(
                "{type: string, x-handwritten-type: 'crate::A', x-handwritten-impls: [Dispaly]}"
            ))[0]
                .contains("which the generator does not know; use some of FromStr")
        );
        let reasonless = format!(
            "{HEAD}paths:\n  /a:\n    get: {{operationId: a, x-idempotent: true, x-handwritten: '', responses: {{'200': {{description: ok}}}}}}\n"
        );
        assert!(own(&reasonless)[0].contains("`x-handwritten` gives no reason"));
    }

    #[test]
    fn an_open_enum_is_a_text_with_a_list_of_texts() {
        let good = "{type: string, x-extensible-enum: [INBOX, COMMENT]}";
        pair(
            &in_response(&good.replace("COMMENT", "1")),
            "api.yaml:11: `x-extensible-enum` is not a list of texts; list the values known so far, such as `[INBOX, COMMENT]`",
            &in_response(good),
        );
        assert!(
            own(&in_response(&good.replace("string", "integer")))[0].contains("is no plain text")
        );
        assert!(
            own(&in_response(&format!(
                "{good}\n    KnownA: {{type: object}}"
            )))[0]
                .contains("the schema `KnownA` has the name of")
        );
    }

    #[test]
    fn a_property_may_be_called_like_a_key_of_ours() {
        assert_eq!(
            own(&in_response(
                "{type: object, properties: {x-anything: {type: string}}}"
            )),
            [""; 0]
        );
    }
}

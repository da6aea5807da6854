//! Our own `x-` keys: known, at their place, with a value that means something.

use serde_json::Value;

use super::{Audience, Report};
use crate::names;
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

/// An open enum is a text with the values known so far, none of them called like the variant for all others.
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
        for value in values.items() {
            if value.value().as_str().map(names::pascal).as_deref() == Some("Other") {
                let what = format!(
                    "a value of the open enum `{name}` has the name of the variant for values that nobody listed"
                );
                report.error(
                    &value,
                    what,
                    "take it out of the list; it is read as any other value",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{HEAD, foreign, in_response, own, pair};

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
            own(&in_response(&good.replace("COMMENT", "other")))[0]
                .contains("has the name of the variant for values that nobody listed")
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

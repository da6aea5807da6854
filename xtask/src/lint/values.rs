//! Values that a schema names: those of an enum, a default, a pattern.

use std::collections::BTreeMap;

use super::Report;
use crate::names;
use crate::spec::{Document, Node};

/// The values of an enum, closed or open, become variants: each is there once and has a name of its own.
pub(super) fn enums(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        for key in ["enum", "x-extensible-enum"] {
            let Some(values) = schema.node.get(key) else {
                continue;
            };
            if key == "enum" && values.value().is_array() && values.items().is_empty() {
                let what = "an `enum` without values is dropped";
                report.error(&values, what, "list its values, or remove it");
            }
            variants(&values, report);
        }
    }
}

fn variants(values: &Node<'_>, report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for item in values.items() {
        let Some(value) = item.value().as_str() else {
            continue;
        };
        let name = names::pascal(value);
        match seen.get(&name) {
            Some(other) if *other == value => {
                report.error(&item, format!("`{value}` is listed twice"), "remove one");
            }
            Some(other) => {
                let what =
                    format!("the values `{other}` and `{value}` both become `{name}` in Rust");
                let fix = "write a plain `type: string`, and list the values in the description";
                report.minor(&item, what, fix);
            }
            None => {
                seen.insert(name, value);
            }
        }
    }
}

/// With `default` a field is always sent, and an answer does not tell whether it was there.
pub(super) fn defaults(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        if let Some(default) = schema.node.get("default") {
            let what = "with `default` a request always sends the field, and an answer cannot tell that it was absent";
            let fix = "remove it, and say in the description what the server assumes";
            report.minor(&default, what, fix);
        }
    }
}

/// A pattern is a regular expression.
pub(super) fn patterns(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        let Some(pattern) = schema.node.get("pattern") else {
            continue;
        };
        let Some(text) = pattern.value().as_str() else {
            continue;
        };
        if let Err(error) = regress::Regex::new(text) {
            let what = format!(
                "the pattern `{text}` is no regular expression: {}",
                error.text
            );
            let fix = "mend it, as JavaScript reads it; single quotes keep its backslashes";
            report.error(&pattern, what, fix);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{foreign, in_request, in_response, own, pair};

    #[test]
    fn values_listed_twice_and_without_a_name_of_their_own_are_reported() {
        pair(
            &in_request("{type: string, enum: [a, b, a]}"),
            "api.yaml:12: `a` is listed twice; remove one",
            &in_request("{type: string, enum: [a, b]}"),
        );
        pair(
            &in_request("{type: string, enum: [add, ADD]}"),
            "api.yaml:12: the values `add` and `ADD` both become `Add` in Rust; write a plain `type: string`, and list the values in the description",
            &in_request("{type: string, enum: [add, remove]}"),
        );
        let open = in_response("{type: string, x-extensible-enum: [INBOX, INBOX]}");
        assert!(own(&open)[0].contains("`INBOX` is listed twice"));
    }

    #[test]
    fn an_enum_without_values_is_reported() {
        assert!(own(&in_request("{type: string, enum: []}"))[0].contains("without values"));
    }

    #[test]
    fn a_default_is_reported_because_it_is_always_sent() {
        let bad = in_request("{type: object, properties: {a: {type: integer, default: 5}}}");
        pair(
            &bad,
            "api.yaml:12: with `default` a request always sends the field, and an answer cannot tell that it was absent; remove it, and say in the description what the server assumes",
            &in_request("{type: object, properties: {a: {type: integer}}}"),
        );
        assert!(foreign(&bad)[0].contains(": note: "));
    }

    #[test]
    fn a_pattern_that_is_none_is_reported() {
        assert!(
            own(&in_request("{type: string, pattern: '['}"))[0]
                .starts_with("api.yaml:12: the pattern `[` is no regular expression: ")
        );
        assert_eq!(own(&in_request("{type: string, pattern: '^a+$'}")), [""; 0]);
    }
}

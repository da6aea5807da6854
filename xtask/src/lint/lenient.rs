//! Responses are read leniently: one odd value must not cost the whole answer.

use serde_json::Value;

use super::Report;
use crate::spec::{Direction, Document};

/// A response is read leniently: one odd value must not cost the whole answer.
pub(super) fn responses(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        let node = &schema.node;
        if schema.direction != Direction::Response || node.get("x-handwritten-type").is_some() {
            continue;
        }
        if let Some(closed) = node
            .get("additionalProperties")
            .filter(|rest| rest.value() == &Value::Bool(false))
        {
            let what = "`additionalProperties: false` in a response fails the whole answer when a field is added";
            report.minor(
                &closed,
                what,
                "remove it, or write `additionalProperties: {}` to keep unknown fields",
            );
        }
        let format = node
            .get("format")
            .filter(|format| node.text("type") == Some("string") && format.value().is_string());
        if let Some(format) = format {
            let text = format.value().as_str().unwrap_or_default();
            if matches!(
                text,
                "date-time" | "date" | "time" | "uuid" | "ip" | "ipv4" | "ipv6"
            ) {
                let what = format!(
                    "`format: {text}` in a response fails the whole answer when one value is odd, such as a time without a zone"
                );
                report.minor(
                    &format,
                    what,
                    "refer to a component with `x-handwritten-type`, or remove the format",
                );
            }
        }
        // A component that allows nothing but null is how "or null" is written beside a `$ref`.
        let values = node
            .get("enum")
            .filter(|values| values.value() != &serde_json::json!([null]));
        if let Some(values) = values.filter(|values| values.items().len() > 1) {
            let what =
                "`enum` in a response fails the whole answer at the first value that is not listed";
            report.minor(
                &values,
                what,
                "write `x-extensible-enum` on a component schema, and refer to it",
            );
        }
        for key in ["pattern", "minLength", "maxLength", "minItems", "maxItems"] {
            if let Some(bound) = node.get(key) {
                let what = format!(
                    "`{key}` in a response fails the whole answer when one value is outside"
                );
                report.minor(&bound, what, "say it in the description");
            }
        }
    }
}
#[cfg(test)]
mod tests {
    use super::super::testing::{foreign, in_request, in_response, own, pair};

    #[test]
    fn closed_objects_are_refused_in_responses_only() {
        let closed = "{type: object, properties: {a: {type: string}}, additionalProperties: false}";
        pair(
            &in_response(closed),
            "api.yaml:11: `additionalProperties: false` in a response fails the whole answer when a field is added; remove it, or write `additionalProperties: {}` to keep unknown fields",
            &in_request(closed),
        );
        assert!(foreign(&in_response(closed))[0].contains(": note: "));
    }

    #[test]
    fn values_that_fail_when_odd_are_refused_in_responses_only() {
        for (schema, part) in [
            ("{type: string, format: date-time}", "`format: date-time`"),
            ("{type: string, enum: [a, b]}", "`enum`"),
            ("{type: string, minLength: 1}", "`minLength`"),
            ("{type: string, pattern: '^a'}", "`pattern`"),
            ("{type: array, items: {}, minItems: 2}", "`minItems`"),
        ] {
            let problems = own(&in_response(schema));
            assert_eq!(problems.len(), 1, "{schema}: {problems:?}");
            assert!(
                problems[0].starts_with(&format!("api.yaml:11: {part} in a response")),
                "{problems:?}"
            );
            assert_eq!(own(&in_request(schema)), [""; 0]);
        }
    }

    #[test]
    fn a_replaced_component_may_say_what_its_text_looks_like() {
        let schema =
            "{type: string, format: date-time, x-handwritten-type: 'crate::timestamp::Timestamp'}";
        assert_eq!(own(&in_response(schema)), [""; 0]);
    }
}

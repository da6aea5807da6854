//! Shapes of schemas that the generator cannot translate, or translates into something else.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Report;
use crate::names;
use crate::spec::{Direction, Document, Node, Schema};

/// Formats that become a type of a crate that the client does not have.
const FOREIGN_FORMATS: [&str; 1] = ["uuid"];

/// The shapes that come out as they were meant.
pub(super) fn forms(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        let node = &schema.node;
        if let Some(not) = node.get("not") {
            let fix = "say what the value is, not what it is not";
            report.error(&not, "`not` makes the generator panic", fix);
        }
        untyped(node, report);
        merged(node, report);
        dropped(node, report);
        format(schema, report);
    }
}

fn untyped(node: &Node<'_>, report: &mut Report<'_>) {
    if ["type", "allOf", "oneOf"]
        .iter()
        .any(|key| node.get(key).is_some())
    {
        return;
    }
    if let Some(properties) = node.get("properties").filter(|map| map.value().is_object()) {
        let what =
            "`properties` without `type: object` becomes an enum of an object and anything else";
        report.error(&properties, what, "add `type: object`");
    }
}

fn merged(node: &Node<'_>, report: &mut Report<'_>) {
    let mut first: Option<String> = None;
    for part in node.get("allOf").iter().flat_map(Node::items) {
        let target = part.resolve();
        let Some(kind) = target.as_ref().and_then(|target| target.text("type")) else {
            continue;
        };
        match &first {
            None => first = Some(kind.to_owned()),
            Some(other) if other == kind => {}
            Some(other) => {
                let what =
                    format!("nothing is both {other} and {kind}, so the type could never be made");
                report.error(&part, what, "give all parts of `allOf` the same `type`");
            }
        }
    }
}

fn dropped(node: &Node<'_>, report: &mut Report<'_>) {
    let rest = node.get("additionalProperties");
    let has_properties = node
        .get("properties")
        .is_some_and(|map| !map.entries().is_empty());
    if let Some(rest) = rest.filter(|rest| rest.value() == &Value::Bool(true))
        && has_properties
        && node.get("x-handwritten-type").is_none()
    {
        let what = "`additionalProperties: true` beside `properties` drops what it seems to keep";
        let fix = "write `additionalProperties: {}` to keep unknown fields, or remove it";
        report.minor(&rest, what, fix);
    }
}

fn format(schema: &Schema<'_>, report: &mut Report<'_>) {
    let node = &schema.node;
    // In answers another rule says it, with other advice.
    if schema.direction == Direction::Response || node.get("x-handwritten-type").is_some() {
        return;
    }
    let Some(format) = node.get("format") else {
        return;
    };
    let text = format.value().as_str().unwrap_or_default();
    if node.text("type") == Some("string") && FOREIGN_FORMATS.contains(&text) {
        let what =
            format!("`format: {text}` becomes a type of a crate that the client does not have");
        let fix = "remove it, or refer to a component with `x-handwritten-type`";
        report.error(&format, what, fix);
    }
}

/// A title is a name for the generator: an inline object called like a component becomes that component.
pub(super) fn titles(document: &Document, report: &mut Report<'_>) {
    let components: BTreeSet<String> = document
        .components("schemas")
        .iter()
        .map(|(name, _)| names::pascal(name))
        .collect();
    for schema in report.schemas().iter() {
        let node = &schema.node;
        let makes_a_type = ["properties", "enum", "oneOf"]
            .iter()
            .any(|key| node.get(key).is_some());
        let Some(title) = node.get("title").filter(|_| makes_a_type) else {
            continue;
        };
        let text = title.value().as_str().unwrap_or_default();
        let own = node
            .pointer()
            .strip_prefix("/components/schemas/")
            .is_some_and(|name| names::pascal(name) == names::pascal(text));
        if components.contains(&names::pascal(text)) && !own {
            let what = format!(
                "the title `{text}` makes this the component of that name, whatever it says here"
            );
            report.error(
                &title,
                what,
                "give it another title, or refer to the component",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{foreign, in_request, in_response, own, pair};

    #[test]
    fn not_is_refused() {
        pair(
            &in_request("{type: object, properties: {a: {not: {type: object}}}}"),
            "api.yaml:12: `not` makes the generator panic; say what the value is, not what it is not",
            &in_request("{type: object, properties: {a: {type: string}}}"),
        );
    }

    #[test]
    fn properties_need_a_type_beside_them() {
        pair(
            &in_request("{properties: {a: {type: string}}}"),
            "api.yaml:12: `properties` without `type: object` becomes an enum of an object and anything else; add `type: object`",
            &in_request("{type: object, properties: {a: {type: string}}}"),
        );
    }

    #[test]
    fn parts_that_no_value_can_be_at_once_are_reported() {
        pair(
            &in_request("{allOf: [{type: string}, {type: integer}]}"),
            "api.yaml:12: nothing is both string and integer, so the type could never be made; give all parts of `allOf` the same `type`",
            &in_request("{allOf: [{type: object}, {type: object}]}"),
        );
    }

    #[test]
    fn unknown_fields_that_are_dropped_in_silence_are_reported() {
        let bad = in_response(
            "{type: object, properties: {a: {type: string}}, additionalProperties: true}",
        );
        pair(
            &bad,
            "api.yaml:11: `additionalProperties: true` beside `properties` drops what it seems to keep; write `additionalProperties: {}` to keep unknown fields, or remove it",
            &bad.replace("additionalProperties: true", "additionalProperties: {}"),
        );
        assert!(foreign(&bad)[0].contains(": note: "));
        assert_eq!(
            own(&in_response("{type: object, additionalProperties: true}")),
            [""; 0]
        );
    }

    #[test]
    fn a_format_of_a_crate_that_is_not_there_is_reported() {
        pair(
            &in_request("{type: string, format: uuid}"),
            "api.yaml:12: `format: uuid` becomes a type of a crate that the client does not have; remove it, or refer to a component with `x-handwritten-type`",
            &in_request("{type: string}"),
        );
    }

    #[test]
    fn a_title_does_not_take_the_name_of_a_component() {
        let titled = |title: &str| {
            in_request(&format!(
                "{{type: object, properties: {{b: {{type: object, title: {title}, properties: {{z: {{type: string}}}}}}}}}}\n    Tag: {{type: object}}"
            ))
        };
        pair(
            &titled("tag"),
            "api.yaml:12: the title `tag` makes this the component of that name, whatever it says here; give it another title, or refer to the component",
            &titled("other"),
        );
    }
}

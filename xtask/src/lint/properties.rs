//! Properties: their fields in Rust.

use std::collections::BTreeMap;

use super::Report;
use crate::names;
use crate::spec::{Document, Node};

/// `additionalProperties` with a schema becomes a field called `extra`.
pub(super) fn extra(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        if !schema
            .node
            .get("additionalProperties")
            .is_some_and(|rest| rest.value().is_object())
        {
            continue;
        }
        let properties = schema.node.get("properties");
        for (name, property) in properties.iter().flat_map(Node::entries) {
            if names::snake(name) == "extra" {
                let what = format!(
                    "the property `{name}` collides with `extra`, the field that keeps unknown properties"
                );
                report.error(
                    &property,
                    what,
                    "remove `additionalProperties` from this object",
                );
            }
        }
    }
}

/// No two properties become the same field, and what is required is there.
pub(super) fn fields(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        let Some(properties) = schema.node.get("properties") else {
            continue;
        };
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (name, property) in properties.entries() {
            let rust = names::snake(name);
            if let Some(other) = seen.get(&rust) {
                let what =
                    format!("the properties `{other}` and `{name}` both become `{rust}` in Rust");
                report.error(
                    &property,
                    what,
                    "drop one; `additionalProperties: {}` keeps its value",
                );
            } else {
                seen.insert(rust, name);
            }
        }
        let combined = ["allOf", "oneOf"]
            .iter()
            .any(|key| schema.node.get(key).is_some());
        for required in schema.node.get("required").iter().flat_map(Node::items) {
            let Some(name) = required.value().as_str() else {
                continue;
            };
            if properties.get(name).is_none() && !combined {
                report.minor(
                    &required,
                    format!("`{name}` is required, but no property"),
                    "add it to `properties`, or take it out of `required`",
                );
            }
        }
    }
}
#[cfg(test)]
mod tests {
    use super::super::testing::{in_response, pair};

    #[test]
    fn a_property_called_extra_collides_with_the_open_field() {
        pair(
            &in_response(
                "{type: object, additionalProperties: {}, properties: {extra: {type: string}}}",
            ),
            "api.yaml:11: the property `extra` collides with `extra`, the field that keeps unknown properties; remove `additionalProperties` from this object",
            &in_response("{type: object, properties: {extra: {type: string}}}"),
        );
    }

    #[test]
    fn properties_that_collide_in_rust_are_reported() {
        pair(
            &in_response(
                "{type: object, properties: {pageId: {type: string}, page_id: {type: string}}}",
            ),
            "api.yaml:11: the properties `pageId` and `page_id` both become `page_id` in Rust; drop one; `additionalProperties: {}` keeps its value",
            &in_response("{type: object, properties: {page_id: {type: string}}}"),
        );
    }

    #[test]
    fn what_is_required_must_be_a_property() {
        pair(
            &in_response("{type: object, required: [a, b], properties: {a: {type: string}}}"),
            "api.yaml:11: `b` is required, but no property; add it to `properties`, or take it out of `required`",
            &in_response("{type: object, required: [a], properties: {a: {type: string}}}"),
        );
    }
}

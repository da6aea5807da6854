//! Properties of answers: where each is known from, and that one that is absent or null costs nothing.

use serde_json::Value;

use super::super::Report;
use crate::spec::{Direction, Document, Node, Schema};

/// The properties of an answer's object, outside of types that people write by hand.
pub(super) fn properties<'a>(schema: &Schema<'a>) -> Vec<(&'a str, Node<'a>)> {
    if schema.direction != Direction::Response || inside_handwritten(&schema.node) {
        return Vec::new();
    }
    let properties = schema.node.get("properties");
    properties.iter().flat_map(Node::entries).collect()
}

fn inside_handwritten(node: &Node<'_>) -> bool {
    let rest = node.pointer().strip_prefix("/components/schemas/");
    let name = rest.and_then(|rest| rest.split('/').next());
    name.is_some_and(|name| {
        let component = node
            .document()
            .target(&format!("#/components/schemas/{name}"));
        component.is_some_and(|component| component.get("x-handwritten-type").is_some())
    })
}

/// A reader can tell which claims are safe.
pub(in crate::lint) fn provenance(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        for (name, property) in properties(schema) {
            if property.get("x-source").is_none() {
                let what = format!("nobody can tell where `{name}` is known from");
                let fix = "add `x-source: doc`, `observed` or `guess`";
                report.error(&property, what, fix);
            }
        }
    }
}

/// What an answer leaves out or answers with null must not cost the rest of it.
pub(in crate::lint) fn optional_and_nullable(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        let properties = properties(schema);
        if properties.is_empty() {
            continue;
        }
        for required in schema.node.get("required").iter().flat_map(Node::items) {
            let what = format!(
                "`{}` is required, so an answer without it is lost as a whole",
                required.value().as_str().unwrap_or_default()
            );
            report.error(
                &required,
                what,
                "take it out of `required`: the field becomes an `Option`",
            );
        }
        for (name, property) in properties {
            if !accepts_null(&property, 0) {
                let what =
                    format!("`{name}` may not be null, so an answer with null in it is lost");
                let fix = "add `nullable: true`; beside a `$ref`, `oneOf` it and `#/components/schemas/JsonNull`";
                report.error(&property, what, fix);
            }
        }
    }
}

fn accepts_null(schema: &Node<'_>, depth: usize) -> bool {
    let Some(schema) = schema.resolve().filter(|_| depth < 16) else {
        // What dangles or goes round is another rule's business.
        return true;
    };
    if schema.flag("nullable") {
        return true;
    }
    if let Some(variants) = schema.get("oneOf") {
        return variants
            .items()
            .iter()
            .any(|inner| accepts_null(inner, depth + 1));
    }
    if let Some(parts) = schema.get("allOf") {
        return parts
            .items()
            .iter()
            .all(|inner| accepts_null(inner, depth + 1));
    }
    let closed = |key: &str| {
        schema
            .value()
            .get(key)
            .is_some_and(|value| value != &Value::Null)
    };
    !closed("type") && !closed("enum")
}

#[cfg(test)]
mod tests {
    use super::super::testing::spoiled;

    #[test]
    fn a_property_of_an_answer_says_where_it_is_known_from() {
        spoiled(
            ", x-source: observed}",
            "}",
            "api.yaml:63: nobody can tell where `count` is known from; add `x-source: doc`, `observed` or `guess`",
        );
    }

    #[test]
    fn a_property_of_an_answer_may_be_absent() {
        spoiled(
            "      properties:\n        tags:",
            "      required: [count]\n      properties:\n        tags:",
            "api.yaml:61: `count` is required, so an answer without it is lost as a whole; take it out of `required`: the field becomes an `Option`",
        );
    }

    #[test]
    fn a_property_and_a_list_of_an_answer_may_be_null() {
        let fix =
            "add `nullable: true`; beside a `$ref`, `oneOf` it and `#/components/schemas/JsonNull`";
        spoiled(
            "type: integer, nullable: true",
            "type: integer",
            &format!(
                "api.yaml:63: `count` may not be null, so an answer with null in it is lost; {fix}"
            ),
        );
        spoiled(
            "type: array, nullable: true",
            "type: array",
            &format!(
                "api.yaml:62: `tags` may not be null, so an answer with null in it is lost; {fix}"
            ),
        );
        spoiled(
            "type: integer, nullable: true",
            "oneOf: [{type: integer}, {type: boolean}]",
            &format!(
                "api.yaml:63: `count` may not be null, so an answer with null in it is lost; {fix}"
            ),
        );
    }
}

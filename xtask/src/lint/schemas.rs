//! Schemas: the forms that the generator refuses, or turns into types that do not hold what is sent.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Report;
use crate::names;
use crate::spec::{Document, Node};

/// No two component schemas become the same type, nor the type of an inline body or response.
pub(super) fn names(document: &Document, report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let schemas = document
        .root()
        .get("components")
        .and_then(|components| components.get("schemas"));
    for (name, schema) in schemas.iter().flat_map(Node::entries) {
        let rust = names::pascal(name);
        if rust == "Default" {
            let what = "a type called `Default` hides the trait that the generated code calls";
            report.error(&schema, what, "give the schema another name");
        }
        if let Some(other) = seen.get(&rust) {
            let what = format!("the schemas {other} and `{name}` both become `{rust}` in Rust");
            report.error(&schema, what, "give one of them another name");
        } else {
            seen.insert(rust, format!("`{name}`"));
        }
    }
    for operation in document
        .operations()
        .iter()
        .filter(|operation| !operation.is_handwritten())
    {
        let body = operation.body();
        let responses = operation.responses();
        let success = responses
            .iter()
            .map(|(_, _, response)| ("response", response.clone()));
        for (suffix, holder) in body.into_iter().map(|body| ("body", body)).chain(success) {
            let inline = crate::spec::extensions::json_schema(&holder)
                .filter(|schema| schema.reference().is_none());
            let Some(schema) = inline else { continue };
            let rust = names::pascal(&format!("{}-{suffix}", operation.id().unwrap_or_default()));
            if let Some(other) = seen.get(&rust) {
                let what = format!(
                    "the inline schema here becomes `{rust}` in Rust, as the schema {other} does"
                );
                report.error(
                    &schema,
                    what,
                    "refer to that schema with `$ref`, or give it another name",
                );
            }
        }
    }
}

/// `anyOf` compiles to code that fails when it runs.
pub(super) fn combinations(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        if let Some(any) = schema.node.get("anyOf") {
            let fix = "use `oneOf`, or one object with optional properties";
            report.error(&any, "`anyOf` becomes code that fails when it runs", fix);
        }
        for key in ["oneOf", "allOf"] {
            if let Some(list) = schema.node.get(key).filter(|list| list.items().is_empty()) {
                report.error(
                    &list,
                    format!("`{key}` has no schema in it"),
                    "list the schemas, or remove it",
                );
            }
        }
    }
}

/// `type` is one that OpenAPI 3.0 has, and the bounds and values fit it.
pub(super) fn types(_: &Document, report: &mut Report<'_>) {
    for schema in report.schemas().iter() {
        let node = &schema.node;
        for key in ["exclusiveMinimum", "exclusiveMaximum"] {
            if let Some(bound) = node.get(key) {
                let limit = if key == "exclusiveMinimum" {
                    "minimum"
                } else {
                    "maximum"
                };
                if bound.value().is_number() {
                    report.error(
                        &bound,
                        format!("`{key}` is a number, as in OpenAPI 3.1"),
                        format!("write `{limit}: {}` and `{key}: true`", bound.value()),
                    );
                } else if node.get(limit).is_none() {
                    report.error(
                        &bound,
                        format!("`{key}` stands without `{limit}`"),
                        format!("add `{limit}`, or remove it"),
                    );
                }
            }
        }
        let Some(kind) = node.get("type") else {
            continue;
        };
        let text = match kind.value() {
            Value::String(text) => text.as_str(),
            Value::Array(_) => {
                report.error(
                    &kind,
                    "`type` is a list, as in OpenAPI 3.1",
                    "write the one type, and `nullable: true` where null may come",
                );
                continue;
            }
            other => {
                report.error(
                    &kind,
                    format!("`type` is {}", crate::spec::kind(other)),
                    "write one of string, number, integer, boolean, array, object",
                );
                continue;
            }
        };
        match text {
            "integer" | "number" | "boolean" if node.get("enum").is_some() => {
                let what = match text {
                    "integer" => "an enum of integers has no JSON schema in the generated code",
                    "number" => "an enum of numbers has no JSON schema in the generated code",
                    _ => "an enum of booleans is dropped: both values are accepted",
                };
                let fix = format!("write `type: {text}` and list the values in the description");
                report.minor(node, what, fix);
            }
            "string" | "number" | "integer" | "boolean" | "object" => {}
            "array" => {
                if node.get("items").is_none() {
                    report.error(
                        node,
                        "an array has no `items`",
                        "add `items`; `{}` accepts anything",
                    );
                }
            }
            "null" => report.error(
                &kind,
                "`type: 'null'` is OpenAPI 3.1",
                "write `nullable: true` beside the other type",
            ),
            other => report.error(
                &kind,
                format!("`type: {other}` is none"),
                "write one of string, number, integer, boolean, array, object",
            ),
        }
        if text == "string" {
            for value in node.get("enum").iter().flat_map(Node::items) {
                if !value.value().is_string() && !value.value().is_null() {
                    report.error(
                        &value,
                        format!("the value {} of a text enum is no text", value.value()),
                        "put it in quotes",
                    );
                }
            }
        }
    }
}
#[cfg(test)]
mod tests {
    use super::super::testing::{in_request, in_response, own, pair};

    #[test]
    fn schemas_that_collide_in_rust_are_reported() {
        pair(
            &in_response(
                "{type: object}\n    api_error: {type: object}\n    ApiError: {type: object}",
            ),
            "api.yaml:13: the schemas `api_error` and `ApiError` both become `ApiError` in Rust; give one of them another name",
            &in_response(
                "{type: object}\n    api_error: {type: object}\n    OtherError: {type: object}",
            ),
        );
    }

    #[test]
    fn a_schema_that_hides_a_trait_is_reported() {
        let problems = own(&in_response("{type: object}\n    default: {type: object}"));
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with("api.yaml:12: a type called `Default` hides the trait"));
    }

    #[test]
    fn an_inline_body_does_not_take_the_name_of_a_schema() {
        let inline = |name: &str| {
            in_request(&format!("{{type: object}}\n    {name}: {{type: object}}"))
                .replace("{$ref: '#/components/schemas/A'}", "{type: object}")
        };
        pair(
            &inline("ReadBody"),
            "api.yaml:8: the inline schema here becomes `ReadBody` in Rust, as the schema `ReadBody` does; refer to that schema with `$ref`, or give it another name",
            &inline("OtherBody"),
        );
    }

    #[test]
    fn any_of_is_refused_wherever_it_is() {
        pair(
            &in_response(
                "{type: object, properties: {a: {type: array, items: {anyOf: [{type: string}, {type: integer}]}}}}",
            ),
            "api.yaml:11: `anyOf` becomes code that fails when it runs; use `oneOf`, or one object with optional properties",
            &in_response(
                "{type: object, properties: {a: {type: array, items: {oneOf: [{type: string}, {type: integer}]}}}}",
            ),
        );
    }

    #[test]
    fn types_of_openapi_3_1_are_told_apart() {
        pair(
            &in_response("{type: [string, 'null']}"),
            "api.yaml:11: `type` is a list, as in OpenAPI 3.1; write the one type, and `nullable: true` where null may come",
            &in_response("{type: string, nullable: true}"),
        );
        assert!(
            own(&in_request("{type: integer, exclusiveMinimum: 0}"))[0]
                .ends_with("write `minimum: 0` and `exclusiveMinimum: true`")
        );
        assert!(
            own(&in_request("{type: integer, exclusiveMinimum: true}"))[0]
                .contains("stands without `minimum`")
        );
        assert!(own(&in_request("{type: 'null'}"))[0].contains("is OpenAPI 3.1"));
        assert!(own(&in_request("{type: text}"))[0].contains("`type: text` is none"));
        assert!(own(&in_request("{type: array}"))[0].contains("an array has no `items`"));
        assert!(
            own(&in_request("{type: string, enum: [a, 1]}"))[0]
                .contains("the value 1 of a text enum is no text")
        );
    }

    #[test]
    fn an_enum_of_integers_is_reported() {
        pair(
            &in_request("{type: integer, enum: [1, 2]}"),
            "api.yaml:12: an enum of integers has no JSON schema in the generated code; write `type: integer` and list the values in the description",
            &in_request("{type: integer}"),
        );
        assert!(own(&in_request("{type: number, enum: [1.5]}"))[0].contains("an enum of numbers"));
        assert!(own(&in_request("{type: boolean, enum: [true]}"))[0].contains("is dropped"));
    }
}

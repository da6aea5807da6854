//! Says "or null" the way the generator reads it.
//!
//! The document writes `oneOf: [{$ref: X}, {$ref: JsonNull}]`, because validators and linters disagree on `nullable`
//! beside `allOf`. The generator would make an enum of that pair; from `nullable` beside `allOf` it makes `Option<X>`.

use serde_json::{Map, Value, json};

/// Rewrites every such pair and drops the schemas that only mean null.
pub(in crate::codegen) fn rewrite(document: &mut Value) {
    let nulls = null_schemas(document);
    if nulls.is_empty() {
        return;
    }
    visit(document, &nulls);
    if let Some(schemas) = schemas_of(document) {
        schemas.retain(|name, _| !nulls.contains(&reference_to(name)));
    }
}

fn schemas_of(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document
        .get_mut("components")?
        .get_mut("schemas")?
        .as_object_mut()
}

fn reference_to(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

/// References to the components that allow nothing but null.
fn null_schemas(document: &mut Value) -> Vec<String> {
    let only_null = |schema: &Value| schema.get("enum") == Some(&json!([null]));
    schemas_of(document)
        .into_iter()
        .flatten()
        .filter(|(_, schema)| only_null(schema))
        .map(|(name, _)| reference_to(name))
        .collect()
}

fn visit(value: &mut Value, nulls: &[String]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, nulls)),
        Value::Object(entries) => {
            rewrite_one(entries, nulls);
            entries
                .iter_mut()
                .for_each(|(_, value)| visit(value, nulls));
        }
        _ => {}
    }
}

fn rewrite_one(schema: &mut Map<String, Value>, nulls: &[String]) {
    let is_null = |alternative: &Value| {
        alternative
            .get("$ref")
            .and_then(Value::as_str)
            .is_some_and(|target| nulls.iter().any(|null| null == target))
    };
    let Some(Value::Array(alternatives)) = schema.get("oneOf") else {
        return;
    };
    if !alternatives.iter().any(is_null) {
        return;
    }
    let others: Vec<Value> = alternatives
        .iter()
        .filter(|alternative| !is_null(alternative))
        .cloned()
        .collect();
    // `allOf` of one is that one; of several it would be all of them at once.
    let keyword = if others.len() == 1 { "allOf" } else { "oneOf" };
    schema.shift_remove("oneOf");
    schema.insert("nullable".to_owned(), Value::Bool(true));
    schema.insert(keyword.to_owned(), Value::Array(others));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reference_or_null_becomes_a_nullable_reference_and_the_null_schema_goes() {
        let reference = |name: &str| json!({"$ref": reference_to(name)});
        let mut document = json!({"components": {"schemas": {
            "JsonNull": {"type": "string", "nullable": true, "enum": [null]},
            "A": {"properties": {
                "one": {"description": "d", "oneOf": [reference("B"), reference("JsonNull")]},
                "two": {"oneOf": [reference("B"), reference("C"), reference("JsonNull")]},
                "none": {"oneOf": [reference("B"), reference("C")]},
            }},
        }}});
        rewrite(&mut document);
        assert_eq!(
            document["components"]["schemas"],
            json!({"A": {"properties": {
                "one": {"description": "d", "nullable": true, "allOf": [reference("B")]},
                "two": {"nullable": true, "oneOf": [reference("B"), reference("C")]},
                "none": {"oneOf": [reference("B"), reference("C")]},
            }}})
        );
    }
}

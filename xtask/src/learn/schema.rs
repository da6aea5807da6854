//! The document's schemas as the checker reads them, and stricter than they are meant: what they do not name is refused.
//!
//! Only what a response *is* counts here. `required`, bounds and patterns are for requests.

use serde_json::{Map, Value, json};

use super::shape::Kind;

/// A schema of OpenAPI 3.0 as one of JSON Schema. References stay what they are.
pub(super) fn strict(schema: &Value) -> Value {
    let Some(map) = schema.as_object() else {
        return json!(true);
    };
    if let Some(target) = map.get("$ref") {
        return json!({"$ref": target});
    }
    let mut out = Map::new();
    // Inside a handwritten type its Rust code decides.
    let closed = !map.contains_key("x-handwritten-type");
    for (key, value) in map {
        match key.as_str() {
            "type" => drop(out.insert(key.clone(), value.clone())),
            "properties" => {
                let inner = value.as_object().into_iter().flatten();
                let inner = inner.map(|(name, schema)| (name.clone(), strict(schema)));
                out.insert(key.clone(), Value::Object(inner.collect()));
            }
            "items" => drop(out.insert(key.clone(), strict(value))),
            "oneOf" | "anyOf" | "allOf" => {
                let key = if key == "allOf" { key } else { "anyOf" };
                out.insert(
                    key.to_owned(),
                    value.as_array().into_iter().flatten().map(strict).collect(),
                );
            }
            "enum" | "x-extensible-enum" => drop(out.insert("enum".to_owned(), value.clone())),
            "format" if value == "int32" => {
                out.insert("minimum".to_owned(), json!(i32::MIN));
                out.insert("maximum".to_owned(), json!(i32::MAX));
            }
            _ => {}
        }
    }
    if map.get("type") == Some(&json!("object")) || map.contains_key("properties") {
        out.insert("additionalProperties".to_owned(), rest(map, closed));
    }
    if map.get("enum") == Some(&json!([null])) {
        return json!({"type": "null"});
    }
    if ["type", "properties", "anyOf", "allOf", "enum"]
        .iter()
        .all(|key| !out.contains_key(*key))
    {
        return untyped(map);
    }
    if map.get("nullable") == Some(&Value::Bool(true)) {
        return json!({"anyOf": [out, {"type": "null"}]});
    }
    Value::Object(out)
}

/// Keys that the schema does not name: data of a map, a free form, or fields that it should name.
fn rest(map: &Map<String, Value>, closed: bool) -> Value {
    match map.get("additionalProperties") {
        Some(Value::Bool(true)) => json!(true),
        Some(Value::Object(values)) if !values.is_empty() => strict(&Value::Object(values.clone())),
        _ => json!(!closed),
    }
}

/// A place without type knows the kinds that its `x-observed` names; the first value of another is news.
fn untyped(map: &Map<String, Value>) -> Value {
    let said = map
        .get("x-observed")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut kinds: Vec<&str> = Kind::ALL
        .iter()
        .map(|kind| kind.name())
        .filter(|name| said.contains(name))
        .collect();
    kinds.push("null");
    if said.contains("empty") {
        kinds.push("array");
        return json!({"type": kinds, "maxItems": 0});
    }
    json!({"type": kinds})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_are_refused_but_in_maps_and_handwritten_types() {
        for (schema, rest) in [
            (
                json!({"type": "object", "additionalProperties": {}}),
                json!(false),
            ),
            (json!({"type": "object"}), json!(false)),
            (
                json!({"type": "object", "additionalProperties": true}),
                json!(true),
            ),
            (
                json!({"type": "object", "additionalProperties": {"type": "string"}}),
                json!({"type": "string"}),
            ),
            (
                json!({"type": "object", "x-handwritten-type": "a::B"}),
                json!(true),
            ),
        ] {
            assert_eq!(strict(&schema)["additionalProperties"], rest, "{schema}");
        }
    }

    #[test]
    fn null_passes_only_where_it_is_named() {
        let null = json!({"type": "null"});
        let text = json!({"type": "string"});
        assert_eq!(
            strict(&json!({"type": "string", "nullable": true})),
            json!({"anyOf": [text, {"type": "null"}]})
        );
        assert_eq!(
            strict(&json!({"type": "string", "nullable": true, "enum": [null]})),
            null
        );
        assert_eq!(
            strict(&json!({"x-observed": "null or string"})),
            json!({"type": ["string", "null"]})
        );
    }
}

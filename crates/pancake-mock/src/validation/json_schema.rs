//! Turns a schema of OpenAPI 3.0 into JSON Schema draft 7, which the validator knows.
//!
//! The two differ in `nullable`, in boolean `exclusiveMinimum`/`exclusiveMaximum`, in the formats
//! `int32` and `int64`, and in annotations that draft 7 has no use for.
use serde_json::{Map, Value, json};

/// What references to `#/components/schemas/` are turned into.
pub(super) const COMPONENTS: &str = "urn:pancake:components";

/// The same schema as draft 7.
pub(super) fn translated(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        // `additionalProperties: true`
        return schema.clone();
    };
    if let Some(Value::String(target)) = schema.get("$ref") {
        // Draft 7, like OpenAPI 3.0, looks at nothing beside `$ref`.
        let name = target.rsplit('/').next().unwrap_or_default();
        return json!({"$ref": format!("{COMPONENTS}#/{name}")});
    }
    let mut out = Map::new();
    for (key, value) in schema {
        match key.as_str() {
            "properties" => {
                let map = value.as_object().into_iter().flatten();
                let map = map.map(|(name, schema)| (name.clone(), translated(schema)));
                out.insert(key.clone(), Value::Object(map.collect()));
            }
            "items" | "additionalProperties" | "not" => {
                out.insert(key.clone(), translated(value));
            }
            "oneOf" | "anyOf" | "allOf" => {
                let list = value.as_array().into_iter().flatten();
                out.insert(key.clone(), list.map(translated).collect());
            }
            "exclusiveMinimum" | "exclusiveMaximum" => {
                let limit = if key == "exclusiveMinimum" {
                    "minimum"
                } else {
                    "maximum"
                };
                if let (Value::Bool(true), Some(limit)) = (value, schema.get(limit)) {
                    out.insert(key.clone(), limit.clone());
                }
            }
            "type" | "enum" | "format" | "pattern" | "required" | "minimum" | "maximum"
            | "multipleOf" | "minLength" | "maxLength" | "minItems" | "maxItems"
            | "uniqueItems" | "minProperties" | "maxProperties" => {
                out.insert(key.clone(), value.clone());
            }
            _ => {}
        }
    }
    // Formats of OpenAPI that draft 7 does not know; limits that are written win.
    let limits = match schema.get("format").and_then(Value::as_str) {
        Some("int32") => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        Some("int64") => Some((i64::MIN, i64::MAX)),
        _ => None,
    };
    if let Some((minimum, maximum)) = limits {
        out.entry("minimum").or_insert_with(|| minimum.into());
        out.entry("maximum").or_insert_with(|| maximum.into());
    }
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        nullable(out)
    } else {
        Value::Object(out)
    }
}

fn nullable(mut schema: Map<String, Value>) -> Value {
    // `nullable` adds null to the type; an `enum` still has to list it (OpenAPI 3.0.3, proposal
    // "Clarify Nullable"), and without a type it says nothing, as everything is allowed already.
    if let Some(kind) = schema.get("type").cloned() {
        schema.insert("type".to_owned(), json!([kind, "null"]));
    }
    Value::Object(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that a schema accepts, and values that it does not.
    fn check(schema: Value, good: &[Value], bad: &[Value]) {
        let validator = jsonschema::draft7::new(&translated(&schema)).unwrap();
        for (values, wanted) in [(good, true), (bad, false)] {
            for value in values {
                assert_eq!(validator.is_valid(value), wanted, "{schema} {value}");
            }
        }
    }

    #[test]
    fn nullable_adds_null_and_nothing_else() {
        let text = |nullable: bool| json!({"type": "string", "nullable": nullable});
        check(text(true), &[json!(null), json!("a")], &[json!(1)]);
        check(text(false), &[json!("a")], &[json!(null)]);
        // An enum has to list it.
        let words = |words: Value| json!({"type": "string", "nullable": true, "enum": words});
        check(words(json!(["a", null])), &[json!(null)], &[]);
        check(words(json!(["a"])), &[], &[json!(null)]);
        let deep = json!({
            "type": "object",
            "properties": {
                "nullable": {"type": "boolean"},
                "list": {"type": "array", "items": {"oneOf": [
                    {"type": "integer", "nullable": true},
                    {"type": "string"},
                ]}},
            },
            "additionalProperties": {"type": "integer", "nullable": true},
        });
        let good = json!({"nullable": true, "list": [1, "a", null], "x": null});
        check(
            deep,
            &[good],
            &[json!({"nullable": null}), json!({"x": "a"})],
        );
    }

    #[test]
    fn limits_are_those_of_the_format_and_exclusive() {
        let least = json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true});
        check(least, &[json!(2)], &[json!(1)]);
        let most = json!({"type": "integer", "maximum": 3, "exclusiveMaximum": false});
        check(most, &[json!(3)], &[json!(4)]);
        let int32 = json!({"type": "integer", "format": "int32", "minimum": 1});
        check(
            int32,
            &[json!(i32::MAX)],
            &[json!(i64::from(i32::MAX) + 1), json!(0)],
        );
        let int64 = json!({"type": "integer", "format": "int64"});
        check(int64, &[json!(i64::MIN)], &[json!(u64::MAX)]);
    }

    #[test]
    fn references_are_shared_and_closed_objects_stay_closed() {
        let schema = json!({"$ref": "#/components/schemas/Tag", "description": "A tag."});
        assert_eq!(
            translated(&schema),
            json!({"$ref": "urn:pancake:components#/Tag"})
        );
        let closed = json!({"type": "object", "additionalProperties": false, "example": {"a": 1}});
        check(closed, &[json!({})], &[json!({"a": 1})]);
        let open = json!({"type": "object", "additionalProperties": {}});
        check(open, &[json!({"a": 1})], &[]);
    }
}

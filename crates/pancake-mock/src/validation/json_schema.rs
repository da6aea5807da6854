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

    fn accepts(schema: &Value, instance: &Value) -> bool {
        jsonschema::draft7::new(&translated(schema))
            .unwrap()
            .is_valid(instance)
    }

    #[test]
    fn nullable_lets_null_pass_and_nothing_else() {
        let schema = json!({"type": "string", "nullable": true});
        assert!(accepts(&schema, &json!(null)));
        assert!(accepts(&schema, &json!("a")));
        assert!(!accepts(&schema, &json!(1)));
        assert!(!accepts(&json!({"type": "string"}), &json!(null)));
        assert!(!accepts(
            &json!({"type": "string", "nullable": false}),
            &json!(null)
        ));
    }

    #[test]
    fn a_nullable_enum_takes_null_only_if_it_lists_it() {
        let listed = json!({"type": "string", "nullable": true, "enum": ["a", null]});
        assert!(accepts(&listed, &json!(null)));
        let unlisted = json!({"type": "string", "nullable": true, "enum": ["a"]});
        assert!(!accepts(&unlisted, &json!(null)));
    }

    #[test]
    fn nullable_works_deep_inside() {
        let schema = json!({
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
        assert!(accepts(
            &schema,
            &json!({"nullable": true, "list": [1, "a", null], "x": null})
        ));
        assert!(!accepts(&schema, &json!({"nullable": null})));
        assert!(!accepts(&schema, &json!({"x": "a"})));
    }

    #[test]
    fn an_exclusive_limit_excludes_its_value() {
        let schema = json!({"type": "integer", "minimum": 1, "exclusiveMinimum": true});
        assert!(!accepts(&schema, &json!(1)));
        assert!(accepts(&schema, &json!(2)));
        let schema = json!({"type": "integer", "maximum": 3, "exclusiveMaximum": false});
        assert!(accepts(&schema, &json!(3)));
    }

    #[test]
    fn an_int32_and_an_int64_have_their_limits() {
        let schema = json!({"type": "integer", "format": "int32", "minimum": 1});
        assert!(accepts(&schema, &json!(i32::MAX)));
        assert!(!accepts(&schema, &json!(i64::from(i32::MAX) + 1)));
        assert!(!accepts(&schema, &json!(0)));
        let schema = json!({"type": "integer", "format": "int64"});
        assert!(accepts(&schema, &json!(i64::MIN)));
        assert!(!accepts(&schema, &json!(u64::MAX)));
    }

    #[test]
    fn a_reference_points_to_the_shared_components() {
        let schema = json!({"$ref": "#/components/schemas/Tag", "description": "A tag."});
        assert_eq!(
            translated(&schema),
            json!({"$ref": "urn:pancake:components#/Tag"})
        );
    }

    #[test]
    fn closed_objects_stay_closed() {
        let schema = json!({"type": "object", "additionalProperties": false, "example": {"a": 1}});
        assert!(accepts(&schema, &json!({})));
        assert!(!accepts(&schema, &json!({"a": 1})));
        let open = json!({"type": "object", "additionalProperties": {}});
        assert!(accepts(&open, &json!({"a": 1})));
    }
}

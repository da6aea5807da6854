//! Turns `x-extensible-enum` into the form from which the generator makes an open enum.
//!
//! In the document such a schema is a plain string with the values known so far. A closed enum would fail the whole
//! answer at the first new value, and a plain string would hide the values from people.

use serde_json::{Map, Value, json};

/// The extension that lists the values known so far.
const EXTENSION: &str = "x-extensible-enum";

/// Splits every open enum `X` into a closed `KnownX` and an `X` that is a `KnownX` or another text.
pub(in crate::codegen) fn rewrite(document: &mut Value) {
    let Some(schemas) = document
        .get_mut("components")
        .and_then(|components| components.get_mut("schemas"))
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let open: Vec<String> = schemas
        .iter()
        .filter(|(_, schema)| schema.get(EXTENSION).is_some_and(Value::is_array))
        .map(|(name, _)| name.clone())
        .collect();
    for name in open {
        split(schemas, &name);
    }
}

fn split(schemas: &mut Map<String, Value>, name: &str) {
    let known = format!("Known{name}");
    let Some(schema) = schemas.get_mut(name).and_then(Value::as_object_mut) else {
        return;
    };
    let values = schema.shift_remove(EXTENSION).unwrap_or_default();
    schema.shift_remove("type");
    schema.insert(
        "oneOf".to_owned(),
        json!([
            {"title": "known", "allOf": [{"$ref": format!("#/components/schemas/{known}")}]},
            {"title": "other", "type": "string"},
        ]),
    );
    let description = format!("Values of {name} known so far.");
    schemas.insert(
        known,
        json!({"description": description, "type": "string", "enum": values}),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_enum_becomes_its_known_values_or_another_text() {
        let mut document = json!({"components": {"schemas": {
            "Kind": {"description": "d", "type": "string", "x-extensible-enum": ["A", "B"]},
        }}});
        rewrite(&mut document);
        assert_eq!(
            document["components"]["schemas"],
            json!({
                "Kind": {"description": "d", "oneOf": [
                    {"title": "known", "allOf": [{"$ref": "#/components/schemas/KnownKind"}]},
                    {"title": "other", "type": "string"},
                ]},
                "KnownKind": {"description": "Values of Kind known so far.", "type": "string", "enum": ["A", "B"]},
            })
        );
    }
}

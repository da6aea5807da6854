//! Turns `x-extensible-enum` into a closed enum, which a later step opens again ([`super::super::rewrite`]).
//!
//! In the document such a schema is a plain string with the values known so far. A closed enum would fail the whole
//! answer at the first new value, and a plain string would hide the values from people.

use serde_json::Value;

/// The extension that lists the values known so far.
const EXTENSION: &str = "x-extensible-enum";

/// Gives the generator the known values of every open enum as those of a closed one, so that it names them.
pub(in crate::codegen) fn rewrite(document: &mut Value) {
    let schemas = document
        .get_mut("components")
        .and_then(|components| components.get_mut("schemas"))
        .and_then(Value::as_object_mut);
    for (_, schema) in schemas.into_iter().flatten() {
        if let Some(schema) = schema.as_object_mut()
            && let Some(values) = schema.shift_remove(EXTENSION)
        {
            schema.insert("enum".to_owned(), values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_values_of_an_open_enum_are_listed_for_the_generator() {
        let mut document = json!({"components": {"schemas": {
            "Kind": {"description": "d", "type": "string", "x-extensible-enum": ["A", "B"]},
        }}});
        rewrite(&mut document);
        assert_eq!(
            document["components"]["schemas"],
            json!({"Kind": {"description": "d", "type": "string", "enum": ["A", "B"]}})
        );
    }
}

//! Takes the bounds of whole numbers out.
//!
//! From `minimum: 1` the generator makes `NonZeroU32`, which no plain number literal converts to: a caller could not
//! write `.page_number(1)`. `maximum` it ignores. The document keeps both, for people and for validators.

use serde_json::{Map, Value};

/// Takes `minimum` and `maximum` out of every integer schema.
pub(in crate::codegen) fn rewrite(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rewrite),
        Value::Object(entries) => {
            if entries.get("type").is_some_and(|kind| kind == "integer") {
                loosen(entries);
            }
            entries.iter_mut().for_each(|(_, value)| rewrite(value));
        }
        _ => {}
    }
}

fn loosen(schema: &mut Map<String, Value>) {
    for bound in ["minimum", "maximum"] {
        // A property of that name has an object here, a bound a number.
        if schema.get(bound).is_some_and(Value::is_number) {
            schema.shift_remove(bound);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bounds_of_whole_numbers_go_and_those_of_other_schemas_stay() {
        let mut document = json!({"a": {"type": "integer", "minimum": 1, "maximum": 30, "format": "int32"}, "b": {"type": "number", "minimum": 1}});
        rewrite(&mut document);
        assert_eq!(
            document,
            json!({"a": {"type": "integer", "format": "int32"}, "b": {"type": "number", "minimum": 1}})
        );
    }
}

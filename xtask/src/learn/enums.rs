//! Where texts are values of an enum, or could be.

use super::shape::{Kind, Shape};
use crate::spec::Node;

/// The last words of field names whose texts are constants. Everything else may be a name or what a customer wrote.
const NAMES: [&str; 14] = [
    "type", "kind", "status", "state", "role", "action", "source", "platform", "currency",
    "gender", "mode", "level", "reaction", "category",
];

/// The list of values of a text schema, and the values in it.
pub(super) fn listed<'a>(schema: &Node<'a>) -> Option<(Node<'a>, Vec<&'a str>)> {
    let list = ["x-extensible-enum", "enum"]
        .iter()
        .find_map(|key| schema.get(key))?;
    let values = list.value().as_array()?.iter();
    let known = values.filter_map(serde_json::Value::as_str).collect();
    Some((list, known))
}

/// The values of a field that could be an open enum, by its name and by its texts.
pub(super) fn candidate(name: &str, shape: &Shape) -> Option<Vec<String>> {
    let last = name.rsplit('_').next().unwrap_or(name);
    let texts = shape.kinds() == [Kind::String];
    if texts && NAMES.contains(&last) {
        shape.constants.as_enum()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_fields_named_like_an_enum_are_one() {
        let mut shape = Shape::default();
        (0..10).for_each(|_| shape.add(&json!("lan")));
        assert_eq!(candidate("first_name", &shape), None);
        assert_eq!(candidate("render_type", &shape).unwrap(), ["lan"]);
        shape.add(&json!(7));
        assert_eq!(candidate("render_type", &shape), None);
    }
}

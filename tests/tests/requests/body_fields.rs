//! The fields of request bodies, as the API document lists them and as a body holds them, by paths that can be compared:
//! `mentions[].psid`. Where a body has several forms, told apart by `action`, the form comes first: `reply_inbox.message`.

use std::collections::BTreeSet;

use serde_json::Value;
use xtask::spec::Node;

/// Every field of a schema.
pub(crate) fn documented(schema: &Node<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    of_schema(schema, "", &mut found);
    found
}

fn of_schema(schema: &Node<'_>, prefix: &str, found: &mut BTreeSet<String>) {
    let Some(schema) = schema.resolve() else {
        return;
    };
    for form in schema.get("oneOf").iter().flat_map(Node::items) {
        let action = form.get("properties").and_then(|all| all.get("action"));
        let name = action.and_then(|action| action.get("enum")?.value().get(0)?.as_str());
        // Other alternatives are kinds of plain values.
        if let Some(name) = name {
            of_schema(&form, &format!("{prefix}{name}."), found);
        }
    }
    for (name, property) in schema.get("properties").iter().flat_map(Node::entries) {
        found.insert(format!("{prefix}{name}"));
        of_schema(&property, &format!("{prefix}{name}."), found);
    }
    if let Some(items) = schema.get("items") {
        of_schema(
            &items,
            &format!("{}[].", prefix.trim_end_matches('.')),
            found,
        );
    }
}

/// Every field of a body.
pub(crate) fn sent(body: &Value) -> BTreeSet<String> {
    let form = body.get("action").and_then(Value::as_str);
    let mut found = BTreeSet::new();
    of_value(body, "", &mut found);
    if let Some(form) = form {
        found.extend(found.clone().iter().map(|path| format!("{form}.{path}")));
    }
    found
}

fn of_value(value: &Value, prefix: &str, found: &mut BTreeSet<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        found.insert(format!("{prefix}{name}"));
        of_value(value, &format!("{prefix}{name}."), found);
    }
    for item in value.as_array().into_iter().flatten() {
        let prefix = format!("{}[].", prefix.trim_end_matches('.'));
        of_value(item, &prefix, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use xtask::spec::Document;

    #[test]
    fn a_field_has_the_same_path_in_the_document_and_in_a_body() {
        let text = "
one:
  type: object
  properties:
    name: {type: string}
    list: {type: array, items: {type: object, properties: {id: {type: string}}}}
two:
  oneOf:
    - {type: object, properties: {action: {type: string, enum: [a]}, x: {type: string}}}
    - {type: object, properties: {action: {type: string, enum: [b]}, x: {type: string}}}
";
        let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
        let fields = |name: &str| documented(&document.root().get(name).unwrap());
        let paths = |paths: &[&str]| -> BTreeSet<String> {
            paths.iter().map(|path| (*path).to_owned()).collect()
        };
        assert_eq!(fields("one"), paths(&["name", "list", "list[].id"]));
        assert_eq!(
            sent(&json!({"name": "a", "list": [{"id": "b"}]})),
            fields("one")
        );
        assert_eq!(
            fields("two"),
            paths(&["a.action", "a.x", "b.action", "b.x"])
        );
        let body = sent(&json!({"action": "b", "x": "c"}));
        let missing: Vec<_> = fields("two").difference(&body).cloned().collect();
        assert_eq!(missing, ["a.action", "a.x"]);
    }
}

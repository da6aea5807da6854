//! What is done to the document before the generator sees it.

mod bounds;
mod markdown;
mod nullable;
mod open_enums;

pub(super) use markdown::for_rustdoc;

use serde_json::Value;

use crate::spec::{Document, METHODS};

/// The document as the generator gets it: no handwritten operations, "or null" and open enums in the generator's form,
/// descriptions that rustdoc accepts.
pub(super) fn prepare(document: &Document) -> Value {
    let mut value = document.value.clone();
    strip_handwritten(&mut value);
    nullable::rewrite(&mut value);
    open_enums::rewrite(&mut value);
    bounds::rewrite(&mut value);
    soften(&mut value);
    value
}

/// Takes out the operations whose code people write. Their schemas stay, and so their types are generated.
fn strip_handwritten(value: &mut Value) {
    let Some(paths) = value.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (_, item) in paths.iter_mut() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for method in METHODS {
            let mark = item
                .get(method)
                .and_then(|operation| operation.get("x-handwritten"));
            if mark.is_some_and(|mark| mark != &Value::Bool(false)) {
                item.shift_remove(method);
            }
        }
    }
}

/// The keys whose value is data, not a part of the document: a text in them that is called `description` is none.
const DATA: [&str; 4] = ["example", "examples", "default", "enum"];

/// Rewrites every description, so that rustdoc shows the same text without a warning.
fn soften(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(soften),
        Value::Object(entries) => {
            for (key, value) in entries.iter_mut() {
                match value {
                    Value::String(text) if matches!(key.as_str(), "description" | "summary") => {
                        *text = markdown::for_rustdoc(text);
                    }
                    _ if DATA.contains(&key.as_str()) || key.starts_with("x-") => {}
                    _ => soften(value),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(text: &str) -> Value {
        prepare(&Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap())
    }

    #[test]
    fn handwritten_operations_are_taken_out_and_the_rest_stays() {
        let value = prepared(
            "paths: {/a: {get: {operationId: a}, post: {operationId: b, x-handwritten: why}, put: {operationId: c, x-handwritten: false}}}",
        );
        let methods: Vec<_> = value["paths"]["/a"].as_object().unwrap().keys().collect();
        assert_eq!(methods, ["get", "put"]);
    }

    #[test]
    fn data_that_is_called_a_description_is_left_alone() {
        let value = prepared("info: {description: 'a [b] c', example: {description: 'a [b] c'}}");
        assert_eq!(value["info"]["description"], r"a \[b\] c");
        assert_eq!(value["info"]["example"]["description"], "a [b] c");
    }
}

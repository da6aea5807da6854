//! The document as a product: complete for its readers, lenient with the server, careful with secrets.
//!
//! None of this stops the generator. It is held against our own document only.

use crate::spec::Node;

pub(super) mod answers;
pub(super) mod ids;
pub(super) mod naming;
pub(super) mod operations;
pub(super) mod requests;
pub(super) mod secrets;
pub(super) mod unused;

/// Whether a value of one of these types is decoded as it is, also inside a list, and not by a type that people write.
fn is_plain(schema: &Node<'_>, kinds: &[&str], depth: usize) -> bool {
    let Some(schema) = schema.resolve().filter(|_| depth < 16) else {
        return false;
    };
    if schema.get("x-handwritten-type").is_some() {
        return false;
    }
    let null_only = schema
        .get("enum")
        .is_some_and(|values| values.value() == &serde_json::json!([null]));
    let mut inner: Vec<Node<'_>> = schema.get("items").into_iter().collect();
    for key in ["oneOf", "allOf"] {
        inner.extend(schema.get(key).iter().flat_map(Node::items));
    }
    let own = schema
        .text("type")
        .is_some_and(|kind| kinds.contains(&kind));
    (own && !null_only) || inner.iter().any(|inner| is_plain(inner, kinds, depth + 1))
}

#[cfg(test)]
pub(super) mod testing;

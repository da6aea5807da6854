//! `x-handwritten-type`: component schemas whose Rust type people write.

use crate::spec::{Document, Node};

/// A component schema whose Rust type people write: the type's path and the traits it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandwrittenType {
    /// The component's name.
    pub schema: String,
    /// The path of the Rust type.
    pub path: String,
    /// The traits it implements, as far as the generator asks for them.
    pub impls: Vec<String>,
}

/// Reads `x-handwritten-type` and `x-handwritten-impls` of all component schemas.
pub fn handwritten_types(document: &Document) -> Vec<HandwrittenType> {
    let schemas = document.components("schemas").into_iter();
    schemas
        .filter_map(|(name, schema)| {
            let impls = schema.get("x-handwritten-impls");
            let impls = impls.iter().flat_map(Node::items);
            Some(HandwrittenType {
                schema: name.to_owned(),
                path: schema.text("x-handwritten-type")?.to_owned(),
                impls: impls
                    .filter_map(|name| name.value().as_str().map(str::to_owned))
                    .collect(),
            })
        })
        .collect()
}

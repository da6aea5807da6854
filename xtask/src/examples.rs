//! The examples of the API document, found and not listed: whoever adds one there gets it tested.

use serde_json::Value;

use crate::spec::{Diagnostics, Document, Node, Operation};
use crate::workspace;

/// An answer that the document shows.
#[derive(Clone, Debug)]
pub struct AnswerExample {
    /// The operation.
    pub operation: String,
    /// Status as the document writes it: `200`, `4XX`.
    pub status: String,
    /// The shared response it belongs to, such as `ClientError`, if it is one.
    pub shared: Option<String>,
    /// Its name in the document; `example` if it has none.
    pub name: String,
    /// The answer.
    pub value: Value,
}

/// A request body that the document shows.
#[derive(Clone, Debug)]
pub struct BodyExample {
    /// The operation.
    pub operation: String,
    /// Its name in the document; `example` if it has none.
    pub name: String,
    /// The body.
    pub value: Value,
}

/// Reads `openapi/pancake.yaml`.
///
/// # Errors
///
/// It cannot be read.
pub fn document() -> Result<Document, Diagnostics> {
    Document::load(&workspace::root().join(workspace::SPEC), workspace::SPEC)
}

/// Ids of all operations, in the order of the document.
pub fn operation_ids(document: &Document) -> Vec<&str> {
    let operations = document.operations();
    operations.iter().filter_map(Operation::id).collect()
}

/// Every example of every answer of every operation.
pub fn answers(document: &Document) -> Vec<AnswerExample> {
    let mut found = Vec::new();
    for operation in document.operations() {
        for (status, _, response) in operation.responses() {
            let shared = response.pointer().strip_prefix("/components/responses/");
            for (name, value) in of_content(&response) {
                found.push(AnswerExample {
                    operation: operation.id().unwrap_or_default().to_owned(),
                    status: status.to_owned(),
                    shared: shared.map(str::to_owned),
                    name,
                    value,
                });
            }
        }
    }
    found
}

/// Every example of every request body.
pub fn bodies(document: &Document) -> Vec<BodyExample> {
    let mut found = Vec::new();
    for operation in document.operations() {
        for (name, value) in operation.body().iter().flat_map(of_content) {
            let operation = operation.id().unwrap_or_default().to_owned();
            found.push(BodyExample {
                operation,
                name,
                value,
            });
        }
    }
    found
}

/// `example` and `examples` of each media type.
fn of_content(holder: &Node<'_>) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let content = holder.get("content");
    for (_, media) in content.iter().flat_map(Node::entries) {
        if let Some(example) = media.get("example") {
            found.push(("example".to_owned(), example.value().clone()));
        }
        let examples = media.get("examples");
        for (name, example) in examples.iter().flat_map(Node::entries) {
            if let Some(value) = example.resolve().and_then(|example| example.get("value")) {
                found.push((name.to_owned(), value.value().clone()));
            }
        }
    }
    found
}

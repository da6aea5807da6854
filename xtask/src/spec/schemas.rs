//! Every schema of a document.

use std::collections::BTreeSet;

use super::{Document, Node};

/// The keys of a schema that hold one schema, a list of them, or a map of them.
const ONE: [&str; 3] = ["items", "not", "additionalProperties"];
const LISTS: [&str; 3] = ["allOf", "oneOf", "anyOf"];
const MAPS: [&str; 1] = ["properties"];

/// The schemas directly inside a schema.
fn inner<'a>(schema: &Node<'a>) -> Vec<Node<'a>> {
    let one = ONE
        .iter()
        .filter_map(|key| schema.get(key))
        .filter(|node| node.value().is_object());
    let lists = LISTS
        .iter()
        .filter_map(|key| schema.get(key))
        .flat_map(|list| list.items());
    let maps = MAPS.iter().filter_map(|key| schema.get(key));
    let maps = maps.flat_map(|map| map.entries()).map(|(_, node)| node);
    one.chain(lists)
        .chain(maps)
        .filter(|node| node.value().is_object())
        .collect()
}

/// The schemas under `content` of a body, response or parameter, and those of a response's headers.
fn of_holder<'a>(holder: &Node<'a>) -> Vec<Node<'a>> {
    let content = holder.get("content");
    let content = content
        .iter()
        .flat_map(Node::entries)
        .filter_map(|(_, media)| media.get("schema"));
    let headers = holder.get("headers");
    let headers = headers
        .iter()
        .flat_map(Node::entries)
        .filter_map(|(_, header)| header.get("schema"));
    let schemas: Vec<_> = content.chain(headers).chain(holder.get("schema")).collect();
    schemas
        .into_iter()
        .filter(|node| node.value().is_object())
        .collect()
}

impl Document {
    /// Every schema object or `$ref` to one, the outer before the inner, each once.
    pub fn schemas(&self) -> Vec<Node<'_>> {
        let mut found = Vec::new();
        let mut waiting = self.schema_roots();
        waiting.reverse();
        while let Some(node) = waiting.pop() {
            waiting.extend(inner(&node).into_iter().rev());
            found.push(node);
        }
        found
    }

    fn schema_roots(&self) -> Vec<Node<'_>> {
        let mut roots = Vec::new();
        for operation in self.operations() {
            for holder in [&operation.path_item, &operation.node] {
                for parameter in holder.get("parameters").iter().flat_map(Node::items) {
                    roots.extend(of_holder(&parameter));
                }
            }
            roots.extend(operation.node.get("requestBody").iter().flat_map(of_holder));
            let responses = operation.node.get("responses");
            for (_, response) in responses.iter().flat_map(Node::entries) {
                roots.extend(of_holder(&response));
            }
        }
        if let Some(components) = self.root().get("components") {
            for section in ["parameters", "requestBodies", "responses", "headers"] {
                for (_, holder) in components.get(section).iter().flat_map(Node::entries) {
                    roots.extend(of_holder(&holder));
                }
            }
            for (_, schema) in components.get("schemas").iter().flat_map(Node::entries) {
                if schema.value().is_object() {
                    roots.push(schema);
                }
            }
        }
        // The parameters of a path are met once for each of its operations.
        let mut seen = BTreeSet::new();
        roots.retain(|node| seen.insert(node.pointer().to_owned()));
        roots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_of_paths_and_components_are_found_once() {
        let text = "
paths:
  /a:
    parameters: [{name: q, in: query, schema: {type: string}}]
    get: {operationId: read}
    put: {operationId: write}
components:
  schemas:
    A: {type: object, properties: {b: {items: {type: string}}}}
";
        let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
        let schemas = document.schemas();
        let pointers: Vec<&str> = schemas.iter().map(Node::pointer).collect();
        assert_eq!(
            pointers,
            [
                "/paths/~1a/parameters/0/schema",
                "/components/schemas/A",
                "/components/schemas/A/properties/b",
                "/components/schemas/A/properties/b/items"
            ]
        );
    }
}

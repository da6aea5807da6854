//! Every schema of a document, and whether it is met in responses.

use std::collections::BTreeSet;

use super::{Document, Node};

/// Which way the data of a schema travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Only in requests, or nowhere.
    Request,
    /// In a response, alone or also in requests.
    Response,
}

/// A schema and the way its data travels.
#[derive(Clone, Debug)]
pub struct Schema<'a> {
    /// The schema object or a `$ref` to one.
    pub node: Node<'a>,
    /// Whether a response holds it.
    pub direction: Direction,
}

/// The keys of a schema that hold one schema, a list of them, or a map of them.
const ONE: [&str; 3] = ["items", "not", "additionalProperties"];
const LISTS: [&str; 3] = ["allOf", "oneOf", "anyOf"];
const MAPS: [&str; 1] = ["properties"];

/// The schemas directly inside a schema.
pub(super) fn inner<'a>(schema: &Node<'a>) -> Vec<Node<'a>> {
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
    /// Every schema object, the outer before the inner, each once.
    pub fn schemas(&self) -> Vec<Schema<'_>> {
        let in_responses = self.schemas_in_responses();
        let mut found = Vec::new();
        let mut waiting = self.schema_roots();
        waiting.reverse();
        while let Some(node) = waiting.pop() {
            let direction = if in_responses.contains(node.pointer()) {
                Direction::Response
            } else {
                Direction::Request
            };
            waiting.extend(inner(&node).into_iter().rev());
            found.push(Schema { node, direction });
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

    /// The pointers of all schemas that some response holds, directly or through `$ref`s.
    fn schemas_in_responses(&self) -> BTreeSet<String> {
        let mut waiting: Vec<Node<'_>> = Vec::new();
        for operation in self.operations() {
            for (_, _, response) in operation.responses() {
                waiting.extend(of_holder(&response));
            }
        }
        let mut seen = BTreeSet::new();
        while let Some(node) = waiting.pop() {
            if !seen.insert(node.pointer().to_owned()) {
                continue;
            }
            waiting.extend(
                node.reference()
                    .and_then(|reference| self.target(reference)),
            );
            waiting.extend(inner(&node));
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
paths:
  /a:
    get:
      operationId: read
      parameters:
        - {name: q, in: query, schema: {type: string}}
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Outer'}}}}
components:
  schemas:
    Outer: {type: object, properties: {inner: {$ref: '#/components/schemas/Inner'}}}
    Inner: {type: object, properties: {back: {$ref: '#/components/schemas/Outer'}}}
    Lonely: {type: object}
";

    #[test]
    fn schemas_of_responses_are_found_through_references_and_circles() {
        let document = Document::from_bytes(TEXT.as_bytes().to_vec(), "api.yaml").unwrap();
        let schemas = document.schemas();
        let direction = |pointer: &str| {
            schemas
                .iter()
                .find(|schema| schema.node.pointer() == pointer)
                .map(|schema| schema.direction)
        };
        assert_eq!(
            direction("/components/schemas/Inner"),
            Some(Direction::Response)
        );
        assert_eq!(
            direction("/components/schemas/Lonely"),
            Some(Direction::Request)
        );
        assert_eq!(
            direction("/paths/~1a/get/parameters/0/schema"),
            Some(Direction::Request)
        );
        assert_eq!(
            direction("/components/schemas/Outer/properties/inner"),
            Some(Direction::Response)
        );
    }
}

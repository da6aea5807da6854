//! A cursor over a document: a value together with its place, so that a rule can always say where it looks.

use serde_json::Value;

use super::Document;

/// A value in a [`Document`] and the JSON pointer to it.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    document: &'a Document,
    pointer: String,
    value: &'a Value,
}

impl<'a> Node<'a> {
    pub(super) fn root(document: &'a Document) -> Node<'a> {
        Node {
            document,
            pointer: String::new(),
            value: &document.value,
        }
    }

    /// The document it is a part of.
    pub fn document(&self) -> &'a Document {
        self.document
    }

    /// The JSON pointer to it.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The value.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// Its line.
    pub fn line(&self) -> Option<usize> {
        self.document.line(&self.pointer)
    }

    fn child(&self, token: &str, value: &'a Value) -> Node<'a> {
        let mut pointer = self.pointer.clone();
        push_token(&mut pointer, token);
        Node {
            document: self.document,
            pointer,
            value,
        }
    }

    /// The entry of a map.
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        Some(self.child(key, self.value.as_object()?.get(key)?))
    }

    /// The text of a map's entry.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.value.as_object()?.get(key)?.as_str()
    }

    /// The boolean of a map's entry; false when there is none.
    pub fn flag(&self, key: &str) -> bool {
        self.value
            .get(key)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    /// The entries of a map, in the order of the file; none for anything else.
    pub fn entries(&self) -> Vec<(&'a str, Node<'a>)> {
        let entries = self.value.as_object().into_iter().flatten();
        entries
            .map(|(key, value)| (key.as_str(), self.child(key, value)))
            .collect()
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> Vec<Node<'a>> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items
            .map(|(index, value)| self.child(&index.to_string(), value))
            .collect()
    }

    /// The target of its `$ref`, when it has one.
    pub fn reference(&self) -> Option<&'a str> {
        self.text("$ref")
    }

    /// The node that a chain of `$ref`s ends at: itself without one, nothing when it dangles or goes in a circle.
    pub fn resolve(&self) -> Option<Node<'a>> {
        let mut node = self.clone();
        // A chain longer than this can only be a circle.
        for _ in 0..32 {
            let Some(reference) = node.reference() else {
                return Some(node);
            };
            node = self.document.target(reference)?;
        }
        None
    }
}

impl Document {
    /// The node that a reference inside this document names.
    pub fn target(&self, reference: &str) -> Option<Node<'_>> {
        let pointer = reference.strip_prefix('#')?;
        let value = self.value.pointer(pointer)?;
        Some(Node {
            document: self,
            pointer: pointer.to_owned(),
            value,
        })
    }
}

/// Adds one step to a JSON pointer.
pub(crate) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    if token.contains(['~', '/']) {
        pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(token);
    }
}

/// The name in a reference of the form `#/components/<section>/<name>`.
pub fn component_name<'a>(reference: &'a str, section: &str) -> Option<&'a str> {
    let rest = reference
        .strip_prefix("#/components/")?
        .strip_prefix(section)?;
    rest.strip_prefix('/').filter(|name| !name.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap()
    }

    #[test]
    fn a_node_knows_its_pointer_and_line() {
        let document = document("paths:\n  /a/b:\n    get: {}\n");
        let node = document
            .root()
            .get("paths")
            .and_then(|paths| paths.get("/a/b"))
            .unwrap();
        assert_eq!((node.pointer(), node.line()), ("/paths/~1a~1b", Some(2)));
    }

    #[test]
    fn references_are_followed_to_their_end() {
        let document = document("a: {$ref: '#/b'}\nb: {$ref: '#/c'}\nc: {x: 1}\n");
        let node = document.root().get("a").and_then(|a| a.resolve()).unwrap();
        assert_eq!(node.pointer(), "/c");
    }

    #[test]
    fn references_that_dangle_or_go_round_lead_nowhere() {
        let document = document(
            "a: {$ref: '#/b'}\nb: {$ref: '#/a'}\nc: {$ref: '#/none'}\nd: {$ref: 'x.yaml#/y'}\n",
        );
        for key in ["a", "c", "d"] {
            assert!(
                document.root().get(key).unwrap().resolve().is_none(),
                "{key}"
            );
        }
    }

    #[test]
    fn a_component_reference_gives_its_name() {
        assert_eq!(
            component_name("#/components/schemas/Page", "schemas"),
            Some("Page")
        );
        assert_eq!(
            component_name("#/components/schemas/Page/properties/id", "schemas"),
            None
        );
        assert_eq!(
            component_name("#/components/responses/Page", "schemas"),
            None
        );
    }
}

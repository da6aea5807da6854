//! The operations of a document as the rules and the generator want to see them.

use super::{Document, Node};

/// The methods that a path can have, in the order the specification lists them.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// One operation and what surrounds it.
#[derive(Clone, Debug)]
pub struct Operation<'a> {
    /// The path template.
    pub path: &'a str,
    /// The method in lower case.
    pub method: &'a str,
    /// The operation object.
    pub node: Node<'a>,
    /// The path item around it.
    pub path_item: Node<'a>,
}

/// A parameter and where it was written.
#[derive(Clone, Debug)]
pub struct Parameter<'a> {
    /// Where the operation or path lists it; a `$ref` or the parameter itself.
    pub listed: Node<'a>,
    /// The parameter object.
    pub node: Node<'a>,
}

impl<'a> Parameter<'a> {
    /// Its name on the wire.
    pub fn name(&self) -> &'a str {
        self.node.text("name").unwrap_or_default()
    }

    /// Where it is sent: `query`, `path`, `header` or `cookie`.
    pub fn location(&self) -> &'a str {
        self.node.text("in").unwrap_or_default()
    }
}

impl<'a> Operation<'a> {
    /// Its id, when it has one.
    pub fn id(&self) -> Option<&'a str> {
        self.node.text("operationId")
    }

    /// What to call it in a sentence: its id, or its method and path.
    pub fn name(&self) -> String {
        match self.id() {
            Some(id) => format!("`{id}`"),
            None => format!("`{} {}`", self.method.to_uppercase(), self.path),
        }
    }

    /// Whether people write its code, so that the generator never sees it.
    pub fn is_handwritten(&self) -> bool {
        self.node
            .get("x-handwritten")
            .is_some_and(|mark| mark.value() != &serde_json::Value::Bool(false))
    }

    /// Whether what it answers is anything but JSON.
    pub fn answers_file(&self) -> bool {
        self.responses()
            .iter()
            .filter(|(status, _, _)| status.starts_with('2'))
            .filter_map(|(_, _, response)| response.get("content"))
            .any(|content| {
                let media = content.entries();
                !media.is_empty() && media.iter().all(|(kind, _)| !kind.contains("json"))
            })
    }

    /// Its parameters with those of the path, an own one replacing one of the path. Those that dangle are left out.
    pub fn parameters(&self) -> Vec<Parameter<'a>> {
        let mut parameters: Vec<Parameter<'a>> = Vec::new();
        for holder in [&self.path_item, &self.node] {
            let own = parameters.len();
            for listed in holder.get("parameters").iter().flat_map(Node::items) {
                let Some(node) = listed.resolve() else {
                    continue;
                };
                let parameter = Parameter { listed, node };
                let same = parameters.iter().take(own).position(|other| {
                    (other.name(), other.location()) == (parameter.name(), parameter.location())
                });
                match same {
                    Some(position) => parameters[position] = parameter,
                    None => parameters.push(parameter),
                }
            }
        }
        parameters
    }

    /// Its responses: the status as written, where it is listed, and the response object.
    pub fn responses(&self) -> Vec<(&'a str, Node<'a>, Node<'a>)> {
        let responses = self.node.get("responses");
        let entries = responses.iter().flat_map(Node::entries);
        entries
            .filter(|(status, _)| !status.starts_with("x-"))
            .filter_map(|(status, listed)| {
                let response = listed.resolve()?;
                Some((status, listed, response))
            })
            .collect()
    }

    /// Its successful response, when it has one.
    pub fn success(&self) -> Option<Node<'a>> {
        let mut responses = self.responses().into_iter();
        let success = responses.find(|(status, ..)| status.starts_with('2'));
        success.map(|(_, _, response)| response)
    }

    /// Its request body, when it has one.
    pub fn body(&self) -> Option<Node<'a>> {
        self.node.get("requestBody")?.resolve()
    }
}

impl Document {
    /// The components of a section, such as `schemas`, by name.
    pub fn components(&self, section: &str) -> Vec<(&str, Node<'_>)> {
        let components = self.root().get("components");
        let section = components.and_then(|components| components.get(section));
        section.iter().flat_map(Node::entries).collect()
    }

    /// Every operation, in the order of the file.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        let paths = self.root().get("paths");
        for (path, path_item) in paths.iter().flat_map(Node::entries) {
            for (method, node) in path_item.entries() {
                if METHODS.contains(&method) && node.value().is_object() {
                    let path_item = path_item.clone();
                    operations.push(Operation {
                        path,
                        method,
                        node,
                        path_item,
                    });
                }
            }
        }
        operations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operations_parameter_replaces_the_one_of_its_path() {
        let text = "
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, description: outer}
      - {name: kept, in: query}
    get:
      operationId: read
      parameters:
        - {name: id, in: path, description: inner}
";
        let document = Document::from_bytes(text.as_bytes().to_vec(), "api.yaml").unwrap();
        let operations = document.operations();
        let parameters = operations[0].parameters();
        let seen: Vec<_> = parameters
            .iter()
            .map(|parameter| (parameter.name(), parameter.node.text("description")))
            .collect();
        assert_eq!(seen, [("id", Some("inner")), ("kept", None)]);
    }
}

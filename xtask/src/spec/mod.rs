//! Loads an API document so that every part of it still knows its line.

mod diagnostic;
pub mod extensions;
pub mod instances;
mod model;
mod node;
mod schemas;
mod yaml;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use model::{METHODS, Operation, Parameter};
pub(crate) use node::push_token;
pub use node::{Node, component_name};
pub use yaml::Position;

/// A document that was read, before anything was asked of its content.
#[derive(Debug)]
pub struct Document {
    /// The file as the person named it; every diagnostic repeats it.
    pub file: String,
    /// The bytes of the file.
    pub text: String,
    /// The document as JSON, with the keys in the order of the file.
    pub value: Value,
    positions: BTreeMap<String, Position>,
}

impl Document {
    /// Reads the file at `path`, YAML or JSON, and calls it `shown` in diagnostics.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not text, is not YAML or JSON, or is not one document with a map at its root.
    pub fn load(path: &Path, shown: &str) -> Result<Document, Diagnostics> {
        if path.is_dir() {
            let what = "this is a directory";
            return Err(Diagnostic::file(shown, what, "name the file of the API document").into());
        }
        let bytes = std::fs::read(path).map_err(|error| {
            let what = format!("the file cannot be read ({error})");
            Diagnostic::file(shown, what, "check the path and its permissions")
        })?;
        Document::from_bytes(bytes, shown)
    }

    /// Reads a document that is already in memory.
    ///
    /// # Errors
    ///
    /// As [`Document::load`].
    pub fn from_bytes(bytes: Vec<u8>, shown: &str) -> Result<Document, Diagnostics> {
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let before = error.as_bytes().get(..valid).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let fix = "save it as UTF-8, or name the file of the API document";
            Diagnostic::line(shown, line, "the file is not UTF-8 text", fix)
        })?;
        let content = text.strip_prefix('\u{feff}').unwrap_or(&text);
        if content.trim().is_empty() {
            return Err(yaml::empty(shown).into());
        }
        let (value, positions) = match yaml::parse(shown, content) {
            Ok(read) => read,
            Err(yaml::Failure::Refused(diagnostic)) => return Err((*diagnostic).into()),
            // JSON is YAML but for a few forms; it is a document all the same, only without line numbers.
            Err(yaml::Failure::Syntax(diagnostic)) => match serde_json::from_str(content) {
                Ok(value) => (value, BTreeMap::new()),
                Err(_) => return Err((*diagnostic).into()),
            },
        };
        if !value.is_object() {
            let what = format!("the document is {} at its root", kind(&value));
            let fix = "an OpenAPI document is a map that starts with `openapi: 3.0.3`";
            return Err(Diagnostic::line(shown, 1, what, fix).into());
        }
        Ok(Document {
            file: shown.to_owned(),
            text,
            value,
            positions,
        })
    }

    /// The whole document as a [`Node`].
    pub fn root(&self) -> Node<'_> {
        Node::root(self)
    }

    /// The line of a JSON pointer, or of the nearest part around it that has one.
    pub fn line(&self, pointer: &str) -> Option<usize> {
        let mut pointer = pointer;
        loop {
            if let Some(position) = self.positions.get(pointer) {
                return Some(position.line);
            }
            pointer = &pointer[..pointer.rfind('/')?];
        }
    }

    /// Where a JSON pointer starts, when the document has it.
    pub fn position(&self, pointer: &str) -> Option<Position> {
        self.positions.get(pointer).copied()
    }

    /// The typed form of the document, with the given value in the place of its own.
    ///
    /// # Errors
    ///
    /// When the value does not have the form of an OpenAPI 3.0 document.
    pub fn typed(&self, value: Value) -> Result<openapiv3::OpenAPI, Diagnostics> {
        serde_json::from_value(value).map_err(|error| {
            let what = format!("the document does not have the form of OpenAPI 3.0: {error}");
            let fix = "compare it with the OpenAPI 3.0.3 specification";
            Diagnostic::file(&self.file, what, fix).into()
        })
    }
}

/// What a JSON value is, for a sentence.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(bytes: &[u8]) -> String {
        Document::from_bytes(bytes.to_vec(), "api.yaml")
            .map(|document| document.value)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn an_empty_file_says_what_to_write() {
        let message = "api.yaml: the file is empty; write an OpenAPI 3.0 document, starting with `openapi: 3.0.3`";
        assert_eq!(error(b""), message);
        assert_eq!(error(b"\n  \n"), message);
        assert_eq!(error(b"# only a comment\n"), message);
    }

    #[test]
    fn a_root_that_is_no_map_is_named() {
        assert!(error(b"- a\n- b\n").starts_with("api.yaml:1: the document is a list at its root"));
        assert!(error(b"hello").starts_with("api.yaml:1: the document is text at its root"));
        assert!(error(b"[1, 2]").starts_with("api.yaml:1: the document is a list at its root"));
    }

    #[test]
    fn a_binary_file_is_refused_with_its_line() {
        assert!(
            error(b"a: 1\nb: \xff\xfe\n").starts_with("api.yaml:2: the file is not UTF-8 text")
        );
        assert!(error(&[0, 1, 2, 3, 0x7f, b'E', b'L', b'F']).starts_with("api.yaml:1: "));
    }

    #[test]
    fn json_that_yaml_cannot_read_is_still_read() {
        let text = br#"{"a": "\ud83d\ude00"}"#.to_vec();
        let document = Document::from_bytes(text, "api.json").unwrap();
        assert_eq!(document.value, serde_json::json!({"a": "\u{1f600}"}));
    }

    #[test]
    fn a_missing_file_and_a_directory_are_told_apart() {
        let directory = tempfile::tempdir().unwrap();
        let load = |path: &Path| {
            Document::load(path, "api.yaml")
                .map(|_| ())
                .unwrap_err()
                .to_string()
        };
        assert!(load(directory.path()).starts_with("api.yaml: this is a directory"));
        assert!(
            load(&directory.path().join("none")).starts_with("api.yaml: the file cannot be read")
        );
    }

    #[test]
    fn a_missing_pointer_has_the_line_of_what_surrounds_it() {
        let document = Document::from_bytes(b"a: 1\nb:\n  c: 2\n".to_vec(), "api.yaml").unwrap();
        assert_eq!(document.line("/b/c"), Some(3));
        assert_eq!(document.line("/b/none/deep"), Some(2));
        assert_eq!(document.line("/nothing"), Some(1));
        assert_eq!(
            document.position("/b/c").map(|position| position.column),
            Some(3)
        );
    }
}

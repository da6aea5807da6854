//! Reads YAML, JSON included, into a value and the position of each part of it.

use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode, MarkedYaml, Marker, Scalar, ScanError, YamlData};
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Number, Value};

use super::diagnostic::Diagnostic;
use super::node::push_token;

/// Deeper documents would exhaust the stack of what reads them afterwards; no API document comes near.
const MAX_DEPTH: usize = 100;

/// A place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1.
    pub column: usize,
}

impl From<Marker> for Position {
    fn from(marker: Marker) -> Position {
        Position {
            line: marker.line(),
            column: marker.col() + 1,
        }
    }
}

/// The position of each JSON pointer.
pub(super) type Positions = BTreeMap<String, Position>;

/// Why there is no value.
#[derive(Debug)]
pub(super) enum Failure {
    /// The text is not YAML.
    Syntax(Box<Diagnostic>),
    /// The text is YAML that no API document may use.
    Refused(Box<Diagnostic>),
}

/// Reads the one document in `text`.
pub(super) fn parse(file: &str, text: &str) -> Result<(Value, Positions), Failure> {
    let mut reader = Reader {
        file,
        positions: Positions::new(),
    };
    reader.scan(text)?;
    // What the scan could read can only have a key twice, or too many aliases.
    let documents = MarkedYaml::load_from_str(text)
        .map_err(|error| Failure::Refused(reader.unreadable(&error)))?;
    let root = documents.first();
    let Some(root) = root.filter(|root| !matches!(root.data, YamlData::BadValue)) else {
        return Err(Failure::Refused(Box::new(empty(file))));
    };
    let value = reader.value(root, root.span.start, &mut String::new(), 1)?;
    Ok((value, reader.positions))
}

/// The diagnostic for a file without content.
pub(super) fn empty(file: &str) -> Diagnostic {
    let fix = "write an OpenAPI 3.0 document, starting with `openapi: 3.0.3`";
    Diagnostic::file(file, "the file is empty", fix)
}

struct Reader<'f> {
    file: &'f str,
    positions: Positions,
}

impl Reader<'_> {
    fn refused(&self, at: Marker, what: impl Into<String>, fix: &str) -> Failure {
        Failure::Refused(Box::new(Diagnostic::line(self.file, at.line(), what, fix)))
    }

    fn too_deep(&self, at: Marker) -> Failure {
        let what = format!("values nest more than {MAX_DEPTH} deep here");
        self.refused(
            at,
            what,
            "move the inner part to `components` and refer to it",
        )
    }

    fn unreadable(&self, error: &ScanError) -> Box<Diagnostic> {
        let what = format!("not readable as YAML: {}", error.info());
        let fix = match error.info() {
            "duplicated key in mapping" => "keep one of the two",
            _ => "mend the syntax here or on the lines before",
        };
        let line = error.marker().line();
        Box::new(Diagnostic::line(self.file, line, what, fix))
    }

    /// Finds what must not be loaded at all, or is not seen any more afterwards.
    fn scan(&self, text: &str) -> Result<(), Failure> {
        let (mut depth, mut documents) = (0, 0);
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| Failure::Syntax(self.unreadable(&error)))?;
            match event {
                Event::DocumentStart(_) => documents += 1,
                Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
                Event::SequenceEnd | Event::MappingEnd => depth -= 1,
                Event::Scalar(text, ScalarStyle::Plain, ..) if text == "<<" => {
                    let what = "`<<` is a merge key, which YAML 1.2 does not have";
                    let fix = "write the keys out, or use `$ref`";
                    return Err(self.refused(span.start, what, fix));
                }
                _ => {}
            }
            if depth > MAX_DEPTH {
                return Err(self.too_deep(span.start));
            }
            if documents > 1 {
                let what = "a second YAML document starts here";
                let fix = "keep one document in the file: remove the `---`";
                return Err(self.refused(span.start, what, fix));
            }
        }
        Ok(())
    }

    fn value(
        &mut self,
        node: &MarkedYaml<'_>,
        at: Marker,
        pointer: &mut String,
        depth: usize,
    ) -> Result<Value, Failure> {
        // Aliases nest deeper than the text does.
        if depth > MAX_DEPTH {
            return Err(self.too_deep(at));
        }
        self.positions.insert(pointer.clone(), at.into());
        match &node.data {
            YamlData::Value(scalar) => Ok(json(scalar)),
            YamlData::Tagged(_, inner) => self.value(inner, at, pointer, depth),
            YamlData::Sequence(items) => {
                let mut list = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    let inner =
                        self.inside(item, item.span.start, &index.to_string(), pointer, depth)?;
                    list.push(inner);
                }
                Ok(Value::Array(list))
            }
            YamlData::Mapping(entries) => {
                let mut map = Map::new();
                for (key, value) in entries {
                    // The key's line is where a person looks; a value may start on the next one.
                    let at = key.span.start;
                    let name = self.key(key)?;
                    let inner = self.inside(value, at, &name, pointer, depth)?;
                    if map.insert(name, inner).is_some() {
                        return Err(self.refused(
                            at,
                            "this key is here twice",
                            "keep one of the two",
                        ));
                    }
                }
                Ok(Value::Object(map))
            }
            _ => {
                let what =
                    "this is an alias to what surrounds it, or has a tag that it does not fit";
                Err(self.refused(at, what, "write the value out, or use `$ref`"))
            }
        }
    }

    fn inside(
        &mut self,
        node: &MarkedYaml<'_>,
        at: Marker,
        name: &str,
        pointer: &mut String,
        depth: usize,
    ) -> Result<Value, Failure> {
        let length = pointer.len();
        push_token(pointer, name);
        let value = self.value(node, at, pointer, depth + 1);
        pointer.truncate(length);
        value
    }

    fn key(&self, key: &MarkedYaml<'_>) -> Result<String, Failure> {
        match &key.data {
            YamlData::Value(Scalar::String(text)) => Ok(text.to_string()),
            YamlData::Value(Scalar::Integer(number)) => Ok(number.to_string()),
            _ => {
                let what = "a key is not text";
                Err(self.refused(key.span.start, what, "use text for the key, in quotes"))
            }
        }
    }
}

fn json(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::Bool(*value),
        Scalar::Integer(value) => Value::from(*value),
        Scalar::FloatingPoint(value) => {
            Number::from_f64(value.into_inner()).map_or(Value::Null, Value::Number)
        }
        Scalar::String(text) => Value::String(text.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(text: &str) -> Value {
        parse("api.yaml", text).unwrap().0
    }

    fn error(text: &str) -> String {
        match parse("api.yaml", text).unwrap_err() {
            Failure::Syntax(error) | Failure::Refused(error) => error.to_string(),
        }
    }

    #[test]
    fn words_of_yaml_1_1_stay_text() {
        assert_eq!(
            value("n: no\ny: yes\nno: on\n200: 0x10\n").to_string(),
            r#"{"n":"no","y":"yes","no":"on","200":16}"#
        );
    }

    #[test]
    fn quoted_and_tagged_values_are_text() {
        assert_eq!(
            value("a: '1'\nb: \"true\"\nc: !!str 5\n"),
            json!({"a": "1", "b": "true", "c": "5"})
        );
    }

    #[test]
    fn pointers_know_the_line_of_their_key() {
        let (_, positions) = parse("api.yaml", "a:\n  b/c: 1\nlist:\n  - x\n  - y\n").unwrap();
        let line = |pointer: &str| positions.get(pointer).map(|position| position.line);
        assert_eq!(line("/a"), Some(1));
        assert_eq!(line("/a/b~1c"), Some(2));
        assert_eq!(line("/list/1"), Some(5));
    }

    #[test]
    fn repeated_keys_are_refused() {
        assert!(error("a: 1\nb: 2\na: 3\n").starts_with("api.yaml:3: "));
        assert!(error("1: 1\n'1': 3\n").ends_with("keep one of the two"));
    }

    #[test]
    fn aliases_stand_for_their_anchors() {
        let text = "a: &x [1, 2]\nb: *x\n";
        assert_eq!(value(text), json!({"a": [1, 2], "b": [1, 2]}));
        assert!(error("a: &x [1, *x]\n").starts_with("api.yaml:1: this is an alias"));
        let mut bomb = String::from("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let items = vec![format!("*l{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("l{level}: &l{level} [{items}]\n"));
        }
        assert!(error(&bomb).contains("alias expansion"));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let flow = format!("a: {}{}", "[".repeat(5000), "]".repeat(5000));
        assert!(error(&flow).starts_with("api.yaml:1: "));
        let block: String = (0..400).map(|depth| " ".repeat(depth) + "a:\n").collect();
        assert!(error(&block).starts_with("api.yaml:101: values nest more than 100 deep"));
    }

    #[test]
    fn merge_keys_second_documents_and_broken_text_are_refused() {
        assert!(error("a: &x {b: 1}\nc:\n  <<: *x\n").starts_with("api.yaml:3: `<<` is a merge"));
        assert!(error("a: 1\n---\nb: 2\n").starts_with("api.yaml:2: a second YAML document"));
        assert!(error("a: b: c\n").starts_with("api.yaml:1: not readable as YAML"));
    }
}

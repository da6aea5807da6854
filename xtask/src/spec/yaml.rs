//! Builds a [`Tree`] from YAML text, JSON included.
//!
//! It works on parser events rather than on a ready-made document type, because those drop a repeated key without
//! a word and expand aliases without a bound.

use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use serde_json::Value;

use super::diagnostic::Diagnostic;
use super::scalar;
use super::tree::{Kind, Position, Tree};

/// Deeper documents would exhaust the stack of what reads them afterwards; no API document comes near.
const MAX_DEPTH: usize = 100;
/// The number of values that aliases may add. Nine lines of nested aliases can otherwise mean a billion values.
const MAX_ALIASED_VALUES: usize = 100_000;

/// Why there is no tree.
pub(super) enum Failure {
    /// The text is not YAML.
    Syntax(Box<Diagnostic>),
    /// The text is YAML that no API document may use.
    Refused(Box<Diagnostic>),
}

/// Reads the one document in `text`.
pub(super) fn parse(file: &str, text: &str) -> Result<Tree, Failure> {
    let mut builder = Builder {
        file,
        ..Builder::default()
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            Failure::Syntax(Box::new(Diagnostic::line(
                file,
                error.marker().line(),
                format!("not readable as YAML: {}", error.info()),
                "mend the syntax here or on the lines before",
            )))
        })?;
        builder.accept(event, span).map_err(Failure::Refused)?;
    }
    builder
        .root
        .ok_or_else(|| Failure::Refused(Box::new(empty(file))))
}

/// The diagnostic for a file without content.
pub(super) fn empty(file: &str) -> Diagnostic {
    Diagnostic::file(
        file,
        "the file is empty",
        "write an OpenAPI 3.0 document, starting with `openapi: 3.0.3`",
    )
}

/// A list or map that is not yet closed.
struct Open {
    position: Position,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Tree>),
    Map {
        entries: Vec<(String, Position, Tree)>,
        seen: BTreeSet<String>,
        key: Option<(String, Position)>,
    },
}

#[derive(Default)]
struct Builder<'a> {
    file: &'a str,
    open: Vec<Open>,
    anchors: BTreeMap<usize, (Tree, usize, usize)>,
    aliased: usize,
    documents: usize,
    root: Option<Tree>,
}

impl Builder<'_> {
    fn accept(&mut self, event: Event<'_>, span: Span) -> Result<(), Box<Diagnostic>> {
        let position = Position {
            line: span.start.line(),
            column: span.start.col() + 1,
        };
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => self.document(position),
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar_value(&text, style, tag.as_deref());
                self.scalar(position, anchor, text.into_owned(), value)
            }
            Event::Alias(anchor) => self.alias(position, anchor),
            Event::SequenceStart(anchor, _) => {
                self.start(position, anchor, Content::List(Vec::new()))
            }
            Event::MappingStart(anchor, _) => {
                let (entries, seen) = (Vec::new(), BTreeSet::new());
                self.start(
                    position,
                    anchor,
                    Content::Map {
                        entries,
                        seen,
                        key: None,
                    },
                )
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
        }
    }

    fn error(&self, position: Position, what: impl Into<String>, fix: &str) -> Box<Diagnostic> {
        Box::new(Diagnostic::line(self.file, position.line, what, fix))
    }

    fn document(&mut self, position: Position) -> Result<(), Box<Diagnostic>> {
        self.documents += 1;
        if self.documents > 1 {
            let what = "a second YAML document starts here";
            return Err(self.error(
                position,
                what,
                "keep one document in the file: remove the `---`",
            ));
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        position: Position,
        anchor: usize,
        text: String,
        value: Value,
    ) -> Result<(), Box<Diagnostic>> {
        if let Some(Open {
            content:
                Content::Map {
                    seen,
                    key: key @ None,
                    ..
                },
            ..
        }) = self.open.last_mut()
        {
            if text == "<<" {
                let what = "`<<` is a merge key, which YAML 1.2 does not have";
                return Err(self.error(position, what, "write the keys out, or use `$ref`"));
            }
            if !seen.insert(text.clone()) {
                let what = format!("the key `{text}` is here for the second time");
                return Err(self.error(position, what, "keep one of the two"));
            }
            *key = Some((text, position));
            return Ok(());
        }
        self.place(
            Tree {
                position,
                kind: Kind::Scalar(value),
            },
            anchor,
        )
    }

    fn alias(&mut self, position: Position, anchor: usize) -> Result<(), Box<Diagnostic>> {
        let Some((tree, size, depth)) = self.anchors.get(&anchor) else {
            let what = "this alias stands inside the value that it names";
            return Err(self.error(position, what, "write the value out, or use `$ref`"));
        };
        self.aliased += size;
        if self.aliased > MAX_ALIASED_VALUES {
            let what = format!("aliases expand to more than {MAX_ALIASED_VALUES} values");
            return Err(self.error(position, what, "use `$ref` to components in their place"));
        }
        if self.open.len() + depth > MAX_DEPTH {
            return Err(self.too_deep(position));
        }
        let tree = tree.clone();
        self.place(tree, 0)
    }

    fn too_deep(&self, position: Position) -> Box<Diagnostic> {
        let what = format!("values nest more than {MAX_DEPTH} deep here");
        self.error(
            position,
            what,
            "move the inner part to `components` and refer to it",
        )
    }

    fn start(
        &mut self,
        position: Position,
        anchor: usize,
        content: Content,
    ) -> Result<(), Box<Diagnostic>> {
        if self.open.len() + 1 > MAX_DEPTH {
            return Err(self.too_deep(position));
        }
        if let Some(Open {
            content: Content::Map { key: None, .. },
            ..
        }) = self.open.last()
        {
            return Err(self.key_is_not_text(position));
        }
        self.open.push(Open {
            position,
            anchor,
            content,
        });
        Ok(())
    }

    fn key_is_not_text(&self, position: Position) -> Box<Diagnostic> {
        self.error(
            position,
            "a key is a list, a map or an alias",
            "use text for the key",
        )
    }

    fn end(&mut self) -> Result<(), Box<Diagnostic>> {
        let Some(Open {
            position,
            anchor,
            content,
        }) = self.open.pop()
        else {
            return Ok(());
        };
        let kind = match content {
            Content::List(items) => Kind::List(items),
            Content::Map { entries, .. } => Kind::Map(entries),
        };
        self.place(Tree { position, kind }, anchor)
    }

    /// Puts a finished value where it belongs: under its key, into its list, or at the top.
    fn place(&mut self, tree: Tree, anchor: usize) -> Result<(), Box<Diagnostic>> {
        if anchor != 0 {
            let (size, depth) = (tree.size(), tree.depth());
            self.anchors.insert(anchor, (tree.clone(), size, depth));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(tree),
            Some(Content::List(items)) => items.push(tree),
            Some(Content::Map { entries, key, .. }) => match key.take() {
                Some((key, position)) => entries.push((key, position, tree)),
                None => return Err(self.key_is_not_text(tree.position)),
            },
        }
        Ok(())
    }
}

/// A quoted scalar is text, and so is one with the tag `!!str`; everything else follows the core schema.
fn scalar_value(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let tagged_text = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
    if style == ScalarStyle::Plain && !tagged_text {
        scalar::resolve(text)
    } else {
        Value::String(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(text: &str) -> Value {
        match parse("api.yaml", text) {
            Ok(tree) => tree.split().0,
            Err(Failure::Syntax(error) | Failure::Refused(error)) => panic!("{error}"),
        }
    }

    fn error(text: &str) -> String {
        match parse("api.yaml", text) {
            Ok(tree) => panic!("read as {}", tree.split().0),
            Err(Failure::Syntax(error) | Failure::Refused(error)) => error.to_string(),
        }
    }

    #[test]
    fn keys_stay_text_whatever_they_look_like() {
        assert_eq!(
            value("n: 1\ny: 2\nno: 3\n200: 4\ntrue: 5\n"),
            json!({"n": 1, "y": 2, "no": 3, "200": 4, "true": 5})
        );
    }

    #[test]
    fn keys_keep_their_order() {
        let text = value("b: 1\na: 2\nc: 3\n").to_string();
        assert_eq!(text, r#"{"b":1,"a":2,"c":3}"#);
    }

    #[test]
    fn quoted_and_tagged_values_are_text() {
        assert_eq!(
            value("a: '1'\nb: \"true\"\nc: !!str 5\n"),
            json!({"a": "1", "b": "true", "c": "5"})
        );
    }

    #[test]
    fn json_is_read_too() {
        assert_eq!(
            value("{\n\t\"a\": [1, null, true],\n\t\"b\": \"x\\/y\"\n}\n"),
            json!({"a": [1, null, true], "b": "x/y"})
        );
    }

    #[test]
    fn every_pointer_knows_the_line_of_its_key() {
        let Ok(tree) = parse("api.yaml", "a:\n  b/c: 1\nlist:\n  - x\n  - y\n") else {
            panic!("not read")
        };
        let (_, positions) = tree.split();
        let line = |pointer: &str| positions.get(pointer).map(|position| position.line);
        assert_eq!(line("/a"), Some(1));
        assert_eq!(line("/a/b~1c"), Some(2));
        assert_eq!(line("/list/1"), Some(5));
    }

    #[test]
    fn a_repeated_key_is_reported_where_it_is_repeated() {
        assert_eq!(
            error("a: 1\nb: 2\na: 3\n"),
            "api.yaml:3: the key `a` is here for the second time; keep one of the two"
        );
    }

    #[test]
    fn an_alias_stands_for_its_anchor() {
        assert_eq!(
            value("a: &x [1, 2]\nb: *x\n"),
            json!({"a": [1, 2], "b": [1, 2]})
        );
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut text = String::from("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let below = format!("*l{}", level - 1);
            let items = vec![below; 10].join(", ");
            text.push_str(&format!("l{level}: &l{level} [{items}]\n"));
        }
        assert!(error(&text).contains("aliases expand to more than 100000 values"));
    }

    #[test]
    fn an_alias_to_what_surrounds_it_is_refused() {
        assert!(error("a: &x [1, *x]\n").starts_with("api.yaml:1: this alias stands inside"));
    }

    #[test]
    fn deep_nesting_is_refused_in_flow_and_in_block_form() {
        assert!(
            error(&format!("a: {}{}", "[".repeat(5000), "]".repeat(5000))).contains("api.yaml:1:")
        );
        let mut block = String::new();
        for depth in 0..400 {
            block.push_str(&" ".repeat(depth));
            block.push_str("a:\n");
        }
        assert!(error(&block).starts_with("api.yaml:101: values nest more than 100 deep"));
    }

    #[test]
    fn a_second_document_is_refused() {
        assert!(error("a: 1\n---\nb: 2\n").starts_with("api.yaml:2: a second YAML document"));
    }

    #[test]
    fn merge_keys_are_refused() {
        assert!(
            error("a: &x {b: 1}\nc:\n  <<: *x\n").starts_with("api.yaml:3: `<<` is a merge key")
        );
    }

    #[test]
    fn broken_yaml_is_reported_with_its_line() {
        assert!(error("a: 1\nb: [1, 2\nc: 3\n").contains("not readable as YAML"));
        assert!(error("a: b: c\n").starts_with("api.yaml:1: not readable as YAML"));
    }
}

//! Where in the text of the document a proposal goes.
//!
//! The text is edited by whole lines, so that everything which does not change keeps its form and its comments.

use serde_json::Value;

use super::yaml_text;
use crate::spec::{Document, Node};

/// Lines to write into the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// The JSON pointer of what changes or of what surrounds it.
    pub(super) pointer: String,
    /// The first line that goes; for new lines, the one after which they come.
    pub(super) line: usize,
    /// How many lines go.
    pub(super) removed: usize,
    /// The new lines.
    pub(super) lines: Vec<String>,
}

impl Edit {
    fn indent(&self) -> usize {
        let first = self.lines.first().map(String::as_str).unwrap_or_default();
        first.len() - first.trim_start().len()
    }

    /// The last line it is about.
    fn last(&self) -> usize {
        self.line + self.removed.saturating_sub(1)
    }

    /// Whether the other one changes lines that this one replaces.
    pub(super) fn covers(&self, other: &Edit) -> bool {
        let inside = if other.removed == 0 {
            other.line >= self.line && other.line < self.last()
        } else {
            other.line >= self.line && other.last() <= self.last()
        };
        self.removed > 0 && self != other && inside
    }
}

/// A block of the text: a key and what is below it.
struct Block {
    first: usize,
    last: usize,
    indent: usize,
}

/// Finds places in the text of a document.
pub(super) struct Editor<'a> {
    document: &'a Document,
    lines: Vec<&'a str>,
}

impl<'a> Editor<'a> {
    pub(super) fn new(document: &'a Document) -> Editor<'a> {
        Editor {
            document,
            lines: document.text.lines().collect(),
        }
    }

    fn line(&self, number: usize) -> Option<&'a str> {
        self.lines.get(number.checked_sub(1)?).copied()
    }

    /// The block of a pointer; nothing when it is written inside `{…}` or `[…]`, or in a list.
    fn block(&self, pointer: &str) -> Option<Block> {
        let position = self.document.position(pointer)?;
        let (first, indent) = (position.line, position.column.checked_sub(1)?);
        let text = self.line(first)?;
        if pointer.is_empty()
            || text.len() - text.trim_start().len() != indent
            || text.trim_start().starts_with('-')
        {
            return None;
        }
        let mut last = first;
        let mut next = first + 1;
        while let Some(text) = self.line(next) {
            let content = text.trim_start();
            let blank = content.is_empty() || content.starts_with('#');
            if !blank && text.len() - content.len() <= indent {
                break;
            }
            if !blank {
                last = next;
            }
            next += 1;
        }
        Some(Block {
            first,
            last,
            indent,
        })
    }

    /// Whether the entries of a map are on lines of their own.
    fn is_spread(&self, node: &Node<'a>) -> bool {
        let entries = node.entries();
        let own = node.line();
        !entries.is_empty()
            && entries
                .iter()
                .all(|(_, child)| child.line() > own && self.block(child.pointer()).is_some())
    }

    /// Adds an entry at the end of a map.
    pub(super) fn insert(&self, map: &Node<'a>, key: &str, value: &Value) -> Option<Edit> {
        let first = map.entries().into_iter().next()?.1;
        let indent = self.block(first.pointer())?.indent;
        if !self.is_spread(map) {
            return None;
        }
        Some(Edit {
            pointer: map.pointer().to_owned(),
            line: self.block(map.pointer())?.last,
            removed: 0,
            lines: yaml_text::entry(key, value, indent),
        })
    }

    /// Writes a value in the place of a node, or of what surrounds a node that has no lines of its own.
    pub(super) fn replace(&self, node: &Node<'a>, value: Value) -> Option<Edit> {
        let (parent, key) = node.pointer().rsplit_once('/')?;
        let key = key.replace("~1", "/").replace("~0", "~");
        let Some(block) = self.block(node.pointer()) else {
            let parent = self.document.target(&format!("#{parent}"))?;
            let mut changed = parent.value().clone();
            match &mut changed {
                Value::Object(map) => *map.get_mut(&key)? = value,
                Value::Array(items) => *items.get_mut(key.parse::<usize>().ok()?)? = value,
                _ => return None,
            }
            return self.replace(&parent, changed);
        };
        Some(Edit {
            pointer: node.pointer().to_owned(),
            line: block.first,
            removed: block.last + 1 - block.first,
            lines: self.rewritten(&key, node, &value, block.indent),
        })
    }

    /// The lines of a node with another value. What stays the same keeps its lines.
    fn rewritten(&self, key: &str, node: &Node<'a>, value: &Value, indent: usize) -> Vec<String> {
        let Value::Object(map) = value else {
            return yaml_text::entry(key, value, indent);
        };
        let head = self
            .block(node.pointer())
            .and_then(|block| self.line(block.first));
        let (Some(head), true) = (head, self.is_spread(node)) else {
            return yaml_text::entry(key, value, indent);
        };
        let mut lines = vec![head.to_owned()];
        let inner = node
            .entries()
            .first()
            .and_then(|(_, child)| self.block(child.pointer()))
            .map_or(indent + 2, |block| block.indent);
        for (key, value) in map {
            match node.get(key) {
                Some(old) if old.value() == value => {
                    let Some(block) = self.block(old.pointer()) else {
                        continue;
                    };
                    let kept = (block.first..=block.last).filter_map(|number| self.line(number));
                    lines.extend(kept.map(str::to_owned));
                }
                Some(old) if value.is_object() => {
                    lines.extend(self.rewritten(key, &old, value, inner))
                }
                _ => lines.extend(yaml_text::entry(key, value, inner)),
            }
        }
        lines
    }
}

/// The text with all edits made.
pub(super) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut order: Vec<&Edit> = edits.iter().rev().collect();
    // From the end, so that line numbers stay right; of two that meet after one line, the outer one stays behind.
    order.sort_by_key(|edit| {
        (
            std::cmp::Reverse(edit.line),
            edit.removed > 0,
            edit.indent(),
        )
    });
    for edit in order {
        let start = if edit.removed == 0 {
            edit.line
        } else {
            edit.line - 1
        };
        let start = start.min(lines.len());
        let end = (start + edit.removed).min(lines.len());
        lines.splice(start..end, edit.lines.iter().cloned());
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "a:\n  # about b\n  b:\n    description: >-\n      long\n      text\n    type: string\n  c: {type: string}\n\nd:\n  - e: 1\n";

    fn document() -> Document {
        Document::from_bytes(TEXT.as_bytes().to_vec(), "api.yaml").unwrap()
    }

    #[test]
    fn an_entry_goes_to_the_end_of_its_map() {
        let document = document();
        let map = document.root().get("a").unwrap();
        let edit = Editor::new(&document)
            .insert(&map, "new", &json!({"type": "boolean"}))
            .unwrap();
        assert_eq!((edit.pointer.as_str(), edit.line), ("/a", 8));
        let text = apply(TEXT, &[edit]);
        assert_eq!(
            text,
            TEXT.replace(
                "c: {type: string}\n",
                "c: {type: string}\n  new:\n    type: boolean\n"
            )
        );
    }

    #[test]
    fn what_stays_the_same_keeps_its_lines() {
        let document = document();
        let node = document.target("#/a/b").unwrap();
        let value = json!({"description": "long text", "type": "string", "nullable": true});
        let edit = Editor::new(&document).replace(&node, value).unwrap();
        assert_eq!(
            apply(TEXT, &[edit]),
            TEXT.replace(
                "    type: string\n",
                "    type: string\n    nullable: true\n"
            )
        );
    }

    #[test]
    fn a_value_inside_a_flow_or_a_list_is_replaced_with_what_surrounds_it() {
        let document = document();
        let editor = Editor::new(&document);
        let edit = editor
            .replace(&document.target("#/a/c/type").unwrap(), json!("number"))
            .unwrap();
        assert_eq!(
            (edit.pointer.as_str(), edit.lines),
            (
                "/a/c",
                vec!["  c:".to_owned(), "    type: number".to_owned()]
            )
        );
        let edit = editor
            .replace(&document.target("#/d/0/e").unwrap(), json!(2))
            .unwrap();
        assert_eq!(edit.pointer, "/d");
    }

    #[test]
    fn edits_do_not_move_each_other() {
        let document = document();
        let editor = Editor::new(&document);
        let inner = editor
            .insert(&document.target("#/a/b").unwrap(), "x", &json!(1))
            .unwrap();
        let outer = editor
            .insert(&document.target("#/a").unwrap(), "y", &json!(2))
            .unwrap();
        let change = editor
            .replace(
                &document.target("#/a/c").unwrap(),
                json!({"type": "number"}),
            )
            .unwrap();
        let text = apply(TEXT, &[outer, change, inner]);
        let value = Document::from_bytes(text.into_bytes(), "api.yaml")
            .unwrap()
            .value;
        let expected = json!({"b": {"description": "long text", "type": "string", "x": 1}, "c": {"type": "number"}, "y": 2});
        assert_eq!(value["a"], expected);
    }
}

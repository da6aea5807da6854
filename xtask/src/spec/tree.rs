//! A parsed document in which every value still knows the line and column it came from.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1.
    pub column: usize,
}

/// A value and where it starts.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) position: Position,
    pub(super) kind: Kind,
}

/// What a [`Tree`] is made of.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Scalar(Value),
    List(Vec<Tree>),
    Map(Vec<(String, Position, Tree)>),
}

impl Tree {
    /// How many values there are in it, itself included.
    pub(super) fn size(&self) -> usize {
        match &self.kind {
            Kind::Scalar(_) => 1,
            Kind::List(items) => items.iter().map(Tree::size).sum::<usize>() + 1,
            Kind::Map(entries) => {
                entries
                    .iter()
                    .map(|(_, _, tree)| tree.size())
                    .sum::<usize>()
                    + 1
            }
        }
    }

    /// How deeply it nests; a scalar is 1.
    pub(super) fn depth(&self) -> usize {
        let below = match &self.kind {
            Kind::Scalar(_) => None,
            Kind::List(items) => items.iter().map(Tree::depth).max(),
            Kind::Map(entries) => entries.iter().map(|(_, _, tree)| tree.depth()).max(),
        };
        below.unwrap_or(0) + 1
    }

    /// Splits it into the plain JSON value and the position of each JSON pointer.
    pub(super) fn split(self) -> (Value, BTreeMap<String, Position>) {
        let mut positions = BTreeMap::new();
        let start = self.position;
        let value = self.into_value(&mut String::new(), start, &mut positions);
        (value, positions)
    }

    fn into_value(
        self,
        pointer: &mut String,
        position: Position,
        positions: &mut BTreeMap<String, Position>,
    ) -> Value {
        positions.insert(pointer.clone(), position);
        let length = pointer.len();
        match self.kind {
            Kind::Scalar(value) => value,
            Kind::List(items) => {
                let mut list = Vec::with_capacity(items.len());
                for (index, item) in items.into_iter().enumerate() {
                    push_token(pointer, &index.to_string());
                    let position = item.position;
                    list.push(item.into_value(pointer, position, positions));
                    pointer.truncate(length);
                }
                Value::Array(list)
            }
            Kind::Map(entries) => {
                let mut map = Map::new();
                for (key, position, tree) in entries {
                    push_token(pointer, &key);
                    // The key's line is where a person looks; a value may start on the next one.
                    let value = tree.into_value(pointer, position, positions);
                    map.insert(key, value);
                    pointer.truncate(length);
                }
                Value::Object(map)
            }
        }
    }
}

/// Adds one step to a JSON pointer.
pub(crate) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

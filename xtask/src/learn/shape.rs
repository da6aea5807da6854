//! What many captured values have in common: kinds and counts, not the values themselves.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// More different texts are no enum.
const MOST: usize = 64;
const LONGEST: usize = 40;
const LONGEST_WORD: usize = 20;

/// A kind of JSON value, as a schema tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// All of them, in the order of reports.
    pub(super) const ALL: [Kind; 6] = [
        Kind::Boolean,
        Kind::Integer,
        Kind::Number,
        Kind::String,
        Kind::Array,
        Kind::Object,
    ];

    /// The name in a schema.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Boolean => "boolean",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Array => "array",
            Kind::Object => "object",
        }
    }

    /// The kind of a value; null has none.
    pub(super) fn of(value: &Value) -> Option<Kind> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(_) => Kind::Boolean,
            Value::Number(number) if number.is_f64() => Kind::Number,
            Value::Number(_) => Kind::Integer,
            Value::String(_) => Kind::String,
            Value::Array(_) => Kind::Array,
            Value::Object(_) => Kind::Object,
        })
    }
}

/// What was seen at one place of many responses.
#[derive(Clone, Default)]
pub(super) struct Shape {
    /// How many values, nulls among them.
    pub(super) seen: u64,
    /// How many of them were null.
    pub(super) nulls: u64,
    /// How many there were of each other kind.
    pub(super) kinds: BTreeMap<Kind, u64>,
    /// All items of all lists.
    pub(super) items: Option<Box<Shape>>,
    /// Everything under the keys of the objects. **The keys can be data.**
    pub(super) fields: BTreeMap<String, Shape>,
    /// Texts that look like constants, and how often each was there. **They can be data.**
    constants: BTreeMap<String, u64>,
}

/// Without keys and texts.
impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shape")
            .field("seen", &self.seen)
            .field("kinds", &self.kinds)
            .finish_non_exhaustive()
    }
}

impl Shape {
    /// Takes a value in.
    pub(super) fn add(&mut self, value: &Value) {
        self.seen += 1;
        match Kind::of(value) {
            None => self.nulls += 1,
            Some(kind) => *self.kinds.entry(kind).or_default() += 1,
        }
        match value {
            Value::String(text) if is_constant(text) && self.constants.len() < MOST => {
                *self.constants.entry(text.clone()).or_default() += 1;
            }
            Value::Array(items) => {
                let shape = self.items.get_or_insert_default();
                items.iter().for_each(|item| shape.add(item));
            }
            Value::Object(entries) => {
                entries.iter().for_each(|(key, value)| {
                    self.fields.entry(key.clone()).or_default().add(value)
                });
            }
            _ => {}
        }
    }

    /// Takes in what was seen at another place.
    pub(super) fn merge(&mut self, other: &Shape) {
        self.seen += other.seen;
        self.nulls += other.nulls;
        other
            .kinds
            .iter()
            .for_each(|(kind, times)| *self.kinds.entry(*kind).or_default() += times);
        if let Some(items) = &other.items {
            self.items.get_or_insert_default().merge(items);
        }
        other
            .fields
            .iter()
            .for_each(|(key, shape)| self.fields.entry(key.clone()).or_default().merge(shape));
    }

    /// How many values of a kind.
    pub(super) fn count(&self, kind: Kind) -> u64 {
        self.kinds.get(&kind).copied().unwrap_or(0)
    }

    /// The kinds there were, null aside.
    pub(super) fn kind_names(&self) -> String {
        let names: Vec<&str> = self.kinds.keys().map(|kind| kind.name()).collect();
        names.join(" or ")
    }

    /// The texts that are shown on request: what was there once may be anything, a constant comes back.
    pub(super) fn constants(&self) -> Vec<&str> {
        self.constants
            .iter()
            .filter(|(_, times)| **times > 1)
            .map(|(text, _)| text.as_str())
            .collect()
    }

    /// What the values are, in words: `integer or array of string`.
    pub(super) fn words(&self) -> String {
        let words = |kind: &Kind| match (kind, &self.items) {
            (Kind::Array, Some(items)) if items.seen > 0 => {
                let null = if items.nulls > 0 && !items.kinds.is_empty() {
                    " or null"
                } else {
                    ""
                };
                format!("array of {}{null}", items.words())
            }
            (Kind::Array, _) => "array, always empty".to_owned(),
            (other, _) => other.name().to_owned(),
        };
        let parts: Vec<String> = self.kinds.keys().map(words).collect();
        if parts.is_empty() {
            "null".to_owned()
        } else {
            parts.join(" or ")
        }
    }

    /// The words, in how many of so many places it was, and how often null: `boolean, in 12 of 148, never null`.
    pub(super) fn sentence(&self, of: u64) -> String {
        let nulls = match self.nulls {
            0 => ", never null".to_owned(),
            _ if self.kinds.is_empty() => String::new(),
            nulls => format!(", null in {nulls}"),
        };
        format!("{}, in {} of {of}{nulls}", self.words(), self.seen)
    }
}

/// Whether a text looks like a constant: English words in one case, put together with `_`.
fn is_constant(text: &str) -> bool {
    let one_case = |wanted: fn(&u8) -> bool| text.bytes().all(|byte| byte == b'_' || wanted(&byte));
    (2..=LONGEST).contains(&text.len())
        && text
            .split('_')
            .all(|word| !word.is_empty() && word.len() <= LONGEST_WORD)
        && (one_case(u8::is_ascii_uppercase) || one_case(u8::is_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shape(values: &[Value]) -> Shape {
        let mut shape = Shape::default();
        values.iter().for_each(|value| shape.add(value));
        shape
    }

    #[test]
    fn shape_says_kinds_and_counts() {
        assert_eq!(
            shape(&[json!(true), json!(false)]).sentence(9),
            "boolean, in 2 of 9, never null"
        );
        let mixed = shape(&[json!("7"), json!(7), json!(null)]);
        assert_eq!(mixed.sentence(3), "integer or string, in 3 of 3, null in 1");
        assert_eq!(shape(&[json!(null)]).sentence(1), "null, in 1 of 1");
        assert_eq!(shape(&[json!([])]).words(), "array, always empty");
        assert_eq!(
            shape(&[json!([{"a": 1}, null])]).words(),
            "array of object or null"
        );
    }

    #[test]
    fn only_repeated_words_of_one_case_are_constants() {
        let texts = [
            "INBOX", "INBOX", "by_id", "by_id", "LAN", "Lan", "Lan", "77", "77", "lan@x", "lan@x",
            "_a", "_a",
        ];
        let shape = shape(&texts.map(Value::from));
        assert_eq!(shape.constants(), ["INBOX", "by_id"]);
    }

    #[test]
    fn debug_shows_neither_keys_nor_values() {
        let debug = format!(
            "{:?}",
            shape(&[
                json!({"canary": "canary", "b": ["canary"]}),
                json!("canary")
            ])
        );
        assert!(!debug.contains("canary"), "{debug}");
    }
}

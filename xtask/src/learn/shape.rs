//! What many captured values have in common: kinds and forms, not the values themselves.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::constants::Constants;
use super::text_form::TextForm;

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
}

/// What was seen at one place of many answers.
#[derive(Clone, Default)]
pub(super) struct Shape {
    /// How many values, nulls among them.
    pub(super) seen: u64,
    /// How many of them were null.
    pub(super) nulls: u64,
    /// How many there were of each other kind.
    pub(super) kinds: BTreeMap<Kind, u64>,
    /// The forms of the texts.
    pub(super) forms: BTreeMap<TextForm, u64>,
    /// Whether an integer needs more than 32 bits.
    pub(super) wide: bool,
    /// Texts that may be values of an enum.
    pub(super) constants: Constants,
    /// All items of all lists.
    pub(super) items: Option<Box<Shape>>,
    fields: BTreeMap<String, Shape>,
}

/// Without keys: they can be data.
impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shape")
            .field("seen", &self.seen)
            .field("nulls", &self.nulls)
            .field("kinds", &self.kinds)
            .field("forms", &self.forms)
            .field("items", &self.items)
            .field("fields", &self.fields.len())
            .finish_non_exhaustive()
    }
}

impl Shape {
    /// Takes a value in.
    pub(super) fn add(&mut self, value: &Value) {
        self.seen += 1;
        let kind = match value {
            Value::Null => {
                self.nulls += 1;
                return;
            }
            Value::Bool(_) => Kind::Boolean,
            Value::Number(number) if number.is_f64() => Kind::Number,
            Value::Number(number) => {
                self.wide |= number
                    .as_i64()
                    .is_none_or(|number| i32::try_from(number).is_err());
                Kind::Integer
            }
            Value::String(text) => {
                *self.forms.entry(TextForm::of(text)).or_default() += 1;
                self.constants.add(text);
                Kind::String
            }
            Value::Array(items) => {
                let shape = self.items.get_or_insert_default();
                items.iter().for_each(|item| shape.add(item));
                Kind::Array
            }
            Value::Object(entries) => {
                for (key, value) in entries {
                    match self.fields.get_mut(key) {
                        Some(shape) => shape.add(value),
                        None => self.fields.entry(key.clone()).or_default().add(value),
                    }
                }
                Kind::Object
            }
        };
        *self.kinds.entry(kind).or_default() += 1;
    }

    /// Takes in what was seen at another place.
    pub(super) fn merge(&mut self, other: &Shape) {
        self.seen += other.seen;
        self.nulls += other.nulls;
        self.wide |= other.wide;
        for (kind, times) in &other.kinds {
            *self.kinds.entry(*kind).or_default() += times;
        }
        for (form, times) in &other.forms {
            *self.forms.entry(*form).or_default() += times;
        }
        self.constants.merge(&other.constants);
        if let Some(items) = &other.items {
            self.items.get_or_insert_default().merge(items);
        }
        for (key, shape) in &other.fields {
            self.fields.entry(key.clone()).or_default().merge(shape);
        }
    }

    /// How many values of a kind.
    pub(super) fn count(&self, kind: Kind) -> u64 {
        self.kinds.get(&kind).copied().unwrap_or(0)
    }

    /// How many objects.
    pub(super) fn objects(&self) -> u64 {
        self.count(Kind::Object)
    }

    /// The kinds there were, null aside.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        self.kinds.keys().copied().collect()
    }

    /// What was seen under a key.
    pub(super) fn field(&self, key: &str) -> Option<&Shape> {
        self.fields.get(key)
    }

    /// Everything under the keys of the objects. **The keys can be data.**
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.fields.iter().map(|(key, shape)| (key.as_str(), shape))
    }

    /// Whether there were texts, and each of them had one of these forms, empty ones aside.
    pub(super) fn only(&self, wanted: &[TextForm]) -> bool {
        let mut forms = self.forms.keys().filter(|form| **form != TextForm::Empty);
        let mut any = false;
        forms.all(|form| {
            any = true;
            wanted.contains(form)
        }) && any
    }

    /// The values of one kind, without the others and the nulls.
    pub(super) fn of_kind(&self, kind: Kind) -> Shape {
        let times = self.count(kind);
        let mut one = self.clone();
        one.kinds.retain(|other, _| *other == kind);
        (one.seen, one.nulls) = (times, 0);
        one
    }

    /// Everything under these keys as one place.
    pub(super) fn under<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> Shape {
        let mut all = Shape::default();
        keys.into_iter()
            .filter_map(|key| self.field(key))
            .for_each(|shape| all.merge(shape));
        all
    }

    /// What the values are, in words: `string (uuid) or integer`.
    pub(super) fn words(&self) -> String {
        let mut parts: Vec<String> = Kind::ALL
            .into_iter()
            .filter(|kind| self.count(*kind) > 0)
            .map(|kind| match kind {
                Kind::String => self.string_words(),
                Kind::Array => self.array_words(),
                other => other.name().to_owned(),
            })
            .collect();
        if parts.is_empty() {
            parts.push("null".to_owned());
        }
        parts.join(" or ")
    }

    fn string_words(&self) -> String {
        let forms: Vec<&str> = self.forms.keys().filter_map(|form| form.name()).collect();
        if forms.is_empty() || self.forms.contains_key(&TextForm::Other) {
            "string".to_owned()
        } else {
            format!("string ({})", forms.join(" or "))
        }
    }

    fn array_words(&self) -> String {
        match self.items.as_ref().filter(|items| items.seen > 0) {
            None => "array, always empty".to_owned(),
            Some(items) if items.nulls > 0 && !items.kinds.is_empty() => {
                format!("array of {} or null", items.words())
            }
            Some(items) => format!("array of {}", items.words()),
        }
    }

    /// The words, in how many of so many objects it was, and how often null: `boolean, in 12 of 148, never null`.
    pub(super) fn sentence(&self, of: u64) -> String {
        let nulls = match self.nulls {
            0 => ", never null".to_owned(),
            _ if self.kinds.is_empty() => String::new(),
            nulls => format!(", null in {nulls}"),
        };
        format!("{}, in {} of {of}{nulls}", self.words(), self.seen)
    }
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
    fn a_shape_says_what_there_was_and_how_often() {
        let flags = shape(&[json!(true), json!(false)]);
        assert_eq!(flags.sentence(9), "boolean, in 2 of 9, never null");
        let mixed = shape(&[json!("7"), json!(7), json!(null)]);
        assert_eq!(
            mixed.sentence(3),
            "integer or string (digits), in 3 of 3, null in 1"
        );
        assert_eq!(shape(&[json!(null)]).sentence(1), "null, in 1 of 1");
        assert_eq!(shape(&[json!([])]).words(), "array, always empty");
        assert_eq!(
            shape(&[json!([{"a": 1}, null])]).words(),
            "array of object or null"
        );
    }

    #[test]
    fn one_shape_of_two_places_is_that_of_all_their_values() {
        let (first, second) = (json!({"a": 1, "b": [1]}), json!({"a": "x", "b": [null]}));
        let mut merged = shape(std::slice::from_ref(&first));
        merged.merge(&shape(std::slice::from_ref(&second)));
        assert_eq!(
            format!("{merged:?}"),
            format!("{:?}", shape(&[first, second]))
        );
        let a = merged.field("a").unwrap();
        assert_eq!(a.sentence(2), "integer or string, in 2 of 2, never null");
    }

    #[test]
    fn integers_that_need_more_than_32_bits_are_noticed() {
        assert!(!shape(&[json!(2_147_483_647)]).wide);
        assert!(shape(&[json!(2_147_483_648_i64)]).wide);
        assert!(shape(&[json!(u64::MAX)]).wide);
    }

    #[test]
    fn debug_shows_neither_keys_nor_values() {
        let debug = format!(
            "{:?}",
            shape(&[json!({"canary": "canary", "b": ["canary"]})])
        );
        assert!(!debug.contains("canary"), "{debug}");
    }
}

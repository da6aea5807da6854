//! Holds what was seen against what the document says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::accepts::{Accepts, Rest, rest};
use super::finding::{Finding, Place, Side, What};
use super::shape::{Kind, Shape};
use super::text_form::TextForm;
use super::{enums, keys};
use crate::spec::{Node, component_name};

/// Answers that refer to themselves go on for as long as the captures do; nobody reads a longer path.
const DEEPEST: usize = 64;

/// A field to add.
#[derive(Clone, Debug)]
pub(super) struct NewField<'a> {
    /// The object schema it belongs to.
    pub(super) owner: Node<'a>,
    /// The component around it.
    pub(super) component: String,
    /// What was seen under it.
    pub(super) shape: Shape,
    /// The number of objects that could have had it.
    pub(super) of: u64,
}

/// A schema to change.
#[derive(Clone, Debug)]
pub(super) struct Change<'a> {
    /// The schema where it is used: a property, the items of a list, the values of a map.
    pub(super) node: Node<'a>,
    /// What was seen there.
    pub(super) shape: Shape,
    /// Where.
    pub(super) place: Place<'a>,
    /// The number of places that could have had it.
    pub(super) of: u64,
    /// The operations, answers and paths that it was seen at.
    sources: BTreeSet<(String, Side, String)>,
    /// Whether it has to let null through.
    pub(super) null: bool,
    /// The kinds it has to let through besides.
    pub(super) kinds: Vec<Kind>,
    /// Whether the form of the texts or numbers asks for another type.
    pub(super) form: bool,
    /// The values that make an enum of it.
    pub(super) open_enum: Vec<String>,
}

/// Everything to learn.
#[derive(Debug, Default)]
pub(super) struct Lessons<'a> {
    /// For people, in the order they were found.
    pub(super) findings: Vec<Finding>,
    /// By the pointer of the object and the name.
    pub(super) fields: BTreeMap<(String, String), NewField<'a>>,
    /// By the pointer of the schema.
    pub(super) changes: BTreeMap<String, Change<'a>>,
    /// By the pointer of the component: its list, and the values to add.
    pub(super) values: BTreeMap<String, (Node<'a>, Vec<String>)>,
}

/// Compares the answers of one operation.
pub(super) struct Comparison<'l, 'a> {
    pub(super) operation: &'l str,
    pub(super) side: Side,
    pub(super) show_values: bool,
    pub(super) lessons: &'l mut Lessons<'a>,
}

impl<'a> Comparison<'_, 'a> {
    /// Compares from the root.
    pub(super) fn run(&mut self, shape: &Shape, schema: &Node<'a>) {
        let owner = schema
            .reference()
            .and_then(|reference| component_name(reference, "schemas"))
            .unwrap_or(self.operation);
        let place = Place::root(owner);
        self.visit(shape, schema, &place, shape.seen, DEEPEST);
    }

    fn visit(&mut self, shape: &Shape, schema: &Node<'a>, place: &Place<'a>, of: u64, left: usize) {
        let Some(left) = left.checked_sub(1) else {
            return;
        };
        if shape.seen == 0 {
            return;
        }
        let accepts = Accepts::of(schema);
        if accepts.is_untyped() {
            return self.untyped(shape, schema, place, of);
        }
        if shape.nulls > 0 && !accepts.null {
            let text = format!(
                "null, in {} of {of}; the yaml has {} only",
                shape.nulls,
                accepts.words()
            );
            self.find(place, What::Null, text, schema);
            self.change(shape, schema, place, of).null = true;
        }
        self.kinds(shape, schema, place, of, &accepts);
        if accepts.takes(Kind::String) && shape.count(Kind::String) > 0 {
            self.texts(shape, schema, place, of, &accepts);
        }
        if accepts.handwritten().is_some() {
            return;
        }
        self.integers(shape, schema, place, &accepts);
        if let Some(list) = accepts.for_kind(Kind::Array).first()
            && let (Some(items), Some(schema)) = (&shape.items, list.node.get("items"))
        {
            let place = Place {
                said: place.said,
                ..place.items()
            };
            self.visit(items, &schema, &place, items.seen, left);
        }
        let objects: Vec<Node<'a>> = accepts
            .for_kind(Kind::Object)
            .iter()
            .map(|alternative| alternative.node.clone())
            .collect();
        if shape.objects() > 0 && !objects.is_empty() {
            self.object(shape, &objects, place, left);
        }
    }

    /// A schema without type lets everything through. What it knows is in its `x-observed`.
    fn untyped(&mut self, shape: &Shape, schema: &Node<'a>, place: &Place<'a>, of: u64) {
        let said = place.said.unwrap_or_default();
        let new: Vec<Kind> = shape
            .kinds()
            .into_iter()
            .filter(|kind| !said.contains(kind.name()))
            // An empty list says no more than that there is one.
            .filter(|kind| {
                *kind != Kind::Array
                    || !said.contains("empty")
                    || shape.items.as_ref().is_some_and(|items| items.seen > 0)
            })
            .collect();
        if new.is_empty() {
            return;
        }
        let text = format!("{}; the yaml has no type", shape.sentence(of));
        self.find(place, What::Type, text, schema);
        self.describe_inside(shape, place, schema);
        self.change(shape, schema, place, of).kinds.extend(new);
    }

    fn kinds(
        &mut self,
        shape: &Shape,
        schema: &Node<'a>,
        place: &Place<'a>,
        of: u64,
        accepts: &Accepts<'a>,
    ) {
        let new: Vec<Kind> = shape
            .kinds()
            .into_iter()
            .filter(|kind| !accepts.takes(*kind))
            .collect();
        for kind in &new {
            let text = format!(
                "{}, in {} of {of}; the yaml has {}",
                kind.name(),
                shape.count(*kind),
                accepts.words()
            );
            self.find(place, What::Type, text, schema);
        }
        if !new.is_empty() {
            self.change(shape, schema, place, of).kinds.extend(new);
        }
    }

    fn texts(
        &mut self,
        shape: &Shape,
        schema: &Node<'a>,
        place: &Place<'a>,
        of: u64,
        accepts: &Accepts<'a>,
    ) {
        if let Some(component) = accepts.handwritten() {
            let odd = odd_texts(component, shape);
            if odd > 0 {
                let text = format!(
                    "string in no form that `{component}` knows, in {odd} of {of}; look at the Rust type"
                );
                self.find(place, What::Format, text, schema);
            }
            return;
        }
        let strings = accepts.for_kind(Kind::String);
        if let Some((list, known)) = strings.iter().find_map(|form| enums::listed(&form.node)) {
            let unknown = shape.constants.unknown(&known);
            if unknown.times == 0 {
                return;
            }
            let mut text = format!(
                "{} that the yaml does not list, in {} of {of}",
                plural(unknown.shown.len() as u64 + unknown.hidden, "value"),
                unknown.times
            );
            if self.show_values && !unknown.shown.is_empty() {
                text.push_str(&format!(": {}", unknown.shown.join(", ")));
                if unknown.hidden > 0 {
                    text.push_str(&format!(" (and {} that could be data)", unknown.hidden));
                }
                let pointer = list.pointer().to_owned();
                let (_, values) = self
                    .lessons
                    .values
                    .entry(pointer)
                    .or_insert((list, Vec::new()));
                for value in unknown.shown {
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
            } else if unknown.shown.is_empty() {
                text.push_str("; not shown, they could be data");
            } else {
                text.push_str("; `--show-enum-values` prints those that look like constants");
            }
            return self.find(place, What::EnumValue, text, schema);
        }
        // What is more than a plain string has been thought about already.
        let plain = matches!(accepts.alternatives.as_slice(), [only] if only.kind == Some(Kind::String) && only.node.pointer() == schema.pointer());
        if plain && shape.only(&[TextForm::Time]) && shape.count(Kind::String) > 1 {
            let text = format!(
                "string that is always a time, in {} of {of}; the yaml has a plain string",
                shape.count(Kind::String)
            );
            self.find(place, What::Format, text, schema);
            self.change(shape, schema, place, of).form = true;
        } else if plain
            && self.show_values
            && let Some(values) = enums::candidate(&place.name, shape)
        {
            let text = format!(
                "string that could be an open enum, in {} of {of}: {}",
                shape.count(Kind::String),
                values.join(", ")
            );
            self.find(place, What::EnumValue, text, schema);
            self.change(shape, schema, place, of).open_enum = values;
        }
    }

    fn integers(
        &mut self,
        shape: &Shape,
        schema: &Node<'a>,
        place: &Place<'a>,
        accepts: &Accepts<'a>,
    ) {
        let narrow = accepts.for_kind(Kind::Integer).iter().any(|form| {
            form.node.text("format") == Some("int32") && form.node.pointer() == schema.pointer()
        });
        if narrow && shape.wide {
            let text = "integer beyond 32 bits; the yaml has int32".to_owned();
            self.find(place, What::Format, text, schema);
            self.change(shape, schema, place, shape.seen).form = true;
        }
    }

    fn object(&mut self, shape: &Shape, objects: &[Node<'a>], place: &Place<'a>, left: usize) {
        let of = shape.objects();
        let known = |key: &str| {
            objects
                .iter()
                .find_map(|object| object.get("properties")?.get(key))
        };
        let mut unknown = Vec::new();
        // Of two objects the first that names its fields is the one to add to.
        let owner = objects
            .iter()
            .find(|object| object.get("properties").is_some())
            .or(objects.first());
        let Some(owner) = owner else { return };
        let component = owner
            .pointer()
            .strip_prefix("/components/schemas/")
            .and_then(|rest| rest.split('/').next())
            .unwrap_or(&place.owner)
            .to_owned();
        let place = &Place {
            owner: component.clone(),
            ..place.clone()
        };
        for (key, field) in shape.fields() {
            match known(key) {
                Some(schema) => {
                    let place = place.field(key).described(&schema);
                    self.visit(field, &schema, &place, of, left);
                }
                None => unknown.push((key, field.seen)),
            }
        }
        let rests = objects
            .iter()
            .map(rest)
            .find(|rest| !matches!(rest, Rest::Unknown));
        match rests {
            Some(Rest::Free) => {}
            Some(Rest::Map(schema)) => {
                let values = shape.under(unknown.iter().map(|(key, _)| *key));
                let place = Place {
                    said: place.said,
                    ..place.values()
                };
                self.visit(&values, &schema, &place, values.seen, left);
            }
            _ => self.unknown_keys(shape, unknown, owner, place),
        }
    }

    fn unknown_keys(
        &mut self,
        shape: &Shape,
        unknown: Vec<(&str, u64)>,
        owner: &Node<'a>,
        place: &Place<'a>,
    ) {
        let of = shape.objects();
        let sorted = keys::sort(unknown, of);
        if !sorted.data.is_empty() {
            let values = shape.under(sorted.data.iter().copied());
            let text = format!(
                "{} that could be data and {} not shown, with {}; look into the capture, and write a map or the names into the yaml",
                plural(sorted.data.len() as u64, "key"),
                if sorted.data.len() == 1 { "is" } else { "are" },
                values.words()
            );
            self.find(&place.values(), What::HiddenKeys, text, owner);
        }
        for name in sorted.names {
            let Some(field) = shape.field(name) else {
                continue;
            };
            let inner = place.field(name);
            self.find(&inner, What::Field, self.field_text(name, field, of), owner);
            self.describe_inside(field, &inner, owner);
            let key = (owner.pointer().to_owned(), name.to_owned());
            let entry = self.lessons.fields.entry(key).or_insert_with(|| NewField {
                owner: owner.clone(),
                component: place.owner.clone(),
                shape: Shape::default(),
                of: 0,
            });
            entry.shape.merge(field);
            entry.of += of;
        }
    }

    fn field_text(&self, name: &str, field: &Shape, of: u64) -> String {
        let mut text = field.sentence(of);
        if self.show_values
            && let Some(values) = enums::candidate(name, field)
        {
            text.push_str(&format!("; values {}", values.join(", ")));
        }
        text
    }

    /// Lists what is inside a place that the document does not know at all.
    fn describe_inside(&mut self, shape: &Shape, place: &Place<'a>, schema: &Node<'a>) {
        if let Some(items) = &shape.items {
            self.describe_inside(items, &place.items(), schema);
        }
        let of = shape.objects();
        let sorted = keys::sort(shape.fields().map(|(key, field)| (key, field.seen)), of);
        if !sorted.data.is_empty() {
            let values = shape.under(sorted.data.iter().copied());
            let text = format!(
                "{}; a map, whose keys could be data and are not shown",
                values.sentence(values.seen)
            );
            let inner = place.values();
            self.find(&inner, What::Field, text, schema);
            self.describe_inside(&values, &inner, schema);
        }
        for name in sorted.names {
            let Some(field) = shape.field(name) else {
                continue;
            };
            let inner = place.field(name);
            self.find(
                &inner,
                What::Field,
                self.field_text(name, field, of),
                schema,
            );
            self.describe_inside(field, &inner, schema);
        }
    }

    fn find(&mut self, place: &Place<'a>, what: What, text: String, schema: &Node<'a>) {
        self.lessons.findings.push(Finding {
            operation: self.operation.to_owned(),
            side: self.side,
            path: place.shown(),
            what,
            text,
            pointer: schema.pointer().to_owned(),
            line: schema.line(),
        });
    }

    fn change(
        &mut self,
        shape: &Shape,
        schema: &Node<'a>,
        place: &Place<'a>,
        of: u64,
    ) -> &mut Change<'a> {
        let pointer = schema.pointer().to_owned();
        let source = (self.operation.to_owned(), self.side, place.path.clone());
        let change = self
            .lessons
            .changes
            .entry(pointer)
            .or_insert_with(|| Change {
                node: schema.clone(),
                shape: Shape::default(),
                place: place.clone(),
                of: 0,
                sources: BTreeSet::new(),
                null: false,
                kinds: Vec::new(),
                form: false,
                open_enum: Vec::new(),
            });
        // Several findings of one place are made of the same values.
        if change.sources.insert(source) {
            change.shape.merge(shape);
            change.of += of;
        }
        change
    }
}

/// How many texts a handwritten type could not make sense of.
fn odd_texts(component: &str, shape: &Shape) -> u64 {
    let known: &[TextForm] = match component {
        "Timestamp" => &[
            TextForm::Time,
            TextForm::Date,
            TextForm::Digits,
            TextForm::Empty,
        ],
        "Numeric" => &[TextForm::Digits, TextForm::Decimal, TextForm::Empty],
        "Birthday" => &[TextForm::Date, TextForm::Empty],
        _ => return 0,
    };
    let odd = shape.forms.iter().filter(|(form, _)| !known.contains(form));
    odd.map(|(_, times)| times).sum()
}

/// `1 value`, `2 values`.
pub(super) fn plural(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Whether an answer reports a failure, whatever its status.
pub(super) fn is_failure(status: Option<u64>, body: &Value) -> bool {
    status.is_some_and(|status| status >= 400)
        || body.get("success") == Some(&Value::Bool(false))
        || (body.get("success").is_none() && body.get("errors").is_some_and(Value::is_array))
}

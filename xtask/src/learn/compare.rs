//! Holds what was seen against what the document says.

use std::collections::BTreeSet;

use serde_json::Value;

use super::accepts::{Accepts, Rest, rest};
use super::finding::{Finding, Place, Side, What};
use super::lessons::{Change, Lessons, NewField};
use super::shape::{Kind, Shape};
use super::{enums, keys};
use crate::spec::{Node, component_name};

/// Answers that refer to themselves go on for as long as the captures do; nobody reads a longer path.
const DEEPEST: usize = 64;

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

    pub(super) fn find(&mut self, place: &Place<'a>, what: What, text: String, schema: &Node<'a>) {
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

    pub(super) fn change(
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

//! What a schema lets through, with its references and combinations laid out flat.

use serde_json::{Value, json};

use super::shape::Kind;
use crate::spec::{Node, component_name};

/// Deeper chains of references and combinations can only be a circle.
const DEEPEST: usize = 32;

/// One of the forms that a schema lets through.
#[derive(Clone, Debug)]
pub(super) struct Alternative<'a> {
    /// The schema, with its references followed.
    pub(super) node: Node<'a>,
    /// The kind it wants; any kind when there is none.
    pub(super) kind: Option<Kind>,
    /// The component whose Rust type is written by hand, when it is inside one.
    pub(super) handwritten: Option<&'a str>,
}

impl Alternative<'_> {
    fn takes(&self, kind: Kind) -> bool {
        self.kind.is_none_or(|own| own == kind)
            || (self.kind == Some(Kind::Number) && kind == Kind::Integer)
    }
}

/// All forms that a schema lets through.
#[derive(Clone, Debug, Default)]
pub(super) struct Accepts<'a> {
    /// The forms, null aside.
    pub(super) alternatives: Vec<Alternative<'a>>,
    /// Whether null is let through.
    pub(super) null: bool,
}

impl<'a> Accepts<'a> {
    /// What this schema lets through.
    pub(super) fn of(schema: &Node<'a>) -> Accepts<'a> {
        let mut accepts = Accepts::default();
        accepts.collect(schema, None, DEEPEST);
        accepts
    }

    fn collect(&mut self, schema: &Node<'a>, handwritten: Option<&'a str>, left: usize) {
        let Some(left) = left.checked_sub(1) else {
            return;
        };
        if let Some(reference) = schema.reference() {
            let Some(target) = schema.document().target(reference) else {
                return;
            };
            let own = component_name(reference, "schemas")
                .filter(|_| target.get("x-handwritten-type").is_some());
            return self.collect(&target, own.or(handwritten), left);
        }
        if schema.value().get("enum") == Some(&json!([null])) {
            self.null = true;
            return;
        }
        self.null |= schema.flag("nullable");
        let combined: Vec<Node<'a>> = ["oneOf", "allOf", "anyOf"]
            .iter()
            .filter_map(|key| schema.get(key))
            .flat_map(|list| list.items())
            .collect();
        for inner in &combined {
            self.collect(inner, handwritten, left);
        }
        let kind = schema
            .text("type")
            .and_then(|name| Kind::ALL.into_iter().find(|kind| kind.name() == name))
            .or_else(|| schema.get("properties").map(|_| Kind::Object));
        if kind.is_some() || combined.is_empty() {
            self.alternatives.push(Alternative {
                node: schema.clone(),
                kind,
                handwritten,
            });
        }
    }

    /// Whether the schema says nothing at all.
    pub(super) fn is_untyped(&self) -> bool {
        self.alternatives
            .iter()
            .any(|alternative| alternative.kind.is_none())
    }

    /// Whether a value of this kind is let through.
    pub(super) fn takes(&self, kind: Kind) -> bool {
        self.alternatives
            .iter()
            .any(|alternative| alternative.takes(kind))
    }

    /// The forms for a kind.
    pub(super) fn for_kind(&self, kind: Kind) -> Vec<&Alternative<'a>> {
        self.alternatives
            .iter()
            .filter(|alternative| alternative.kind == Some(kind))
            .collect()
    }

    /// The component written by hand that it refers to, if it is one.
    pub(super) fn handwritten(&self) -> Option<&'a str> {
        self.alternatives
            .iter()
            .find_map(|alternative| alternative.handwritten)
    }

    /// The kinds it wants, in words.
    pub(super) fn words(&self) -> String {
        let mut names: Vec<&str> = self
            .alternatives
            .iter()
            .filter_map(|alternative| alternative.kind.map(Kind::name))
            .collect();
        names.dedup();
        if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(" or ")
        }
    }
}

/// What the document does with the keys of an object that it does not name.
#[derive(Clone, Debug)]
pub(super) enum Rest<'a> {
    /// They are fields that it should name.
    Unknown,
    /// They are data, and their values have this schema.
    Map(Node<'a>),
    /// Anything may come, and nothing of it is to be learned.
    Free,
}

/// Reads `additionalProperties`: `{}` keeps what is not known yet, `true` is a free form, a schema makes a map.
pub(super) fn rest<'a>(object: &Node<'a>) -> Rest<'a> {
    match object.get("additionalProperties") {
        Some(rest) if rest.value() == &Value::Bool(true) => Rest::Free,
        Some(rest) if rest.value().as_object().is_some_and(|map| !map.is_empty()) => {
            Rest::Map(rest)
        }
        _ => Rest::Unknown,
    }
}

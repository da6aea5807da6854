//! The schema that one of the document has to become, so that it says what was seen.

use serde_json::{Map, Value, json};

use super::accepts::Accepts;
use super::forms::{Form, Forms, reference, titled};
use super::lessons::Change;
use super::shape::Kind;
use crate::spec::{Node, component_name};

/// The keys that say what a value is; the others say something about it.
const STRUCTURE: [&str; 12] = [
    "$ref",
    "type",
    "format",
    "items",
    "oneOf",
    "allOf",
    "anyOf",
    "properties",
    "required",
    "additionalProperties",
    "nullable",
    "x-extensible-enum",
];

/// A schema to write in the place of another.
pub(super) struct Amended<'a> {
    pub(super) node: Node<'a>,
    pub(super) schema: Value,
}

/// Makes the change; nothing when only a person can say how.
pub(super) fn amend<'a>(forms: &mut Forms<'a>, change: &Change<'a>) -> Option<Amended<'a>> {
    let accepts = Accepts::of(&change.node);
    if change.place.path.is_empty() {
        return None;
    }
    let null = change.null || accepts.null;
    let name = change.place.name.as_str();
    let owner = change.place.owner.as_str();
    let form = if accepts.is_untyped() {
        forms.of(&change.shape, name, owner)
    } else if !change.kinds.is_empty() {
        if let Some(amended) = another_variant(forms, change) {
            return Some(amended);
        }
        union(forms, change, &accepts)?
    } else if !change.open_enum.is_empty() {
        forms.open_enum(change.open_enum.clone(), name, owner)
    } else if change.form {
        forms.scalar(&change.shape, &change.shape.kinds(), name, owner)?
    } else {
        return or_null(forms, change);
    };
    let structure = forms.structure(form, null || is_property(&change.node));
    let schema = rewritten(forms, change, structure);
    Some(lifted(forms, change, schema))
}

/// The items of a list and the values of a map change with the property around them, whose `x-observed` tells of them.
fn lifted<'a>(forms: &Forms<'a>, change: &Change<'a>, schema: Value) -> Amended<'a> {
    let around = change
        .node
        .pointer()
        .rsplit_once('/')
        .and_then(|(parent, key)| {
            let parent = forms.document.target(&format!("#{parent}"))?;
            let mut around = parent
                .value()
                .as_object()
                .filter(|_| is_property(&parent))?
                .clone();
            around.insert(key.to_owned(), schema.clone());
            let provenance = observed(forms, change, &parent);
            // The keys that are there keep their places.
            around.extend(provenance);
            Some(Amended {
                node: parent,
                schema: Value::Object(around),
            })
        });
    around.unwrap_or(Amended {
        node: change.node.clone(),
        schema,
    })
}

/// `x-source` and `x-observed` of a property, with what was seen added to what they said.
fn observed(forms: &Forms<'_>, change: &Change<'_>, property: &Node<'_>) -> Map<String, Value> {
    let mut sentence = seen(change);
    if property.pointer() != change.node.pointer() {
        let each = if change.node.pointer().ends_with("/items") {
            "items"
        } else {
            "values"
        };
        sentence = format!("{each}: {sentence}");
    }
    let mut provenance = forms.provenance(&sentence);
    if let (Some(old), Some(Value::String(new))) = (
        property.text("x-observed"),
        provenance.get_mut("x-observed"),
    ) {
        *new = format!("{old}; {new}");
    }
    provenance
}

/// Whether it stands under a name; items and values of maps are what they are.
fn is_property(node: &Node<'_>) -> bool {
    let mut parts = node.pointer().rsplit('/');
    parts.next();
    parts.next() == Some("properties")
}

/// The same schema with another structure, and with what was seen.
fn rewritten(forms: &Forms<'_>, change: &Change<'_>, structure: Map<String, Value>) -> Value {
    let old = change.node.value().as_object();
    let kept = old
        .into_iter()
        .flatten()
        .filter(|(key, _)| !STRUCTURE.contains(&key.as_str()));
    let (provenance, about): (Vec<_>, Vec<_>) = kept.partition(|(key, _)| key.starts_with("x-"));
    let mut schema = Map::new();
    schema.extend(
        about
            .into_iter()
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    schema.extend(structure);
    schema.extend(
        provenance
            .into_iter()
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    if is_property(&change.node) {
        schema.extend(observed(forms, change, &change.node));
    }
    Value::Object(schema)
}

/// What was seen, and of a known place only what is new.
fn seen(change: &Change<'_>) -> String {
    if change.null && change.kinds.is_empty() {
        format!("null in {} of {}", change.shape.nulls, change.of)
    } else {
        change.shape.sentence(change.of)
    }
}

/// Only null is new.
fn or_null<'a>(forms: &Forms<'a>, change: &Change<'a>) -> Option<Amended<'a>> {
    let structure = match (change.node.reference(), change.node.text("type")) {
        (Some(target), _) => {
            let name = component_name(target, "schemas")?;
            forms.structure(Form::Reference(name.to_owned()), true)
        }
        (None, Some(_)) => {
            let old = change.node.value().as_object();
            let kept = old
                .into_iter()
                .flatten()
                .filter(|(key, _)| STRUCTURE.contains(&key.as_str()));
            let mut structure: Map<String, Value> = kept
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            structure.insert("nullable".to_owned(), json!(true));
            structure
        }
        (None, None) => return None,
    };
    let schema = rewritten(forms, change, structure);
    Some(lifted(forms, change, schema))
}

/// The one schema behind "X or null".
fn base<'a>(node: &Node<'a>) -> Option<Node<'a>> {
    let Some(list) = node.get("oneOf") else {
        return Some(node.clone());
    };
    let mut others = list
        .items()
        .into_iter()
        .filter(|inner| !Accepts::of(inner).alternatives.is_empty());
    let only = others.next()?;
    others.next().is_none().then_some(only)
}

/// A component that has several forms gets one more.
fn another_variant<'a>(forms: &mut Forms<'a>, change: &Change<'a>) -> Option<Amended<'a>> {
    let base = base(&change.node)?;
    let name = component_name(base.reference()?, "schemas")?;
    let component = forms.document.target(&reference(name))?;
    if component.get("x-handwritten-type").is_some() {
        return None;
    }
    let mut variants = component.get("oneOf")?.value().as_array()?.clone();
    for kind in &change.kinds {
        variants.push(forms.variant(&change.shape, *kind, &change.place.name, name));
    }
    let mut schema = component.value().as_object()?.clone();
    schema.insert("oneOf".to_owned(), Value::Array(variants));
    Some(Amended {
        node: component,
        schema: Value::Object(schema),
    })
}

/// One form for what the document has and what was seen besides.
fn union<'a>(forms: &mut Forms<'a>, change: &Change<'a>, accepts: &Accepts<'a>) -> Option<Form> {
    let name = change.place.name.as_str();
    let owner = change.place.owner.as_str();
    let mut kinds: Vec<Kind> = accepts
        .alternatives
        .iter()
        .filter_map(|form| form.kind)
        .collect();
    kinds.extend(&change.kinds);
    kinds.sort();
    kinds.dedup();
    let plain = !kinds
        .iter()
        .any(|kind| matches!(kind, Kind::Array | Kind::Object));
    let ids = accepts
        .handwritten()
        .is_some_and(|component| component.ends_with("Id"));
    if ids && kinds == [Kind::Integer, Kind::String] {
        return Some(Form::Reference("Id".to_owned()));
    }
    if plain && let Some(form) = forms.scalar(&change.shape, &kinds, name, owner) {
        return Some(form);
    }
    let base = base(&change.node)?;
    let kind = accepts.alternatives.first()?.kind?;
    let known = match base.reference() {
        Some(target) => json!({"$ref": target}),
        None => {
            let structure = base
                .value()
                .as_object()?
                .iter()
                .filter(|(key, _)| STRUCTURE.contains(&key.as_str()) && *key != "nullable");
            Value::Object(
                structure
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
            )
        }
    };
    let mut new = change.shape.clone();
    new.kinds.retain(|kind, _| change.kinds.contains(kind));
    Some(forms.variants(&new, name, owner, vec![titled(kind, known)]))
}

//! What is inside a schema of one kind: properties, items, values, variants, bounds.

use std::collections::BTreeMap;

use serde_json::Value;

use super::changes::{Action, Change, Changes, Weight};
use super::schemas::{Place, Slot, say, slot};
use crate::spec::{Node, component_name};

/// The formats that decide on a type.
const FORMATS: [&str; 16] = [
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float",
    "double",
    "date",
    "date-time",
    "uuid",
    "ip",
    "ipv4",
    "ipv6",
];

/// Whether another format means another type.
pub(super) fn format_changes_the_type(old: &Node<'_>, new: &Node<'_>) -> bool {
    let typed = |node: &Node<'_>| {
        let format = node
            .text("format")
            .filter(|format| FORMATS.contains(format));
        // Without a format a whole number has 64 bits, and a number is a double.
        format
            .filter(|format| !matches!(*format, "int64" | "double"))
            .map(str::to_owned)
    };
    typed(old) != typed(new)
}

/// Compares two schemas of the same kind.
pub(super) fn compare(old: &Node<'_>, new: &Node<'_>, place: &Place, changes: &mut Changes) {
    let field = |name: &str| format!(".{name}");
    let required = |node: &Node<'_>, name: &str| {
        let listed = node.get("required");
        listed
            .iter()
            .flat_map(Node::items)
            .any(|item| item.value().as_str() == Some(name))
    };
    let (before, after) = (entries(old, "properties"), entries(new, "properties"));
    for (name, schema) in &after {
        let place = place.inner(&field(name));
        let is = required(new, name);
        match before.get(name) {
            Some(former) => {
                let was = required(old, name);
                slot(former, schema, Slot::Property(was, is), &place, changes);
            }
            None => {
                let (weight, what) = match (is, place.weight(Weight::Breaking, Weight::Minor)) {
                    (true, Weight::Breaking) => (
                        Weight::Breaking,
                        "new field, required: every caller has to give it",
                    ),
                    (true, weight) => (weight, "new field; an answer without it does not decode"),
                    (false, _) => (Weight::Minor, "new field, optional"),
                };
                let change = Change::new(weight, Action::Added, &place.subject, what);
                changes.add(change.at(Some(old), Some(schema)).reaching(&place.reach));
            }
        }
    }
    for (name, schema) in &before {
        if !after.contains_key(name) {
            let place = place.inner(&field(name));
            let change = Change::new(
                Weight::Breaking,
                Action::Removed,
                &place.subject,
                "the field is gone",
            );
            changes.add(change.at(Some(schema), Some(new)).reaching(&place.reach));
        }
    }
    if let (Some(before), Some(after)) = (old.get("items"), new.get("items")) {
        slot(&before, &after, Slot::Item, &place.inner("[]"), changes);
    }
    unknown_fields(old, new, place, changes);
    closed_values(old, new, place, changes);
    open_values(old, new, place, changes);
    for key in ["oneOf", "allOf"] {
        variants(old, new, key, place, changes);
    }
    bounds(old, new, place, changes);
}

fn entries<'a>(node: &Node<'a>, key: &str) -> BTreeMap<&'a str, Node<'a>> {
    node.get(key).iter().flat_map(Node::entries).collect()
}

/// What becomes of fields that nobody listed.
fn unknown_fields(old: &Node<'_>, new: &Node<'_>, place: &Place, changes: &mut Changes) {
    let (before, after) = (
        old.get("additionalProperties"),
        new.get("additionalProperties"),
    );
    let kept = |rest: &Option<Node<'_>>| rest.as_ref().is_some_and(|rest| rest.value().is_object());
    let has_fields = old.get("properties").is_some() || new.get("properties").is_some();
    match (&before, &after) {
        (Some(before), Some(after)) if before.value().is_object() && after.value().is_object() => {
            slot(before, after, Slot::Item, &place.inner(".*"), changes);
        }
        _ if kept(&before) == kept(&after) => {
            let closed = |rest: &Option<Node<'_>>| {
                rest.as_ref()
                    .is_some_and(|rest| rest.value() == &Value::Bool(false))
            };
            if closed(&before) != closed(&after) {
                let what = if closed(&after) {
                    "takes no unknown fields any more"
                } else {
                    "takes unknown fields now"
                };
                let weight = place.weight(
                    Weight::Patch,
                    if closed(&after) {
                        Weight::Breaking
                    } else {
                        Weight::Patch
                    },
                );
                say(weight, what, old, new, place, changes);
            }
        }
        _ if !has_fields => {
            let what = "the values of the map are of another type";
            say(Weight::Breaking, what, old, new, place, changes);
        }
        _ if kept(&after) => {
            let what = "unknown fields are kept in `extra` now";
            say(Weight::Minor, what, old, new, place, changes);
        }
        _ => {
            let what = "unknown fields are not kept any more: `extra` is gone";
            say(Weight::Breaking, what, old, new, place, changes);
        }
    }
}

fn texts(node: &Node<'_>, key: &str) -> Option<Vec<String>> {
    let values = node.get(key)?;
    let items = values.items().into_iter();
    Some(
        items
            .map(|item| {
                item.value()
                    .as_str()
                    .map_or_else(|| item.value().to_string(), str::to_owned)
            })
            .collect(),
    )
}

/// A closed enum: a value that nobody knew fails what is received, and leaves a `match` incomplete, also of what is sent.
fn closed_values(old: &Node<'_>, new: &Node<'_>, place: &Place, changes: &mut Changes) {
    match (texts(old, "enum"), texts(new, "enum")) {
        (Some(before), Some(after)) => {
            for value in after.iter().filter(|value| !before.contains(value)) {
                let what =
                    format!("new value `{value}` of a closed list: a `match` needs an arm for it");
                let change = Change::new(Weight::Breaking, Action::Added, &place.subject, what);
                changes.add(change.at(Some(old), Some(new)).reaching(&place.reach));
            }
            removed(&before, &after, old, new, place, changes);
        }
        (None, Some(_)) => {
            say(
                Weight::Breaking,
                "is one of a closed list of values now",
                old,
                new,
                place,
                changes,
            );
        }
        (Some(_), None) => {
            say(
                Weight::Breaking,
                "is no closed list of values any more: its type is another",
                old,
                new,
                place,
                changes,
            );
        }
        (None, None) => {}
    }
}

/// An open enum: a new value was `Other` before, and has a name now.
fn open_values(old: &Node<'_>, new: &Node<'_>, place: &Place, changes: &mut Changes) {
    let key = "x-extensible-enum";
    match (texts(old, key), texts(new, key)) {
        (Some(before), Some(after)) => {
            for value in after.iter().filter(|value| !before.contains(value)) {
                let what =
                    format!("new value `{value}` of an open list, which came as `Other` before");
                let change = Change::new(Weight::Minor, Action::Added, &place.subject, what);
                changes.add(change.at(Some(old), Some(new)).reaching(&place.reach));
            }
            removed(&before, &after, old, new, place, changes);
        }
        (None, Some(_)) => {
            say(
                Weight::Breaking,
                "is an open list of values now: its type is another",
                old,
                new,
                place,
                changes,
            );
        }
        (Some(_), None) => {
            say(
                Weight::Breaking,
                "is no open list of values any more: its type is another",
                old,
                new,
                place,
                changes,
            );
        }
        (None, None) => {}
    }
}

fn removed(
    before: &[String],
    after: &[String],
    old: &Node<'_>,
    new: &Node<'_>,
    place: &Place,
    changes: &mut Changes,
) {
    for value in before.iter().filter(|value| !after.contains(value)) {
        let what = format!("the value `{value}` is gone");
        let change = Change::new(Weight::Breaking, Action::Removed, &place.subject, what);
        changes.add(change.at(Some(old), Some(new)).reaching(&place.reach));
    }
}

/// The schemas of `oneOf` or `allOf`, matched by what names the variant in Rust.
fn variants(old: &Node<'_>, new: &Node<'_>, key: &str, place: &Place, changes: &mut Changes) {
    let (before, after) = (named(old, key), named(new, key));
    for (name, schema) in &after {
        let place = place.inner(&format!(" ({name})"));
        match before.get(name) {
            Some(former) => slot(former, schema, Slot::Whole, &place, changes),
            None => {
                // The enum is open to a `match` without an arm for the rest, in requests too.
                let what = match key {
                    "oneOf" => "new form: a `match` needs an arm for it",
                    _ => "new form",
                };
                let change = Change::new(Weight::Breaking, Action::Added, &place.subject, what);
                changes.add(change.at(Some(old), Some(schema)).reaching(&place.reach));
            }
        }
    }
    for (name, schema) in &before {
        if !after.contains_key(name) {
            let place = place.inner(&format!(" ({name})"));
            let change = Change::new(
                Weight::Breaking,
                Action::Removed,
                &place.subject,
                "the form is gone",
            );
            changes.add(change.at(Some(schema), Some(new)).reaching(&place.reach));
        }
    }
}

fn named<'a>(node: &Node<'a>, key: &str) -> BTreeMap<String, Node<'a>> {
    let mut found = BTreeMap::new();
    for (index, schema) in node.get(key).iter().flat_map(Node::items).enumerate() {
        let mut name = name_of(&schema).unwrap_or_else(|| index.to_string());
        while found.contains_key(&name) {
            name = format!("{name}, {index}");
        }
        found.insert(name, schema);
    }
    found
}

/// The title, the component, the one value of a tag, or the type.
fn name_of(schema: &Node<'_>) -> Option<String> {
    if let Some(title) = schema.text("title") {
        return Some(title.to_owned());
    }
    if let Some(reference) = schema.reference() {
        return Some(
            component_name(reference, "schemas")
                .unwrap_or(reference)
                .to_owned(),
        );
    }
    let tag = schema.get("properties").and_then(|properties| {
        properties.entries().into_iter().find_map(|(_, property)| {
            match texts(&property, "enum")?.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            }
        })
    });
    tag.or_else(|| schema.text("type").map(str::to_owned))
}

/// Bounds: those of texts make a type of their own in requests; those of numbers are not checked by the client.
fn bounds(old: &Node<'_>, new: &Node<'_>, place: &Place, changes: &mut Changes) {
    let value = |node: &Node<'_>, key: &str| node.get(key).map(|part| part.value().clone());
    for key in ["pattern", "minLength", "maxLength"] {
        let (before, after) = (value(old, key), value(new, key));
        if before == after {
            continue;
        }
        let what = match (&before, &after) {
            (None, Some(after)) => format!("has `{key}: {after}` now"),
            (Some(before), None) => format!("has no `{key}: {before}` any more"),
            _ => format!("has another `{key}`"),
        };
        let wider = match (&before, &after) {
            (Some(before), Some(after)) => {
                let (before, after) = (before.as_f64(), after.as_f64());
                let order = before.partial_cmp(&after);
                match key {
                    "maxLength" => order == Some(std::cmp::Ordering::Less),
                    "minLength" => order == Some(std::cmp::Ordering::Greater),
                    _ => false,
                }
            }
            _ => false,
        };
        let weight = if wider {
            Weight::Minor
        } else {
            Weight::Breaking
        };
        say(weight, what, old, new, place, changes);
    }
    for key in [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "format",
    ] {
        if value(old, key) != value(new, key) {
            let what = format!("its `{key}` changed, which the client does not check");
            say(Weight::Patch, what, old, new, place, changes);
        }
    }
    if value(old, "default").is_some() != value(new, "default").is_some() {
        let what = "has a `default` or lost it: its type is another";
        say(Weight::Breaking, what, old, new, place, changes);
    } else if value(old, "default") != value(new, "default") {
        let what = "its `default` changed: another value is sent where none is given";
        say(Weight::Breaking, what, old, new, place, changes);
    }
}

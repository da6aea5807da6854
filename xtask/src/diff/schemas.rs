//! Schemas: types, and what of them a program holds on to.

use serde_json::Value;

use super::changes::{Action, Change, Changes, Weight};
use super::reach::{self, Reach};
use super::shape::{self, Shape};
use super::{properties, strings};
use crate::spec::{Document, Node};

/// What a schema belongs to: what to call it, and the operations it is in.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) subject: String,
    pub(super) reach: Reach,
}

impl Place {
    /// A part of it.
    pub(super) fn inner(&self, step: &str) -> Place {
        Place {
            subject: format!("{}{step}", self.subject),
            reach: self.reach.clone(),
        }
    }

    /// The heavier of two weights, as far as it is sent and as far as it is received. What is in no operation is a public
    /// type all the same, and weighs as if it was received.
    pub(super) fn weight(&self, sent: Weight, received: Weight) -> Weight {
        let is_sent = !self.reach.requests.is_empty();
        let is_received = !self.reach.answers.is_empty() || !is_sent;
        let sent = is_sent.then_some(sent);
        let received = is_received.then_some(received);
        sent.max(received).unwrap_or(Weight::Breaking)
    }
}

/// Where a schema stands: it decides what "or null" means for the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A body, an answer, a component, a variant.
    Whole,
    /// A parameter: its own `required` decides.
    Parameter,
    /// The items of a list, or the values of a map.
    Item,
    /// A property, required or not in the old and in the new document.
    Property(bool, bool),
}

/// Compares all component schemas, each once, however many operations it is in.
pub(super) fn compare(old: &Document, new: &Document, changes: &mut Changes) {
    let (before, after) = (old.components("schemas"), new.components("schemas"));
    let mut reaches = reach::schemas(old);
    for (name, reach) in reach::schemas(new) {
        reaches.entry(name).or_default().merge(&reach);
    }
    let place = |name: &str| Place {
        subject: name.to_owned(),
        reach: reaches.get(name).cloned().unwrap_or_default(),
    };
    for (name, schema) in &after {
        let place = place(name);
        match before.iter().find(|(other, _)| other == name) {
            Some((_, former)) => component(former, schema, &place, changes),
            None if shape::is_null(schema) => {}
            None => {
                let change = Change::new(Weight::Minor, Action::Added, &place.subject, "new type");
                changes.add(change.at(None, Some(schema)).reaching(&place.reach));
            }
        }
    }
    for (name, schema) in &before {
        if !after.iter().any(|(other, _)| other == name) && !shape::is_null(schema) {
            let place = place(name);
            let what = "the type is gone";
            let change = Change::new(Weight::Breaking, Action::Removed, &place.subject, what);
            changes.add(change.at(Some(schema), None).reaching(&place.reach));
        }
    }
}

fn component(old: &Node<'_>, new: &Node<'_>, place: &Place, changes: &mut Changes) {
    if old.value() == new.value() {
        return;
    }
    let path = |node: &Node<'_>| node.text("x-handwritten-type").map(str::to_owned);
    let (before, after) = (path(old), path(new));
    if before != after {
        let shown = |path: &Option<String>| path.clone().unwrap_or_else(|| "generated".to_owned());
        let what = format!(
            "its type is {}, no longer {}",
            shown(&after),
            shown(&before)
        );
        say(Weight::Breaking, what, old, new, place, changes);
    } else if after.is_some() {
        impls(old, new, place, changes);
        texts(old, new, place, changes);
        let wire = |node: &Node<'_>| {
            let mut value = node.value().clone();
            if let Value::Object(entries) = &mut value {
                entries.retain(|key, _| {
                    !key.starts_with("x-") && key != "description" && key != "example"
                });
            }
            value
        };
        if wire(old) != wire(new) {
            let what = "is written in other forms on the way; its type is written by hand and is the same: check that it reads them";
            say(Weight::Patch, what, old, new, place, changes);
        }
        return;
    }
    slot(old, new, Slot::Whole, place, changes);
}

fn impls(old: &Node<'_>, new: &Node<'_>, place: &Place, changes: &mut Changes) {
    let names = |node: &Node<'_>| -> Vec<String> {
        let listed = node.get("x-handwritten-impls");
        let items = listed.iter().flat_map(Node::items);
        items
            .filter_map(|item| item.value().as_str().map(str::to_owned))
            .collect()
    };
    let (before, after) = (names(old), names(new));
    for name in before.iter().filter(|name| !after.contains(name)) {
        let what = format!("types that hold it lose what came from its `{name}`");
        say(Weight::Breaking, what, old, new, place, changes);
    }
    for name in after.iter().filter(|name| !before.contains(name)) {
        let what = format!("types that hold it may use its `{name}`");
        say(Weight::Minor, what, old, new, place, changes);
    }
}

/// Says that something is not what it was.
pub(super) fn say(
    weight: Weight,
    what: impl Into<String>,
    old: &Node<'_>,
    new: &Node<'_>,
    place: &Place,
    changes: &mut Changes,
) {
    let change = Change::new(weight, Action::Changed, &place.subject, what);
    changes.add(change.at(Some(old), Some(new)).reaching(&place.reach));
}

fn texts(old: &Node<'_>, new: &Node<'_>, place: &Place, changes: &mut Changes) {
    for (key, what) in [
        ("description", "its description changed"),
        ("example", "its example changed"),
        ("x-source", "the source of it changed"),
        ("x-observed", "what was observed of it changed"),
    ] {
        strings::words(&place.subject, old, new, key, what, changes);
    }
}

/// Compares two schemas that stand in the same place.
pub(super) fn slot(
    old: &Node<'_>,
    new: &Node<'_>,
    slot: Slot,
    place: &Place,
    changes: &mut Changes,
) {
    texts(old, new, place, changes);
    let (before, after) = (Shape::of(old), Shape::of(new));
    let same_reference = before.reference == after.reference;
    if before.reference.is_some() || after.reference.is_some() {
        if !same_reference {
            return retyped(&before, &after, old, new, place, changes);
        }
    } else if !inline(&before, &after, old, new, place, changes) {
        return;
    }
    optional(&before, &after, slot, (old, new), place, changes);
}

fn retyped(
    before: &Shape<'_>,
    after: &Shape<'_>,
    old: &Node<'_>,
    new: &Node<'_>,
    place: &Place,
    changes: &mut Changes,
) {
    let (was, is) = (before.label(), after.label());
    let what = if was == is {
        format!(
            "is another {}",
            is.trim_start_matches("a ").trim_start_matches("an ")
        )
    } else {
        format!("is {is}, no longer {was}")
    };
    say(Weight::Breaking, what, old, new, place, changes);
}

/// Compares two schemas that are written out; false when they are different types, so that nothing else matters.
fn inline(
    before: &Shape<'_>,
    after: &Shape<'_>,
    old: &Node<'_>,
    new: &Node<'_>,
    place: &Place,
    changes: &mut Changes,
) -> bool {
    let (inner_old, inner_new) = (&before.node, &after.node);
    if inner_old.pointer() != old.pointer() || inner_new.pointer() != new.pointer() {
        texts(inner_old, inner_new, place, changes);
    }
    let value = |node: &Node<'_>, key: &str| node.get(key).map(|part| part.value().clone());
    let kinds = (value(inner_old, "type"), value(inner_new, "type"));
    let has = |node: &Node<'_>, key: &str| node.get(key).is_some();
    let same_kind = kinds.0 == kinds.1
        && ["oneOf", "allOf", "anyOf", "not"]
            .iter()
            .all(|key| has(inner_old, key) == has(inner_new, key));
    if !same_kind || properties::format_changes_the_type(inner_old, inner_new) {
        retyped(before, after, old, new, place, changes);
        return false;
    }
    properties::compare(inner_old, inner_new, place, changes);
    true
}

/// Whether the type is an `Option`, and what that means for those who build and those who read it.
fn optional(
    before: &Shape<'_>,
    after: &Shape<'_>,
    slot: Slot,
    (old, new): (&Node<'_>, &Node<'_>),
    place: &Place,
    changes: &mut Changes,
) {
    let (was, is) = match slot {
        Slot::Whole => (before.nullable, after.nullable),
        Slot::Item => (before.nullable, after.nullable),
        Slot::Parameter => return,
        Slot::Property(was, is) => (before.is_option(was), after.is_option(is)),
    };
    let required = match slot {
        Slot::Property(was, is) => (was, is),
        _ => (true, true),
    };
    let words = match (required, before.nullable, after.nullable) {
        ((true, false), ..) => "need not be there any more",
        ((false, true), ..) => "has to be there now",
        (_, false, true) => "may be null now",
        (_, true, false) => "may not be null any more",
        _ => return,
    };
    if was != is {
        let type_words = if is {
            "the field becomes an `Option`"
        } else {
            "the field is no `Option` any more"
        };
        // A setter takes a value where an `Option` is asked for, but no `Option` where a value is.
        let sent = if is { Weight::Minor } else { Weight::Breaking };
        let weight = place.weight(sent, Weight::Breaking);
        say(
            weight,
            format!("{words}: {type_words}"),
            old,
            new,
            place,
            changes,
        );
        return;
    }
    let sent = if required == (false, true) {
        Weight::Breaking
    } else {
        Weight::Minor
    };
    let weight = place.weight(sent, Weight::Patch);
    say(
        weight,
        format!("{words}; its type is the same"),
        old,
        new,
        place,
        changes,
    );
}

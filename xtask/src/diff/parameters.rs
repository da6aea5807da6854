//! Parameters: setters of a request builder.

use super::changes::{Action, Change, Changes, Weight};
use super::operations::Pair;
use super::reach::Reach;
use super::schemas::{Place, Slot};
use super::{schemas, strings};
use crate::spec::{Node, Parameter};

/// Compares the parameters of an operation, by name.
pub(super) fn compare(pair: &Pair<'_, '_>, changes: &mut Changes) {
    let before = pair.old.parameters();
    let after = pair.new.parameters();
    for new in &after {
        match before.iter().find(|old| old.name() == new.name()) {
            Some(old) => one(pair, old, new, changes),
            None => added(pair, new, changes),
        }
    }
    for old in before {
        if !after.iter().any(|new| new.name() == old.name()) {
            let what = format!("the parameter `{}` is gone", old.name());
            let change = Change::new(Weight::Breaking, Action::Removed, &pair.name, what);
            changes.add(change.at(Some(&old.listed), Some(&pair.new.node)));
        }
    }
}

fn added(pair: &Pair<'_, '_>, new: &Parameter<'_>, changes: &mut Changes) {
    let (weight, words) = if new.node.flag("required") {
        (Weight::Breaking, "required: every caller has to give it")
    } else {
        (Weight::Minor, "optional")
    };
    let what = format!("new parameter `{}`, {words}", new.name());
    let change = Change::new(weight, Action::Added, &pair.name, what);
    changes.add(change.at(Some(&pair.old.node), Some(&new.listed)));
}

fn one(pair: &Pair<'_, '_>, old: &Parameter<'_>, new: &Parameter<'_>, changes: &mut Changes) {
    let subject = subject(pair, old, new);
    let reach = Reach::request(&pair.name);
    let mut say = |weight: Weight, what: String| {
        let change = Change::new(weight, Action::Changed, &subject, what);
        changes.add(change.at(Some(&old.node), Some(&new.node)).reaching(&reach));
    };
    if old.location() != new.location() {
        let (before, after) = (old.location(), new.location());
        say(
            Weight::Patch,
            format!("moved from the {before} to the {after}; nothing changes for callers"),
        );
    }
    match (old.node.flag("required"), new.node.flag("required")) {
        (false, true) => say(
            Weight::Breaking,
            "is required: every caller has to give it".to_owned(),
        ),
        (true, false) => say(Weight::Minor, "may be left out".to_owned()),
        _ => {}
    }
    for key in ["style", "explode"] {
        let value = |node: &Node<'_>| node.get(key).map(|part| part.value().clone());
        if value(&old.node) != value(&new.node) {
            say(
                Weight::Patch,
                format!("its `{key}` changed: it is written differently on the way"),
            );
        }
    }
    if let (Some(before), Some(after)) = (old.node.get("schema"), new.node.get("schema")) {
        let place = Place {
            subject: subject.clone(),
            reach,
        };
        schemas::slot(&before, &after, Slot::Parameter, &place, changes);
    }
    for (key, what) in [
        ("description", "its description changed"),
        ("example", "its example changed"),
        ("examples", "its examples changed"),
        ("x-source", "the source of it changed"),
        ("x-observed", "what was observed of it changed"),
    ] {
        strings::words(&subject, &old.node, &new.node, key, what, changes);
    }
}

/// A parameter that operations share is one subject for all of them.
fn subject(pair: &Pair<'_, '_>, old: &Parameter<'_>, new: &Parameter<'_>) -> String {
    let shared = |parameter: &Parameter<'_>| {
        let pointer = parameter.node.pointer();
        pointer
            .strip_prefix("/components/parameters/")
            .map(str::to_owned)
    };
    match (shared(old), shared(new)) {
        (Some(before), Some(after)) if before == after => format!("parameter {after}"),
        _ => format!("{}, parameter {}", pair.name, new.name()),
    }
}

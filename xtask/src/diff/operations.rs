//! Operations: which are there, under which id, and what else a caller knows of them.

use std::collections::BTreeMap;

use super::changes::{Action, Change, Changes, Weight};
use super::{answers, parameters, strings, table};
use crate::spec::{Document, Operation};

/// An operation in both documents.
pub(super) struct Pair<'o, 'n> {
    pub(super) name: String,
    pub(super) old: Operation<'o>,
    pub(super) new: Operation<'n>,
}

/// Compares all operations. They are the same when their ids are: the id is what people write in Rust.
pub(super) fn compare(old: &Document, new: &Document, changes: &mut Changes) {
    let mut before = by_name(old);
    let mut added = Vec::new();
    for (name, new) in by_name(new) {
        match before.remove(&name) {
            Some(old) => pair(&Pair { name, old, new }, changes),
            None => added.push((name, new)),
        }
    }
    for (name, new) in added {
        let same_place = before
            .iter()
            .find(|(_, old)| (old.method, old.path) == (new.method, new.path))
            .map(|(former, _)| former.clone());
        let former = same_place.and_then(|former| Some((before.remove(&former)?, former)));
        let Some((old, former)) = former else {
            let what = format!("new operation, `{}`", place(&new));
            let change = Change::new(Weight::Minor, Action::Added, &name, what);
            changes.add(change.at(None, Some(&new.node)));
            continue;
        };
        let what = format!("was called `{former}`: callers have to use the new name");
        let change = Change::new(Weight::Breaking, Action::Changed, &name, what);
        changes.add(change.at(Some(&old.node), Some(&new.node)));
        pair(&Pair { name, old, new }, changes);
    }
    for (name, old) in before {
        let what = format!("the operation is gone, `{}`", place(&old));
        let change = Change::new(Weight::Breaking, Action::Removed, &name, what);
        changes.add(change.at(Some(&old.node), None));
    }
}

fn by_name(document: &Document) -> BTreeMap<String, Operation<'_>> {
    let operations = document.operations().into_iter();
    operations
        .map(|operation| (operation.name().replace('`', ""), operation))
        .collect()
}

fn place(operation: &Operation<'_>) -> String {
    format!("{} {}", operation.method.to_uppercase(), operation.path)
}

fn pair(pair: &Pair<'_, '_>, changes: &mut Changes) {
    let (before, after) = (place(&pair.old), place(&pair.new));
    if before != after {
        let what = format!("moved from `{before}` to `{after}`; nothing changes for callers");
        add(pair, Weight::Patch, Action::Changed, what, changes);
    }
    let deprecated = (
        pair.old.node.flag("deprecated"),
        pair.new.node.flag("deprecated"),
    );
    match deprecated {
        (false, true) => {
            let what = "is deprecated";
            add(pair, Weight::Minor, Action::Deprecated, what, changes);
        }
        (true, false) => {
            let what = "is not deprecated any more";
            add(pair, Weight::Patch, Action::Changed, what, changes);
        }
        _ => {}
    }
    for (key, what) in [
        ("summary", "its summary changed"),
        ("description", "its description changed"),
        ("tags", "it stands under another tag"),
        ("x-source", "the source of it changed"),
        ("x-observed", "what was observed of it changed"),
    ] {
        strings::words(
            &pair.name,
            &pair.old.node,
            &pair.new.node,
            key,
            what,
            changes,
        );
    }
    table::operation(pair, changes);
    parameters::compare(pair, changes);
    answers::body(pair, changes);
    answers::compare(pair, changes);
}

/// A change of the operation itself.
pub(super) fn add(
    pair: &Pair<'_, '_>,
    weight: Weight,
    action: Action,
    what: impl Into<String>,
    changes: &mut Changes,
) {
    let change = Change::new(weight, action, &pair.name, what);
    changes.add(change.at(Some(&pair.old.node), Some(&pair.new.node)));
}

//! What changed between two API documents for people who call the API from Rust.
//!
//! Both documents become a [`View`]: everything with a name that a caller sees, as the generated code declares it and as the
//! wire has it. A change is a name that came or went, or a name whose facts differ. Generated code decides what is breaking;
//! facts of the wire decide only where no code is generated.

pub mod release;
pub mod render;
mod view;
mod weights;
mod wire;

use std::collections::BTreeSet;

use view::{Item, Key};
use weights::{added, differences};

pub use view::View;

/// What a change means for people who call the API from Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing that a program notices.
    Patch,
    /// Something new that no program has to use.
    Minor,
    /// A program that compiled before may not, or may do something else.
    Breaking,
}

/// What happened to a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// It is new.
    Added,
    /// It is not what it was.
    Changed,
    /// It is still there, and callers should stop using it.
    Deprecated,
    /// It is gone.
    Removed,
}

/// One change: where, what, and how much it weighs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// How much it weighs.
    pub weight: Weight,
    /// What happened.
    pub action: Action,
    /// The operation, parameter, type or field: `list_tags`, `list_tags(offset)`, `Tag.count`, `Kind::Inbox`.
    pub subject: String,
    /// What happened to it, in words.
    pub what: String,
    /// The operations whose requests it is in.
    pub requests: BTreeSet<String>,
    /// The operations whose responses it is in.
    pub responses: BTreeSet<String>,
    /// Its line in the old document.
    pub old_line: Option<usize>,
    /// Its line in the new document.
    pub new_line: Option<usize>,
    /// Whether only a text or an example changed.
    pub words_only: bool,
}

/// Everything that changed from one document to the other, the heaviest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The changes.
    pub changes: Vec<Change>,
    /// Why one of the documents has no generated code to compare, so that the wire decided alone.
    pub refusals: Vec<String>,
    /// The old document's own version, `info.version`.
    pub old_api_version: Option<String>,
    /// The new document's own version.
    pub api_version: Option<String>,
}

impl Difference {
    /// The weight of the heaviest change; none when nothing changed.
    pub fn weight(&self) -> Option<Weight> {
        self.changes.iter().map(|change| change.weight).max()
    }
}

/// Compares what callers see of two documents.
pub fn compare(old: &View, new: &View) -> Difference {
    let (mut before, mut after) = (old.clone(), new.clone());
    let refusals: Vec<String> = [old, new]
        .into_iter()
        .filter_map(|view| view.refusal.clone())
        .collect();
    if !refusals.is_empty() {
        before.forget_code();
        after.forget_code();
    }
    before.call_operations_as(&after);
    let mut changes = changes(&before, &after);
    if changes.is_empty() && old.document != new.document {
        changes.push(unseen());
    }
    changes.sort_by_key(|change| {
        (
            std::cmp::Reverse(change.weight),
            change.words_only,
            change.subject.clone(),
        )
    });
    Difference {
        changes,
        refusals,
        old_api_version: old.api_version(),
        api_version: new.api_version(),
    }
}

fn unseen() -> Change {
    Change {
        weight: Weight::Patch,
        action: Action::Changed,
        subject: "the document".to_owned(),
        what: "parts changed that neither code nor its documentation comes from".to_owned(),
        requests: BTreeSet::new(),
        responses: BTreeSet::new(),
        old_line: None,
        new_line: None,
        words_only: false,
    }
}

fn changes(before: &View, after: &View) -> Vec<Change> {
    let keys: BTreeSet<&Key> = before.items.keys().chain(after.items.keys()).collect();
    let mut found: Vec<Change> = Vec::new();
    for key in keys {
        let pair = (before.items.get(key), after.items.get(key));
        if told_by_another(key, before, after) {
            continue;
        }
        if let Some(change) =
            change(key, pair, (before, after)).filter(|change| !merged(&mut found, change))
        {
            found.push(change);
        }
    }
    found
}

/// Whether the change of what a name is part of says all that there is to say of it.
fn told_by_another(key: &Key, before: &View, after: &View) -> bool {
    let head = |item: &Item| {
        (
            item.code.clone(),
            item.facts.get(wire::HANDWRITTEN).cloned(),
        )
    };
    key.around()
        .iter()
        .any(|key| match (before.items.get(key), after.items.get(key)) {
            (Some(old), Some(new)) => head(old) != head(new),
            _ => true,
        })
}

fn change(
    key: &Key,
    pair: (Option<&Item>, Option<&Item>),
    views: (&View, &View),
) -> Option<Change> {
    let reach = match pair {
        (Some(_), None) => views.0.reach(&key.owner),
        _ => views.1.reach(&key.owner),
    };
    let (weight, action, what, words_only) = match pair {
        (None, Some(new)) => {
            let (weight, what) = added(key, new, &reach);
            (weight, Action::Added, what, false)
        }
        (Some(old), None) => (
            old.presence(),
            Action::Removed,
            format!("is gone; it was {}", old.shown()),
            false,
        ),
        (Some(old), Some(new)) => differences(old, new, &reach)?,
        (None, None) => return None,
    };
    Some(Change {
        weight,
        action,
        subject: key.to_string(),
        what,
        requests: reach.requests,
        responses: reach.responses,
        old_line: pair
            .0
            .or_else(|| views.0.owner(key))
            .and_then(|item| item.line),
        new_line: pair
            .1
            .or_else(|| views.1.owner(key))
            .and_then(|item| item.line),
        words_only,
    })
}

/// A parameter or response that operations share changes once: at the same lines, in the same words.
fn merged(found: &mut [Change], change: &Change) -> bool {
    let place = |change: &Change| (change.old_line, change.new_line, change.what.clone());
    let same = found.iter_mut().find(|other| {
        place(other) == place(change) && change.old_line.is_some() && change.new_line.is_some()
    });
    same.map(|other| other.subject = format!("{}, {}", other.subject, change.subject))
        .is_some()
}

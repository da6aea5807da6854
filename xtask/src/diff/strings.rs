//! Texts for people: they change what the documentation says, and nothing else.

use super::changes::{Action, Change, Changes, Weight};
use crate::spec::Node;

/// Reports a key whose value differs as a matter of words.
pub(super) fn words(
    subject: &str,
    old: &Node<'_>,
    new: &Node<'_>,
    key: &str,
    what: &str,
    changes: &mut Changes,
) {
    let (before, after) = (old.get(key), new.get(key));
    let value = |node: &Option<Node<'_>>| node.as_ref().map(|node| node.value().clone());
    if value(&before) != value(&after) {
        let change = Change::new(Weight::Patch, Action::Changed, subject, what);
        let place = before.as_ref().unwrap_or(old);
        let new_place = after.as_ref().unwrap_or(new);
        changes.add(change.at(Some(place), Some(new_place)).words());
    }
}

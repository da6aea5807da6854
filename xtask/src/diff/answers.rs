//! Bodies: what an operation sends, and what it answers.

use serde_json::Value;

use super::changes::{Action, Change, Changes, Weight};
use super::operations::{Pair, add};
use super::reach::Reach;
use super::schemas::{self, Place, Slot};
use super::strings;
use crate::spec::{Node, Operation};

/// Compares the request bodies.
pub(super) fn body(pair: &Pair<'_, '_>, changes: &mut Changes) {
    match (pair.old.body(), pair.new.body()) {
        (None, None) => {}
        (None, Some(_)) => {
            let what = "takes a body: every caller has to give it";
            add(pair, Weight::Breaking, Action::Added, what, changes);
        }
        (Some(_), None) => {
            let what = "takes no body any more";
            add(pair, Weight::Breaking, Action::Removed, what, changes);
        }
        (Some(old), Some(new)) => {
            if old.flag("required") != new.flag("required") {
                let what = "its body is required or not; the client asks for one in any case";
                add(pair, Weight::Patch, Action::Changed, what, changes);
            }
            let subject = format!("{}, body", pair.name);
            let place = Place {
                subject,
                reach: Reach::request(&pair.name),
            };
            contents(pair, &old, &new, &place, changes);
        }
    }
}

/// Compares the answers: one type of success, one of failure, and the statuses they come with.
pub(super) fn compare(pair: &Pair<'_, '_>, changes: &mut Changes) {
    for (name, success) in [("answer", true), ("failure", false)] {
        let (before, after) = (of_kind(&pair.old, success), of_kind(&pair.new, success));
        let common = after.iter().filter_map(|(status, new)| {
            let (_, old) = before.iter().find(|(other, _)| other == status)?;
            Some((old, new))
        });
        let mut pairs: Vec<(&Node<'_>, &Node<'_>)> = common.collect();
        let firsts = before.first().zip(after.first());
        if let Some(((_, old), (_, new))) = firsts.filter(|_| pairs.is_empty()) {
            pairs.push((old, new));
        }
        for (old, new) in pairs {
            let subject = shared(old, new).unwrap_or_else(|| format!("{}, {name}", pair.name));
            let place = Place {
                subject,
                reach: Reach::answer(&pair.name),
            };
            contents(pair, old, new, &place, changes);
        }
        match (before.is_empty(), after.is_empty()) {
            (true, false) => {
                let what = format!("has a type for its {name} now");
                add(pair, Weight::Breaking, Action::Changed, what, changes);
            }
            (false, true) => {
                let what = format!("has no type for its {name} any more");
                add(pair, Weight::Breaking, Action::Changed, what, changes);
            }
            _ => {}
        }
    }
    let statuses = |operation: &Operation<'_>| -> Vec<String> {
        let mut names: Vec<String> = operation
            .responses()
            .into_iter()
            .map(|(status, _, _)| status.to_owned())
            .collect();
        names.sort();
        names
    };
    let (before, after) = (statuses(&pair.old), statuses(&pair.new));
    if before != after {
        let what = format!(
            "answers with {}, no longer with {}",
            after.join(", "),
            before.join(", ")
        );
        add(pair, Weight::Patch, Action::Changed, what, changes);
    }
}

/// The responses of success or of failure, by status.
fn of_kind<'a>(operation: &Operation<'a>, success: bool) -> Vec<(&'a str, Node<'a>)> {
    let wanted = |status: &str| {
        if success {
            status.starts_with('2')
        } else {
            status.starts_with(['4', '5']) || status == "default"
        }
    };
    let responses = operation.responses().into_iter();
    let wanted = responses.filter(|(status, _, _)| wanted(status));
    wanted
        .map(|(status, _, response)| (status, response))
        .collect()
}

/// A response that operations share is one subject for all of them.
fn shared(old: &Node<'_>, new: &Node<'_>) -> Option<String> {
    let name = new.pointer().strip_prefix("/components/responses/")?;
    (old.pointer() == new.pointer()).then(|| format!("response {name}"))
}

fn contents(
    pair: &Pair<'_, '_>,
    old: &Node<'_>,
    new: &Node<'_>,
    place: &Place,
    changes: &mut Changes,
) {
    strings::words(
        &place.subject,
        old,
        new,
        "description",
        "its description changed",
        changes,
    );
    match (media(old), media(new)) {
        (Some((before, old)), Some((after, new))) => {
            if before != after {
                let what = format!("is `{after}`, no longer `{before}`");
                let change = Change::new(Weight::Breaking, Action::Changed, &place.subject, what);
                changes.add(change.at(Some(&old), Some(&new)).reaching(&place.reach));
            } else if let (Some(before), Some(after)) = (old.get("schema"), new.get("schema")) {
                schemas::slot(&before, &after, Slot::Whole, place, changes);
            }
            for key in ["example", "examples"] {
                strings::words(
                    &place.subject,
                    &old,
                    &new,
                    key,
                    "its examples changed",
                    changes,
                );
            }
        }
        (None, None) => {}
        (before, _) => {
            let what = if before.is_none() {
                "has a content now"
            } else {
                "is empty now"
            };
            let change = Change::new(Weight::Breaking, Action::Changed, &place.subject, what);
            let nodes = (&pair.old.node, &pair.new.node);
            changes.add(
                change
                    .at(Some(nodes.0), Some(nodes.1))
                    .reaching(&place.reach),
            );
        }
    }
}

/// The media type that the client reads or sends: JSON, or else the first.
fn media<'a>(holder: &Node<'a>) -> Option<(String, Node<'a>)> {
    let content = holder
        .get("content")
        .filter(|content| content.value() != &Value::Null)?;
    let mut entries = content.entries();
    let json = entries
        .iter()
        .position(|(kind, _)| kind.starts_with("application/json"));
    let index = json.unwrap_or_default();
    if index >= entries.len() {
        return None;
    }
    let (kind, media) = entries.swap_remove(index);
    Some((kind.to_owned(), media))
}

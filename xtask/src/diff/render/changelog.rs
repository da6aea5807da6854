//! The entry for `CHANGELOG.md`, in the form of Keep a Changelog.

use super::reach;
use crate::diff::release::Version;
use crate::diff::{Action, Change, Difference, Weight};

/// The entry for the changes; it stands under `[Unreleased]` until the release has a date.
pub fn changelog(difference: &Difference, version: &Version) -> String {
    if difference.changes.is_empty() {
        return String::new();
    }
    let next = version.after(difference);
    let mut lines = vec![
        "## [Unreleased]".to_owned(),
        String::new(),
        format!("What will be {next}."),
    ];
    for action in [
        Action::Added,
        Action::Changed,
        Action::Deprecated,
        Action::Removed,
    ] {
        let changes = difference.changes.iter();
        let own: Vec<&Change> = changes
            .filter(|change| change.action == action && !change.words_only)
            .collect();
        let words = words(difference).filter(|_| action == Action::Changed);
        if own.is_empty() && words.is_none() {
            continue;
        }
        lines.extend([
            String::new(),
            format!("### {}", action.name()),
            String::new(),
        ]);
        lines.extend(own.into_iter().map(line));
        lines.extend(words);
    }
    lines.join("\n")
}

fn line(change: &Change) -> String {
    let breaking = if change.weight == Weight::Breaking {
        "**Breaking:** "
    } else {
        ""
    };
    let reach = reach(change, 3, "`");
    let reach = if reach.is_empty() {
        reach
    } else {
        format!(" ({reach})")
    };
    format!("- {breaking}`{}`: {}{reach}.", change.subject, change.what)
}

/// One line for everything that changed in words only.
fn words(difference: &Difference) -> Option<String> {
    const SHOWN: usize = 6;
    let changes = difference.changes.iter().filter(|change| change.words_only);
    let mut subjects: Vec<String> = changes
        .map(|change| format!("`{}`", change.subject))
        .collect();
    subjects.dedup();
    if subjects.is_empty() {
        return None;
    }
    let more = subjects.len().saturating_sub(SHOWN);
    subjects.truncate(SHOWN);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    Some(format!(
        "- Documentation and examples of {}{more}.",
        subjects.join(", ")
    ))
}

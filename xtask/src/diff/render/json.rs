//! A difference for programs.

use serde_json::{Value, json};

use super::{Subject, changelog};
use crate::diff::{Change, Difference};

pub(super) fn render(difference: &Difference, subject: &Subject) -> String {
    let changes: Vec<Value> = difference.changes.iter().map(change).collect();
    let version = &subject.version;
    let value = json!({
        "old": subject.old,
        "new": subject.new,
        "release": difference.weight().map_or("none", |weight| weight.name()),
        "version": {"from": version.to_string(), "to": version.after(difference).to_string()},
        "changes": changes,
        "changelog": changelog(difference, version),
    });
    format!("{value:#}")
}

fn change(change: &Change) -> Value {
    json!({
        "kind": change.weight.name(),
        "action": change.action.name().to_lowercase(),
        "subject": change.subject,
        "what": change.what,
        "words_only": change.words_only,
        "requests": change.requests,
        "answers": change.answers,
        "old_line": change.old_line,
        "new_line": change.new_line,
    })
}

//! What `cargo xtask spec learn` found, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::compare::plural;
use super::edit::{Edit, apply};
use super::finding::{Finding, Side};
use super::proposal::Proposals;

/// The answers of one operation that were compared.
#[derive(Debug)]
pub(super) struct Group {
    /// The operation, or several that answer alike.
    pub(super) operation: String,
    /// Which of its answers.
    pub(super) side: Side,
    /// How many.
    pub(super) answers: u64,
    /// Claimed fields that none of them had.
    pub(super) unseen: Vec<String>,
}

/// Everything that was found. It holds no value of a capture but those of enums that were asked for.
#[derive(Debug)]
pub struct Report {
    pub(super) file: String,
    pub(super) source: String,
    pub(super) groups: Vec<Group>,
    pub(super) findings: Vec<Finding>,
    pub(super) proposals: Proposals,
    pub(super) from_mock: bool,
    pub(super) left_out: Vec<(u64, &'static str)>,
    pub(super) with_unseen: bool,
}

impl Report {
    /// Whether the captures showed nothing new.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The document with all proposed lines in it.
    #[must_use]
    pub fn amended(&self) -> String {
        apply(&self.source, &self.proposals.edits)
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for group in &self.groups {
            let side = if group.side == Side::Failure {
                ", failures"
            } else {
                ""
            };
            let _ = writeln!(
                text,
                "{}{side}: {}",
                group.operation,
                plural(group.answers, "answer")
            );
            let own = self.findings.iter().filter(|finding| {
                (&finding.operation, finding.side) == (&group.operation, group.side)
            });
            for finding in own {
                let _ = writeln!(text, "  {}: {}", finding.path, finding.text);
            }
            for path in &group.unseen {
                let _ = writeln!(text, "  never seen: {path}");
            }
        }
        for (number, what) in self.left_out.iter().filter(|(number, _)| *number > 0) {
            let _ = writeln!(text, "Left out: {}", what.replace('#', &number.to_string()));
        }
        if self.from_mock {
            text.push_str("From a journal of pancake-mock: this says what the mock does, not what the service does.\n");
        }
        if self.findings.is_empty() {
            text.push_str("Nothing to learn: the yaml knows all of it.\n");
        }
        if !self.proposals.edits.is_empty() {
            text.push_str("\nProposed lines; \"Meaning unknown\" waits for your words:\n");
        }
        for edit in &self.proposals.edits {
            let _ = writeln!(
                text,
                "\n{}:{}: {}\n{}",
                self.file,
                edit.line,
                where_to(edit),
                edit.lines.join("\n")
            );
        }
        for (position, note) in self.proposals.notes.iter().enumerate() {
            let blank = if position == 0 { "\n" } else { "" };
            let _ = writeln!(text, "{blank}{note}");
        }
        text.trim_end().to_owned()
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let answers = self.groups.iter().map(|group| {
            let mut entry = json!({
                "operation": group.operation,
                "answer": group.side.name(),
                "count": group.answers,
            });
            if self.with_unseen {
                entry["never_seen"] = json!(group.unseen);
            }
            entry
        });
        let findings = self.findings.iter().map(|finding| {
            json!({
                "operation": finding.operation,
                "answer": finding.side.name(),
                "path": finding.path,
                "what": finding.what.name(),
                "text": finding.text,
                "pointer": finding.pointer,
                "line": finding.line,
            })
        });
        let proposals = self.proposals.edits.iter().map(|edit| {
            json!({
                "file": self.file,
                "pointer": edit.pointer,
                "line": edit.line,
                "replaces": edit.removed,
                "yaml": edit.lines.join("\n"),
            })
        });
        let left_out = self.left_out.iter().filter(|(number, _)| *number > 0);
        json!({
            "answers": answers.collect::<Vec<_>>(),
            "findings": findings.collect::<Vec<_>>(),
            "proposals": proposals.collect::<Vec<_>>(),
            "notes": self.proposals.notes,
            "from_mock": self.from_mock,
            "left_out": left_out.map(|(number, what)| what.replace('#', &number.to_string())).collect::<Vec<_>>(),
        })
    }
}

fn where_to(edit: &Edit) -> String {
    match edit.removed {
        0 => format!("after this line, at the end of {}", edit.pointer),
        1 => format!("in the place of this line, {}", edit.pointer),
        lines => format!("in the place of these {lines} lines, {}", edit.pointer),
    }
}

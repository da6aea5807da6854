//! A difference for a terminal.

use super::{Subject, changelog, groups, reach, verdict};
use crate::diff::Difference;

pub(super) fn render(difference: &Difference, subject: &Subject) -> String {
    let mut lines = vec![
        format!("From {} to {}", subject.old, subject.new),
        String::new(),
    ];
    for (heading, changes) in groups(difference) {
        lines.push(heading.to_owned());
        for change in changes {
            let line = change.new_line.or(change.old_line);
            let file = if change.new_line.is_some() {
                &subject.new
            } else {
                &subject.old
            };
            let line = line.map_or(String::new(), |line| format!("{file}:{line}: "));
            lines.push(format!("  {line}{}: {}", change.subject, change.what));
            let reach = reach(change, 4, "");
            if !reach.is_empty() {
                lines.push(format!("      {reach}"));
            }
        }
        lines.push(String::new());
    }
    lines.push(verdict(difference, subject));
    if !difference.changes.is_empty() {
        lines.push(String::new());
        lines.push("For CHANGELOG.md:".to_owned());
        lines.push(String::new());
        lines.push(changelog(difference, &subject.version));
    }
    lines.join("\n")
}

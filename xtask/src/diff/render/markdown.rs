//! A difference for the description of a pull request.

use super::{Subject, changelog, groups, reach, verdict};
use crate::diff::Difference;

pub(super) fn render(difference: &Difference, subject: &Subject) -> String {
    let mut lines = vec![
        "## Changes of the API document".to_owned(),
        String::new(),
        format!(
            "From `{}` to `{}`. {}",
            subject.old,
            subject.new,
            verdict(difference, subject)
        ),
    ];
    for (heading, changes) in groups(difference) {
        lines.extend([String::new(), format!("### {heading}"), String::new()]);
        for change in changes {
            let reach = reach(change, 8, "`");
            let reach = if reach.is_empty() {
                reach
            } else {
                format!(" ({reach})")
            };
            lines.push(format!("- `{}`: {}{reach}", change.subject, change.what));
        }
    }
    if !difference.changes.is_empty() {
        lines.extend([
            String::new(),
            "### For CHANGELOG.md".to_owned(),
            String::new(),
        ]);
        lines.push(format!(
            "```markdown\n{}\n```",
            changelog(difference, &subject.version)
        ));
    }
    lines.join("\n")
}

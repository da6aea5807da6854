//! A difference for people, for a pull request, for programs, and for `CHANGELOG.md`.

use serde_json::{Value, json};

use super::release::Version;
use super::{Action, Change, Difference, Weight};

/// How a difference is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a terminal
    #[default]
    Text,
    /// For the description of a pull request
    Markdown,
    /// For programs
    Json,
}

/// What a report says besides the changes.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What the old document was called.
    pub old: String,
    /// What the new document was called.
    pub new: String,
    /// The version of the workspace.
    pub version: Version,
}

/// Writes the difference.
pub fn render(difference: &Difference, subject: &Subject, format: Format) -> String {
    match format {
        Format::Text => text(difference, subject),
        Format::Markdown => markdown(difference, subject),
        Format::Json => json(difference, subject),
    }
}

fn text(difference: &Difference, subject: &Subject) -> String {
    let mut lines = vec![format!("From {} to {}", subject.old, subject.new)];
    lines.extend(
        difference
            .refusals
            .iter()
            .map(|refusal| format!("\n{}", on_the_wire_alone(refusal))),
    );
    for (heading, changes) in groups(difference) {
        lines.push(format!("\n{heading}"));
        for change in changes {
            let place = match (change.new_line, change.old_line) {
                (Some(line), _) if change.action != Action::Removed => {
                    format!("{}:{line}: ", subject.new)
                }
                (_, Some(line)) => format!("{}:{line}: ", subject.old),
                _ => String::new(),
            };
            lines.push(format!("  {place}{}: {}", change.subject, change.what));
            lines.extend(reach(change, 8, "").map(|reach| format!("      {reach}")));
        }
    }
    lines.push(format!("\n{}", verdict(difference, subject)));
    if !difference.changes.is_empty() {
        lines.push(format!(
            "\nFor CHANGELOG.md:\n\n{}",
            changelog(difference, &subject.version)
        ));
    }
    lines.join("\n")
}

fn markdown(difference: &Difference, subject: &Subject) -> String {
    let verdict = verdict(difference, subject);
    let mut lines = vec![format!(
        "## Changes of the API document\n\nFrom `{}` to `{}`. {verdict}",
        subject.old, subject.new
    )];
    lines.extend(
        difference
            .refusals
            .iter()
            .map(|refusal| format!("\n{}", on_the_wire_alone(refusal))),
    );
    for (heading, changes) in groups(difference) {
        lines.push(format!("\n### {heading}\n"));
        lines.extend(changes.into_iter().map(|change| entry(change, 8, "")));
    }
    if !difference.changes.is_empty() {
        let changelog = changelog(difference, &subject.version);
        lines.push(format!(
            "\n### For CHANGELOG.md\n\n```markdown\n{changelog}\n```"
        ));
    }
    lines.join("\n")
}

fn json(difference: &Difference, subject: &Subject) -> String {
    let change = |change: &Change| {
        json!({
            "weight": format!("{:?}", change.weight).to_lowercase(),
            "action": format!("{:?}", change.action).to_lowercase(),
            "subject": change.subject,
            "what": change.what,
            "words_only": change.words_only,
            "requests": change.requests,
            "responses": change.responses,
            "old_line": change.old_line,
            "new_line": change.new_line,
        })
    };
    let next = next(difference, subject);
    let value = json!({
        "old": subject.old,
        "new": subject.new,
        "release": difference.weight().map_or("none", release),
        "version": {"from": subject.version.to_string(), "to": next.to_string()},
        "on_the_wire_alone": difference.refusals,
        "changes": difference.changes.iter().map(change).collect::<Vec<Value>>(),
        "changelog": changelog(difference, &subject.version),
    });
    format!("{value:#}")
}

/// The entry for the changes; it stands under `[Unreleased]` until the release has a date.
pub fn changelog(difference: &Difference, version: &Version) -> String {
    if difference.changes.is_empty() {
        return String::new();
    }
    let next = version.after(difference.weight(), difference.api_version.as_deref());
    let mut text = format!("## [Unreleased]\n\nWhat will be {next}.");
    for action in [
        Action::Added,
        Action::Changed,
        Action::Deprecated,
        Action::Removed,
    ] {
        let own = difference
            .changes
            .iter()
            .filter(|change| change.action == action && !change.words_only);
        let entries = own.map(|change| {
            let breaking = if change.weight == Weight::Breaking {
                "**Breaking:** "
            } else {
                ""
            };
            format!("{}.", entry(change, 3, breaking))
        });
        let words = words(difference).filter(|_| action == Action::Changed);
        let entries: Vec<String> = entries.chain(words).collect();
        if !entries.is_empty() {
            text.push_str(&format!("\n\n### {action:?}\n\n{}", entries.join("\n")));
        }
    }
    text
}

/// A change as an item of a list.
fn entry(change: &Change, most: usize, before: &str) -> String {
    let reach = reach(change, most, "`").map_or_else(String::new, |reach| format!(" ({reach})"));
    format!("- {before}`{}`: {}{reach}", change.subject, change.what)
}

/// One line for everything that changed in words only.
fn words(difference: &Difference) -> Option<String> {
    let changes = difference.changes.iter().filter(|change| change.words_only);
    let mut subjects: Vec<&str> = changes.map(|change| change.subject.as_str()).collect();
    subjects.dedup();
    (!subjects.is_empty()).then(|| {
        format!(
            "- Documentation and examples of {}.",
            listed(&subjects, 6, "`")
        )
    })
}

/// The first names of a list: `a, b and 3 more`.
fn listed(names: &[&str], most: usize, quote: &str) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(most)
        .map(|name| format!("{quote}{name}{quote}"))
        .collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The groups of changes and their headings, the heaviest first.
fn groups(difference: &Difference) -> Vec<(&'static str, Vec<&Change>)> {
    let mut groups: Vec<(&'static str, Vec<&Change>)> = Vec::new();
    // The changes are sorted by weight already.
    for change in &difference.changes {
        let heading = match (change.weight, change.words_only) {
            (Weight::Breaking, _) => "Breaking",
            (Weight::Minor, _) => "New",
            (Weight::Patch, false) => "Without consequence for callers",
            (Weight::Patch, true) => "Words and examples",
        };
        match groups.last_mut() {
            Some((last, changes)) if *last == heading => changes.push(change),
            _ => groups.push((heading, vec![change])),
        }
    }
    groups
}

/// The operations that a change reaches: `in responses of a, b and 3 more`.
fn reach(change: &Change, most: usize, quote: &str) -> Option<String> {
    let sides = [
        ("requests", &change.requests),
        ("responses", &change.responses),
    ];
    let sides = sides
        .into_iter()
        .filter(|(_, operations)| !operations.is_empty());
    let parts: Vec<String> = sides
        .map(|(kind, operations)| {
            let operations: Vec<&str> = operations.iter().map(String::as_str).collect();
            format!("in {kind} of {}", listed(&operations, most, quote))
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn on_the_wire_alone(refusal: &str) -> String {
    format!(
        "Compared on the wire alone, since no code can be generated from one document: {refusal}"
    )
}

fn release(weight: Weight) -> &'static str {
    match weight {
        Weight::Breaking => "major",
        Weight::Minor => "minor",
        Weight::Patch => "patch",
    }
}

fn next(difference: &Difference, subject: &Subject) -> Version {
    subject
        .version
        .after(difference.weight(), difference.api_version.as_deref())
}

/// What the changes ask of the version, in a sentence.
fn verdict(difference: &Difference, subject: &Subject) -> String {
    let count = |weight: Weight| {
        difference
            .changes
            .iter()
            .filter(|change| change.weight == weight)
            .count()
    };
    let Some(weight) = difference.weight() else {
        return "Nothing changed.".to_owned();
    };
    let mut text = format!(
        "{} breaking, {} new, {} without consequence. Release: {}; {} after {} (before 1.0 a break raises the second number, all else the third).",
        count(Weight::Breaking),
        count(Weight::Minor),
        count(Weight::Patch),
        release(weight),
        next(difference, subject),
        subject.version,
    );
    let only_words = difference.changes.iter().all(|change| change.words_only);
    if difference.api_version == difference.old_api_version && !only_words {
        let version = difference.api_version.as_deref();
        let raised = version
            .and_then(Version::parse)
            .map(|version| format!(" to {}", version.of_document_after(weight)));
        text.push_str(&format!(
            " `info.version` of the document is still {}: raise it{} and compare again, the crates carry it in theirs.",
            version.unwrap_or("missing"),
            raised.unwrap_or_default(),
        ));
    }
    text
}

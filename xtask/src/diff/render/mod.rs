//! A difference for people, for a pull request, and for programs.

mod changelog;
mod json;
mod markdown;
mod text;

use super::release::Version;
use super::{Change, Difference, Weight};

pub use changelog::changelog;

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
        Format::Text => text::render(difference, subject),
        Format::Markdown => markdown::render(difference, subject),
        Format::Json => json::render(difference, subject),
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

/// The operations that a change reaches: `in answers of a, b and 3 more`.
fn reach(change: &Change, most: usize, quote: &str) -> String {
    let mut parts = Vec::new();
    for (kind, operations) in [("requests", &change.requests), ("answers", &change.answers)] {
        // The subject of its own body or answer is the operation already.
        let named = operations
            .iter()
            .all(|operation| change.subject.starts_with(&format!("{operation},")));
        if operations.is_empty() || named {
            continue;
        }
        let shown: Vec<String> = operations
            .iter()
            .take(most)
            .map(|operation| format!("{quote}{operation}{quote}"))
            .collect();
        let more = operations.len().saturating_sub(most);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        parts.push(format!("in {kind} of {}{more}", shown.join(", ")));
    }
    parts.join("; ")
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
    let next = subject.version.after(difference);
    let mut text = format!(
        "{} breaking, {} new, {} without consequence. Release: {}; {next} after {} (before 1.0 a break raises the second number, all else the third).",
        count(Weight::Breaking),
        count(Weight::Minor),
        count(Weight::Patch),
        match weight {
            Weight::Breaking => "major",
            Weight::Minor => "minor",
            Weight::Patch => "patch",
        },
        subject.version,
    );
    let version = &difference.api_version;
    let only_words = difference.changes.iter().all(|change| change.words_only);
    if *version == difference.old_api_version && !only_words {
        let shown = version.as_deref().unwrap_or("missing");
        let raised = version.as_deref().and_then(Version::parse);
        let raised = raised.map_or(String::new(), |version| {
            format!(" to {}", version.of_document_after(weight))
        });
        text.push_str(&format!(
            " `info.version` of the document is still {shown}: raise it{raised} and compare again, the crates carry it in theirs."
        ));
    }
    text
}

//! What is known of one operation.

use std::collections::BTreeSet;

use crate::spec::{Node, Operation};

/// What is known of one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Whether the caller sends a body.
    pub has_body: bool,
    /// Examples of its request body.
    pub request_examples: usize,
    /// Whether it answers a file, of which there are no examples.
    pub answers_file: bool,
    /// Examples of its successful answer.
    pub answer_examples: usize,
    /// Where the examples of answers come from: `documented`, `observed`, `guess`.
    pub sources: BTreeSet<String>,
    /// Recorded requests.
    pub recorded_requests: usize,
    /// Examples of answers that were decoded.
    pub decoded_answers: usize,
    /// Whether the mock answers it, under the same method and path.
    pub mocked: bool,
    /// The methods of handles that call it.
    pub handles: Vec<String>,
    /// Whether an end-to-end test calls it by its own name.
    pub called: bool,
}

impl Row {
    /// What the document says.
    pub(super) fn of(operation: &Operation<'_>) -> Row {
        let body = operation.body();
        let responses = operation.responses();
        let success: Vec<String> = responses
            .iter()
            .filter(|(status, _, _)| status.starts_with('2'))
            .flat_map(|(_, _, response)| examples(response))
            .collect();
        Row {
            id: operation.id().unwrap_or_default().to_owned(),
            has_body: body.is_some(),
            request_examples: body.iter().flat_map(examples).count(),
            answers_file: operation.answers_file(),
            answer_examples: success.len(),
            sources: success.iter().filter_map(|name| source(name)).collect(),
            ..Row::default()
        }
    }
}

/// The names of all examples of a body or an answer.
fn examples(holder: &Node<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for (_, media) in holder.get("content").iter().flat_map(Node::entries) {
        if media.get("example").is_some() {
            names.push("example".to_owned());
        }
        let several = media.get("examples");
        names.extend(
            several
                .iter()
                .flat_map(Node::entries)
                .map(|(name, _)| name.to_owned()),
        );
    }
    names
}

/// `observed_ads` is an observed form.
fn source(name: &str) -> Option<String> {
    let known = ["documented", "observed", "guess"];
    let source = known.iter().find(|known| name.starts_with(**known))?;
    Some((*source).to_owned())
}

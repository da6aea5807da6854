//! One change, and the list of them.

use std::collections::BTreeSet;

use super::reach::Reach;
use crate::spec::Node;

/// What a change means for people who call the API from Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing that a program notices: a text, an example, a correction behind the same types.
    Patch,
    /// Something new that nobody has to use.
    Minor,
    /// A program that compiled before may not, or may do something else.
    Breaking,
}

impl Weight {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Weight::Patch => "patch",
            Weight::Minor => "minor",
            Weight::Breaking => "breaking",
        }
    }
}

/// What happened to a part of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// It is new.
    Added,
    /// It is not what it was.
    Changed,
    /// It is still there, and one should stop using it.
    Deprecated,
    /// It is gone.
    Removed,
}

impl Action {
    /// The word for it, and the heading in a changelog.
    pub fn name(self) -> &'static str {
        match self {
            Action::Added => "Added",
            Action::Changed => "Changed",
            Action::Deprecated => "Deprecated",
            Action::Removed => "Removed",
        }
    }
}

/// One change: where, what, and how much it weighs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// How much it weighs.
    pub weight: Weight,
    /// What happened.
    pub action: Action,
    /// The operation, parameter, schema or field: `list_tags`, `Conversation.tags`.
    pub subject: String,
    /// What happened to it, in words.
    pub what: String,
    /// The operations whose requests it is in.
    pub requests: BTreeSet<String>,
    /// The operations whose answers it is in.
    pub answers: BTreeSet<String>,
    /// Its line in the old document.
    pub old_line: Option<usize>,
    /// Its line in the new document.
    pub new_line: Option<usize>,
    /// Whether only a text or an example changed.
    pub words_only: bool,
}

impl Change {
    pub(super) fn new(
        weight: Weight,
        action: Action,
        subject: impl Into<String>,
        what: impl Into<String>,
    ) -> Change {
        Change {
            weight,
            action,
            subject: subject.into(),
            what: what.into(),
            requests: BTreeSet::new(),
            answers: BTreeSet::new(),
            old_line: None,
            new_line: None,
            words_only: false,
        }
    }

    pub(super) fn rest() -> Change {
        let what = "parts changed that neither code nor its documentation comes from";
        Change::new(Weight::Patch, Action::Changed, "the document", what)
    }

    pub(super) fn at(mut self, old: Option<&Node<'_>>, new: Option<&Node<'_>>) -> Change {
        self.old_line = old.and_then(Node::line);
        self.new_line = new.and_then(Node::line);
        self
    }

    pub(super) fn reaching(mut self, reach: &Reach) -> Change {
        self.requests = reach.requests.clone();
        self.answers = reach.answers.clone();
        self
    }

    pub(super) fn words(mut self) -> Change {
        self.words_only = true;
        self
    }
}

/// The changes found so far.
#[derive(Debug, Default)]
pub(super) struct Changes {
    list: Vec<Change>,
}

impl Changes {
    pub(super) fn add(&mut self, change: Change) {
        // A parameter that many operations share changes once.
        let same = self.list.iter_mut().find(|other| {
            (other.weight, other.action, &other.subject, &other.what)
                == (change.weight, change.action, &change.subject, &change.what)
        });
        match same {
            Some(other) => {
                other.requests.extend(change.requests);
                other.answers.extend(change.answers);
            }
            None => self.list.push(change),
        }
    }

    /// The heaviest first, then in the order of the names.
    pub(super) fn finish(self) -> Vec<Change> {
        let mut list = self.list;
        list.sort_by(|a, b| {
            let key = |change: &Change| {
                let weight = std::cmp::Reverse(change.weight);
                (
                    weight,
                    change.words_only,
                    change.subject.clone(),
                    change.what.clone(),
                )
            };
            key(a).cmp(&key(b))
        });
        list
    }
}

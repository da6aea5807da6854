//! What a watch has given: the part of it that a cursor holds.

use std::collections::BTreeSet;

use pancake_client::types::Conversation;
use serde::{Deserialize, Serialize};

use crate::lists::dialect::Dialect;
use crate::lists::mark::{Mark, Print, SLACK};
use crate::lists::position::{Phase, Position};

/// A change of a conversation: its time, and a print of what is known by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Change(pub(super) i64, u64);

impl Change {
    /// `None` if it has no id or no time. Two changes can have the same time; another message tells them apart.
    pub(super) fn of(mark: &Mark, row: &Conversation) -> Option<Self> {
        let (time, print) = (mark.time?, mark.print()?);
        let snippet = row.snippet.as_deref().map_or(Print(0), Print::of);
        let count = row.message_count.unwrap_or(-1);
        let print = print
            .with(time.unsigned_abs())
            .with(count.unsigned_abs())
            .with(snippet.0);
        Some(Change(time, print.0))
    }
}

/// What a watch has given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Watched {
    /// Unix microseconds. Changes before it were given, or are older than the watch.
    #[serde(rename = "l")]
    pub(super) low: i64,
    /// Changes since then that were given.
    #[serde(rename = "k", default)]
    known: BTreeSet<Change>,
}

impl Watched {
    pub(super) fn since(low: i64) -> Self {
        let known = BTreeSet::new();
        Watched { low, known }
    }

    /// What is on the page now is known. `None` if no row has a time.
    pub(super) fn from_now(changes: &[Change], is_full: bool) -> Option<Self> {
        let times = || changes.iter().map(|change| change.0);
        let (newest, oldest) = (times().max()?, times().min()?);
        let mut watched = Watched::since(newest.saturating_sub(SLACK));
        // Rows on the next page that are as new are not known, and did not change since.
        if is_full {
            watched.low = watched.low.max(oldest.saturating_add(1));
        }
        for change in changes {
            watched.give(*change);
        }
        Some(watched)
    }

    pub(super) fn give(&mut self, change: Change) {
        self.low = self.low.max(change.0.saturating_sub(SLACK));
        if change.0 >= self.low {
            self.known.insert(change);
        }
        while self.known.first().is_some_and(|first| first.0 < self.low) {
            self.known.pop_first();
        }
    }

    pub(super) fn knows(&self, change: Change) -> bool {
        change.0 < self.low || self.known.contains(&change)
    }

    /// Where a round begins that reads down to what is known.
    pub(super) fn position(&self, dialect: Dialect) -> Position {
        let mut position = Position::first(dialect.first());
        position.phase = Phase::CatchUp {
            low: self.low,
            top: None,
            pass: 1,
        };
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_no_more_than_the_changes_of_the_last_half_minute() {
        let mut watched = Watched::since(0);
        for second in 0..100_000 {
            watched.give(Change(second * 1_000_000, 1));
        }
        assert_eq!((watched.low, watched.known.len()), (99_969_000_000, 31));
        assert!(watched.knows(Change(99_999_000_000, 1)));
        assert!(!watched.knows(Change(99_999_000_000, 2)));
    }

    #[test]
    fn a_cursor_gives_back_what_is_known() {
        let mut watched = Watched::since(7);
        watched.give(Change(9, u64::MAX));
        let json = serde_json::to_string(&watched).unwrap();
        assert_eq!(json, r#"{"l":7,"k":[[9,18446744073709551615]]}"#);
        assert_eq!(serde_json::from_str::<Watched>(&json).unwrap(), watched);
    }
}

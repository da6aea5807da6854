//! What a watch has given: the part of it that a cursor holds.

use std::collections::BTreeSet;

use pancake_client::types::Conversation;
use serde::{Deserialize, Serialize};

use crate::lists::position::{Phase, Position};
use crate::lists::row::{Mark, Print};

/// Microseconds by which a change may become visible later than a newer one. Reading so far costs nothing.
const SLACK: i64 = 30_000_000;

/// A change of a conversation: its time, and a print of what is known by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Change(pub(super) i64, u64);

impl Change {
    /// `None` if it has no id or no time. Two changes can have the same time; another message tells them apart.
    pub(super) fn of(mark: &Mark<'_>, row: &Conversation) -> Option<Self> {
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
    #[serde(rename = "k", default, skip_serializing_if = "BTreeSet::is_empty")]
    known: BTreeSet<Change>,
    /// Changes that were given and not acknowledged: not part of a cursor, which stays behind them.
    #[serde(skip)]
    open: BTreeSet<Change>,
}

impl Watched {
    pub(super) fn since(low: i64) -> Self {
        Watched {
            low,
            known: BTreeSet::new(),
            open: BTreeSet::new(),
        }
    }

    /// What a walk has given that came to its end.
    pub(crate) fn after(position: &Position) -> Option<Self> {
        let newest = position.top.as_ref().map_or(0, |newest| newest.time);
        (position.phase == Phase::Ended).then(|| Watched::since(newest))
    }

    /// What is on the first page now is known. `None` if no row has a time. Rows on the next page that are as new are not
    /// known, and did not change since.
    pub(super) fn from_now(changes: &[Change]) -> Option<Self> {
        let times = || changes.iter().map(|change| change.0);
        let (newest, oldest) = (times().max()?, times().min()?);
        let low = newest.saturating_sub(SLACK);
        let mut watched = Watched::since(low.max(oldest.saturating_add(1)).min(newest));
        for change in changes {
            watched.give(*change, true);
        }
        Some(watched)
    }

    /// A change is given, and counts as dealt with unless that has to be said.
    pub(super) fn give(&mut self, change: Change, is_done: bool) {
        if is_done {
            self.open.remove(&change);
            self.known.insert(change);
        } else {
            self.open.insert(change);
        }
        self.forget();
    }

    /// A change was dealt with.
    pub(super) fn acknowledge(&mut self, change: Change) {
        if self.open.remove(&change) {
            self.known.insert(change);
            self.forget();
        }
    }

    /// A change was not dealt with, and is to come again.
    pub(super) fn reject(&mut self, change: Change) {
        self.known.remove(&change);
        self.open.insert(change);
        self.low = self.low.min(change.0);
    }

    /// Without the changes that were not dealt with: they are to come again.
    pub(super) fn dealt_with(mut self) -> Self {
        self.open.clear();
        self
    }

    /// Moves `low` up, as far as every change below it was dealt with.
    fn forget(&mut self) {
        let newest = self
            .known
            .last()
            .map(|change| change.0.saturating_sub(SLACK));
        let open = self.open.first().map(|change| change.0);
        let low = newest.map(|newest| open.map_or(newest, |open| newest.min(open)));
        self.low = self.low.max(low.unwrap_or(self.low));
        while self.known.first().is_some_and(|first| first.0 < self.low) {
            self.known.pop_first();
        }
    }

    pub(super) fn knows(&self, change: Change) -> bool {
        change.0 < self.low || self.known.contains(&change) || self.open.contains(&change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_are_only_the_changes_of_the_last_half_minute() {
        let mut watched = Watched::since(0);
        for second in 0..100_000 {
            watched.give(Change(second * 1_000_000, 1), true);
        }
        assert_eq!((watched.low, watched.known.len()), (99_969_000_000, 31));
        assert!(watched.knows(Change(99_999_000_000, 1)));
        assert!(!watched.knows(Change(99_999_000_000, 2)));
    }

    #[test]
    fn cursor_stays_behind_what_is_not_acknowledged() {
        let mut watched = Watched::since(0);
        let change = |second: i64| Change(second * 1_000_000, 1);
        for second in 0..1_000 {
            watched.give(change(second), second != 7);
        }
        assert_eq!(watched.low, 7_000_000);
        let json = serde_json::to_string(&watched).unwrap();
        let resumed: Watched = serde_json::from_str(&json).unwrap();
        assert!(!resumed.knows(change(7)) && resumed.knows(change(8)));
        watched.acknowledge(change(7));
        assert_eq!(watched.low, 969_000_000);
        watched.reject(change(990));
        watched.give(change(2_000), true);
        assert_eq!(watched.low, 990_000_000);
    }

    #[test]
    fn cursor_gives_back_what_is_known() {
        let mut watched = Watched::since(7);
        watched.give(Change(9, u64::MAX), true);
        let json = serde_json::to_string(&watched).unwrap();
        assert_eq!(json, r#"{"l":7,"k":[[9,18446744073709551615]]}"#);
        assert_eq!(serde_json::from_str::<Watched>(&json).unwrap(), watched);
    }
}

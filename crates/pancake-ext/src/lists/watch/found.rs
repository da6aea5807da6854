//! The changes that a round has found, held until it has read down to what is known: the oldest is given first.

use std::collections::HashSet;

use pancake_client::types::Conversation;

use super::watched::Change;

/// Changes that a round gives at most; twice as many are held while it reads.
pub(super) const MOST: usize = 5_000;

/// The changes of a round.
pub(super) struct Found {
    most: usize,
    changes: Vec<(Change, Conversation)>,
    /// Changes from then on are left to the next round.
    cut: Option<i64>,
}

impl Found {
    pub(super) fn new(most: usize) -> Self {
        Found {
            most,
            changes: Vec::new(),
            cut: None,
        }
    }

    pub(super) fn add(&mut self, change: Change, row: Conversation) {
        if self.cut.is_some_and(|cut| change.0 >= cut) {
            return;
        }
        self.changes.push((change, row));
        if self.changes.len() >= self.most.saturating_mul(2) {
            self.cut();
        }
    }

    /// Lets go of the newest. They are at the top of the list, where the next round begins; what is below could not be
    /// given before them.
    fn cut(&mut self) {
        self.sort();
        self.cut = self.changes.get(self.most).map(|(change, _)| change.0);
        self.changes.truncate(self.most);
        self.changes.reverse();
    }

    fn sort(&mut self) {
        // Rows came from the newest to the oldest, which of equal times is all there is to know.
        self.changes.reverse();
        self.changes.sort_by_key(|(change, _)| change.0);
    }

    /// The changes from the oldest to the newest, each row as it was last; and whether some were left to the next round.
    pub(super) fn end(&mut self) -> (Vec<(Change, Conversation)>, bool) {
        self.sort();
        let mut ids = HashSet::new();
        let mut last: Vec<_> = std::mem::take(&mut self.changes)
            .into_iter()
            .rev()
            .filter(|(_, row)| ids.insert(row.id.clone()))
            .collect();
        last.reverse();
        (last, self.cut.take().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::mark::Mark;

    /// A row that changed at a second.
    fn row(id: u32, second: i64) -> (Change, Conversation) {
        let json = serde_json::json!({"id": format!("c{id}")});
        let row: Conversation = serde_json::from_value(json).unwrap();
        let mut mark = Mark::new(row.id.as_ref(), None);
        mark.time = Some(second * 1_000_000);
        (Change::of(&mark, &row).unwrap(), row)
    }

    fn seconds(changes: &[(Change, Conversation)]) -> Vec<i64> {
        let times = changes.iter().map(|(change, _)| change.0 / 1_000_000);
        times.collect()
    }

    #[test]
    fn a_long_round_holds_few_changes_and_gives_the_oldest_of_them() {
        let mut found = Found::new(10);
        for second in (0..1_000).rev() {
            let (change, row) = row(u32::try_from(second).unwrap(), second);
            found.add(change, row);
            assert!(found.changes.len() < 20);
        }
        // Rows that moved to the top meanwhile are newer than those that were let go, and must not be given before them.
        let (change, moved) = row(0, 2_000);
        found.add(change, moved);
        let (given, is_cut) = found.end();
        assert_eq!(seconds(&given), (0..10).collect::<Vec<_>>());
        assert!(is_cut);
        assert!(!found.end().1);
    }

    #[test]
    fn a_row_that_changed_twice_is_given_as_it_was_last() {
        let mut found = Found::new(10);
        for (id, second) in [(3, 5), (2, 5), (1, 4), (1, 6)] {
            let (change, row) = row(id, second);
            found.add(change, row);
        }
        let (given, is_cut) = found.end();
        assert_eq!((seconds(&given), is_cut), (vec![5, 5, 6], false));
        // Of two with the same time, the lower one of the list is the older one.
        assert_eq!(given[0].1.id.as_ref().unwrap().to_string(), "c2");
    }
}

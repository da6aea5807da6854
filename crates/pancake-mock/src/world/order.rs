//! The order of rows: computed ones merged with those that moved, without holding either list.
use std::{cmp::Reverse, iter::Peekable};

use super::page::{BLOCK, PageState};
use crate::seed::mix;

/// Which time conversations and customers are sorted by, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Updated,
    Inserted,
}

/// Newest first, then by index: a total order, so that a cursor has one place.
type Key = (Reverse<i64>, u64);

impl PageState {
    /// The computed `updated_at`: strictly falling with the index, so that no list is needed.
    pub(super) fn seeded_updated(&self, index: u64) -> i64 {
        let rows = i64::try_from(index).unwrap_or(i64::MAX / 2) + 1;
        let jitter = mix(self.seed.number() ^ index) % self.step.unsigned_abs();
        self.epoch - rows.saturating_mul(self.step) + i64::try_from(jitter).unwrap_or(0)
    }

    /// The place of a computed row in the order of `inserted_at`. Its own inverse.
    pub(super) fn rank(&self, index: u64) -> u64 {
        let block = index / BLOCK;
        if (block + 1) * BLOCK > self.seeded {
            return index;
        }
        index ^ (mix(self.seed.number() ^ !block) % BLOCK)
    }

    /// The computed `inserted_at` of the row of a rank: strictly falling with the rank, and before
    /// the row's `updated_at`.
    pub(super) fn seeded_inserted_of_rank(&self, rank: u64) -> i64 {
        let rows = i64::try_from(rank + 1 + BLOCK).unwrap_or(i64::MAX / 2);
        let jitter = mix(!self.seed.number() ^ rank) % self.step.unsigned_abs();
        self.epoch - rows.saturating_mul(self.step) + i64::try_from(jitter).unwrap_or(0)
    }

    pub(crate) fn updated(&self, index: u64) -> i64 {
        let changed = self.changed(index, |change| change.updated_at);
        changed.unwrap_or_else(|| self.seeded_updated(index))
    }

    pub(crate) fn inserted(&self, index: u64) -> i64 {
        let changed = self.changed(index, |change| change.inserted_at);
        changed.unwrap_or_else(|| self.seeded_inserted_of_rank(self.rank(index)))
    }

    pub(crate) fn time(&self, index: u64, order: Order) -> i64 {
        match order {
            Order::Updated => self.updated(index),
            Order::Inserted => self.inserted(index),
        }
    }

    /// All conversations after `cursor`, newest first, none newer than `not_after`.
    pub(crate) fn conversations(
        &self,
        order: Order,
        cursor: Option<u64>,
        not_after: Option<i64>,
    ) -> Box<dyn Iterator<Item = u64> + '_> {
        let is_there = |index: &u64| !self.is_gone(*index);
        match order {
            Order::Updated => {
                let after = cursor.map(|index| (Reverse(self.updated(index)), index));
                Box::new(self.by_updated(after, not_after).filter(is_there))
            }
            Order::Inserted => Box::new(self.by_inserted(cursor).filter(is_there)),
        }
    }

    fn by_updated(
        &self,
        after: Option<Key>,
        not_after: Option<i64>,
    ) -> impl Iterator<Item = u64> + '_ {
        let newest = match (after.map(|(Reverse(time), _)| time), not_after) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let start = newest.map_or(0, |time| self.first_seeded_not_after(time));
        let seeded = (start..self.seeded)
            .filter(|index| self.changed(*index, |change| change.updated_at).is_none())
            .map(|index| (Reverse(self.seeded_updated(index)), index));
        let moved = self.moved.iter().copied();
        Merged {
            left: seeded.peekable(),
            right: moved.peekable(),
        }
        .skip_while(move |key| after.is_some_and(|after| *key <= after))
        .map(|(_, index)| index)
    }

    /// A lower bound of the first computed row that is not newer than `time`.
    fn first_seeded_not_after(&self, time: i64) -> u64 {
        let rows = self
            .epoch
            .saturating_sub(time)
            .div_euclid(self.step)
            .saturating_sub(1);
        u64::try_from(rows).unwrap_or(0)
    }

    /// Rows that arrived came after all computed ones, and nothing changes `inserted_at`.
    fn by_inserted(&self, cursor: Option<u64>) -> impl Iterator<Item = u64> + '_ {
        let (late, ranks) = match cursor {
            None => (self.late.len(), 0..self.seeded),
            Some(index) if index >= self.seeded => {
                let place = self.late.iter().position(|late| *late == index);
                (place.unwrap_or(0), 0..self.seeded)
            }
            Some(index) => (0, self.rank(index) + 1..self.seeded),
        };
        let late = self.late.get(..late).unwrap_or_default();
        let late = late.iter().rev().copied();
        late.chain(ranks.map(|rank| self.rank(rank)))
    }

    /// How many rows were inserted at or after `time`, counted without walking.
    pub(super) fn inserted_since(&self, time: i64) -> u64 {
        let (mut low, mut high) = (0, self.seeded);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.seeded_inserted_of_rank(middle) >= time {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let late = self.seeded..self.seeded + self.arrived;
        low + late.filter(|index| self.inserted(*index) >= time).count() as u64
    }

    /// The `place`-th row by `inserted_at`, newest first.
    pub(super) fn nth_inserted(&self, place: u64) -> Option<u64> {
        if place < self.arrived {
            return Some(self.seeded + self.arrived - 1 - place);
        }
        let rank = place - self.arrived;
        (rank < self.seeded).then(|| self.rank(rank))
    }

    /// Notes that a conversation was updated.
    pub(super) fn move_to(&mut self, index: u64, time: i64) {
        let change = self.changes.entry(index).or_default();
        if let Some(former) = change.updated_at.replace(time) {
            self.moved.remove(&(Reverse(former), index));
        }
        self.moved.insert((Reverse(time), index));
    }
}

/// Two sorted streams as one.
struct Merged<L: Iterator<Item = Key>, R: Iterator<Item = Key>> {
    left: Peekable<L>,
    right: Peekable<R>,
}

impl<L: Iterator<Item = Key>, R: Iterator<Item = Key>> Iterator for Merged<L, R> {
    type Item = Key;

    fn next(&mut self) -> Option<Key> {
        match (self.left.peek(), self.right.peek()) {
            (Some(left), Some(right)) if right < left => self.right.next(),
            (None, Some(_)) => self.right.next(),
            _ => self.left.next(),
        }
    }
}

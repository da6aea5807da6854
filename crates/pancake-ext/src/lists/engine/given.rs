//! The set of rows already given, and the page that is being given.

use std::collections::VecDeque;

use super::super::position::{Position, Prints};
use super::super::row::{Known, Mark, Print};
use super::{Setup, out_of_reach};
use crate::error::Error;

/// Pages without any new row before a walk gives up: rows that arrive in bulk make some.
const BARREN: u64 = 1_000;
/// The same rows for so many different pages mean that the server does not look at the page.
const SAME: u32 = 3;

/// The rows already given, and the last page.
pub(super) struct Given {
    size: usize,
    pub(super) known: Known,
    /// Rows of the pages before the last one.
    recent: VecDeque<Print>,
    /// The rows of the last page, and which of them are to be given.
    prints: Vec<Option<Print>>,
    keep: Vec<bool>,
    kept: usize,
    /// Pages with rows so far.
    pub(super) pages: u64,
    /// The most rows that a page had.
    largest: usize,
    barren: u64,
    same: u32,
    barren_page: Option<Print>,
}

/// What became of the rows of a page.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sorted {
    /// Rows to be given.
    pub(super) new: usize,
    /// Those of them that have an id. The others may well have been given before.
    pub(super) fresh: usize,
    /// Rows that were given before.
    pub(super) duplicates: usize,
}

/// What to do with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Give,
    Duplicate,
    /// It need not be given, and says nothing.
    Drop,
}

impl Given {
    pub(super) fn new(setup: &Setup, position: &Position) -> Self {
        let size = setup.size as usize;
        let is_fresh = *position == Position::default();
        let mut known = Known::new(setup.remember.max(3 * size), is_fresh);
        let anchors = position.anchors.iter().map(|anchor| Print::of(&anchor.id));
        for print in anchors.chain(position.seen.0.iter().copied()) {
            known.insert(print);
        }
        let rows = position.page_rows.unwrap_or(0);
        Given {
            size,
            known,
            recent: position.seen.0.iter().copied().collect(),
            prints: Vec::new(),
            keep: Vec::new(),
            kept: 0,
            pages: u64::from(rows > 0),
            largest: usize::try_from(rows).unwrap_or(size),
            barren: 0,
            same: 0,
            barren_page: None,
        }
    }

    /// Begins a page. Until its rows are sorted, none of them is to be given.
    pub(super) fn begin(&mut self, rows: &[Mark<'_>]) {
        self.recent.extend(self.prints.iter().flatten());
        let most = 5 * self.size;
        self.recent.drain(..self.recent.len().saturating_sub(most));
        self.prints.clear();
        self.prints.extend(rows.iter().map(Mark::print));
        self.keep.clear();
        self.keep.resize(rows.len(), false);
        self.kept = 0;
    }

    /// None of the rows of this page is given or known: they are from elsewhere in the list.
    pub(super) fn discard(&mut self) {
        self.prints.clear();
        self.keep.clear();
    }

    /// The print of a row of this page.
    pub(super) fn print(&self, row: usize) -> Option<Print> {
        self.prints.get(row).copied().flatten()
    }

    /// The rows of this page.
    pub(super) fn prints(&self) -> impl Iterator<Item = Print> + '_ {
        self.prints.iter().flatten().copied()
    }

    pub(super) fn last_print(&self) -> Option<Print> {
        self.prints.last().copied().flatten()
    }

    /// Whether any row of this page is known, or one of these.
    pub(super) fn knows_any(&self, others: &Prints) -> bool {
        let mut prints = self.prints.iter().flatten();
        prints.any(|print| self.known.contains(*print) || others.contains(*print))
    }

    /// Decides about each row of this page, and adds those that are to be given to the set.
    pub(super) fn sort_out(
        &mut self,
        rows: &[Mark<'_>],
        mut fate: impl FnMut(&mut Known, &Mark<'_>, Option<Print>) -> Fate,
    ) -> Sorted {
        let mut sorted = Sorted::default();
        let marks = rows.iter().zip(&self.prints).zip(&mut self.keep);
        for ((mark, print), keep) in marks {
            match fate(&mut self.known, mark, *print) {
                Fate::Give => {
                    *keep = true;
                    sorted.new += 1;
                    sorted.fresh += usize::from(print.is_some());
                }
                Fate::Duplicate => sorted.duplicates += 1,
                Fate::Drop => {}
            }
        }
        self.kept = sorted.new;
        sorted
    }

    pub(super) fn keep(&self) -> Vec<bool> {
        self.keep.clone()
    }

    /// Whether a page has as many rows as pages have. Some channels give fewer than the document says.
    pub(super) fn is_full(&self, rows: usize) -> bool {
        rows >= self.size || self.pages > 0 && rows >= self.largest
    }

    /// Counts a page with rows.
    pub(super) fn count(&mut self, rows: usize) {
        self.pages += 1;
        self.largest = self.largest.max(rows);
    }

    /// Rows a page, for a cursor.
    pub(super) fn page_rows(&self) -> Option<u64> {
        let rows = self.largest.min(self.size) as u64;
        (rows > 0 && self.largest < self.size).then_some(rows)
    }

    /// Notices pages that bring nothing, whatever was asked for. `Ok(true)`: the list seems to have no more.
    pub(super) fn check_progress(&mut self, fresh: usize) -> Result<bool, Error> {
        if fresh > 0 {
            (self.barren, self.same) = (0, 0);
            self.barren_page = None;
            return Ok(false);
        }
        let page = self.prints.iter().fold(Print(0), |sum, print| {
            sum.with(print.map_or(0, |print| print.0))
        });
        let is_same = self.barren_page.replace(page) == Some(page);
        self.same = if is_same { self.same + 1 } else { 0 };
        self.barren += 1;
        if self.same + 1 < SAME && self.barren < BARREN.max(self.pages) {
            return Ok(false);
        }
        (self.barren, self.same) = (0, 0);
        if self.prints.len() < self.size {
            return Ok(true);
        }
        Err(out_of_reach(
            "page after page brings rows that were given before",
        ))
    }

    /// Rows of the last page that are done with when so many were given: also those that were dropped in between.
    pub(super) fn consumed(&self, taken: usize) -> usize {
        if taken >= self.kept {
            return self.keep.len();
        }
        if taken == 0 {
            return 0;
        }
        let kept = self.keep.iter().enumerate().filter(|(_, keep)| **keep);
        let next = kept.map(|(row, _)| row).nth(taken);
        next.unwrap_or(self.keep.len())
    }

    pub(super) fn is_all(&self, consumed: usize) -> bool {
        consumed == self.keep.len()
    }

    /// Whether a row of the last page is to be given.
    pub(super) fn is_kept(&self, row: usize) -> bool {
        self.keep.get(row) == Some(&true)
    }

    pub(super) fn is_last_kept(&self) -> bool {
        self.keep.last() == Some(&true)
    }

    /// The rows of the last pages, each once, the newest last.
    pub(super) fn seen(&self, consumed: usize) -> Prints {
        let here = self.prints.iter().take(consumed).flatten();
        let mut seen: Vec<Print> = Vec::new();
        for print in self.recent.iter().chain(here).rev() {
            if seen.len() < 3 * self.size && !seen.contains(print) {
                seen.push(*print);
            }
        }
        seen.reverse();
        Prints(seen)
    }
}

//! Lists with numbered pages. Rows that arrive push others down, where they come again; rows that vanish pull others up,
//! out of sight, which only `total` tells.

use super::super::position::{Phase, Place, Position};
use super::super::row::{Mark, Print};
use super::given::Given;
use super::passes::{self, Passes};
use super::{Engine, Setup, Verdict};
use crate::net::guard::Guard;

/// How often a walk goes back before it has to come further than before.
const STEPS_BACK: u32 = 16;

/// A list of numbered pages.
pub(super) struct Numbered {
    given: Given,
    passes: Passes,
    at: At,
    /// The place before the last page.
    before: (At, Passes),
    /// Rows a page, as the server gives them: it may give fewer than it is asked for.
    size: u64,
    page_rows: Option<u64>,
    /// Whether the page is asked for once more.
    is_asked_again: bool,
    /// A page that was read behind a gap: its rows, and where they end.
    beyond: Option<(Vec<Print>, u64)>,
    steps_back: u32,
    farthest: u64,
    /// Where the pages end that were read.
    read_to: u64,
}

/// How far a list is known.
#[derive(Clone, Copy, Debug)]
struct At {
    /// Rows from the top.
    covered: u64,
    total: Option<u64>,
}

impl Numbered {
    pub(super) fn new(setup: &Setup, position: Position) -> Self {
        let passes = Passes::new(setup, &position);
        let at = At {
            covered: position.rows,
            total: position.total,
        };
        Numbered {
            given: Given::new(setup, &position),
            before: (at, passes.clone()),
            passes,
            at,
            size: u64::from(setup.size),
            page_rows: position.page_rows.filter(|_| position.total.is_some()),
            is_asked_again: false,
            beyond: None,
            steps_back: 0,
            farthest: position.rows,
            read_to: position.rows,
        }
    }

    fn page_rows(&self) -> u64 {
        self.page_rows.unwrap_or(self.size).max(1)
    }

    /// Rows on the pages before the next one.
    fn start(&self) -> u64 {
        self.at.covered / self.page_rows() * self.page_rows()
    }

    /// Takes `total` in. If it fell, that many rows at most have moved up from the page that is next.
    fn note_total(&mut self, total: Option<u64>, verdict: &mut Verdict) {
        let (Some(former), Some(total)) = (self.at.total, total) else {
            self.at.total = total.or(self.at.total);
            return;
        };
        if former != total {
            verdict.fire(Guard::TotalChanged);
            verdict.is_disturbed = true;
        }
        let fallen = former.saturating_sub(total);
        self.at.total = Some(total);
        self.at.covered = self.at.covered.saturating_sub(fallen);
        if let Some((_, end)) = &mut self.beyond {
            *end = end.saturating_sub(fallen);
        }
    }

    /// Rows that this page must have by `total`.
    fn promised(&self, start: u64) -> u64 {
        let left = self.at.total.map_or(0, |total| total.saturating_sub(start));
        left.min(self.page_rows())
    }

    /// Whether the page has fewer rows than it must, or ends with a row that was given.
    fn is_doubtful(&self, start: u64, rows: u64) -> bool {
        let promised = self.promised(start);
        // An older page, maybe with rows on top that have arrived since.
        let is_old = start > 0 && start >= self.read_to && rows > 0 && !self.given.is_last_kept();
        self.passes.is_main() && promised > 0 && (rows < promised || is_old)
    }

    /// Rows were read, beginning after so many. `false`: rows before them may have been missed.
    fn cover(&mut self, start: u64, rows: u64) -> bool {
        let end = start.saturating_add(rows);
        self.read_to = self.read_to.max(end);
        if start <= self.at.covered {
            self.at.covered = self.at.covered.max(end);
            // If the page ends among the rows behind the gap, there is none any more.
            if let Some((rows, beyond)) = self.beyond.take()
                && self
                    .given
                    .last_print()
                    .is_some_and(|last| rows.contains(&last))
            {
                self.at.covered = self.at.covered.max(beyond);
            }
            if self.at.covered > self.farthest {
                self.farthest = self.at.covered;
                self.steps_back = 0;
            }
            return true;
        }
        self.steps_back += 1;
        if self.steps_back > STEPS_BACK {
            self.steps_back = 0;
            self.at.covered = end;
            return false;
        }
        self.beyond = Some((self.given.prints().collect(), end));
        true
    }

    fn is_last(&self, rows: u64, new: usize, is_full: bool) -> bool {
        match self.at.total {
            _ if rows == 0 => true,
            Some(total) => self.at.covered >= total,
            None => new == 0 && !is_full,
        }
    }

    fn end(&mut self, is_one_moment: bool, is_whole: bool, verdict: &mut Verdict) {
        match self.passes.end(is_one_moment, is_whole) {
            passes::After::End => {}
            passes::After::Again => {
                self.at.covered = 0;
                (self.farthest, self.read_to) = (0, 0);
                self.beyond = None;
            }
            passes::After::GaveUp => verdict.fire(Guard::MissingRows),
        }
    }
}

impl Engine for Numbered {
    fn next(&self, ahead: u64) -> Option<Place> {
        if self.passes.phase == Phase::Ended {
            return None;
        }
        let number = self.at.covered / self.page_rows() + 1;
        let is_steady = self.passes.is_main() && self.beyond.is_none() && !self.is_asked_again;
        let start = number.saturating_add(ahead).saturating_sub(1);
        let is_there = |total| start.saturating_mul(self.page_rows()) < total;
        // The first page comes alone: pages that are asked for together may be from before and after a change, and on
        // the page before one sees that.
        let can_be_known = self.given.pages > 0 && is_steady && self.at.total.is_none_or(is_there);
        (ahead == 0 || can_be_known).then_some(Place::Number(number.saturating_add(ahead)))
    }

    fn accept(&mut self, rows: &[Mark<'_>], total: Option<u64>) -> Verdict {
        let mut verdict = Verdict::default();
        let (start, raw) = (self.start(), rows.len() as u64);
        self.given.begin(rows);
        if start == 0 {
            self.passes.note_top(rows);
        }
        self.before = (self.at, self.passes.clone());
        self.note_total(total, &mut verdict);
        let sorted = {
            let passes = &self.passes;
            self.given
                .sort_out(rows, |known, row, print| passes.fate(known, row, print))
        };
        verdict.keep = self.given.keep();
        if self.passes.is_main() && !self.is_asked_again {
            verdict.note_duplicates(sorted.duplicates);
        }
        let was_asked_again = std::mem::take(&mut self.is_asked_again);
        let has_gap = start > self.at.covered;
        if !has_gap && self.is_doubtful(start, raw) {
            if !was_asked_again {
                self.is_asked_again = true;
                verdict.fire(match raw {
                    0 => Guard::EmptyPage,
                    _ => Guard::ShortPage,
                });
                return verdict;
            }
            if start == 0 && raw > 0 {
                // So many rows are a page here, for more follow.
                self.page_rows = Some(raw);
            } else if raw < self.promised(start) {
                verdict.fire(Guard::MissingRows);
            }
        }
        let is_full = self.given.is_full(rows.len());
        if raw > self.page_rows() && self.page_rows.is_some() {
            // Pages are larger than the first one was. Their numbers count from the top again.
            self.page_rows = Some(raw).filter(|raw| *raw < self.size);
            self.at.covered = 0;
            return verdict;
        }
        if raw > 0 || has_gap {
            self.given.count(rows.len());
            if !self.cover(start, self.page_rows()) {
                verdict.fire(Guard::MissingRows);
            }
        }
        let is_first = start == 0;
        if self.passes.reaches(rows, sorted.new) {
            self.end(is_first, false, &mut verdict);
        } else if self.beyond.is_none() && self.is_last(raw, sorted.new, is_full) {
            self.end(
                is_first,
                is_first && self.given.known.is_whole(),
                &mut verdict,
            );
        } else {
            match self.given.check_progress(sorted.fresh) {
                Ok(false) => {}
                Ok(true) => self.end(is_first, false, &mut verdict),
                Err(error) => verdict.trouble = Some(error),
            }
        }
        verdict
    }

    fn position(&self, taken: usize) -> Position {
        let consumed = self.given.consumed(taken);
        let (at, passes) = match self.given.is_all(consumed) {
            true => (&self.at, &self.passes),
            false => (&self.before.0, &self.before.1),
        };
        let mut position = Position {
            rows: at.covered,
            total: at.total,
            seen: self.given.seen(consumed),
            page_rows: self.page_rows.or_else(|| {
                // Without a total, only the pages tell how many rows one has.
                self.given.page_rows().filter(|_| at.total.is_none())
            }),
            ..Position::default()
        };
        passes.write(&mut position);
        position
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Row, accept, fired, give, kept, rows, setup};
    use super::super::{Dialect, RowOrder, engine};
    use super::*;

    fn list(order: RowOrder, size: u32) -> Box<dyn Engine> {
        engine(&setup(Dialect::Numbered, order, size), Position::default()).unwrap()
    }

    fn number(list: &dyn Engine) -> Option<u64> {
        match list.next(0)? {
            Place::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The rows on a page of this number.
    fn page(all: &[Row], number: u64, size: usize) -> Vec<Row> {
        let pages = all.chunks(size).nth(number as usize - 1);
        pages.map(<[Row]>::to_vec).unwrap_or_default()
    }

    /// Walks a list that the closure answers for: the rows given, and the calls.
    fn read(
        list: &mut dyn Engine,
        answer: impl Fn(u64, usize) -> (Vec<Row>, Option<u64>),
    ) -> (Vec<i64>, usize) {
        let mut given = Vec::new();
        for call in 0..100 {
            let Some(number) = number(list) else {
                return (given, call);
            };
            let (page, total) = answer(number, call);
            given.extend(give(list, &page, total));
        }
        panic!("the walk does not end");
    }

    fn sorted(mut given: Vec<i64>) -> Vec<i64> {
        given.sort();
        given
    }

    #[test]
    fn total_ends_list_without_another_call() {
        for (of, calls) in [(0, 1), (1, 1), (3, 1), (4, 2), (9, 3)] {
            let all = rows(0..of);
            let mut list = list(RowOrder::Falling, 3);
            let answer = |number: u64, _| (page(&all, number, 3), Some(of as u64));
            assert_eq!(read(&mut *list, answer), ((0..of).collect(), calls));
        }
    }

    #[test]
    fn without_total_one_page_more_ends_list() {
        for (of, size, calls) in [(0, 3, 1), (2, 3, 2), (3, 3, 2), (4, 3, 3), (7, 2, 5)] {
            let all = rows(0..of);
            let mut list = list(RowOrder::Unknown, 3);
            let answer = |number: u64, _| (page(&all, number, size), None);
            assert_eq!(read(&mut *list, answer), ((0..of).collect(), calls));
        }
    }

    #[test]
    fn fallen_total_sends_walk_back_for_rows_that_moved_up() {
        let mut list = list(RowOrder::Falling, 3);
        give(&mut *list, &rows(0..3), Some(9));
        // Row 0 vanished, so row 3 is on the first page now.
        let verdict = accept(&mut *list, &rows(4..7), Some(8));
        assert_eq!(kept(&rows(4..7), &verdict), [4, 5, 6]);
        assert_eq!(fired(&verdict), [Guard::TotalChanged]);
        assert_eq!(number(&*list), Some(1));
        assert_eq!(give(&mut *list, &rows(1..4), Some(8)), [3]);
        // It is followed by a page that was read.
        assert_eq!(number(&*list), Some(2));
        give(&mut *list, &rows(4..7), Some(8));
        assert_eq!(give(&mut *list, &rows(7..9), Some(8)), [7, 8]);
        assert_eq!(number(&*list), None);
    }

    #[test]
    fn rows_that_vanish_at_every_call_hide_no_other() {
        let mut list = list(RowOrder::Falling, 4);
        let mut all = rows(0..60);
        let mut given = Vec::new();
        for call in 0..200 {
            let Some(number) = number(&*list) else { break };
            let verdict = accept(&mut *list, &page(&all, number, 4), Some(all.len() as u64));
            assert!(!fired(&verdict).contains(&Guard::MissingRows));
            given.extend(kept(&page(&all, number, 4), &verdict));
            if call < 40 {
                all.remove(0);
            }
        }
        assert!(list.next(0).is_none());
        assert!(all.iter().all(|(row, _)| given.contains(row)));
    }

    #[test]
    fn page_that_is_short_or_empty_once_is_asked_for_again() {
        for cut in [0, 1] {
            let all = rows(0..9);
            let mut list = list(RowOrder::Falling, 3);
            let answer = |number: u64, call: usize| {
                let mut rows = page(&all, number, 3);
                rows.truncate(if call == 1 { cut } else { 3 });
                (rows, Some(9))
            };
            assert_eq!(read(&mut *list, answer), ((0..9).collect(), 4));
        }
    }

    #[test]
    fn total_that_counts_more_than_is_shown_ends_list_with_a_guard() {
        for total in [8, 30] {
            let all = rows(0..7);
            let mut list = list(RowOrder::Falling, 3);
            let mut guards = Vec::new();
            while let Some(number) = number(&*list) {
                let verdict = accept(&mut *list, &page(&all, number, 3), Some(total));
                guards.extend(fired(&verdict));
            }
            assert!(guards.contains(&Guard::MissingRows), "{total}");
        }
    }

    #[test]
    fn server_that_gives_fewer_rows_is_read_to_its_total() {
        for (of, size) in [(250, 50), (120, 50), (90, 20), (50, 50), (51, 50)] {
            let all = rows(0..of);
            let mut list = list(RowOrder::Falling, 100);
            let answer = |number: u64, _| (page(&all, number, size), Some(of as u64));
            let (given, _) = read(&mut *list, answer);
            assert_eq!(given, (0..of).collect::<Vec<_>>(), "{of} by {size}");
        }
    }

    #[test]
    fn cursor_knows_how_many_rows_the_server_gives() {
        let all = rows(0..250);
        let mut list = list(RowOrder::Falling, 100);
        for number in [1, 1, 2, 3] {
            give(&mut *list, &page(&all, number, 50), Some(250));
        }
        let setup = setup(Dialect::Numbered, RowOrder::Falling, 100);
        let mut list = engine(&setup, list.position(99)).unwrap();
        let answer = |number: u64, _| (page(&all, number, 50), Some(250));
        assert_eq!(read(&mut *list, answer), ((150..250).collect(), 2));
    }

    #[test]
    fn arrivals_at_the_top_are_no_loss_and_no_guard() {
        let mut list = list(RowOrder::Falling, 3);
        let answer = |number: u64, call: usize| {
            let all = rows(-(call.min(4) as i64)..9);
            (page(&all, number, 3), Some(all.len() as u64))
        };
        let (given, _) = read(&mut *list, answer);
        assert!(sorted(given).ends_with(&(0..9).collect::<Vec<_>>()));
    }

    #[test]
    fn arrival_and_vanished_row_together_raise_no_alarm() {
        let (before, mut after) = (rows(0..9), rows(-1..8));
        after.truncate(9);
        let mut list = list(RowOrder::Falling, 3);
        let mut guards = Vec::new();
        for call in 0..10 {
            let Some(number) = number(&*list) else { break };
            let all = if call == 0 { &before } else { &after };
            let verdict = accept(&mut *list, &page(all, number, 3), Some(9));
            guards.extend(fired(&verdict));
        }
        assert!(!guards.contains(&Guard::MissingRows), "{guards:?}");
    }

    #[test]
    fn rows_that_move_to_the_top_are_found() {
        let before = rows(0..9);
        let mut moved = vec![(7, 900_000)];
        moved.extend(rows(0..7));
        moved.extend(rows(8..9));
        let mut list = list(RowOrder::Moving, 3);
        let answer = |number: u64, call: usize| {
            let all = if call == 0 { &before } else { &moved };
            (page(all, number, 3), Some(9))
        };
        let (given, calls) = read(&mut *list, answer);
        assert_eq!((sorted(given), calls), ((0..9).collect(), 4));
    }

    #[test]
    fn places_at_the_end_of_all_numbers_do_no_harm() {
        let far = Position {
            rows: i32::MAX as u64,
            total: Some(u64::MAX),
            ..Position::default()
        };
        let setup = setup(Dialect::Numbered, RowOrder::Moving, 3);
        let mut list = engine(&setup, far).unwrap();
        for total in [Some(0), Some(u64::MAX), None] {
            let _ = (list.next(u64::MAX), list.next(7));
            accept(&mut *list, &rows(0..3), total);
            accept(&mut *list, &[], total);
        }
    }
}

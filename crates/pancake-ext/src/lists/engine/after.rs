//! Lists with a cursor, the id of the last row. Rows move to the top while one reads, and take the cursor with them.

use std::collections::VecDeque;

use pancake_client::RowOrder;

use super::super::position::{ANCHORS, Anchor, Phase, Place, Position};
use super::super::row::{Known, Mark, Print};
use super::given::Given;
use super::passes::{self, Passes};
use super::{Engine, Setup, Verdict, out_of_reach};
use crate::error::{Error, ErrorKind};
use crate::net::guard::Guard;

/// Cursors that are remembered, to notice when one comes again.
const USED: usize = 10_000;

/// A list that goes on after a row.
pub(super) struct After {
    size: usize,
    order: RowOrder,
    given: Given,
    passes: Passes,
    /// The last rows, in the order of the list.
    anchors: VecDeque<Anchor>,
    /// How many of them the next page is asked for before the last one.
    back: usize,
    /// Whether the page before was full: then an empty one may mean that its last row has vanished.
    is_after_full: bool,
    /// Whether the page is asked for once more.
    is_asked_again: bool,
    /// Whether the walk began again because all its cursors were refused, and has found nothing new since.
    is_refused: bool,
    used: Known,
    /// The last page, as a place in the middle of it needs it.
    before: (Passes, VecDeque<Anchor>),
    page: Vec<(Option<Box<str>>, Option<i64>)>,
}

impl After {
    pub(super) fn new(setup: &Setup, position: Position) -> Self {
        let passes = Passes::new(setup, &position);
        After {
            size: setup.size as usize,
            order: setup.order,
            given: Given::new(setup, &position),
            before: (passes.clone(), VecDeque::new()),
            passes,
            back: 0,
            is_after_full: !position.anchors.is_empty(),
            is_asked_again: false,
            is_refused: false,
            used: Known::new(USED, true),
            anchors: position.anchors.into(),
            page: Vec::new(),
        }
    }

    /// The row that the page is asked for with.
    fn asked(&self) -> Option<&Anchor> {
        let place = self.anchors.len().checked_sub(1 + self.back)?;
        self.anchors.get(place)
    }

    /// Asks with the row before instead.
    fn step_back(&mut self) -> bool {
        let can = self.back + 1 < self.anchors.len();
        self.back += usize::from(can);
        can
    }

    /// Whether the row to continue after has moved up, so that the page is from above it. A page that reaches below its
    /// former place is whole, whatever it begins with.
    fn has_jumped(&self, rows: &[Mark<'_>]) -> bool {
        let asked = self.asked().and_then(|asked| asked.time);
        let last = rows.last().and_then(|row| row.time);
        self.order != RowOrder::Unknown && asked.is_some() && last > asked
    }

    /// Whether the page ends where the walk has been.
    fn leads_back(&self, new: usize) -> Option<Guard> {
        if new > 0 && self.given.known.is_whole() {
            return None;
        }
        let last = self.given.last_print()?;
        let deepest = self.anchors.back().map(|anchor| Print::of(&anchor.id));
        if deepest == Some(last) {
            return Some(Guard::StuckCursor);
        }
        self.used.contains(last).then_some(Guard::RepeatedCursor)
    }

    /// An unmoving cursor is the other end that the field notes name. It is believed of a page that is not full.
    fn at_a_dead_end(&mut self, guard: Guard, rows: usize, verdict: &mut Verdict) {
        verdict.fire(guard);
        if !self.is_asked_again {
            self.is_asked_again = true;
            return;
        }
        self.is_asked_again = false;
        if rows >= self.size {
            verdict.trouble = Some(out_of_reach(
                "a full page leads no further than the one before it",
            ));
        } else {
            self.end(false, verdict);
        }
    }

    fn end(&mut self, is_one_moment: bool, verdict: &mut Verdict) {
        // All rows came on one page that was not full.
        let is_whole =
            self.given.known.is_whole() && self.given.pages <= 1 && !self.has_full_page();
        match self.passes.end(is_one_moment, is_whole) {
            passes::After::End => {}
            passes::After::Again => {
                self.anchors.clear();
                self.back = 0;
                self.used.clear();
                self.is_after_full = false;
            }
            passes::After::GaveUp => verdict.fire(Guard::MissingRows),
        }
    }

    fn has_full_page(&self) -> bool {
        self.given.page_rows().is_none() && self.given.pages > 0
    }

    /// Goes on after the last row of the page. One that is not full is most likely the last: the next one is asked for
    /// with the row before, which confirms the end also if the last row vanishes.
    fn go_on(&mut self, rows: &[Mark<'_>], is_full: bool) {
        let last = rows.iter().filter_map(anchor).rev().take(ANCHORS);
        let mut last: Vec<Anchor> = last.collect();
        last.reverse();
        extend(&mut self.anchors, last);
        if let Some(last) = self.anchors.back() {
            self.used.insert(Print::of(&last.id));
        }
        self.back = usize::from(!is_full && self.anchors.len() > 1);
        self.is_after_full = is_full;
        self.is_asked_again = false;
    }

    /// Keeps what a place in the middle of this page needs.
    fn keep_page(&mut self, rows: &[Mark<'_>]) {
        self.before.0.clone_from(&self.passes);
        self.before.1.clone_from(&self.anchors);
        self.page.clear();
        let page = rows.iter().map(|row| (row.id.map(Into::into), row.time));
        self.page.extend(page);
    }
}

fn anchor(row: &Mark<'_>) -> Option<Anchor> {
    Some(Anchor {
        id: row.id?.into(),
        time: row.time,
    })
}

fn extend(anchors: &mut VecDeque<Anchor>, rows: impl IntoIterator<Item = Anchor>) {
    anchors.extend(rows);
    anchors.drain(..anchors.len().saturating_sub(ANCHORS));
}

impl Engine for After {
    fn next(&self, ahead: u64) -> Option<Place> {
        if self.passes.phase == Phase::Ended || ahead > 0 {
            return None;
        }
        Some(match self.asked() {
            Some(asked) => Place::After(asked.id.clone()),
            None => Place::Start,
        })
    }

    fn accept(&mut self, rows: &[Mark<'_>], _total: Option<u64>) -> Verdict {
        let mut verdict = Verdict::default();
        self.given.begin(rows);
        let is_first = self.anchors.is_empty();
        if rows.is_empty() {
            let may_have_vanished = std::mem::take(&mut self.is_after_full);
            if !(may_have_vanished && self.step_back()) {
                self.end(is_first, &mut verdict);
            }
            return verdict;
        }
        if rows.iter().all(|row| row.id.is_none()) {
            verdict.keep = self.given.keep();
            verdict.trouble = Some(Error::new(
                ErrorKind::InvalidAnswer,
                "no row of the response has an id, so there is nothing to continue after; poll again to ask once more",
            ));
            return verdict;
        }
        if self.has_jumped(rows) {
            if self.step_back() {
                return verdict.elsewhere(Guard::MovedCursor, rows.len());
            }
            // All rows to continue after have moved. The walk goes down once more from here, and drops what it knows.
            verdict.fire(Guard::MovedCursor);
            self.anchors.clear();
            self.back = 0;
            self.used.clear();
        }
        if is_first {
            self.passes.note_top(rows);
        }
        self.keep_page(rows);
        let sorted = {
            let passes = &self.passes;
            self.given
                .sort_out(rows, |known, row, print| passes.fate(known, row, print))
        };
        verdict.keep = self.given.keep();
        self.is_refused &= sorted.new == 0;
        if self.passes.is_main() && !self.is_asked_again {
            verdict.note_duplicates(sorted.duplicates.saturating_sub(self.back));
        }
        if self.passes.reaches(rows, sorted.new) {
            self.end(is_first, &mut verdict);
            return verdict;
        }
        if sorted.new == 0 && rows.len() <= self.back {
            self.end(false, &mut verdict);
            return verdict;
        }
        if let Some(guard) = self.leads_back(sorted.new) {
            if guard == Guard::RepeatedCursor && sorted.new == 0 && self.step_back() {
                verdict.fire(guard);
                return verdict;
            }
            self.at_a_dead_end(guard, rows.len(), &mut verdict);
            return verdict;
        }
        match self.given.check_progress(sorted.fresh) {
            Ok(false) => {}
            Ok(true) => self.end(false, &mut verdict),
            Err(error) => verdict.trouble = Some(error),
        }
        let is_full = self.given.is_full(rows.len());
        self.given.count(rows.len());
        if self.passes.phase != Phase::Ended {
            self.go_on(rows, is_full);
        }
        verdict
    }

    fn refuse(&mut self) -> bool {
        // If all rows to continue after are gone, the walk begins at the top once more, and drops what it knows.
        self.step_back()
            || !self.anchors.is_empty() && !std::mem::replace(&mut self.is_refused, true) && {
                self.anchors.clear();
                self.back = 0;
                self.used.clear();
                true
            }
    }

    fn position(&self, taken: usize) -> Position {
        let mut position = Position {
            page_rows: self.given.page_rows(),
            ..Position::default()
        };
        let consumed = self.given.consumed(taken);
        if self.given.is_all(consumed) {
            self.passes.write(&mut position);
            position.anchors = self.anchors.iter().cloned().collect();
            return position;
        }
        let (passes, anchors) = &self.before;
        passes.write(&mut position);
        let mut anchors = anchors.clone();
        // A row that was dropped is from elsewhere in the list, or was given before the others.
        let given = self.page.iter().take(consumed).enumerate();
        let given = given.filter(|(row, _)| self.given.is_kept(*row));
        let given = given.filter_map(|(_, (id, time))| {
            Some(Anchor {
                id: id.clone()?,
                time: *time,
            })
        });
        extend(&mut anchors, given.collect::<Vec<_>>());
        position.anchors = anchors.into();
        position
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{accept, fired, give, rows, setup};
    use super::super::{Dialect, engine};
    use super::*;

    fn list(order: RowOrder) -> Box<dyn Engine> {
        resumed(order, Position::default())
    }

    fn resumed(order: RowOrder, position: Position) -> Box<dyn Engine> {
        engine(&setup(Dialect::After, order, 3), position).unwrap()
    }

    fn after(number: i64) -> Option<Place> {
        Some(Place::After(number.to_string().into()))
    }

    #[test]
    fn empty_page_after_short_page_ends_list() {
        let mut list = list(RowOrder::Falling);
        give(&mut *list, &rows(0..2), None);
        assert_eq!(list.next(0), after(0));
        give(&mut *list, &[], None);
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn short_page_is_confirmed_by_its_last_row() {
        let mut list = list(RowOrder::Falling);
        give(&mut *list, &rows(0..3), None);
        assert_eq!(list.next(0), after(2));
        give(&mut *list, &rows(3..5), None);
        assert_eq!(list.next(0), after(3));
        assert_eq!(give(&mut *list, &rows(4..5), None), [] as [i64; 0]);
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn vanished_cursor_row_hides_no_rows() {
        let mut list = list(RowOrder::Falling);
        give(&mut *list, &rows(0..3), None);
        // Row 2 vanished, and the server answers its cursor with nothing.
        give(&mut *list, &[], None);
        assert_eq!(list.next(0), after(1));
        assert_eq!(give(&mut *list, &rows(3..6), None), [3, 4, 5]);
        give(&mut *list, &[], None);
        assert_eq!(give(&mut *list, &rows(5..6), None), [] as [i64; 0]);
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn moved_cursor_is_replaced_by_row_before() {
        let mut list = list(RowOrder::Moving);
        give(&mut *list, &rows(0..3), None);
        // Row 2 moved to the top, so the server begins again below it.
        let verdict = accept(&mut *list, &rows(0..2), None);
        assert_eq!(verdict.keep, [false, false]);
        assert_eq!(fired(&verdict), [Guard::MovedCursor]);
        assert_eq!(list.next(0), after(1));
        assert_eq!(give(&mut *list, &rows(3..6), None), [3, 4, 5]);
    }

    #[test]
    fn rows_that_moved_up_are_found_at_the_end() {
        let mut list = list(RowOrder::Moving);
        give(&mut *list, &rows(0..3), None);
        // Row 5 moved up before it was reached.
        give(&mut *list, &rows(3..5), None);
        give(&mut *list, &rows(4..5), None);
        assert_eq!(list.next(0), Some(Place::Start));
        let top = [(5, 200_000), rows(0..1)[0], rows(1..2)[0]];
        assert_eq!(give(&mut *list, &top, None), [5]);
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn list_at_rest_of_equal_times_needs_one_look_more() {
        let mut list = list(RowOrder::Moving);
        let page = |numbers: std::ops::Range<i64>| numbers.map(|n| (n, 7)).collect::<Vec<_>>();
        let mut calls = 0;
        let pages = [page(0..3), page(3..6), page(6..7), page(6..7), page(0..3)];
        while list.next(0).is_some() {
            give(&mut *list, &pages[calls], None);
            calls += 1;
        }
        assert_eq!(calls, 5);
    }

    #[test]
    fn pass_of_several_pages_is_followed_by_another() {
        let mut list = list(RowOrder::Moving);
        give(&mut *list, &rows(10..13), None);
        give(&mut *list, &rows(13..15), None);
        give(&mut *list, &rows(14..15), None);
        let top = [(97, 200_003), (98, 200_002), (99, 200_001)];
        assert_eq!(give(&mut *list, &top, None), [97, 98, 99]);
        assert_eq!(give(&mut *list, &rows(10..13), None), [] as [i64; 0]);
        assert_eq!(list.next(0), Some(Place::Start));
        let top = [(15, 200_004), top[0], top[1]];
        assert_eq!(give(&mut *list, &top, None), [15]);
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn restart_in_first_page_of_a_pass_is_not_one_moment() {
        let mut list = list(RowOrder::Moving);
        give(&mut *list, &rows(0..3), None);
        give(&mut *list, &rows(3..5), None);
        give(&mut *list, &rows(4..5), None);
        let top = [(97, 200_003), (98, 200_002), rows(1..2)[0]];
        give(&mut *list, &top, None);
        let mut list = resumed(RowOrder::Moving, list.position(1));
        assert_eq!(list.next(0), after(97));
        // Row 98 has moved to the top once more.
        give(&mut *list, &rows(0..3), None);
        assert_eq!(list.next(0), Some(Place::Start));
        let top = [(98, 200_004), (97, 200_003), rows(1..2)[0]];
        assert!(give(&mut *list, &top, None).contains(&98));
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn full_page_that_does_not_move_is_an_error() {
        let mut list = list(RowOrder::Falling);
        give(&mut *list, &rows(0..3), None);
        for _ in 0..2 {
            give(&mut *list, &rows(0..3), None);
            let error = accept(&mut *list, &rows(0..3), None).trouble.unwrap();
            assert!(error.message().contains("out of reach"), "{error}");
            assert_eq!(list.next(0), after(2));
        }
        assert_eq!(give(&mut *list, &rows(3..6), None), [3, 4, 5]);
    }

    #[test]
    fn circle_without_order_comes_to_an_end() {
        let mut list = list(RowOrder::Unknown);
        let mut pages = 0;
        while list.next(0).is_some() && pages < 5_000 {
            accept(&mut *list, &[(pages % 20, 0)], None);
            pages += 1;
        }
        assert!(pages < 100, "{pages} pages");
    }

    #[test]
    fn without_order_a_moved_cursor_is_replaced_too() {
        let mut list = list(RowOrder::Unknown);
        give(&mut *list, &rows(0..3), None);
        give(&mut *list, &rows(3..6), None);
        // Row 5 moved: what follows it is the first page.
        give(&mut *list, &rows(0..3), None);
        assert_eq!(list.next(0), after(4));
        assert_eq!(give(&mut *list, &rows(6..8), None), [6, 7]);
    }

    #[test]
    fn refused_cursor_is_replaced_by_rows_before_and_the_top() {
        let mut list = list(RowOrder::Falling);
        give(&mut *list, &rows(0..3), None);
        for next in [after(1), after(0), Some(Place::Start)] {
            assert!(list.refuse());
            assert_eq!(list.next(0), next);
        }
        assert!(!list.refuse(), "there is no cursor to blame");
        give(&mut *list, &rows(0..3), None);
        assert!(list.refuse() && list.refuse() && !list.refuse());
    }

    #[test]
    fn page_without_ids_is_an_error() {
        let mut list = list(RowOrder::Falling);
        give(&mut *list, &rows(0..3), None);
        let verdict = list.accept(&[Mark::default()], None);
        assert!(verdict.trouble.unwrap().message().contains("no row"));
        assert_eq!(give(&mut *list, &rows(3..4), None), [3]);
    }

    #[test]
    fn place_within_a_page_is_after_its_last_given_row() {
        let mut list = list(RowOrder::Falling);
        give(&mut *list, &rows(0..3), None);
        let next = |taken| resumed(RowOrder::Falling, list.position(taken)).next(0);
        assert_eq!(
            [0, 1, 2, 3].map(next),
            [Some(Place::Start), after(0), after(1), after(2)]
        );
    }
}

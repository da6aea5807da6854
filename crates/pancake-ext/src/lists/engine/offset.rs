//! Lists with a number of rows to skip. Rows that arrive shift the others down, so some come again; rows that vanish pull
//! them up, out of sight. So each page is asked for with the last row of the one before it: where that row is tells how
//! far the list has shifted, and if it is not there, the walk goes back until it finds a row that it knows.

use super::super::position::{Phase, Place, Position, Prints};
use super::super::row::{Mark, Print};
use super::given::{Fate, Given};
use super::{Engine, Expected, Setup, Verdict, out_of_reach};

/// How often a walk goes back without finding a new row before it gives up.
const STEPS_BACK: u32 = 16;

/// A list that goes on after a number of rows.
pub(super) struct Offset {
    given: Given,
    is_ended: bool,
    at: At,
    /// Where the last page began.
    before: At,
    /// Rows from page to page, while pages are full.
    stride: Option<u64>,
    /// Rows of the last step back, and how many there were.
    step: u64,
    steps_back: u32,
    /// Whether the walk went back since it found a new row, and met rows that it knows.
    has_looked_back: bool,
    size: u64,
    expected: Option<Expected>,
    /// Rows known so far.
    found: u64,
    stop: Prints,
    stop_before: Option<i64>,
}

/// Where a page is asked for.
#[derive(Clone, Copy, Debug)]
struct At {
    skip: u64,
    /// The last row of the page before.
    edge: Option<Print>,
    /// Whether the page is asked for without it.
    is_bare: bool,
}

impl Offset {
    pub(super) fn new(setup: &Setup, position: Position) -> Self {
        let at = At {
            skip: position.rows,
            edge: position.seen.0.last().copied(),
            is_bare: false,
        };
        Offset {
            given: Given::new(setup, &position),
            is_ended: position.phase == Phase::Ended,
            at,
            before: at,
            stride: None,
            step: 0,
            steps_back: 0,
            has_looked_back: false,
            size: u64::from(setup.size),
            expected: setup.expected,
            found: position.rows,
            stop: position.stop,
            stop_before: position.stop_before,
        }
    }

    /// The row that the page must begin with, unless the list has shifted.
    fn edge(&self) -> Option<Print> {
        self.at
            .edge
            .filter(|_| self.at.skip > 0 && !self.at.is_bare)
    }

    /// Goes up a page to look for rows that are known, and each time twice as far.
    fn step_back(&mut self, rows: usize, mut verdict: Verdict) -> Verdict {
        self.expected = None;
        self.steps_back += 1;
        if self.steps_back > STEPS_BACK {
            self.steps_back = 0;
            verdict.trouble = Some(out_of_reach(
                "pages do not begin where the ones before them end",
            ));
        }
        self.step = (2 * self.step).max(self.size.saturating_sub(1)).max(1);
        self.at.skip = self.at.skip.saturating_sub(self.step);
        self.stride = None;
        self.given.discard();
        verdict.keep = vec![false; rows];
        verdict.is_disturbed = true;
        verdict
    }

    /// Whether all rows of a page are older than the one to stop at, which must have vanished. A single row says nothing:
    /// no list is that strictly in order.
    fn is_past_the_stop(&self, rows: &[Mark<'_>]) -> bool {
        let edge = usize::from(
            self.given
                .print(0)
                .is_some_and(|row| self.edge() == Some(row)),
        );
        let mut others = rows.iter().skip(edge).peekable();
        others.peek().is_some()
            && others.all(|row| row.time.is_some() && row.time < self.stop_before)
    }

    /// Decides about the rows of a page. `true`: it has met a row to stop at.
    fn sort_out(&mut self, rows: &[Mark<'_>], verdict: &mut Verdict) -> (usize, usize, bool) {
        let edge = self.edge();
        let mut is_stopped = self.is_past_the_stop(rows);
        let stop = &self.stop;
        let sorted = self.given.sort_out(rows, |known, _, print| {
            is_stopped |= print.is_some_and(|print| stop.contains(print));
            match print {
                _ if is_stopped => Fate::Drop,
                Some(print) if edge == Some(print) => Fate::Drop,
                Some(print) if !known.insert(print) => Fate::Duplicate,
                _ => Fate::Give,
            }
        });
        verdict.keep = self.given.keep();
        verdict.note_duplicates(sorted.duplicates);
        self.found += sorted.new as u64;
        let is_newer = |row: &Mark<'_>| row.time > self.expected.map(|expected| expected.at);
        if sorted.duplicates > 0 || rows.iter().any(is_newer) {
            // The count is out of date.
            self.expected = None;
        }
        (sorted.new, sorted.fresh, is_stopped)
    }

    /// Whether a page that is not full is the last one. A page that ends with the last known row is; otherwise the number of rows has to
    /// be known, since on some channel pages may be smaller than the document says.
    fn is_last(&self, new: usize, is_full: bool) -> bool {
        let has_all = |expected: Expected| self.found >= expected.rows;
        let is_deepest = new == 0 && self.given.last_print() == self.at.edge;
        !is_full && (is_deepest || new > 0 && self.expected.is_some_and(has_all))
    }
}

impl Engine for Offset {
    fn next(&self, ahead: u64) -> Option<Place> {
        if self.is_ended {
            return None;
        }
        let skip = match ahead {
            0 => self.at.skip,
            pages => self
                .at
                .skip
                .saturating_add(pages.saturating_mul(self.stride?)),
        };
        let is_beyond = |expected: Expected| ahead > 0 && skip >= expected.rows;
        (!self.expected.is_some_and(is_beyond)).then_some(Place::Skip(skip))
    }

    fn accept(&mut self, rows: &[Mark<'_>], _total: Option<u64>) -> Verdict {
        let mut verdict = Verdict::default();
        self.given.begin(rows);
        if rows.is_empty() {
            // The last row of the page before is not there either: rows have vanished.
            if self.edge().is_some() && !self.has_looked_back {
                return self.step_back(0, verdict);
            }
            self.is_ended = true;
            return verdict;
        }
        if self.edge().is_some() && !self.given.knows_any(&self.stop) {
            return self.step_back(rows.len(), verdict);
        }
        self.before = self.at;
        let (new, fresh, is_stopped) = self.sort_out(rows, &mut verdict);
        let is_full = self.given.is_full(rows.len());
        self.given.count(rows.len());
        self.has_looked_back = fresh == 0 && self.steps_back > 0;
        if fresh > 0 {
            self.steps_back = 0;
        }
        self.step = 0;
        if is_stopped || self.is_last(new, is_full) {
            self.is_ended = true;
            return verdict;
        }
        match self.given.check_progress(fresh) {
            Ok(is_end) => self.is_ended = is_end,
            Err(error) => verdict.trouble = Some(error),
        }
        // A single row leads no further with itself.
        let edge = self.given.last_print();
        let is_bare = edge.is_none() || rows.len() == 1;
        let stride = rows.len() as u64 - u64::from(!is_bare);
        self.stride = (is_full && !is_bare).then_some(stride);
        self.at = At {
            skip: self.at.skip.saturating_add(stride),
            edge,
            is_bare,
        };
        verdict
    }

    fn position(&self, taken: usize) -> Position {
        let consumed = self.given.consumed(taken);
        let is_all = self.given.is_all(consumed);
        let seen = self.given.seen(consumed);
        // With the last row, which shows whether the list has shifted meanwhile.
        let is_bare = is_all && self.at.is_bare;
        let rows = match consumed as u64 {
            _ if is_all => self.at.skip.saturating_sub(u64::from(is_bare)),
            consumed => self.before.skip.saturating_add(consumed.saturating_sub(1)),
        };
        Position {
            phase: match is_all && self.is_ended {
                true => Phase::Ended,
                false => Phase::Main,
            },
            rows,
            seen,
            page_rows: self.given.page_rows(),
            stop: self.stop.clone(),
            stop_before: self.stop_before,
            ..Position::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Row, accept, fired, give, rows, setup};
    use super::super::{Dialect, RowOrder, engine};
    use super::*;
    use crate::net::guard::Guard;

    const NONE: [i64; 0] = [];

    fn list() -> Box<dyn Engine> {
        expecting(None)
    }

    fn expecting(expected: Option<Expected>) -> Box<dyn Engine> {
        let mut setup = setup(Dialect::Offset, RowOrder::Unknown, 3);
        setup.expected = expected;
        engine(&setup, Position::default()).unwrap()
    }

    #[test]
    fn pages_share_a_row_and_a_page_without_new_row_ends_list() {
        let mut list = list();
        give(&mut *list, &rows(0..3), None);
        assert_eq!(list.next(0), Some(Place::Skip(2)));
        assert_eq!(list.next(1), Some(Place::Skip(4)));
        assert_eq!(give(&mut *list, &rows(2..5), None), [3, 4]);
        let verdict = accept(&mut *list, &rows(4..5), None);
        assert_eq!(fired(&verdict), []);
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn short_page_is_confirmed_by_one_more() {
        let mut list = list();
        give(&mut *list, &rows(0..2), None);
        assert_eq!(list.next(0), Some(Place::Skip(1)));
        give(&mut *list, &rows(1..2), None);
        assert_eq!(list.next(0), None);
        let mut list = self::list();
        give(&mut *list, &rows(0..1), None);
        assert_eq!(list.next(0), Some(Place::Skip(1)));
        give(&mut *list, &[], None);
        assert_eq!(list.next(0), None);
        let mut list = self::list();
        give(&mut *list, &[], None);
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn known_count_ends_list_with_its_short_page() {
        let known = |rows| {
            Some(Expected {
                rows,
                at: 100_000_000_000,
            })
        };
        let mut list = expecting(known(5));
        give(&mut *list, &rows(0..3), None);
        give(&mut *list, &rows(2..5), None);
        assert_eq!(list.next(0), Some(Place::Skip(4)), "a full page");
        let mut list = expecting(known(2));
        give(&mut *list, &rows(0..2), None);
        assert_eq!(list.next(0), None);
        // More than can be read.
        let mut list = expecting(known(415));
        give(&mut *list, &rows(0..2), None);
        give(&mut *list, &rows(1..2), None);
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn count_is_not_trusted_once_a_row_is_newer() {
        let count = Expected {
            rows: 2,
            at: 99_999_000_000,
        };
        let mut list = expecting(Some(count));
        // Pages of two rows on this channel, and three rows have arrived since the count.
        give(&mut *list, &rows(0..2), None);
        assert_eq!(list.next(0), Some(Place::Skip(1)));
        assert_eq!(give(&mut *list, &rows(1..3), None), [2]);
        assert_eq!(give(&mut *list, &rows(2..4), None), [3]);
    }

    #[test]
    fn arrivals_shift_the_offset_without_another_call() {
        let mut list = list();
        give(&mut *list, &rows(0..3), None);
        let verdict = accept(&mut *list, &rows(1..4), None);
        assert_eq!(verdict.keep, [false, false, true]);
        assert_eq!(fired(&verdict), [Guard::DuplicateRows]);
        assert_eq!(list.next(0), Some(Place::Skip(4)));
        assert_eq!(give(&mut *list, &rows(3..6), None), [4, 5]);
    }

    #[test]
    fn arrivals_at_every_call_are_no_error() {
        for length in [1, 2, 3, 4, 7] {
            let (mut list, mut given) = (list(), Vec::new());
            for arrived in 0..100 {
                let Some(Place::Skip(skip)) = list.next(0) else {
                    break;
                };
                let all: Vec<Row> = rows(-arrived..length);
                let page: Vec<Row> = all.into_iter().skip(skip as usize).take(3).collect();
                given.extend(give(&mut *list, &page, None));
            }
            assert!(list.next(0).is_none(), "{length}");
            assert_eq!(given, (0..length).collect::<Vec<_>>());
        }
    }

    #[test]
    fn vanished_row_hides_no_other() {
        let mut list = list();
        give(&mut *list, &rows(0..3), None);
        // Row 0 vanished, and the others moved up.
        assert_eq!(give(&mut *list, &rows(3..6), None), NONE);
        assert_eq!(list.next(0), Some(Place::Skip(0)));
        assert_eq!(give(&mut *list, &rows(1..4), None), [3]);
        assert_eq!(give(&mut *list, &rows(3..6), None), [4, 5]);
    }

    #[test]
    fn empty_page_in_place_of_its_edge_sends_walk_back() {
        let mut list = list();
        give(&mut *list, &rows(0..3), None);
        // Rows 0 and 1 vanished, and rows 2 and 3 are left.
        give(&mut *list, &[], None);
        assert_eq!(list.next(0), Some(Place::Skip(0)));
        assert_eq!(give(&mut *list, &rows(2..4), None), [3]);
        // All vanished.
        give(&mut *list, &[], None);
        give(&mut *list, &[], None);
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn many_vanished_rows_are_looked_for_twice_as_far_each_time() {
        let mut list = list();
        for page in 0..10 {
            give(&mut *list, &rows(2 * page..2 * page + 3), None);
        }
        let mut places = Vec::new();
        while let Some(Place::Skip(skip)) = list.next(0)
            && places.last() != Some(&0)
        {
            places.push(skip);
            let skip = skip as i64;
            give(&mut *list, &rows(100 + skip..103 + skip), None);
        }
        assert_eq!(places, [20, 18, 14, 6, 0]);
    }

    #[test]
    fn server_of_single_rows_is_read_to_its_end() {
        let mut list = list();
        for number in 0..5 {
            assert_eq!(list.next(0), Some(Place::Skip(number)));
            let number = number as i64;
            give(&mut *list, &rows(number..number + 1), None);
        }
        give(&mut *list, &[], None);
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn server_that_counts_whole_pages_is_an_error() {
        let mut list = list();
        let error = (0..100).find_map(|_| {
            let Some(Place::Skip(skip)) = list.next(0) else {
                return None;
            };
            let first = skip as i64 / 3 * 3;
            accept(&mut *list, &rows(first..first + 3), None).trouble
        });
        assert!(error.unwrap().message().contains("out of reach"));
    }

    #[test]
    fn walk_stops_at_a_row_or_a_page_that_is_older() {
        let position = Position {
            stop: [Print::of("50")].into_iter().collect(),
            stop_before: Some((100_000 - 60 * 50) * 1_000_000),
            ..Position::default()
        };
        let setup = setup(Dialect::Offset, RowOrder::Unknown, 3);
        let start = || engine(&setup, position.clone()).unwrap();
        let row = |number: i64| rows(number..number + 1)[0];
        let mut list = start();
        // Row 70 is too old for its place.
        assert_eq!(
            give(&mut *list, &[row(10), row(70), row(11)], None),
            [10, 70, 11]
        );
        assert_eq!(give(&mut *list, &[row(11), row(12), row(50)], None), [12]);
        assert_eq!(list.next(0), None);
        // Row 50 vanished.
        let mut list = start();
        give(&mut *list, &rows(10..13), None);
        assert_eq!(give(&mut *list, &[row(12), row(60), row(61)], None), NONE);
        assert_eq!(list.next(0), None);
    }

    #[test]
    fn place_within_a_page_shares_its_last_given_row() {
        let mut list = list();
        give(&mut *list, &rows(0..3), None);
        give(&mut *list, &rows(2..5), None);
        let places = [0, 1, 2].map(|taken| list.position(taken).rows);
        assert_eq!(places, [2, 3, 4]);
    }
}

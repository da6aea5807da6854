//! Lists with a number of rows to skip. Rows that arrive shift the others down, so that some come again; rows that vanish
//! pull them up, out of sight. So each page is asked for with the last row of the one before it: where that row is tells
//! how far the list has shifted, and if it is not there, the walk goes back until it finds one that it knows.

use super::{Answer, Walk, out_of_reach};
use crate::error::Error;
use crate::lists::dialect::{Dialect, OVERLAP, Place};
use crate::lists::mark::{Mark, Print};
use crate::lists::memory::Memory;
use crate::lists::position::Position;
use crate::net::guard::Guard;

/// Gaps in a row, without a new row in between, before the walk gives up.
const GAPS: u32 = 16;

/// Where the known part of a list ends.
pub(super) struct Edge {
    /// The last rows, two pages of them, also if the walk is to remember nothing else.
    tail: Memory,
    last: Option<Print>,
    /// Whether the page was asked for without the row before it.
    is_bare: bool,
    /// Whether the answer before had no row after the edge.
    is_end: bool,
    /// Rows of the last step up.
    step: u64,
    gaps: u32,
}

impl Edge {
    pub(super) fn new(dialect: Dialect, position: &Position) -> Self {
        let mut tail = Memory::new(2 * dialect.size() as usize);
        for print in &position.seen.0 {
            tail.insert(*print);
        }
        Edge {
            tail,
            last: position.seen.0.last().copied(),
            is_bare: false,
            is_end: false,
            step: 0,
            gaps: 0,
        }
    }
}

impl Walk {
    /// Whether the row is the one that the page was asked for with. It comes once more, and means nothing.
    pub(super) fn is_edge(&self, print: Option<Print>) -> bool {
        print.is_some() && self.expects_edge().is_some_and(|edge| print == Some(edge))
    }

    /// The row that the answer should begin with.
    fn expects_edge(&self) -> Option<Print> {
        match self.position.place {
            Place::Skip(skipped) if skipped > 0 && !self.edge.is_bare => self.edge.last,
            _ => None,
        }
    }

    /// Whether rows are missing between those that are known and the answer. Then the walk goes up to look for them.
    pub(super) fn has_gap(&mut self, marks: &[Mark]) -> Result<bool, Error> {
        let known = |mark: &Mark| {
            mark.print().is_some_and(|print| {
                self.edge.tail.contains(print)
                    || self.memory.contains(print)
                    || self.position.stop.0.contains(&print)
            })
        };
        if self.expects_edge().is_none() || marks.is_empty() || marks.iter().any(known) {
            return Ok(false);
        }
        self.step_up()?;
        Ok(true)
    }

    /// Goes up a page to look for rows that are known, and each time twice as far.
    fn step_up(&mut self) -> Result<(), Error> {
        self.guard(Guard::VanishedRows, 1);
        self.edge.gaps += 1;
        self.asked_again = 0;
        if self.edge.gaps > GAPS {
            self.edge.gaps = 0;
            return Err(out_of_reach(
                "pages do not begin where the ones before them end",
            ));
        }
        let page = u64::from(self.dialect.size()).saturating_sub(OVERLAP);
        self.edge.step = self.edge.step.saturating_mul(2).max(page);
        if let Place::Skip(skipped) = self.position.place {
            self.position.place = Place::Skip(skipped.saturating_sub(self.edge.step));
        }
        Ok(())
    }

    pub(super) fn step_skip(&mut self, answer: &Answer<'_>) -> Result<(), Error> {
        let Place::Skip(skipped) = self.position.place else {
            return Ok(());
        };
        let Some(last) = answer.marks.last() else {
            return self.at_an_empty_page(answer);
        };
        if answer.fresh > 0 {
            self.edge.gaps = 0;
        }
        self.edge.step = 0;
        self.check_progress(answer, answer.fresh)?;
        self.count_answer(answer);
        if answer.reached_known {
            return self.end_phase();
        }
        for print in answer.marks.iter().filter_map(Mark::print) {
            self.edge.tail.insert(print);
        }
        let raw = answer.marks.len() as u64;
        self.edge.is_end = answer.new == 0;
        self.edge.last = last.print();
        // A single row leads no further with itself.
        let overlap = if raw > 1 && last.id.is_some() {
            OVERLAP
        } else {
            0
        };
        self.edge.is_bare = overlap == 0;
        self.position.place = Place::Skip(skipped.saturating_add(raw - overlap));
        Ok(())
    }

    fn at_an_empty_page(&mut self, answer: &Answer<'_>) -> Result<(), Error> {
        if self.expects_edge().is_some() {
            // Not even the last row of the page before is there.
            if self.ask_again(Guard::EmptyPage, 1) {
                return Ok(());
            }
            return self.step_up();
        }
        // The page before had no row after the edge, so this is the second that says that the list ends.
        if !self.edge.is_end && self.confirm(Guard::EmptyPage, answer) {
            return Ok(());
        }
        self.end_phase()
    }
}

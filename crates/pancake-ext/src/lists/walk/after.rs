//! Lists with a cursor: the id of the last row. Rows move to the top while one walks, and take the cursor with them.

use std::collections::VecDeque;

use pancake_client::ErrorCode;

use super::moving::Trust;
use super::{Answer, Walk, out_of_reach};
use crate::error::{Error, ErrorKind};
use crate::lists::dialect::{Dialect, Place};
use crate::lists::mark::{Mark, Print};
use crate::lists::memory::Memory;
use crate::lists::position::ANCHORS;
use crate::lists::source::RowOrder;
use crate::net::guard::Guard;

/// How often a walk may begin at the top again because all rows it could continue after had moved.
const RESTARTS: u32 = 3;
/// Cursors that are remembered, to notice when one comes again.
const USED: usize = 10_000;
/// Cursors in a row that came again, before that counts although there were new rows: a small memory takes all rows for
/// new.
const REPEATS: u32 = 8;

/// What is known of the cursors that were used.
pub(super) struct Cursors {
    restarts: u32,
    used: Memory,
    repeats: u32,
}

impl Cursors {
    pub(super) fn new() -> Self {
        Cursors {
            restarts: 0,
            used: Memory::new(USED),
            repeats: 0,
        }
    }

    pub(super) fn forget_used(&mut self) {
        self.used.clear();
        self.repeats = 0;
    }

    /// Whether the answer leads back to where the walk has been.
    fn leads_back(&mut self, answer: &Answer<'_>, last: Option<Print>) -> bool {
        if !last.is_some_and(|print| self.used.contains(print)) {
            self.repeats = 0;
            return false;
        }
        self.repeats += 1;
        answer.new == 0 || self.repeats > REPEATS
    }
}

impl Walk {
    /// Refuses an answer that cannot be continued after: its rows would come again and again.
    pub(super) fn check_ids(&self, marks: &[Mark]) -> Result<(), Error> {
        let is_cursor = matches!(self.dialect, Dialect::Cursor { .. });
        if is_cursor && !marks.is_empty() && marks.iter().all(|mark| mark.id.is_none()) {
            return Err(Error::new(
                ErrorKind::InvalidAnswer,
                "no row of the answer has an id, so there is nothing to continue after; poll again to ask once more",
            ));
        }
        Ok(())
    }

    /// Whether the row that was to be continued after has moved up, so that the answer is from above it. Then the page is
    /// asked for with the row before it.
    pub(super) fn has_jumped(&mut self, marks: &[Mark]) -> bool {
        let slack = self.trust.slack();
        let slack = slack.filter(|_| self.order != RowOrder::Unknown);
        let asked = self.asked_anchor().and_then(|anchor| anchor.time);
        let last = marks.last().and_then(|mark| mark.time);
        let (Some(slack), Some(asked), Some(last)) = (slack, asked, last) else {
            return false;
        };
        // An answer that reaches below the cursor is whole, whatever it begins with. One that ends with the cursor itself
        // does not move, which is another matter.
        if last <= asked.saturating_add(slack) || self.is_stuck(marks) {
            return false;
        }
        self.guard(Guard::MovedCursor, 1);
        if self.next_anchor() {
            return true;
        }
        // All of them moved. The walk goes down once more from where this answer is, and drops what it knows.
        if !self.may_restart() {
            self.trust = Trust::Broken;
            self.guard(Guard::Restless, 1);
        }
        false
    }

    /// The page could not be read. `true`: another way to ask for it was found.
    pub(crate) fn failed(&mut self, error: &Error) -> bool {
        // A row that is gone cannot be continued after; the one before it can. If all are gone, the walk begins again at
        // the top, and drops what it knows.
        if !matches!(self.position.place, Place::After(_)) || !can_mean_an_unknown_cursor(error) {
            return false;
        }
        let found = self.next_anchor() || {
            let may = self.may_restart();
            if may {
                self.position.place = self.dialect.first();
            }
            may
        };
        if found {
            self.guard(Guard::MovedCursor, 1);
        }
        found
    }

    /// Continues after the row before the one that was asked with.
    fn next_anchor(&mut self) -> bool {
        let anchors = &mut self.position.anchors;
        let before = anchors.len().checked_sub(2);
        let Some(id) = before.and_then(|place| anchors.get(place)?.id.clone()) else {
            return false;
        };
        anchors.pop();
        self.position.place = Place::After(id);
        true
    }

    fn may_restart(&mut self) -> bool {
        self.cursors.restarts += 1;
        let may = self.cursors.restarts <= RESTARTS;
        if may {
            self.position.anchors.clear();
            self.cursors.forget_used();
        }
        may
    }

    /// The row that was asked with.
    fn asked_anchor(&self) -> Option<&Mark> {
        let Place::After(asked) = &self.position.place else {
            return None;
        };
        let last = self.position.anchors.last();
        last.filter(|anchor| anchor.id.as_ref() == Some(asked))
    }

    fn is_stuck(&self, marks: &[Mark]) -> bool {
        match (&self.position.place, marks.last()) {
            (Place::After(asked), Some(last)) => last.id.as_ref() == Some(asked),
            _ => false,
        }
    }

    pub(super) fn step_after(&mut self, answer: &Answer<'_>) -> Result<(), Error> {
        let Some(last) = answer.marks.last() else {
            // The list ends with an empty page (docs/behaviour.md#list-ends), which may as well be a fault.
            if self.confirm(Guard::EmptyPage, answer) {
                return Ok(());
            }
            return self.end_phase();
        };
        if self.is_stuck(answer.marks) {
            return self.at_a_dead_end(Guard::StuckCursor, answer);
        }
        if self.cursors.leads_back(answer, last.print()) {
            if self.asked_again > 0 && self.next_anchor() {
                // In a list without an order, this is how a cursor that moved to the top looks.
                self.guard(Guard::MovedCursor, 1);
                return Ok(());
            }
            return self.at_a_dead_end(Guard::RepeatedCursor, answer);
        }
        self.check_progress(answer, answer.fresh)?;
        self.count_answer(answer);
        if answer.reached_known {
            return self.end_phase();
        }
        self.position.anchors = anchors(&self.position.anchors, answer.marks);
        // One row has an id, or the answer would have been refused.
        let next = self.position.anchors.last();
        if let Some((id, print)) = next.and_then(|mark| Some((mark.id.clone()?, mark.print()?))) {
            self.cursors.used.insert(print);
            self.position.place = Place::After(id);
        }
        Ok(())
    }

    /// An unmoving cursor is the other end (docs/behaviour.md#list-ends). It is believed of a page that is not full.
    fn at_a_dead_end(&mut self, guard: Guard, answer: &Answer<'_>) -> Result<(), Error> {
        if self.ask_again(guard, 1) {
            return Ok(());
        }
        if self.is_full(answer) {
            return Err(out_of_reach(
                "a full page leads no further than the one before it",
            ));
        }
        self.end_phase()
    }
}

/// Code 100 is what a bad parameter is answered with.
fn can_mean_an_unknown_cursor(error: &Error) -> bool {
    let by_status = matches!(error.status(), Some(400 | 404));
    error.kind() == ErrorKind::InvalidRequest
        && (error.code() == Some(ErrorCode::BAD_PARAMETER) || by_status)
}

/// The last rows with an id.
fn anchors(former: &[Mark], marks: &[Mark]) -> Vec<Mark> {
    let mut rows: VecDeque<Mark> = former.iter().cloned().collect();
    for mark in marks.iter().filter(|mark| mark.id.is_some()) {
        rows.push_back(mark.clone());
        if rows.len() > ANCHORS {
            rows.pop_front();
        }
    }
    rows.into()
}

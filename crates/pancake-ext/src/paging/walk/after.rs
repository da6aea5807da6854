//! Lists with a cursor: the id of the last row. Rows move to the top while one walks, and take the cursor with them.

use super::{Answer, Walk, anchors};
use crate::error::{Error, ErrorKind};
use crate::paging::dialect::Place;
use crate::paging::guard::Guard;
use crate::paging::mark::Mark;
use crate::paging::source::RowOrder;

/// How often a walk may begin at the top again because all rows it could continue after had moved.
const RESTARTS: u32 = 3;

impl Walk {
    /// Whether the row that was to be continued after has moved up, so that the answer is from above it. Then the page is
    /// asked for with the row before it.
    pub(super) fn has_jumped(&mut self, marks: &[Mark]) -> bool {
        if self.order == RowOrder::Unknown || !matches!(self.position.place, Place::After(_)) {
            return false;
        }
        let asked = self.asked_anchor().and_then(|anchor| anchor.time);
        let last = marks.last().and_then(|mark| mark.time);
        let (Some(asked), Some(last)) = (asked, last) else {
            return false;
        };
        // An answer that reaches below the cursor is whole, whatever it begins with. One that ends with the cursor itself
        // does not move, which is another matter.
        if last <= asked || self.is_stuck(marks) {
            return false;
        }
        self.guard(Guard::MovedCursor, 1);
        if self.next_anchor() {
            return true;
        }
        // All of them moved. The walk goes down once more from where this answer is, and drops what it knows.
        self.restarts += 1;
        if self.restarts > RESTARTS {
            self.order = RowOrder::Unknown;
            self.guard(Guard::Restless, 1);
        }
        self.position.anchors.clear();
        self.used.clear();
        false
    }

    /// Continues after the row before the one that was asked with.
    pub(super) fn next_anchor(&mut self) -> bool {
        let anchors = &self.position.anchors;
        let next = self.anchor + 2;
        let Some(id) = anchors
            .len()
            .checked_sub(next)
            .and_then(|place| anchors.get(place)?.id.clone())
        else {
            return false;
        };
        self.anchor += 1;
        self.position.place = Place::After(id);
        true
    }

    fn asked_anchor(&self) -> Option<&Mark> {
        let anchors = &self.position.anchors;
        anchors.get(anchors.len().checked_sub(self.anchor + 1)?)
    }

    fn is_stuck(&self, marks: &[Mark]) -> bool {
        match (&self.position.place, marks.last()) {
            (Place::After(asked), Some(last)) => last.id.as_ref() == Some(asked),
            _ => false,
        }
    }

    pub(super) fn step_after(&mut self, answer: &Answer<'_>) -> Result<(), Error> {
        let Some(last) = answer.marks.last() else {
            // The list ends with an empty page (field notes, 5). After a full one, or at the top of a list that had
            // rows, it may as well be a fault.
            let suspicious = self.last_full || self.is_catching_up() && self.is_at_first();
            if !(suspicious && self.ask_again(Guard::EmptyPage, 1)) {
                self.end_phase();
            }
            return Ok(());
        };
        if self.is_stuck(answer.marks) {
            // The other end that the field notes name.
            if !self.ask_again(Guard::StuckCursor, 1) {
                self.end_phase();
            }
            return Ok(());
        }
        if answer.new == 0 && last.print().is_some_and(|print| self.used.contains(print)) {
            if !self.ask_again(Guard::RepeatedCursor, 1) {
                self.end_phase();
            }
            return Ok(());
        }
        self.count_answer(answer);
        if answer.reached_known {
            self.end_phase();
            return Ok(());
        }
        self.position.anchors = anchors(&self.position.anchors, answer.marks);
        self.anchor = 0;
        let next = self.position.anchors.last();
        let (Some(id), Some(print)) = (
            next.and_then(|mark| mark.id.clone()),
            next.and_then(Mark::print),
        ) else {
            return Err(Error::new(
                ErrorKind::InvalidAnswer,
                "no row of the answer has an id, so there is nothing to continue after; poll again to ask once more",
            ));
        };
        self.used.insert(print);
        self.position.place = Place::After(id);
        Ok(())
    }

    fn is_catching_up(&self) -> bool {
        matches!(
            self.position.phase,
            crate::paging::position::Phase::CatchUp { .. }
        )
    }

    fn is_at_first(&self) -> bool {
        self.position.place == self.dialect.first()
    }
}

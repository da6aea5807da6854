//! Lists with a number of rows to skip. Rows that arrive shift the others down, so that some come again.

use super::{Answer, Walk};
use crate::error::Error;
use crate::paging::dialect::Place;
use crate::paging::guard::Guard;

impl Walk {
    pub(super) fn step_skip(&mut self, answer: &Answer<'_>) -> Result<(), Error> {
        let Place::Skip(skipped) = self.position.place else {
            return Ok(());
        };
        let raw = answer.marks.len() as u64;
        if raw == 0 {
            if !(self.last_full && self.ask_again(Guard::EmptyPage, 1)) {
                self.end_phase();
            }
            return Ok(());
        }
        if answer.new == 0 && self.ask_again(Guard::RepeatedPage, 2) {
            return Ok(());
        }
        // Duplicates mean that rows arrived and the list shifted, or that the server repeated itself. Only in the first
        // case may the offset grow by all rows of the answer. So it grows by the new ones first; if as many duplicates
        // come again, it was a shift.
        let duplicates = answer.duplicates as u64;
        let unexplained = if answer.new == 0 {
            0
        } else {
            duplicates.saturating_sub(self.conceded)
        };
        self.check_progress(answer)?;
        self.conceded = unexplained;
        self.position.place = Place::Skip(skipped + raw - unexplained);
        self.count_answer(answer);
        if answer.reached_known {
            self.end_phase();
        }
        Ok(())
    }
}

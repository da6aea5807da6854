//! What relies on the order of rows, and what is done about rows that move: passes from the top again, each down to what
//! was seen before it began.

use super::Walk;
use crate::error::Error;
use crate::lists::mark::{Mark, SLACK};
use crate::lists::position::Phase;
use crate::lists::source::RowOrder;
use crate::net::guard::Guard;

/// Passes for rows that moved; each is shorter than the one before, unless rows move faster than they can be read.
const PASSES: u32 = 16;

/// How far the times of rows can be relied on to fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// They fall.
    Exact,
    /// They fall, but for rows of about the same time.
    Rough,
    /// They do not.
    Broken,
}

impl Trust {
    /// How much later than the row above it a row may be.
    pub(super) fn slack(self) -> Option<i64> {
        match self {
            Trust::Exact => Some(0),
            Trust::Rough => Some(SLACK),
            Trust::Broken => None,
        }
    }
}

impl Walk {
    /// Switches off what relies on the order as far as the rows do not have it.
    pub(super) fn check_order(&mut self, marks: &[Mark]) {
        if self.order == RowOrder::Unknown || self.trust == Trust::Broken {
            return;
        }
        let rise = marks.windows(2).filter_map(|pair| match pair {
            [above, below] => Some(below.time?.saturating_sub(above.time?)),
            _ => None,
        });
        let trust = match rise.max() {
            Some(rise) if rise > SLACK => Trust::Broken,
            Some(rise) if rise > 0 => Trust::Rough,
            _ => return,
        };
        if self.trust != trust {
            self.trust = trust;
            self.guard(Guard::OutOfOrder, 1);
        }
    }

    /// Remembers the newest time, down to which rows that moved will be looked for.
    pub(super) fn note_top(&mut self, marks: &[Mark]) {
        let Some(newest) = marks.iter().filter_map(|mark| mark.time).max() else {
            return;
        };
        let is_first = self.position.place == self.dialect.first();
        match &mut self.position.phase {
            Phase::Main
                if is_first && self.position.high.is_none() && self.order == RowOrder::Moving =>
            {
                let is_full = marks.len() >= self.dialect.size() as usize;
                let low = low_below(newest, marks, is_full);
                let rows = marks.iter().filter(|mark| mark.time >= Some(low));
                let rows = rows.filter_map(Mark::print_at_its_time).collect();
                self.position.high = Some((low, rows));
            }
            Phase::CatchUp {
                top: top @ None, ..
            } => *top = Some(newest.saturating_sub(SLACK)),
            _ => {}
        }
    }

    /// Whether the row is one of those that were the newest when the walk began, and has not changed since. In a long
    /// list, or after a restart, the memory does not know it.
    pub(super) fn is_of_the_top(&self, mark: &Mark) -> bool {
        let Some((low, rows)) = &self.position.high else {
            return false;
        };
        mark.time >= Some(*low)
            && mark
                .print_at_its_time()
                .is_some_and(|print| rows.0.contains(&print))
    }

    /// The list is at its end, or the pass at rows that were seen before it began.
    pub(super) fn end_phase(&mut self) -> Result<(), Error> {
        self.asked_again = 0;
        // One answer is one moment: whatever moved before it was in it, and nothing can have been missed.
        let is_one_moment = self.position.place == self.dialect.first();
        let next = match &self.position.phase {
            Phase::Main => self.position.high.as_ref().map(|(low, _)| (*low, 1)),
            Phase::CatchUp { .. } if is_one_moment => None,
            Phase::CatchUp { pass, .. } if *pass >= PASSES => {
                self.guard(Guard::Restless, 1);
                None
            }
            Phase::CatchUp { top, low, pass } => Some((top.unwrap_or(*low), pass + 1)),
            Phase::Ended => None,
        };
        // A list that fitted on one page that was not full was seen as a whole.
        let seen_whole = self.position.phase == Phase::Main && self.pages <= 1 && !self.last_full;
        match next.filter(|_| self.order == RowOrder::Moving && !seen_whole) {
            None => self.end(),
            Some((low, pass)) => {
                let top = None;
                self.position.phase = Phase::CatchUp { low, top, pass };
                self.begin_again();
                Ok(())
            }
        }
    }

    pub(super) fn begin_again(&mut self) {
        self.position.place = self.dialect.first();
        self.position.anchors.clear();
        self.cursors.forget_used();
        self.last_page = None;
        self.last_full = false;
    }
}

/// Rows below this time are known to have been there when the page was read. A row that moves can be given a time
/// somewhat older than the newest; but what is as new on the next page is not known, and did not change since.
fn low_below(newest: i64, marks: &[Mark], is_full: bool) -> i64 {
    let low = newest.saturating_sub(SLACK);
    match marks.iter().filter_map(|mark| mark.time).min() {
        Some(oldest) if is_full => low.max(oldest.saturating_add(1)).min(newest),
        _ => low,
    }
}

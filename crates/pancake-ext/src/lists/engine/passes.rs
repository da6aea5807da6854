//! Rows that move to the top while a list is read: passes from the top again, each down to the newest time of the pass
//! before.

use super::super::position::{Newest, Phase, Position};
use super::super::row::{Known, Mark, Print};
use super::given::Fate;
use super::{RowOrder, Setup};

/// Passes for rows that moved. Each is shorter than the one before, unless rows move faster than they can be read.
const PASSES: u32 = 16;

/// Which pass it is, and where it ends.
#[derive(Clone, Debug)]
pub(super) struct Passes {
    is_moving: bool,
    is_one_pass: bool,
    pub(super) phase: Phase,
    /// The newest rows when this pass began.
    top: Option<Newest>,
    /// The newest rows when the pass before began.
    low: Option<Newest>,
}

/// What follows a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// The end.
    End,
    /// Another pass, from the top.
    Again,
    /// The end, although rows moved faster than they could be read.
    GaveUp,
}

impl Passes {
    pub(super) fn new(setup: &Setup, position: &Position) -> Self {
        Passes {
            is_moving: setup.order == RowOrder::Moving,
            is_one_pass: setup.is_one_pass,
            phase: position.phase,
            top: position.top.clone(),
            low: position.low.clone(),
        }
    }

    pub(super) fn write(&self, position: &mut Position) {
        position.phase = self.phase;
        position.top.clone_from(&self.top);
        position.low.clone_from(&self.low);
    }

    pub(super) fn is_main(&self) -> bool {
        self.phase == Phase::Main
    }

    /// Remembers the newest time of the first page of a pass.
    pub(super) fn note_top(&mut self, rows: &[Mark<'_>]) {
        if !self.is_moving || self.top.is_some() {
            return;
        }
        let Some(time) = rows.iter().filter_map(|row| row.time).max() else {
            return;
        };
        let newest = rows.iter().filter(|row| row.time == Some(time));
        self.top = Some(Newest {
            time,
            rows: newest.filter_map(Mark::print).collect(),
        });
    }

    /// What to do with a row.
    pub(super) fn fate(&self, known: &mut Known, row: &Mark<'_>, print: Option<Print>) -> Fate {
        let is_new = match (&self.low, print) {
            // Rows below were there when the first pass began, so they were given, as far as is still known.
            (Some(low), _) if row.time < Some(low.time) && !known.is_whole() => false,
            (Some(low), Some(print)) if row.time == Some(low.time) && low.rows.contains(print) => {
                false
            }
            (Some(low), None) => row.time > Some(low.time),
            (_, Some(print)) => known.insert(print),
            (None, None) => true,
        };
        if is_new { Fate::Give } else { Fate::Duplicate }
    }

    /// Whether a page of a later pass reaches down to what the pass before has seen.
    pub(super) fn reaches(&self, rows: &[Mark<'_>], new: usize) -> bool {
        let (Phase::Again(_), Some(low), Some(last)) = (self.phase, &self.low, rows.last()) else {
            return false;
        };
        // At the very time of `low`, unchanged rows tell nothing, but one more page of them would not either.
        last.time < Some(low.time) || new == 0 && last.time <= Some(low.time)
    }

    /// The list or the pass is at its end. `is_one_moment`: the pass was a single page, so nothing can have moved during
    /// it. `is_whole`: the list was.
    pub(super) fn end(&mut self, is_one_moment: bool, is_whole: bool) -> After {
        let after = match self.phase {
            Phase::Main if self.top.is_none() || self.is_one_pass || is_whole => After::End,
            Phase::Main => After::Again,
            Phase::Again(_) if is_one_moment => After::End,
            Phase::Again(pass) if pass >= PASSES => After::GaveUp,
            Phase::Again(_) => After::Again,
            Phase::Ended => After::End,
        };
        let top = self.top.take().or(self.low.take());
        if after == After::Again {
            self.low = top;
            self.phase = match self.phase {
                Phase::Again(pass) => Phase::Again(pass + 1),
                _ => Phase::Again(1),
            };
        } else {
            self.low = None;
            self.top = top;
            self.phase = Phase::Ended;
        }
        after
    }
}

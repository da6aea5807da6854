//! The walk: which page to ask for next, and which of its rows are new. It knows no rows, only their marks, and sends
//! nothing; so every rule of paging can be tested without a server.

mod after;
mod numbered;
mod skip;

use std::collections::VecDeque;

use super::dialect::{Dialect, Place};
use super::guard::Guard;
use super::mark::{Mark, Print};
use super::memory::Memory;
use super::position::{ANCHORS, Phase, Position};
use super::source::RowOrder;
use crate::error::{Error, ErrorKind};

/// Passes for rows that moved; each is shorter than the one before, unless rows move faster than they can be read.
const PASSES: u32 = 16;
/// Pages without any new row before the walk gives up: rows that arrive in bulk make some.
const BARREN: u32 = 1_000;
/// The same answer for so many different pages means that the server does not look at the page.
const SAME_ANSWERS: u32 = 3;

/// A list on its way from the top to the end.
pub(crate) struct Walk {
    dialect: Dialect,
    order: RowOrder,
    position: Position,
    memory: Memory,
    guards: Vec<(Guard, u64)>,
    /// How often the page was asked for again.
    asked_again: u32,
    /// Whether the page before was full, so that an empty one is suspicious.
    last_full: bool,
    /// Pages with rows so far.
    pages: u64,
    /// Place and rows of the page before.
    last_page: Option<Print>,
    same_answers: u32,
    barren: u32,
    /// Cursor lists: which anchor is asked with, counted from the last.
    anchor: usize,
    restarts: u32,
    /// Cursors that were used.
    used: Memory,
    /// Numbered lists: how often the walk went back, and how far it has come.
    steps_back: u64,
    farthest: u64,
    /// Numbered lists: whether `total` was found to be wrong.
    total_is_wrong: bool,
    /// Skipping lists: rows that were taken off the next offset, in case duplicates were no shift.
    conceded: u64,
    /// Whether a row that changed is another row.
    changes_count: bool,
}

/// What to do with an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// For each row whether it is to be given.
    pub(crate) keep: Vec<bool>,
    /// The place to come back to while the answer is being given.
    pub(crate) during: Position,
}

/// What a dialect makes of an answer.
struct Answer<'a> {
    marks: &'a [Mark],
    /// Rows that had not been seen.
    new: usize,
    /// Rows that had.
    duplicates: usize,
    /// Whether the last row had been seen: the answer leads no further down.
    ends_known: bool,
    total: Option<u64>,
    /// Whether rows were reached that need not be read in this phase.
    reached_known: bool,
}

impl Walk {
    pub(crate) fn new(
        dialect: Dialect,
        order: RowOrder,
        position: Position,
        remember: usize,
    ) -> Self {
        let mut memory = Memory::new(remember);
        let anchors = position.anchors.iter().filter_map(Mark::print);
        for print in anchors.chain(position.seen.0.iter().copied()) {
            memory.insert(print);
        }
        let is_first = position.place == dialect.first();
        // How full the page before was is not known any more; an empty one is looked at twice.
        let last_full = !is_first || !position.seen.is_empty() || !position.stop.is_empty();
        Walk {
            dialect,
            order,
            position,
            memory,
            guards: Vec::new(),
            asked_again: 0,
            last_full,
            pages: u64::from(!is_first) * 2,
            last_page: None,
            same_answers: 0,
            barren: 0,
            anchor: 0,
            restarts: 0,
            used: Memory::new(BARREN as usize),
            steps_back: 0,
            farthest: 0,
            total_is_wrong: false,
            conceded: 0,
            changes_count: false,
        }
    }

    /// A row that changed counts as another row.
    pub(crate) fn changes_count(mut self) -> Self {
        self.changes_count = true;
        self
    }

    /// The page to ask for, or `None` at the end.
    pub(crate) fn next(&self) -> Option<&Place> {
        match self.position.phase {
            Phase::Ended => None,
            _ => Some(&self.position.place),
        }
    }

    pub(crate) fn position(&self) -> &Position {
        &self.position
    }

    /// Whether no page after the next one is of use, as far as is known.
    pub(crate) fn is_beyond(&self, place: &Place) -> bool {
        match (place, self.position.total) {
            (Place::Number(number), Some(total)) => {
                (number - 1).saturating_mul(u64::from(self.dialect.size())) >= total
            }
            _ => false,
        }
    }

    /// What was noticed since the last call.
    pub(crate) fn take_guards(&mut self) -> Vec<(Guard, u64)> {
        std::mem::take(&mut self.guards)
    }

    /// The page could not be read. `true`: another way to ask for it was found.
    pub(crate) fn failed(&mut self, error: &Error) -> bool {
        // A row that is gone cannot be continued after; the one before it can.
        let has_cursor = matches!(self.position.place, Place::After(_));
        let found =
            has_cursor && matches!(error.kind(), ErrorKind::InvalidRequest) && self.next_anchor();
        if found {
            self.guard(Guard::MovedCursor, 1);
        }
        found
    }

    /// Takes an answer in. After an error the same page is asked for again.
    pub(crate) fn accept(&mut self, marks: &[Mark], total: Option<u64>) -> Result<Verdict, Error> {
        if marks.len() > self.dialect.size() as usize {
            self.guard(Guard::MoreRows, 1);
        }
        self.check_order(marks);
        if self.has_jumped(marks) {
            return Ok(Verdict {
                keep: vec![false; marks.len()],
                during: self.position.clone(),
            });
        }
        self.note_top(marks);
        let (keep, answer) = self.sort_out(marks, total);
        let asked = self.position.place.clone();
        let during = Position {
            place: asked,
            ..self.position.clone()
        };
        if answer.duplicates > 0 && self.position.phase == Phase::Main {
            self.guard(Guard::DuplicateRows, answer.duplicates as u64);
        }
        if self.is_stopped(&answer) {
            self.position.phase = Phase::Ended;
        } else {
            match self.dialect {
                Dialect::Cursor { .. } => self.step_after(&answer)?,
                Dialect::Skip { .. } => self.step_skip(&answer)?,
                Dialect::Numbered { .. } => self.step_numbered(&answer)?,
            }
        }
        Ok(Verdict { keep, during })
    }

    fn is_stopped(&self, answer: &Answer<'_>) -> bool {
        answer.reached_known && self.position.phase == Phase::Main
    }

    /// Switches off what relies on the order if the rows do not have it.
    fn check_order(&mut self, marks: &[Mark]) {
        if self.order == RowOrder::Unknown {
            return;
        }
        let times: Vec<_> = marks.iter().map(|mark| mark.time).collect();
        let falling = times.windows(2).all(|pair| match pair {
            [Some(before), Some(after)] => before >= after,
            _ => true,
        });
        if !falling {
            self.order = RowOrder::Unknown;
            self.guard(Guard::OutOfOrder, 1);
        }
    }

    /// Remembers the newest time, down to which rows that moved will be looked for.
    fn note_top(&mut self, marks: &[Mark]) {
        let Some(newest) = marks.iter().filter_map(|mark| mark.time).max() else {
            return;
        };
        let is_first = self.position.place == self.dialect.first();
        match &mut self.position.phase {
            Phase::Main
                if is_first && self.position.high.is_none() && self.order == RowOrder::Moving =>
            {
                let rows = marks.iter().filter(|mark| mark.time == Some(newest));
                let rows = rows.filter_map(Mark::print).collect();
                self.position.high = Some((newest, rows));
            }
            Phase::CatchUp {
                top: top @ None, ..
            } => *top = Some(newest),
            _ => {}
        }
    }

    /// Tells new rows from those that were seen.
    fn sort_out<'a>(&mut self, marks: &'a [Mark], total: Option<u64>) -> (Vec<bool>, Answer<'a>) {
        let mut answer = Answer {
            marks,
            new: 0,
            duplicates: 0,
            ends_known: false,
            total,
            reached_known: false,
        };
        let low = match self.position.phase {
            Phase::CatchUp { low, .. } => Some(low),
            _ => None,
        };
        let mut stopped = false;
        let mut keep = Vec::with_capacity(marks.len());
        for mark in marks {
            let print = mark.print();
            stopped |= self.is_stop(mark, print);
            let is_low = mark
                .time
                .is_some_and(|time| low.is_some_and(|low| time < low));
            if stopped || is_low {
                answer.reached_known = true;
                keep.push(false);
                continue;
            }
            let is_new = match print {
                _ if low.is_some() && self.is_of_the_top(mark, print) => false,
                Some(print) => self.memory.insert(self.print_of(print, mark)),
                None => true,
            };
            answer.new += usize::from(is_new);
            answer.duplicates += usize::from(!is_new);
            answer.ends_known = !is_new;
            keep.push(is_new);
        }
        (keep, answer)
    }

    fn print_of(&self, print: Print, mark: &Mark) -> Print {
        match mark.time {
            Some(time) if self.changes_count => print.with(time.unsigned_abs()),
            _ => print,
        }
    }

    fn is_stop(&self, mark: &Mark, print: Option<Print>) -> bool {
        let (stop, before) = (&self.position.stop, self.position.stop_before);
        print.is_some_and(|print| stop.0.contains(&print))
            || before.is_some_and(|before| mark.time.is_some_and(|time| time < before))
    }

    /// Whether the row is one of those that were the newest when the walk began, and has not changed since. In a long
    /// list the memory has forgotten it.
    fn is_of_the_top(&self, mark: &Mark, print: Option<Print>) -> bool {
        let Some((time, rows)) = &self.position.high else {
            return false;
        };
        mark.time == Some(*time) && print.is_some_and(|print| rows.0.contains(&print))
    }

    /// The list is at its end, or the pass at rows that were seen before it began.
    fn end_phase(&mut self) {
        self.asked_again = 0;
        self.anchor = 0;
        let next = match &self.position.phase {
            Phase::Main => self.position.high.as_ref().map(|(low, _)| (*low, 1)),
            // One answer is one moment: whatever moved before it was in it, and nothing can have been missed.
            Phase::CatchUp { answers, .. } if *answers <= 1 => None,
            Phase::CatchUp { pass, .. } if *pass >= PASSES => {
                self.guard(Guard::Restless, 1);
                None
            }
            Phase::CatchUp { top, low, pass, .. } => Some((top.unwrap_or(*low), pass + 1)),
            Phase::Ended => None,
        };
        // A list that fitted on one page that was not full was seen as a whole.
        let seen_whole = self.position.phase == Phase::Main && self.pages <= 1 && !self.last_full;
        match next.filter(|_| self.order == RowOrder::Moving && !seen_whole) {
            None => self.position.phase = Phase::Ended,
            Some((low, pass)) => {
                self.position.phase = Phase::CatchUp {
                    low,
                    top: None,
                    answers: 0,
                    pass,
                };
                self.begin_again();
            }
        }
    }

    fn begin_again(&mut self) {
        self.position.place = self.dialect.first();
        self.position.anchors.clear();
        self.used.clear();
        self.last_page = None;
        self.last_full = false;
        self.conceded = 0;
    }

    /// Counts an answer with rows.
    fn count_answer(&mut self, answer: &Answer<'_>) {
        self.asked_again = 0;
        self.last_full = answer.marks.len() >= self.dialect.size() as usize;
        self.pages += 1;
        if let Phase::CatchUp { answers, .. } = &mut self.position.phase {
            *answers += 1;
        }
    }

    /// Asks for the same page once more, unless that was done so often already.
    fn ask_again(&mut self, guard: Guard, times: u32) -> bool {
        self.guard(guard, 1);
        let again = self.asked_again < times;
        self.asked_again += u32::from(again);
        again
    }

    /// Notices answers that bring nothing, whatever page is asked for.
    fn check_progress(&mut self, answer: &Answer<'_>) -> Result<(), Error> {
        let page = fold(answer.marks);
        let same = page.is_some() && page == self.last_page;
        self.same_answers = if same { self.same_answers + 1 } else { 0 };
        self.barren = if answer.new == 0 { self.barren + 1 } else { 0 };
        self.last_page = page;
        if self.same_answers >= SAME_ANSWERS || self.barren >= BARREN {
            self.asked_again = 0;
            return Err(Error::new(
                ErrorKind::InvalidAnswer,
                "page after page brings rows that were given before, so the rest of the list is out of reach; \
                 poll again to go on, or begin again later",
            ));
        }
        Ok(())
    }

    fn guard(&mut self, guard: Guard, times: u64) {
        self.guards.push((guard, times));
    }
}

/// All rows of a page as one print.
fn fold(marks: &[Mark]) -> Option<Print> {
    let sum = marks
        .iter()
        .try_fold(Print(0), |sum, mark| Some(sum.with(mark.print()?.0)));
    sum.filter(|_| !marks.is_empty())
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

#[cfg(test)]
mod tests;

//! The walk: which page to ask for next, and which of its rows are new. It knows no rows, only their marks, and sends
//! nothing; so every rule of paging can be tested without a server.

mod after;
mod moving;
mod numbered;
mod skip;

use self::after::Cursors;
use self::moving::Trust;
use self::numbered::Tally;
use self::skip::Edge;
use super::dialect::{Dialect, Place};
use super::mark::{Mark, Print, SLACK};
use super::memory::Memory;
use super::position::{Phase, Position};
use super::source::RowOrder;
use crate::error::{Error, ErrorKind};
use crate::net::guard::Guard;

/// Pages without any new row before the walk gives up: rows that arrive in bulk make some.
const BARREN: u64 = 1_000;
/// The same answer for so many different pages means that the server does not look at the page.
const SAME_ANSWERS: u32 = 3;

/// A list on its way from the top to the end.
pub(crate) struct Walk {
    dialect: Dialect,
    order: RowOrder,
    position: Position,
    memory: Memory,
    guards: Vec<(Guard, u64)>,
    /// What went wrong with an answer whose rows are given first.
    overdue: Option<Error>,
    /// How often the page was asked for again.
    asked_again: u32,
    /// The page is asked for again because it seemed to be the last: what fires if it now has more rows than so many.
    doubt: Option<(Guard, usize)>,
    /// Whether the page before was full, so that an empty one is suspicious.
    last_full: bool,
    /// Pages with rows so far, and those with new ones.
    pages: u64,
    fruitful: u64,
    /// Place and rows of the page before.
    last_page: Option<Print>,
    same_answers: u32,
    barren: u64,
    trust: Trust,
    cursors: Cursors,
    tally: Tally,
    edge: Edge,
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
    /// Whether the answer shows that the list is not what it was, so that pages on their way are out of date.
    pub(crate) is_disturbed: bool,
    /// Whether the answer is from another place of the list than was asked for. Its rows are neither given nor known, and will
    /// come in their place.
    pub(crate) is_elsewhere: bool,
}

/// What a dialect makes of an answer.
struct Answer<'a> {
    marks: &'a [Mark],
    /// Rows that had not been seen.
    new: usize,
    /// Those of them that have an id: the others may well have been seen.
    fresh: usize,
    /// Rows that had, and need not have come again.
    duplicates: usize,
    /// Whether the page was asked for again because it seemed to be the last, and brought what it had brought.
    comes_again: bool,
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
        // How full the page before was is not known any more.
        let last_full = !is_first || !position.seen.is_empty() || !position.stop.is_empty();
        Walk {
            tally: Tally::new(dialect, &position, remember),
            edge: Edge::new(dialect, &position),
            dialect,
            order,
            position,
            memory,
            guards: Vec::new(),
            overdue: None,
            asked_again: 0,
            doubt: None,
            last_full,
            pages: u64::from(!is_first) * 2,
            fruitful: 0,
            last_page: None,
            same_answers: 0,
            barren: 0,
            trust: Trust::Exact,
            cursors: Cursors::new(),
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
            (Place::Number(number), Some(total)) => self.rows_before(*number) >= total,
            _ => false,
        }
    }

    /// What was noticed since the last call.
    pub(crate) fn take_guards(&mut self) -> Vec<(Guard, u64)> {
        std::mem::take(&mut self.guards)
    }

    /// What went wrong with the last answer, once its rows are given. Then the walk goes on.
    pub(crate) fn take_overdue(&mut self) -> Option<Error> {
        self.overdue.take()
    }

    /// Takes an answer in. After an error the same page is asked for again.
    pub(crate) fn accept(&mut self, marks: &[Mark], total: Option<u64>) -> Result<Verdict, Error> {
        if marks.len() > self.dialect.size() as usize {
            self.guard(Guard::MoreRows, 1);
        }
        self.check_ids(marks)?;
        self.check_order(marks);
        if self.has_jumped(marks) || self.has_gap(marks)? {
            return Ok(Verdict {
                keep: vec![false; marks.len()],
                during: self.position.clone(),
                is_disturbed: true,
                is_elsewhere: true,
            });
        }
        self.note_top(marks);
        let (keep, mut answer) = self.sort_out(marks, total);
        let during = self.position.clone();
        let is_disturbed = self.note_duplicates(&mut answer);
        let stepped = if answer.reached_known && self.position.phase == Phase::Main {
            self.position.phase = Phase::Ended;
            Ok(())
        } else {
            match self.dialect {
                Dialect::Cursor { .. } => self.step_after(&answer),
                Dialect::Skip { .. } => self.step_skip(&answer),
                Dialect::Numbered { .. } => self.step_numbered(&answer),
            }
        };
        if let Err(error) = stepped {
            self.asked_again = 0;
            if answer.fresh == 0 {
                return Err(error);
            }
            // Its rows are known from now on, so that they must be given now.
            self.overdue = Some(error);
        }
        Ok(Verdict {
            keep,
            is_elsewhere: false,
            is_disturbed: is_disturbed || during.total != self.position.total,
            during,
        })
    }

    /// Tells new rows from those that were seen.
    fn sort_out<'a>(&mut self, marks: &'a [Mark], total: Option<u64>) -> (Vec<bool>, Answer<'a>) {
        let mut answer = Answer {
            marks,
            new: 0,
            fresh: 0,
            duplicates: 0,
            comes_again: false,
            ends_known: false,
            total,
            reached_known: false,
        };
        let low = match self.position.phase {
            Phase::CatchUp { low, .. } => Some(low),
            _ => None,
        };
        let mut stopped = self.is_past_the_stop(marks);
        let mut keep = Vec::with_capacity(marks.len());
        for mark in marks {
            let print = mark.print();
            stopped |= print.is_some_and(|print| self.position.stop.0.contains(&print));
            let is_low = mark
                .time
                .is_some_and(|time| low.is_some_and(|low| time < low));
            if stopped || is_low {
                answer.reached_known = true;
                keep.push(false);
                continue;
            }
            let is_expected = self.is_edge(print);
            let is_new = match print {
                _ if is_expected => false,
                _ if low.is_some() && self.is_of_the_top(mark) => false,
                Some(print) => self.memory.insert(self.print_of(print, mark)),
                None => true,
            };
            answer.new += usize::from(is_new);
            answer.fresh += usize::from(is_new && print.is_some());
            answer.duplicates += usize::from(!is_new && !is_expected);
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

    /// Whether all rows of a page are older than the one to stop at, which must have vanished. Single rows say nothing:
    /// no list is that strictly in order.
    fn is_past_the_stop(&self, marks: &[Mark]) -> bool {
        let Some(before) = self.position.stop_before else {
            return false;
        };
        let before = before.saturating_sub(SLACK);
        let mut others = marks.iter().filter(|mark| !self.is_edge(mark.print()));
        let mut is_empty = true;
        let all = others.all(|mark| {
            is_empty = false;
            mark.time.is_some_and(|time| time < before)
        });
        all && !is_empty
    }

    /// Fires what rows that came again mean. Whether they mean anything.
    fn note_duplicates(&mut self, answer: &mut Answer<'_>) -> bool {
        let doubt = self.doubt.take();
        let followed = doubt.filter(|(_, rows)| answer.marks.len() > *rows);
        if let Some((guard, _)) = followed {
            self.guard(guard, 1);
        }
        answer.comes_again = doubt.is_some() && followed.is_none();
        if answer.duplicates == 0 || answer.comes_again {
            return false;
        }
        if self.position.phase == Phase::Main {
            self.guard(Guard::DuplicateRows, answer.duplicates as u64);
        }
        true
    }

    /// Counts an answer with rows.
    fn count_answer(&mut self, answer: &Answer<'_>) {
        self.asked_again = 0;
        self.last_full = self.is_full(answer);
        self.pages += 1;
    }

    fn is_full(&self, answer: &Answer<'_>) -> bool {
        answer.marks.len() >= self.dialect.size() as usize
    }

    /// Asks for the same page once more, unless that was done so often already.
    fn ask_again(&mut self, guard: Guard, times: u32) -> bool {
        self.guard(guard, 1);
        let again = self.asked_again < times;
        self.asked_again += u32::from(again);
        again
    }

    /// Asks for the same page once more because the list seems to end with it. Every list does, so the guard only fires
    /// if there is more reason for doubt, or the page then has more rows.
    fn confirm(&mut self, guard: Guard, answer: &Answer<'_>) -> bool {
        if self.asked_again > 0 {
            return false;
        }
        self.asked_again = 1;
        if self.last_full && answer.marks.is_empty() {
            self.guard(guard, 1);
        } else {
            self.doubt = Some((guard, answer.marks.len()));
        }
        true
    }

    /// Notices answers that bring nothing, whatever page is asked for. Rows without an id are no progress.
    fn check_progress(&mut self, answer: &Answer<'_>, progress: usize) -> Result<(), Error> {
        let page = fold(answer.marks);
        let same = page.is_some() && page == self.last_page;
        self.same_answers = if same { self.same_answers + 1 } else { 0 };
        self.barren = if progress == 0 { self.barren + 1 } else { 0 };
        self.fruitful += u64::from(progress > 0);
        self.last_page = page;
        // A list with cursors that begins again at the top leads through as many pages as there were.
        let most = match self.dialect {
            Dialect::Cursor { .. } => BARREN.max(self.fruitful),
            _ => BARREN,
        };
        if self.same_answers >= SAME_ANSWERS || self.barren >= most {
            self.barren = 0;
            return Err(out_of_reach(
                "page after page brings rows that were given before",
            ));
        }
        Ok(())
    }

    fn guard(&mut self, guard: Guard, times: u64) {
        self.guards.push((guard, times));
    }
}

/// The list goes on, and the walk can't.
fn out_of_reach(why: &str) -> Error {
    Error::new(
        ErrorKind::InvalidAnswer,
        format!(
            "{why}, so the rest of the list is out of reach; poll again to go on, or begin again later"
        ),
    )
}

/// All rows of a page as one print.
fn fold(marks: &[Mark]) -> Option<Print> {
    let print = |mark: &Mark| mark.print().map_or(0, |print| print.0);
    let sum = marks
        .iter()
        .fold(Print(0), |sum, mark| sum.with(print(mark)));
    (!marks.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests;

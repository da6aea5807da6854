//! Lists with numbered pages. Rows that arrive push others down, where they come again; rows that vanish pull others up,
//! out of sight, which only `total` tells.

use super::{Answer, Walk, out_of_reach};
use crate::error::Error;
use crate::lists::dialect::{Dialect, Place};
use crate::lists::mark::{Mark, Print};
use crate::lists::memory::Memory;
use crate::lists::position::{Phase, Position};
use crate::net::guard::Guard;

/// Steps back beyond the number of pages, before the walk lets rows go that vanish and arrive in turns.
const STEPS_BACK: u64 = 32;
/// Empty pages in a row that are passed over where `total` promises more: the next one may have rows.
const EMPTY_PAGES: u64 = 2;
/// A `total` that is a multiple of this, and no less than ten times as much, can be as far as the server counts.
const ROUND: u64 = 1_000;

/// What is known of the pages of a numbered list, and of the rows on them.
pub(super) struct Tally {
    /// How often the walk went back, and how far it has come.
    steps_back: u64,
    farthest: u64,
    /// Where the walk last went back from: the rows of pages up to there are known.
    known_to: u64,
    /// Whether `total` was found to be wrong.
    total_is_wrong: bool,
    /// The most rows that a page had.
    largest: u64,
    /// The first page of this pass.
    from: u64,
    /// Rows of this pass, each counted once; those of the pages before its first among them.
    distinct: u64,
    /// The rows that were counted. In a walk from the top, the new ones are counted, and this is not needed.
    counted: Option<Memory>,
    remember: usize,
    /// The least `total` of this pass: at least so many rows were there all the time, or vanished unseen.
    least: Option<u64>,
    /// Whether all rows of the pass are counted: one that was resumed among rows that moved does not know the others.
    is_whole: bool,
    /// Whether the list was read once more for rows that were missing.
    is_second_pass: bool,
    /// Rows that were counted on this page, however often it was asked for.
    added_here: usize,
    /// Empty pages that were passed over, one after the other.
    empty_pages: u64,
    /// Whether a page was withheld in this pass: it was empty between others, or another one came in its place. Then rows that
    /// are missing by `total` are there; otherwise `total` may count what the list does not show.
    is_withheld: bool,
}

impl Tally {
    pub(super) fn new(dialect: Dialect, position: &Position, remember: usize) -> Self {
        let from = match position.place {
            Place::Number(number) => number,
            _ => 1,
        };
        let is_fresh = from == 1 && position.seen.is_empty();
        let rows = position.page_rows.unwrap_or(u64::from(dialect.size()));
        Tally {
            steps_back: 0,
            farthest: 0,
            known_to: 0,
            total_is_wrong: false,
            largest: if is_fresh { 0 } else { rows },
            from,
            distinct: from.saturating_sub(1).saturating_mul(rows),
            counted: (!is_fresh).then(|| Memory::new(remember)),
            remember,
            least: None,
            is_whole: position.phase == Phase::Main,
            is_second_pass: false,
            added_here: 0,
            empty_pages: 0,
            is_withheld: false,
        }
    }

    /// Counts the rows of an answer. How many had not been counted in this pass.
    fn count(&mut self, answer: &Answer<'_>) -> usize {
        let added = match &mut self.counted {
            None => answer.fresh,
            Some(counted) => {
                let prints = answer.marks.iter().filter_map(Mark::print);
                prints.filter(|print| counted.insert(*print)).count()
            }
        };
        // Rows without an id can't be told apart.
        let nameless = |mark: &&Mark| mark.id.is_none();
        let nameless = answer.marks.iter().filter(nameless).count();
        self.distinct = self.distinct.saturating_add((added + nameless) as u64);
        self.added_here = self.added_here.saturating_add(added + nameless);
        added
    }

    fn is_complete(&self) -> bool {
        !self.is_whole || self.least.is_none_or(|least| self.distinct >= least)
    }
}

impl Walk {
    /// Rows a page, as the server gives them: it may give fewer than it is asked for.
    fn page_rows(&self) -> u64 {
        let asked = u64::from(self.dialect.size());
        self.position.page_rows.unwrap_or(asked)
    }

    /// Rows on the pages before this one.
    pub(super) fn rows_before(&self, number: u64) -> u64 {
        number.saturating_sub(1).saturating_mul(self.page_rows())
    }

    pub(super) fn step_numbered(&mut self, answer: &Answer<'_>) -> Result<(), Error> {
        let Place::Number(number) = self.position.place else {
            return Ok(());
        };
        let raw = answer.marks.len() as u64;
        let already_counted = self.has_counted(answer.marks.last().and_then(Mark::print));
        let added = self.tally.count(answer);
        self.note_larger_page(raw);
        let before = self.rows_before(number);
        // Behind the last page by `total`, some servers give the last page again: that is as good as an empty one.
        let is_behind = answer.total.is_some_and(|total| before >= total);
        if is_behind && raw > 0 && self.tally.added_here == 0 && number > 1 {
            self.count_answer(answer);
            return self.end_phase();
        }
        // More rows than `total` leaves for this page: either the server gave an older page, or its total is none.
        let contradicts = |total: u64| raw > 0 && total < before.saturating_add(raw);
        if answer.total.is_some_and(contradicts) && !self.tally.total_is_wrong {
            if self.ask_again(Guard::RepeatedPage, 1) {
                return Ok(());
            }
            self.tally.total_is_wrong = true;
        }
        let total = answer.total.filter(|total| !contradicts(*total));
        if let Some(total) = total {
            let least = self.tally.least.unwrap_or(total);
            self.tally.least = Some(least.min(total));
        }
        if self.step_back(number, total) {
            return Ok(());
        }
        if self.is_doubtful(answer, total, before) {
            return Ok(());
        }
        // Either rows arrived by the page, or the server gave an older page, maybe with rows on top that arrived since. The
        // same rows once more are the second, most likely, and are asked for twice.
        let ends_known = already_counted.unwrap_or(answer.ends_known);
        // A short page that was asked for again has the rows that it had.
        let is_short_again = self.asked_again > 0 && raw < self.page_rows();
        if ends_known
            && !is_short_again
            && number > self.tally.known_to
            && number > 1
            && !answer.reached_known
            && !answer.comes_again
        {
            let same = super::fold(answer.marks) == self.last_page;
            if self.ask_again(Guard::RepeatedPage, 1 + u32::from(same)) {
                return Ok(());
            }
            self.tally.is_withheld |= self.tally.added_here == 0;
        }
        if raw > 0 {
            self.check_progress(answer, added)?;
            self.note_smaller_pages(number, raw, total);
        }
        if self.passes_over(number, raw, total) {
            return Ok(());
        }
        let is_last = raw == 0 || self.is_last(number, raw, total);
        // Where rows do not move, those that are missing may be on pages that `total` knows nothing of.
        let goes_on = raw > 0 && !self.tally.is_complete() && self.position.high.is_none();
        self.count_answer(answer);
        self.last_full = raw >= self.page_rows();
        self.tally.farthest = self.tally.farthest.max(number);
        if answer.reached_known || is_last && !goes_on {
            return self.end_phase();
        }
        self.go_to(number.saturating_add(1));
        Ok(())
    }

    /// Goes on to the next page where one is empty, twice, although `total` promises rows on it and on more pages.
    fn passes_over(&mut self, number: u64, raw: u64, total: Option<u64>) -> bool {
        if raw > 0 {
            self.tally.is_withheld |= self.tally.empty_pages > 0;
            self.tally.empty_pages = 0;
            return false;
        }
        let next = number.saturating_add(1);
        let is_promised = total.is_some_and(|total| self.rows_before(next) < total);
        let may_pass = is_promised
            && self.position.phase == Phase::Main
            && !self.tally.is_complete()
            && self.tally.empty_pages < EMPTY_PAGES;
        if may_pass {
            self.tally.empty_pages += 1;
            self.asked_again = 0;
            self.go_to(next);
        }
        may_pass
    }

    /// In a second pass all rows are known. What counts is whether they came in this pass.
    fn has_counted(&self, last: Option<Print>) -> Option<bool> {
        let counted = self.tally.counted.as_ref()?;
        let counted = self.tally.is_second_pass.then_some(counted)?;
        Some(last.is_some_and(|print| counted.contains(print)))
    }

    /// Asks for a page again that has fewer rows than it should, or seems to be the last.
    fn is_doubtful(&mut self, answer: &Answer<'_>, total: Option<u64>, before: u64) -> bool {
        let raw = answer.marks.len() as u64;
        let rows = self.page_rows();
        let guard = if raw == 0 {
            Guard::EmptyPage
        } else {
            Guard::ShortPage
        };
        // A first page that was asked for twice, and nothing on the second: those are two signs already.
        let has_one_page = raw == 0
            && self.position.place == Place::Number(2)
            && self.position.page_rows.is_some();
        match total {
            None if has_one_page => false,
            Some(total) if raw < total.saturating_sub(before).min(rows) => self.ask_again(guard, 1),
            None if raw < rows && !answer.reached_known => self.confirm(guard, answer),
            _ => false,
        }
    }

    fn is_last(&self, number: u64, raw: u64, total: Option<u64>) -> bool {
        let rows = self.page_rows();
        let Some(total) = total else {
            // A short page is the end (docs/behaviour.md#list-ends).
            return raw < rows;
        };
        let is_round = total % ROUND == 0 && total >= 10 * ROUND;
        let reached = self.rows_before(number).saturating_add(rows);
        let may_go_on = is_round && reached == total && raw >= rows;
        reached >= total && !may_go_on
    }

    fn note_larger_page(&mut self, raw: u64) {
        self.tally.largest = self.tally.largest.max(raw);
        if self.position.page_rows.is_some_and(|rows| raw > rows) {
            let size = u64::from(self.dialect.size());
            self.position.page_rows = Some(raw).filter(|raw| *raw < size);
        }
    }

    /// If the pages so far were short, and more must follow, then this is how many rows the server gives.
    fn note_smaller_pages(&mut self, number: u64, raw: u64, total: Option<u64>) {
        let rows = self.page_rows();
        let more = match total {
            Some(total) => self.rows_before(number).saturating_add(raw) < total,
            // Nobody says so. If the first page is not that short, the second is worth a look.
            None => number == 1 && raw.saturating_mul(2) >= rows,
        };
        if more && raw < rows && raw == self.tally.largest {
            self.position.page_rows = Some(raw);
        }
    }

    /// If `total` fell, that many rows may have moved up to pages that were read. Goes back as far.
    fn step_back(&mut self, number: u64, total: Option<u64>) -> bool {
        let former = self.position.total;
        if total.is_some() {
            self.position.total = total;
        }
        let (Some(former), Some(total)) = (former, total) else {
            return false;
        };
        if former == total {
            return false;
        }
        self.guard(Guard::TotalChanged, 1);
        let fallen = former.saturating_sub(total);
        let pages = fallen.div_ceil(self.page_rows().max(1));
        let tally = &mut self.tally;
        if pages == 0
            || number == 1
            || tally.steps_back >= tally.farthest.saturating_add(STEPS_BACK)
        {
            return false;
        }
        tally.steps_back += 1;
        tally.known_to = tally.known_to.max(number);
        self.asked_again = 0;
        self.pages += 1;
        self.last_page = None;
        self.go_to(number.saturating_sub(pages).max(1));
        true
    }

    fn go_to(&mut self, number: u64) {
        self.tally.farthest = self.tally.farthest.max(number);
        self.tally.added_here = 0;
        self.position.place = Place::Number(number);
    }

    /// The walk is at its end. If rows are missing by `total`, the list is read once more: they may have vanished while
    /// others arrived at the top. If they are missing then, either a page is withheld, which is an error, or `total` counts what
    /// the list does not show, which must not make an error of every walk.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        let is_numbered = matches!(self.dialect, Dialect::Numbered { .. });
        if !is_numbered || self.tally.is_complete() {
            self.position.phase = Phase::Ended;
            return Ok(());
        }
        self.guard(Guard::MissingRows, 1);
        // Rows that are not remembered would be given again.
        let is_remembered = self.tally.distinct <= self.tally.remember as u64;
        let was_read_twice = self.tally.is_second_pass;
        let error = self.tally.is_withheld.then(|| self.missing());
        match error {
            _ if is_remembered && !was_read_twice => self.read_once_more(),
            None => self.position.phase = Phase::Ended,
            Some(error) => {
                if is_remembered {
                    self.read_once_more();
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn read_once_more(&mut self) {
        self.begin_again();
        self.position.phase = Phase::Main;
        let from = self.tally.from;
        self.position.place = Place::Number(from);
        self.tally.is_second_pass = true;
        self.tally.distinct = self.rows_before(from);
        self.tally.counted = Some(Memory::new(self.tally.remember));
        self.tally.least = None;
        self.tally.known_to = 0;
        self.tally.added_here = 0;
        self.tally.empty_pages = 0;
        self.tally.is_withheld = false;
    }

    fn missing(&self) -> Error {
        let (least, distinct) = (self.tally.least.unwrap_or(0), self.tally.distinct);
        out_of_reach(&format!(
            "`total` is {least}, and the pages have {distinct} rows"
        ))
    }
}

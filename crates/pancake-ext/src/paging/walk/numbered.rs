//! Lists with numbered pages. Rows that arrive push others down, where they come again; rows that vanish pull others up,
//! out of sight, which only `total` tells.

use super::{Answer, Walk, fold};
use crate::error::Error;
use crate::paging::dialect::Place;
use crate::paging::guard::Guard;
use crate::paging::position::Phase;

/// Steps back beyond the number of pages, before the walk lets rows go that vanish and arrive in turns.
const STEPS_BACK: u64 = 32;

impl Walk {
    pub(super) fn step_numbered(&mut self, answer: &Answer<'_>) -> Result<(), Error> {
        let Place::Number(number) = self.position.place else {
            return Ok(());
        };
        let size = u64::from(self.dialect.size());
        let raw = answer.marks.len() as u64;
        let before = (number - 1).saturating_mul(size);
        // More rows than `total` leaves for this page: either the server gave an older page, or its total is none.
        let contradicts = |total: u64| raw > 0 && total < before.saturating_add(raw);
        if answer.total.is_some_and(contradicts) && !self.total_is_wrong {
            if self.ask_again(Guard::RepeatedPage, 1) {
                return Ok(());
            }
            self.total_is_wrong = true;
        }
        let total = answer.total.filter(|total| !contradicts(*total));
        if self.step_back(number, total) {
            return Ok(());
        }

        let expected = total.map(|total| total.saturating_sub(before).min(size));
        let suspicious = match expected {
            Some(expected) => raw < expected,
            None => raw == 0 && self.last_full,
        };
        if suspicious {
            let guard = if raw == 0 {
                Guard::EmptyPage
            } else {
                Guard::ShortPage
            };
            if self.ask_again(guard, 1) {
                return Ok(());
            }
        }
        // Either rows arrived by the page, or the server gave an older page, maybe with rows on top that arrived since. The
        // same rows once more are the second, most likely, and are asked for twice.
        if answer.ends_known && number > 1 && !answer.reached_known {
            let same = fold(answer.marks) == self.last_page;
            if self.ask_again(Guard::RepeatedPage, 1 + u32::from(same)) {
                return Ok(());
            }
        }
        if raw > 0 {
            self.check_progress(answer)?;
        }
        let is_last = match total {
            Some(total) => number.saturating_mul(size) >= total || raw == 0,
            None => raw < size,
        };
        self.count_answer(answer);
        if is_last || answer.reached_known {
            self.end_phase();
            self.farthest = self.farthest.max(number);
        } else {
            self.go_to(number + 1);
        }
        Ok(())
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
        let pages = fallen.div_ceil(u64::from(self.dialect.size()));
        if pages == 0 || number == 1 || self.steps_back >= self.farthest + STEPS_BACK {
            return false;
        }
        self.steps_back += 1;
        self.asked_again = 0;
        // More than one answer makes the pass: it is no single moment.
        if let Phase::CatchUp { answers, .. } = &mut self.position.phase {
            *answers += 1;
        }
        self.pages += 1;
        self.last_page = None;
        self.go_to(number.saturating_sub(pages).max(1));
        true
    }

    fn go_to(&mut self, number: u64) {
        self.farthest = self.farthest.max(number);
        self.position.place = Place::Number(number);
    }
}

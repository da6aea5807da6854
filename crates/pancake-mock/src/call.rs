//! One call of one operation, as its handler sees it.
use std::cell::Cell;

use serde_json::Value;

use crate::{
    answer::Answer,
    fault::PagingFault,
    oddity::{Oddities, Oddity},
    request::{Request, UploadedFile},
    shared::Shared,
    wire::Wire,
    world::PageState,
};

pub(crate) struct Call<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) request: &'a Request,
    /// `Value::Null` where there is none.
    pub(crate) body: &'a Value,
    pub(crate) file: Option<UploadedFile>,
    /// Unix microseconds.
    pub(crate) now: i64,
    pub(crate) paging_fault: Option<PagingFault>,
    /// Set once the paging fault has changed the rows of this answer.
    pub(crate) rows_changed: Cell<bool>,
}

impl Call<'_> {
    pub(crate) fn oddities(&self) -> &Oddities {
        &self.shared.oddities
    }

    pub(crate) fn has(&self, oddity: Oddity) -> bool {
        self.oddities().is_on(oddity)
    }

    pub(crate) fn wire<'b>(&'b self, page: &'b PageState) -> Wire<'b> {
        Wire {
            page,
            oddities: self.oddities(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> &str {
        self.request.parameter(name).unwrap_or_default()
    }

    /// The first value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.request.query(name)
    }

    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let all = self.request.query.iter();
        let own = all.filter(|(key, _)| key == name);
        own.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.body.get(key)?.as_str()
    }

    pub(crate) fn strings(&self, key: &str) -> Vec<String> {
        let items = self.body.get(key).and_then(Value::as_array);
        items
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }

    /// The conversation that the path names.
    pub(crate) fn conversation(&self, page: &PageState) -> Result<u64, Answer> {
        page.conversation_index(self.path("conversation_id"))
            .ok_or_else(|| Answer::failure(100, "Invalid conversation_id"))
    }

    /// `since` and `until` in unix microseconds; both, or a refusal.
    pub(crate) fn required_range(&self) -> Result<(i64, i64), Answer> {
        match (self.seconds("since")?, self.seconds("until")?) {
            (Some(since), Some(until)) => Ok((since, until)),
            _ => Answer::refuse(100, "Missing params: since, until"),
        }
    }

    /// A query parameter in unix seconds as microseconds; a refusal if it is no number. `until` holds its whole second:
    /// a range that ends with a second and one that begins with the next leave nothing out between them.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<i64>, Answer> {
        let Some(text) = self.query(name) else {
            return Ok(None);
        };
        match text.parse::<i64>() {
            Ok(seconds) => {
                let begin = seconds.saturating_mul(SECOND);
                let whole = if name == "until" { SECOND - 1 } else { 0 };
                Ok(Some(begin.saturating_add(whole)))
            }
            Err(_) => Answer::refuse(100, &format!("Invalid params: {name}")),
        }
    }

    /// Rows of a page whose size nobody can ask for.
    pub(crate) fn rows_a_page(&self, largest: u64) -> u64 {
        self.shared.rows_a_page.unwrap_or(largest).min(largest)
    }

    /// `page_number` from 1 and `page_size` up to a limit, as (rows to skip, rows to take).
    pub(crate) fn numbered_page(&self, largest: u64) -> Result<(u64, usize), Answer> {
        let bad = || Answer::failure(100, "Invalid params: page_number, page_size");
        let positive = |text: &str| text.parse().ok().filter(|number: &u64| *number > 0);
        let number: u64 = self
            .query("page_number")
            .and_then(positive)
            .ok_or_else(bad)?;
        let size = match self.query("page_size") {
            None => largest,
            Some(text) => positive(text).ok_or_else(bad)?.min(largest),
        };
        Ok((
            (number - 1).saturating_mul(size),
            usize::try_from(size).unwrap_or(0),
        ))
    }

    /// The rows of a list by number or offset, as a paging fault wants them. `rows` answers those behind so many, at most
    /// so many.
    pub(crate) fn rows<T>(
        &self,
        skip: u64,
        take: usize,
        mut rows: impl FnMut(u64, usize) -> Vec<T>,
    ) -> Vec<T> {
        match self.paging_fault {
            Some(PagingFault::Stuck) if skip > 0 => {
                self.rows_changed.set(true);
                rows(0, take)
            }
            Some(PagingFault::Repeat) if skip > 0 => {
                let old = skip.min(REPEATED);
                self.rows_changed.set(true);
                // All rows that are due as well: who goes on by the size of a page misses none.
                rows(
                    skip - old,
                    take.saturating_add(usize::try_from(old).unwrap_or(0)),
                )
            }
            _ => self.thinned(rows(skip, take)),
        }
    }

    /// The rows without those that a paging fault leaves out.
    pub(crate) fn thinned<T>(&self, mut rows: Vec<T>) -> Vec<T> {
        let keep = match self.paging_fault {
            Some(PagingFault::Short) => rows.len().div_ceil(2),
            Some(PagingFault::Empty) => 0,
            _ => rows.len(),
        };
        if keep < rows.len() {
            self.rows_changed.set(true);
            rows.truncate(keep);
        }
        rows
    }
}

const SECOND: i64 = 1_000_000;

/// How many rows of before a page repeats.
pub(crate) const REPEATED: u64 = 10;

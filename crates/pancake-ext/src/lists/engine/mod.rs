//! The engine: which page to ask for next, and which of its rows are new. It knows no rows, only their marks, and sends
//! nothing, so every rule of paging is tested without a server.
//!
//! One struct for each dialect: [`After`](after::After) goes on after a row, [`Offset`](offset::Offset) after a number of
//! rows, [`Numbered`](numbered::Numbered) from page to page. What they share is the set of rows already given
//! ([`Given`](given::Given)) and the passes for rows that move to the top ([`Passes`](passes::Passes)).

mod after;
mod given;
mod numbered;
mod offset;
mod passes;

use super::position::{Place, Position};
use super::row::Mark;
use crate::error::{Error, ErrorKind};
use crate::net::guard::Guard;

/// A list on its way from the top to the end.
pub(crate) trait Engine: Send {
    /// The page to ask for; `None` at the end. With `ahead`, the page so many pages further on, if it can be known by now.
    fn next(&self, ahead: u64) -> Option<Place>;

    /// Takes the page of [`next(0)`](Engine::next) in.
    fn accept(&mut self, rows: &[Mark<'_>], total: Option<u64>) -> Verdict;

    /// The server refused the row to continue after, which has vanished. `true`: there is one before it.
    fn refuse(&mut self) -> bool {
        false
    }

    /// Where to go on from when so many of the rows to be given from the last page were given.
    fn position(&self, taken: usize) -> Position;
}

/// What to do with a page.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// For each row whether it is to be given.
    pub(crate) keep: Vec<bool>,
    pub(crate) fired: Vec<(Guard, u64)>,
    /// Whether the page shows that the list has changed, so that pages on their way are out of date.
    pub(crate) is_disturbed: bool,
    /// What went wrong, to be said once the rows are given. Then the walk can go on.
    pub(crate) trouble: Option<Error>,
}

impl Verdict {
    fn fire(&mut self, guard: Guard) {
        self.fired.push((guard, 1));
    }

    /// The page is from another place than was asked for. Its rows will come in their place.
    fn elsewhere(mut self, guard: Guard, rows: usize) -> Self {
        self.fire(guard);
        self.is_disturbed = true;
        self.keep = vec![false; rows];
        self
    }

    fn note_duplicates(&mut self, rows: usize) {
        if rows > 0 {
            self.fired.push((Guard::DuplicateRows, rows as u64));
            self.is_disturbed = true;
        }
    }
}

/// How a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// After the row with this id.
    After,
    /// After so many rows.
    Offset,
    /// Numbered pages.
    Numbered,
}

/// What is known about the order of rows.
pub(crate) use pancake_client::RowOrder;

/// What an engine has to know of its list.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) dialect: Dialect,
    pub(crate) order: RowOrder,
    /// Rows a page at most.
    pub(crate) size: u32,
    /// Rows to remember.
    pub(crate) remember: usize,
    pub(crate) expected: Option<Expected>,
    /// Whether rows that move to the top meanwhile are left to the next walk.
    pub(crate) is_one_pass: bool,
}

/// How many rows a list had at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) rows: u64,
    /// Unix microseconds.
    pub(crate) at: i64,
}

/// The engine of a list that goes on from a position.
///
/// # Errors
///
/// The position is not one of such a list: a cursor may hold anything.
pub(crate) fn engine(setup: &Setup, position: Position) -> Result<Box<dyn Engine>, Error> {
    if !has(setup, &position) {
        return Err(Error::new(
            ErrorKind::InvalidRequest,
            "the cursor is damaged: this list has no such place; begin without it",
        ));
    }
    Ok(match setup.dialect {
        Dialect::After => Box::new(after::After::new(setup, position)),
        Dialect::Offset => Box::new(offset::Offset::new(setup, position)),
        Dialect::Numbered => Box::new(numbered::Numbered::new(setup, position)),
    })
}

fn has(setup: &Setup, position: &Position) -> bool {
    let has_anchors = !position.anchors.is_empty();
    let is_rows_a_page = |rows| (1..=u64::from(setup.size)).contains(&rows);
    position.page_rows.is_none_or(is_rows_a_page)
        && match setup.dialect {
            Dialect::After => {
                position.rows == 0 && position.anchors.iter().all(|row| !row.id.is_empty())
            }
            Dialect::Offset | Dialect::Numbered => {
                !has_anchors && i32::try_from(position.rows).is_ok()
            }
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

#[cfg(test)]
mod testing {
    //! Marks of rows, and a walk through them.

    use super::super::position::Anchor;
    use super::*;

    /// A row of a test: its number, and the second of its time.
    pub(super) type Row = (i64, i64);

    pub(super) fn setup(dialect: Dialect, order: RowOrder, size: u32) -> Setup {
        Setup {
            dialect,
            order,
            size,
            remember: 100_000,
            expected: None,
            is_one_pass: false,
        }
    }

    /// Rows of these numbers, each a minute older than the one before.
    pub(super) fn rows(numbers: std::ops::Range<i64>) -> Vec<Row> {
        numbers
            .map(|number| (number, 100_000 - 60 * number))
            .collect()
    }

    /// Takes a page in; the numbers of the rows to be given.
    pub(super) fn give(engine: &mut dyn Engine, page: &[Row], total: Option<u64>) -> Vec<i64> {
        let verdict = accept(engine, page, total);
        assert!(verdict.trouble.is_none(), "{:?}", verdict.trouble);
        kept(page, &verdict)
    }

    pub(super) fn kept(page: &[Row], verdict: &Verdict) -> Vec<i64> {
        let kept = page.iter().zip(&verdict.keep).filter(|(_, keep)| **keep);
        kept.map(|((number, _), _)| *number).collect()
    }

    pub(super) fn accept(engine: &mut dyn Engine, page: &[Row], total: Option<u64>) -> Verdict {
        let ids: Vec<_> = page.iter().map(|(number, _)| number.to_string()).collect();
        let marks: Vec<_> = page
            .iter()
            .zip(&ids)
            .map(|((_, second), id)| Mark {
                id: Some(id.as_str()),
                time: Some(second * 1_000_000),
            })
            .collect();
        engine.accept(&marks, total)
    }

    pub(super) fn fired(verdict: &Verdict) -> Vec<Guard> {
        verdict.fired.iter().map(|(guard, _)| *guard).collect()
    }

    #[test]
    fn positions_of_other_dialects_are_refused() {
        let anchor = |id: &str| Position {
            anchors: vec![Anchor {
                id: id.into(),
                time: None,
            }],
            ..Position::default()
        };
        let rows = |rows| Position {
            rows,
            ..Position::default()
        };
        for (dialect, position) in [
            (Dialect::After, rows(7)),
            (Dialect::After, anchor("")),
            (Dialect::Offset, anchor("a")),
            (Dialect::Offset, rows(u64::MAX)),
            (Dialect::Numbered, rows(u64::MAX)),
        ] {
            let setup = setup(dialect, RowOrder::Unknown, 3);
            let error = engine(&setup, position).err().unwrap();
            assert!(error.message().contains("damaged"), "{error}");
        }
    }

    #[test]
    fn same_full_page_for_ever_is_an_error() {
        for dialect in [Dialect::After, Dialect::Offset, Dialect::Numbered] {
            let setup = setup(dialect, RowOrder::Unknown, 3);
            let mut list = engine(&setup, Position::default()).unwrap();
            let error = (0..50).find_map(|_| accept(&mut *list, &rows(0..3), None).trouble);
            assert_eq!(error.unwrap().kind(), ErrorKind::InvalidAnswer);
        }
    }
}

//! The rows of an answer on their way out. Rows are large, so none is moved before it is wanted.

use std::vec::IntoIter;

use super::mark::Mark;

/// The rows of an answer, with their marks, from the first to the last or the other way round. Rows that are not to be
/// given come without an item.
pub(crate) struct Rows<T> {
    marks: IntoIter<Mark>,
    keep: IntoIter<bool>,
    items: IntoIter<T>,
    is_reversed: bool,
}

impl<T> Rows<T> {
    /// All three are of the same length.
    pub(crate) fn new(marks: Vec<Mark>, keep: Vec<bool>, items: Vec<T>) -> Self {
        Rows {
            marks: marks.into_iter(),
            keep: keep.into_iter(),
            items: items.into_iter(),
            is_reversed: false,
        }
    }

    /// The same rows from the last to the first.
    pub(crate) fn reversed(mut self) -> Self {
        self.is_reversed = !self.is_reversed;
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keep.as_slice().is_empty()
    }

    /// Whether the next row is to be given.
    pub(crate) fn is_next_kept(&self) -> Option<bool> {
        let keep = self.keep.as_slice();
        let next = if self.is_reversed {
            keep.last()
        } else {
            keep.first()
        };
        next.copied()
    }

    /// Takes the next row out.
    pub(crate) fn take_next(&mut self) -> Option<(Mark, Option<T>)> {
        let Rows {
            marks, keep, items, ..
        } = self;
        let (mark, keep, item) = if self.is_reversed {
            (marks.next_back(), keep.next_back(), items.next_back())
        } else {
            (marks.next(), keep.next(), items.next())
        };
        Some((mark?, item.filter(|_| keep == Some(true))))
    }
}

impl<T> IntoIterator for Rows<T> {
    type Item = (Mark, Option<T>);
    type IntoIter = AllRows<T>;

    fn into_iter(self) -> AllRows<T> {
        AllRows(self)
    }
}

/// All rows that are left.
pub(crate) struct AllRows<T>(Rows<T>);

impl<T> Iterator for AllRows<T> {
    type Item = (Mark, Option<T>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take_next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_from_either_end_and_only_those_that_are_to_be_given() {
        let rows = || {
            let marks = ["a", "b", "c"].map(|id| Mark::new(Some(id), None));
            Rows::new(marks.into(), vec![true, false, true], vec![1, 2, 3])
        };
        assert_eq!(rows().is_next_kept(), Some(true));
        let items = |rows: Rows<i32>| rows.into_iter().map(|(_, item)| item).collect::<Vec<_>>();
        assert_eq!(items(rows()), [Some(1), None, Some(3)]);
        assert_eq!(items(rows().reversed()), [Some(3), None, Some(1)]);
        let mut rows = rows();
        rows.take_next();
        assert_eq!(rows.is_next_kept(), Some(false));
        assert!(!rows.is_empty());
    }
}

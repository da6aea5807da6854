//! How a list is paged, read from the operation table.

use pancake_client::{Operation, Paging};
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

/// Rows of a page that are asked for again with the next, where rows are skipped by their number: they show whether the
/// list has shifted.
pub(crate) const OVERLAP: u64 = 1;

/// How a list is paged, and how many rows a page has at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Rows after the row with this id.
    Cursor { size: u32 },
    /// Rows after so many rows.
    Skip { size: u32 },
    /// Numbered pages.
    Numbered { size: u32 },
}

impl Dialect {
    /// Reads the table. `size` asks for smaller pages, where the list lets one choose.
    pub(crate) fn of(operation: &'static Operation, size: Option<u32>) -> Result<Self, Error> {
        match operation.paging {
            Some(Paging::Cursor { size, .. }) => Ok(Dialect::Cursor { size }),
            Some(Paging::Count { size, .. } | Paging::Offset { size, .. }) => {
                Ok(Dialect::Skip { size })
            }
            Some(Paging::Page {
                size_parameter,
                max_size,
                ..
            }) => {
                let size = size.unwrap_or(max_size);
                if size == 0 || size > max_size {
                    return Err(Error::new(
                        ErrorKind::InvalidRequest,
                        format!("`{size_parameter}` is {size}; choose 1 to {max_size}"),
                    ));
                }
                Ok(Dialect::Numbered { size })
            }
            _ => Err(Error::new(
                ErrorKind::Configuration,
                "the operation is not paged in a way this version knows",
            )),
        }
    }

    pub(crate) fn size(self) -> u32 {
        match self {
            Dialect::Cursor { size } | Dialect::Skip { size } | Dialect::Numbered { size } => size,
        }
    }

    /// Where a list begins.
    pub(crate) fn first(self) -> Place {
        match self {
            Dialect::Cursor { .. } => Place::Start,
            Dialect::Skip { .. } => Place::Skip(0),
            Dialect::Numbered { .. } => Place::Number(1),
        }
    }

    /// Whether a place is one of such a list. One that was read from a cursor may be anything.
    pub(crate) fn has(self, place: &Place) -> bool {
        match (self, place) {
            (Dialect::Cursor { .. }, Place::Start) => true,
            (Dialect::Cursor { .. }, Place::After(id)) => !id.is_empty(),
            (Dialect::Skip { .. }, Place::Skip(rows)) => i64::try_from(*rows).is_ok(),
            (Dialect::Numbered { .. }, Place::Number(number)) => {
                *number > 0 && i32::try_from(*number).is_ok()
            }
            _ => false,
        }
    }

    /// The page after this one, if it can be known before this one is there.
    pub(crate) fn foresee(self, place: &Place) -> Option<Place> {
        match place {
            Place::Skip(rows) => {
                let page = u64::from(self.size()).saturating_sub(OVERLAP).max(1);
                Some(Place::Skip(rows.saturating_add(page)))
            }
            Place::Number(number) => Some(Place::Number(number.saturating_add(1))),
            Place::Start | Place::After(_) => None,
        }
    }
}

/// Field of the answer that holds the rows.
pub(crate) fn items_field(operation: &'static Operation) -> &'static str {
    match operation.paging {
        Some(
            Paging::Cursor { items, .. }
            | Paging::Count { items, .. }
            | Paging::Page { items, .. }
            | Paging::Offset { items, .. },
        ) => items,
        _ => "data",
    }
}

/// A page that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    /// The beginning of a list with cursors.
    Start,
    /// After the row with this id.
    After(Box<str>),
    /// After so many rows.
    Skip(u64),
    /// A numbered page, from 1.
    Number(u64),
}

/// What a page is asked for with.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) place: Place,
    pub(crate) size: u32,
}

impl Ask {
    /// The id to continue after.
    pub(crate) fn after(&self) -> Option<&str> {
        match &self.place {
            Place::After(id) => Some(id),
            _ => None,
        }
    }

    /// The rows to skip.
    pub(crate) fn skip(&self) -> Option<u64> {
        match self.place {
            Place::Skip(rows) if rows > 0 => Some(rows),
            _ => None,
        }
    }

    /// The number of the page.
    pub(crate) fn number(&self) -> u64 {
        match self.place {
            Place::Number(number) => number,
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pancake_client::operations::{
        EXPORT_CONVERSATIONS_FROM_ADS, LIST_CALL_LOGS, LIST_CONVERSATIONS, LIST_MESSAGES,
        LIST_PAGE_CUSTOMERS, LIST_POSTS, LIST_TAGS,
    };

    #[test]
    fn the_table_and_the_field_notes_agree_on_dialect_and_size() {
        static TABLE: [(Operation, Dialect); 6] = [
            (LIST_CONVERSATIONS, Dialect::Cursor { size: 60 }),
            (LIST_MESSAGES, Dialect::Skip { size: 30 }),
            (LIST_PAGE_CUSTOMERS, Dialect::Numbered { size: 100 }),
            (LIST_POSTS, Dialect::Numbered { size: 30 }),
            (LIST_CALL_LOGS, Dialect::Numbered { size: 30 }),
            (EXPORT_CONVERSATIONS_FROM_ADS, Dialect::Skip { size: 60 }),
        ];
        for (operation, dialect) in &TABLE {
            assert_eq!(
                Dialect::of(operation, None).unwrap(),
                *dialect,
                "{}",
                operation.id
            );
        }
        static TAGS: Operation = LIST_TAGS;
        assert!(Dialect::of(&TAGS, None).is_err());
    }

    #[test]
    fn a_page_size_that_the_list_does_not_have_is_refused() {
        static POSTS: Operation = LIST_POSTS;
        for size in [0, 31] {
            let error = Dialect::of(&POSTS, Some(size)).unwrap_err();
            assert!(error.message().contains("choose 1 to 30"), "{error}");
        }
    }
}

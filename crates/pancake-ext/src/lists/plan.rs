//! How a list is to be read.

use super::cursor::Cursor;

/// Rows that are remembered to drop duplicates unless told otherwise: some 5 MB.
const REMEMBER: usize = 200_000;

/// How a list is to be read, whichever it is.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) limit: Option<u64>,
    pub(crate) max_pages: Option<u64>,
    pub(crate) prefetch: usize,
    pub(crate) remember: usize,
    pub(crate) resume: Option<Cursor>,
}

impl Default for Plan {
    fn default() -> Self {
        Plan {
            limit: None,
            max_pages: None,
            prefetch: 0,
            remember: REMEMBER,
            resume: None,
        }
    }
}

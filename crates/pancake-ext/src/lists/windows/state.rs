//! Where the windows of a list stand, as a cursor keeps it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lists::position::{Position, Prints};

/// Where the windows stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WindowsState {
    /// Seconds.
    #[serde(rename = "s")]
    pub(super) length: u64,
    /// The first window that has not begun.
    #[serde(rename = "n")]
    pub(super) next: usize,
    /// Windows that are being read.
    #[serde(rename = "o", default)]
    pub(super) open: Vec<(usize, Position)>,
    /// Rows of shared seconds that were given, by the window that begins there, as long as a window on one side is not done.
    #[serde(rename = "b", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) shared: BTreeMap<usize, Prints>,
}

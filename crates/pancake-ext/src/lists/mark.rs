//! What paging needs to know of a row: its id and the time the list is sorted by.

use std::fmt::Display;

use pancake_client::Timestamp;
use serde::{Deserialize, Serialize};

/// Microseconds by which rows can be out of order: a change may become visible later than a newer one.
pub(crate) const SLACK: i64 = 30_000_000;

/// A row, as paging sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// Id of the row. A row without one can be neither recognised nor continued after.
    #[serde(rename = "i")]
    pub(crate) id: Option<Box<str>>,
    /// Unix microseconds of the time the list is sorted by.
    #[serde(rename = "t")]
    pub(crate) time: Option<i64>,
}

impl Mark {
    pub(crate) fn new(id: Option<impl Display>, time: Option<&Timestamp>) -> Self {
        Mark {
            id: id
                .map(|id| id.to_string().into_boxed_str())
                .filter(|id| !id.is_empty()),
            time: time.and_then(micros),
        }
    }

    /// The row's id in 64 bits.
    pub(crate) fn print(&self) -> Option<Print> {
        self.id.as_deref().map(Print::of)
    }

    /// The row as it was at its time: another one once it has changed.
    pub(crate) fn print_at_its_time(&self) -> Option<Print> {
        Some(self.print()?.with(self.time?.unsigned_abs()))
    }
}

/// Unix microseconds.
pub(crate) fn micros(time: &Timestamp) -> Option<i64> {
    time.datetime().map(|instant| instant.timestamp_micros())
}

/// An id in 64 bits: two hundred thousand of them have two alike once in a billion walks. Cursors hold prints, so the
/// function is written out: those of the standard library may change with the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Print(pub(crate) u64);

impl Print {
    /// FNV-1a, then the finaliser of SplitMix64, because ids differ in few digits.
    pub(crate) fn of(text: &str) -> Self {
        let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Print(mix(fnv))
    }

    /// This one together with a number.
    pub(crate) fn with(self, number: u64) -> Self {
        Print(mix(self.0.rotate_left(17) ^ number))
    }
}

fn mix(value: u64) -> u64 {
    let z = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_print_is_the_same_in_every_version_since_cursors_hold_it() {
        assert_eq!(Print::of("m_1").0, Print::of("m_1").0);
        assert_eq!(Print::of("").0, 0xf52a_15e9_a9b5_e89b);
    }

    #[test]
    fn ids_that_differ_in_one_digit_have_different_prints() {
        let mut prints: Vec<_> = (0..100_000).map(|n| Print::of(&n.to_string())).collect();
        prints.sort();
        prints.dedup();
        assert_eq!(prints.len(), 100_000);
    }
}

//! What the engine knows of a row: its id and the time the list is sorted by.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use pancake_client::Timestamp;

/// A row as the engine sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark<'a> {
    /// A row without an id can be neither recognised nor continued after.
    pub(crate) id: Option<&'a str>,
    /// Unix microseconds.
    pub(crate) time: Option<i64>,
}

impl<'a> Mark<'a> {
    pub(crate) fn new(id: Option<&'a str>, time: Option<&Timestamp>) -> Self {
        Mark {
            id: id.filter(|id| !id.is_empty()),
            time: time.and_then(micros),
        }
    }

    pub(crate) fn print(&self) -> Option<Print> {
        self.id.map(Print::of)
    }
}

/// Unix microseconds.
pub(crate) fn micros(time: &Timestamp) -> Option<i64> {
    time.datetime().map(|instant| instant.timestamp_micros())
}

/// An id in 64 bits. Two of 200,000 ids collide once in a billion walks. Cursors hold prints, so the function is written
/// out: the hash functions of the standard library may change with the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Print(pub(crate) u64);

impl Print {
    /// Eight bytes at a time, each mixed with the finaliser of SplitMix64, because ids differ in few digits.
    pub(crate) fn of(text: &str) -> Self {
        let (words, rest) = text.as_bytes().as_chunks::<8>();
        let mut last = [0; 8];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        let seed = Print(mix(text.len() as u64));
        let print = words
            .iter()
            .fold(seed, |print, word| print.with(u64::from_le_bytes(*word)));
        print.with(u64::from_le_bytes(last))
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

/// The rows that were given, up to a number of them: the newest stay.
#[derive(Debug)]
pub(crate) struct Known {
    room: usize,
    order: VecDeque<u64>,
    set: HashSet<u64, BuildHasherDefault<AsItIs>>,
    /// Whether every row that was given is in it.
    is_whole: bool,
}

impl Known {
    /// `is_whole`: nothing was given before.
    pub(crate) fn new(room: usize, is_whole: bool) -> Self {
        Known {
            room,
            order: VecDeque::new(),
            set: HashSet::default(),
            is_whole,
        }
    }

    /// Adds a row. `false` if it was in it.
    pub(crate) fn insert(&mut self, print: Print) -> bool {
        if !self.set.insert(print.0) {
            return false;
        }
        self.order.push_back(print.0);
        if self.order.len() > self.room
            && let Some(oldest) = self.order.pop_front()
        {
            self.set.remove(&oldest);
            self.is_whole = false;
        }
        true
    }

    pub(crate) fn contains(&self, print: Print) -> bool {
        self.set.contains(&print.0)
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    pub(crate) fn clear(&mut self) {
        self.order.clear();
        self.set.clear();
    }
}

/// Prints are hashes already.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_never_change_since_cursors_hold_them() {
        let prints = ["", "m_1", "1000000000000001_2000000000000002"].map(|id| Print::of(id).0);
        assert_eq!(
            prints,
            [0, 10_894_662_202_854_680_170, 4_223_268_814_735_041_719],
        );
    }

    #[test]
    fn ids_that_differ_in_one_digit_have_different_prints() {
        let mut prints: Vec<_> = (0..100_000)
            .map(|n| Print::of(&format!("1000000000000001_{n}")))
            .collect();
        prints.sort();
        prints.dedup();
        assert_eq!(prints.len(), 100_000);
    }

    #[test]
    fn full_memory_drops_its_oldest_row() {
        let mut known = Known::new(2, true);
        assert!(known.insert(Print(1)));
        assert!(!known.insert(Print(1)));
        assert!(known.insert(Print(2)) && known.is_whole());
        assert!(known.insert(Print(3)) && !known.is_whole());
        assert!(!known.contains(Print(1)));
        assert!(known.contains(Print(2)) && known.contains(Print(3)));
    }
}

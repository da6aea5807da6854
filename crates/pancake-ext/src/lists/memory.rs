//! The bounded memory of rows that were seen, by which duplicates are dropped.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use super::mark::Print;

/// Remembers the last rows, up to a number.
#[derive(Debug)]
pub(crate) struct Memory {
    room: usize,
    order: VecDeque<u64>,
    known: HashSet<u64, BuildHasherDefault<AsItIs>>,
}

impl Memory {
    pub(crate) fn new(room: usize) -> Self {
        Memory {
            room,
            order: VecDeque::new(),
            known: HashSet::default(),
        }
    }

    /// Remembers a row; `false` if it was known.
    pub(crate) fn insert(&mut self, print: Print) -> bool {
        if self.room == 0 {
            return true;
        }
        if !self.known.insert(print.0) {
            return false;
        }
        self.order.push_back(print.0);
        if self.order.len() > self.room
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }

    pub(crate) fn contains(&self, print: Print) -> bool {
        self.known.contains(&print.0)
    }

    pub(crate) fn clear(&mut self) {
        self.order.clear();
        self.known.clear();
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
    fn the_oldest_row_is_forgotten_when_there_is_no_room_left() {
        let mut memory = Memory::new(2);
        assert!(memory.insert(Print(1)));
        assert!(!memory.insert(Print(1)));
        assert!(memory.insert(Print(2)));
        assert!(memory.insert(Print(3)));
        assert!(!memory.contains(Print(1)));
        assert!(memory.contains(Print(2)) && memory.contains(Print(3)));
        assert_eq!(memory.order.len(), memory.known.len());
    }
}

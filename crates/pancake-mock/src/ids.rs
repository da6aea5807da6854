//! Ids that can be computed from an index and turned back into it: a million rows need no id table.
use crate::seed::{Seed, mix, uuid_text};

/// A one-to-one shuffle of the numbers below `2^bits`, different for each key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shuffle {
    mask: u64,
    key: u64,
    factor: u64,
    inverse: u64,
}

impl Shuffle {
    pub(crate) fn new(seed: Seed, bits: u32) -> Self {
        let factor = mix(seed.number()) | 1;
        // Newton's iteration: each step doubles the number of right bits of the inverse mod 2^64.
        let mut inverse = factor;
        for _ in 0..6 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(factor.wrapping_mul(inverse)));
        }
        Self {
            mask: (1u64 << bits) - 1,
            key: mix(seed.number() ^ 1),
            factor,
            inverse,
        }
    }

    pub(crate) fn forward(&self, index: u64) -> u64 {
        ((index ^ (self.key & self.mask)) & self.mask).wrapping_mul(self.factor) & self.mask
    }

    pub(crate) fn backward(&self, value: u64) -> Option<u64> {
        if value > self.mask {
            return None;
        }
        Some((value.wrapping_mul(self.inverse) ^ self.key) & self.mask)
    }
}

/// The UUID of the index-th thing of one kind.
pub(crate) fn uuid_of(kind: Seed, index: u64) -> String {
    let high = kind.with(index).number();
    uuid_text(high, (mix(high >> 16 << 16) << 48) | (index ^ veil(high)))
}

/// The index in a UUID that [`uuid_of`] made for the same kind.
pub(crate) fn index_of_uuid(kind: Seed, text: &str) -> Option<u64> {
    let (_, last) = text.rsplit_once('-')?;
    let head = text.get(..13)?;
    let high = u64::from_str_radix(head.get(..8)?, 16).ok()? << 32
        | u64::from_str_radix(head.get(9..13)?, 16).ok()? << 16;
    let index = u64::from_str_radix(last, 16).ok()? ^ veil(high);
    (uuid_of(kind, index) == text).then_some(index)
}

/// Hides the index in the low 48 bits; depends only on the bits that survive in the text.
fn veil(high: u64) -> u64 {
    mix(high >> 16) & 0xffff_ffff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffled_index_and_uuid_give_their_index_back() {
        let (shuffle, kind) = (Shuffle::new(Seed::new(3), 40), Seed::new(9).of("customer"));
        let mut seen = std::collections::HashSet::new();
        for index in (0..2_000).chain([(1 << 40) - 1]) {
            let value = shuffle.forward(index);
            assert!(seen.insert(value));
            assert_eq!(shuffle.backward(value), Some(index));
            assert_eq!(index_of_uuid(kind, &uuid_of(kind, index)), Some(index));
        }
        assert_eq!(shuffle.backward(1 << 40), None);
        for strange in ["c4bafd84-7b96-4f28-b59a-031f17c32ddf", "nonsense", "ö-ö-ö"] {
            assert_eq!(index_of_uuid(kind, strange), None);
        }
    }
}

//! Numbers that look random and are the same in every run: all invented data comes from here.
//!
//! Written out instead of taken from a crate: a new version of a crate may draw other numbers, and
//! then a seed would no longer name the same data.

/// A point in the tree of seeds. Cheap to copy; `with` goes one level down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seed(u64);

/// The finaliser of SplitMix64: every input bit changes about half of the output bits.
pub(crate) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Seed {
    pub(crate) fn new(value: u64) -> Self {
        Self(mix(value))
    }

    /// The seed of a named part: two parts of one thing don't share their numbers.
    pub(crate) fn of(self, part: &str) -> Self {
        let mut value = self.0;
        for byte in part.bytes() {
            value = mix(value ^ u64::from(byte));
        }
        Self(value)
    }

    /// The seed of the n-th of many things.
    pub(crate) fn with(self, index: u64) -> Self {
        Self(mix(self.0 ^ mix(index)))
    }

    pub(crate) fn number(self) -> u64 {
        self.0
    }

    /// A number in `0..bound`; 0 when the bound is 0.
    pub(crate) fn below(self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.0 % bound }
    }

    /// True for about `percent` of a hundred seeds.
    pub(crate) fn chance(self, percent: u64) -> bool {
        // The upper bits, so that `below` and `chance` of one seed don't go hand in hand.
        (self.0 >> 32) % 100 < percent
    }

    pub(crate) fn pick<T: Copy>(self, choices: &[T], fallback: T) -> T {
        let index = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        choices.get(index).copied().unwrap_or(fallback)
    }

    pub(crate) fn pick_str(self, choices: &[&'static str]) -> &'static str {
        self.pick(choices, "")
    }

    /// A version 4 UUID as text.
    pub(crate) fn uuid(self) -> String {
        uuid_text(self.0, mix(self.0 ^ 0x5555))
    }

    /// `count` characters of the URL-safe base64 alphabet.
    pub(crate) fn text(self, count: usize) -> String {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut out = String::with_capacity(count);
        let mut word = self.0;
        while out.len() < count {
            word = mix(word);
            for byte in word.to_le_bytes() {
                if out.len() < count {
                    out.push(char::from(ALPHABET[usize::from(byte & 63)]));
                }
            }
        }
        out
    }
}

/// 128 bits as a version 4 UUID: version and variant overwrite six of them.
pub(crate) fn uuid_text(high: u64, low: u64) -> String {
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0x0fff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_path_through_the_tree_gives_one_number() {
        let at = |seed, part, index| Seed::new(seed).of(part).with(index);
        let own = at(7, "conversation", 3);
        assert_eq!(own, at(7, "conversation", 3));
        for other in [
            at(8, "conversation", 3),
            at(7, "conversation", 4),
            at(7, "customer", 3),
        ] {
            assert_ne!(own, other);
        }
        let hits = (0..10_000)
            .filter(|i| Seed::new(1).with(*i).chance(25))
            .count();
        assert!((2_300..2_700).contains(&hits), "{hits}");
        let uuid = Seed::new(5).uuid();
        assert_eq!((uuid.len(), uuid.as_bytes()[14]), (36, b'4'));
        assert!(matches!(uuid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }
}

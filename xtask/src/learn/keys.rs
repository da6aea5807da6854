//! Which keys of captured objects are names of fields, and which are data.
//!
//! A statistic keyed by user ids, or a report keyed by phone numbers, has customer data for keys. So a key is shown only
//! when it looks like every name that the API is known to use, and nothing beside it speaks against that.

use std::collections::BTreeSet;

/// Longer words are tokens or hashes; the longest word in a name of the API has 13 letters.
const LONGEST_WORD: usize = 20;
const LONGEST_NAME: usize = 50;
/// More digits in a row are a date, a number or a part of an id.
const MOST_DIGITS: usize = 2;

/// Whether a key looks like the name of a field: words in lower case, put together with `_` or by capitals.
pub(super) fn is_name(key: &str) -> bool {
    let bytes = key.as_bytes();
    let starts = bytes.first().is_some_and(|byte| byte.is_ascii_lowercase());
    let letters = bytes
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    starts && letters && key.len() <= LONGEST_NAME && !has_long_run(key) && !is_hexadecimal(key)
}

fn has_long_run(key: &str) -> bool {
    let (mut word, mut digits, mut capitals) = (0_usize, 0_usize, 0_usize);
    for character in key.chars() {
        word = if character == '_' { 0 } else { word + 1 };
        digits = if character.is_ascii_digit() {
            digits + 1
        } else {
            0
        };
        capitals = if character.is_ascii_uppercase() {
            capitals + 1
        } else {
            0
        };
        if word > LONGEST_WORD || digits > MOST_DIGITS || capitals > 2 {
            return true;
        }
    }
    false
}

/// Eight letters and digits that could all be hexadecimal digits are rather a part of an id than a word.
fn is_hexadecimal(key: &str) -> bool {
    key.len() >= 8 && key.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The keys that the document does not name at one place, sorted into names and data.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sorted<'a> {
    /// Names of fields, which may be shown.
    pub(super) names: Vec<&'a str>,
    /// Keys that are data, or may be.
    pub(super) data: Vec<&'a str>,
}

/// Sorts unknown keys, each with the number of objects that have it, seen in so many objects.
///
/// One key that is data makes the others at its place suspicious: a map of user names has some that look like words. So
/// do three or more keys of which no two objects share one.
pub(super) fn sort<'a>(keys: impl IntoIterator<Item = (&'a str, u64)>, objects: u64) -> Sorted<'a> {
    let keys: BTreeSet<(&str, u64)> = keys.into_iter().collect();
    let unshared = keys.len() > 2 && objects > 1 && keys.iter().all(|(_, seen)| *seen == 1);
    let all: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
    if !unshared && all.iter().all(|key| is_name(key)) {
        Sorted {
            names: all,
            data: Vec::new(),
        }
    } else {
        Sorted {
            names: Vec::new(),
            data: all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_ids_dates_people_and_tokens() {
        for name in [
            "id",
            "is_lead_event",
            "allow_use_data_for_training_ai",
            "utf8",
            "pageUid",
            "x2",
        ] {
            assert!(is_name(name), "{name}");
        }
        #[rustfmt::skip]
        let data = [
            "", "0900000001", "+84 900", "2026-03-31", "c4bafd84-7b96-4f28-b59a-031f17c32ddf", "deadbeef",
            "wa_84901234567@c.us", "act_123", "zl_2384", "Lan", "trần", "INBOX", "lan.nguyen", "lan@example.com",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "qwertyuiopasdfghjklzxcvbnm", "a b", "_x",
        ];
        for key in data {
            assert!(!is_name(key), "{key}");
        }
    }

    #[test]
    fn a_word_beside_data_is_not_shown() {
        let sorted = sort([("minh", 1), ("0900000001", 1)], 1);
        assert_eq!(sorted.names, [""; 0]);
        assert_eq!(sorted.data, ["0900000001", "minh"]);
    }

    #[test]
    fn words_that_no_two_objects_share_are_data() {
        let people = [("minh", 1), ("lan", 1), ("hoa", 1)];
        assert_eq!(sort(people, 2).names, [""; 0]);
        assert_eq!(sort(people, 1).names, ["hoa", "lan", "minh"]);
        assert_eq!(sort([("a", 2), ("b", 1), ("c", 1)], 2).names.len(), 3);
    }
}

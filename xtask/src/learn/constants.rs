//! Texts that may be values of an enum: the only values that a report can ever show.

use std::collections::BTreeMap;
use std::fmt;

/// More different values are no enum.
const MOST: usize = 64;
const LONGEST_VALUE: usize = 40;
const LONGEST_WORD: usize = 20;

/// The values of one place that look like constants, and how often each was there.
#[derive(Clone, Default)]
pub(super) struct Constants {
    seen: BTreeMap<String, u64>,
    others: u64,
}

/// Without the values.
impl fmt::Debug for Constants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Constants")
            .field("different", &self.seen.len())
            .field("others", &self.others)
            .finish()
    }
}

/// Whether a text looks like a constant: English words in one case, put together with `_`.
fn is_constant(text: &str) -> bool {
    let words = text.split('_');
    let one_case = |wanted: fn(&u8) -> bool| text.bytes().all(|byte| byte == b'_' || wanted(&byte));
    (2..=LONGEST_VALUE).contains(&text.len())
        && words
            .clone()
            .all(|word| !word.is_empty() && word.len() <= LONGEST_WORD)
        && (one_case(u8::is_ascii_uppercase) || one_case(u8::is_ascii_lowercase))
}

impl Constants {
    pub(super) fn add(&mut self, text: &str) {
        self.add_many(text, 1);
    }

    fn add_many(&mut self, text: &str, times: u64) {
        if !is_constant(text) {
            self.others += times;
        } else if let Some(seen) = self.seen.get_mut(text) {
            *seen += times;
        } else if self.seen.len() < MOST {
            self.seen.insert(text.to_owned(), times);
        } else {
            self.others += times;
        }
    }

    pub(super) fn merge(&mut self, other: &Constants) {
        self.others += other.others;
        for (text, times) in &other.seen {
            self.add_many(text, *times);
        }
    }

    /// Values that are not among the known ones.
    pub(super) fn unknown(&self, known: &[&str]) -> UnknownValues {
        let mut values = UnknownValues::default();
        for (text, times) in &self.seen {
            if known.contains(&text.as_str()) {
                continue;
            }
            values.times += times;
            // What was there once may be anything; a constant comes back.
            if *times > 1 {
                values.shown.push(text.clone());
            } else {
                values.hidden += 1;
            }
        }
        values.times += self.others;
        values.hidden += self.others;
        values
    }

    /// All values, when they can be nothing but an enum: few, each there several times, none of another look.
    pub(super) fn as_enum(&self) -> Option<Vec<String>> {
        let total: u64 = self.seen.values().sum();
        let different = u64::try_from(self.seen.len()).unwrap_or(u64::MAX);
        let repeated = self.seen.values().all(|times| *times > 1);
        let few = (1..=12).contains(&different) && total >= 5 * different;
        (self.others == 0 && repeated && few).then(|| self.seen.keys().cloned().collect())
    }
}

/// What an enum does not list.
#[derive(Clone, Default)]
pub(super) struct UnknownValues {
    /// Values that look like constants and were there more than once.
    pub(super) shown: Vec<String>,
    /// How many others there were.
    pub(super) hidden: u64,
    /// How many texts in all.
    pub(super) times: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constants(texts: &[&str]) -> Constants {
        let mut constants = Constants::default();
        texts.iter().for_each(|text| constants.add(text));
        constants
    }

    #[test]
    fn words_of_one_case_are_constants_and_nothing_else_is() {
        for text in ["INBOX", "by_id", "ad_click", "AUDIO_ATTACHMENT_ID", "video"] {
            assert!(is_constant(text), "{text}");
        }
        for text in [
            "",
            "A",
            "7",
            "2026",
            "Lan",
            "Trần",
            "lan@example.com",
            "a b",
            "_a",
            "a__b",
            "INBOX1",
            "qwertyuiopasdfghjklzxcvbnm",
            "tokenA",
        ] {
            assert!(!is_constant(text), "{text}");
        }
    }

    #[test]
    fn a_value_that_came_once_stays_hidden() {
        let unknown =
            constants(&["INBOX", "STORY", "STORY", "LAN", "0900000001"]).unknown(&["INBOX"]);
        assert_eq!(unknown.shown, ["STORY"]);
        assert_eq!((unknown.hidden, unknown.times), (2, 4));
    }

    #[test]
    fn an_enum_is_few_values_that_all_come_back() {
        let often = [
            "ads", "ads", "ads", "post", "post", "post", "ads", "post", "ads", "ads",
        ];
        assert_eq!(constants(&often).as_enum().unwrap(), ["ads", "post"]);
        assert_eq!(constants(&["ads", "ads", "post"]).as_enum(), None);
        let mut strange = often.to_vec();
        strange.push("Lan");
        assert_eq!(constants(&strange).as_enum(), None);
        assert_eq!(constants(&[]).as_enum(), None);
    }

    #[test]
    fn debug_shows_no_value() {
        assert!(!format!("{:?}", constants(&["canary", "canary"])).contains("canary"));
    }
}

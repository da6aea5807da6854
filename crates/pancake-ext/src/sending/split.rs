//! Cuts a text into parts of a bounded length, at the best place there is.

use unicode_segmentation::UnicodeSegmentation;

/// How far behind a cut one looks, in bytes, for what decides whether something ends there. Looking to the end of the text for
/// every part would take a long text the square of its length.
const LOOK_AHEAD: usize = 256;

/// The parts of a text, none of them empty or longer than the limit, which is at least 1. White space at the cuts, and around
/// the whole, is left out.
#[derive(Debug)]
pub(crate) struct Split<'a> {
    rest: &'a str,
    limit: usize,
}

impl<'a> Split<'a> {
    pub(crate) fn new(text: &'a str, limit: usize) -> Self {
        Split {
            rest: text.trim(),
            limit: limit.max(1),
        }
    }

    /// What the parts so far have left.
    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest;
        if rest.is_empty() {
            return None;
        }
        let (part, rest) = match rest.char_indices().nth(self.limit) {
            None => (rest, ""),
            Some((end, _)) => rest.split_at(cut(rest, end)),
        };
        self.rest = rest.trim_start();
        Some(part.trim_end())
    }
}

/// Where to cut, at or before `end`: behind the white space that follows is the same place.
///
/// A paragraph, line or sentence that ends in the first half would leave a short message: the next finer boundary is better.
fn cut(text: &str, end: usize) -> usize {
    let space = text[end..].len() - text[end..].trim_start().len();
    let reach = &text[..end + space];
    let half = end / 2;
    let text = ahead(text, reach.len());
    // A boundary at the very end of the reach is one only if it is one of the text.
    behind(reach, "\n\n")
        .filter(|at| *at > half)
        .or_else(|| behind(reach, "\n").filter(|at| *at > half))
        .or_else(|| sentences(text, reach.len()).filter(|at| *at > half))
        .or_else(|| words(reach))
        .or_else(|| last_within(text.split_word_bound_indices(), end))
        .or_else(|| last_within(text.grapheme_indices(true), end))
        // One grapheme that is longer than the limit.
        .unwrap_or(end)
}

/// The text up to what counts for a cut at `reach`. It ends behind `reach`, unless the text ends there: its own end is no
/// boundary.
fn ahead(text: &str, reach: usize) -> &str {
    let ends = reach.saturating_add(LOOK_AHEAD)..text.len();
    let end = ends.into_iter().find(|end| text.is_char_boundary(*end));
    end.map_or(text, |end| &text[..end])
}

/// Behind the last of these breaks.
fn behind(text: &str, line_break: &str) -> Option<usize> {
    text.rfind(line_break).map(|at| at + line_break.len())
}

/// Behind the last sentence that ends within `reach`.
fn sentences(text: &str, reach: usize) -> Option<usize> {
    last_within(text.split_sentence_bound_indices(), reach)
}

/// Behind the last white space.
fn words(text: &str) -> Option<usize> {
    let (at, space) = text.char_indices().rev().find(|(_, c)| c.is_whitespace())?;
    Some(at + space.len_utf8())
}

/// Where the last piece begins that begins within `reach`, and is not the first.
fn last_within<'a>(pieces: impl Iterator<Item = (usize, &'a str)>, reach: usize) -> Option<usize> {
    let begins = pieces.map(|(at, _)| at).take_while(|at| *at <= reach);
    begins.last().filter(|at| *at > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str, limit: usize) -> Vec<&str> {
        Split::new(text, limit).collect()
    }

    #[test]
    fn text_is_cut_at_the_coarsest_boundary_that_fits() {
        let family = "👨\u{200d}👩\u{200d}👧";
        let two_families = family.repeat(2);
        for (text, limit, parts) in [
            ("  Xin chào\n", 8, vec!["Xin chào"]),
            (" \n ", 8, vec![]),
            (
                "Một. Hai.\n\nBa. Bốn\nNăm. Sáu",
                20,
                vec!["Một. Hai.", "Ba. Bốn\nNăm. Sáu"],
            ),
            (
                "Một. Hai.\nBa. Bốn Năm",
                15,
                vec!["Một. Hai.", "Ba. Bốn Năm"],
            ),
            ("Một hai. Ba bốn năm", 14, vec!["Một hai.", "Ba bốn năm"]),
            ("Một hai ba bốn", 10, vec!["Một hai ba", "bốn"]),
            ("Một hai ba bốn", 9, vec!["Một hai", "ba bốn"]),
            // A paragraph that ends in the first half gives way to a word.
            (
                "A.\n\nMột hai ba bốn năm",
                14,
                vec!["A.\n\nMột hai ba", "bốn năm"],
            ),
            // A part that just fits.
            ("Một hai ba", 7, vec!["Một hai", "ba"]),
            ("Một hai  \n\n  ba", 7, vec!["Một hai", "ba"]),
            // Without spaces, between graphemes; one that is longer than the limit is cut.
            ("abcdef", 4, vec!["abcd", "ef"]),
            ("e\u{301}e\u{301}", 3, vec!["e\u{301}", "e\u{301}"]),
            (&two_families, 7, vec![family, family]),
            ("👨\u{200d}👩", 2, vec!["👨\u{200d}", "👩"]),
            ("ab c", 1, vec!["a", "b", "c"]),
        ] {
            assert_eq!(split(text, limit), parts, "{limit}");
        }
    }

    #[test]
    fn cut_looks_only_a_little_ahead() {
        let text = "xoài".repeat(20_000);
        assert!((LOOK_AHEAD + 7..LOOK_AHEAD + 12).contains(&ahead(&text, 7).len()));
        assert_eq!(ahead("xoài", 3), "xoài");
        // Looking to its end for each part, this would take minutes.
        let parts = split(&text, 10);
        assert_eq!(parts.len(), 8_000);
        assert_eq!(parts.concat(), text);
    }

    fn texts() -> impl Strategy<Value = String> {
        let pieces = "a|b|Dạ|chào| |  |\n|\n\n|\r\n|. |! |,|\u{a0}|e\u{301}|👨\u{200d}👩\u{200d}👧|🇻🇳|ไทย|日本語|\u{300}\u{301}\u{302}|\u{200b}";
        let pieces = prop::sample::select(pieces.split('|').collect::<Vec<_>>());
        prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn only_white_space_is_lost(text in texts(), limit in 1usize..30) {
            let mut left = text.as_str();
            let mut parts = Split::new(&text, limit);
            while let Some(part) = parts.next() {
                prop_assert!(!part.is_empty());
                prop_assert!(part.chars().count() <= limit);
                left = left.trim_start();
                prop_assert!(left.starts_with(part));
                left = &left[part.len()..];
                prop_assert_eq!(left.trim(), parts.rest());
            }
            prop_assert_eq!(left.trim(), "");
        }
    }
}

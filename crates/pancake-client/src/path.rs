//! Escaping of ids in paths.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986. progenitor's own set leaves `\` alone, which URL parsers read
/// as `/`, so that an id could reach another path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Whether a text can be one segment of a path.
pub(crate) fn can_be_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
}

/// Escapes one segment of a path.
pub(crate) fn encode_segment(segment: &str) -> String {
    utf8_percent_encode(segment, SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::encode_segment;

    #[test]
    fn id_with_reserved_characters_stays_one_segment() {
        assert_eq!(
            encode_segment(r"tt_0:1@x/y\z?#%"),
            "tt_0%3A1%40x%2Fy%5Cz%3F%23%25"
        );
    }
}

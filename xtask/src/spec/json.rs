//! The one form in which JSON, as programs write it, is not YAML: characters beyond 16 bits in two escapes.

/// The same JSON with `\\ud83d\\ude00` as `\\U0001f600`, which YAML reads too. Every line stays where it is.
pub(super) fn for_yaml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let character = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(high), Some(low)) => char::decode_utf16([high, low]).next().and_then(Result::ok),
            _ => None,
        };
        let length = match character.filter(|character| character.len_utf16() == 2) {
            Some(character) => {
                out.push_str(&format!("\\U{:08x}", u32::from(character)));
                12
            }
            // Two characters at once, so that the second of `\\\\` does not start an escape.
            None => {
                let length = rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at);
                out.push_str(&rest[..length]);
                length
            }
        };
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// The 16 bits of a `\\u1234` that starts here.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::for_yaml;

    #[test]
    fn pairs_of_escapes_become_one_and_everything_else_stays() {
        assert_eq!(
            for_yaml(r#"{"a": "\ud83d\ude00 \u00e9 \n \\ud83d"}"#),
            r#"{"a": "\U0001f600 \u00e9 \n \\ud83d"}"#
        );
        assert_eq!(for_yaml("ends in \\"), "ends in \\");
        assert_eq!(for_yaml(r"\ud83d alone"), r"\ud83d alone");
    }
}

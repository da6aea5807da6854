//! Text in a form that can be compared, from what was sent and from what came back.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

/// Tags at which a new line begins.
const LINES: [&str; 5] = ["br", "div", "p", "li", "tr"];

/// The longest reference to a character, such as `&quot;`.
const LONGEST_REFERENCE: usize = 10;

/// Composed (NFC), and every run of white space one space: channels change both.
pub(crate) fn folded(text: &str) -> String {
    let text: Cow<'_, str> = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of HTML, as far as comparing needs it.
pub(crate) fn of_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, special) = rest.split_at(at);
        text.push_str(before);
        rest = match tag(special) {
            Some((name, after)) => {
                if LINES.contains(&name.to_ascii_lowercase().as_str()) {
                    text.push('\n');
                }
                after
            }
            None => match reference(special) {
                Some((character, after)) => {
                    text.push(character);
                    after
                }
                None => {
                    // A lone sign is a character like any other.
                    let (sign, after) = special.split_at(1);
                    text.push_str(sign);
                    after
                }
            },
        };
    }
    text.push_str(rest);
    text
}

/// The name of a tag and what follows it.
fn tag(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('<')?;
    let (inside, after) = inside.split_once('>')?;
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric());
    let name = inside.get(..end.unwrap_or(inside.len()))?;
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic());
    is_tag.then_some((name, after))
}

/// A character that was written by its name or number, and what follows it.
fn reference(text: &str) -> Option<(char, &str)> {
    let (name, after) = text.strip_prefix('&')?.split_once(';')?;
    if name.len() > LONGEST_REFERENCE {
        return None;
    }
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)?
        }
    };
    Some((character, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_its_text() {
        for (html, text) in [
            ("<div>a</div>", "a"),
            ("<div>a<br/>b</div><p class=\"x\">c</p>", "a b c"),
            ("x<b>y</b>z", "xyz"),
            (
                "1 &lt; 2 &amp;&amp; 3&#62;2 &#x1F96D; &quot;q&quot;&nbsp;&#39;",
                "1 < 2 && 3>2 🥭 \"q\" '",
            ),
            ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
            ("<3 & &unknown; &; <", "<3 & &unknown; &; <"),
            ("", ""),
        ] {
            assert_eq!(folded(&of_html(html)), text, "{html}");
        }
    }

    #[test]
    fn white_space_and_composition_do_not_count() {
        assert_eq!(folded(" e\u{302}\u{323}\r\n x\u{a0}y "), "ệ x y");
    }
}

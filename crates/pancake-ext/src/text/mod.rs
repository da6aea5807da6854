//! Plain text out of the HTML of messages, with Vietnamese letters in one form.
//!
//! ```
//! use pancake_ext::text;
//!
//! let html = r#"<div>Dạ còn ạ!</div><div>Xem <a href="https://shop.example/xoai">ở đây</a> nhé &#128522;</div>"#;
//! assert_eq!(text::plain(html), "Dạ còn ạ!\nXem ở đây (https://shop.example/xoai) nhé 😊");
//! ```

mod address;
mod layout;

use std::borrow::Cow;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use icu_normalizer::ComposingNormalizerBorrowed;

use layout::Layout;

/// The text of a message's HTML, in [NFC](nfc).
///
/// - A block (`<div>`, `<p>`, `<li>` and others) is a line of its own, and `<br>` ends one. Nothing is wrapped, and no sign
///   that is not in the message is added.
/// - Line breaks in the text itself stay: it is a chat, not a web page. Spaces in a row become one, as browsers show them;
///   a non-breaking space becomes a space.
/// - A link is its text, and its address in parentheses if that says something else.
/// - A picture is its alternative text: pages show emoji so. Scripts and styles are left out.
///
/// Any text is taken, broken HTML too: what is no markup is text. It takes time and memory in proportion to the length of
/// the input, and does not call itself, however deep elements are nested.
pub fn plain(html: &str) -> String {
    lay_out(html, true)
}

/// The same without the addresses of links, which channels write anew.
pub(crate) fn without_addresses(html: &str) -> String {
    lay_out(html, false)
}

fn lay_out(html: &str, addresses: bool) -> String {
    let mut layout = Layout::new(html.len(), addresses);
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
        layout.see(&event);
        None
    });
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).for_each(drop);
    match nfc(&layout.finish()) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    }
}

/// The same text in Unicode's form NFC, borrowed if it is in that form already.
///
/// Vietnamese can be written in two ways that look the same and are not equal: `ệ` as one character, or as `e` with two
/// marks after it, as some phones and macOS do. Compare and search only texts in the same form.
///
/// ```
/// use pancake_ext::text;
///
/// let typed = "Tie\u{302}\u{301}ng Vie\u{323}\u{302}t";
/// assert_ne!(typed, "Tiếng Việt");
/// assert_eq!(text::nfc(typed), "Tiếng Việt");
/// ```
pub fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

#[cfg(test)]
mod tests;

//! What programs ask of a message: its text, and who wrote it.

use pancake_client::PageId;
use pancake_client::types::Message;

use crate::scope::author::Author;
use crate::scope::sealed::Sealed;
use crate::text;

/// Questions to a [`types::Message`](crate::types::Message). Import the trait to ask them.
///
/// ```
/// use pancake_ext::{MessageExt, PageId, types};
///
/// let page = PageId::from("1000000000000001");
/// let message: types::Message = serde_json::from_str(
///     r#"{"message":"<div>Còn hàng không shop?</div>","from":{"id":"2000000000000002","name":"Lan"}}"#,
/// )?;
/// assert!(message.is_from_customer(&page));
/// assert_eq!(message.plain_text(), "Còn hàng không shop?");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait MessageExt: Sealed {
    /// The text in [NFC](crate::text::nfc): `original_message` if there is one, else the text of the HTML in `message`. Empty
    /// for media without a text, as captured answers have it.
    fn plain_text(&self) -> String;

    /// Who wrote it. `page` is the page whose conversation it is in. [`Author::of`] says how it is decided.
    fn author(&self, page: &PageId) -> Author;

    /// Whether the customer wrote it: what a program that answers must look at, so that it never answers itself, the staff, or
    /// a message of unknown origin.
    fn is_from_customer(&self, page: &PageId) -> bool {
        self.author(page).is_customer()
    }
}

impl Sealed for Message {}

impl MessageExt for Message {
    fn plain_text(&self) -> String {
        match self.original_message.as_deref() {
            Some(original) if !original.trim().is_empty() => text::nfc(original).into_owned(),
            _ => text::plain(self.message.as_deref().unwrap_or_default()),
        }
    }

    fn author(&self, page: &PageId) -> Author {
        Author::of(self.from.as_ref(), page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(json: &str) -> Message {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_original_text_comes_first_and_the_html_is_read_without_it() {
        for (json, text) in [
            (
                r#"{"message":"<div>a &lt; b</div>","original_message":"a < b\nc"}"#,
                "a < b\nc",
            ),
            (
                r#"{"message":"<div>a &lt; b</div><div>c</div>","original_message":""}"#,
                "a < b\nc",
            ),
            (r#"{"message":"<div>a</div>","original_message":null}"#, "a"),
            (r#"{"message":"","original_message":""}"#, ""),
            (r#"{"message":null}"#, ""),
            // What a customer typed is no markup.
            (r#"{"original_message":"<b>"}"#, "<b>"),
            (r#"{"original_message":"Vie\u0323\u0302t"}"#, "Việt"),
        ] {
            assert_eq!(message(json).plain_text(), text, "{json}");
        }
    }

    #[test]
    fn only_a_message_of_the_customer_is_one_to_answer() {
        let page = PageId::from("10");
        for (json, answer) in [
            (r#"{"from":{"id":"20","name":"Lan"}}"#, true),
            (r#"{"from":{"id":"10","name":"Shop"}}"#, false),
            (r#"{"from":{"id":"10","admin_name":"Public API"}}"#, false),
            (r#"{"from":null}"#, false),
            ("{}", false),
        ] {
            assert_eq!(message(json).is_from_customer(&page), answer, "{json}");
        }
    }
}

//! What programs ask of a row of the list of conversations: who wrote last, which phone numbers, which tags.

use std::collections::HashSet;

use pancake_client::types::{Conversation, ConversationTag};
use pancake_client::{PageId, TagId};

use crate::scope::author::Author;
use crate::scope::sealed::Sealed;

/// Questions to a [`types::Conversation`](crate::types::Conversation). Import the trait to ask them.
///
/// ```
/// use pancake_ext::{Author, ConversationExt, PageId, types};
///
/// let row: types::Conversation = serde_json::from_str(
///     r#"{"last_sent_by":{"id":"1000000000000001","admin_name":"Ngọc"},"tags":[null,{"id":7,"text":"VIP"}],
///         "recent_phone_numbers":[{"phone_number":"0912345678"},{"phone_number":"0912345678"}]}"#,
/// )?;
/// let author = row.last_author(&PageId::from("1000000000000001"));
/// assert!(matches!(author, Author::Staff { .. }));
/// assert_eq!(row.phone_numbers(), ["0912345678"]);
/// assert_eq!(row.tag_ids(), ["7"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait ConversationExt: Sealed {
    /// Who wrote last (`last_sent_by`). [`Author::of`] says how it is decided.
    ///
    /// A customer who waits for an answer is [`Author::Customer`] here.
    fn last_author(&self, page: &PageId) -> Author;

    /// The phone numbers that the service found in messages of late, each once, in the order of the answer: `phone_number`, or
    /// what was captured where that is absent.
    fn phone_numbers(&self) -> Vec<&str>;

    /// The tags, without the `null`s that a quarter of the entries are in captured answers. These have whole tags; the documentation
    /// has names, and webhooks ids; [`tag_ids`](Self::tag_ids) reads those that have an id.
    fn present_tags(&self) -> Vec<&ConversationTag>;

    /// Ids of the tags that have one, in the order of the answer.
    fn tag_ids(&self) -> Vec<TagId>;
}

impl Sealed for Conversation {}

impl ConversationExt for Conversation {
    fn last_author(&self, page: &PageId) -> Author {
        Author::of(self.last_sent_by.as_ref(), page)
    }

    fn phone_numbers(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        self.recent_phone_numbers
            .iter()
            .flatten()
            .filter_map(|found| {
                let texts = [&found.phone_number, &found.captured];
                let mut texts = texts.into_iter().flatten().map(|text| text.trim());
                texts.find(|text| !text.is_empty())
            })
            .filter(|phone| seen.insert(*phone))
            .collect()
    }

    fn present_tags(&self) -> Vec<&ConversationTag> {
        self.tags.iter().flatten().flatten().collect()
    }

    fn tag_ids(&self) -> Vec<TagId> {
        let tags = self.present_tags().into_iter();
        tags.filter_map(|tag| match tag {
            ConversationTag::Details(tag) => tag.id.clone(),
            ConversationTag::Id(id) => Some(TagId::from(*id)),
            ConversationTag::Text(_) => None,
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(json: &str) -> Conversation {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn phone_numbers_come_once_each_in_order() {
        let row = row(
            r#"{"recent_phone_numbers":[{"phone_number":"0912"},{"captured":" 0913 "},{"phone_number":"","captured":"0914"},
                {"phone_number":"0912","captured":"091 2"},{"status":1},null]}"#,
        );
        assert_eq!(row.phone_numbers(), ["0912", "0913", "0914"]);
    }

    #[test]
    fn tags_come_without_nulls_in_every_form() {
        let row = row(r#"{"tags":[null,{"id":7,"text":"VIP"},null,{"text":"no id"},5,"Mới"]}"#);
        assert_eq!(row.present_tags().len(), 4);
        assert_eq!(row.tag_ids(), ["7", "5"]);
    }

    #[test]
    fn an_empty_row_has_no_numbers_no_tags_and_an_unknown_author() {
        for json in [
            "{}",
            r#"{"tags":null,"recent_phone_numbers":null,"last_sent_by":null}"#,
        ] {
            let row = row(json);
            assert!(row.phone_numbers().is_empty() && row.present_tags().is_empty());
            assert_eq!(row.last_author(&PageId::from("10")), Author::Unknown);
        }
    }
}

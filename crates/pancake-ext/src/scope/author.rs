//! Who wrote a message: the customer, or the page, and through whom.

use pancake_client::types::Sender;
use pancake_client::{Id, PageId, UserId};

/// What `admin_name` says of messages that came through the API.
const PUBLIC_API: &str = "Public API";

/// Who wrote a message. See [`MessageExt::author`](crate::MessageExt::author).
///
/// A program that answers customers must answer [`Author::Customer`] and nothing else. What it sends itself comes back as one
/// of the others, whichever of them the service names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Author {
    /// The customer, or someone else who is not the page, such as another commenter.
    Customer,
    /// The page, through a member of its staff.
    Staff {
        /// Name of the user, if the message has it.
        name: Option<String>,
        /// Id of the user, if the message has it.
        id: Option<UserId>,
    },
    /// The page, through the API of Pancake: this program, or another one. Known by the name that the service gives it,
    /// which one client reports; it was not seen in captured answers.
    PublicApi,
    /// The page, and nothing says through whom: the channel's own app, an automatic answer, another program.
    Page,
    /// The message does not say who wrote it.
    Unknown,
}

impl Author {
    /// Reads `from` of a message, or `last_sent_by` of a conversation, on this page.
    ///
    /// - What only the page's side has, means the page, whatever the `id` is: `admin_name`, `uid`, `admin_id`, `app_id`,
    ///   `flow_id`. The customers of captured conversations have none of them. A program that takes itself for a customer
    ///   answers itself for ever, so the doubt goes this way.
    /// - `admin_name` says through whom: `Public API` is the API (one client reports it), another name is a user, and so is a
    ///   `uid`. Both are often absent in captured answers.
    /// - Without these, an `id` that is the page's means the page; so does one without the prefix of the channel, `igo_` and
    ///   others (inferred: no answer of such a channel was captured). Any other `id` is a customer's.
    pub fn of(sender: Option<&Sender>, page: &PageId) -> Author {
        let Some(sender) = sender else {
            return Author::Unknown;
        };
        let admin = sender.admin_name.as_deref().map(str::trim);
        let admin = admin.filter(|name| !name.is_empty());
        if admin.is_some_and(|name| name.eq_ignore_ascii_case(PUBLIC_API)) {
            return Author::PublicApi;
        }
        if admin.is_some() || sender.uid.is_some() {
            return Author::Staff {
                name: admin.map(str::to_owned),
                id: sender.uid.clone(),
            };
        }
        let by_machine = [&sender.admin_id, &sender.app_id, &sender.flow_id];
        if by_machine.into_iter().any(Option::is_some) {
            return Author::Page;
        }
        match sender.id.as_ref().map(Id::as_str) {
            None | Some("") => Author::Unknown,
            Some(id) if is_page(id, page.as_str()) => Author::Page,
            Some(_) => Author::Customer,
        }
    }

    /// Whether the customer wrote it.
    pub fn is_customer(&self) -> bool {
        *self == Author::Customer
    }

    /// Whether the page wrote it, through whomever.
    pub fn is_page(&self) -> bool {
        matches!(
            self,
            Author::Staff { .. } | Author::PublicApi | Author::Page
        )
    }
}

/// Whether the id is the page's, with the prefix of the channel or without it.
fn is_page(id: &str, page: &str) -> bool {
    let is_prefix = |prefix: &str| prefix.bytes().all(|sign| sign.is_ascii_lowercase());
    let without_prefix = page
        .split_once('_')
        .filter(|(prefix, rest)| is_prefix(prefix) && !rest.is_empty());
    id == page || without_prefix.is_some_and(|(_, rest)| id == rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn author(from: &str, page: &str) -> Author {
        let sender: Sender = serde_json::from_str(from).unwrap();
        Author::of(Some(&sender), &PageId::from(page))
    }

    fn staff(name: Option<&str>, id: Option<&str>) -> Author {
        Author::Staff {
            name: name.map(str::to_owned),
            id: id.map(UserId::from),
        }
    }

    #[test]
    fn the_shapes_of_captured_answers_are_told_apart() {
        let cases = [
            (
                r#"{"id":"20","name":"Lan","email":"20@facebook.example"}"#,
                Author::Customer,
            ),
            (
                r#"{"id":"10","name":"Shop","email":"10@page.example"}"#,
                Author::Page,
            ),
            (r#"{"id":10,"name":"Shop","uid":null}"#, Author::Page),
            (
                r#"{"id":"10","name":"Shop","uid":null,"ai_generated":false}"#,
                Author::Page,
            ),
            (
                r#"{"id":"10","admin_name":"Ngọc","uid":"u"}"#,
                staff(Some("Ngọc"), Some("u")),
            ),
            (
                r#"{"id":"10","admin_name":"Ngọc","uid":null}"#,
                staff(Some("Ngọc"), None),
            ),
            (
                r#"{"id":"10","uid":"u","ai_generated":false}"#,
                staff(None, Some("u")),
            ),
            (
                r#"{"id":"10","admin_name":"Public API","uid":"u"}"#,
                Author::PublicApi,
            ),
            (r#"{"id":"10","app_id":5,"flow_id":6}"#, Author::Page),
        ];
        for (from, expected) in cases {
            assert_eq!(author(from, "10"), expected, "{from}");
        }
    }

    #[test]
    fn marks_of_the_page_outweigh_an_id_that_is_not_the_pages() {
        for from in [
            r#"{"id":"99","admin_name":"Public API"}"#,
            r#"{"id":"99","admin_name":"Ngọc"}"#,
            r#"{"id":"99","uid":"u"}"#,
            r#"{"id":"99","admin_id":"4"}"#,
            r#"{"id":"99","app_id":5}"#,
            r#"{"id":"99","flow_id":6}"#,
        ] {
            let author = author(from, "10");
            assert!(
                author.is_page() && !author.is_customer(),
                "{from}: {author:?}"
            );
        }
    }

    #[test]
    fn a_page_of_another_channel_is_known_with_and_without_its_prefix() {
        assert_eq!(author(r#"{"id":"igo_10"}"#, "igo_10"), Author::Page);
        assert_eq!(author(r#"{"id":"10"}"#, "igo_10"), Author::Page);
        assert_eq!(author(r#"{"id":"20"}"#, "igo_10"), Author::Customer);
        assert_eq!(author(r#"{"id":"10"}"#, "20_10"), Author::Customer);
        assert_eq!(author(r#"{"id":"1"}"#, "igo_"), Author::Customer);
    }

    #[test]
    fn who_is_not_named_is_no_customer() {
        assert_eq!(Author::of(None, &PageId::from("10")), Author::Unknown);
        for from in ["{}", r#"{"id":null,"name":"Lan"}"#, r#"{"id":""}"#] {
            let author = author(from, "10");
            assert!(!author.is_customer() && !author.is_page(), "{from}");
        }
    }
}

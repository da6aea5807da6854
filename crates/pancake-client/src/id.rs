//! Ids: opaque text, one type each where a mix-up hurts. They replace the generated types of the same names.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

macro_rules! opaque_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        ///
        /// Compare it, store it, send it back; nothing else is promised. Responses that write it as a number are
        /// accepted; it is always written as text.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                $name(value.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                $name(value)
            }
        }

        impl From<&String> for $name {
            fn from(value: &String) -> Self {
                $name(value.clone())
            }
        }

        impl From<&$name> for $name {
            fn from(value: &$name) -> Self {
                value.clone()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl From<&$name> for String {
            fn from(value: &$name) -> Self {
                value.0.clone()
            }
        }

        crate::text::text_like!($name);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(TextOrNumber).map($name)
            }
        }

        #[cfg(feature = "schemars")]
        crate::json_schema::json_schema_of! {
            $name => { "type": ["string", "integer"], "description": "An opaque id." }
        }
    )+};
}

opaque_id! {
    /// Id of a page: digits for Facebook, prefixed otherwise (`zl_`, `tt_`, `igo_` and others). `PageId::channel` reads
    /// the prefix.
    PageId,
    /// Id of a conversation. It may contain `_`, `:` and `@`.
    ConversationId,
    /// Id of a message or comment.
    MessageId,
    /// Id of a customer on a page: the `page_customer_id` that customer calls take. It stands in `customers[].id` and
    /// `page_customer.id` of a conversation, and in `id` of a customer.
    CustomerId,
    /// Id of a customer across pages (`customer_id`). Customer calls do not take it.
    CustomerGlobalId,
    /// Id that the channel has for a customer: `psid`, `customers[].fb_id`, `from_id` of a private reply. Customer calls
    /// do not take it.
    ///
    /// The `id` of a sender or of `from` is an [`Id`], since staff, pages and customers all stand there. Where it is
    /// known to be the customer, [`Id::to_psid`] says so.
    ///
    /// The three ids of a customer do not turn into one another:
    ///
    /// ```
    /// use pancake_client::{CustomerId, Psid};
    ///
    /// fn customer(_: impl Into<CustomerId>) {}
    /// customer(CustomerId::from("c"));
    /// ```
    ///
    /// ```compile_fail,E0277
    /// use pancake_client::{CustomerId, Psid};
    ///
    /// fn customer(_: impl Into<CustomerId>) {}
    /// customer(Psid::from("2000000000000002"));
    /// ```
    ///
    /// ```compile_fail,E0277
    /// use pancake_client::{CustomerGlobalId, CustomerId};
    ///
    /// fn customer(_: impl Into<CustomerId>) {}
    /// customer(CustomerGlobalId::from("g"));
    /// ```
    ///
    /// ```compile_fail,E0277
    /// use pancake_client::{CustomerId, Psid};
    ///
    /// fn psid(_: impl Into<Psid>) {}
    /// psid(CustomerId::from("c"));
    /// ```
    Psid,
    /// Id of a user of Pancake.
    UserId,
    /// Id of a post.
    PostId,
    /// Id of a note.
    NoteId,
    /// Id of a tag: a number in lists, text in requests and statistics.
    TagId,
    /// Id of an uploaded file. It lives a short time, and on Facebook it serves for one send.
    ContentId,
    /// Any other id: of senders, of ads, orders, calls.
    Id,
}

macro_rules! from_number {
    ($($name:ident),+) => {$(
        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                $name(value.to_string())
            }
        }
    )+};
}

from_number!(TagId, Id);

impl Id {
    /// This id as that of a customer on the channel. Right for `from.id` of a conversation; of a sender only where the
    /// customer is the one who sent.
    pub fn to_psid(&self) -> Psid {
        Psid(self.0.clone())
    }
}

/// Reads text, or a number as text. A visitor of its own, since every row has several ids.
struct TextOrNumber;

impl Visitor<'_> for TextOrNumber {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id as text or number")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<String, E> {
        Ok(value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_read_from_text_and_numbers() {
        for (json, text) in [
            ("\"tt_0:1@x\"", "tt_0:1@x"),
            ("7", "7"),
            ("-7", "-7"),
            ("18446744073709551615", "18446744073709551615"),
        ] {
            let id: Id = serde_json::from_str(json).unwrap();
            assert_eq!(id, text);
            assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
        }
    }

    #[test]
    fn id_of_another_type_is_refused() {
        for json in ["null", "true", "[]", "{}"] {
            assert!(serde_json::from_str::<PageId>(json).is_err(), "{json}");
        }
    }
}

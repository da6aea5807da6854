//! Enums whose forms are told apart by the kind of JSON value: an object, a list, a text, a whole number. Generated code names
//! the forms in [`forms!`].
//!
//! serde's `untagged` copies the value and tries one form after the other, and its error names no place inside of it.

/// Implements `Deserialize`: `object => Details` for each kind of value and the variant that takes it.
macro_rules! forms {
    ($name:ident { $($kind:ident => $variant:ident,)* }) => {
        const _: () = {
            struct AnyForm;

            impl<'de> ::serde::de::Visitor<'de> for AnyForm {
                type Value = $name;

                fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.write_str(concat!("a form of ", stringify!($name)))
                }

                $(crate::one_of::forms!(@visit $kind, $name::$variant);)*
            }

            impl<'de> ::serde::Deserialize<'de> for $name {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_any(AnyForm)
                }
            }
        };
    };
    (@visit object, $make:expr) => {
        fn visit_map<A: ::serde::de::MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
            let entries = ::serde::de::value::MapAccessDeserializer::new(entries);
            ::serde::Deserialize::deserialize(entries).map($make)
        }
    };
    (@visit array, $make:expr) => {
        fn visit_seq<A: ::serde::de::SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
            let items = ::serde::de::value::SeqAccessDeserializer::new(items);
            ::serde::Deserialize::deserialize(items).map($make)
        }
    };
    (@visit string, $make:expr) => {
        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok($make(text.to_owned()))
        }
    };
    (@visit integer, $make:expr) => {
        fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
            Ok($make(number))
        }

        fn visit_u64<E: ::serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
            let number = i64::try_from(number).map_err(E::custom)?;
            Ok($make(number))
        }
    };
}

pub(crate) use forms;

#[cfg(test)]
mod tests {
    use crate::types::{Conversation, ConversationTag};

    fn read(json: &str) -> Result<ConversationTag, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn value_is_read_into_the_form_of_its_kind() {
        assert!(
            matches!(read(r#"{"id":7}"#), Ok(ConversationTag::Details(tag)) if tag.id.is_some())
        );
        assert!(matches!(read("7"), Ok(ConversationTag::Id(7))));
        assert!(matches!(read("\"vip\""), Ok(ConversationTag::Text(text)) if text == "vip"));
    }

    #[test]
    fn value_of_another_kind_is_refused_by_name() {
        for json in ["true", "[]", "1.5", "18446744073709551615", "null"] {
            assert!(read(json).is_err(), "{json}");
        }
        let error = read("true").unwrap_err().to_string();
        assert!(
            error.contains("expected a form of ConversationTag"),
            "{error}"
        );
    }

    #[test]
    fn error_place_is_inside_the_form() {
        let deserializer = &mut serde_json::Deserializer::from_str(r#"{"tags":[null,{"id":[]}]}"#);
        let error = serde_path_to_error::deserialize::<_, Conversation>(deserializer).unwrap_err();
        assert_eq!(error.path().to_string(), "tags[1].id");
    }
}

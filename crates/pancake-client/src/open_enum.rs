//! Enums whose list of values is open: an unlisted value is kept as text. Generated code names the values of an enum
//! in [`values!`].

use serde::{Deserializer, de};

use crate::lenient::{AnyScalar, Scalar};

/// Reads a value; one of another type is taken as its JSON, so that it does not fail the response around it.
pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: From<String> + for<'a> From<&'a str>,
    D: Deserializer<'de>,
{
    let value = deserializer.deserialize_any(AnyScalar(|scalar: Scalar<'_>| match scalar {
        Scalar::Text(text) => Some(T::from(text)),
        other => other.into_text().map(T::from),
    }))?;
    value.ok_or_else(|| de::Error::invalid_type(de::Unexpected::Unit, &"text"))
}

/// Says why a text is none of the values of a closed enum.
pub(crate) fn none_of(name: &str, value: &str, values: &[&str]) -> String {
    format!("`{value}` is no {name}: use one of {}", values.join(", "))
}

/// Implements what an open enum is by its values: `"INBOX" => Inbox` for each that is known. The enum has one more variant,
/// `Other(String)`.
macro_rules! values {
    ($name:ident { $($wire:literal => $variant:ident,)* }) => {
        impl $name {
            /// The values that are known.
            pub const KNOWN: &'static [&'static str] = &[$($wire),*];

            /// The value as it goes over the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Other(text) => text,
                }
            }

            fn known(text: &str) -> Option<Self> {
                match text {
                    $($wire => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Other(text.to_owned()))
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self::known(&text).unwrap_or(Self::Other(text))
            }
        }

        impl ::std::convert::From<$name> for ::std::string::String {
            fn from(value: $name) -> Self {
                match value {
                    $name::Other(text) => text,
                    known => known.as_str().to_owned(),
                }
            }
        }

        crate::text::text_like!($name);

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::open_enum::deserialize(deserializer)
            }
        }

        #[cfg(feature = "schemars")]
        crate::json_schema::json_schema_of! {
            $name => { "type": "string", "examples": [$($wire),*] }
        }
    };
}

pub(crate) use values;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro makes methods of public types")]
mod tests {
    #[derive(Clone, Debug, PartialEq)]
    pub enum Kind {
        Inbox,
        Comment,
        Other(String),
    }

    values! { Kind { "INBOX" => Inbox, "COMMENT" => Comment, } }

    #[test]
    fn every_value_survives_a_round_trip() {
        for (text, kind) in [
            ("INBOX", Kind::Inbox),
            ("COMMENT", Kind::Comment),
            ("inbox", Kind::Other("inbox".to_owned())),
            ("", Kind::Other(String::new())),
        ] {
            assert_eq!(Kind::from(text), kind);
            assert_eq!(text.parse(), Ok(kind.clone()));
            assert_eq!(kind.to_string(), text);
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("{text:?}"));
            assert_eq!(serde_json::from_str::<Kind>(&json).unwrap(), kind);
            assert_eq!(Kind::from(String::from(kind.clone())), kind);
        }
        assert_eq!(Kind::KNOWN, ["INBOX", "COMMENT"]);
    }

    #[test]
    fn other_types_are_kept_as_json_except_null() {
        for (json, text) in [
            ("7", "7"),
            ("1.5", "1.5"),
            ("true", "true"),
            ("[1]", "[1]"),
            ("{}", "{}"),
        ] {
            assert_eq!(serde_json::from_str::<Kind>(json).unwrap(), text);
        }
        assert!(serde_json::from_str::<Kind>("null").is_err());
        assert_eq!(serde_json::from_str::<Option<Kind>>("null").unwrap(), None);
    }
}

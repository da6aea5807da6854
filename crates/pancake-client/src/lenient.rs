//! Reads fields of responses that are not quite what the API document says. xtask puts these functions on the fields of
//! response types, so that one odd value does not cost a whole page of rows.
//!
//! What means the same is taken for it (a number written as text, `1` for `true`); what means nothing in its place counts
//! as absent, as `null` does.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::undescribed::Undescribed;

/// Reads one field: what [`crate::object::fields!`] hands to serde. The function is a part of the type, so that it becomes
/// one with what calls it.
pub(crate) struct Read<F>(F);

impl<'de, T, F: FnOnce(Scalar<'_>) -> Option<T>> DeserializeSeed<'de> for Read<F> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(AnyScalar(self.0))
    }
}

/// A whole number, also as text or with `.0`.
pub(crate) fn integer() -> Read<impl FnOnce(Scalar<'_>) -> Option<i64>> {
    Read(|scalar: Scalar<'_>| match scalar {
        Scalar::Integer(number) => Some(number),
        Scalar::Float(number) => whole(number),
        Scalar::Text(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| whole(text.parse().ok()?))
        }
        _ => None,
    })
}

/// A number, also as text.
pub(crate) fn float() -> Read<impl FnOnce(Scalar<'_>) -> Option<f64>> {
    Read(|scalar: Scalar<'_>| match scalar {
        Scalar::Integer(number) => Some(number as f64),
        Scalar::Large(number) => Some(number as f64),
        Scalar::Float(number) => Some(number),
        Scalar::Text(text) => {
            let number = text.trim().parse().ok();
            number.filter(|number: &f64| number.is_finite())
        }
        _ => None,
    })
}

/// A flag, also as a number or as text.
pub(crate) fn flag() -> Read<impl FnOnce(Scalar<'_>) -> Option<bool>> {
    Read(|scalar: Scalar<'_>| match scalar {
        Scalar::Flag(flag) => Some(flag),
        Scalar::Integer(0) => Some(false),
        Scalar::Integer(1) => Some(true),
        Scalar::Float(0.0) => Some(false),
        Scalar::Float(1.0) => Some(true),
        Scalar::Text(text) => {
            let text = text.trim();
            let is = |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
            match (is(["true", "1"]), is(["false", "0"])) {
                (false, false) => None,
                (yes, _) => Some(yes),
            }
        }
        _ => None,
    })
}

/// Text, also as a number or flag.
pub(crate) fn text() -> Read<impl FnOnce(Scalar<'_>) -> Option<String>> {
    Read(|scalar: Scalar<'_>| scalar.into_text())
}

/// A list, without entries that are null.
pub(crate) fn list<T>() -> List<T> {
    List(PhantomData)
}

fn whole(number: f64) -> Option<i64> {
    // Beyond 2^53 a float no longer tells one whole number from the next.
    let exact = number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0;
    exact.then_some(number as i64)
}

/// What stands in the place of a plain value.
pub(crate) enum Scalar<'a> {
    Text(&'a str),
    Integer(i64),
    /// Beyond the range of `i64`.
    Large(u64),
    Float(f64),
    Flag(bool),
    Null,
    Other(Value),
}

impl Scalar<'_> {
    /// The value as text, unless it is null.
    #[inline]
    pub(crate) fn into_text(self) -> Option<String> {
        match self {
            Scalar::Text(text) => Some(text.to_owned()),
            Scalar::Integer(number) => Some(number.to_string()),
            Scalar::Large(number) => Some(number.to_string()),
            Scalar::Float(number) => Some(number.to_string()),
            Scalar::Flag(flag) => Some(flag.to_string()),
            // An object in the place of a text is kept as its JSON: it may be the reason of a failure.
            Scalar::Other(value) => Some(value.without_secrets().to_string()),
            Scalar::Null => None,
        }
    }
}

/// Reads a value in one go, and makes of it what it is told to. An untagged enum would do the same, but copies every text
/// twice.
pub(crate) struct AnyScalar<F>(pub(crate) F);

impl<'de, T, F: FnOnce(Scalar<'_>) -> T> Visitor<'de> for AnyScalar<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok((self.0)(Scalar::Text(text)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok((self.0)(Scalar::Integer(number)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        let scalar = i64::try_from(number).map_or(Scalar::Large(number), Scalar::Integer);
        Ok((self.0)(scalar))
    }

    fn visit_f64<E>(self, number: f64) -> Result<T, E> {
        Ok((self.0)(Scalar::Float(number)))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<T, E> {
        Ok((self.0)(Scalar::Flag(flag)))
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok((self.0)(Scalar::Null))
    }

    fn visit_none<E>(self) -> Result<T, E> {
        Ok((self.0)(Scalar::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<T, A::Error> {
        let value = Value::deserialize(SeqAccessDeserializer::new(items))?;
        Ok((self.0)(Scalar::Other(value)))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<T, A::Error> {
        let value = Value::deserialize(MapAccessDeserializer::new(entries))?;
        Ok((self.0)(Scalar::Other(value)))
    }
}

/// Reads a list.
pub(crate) struct List<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for List<T> {
    type Value = Option<Vec<T>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while items.next_element_seed(Entry(&mut list))?.is_some() {}
        Ok(Some(list))
    }
}

/// Reads one entry and puts it into the list, unless it is null. As a value on its way through serde a row, which is large,
/// would be moved about three times more.
struct Entry<'a, T>(&'a mut Vec<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Entry<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Entry<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entry of a list")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.push(T::deserialize(deserializer)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::types;

    #[test]
    fn odd_values_are_read_by_their_meaning() {
        let json = r#"{"conversations":[{"message_count":"12","seen":1,"has_phone":"False","snippet":7,
            "assignee_ids":[null,"u"],"ads":[null],"recent_phone_numbers":null}]}"#;
        let list: types::ConversationList = serde_json::from_str(json).unwrap();
        let row = &list.conversations.unwrap()[0];
        assert_eq!(row.message_count, Some(12));
        assert_eq!((row.seen, row.has_phone), (Some(true), Some(false)));
        assert_eq!(row.snippet.as_deref(), Some("7"));
        assert_eq!(row.assignee_ids.as_ref().map(Vec::len), Some(1));
        assert_eq!(row.ads.as_ref().map(Vec::len), Some(0));
    }

    #[test]
    fn meaningless_value_counts_as_absent() {
        for odd in ["\"many\"", "1.5", "[]", "{}", "null", "true", "1e300"] {
            let json = format!(r#"{{"message_count":{odd}}}"#);
            let row: types::Conversation = serde_json::from_str(&json).unwrap();
            assert_eq!(row.message_count, None, "{odd}");
        }
    }

    #[test]
    fn tags_keep_their_null_entries() {
        let row: types::Conversation = serde_json::from_str(r#"{"tags":[null,{"id":1}]}"#).unwrap();
        assert_eq!(row.tags.unwrap().len(), 2);
    }
}

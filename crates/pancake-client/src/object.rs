//! Objects of responses: known fields go into their places, unknown ones into `extra`. Generated code names the fields of a
//! type in [`fields!`], which reads and writes it.
//!
//! serde's `flatten` does the same in two steps, with a copy of what is unknown in between, and takes longer to compile.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A type with known fields, which may keep the unknown ones.
pub(crate) trait Object: Sized {
    /// What serde's errors call it.
    const NAME: &'static str;
    /// One value for each known field.
    type Field;

    /// The field with this name on the wire.
    fn field(name: &str) -> Option<Self::Field>;

    /// Reads all entries. Of a field that comes twice the last counts, as it does for unknown ones.
    fn read<'de, A: MapAccess<'de>>(entries: A) -> Result<Self, A::Error>;
}

/// Reads an object.
pub(crate) fn deserialize<'de, T: Object, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(WholeObject(PhantomData))
}

struct WholeObject<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for WholeObject<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::NAME)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<T, A::Error> {
        T::read(entries)
    }
}

/// The key of an entry. Only an unknown one is copied.
pub(crate) enum Key<F> {
    Known(F),
    Unknown(String),
}

/// Reads the key of an entry of `T`.
pub(crate) struct KeyOf<T>(PhantomData<T>);

impl<T> KeyOf<T> {
    pub(crate) fn new() -> Self {
        KeyOf(PhantomData)
    }
}

impl<'de, T: Object> DeserializeSeed<'de> for KeyOf<T> {
    type Value = Key<T::Field>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<T: Object> Visitor<'_> for KeyOf<T> {
    type Value = Key<T::Field>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(T::field(name).map_or_else(|| Key::Unknown(name.to_owned()), Key::Known))
    }
}

/// The value of an absent required field: an error, unless its type has a value for that.
#[allow(
    dead_code,
    reason = "only a document with required fields in responses needs it"
)]
pub(crate) fn absent<'de, T: Deserialize<'de>, E: de::Error>(name: &'static str) -> Result<T, E> {
    T::deserialize(Absent(name, PhantomData))
}

#[allow(
    dead_code,
    reason = "only a document with required fields in responses needs it"
)]
struct Absent<E>(&'static str, PhantomData<E>);

impl<'de, E: de::Error> Deserializer<'de> for Absent<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Implements `Deserialize` and `Serialize` for a type.
///
/// `"type" => type_` is an optional field and its name on the wire. `: text` behind it names the function of
/// [`crate::lenient`] that reads it; `: required` is a field that must come; `: collection` is one that is empty when it
/// does not come; `: undescribed` is one of any form, and `: undescribed_list` a list of such, in which secrets are hidden. With `..extra` at the end unknown fields are kept there, without it they are dropped.
macro_rules! fields {
    ($name:ident { $($wire:literal => $field:ident $(: $kind:ident)?,)* $(..$extra:ident)? }) => {
        const _: () = {
            #[allow(non_camel_case_types)]
            pub(crate) enum Field { $($field),* }

            impl crate::object::Object for $name {
                const NAME: &'static str = concat!("struct ", stringify!($name));
                type Field = Field;

                // Called for each key of each object, from other crates.
                #[inline]
                fn field(name: &str) -> Option<Field> {
                    match name {
                        $($wire => Some(Field::$field),)*
                        _ => None,
                    }
                }

                #[inline]
                fn read<'de, A: ::serde::de::MapAccess<'de>>(mut entries: A) -> Result<Self, A::Error> {
                    $(let mut $field = None;)*
                    $(let mut $extra = ::serde_json::Map::new();)?
                    while let Some(key) = entries.next_key_seed(crate::object::KeyOf::<Self>::new())? {
                        match key {
                            crate::object::Key::Known(field) => match field {
                                $(Field::$field => {
                                    $field = Some(crate::object::fields!(@read entries $($kind)?));
                                })*
                            },
                            crate::object::Key::Unknown(_name) => {
                                crate::object::fields!(@unknown entries, _name $(, $extra)?);
                            }
                        }
                    }
                    Ok($name {
                        $($field: match $field {
                            Some(value) => value,
                            None => crate::object::fields!(@absent $wire $($kind)?),
                        },)*
                        $($extra)?
                    })
                }
            }

            impl<'de> ::serde::Deserialize<'de> for $name {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    crate::object::deserialize(deserializer)
                }
            }

            impl ::serde::Serialize for $name {
                fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use ::serde::ser::SerializeMap as _;

                    let mut entries = serializer.serialize_map(None)?;
                    $(crate::object::fields!(@write entries, $wire, &self.$field $(, $kind)?);)*
                    $(for (name, value) in &self.$extra {
                        entries.serialize_entry(name, value)?;
                    })?
                    entries.end()
                }
            }
        };
    };
    (@read $entries:ident) => { $entries.next_value()? };
    (@read $entries:ident required) => { $entries.next_value()? };
    (@read $entries:ident collection) => { $entries.next_value::<Option<_>>()?.unwrap_or_default() };
    (@read $entries:ident undescribed) => {
        crate::undescribed::Undescribed::without_secrets($entries.next_value()?)
    };
    (@read $entries:ident undescribed_list) => {
        crate::undescribed::Undescribed::without_secrets($entries.next_value_seed(crate::lenient::list())?)
    };
    (@read $entries:ident $reader:ident) => { $entries.next_value_seed(crate::lenient::$reader())? };
    (@unknown $entries:ident, $name:ident, $extra:ident) => {
        crate::undescribed::keep(&mut $extra, $name, $entries.next_value()?)
    };
    (@unknown $entries:ident, $name:ident) => { $entries.next_value::<::serde::de::IgnoredAny>()? };
    (@absent $wire:literal required) => { crate::object::absent($wire)? };
    (@absent $wire:literal collection) => { ::std::default::Default::default() };
    (@absent $wire:literal $($reader:ident)?) => { None };
    (@write $entries:ident, $wire:literal, $value:expr, required) => {
        $entries.serialize_entry($wire, $value)?
    };
    (@write $entries:ident, $wire:literal, $value:expr, collection) => {
        if !$value.is_empty() {
            $entries.serialize_entry($wire, $value)?;
        }
    };
    (@write $entries:ident, $wire:literal, $value:expr $(, $reader:ident)?) => {
        if let Some(value) = $value {
            $entries.serialize_entry($wire, value)?;
        }
    };
}

pub(crate) use fields;

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    #[derive(Debug, PartialEq)]
    struct Thing {
        id: String,
        type_: Option<String>,
        count: Option<i64>,
        list: Vec<u8>,
        extra: Map<String, Value>,
    }

    fields! {
        Thing {
            "id" => id: required,
            "type" => type_,
            "count" => count: integer,
            "list" => list: collection,
            ..extra
        }
    }

    #[derive(Debug, Default, PartialEq)]
    struct Forgetful {
        a: Option<u8>,
    }

    fields! { Forgetful { "a" => a, } }

    fn read(json: &str) -> Result<Thing, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn unknown_fields_are_kept_and_written_last() {
        let thing = read(r#"{"new":[1],"type":"t","count":"3","id":"1","type_":2}"#).unwrap();
        assert_eq!((thing.id.as_str(), thing.count), ("1", Some(3)));
        assert_eq!(thing.type_.as_deref(), Some("t"));
        assert_eq!(Value::Object(thing.extra), json!({"new": [1], "type_": 2}));
        let thing = read(r#"{"z":null,"id":"1","count":null,"type":"t"}"#).unwrap();
        let text = serde_json::to_string(&thing).unwrap();
        assert_eq!(text, r#"{"id":"1","type":"t","z":null}"#);
        assert_eq!(read(&text).unwrap(), thing);
    }

    #[test]
    fn absent_or_null_collection_is_empty() {
        let [absent, filled] = [r#"{"id":"1"}"#, r#"{"id":"1","list":[7]}"#];
        let [null, empty] = [r#"{"id":"1","list":null}"#, r#"{"id":"1","list":[]}"#];
        for (json, written) in [
            (absent, absent),
            (null, absent),
            (empty, absent),
            (filled, filled),
        ] {
            let thing = read(json).unwrap();
            assert_eq!(serde_json::to_string(&thing).unwrap(), written);
        }
    }

    #[test]
    fn type_without_extra_drops_unknown_fields() {
        let thing: Forgetful = serde_json::from_str(r#"{"b":{"c":[1]},"a":7}"#).unwrap();
        assert_eq!(thing, Forgetful { a: Some(7) });
        assert_eq!(serde_json::to_string(&thing).unwrap(), r#"{"a":7}"#);
    }

    #[test]
    fn last_of_duplicate_keys_counts() {
        let thing = read(r#"{"id":"1","id":"2","x":1,"x":2}"#).unwrap();
        assert_eq!(thing.id, "2");
        assert_eq!(thing.extra["x"], 2);
    }

    #[test]
    fn errors_name_the_field_or_the_type() {
        let error = read(r#"{"type":"t"}"#).unwrap_err().to_string();
        assert!(error.starts_with("missing field `id`"), "{error}");
        for json in ["[\"1\",null,null]", "1", "null"] {
            let error = read(json).unwrap_err().to_string();
            assert!(error.contains("expected struct Thing"), "{error}");
        }
        let json = r#"{"id":"1","new":{},"type":[]}"#;
        let deserializer = &mut serde_json::Deserializer::from_str(json);
        let error = serde_path_to_error::deserialize::<_, Thing>(deserializer).unwrap_err();
        assert_eq!(error.path().to_string(), "type");
    }
}

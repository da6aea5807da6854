//! Numbers that the API writes as numbers or as text. [`Numeric`] replaces the generated type of the same name.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::undescribed::Undescribed;

/// A number that some responses write as text, such as money in ads statistics. Text is kept as it was written, so that no digit
/// is lost; a number of JSON has the digits of a 64-bit integer or float: `150000.50` becomes `150000.5`.
///
/// ```
/// use pancake_client::Numeric;
///
/// let spend: Numeric = serde_json::from_str("\"150000\"").unwrap();
/// assert_eq!(spend.as_f64(), Some(150_000.0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Numeric(Box<str>);

impl Numeric {
    /// As it was written; see [`Numeric`] for what JSON numbers lose.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a whole number, or `None` if it is not one or too large. `7.0` is one: the API writes some whole numbers so.
    pub fn as_i64(&self) -> Option<i64> {
        let text = self.0.trim();
        // A fraction of nothing but zeros is cut off as text: the way over a float would cost digits.
        let whole = text
            .split_once('.')
            .filter(|(_, fraction)| {
                !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0')
            })
            .map_or(text, |(whole, _)| whole);
        whole.parse().ok()
    }

    /// As a floating-point number, or `None` if it is not one.
    pub fn as_f64(&self) -> Option<f64> {
        self.0
            .trim()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
    }
}

impl From<i64> for Numeric {
    fn from(number: i64) -> Self {
        Numeric(number.to_string().into())
    }
}

impl fmt::Display for Numeric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text as it was written.
impl Serialize for Numeric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Takes numbers and text; anything else is kept as its JSON text, which is not a number.
impl<'de> Deserialize<'de> for Numeric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)?.without_secrets() {
            Value::String(text) => Numeric(text.into()),
            other => Numeric(other.to_string().into()),
        })
    }
}

#[cfg(feature = "schemars")]
crate::json_schema::json_schema_of! {
    Numeric => { "type": ["string", "number"], "description": "A number, maybe as text." },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_text_are_read_alike() {
        for (json, whole, float) in [
            ("7", Some(7), Some(7.0)),
            ("\"7\"", Some(7), Some(7.0)),
            ("7.5", None, Some(7.5)),
            ("7.0", Some(7), Some(7.0)),
            (
                "\"9007199254740993.00\"",
                Some(9_007_199_254_740_993),
                Some(9_007_199_254_740_992.0),
            ),
            ("\"7.\"", None, Some(7.0)),
            ("\".0\"", None, Some(0.0)),
            ("\"string\"", None, None),
            ("true", None, None),
            ("\"inf\"", None, None),
        ] {
            let number: Numeric = serde_json::from_str(json).unwrap();
            assert_eq!((number.as_i64(), number.as_f64()), (whole, float), "{json}");
        }
    }
}

//! Codes of errors: an open list. [`ErrorCode`] replaces the generated type of the same name.

use std::fmt;

use serde::de::DeserializeSeed;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lenient::integer;

/// A code of an error. The list of known codes is not complete, so an unknown code survives as its number.
///
/// `error_code` is Pancake's own; `e_code` and `e_subcode` come from the channel behind it. The same number means
/// different things in the two, so the constants of channel codes begin with `CHANNEL_`. What is known of each code is in
/// [`KnownFailure`](crate::codes::KnownFailure).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ErrorCode(i64);

impl ErrorCode {
    /// Any code.
    pub const fn new(code: i64) -> Self {
        ErrorCode(code)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl From<i64> for ErrorCode {
    fn from(code: i64) -> Self {
        ErrorCode(code)
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorCode({})", self.0)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

/// Takes a number, or a number as text; anything else is code 0, which means nothing.
impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = integer().deserialize(deserializer)?;
        Ok(ErrorCode(code.unwrap_or(0)))
    }
}

#[cfg(feature = "schemars")]
crate::json_schema::json_schema_of! {
    ErrorCode => { "type": ["integer", "string"], "description": "A code of an error." },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_code_survives_as_its_number() {
        for (json, code) in [
            ("102", 102),
            ("\"105\"", 105),
            ("987654321", 987_654_321),
            ("102.0", 102),
            ("\"x\"", 0),
        ] {
            let read: ErrorCode = serde_json::from_str(json).unwrap();
            assert_eq!(read.get(), code, "{json}");
        }
    }
}

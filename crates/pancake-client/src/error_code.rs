//! Codes of errors: an open list. [`ErrorCode`] replaces the generated type of the same name.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A code of an error. The list of known codes is not complete, so an unknown code survives as its number.
///
/// `error_code` is Pancake's own; `e_code` and `e_subcode` come from the channel behind it. The same number means
/// different things in the two, so the constants of channel codes begin with `CHANNEL_`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ErrorCode(i64);

impl ErrorCode {
    /// A parameter is missing or bad: fix the call.
    pub const BAD_PARAMETER: Self = ErrorCode(100);
    /// The token is missing: fix the call.
    pub const TOKEN_MISSING: Self = ErrorCode(101);
    /// The token is invalid, or of the wrong kind for this operation.
    pub const TOKEN_INVALID: Self = ErrorCode(102);
    /// The session of the user has expired: log in again.
    pub const SESSION_EXPIRED: Self = ErrorCode(103);
    /// Someone minted a new token for the page: load the new one.
    pub const TOKEN_ROTATED: Self = ErrorCode(105);
    /// Invalid token: stop.
    pub const TOKEN_REFUSED: Self = ErrorCode(106);
    /// Permission denied: stop.
    pub const PERMISSION_DENIED: Self = ErrorCode(107);
    /// The plan of the page does not allow this: stop.
    pub const PLAN_REFUSED: Self = ErrorCode(121);
    /// The subscription of the page has expired: stop.
    pub const SUBSCRIPTION_EXPIRED: Self = ErrorCode(122);
    /// Too many requests; this one was not executed: wait, then repeat.
    pub const TOO_MANY_REQUESTS: Self = ErrorCode(429);
    /// `e_code`: the channel refuses the message, on Facebook outside its 24 h window: stop.
    pub const CHANNEL_REFUSED: Self = ErrorCode(10);
    /// `e_code`: the post or comment is gone: stop.
    pub const CHANNEL_TARGET_GONE: Self = ErrorCode(100);
    /// `e_code`: the person is not available: stop.
    pub const CHANNEL_PERSON_UNAVAILABLE: Self = ErrorCode(551);
    /// `e_subcode`: outside Facebook's 24 h window: stop.
    pub const CHANNEL_OUTSIDE_WINDOW: Self = ErrorCode(2_018_278);
    /// `e_subcode`: a limit on Facebook's side: try much later.
    pub const CHANNEL_LIMIT: Self = ErrorCode(3_252_001);

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
        let code = match Value::deserialize(deserializer)? {
            Value::Number(number) => number.as_i64().or(number.as_f64().map(|code| code as i64)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
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
    fn an_unknown_code_survives_as_its_number() {
        for (json, code) in [
            ("102", 102),
            ("\"105\"", 105),
            ("987654321", 987_654_321),
            ("102.0", 102),
            ("\"x\"", 0),
        ] {
            assert_eq!(
                serde_json::from_str::<ErrorCode>(json).unwrap().get(),
                code,
                "{json}"
            );
        }
    }
}

//! Types for what must not be seen: they replace the generated types of tokens and of page settings.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::lenient::{AnyScalar, Scalar};

/// What stands in place of a secret in Debug, Display and serialized data.
pub const REDACTED: &str = "[REDACTED]";

/// A token, or another value as confidential as one.
///
/// Debug, Display and Serialize show neither the value nor its length; the memory is overwritten when the last owner
/// drops it. [`AccessToken::expose`] is the one way to the value.
///
/// ```
/// use pancake_client::secret::AccessToken;
///
/// let token = AccessToken::from("abc");
/// assert_eq!(format!("{token} {token:?}"), "[REDACTED] AccessToken([REDACTED])");
/// assert_eq!(token.expose(), "abc");
/// ```
#[derive(Clone)]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// The value. Never log it; addresses that hold it are secrets too.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether the token is the empty text.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl From<String> for AccessToken {
    fn from(value: String) -> Self {
        AccessToken(SecretString::from(value))
    }
}

impl From<&str> for AccessToken {
    fn from(value: &str) -> Self {
        AccessToken(SecretString::from(value))
    }
}

impl PartialEq for AccessToken {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for AccessToken {}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessToken({REDACTED})")
    }
}

impl fmt::Display for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Writes [`REDACTED`]: responses are dumped more often than tokens are meant to be written.
impl Serialize for AccessToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

/// Takes text; anything else is taken as its JSON text, so that an odd response does not fail as a whole and serde does
/// not quote a secret in an error.
impl<'de> Deserialize<'de> for AccessToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyScalar(|scalar: Scalar<'_>| {
            // Null has the text that JSON gives it.
            let text = scalar.into_text().unwrap_or_else(|| "null".to_owned());
            AccessToken::from(text)
        }))
    }
}

/// Settings of a page: some fifty keys, one of them the page token, so the whole is kept from sight.
///
/// Debug and Serialize show [`REDACTED`] only.
#[derive(Clone, Default)]
pub struct PageSettings {
    page_access_token: Option<AccessToken>,
    others: Map<String, Value>,
}

impl PageSettings {
    /// The page token in force, if the response has one. Reading it does not mint a new one.
    pub fn page_access_token(&self) -> Option<&AccessToken> {
        self.page_access_token.as_ref()
    }

    /// The other settings. Their meaning is not documented and they may hold further secrets: never log them.
    pub fn expose(&self) -> &Map<String, Value> {
        &self.others
    }
}

impl fmt::Debug for PageSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageSettings({REDACTED})")
    }
}

/// Writes [`REDACTED`] in place of the settings.
impl Serialize for PageSettings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

/// Takes an object; anything else counts as no settings.
impl<'de> Deserialize<'de> for PageSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Value::Object(mut others) = Value::deserialize(deserializer)? else {
            return Ok(PageSettings::default());
        };
        let page_access_token = match others.remove("page_access_token") {
            Some(Value::String(token)) if !token.is_empty() => Some(AccessToken::from(token)),
            _ => None,
        };
        Ok(PageSettings {
            page_access_token,
            others,
        })
    }
}

#[cfg(feature = "schemars")]
crate::json_schema::json_schema_of! {
    AccessToken => { "type": "string", "description": "A secret." },
    PageSettings => { "type": ["object", "string"], "description": "Settings of a page; a secret as a whole." },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_token_in_settings_is_never_shown() {
        let json = r#"{"page_access_token":"canary","other":{"secret":"canary"}}"#;
        let settings: PageSettings = serde_json::from_str(json).unwrap();
        assert_eq!(settings.page_access_token().unwrap().expose(), "canary");
        assert!(settings.expose().contains_key("other"));
        let shown = format!(
            "{settings:?} {settings:#?} {}",
            serde_json::to_string(&settings).unwrap()
        );
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn token_of_another_type_is_kept_as_json() {
        let token: AccessToken = serde_json::from_str("{\"a\":1}").unwrap();
        assert_eq!(token.expose(), "{\"a\":1}");
    }

    #[test]
    fn settings_of_another_type_count_as_none() {
        for json in [
            "[]",
            "\"\"",
            "7",
            "{\"page_access_token\":null}",
            "{\"page_access_token\":\"\"}",
        ] {
            let settings: PageSettings = serde_json::from_str(json).unwrap();
            assert!(settings.page_access_token().is_none(), "{json}");
        }
    }

    #[test]
    fn serializing_a_token_hides_its_length_too() {
        let long = serde_json::to_string(&AccessToken::from("x".repeat(500))).unwrap();
        assert_eq!(
            long,
            serde_json::to_string(&AccessToken::from("y")).unwrap()
        );
    }
}

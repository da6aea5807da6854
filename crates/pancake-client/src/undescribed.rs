//! Secrets in the parts of a response that the API document does not describe: unknown fields, and objects of any form.
//!
//! A page token can turn up there, in a new group of pages or next to the settings that had it before, and such parts are
//! shown by Debug and written by Serialize as they came.

use serde_json::{Map, Value};

use crate::secret::REDACTED;

/// What a response can hold undescribed.
pub(crate) trait Undescribed {
    /// Puts [`REDACTED`] in the place of every secret, however deep.
    fn without_secrets(self) -> Self;
}

impl Undescribed for Value {
    fn without_secrets(mut self) -> Self {
        hide(&mut self);
        self
    }
}

impl Undescribed for Map<String, Value> {
    fn without_secrets(mut self) -> Self {
        hide_in(&mut self);
        self
    }
}

impl<T: Undescribed> Undescribed for Option<T> {
    fn without_secrets(self) -> Self {
        self.map(T::without_secrets)
    }
}

impl<T: Undescribed> Undescribed for Vec<T> {
    fn without_secrets(self) -> Self {
        self.into_iter().map(T::without_secrets).collect()
    }
}

/// Keeps an unknown field.
pub(crate) fn keep(extra: &mut Map<String, Value>, name: String, mut value: Value) {
    hide_field(&name, &mut value);
    extra.insert(name, value);
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => hide_in(fields),
        Value::Array(entries) => entries.iter_mut().for_each(hide),
        _ => {}
    }
}

fn hide_in(fields: &mut Map<String, Value>) {
    for (name, value) in fields {
        hide_field(name, value);
    }
}

fn hide_field(name: &str, value: &mut Value) {
    if value.is_null() {
        return;
    }
    match is_secret(name, value) {
        true => *value = Value::from(REDACTED),
        false => hide(value),
    }
}

/// Tokens of any kind, sessions, settings, which hold one among tens of keys, and what else the API document keeps secret.
/// `SECURITY.md` and `docs/tokens.md` have the same list.
fn is_secret(name: &str, value: &Value) -> bool {
    let ends_with = |end: &str| {
        let start = name.len().checked_sub(end.len());
        start
            .and_then(|start| name.get(start..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    let ends = [
        "token",
        "token_for_business",
        "session_id",
        "sessionid",
        "jwt",
    ];
    // A number counts them.
    let unless_counted = ["tokens", "session", "sessions"];
    let words = ["secret", "password", "api_key", "apikey"];
    name.eq_ignore_ascii_case("settings")
        || ends.into_iter().any(ends_with)
        || !value.is_number() && unless_counted.into_iter().any(ends_with)
        || words.iter().any(|word| contains(name, word))
}

/// Whether a word of ASCII stands in the name, in any letters.
fn contains(name: &str, word: &str) -> bool {
    let mut places = name.as_bytes().windows(word.len());
    places.any(|place| place.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secret_is_hidden_at_every_depth() {
        let value = json!({
            "settings": {"anything": 1},
            "a": [{"page_access_token": "t", "b": 1}, [{"accessToken": 7, "User_Access_Token": ["t"]}]],
            "access_token_kind": "page",
            "token": null,
            "access_token": null,
            "created_by": {"token_for_business": "t", "session_id": "t", "Session_Id": "t", "fb_token": "t"},
            "webhook_secret": "t", "clientSecret": "t", "passwords": ["t"], "api_key_2": "t", "tokens": 2,
        });
        assert_eq!(
            value.without_secrets(),
            json!({
                "settings": REDACTED,
                "a": [{"page_access_token": REDACTED, "b": 1}, [{"accessToken": REDACTED, "User_Access_Token": REDACTED}]],
                "access_token_kind": "page",
                "token": null,
                "access_token": null,
                "created_by": {
                    "token_for_business": REDACTED, "session_id": REDACTED, "Session_Id": REDACTED, "fb_token": REDACTED,
                },
                "webhook_secret": REDACTED, "clientSecret": REDACTED, "passwords": REDACTED, "api_key_2": REDACTED,
                "tokens": 2,
            })
        );
    }

    #[test]
    fn names_beyond_ascii_are_compared() {
        for name in ["", "é", "ếtoken", "ếoken", "accesstoke\u{301}n", "ếecret"] {
            let secret = is_secret(name, &json!("t"));
            assert_eq!(secret, name == "ếtoken", "{name}");
        }
    }

    #[test]
    fn tokens_and_sessions_are_hidden_unless_counted() {
        let several = [
            json!({"page_access_tokens": {"1": "eyJ"}}),
            json!({"tokens": ["eyJ"]}),
            json!({"a": {"accessTokens": "eyJ"}}),
            json!({"Settings": {"any": "eyJ"}, "SETTINGS": "eyJ"}),
            json!({"session": "eyJ", "Sessions": [{"id": "eyJ"}], "user_session": {"a": "eyJ"}}),
            json!({"jwt": "eyJ", "page_jwt": "eyJ", "JWT": ["eyJ"]}),
        ];
        for value in several {
            let shown = value.clone().without_secrets().to_string();
            assert!(!shown.contains("eyJ"), "{value} became {shown}");
        }
        let counted = json!({"tokens": 2, "total_sessions": 3, "session": 4, "jwt": null, "is_session_open": true});
        assert_eq!(counted.clone().without_secrets(), counted);
    }
}

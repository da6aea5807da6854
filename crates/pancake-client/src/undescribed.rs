//! Secrets in the parts of an answer that the API document does not describe: unknown fields, and objects of any form.
//!
//! A page token can turn up there, in a new group of pages or beside the settings that had it before, and such parts are
//! shown by Debug and written by Serialize as they came.

use serde_json::{Map, Value};

use crate::secret::REDACTED;

/// What an answer can hold undescribed.
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
    match is_secret(name) {
        true => *value = Value::from(REDACTED),
        false => hide(value),
    }
}

/// Access tokens of any kind, and settings, which hold one among tens of keys.
fn is_secret(name: &str) -> bool {
    let ends_with = |end: &str| {
        let start = name.len().checked_sub(end.len());
        start
            .and_then(|start| name.get(start..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    name == "settings" || ends_with("access_token") || ends_with("accesstoken")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_secret_is_hidden_however_deep_and_the_rest_stays() {
        let value = json!({
            "settings": {"anything": 1},
            "a": [{"page_access_token": "t", "b": 1}, [{"accessToken": 7, "User_Access_Token": ["t"]}]],
            "access_token_kind": "page",
            "token": null,
            "access_token": null,
        });
        assert_eq!(
            value.without_secrets(),
            json!({
                "settings": REDACTED,
                "a": [{"page_access_token": REDACTED, "b": 1}, [{"accessToken": REDACTED, "User_Access_Token": REDACTED}]],
                "access_token_kind": "page",
                "token": null,
                "access_token": null,
            })
        );
    }

    #[test]
    fn a_name_in_any_letters_is_looked_at_without_a_panic() {
        for name in [
            "",
            "é",
            "ếaccess_token",
            "ếccess_token",
            "accesstoke\u{301}n",
        ] {
            assert_eq!(is_secret(name), name == "ếaccess_token", "{name}");
        }
    }
}

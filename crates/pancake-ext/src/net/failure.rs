//! Finds the failure in an answer of JSON, also one that is not quite in order: whoever reads only what is well-formed takes a
//! refusal with half a sign in its text for a success.

use std::fmt;

use memchr::memmem;
use pancake_client::secret::AccessToken;
use pancake_client::types::ApiError;
use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::scrub;
use crate::error::{channel_code, own_code, word};

/// What decides, and what people are told, at the top of an answer.
const KEYS: [&str; 8] = [
    "success",
    "error_code",
    "errors",
    "e_code",
    "e_subcode",
    "message_code",
    "message",
    "error",
];

/// The failure that an answer with a status of success reports, if it reports one.
///
/// A search for the words comes first: it costs next to nothing, while a second parse of every answer would cost as much
/// as the first.
pub(super) fn in_success(body: &[u8], token: Option<&AccessToken>) -> Option<ApiError> {
    if !suspicious(body) {
        return None;
    }
    let text = String::from_utf8_lossy(body);
    let head = head(&text);
    if reports_failure(&api_error(head.clone(), None)) {
        Some(whole(&text, head, token))
    } else {
        None
    }
}

/// What an answer with a status of failure reports; nothing if it is no object of any use.
pub(super) fn in_error(body: &[u8], token: Option<&AccessToken>) -> Option<ApiError> {
    let text = String::from_utf8_lossy(body);
    let head = head(&text);
    match serde_json::from_str::<Map<String, Value>>(&text) {
        Ok(object) => Some(api_error(object, token)),
        Err(_) if head.is_empty() => None,
        Err(_) => Some(api_error(head, token)),
    }
}

/// Whether an answer is a failure by its envelope, for the benches.
#[cfg(feature = "_bench")]
pub(crate) fn is_in(body: &[u8]) -> bool {
    in_success(body, None).is_some()
}

/// All that the answer says, or, if not all of it can be read, what stood at its top.
fn whole(text: &str, head: Map<String, Value>, token: Option<&AccessToken>) -> ApiError {
    api_error(serde_json::from_str(text).unwrap_or(head), token)
}

/// Whether a word that can mean a failure stands anywhere in the answer.
fn suspicious(body: &[u8]) -> bool {
    // Most answers end so, and the end of an answer is that of its outermost object: nothing else in it decides.
    if body.trim_ascii_end().ends_with(b",\"success\":true}") {
        return false;
    }
    let code = memmem::find_iter(body, b"code\"").any(|at| {
        let before = &body[..at];
        [&b"\"error_"[..], b"\"e_", b"\"e_sub", b"\"message_"]
            .iter()
            .any(|start| before.ends_with(start))
            && !value_begins(&body[at + b"code\"".len()..], b"null")
    });
    code || mentions(body, b"\"success\"", b"true") || mentions(body, b"\"errors\"", b"null")
}

/// Whether `key` stands in the body with another value than the harmless one.
fn mentions(body: &[u8], key: &[u8], harmless: &[u8]) -> bool {
    memmem::find_iter(body, key).any(|at| !value_begins(&body[at + key.len()..], harmless))
}

/// Whether what follows is no value of a key at all, or this one.
fn value_begins(rest: &[u8], harmless: &[u8]) -> bool {
    match rest.trim_ascii_start().strip_prefix(b":") {
        Some(value) => value.trim_ascii_start().starts_with(harmless),
        None => true,
    }
}

/// Whether an answer is a failure. `success` decides where it is said; without it a code or a list of errors does.
fn reports_failure(api: &ApiError) -> bool {
    match api.success {
        Some(success) => !success,
        None => {
            own_code(api).is_some()
                || channel_code(api).is_some()
                || word(api).is_some()
                || api.errors.as_ref().is_some_and(|errors| !errors.is_empty())
                || api.extra.contains_key(CODE_AS_SENT)
        }
    }
}

/// Where a code is kept that is no number.
const CODE_AS_SENT: &str = "error_code_as_sent";

/// The error of an object, with odd fields brought into the types of [`ApiError`], so that none hides the rest.
fn api_error(mut object: Map<String, Value>, token: Option<&AccessToken>) -> ApiError {
    if let Some(errors) = object.remove("errors") {
        object.insert("errors".to_owned(), Value::Array(listed(errors)));
    }
    if let Some(Value::String(code)) = object.get("error_code")
        && !code.trim().is_empty()
        && code.trim().parse::<i64>().is_err()
    {
        let code = Value::String(code.clone());
        object.insert(CODE_AS_SENT.to_owned(), code);
    }
    let mut whole = Value::Object(object);
    scrub::value(&mut whole, token);
    serde_json::from_value(whole).unwrap_or_default()
}

/// A list of errors, whatever stands in its place: one error, codes, texts.
fn listed(errors: Value) -> Vec<Value> {
    match errors {
        Value::Array(items) => items.into_iter().filter_map(entry).collect(),
        Value::Object(fields) if fields.is_empty() => Vec::new(),
        other => entry(other).into_iter().collect(),
    }
}

fn entry(error: Value) -> Option<Value> {
    let (key, value) = match error {
        Value::Null | Value::Bool(false) => return None,
        Value::Object(_) => return Some(error),
        Value::Number(_) if error == 0 => return None,
        Value::Number(_) => ("error_code", error),
        Value::String(text) if text.trim().is_empty() => return None,
        Value::String(text) => match text.trim().parse::<i64>() {
            Ok(code) => ("error_code", Value::from(code)),
            Err(_) => ("message", Value::String(text)),
        },
        other => ("message", other),
    };
    Some(Value::Object(Map::from_iter([(key.to_owned(), value)])))
}

/// The fields in [`KEYS`], as far as the text can be read. Of one that comes twice the last counts.
fn head(text: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut json = serde_json::Deserializer::from_str(text);
    // Where the text is broken the reading ends; what was read before it stays.
    let _whole = json.deserialize_map(Head(&mut fields)).is_ok();
    fields
}

struct Head<'a>(&'a mut Map<String, Value>);

impl<'de> Visitor<'de> for Head<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(key) = entries.next_key_seed(Key)? {
            match key {
                Some(key) => {
                    // Split off as text, so that a value that can't be built costs itself and nothing else.
                    let value = entries.next_value::<&RawValue>()?;
                    self.0.insert(key.to_owned(), readable(value.get()));
                }
                None => {
                    entries.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Reads a key as bytes, since as text one with half a surrogate would be an error.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Option<&'static str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_bytes<E>(self, key: &[u8]) -> Result<Self::Value, E> {
        Ok(KEYS.into_iter().find(|known| known.as_bytes() == key))
    }
}

/// The value of a piece of JSON; a text with half a surrogate without that; nothing for what can't be built, such as
/// a number without end or hundreds of lists in each other.
fn readable(json: &str) -> Value {
    if let Ok(value) = serde_json::from_str(json) {
        return value;
    }
    let text = serde_json::Deserializer::from_str(json).deserialize_bytes(LossyText);
    text.map_or(Value::Null, Value::String)
}

struct LossyText;

impl Visitor<'_> for LossyText {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_bytes<E>(self, text: &[u8]) -> Result<String, E> {
        Ok(String::from_utf8_lossy(text).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(body: impl AsRef<[u8]>) -> Option<ApiError> {
        in_success(body.as_ref(), None)
    }

    fn code(body: impl AsRef<[u8]>) -> Option<i64> {
        let body = body.as_ref();
        let shown = String::from_utf8_lossy(body);
        let api = failure(body).unwrap_or_else(|| panic!("{shown} passes as a success"));
        own_code(&api).map(|code| code.get())
    }

    #[test]
    fn a_refusal_with_a_part_that_cannot_be_built_stays_a_refusal_with_its_code() {
        let deep = format!(
            r#"{{"original_error":{}{},"success":false,"error_code":429}}"#,
            "[".repeat(200),
            "]".repeat(200)
        );
        let deep_errors = deep.replace("original_error", "errors");
        let cases: [(&[u8], i64); 9] = [
            (
                br#"{"success":false,"message":"\ud83d!","error_code":105}"#,
                105,
            ),
            (br#"{"success":false,"\ud83d":1,"error_code":105}"#, 105),
            (
                b"{\"success\":false,\"message\":\"kh\xe1\",\"error_code\":105}",
                105,
            ),
            (br#"{"success":false,"error_code":105,"x":1e999}"#, 105),
            (br#"{"success":false,"e_code":1e999,"error_code":105}"#, 105),
            (br#"{"success":false,"error_code":105}<!-- 3 ms -->"#, 105),
            (br#"{"success":false,"error_code":105,"message":"acc"#, 105),
            (deep.as_bytes(), 429),
            (deep_errors.as_bytes(), 429),
        ];
        for (body, expected) in cases {
            let shown = String::from_utf8_lossy(body);
            assert_eq!(code(body), Some(expected), "{shown}");
            let in_error = in_error(body, None).as_ref().and_then(own_code);
            assert_eq!(in_error.map(|code| code.get()), Some(expected), "{shown}");
        }
        let api = failure(cases[0].0).unwrap();
        assert!(api.message.unwrap().ends_with('!'));
    }

    #[test]
    fn what_is_well_formed_beside_a_bad_byte_is_kept() {
        let api = failure(b"{\"success\":false,\"message\":\"kh\xe1\",\"trace\":7}").unwrap();
        assert_eq!(api.extra["trace"], 7);
        assert_eq!(api.message.as_deref(), Some("kh\u{fffd}"));
    }

    #[test]
    fn the_flag_is_read_in_every_spelling() {
        for no in [
            "false",
            "0",
            "0.0",
            "\"0\"",
            "\"false\"",
            "\"False\"",
            "\" FALSE \"",
        ] {
            let body = format!(r#"{{"success":{no},"message":"m"}}"#);
            assert!(failure(&body).is_some(), "{body}");
        }
        for yes in ["true", "1", "\"1\"", "\"True\""] {
            let body = format!(r#"{{"success":{yes},"error_code":102,"errors":[1]}}"#);
            assert!(failure(&body).is_none(), "{body}");
        }
    }

    #[test]
    fn a_code_or_a_list_of_errors_is_a_failure_where_success_is_not_said() {
        for (body, expected) in [
            (r#"{"error_code":102,"message":"m"}"#, Some(102)),
            (r#"{"error_code":"102","success":null}"#, Some(102)),
            (r#"{"error_code":7,"error_code":102}"#, Some(102)),
            (r#"{"error_code":"NO_PLAN"}"#, None),
            (r#"{"errors":[{"error_code":121}]}"#, Some(121)),
            (r#"{"errors":{"error_code":121}}"#, Some(121)),
            (r#"{"errors":{"detail":"Not Found"}}"#, None),
            (r#"{"errors":"121"}"#, Some(121)),
            (r#"{"errors":["no"]}"#, None),
            (r#"{"e_code":10,"message":"(#10)"}"#, None),
            (r#"{"e_subcode":2018278}"#, None),
            (
                r#"{"message_code":"invalid_upload_fb_attachments_result"}"#,
                None,
            ),
        ] {
            assert_eq!(code(body), expected, "{body}");
        }
    }

    #[test]
    fn what_means_no_code_is_no_failure() {
        for body in [
            r#"{"error_code":0,"tags":[]}"#,
            r#"{"error_code":"0","tags":[]}"#,
            r#"{"error_code":"","tags":[]}"#,
            r#"{"error_code":null,"e_code":0,"e_subcode":null,"message_code":"","errors":[]}"#,
            r#"{"errors":{},"tags":[]}"#,
            r#"{"errors":null}"#,
            r#"{"errors":""}"#,
            r#"{"errors":[null]}"#,
            r#"{"success":"maybe"}"#,
            r#"{"error_code":102,"error_code":0}"#,
            r#"{"message":"say \"success\":false"}"#,
            r#"{"data":{"success":false,"error_code":102}}"#,
            r#"{"postal_code":"7","zip_code":7}"#,
            r#"[{"success":false}]"#,
        ] {
            assert!(failure(body).is_none(), "{body}");
        }
    }

    #[test]
    fn a_zero_in_front_of_a_list_does_not_hide_what_the_list_says() {
        for body in [
            r#"{"success":false,"error_code":0,"errors":[{"error_code":121}]}"#,
            r#"{"success":false,"error_code":"","errors":[{"error_code":0},{"error_code":121}]}"#,
            r#"{"success":false,"errors":[121]}"#,
            r#"{"success":false,"errors":[null,"x","121"]}"#,
        ] {
            assert_eq!(code(body), Some(121), "{body}");
        }
    }
}

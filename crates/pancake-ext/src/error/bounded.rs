//! Keeps errors small, whatever the server wrote: they are cloned, logged and stored.

use std::io::{self, Write};

use pancake_client::types::{ApiError, ApiErrorItem};
use serde_json::{Map, Value};

use super::KEPT_BODY;

/// Bytes of a text for people.
const TEXT: usize = 1024;

/// Entries of a list of errors.
const ENTRIES: usize = 16;

/// The beginning of a text that is too long.
pub(super) fn text(mut text: String) -> String {
    cut(&mut text, TEXT);
    text
}

/// What the server reported, without what is too large: texts and values are cut, and of fields that nobody knows those are
/// kept that come first.
pub(super) fn api(mut api: ApiError) -> ApiError {
    api.message = api.message.map(text);
    api.error = api.error.map(text);
    api.message_code = api.message_code.map(text);
    api.original_error = api.original_error.map(|error| value(error, KEPT_BODY));
    api.extra = fields(api.extra, KEPT_BODY);
    if let Some(errors) = &mut api.errors {
        errors.truncate(ENTRIES);
        errors.iter_mut().for_each(entry);
    }
    api
}

fn entry(error: &mut ApiErrorItem) {
    error.message = error.message.take().map(text);
    error.extra = fields(std::mem::take(&mut error.extra), TEXT);
}

fn fields(all: Map<String, Value>, room: usize) -> Map<String, Value> {
    let mut left = room;
    let mut kept = Map::new();
    for (name, content) in all {
        let content = value(content, left);
        left = left.saturating_sub(name.len() + size(&content));
        if left == 0 {
            break;
        }
        kept.insert(name, content);
    }
    kept
}

/// The value, or the beginning of its JSON.
fn value(value: Value, room: usize) -> Value {
    if let Value::String(mut text) = value {
        cut(&mut text, room);
        return Value::String(text);
    }
    let mut json = Beginning {
        bytes: Vec::new(),
        room,
    };
    match serde_json::to_writer(&mut json, &value) {
        Ok(()) => value,
        Err(_) => {
            let mut text = String::from_utf8_lossy(&json.bytes).into_owned();
            // It broke off there.
            text.push('…');
            cut(&mut text, room);
            Value::String(text)
        }
    }
}

/// Bytes of the JSON of a value that is known to be short.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        other => other.to_string().len(),
    }
}

/// Cuts a text to `room` bytes, the ellipsis among them.
fn cut(text: &mut String, room: usize) {
    const ELLIPSIS: char = '…';
    if text.len() <= room {
        return;
    }
    let mut end = room.saturating_sub(ELLIPSIS.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push(ELLIPSIS);
    text.shrink_to_fit();
}

/// Takes what there is room for, and fails at more.
struct Beginning {
    bytes: Vec<u8>,
    room: usize,
}

impl Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let free = self.room.saturating_sub(self.bytes.len());
        let taken = bytes.len().min(free);
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_long_text_is_cut_between_two_signs_and_says_so() {
        let cut = text("ế".repeat(50_000));
        assert!(cut.len() <= TEXT && cut.len() > TEXT - 8, "{}", cut.len());
        assert!(cut.ends_with("ế…"), "{cut}");
        assert_eq!(text(cut.clone()), cut);
        assert_eq!(text("ế".into()), "ế");
    }

    #[test]
    fn an_error_of_the_api_stays_small_and_keeps_its_codes() {
        let long = "x".repeat(100_000);
        let many = vec![json!({"error_code": 7, "message": long, "deep": [long]}); 50];
        let reported: ApiError = serde_json::from_value(json!({
            "error_code": 121, "message": long, "error": long, "message_code": long,
            "original_error": {"a": [long]}, "errors": many, "trace": "t", "u": [long, 1], "v": long, "w": 7,
        }))
        .unwrap();
        let small = api(reported);
        assert!(serde_json::to_vec(&small).unwrap().len() < 64 * 1024);
        assert_eq!(small.error_code.map(|code| code.get()), Some(121));
        assert_eq!(small.errors.as_ref().map(Vec::len), Some(ENTRIES));
        assert_eq!(small.extra["trace"], "t");
        let original = small.original_error.unwrap();
        assert!(original.as_str().unwrap().starts_with(r#"{"a":["xx"#));
    }

    #[test]
    fn an_error_of_the_usual_size_is_left_as_it_is() {
        let json = json!({
            "error_code": 10, "message": "m", "original_error": {"code": 10}, "a": {"b": [1]}, "c": "d",
            "errors": [{"error_code": 1, "message": "n", "e": 2}],
        });
        let small = api(serde_json::from_value(json.clone()).unwrap());
        assert_eq!(serde_json::to_value(&small).unwrap(), json);
    }
}

//! Reads captured responses: bodies, several of them one after the other, and journals of pancake-mock.
//!
//! What a file holds can be customer data, so that no problem here repeats a part of it.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::spec::{Diagnostic, Diagnostics};

/// The keys of a journal's entry that nothing else has together.
const ENTRY: [&str; 4] = ["operation", "status", "response_body", "query"];

/// One captured response.
#[derive(Clone)]
pub(super) struct Captured {
    /// The file as the person named it.
    pub(super) file: String,
    /// Which of the responses in the file, counted from 1.
    pub(super) number: usize,
    /// The operation, when the capture says it.
    pub(super) operation: Option<String>,
    /// The HTTP status, when the capture says it.
    pub(super) status: Option<u64>,
    /// The response.
    pub(super) body: Value,
}

/// Everything in the files.
#[derive(Default)]
pub(super) struct Captures {
    /// The responses.
    pub(super) responses: Vec<Captured>,
    /// Answers that are not JSON: HTML, cut off, or none.
    pub(super) not_json: u64,
    /// Requests to no operation.
    pub(super) no_operation: u64,
    /// Whether some come from a journal of the mock.
    pub(super) from_mock: bool,
}

/// Reads all files.
///
/// # Errors
///
/// When a file can't be read, is not JSON, or holds nothing; every such file is named.
pub(super) fn read(files: &[PathBuf]) -> Result<Captures, Diagnostics> {
    let mut captures = Captures::default();
    let mut problems = Vec::new();
    for file in files {
        match values(file) {
            Ok(values) => captures.take(&file.display().to_string(), values),
            Err(found) => problems.extend(found.0),
        }
    }
    if problems.is_empty() {
        Ok(captures)
    } else {
        Err(Diagnostics(problems))
    }
}

/// The JSON values of a file: one, or several as in JSON lines.
fn values(path: &Path) -> Result<Vec<Value>, Diagnostics> {
    let shown = path.display().to_string();
    if path.is_dir() {
        let what = "this is a directory";
        return Err(Diagnostic::file(shown, what, "name the files in it").into());
    }
    let bytes = std::fs::read(path).map_err(|error| {
        let what = format!("the file cannot be read ({error})");
        Diagnostic::file(&shown, what, "check the path and its permissions")
    })?;
    let content = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_slice(content).into_iter::<Value>() {
        values.push(value.map_err(|error| not_json(&shown, &error))?);
    }
    if values.is_empty() {
        let fix = "save the body of a response in it";
        return Err(Diagnostic::file(shown, "the file holds nothing", fix).into());
    }
    Ok(values)
}

/// In our own words: the parser's could repeat the text.
fn not_json(file: &str, error: &serde_json::Error) -> Diagnostic {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "the JSON ends too early",
        _ => "not readable as JSON",
    };
    let what = format!("{what}, at column {}", error.column());
    let fix = "save the body of the response as it came, without headers";
    Diagnostic::line(file, error.line().max(1), what, fix)
}

impl Captures {
    fn take(&mut self, file: &str, values: Vec<Value>) {
        let mut number = 0;
        for value in values {
            for value in entries(value) {
                number += 1;
                self.take_one(file, number, value);
            }
        }
    }

    fn take_one(&mut self, file: &str, number: usize, value: Value) {
        let mut response = Captured {
            file: file.to_owned(),
            number,
            operation: None,
            status: None,
            body: Value::Null,
        };
        match value {
            Value::Object(mut entry) if is_entry(&entry) => {
                self.from_mock = true;
                let body = entry.remove("response_body").unwrap_or_default();
                response.status = entry.get("status").and_then(Value::as_u64);
                match entry.get("operation").and_then(Value::as_str) {
                    None => self.no_operation += 1,
                    // The journal gives what it could not read as JSON as text.
                    Some(_) if !is_body(&body) => self.not_json += 1,
                    Some(operation) => {
                        response.operation = Some(operation.to_owned());
                        response.body = body;
                        self.responses.push(response);
                    }
                }
            }
            body if is_body(&body) => {
                response.body = body;
                self.responses.push(response);
            }
            _ => self.not_json += 1,
        }
    }
}

/// The entries of a journal, or the value itself.
fn entries(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items)
            if !items.is_empty()
                && items
                    .iter()
                    .all(|item| item.as_object().is_some_and(is_entry)) =>
        {
            items
        }
        other => vec![other],
    }
}

fn is_entry(object: &Map<String, Value>) -> bool {
    ENTRY.iter().all(|key| object.contains_key(*key))
}

/// No operation answers with a bare text or number.
fn is_body(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn captures(content: &[u8]) -> Result<Captures, String> {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("capture.json");
        std::fs::write(&file, content).unwrap();
        read(&[file]).map_err(|problems| {
            let shown = directory.path().display().to_string();
            problems.to_string().replace(&shown, "")
        })
    }

    #[test]
    fn bodies_follow_each_other() {
        let read = |content| captures(content).unwrap().responses.len();
        assert_eq!(read(b"\xef\xbb\xbf{\"a\": 1}"), 1);
        assert_eq!(read(b"{\"a\": 1}\n{\"b\": 2}\n[]\n"), 3);
    }

    #[test]
    fn journal_names_operation_and_status() {
        let entry = |operation: Value, status: u64, body: Value| json!({"operation": operation, "status": status, "query": [], "response_body": body});
        let journal = json!([
            entry(json!("list_tags"), 200, json!({"tags": []})),
            entry(json!("list_tags"), 502, json!("<html>")),
            entry(Value::Null, 404, json!({"a": 1})),
        ]);
        let read = captures(journal.to_string().as_bytes()).unwrap();
        assert_eq!(
            (read.not_json, read.no_operation, read.from_mock),
            (1, 1, true)
        );
        let response = &read.responses[0];
        assert_eq!(
            (
                response.operation.as_deref(),
                response.status,
                response.number
            ),
            (Some("list_tags"), Some(200), 1)
        );
    }

    #[test]
    fn broken_files_are_named_without_their_content() {
        for (content, message) in [
            (
                &b"{\"canary\": canary}"[..],
                "/capture.json:1: not readable as JSON, at column 12; save the body of the response as it came, without headers",
            ),
            (
                b"{\"canary\":\n \"canary",
                "/capture.json:2: the JSON ends too early, at column 8; save the body of the response as it came, without headers",
            ),
            (
                b"",
                "/capture.json: the file holds nothing; save the body of a response in it",
            ),
            (
                b"\xff\xfe canary",
                "/capture.json:1: not readable as JSON, at column 1; save the body of the response as it came, without headers",
            ),
        ] {
            assert_eq!(captures(content).err().unwrap(), message);
        }
        let deep = "[".repeat(100_000);
        assert!(captures(deep.as_bytes()).is_err());
    }
}

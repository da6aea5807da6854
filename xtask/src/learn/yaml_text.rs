//! Writes a schema as the document is written: two blanks a level, texts quoted where they have to be.

use serde_json::Value;

/// The lines of `key: value`, indented by so many blanks.
pub(super) fn entry(key: &str, value: &Value, indent: usize) -> Vec<String> {
    let blanks = " ".repeat(indent);
    let head = format!("{blanks}{}:", scalar(&Value::from(key), false));
    match value {
        Value::Object(map) if !map.is_empty() => {
            let mut lines = vec![head];
            for (key, value) in map {
                lines.extend(entry(key, value, indent + 2));
            }
            lines
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            let mut lines = vec![head];
            for item in items {
                lines.extend(list_item(item, indent + 2));
            }
            lines
        }
        // Addresses and remarks are quoted throughout the document.
        other => vec![format!(
            "{head} {}",
            flow(other, ["$ref", "x-observed"].contains(&key))
        )],
    }
}

fn list_item(item: &Value, indent: usize) -> Vec<String> {
    let blanks = " ".repeat(indent);
    match item {
        Value::Object(map) if !map.is_empty() => {
            let mut lines = Vec::new();
            for (key, value) in map {
                lines.extend(entry(key, value, indent + 2));
            }
            if let Some(first) = lines.first_mut() {
                *first = format!("{blanks}- {}", first.trim_start());
            }
            lines
        }
        other => vec![format!("{blanks}- {}", flow(other, false))],
    }
}

/// A value on one line.
fn flow(value: &Value, quoted: bool) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, false)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(key, value)| {
                    format!(
                        "{}: {}",
                        scalar(&Value::from(key.as_str()), false),
                        flow(value, false)
                    )
                })
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => scalar(other, quoted),
    }
}

fn scalar(value: &Value, quoted: bool) -> String {
    match value.as_str() {
        Some(text) if !quoted && is_plain(text) => text.to_owned(),
        // JSON's way to quote is one of YAML's.
        _ => value.to_string(),
    }
}

/// Whether a text can stand without quotes, in a list too, and for a reader of YAML 1.1 as well.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$');
    let letters = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || " _-./;$".contains(c));
    starts
        && letters
        && !text.ends_with(' ')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::spec::Document;

    #[test]
    fn what_is_written_is_read_back() {
        let value = json!({
            "description": "a: b # c",
            "type": "object",
            "oneOf": [{"$ref": "#/a"}, {"title": "x", "allOf": [{"$ref": "#/b"}]}],
            "x-extensible-enum": ["no", "INBOX", "1"],
            "additionalProperties": {},
            "nullable": true,
            "properties": {"null": {"x-observed": "null, in 1 of 2, A"}, "n": {"default": 1.5}},
            "list": [], "odd": "Nguyễn \"x\" \\ \n é", "end ": "end ",
        });
        let text = entry("schema", &value, 0).join("\n");
        let document = Document::from_bytes(text.clone().into_bytes(), "api.yaml").unwrap();
        assert_eq!(document.value, json!({"schema": value}), "{text}");
    }

    #[test]
    fn a_schema_looks_like_its_neighbours() {
        let value = json!({
            "description": "Meaning unknown.",
            "oneOf": [{"$ref": "#/components/schemas/Id"}, {"$ref": "#/components/schemas/JsonNull"}],
            "x-source": "observed",
            "x-observed": "integer, A",
        });
        assert_eq!(
            entry("shop_id", &value, 2).join("\n"),
            "  shop_id:
    description: Meaning unknown.
    oneOf:
      - $ref: \"#/components/schemas/Id\"
      - $ref: \"#/components/schemas/JsonNull\"
    x-source: observed
    x-observed: \"integer, A\""
        );
    }
}

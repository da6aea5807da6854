//! What an answer lost on its way through the types: the answer as it came, against what is written again.

use pancake_client::Timestamp;
use pancake_client::secret::REDACTED;
use serde_json::{Map, Value};

/// The only keys whose value may be hidden. The last two stand in the authors of notes.
const SECRETS: [&str; 4] = [
    "settings",
    "page_access_token",
    "session_id",
    "token_for_business",
];

/// The only keys that hold a time but may come as `false` (docs/behaviour.md#messages).
const TIMES_OR_FALSE: [&str; 1] = ["last_commented_at"];

/// The places at which `decoded` lacks something of `original` or says something else.
///
/// These differences are none, because the types mean them:
///
/// - null in the one and nothing in the other: an optional field has one form of being absent;
/// - a number as text, or text as a number: ids and amounts come in both forms;
/// - another form of the same point in time, or of the same birthday;
/// - `[REDACTED]` in the place of a secret.
pub fn losses(original: &Value, decoded: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", original, decoded, &mut found);
    found
}

fn compare(place: &str, original: &Value, decoded: &Value, found: &mut Vec<String>) {
    match (original, decoded) {
        (Value::Object(from), Value::Object(to)) => {
            for (key, value) in from {
                let place = format!("{place}/{key}");
                match to.get(key) {
                    Some(other) => compare(&place, value, other, found),
                    None if value.is_null() => {}
                    None => found.push(format!("{place}: {value} is gone")),
                }
            }
        }
        (Value::Array(from), Value::Array(to)) => {
            if from.len() != to.len() {
                found.push(format!("{place}: {} items became {}", from.len(), to.len()));
            }
            for (index, (from, to)) in from.iter().zip(to).enumerate() {
                compare(&format!("{place}/{index}"), from, to, found);
            }
        }
        _ if same(place, original, decoded) => {}
        _ => found.push(format!("{place}: {original} became {decoded}")),
    }
}

fn same(place: &str, original: &Value, decoded: &Value) -> bool {
    let key = place.rsplit('/').next().unwrap_or_default();
    if original == decoded {
        return true;
    }
    match (original, decoded) {
        (_, Value::String(text)) if text == REDACTED => SECRETS.contains(&key),
        (Value::Number(from), Value::Number(to)) => from.as_f64() == to.as_f64(),
        (Value::Number(number), Value::String(text))
        | (Value::String(text), Value::Number(number)) => {
            *text == number.to_string()
                || number
                    .as_i64()
                    .is_some_and(|unix| Timestamp::from_unix(unix) == time(text))
        }
        (Value::String(from), Value::String(to)) => {
            time(from).datetime().is_some() && time(from) == time(to)
        }
        (Value::Bool(false), Value::String(text)) => {
            TIMES_OR_FALSE.contains(&key) && text == "false"
        }
        (Value::Object(parts), Value::String(text)) => birthday(parts).as_ref() == Some(text),
        _ => false,
    }
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text)
}

/// `{date, month, year}` as `YYYY-MM-DD`.
fn birthday(parts: &Map<String, Value>) -> Option<String> {
    let part = |name: &str| parts.get(name)?.as_u64();
    Some(format!(
        "{:04}-{:02}-{:02}",
        part("year")?,
        part("month")?,
        part("date")?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_gone_or_changed_is_named_with_its_place() {
        let original = json!({"a": [{"b": 1, "c": "x"}], "d": [1, 2], "e": true});
        let decoded = json!({"a": [{"c": "y"}], "d": [1], "e": "true"});
        assert_eq!(
            losses(&original, &decoded),
            [
                "/a/0/b: 1 is gone",
                r#"/a/0/c: "x" became "y""#,
                "/d: 2 items became 1",
                r#"/e: true became "true""#
            ]
        );
    }

    #[test]
    fn other_forms_of_the_same_thing_are_no_loss() {
        let original = json!({
            "absent": null, "id": 7, "amount": "12.50", "timezone": 7.0,
            "at": "2026-03-31T14:13:38", "unix": 1_774_966_418,
            "birthday": {"date": 1, "month": 2, "year": 1990}, "settings": {"a": 1},
        });
        let decoded = json!({
            "id": "7", "amount": "12.50", "timezone": 7,
            "at": "2026-03-31T14:13:38Z", "unix": "2026-03-31T14:13:38Z",
            "birthday": "1990-02-01", "settings": "[REDACTED]",
        });
        assert_eq!(losses(&original, &decoded), [""; 0]);
    }

    #[test]
    fn only_secrets_may_be_hidden_and_only_times_shifted() {
        let original = json!({"name": "Lan", "at": "2026-03-31T14:13:38", "seen": false});
        let decoded = json!({"name": "[REDACTED]", "at": "2026-03-31T07:13:38Z", "seen": "false"});
        assert_eq!(losses(&original, &decoded).len(), 3);
    }
}

//! Reads one unquoted YAML value by the core schema of YAML 1.2.
//!
//! Under 1.2 `y`, `n`, `yes`, `no`, `on` and `off` are text. Under 1.1 they were booleans, and a document whose
//! country code is `no` lost it.

use serde_json::{Number, Value};

/// The JSON value that an unquoted scalar stands for.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(Number::from);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8).ok().map(Number::from);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let integer = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit());
    if integer {
        let plain = text.strip_prefix('+').unwrap_or(text);
        if let Ok(value) = plain.parse::<i64>() {
            return Some(Number::from(value));
        }
        if let Ok(value) = plain.parse::<u64>() {
            return Some(Number::from(value));
        }
    }
    // Rust also reads `inf`, `nan` and `infinity`; YAML spells those `.inf` and `.nan`, and JSON has neither.
    let starts = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let float = unsigned
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    if starts && float {
        text.parse::<f64>().ok().and_then(Number::from_f64)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_words_that_yaml_1_1_took_for_booleans_are_text() {
        for word in ["y", "n", "yes", "no", "on", "off", "Y", "N", "No"] {
            assert_eq!(resolve(word), json!(word));
        }
    }

    #[test]
    fn numbers_are_read_by_the_core_schema() {
        assert_eq!(resolve("12"), json!(12));
        assert_eq!(resolve("-3"), json!(-3));
        assert_eq!(resolve("+3"), json!(3));
        assert_eq!(resolve("0x1F"), json!(31));
        assert_eq!(resolve("0o17"), json!(15));
        assert_eq!(resolve("1.50"), json!(1.5));
        assert_eq!(resolve("1e3"), json!(1000.0));
        assert_eq!(resolve("18446744073709551615"), json!(u64::MAX));
    }

    #[test]
    fn what_only_looks_like_a_number_is_text() {
        for text in [
            "3.0.3",
            "1_000",
            "2024-01-02",
            "1e",
            ".",
            "-",
            "inf",
            ".nan",
            "12:30",
        ] {
            assert_eq!(resolve(text), json!(text));
        }
    }

    #[test]
    fn null_and_booleans_have_their_spellings() {
        assert_eq!(resolve("~"), Value::Null);
        assert_eq!(resolve(""), Value::Null);
        assert_eq!(resolve("True"), json!(true));
        assert_eq!(resolve("FALSE"), json!(false));
    }
}

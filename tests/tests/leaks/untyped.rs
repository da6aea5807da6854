//! Whatever stands in the place of a field that the API document does not describe, or describes as something plain: a token in
//! it is not seen.

use pancake_tests::canary::{PAGE_TOKEN, Sight, USER_TOKEN};
use pancake_tests::decoding;
use pancake_tests::recorder::{Recorder, Reply};
use serde_json::{Map, Value, json};
use xtask::examples;
use xtask::spec::Node;

use super::plain;

/// How far objects in objects are filled: conversations in conversations need not end.
const DEPTH: usize = 8;

/// What may turn up anywhere, with tokens where they are known to be.
fn surprise() -> Value {
    json!({
        "id": 7, "page_access_token": PAGE_TOKEN, "accessToken": USER_TOKEN, "settings": {"webhook": PAGE_TOKEN},
        "deep": [[{"token": PAGE_TOKEN, "created_by": {"session_id": USER_TOKEN, "token_for_business": USER_TOKEN}}]],
    })
}

/// A value of a schema that has a surprise in every place that takes one, and in every object once more as an unknown field.
fn filled(schema: &Node<'_>, depth: usize) -> Value {
    let Some(schema) = schema.resolve() else {
        return Value::Null;
    };
    if let Some(path) = schema.text("x-handwritten-type") {
        // The others refuse what is neither text nor number.
        return match path.rsplit("::").next() {
            Some("Numeric" | "AccessToken" | "PageSettings") => surprise(),
            _ => json!(7),
        };
    }
    if let Some(forms) = schema.get("oneOf") {
        // The first is what the rest stands in for: a text or a number for an object, or null.
        return forms
            .items()
            .first()
            .map_or(Value::Null, |form| filled(form, depth));
    }
    if let Some(parts) = schema.get("allOf") {
        return parts
            .items()
            .first()
            .map_or(Value::Null, |part| filled(part, depth));
    }
    match schema.text("type") {
        Some("array") if depth > DEPTH => json!([]),
        Some("array") => {
            let item = schema.get("items").and_then(|item| item.resolve());
            match item {
                // The entries of a list are read strictly.
                Some(item) if item.text("type") == Some("string") => json!(["text"]),
                Some(item) => json!([filled(&item, depth + 1)]),
                None => json!([]),
            }
        }
        Some("object") if depth > DEPTH => json!({}),
        Some("object") => object(&schema, depth),
        // These keep nothing of another kind, and some must come.
        Some("boolean") => json!(true),
        Some("integer" | "number") => json!(7),
        _ => surprise(),
    }
}

fn object(schema: &Node<'_>, depth: usize) -> Value {
    let mut fields = Map::new();
    // Where all other fields have a type, serde reads what is described, and strictly.
    let others = schema.get("additionalProperties");
    let strict = others.is_some_and(|others| others.reference().is_some());
    for (name, property) in schema.get("properties").iter().flat_map(Node::entries) {
        let value = match property.text("type") {
            Some("string") if strict => json!("text"),
            _ => filled(&property, depth + 1),
        };
        fields.insert(name.to_owned(), value);
    }
    if let Some(entry) = schema.get("additionalProperties") {
        fields.insert("others".to_owned(), filled(&entry, depth + 1));
    }
    // Nobody knows this field. A map takes none besides its entries.
    if !fields.is_empty() && schema.get("properties").is_some() {
        fields.insert("later".to_owned(), json!([surprise()]));
    }
    Value::Object(fields)
}

#[tokio::test]
async fn a_token_in_any_field_of_any_answer_is_not_seen() {
    let document = examples::document().unwrap();
    let mut sight = Sight::new();
    let mut seen = 0;
    for operation in document.operations() {
        let id = operation.id().unwrap_or_default();
        if operation.answers_file() {
            continue;
        }
        let responses = operation.responses();
        let (_, _, success) = responses
            .iter()
            .find(|(status, ..)| *status == "200")
            .unwrap();
        let content = success.get("content").unwrap();
        let schema = content
            .get("application/json")
            .unwrap()
            .get("schema")
            .unwrap();
        let answer = filled(&schema, 0);
        seen += answer.to_string().matches(PAGE_TOKEN).count();
        let server = Recorder::start(move |_| Reply::json(200, &answer))
            .await
            .unwrap();
        let (_, client) = plain(&server.base_url());
        let decoded = match decoding::call(&client, id).await.unwrap() {
            Ok(decoded) => decoded,
            Err(error) => panic!("{id} does not take it: {error}"),
        };
        sight.text(&format!("{id}, Debug"), decoded.debug);
        sight.text(&format!("{id}, JSON"), decoded.value.to_string());
    }
    assert!(seen > 1_000, "only {seen} places were filled");
    assert_eq!(sight.leaks(), [""; 0]);
}

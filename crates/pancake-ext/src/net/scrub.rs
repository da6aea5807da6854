//! Keeps tokens out of whatever leaves the transport: headers by a list of harmless ones, failures by replacing the
//! token should the server echo it.

use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use memchr::memmem;
use pancake_client::secret::{AccessToken, REDACTED};
use serde_json::Value;

/// The id that the server gives every answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of answers that are of use and hold no secret.
const HARMLESS: [HeaderName; 4] = [
    http::header::CONTENT_TYPE,
    http::header::DATE,
    http::header::RETRY_AFTER,
    REQUEST_ID,
];

/// Shorter texts are no tokens, and replacing them would tear answers apart.
const SHORTEST_TOKEN: usize = 4;

/// Shorter tokens are not looked for in the body of a success.
const SHORTEST_IN_SUCCESS: usize = 20;

/// The harmless headers, without those in which the token stands.
pub(crate) fn headers(headers: &HeaderMap, token: Option<&AccessToken>) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in HARMLESS {
        if let Some(value) = headers
            .get(&name)
            .filter(|value| !holds(value.as_bytes(), token))
        {
            kept.insert(name, value.clone());
        }
    }
    kept
}

/// The same for the answer of a file, with where it is.
pub(crate) fn headers_of_file(headers: &HeaderMap, token: Option<&AccessToken>) -> HeaderMap {
    let mut kept = self::headers(headers, token);
    let location = headers.get(http::header::LOCATION);
    if let Some(location) = location.filter(|location| !holds(location.as_bytes(), token)) {
        kept.insert(http::header::LOCATION, location.clone());
    }
    kept
}

/// The ways in which a server may write the token: as it is, or as it stood in the address.
fn spellings(token: Option<&AccessToken>) -> Vec<String> {
    let Some(secret) = token.map(AccessToken::expose) else {
        return Vec::new();
    };
    if secret.len() < SHORTEST_TOKEN {
        return Vec::new();
    }
    let in_query: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut all = vec![
        secret.to_owned(),
        in_query.replace('+', "%20"),
        lower_case_escapes(&in_query),
        in_query,
    ];
    all.dedup();
    all
}

/// `%2B` as `%2b`; everything else as it is.
fn lower_case_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        lower += &format!("%{}{rest}", escape.to_ascii_lowercase());
    }
    lower
}

fn holds(text: &[u8], token: Option<&AccessToken>) -> bool {
    spellings(token)
        .iter()
        .any(|secret| memmem::find(text, secret.as_bytes()).is_some())
}

/// The text with the token replaced.
pub(crate) fn text(text: &str, token: Option<&AccessToken>) -> String {
    let spellings = spellings(token);
    let replace = |text: String, secret: &String| text.replace(secret, REDACTED);
    spellings.iter().fold(text.to_owned(), replace)
}

/// The bytes with the token replaced; bytes that are no text become text if they hold it.
pub(crate) fn bytes(body: Bytes, token: Option<&AccessToken>) -> Bytes {
    if !holds(&body, token) {
        return body;
    }
    Bytes::from(text(&String::from_utf8_lossy(&body), token))
}

/// The body of a success with the token replaced, should the server echo it: unknown fields are kept and shown.
///
/// Short tokens, which only tests have, are left alone: `token` stands in the keys of answers that are in order.
pub(crate) fn success(body: Bytes, token: Option<&AccessToken>) -> Bytes {
    bytes(
        body,
        token.filter(|token| token.expose().len() >= SHORTEST_IN_SUCCESS),
    )
}

/// Replaces the token in every text of a JSON value, keys included.
pub(crate) fn value(value: &mut Value, token: Option<&AccessToken>) {
    match value {
        Value::String(content) => {
            if holds(content.as_bytes(), token) {
                *content = text(content, token);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| self::value(item, token)),
        Value::Object(entries) => {
            let keys: Vec<String> = entries
                .keys()
                .filter(|key| holds(key.as_bytes(), token))
                .cloned()
                .collect();
            for key in keys {
                let content = entries.remove(&key).unwrap_or_default();
                entries.insert(text(&key, token), content);
            }
            entries
                .values_mut()
                .for_each(|content| self::value(content, token));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_token_that_the_server_echoes_is_replaced_everywhere() {
        let token = AccessToken::from("canary");
        let mut body = json!({"message": "bad canary!", "canary": [{"a": "xcanaryx"}], "n": 1});
        value(&mut body, Some(&token));
        assert!(!body.to_string().contains("canary"), "{body}");
        let html = bytes(Bytes::from_static(b"<p>canary\xff</p>"), Some(&token));
        assert!(memmem::find(&html, b"canary").is_none());
    }

    #[test]
    fn a_token_is_replaced_also_as_it_stood_in_the_address() {
        let token = AccessToken::from("ab+/ =c");
        for echo in [
            "ab+/ =c",
            "ab%2B%2F+%3Dc",
            "ab%2b%2f+%3dc",
            "ab%2B%2F%20%3Dc",
        ] {
            let shown = text(&format!("/?page_access_token={echo}&a=b"), Some(&token));
            assert_eq!(shown, "/?page_access_token=[REDACTED]&a=b", "{echo}");
        }
    }

    #[test]
    fn only_harmless_headers_are_kept_and_none_with_the_token() {
        let mut all = HeaderMap::new();
        for (name, content) in [
            ("set-cookie", "a=b"),
            ("location", "/x"),
            ("x-request-id", "r"),
            ("date", "canary"),
        ] {
            all.insert(HeaderName::from_static(name), content.parse().unwrap());
        }
        let kept = headers(&all, Some(&AccessToken::from("canary")));
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[REQUEST_ID], "r");
    }
}

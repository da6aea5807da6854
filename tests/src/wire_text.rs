//! A recorded request as a text that people review.
//!
//! What differs from run to run is replaced by a name in brackets, and nothing else:
//!
//! - tokens, wherever they stand, by the name they are given;
//! - `host`, whose port is free to choose;
//! - the version in `user-agent`;
//! - the boundary of a multipart body, which is random;
//! - `content-length`, after it was held against the body.
//!
//! Headers are sorted by name, because their order means nothing. The query keeps its order and escapes.

use std::fmt::Write as _;

use serde_json::Value;

use crate::recorder::RecordedRequest;

/// The text of a request; `secrets` are pairs of a name and a token.
///
/// # Errors
///
/// What is wrong with the request as HTTP.
pub fn wire_text(request: &RecordedRequest, secrets: &[(&str, &str)]) -> Result<String, String> {
    let mut text = format!("{} {}\n", request.method, request.path());
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    for (index, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        let sign = if index == 0 { '?' } else { '&' };
        let _ = writeln!(text, "  {sign}{pair}");
    }

    let mut headers = Vec::new();
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        let value = match name.as_str() {
            "host" => "[address]".to_owned(),
            "user-agent" => match value.split_once('/') {
                Some((product, _)) => format!("{product}/[version]"),
                None => value.clone(),
            },
            "content-length" if *value == request.body.len().to_string() => "[length]".to_owned(),
            "content-length" => return Err(format!("content-length is {value}, which is wrong")),
            _ => value.clone(),
        };
        headers.push((name, value));
    }
    headers.sort();
    for (name, value) in headers {
        let _ = writeln!(text, "{name}: {value}");
    }

    if !request.body.is_empty() {
        let body = String::from_utf8_lossy(&request.body);
        let body = match serde_json::from_str::<Value>(&body) {
            Ok(value) => format!("{value:#}"),
            Err(_) => body.replace("\r\n", "\n"),
        };
        let _ = write!(text, "\n{}", body.trim_end());
    }
    if let Some(boundary) = boundary(request) {
        text = text.replace(boundary, "[boundary]");
    }
    for (name, secret) in secrets {
        text = text.replace(secret, &format!("[{name}]"));
    }
    Ok(text)
}

fn boundary(request: &RecordedRequest) -> Option<&str> {
    let (_, boundary) = request.header("content-type")?.split_once("boundary=")?;
    Some(boundary)
}

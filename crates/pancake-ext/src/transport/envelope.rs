//! Reads the envelope of an answer: is this HTTP 200 a failure? Nothing above ever sees `success: false`.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderMap;
use memchr::memmem;
use pancake_client::AnswerKind;
use pancake_client::secret::AccessToken;
use pancake_client::types::ApiError;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::wire::Answer;
use super::{retry_after, scrub};
use crate::error::{Error, ErrorKind, Execution, KEPT_BODY, classify};

/// Checks an answer of an operation that answers so.
pub(crate) fn check_kind(
    kind: AnswerKind,
    answer: Answer,
    token: Option<&AccessToken>,
) -> Result<Answer, Error> {
    if kind == AnswerKind::File && is_file(&answer) {
        return Ok(Answer {
            headers: scrub::headers_of_file(&answer.headers, token),
            ..answer
        });
    }
    check(answer, token)
}

/// A file, or a redirect to one. Failures are JSON, and an unknown address answers HTML.
fn is_file(answer: &Answer) -> bool {
    let headers = &answer.headers;
    match answer.status {
        200..=299 => header(headers, http::header::CONTENT_TYPE)
            .is_some_and(|kind| !kind.starts_with("text/") && !kind.contains("json")),
        300..=399 => headers.contains_key(http::header::LOCATION),
        _ => false,
    }
}

/// Passes an answer that is a success, with status 200, and makes an error of any other.
///
/// `token` is the one the request carried, to be kept out of errors.
pub(crate) fn check(answer: Answer, token: Option<&AccessToken>) -> Result<Answer, Error> {
    let success = (200..300).contains(&answer.status);
    let result = if success && looks_like_json(&answer.body) {
        match failure_in(&answer.body) {
            Some(failure) => Err(api_failure(failure, answer.status, token)),
            None => Ok(answer.body),
        }
    } else if answer.status == 204 {
        // No content is what an operation without a result may answer.
        Ok(Bytes::from_static(b"{}"))
    } else {
        Err(unusual(&answer, token))
    };
    let headers = scrub::headers(&answer.headers, token);
    match result {
        Ok(body) => Ok(Answer {
            status: 200,
            headers,
            body: scrub::success(body, token),
        }),
        Err(error) => Err(error
            .with_status(answer.status, header(&headers, scrub::REQUEST_ID))
            .with_retry_after(
                header(&headers, http::header::RETRY_AFTER)
                    .as_deref()
                    .and_then(retry_after::parse),
            )),
    }
}

fn header(headers: &HeaderMap, name: http::HeaderName) -> Option<String> {
    Some(String::from_utf8_lossy(headers.get(name)?.as_bytes()).into_owned())
}

fn looks_like_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// The keys that decide, at the top of an answer.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(default, borrow)]
    success: Option<Flag<'a>>,
    #[serde(default)]
    error_code: Option<Value>,
    #[serde(default)]
    errors: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Flag<'a> {
    Bool(bool),
    Text(#[serde(borrow)] Cow<'a, str>),
    Other(IgnoredAny),
}

/// The answer as an object if it reports a failure.
///
/// A search for the words comes first: it costs next to nothing, while a second parse of every answer would cost as much
/// as the first.
fn failure_in(body: &[u8]) -> Option<Map<String, Value>> {
    let suspicious = [&b"\"success\""[..], b"\"error_code\"", b"\"errors\""];
    let suspicious = suspicious.iter().any(|word| mentions(body, word));
    if !suspicious {
        return None;
    }
    let Ok(head) = serde_json::from_slice::<Head<'_>>(body) else {
        return odd_failure_in(body);
    };
    let failed = match head.success {
        Some(Flag::Bool(success)) => !success,
        Some(Flag::Text(text)) => text == "false",
        Some(Flag::Other(_)) | None => {
            let coded = head
                .error_code
                .is_some_and(|code| !code.is_null() && code != 0);
            let listed = head.errors.as_ref().and_then(Value::as_array);
            coded || listed.is_some_and(|errors| !errors.is_empty())
        }
    };
    if failed {
        serde_json::from_slice(body).ok()
    } else {
        None
    }
}

/// Whether an answer is a failure by its envelope, for the benches.
#[cfg(feature = "_bench")]
pub(crate) fn reports_failure(body: &[u8]) -> bool {
    failure_in(body).is_some()
}

/// The same for an answer whose head is odd, such as one with a key twice: of those the last counts.
fn odd_failure_in(body: &[u8]) -> Option<Map<String, Value>> {
    let object: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let failed = object.get("success") == Some(&Value::Bool(false));
    failed.then_some(object)
}

/// Whether `key` stands in the body in a way that can mean a failure: `success` must not be followed by `true`.
fn mentions(body: &[u8], key: &[u8]) -> bool {
    memmem::find_iter(body, key).any(|at| {
        let rest = body[at + key.len()..].trim_ascii_start();
        match rest.strip_prefix(b":") {
            Some(value) => !value.trim_ascii_start().starts_with(b"true"),
            None => false,
        }
    })
}

/// An error from the object that the server answered.
fn api_failure(mut object: Map<String, Value>, status: u16, token: Option<&AccessToken>) -> Error {
    let mut whole = Value::Object(std::mem::take(&mut object));
    scrub::value(&mut whole, token);
    if let Value::Object(entries) = &mut whole {
        normalize(entries);
    }
    let api = serde_json::from_value(whole).unwrap_or_default();
    refused(api, status)
}

/// Brings the fields of an error into the types of [`ApiError`], so that an odd one does not hide the whole.
fn normalize(entries: &mut Map<String, Value>) {
    for key in ["message", "error", "message_code"] {
        if let Some(value) = entries.get_mut(key)
            && !value.is_string()
            && !value.is_null()
        {
            *value = Value::String(value.to_string());
        }
    }
    if entries
        .get("success")
        .is_some_and(|success| !success.is_boolean())
    {
        entries.insert("success".to_owned(), Value::Bool(false));
    }
    let listed = |errors: &Value| {
        errors
            .as_array()
            .is_some_and(|errors| errors.iter().all(Value::is_object))
    };
    if entries.get("errors").is_some_and(|errors| !listed(errors)) {
        let errors = entries.remove("errors").unwrap_or_default();
        // Kept among the unknown fields, under a name of its own.
        entries.insert("errors_as_sent".to_owned(), errors);
    }
}

/// An error that the API reports, with the status it came with.
pub(crate) fn refused(api: ApiError, status: u16) -> Error {
    let kind = classify(&api, status);
    let execution = match kind {
        ErrorKind::Server => Execution::Unknown,
        ErrorKind::Channel if channel_failed(&api) => Execution::Unknown,
        _ => Execution::NotExecuted,
    };
    let message = [&api.message, &api.error, &api.message_code]
        .into_iter()
        .flatten()
        .find(|text| !text.is_empty())
        .cloned()
        .unwrap_or_else(|| "the API refused the call without a reason".to_owned());
    Error::new(kind, message)
        .with_execution(execution)
        .with_status(status, None)
        .with_api(api)
}

/// Whether the channel failed instead of refusing. Facebook knows 1 to come back for messages that went out, calls 2 and 1200
/// temporary, and says of none of them that nothing was sent.
fn channel_failed(api: &ApiError) -> bool {
    api.e_code
        .is_some_and(|code| matches!(code.get(), 1 | 2 | 1200))
}

/// An error from an answer that is neither a JSON success nor a JSON failure with HTTP 200.
fn unusual(answer: &Answer, token: Option<&AccessToken>) -> Error {
    if answer.status >= 400
        && let Ok(object) = serde_json::from_slice::<Map<String, Value>>(&answer.body)
    {
        return api_failure(object, answer.status, token);
    }
    let body = scrub::bytes(answer.body.clone(), token);
    // Copied, since a slice would keep the whole answer in memory.
    let body = Bytes::copy_from_slice(&body[..body.len().min(KEPT_BODY)]);
    let form = form_of(answer);
    let (kind, message, execution) = match answer.status {
        200..=299 => (
            ErrorKind::InvalidAnswer,
            format!("the answer is {form} instead of JSON"),
            // An unknown address answers HTML with 200, so nothing was executed as far as anyone knows.
            Execution::Unknown,
        ),
        300..=399 => (
            ErrorKind::InvalidAnswer,
            scrub::text(&redirect(answer), token),
            Execution::Unknown,
        ),
        status => {
            let kind = classify(&ApiError::default(), status);
            let execution = if kind == ErrorKind::Server {
                Execution::Unknown
            } else {
                Execution::NotExecuted
            };
            (
                kind,
                format!("the answer is {form} instead of JSON"),
                execution,
            )
        }
    };
    Error::new(kind, message)
        .with_execution(execution)
        .with_body(body)
}

/// What an answer is, in words.
fn form_of(answer: &Answer) -> &'static str {
    let body = answer.body.trim_ascii_start();
    match body.first() {
        None => "empty",
        Some(b'<') => "HTML",
        Some(b'{' | b'[') => "JSON of an unknown form",
        Some(_) => "text",
    }
}

/// Names the host of a redirect, not its path or query: they can repeat the token.
fn redirect(answer: &Answer) -> String {
    let host = answer
        .headers
        .get(http::header::LOCATION)
        .and_then(|location| url::Url::parse(location.to_str().ok()?).ok())
        .and_then(|url| url.host_str().map(str::to_owned));
    match host {
        Some(host) => format!(
            "the server redirects to {host}; that is not followed, since the token would go along"
        ),
        None => {
            "the server redirects; that is not followed, since the token would go along".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &'static str) -> Answer {
        Answer {
            status,
            headers: HeaderMap::new(),
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    fn error(status: u16, body: &'static str) -> Error {
        check(answer(status, body), None).unwrap_err()
    }

    #[test]
    fn a_success_passes_untouched() {
        for body in [
            r#"{"success":true,"data":[]}"#,
            r#"{"tags":[]}"#,
            r#"[{"a":1}]"#,
            r#"{"success":true,"error_code":null}"#,
            r#"{"success":true,"errors":[1]}"#,
            r#"{"message":"say \"success\":false"}"#,
            r#"{"data":{"success":false}}"#,
            r#"{"errors":[]}"#,
            " {\"success\" : true}",
        ] {
            assert_eq!(check(answer(200, body), None).unwrap().body, body, "{body}");
        }
    }

    #[test]
    fn a_file_or_a_redirect_to_one_passes_where_the_operation_answers_so_and_nowhere_else() {
        let with = |status, name: http::HeaderName, value: &'static str| {
            let mut answer = answer(status, "\u{89}PNG");
            let value = http::HeaderValue::from_static(value);
            answer.headers.insert(name, value);
            answer
        };
        let redirect = with(301, http::header::LOCATION, "https://cdn.example/a.jpg");
        let picture = with(200, http::header::CONTENT_TYPE, "image/png");
        for answer in [redirect, picture] {
            let passed = check_kind(AnswerKind::File, answer.clone(), None).unwrap();
            assert_eq!(passed.status, answer.status);
            assert_eq!(passed.headers, answer.headers);
            assert!(check_kind(AnswerKind::Json, answer, None).is_err());
        }
        for (status, kind) in [(200, "text/html"), (502, "text/html"), (304, "image/png")] {
            let answer = with(status, http::header::CONTENT_TYPE, kind);
            let refused = check_kind(AnswerKind::File, answer, None).is_err();
            assert!(refused, "{status} {kind}");
        }
        let failure = answer(200, r#"{"success":false,"error_code":100}"#);
        let error = check_kind(AnswerKind::File, failure, None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }

    #[test]
    fn a_failure_with_http_200_is_an_error() {
        for body in [
            r#"{"success":false}"#,
            r#"{"success" : false , "message":"m"}"#,
            r#"{"success":"false"}"#,
            r#"{"data":[{"success":true}],"success":false}"#,
            r#"{"errors":[{"error_code":121}]}"#,
            r#"{"success":true,"success":false}"#,
            r#"{"error_code":102,"message":"m"}"#,
            r#"{"success":false,"message":{"vi":"m"},"errors":"x"}"#,
        ] {
            let error = error(200, body);
            assert_eq!(error.status(), Some(200), "{body}");
            assert!(error.api_error().is_some(), "{body}");
        }
    }

    #[test]
    fn the_message_is_read_before_error_and_odd_ones_are_kept_as_text() {
        for (body, message) in [
            (r#"{"success":false,"message":"a","error":"b"}"#, "a"),
            (r#"{"success":false,"error":"b"}"#, "b"),
            (r#"{"success":false,"message":{"vi":"c"}}"#, r#"{"vi":"c"}"#),
            (
                r#"{"success":false}"#,
                "the API refused the call without a reason",
            ),
        ] {
            assert_eq!(error(200, body).message(), message);
        }
    }

    #[test]
    fn answers_that_are_no_json_are_typed_by_their_status() {
        for (status, body, kind, execution) in [
            (200, "<html>", ErrorKind::InvalidAnswer, Execution::Unknown),
            (200, "", ErrorKind::InvalidAnswer, Execution::Unknown),
            (302, "", ErrorKind::InvalidAnswer, Execution::Unknown),
            (
                404,
                "<html>",
                ErrorKind::InvalidRequest,
                Execution::NotExecuted,
            ),
            (
                429,
                "slow down",
                ErrorKind::RateLimited,
                Execution::NotExecuted,
            ),
            (502, "<html>", ErrorKind::Server, Execution::Unknown),
            (504, "", ErrorKind::Server, Execution::Unknown),
        ] {
            let error = error(status, body);
            assert_eq!(
                (error.kind(), error.execution()),
                (kind, execution),
                "{status} {body}"
            );
            assert_eq!(error.status(), Some(status));
            assert_eq!(error.body(), Some(body.as_bytes()));
        }
    }

    #[test]
    fn json_errors_with_an_error_status_keep_their_code() {
        let error = error(422, r#"{"success":false,"error_code":100,"message":"m"}"#);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.code().map(|code| code.get()), Some(100));
    }

    #[test]
    fn a_channel_that_refuses_proves_that_nothing_was_sent_and_one_that_fails_does_not() {
        for (status, body, execution) in [
            (
                200,
                r#"{"success":false,"e_code":10}"#,
                Execution::NotExecuted,
            ),
            (
                400,
                r#"{"success":false,"e_code":551}"#,
                Execution::NotExecuted,
            ),
            (200, r#"{"success":false,"e_code":1}"#, Execution::Unknown),
            (200, r#"{"success":false,"e_code":2}"#, Execution::Unknown),
            (
                400,
                r#"{"success":false,"e_code":1200}"#,
                Execution::Unknown,
            ),
            // The server failed, whatever it says of the channel.
            (500, r#"{"success":false,"e_code":10}"#, Execution::Unknown),
        ] {
            assert_eq!(
                error(status, body).execution(),
                execution,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn no_content_counts_as_an_empty_success_and_other_2xx_as_200() {
        assert_eq!(check(answer(204, ""), None).unwrap().body, "{}");
        assert_eq!(check(answer(201, "{}"), None).unwrap().status, 200);
    }

    #[test]
    fn a_redirect_names_the_host_and_nothing_more() {
        let mut answer = answer(302, "");
        let location = "https://elsewhere.example/p?page_access_token=canary";
        answer
            .headers
            .insert(http::header::LOCATION, location.parse().unwrap());
        let shown = check(answer, None).unwrap_err().to_string();
        assert!(
            shown.contains("elsewhere.example") && !shown.contains("canary"),
            "{shown}"
        );
    }

    #[test]
    fn a_token_that_the_server_repeats_reaches_no_error() {
        let token = AccessToken::from("canary");
        for (status, body) in [
            (
                200,
                r#"{"success":false,"message":"bad canary","x":{"canary":"canary"}}"#,
            ),
            (502, "<html>canary"),
        ] {
            let error = check(answer(status, body), Some(&token)).unwrap_err();
            let api = serde_json::to_string(&error.api_error()).unwrap();
            let shown = format!(
                "{error:?} {api} {:?}",
                error.body().map(String::from_utf8_lossy)
            );
            assert!(!shown.contains("canary"), "{shown}");
        }
    }
}

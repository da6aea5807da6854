//! Reads the envelope of an answer: is this HTTP 200 a failure? Nothing above ever sees `success: false`.

use bytes::Bytes;
use http::HeaderMap;
use pancake_client::secret::AccessToken;
use pancake_client::types::ApiError;
use pancake_client::{AnswerKind, Operation, TokenKind};

use super::wire::{Answer, Head};
use super::{failure, retry_after, scrub};
use crate::error::{Error, ErrorKind, Execution, KEPT_BODY, classify, refused};

/// What some editors and servers put in front of a text; JSON has no place for it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

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

/// Passes an answer of `operation` that is a success, with status 200 unless it is a file, and makes an error of any other.
///
/// `token` is the one the request carried, to be kept out of errors.
pub(crate) fn check(
    operation: &Operation,
    answer: Answer,
    token: Option<&AccessToken>,
) -> Result<Answer, Error> {
    if operation.answer == AnswerKind::File && is_file(&answer) {
        return Ok(Answer {
            headers: scrub::headers_of_file(&answer.headers, token),
            ..answer
        });
    }
    let answer = without_mark(answer);
    let success = (200..300).contains(&answer.status);
    let result = if success && looks_like_json(&answer.body) {
        match failure::in_success(&answer.body, token) {
            Some(api) => Err(refused(api, answer.status)),
            None => Ok(answer.body),
        }
    } else if answer.status == 204 {
        // No content is what an operation without a result may answer.
        Ok(Bytes::from_static(b"{}"))
    } else {
        Err(unusual(operation, &answer, token))
    };
    match result {
        Ok(body) => Ok(Answer {
            status: 200,
            headers: scrub::headers(&answer.headers, token),
            body: scrub::success(body, token),
        }),
        Err(error) => Err(with_head(error, answer.status, &answer.headers, token)),
    }
}

/// An error of an answer that began and was not read to its end. Nobody has read it, so it proves nothing but what its status
/// says.
pub(crate) fn unread(error: Error, head: &Head, token: Option<&AccessToken>) -> Error {
    let error = match head.status {
        400.. => {
            let (kind, execution) = classify(&ApiError::default(), head.status);
            let execution = match kind {
                // The unread body may have said that the channel failed half-way.
                ErrorKind::InvalidRequest => Execution::Unknown,
                _ => execution,
            };
            error.with_kind(kind).with_execution(execution)
        }
        _ => error,
    };
    with_head(error, head.status, &head.headers, token)
}

/// Tells an error what stood in front of the body.
fn with_head(error: Error, status: u16, headers: &HeaderMap, token: Option<&AccessToken>) -> Error {
    named_by(error, status, &scrub::headers(headers, token))
}

/// Tells an error what these headers, which hold no token, say of its response.
pub(super) fn named_by(error: Error, status: u16, headers: &HeaderMap) -> Error {
    let wait = header(headers, http::header::RETRY_AFTER);
    error
        .with_status(status, header(headers, scrub::REQUEST_ID))
        .with_retry_after(wait.as_deref().and_then(retry_after::parse))
}

fn without_mark(answer: Answer) -> Answer {
    match answer.body.starts_with(BYTE_ORDER_MARK) {
        true => Answer {
            body: answer.body.slice(BYTE_ORDER_MARK.len()..),
            ..answer
        },
        false => answer,
    }
}

fn header(headers: &HeaderMap, name: http::HeaderName) -> Option<String> {
    Some(String::from_utf8_lossy(headers.get(name)?.as_bytes()).into_owned())
}

fn looks_like_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// An error from an answer that is neither a JSON success nor a JSON failure with HTTP 200.
fn unusual(operation: &Operation, answer: &Answer, token: Option<&AccessToken>) -> Error {
    if answer.status >= 400
        && let Some(api) = failure::in_error(&answer.body, token)
    {
        return refused(api, answer.status);
    }
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
            let (kind, execution) = classify(&ApiError::default(), status);
            (
                kind,
                format!("the answer is {form} instead of JSON"),
                execution,
            )
        }
    };
    let error = Error::new(kind, message).with_execution(execution);
    if operation.token == TokenKind::User {
        // Answers of these hold tokens of pages, whatever form they have.
        return error;
    }
    let body = scrub::bytes(answer.body.clone(), token);
    // Copied, since a slice would keep the whole answer in memory.
    error.with_body(Bytes::copy_from_slice(&body[..body.len().min(KEPT_BODY)]))
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
    use pancake_client::operations::{GET_AVATAR, LIST_PAGES, LIST_TAGS};

    use super::*;

    fn answer(status: u16, body: &'static str) -> Answer {
        Answer {
            status,
            headers: HeaderMap::new(),
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    fn checked(answer: Answer) -> Result<Answer, Error> {
        check(&LIST_TAGS, answer, None)
    }

    fn error(status: u16, body: &'static str) -> Error {
        checked(answer(status, body)).unwrap_err()
    }

    #[test]
    fn a_success_passes_untouched() {
        for body in [
            r#"{"success":true,"data":[]}"#,
            r#"{"tags":[]}"#,
            r#"[{"a":1}]"#,
            r#"{"success":true,"error_code":null}"#,
            "{\"error_code\":102,\"success\":true}\n",
            r#"{"success":true,"errors":[1]}"#,
            r#"{"message":"say \"success\":false"}"#,
            r#"{"data":{"success":false}}"#,
            r#"{"errors":[]}"#,
            " {\"success\" : true}",
        ] {
            assert_eq!(checked(answer(200, body)).unwrap().body, body, "{body}");
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
            let passed = check(&GET_AVATAR, answer.clone(), None).unwrap();
            assert_eq!(passed.status, answer.status);
            assert_eq!(passed.headers, answer.headers);
            assert!(checked(answer).is_err());
        }
        for (status, kind) in [(200, "text/html"), (502, "text/html"), (304, "image/png")] {
            let answer = with(status, http::header::CONTENT_TYPE, kind);
            let refused = check(&GET_AVATAR, answer, None).is_err();
            assert!(refused, "{status} {kind}");
        }
        let failure = answer(200, r#"{"success":false,"error_code":100}"#);
        let error = check(&GET_AVATAR, failure, None).unwrap_err();
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
        assert_eq!(checked(answer(204, "")).unwrap().body, "{}");
        assert_eq!(checked(answer(201, "{}")).unwrap().status, 200);
    }

    #[test]
    fn a_redirect_names_the_host_and_nothing_more() {
        let mut answer = answer(302, "");
        let location = "https://elsewhere.example/p?page_access_token=canary";
        answer
            .headers
            .insert(http::header::LOCATION, location.parse().unwrap());
        let shown = checked(answer).unwrap_err().to_string();
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
            let error = check(&LIST_TAGS, answer(status, body), Some(&token)).unwrap_err();
            let api = serde_json::to_string(&error.api_error()).unwrap();
            let shown = format!(
                "{error:?} {api} {:?}",
                error.body().map(String::from_utf8_lossy)
            );
            assert!(!shown.contains("canary"), "{shown}");
        }
    }

    #[test]
    fn a_byte_order_mark_hides_neither_a_failure_nor_a_success() {
        let failed = error(200, "\u{feff}{\"success\":false,\"error_code\":105}");
        assert_eq!(failed.code().map(|code| code.get()), Some(105));
        let failed = error(422, "\u{feff}{\"error_code\":105}");
        assert_eq!(failed.code().map(|code| code.get()), Some(105));
        let passed = checked(answer(200, "\u{feff}{\"tags\":[]}")).unwrap();
        assert_eq!(passed.body, r#"{"tags":[]}"#);
    }

    #[test]
    fn no_body_is_kept_where_answers_hold_the_tokens_of_pages() {
        for (status, body) in [
            (
                200,
                ")]}',\n{\"settings\":{\"page_access_token\":\"canary\"}}",
            ),
            (200, "\"canary\""),
            (500, r#"[{"settings":{"page_access_token":"canary"}}]"#),
            (302, "canary"),
        ] {
            let error = check(&LIST_PAGES, answer(status, body), None).unwrap_err();
            assert_eq!(error.body(), None, "{body}");
            let error = checked(answer(status, body)).unwrap_err();
            assert_eq!(error.body(), Some(body.as_bytes()));
        }
    }

    #[test]
    fn an_answer_that_broke_off_counts_for_what_its_status_says() {
        let token = AccessToken::from("canary");
        for (status, kind, execution) in [
            (200, ErrorKind::Interrupted, Execution::Unknown),
            (302, ErrorKind::Interrupted, Execution::Unknown),
            (400, ErrorKind::InvalidRequest, Execution::Unknown),
            (401, ErrorKind::Token, Execution::NotExecuted),
            (403, ErrorKind::Permission, Execution::NotExecuted),
            (429, ErrorKind::RateLimited, Execution::NotExecuted),
            (500, ErrorKind::Server, Execution::Unknown),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(scrub::REQUEST_ID, "r-1".parse().unwrap());
            headers.insert(http::header::RETRY_AFTER, "7".parse().unwrap());
            let mut head = Head { status, headers };
            let broken = Error::new(ErrorKind::Interrupted, "the connection broke")
                .with_execution(Execution::Unknown);
            let error = unread(broken.clone(), &head, Some(&token));
            assert_eq!(
                (error.kind(), error.execution()),
                (kind, execution),
                "{status}"
            );
            assert_eq!(
                (error.status(), error.request_id()),
                (Some(status), Some("r-1"))
            );
            assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(7));
            assert_eq!(error.message(), broken.message());
            head.headers
                .insert(scrub::REQUEST_ID, "canary".parse().unwrap());
            assert_eq!(unread(broken, &head, Some(&token)).request_id(), None);
        }
    }
}

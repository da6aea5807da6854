//! The ways in which a server goes wrong and gives the token away while it does.

use pancake_ext::ErrorKind;
use pancake_tests::recorder::{RecordedRequest, Reply};
use serde_json::json;

/// What a server answers to a request.
pub(crate) type Answer = fn(&RecordedRequest) -> Reply;

/// One way in which a server goes wrong and gives the token away while it does.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) reply: Answer,
    pub(crate) kind: ErrorKind,
}

const fn case(name: &'static str, reply: Answer, kind: ErrorKind) -> Case {
    Case { name, reply, kind }
}

/// What the server knows of the token: the address as it was sent, and the token in it.
pub(crate) fn echo(request: &RecordedRequest) -> String {
    let token = request
        .target
        .split("access_token=")
        .nth(1)
        .unwrap_or_default();
    format!("{} {token}", request.target)
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case(
            "a refused token, with HTTP 200",
            |request| {
                let message = format!("Invalid access_token: {}", echo(request));
                Reply::json(
                    200,
                    &json!({"success": false, "error_code": 102, "message": message}),
                )
            },
            ErrorKind::Token,
        ),
        case(
            "a JSON error that repeats the token in every place",
            |request| {
                let echo = echo(request);
                let mut body = json!({
                    "success": false, "error_code": 100, "message": echo, "error": echo,
                    "message_code": echo, "original_error": {"url": [echo]}, "unknown": {"deep": echo},
                    "errors": [{"error_code": 100, "message": echo, "unknown": echo}],
                });
                body[&echo] = json!(true);
                Reply::json(400, &body)
                    .header("x-request-id", echo.clone())
                    .header("set-cookie", echo)
            },
            ErrorKind::InvalidRequest,
        ),
        case(
            "an HTML 502 that repeats the token in its body and headers",
            |request| {
                let echo = echo(request);
                Reply::answer(
                    502,
                    "text/html",
                    format!("<html><body>{echo}</body></html>"),
                )
                .header("x-request-id", echo.clone())
                .header("x-original-url", echo)
            },
            ErrorKind::Server,
        ),
        case(
            "HTML with HTTP 200",
            |request| Reply::answer(200, "text/html", format!("<a href=\"{}\">", echo(request))),
            ErrorKind::InvalidAnswer,
        ),
        case(
            "an answer of another form",
            |request| {
                Reply::json(
                    200,
                    &json!({"tags": echo(request), "categorized": echo(request)}),
                )
            },
            ErrorKind::InvalidAnswer,
        ),
        case(
            "broken JSON",
            |request| {
                Reply::answer(
                    200,
                    "application/json",
                    format!("{{\"tags\": [\"{}", echo(request)),
                )
            },
            ErrorKind::InvalidAnswer,
        ),
        case(
            "a status that is neither success nor error",
            |request| Reply::answer(304, "text/html", "").header("x-request-id", echo(request)),
            ErrorKind::InvalidAnswer,
        ),
        case(
            "too many requests, in a text",
            |request| {
                Reply::answer(429, "text/plain", echo(request)).header("retry-after", "86400")
            },
            ErrorKind::RateLimited,
        ),
        case(
            "a connection that closes",
            |_| Reply::Hangup,
            ErrorKind::Interrupted,
        ),
        case(
            "an answer that breaks off",
            |_| Reply::Truncated,
            ErrorKind::Interrupted,
        ),
        case(
            "an error that breaks off",
            |request| Reply::cut_off(403).header("x-request-id", echo(request)),
            ErrorKind::Permission,
        ),
    ]
}

/// The one that is a matter of time, for tests in which no real time passes.
pub(crate) fn silence() -> Case {
    case("no answer at all", |_| Reply::Silence, ErrorKind::Timeout)
}

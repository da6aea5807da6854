//! How an answer goes out: whole, or spoiled by a fault.
use std::time::Duration;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use chrono::DateTime;
use futures_util::stream;
use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::{
    answer::{Answer, HTML},
    clock::MockClock,
    connection::ConnectionControl,
    fault::FaultKind,
};

/// Faults that change what is said; the others change how it is sent.
pub(crate) fn spoiled(mut answer: Answer, fault: &FaultKind) -> Answer {
    match fault {
        FaultKind::GatewayTimeoutAfterStore => {
            Answer::html(StatusCode::GATEWAY_TIMEOUT, "504 Gateway Time-out")
        }
        FaultKind::InvalidJson => {
            let keep = answer.body.len() * 2 / 3;
            let mut body = answer.body.slice(..keep).to_vec();
            body.extend_from_slice(b",]}");
            answer.body = body.into();
            answer
        }
        FaultKind::WrongContentType => {
            answer.content_type = HTML;
            answer
        }
        _ => answer,
    }
}

pub(crate) fn deliver(
    answer: &Answer,
    fault: Option<&FaultKind>,
    control: &ConnectionControl,
    clock: &MockClock,
) -> Response {
    match fault {
        Some(FaultKind::ResetAfter) => {
            control.reset();
            Response::new(Body::empty())
        }
        Some(FaultKind::TruncatedBody) => {
            let length = answer.body.len();
            let mut response = with_body(answer, truncated(answer.body.slice(..length / 2)));
            response
                .headers_mut()
                .insert(header::CONTENT_LENGTH, length.into());
            response
        }
        Some(FaultKind::SlowHeaders(duration)) => {
            let (clock, duration) = (clock.clone(), *duration);
            control.pause_in_head(async move { clock.sleep(duration).await });
            plain(answer)
        }
        Some(FaultKind::SlowBody(duration)) => {
            let length = answer.body.len();
            let body = slow(answer.body.clone(), *duration, clock.clone());
            let mut response = with_body(answer, body);
            response
                .headers_mut()
                .insert(header::CONTENT_LENGTH, length.into());
            response
        }
        Some(FaultKind::EndlessBody) => with_body(answer, endless(answer.body.clone())),
        _ => plain(answer),
    }
}

/// Puts the server's own time on an answer; hyper would put the machine's.
pub(crate) fn dated(mut response: Response, clock: &MockClock) -> Response {
    let date = DateTime::from_timestamp_micros(clock.unix_micros()).unwrap_or_default();
    let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// The answer as it is.
pub(crate) fn plain(answer: &Answer) -> Response {
    with_body(answer, Body::from(answer.body.clone()))
}

fn with_body(answer: &Answer, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(answer.content_type),
    );
    for (name, value) in &answer.headers {
        // A scripted value can be no header; then there is none.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// What there is, a moment for it to be flushed, and an error that closes the connection.
fn truncated(half: Bytes) -> Body {
    Body::from_stream(stream::unfold(Some(half), |half| async move {
        match half {
            Some(half) => Some((Ok(half), None)),
            None => {
                tokio::task::yield_now().await;
                Some((
                    Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof)),
                    None,
                ))
            }
        }
    }))
}

fn slow(body: Bytes, duration: Duration, clock: MockClock) -> Body {
    const PIECES: usize = 10;
    let size = body.len().div_ceil(PIECES).max(1);
    Body::from_stream(stream::unfold(
        (body, clock),
        move |(mut rest, clock)| async move {
            if rest.is_empty() {
                return None;
            }
            #[expect(clippy::cast_possible_truncation, reason = "ten")]
            clock.sleep(duration / PIECES as u32).await;
            let piece = rest.split_to(size.min(rest.len()));
            Some((Ok::<_, std::io::Error>(piece), (rest, clock)))
        },
    ))
}

/// The body, and then spaces for as long as someone reads.
fn endless(body: Bytes) -> Body {
    // Without the last brace nothing that reads JSON can think it is done.
    let begun = body.slice(..body.len().saturating_sub(1));
    Body::from_stream(stream::unfold(begun, |next| async move {
        // A reader that is always ready must not keep the runtime from its other tasks.
        tokio::task::yield_now().await;
        Some((
            Ok::<_, std::io::Error>(next),
            Bytes::from_static(&[b' '; 16 * 1024]),
        ))
    }))
}

//! The way of one request: fault, body, rate limit, token, operation, fault again, journal.
use std::sync::Arc;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    call::Call,
    connection::ConnectionControl,
    delivery,
    fault::FaultKind,
    journal::JournalEntry,
    oddity::Oddity,
    operation::{Handler, Operation, TokenKind},
    request::{self, BadBody, Request},
    shared::Shared,
    world::TokenVerdict,
};

pub(crate) async fn answer(
    shared: Arc<Shared>,
    control: ConnectionControl,
    request: axum::extract::Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let request = Request::new(parts);
    let now = shared.clock.unix_micros();
    let operation = request.operation.map(|operation| operation.id);
    let fault = shared.faults.fire(operation, request.page_id(), now);
    if fault == Some(FaultKind::ResetBefore) {
        record(&shared, &request, Bytes::new(), None, fault.as_ref(), now);
        control.reset();
        return Response::new(Body::empty());
    }
    let body = match request::read_body(body).await {
        Ok(body) => body,
        Err(BadBody::TooLarge) => {
            let answer = Answer::html(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
            record(
                &shared,
                &request,
                Bytes::new(),
                Some(&answer),
                fault.as_ref(),
                now,
            );
            return delivery::plain(&answer);
        }
        Err(BadBody::Lost) => {
            record(&shared, &request, Bytes::new(), None, fault.as_ref(), now);
            return Response::new(Body::empty());
        }
    };
    let mut answer = match fault.as_ref().and_then(instead) {
        Some(answer) => answer,
        None => {
            if fault == Some(FaultKind::RotateToken)
                && let Some(mut page) = request.page_id().and_then(|id| shared.world.page(id))
            {
                page.mint();
            }
            execute(&shared, &request, &body, fault.as_ref(), now).await
        }
    };
    if let Some(honest) = answer.honest_status
        && !shared.oddities.is_on(Oddity::ErrorsInHttp200)
    {
        answer.status = honest;
    }
    if let Some(fault) = &fault {
        answer = delivery::spoiled(answer, fault);
    }
    if shared.oddities.is_on(Oddity::RequestId) {
        answer.headers.push(("x-request-id", request_id(&shared)));
    }
    let seen = (fault != Some(FaultKind::ResetAfter)).then_some(&answer);
    record(&shared, &request, body, seen, fault.as_ref(), now);
    delivery::deliver(&answer, fault.as_ref(), &control, &shared.clock)
}

/// The answer of a fault that keeps the call from being executed.
fn instead(fault: &FaultKind) -> Option<Answer> {
    match fault {
        FaultKind::TooManyRequests {
            in_body,
            retry_after,
        } => {
            let mut answer = too_many_requests();
            if !in_body {
                answer.status = StatusCode::TOO_MANY_REQUESTS;
            }
            let retry_after = retry_after.map(|seconds| ("retry-after", seconds.to_string()));
            answer.headers.extend(retry_after);
            answer.honest_status = None;
            Some(answer)
        }
        FaultKind::InternalError => Some(Answer::html(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal Server Error",
        )),
        FaultKind::BadGatewayHtml => Some(Answer::html(StatusCode::BAD_GATEWAY, "502 Bad Gateway")),
        FaultKind::Redirect(to) => {
            let mut answer = Answer::html(StatusCode::FOUND, "Found");
            answer.headers.push(("location", to.clone()));
            Some(answer)
        }
        FaultKind::ErrorWithoutCode => Some(Answer::json(&json!({
            "success": false,
            "message": "An error occurred. Please try again later.",
        }))),
        FaultKind::ErrorCode(code) => Some(Answer::json(&json!({
            "success": false,
            "error_code": code,
            "message": "Scripted failure",
        }))),
        FaultKind::Answer {
            status,
            content_type,
            body,
        } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::OK);
            let mut answer = Answer::with_status(status, &Value::Null);
            answer.body = Bytes::copy_from_slice(body.as_bytes());
            answer.headers.push(("content-type", content_type.clone()));
            Some(answer)
        }
        _ => None,
    }
}

fn too_many_requests() -> Answer {
    Answer::failure(429, "Too many requests")
}

async fn execute(
    shared: &Shared,
    request: &Request,
    body: &Bytes,
    fault: Option<&FaultKind>,
    now: i64,
) -> Answer {
    let Some(operation) = request.operation else {
        return unknown_route(shared);
    };
    if operation.token == TokenKind::Page
        && let Some(page) = request.page_id()
        && !shared.rate_limit.admits(page, now)
    {
        // HTTP 429 is how it is mostly seen; the other form is a fault to ask for.
        return Answer {
            status: StatusCode::TOO_MANY_REQUESTS,
            ..too_many_requests()
        };
    }
    let is_upload = operation.id == "upload_contents";
    let (json, file) = if is_upload {
        match request::read_file(request.content_type(), body).await {
            Ok(file) => (Value::Null, Some(file)),
            Err(_) => (Value::Null, None),
        }
    } else {
        match request::read_json(body) {
            Ok(json) => (json, None),
            Err(message) => return Answer::failure(100, &message),
        }
    };
    if let Err(refusal) = authorise(shared, operation, request) {
        return refusal;
    }
    let call = Call {
        shared,
        path: &request.parameters,
        query: &request.query,
        body: &json,
        file,
        now,
        paging_fault: fault.and_then(FaultKind::paging),
    };
    match operation.handler {
        Handler::Server(handler) => handler(&call),
        Handler::Page(handler) => match shared.world.page(call.path("page_id")) {
            Some(mut page) => handler(&call, &mut page),
            None => Answer::failure(107, "Permission denied"),
        },
    }
}

fn unknown_route(shared: &Shared) -> Answer {
    if shared.oddities.is_on(Oddity::UnknownRoutesAreHtml) {
        return Answer::html(StatusCode::OK, "Pancake");
    }
    let body = json!({"success": false, "message": "Not found"});
    Answer::with_status(StatusCode::NOT_FOUND, &body)
}

/// Looks at the token: missing 101, of the other kind or unknown 102, expired 103, renewed 105.
fn authorise(shared: &Shared, operation: &Operation, request: &Request) -> Result<(), Answer> {
    let parameter = operation.token.parameter();
    let token = request
        .query
        .iter()
        .find(|(key, _)| key == parameter)
        .map(|(_, value)| value);
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Err(Answer::failure(101, &format!("Missing {parameter}")));
    };
    let wrong = || {
        if shared.oddities.is_on(Oddity::WrongTokenKind) {
            Answer::failure(102, &format!("Invalid {parameter}"))
        } else {
            Answer::failure(101, &format!("Missing {parameter}"))
        }
    };
    match operation.token {
        TokenKind::User if *token != shared.user_token => Err(wrong()),
        TokenKind::User if shared.clock.unix_seconds() >= shared.user_token_expires_at => {
            Err(Answer::failure(103, "Session expired"))
        }
        TokenKind::User => Ok(()),
        TokenKind::Page => {
            let page = request.page_id().and_then(|id| shared.world.page(id));
            match page.map(|page| page.judge(token)) {
                Some(TokenVerdict::Good) => Ok(()),
                Some(TokenVerdict::Renewed)
                    if !shared.oddities.is_on(Oddity::MintingKillsTheOldToken) =>
                {
                    Ok(())
                }
                Some(TokenVerdict::Renewed) => Err(Answer::failure(
                    105,
                    "access_token renewed please use new access_token",
                )),
                _ if *token == shared.user_token => Err(wrong()),
                _ => Err(Answer::failure(102, &format!("Invalid {parameter}"))),
            }
        }
    }
}

fn request_id(shared: &Shared) -> String {
    crate::seed::Seed::new(shared.seed)
        .of("request")
        .with(shared.journal.count())
        .text(20)
}

fn record(
    shared: &Shared,
    request: &Request,
    body: Bytes,
    answer: Option<&Answer>,
    fault: Option<&FaultKind>,
    now: i64,
) {
    let headers = request.headers.iter().map(|(name, value)| {
        (
            name.as_str().to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    });
    shared.journal.record(JournalEntry {
        number: 0,
        time: now,
        operation: request.operation.map(|operation| operation.id.to_owned()),
        method: request.method.to_string(),
        path: request.path.clone(),
        query: request.query.clone(),
        headers: headers.collect(),
        body_length: body.len(),
        body,
        status: answer.map_or(0, |answer| answer.status.as_u16()),
        response_body: answer.map(|answer| answer.body.clone()).unwrap_or_default(),
        fault: fault.map(|fault| fault.name().to_owned()),
    });
}

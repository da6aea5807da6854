//! The way of one request: fault, body, validation, rate limit, token, operation, fault again, journal.
use std::sync::Arc;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use crate::{
    answer::Answer,
    authorisation::authorise,
    call::Call,
    connection::ConnectionControl,
    delivery,
    fault::FaultKind,
    journal::JournalEntry,
    oddity::Oddity,
    operation::{Handler, Operation, TokenKind, methods_of},
    request::{self, BadBody, Content, Request},
    seed::Seed,
    shared::Shared,
    validation::{SeenRequest, Validation, Verdict, contract},
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
    let fault = fault.as_ref();
    if fault == Some(&FaultKind::ResetBefore) {
        record(&shared, &request, Bytes::new(), None, fault, now);
        control.reset();
        return Response::new(Body::empty());
    }
    let body = match request::read_body(body).await {
        Ok(body) => body,
        Err(BadBody::TooLarge) => {
            let answer = Answer::html(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
            record(&shared, &request, Bytes::new(), Some(&answer), fault, now);
            return delivery::plain(&answer);
        }
        Err(BadBody::Lost) => {
            record(&shared, &request, Bytes::new(), None, fault, now);
            return Response::new(Body::empty());
        }
    };
    let mut answer = decide(&shared, &request, &body, fault, now).await;
    if let Some(honest) = answer.honest_status
        && !shared.oddities.is_on(Oddity::ErrorsInHttp200)
    {
        answer.status = honest;
    }
    if let Some(fault) = fault {
        answer = delivery::spoiled(answer, fault);
    }
    if shared.oddities.is_on(Oddity::RequestId) {
        answer.headers.push(("x-request-id", request_id(&shared)));
    }
    let seen = (fault != Some(&FaultKind::ResetAfter)).then_some(&answer);
    record(&shared, &request, body, seen, fault, now);
    delivery::deliver(&answer, fault, &control, &shared.clock)
}

async fn decide(
    shared: &Shared,
    request: &Request,
    body: &Bytes,
    fault: Option<&FaultKind>,
    now: i64,
) -> Answer {
    let Some(operation) = request.operation else {
        return fault
            .and_then(FaultKind::instead)
            .unwrap_or_else(|| unknown_route(shared, request));
    };
    let content = Content::read(request, body).await;
    // Before the fault: a wrong request is wrong, whatever becomes of it.
    let verdict = validate(shared, operation, request, &content);
    if let Some(answer) = fault.and_then(FaultKind::instead) {
        return answer;
    }
    if fault == Some(&FaultKind::RotateToken)
        && let Some(mut page) = request.page_id().and_then(|id| shared.world.page(id))
    {
        page.mint();
    }
    if verdict.must_refuse && shared.violations.mode == Validation::Refuse {
        return refused(&verdict);
    }
    if operation.token == TokenKind::Page
        && let Some(page) = request.page_id()
        && !shared.rate_limit.admits(page, now)
    {
        return Answer::too_many_requests();
    }
    if let Err(refusal) = authorise(shared, operation, request) {
        return refusal;
    }
    let json = match content.json {
        Ok(json) => json,
        Err(problem) => return Answer::failure(100, &problem),
    };
    let call = Call {
        shared,
        path: &request.parameters,
        query: &request.query,
        body: &json,
        file: content.file,
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

fn validate(
    shared: &Shared,
    operation: &'static Operation,
    request: &Request,
    content: &Content,
) -> Verdict {
    if shared.violations.mode == Validation::Off {
        return Verdict::default();
    }
    let verdict = contract().check_request(&SeenRequest {
        operation: operation.id,
        path: &request.parameters,
        query: &request.query,
        headers: &request.headers,
        body_length: content.length,
        json: content.json.as_ref().map_err(String::as_str),
        bad_file: content.bad_file.as_deref(),
    });
    shared.violations.record(&verdict.violations);
    verdict
}

fn refused(verdict: &Verdict) -> Answer {
    let what: Vec<_> = verdict
        .violations
        .iter()
        .map(|violation| violation.what.as_str())
        .collect();
    Answer::with_status(
        StatusCode::BAD_REQUEST,
        &json!({
            "success": false,
            "error_code": 100,
            "message": format!("pancake-mock: the request breaks the API description: {}", what.join("; ")),
            "violations": what,
        }),
    )
}

fn unknown_route(shared: &Shared, request: &Request) -> Answer {
    if shared.oddities.is_on(Oddity::UnknownRoutesAreHtml) {
        return Answer::html(StatusCode::OK, "Pancake");
    }
    let path = request.path.strip_prefix("/api").unwrap_or(&request.path);
    let methods = methods_of(path);
    let (status, message) = if methods.is_empty() {
        (StatusCode::NOT_FOUND, "Not found")
    } else {
        (StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
    };
    let mut answer = Answer::with_status(status, &json!({"success": false, "message": message}));
    if !methods.is_empty() {
        answer.headers.push(("allow", methods.join(", ")));
    }
    answer
}

fn request_id(shared: &Shared) -> String {
    Seed::new(shared.seed)
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

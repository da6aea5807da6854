//! The way of one request: fault, body, validation, rate limit, token, operation, fault again, journal.
use std::{cell::Cell, sync::Arc};

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
    live,
    oddity::Oddity,
    operation::{Operation, TokenKind, meant, methods_of},
    operations,
    request::{self, BadBody, Content, Request},
    seed::Seed,
    shared::Shared,
    validation::{Validation, Verdict, contract, strange_route},
    world::Author,
};

pub(crate) async fn answer(
    shared: Arc<Shared>,
    control: ConnectionControl,
    request: axum::extract::Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let request = Request::new(parts);
    let arrival = Arrival {
        number: shared.journal.next_number(),
        now: shared.clock.unix_micros(),
    };
    let operation = request.operation.map(|operation| operation.id);
    let can_apply = |kind: &FaultKind| kind.can_apply(&request);
    let fired = shared
        .faults
        .fire(operation, request.page_id(), arrival.now, can_apply);
    let mut fault = fired.as_ref().map(|fired| &fired.kind);
    let unanswered = |fault: Option<&FaultKind>| {
        let response = Response::new(Body::empty());
        let body = Bytes::new();
        record(&shared, &request, arrival, body, None, &response, fault);
        response
    };
    if fault == Some(&FaultKind::ResetBefore) {
        control.reset();
        return unanswered(fault);
    }
    let take_back = |fault: &mut Option<&FaultKind>| {
        if let Some(fired) = &fired {
            shared.faults.take_back(fired);
        }
        *fault = None;
    };
    let (mut answer, body, rows_changed) = match request::read_body(body).await {
        Ok(body) => {
            let (answer, rows_changed) = decide(&shared, &request, &body, fault, arrival).await;
            (answer, body, rows_changed)
        }
        Err(BadBody::TooLarge) => {
            // Said by what is in front of the application, whatever the script wants.
            take_back(&mut fault);
            let html = Answer::html(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
            (html, Bytes::new(), false)
        }
        Err(BadBody::Lost) => {
            take_back(&mut fault);
            return unanswered(None);
        }
    };
    if fault.is_some_and(|kind| !kind.applies(&answer, rows_changed)) {
        take_back(&mut fault);
    }
    if let Some(honest) = answer.honest_status
        && (is_public(&request) || !shared.oddities.is_on(Oddity::ErrorsInHttp200))
    {
        answer.status = honest;
    }
    if let Some(fault) = fault {
        answer = delivery::spoiled(answer, fault);
    }
    if shared.oddities.is_on(Oddity::RequestId) {
        let seed = Seed::new(shared.seed).of("request");
        let id = seed.with(arrival.number).text(20);
        answer.headers.push(("x-request-id", id));
    }
    let response = delivery::deliver(&answer, fault, &control, &shared.clock);
    let response = delivery::dated(response, &shared.clock);
    let seen = (fault != Some(&FaultKind::ResetAfter)).then_some(&answer);
    record(&shared, &request, arrival, body, seen, &response, fault);
    response
}

/// What is known of a request before it is read.
#[derive(Clone, Copy)]
struct Arrival {
    /// Of the journal.
    number: u64,
    /// Unix microseconds.
    now: i64,
}

/// A picture is asked for by browsers, which read no code in HTTP 200.
fn is_public(request: &Request) -> bool {
    let operation = request.operation;
    operation.is_some_and(|operation| operation.token == TokenKind::Public)
}

/// The answer, and whether a paging fault has changed its rows.
async fn decide(
    shared: &Arc<Shared>,
    request: &Request,
    body: &Bytes,
    fault: Option<&FaultKind>,
    arrival: Arrival,
) -> (Answer, bool) {
    let arrived = fault.is_some_and(|fault| arrives(shared, request, fault, arrival.now));
    let plain = |answer: Answer| (answer, arrived);
    let instead = fault.and_then(FaultKind::instead);
    let Some(operation) = request.operation else {
        if shared.violations.mode != Validation::Off {
            let found = strange_route(arrival.number, &request.method, &request.path);
            shared.violations.record(found.as_slice());
        }
        return plain(instead.unwrap_or_else(|| unknown_route(shared, request)));
    };
    let content = Content::read(request, body).await;
    // Before the fault: a wrong request is wrong, whatever becomes of it.
    let verdict = validate(shared, operation, request, &content, arrival.number);
    if let Some(answer) = instead {
        return plain(answer);
    }
    if fault == Some(&FaultKind::RotateToken)
        && let Some(page) = request.page_id().and_then(|id| shared.world.front(id))
    {
        page.mint();
    }
    if verdict.must_refuse && shared.violations.mode == Validation::Refuse {
        return plain(refused(&verdict));
    }
    if operation.token == TokenKind::Page
        && let Some(page) = request.page_id()
        && !shared.rate_limit.admits(page, arrival.now)
    {
        return plain(Answer::too_many_requests());
    }
    if let Err(refusal) = authorise(shared, operation, request) {
        return plain(refusal);
    }
    let json = match content.json {
        Ok(json) => json,
        Err(problem) => return plain(Answer::failure(100, &problem)),
    };
    let call = Call {
        shared,
        request,
        body: &json,
        file: content.file,
        now: arrival.now,
        paging_fault: fault.and_then(FaultKind::paging),
        rows_changed: Cell::new(false),
    };
    let answer = operations::answer(&call, operation.id);
    (answer, arrived || call.rows_changed.get())
}

/// Lets a customer write or a row vanish, if that is what the script wants.
fn arrives(shared: &Shared, request: &Request, fault: &FaultKind, now: i64) -> bool {
    let page = request.page_id().and_then(|id| shared.world.page(id));
    let Some(mut page) = page else { return false };
    match fault {
        FaultKind::Vanish => {
            let operation = request.operation.map_or("", |operation| operation.id);
            live::first_goes(&mut page, operation, request.parameter("conversation_id"))
        }
        FaultKind::Arrival {
            conversation: None,
            text,
        } => {
            live::arrive_conversation(&mut page, text, now);
            true
        }
        FaultKind::Arrival {
            conversation: Some(id),
            text,
        } => match page.conversation_index(id) {
            Some(index) => {
                live::write(&mut page, index, Author::Customer, text, now);
                true
            }
            None => false,
        },
        _ => false,
    }
}

fn validate(
    shared: &Shared,
    operation: &'static Operation,
    request: &Request,
    content: &Content,
    number: u64,
) -> Verdict {
    if shared.violations.mode == Validation::Off {
        return Verdict::default();
    }
    let verdict = contract().check_request(number, operation, request, content);
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
            "message": format!(
                "pancake-mock: the request breaks the API description: {}. \
                 For a client that works against the service, start with --as-service",
                what.join("; "),
            ),
            "violations": what,
        }),
    )
}

fn unknown_route(shared: &Shared, request: &Request) -> Answer {
    if shared.oddities.is_on(Oddity::UnknownRoutesAreHtml) {
        let hint = meant(&request.method, &request.path);
        let hint = hint.map(|path| format!("pancake-mock: did you mean {path}"));
        return Answer::html(StatusCode::OK, hint.as_deref().unwrap_or("Pancake"));
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

fn record(
    shared: &Shared,
    request: &Request,
    arrival: Arrival,
    body: Bytes,
    answer: Option<&Answer>,
    response: &Response,
    fault: Option<&FaultKind>,
) {
    let sent = answer.map(|_| texts(response.headers()));
    shared.journal.record(JournalEntry {
        number: arrival.number,
        time: arrival.now,
        operation: request.operation.map(|operation| operation.id.to_owned()),
        method: request.method.to_string(),
        path: request.path.clone(),
        query: request.query.clone(),
        headers: texts(&request.headers),
        body_length: body.len(),
        body,
        status: answer.map_or(0, |answer| answer.status.as_u16()),
        response_headers: sent.unwrap_or_default(),
        response_body: answer.map(|answer| answer.body.clone()).unwrap_or_default(),
        response_length: answer.map_or(0, |answer| answer.body.len()),
        fault: fault.map(|fault| fault.name().to_owned()),
    });
}

fn texts(headers: &http::HeaderMap) -> Vec<(String, String)> {
    let pairs = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    });
    pairs.collect()
}

//! One call from its first attempt to its end.

use std::time::Duration;

use http::StatusCode;
use pancake_client::{AnswerKind, BoxError, Call, CallError, Response};

use super::auth::Credential;
use super::report::{Progress, Report};
use super::wire::{Answer, Bounds};
use super::{Stack, auth, envelope, wire};
use crate::error::{Error, ErrorKind, Execution};
use crate::net::limiter::RateKey;
use crate::net::metrics::Subject;
use crate::net::retry::may_repeat;
use crate::time::server_time::Moment;

/// Carries out a call and tells everyone how it went.
pub(super) async fn run(stack: &Stack, call: Call) -> Result<Response, CallError> {
    let operation = call.operation();
    let page_id = call.page_id().map(str::to_owned);
    let mut report = Report::begin(&stack.shared, operation, page_id.as_deref());
    let subject = report.subject();

    let result = within_time(stack, call, subject, &mut report.progress).await;
    let Progress {
        attempts, doubtful, ..
    } = report.progress;
    let result = result.map_err(|error| {
        let error = error
            .of(operation, page_id.as_deref())
            .with_attempts(attempts);
        // A refusal of the last attempt says nothing of the ones before it.
        match error.execution() {
            Execution::NotExecuted if doubtful => error.with_execution(Execution::Unknown),
            _ => error,
        }
    });

    report.end(result.as_ref().err());
    match result {
        Ok(answer) => Ok(response(answer, attempts)),
        Err(error) => Err(reported(error)),
    }
}

fn response(answer: Answer, attempts: u32) -> Response {
    // It was a status when it came.
    let status = StatusCode::from_u16(answer.status).unwrap_or_default();
    let mut response = Response::new(status, answer.headers, answer.body);
    response.attempts = attempts;
    response
}

/// Our error, with what the API reported beside it for those who use the generated client directly.
fn reported(error: Error) -> CallError {
    match error.api_error().cloned() {
        Some(api) => CallError::from_transport(error).with_api_error(api),
        None => CallError::from_transport(error),
    }
}

/// Bounds the time of the whole call.
async fn within_time(
    stack: &Stack,
    call: Call,
    subject: Subject<'_>,
    progress: &mut Progress,
) -> Result<Answer, Error> {
    let Some(time) = stack.options.call_timeout else {
        return attempts(stack, call, subject, progress).await;
    };
    if let Ok(result) = tokio::time::timeout(time, attempts(stack, call, subject, progress)).await {
        return result;
    }
    // A pause is no reason of its own: what the server said before it tells more.
    if let Some(error) = progress.last_error.take().filter(|_| !progress.in_flight) {
        return Err(error);
    }
    let execution = if progress.in_flight {
        Execution::Unknown
    } else {
        Execution::NotExecuted
    };
    Err(Error::new(
        ErrorKind::Timeout,
        format!("the call took longer than {time:?}"),
    )
    .with_execution(execution))
}

/// Tries until it works, or there is no use or no right to try again.
async fn attempts(
    stack: &Stack,
    mut call: Call,
    subject: Subject<'_>,
    progress: &mut Progress,
) -> Result<Answer, Error> {
    let shared = &stack.shared;
    let idempotent = call.operation().idempotent;
    let mut pauses = stack.options.retry.pauses();
    let mut credential = shared.tokens.credential(&call, || stack.user_api()).await?;
    let mut reloaded = false;
    let mut paused = false;
    loop {
        let mut error =
            match attempt(stack, &mut call, &mut credential, paused, subject, progress).await {
                Ok(answer) => {
                    shared.budget.refund();
                    return Ok(answer);
                }
                Err(error) => error,
            };
        progress.doubtful |= error.execution() != Execution::NotExecuted;
        progress.last_error = Some(error.clone());

        if !reloaded && auth::says_dead(&error) {
            reloaded = true;
            let renewed = shared
                .tokens
                .renewed(&credential, || stack.user_api())
                .await;
            // An upload that opens its file again may go out again too: a dead token proves that nothing was executed,
            // and a file that is never sent reaches nobody.
            let harmless = call.can_repeat() && (idempotent || call.reopens_body());
            if renewed.is_some() {
                error = error.with_newer_token();
            }
            if let Some(renewed) = renewed.filter(|_| harmless) {
                shared.metrics.retried(subject, &error, Duration::ZERO);
                tracing::debug!("another holder has a newer token; trying once more with that");
                credential = renewed;
                paused = false;
                // It is mended: should the time of the call run out now, that is the reason.
                progress.last_error = None;
                continue;
            }
        }

        if !call.can_repeat() || !may_repeat(&error, idempotent) {
            return Err(error);
        }
        let Some(pause) = pauses.next(error.retry_after()) else {
            return Err(error);
        };
        if !shared.budget.take() {
            tracing::debug!("the retry budget is spent");
            return Err(error);
        }
        shared.metrics.retried(subject, &error, pause);
        tracing::debug!(attempt = progress.attempts, ?pause, kind = ?error.kind(), "trying again");
        shared.clock.sleep(pause).await;
        paused = true;
    }
}

/// A file that can't be opened.
fn not_opened(error: BoxError) -> Error {
    match error.downcast::<Error>() {
        Ok(ours) => *ours,
        Err(other) => {
            let message = format!("the file can't be opened: {other}");
            Error::new(ErrorKind::File, message)
        }
    }
}

/// Sends once. `paused` says that the call has waited since its token was found.
async fn attempt(
    stack: &Stack,
    call: &mut Call,
    credential: &mut Credential,
    paused: bool,
    subject: Subject<'_>,
    progress: &mut Progress,
) -> Result<Answer, Error> {
    let shared = &stack.shared;
    let key = RateKey::of(call);
    let operation = call.operation();
    let wait = shared.limiter.acquire(&key).await;
    shared.metrics.waited(subject, wait);
    if paused || !wait.is_zero() {
        shared.tokens.refresh(credential, || stack.user_api()).await;
    }
    let secret = credential.secret();
    // A file is opened only now: nothing stays open while a call waits.
    let request = call.request(secret).await.map_err(not_opened)?;
    progress.attempts += 1;
    progress.in_flight = true;
    let bounds = Bounds {
        time: stack.options.time_for(&request),
        size: shared.answer_limit,
        // Files are public, and mostly at another host.
        moves: operation.answer == AnswerKind::File && secret.is_none(),
        // Nothing that is harmless to repeat needs a proof that it was not executed.
        may_have_moved: shared.foreign_http && !operation.idempotent,
    };
    let sent = Moment::now(shared.clock.as_ref());
    let answer = wire::send(&shared.http, request, bounds, secret).await;
    // A file may come from another host or a cache, whose clock is not the server's.
    if let Ok(answer) = &answer
        && operation.answer != AnswerKind::File
    {
        let received = Moment::now(shared.clock.as_ref());
        shared.server_clock.hear(&answer.headers, sent, received);
    }
    progress.in_flight = false;
    let result = answer.and_then(|answer| envelope::check(operation, answer, secret));

    let status = result
        .as_ref()
        .map_or_else(Error::status, |answer| Some(answer.status));
    let failed = result
        .as_ref()
        .err()
        .map(|error| tracing::field::debug(error.kind()));
    tracing::debug!(
        attempt = progress.attempts,
        status,
        kind = failed,
        ?wait,
        "attempt"
    );
    match &result {
        Ok(_) => shared.limiter.accepted(&key),
        Err(error) if error.kind() == ErrorKind::RateLimited => {
            shared.limiter.refused(&key, error.retry_after());
            shared.metrics.rate_limited(subject);
        }
        Err(_) => {}
    }
    result
}

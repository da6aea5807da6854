//! One call from its first attempt to its end.

use pancake_client::{BoxError, Call, PageId, Spare, TokenKind};

use super::auth::Credential;
use super::meta::Meta;
use super::wire::{Answer, Bounds};
use super::{Stack, answer, envelope, wire};
use crate::error::{Error, ErrorKind, Execution};
use crate::limiter::Key;
use crate::metrics::{Finished, Subject};
use crate::retry::may_repeat;
use crate::server_time::Moment;

/// How far a call has come. It outlives the call, should that run out of time.
#[derive(Default)]
struct Progress {
    attempts: u32,
    /// Whether a request is under way.
    in_flight: bool,
    /// Whether an attempt that failed may have been executed all the same.
    doubtful: bool,
    /// Why the last attempt failed.
    last_error: Option<Error>,
}

/// Carries out a call and tells everyone how it went.
pub(super) async fn run(stack: &Stack, call: Call) -> Result<reqwest::Response, BoxError> {
    let operation = call.operation();
    let page_id = call.page_id().map(str::to_owned);
    let subject = Subject {
        operation: operation.id,
        page_id: page_id.as_deref(),
    };
    let clock = &stack.shared.clock;
    let start = clock.now();
    let mut progress = Progress::default();

    let result = within_time(stack, call, subject, &mut progress)
        .await
        .map_err(|error| {
            let error = error
                .of(operation, page_id.as_deref())
                .with_attempts(progress.attempts);
            // A refusal of the last attempt says nothing of the ones before it.
            match error.execution() {
                Execution::NotExecuted if progress.doubtful => {
                    error.with_execution(Execution::Unknown)
                }
                _ => error,
            }
        });

    let time = clock.now().saturating_duration_since(start);
    let finished = Finished {
        time,
        attempts: progress.attempts,
        error: result.as_ref().err(),
    };
    report(stack, subject, finished);
    let meta = Meta {
        operation: Some(operation.id.to_owned()),
        page_id,
        attempts: progress.attempts,
        ..Meta::default()
    };
    answer::from_result(result, &meta)
}

fn report(stack: &Stack, subject: Subject<'_>, finished: Finished<'_>) {
    stack.shared.metrics.finished(subject, finished);
    let Finished {
        time,
        attempts,
        error,
    } = finished;
    match error {
        None => tracing::debug!(attempts, ?time, "done"),
        Some(error) => tracing::debug!(
            attempts,
            ?time,
            kind = ?error.kind(),
            status = error.status(),
            code = error.code().map(|code| code.get()),
            "failed"
        ),
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
    call: Call,
    subject: Subject<'_>,
    progress: &mut Progress,
) -> Result<Answer, Error> {
    let shared = &stack.shared;
    let idempotent = call.operation().idempotent;
    let mut pauses = stack.options.retry.pauses();
    let mut credential = shared.tokens.credential(&call, || stack.user_api()).await?;
    let mut reloaded = false;
    let mut next = call;
    loop {
        // A body that is a stream cannot be sent twice, unless somebody can open it again.
        let mut spare = next.spare();
        let error = match attempt(stack, next, &credential, subject, progress).await {
            Ok(answer) => {
                shared.budget.refund();
                return Ok(answer);
            }
            Err(error) => error,
        };
        progress.doubtful |= error.execution() != Execution::NotExecuted;
        progress.last_error = Some(error.clone());
        if error.execution() == Execution::NotExecuted
            && let Some(spare) = &spare
        {
            spare.not_taken();
        }

        if !reloaded {
            reloaded = true;
            let renewed = shared
                .tokens
                .renewed(&credential, &error, || stack.user_api())
                .await;
            // An upload that opens its file again may go out again too: a dead token proves that nothing was executed,
            // and a file that is never sent reaches nobody.
            let harmless = |spare: &mut Spare| idempotent || spare.opens_body();
            if let Some(renewed) = renewed
                && let Some(spare) = spare.take_if(harmless)
            {
                tracing::debug!("another holder has a newer token; trying once more with that");
                credential = renewed;
                next = once_more(spare).await?;
                continue;
            }
        }

        let Some(spare) = spare.filter(|_| may_repeat(&error, idempotent)) else {
            return Err(error);
        };
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
        next = once_more(spare).await?;
    }
}

/// The call again. Its body is opened only now, after the pause: nothing stays open meanwhile.
async fn once_more(spare: Spare) -> Result<Call, Error> {
    spare.into_call().await.map_err(|error| {
        if let Some(ours) = pancake_client::carried::<Error>(&*error) {
            return ours.clone();
        }
        let message = format!("the body of the request can't be opened again: {error}");
        Error::new(ErrorKind::File, message)
    })
}

/// Sends once.
async fn attempt(
    stack: &Stack,
    mut call: Call,
    credential: &Credential,
    subject: Subject<'_>,
    progress: &mut Progress,
) -> Result<Answer, Error> {
    let shared = &stack.shared;
    let key = key(&call);
    let operation = call.operation();
    let wait = shared.limiter.acquire(&key).await;
    shared.metrics.waited(subject, wait);

    let secret = credential.secret();
    if let Some(secret) = secret {
        call.set_token(secret);
    }
    progress.attempts += 1;
    progress.in_flight = true;
    let bounds = Bounds {
        time: stack.options.time_for(call.request()),
        size: shared.answer_limit,
    };
    let sent = Moment::now(shared.clock.as_ref());
    let answer = wire::send(&shared.http, call.into_request(), bounds, secret).await;
    if let Ok(answer) = &answer {
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

fn key(call: &Call) -> Key {
    match (call.operation().token, call.page_id()) {
        (TokenKind::Page, Some(page)) => Key::Page(PageId::from(page)),
        _ => Key::User,
    }
}

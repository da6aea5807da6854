//! The transport of this crate: a stack of small parts that every call of every operation goes through.
//!
//! For each attempt of a call: `auth` finds the token, `wire` sends and reads within bounds, `envelope` tells success
//! from failure and `scrub` keeps the token out of whatever leaves. Nothing above the transport ever sees a token, and
//! nothing above the envelope ever sees `success: false`.

pub(crate) mod auth;
pub(crate) mod envelope;
pub(crate) mod meta;
pub(crate) mod retry_after;
pub(crate) mod scrub;
pub(crate) mod wire;

use std::sync::Arc;

use pancake_client::types::ApiError;
use pancake_client::{BoxError, Call, Transport, TransportFuture};

use self::auth::{Credential, Tokens};
use self::meta::Meta;
use self::wire::{Answer, Bounds};
use crate::error::{Error, ErrorKind};

/// What all clones of a client share.
pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    pub(crate) tokens: Tokens,
    pub(crate) bounds: Bounds,
}

/// The stack.
#[derive(Clone)]
pub(crate) struct Stack(pub(crate) Arc<Shared>);

impl Transport for Stack {
    fn execute(&self, call: Call) -> TransportFuture<'_> {
        Box::pin(async move {
            let mut meta = Meta {
                operation: Some(call.operation().id.to_owned()),
                page_id: call.page_id().map(str::to_owned),
                ..Meta::default()
            };
            let result = self.carry_out(call, &mut meta.attempts).await;
            finish(result, meta)
        })
    }
}

impl Stack {
    async fn carry_out(&self, call: Call, attempts: &mut u32) -> Result<Answer, Error> {
        let idempotent = call.operation().idempotent;
        let spare = if idempotent { call.try_clone() } else { None };
        let credential = self.0.tokens.credential(&call).await?;
        let error = match self.attempt(call, &credential, attempts).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        match (self.0.tokens.renewed(&credential, &error).await, spare) {
            (Some(renewed), Some(call)) => self.attempt(call, &renewed, attempts).await,
            _ => Err(error),
        }
    }

    /// Sends once.
    async fn attempt(
        &self,
        mut call: Call,
        credential: &Credential,
        attempts: &mut u32,
    ) -> Result<Answer, Error> {
        let secret = credential.secret();
        if let Some(secret) = secret {
            call.set_token(secret);
        }
        *attempts += 1;
        let answer = wire::send(&self.0.http, call.into_request(), self.0.bounds).await?;
        envelope::check(answer, secret)
    }
}

/// Gives the generated client what it understands: an answer with status 200; an error of the API with an error status,
/// which it decodes as [`ApiError`]; or another error as it is.
fn finish(result: Result<Answer, Error>, mut meta: Meta) -> Result<reqwest::Response, BoxError> {
    match result {
        Ok(answer) => {
            meta.status = Some(answer.status);
            Ok(respond(answer, &meta)?)
        }
        Err(error) => {
            let error = meta.name(error);
            match as_answer(&error) {
                Some(answer) => {
                    meta.status = error.status();
                    Ok(respond(answer, &meta)?)
                }
                None => Err(Box::new(error)),
            }
        }
    }
}

/// An error of the API as the answer the API should have given.
fn as_answer(error: &Error) -> Option<Answer> {
    let api: &ApiError = error.api_error()?;
    let status = error
        .status()
        .filter(|status| (400..600).contains(status))
        .unwrap_or(422);
    let body = serde_json::to_vec(api).ok()?.into();
    let mut headers = http::HeaderMap::new();
    if let Some(id) = error.request_id().and_then(|id| id.parse().ok()) {
        headers.insert(scrub::REQUEST_ID, id);
    }
    if let Some(wait) = error.retry_after() {
        headers.insert(http::header::RETRY_AFTER, wait.as_secs().into());
    }
    Some(Answer {
        status,
        headers,
        body,
    })
}

fn respond(answer: Answer, meta: &Meta) -> Result<reqwest::Response, Error> {
    let mut response = http::Response::new(reqwest::Body::from(answer.body));
    *response.status_mut() = http::StatusCode::from_u16(answer.status)
        .map_err(|_| Error::new(ErrorKind::InvalidAnswer, "the answer has no valid status"))?;
    *response.headers_mut() = answer.headers;
    meta.write(response.headers_mut());
    Ok(response.into())
}

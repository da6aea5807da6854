//! Sends one request and reads its answer, within a time and a size.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use reqwest::{Request, Response};

use pancake_client::secret::AccessToken;

use super::{envelope, redirect};
use crate::error::{Error, ErrorKind, Execution};

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Bytes reserved for an answer that announces its length. The largest pages seen have some 200 KiB.
const MOST_RESERVED: usize = 1024 * 1024;

/// What one request may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Time from the first byte sent to the last byte read.
    pub(crate) time: Duration,
    /// Bytes of an answer.
    pub(crate) size: usize,
    /// Whether the answer may come from another address than was asked.
    pub(crate) moves: bool,
    /// Whether the client may have followed a redirect, so that a failure to connect does not prove that nothing was sent.
    pub(crate) may_have_moved: bool,
}

/// What stands in front of the body of an answer.
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
}

/// Sends a request once. `token` is the one it carries, to be kept out of errors.
pub(crate) async fn send(
    http: &reqwest::Client,
    request: Request,
    bounds: Bounds,
    token: Option<&AccessToken>,
) -> Result<Answer, Error> {
    // It outlives the exchange: a body that breaks off, or never ends, takes neither status nor headers away.
    let mut head = None;
    let exchange = exchange(http, request, bounds, &mut head);
    let error = match tokio::time::timeout(bounds.time, exchange).await {
        Ok(Ok(answer)) => return Ok(answer),
        Ok(Err(error)) => error,
        Err(_) => Error::new(
            ErrorKind::Timeout,
            format!("no complete answer within {:?}", bounds.time),
        )
        .with_execution(Execution::Unknown),
    };
    Err(match head {
        Some(head) => envelope::unread(error, &head, token),
        None => error,
    })
}

async fn exchange(
    http: &reqwest::Client,
    request: Request,
    bounds: Bounds,
    head: &mut Option<Head>,
) -> Result<Answer, Error> {
    let asked = request.url().clone();
    let sent = http.execute(request).await;
    let response = sent.map_err(|error| match bounds.may_have_moved && error.is_connect() {
        true => redirect::unproven(error),
        false => failed(error),
    })?;
    if !bounds.moves {
        redirect::check(&asked, response.url(), response.status().as_u16())?;
    }
    let Head { status, headers } = head.insert(Head {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
    });
    let body = read(response, bounds.size).await?;
    Ok(Answer {
        status: *status,
        headers: std::mem::take(headers),
        body,
    })
}

/// Reads a body chunk by chunk: an endless one must not fill the memory.
async fn read(mut response: Response, size: usize) -> Result<Bytes, Error> {
    let mut body = BytesMut::with_capacity(announced(&response).min(size));
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > size {
            return Err(too_long(size));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The length that the answer announces, so that its parts are copied once; a server that lies makes us reserve no more
/// than a large page takes.
fn announced(response: &Response) -> usize {
    let length = response.content_length().unwrap_or_default();
    usize::try_from(length).map_or(MOST_RESERVED, |length| length.min(MOST_RESERVED))
}

fn too_long(size: usize) -> Error {
    let message = format!("the answer is larger than {size} bytes");
    Error::new(ErrorKind::InvalidAnswer, message).with_execution(Execution::Unknown)
}

/// What a failure of reqwest means: only one that came before the connection proves that nothing was executed.
pub(crate) fn failed(error: reqwest::Error) -> Error {
    // The body of an upload failed, with a reason of its own.
    if let Some(ours) = Error::find(&error) {
        return ours.clone();
    }
    // The address holds the token.
    let error = error.without_url();
    let (kind, message, execution) = if error.is_builder() {
        (
            ErrorKind::InvalidRequest,
            "the request can't be built",
            Execution::NotExecuted,
        )
    } else if error.is_connect() {
        (
            ErrorKind::Connect,
            "no connection to the server",
            Execution::NotExecuted,
        )
    } else if error.is_timeout() {
        (ErrorKind::Timeout, "no answer in time", Execution::Unknown)
    } else {
        (
            ErrorKind::Interrupted,
            "the connection broke",
            Execution::Unknown,
        )
    };
    Error::new(kind, message)
        .with_execution(execution)
        .with_source(error)
}

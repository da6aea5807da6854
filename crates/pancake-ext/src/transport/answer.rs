//! What the transport gives the generated client: an answer with status 200, an error of the API with an error status,
//! or another error as it is.

use pancake_client::BoxError;

use super::meta::Meta;
use super::scrub;
use super::wire::Answer;
use crate::error::{Error, ErrorKind, Execution};

/// Turns the result of a call into what the generated client understands.
///
/// An error that the API reported becomes an answer with an error status, so that people who use the generated client
/// directly get it as `Error::ErrorResponse` with its fields.
pub(crate) fn from_result(
    result: Result<Answer, Error>,
    mut meta: Meta,
) -> Result<reqwest::Response, BoxError> {
    let error = match result {
        Ok(answer) => return Ok(respond(answer, &meta)?),
        Err(error) => error,
    };
    match as_answer(&error) {
        Some(answer) => {
            meta.operation = error.operation().map(str::to_owned);
            meta.page_id = error.page_id().map(|page| page.as_str().to_owned());
            meta.attempts = error.attempts();
            meta.doubtful = error.execution() == Execution::Unknown;
            meta.status = error.status();
            Ok(respond(answer, &meta)?)
        }
        None => Err(Box::new(error)),
    }
}

/// An error of the API as the answer the API should have given to this call. One of a look-up before it is none.
fn as_answer(error: &Error) -> Option<Answer> {
    let of_another_call = |source: &(dyn std::error::Error + 'static)| source.is::<Error>();
    if std::error::Error::source(error).is_some_and(of_another_call) {
        return None;
    }
    let body = serde_json::to_vec(error.api_error()?).ok()?.into();
    let status = error
        .status()
        .filter(|status| (400..600).contains(status))
        .unwrap_or(422);
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

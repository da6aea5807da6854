//! What the transport gives the generated client: an answer with status 200, or an error as it is.

use pancake_client::{BoxError, Reported};

use super::meta::Meta;
use super::wire::Answer;
use crate::error::{Error, ErrorKind};

/// Turns the result of a call into what the generated client understands.
///
/// What the API reported goes along with our error, so that people who use the generated client directly find its fields by
/// `CallError::api_error`.
pub(crate) fn from_result(
    result: Result<Answer, Error>,
    meta: &Meta,
) -> Result<reqwest::Response, BoxError> {
    match result {
        Ok(answer) => Ok(respond(answer, meta)?),
        Err(error) => Err(match error.api_error().cloned() {
            Some(api) => Box::new(Reported::new(api, error)),
            None => Box::new(error),
        }),
    }
}

fn respond(answer: Answer, meta: &Meta) -> Result<reqwest::Response, Error> {
    let mut response = http::Response::new(reqwest::Body::from(answer.body));
    *response.status_mut() = http::StatusCode::from_u16(answer.status)
        .map_err(|_| Error::new(ErrorKind::InvalidAnswer, "the answer has no valid status"))?;
    *response.headers_mut() = answer.headers;
    meta.write(response.headers_mut());
    Ok(response.into())
}

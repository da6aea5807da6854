//! Redirects that an HTTP client of the program's own has followed, although none is to be: the address holds the token.

use reqwest::Url;

use crate::error::{Error, ErrorKind, Execution};

const ADVICE: &str =
    "build it with http_client_builder(), or change ours with PancakeBuilder::configure_http";

/// Refuses an answer that came from another address than was asked.
pub(super) fn check(asked: &Url, answered: &Url, status: u16) -> Result<(), Error> {
    if asked == answered {
        return Ok(());
    }
    // Of the address only what holds no token. Another path of the same host is another operation, or none.
    let to = match asked.origin() == answered.origin() {
        true => "another address of the same host".to_owned(),
        false => answered.origin().ascii_serialization(),
    };
    let message = format!(
        "the HTTP client of this program has followed a redirect to {to}, token and all: {ADVICE}"
    );
    let error = Error::new(ErrorKind::InvalidAnswer, message);
    Err(error
        .with_execution(Execution::Unknown)
        .with_status(status, None))
}

/// A connection that failed may have been that to the target of a redirect, which was the answer to a request that was sent.
pub(super) fn unproven(error: reqwest::Error) -> Error {
    let message = format!(
        "no connection, and the HTTP client of this program may have been redirected before, so that nobody knows whether \
         the call was executed: {ADVICE}"
    );
    // The address holds the token. Not `Connect`, which says that nothing was sent.
    Error::new(ErrorKind::Interrupted, message)
        .with_execution(Execution::Unknown)
        .with_source(error.without_url())
}

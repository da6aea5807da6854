//! Carries an error of ours through `reqwest::Error`, the only error that progenitor's seam lets pass.

use std::error::Error;
use std::fmt;

use crate::Failure;
use crate::transport::BoxError;

/// Finds an error of type `E` that a transport gave, behind the error of a generated method.
///
/// ```
/// # fn f(error: pancake_client::CallError) {
/// use pancake_client::{InvalidPath, carried};
///
/// if let Some(invalid) = carried::<InvalidPath>(&error) {
///     eprintln!("{} was not sent: {invalid}", invalid.operation());
/// }
/// # }
/// ```
pub fn carried<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// A transport gave this error in place of an answer. It is printed like the error itself, which is its source.
#[derive(Debug)]
pub struct TransportError(BoxError);

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

impl TransportError {
    /// What the transport gave, without what stands around it.
    pub(crate) fn given(&self) -> &(dyn Error + Send + Sync + 'static) {
        match self.0.downcast_ref::<Reported>() {
            Some(reported) => &*reported.error,
            None => &*self.0,
        }
    }
}

/// A transport that looks into answers gives this for what the API itself reports: its own error, and the API's, which
/// [`CallError::api_error`](crate::CallError::api_error) finds again. It is printed like the transport's error, which is
/// its source.
pub struct Reported {
    api: Box<Failure>,
    error: BoxError,
}

impl Reported {
    /// Joins the two. `error` must hold neither a token nor an address.
    pub fn new(api: Failure, error: impl Into<BoxError>) -> Self {
        Reported {
            api: Box::new(api),
            error: error.into(),
        }
    }

    /// What the API reported.
    pub fn api_error(&self) -> &Failure {
        &self.api
    }
}

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl fmt::Debug for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl Error for Reported {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.error)
    }
}

/// Makes a `reqwest::Error` with `error` as its source, behind a [`TransportError`].
///
/// reqwest has no public way to make one, but it makes one around whatever a body fails with.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) async fn into_reqwest(error: BoxError) -> reqwest::Error {
    let error = match error.downcast::<reqwest::Error>() {
        Ok(error) => return error.without_url(),
        Err(error) => error,
    };
    let failing =
        futures_util::stream::once(async { Err::<bytes::Bytes, _>(TransportError(error)) });
    let body = reqwest::Body::wrap_stream(failing);
    match reqwest::Response::from(http::Response::new(body))
        .bytes()
        .await
    {
        Err(error) => error.without_url(),
        Ok(_) => bare_error(),
    }
}

/// In a browser the reason is lost: reqwest cannot make an answer from parts there.
#[cfg(target_arch = "wasm32")]
pub(crate) async fn into_reqwest(error: BoxError) -> reqwest::Error {
    match error.downcast::<reqwest::Error>() {
        Ok(error) => error.without_url(),
        Err(_) => bare_error(),
    }
}

/// Some `reqwest::Error`, without a reason.
fn bare_error() -> reqwest::Error {
    let mut mime = String::from("not a mime type");
    loop {
        match reqwest::multipart::Part::text("").mime_str(&mime) {
            Err(error) => return error,
            Ok(_) => mime.push(' '),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("mine")]
    struct Mine;

    #[tokio::test]
    async fn an_error_that_travels_through_reqwest_is_found_again() {
        let error = into_reqwest(Box::new(Mine)).await;
        assert!(carried::<Mine>(&error).is_some());
        let error = progenitor_client::Error::<()>::CommunicationError(error);
        assert!(carried::<Mine>(&error).is_some());
        assert!(format!("{error:#}").contains("mine"));
    }

    #[test]
    fn the_bare_error_is_one() {
        assert!(bare_error().is_builder());
    }
}

//! The `reqwest::Client` this crate wants: TLS by feature, no redirects, no `Referer`, no retries of its own.

use reqwest::ClientBuilder;

/// TLS could not be set up.
#[derive(Debug)]
pub struct HttpClientError(
    /// What the TLS library said.
    String,
);

impl std::fmt::Display for HttpClientError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "could not set up TLS: {}", self.0)
    }
}

impl std::error::Error for HttpClientError {}

/// Begins a `reqwest::Client` with TLS by the chosen feature, to which anything can be added (proxies, time-outs).
///
/// Redirects are not followed and no `Referer` is sent, because the token travels in the address: a followed redirect
/// would hand it to another host. Nothing is sent a second time by the client itself. With the feature `rustls`, certificates
/// are checked by the verifier of the operating system; `reqwest::Client::new()` panics in such a program unless it installs a
/// provider of its own.
///
/// # Errors
///
/// [`HttpClientError`] if the operating system has no certificates to trust.
pub fn http_client_builder() -> Result<ClientBuilder, HttpClientError> {
    let builder = with_tls(ClientBuilder::new())?;
    #[cfg(not(target_arch = "wasm32"))]
    let builder = builder
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // By itself, reqwest sends a request up to twice more after some refusals of HTTP/2 (REFUSED_STREAM, GOAWAY), and
        // any crate of a program can switch HTTP/2 on. What may be sent again is for the transport to decide.
        .retry(reqwest::retry::never());
    Ok(builder)
}

/// reqwest's own `rustls` feature builds aws-lc, a C library that costs more than everything else together; so ring
/// comes through a ready configuration.
#[cfg(all(feature = "rustls", not(target_arch = "wasm32")))]
fn with_tls(builder: ClientBuilder) -> Result<ClientBuilder, HttpClientError> {
    use std::sync::Arc;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| HttpClientError(error.to_string()))?;
    let config = rustls_platform_verifier::BuilderVerifierExt::with_platform_verifier(versions)
        .map_err(|error| HttpClientError(error.to_string()))?
        .with_no_client_auth();
    Ok(builder.tls_backend_preconfigured(config))
}

#[cfg(not(all(feature = "rustls", not(target_arch = "wasm32"))))]
fn with_tls(builder: ClientBuilder) -> Result<ClientBuilder, HttpClientError> {
    Ok(builder)
}

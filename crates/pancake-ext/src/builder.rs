//! Settings of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use pancake_client::{Client, DEFAULT_BASE_URL, PageId, http_client_builder};

use crate::base_url;
use crate::error::{Error, ErrorKind};
use crate::pancake::Pancake;
use crate::token::{PageToken, StaticTokens, TokenProvider, UserToken};
use crate::transport::auth::Tokens;
use crate::transport::wire::Bounds;
use crate::transport::{Shared, Stack};

/// Time to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for one request and its answer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest pages seen have some 200 KiB.
const ANSWER_LIMIT: usize = 64 * 1024 * 1024;

/// Settings of a [`Pancake`] client. Made by [`Pancake::builder`].
#[must_use = "settings do nothing until the client is built"]
pub struct PancakeBuilder {
    base_url: String,
    allow_insecure_http: bool,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    answer_limit: usize,
    user_token: Option<UserToken>,
    page_tokens: StaticTokens,
    provider: Option<Arc<dyn TokenProvider>>,
    http: Option<reqwest::Client>,
}

impl PancakeBuilder {
    pub(crate) fn new() -> Self {
        PancakeBuilder {
            base_url: DEFAULT_BASE_URL.to_owned(),
            allow_insecure_http: false,
            connect_timeout: CONNECT_TIMEOUT,
            attempt_timeout: ATTEMPT_TIMEOUT,
            answer_limit: ANSWER_LIMIT,
            user_token: None,
            page_tokens: StaticTokens::new(),
            provider: None,
            http: None,
        }
    }

    /// Address of the service; `https://pages.fm/api` if not given. Plain `http` is taken for loopback addresses only,
    /// since tokens travel in the address.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Allows plain `http` to any host. Everybody on the way can read the tokens then.
    pub fn allow_insecure_http(mut self) -> Self {
        self.allow_insecure_http = true;
        self
    }

    /// Time to connect; 10 seconds if not given. Without effect on a client of [`http_client`](Self::http_client).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Time for one request and the whole of its answer; 30 seconds if not given. Uploads of large files need more.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Bytes that an answer may have; 64 MiB if not given.
    pub fn answer_limit(mut self, bytes: usize) -> Self {
        self.answer_limit = bytes;
        self
    }

    /// The token for `list_pages` and `generate_page_access_token`.
    pub fn user_token(mut self, token: impl Into<UserToken>) -> Self {
        self.user_token = Some(token.into());
        self
    }

    /// The token of a page. Call it once for each page.
    pub fn page_token(mut self, page: impl Into<PageId>, token: impl Into<PageToken>) -> Self {
        self.page_tokens.insert(page, token);
        self
    }

    /// Where page tokens come from, in place of those given with [`page_token`](Self::page_token).
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.provider = Some(Arc::new(provider));
        self
    }

    /// Sends with this HTTP client, for proxies, certificates and the like.
    ///
    /// Begin with [`pancake_client::http_client_builder`], which sets up TLS and follows no redirects. A client that does
    /// follow them hands tokens to the host it is redirected to.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Builds the client. No request is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if the address is not usable, an empty token was given, or TLS cannot be set up.
    pub fn build(self) -> Result<Pancake, Error> {
        let base_url = base_url::check(&self.base_url, self.allow_insecure_http)?;
        if self
            .user_token
            .as_ref()
            .is_some_and(|token| token.expose().is_empty())
        {
            return Err(Error::new(
                ErrorKind::Configuration,
                "the user token is empty",
            ));
        }
        let http = match self.http {
            Some(http) => http,
            None => http(self.connect_timeout)?,
        };
        let pages = self.provider.unwrap_or_else(|| Arc::new(self.page_tokens));
        let stack = Stack(Arc::new(Shared {
            http: http.clone(),
            tokens: Tokens {
                user: self.user_token,
                pages,
            },
            bounds: Bounds {
                time: self.attempt_timeout,
                size: self.answer_limit,
            },
        }));
        Ok(Pancake::new(Client::with_transport(&base_url, http, stack)))
    }
}

fn http(connect_timeout: Duration) -> Result<reqwest::Client, Error> {
    http_client_builder()
        .map_err(|error| Error::new(ErrorKind::Configuration, error.to_string()))?
        .connect_timeout(connect_timeout)
        .user_agent(concat!("pancake-ext/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| {
            Error::new(ErrorKind::Configuration, "the HTTP client can't be built")
                .with_source(error)
        })
}

/// Shows the address only.
impl fmt::Debug for PancakeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PancakeBuilder")
            .field("user_token", &self.user_token)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_cannot_work_are_refused_when_the_client_is_built() {
        for builder in [
            Pancake::builder().base_url("http://example.com"),
            Pancake::builder().base_url("nonsense"),
            Pancake::builder().user_token("  "),
        ] {
            assert_eq!(
                builder.build().unwrap_err().kind(),
                ErrorKind::Configuration
            );
        }
    }

    #[test]
    fn debug_of_settings_and_client_shows_no_token() {
        let builder = Pancake::builder()
            .user_token("canary-user")
            .page_token("1", "canary-page");
        assert!(!format!("{builder:?} {builder:#?}").contains("canary"));
        let pancake = builder.build().unwrap();
        assert!(!format!("{pancake:?} {pancake:#?} {:?}", pancake.client()).contains("canary"));
    }
}

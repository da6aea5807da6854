//! Settings of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use pancake_client::reqwest::ClientBuilder;
use pancake_client::{DEFAULT_BASE_URL, PageId, SharedTransport, Transport, http_client_builder};

use crate::error::{Error, ErrorKind};
use crate::net::auth::Tokens;
use crate::net::base_url;
use crate::net::limiter::{Limiter, RateGate, RateLimit};
use crate::net::metrics::{Metrics, NoMetrics};
use crate::net::options::CallOptions;
use crate::net::retry::{RetryBudget, RetryPolicy};
use crate::net::{Shared, Wrap};
use crate::scope::pancake::{Core, Pancake};
use crate::time::clock::{Clock, TokioClock};
use crate::time::server_time::ServerClock;
use crate::token::{DiscoveredTokens, PageToken, StaticTokens, TokenProvider, UserToken};

/// Time to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest pages seen have some 200 KiB.
const ANSWER_LIMIT: usize = 64 * 1024 * 1024;

type ConfigureHttp = dyn FnOnce(ClientBuilder) -> ClientBuilder + Send + Sync;

impl Pancake {
    /// Begins the settings of a client.
    pub fn builder() -> PancakeBuilder {
        PancakeBuilder::new()
    }
}

/// Settings of a [`Pancake`] client. Made by [`Pancake::builder`].
#[must_use = "settings do nothing until the client is built"]
pub struct PancakeBuilder {
    base_url: String,
    allow_insecure_http: bool,
    connect_timeout: Duration,
    answer_limit: usize,
    user_token: Option<UserToken>,
    page_tokens: StaticTokens,
    provider: Option<Arc<dyn TokenProvider>>,
    http: Option<reqwest::Client>,
    configure_http: Option<Box<ConfigureHttp>>,
    options: CallOptions,
    rate_limit: RateLimit,
    rate_gate: Option<Arc<dyn RateGate>>,
    budget: RetryBudget,
    clock: Arc<dyn Clock>,
    metrics: Arc<dyn Metrics>,
    wrap: Option<Arc<Wrap>>,
}

impl PancakeBuilder {
    pub(crate) fn new() -> Self {
        PancakeBuilder {
            base_url: DEFAULT_BASE_URL.to_owned(),
            allow_insecure_http: false,
            connect_timeout: CONNECT_TIMEOUT,
            answer_limit: ANSWER_LIMIT,
            user_token: None,
            page_tokens: StaticTokens::new(),
            provider: None,
            http: None,
            configure_http: None,
            options: CallOptions::default(),
            rate_limit: RateLimit::default(),
            rate_gate: None,
            budget: RetryBudget::default(),
            clock: Arc::new(TokioClock),
            metrics: Arc::new(NoMetrics),
            wrap: None,
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

    /// The token for `list_pages` and `generate_page_access_token`. With it, page tokens that were not given are read
    /// from the list of pages; nothing is minted.
    pub fn user_token(mut self, token: impl Into<UserToken>) -> Self {
        self.user_token = Some(token.into());
        self
    }

    /// The token of a page. Call it once for each page.
    pub fn page_token(mut self, page: impl Into<PageId>, token: impl Into<PageToken>) -> Self {
        self.page_tokens.insert(page, token);
        self
    }

    /// Where page tokens come from, in place of those given with [`page_token`](Self::page_token) and those read from the
    /// list of pages.
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.provider = Some(Arc::new(provider));
        self
    }

    /// Time to connect; 10 seconds if not given. Without effect on a client of [`http_client`](Self::http_client).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Time for one request and the whole of its answer; 30 seconds if not given, and more for uploads. See
    /// [`CallOptions::attempt_timeout`].
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.attempt_timeout(timeout);
        self
    }

    /// Time for a call in all, with waiting and retries; no bound if not given.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.call_timeout(timeout);
        self
    }

    /// How often a failed call is tried again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options = self.options.retry(policy);
        self
    }

    /// How many retries there may be while nothing succeeds; 100 if not given. Clients can share one.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// How many calls a second go out; 4 for each page if not given.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = limit;
        self
    }

    /// A rate limit that this process shares with others. It is asked before each attempt, after the
    /// [`rate_limit`](Self::rate_limit) of this process. Defaults to none.
    pub fn rate_gate(mut self, gate: impl RateGate) -> Self {
        self.rate_gate = Some(Arc::new(gate));
        self
    }

    /// Bytes that an answer may have; 64 MiB if not given.
    pub fn answer_limit(mut self, bytes: usize) -> Self {
        self.answer_limit = bytes;
        self
    }

    /// Receives numbers: calls, retries, waits, refusals.
    pub fn metrics(mut self, metrics: impl Metrics) -> Self {
        self.metrics = Arc::new(metrics);
        self
    }

    /// The clock for pauses, so that tests need not wait.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Changes the HTTP client that this crate sends with: proxies, certificates, a resolver and the like. Redirects stay
    /// unfollowed and nothing is repeated below this crate, whatever the closure sets.
    ///
    /// ```
    /// use pancake_ext::Pancake;
    ///
    /// let pancake = Pancake::builder().configure_http(|http| http.user_agent("shop/1.0").no_proxy()).build()?;
    /// # Ok::<(), pancake_ext::Error>(())
    /// ```
    ///
    /// Called more than once, each closure is given what the one before made of it. Not to be used beside
    /// [`http_client`](Self::http_client), which no closure could change: [`build`](Self::build) refuses that.
    pub fn configure_http(
        mut self,
        configure: impl FnOnce(ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.configure_http = Some(match self.configure_http.take() {
            Some(before) => Box::new(move |builder| configure(before(builder))),
            None => Box::new(configure),
        });
        self
    }

    /// Sends with this HTTP client, such as one that the program has anyway. For a client with a proxy or certificates of
    /// its own, [`configure_http`](Self::configure_http) is the better way.
    ///
    /// Begin with [`http_client_builder`], which sets up TLS, follows no redirects and repeats nothing. A client that does
    /// follow them hands tokens to the host it is redirected to; such an answer is refused with
    /// [`ErrorKind::InvalidAnswer`]. And since nobody can see from here whether a client does, a send that finds no
    /// connection counts as one whose outcome is unknown ([`Execution::Unknown`](crate::Execution::Unknown)) and is not
    /// tried again: the connection may have been that to the target of a redirect.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Puts a transport of your own in front of this crate's, or in its place.
    ///
    /// The closure runs for every client that [`Pancake::with_options`] makes and for look-ups of tokens, so state that they
    /// should share belongs into an `Arc` outside of it.
    ///
    /// It sees every call of every operation before a token is added. Passing the call on to the transport it was given
    /// keeps all policies; not doing so replaces them.
    ///
    /// ```
    /// use pancake_ext::Pancake;
    /// use pancake_ext::client::{Call, SharedTransport, Transport, TransportFuture};
    ///
    /// /// Prints what is called.
    /// struct Printing(SharedTransport);
    ///
    /// impl Transport for Printing {
    ///     fn execute(&self, call: Call) -> TransportFuture<'_> {
    ///         println!("{} {:?}", call.operation().id, call.page_id());
    ///         self.0.execute(call)
    ///     }
    /// }
    ///
    /// let pancake = Pancake::builder().wrap_transport(Printing).build()?;
    /// # Ok::<(), pancake_ext::Error>(())
    /// ```
    ///
    /// One in place of ours sends nothing unless it does so itself. It has none of the policies then: no limiter, no retries,
    /// no tokens, no look at the envelope. Such as one that answers by itself, in a test:
    ///
    /// ```
    /// use pancake_ext::client::{Call, Response, Transport, TransportFuture};
    /// use pancake_ext::{Error, Pancake};
    ///
    /// /// Responds without sending.
    /// struct Canned;
    ///
    /// impl Transport for Canned {
    ///     fn execute(&self, call: Call) -> TransportFuture<'_> {
    ///         let body = match call.operation().id {
    ///             "list_tags" => r##"{"tags":[{"id":5,"text":"Đã mua","color":"#00a65a"}]}"##,
    ///             _ => "{}",
    ///         };
    ///         Box::pin(async move { Ok(Response::json(body)) })
    ///     }
    /// }
    ///
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// let pancake = Pancake::builder().wrap_transport(|_ours| Canned).build()?;
    /// let tags = pancake.page("1000000000000001").tags().await?;
    /// assert_eq!(tags[0].text.as_deref(), Some("Đã mua"));
    /// # Ok::<(), Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wrap_transport<T: Transport>(
        mut self,
        wrap: impl Fn(SharedTransport) -> T + Send + Sync + 'static,
    ) -> Self {
        self.wrap = Some(Arc::new(move |inner| SharedTransport::new(wrap(inner))));
        self
    }

    /// Builds the client. No request is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if the address is not usable, an empty token was given, TLS cannot be set up, or there is
    /// both an [`http_client`](Self::http_client) and something to [`configure_http`](Self::configure_http).
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
        if let Some(page) = self.page_tokens.first_empty() {
            let message = format!("the token of page {page} is empty");
            return Err(Error::new(ErrorKind::Configuration, message));
        }
        let foreign_http = self.http.is_some();
        if foreign_http && self.configure_http.is_some() {
            // Without the proxy that somebody meant to set, tokens would go another way.
            return Err(Error::new(
                ErrorKind::Configuration,
                "both http_client and configure_http were given, and a client that is built can't be changed: set it up where \
                 it is built, from http_client_builder(), or leave http_client out",
            ));
        }
        let http = match self.http {
            Some(http) => http,
            None => {
                let local = base_url::is_local(&base_url);
                http(self.connect_timeout, local, self.configure_http)?
            }
        };
        let pages = match (self.provider, &self.user_token) {
            (Some(provider), _) => provider,
            (None, Some(_)) => Arc::new(DiscoveredTokens::with(self.page_tokens)),
            (None, None) => Arc::new(self.page_tokens),
        };
        let shared = Shared {
            base_url,
            http,
            foreign_http,
            tokens: Tokens {
                user: self.user_token,
                pages,
            },
            limiter: Limiter::new(self.rate_limit, self.clock.clone(), self.rate_gate),
            budget: self.budget,
            clock: self.clock,
            metrics: self.metrics,
            options: self.options.clone(),
            answer_limit: self.answer_limit,
            wrap: self.wrap,
            server_clock: ServerClock::default(),
        };
        Ok(Pancake::new(Arc::new(Core::new(shared)), self.options))
    }
}

fn http(
    connect_timeout: Duration,
    local: bool,
    configure: Option<Box<ConfigureHttp>>,
) -> Result<reqwest::Client, Error> {
    let builder = http_client_builder()
        .map_err(|error| Error::new(ErrorKind::Configuration, error.to_string()))?;
    // Plain http to this machine must not go out to a proxy of the environment, tokens and all.
    let builder = if local { builder.no_proxy() } else { builder };
    let builder = builder
        .connect_timeout(connect_timeout)
        .user_agent(concat!("pancake-ext/", env!("CARGO_PKG_VERSION")));
    let builder = match configure {
        // As in `http_client_builder`, whatever was set meanwhile.
        Some(configure) => configure(builder)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never()),
        None => builder,
    };
    builder.build().map_err(|error| {
        Error::new(ErrorKind::Configuration, "the HTTP client can't be built").with_source(error)
    })
}

/// Shows no address, which could be an internal one, and no token.
impl fmt::Debug for PancakeBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PancakeBuilder")
            .field("options", &self.options)
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
            Pancake::builder().page_token("1", ""),
        ] {
            assert_eq!(
                builder.build().unwrap_err().kind(),
                ErrorKind::Configuration
            );
        }
    }

    #[test]
    fn all_that_is_to_be_changed_about_the_http_client_is_changed_in_that_order() {
        let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
        let note = |what: &'static str| {
            let seen = seen.clone();
            move |http| {
                seen.lock().unwrap().push(what);
                http
            }
        };
        let builder = Pancake::builder()
            .configure_http(note("proxy"))
            .configure_http(note("certificate"))
            .configure_http(note("resolver"));
        builder.build().unwrap();
        assert_eq!(*seen.lock().unwrap(), ["proxy", "certificate", "resolver"]);
    }

    #[test]
    fn changes_to_a_client_that_is_built_already_are_refused_and_not_left_out() {
        let http = || http_client_builder().unwrap().build().unwrap();
        for builder in [
            Pancake::builder()
                .http_client(http())
                .configure_http(|http| http),
            Pancake::builder()
                .configure_http(|http| http)
                .http_client(http()),
        ] {
            let error = builder.build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.message().contains("configure_http"), "{error}");
        }
        Pancake::builder().http_client(http()).build().unwrap();
    }

    #[test]
    fn debug_of_settings_and_client_shows_no_token() {
        let builder = Pancake::builder()
            .user_token("canary-user")
            .page_token("1", "canary-page");
        assert!(!format!("{builder:?} {builder:#?}").contains("canary"));
        let pancake = builder.base_url("https://example.com/api").build().unwrap();
        assert!(format!("{pancake:?}").contains("https://example.com/api"));
        assert!(!format!("{pancake:?} {pancake:#?} {:?}", pancake.client()).contains("canary"));
    }
}

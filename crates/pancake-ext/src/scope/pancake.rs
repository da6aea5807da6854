//! The client that people hold.

use std::fmt;

use std::sync::Arc;

use pancake_client::{Client, PageId};

use super::page::Page;
use super::sends::SendMemory;
use super::zones::Zones;
use crate::net::limiter::Limiter;
use crate::net::metrics::Metrics;
use crate::net::options::CallOptions;
use crate::time::clock::Clock;

use crate::net::Shared;
use crate::time::server_time::ServerClock;

/// A client of the Pancake API. Clones are cheap and share connections, tokens, limits and the retry budget.
#[derive(Clone)]
pub struct Pancake {
    client: Client,
    core: Arc<Core>,
    options: CallOptions,
}

/// What all clones of a client share.
pub(crate) struct Core {
    pub(crate) net: Arc<Shared>,
    /// What is known of the zones of pages.
    pub(crate) zones: Zones,
    pub(crate) sends: SendMemory,
    /// Held while a token is minted because a person asked for it.
    pub(crate) minting: tokio::sync::Mutex<()>,
}

impl Core {
    pub(crate) fn new(net: Shared) -> Self {
        Core {
            net: Arc::new(net),
            zones: Zones::default(),
            sends: SendMemory::default(),
            minting: tokio::sync::Mutex::default(),
        }
    }
}

impl Pancake {
    pub(crate) fn new(core: Arc<Core>, options: CallOptions) -> Self {
        Pancake {
            client: core.net.client(options.clone()),
            core,
            options,
        }
    }

    /// Every operation of the API as it was generated, with the policies of this client.
    ///
    /// ```no_run
    /// # async fn run(pancake: pancake_ext::Pancake) -> Result<(), pancake_ext::Error> {
    /// let statistics = pancake
    ///     .client()
    ///     .get_page_statistics()
    ///     .page_id("1000000000000001")
    ///     .since(1_774_915_200)
    ///     .until(1_775_001_600)
    ///     .send()
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// This client with other settings for some calls. Everything else stays shared.
    ///
    /// ```no_run
    /// # async fn run(pancake: pancake_ext::Pancake) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// let hasty = pancake.with_options(|options| {
    ///     options.retry(RetryPolicy::never()).call_timeout(Duration::from_secs(2))
    /// });
    /// let tags = hasty.client().list_tags().page_id("1000000000000001").send().await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_options(&self, change: impl FnOnce(CallOptions) -> CallOptions) -> Pancake {
        Pancake::new(self.core.clone(), change(self.options.clone()))
    }

    /// The limiter, to look at it or to change it while calls are under way.
    pub fn limiter(&self) -> &Limiter {
        &self.core.net.limiter
    }

    /// A page. Nothing is sent; the token is looked for when the first call needs it.
    ///
    /// ```no_run
    /// # async fn run(pancake: pancake_ext::Pancake) -> Result<(), pancake_ext::Error> {
    /// let page = pancake.page("1000000000000001");
    /// let newest = page.conversations().limit(10).collect().await?;
    /// # Ok(()) }
    /// ```
    pub fn page(&self, id: impl Into<PageId>) -> Page {
        Page::new(self.clone(), id.into())
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    pub(crate) fn options(&self) -> &CallOptions {
        &self.options
    }

    pub(crate) fn zones(&self) -> &Zones {
        &self.core.zones
    }

    pub(crate) fn has_user_token(&self) -> bool {
        self.core.net.tokens.user.is_some()
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.core.net.clock
    }

    pub(crate) fn server_clock(&self) -> &ServerClock {
        &self.core.net.server_clock
    }

    pub(crate) fn sends(&self) -> &SendMemory {
        &self.core.sends
    }

    pub(crate) fn metrics(&self) -> &dyn Metrics {
        &*self.core.net.metrics
    }
}

/// Address and settings; of tokens, whether there is a user token.
impl fmt::Debug for Pancake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pancake")
            .field("base_url", &self.core.net.base_url)
            .field("user_token", &self.has_user_token())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

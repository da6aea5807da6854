//! The client that people hold.

use std::fmt;

use std::sync::Arc;

use pancake_client::{Client, PageId};

use crate::builder::PancakeBuilder;
use crate::clock::Clock;
use crate::error::Error;
use crate::limiter::Limiter;
use crate::metrics::Metrics;
use crate::options::CallOptions;
use crate::page::Page;
use crate::page_info::{self, PageInfo};
use crate::sending::SendMemory;
use crate::server_time::ServerClock;
use crate::transport::Shared;
use crate::zones::Zones;

/// A client of the Pancake API. Clones are cheap and share connections, tokens, limits and the retry budget.
#[derive(Clone)]
pub struct Pancake {
    client: Client,
    shared: Arc<Shared>,
    options: CallOptions,
}

impl Pancake {
    /// Begins the settings of a client.
    pub fn builder() -> PancakeBuilder {
        PancakeBuilder::new()
    }

    pub(crate) fn new(shared: Arc<Shared>, options: CallOptions) -> Self {
        Pancake {
            client: shared.client(options.clone()),
            shared,
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
        Pancake::new(self.shared.clone(), change(self.options.clone()))
    }

    /// The limiter, to look at it or to change it while calls are under way.
    pub fn limiter(&self) -> &Limiter {
        &self.shared.limiter
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

    /// The pages one can work with: those that Pancake serves for this user. It takes the user token.
    ///
    /// ```no_run
    /// # async fn run(pancake: pancake_ext::Pancake) -> Result<(), pancake_ext::Error> {
    /// for info in pancake.pages().await? {
    ///     println!("{} {} on {}", info.id, info.name, info.channel());
    ///     let newest = pancake.page(&info).conversations().limit(10).collect().await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`all_pages`](Self::all_pages).
    pub async fn pages(&self) -> Result<Vec<PageInfo>, Error> {
        let mut pages = self.all_pages().await?;
        pages.retain(PageInfo::is_activated);
        Ok(pages)
    }

    /// All pages of the user, also those that are hidden, switched off, or out of the user's reach:
    /// [`PageInfo::status`] tells. No page comes twice. It takes the user token.
    ///
    /// No call can be made for an entry without an id, and none was ever seen: it is left out with an event of `tracing` at
    /// level `WARN`, and makes an error where no other entry is there. `client().list_pages()` gives the answer as it came.
    ///
    /// # Errors
    ///
    /// Those of `list_pages`; [`ErrorKind::InvalidAnswer`](crate::ErrorKind::InvalidAnswer) if the answer has no list of
    /// pages.
    pub async fn all_pages(&self) -> Result<Vec<PageInfo>, Error> {
        let pages = page_info::fetch(&self.client).await?;
        self.shared.zones.learn(&pages);
        Ok(pages)
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn options(&self) -> &CallOptions {
        &self.options
    }

    pub(crate) fn zones(&self) -> &Zones {
        &self.shared.zones
    }

    pub(crate) fn has_user_token(&self) -> bool {
        self.shared.tokens.user.is_some()
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }

    pub(crate) fn server_clock(&self) -> &ServerClock {
        &self.shared.server_clock
    }

    pub(crate) fn sends(&self) -> &SendMemory {
        &self.shared.sends
    }

    pub(crate) fn metrics(&self) -> &dyn Metrics {
        &*self.shared.metrics
    }
}

/// Address and settings; of tokens, whether there is a user token.
impl fmt::Debug for Pancake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pancake")
            .field("base_url", &self.shared.base_url)
            .field("user_token", &self.has_user_token())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

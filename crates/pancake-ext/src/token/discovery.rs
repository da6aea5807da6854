//! Page tokens read from the list of pages, which mints nothing.

use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use pancake_client::PageId;

use super::{PageToken, StaticTokens, TokenFuture, TokenProvider, UserApi};
use crate::error::Error;

/// Reads page tokens from the list of pages when they are first needed, and again after one was refused.
///
/// One look serves all calls that wait for it, whichever page they are about. Tokens that were given
/// ([`DiscoveredTokens::with`]) come first and are never looked up, except after the server refused them.
#[derive(Default)]
pub struct DiscoveredTokens {
    given: StaticTokens,
    /// Held while the list is read, so that others wait for it instead of reading it too.
    reading: tokio::sync::Mutex<()>,
    known: Mutex<Known>,
    /// Number of looks that have ended, well or not. Who waited while it grew need not look again.
    looks: AtomicU64,
}

#[derive(Default)]
struct Known {
    tokens: HashMap<PageId, PageToken>,
    /// How the last look failed.
    error: Option<Error>,
}

impl DiscoveredTokens {
    /// Knows nothing yet.
    pub fn new() -> Self {
        DiscoveredTokens::default()
    }

    /// Takes these tokens where the server accepts them.
    pub fn with(given: StaticTokens) -> Self {
        DiscoveredTokens {
            given,
            ..DiscoveredTokens::default()
        }
    }

    /// A token that is good as far as is known: not `rejected`.
    fn known(&self, page: &PageId, rejected: Option<&PageToken>) -> Option<PageToken> {
        let known = lock(&self.known);
        let found = known.tokens.get(page).or_else(|| self.given.get(page))?;
        (Some(found) != rejected).then(|| found.clone())
    }

    /// Finds a token, with at most one look at the list.
    async fn find(
        &self,
        page: &PageId,
        rejected: Option<&PageToken>,
        api: &UserApi,
    ) -> Result<Option<PageToken>, Error> {
        if let Some(token) = self.known(page, rejected) {
            return Ok(Some(token));
        }
        let looks = self.looks.load(Ordering::Acquire);
        let _reading = self.reading.lock().await;
        if self.looks.load(Ordering::Acquire) == looks {
            let result = api.page_tokens().await;
            self.learn(result);
        }
        match self.known(page, rejected) {
            Some(token) => Ok(Some(token)),
            None => lock(&self.known).error.clone().map_or(Ok(None), Err),
        }
    }

    fn learn(&self, result: Result<HashMap<PageId, PageToken>, Error>) {
        let mut known = lock(&self.known);
        match result {
            Ok(tokens) => {
                *known = Known {
                    tokens,
                    error: None,
                }
            }
            Err(error) => known.error = Some(error),
        }
        self.looks.fetch_add(1, Ordering::Release);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl TokenProvider for DiscoveredTokens {
    fn page_token<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> TokenFuture<'a> {
        Box::pin(self.find(page, None, api))
    }

    fn reload<'a>(
        &'a self,
        page: &'a PageId,
        rejected: &'a PageToken,
        api: &'a UserApi,
    ) -> TokenFuture<'a> {
        Box::pin(self.find(page, Some(rejected), api))
    }
}

impl fmt::Debug for DiscoveredTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiscoveredTokens").finish_non_exhaustive()
    }
}

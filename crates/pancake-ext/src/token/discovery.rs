//! Page tokens read from the list of pages, which mints nothing.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pancake_client::PageId;
use tokio::time::Instant;

use super::{MintFuture, PageToken, StaticTokens, TokenFuture, TokenProvider, UserApi};
use crate::error::Error;

/// After a look that brought nothing for a page, there is none for that page for this long: a dead token must not double
/// the number of calls.
const FRUITLESS: Duration = Duration::from_secs(10);

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
    /// Pages whose given token the server has refused.
    given_refused: HashSet<PageId>,
    /// Pages for which the last look brought nothing, with the token that had been refused.
    fruitless: HashMap<PageId, (Option<PageToken>, Instant)>,
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

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A token that is good as far as is known: not `rejected`.
    fn good(&self, page: &PageId, rejected: Option<&PageToken>) -> Option<PageToken> {
        let mut known = self.known();
        let given = self.given.get(page);
        if given.is_some() && given.as_ref() == rejected {
            known.given_refused.insert(page.clone());
        }
        let given = given.filter(|_| !known.given_refused.contains(page));
        let found = given.or_else(|| known.tokens.get(page).cloned())?;
        (Some(&found) != rejected).then_some(found)
    }

    /// Finds a token, with at most one look at the list.
    async fn find(
        &self,
        page: &PageId,
        rejected: Option<&PageToken>,
        api: &UserApi,
    ) -> Result<Option<PageToken>, Error> {
        if let Some(token) = self.good(page, rejected) {
            return Ok(Some(token));
        }
        if !self.known().was_fruitless(page, rejected) {
            let looks = self.looks.load(Ordering::Acquire);
            let _reading = self.reading.lock().await;
            if self.looks.load(Ordering::Acquire) == looks {
                let result = api.page_tokens().await;
                self.known().learn(result);
                self.looks.fetch_add(1, Ordering::Release);
            }
        }
        if let Some(token) = self.good(page, rejected) {
            return Ok(Some(token));
        }
        let mut known = self.known();
        match &known.error {
            Some(error) => Err(error.clone()),
            None => {
                known.remember_fruitless(page, rejected);
                Ok(None)
            }
        }
    }
}

impl Known {
    fn learn(&mut self, result: Result<HashMap<PageId, PageToken>, Error>) {
        match result {
            Ok(tokens) => {
                self.tokens = tokens;
                self.error = None;
            }
            Err(error) => self.error = Some(error),
        }
    }

    fn was_fruitless(&self, page: &PageId, rejected: Option<&PageToken>) -> bool {
        self.fruitless
            .get(page)
            .is_some_and(|(token, at)| token.as_ref() == rejected && at.elapsed() < FRUITLESS)
    }

    fn remember_fruitless(&mut self, page: &PageId, rejected: Option<&PageToken>) {
        if self.was_fruitless(page, rejected) {
            return;
        }
        self.fruitless.retain(|_, (_, at)| at.elapsed() < FRUITLESS);
        let entry = (rejected.cloned(), Instant::now());
        self.fruitless.insert(page.clone(), entry);
    }
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

    fn mint<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> MintFuture<'a> {
        Box::pin(async move {
            // No list that was read before may bring the former token back.
            let _reading = self.reading.lock().await;
            let token = api.mint(page).await?;
            let mut known = self.known();
            known.given_refused.insert(page.clone());
            known.fruitless.remove(page);
            known.tokens.insert(page.clone(), token.clone());
            Ok(token)
        })
    }
}

impl fmt::Debug for DiscoveredTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiscoveredTokens").finish_non_exhaustive()
    }
}

//! Page tokens read from the list of pages, which mints nothing.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pancake_client::PageId;
use tokio::time::Instant;

use super::{MintFuture, PageToken, StaticTokens, TokenFuture, TokenProvider, UserApi};
use crate::error::Error;
use crate::shared_look::SharedLook;

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
    known: Arc<Mutex<Known>>,
    looks: SharedLook<(), ()>,
}

#[derive(Default)]
struct Known {
    tokens: HashMap<PageId, PageToken>,
    /// Pages whose given token the server has refused.
    given_refused: HashSet<PageId>,
    /// Pages for which the last look brought nothing, with the token that had been refused.
    fruitless: HashMap<PageId, (Option<PageToken>, Instant)>,
    /// Tokens that were minted here, each with the number of its mint.
    minted: HashMap<PageId, (u64, PageToken)>,
    /// Mints that have ended.
    mints: u64,
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
        lock(&self.known)
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
        if self.known().was_fruitless(page, rejected) {
            return Ok(None);
        }
        let look = || look(self.known.clone(), api.clone());
        let look = self.looks.join((), look);
        // Another may have ended just before; this one has not begun.
        if let Some(token) = self.good(page, rejected) {
            return Ok(Some(token));
        }
        look.await?;
        let found = self.good(page, rejected);
        if found.is_none() {
            self.known().remember_fruitless(page, rejected);
        }
        Ok(found)
    }
}

/// Reads the list of pages.
async fn look(known: Arc<Mutex<Known>>, api: UserApi) -> Result<(), Error> {
    let mints = lock(&known).mints;
    let tokens = api.page_tokens().await?;
    lock(&known).learn(tokens, mints);
    Ok(())
}

fn lock(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Known {
    /// Takes what a list says that was asked for after so many mints. It may be older than those that came later, and must
    /// not bring the tokens back that they killed.
    fn learn(&mut self, tokens: HashMap<PageId, PageToken>, mints: u64) {
        self.tokens = tokens;
        for (page, (number, token)) in &self.minted {
            if *number > mints {
                self.tokens.insert(page.clone(), token.clone());
            }
        }
    }

    /// Takes a token that was minted.
    fn mint(&mut self, page: &PageId, token: PageToken) {
        self.mints += 1;
        self.minted
            .insert(page.clone(), (self.mints, token.clone()));
        self.given_refused.insert(page.clone());
        self.fruitless.remove(page);
        self.tokens.insert(page.clone(), token);
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
            let token = api.mint(page).await?;
            self.known().mint(page, token.clone());
            Ok(token)
        })
    }
}

impl fmt::Debug for DiscoveredTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiscoveredTokens").finish_non_exhaustive()
    }
}

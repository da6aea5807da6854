//! Page tokens read from the list of pages, which mints nothing.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use pancake_client::PageId;
use tokio::time::Instant;

use super::page_list::PageStatus;
use super::user_api::ListedPages;
use super::{MintFuture, PageToken, StaticTokens, TokenFuture, TokenProvider, UserApi};
use crate::error::Error;
use crate::single_flight::SingleFlight;
use crate::sync::lock;

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
    looks: SingleFlight<(), ()>,
}

#[derive(Default)]
struct Known {
    tokens: HashMap<PageId, PageToken>,
    /// Pages that the latest list shows without a token: a page has one only after somebody has made one.
    tokenless: HashMap<PageId, PageStatus>,
    /// Pages whose given token the server has refused.
    given_refused: HashSet<PageId>,
    /// Pages that a token is looked for, or was lately.
    wanted: HashMap<PageId, Wanted>,
    /// Tokens that were minted here, each with the number of the last look that had begun by then.
    minted: HashMap<PageId, (u64, PageToken)>,
    /// Number of the last look that has begun.
    begun: u64,
    /// Number of the last look that has ended well.
    ended: u64,
}

/// A page that a token is looked for.
struct Wanted {
    /// The token that the server refused, if it is for that that another is wanted.
    rejected: Option<PageToken>,
    /// The last look that tells nothing: it may have been answered before the token died.
    after: u64,
    since: Instant,
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
        self.known().good(page, self.given.get(page), rejected)
    }

    /// Finds a token. One look at the list serves all who ask meanwhile; a second follows only one that was under way before
    /// the token was refused.
    async fn find(
        &self,
        page: &PageId,
        rejected: Option<&PageToken>,
        api: &UserApi,
    ) -> Result<Option<PageToken>, Error> {
        let after = match self.good(page, rejected) {
            Some(token) => return Ok(Some(token)),
            None => self.known().want(page, rejected),
        };
        while self.known().ended <= after {
            let look = || look(self.known.clone(), api.clone());
            let look = self.looks.join((), look);
            // Another may have ended just before; this one has not begun.
            if let Some(token) = self.good(page, rejected) {
                return Ok(Some(token));
            }
            look.await?;
        }
        Ok(self.good(page, rejected))
    }
}

/// Reads the list of pages.
async fn look(known: Arc<Mutex<Known>>, api: UserApi) -> Result<(), Error> {
    let number = lock(&known).begin();
    let listed = api.listed_pages().await?;
    lock(&known).learn(listed, number);
    Ok(())
}

impl Known {
    fn good(
        &mut self,
        page: &PageId,
        given: Option<PageToken>,
        rejected: Option<&PageToken>,
    ) -> Option<PageToken> {
        if given.is_some() && given.as_ref() == rejected {
            self.given_refused.insert(page.clone());
        }
        let refused = self.given_refused.contains(page);
        let found = given
            .clone()
            .filter(|_| !refused)
            .or_else(|| self.tokens.get(page).cloned());
        // Where the list has none, a token that was refused once is better than none: the refusal may have passed, and
        // if not, the server says what is wrong.
        let last = || match rejected {
            None => self.minted_for(page).or(given),
            Some(_) => None,
        };
        found.or_else(last).filter(|found| Some(found) != rejected)
    }

    fn minted_for(&self, page: &PageId) -> Option<PageToken> {
        self.minted.get(page).map(|(_, token)| token.clone())
    }

    fn begin(&mut self) -> u64 {
        self.begun += 1;
        self.begun
    }

    /// Notes that a token is wanted, and returns the number of the last look that is too old to bring it. A page that was
    /// looked for in vain a moment ago keeps its number, and needs no further look.
    fn want(&mut self, page: &PageId, rejected: Option<&PageToken>) -> u64 {
        self.wanted
            .retain(|_, wanted| wanted.since.elapsed() < FRUITLESS);
        let same = |wanted: &&Wanted| wanted.rejected.as_ref() == rejected;
        if let Some(wanted) = self.wanted.get(page).filter(same) {
            return wanted.after;
        }
        // A look that is under way tells whether a page is on the list, but may be older than a refusal.
        let after = match rejected {
            Some(_) => self.begun,
            None => self.ended,
        };
        let wanted = Wanted {
            rejected: rejected.cloned(),
            after,
            since: Instant::now(),
        };
        self.wanted.insert(page.clone(), wanted);
        after
    }

    /// Takes what a look has read. It may be older than mints that came after it had begun, and must not bring the tokens back
    /// that they killed.
    fn learn(&mut self, listed: ListedPages, number: u64) {
        self.ended = number;
        self.tokens = listed.tokens;
        self.tokenless = listed.tokenless;
        for (page, (begun, token)) in &self.minted {
            if *begun >= number {
                self.tokens.insert(page.clone(), token.clone());
            }
        }
    }

    /// Takes a token that was minted.
    fn mint(&mut self, page: &PageId, token: PageToken) {
        self.minted
            .insert(page.clone(), (self.begun, token.clone()));
        self.given_refused.insert(page.clone());
        self.wanted.remove(page);
        self.tokens.insert(page.clone(), token);
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

    fn why_none(&self, page: &PageId) -> Option<String> {
        let status = *self.known().tokenless.get(page)?;
        Some(format!(
            "the page is listed ({status}) but has no token yet: make one in the page's settings in Pancake, or call \
             `mint_token()` for this page, which ends the page's former token, if there is one, for every program that uses it"
        ))
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

//! Page tokens from a store, minted where a person has allowed it.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use pancake_client::PageId;
use tokio::sync::OwnedMutexGuard;

use super::{PageToken, TokenFuture, TokenProvider, TokenStore, UserApi};
use crate::error::Error;

/// Takes page tokens from a store, and mints one where the store has none and the page is on the list of those allowed.
///
/// **Minting kills the former token of the page for everybody who uses it**, so it has to be allowed page by page. It
/// happens once, however many calls wait for it; the token is stored before it is used; and it never happens because the
/// server refused a token or a call failed: a dead token in the store stays there until somebody puts a better one in its
/// place or removes it ([`TokenStore::remove`]).
pub struct MintingTokens {
    store: Arc<dyn TokenStore>,
    allowed: HashSet<PageId>,
    pages: Mutex<HashMap<PageId, Desk>>,
}

/// What is known of one page. Its lock is held while a token is looked up or minted.
type Desk = Arc<tokio::sync::Mutex<State>>;

#[derive(Default)]
struct State {
    /// The token in use.
    token: Option<PageToken>,
    /// A token that was minted and could not be stored. It must be stored before it is used, and must not be lost,
    /// since the former one is dead.
    unsaved: Option<PageToken>,
}

impl MintingTokens {
    /// Takes tokens from this store. Nothing is minted until [`allow_minting`](Self::allow_minting).
    pub fn new(store: impl TokenStore) -> Self {
        MintingTokens {
            store: Arc::new(store),
            allowed: HashSet::new(),
            pages: Mutex::default(),
        }
    }

    /// Allows to mint a token for this page when the store has none.
    #[must_use]
    pub fn allow_minting(mut self, page: impl Into<PageId>) -> Self {
        self.allowed.insert(page.into());
        self
    }

    fn desk(&self, page: &PageId) -> Desk {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.entry(page.clone()).or_default().clone()
    }

    async fn find(&self, page: &PageId, api: &UserApi) -> Result<Option<PageToken>, Error> {
        let desk = self.desk(page);
        let mut state = desk.clone().lock_owned().await;
        if state.token.is_none() && state.unsaved.is_none() {
            state.token = self.store.load(page).await?;
        }
        if state.token.is_some() {
            return Ok(state.token.clone());
        }
        if state.unsaved.is_none() && !self.allowed.contains(page) {
            return Ok(None);
        }
        // A caller that gives up half-way must not take a token with it that was just minted: the former one is dead.
        let work = mint_and_keep(self.store.clone(), page.clone(), api.clone(), state);
        match tokio::spawn(work).await {
            Ok(result) => result.map(Some),
            Err(error) => Err(Error::store("minting was ended from outside", error)),
        }
    }

    async fn look_again(
        &self,
        page: &PageId,
        rejected: &PageToken,
    ) -> Result<Option<PageToken>, Error> {
        let desk = self.desk(page);
        let mut state = desk.lock().await;
        if state.token.as_ref() == Some(rejected) {
            state.token = None;
        }
        if state.token.is_none() {
            let stored = self.store.load(page).await?;
            // The rejected one stays in use until there is a better one, so that nothing is minted in its place.
            state.token = Some(stored.unwrap_or_else(|| rejected.clone()));
        }
        Ok(state.token.clone().filter(|token| token != rejected))
    }
}

/// Mints, then stores. Until that worked the token is not used, and kept for the next try.
async fn mint_and_keep(
    store: Arc<dyn TokenStore>,
    page: PageId,
    api: UserApi,
    mut state: OwnedMutexGuard<State>,
) -> Result<PageToken, Error> {
    let token = match state.unsaved.clone() {
        Some(token) => token,
        None => {
            tracing::info!(
                page = page.as_str(),
                "minting a page token; the former one dies"
            );
            api.mint(&page).await?
        }
    };
    state.unsaved = Some(token.clone());
    store.save(&page, &token).await?;
    state.unsaved = None;
    state.token = Some(token.clone());
    Ok(token)
}

impl TokenProvider for MintingTokens {
    fn page_token<'a>(&'a self, page: &'a PageId, api: &'a UserApi) -> TokenFuture<'a> {
        Box::pin(self.find(page, api))
    }

    fn reload<'a>(
        &'a self,
        page: &'a PageId,
        rejected: &'a PageToken,
        _: &'a UserApi,
    ) -> TokenFuture<'a> {
        Box::pin(self.look_again(page, rejected))
    }
}

impl fmt::Debug for MintingTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MintingTokens")
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}
